"""The sendings behind a figure: which reports it was added up from, who sent them, which office accepted them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from django.db.models import Exists, OuterRef, Q, QuerySet, Subquery

from donghanh.kernel.bilingual import in_language
from donghanh.organisations.models import Lineage, UnitName, UnitType
from donghanh.questionnaires.models import Form
from donghanh.reporting.choices import COUNTED, Move
from donghanh.reporting.models import ReviewStep, Transition


@dataclass(frozen=True)
class RoundOf:
    """One round, as figures name it: form and version, period, the office that asked."""

    form: str
    version: int
    period_id: int
    owner_id: int
    units: Mapping[int, float] | None = None  # whose reports count, and with what share; None: all below the unit


def behind(
    reports: QuerySet[Any], rounds: Iterable[RoundOf], unit_id: int, group: str = "", *, counted: bool = True
) -> QuerySet[Any]:
    """Of `reports`, rows of the gate, those of the rounds that count for a unit; see `queries.reports_behind`."""
    wanted = Q(pk__in=())
    for one in rounds:
        wanted |= _of_round(one, unit_id)
    rows = reports.filter(wanted)
    if counted:
        rows = rows.filter(state__in=COUNTED)
    day = OuterRef("expected__collection__period__reference_day")
    if group:
        kind = UnitType.objects.filter(unit=OuterRef("expected__unit"), kind=group, valid__contains=day)
        rows = rows.filter(Exists(kind))
    accepted = Transition.objects.filter(version=OuterRef("latest"), move=Move.ACCEPT).order_by("-pk")
    office = ReviewStep.objects.filter(expected=OuterRef("expected"), number=OuterRef("accepted_step"))
    name = UnitName.objects.filter(unit=OuterRef("accepted_unit"), valid__contains=day)
    rows = rows.select_related("expected__collection__form_version__form", "latest__sent_by").annotate(
        accepted_at=Subquery(accepted.values("at")[:1]),
        accepted_by=Subquery(accepted.values("by__full_name")[:1]),
        accepted_step=Subquery(accepted.values("step")[:1]),
        accepted_unit=Subquery(office.values("office")[:1]),
        accepted_office=Subquery(name.values("name")[:1]),
    )
    found: QuerySet[Any] = rows.order_by("unit_sort", "pk")
    return found


def _of_round(one: RoundOf, unit_id: int) -> Q:
    if one.units is None:
        below = Lineage.objects.filter(
            ancestor=unit_id,
            descendant=OuterRef("expected__unit"),
            valid__contains=OuterRef("expected__collection__period__reference_day"),
        )
        whose = Q(Exists(below))
    else:
        whose = Q(expected__unit__in=list(one.units))
    return whose & Q(
        expected__collection__form_version__form__code=one.form,
        expected__collection__form_version__number=one.version,
        expected__collection__period=one.period_id,
        expected__collection__owner=one.owner_id,
    )


def forms_named(codes: Iterable[str]) -> dict[str, str]:
    """Code of a form → its name in the reader's language."""
    return {form.code: in_language(form, "name") for form in Form.objects.filter(code__in=set(codes)).order_by("pk")}

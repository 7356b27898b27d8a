"""What reports of the units below say together: the summary that an office owes fills itself from them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from functools import partial
from typing import Any, Final

from django.db.models import OuterRef, QuerySet, Subquery, Sum
from django.urls import reverse
from django.utils.translation import get_language, gettext_lazy
from django.utils.translation import gettext as _

from donghanh.measures.queries import Line, Measure, offer_family
from donghanh.organisations.models import Lineage, UnitName
from donghanh.periods.queries import Span
from donghanh.questionnaires.models import Item
from donghanh.questionnaires.rules import number_in_words
from donghanh.reporting.choices import COUNTED, State
from donghanh.reporting.models import Collection, Submission
from donghanh.reporting.queries import still_expected_on

WHICH: Final[dict[str, dict[str, Any]]] = {
    "expected": {},
    "sent": {"state__in": [state for state in State if state != State.DRAFT]},
    "accepted": {"state__in": COUNTED},
}


def register() -> None:
    """Offer `reporting.below.<element>` and `reporting.below-count.<expected|sent|accepted>[.<form>]`."""
    offer_family("reporting.below", _below)
    offer_family("reporting.below-count", _below_count)


def _below(element: str) -> Measure:
    return Measure(
        code=f"reporting.below.{element}",
        name=gettext_lazy("Tổng của các đơn vị cấp dưới"),
        source=gettext_lazy("báo cáo đã duyệt của cấp dưới"),
        count=partial(_sums, element),
        lines=partial(_sum_lines, element),
    )


def _below_count(rest: str) -> Measure | None:
    which, _dot, form = rest.partition(".")
    if which not in WHICH:
        return None
    return Measure(
        code=f"reporting.below-count.{rest}",
        name=gettext_lazy("Số báo cáo của các đơn vị cấp dưới"),
        source=gettext_lazy("danh sách báo cáo của cấp dưới"),
        count=lambda unit, span: {"": _reports(unit, span, which, form).count()},
        lines=lambda unit, span: [
            Line(f"{row.unit_name} · {row.get_state_display()}", reverse("reporting:report", args=[row.pk]))
            for row in _named(_reports(unit, span, which, form), span)
        ],
    )


def _reports(unit: int, span: Span, which: str, form: str = "") -> QuerySet[Submission]:
    """Reports of units below `unit`, on the day on which the tree is read, in rounds of this very period."""
    below = Lineage.objects.filter(ancestor=unit, valid__contains=span.reference_day, depth__gt=0).order_by()
    rows = Submission.objects.filter(
        still_expected_on(span.reference_day),
        expected__collection__period__code=span.code,
        expected__unit__in=below.values("descendant"),
        **WHICH[which],
    )
    return rows.filter(expected__collection__form_version__form__code=form) if form else rows


def _named(rows: QuerySet[Any], span: Span) -> QuerySet[Any]:
    name = UnitName.objects.filter(unit=OuterRef("expected__unit"), valid__contains=span.reference_day)
    named: QuerySet[Any] = rows.annotate(
        unit_name=Subquery(name.values("name")), unit_sort=Subquery(name.values("name_sort"))
    )
    return named.order_by("unit_sort", "pk")


def _asked(element: str, unit: int, span: Span) -> Collection | None:
    """The newest round that asks units below for this element as a number that adds up; one: none counts twice."""
    rounds = _reports(unit, span, "expected").order_by().values("expected__collection")
    for found in Collection.objects.filter(pk__in=rounds).select_related("form_version").order_by("-pk"):
        definition = found.form_version.definition
        if element in definition.cells_of and definition.items[element].kind != "percentage":
            return found
    return None


def _sums(element: str, unit: int, span: Span) -> Mapping[str, float]:
    """By selection and in total, over accepted reports; nothing while none is accepted."""
    if (asked := _asked(element, unit, span)) is None:
        return {}
    definition = asked.form_version.definition
    places = {cell.selection: definition.positions[cell.code] for cell in definition.cells_of[element]}
    rows = _reports(unit, span, "accepted").filter(expected__collection=asked)
    columns = {f"at_{place}": Sum(f"latest__numbers__{place}") for place in places.values()}
    summed = rows.aggregate(**columns)
    if all(value is None for value in summed.values()):
        return {}
    by_selection = {one: summed[f"at_{place}"] or 0.0 for one, place in places.items()}
    return {"": sum(by_selection.values()), **by_selection}


def _sum_lines(element: str, unit: int, span: Span) -> Iterable[Line]:
    if (asked := _asked(element, unit, span)) is None:
        return
    definition = asked.form_version.definition
    item = definition.items[element]
    rows = _reports(unit, span, "accepted").filter(expected__collection=asked)
    for row in _named(rows.select_related("latest"), span):
        value = definition.total(element, definition.by_cell(row.latest.numbers))
        yield Line(f"{row.unit_name}: {_shown(item, value)}", reverse("reporting:report", args=[row.pk]))


def _shown(item: Item, value: float | None) -> str:
    if value is None:
        return _("không có số")
    if item.kind == "flag":
        return _("Có") if value else _("Không")
    return number_in_words(value, language=get_language() or "vi", most=item.digits)

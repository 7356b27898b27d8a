"""Who sees which visits and findings; what a visit's checklist says."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Mapping
from datetime import date
from typing import Any

from django.db.models import Count, Q, QuerySet

from donghanh.inspections.choices import STILL_OPEN, Mark, State, VisitState
from donghanh.inspections.models import Feedback, InspectionFinding, Visit
from donghanh.inspections.scores import SectionScore, overall, scores_of
from donghanh.organisations.choices import EducationLevel
from donghanh.organisations.queries import with_unit_names
from donghanh.people.choices import Right
from donghanh.people.models import Account
from donghanh.people.queries import own_units, units_reached
from donghanh.periods.models import Period
from donghanh.questionnaires.models import Definition
from donghanh.questionnaires.rules import Answers, read_answers, review

YEARS_COMPARED = 5
LEVELS = list(EducationLevel)  # a checklist asks nothing by level


def offices_of(account: Account, *, on: date) -> list[int]:
    """Offices in whose name the account inspects."""
    return own_units(account, Right.INSPECT, on=on)


def visits_visible_to(account: Account, *, on: date) -> QuerySet[Any]:
    """Those of the account's offices, those in whose team it is, and those of the units whose plans it reads."""
    reached = units_reached(account, Right.READ_PLANS, on=on)
    rows = Visit.objects.filter(
        Q(office__in=offices_of(account, on=on)) | Q(unit__in=reached) | Q(team__account=account)
    ).distinct()
    counted: QuerySet[Any] = with_unit_names(rows.select_related("checklist__form"), on=on).annotate(
        still_open=Count("findings", filter=Q(findings__state__in=STILL_OPEN), distinct=True)
    )
    return counted.order_by("-on", "unit_sort", "pk")


def findings_visible_to(account: Account, *, on: date) -> QuerySet[Any]:
    """Findings of those visits, and those that came to the account's units with a merger."""
    reached = units_reached(account, Right.READ_PLANS, on=on)
    seen = Visit.objects.filter(Q(office__in=offices_of(account, on=on)) | Q(team__account=account)).values("pk")
    rows = InspectionFinding.objects.filter(Q(visit__in=seen) | Q(unit__in=reached)).select_related("visit")
    return with_unit_names(rows, on=on).order_by("due_on", "unit_sort", "pk")


def still_open() -> QuerySet[Any]:
    """Every finding that is not closed, of all units: for what follows the tree."""
    return InspectionFinding.objects.filter(state__in=STILL_OPEN).order_by("pk")


def overdue(rows: QuerySet[Any], *, on: date) -> QuerySet[Any]:
    """Of these findings: due before the day and still to be mended."""
    return rows.filter(due_on__lt=on, state__in=(State.OPEN, State.REOPENED))


def waiting_for(account: Account, *, on: date) -> tuple[QuerySet[Any], QuerySet[Any]]:
    """Findings that the account's units have to mend, and those that its offices have to look at again."""
    rows = findings_visible_to(account, on=on)
    mine = rows.filter(unit__in=own_units(account, Right.ANSWER_INSPECTIONS, on=on))
    to_check = rows.filter(visit__office__in=offices_of(account, on=on), state=State.PROVED)
    return mine.filter(state__in=(State.OPEN, State.REOPENED)), to_check


def answers_of(definition: Definition, typed: Mapping[str, str]) -> Answers:
    """What stands in a visit's boxes, read by the checklist."""
    return read_answers(definition, typed, LEVELS)


def wrong_in(definition: Definition, answers: Answers) -> list[str]:
    """What the checklist's own checks say of the numbers."""
    found = review(definition, answers, LEVELS, {}).findings
    return [one.sentence for one in found if one.severity == "error" and one.cell in definition.positions]


def visits_in_year(unit_ids: Collection[int], year: int, *, besides: int | None = None) -> Counter[int]:
    """How many visits each unit has in a calendar year, planned or held."""
    rows = Visit.objects.filter(unit__in=unit_ids, on__year=year).exclude(state=VisitState.CANCELLED)
    rows = rows.exclude(pk=besides) if besides else rows
    return Counter(rows.order_by("pk").values_list("unit", flat=True))


def scores_over_years(account: Account, visit: Visit, *, on: date) -> tuple[list[Visit], dict[str, list[SectionScore]]]:
    """This visit's scores beside those of the years before: visits, oldest first, and section → score in each.

    Of each calendar year the last visit that was held with the same checklist and that the account may see; in another
    version a section may be missing: it then has nothing answered. The last row, "", is all sections together.
    """
    rows = visits_visible_to(account, on=on).filter(
        unit=visit.unit_id, checklist__form=visit.checklist.form_id, state=VisitState.HELD, on__lt=visit.on
    )
    last = {row.on.year: row for row in rows.order_by("on", "pk") if row.on.year < visit.on.year}
    visits = [*list(last.values())[1 - YEARS_COMPARED :], visit]
    each = [{one.code: one for one in scores_of(row.checklist.definition, row.typed)} for row in visits]
    lines = {
        code: [found.get(code, SectionScore(code, one.name, 0, 0, 0)) for found in each]
        for code, one in each[-1].items()
    }
    return visits, lines | {"": [overall(found.values(), "") for found in each]}


def feedback_of(office_ids: Collection[int], period: Period, *, on: date) -> tuple[list[tuple[str, list[int]]], Any]:
    """What units said of a year: per question how many said each mark, and the rows with their words."""
    rows = with_unit_names(Feedback.objects.filter(office__in=office_ids, period=period), on=on).order_by(
        "unit_sort", "pk"
    )
    counts = []
    for field in ("useful", "guidance", "burden"):
        marks = Counter(rows.order_by("pk").values_list(field, flat=True))
        counts.append((field, [marks[mark] for mark in Mark]))
    return counts, rows

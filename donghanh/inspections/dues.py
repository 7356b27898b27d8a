"""Visits and findings on the calendar of the unit that is visited, or has to mend."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from datetime import date

from django.urls import reverse
from django.utils.text import Truncator

from donghanh.agenda.choices import Kind
from donghanh.agenda.queries import Entry, offer
from donghanh.inspections.choices import State, VisitState
from donghanh.inspections.models import Finding, Visit
from donghanh.people.choices import Right

TITLE_LENGTH = 100


def register() -> None:
    """A visit stands on its day, a finding on the day by which it is mended."""
    offer(Kind.VISIT, _visits, right=Right.ANSWER_INSPECTIONS)
    offer(Kind.FINDING, _findings, right=Right.ANSWER_INSPECTIONS)


def _visits(units: Collection[int], first: date, last: date) -> Iterable[Entry]:
    rows = Visit.objects.filter(unit__in=units, on__range=(first, last)).exclude(state=VisitState.CANCELLED)
    for row in rows.order_by("on", "pk"):
        yield Entry(
            on=row.on, title=row.purpose, kind=Kind.VISIT, unit_id=row.unit_id,
            href=reverse("inspections:visit", args=[row.pk]), done=row.state == VisitState.HELD,
        )  # fmt: skip


def _findings(units: Collection[int], first: date, last: date) -> Iterable[Entry]:
    for row in Finding.objects.filter(unit__in=units, due_on__range=(first, last)).order_by("due_on", "pk"):
        yield Entry(
            on=row.due_on, title=Truncator(row.text).chars(TITLE_LENGTH), kind=Kind.FINDING, unit_id=row.unit_id,
            href=reverse("inspections:finding", args=[row.pk]), done=row.state in (State.PROVED, State.CLOSED),
        )  # fmt: skip

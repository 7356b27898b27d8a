"""The tree moves while reports are on their way: what is still to be decided goes to the offices of the day."""

from __future__ import annotations

from collections import defaultdict
from datetime import date, datetime, timedelta
from typing import Any

from django.db import transaction
from django.db.models import Case, Exists, F, IntegerField, OuterRef, Q, Value, When

from donghanh.audit.actions import record
from donghanh.organisations.models import Lineage
from donghanh.reporting.chains import Chain, offices_of, read_chain
from donghanh.reporting.choices import EDITABLE, MOVES, Move, State
from donghanh.reporting.models import ExpectedReport, ReviewStep, Submission


@transaction.atomic
def reroute(*, on: date, at: datetime) -> int:
    """After a change of the tree: what is left of a report's way goes by the offices of that day.

    Those are moved one of whose offices to come is no longer above the unit: it was dissolved, or the unit belongs to
    another now. What a unit sent that is no more goes to the offices above its last place that still exist. Steps taken
    stay. What was sent waits for a decision even after the round's close. The answer is how many go another way.
    """
    still_above = Lineage.objects.filter(descendant=OuterRef("expected__unit"), valid__contains=on)
    anew = Case(
        When(submission__state__in=EDITABLE, then=Value(1)), default=F("submission__step"), output_field=IntegerField()
    )
    held = Submission.objects.select_for_update().filter(state__in=(*EDITABLE, *MOVES[Move.ACCEPT].sources))
    list(held.order_by("pk").values_list("pk", flat=True))  # nobody decides meanwhile
    to_come = ReviewStep.objects.filter(expected=OuterRef("pk"), number__gte=OuterRef("begins"))
    astray = Exists(to_come.filter(~Exists(still_above.filter(ancestor=OuterRef("office")))))
    dissolved = Exists(to_come.exclude(office__existence__contains=on))
    there = Q(unit__existence__contains=on)
    waits = Q(submission__state__in=MOVES[Move.ACCEPT].sources)
    can_be_sent = Q(submission__state=State.RETURNED) | Q(submission__state=State.DRAFT, closes_on__gte=on)
    rows: list[Any] = list(
        ExpectedReport.objects.annotate(begins=anew)
        .filter(waits | can_be_sent)
        .filter((there & astray) | (~there & waits & dissolved))
        .select_related("unit", "submission", "collection__request")
        .prefetch_related("steps")
        .order_by("pk")
    )
    ways = _ways(rows, on)
    moved = [row for row in rows if row.pk in ways]
    steps: list[ReviewStep] = []
    for row in moved:
        before = row.reviewer_id
        steps += _steps_left(row, ways[row.pk])
        record(
            verb="reporting.rerouted", on=row, by=None, at=at, unit=row.unit_id, before=before, after=row.reviewer_id
        )
        ReviewStep.objects.filter(expected=row, number__gte=row.begins).delete()
    ReviewStep.objects.bulk_create(steps)
    ExpectedReport.objects.bulk_update(moved, ["reviewer"])
    return len(moved)


def _ways(rows: list[ExpectedReport], on: date) -> dict[int, list[int]]:
    """Expected report → the offices of its chain; without one it stays where it is."""
    alike: dict[tuple[Chain, date], list[ExpectedReport]] = defaultdict(list)
    for row in rows:
        request, ended = row.collection.request, row.unit.existence.upper
        day = on if ended is None or on < ended else ended - timedelta(days=1)
        alike[read_chain(request.chain if request else []), day].append(row)
    found: dict[int, list[int]] = {}
    for (chain, day), together in alike.items():
        offices = offices_of({row.unit_id for row in together}, chain, day, still=on)
        found |= {row.pk: offices[row.unit_id] for row in together if row.unit_id in offices}
    return found


def _steps_left(row: Any, offices: list[int]) -> list[ReviewStep]:
    """The steps from the present one on, by the offices of the day that have not decided yet."""
    present = row.begins
    steps = sorted(row.steps.all(), key=lambda step: step.number)
    taken = {step.office_id for step in steps if step.number < present}
    left = [office for office in offices if office not in taken] or offices[-1:]
    due = {step.number: step.due_on for step in steps}
    row.reviewer_id = left[0]
    return [
        ReviewStep(expected=row, number=number, office_id=office, due_on=due.get(number, steps[-1].due_on))
        for number, office in enumerate(left, present)
    ]

"""Reminding units that have not sent, by schedule: before, on and after their due day."""

from __future__ import annotations

from collections import defaultdict
from datetime import date, datetime, timedelta
from functools import partial
from typing import Final

from django.db import transaction

from donghanh.audit.actions import record
from donghanh.periods.queries import WorkingDays
from donghanh.reporting.choices import Occasion, State
from donghanh.reporting.models import Collection, ExpectedReport, Reminder, Submission
from donghanh.reporting.queries import still_expected_on
from donghanh.reporting.signals import report_reminded

BEFORE: Final = 3  # working days before the due day
EACH: Final = 5  # working days after it, again and again
DAY: Final = timedelta(days=1)


def occasion_of(due_on: date, on: date, working: WorkingDays) -> Occasion | None:
    """Why somebody whose report is due on `due_on` is reminded on this day, if at all."""
    if on == due_on:
        return Occasion.ON
    if not working.works(on):
        return None
    if on < due_on and working.between(on + DAY, due_on) == BEFORE:
        return Occasion.BEFORE
    if on > due_on and working.between(due_on + DAY, on) % EACH == 0:
        return Occasion.AFTER
    return None


@transaction.atomic
def remind_by_schedule(*, on: date, at: datetime) -> int:
    """Write down who is reminded today, once however often the job runs, and tell it on commit. How many they were."""
    owed = Submission.objects.filter(
        still_expected_on(on),
        state=State.DRAFT,  # a returned report was received once: its officer speaks for it
        expected__collection__opens_on__lte=on,
        expected__closes_on__gte=on,
    )
    kinds: dict[Occasion, list[tuple[int, date, str]]] = defaultdict(list)
    path = ("expected__collection", "expected__due_on", "expected__collection__period__place")
    working: dict[str, WorkingDays] = {}
    for collection, due_on, place in owed.order_by(*path).values_list(*path).distinct():
        days = working.setdefault(place, WorkingDays(place))
        if occasion := occasion_of(due_on, on, days):
            kinds[occasion].append((collection, due_on, place))
    return sum(
        _remind(list(owed.filter(expected__collection=collection, expected__due_on=due_on)
                     .order_by("expected").values_list("expected", flat=True)),
                occasion, collection, on, at)
        for occasion, rounds in kinds.items() for collection, due_on, _ in rounds
    )  # fmt: skip


def _remind(expected_ids: list[int], occasion: Occasion, collection_id: int, on: date, at: datetime) -> int:
    known = Reminder.objects.filter(expected__in=expected_ids, occasion=occasion, on=on).order_by()
    done = set(known.values_list("expected", flat=True))
    new = [pk for pk in expected_ids if pk not in done]
    if new:
        Reminder.objects.bulk_create(Reminder(expected_id=pk, occasion=occasion, at=at, on=on) for pk in new)
        collection = Collection.objects.get(pk=collection_id)
        record(verb="reporting.reminded", on=collection, by=None, at=at, unit=collection.owner_id, reminded=len(new))
        tell = partial(report_reminded.send, ExpectedReport, expected_ids=new, occasion=str(occasion))
        transaction.on_commit(tell, robust=True)
    return len(new)

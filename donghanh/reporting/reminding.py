"""Reminding by an officer's click: of reports that can still be sent, once a day, never of one that was received."""

from __future__ import annotations

from collections.abc import Collection as Several
from datetime import datetime

from django.db import transaction
from django.utils import timezone

from donghanh.audit.actions import record
from donghanh.people.models import Account
from donghanh.reporting.choices import EDITABLE, Occasion
from donghanh.reporting.models import Reminder, Submission
from donghanh.reporting.rules import may_remind
from donghanh.reporting.signals import report_reminded


@transaction.atomic
def remind(*, reports: Several[int], by: Account, at: datetime) -> int:
    """Remind the units of these reports (submission ids); the answer is how many were.

    Left out are those that have sent meanwhile, can send no more, or were reminded by a click on this day.
    """
    on = timezone.localdate(at)
    held = Submission.objects.select_for_update(of=("self",)).filter(pk__in=reports, state__in=EDITABLE)
    rows = list(held.select_related("expected__collection").order_by("pk"))
    clicks = Reminder.objects.filter(occasion=Occasion.CLICK, on=on, expected__in=[row.expected_id for row in rows])
    already = set(clicks.order_by("pk").values_list("expected", flat=True))
    owing = [row for row in rows if row.expected_id not in already and may_remind(row, on=on)]
    made = Reminder.objects.bulk_create(
        Reminder(expected=row.expected, occasion=Occasion.CLICK, at=at, on=on, by=by) for row in owing
    )
    for row in made:
        record(verb="reporting.reminded", on=row.expected, by=by.pk, at=at, unit=row.expected.unit_id)
    told = {"expected_ids": [row.expected_id for row in made], "occasion": Occasion.CLICK}
    if made:
        transaction.on_commit(lambda: report_reminded.send(Reminder, **told), robust=True)
    return len(made)

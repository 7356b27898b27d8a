"""More time for units of a round, with the reason."""

from __future__ import annotations

from collections.abc import Collection
from datetime import date, datetime

from django.db import transaction
from django.db.models import F
from django.utils import timezone

from donghanh.audit.actions import record
from donghanh.kernel.text import nfc
from donghanh.people.models import Account
from donghanh.reporting.choices import EDITABLE
from donghanh.reporting.models import ExpectedReport, Extension, ReviewStep
from donghanh.reporting.rules_asking import may_extend


@transaction.atomic
def extend(
    *, expected: Collection[ExpectedReport], due_on: date, reason: str, by: Account, at: datetime
) -> list[Extension]:
    """Move the due day of these reports, and with it their grace, their close and what offices still have to decide.

    All of them or, with the first fault, none. A round that is closed takes them again until their new closing day.
    """
    reason = nfc(reason)
    ids = [row.pk for row in expected]
    rows = list(
        ExpectedReport.objects.select_for_update(of=("self",))
        .filter(pk__in=ids)
        .select_related("submission")
        .order_by("pk")
    )
    may_extend(by, rows, due_on, reason, on=timezone.localdate(at)).enforce()
    extensions = []
    for row in rows:
        later = due_on - row.due_on
        extensions.append(Extension(expected=row, due_before=row.due_on, due_after=due_on, reason=reason, at=at, by=by))
        row.due_on, row.grace_on, row.closes_on = due_on, row.grace_on + later, row.closes_on + later
        begins = 1 if row.submission.state in EDITABLE else row.submission.step  # what is sent again begins anew
        to_come = ReviewStep.objects.filter(expected=row, number__gte=begins)
        to_come.update(due_on=F("due_on") + later)
        record(verb="reporting.extended", on=row, by=by.pk, at=at, unit=row.unit_id, reason=reason)
    ExpectedReport.objects.bulk_update(rows, ["due_on", "grace_on", "closes_on"])
    return Extension.objects.bulk_create(extensions)

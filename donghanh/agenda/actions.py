from __future__ import annotations

import secrets
from datetime import date, datetime, timedelta

from django.db import transaction
from django.db.backends.postgresql.psycopg_any import DateRange
from django.utils import timezone

from donghanh.agenda.models import BusySpan, Feed
from donghanh.agenda.queries import digest_of
from donghanh.agenda.rules import may_mark_busy, may_unmark
from donghanh.audit.actions import record
from donghanh.people.models import Account


@transaction.atomic
def mark_busy(*, unit_id: int, name: str, kind: str, first: date, last: date, by: Account, at: datetime) -> BusySpan:
    """Days in which the unit and all below it have their hands full, `first` to `last` included."""
    may_mark_busy(by, unit_id, first, last, on=timezone.localdate(at)).enforce()
    row = BusySpan.objects.create(
        unit_id=unit_id, name=name, kind=kind, valid=DateRange(first, last + timedelta(days=1))
    )
    record(verb="agenda.busy_marked", on=row, by=by.pk, at=at, unit=unit_id)
    return row


@transaction.atomic
def unmark_busy(*, span: BusySpan, by: Account, at: datetime) -> None:
    """Those days are free again."""
    may_unmark(by, span, on=timezone.localdate(at)).enforce()
    record(verb="agenda.busy_unmarked", on=span, by=by.pk, at=at, unit=span.unit_id)
    span.delete()


@transaction.atomic
def renew_feed(*, account: Account, at: datetime) -> str:
    """A new address for the person's calendar: its secret, shown this once. The one before opens nothing any more."""
    secret = secrets.token_urlsafe(32)
    row, _made = Feed.objects.update_or_create(account=account, defaults={"digest": digest_of(secret), "made_at": at})
    record(verb="agenda.feed_renewed", on=row, by=account.pk, at=at)
    return secret

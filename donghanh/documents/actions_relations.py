"""The graph of documents: who replaces, cancels, amends, implements whom."""

from __future__ import annotations

from datetime import date, datetime

from django.db import connection, transaction
from django.utils import timezone

from donghanh.audit.actions import record
from donghanh.documents.choices import ENDING, Status
from donghanh.documents.models import Document, Relation
from donghanh.documents.rules import enforce, may_register, relation_faults
from donghanh.documents.signals import document_replaced
from donghanh.kernel.text import nfc
from donghanh.people.models import Account

ONE_TIE_AT_A_TIME = 730_302_020  # advisory lock: two ties written at once could close a circle that neither sees


@transaction.atomic
def relate(
    *, later: Document, earlier: Document, kind: str, from_date: date | None = None, clause: str = "",
    by: Account, at: datetime,
) -> Relation:  # fmt: skip
    """State what `later` does to `earlier`, from a day on (without one: from when `later` is in force)."""
    on = timezone.localdate(at)
    may_register(by, later.unit_id, on=on).enforce()
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s)", [ONE_TIE_AT_A_TIME])
    later.refresh_from_db(fields=["status"])
    earlier.refresh_from_db(fields=["status"])
    day = from_date or later.in_force_from or later.date
    enforce(relation_faults(later, earlier, kind, day))
    Relation.objects.filter(later=later, earlier=earlier, kind=kind).exclude(withdrawn_at=None).delete()
    row = Relation.objects.create(
        later=later, earlier=earlier, kind=kind, from_date=day, clause=nfc(clause), recorded_at=at, recorded_by=by
    )
    record(verb="documents.related", on=later, by=by.pk, at=at, unit=later.unit_id, earlier=earlier.pk, kind=str(kind))
    announce_replaced(on=on, at=at)
    return row


@transaction.atomic
def announce_replaced(*, on: date, at: datetime) -> list[int]:
    """Tell, once each, which documents another has put out of force by the day `on`. Returns their ids."""
    due = Relation.objects.select_for_update(skip_locked=True).filter(
        kind__in=ENDING, withdrawn_at=None, announced_at=None, from_date__lte=on, later__status=Status.REGISTERED
    )
    rows = list(due.order_by("pk"))
    Relation.objects.filter(pk__in=[row.pk for row in rows]).update(announced_at=at)
    ids = sorted({row.earlier_id for row in rows})
    if ids:
        transaction.on_commit(lambda: document_replaced.send(Document, document_ids=ids), robust=True)
    return ids

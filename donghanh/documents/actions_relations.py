"""The graph of documents: who replaces, cancels, amends, implements whom."""

from __future__ import annotations

from datetime import date, datetime

from django.db import connection, transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from donghanh.audit.actions import record
from donghanh.documents.choices import ENDING, RelationKind, Status
from donghanh.documents.models import Document, Relation
from donghanh.documents.models_reading import Publication
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
    due = Relation.objects.select_for_update(skip_locked=True, of=("self",)).filter(
        kind__in=ENDING, withdrawn_at=None, announced_at=None, from_date__lte=on, later__status=Status.REGISTERED
    )
    rows = list(due.select_related("later").order_by("pk"))
    Relation.objects.filter(pk__in=[row.pk for row in rows]).update(announced_at=at)
    ids = sorted({row.earlier_id for row in rows})
    for row in rows:
        close_publications(document_id=row.earlier_id, remark=_told(row), at=at)
    if ids:
        transaction.on_commit(lambda: document_replaced.send(Document, document_ids=ids), robust=True)
    return ids


@transaction.atomic
def close_publications(*, document_id: int, remark: str, at: datetime) -> int:
    """Nobody is asked to read the document any further; what was confirmed stays. How many publications were open."""
    closing = Publication.objects.select_for_update(of=("self",)).select_related("document")
    rows = list(closing.filter(document=document_id, closed_at__isnull=True).order_by("pk"))
    for row in rows:
        row.closed_at, row.remark = at, remark[:300]
        row.save(update_fields=["closed_at", "remark"])
        record(verb="documents.publication_closed", on=row.document, by=None, at=at, unit=row.office_id)
    return len(rows)


def _told(row: Relation) -> str:
    said = {"later": row.later, "day": f"{row.from_date:%d/%m/%Y}"}
    if row.kind == RelationKind.REPLACES:
        return _("Được %(later)s thay thế từ %(day)s.") % said
    return _("Bị %(later)s bãi bỏ từ %(day)s.") % said

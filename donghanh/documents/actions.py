"""Every write to the registers. `by` must register documents of the unit on the day of `at`."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import asdict
from datetime import date, datetime
from typing import Any

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from donghanh.audit.actions import record
from donghanh.documents.actions_numbering import next_number, typed_number
from donghanh.documents.actions_relations import announce_replaced, close_publications
from donghanh.documents.choices import TRANSITIONS, Direction, SeriesKind, Status
from donghanh.documents.models import Document, DocumentCopy, Recipient, Relation
from donghanh.documents.queries import twins
from donghanh.documents.rules import (
    Arrival,
    Receiver,
    Told,
    arrival_faults,
    enforce,
    may_change,
    may_register,
    number_faults,
    told_faults,
)
from donghanh.documents.signals import document_recalled, document_registered
from donghanh.files.models import StoredFile
from donghanh.kernel.text import nfc
from donghanh.kernel.verdict import Refused
from donghanh.organisations.models import Unit
from donghanh.organisations.queries import called
from donghanh.people.models import Account


class AlreadyThere(Refused):
    """The register holds a document with the same number, symbol, issuer and year."""


@transaction.atomic
def draft(
    *, unit: Unit, told: Told, receivers: Iterable[Receiver] = (), file: StoredFile | None = None, by: Account,
    at: datetime, generated: bool = False,
) -> Document:  # fmt: skip
    """Enter a document that the unit is about to issue; it has no number yet."""
    on = timezone.localdate(at)
    may_register(by, unit.pk, on=on).enforce()
    enforce(told_faults(told, Direction.OUT, on=on))
    row = Document.objects.create(
        unit=unit, issuer=unit, direction=Direction.OUT, file=file, generated=generated, drafted_at=at, drafted_by=by,
        **asdict(told),
    )  # fmt: skip
    _set_receivers(row, receivers)
    record(verb="documents.drafted", on=row, by=by.pk, at=at, unit=unit.pk)
    return row


@transaction.atomic
def change_draft(
    *, document: Document, told: Told, receivers: Iterable[Receiver], file: StoredFile | None = None, by: Account,
    at: datetime,
) -> Document:  # fmt: skip
    """Write a document without a number anew; `file` None leaves the one it has."""
    on = timezone.localdate(at)
    row = _locked(document, by, on)
    may_change(row).enforce()
    enforce(told_faults(told, Direction.OUT, on=on))
    for name, value in asdict(told).items():
        setattr(row, name, value)
    row.file = file or row.file
    row.save()
    _set_receivers(row, receivers)
    record(verb="documents.changed", on=row, by=by.pk, at=at, unit=row.unit_id)
    return row


@transaction.atomic
def assign_number(
    *, document: Document, by: Account, at: datetime, council: str = "", number: int | None = None
) -> Document:
    """Give the document its number and enter it in the register: all or nothing, so a failure burns no number.

    `council`: the advisory body that issues it, with a series of its own; `number`: one of before this system.
    """
    on = timezone.localdate(at)
    row = _locked(document, by, on)
    enforce(number_faults(row))
    kind = SeriesKind.COUNCIL if council else SeriesKind.ORDINARY
    place: dict[str, Any] = {
        "unit_id": row.unit_id,
        "year": row.date.year,
        "kind": kind,
        "doc_type": row.type,
        "council": council,
    }
    if number is None:
        row.series = next_number(**place, this_year=on.year)
        row.number = row.series.last_number
    else:
        row.series, row.number = typed_number(**place, number=number, this_year=on.year), number
    row.number_text = f"{row.number:02}"
    row.status, row.registered_at, row.registered_by = TRANSITIONS["register"][1], at, by
    row.save(update_fields=["series", "number", "number_text", "status", "registered_at", "registered_by"])
    record(verb="documents.registered", on=row, by=by.pk, at=at, unit=row.unit_id)
    if row.relations_to_earlier.exists():
        announce_replaced(on=on, at=at)
    pk = row.pk
    transaction.on_commit(lambda: document_registered.send(Document, document_id=pk), robust=True)
    return row


@transaction.atomic
def register_incoming(
    *, unit: Unit, told: Told, arrival: Arrival, file: StoredFile | None = None, by: Account, at: datetime,
    generated: bool = False,
) -> Document:  # fmt: skip
    """Enter a received document under the next arrival number of the year in which it came."""
    on = timezone.localdate(at)
    may_register(by, unit.pk, on=on).enforce()
    enforce(told_faults(told, Direction.IN, on=on) | arrival_faults(told, arrival, on=on))
    if not arrival.known_twin:
        _refuse_twin(unit, told, arrival)
    series = next_number(unit_id=unit.pk, year=arrival.date.year, kind=SeriesKind.ARRIVALS, this_year=on.year)
    row = Document.objects.create(
        unit=unit, issuer=arrival.issuer, direction=Direction.IN, status=Status.REGISTERED, series=series,
        number_text=arrival.number_text, arrival_number=series.last_number, arrival_date=arrival.date,
        sender_note=nfc(arrival.sender_note), handled_by=nfc(arrival.handled_by), origin=arrival.origin,
        exchange_id=arrival.exchange_id, file=file, generated=generated, drafted_at=at, drafted_by=by,
        registered_at=at, registered_by=by, **asdict(told),
    )  # fmt: skip
    _set_receivers(row, arrival.receivers)
    record(verb="documents.arrived", on=row, by=by.pk, at=at, unit=unit.pk)
    return row


@transaction.atomic
def keep_book(
    *, document: Document, handled_by: str, passed_on_date: date | None, signed_for: str, note: str, by: Account,
    at: datetime,
) -> Document:  # fmt: skip
    """Fill in the columns that are written after registering: to whom it went, when, who signed for it, notes."""
    row = _locked(document, by, timezone.localdate(at))
    if row.status == Status.RECALLED:
        may_change(row).enforce()
    row.handled_by, row.passed_on_date = nfc(handled_by), passed_on_date
    row.signed_for, row.note = nfc(signed_for), nfc(note)
    row.save(update_fields=["handled_by", "passed_on_date", "signed_for", "note"])
    record(verb="documents.book_kept", on=row, by=by.pk, at=at, unit=row.unit_id)
    return row


@transaction.atomic
def recall(*, document: Document, reason: str, by: Account, at: datetime) -> Document:
    """Freeze an issued document, or withdraw a received one whose sender took it back; what it did to others ends."""
    row = _locked(document, by, timezone.localdate(at))
    if row.status != TRANSITIONS["recall"][0]:
        raise Refused(_("Chỉ thu hồi được văn bản đã vào sổ."))
    if not nfc(reason):
        raise Refused(_("Ghi lý do thu hồi."), "reason")
    row.status, row.recalled_at, row.recalled_by, row.recall_reason = TRANSITIONS["recall"][1], at, by, nfc(reason)
    row.save(update_fields=["status", "recalled_at", "recalled_by", "recall_reason"])
    Relation.objects.filter(later=row, withdrawn_at=None).update(withdrawn_at=at)
    close_publications(
        document_id=row.pk, remark=_("Văn bản đã bị thu hồi: %(reason)s") % {"reason": row.recall_reason}, at=at
    )
    record(verb="documents.recalled", on=row, by=by.pk, at=at, unit=row.unit_id)
    pk = row.pk
    transaction.on_commit(lambda: document_recalled.send(Document, document_id=pk), robust=True)
    return row


@transaction.atomic
def confirm_recall(*, document: Document, unit: Unit, by: Account, at: datetime) -> Recipient:
    """A receiver says that it uses the recalled document no more; its own entry of it is withdrawn too."""
    on = timezone.localdate(at)
    may_register(by, unit.pk, on=on).enforce()
    if document.status != Status.RECALLED:
        raise Refused(_("Văn bản này chưa bị thu hồi."))
    line, _made = Recipient.objects.get_or_create(
        document=document, unit=unit, defaults={"name": called([unit.pk], on=on)[unit.pk]}
    )
    if line.confirmed_at is not None:
        raise Refused(_("Đơn vị đã xác nhận rồi."))
    line.confirmed_at, line.confirmed_by = at, by
    line.save(update_fields=["confirmed_at", "confirmed_by"])
    for entry in Document.objects.filter(origin=document, unit=unit, status=Status.REGISTERED).order_by("pk"):
        recall(document=entry, reason=document.recall_reason, by=by, at=at)
    record(verb="documents.recall_confirmed", on=document, by=by.pk, at=at, unit=unit.pk)
    return line


@transaction.atomic
def make_copy(
    *, document: Document, unit: Unit, kind: str, symbol: str, amount: int, made_for: str, by: Account, at: datetime
) -> DocumentCopy:
    """Number a copy that the unit makes: one series for all kinds of copies (Decree 30, App. I.II.2.c)."""
    on = timezone.localdate(at)
    may_register(by, unit.pk, on=on).enforce()
    if document.status != Status.REGISTERED:
        raise Refused(_("Chỉ sao văn bản đã vào sổ và chưa thu hồi."))
    if not symbol.startswith(f"{kind}-"):
        raise Refused(_("Ký hiệu bản sao bắt đầu bằng “%(type)s-”.") % {"type": kind}, "symbol")
    series = next_number(unit_id=unit.pk, year=on.year, kind=SeriesKind.COPIES, this_year=on.year)
    row = DocumentCopy.objects.create(
        document=document, series=series, number=series.last_number, type=kind, symbol=symbol, date=on, amount=amount,
        made_for=nfc(made_for), made_at=at, made_by=by,
    )  # fmt: skip
    record(verb="documents.copied", on=document, by=by.pk, at=at, unit=unit.pk, copy=row.pk)
    return row


def _locked(document: Document, by: Account, on: date) -> Document:
    may_register(by, document.unit_id, on=on).enforce()
    return Document.objects.select_for_update(of=("self",)).get(pk=document.pk)


def _set_receivers(row: Document, receivers: Iterable[Receiver]) -> None:
    row.recipients.all().delete()
    lines = {(each.unit and each.unit.pk, each.name): each for each in receivers}
    Recipient.objects.bulk_create(
        Recipient(document=row, unit=each.unit, name=nfc(each.name), with_below=each.with_below)
        for each in lines.values()
    )


def _refuse_twin(unit: Unit, told: Told, arrival: Arrival) -> None:
    found = twins(
        unit.pk, number_text=arrival.number_text, symbol=told.symbol, issuer_name=told.issuer_name, year=told.date.year
    ).first()
    if found:
        raise AlreadyThere(
            _("Sổ đến đã có %(code)s của %(issuer)s (số đến %(number)s).")
            % {"code": found.code, "issuer": found.issuer_name, "number": found.arrival_number},
            "number_text",
        )

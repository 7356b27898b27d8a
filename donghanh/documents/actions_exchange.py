"""Documents that leave and arrive as edXML files, and the statuses that answer them."""

from __future__ import annotations

from datetime import date, datetime

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from donghanh.audit.actions import record
from donghanh.documents import edxml
from donghanh.documents.actions import register_incoming
from donghanh.documents.choices import TYPES, Direction, Reply, Status, Urgency
from donghanh.documents.models import Document, DocumentAnnex, ExchangeReply
from donghanh.documents.queries import files_of
from donghanh.documents.rules import Arrival, Told, may_register
from donghanh.files.actions import store_upload
from donghanh.files.models import StoredFile
from donghanh.files.queries import content_of
from donghanh.kernel.text import fold, nfc
from donghanh.kernel.verdict import Refused
from donghanh.organisations.models import Unit, uid_of
from donghanh.organisations.queries import called, codes
from donghanh.people.models import Account

PRIORITIES = (Urgency.NORMAL, Urgency.URGENT, Urgency.VERY_URGENT, Urgency.FLASH)


def organ_of(unit_id: int, *, on: date) -> edxml.Organ:
    """A unit as packages name it: its code, or our own identifier where it has none."""
    code = codes([unit_id], on=on).get(unit_id) or uid_of(unit_id)
    return edxml.Organ(code[:13], called([unit_id], on=on)[unit_id])


@transaction.atomic
def export_package(*, document: Document, by: Account, at: datetime) -> bytes:
    """One issued document with its file as an .edxml file."""
    on = timezone.localdate(at)
    may_register(by, document.unit_id, on=on).enforce()
    if document.direction != Direction.OUT or document.status != Status.REGISTERED:
        raise Refused(_("Chỉ đóng gói văn bản đi đã có số và chưa thu hồi."))
    lines = list(document.recipients.order_by("pk"))
    files = tuple(_attached(one) for one in files_of(document))
    sender = organ_of(document.unit_id, on=on)
    package = edxml.Package(
        sender=sender,
        receivers=tuple(organ_of(line.unit_id, on=on) for line in lines if line.unit_id),
        number=document.number_text, notation=document.symbol, place="", date=document.date,
        type_name=document.type_name, subject=document.abstract, authority=document.signer_authority,
        position=document.signer_position, signer=document.signer_name, due_date=document.due_date,
        places=tuple(line.name for line in lines), priority=PRIORITIES.index(Urgency(document.urgency)),
        drafting_unit=document.drafting_unit, copies=document.copies, pages=document.pages,
        document_id=edxml.document_id(sender.id, document.date, document.code), sent_at=timezone.localtime(at),
        files=files,
    )  # fmt: skip
    record(verb="documents.package_made", on=document, by=by.pk, at=at, unit=document.unit_id)
    return edxml.write(package)


@transaction.atomic
def take_package(*, unit: Unit, content: bytes, by: Account, at: datetime) -> Document:
    """Enter the document of an .edxml file in the book of arrivals, or note the status that a receiver sent back.

    Refused whole with its sentence: a field that is missing, the same package twice, a file that is not taken.
    """
    on = timezone.localdate(at)
    may_register(by, unit.pk, on=on).enforce()
    read = edxml.read(content)
    if isinstance(read, edxml.Status):
        return _note_status(unit, read, by=by, at=at)
    if (known := Document.objects.filter(unit=unit, exchange_id=read.document_id).order_by("pk").first()) is not None:
        raise Refused(
            _("Gói này đã vào sổ: số đến %(number)s ngày %(day)s.")
            % {"number": known.arrival_number, "day": f"{known.arrival_date:%d/%m/%Y}"}
        )
    files = [store_upload(content=one.content, name=one.name, unit=unit.pk, by=by.pk, at=at) for one in read.files]
    told = Told(
        type=_type_of(read), symbol=read.notation, date=read.date, abstract=read.subject,
        issuer_name=read.sender.name or read.sender.id, signer_name=read.signer, signer_position=read.position,
        signer_authority=read.authority[:10], urgency=PRIORITIES[read.priority], copies=read.copies, pages=read.pages,
        drafting_unit=read.drafting_unit, due_date=read.due_date,
    )  # fmt: skip
    arrival = Arrival(date=on, number_text=read.number, exchange_id=read.document_id)
    row = register_incoming(unit=unit, told=told, arrival=arrival, file=files[0] if files else None, by=by, at=at)
    DocumentAnnex.objects.bulk_create(
        DocumentAnnex(document=row, file=file, position=position) for position, file in enumerate(files[1:], 1)
    )
    return row


@transaction.atomic
def answer(*, document: Document, reply: str, description: str, by: Account, at: datetime) -> bytes:
    """Tell the sender of a received package what became of it: the status package as a file, kept as said."""
    on = timezone.localdate(at)
    may_register(by, document.unit_id, on=on).enforce()
    if not document.exchange_id:
        raise Refused(_("Văn bản này không đến bằng gói edXML nên không có nơi để phản hồi."))
    if reply == Reply.REJECTED and not nfc(description):
        raise Refused(_("Ghi lý do từ chối."), "description")
    me = organ_of(document.unit_id, on=on)
    said = ExchangeReply.objects.create(
        document=document, sender_id=me.id, sender_name=me.name, code=reply, description=nfc(description),
        stated_at=at, recorded_at=at, recorded_by=by,
    )  # fmt: skip
    record(verb="documents.answered", on=document, by=by.pk, at=at, unit=document.unit_id)
    return _status_of(said)


def package_of(*, document: Document, by: Account, at: datetime) -> bytes:
    """What is to be handed to the other side: the document itself, or of a received one the last status given."""
    if document.direction == Direction.OUT:
        return export_package(document=document, by=by, at=at)
    may_register(by, document.unit_id, on=timezone.localdate(at)).enforce()
    last = document.replies.order_by("-stated_at", "-pk").first()
    if last is None:
        raise Refused(_("Chưa ghi phản hồi nào cho văn bản này."))
    return _status_of(last)


def _status_of(said: ExchangeReply) -> bytes:
    document = said.document
    return edxml.write_status(
        edxml.Status(
            sender=edxml.Organ(said.sender_id, said.sender_name), to_id=document.exchange_id.split(",")[0][:13],
            document_id=document.exchange_id, code=document.code, date=document.date, reply=said.code,
            description=said.description, at=timezone.localtime(said.stated_at),
        )
    )  # fmt: skip


def _attached(file: StoredFile) -> edxml.Attached:
    with content_of(file) as opened:
        return edxml.Attached(file.name, file.content_type, opened.read())


def _note_status(unit: Unit, said: edxml.Status, *, by: Account, at: datetime) -> Document:
    rows = Document.objects.filter(unit=unit, direction=Direction.OUT, date=said.date).exclude(status=Status.DRAFT)
    me = organ_of(unit.pk, on=timezone.localdate(at)).id
    for row in rows.order_by("pk"):
        if edxml.document_id(me, row.date, row.code) == said.document_id:
            break
    else:
        raise Refused(_("Sổ đi không có văn bản mà gói phản hồi này nói tới."))
    stated = timezone.make_aware(said.at)
    key = {"document": row, "sender_id": said.sender.id, "code": said.reply, "stated_at": stated}
    if ExchangeReply.objects.filter(**key).exists():
        raise Refused(_("Phản hồi này đã ghi rồi."))
    ExchangeReply.objects.create(
        **key, sender_name=said.sender.name, description=said.description, recorded_at=at, recorded_by=by
    )
    record(verb="documents.reply_noted", on=row, by=by.pk, at=at, unit=unit.pk)
    return row


def _type_of(package: edxml.Package) -> str:
    """Our code of the type: by its name, else by how the symbol begins."""
    for code, name in TYPES.items():
        if fold(name) == fold(package.type_name):
            return code
    head = package.notation.split("-")[0]
    return head if head in TYPES else "K"

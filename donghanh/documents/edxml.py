"""edXML packages as QCVN 102:2016/BTTTT shapes them: one document with its files, or one status that answers it."""

from __future__ import annotations

import base64
import binascii
import hashlib
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from xml.etree import ElementTree as ET  # builds only; what others wrote is read by defusedxml

from defusedxml import DefusedXmlException
from defusedxml.ElementTree import fromstring
from django.utils.translation import gettext as _

from donghanh.documents.choices import Reply
from donghanh.kernel.text import nfc
from donghanh.kernel.verdict import Refused

NAMESPACE = "http://www.mic.gov.vn/TBT/QCVN_102_2016"
XLINK = "http://www.w3.org/1999/xlink"
LARGEST_PACKAGE = 16 * 1024 * 1024  # bytes: a file of 10 MB in base64, and its frame
MOST_FILES = 20
DAY, MOMENT = "%Y/%m/%d", "%Y/%m/%d %H:%M:%S"
HIGHEST_PRIORITY = 3  # 0 normal, 1 urgent, 2 very urgent, 3 flash; 4 is flash with an hour
NEW_DOCUMENT, NO_STEERING = "0", "1"


type Day = date  # fields called `date` hide the class


@dataclass(frozen=True)
class Organ:
    id: str
    name: str


@dataclass(frozen=True)
class Attached:
    name: str
    content_type: str
    content: bytes


@dataclass(frozen=True)
class Package:
    """A document on its way. Lengths are those of Appendix VI; `priority` 0 to 3."""

    sender: Organ
    receivers: tuple[Organ, ...]
    number: str
    notation: str
    place: str
    date: Day
    type_name: str
    subject: str
    authority: str
    position: str
    signer: str
    due_date: Day | None
    places: tuple[str, ...]
    priority: int
    drafting_unit: str
    copies: int
    pages: int
    document_id: str
    sent_at: datetime
    files: tuple[Attached, ...] = ()


@dataclass(frozen=True)
class Status:
    """What a receiver says of a document that reached it."""

    sender: Organ
    to_id: str
    document_id: str
    code: str  # of the document, number/notation
    date: Day
    reply: str  # `Reply`
    description: str
    at: datetime


def document_id(organ_id: str, day: date, code: str) -> str:
    """The identifier that travels with a document: organ, day, number and symbol."""
    return f"{organ_id},{day:{DAY}},{code}"


def write(package: Package) -> bytes:
    """The package as a file; the same package gives the same bytes."""
    root, header, body = _frame()
    message = _add(header, "MessageHeader")
    _organ(message, "From", package.sender)
    for receiver in package.receivers:
        _organ(message, "To", receiver)
    _fields(_add(message, "Code"), CodeNumber=package.number, CodeNotation=package.notation)
    _fields(_add(message, "PromulgationInfo"), Place=package.place, PromulgationDate=f"{package.date:{DAY}}")
    _fields(_add(message, "DocumentType"), Type="2", TypeName=package.type_name)  # 2: administrative documents
    _fields(message, Subject=package.subject, Content=package.subject)
    _fields(
        _add(message, "SignerInfo"), Competence=package.authority, Position=package.position, FullName=package.signer
    )
    if package.due_date:
        _fields(message, DueDate=f"{package.due_date:{DAY}}")
    places = _add(message, "ToPlaces")
    for place in package.places:
        _fields(places, Place=place)
    _fields(
        _add(message, "OtherInfo"), Priority=str(package.priority), TyperNotation=package.drafting_unit,
        PromulgationAmount=str(package.copies), PageAmount=str(package.pages),
    )  # fmt: skip
    _fields(message, SteeringType=NO_STEERING, DocumentId=package.document_id)
    trace = _add(header, "TraceHeaderList")
    _fields(_add(trace, "TraceHeader"), OrganId=package.sender.id, Timestamp=f"{package.sent_at:{MOMENT}}")
    _fields(_add(trace, "Bussiness"), BussinessDocType=NEW_DOCUMENT, BussinessDocReason="Văn bản mới", Paper="0")
    _add(header, "Signature")
    _enclose(root, body, package.files)
    return _bytes(root)


def write_status(status: Status) -> bytes:
    """The small package that answers a document."""
    root, header, _body = _frame()
    said = _add(header, "Status")
    _fields(
        _add(said, "ResponseFor"), OrganId=status.to_id, Code=status.code, PromulgationDate=f"{status.date:{DAY}}",
        DocumentId=status.document_id,
    )  # fmt: skip
    _organ(said, "From", status.sender)
    _fields(
        said, StatusCode=status.reply, Description=status.description, Timestamp=f"{status.at:{MOMENT}}",
    )  # fmt: skip
    return _bytes(root)


def read(content: bytes) -> Package | Status:
    """The package or the status in a file of others; Refused with the sentence for whoever sent or chose it."""
    if len(content) > LARGEST_PACKAGE:
        raise Refused(_("Gói văn bản lớn hơn 16 MB nên không nhận."))
    try:
        root = fromstring(content, forbid_dtd=True)
    except DefusedXmlException as trap:
        raise Refused(_("Gói văn bản có khai báo thực thể XML nên không nhận. Xin bên gửi xuất lại gói.")) from trap
    except (ET.ParseError, ValueError, LookupError) as broken:
        raise Refused(_("Tệp này không phải gói văn bản edXML hoặc bị hỏng.")) from broken
    if (status := _find(root, "Status")) is not None:
        return _status(status)
    message = _find(root, "MessageHeader")
    if message is None:
        raise Refused(_("Tệp này không phải gói văn bản edXML: không có phần MessageHeader."))
    return _package(root, message)


def _package(root: ET.Element, message: ET.Element) -> Package:
    moment = _text(_find(root, "TraceHeader"), "Timestamp", 40)
    priority = _number(message, "Priority", 0, HIGHEST_PRIORITY + 1)
    return Package(
        sender=_read_organ(_needed(message, "From")),
        receivers=tuple(_read_organ(each) for each in message if _name(each) == "To"),
        number=_text(message, "CodeNumber", 11, _("số văn bản")),
        notation=_text(message, "CodeNotation", 30, _("ký hiệu văn bản")),
        place=_text(_find(message, "PromulgationInfo"), "Place", 100),
        date=_day(message, "PromulgationDate", needed=True) or date.min,
        type_name=_text(message, "TypeName", 100),
        subject=_text(message, "Subject", 500, _("trích yếu")),
        authority=_text(message, "Competence", 100), position=_text(message, "Position", 100),
        signer=_text(message, "FullName", 50),
        due_date=_day(message, "DueDate"),
        places=tuple(nfc(each.text or "") for each in _all(_find(message, "ToPlaces"), "Place")),
        priority=min(priority, HIGHEST_PRIORITY),
        drafting_unit=_text(message, "TyperNotation", 200),
        copies=_number(message, "PromulgationAmount", 1, 9999), pages=_number(message, "PageAmount", 1, 9999),
        document_id=_text(message, "DocumentId", 100, _("mã định danh văn bản")),
        sent_at=_moment(moment),
        files=_files(root),
    )  # fmt: skip


def _status(said: ET.Element) -> Status:
    answered = _needed(said, "ResponseFor")
    reply = _text(said, "StatusCode", 2, _("mã trạng thái"))
    if reply not in Reply.values:
        raise Refused(_("Gói phản hồi có mã trạng thái lạ “%(code)s”.") % {"code": reply})
    return Status(
        sender=_read_organ(_needed(said, "From")),
        to_id=_text(answered, "OrganId", 13),
        document_id=_text(answered, "DocumentId", 100, _("mã định danh văn bản")),
        code=_text(answered, "Code", 50),
        date=_day(answered, "PromulgationDate", needed=True) or date.min,
        reply=reply,
        description=_text(said, "Description", 500),
        at=_moment(_text(said, "Timestamp", 40, _("thời điểm"))),
    )


def _files(root: ET.Element) -> tuple[Attached, ...]:
    found = list(_all(root, "Attachment"))
    if len(found) > MOST_FILES:
        raise Refused(_("Gói có hơn 20 tệp kèm theo nên không nhận."))
    files = []
    for each in found:
        coded = _find(each, "ContentTransferEncoded")
        try:
            content = base64.b64decode("".join((coded.text or "").split()) if coded is not None else "", validate=True)
        except (binascii.Error, ValueError) as broken:
            raise Refused(_("Tệp kèm theo trong gói bị hỏng. Xin bên gửi xuất lại gói.")) from broken
        files.append(Attached(_text(each, "AttachmentName", 200), _text(each, "ContentType", 100), content))
    return tuple(files)


def _frame() -> tuple[ET.Element, ET.Element, ET.Element]:
    ET.register_namespace("edXML", NAMESPACE)
    ET.register_namespace("xlink", XLINK)
    root = ET.Element(f"{{{NAMESPACE}}}edXML")
    envelope = _add(root, "edXMLEnvelope")
    return root, _add(envelope, "edXMLHeader"), _add(envelope, "edXMLBody")


def _enclose(root: ET.Element, body: ET.Element, files: Iterable[Attached]) -> None:
    manifest, enclosed = _add(body, "edXMLManifest"), _add(root, "AttachmentEncoded")
    for number, file in enumerate(files, 1):
        key = f"{number}-{hashlib.sha256(file.content).hexdigest()[:32]}"
        reference = _add(manifest, "Reference")
        reference.set(f"{{{XLINK}}}href", f"cid:{key}")
        _fields(reference, ContentId=f"cid:{key}", ContentType=file.content_type, AttachmentName=file.name)
        _fields(
            _add(enclosed, "Attachment"), ContentType=file.content_type, ContentId=key, AttachmentName=file.name,
            ContentTransferEncoded=base64.b64encode(file.content).decode(),
        )  # fmt: skip


def _add(parent: ET.Element, name: str) -> ET.Element:
    return ET.SubElement(parent, f"{{{NAMESPACE}}}{name}")


def _fields(parent: ET.Element, **texts: str) -> None:
    for name, text in texts.items():
        _add(parent, name).text = text


def _organ(parent: ET.Element, name: str, organ: Organ) -> None:
    _fields(_add(parent, name), OrganId=organ.id, OrganName=organ.name)


def _bytes(root: ET.Element) -> bytes:
    written: bytes = ET.tostring(root, encoding="utf-8", xml_declaration=True)
    return written


def _name(element: ET.Element) -> str:
    return element.tag.rpartition("}")[2]


def _all(parent: ET.Element | None, name: str) -> Iterable[ET.Element]:
    """Elements of this name below, whatever prefix or namespace the sender gave them."""
    return (each for each in parent.iter() if _name(each) == name) if parent is not None else ()


def _find(parent: ET.Element | None, name: str) -> ET.Element | None:
    return next(iter(_all(parent, name)), None)


def _needed(parent: ET.Element, name: str) -> ET.Element:
    found = _find(parent, name)
    if found is None:
        raise Refused(_("Gói văn bản thiếu phần %(name)s.") % {"name": name})
    return found


def _text(parent: ET.Element | None, name: str, longest: int, called: str = "") -> str:
    """The text of a field, in one form; a field that is `called` something is needed."""
    found = _find(parent, name)
    text = nfc(found.text or "") if found is not None else ""
    if called and not text:
        raise Refused(_("Gói văn bản thiếu %(field)s (%(name)s).") % {"field": called, "name": name})
    if len(text) > longest:
        raise Refused(_("Mục %(name)s của gói dài quá %(longest)s chữ cái.") % {"name": name, "longest": longest})
    return text


def _number(parent: ET.Element, name: str, otherwise: int, most: int) -> int:
    text = _text(parent, name, 20)
    if not text:
        return otherwise
    if not (text.isascii() and text.isdigit()) or int(text) > most:
        raise Refused(_("Mục %(name)s của gói phải là số, không phải “%(text)s”.") % {"name": name, "text": text})
    return int(text)


def _day(parent: ET.Element, name: str, *, needed: bool = False) -> date | None:
    text = _text(parent, name, 40, _("ngày văn bản") if needed else "")
    if not text:
        return None
    for form in (DAY, "%Y-%m-%d", "%d/%m/%Y"):
        try:
            return datetime.strptime(text, form).date()  # noqa: DTZ007  # a day has no zone
        except ValueError:
            continue
    raise Refused(_("Mục %(name)s của gói không phải ngày: “%(text)s”.") % {"name": name, "text": text})


def _moment(text: str) -> datetime:
    """As written there, without a zone; the beginning of time where nothing is written."""
    for form in (MOMENT, "%d/%m/%Y %H:%M:%S", "%Y-%m-%dT%H:%M:%S"):
        try:
            return datetime.strptime(text, form)  # noqa: DTZ007  # packages carry local time
        except ValueError:
            continue
    if text:
        raise Refused(_("Thời điểm trong gói không đọc được: “%(text)s”.") % {"text": text})
    return datetime.min  # noqa: DTZ901


def _read_organ(element: ET.Element) -> Organ:
    called = _("mã định danh cơ quan")
    return Organ(_text(element, "OrganId", 13, called), _text(element, "OrganName", 200))

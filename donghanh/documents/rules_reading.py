from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from django.utils.translation import gettext as _

from donghanh.documents.choices import Status
from donghanh.documents.models import Document
from donghanh.documents.models_reading import Nudge, Publication
from donghanh.documents.queries import documents_visible_to
from donghanh.documents.queries_reading import ended_by, publications_for, units_watched
from donghanh.kernel.verdict import YES, Verdict, no
from donghanh.organisations.models import Lineage
from donghanh.people.choices import Right
from donghanh.people.models import Account
from donghanh.people.queries import holds


@dataclass(frozen=True)
class Wanted:
    """To whom a document goes: who holds one of these roles in units of these kinds, in the branch and below it."""

    branch_id: int
    kinds: Sequence[str]
    roles: Sequence[str]
    due_on: date


def may_publish(account: Account, document: Document, office_id: int, *, on: date) -> Verdict:
    if not holds(account, Right.PUBLISH_DOCUMENTS, office_id, on=on):
        return no(_("Thầy cô không phổ biến văn bản của đơn vị này."))
    if not documents_visible_to(account, on=on).filter(pk=document.pk).exists():
        return no(_("Thầy cô không xem được văn bản này."))
    if Publication.objects.filter(document=document, office=office_id, closed_at__isnull=True).exists():
        return no(_("Đơn vị đang phổ biến văn bản này rồi. Khép lần ấy trước khi gửi lần khác."))
    return _still_holds(document, on=on)


def _still_holds(document: Document, *, on: date) -> Verdict:
    if document.status != Status.REGISTERED:
        return no(_("Chỉ phổ biến văn bản đã vào sổ và chưa thu hồi."))
    if later := ended_by(document, on=on):
        return no(_("Văn bản đã bị %(later)s thay thế hoặc bãi bỏ; phổ biến văn bản mới.") % {"later": later})
    if document.in_force_to and document.in_force_to < on:
        return no(_("Văn bản đã hết hiệu lực từ %(day)s.") % {"day": f"{document.in_force_to:%d/%m/%Y}"})
    return YES


def may_send(wanted: Wanted, office_id: int, *, on: date) -> Verdict:
    """Is what is wanted whole, and within the office's reach?"""
    if not Lineage.objects.filter(ancestor=office_id, descendant=wanted.branch_id, valid__contains=on).exists():
        return no(_("Chọn một đơn vị trong phạm vi của cơ quan mình."), "branch")
    if not wanted.kinds:
        return no(_("Chọn ít nhất một loại đơn vị."), "kinds")
    if not wanted.roles:
        return no(_("Chọn ít nhất một vai trò."), "roles")
    if wanted.due_on < on:
        return no(_("Hạn đọc phải từ hôm nay trở đi."), "due_on")
    return YES


def may_close(account: Account, publication: Publication, *, on: date) -> Verdict:
    if not holds(account, Right.PUBLISH_DOCUMENTS, publication.office_id, on=on):
        return no(_("Chỉ cơ quan đã phổ biến mới khép được."))
    if not publication.is_open:
        return no(_("Lần phổ biến này đã khép."))
    return YES


def may_acknowledge(account: Account, document: Document, *, on: date) -> Verdict:
    if not publications_for(account, on=on).filter(document=document).exists():
        return no(_("Văn bản này không còn cần thầy cô xác nhận."))
    return YES


def may_nudge(account: Account, publication: Publication, unit_id: int, *, on: date) -> Verdict:
    """Once a day a unit; who was reminded by an office above is left in peace as well."""
    if not units_watched(account, publication, on=on).filter(descendant=unit_id).exists():
        return no(_("Thầy cô không theo dõi việc đọc của đơn vị này."))
    if not publication.is_open:
        return no(_("Lần phổ biến này đã khép nên không nhắc nữa."))
    above = Lineage.objects.filter(descendant=unit_id, valid__contains=on).values("ancestor")
    if Nudge.objects.filter(publication__document=publication.document_id, on=on, unit__in=above).exists():
        return no(_("Hôm nay đã nhắc rồi; mỗi văn bản mỗi ngày nhắc một lần."))
    return YES

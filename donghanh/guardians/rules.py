from __future__ import annotations

from collections.abc import Collection
from datetime import date, datetime

from django.utils.translation import gettext as _

from donghanh.guardians.choices import (
    FAILURES_FROM_AN_ADDRESS,
    FAILURES_OF_AN_ACCOUNT,
    MOST_CODES_A_CHILD,
    MOST_CODES_A_SHEET,
    MOVES,
    OF_AGE,
    WINDOW,
    LinkState,
    Move,
    Relation,
)
from donghanh.guardians.models import CustodyBlock, Guardianship
from donghanh.guardians.queries import (
    age_on,
    failures_from,
    failures_of,
    is_blocked,
    learners_visible_to,
    open_codes,
    running_links,
)
from donghanh.kernel.text import nfc
from donghanh.kernel.verdict import YES, Verdict, no
from donghanh.people.choices import Right
from donghanh.people.models import Account
from donghanh.people.queries import holds
from donghanh.rosters.models import Learner

DOCUMENT_LENGTH: int = CustodyBlock._meta.get_field("document").max_length or 0


def may_look_after(child_ids: Collection[int], *, by: Account, on: date) -> Verdict:
    """The school's administrator, or the teacher of the class: of every one of these children."""
    reached = learners_visible_to(by, on=on).filter(pk__in=child_ids).count()
    if reached < len(set(child_ids)):
        return no(_("Có học sinh không thuộc trường hoặc lớp của thầy cô."))
    return YES


def may_print(child_ids: Collection[int], a_child: int, *, by: Account, at: datetime, on: date) -> Verdict:
    """Codes for these children, so many each."""
    if not child_ids:
        return no(_("Chọn ít nhất một học sinh."))
    if not 1 <= a_child <= MOST_CODES_A_CHILD:
        return no(_("Mỗi học sinh từ 1 đến %(most)s mã.") % {"most": MOST_CODES_A_CHILD})
    if len(child_ids) * a_child > MOST_CODES_A_SHEET:
        return no(_("Mỗi lần in tối đa %(most)s mã.") % {"most": MOST_CODES_A_SHEET})
    if not (reached := may_look_after(child_ids, by=by, on=on)):
        return reached
    children = Learner.objects.filter(pk__in=child_ids).order_by("full_name_sort", "pk")
    waiting = open_codes(child_ids, at=at)
    return next(
        (no(why) for child in children if (why := _no_code_for(child, waiting.get(child.pk, 0) + a_child, on=on))), YES
    )


def _no_code_for(child: Learner, codes: int, *, on: date) -> str:
    """Why this child gets no code, if it would then have so many that still count; "": it does."""
    if child.left_on and child.left_on <= on:
        return _("%(name)s đã rời trường.") % {"name": child.full_name}
    if (age_on(child.birth_date, on) or 0) >= OF_AGE:
        return _("%(name)s đã đủ 18 tuổi, không còn người giám hộ.") % {"name": child.full_name}
    if codes > MOST_CODES_A_CHILD:
        return _("%(name)s đang có mã chưa dùng; mỗi học sinh tối đa %(most)s mã còn hạn. Hủy mã cũ trước.") % {
            "name": child.full_name,
            "most": MOST_CODES_A_CHILD,
        }
    return ""


def may_try(account: Account | None, address: str, *, at: datetime) -> Verdict:
    """No after 10 wrong codes of one account in an hour, or 60 from one address."""
    since = at - WINDOW
    if account and failures_of(account.pk, since=since) >= FAILURES_OF_AN_ACCOUNT:
        return no(_("Đã nhập sai mã quá nhiều lần. Chờ một giờ rồi thử lại, hoặc xin trường in mã mới."))
    if failures_from(address, since=since) >= FAILURES_FROM_AN_ADDRESS:
        return no(_("Có quá nhiều mã sai từ mạng này. Chờ một giờ rồi thử lại."))
    return YES


def is_a_live_code(link: Guardianship | None, *, at: datetime) -> Verdict:
    """Does what was typed stand for a link that can be claimed now?"""
    if link is None:
        return no(_("Mã này không đúng. Xem lại từng chữ trên phiếu; trong mã không có chữ O, I và số 0, 1."))
    if link.state == LinkState.REVOKED:
        return no(_("Mã này đã bị trường hủy. Xin trường in mã mới."))
    if link.state != LinkState.INVITED:
        return no(_("Mã này đã dùng rồi; mỗi mã dùng một lần cho một người. Xin trường in mã mới."))
    if link.expires_at <= at:
        return no(_("Mã này đã hết hạn. Xin trường in mã mới."))
    return YES


def may_claim(link: Guardianship, relation: str, *, by: Account) -> Verdict:
    """May the account become this child's guardian by a code that counts?"""
    if relation not in Relation.values:
        return no(_("Chọn quan hệ với học sinh."))
    if not (fit := _may_use_code_of(link, by)):
        return fit
    if is_blocked(by.pk, link.child_id):
        return no(_("Tài khoản này không liên kết được với học sinh của mã. Mời liên hệ nhà trường."))
    if running_links(link.child_id, by.pk).exists():
        return no(_("Tài khoản này đã liên kết với học sinh của mã rồi."))
    return YES


def _may_use_code_of(link: Guardianship, by: Account) -> Verdict:
    if link.child_id == by.pk:
        return no(_("Mã này dành cho cha mẹ hoặc người giám hộ, không dành cho chính học sinh."))
    if Learner.objects.filter(pk=by.pk).exists():
        return no(_("Tài khoản học sinh không nhận làm người giám hộ được."))
    if link.invited_by_id == by.pk:
        return no(_("Người in mã không tự dùng mã ấy; người khác trong trường in mã cho thầy cô."))
    return YES


def may_verify(link: Guardianship, *, by: Account, on: date) -> Verdict:
    if not (reached := may_look_after([link.child_id], by=by, on=on)):
        return reached
    if link.guardian_id == by.pk:
        return no(_("Liên kết của chính mình do người khác trong trường xác minh."))
    if link.guardian_id and is_blocked(link.guardian_id, link.child_id):
        return no(_("Có quyết định không cho người này liên kết với học sinh. Gỡ quyết định trước."))
    return _in_state(link, Move.VERIFY)


def may_revoke(link: Guardianship, *, by: Account, on: date) -> Verdict:
    """The guardian themselves, or the school."""
    if link.guardian_id != by.pk and not (reached := may_look_after([link.child_id], by=by, on=on)):
        return reached
    return _in_state(link, Move.REVOKE)


def may_block(child: Learner, document: str, document_day: date, *, by: Account, on: date) -> Verdict:
    """The school's administrator, on a document with a number and a day that has come. A class teacher may not."""
    if not holds(by, Right.MANAGE_LEARNERS, child.unit_id, on=on):
        return no(_("Chỉ người quản trị trường ghi hoặc gỡ quyết định hạn chế."))
    if not nfc(document) or len(nfc(document)) > DOCUMENT_LENGTH:
        return no(_("Ghi số của quyết định, không quá %(most)s ký tự.") % {"most": DOCUMENT_LENGTH})
    if document_day > on:
        return no(_("Ngày của quyết định ở sau hôm nay."))
    return YES


def may_lift(block: CustodyBlock, document: str, *, by: Account, on: date) -> Verdict:
    if block.lifted_at:
        return no(_("Quyết định này đã gỡ rồi."))
    return may_block(block.child, document, on, by=by, on=on)


def _in_state(link: Guardianship, move: Move) -> Verdict:
    if link.state not in MOVES[move][0]:
        return no(_("Liên kết này đã khác: %(state)s.") % {"state": link.get_state_display().lower()})
    return YES

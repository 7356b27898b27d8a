from __future__ import annotations

from datetime import date

from django.utils.translation import gettext as _

from donghanh.kernel.rows import everything
from donghanh.kernel.text import nfc
from donghanh.kernel.verdict import YES, Verdict, no
from donghanh.people.choices import Right
from donghanh.people.models import Account
from donghanh.people.queries import holds
from donghanh.periods.queries import working_day
from donghanh.privacy.choices import (
    DAYS_TO_ANSWER,
    LONGEST_TEXT,
    MOST_OPEN_REQUESTS,
    MOVES,
    PURPOSES,
    Capacity,
    Move,
    RequestKind,
    RequestState,
)
from donghanh.privacy.models import Consent, DataRequest
from donghanh.privacy.queries import SPEAKERS, capacities_needed, needed_still, school_of


def due_day(asked_on: date) -> date:
    """The last day on which an answer is in time: DAYS_TO_ANSWER working days after the day of asking."""
    return working_day(DAYS_TO_ANSWER, after=asked_on)


def may_act_for(account_id: int, subject_id: int) -> Verdict:
    """A person acts for themselves; for a child, whoever a higher room says speaks for it."""
    if account_id == subject_id or any(speaks(account_id, subject_id) for speaks in SPEAKERS):
        return YES
    return no(_("Chỉ chính người có dữ liệu, hoặc cha mẹ đã được trường xác minh, mới làm được việc này."))


def capacity_of(account_id: int, subject_id: int) -> Capacity:
    return Capacity.SELF if account_id == subject_id else Capacity.REPRESENTATIVE


def may_consent(subject_id: int, purpose: str, *, by: Account, on: date) -> Verdict:
    if purpose not in PURPOSES:
        return no(_("Không có mục đích này trong danh sách."))
    if not (acts := may_act_for(by.pk, subject_id)):
        return acts
    capacity = capacity_of(by.pk, subject_id)
    if capacity not in capacities_needed(subject_id, on=on):
        if capacity == Capacity.SELF:
            return no(_("Trẻ dưới 7 tuổi do cha mẹ hoặc người giám hộ đồng ý thay."))
        return no(_("Từ 16 tuổi, người học tự mình đồng ý."))
    return YES


def may_withdraw(consent: Consent, *, by: Account) -> Verdict:
    """Whoever may speak in the capacity in which it was given: one parent may withdraw what the other gave."""
    if not (acts := may_act_for(by.pk, consent.subject_id)):
        return acts
    if consent.capacity != capacity_of(by.pk, consent.subject_id):
        return no(_("Sự đồng ý này do người khác đưa ra; chỉ người ấy rút được."))
    return YES


def may_ask(subject_id: int, kind: str, text: str, *, by: Account) -> Verdict:
    if kind not in RequestKind.values:
        return no(_("Không có loại yêu cầu này."))
    if not (acts := may_act_for(by.pk, subject_id)):
        return acts
    if kind == RequestKind.CORRECT and not nfc(text):
        return no(_("Hãy ghi điều gì sai và nội dung đúng là gì."))
    if len(nfc(text)) > LONGEST_TEXT:
        return no(_("Nội dung dài quá %(most)s ký tự.") % {"most": LONGEST_TEXT})
    return _not_asked_too_often(subject_id, kind)


def _not_asked_too_often(subject_id: int, kind: str) -> Verdict:
    running = DataRequest.objects.filter(subject=subject_id, state=RequestState.ASKED)
    if running.filter(kind=kind).exclude(kind=RequestKind.CORRECT).exists():
        return no(_("Một yêu cầu như vậy đang chờ trả lời."))
    if running.count() >= MOST_OPEN_REQUESTS:
        return no(_("Đã có %(most)s yêu cầu đang chờ trả lời.") % {"most": MOST_OPEN_REQUESTS})
    return YES


def may_take_back(request: DataRequest, *, by: Account) -> Verdict:
    if not (acts := may_act_for(by.pk, request.subject_id)):
        return acts
    return _is_open(request, Move.TAKE_BACK)


def may_answer(request: DataRequest, move: Move, *, reason: str = "", by: Account, on: date) -> Verdict:
    """Whoever answers for the unit; no without a reason for a no; no erasing of somebody who still learns or works."""
    if not holds(by, Right.ANSWER_DATA_REQUESTS, request.unit_id, on=on):
        return no(_("Yêu cầu này do đơn vị khác trả lời."))
    if not (still := _is_open(request, move)):
        return still
    with everything():  # where a person is now, whether or not the answerer may see it
        school, needed = school_of(request.subject_id), needed_still(request.subject_id, on=on)
    if school not in (None, request.unit_id):
        return no(_("Người này đã sang đơn vị khác; đơn vị ấy trả lời yêu cầu."))
    if not (reasoned := _reasoned(move, reason)):
        return reasoned
    if move == Move.DO and request.kind == RequestKind.ERASE:
        return next((no(why) for why in needed), YES)
    return YES


def _reasoned(move: Move, reason: str) -> Verdict:
    if move == Move.REFUSE and not nfc(reason):
        return no(_("Hãy ghi lý do không làm được, để người yêu cầu đọc."))
    if len(nfc(reason)) > LONGEST_TEXT:
        return no(_("Lý do dài quá %(most)s ký tự.") % {"most": LONGEST_TEXT})
    return YES


def _is_open(request: DataRequest, move: Move) -> Verdict:
    if request.state != MOVES[move][0]:
        return no(_("Yêu cầu này đã khép lại: %(state)s.") % {"state": request.get_state_display().lower()})
    return YES

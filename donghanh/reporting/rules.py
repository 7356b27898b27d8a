from __future__ import annotations

from datetime import date

from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from donghanh.kernel.verdict import YES, Verdict, no
from donghanh.organisations.queries import called, named
from donghanh.people.choices import Right
from donghanh.people.models import Account
from donghanh.people.queries import own_units
from donghanh.questionnaires.rules import Answers
from donghanh.reporting.choices import MOVES, Move, State
from donghanh.reporting.models import Collection, Submission
from donghanh.reporting.queries import Sheet
from donghanh.reporting.selectors import still_expected


def may_fill(submission: Submission, account: Account, *, on: date) -> Verdict:
    """Typing and sending: by the unit itself, while the round is open and the report lies with the unit."""
    if submission.expected.unit_id not in own_units(account, Right.FILL_REPORTS, on=on):
        return no(_("Chỉ người được giao của chính đơn vị mới điền và gửi báo cáo này."))
    if not still_expected(submission.expected, on):
        return no(
            _("Đơn vị đã sáp nhập hoặc giải thể từ ngày %(day)s nên không còn phải nộp báo cáo này.")
            % {"day": date_format(submission.expected.unit.existence.upper, "j/n/Y")}
        )
    return may_move(submission, Move.SEND, on=on)


def may_move(submission: Submission, move: Move, *, on: date) -> Verdict:
    """Does the state machine allow this move, on this day?"""
    collection = submission.expected.collection
    if move == Move.SEND and on < collection.opens_on:
        return no(_("Đợt báo cáo mở từ ngày %(day)s.") % {"day": date_format(collection.opens_on, "j/n/Y")})
    if (
        move == Move.SEND and submission.state == State.DRAFT and on > submission.expected.closes_on
    ):  # mending is asked for
        closed = date_format(submission.expected.closes_on, "j/n/Y")
        return no(_("Đợt báo cáo nhận đến hết ngày %(day)s, nay đã đóng.") % {"day": closed})
    if submission.state not in MOVES[move].sources:
        return no(_STANDS_ELSEWHERE[State(submission.state)]())
    return YES


def may_review(submission: Submission, account: Account, move: Move, version_number: int, *, on: date) -> Verdict:
    """Accepting or returning: by the office of the present step, of the very version that was read."""
    if not (moves := may_move(submission, move, on=on)):
        return moves
    if submission.expected.reviewer_id not in own_units(account, Right.REVIEW_REPORTS, on=on):
        where = {"office": office_of(submission, on=on)}
        return no(_("Báo cáo đang ở %(office)s, do cơ quan khác duyệt; thầy cô chỉ xem.") % where)
    return _is_latest(submission, version_number)


def may_withdraw(submission: Submission, account: Account, version_number: int, *, on: date) -> Verdict:
    """Taking a sending back: by the unit itself, until an office has accepted it, while it can still be sent anew."""
    if submission.expected.unit_id not in own_units(account, Right.FILL_REPORTS, on=on):
        return no(_("Chỉ người được giao của chính đơn vị mới rút lại báo cáo này."))
    if not (moves := may_move(submission, Move.WITHDRAW, on=on)):
        return moves
    office = {"office": office_of(submission, on=on)}
    if submission.step > 1:
        return no(_("Cấp dưới đã duyệt và báo cáo đang ở %(office)s. Thầy cô nhờ cơ quan ấy trả lại để sửa.") % office)
    if on > submission.expected.closes_on:
        return no(
            _("Đợt báo cáo đã đóng: rút lại thì không gửi được nữa. Thầy cô nhờ %(office)s trả lại để sửa.") % office
        )
    return _is_latest(submission, version_number)


def may_reopen(submission: Submission, account: Account, *, on: date) -> Verdict:
    """Giving an accepted or locked report back: by its last office; once that has ended, by the office that asked."""
    if not (moves := may_move(submission, Move.REOPEN, on=on)):
        return moves
    decides = submission.expected.reviewer_id
    if not named([decides], on=on):
        decides = submission.expected.collection.owner_id
    if decides not in own_units(account, Right.REOPEN_REPORTS, on=on):
        return no(_("Chỉ %(office)s, nơi duyệt cuối, mới mở lại báo cáo này.") % {"office": _called(decides, on=on)})
    return YES


def may_lock(collection: Collection, account: Account, *, on: date) -> Verdict:
    """Locking a round by hand: by the office that asked for it."""
    if collection.owner_id in own_units(account, Right.REOPEN_REPORTS, on=on):
        return YES
    return no(_("Chỉ cơ quan yêu cầu báo cáo mới khóa được cả đợt."))


def may_remind(submission: Submission, *, on: date) -> Verdict:
    """Reminding a unit: of a report that it can still send; whoever has sent is left in peace."""
    return may_move(submission, Move.SEND, on=on)


def office_of(submission: Submission, *, on: date) -> str:
    """The name of the office that has it now, or had it last."""
    return _called(submission.expected.reviewer_id, on=on)


def _called(unit_id: int, *, on: date) -> str:
    return called([unit_id], on=on).get(unit_id, "")


def _is_latest(submission: Submission, version_number: int) -> Verdict:
    if submission.latest and submission.latest.number != version_number:
        return no(_("Đơn vị đã gửi bản mới hơn bản thầy cô đang xem. Mở lại trang để xem bản mới."))
    return YES


_STANDS_ELSEWHERE = {
    State.DRAFT: lambda: _("Đơn vị chưa gửi báo cáo này."),
    State.SUBMITTED: lambda: _("Báo cáo đã gửi và đang chờ duyệt."),
    State.RETURNED: lambda: _("Báo cáo đã trả lại, đang chờ đơn vị sửa."),
    State.ACCEPTED: lambda: _("Báo cáo đã được duyệt."),
    State.LOCKED: lambda: _("Báo cáo đã được duyệt và khóa."),
}


def is_complete(sheet: Sheet, answers: Answers) -> Verdict:
    """Is nothing empty and nothing wrong in what the unit answered, and has each warning its word?"""
    verdict = sheet.review(answers).verdict
    return verdict or no(_("Báo cáo chưa gửi được: %(why)s.") % {"why": verdict.reason.lower()})


def needs_no_reading(sheet: Sheet) -> Verdict:
    """May it be accepted without being opened? Only if no check has anything to say, explained or not."""
    if sheet.latest is None:
        return no(_STANDS_ELSEWHERE[State.DRAFT]())
    found = sheet.review(Answers(sheet.latest.numbers, sheet.latest.texts, sheet.latest.notes))
    if not found.findings:
        return YES
    count = len(found.findings)
    return no(
        ngettext(
            "Có %(count)s chỗ nên xem lại: mở báo cáo để xem rồi duyệt.",
            "Có %(count)s chỗ nên xem lại: mở báo cáo để xem rồi duyệt.",
            count,
        )
        % {"count": count}
    )

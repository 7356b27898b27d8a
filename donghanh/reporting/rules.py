from __future__ import annotations

from datetime import date

from django.utils.formats import date_format
from django.utils.translation import gettext as _

from donghanh.kernel.verdict import YES, Verdict, no
from donghanh.people.choices import Right
from donghanh.people.models import Account
from donghanh.people.queries import own_units
from donghanh.questionnaires.rules import Answers, review
from donghanh.reporting.choices import MOVES, Move, State
from donghanh.reporting.models import Submission
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
    """Accepting or returning: by the office that the report goes to, of the very version that was read."""
    if submission.expected.reviewer_id not in own_units(account, Right.REVIEW_REPORTS, on=on):
        return no(_("Báo cáo này do cơ quan khác duyệt; thầy cô chỉ xem."))
    if submission.latest and submission.latest.number != version_number:
        return no(_("Đơn vị đã gửi bản mới hơn bản thầy cô đang xem. Mở lại trang để xem bản mới."))
    return may_move(submission, move, on=on)


_STANDS_ELSEWHERE = {
    State.DRAFT: lambda: _("Đơn vị chưa gửi báo cáo này."),
    State.SUBMITTED: lambda: _("Báo cáo đã gửi và đang chờ duyệt."),
    State.RETURNED: lambda: _("Báo cáo đã trả lại, đang chờ đơn vị sửa."),
    State.ACCEPTED: lambda: _("Báo cáo đã được duyệt."),
}


def is_complete(sheet: Sheet, answers: Answers) -> Verdict:
    """Is nothing empty and nothing wrong in what the unit answered, and has each warning its word?"""
    known = (sheet.definition, answers, sheet.levels, sheet.register, sheet.previous)
    verdict = review(*known, offered=sheet.offered).verdict
    return verdict or no(_("Báo cáo chưa gửi được: %(why)s.") % {"why": verdict.reason.lower()})

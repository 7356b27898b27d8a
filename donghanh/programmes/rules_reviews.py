"""May a review be begun, written, decided?"""

from __future__ import annotations

from datetime import date

from django.utils.translation import gettext as _

from donghanh.kernel.verdict import YES, Verdict, no
from donghanh.organisations.queries import reviewer_of
from donghanh.people.choices import Right
from donghanh.people.models import Account
from donghanh.people.queries import own_units
from donghanh.periods.models import Period
from donghanh.programmes.choices import (
    LONGEST_TEXT,
    REVIEW_MOVES,
    WRITABLE,
    ReviewMove,
    ReviewState,
    Section,
)
from donghanh.programmes.models import Programme, Review
from donghanh.programmes.queries_reviews import Content, writers_units


def may_begin(account: Account, programme: Programme, unit_id: int, kind: str, period: Period, *, on: date) -> Verdict:
    """In the name of one's own unit, once a programme, kind and period."""
    if unit_id not in writers_units(account, on=on):
        return no(_("Thầy cô chỉ lập báo cáo của đơn vị mình."))
    if Review.objects.filter(programme=programme, unit=unit_id, kind=kind, period=period).exists():
        return no(_("Đơn vị đã có báo cáo này của kỳ đã chọn. Thầy cô mở báo cáo đó để viết tiếp."), "period")
    return YES


def may_write(account: Account, review: Review, based_on: int, *, on: date) -> Verdict:
    """One's own unit's, while no approver has it and nobody wrote in between. `based_on`: a version's number."""
    if review.unit_id not in writers_units(account, on=on):
        return no(_("Báo cáo này của đơn vị khác; thầy cô chỉ xem."))
    if review.state not in WRITABLE:
        return no(_("Báo cáo đang chờ duyệt hoặc đã duyệt nên không sửa được."))
    if review.latest is None or review.latest.number != based_on:
        return no(_("Có người vừa ghi một bản mới. Thầy cô xem bản mới, rồi chép phần của mình vào."))
    return YES


def texts_fit(texts: dict[str, str]) -> Verdict:
    """Each section's words are not endless."""
    for section, text in texts.items():
        if len(text) > LONGEST_TEXT:
            return no(_("Mục này dài quá %(most)s chữ; thầy cô rút gọn lại.") % {"most": LONGEST_TEXT}, section)
    return YES


def has_words(content: Content) -> Verdict:
    """Before it goes up: what went well, what did not, and what comes next stand there in somebody's words."""
    for section in (Section.STRENGTHS, Section.DIFFICULTIES, Section.NEXT):
        if not content.get(section, {}).get("text", "").strip():
            return no(_("Mục “%(section)s” còn trống.") % {"section": section.label}, section)
    return YES


def may_submit(account: Account, review: Review, *, on: date) -> Verdict:
    """One's own unit's, written to the end."""
    if review.unit_id not in writers_units(account, on=on):
        return no(_("Báo cáo này của đơn vị khác; thầy cô chỉ xem."))
    return moves(review, ReviewMove.SUBMIT) if review.latest else no(_("Báo cáo chưa có bản nào."))


def may_decide(account: Account, review: Review, move: ReviewMove, *, on: date) -> Verdict:
    """The leader of the unit where it has one, else the office above; never whoever submitted it."""
    if review.unit_id not in deciders_units(account, [review.unit_id], on=on):
        return no(_("Báo cáo này do lãnh đạo đơn vị hoặc cơ quan cấp trên duyệt."))
    last = review.transitions.filter(move=ReviewMove.SUBMIT).order_by("-at", "-pk").first()
    if last and last.by_id == account.pk and move == ReviewMove.APPROVE:
        return no(_("Người trình không tự duyệt báo cáo của mình."))
    return moves(review, move)


def deciders_units(account: Account, units: list[int], *, on: date) -> set[int]:
    """Of these units, those whose reviews the account decides: as their leader, or in the office above them."""
    leads = set(own_units(account, Right.APPROVE_REVIEWS, on=on))
    above = set(own_units(account, Right.REVIEW_PLANS, on=on))
    offices = reviewer_of(units, on=on)
    return {unit for unit in units if unit in leads or offices.get(unit) in above}


def moves(review: Review, move: ReviewMove) -> Verdict:
    """Does the table of moves allow it from where the review stands?"""
    if review.state in REVIEW_MOVES[move].sources:
        return YES
    state = ReviewState(review.state).label
    return no(_("Báo cáo đang ở tình trạng “%(state)s” nên không làm bước này được.") % {"state": state})


def asked_to_mend(review: Review) -> str:
    """What whoever returned or reopened it wrote, while it lies with its writers; else ""."""
    last = review.transitions.order_by("-at", "-pk").first()
    return last.reason if last and review.state in WRITABLE else ""

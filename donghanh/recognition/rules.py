"""May this be put forward, voted on, decided, made public? Faults come by the field they speak of."""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping
from datetime import date
from typing import Final

from django.utils.translation import gettext as _

from donghanh.kernel.text import nfc
from donghanh.kernel.verdict import YES, Refused, Verdict, no
from donghanh.organisations.models import Lineage
from donghanh.organisations.queries import reviewer_of
from donghanh.people.choices import NOT_STAFF, Right
from donghanh.people.models import Account, Membership
from donghanh.people.queries import own_units
from donghanh.periods.models import Period
from donghanh.recognition.choices import (
    LONGEST_TEXT,
    MOST_CRITERIA,
    MOST_POINTS,
    MOVES,
    Move,
    NomineeKind,
    PracticeState,
    State,
)
from donghanh.recognition.council import may_be_seated, recusal_of, standings, waiting
from donghanh.recognition.models import CouncilMember, Criterion, Nomination, Practice, Round
from donghanh.recognition.queries import years_of_discipline
from donghanh.rosters.queries import learners_visible_to

WITH_POINTS: Final = re.compile(r"(?P<words>.*\S)\s*\((?P<most>\d{1,4})\s*(?:điểm|points?)\)", re.IGNORECASE)


def may_open(account: Account, office_id: int, opens_on: date, closes_on: date, *, on: date) -> Verdict:
    """A round of one's own office, whose days follow each other."""
    if office_id not in own_units(account, Right.JUDGE_NOMINATIONS, on=on):
        return no(_("Thầy cô chỉ mở đợt khen thưởng của cơ quan mình."))
    return YES if closes_on >= opens_on else no(_("Ngày cuối phải từ ngày đầu trở đi."), "closes_on")


def may_run(account: Account, round_: Round, *, on: date) -> Verdict:
    """Its council and its minutes are kept by the office, until it is decided."""
    if round_.office_id not in own_units(account, Right.JUDGE_NOMINATIONS, on=on):
        return no(_("Đợt này của cơ quan khác."))
    return YES if round_.decided_on is None else no(_("Đợt này đã có quyết định."))


def criteria_in(text: str) -> list[tuple[str, int | None]]:
    """A criterion a line; one that ends in “(30 điểm)” is given points. Refused where they are not 1 to 100."""
    found: list[tuple[str, int | None]] = []
    for line in filter(None, map(nfc, text.splitlines())):
        told = WITH_POINTS.fullmatch(line)
        most = int(told["most"]) if told else None
        if most is not None and not 1 <= most <= MOST_POINTS:
            raise Refused(
                _("“%(line)s”: số điểm của một tiêu chí từ 1 đến %(most)s.") % {"line": line, "most": MOST_POINTS},
                "criteria",
            )
        found.append((told["words"] if told else line, most))
    if len(found) > MOST_CRITERIA:
        raise Refused(_("Một đợt nhiều nhất %(most)s tiêu chí.") % {"most": MOST_CRITERIA}, "criteria")
    return found


def may_seat(account: Account, round_: Round, candidate: Account, *, on: date) -> Verdict:
    """By the office, somebody whom the office may seat: no other account, however active."""
    verdict = may_run(account, round_, on=on)
    if verdict and not may_be_seated(round_.office_id, on=on).filter(pk=candidate.pk).exists():
        return no(
            _("Chỉ mời người có quyền xét khen thưởng, cộng tác viên hoặc thành viên tổ công tác của cơ quan."),
            "person",
        )
    return verdict


def may_unseat(account: Account, member: CouncilMember, reason: str, *, on: date) -> Verdict:
    """By the office, with a reason, somebody who has given no vote and no points."""
    if not (verdict := may_run(account, member.round, on=on)):
        return verdict
    if member.unseated_at:
        return no(_("Người này không còn trong hội đồng."), "member")
    if member.votes.exists() or member.scores.exists():
        return no(_("Người này đã bỏ phiếu hoặc chấm điểm nên vẫn ở trong hội đồng."), "member")
    return YES if reason.strip() else no(_("Ghi lý do rút khỏi hội đồng."), "why")


def may_nominate(account: Account, round_: Round, unit_id: int, *, on: date) -> Verdict:
    """In the name of one's own unit, to an office above it or to itself, while the round takes nominations."""
    if unit_id not in own_units(account, Right.NOMINATE, on=on):
        return no(_("Thầy cô chỉ đề nghị thay đơn vị mình."))
    below = Lineage.objects.filter(ancestor=round_.office_id, descendant=unit_id, valid__contains=on)
    if not below.exists():
        return no(_("Đợt này không dành cho đơn vị của thầy cô."))
    if not round_.opens_on <= on <= round_.closes_on or round_.decided_on:
        return no(_("Đợt này hiện không nhận đề nghị."))
    return YES


def nominee_fits(
    account: Account, kind: str, group: str, nominee: Account | None, deed: str, *, on: date
) -> dict[str, str]:
    """Field → sentence. A learner is one whom the nominator may see; the reader stands behind the wall."""
    faults = {}
    if not deed.strip():
        faults["deed"] = _("Ghi việc đã làm, kết quả, minh chứng.")
    elif len(deed) > LONGEST_TEXT:
        faults["deed"] = _("Nội dung dài quá %(most)s chữ.") % {"most": LONGEST_TEXT}
    if kind == NomineeKind.GROUP and not group.strip():
        faults["group"] = _("Ghi tên tổ, lớp hoặc nhóm.")
    if kind in (NomineeKind.STAFF, NomineeKind.LEARNER) and nominee is None:
        faults["person"] = _("Chọn người được đề nghị.")
    staff = Membership.objects.filter(account=nominee, valid__contains=on).exclude(role__in=NOT_STAFF)
    if kind == NomineeKind.STAFF and nominee and not staff.exists():
        faults["person"] = _("Người này không phải là cán bộ, giáo viên.")
    if kind == NomineeKind.LEARNER and nominee and not learners_visible_to(account, on=on).filter(pk=nominee).exists():
        faults["person"] = _("Thầy cô chỉ đề nghị học sinh mà mình được xem.")
    return faults


def may_write(account: Account, nomination: Nomination, *, on: date) -> Verdict:
    """Its own unit, until it is sent."""
    if nomination.unit_id not in own_units(account, Right.NOMINATE, on=on):
        return no(_("Đề nghị này của đơn vị khác."))
    return moves(nomination, Move.SUBMIT)


def may_withdraw(account: Account, nomination: Nomination, *, on: date) -> Verdict:
    if nomination.unit_id not in own_units(account, Right.NOMINATE, on=on):
        return no(_("Đề nghị này của đơn vị khác."))
    return moves(nomination, Move.WITHDRAW)


def may_return(account: Account, nomination: Nomination, *, on: date) -> Verdict:
    verdict = may_run(account, nomination.round, on=on)
    return moves(nomination, Move.RETURN) if verdict else verdict


def points_fit(criteria: Collection[Criterion], points: Mapping[int, int]) -> Verdict:
    """Points by criterion: whole, from 0 to what the criterion is worth; none for one of words alone."""
    most = {one.pk: one.most for one in criteria if one.most is not None}
    if not points or not points.keys() <= most.keys():
        return no(_("Chấm điểm ít nhất một tiêu chí có điểm."))
    if any(not 0 <= given <= most[criterion] for criterion, given in points.items()):
        return no(_("Điểm vượt quá mức của tiêu chí."))
    return YES


def may_vote(member: CouncilMember, nomination: Nomination, *, on: date) -> Verdict:
    """A member of the council who has nothing to do with the nominee, while it is open."""
    if nomination.state != State.SUBMITTED or nomination.round.decided_on:
        return no(_("Đề nghị này không còn trong lúc xét."))
    if member.unseated_at:
        return no(_("Thầy cô không còn trong hội đồng của đợt này."))
    if reason := recusal_of(member, nomination, on=on):
        return no(_("Thầy cô không bỏ phiếu ở đề nghị này vì %(reason)s.") % {"reason": reason})
    return YES


def may_decide(account: Account, round_: Round, *, on: date) -> Verdict:
    """Whoever decides for the office, once the council has voted on everything that was sent."""
    if round_.office_id not in own_units(account, Right.DECIDE_RECOGNITION, on=on):
        return no(_("Lãnh đạo cơ quan mở đợt mới ra quyết định."))
    if round_.decided_on:
        return no(_("Đợt này đã có quyết định."))
    sent = standings(waiting(round_), on=on)
    if not sent:
        return no(_("Chưa có đề nghị nào để quyết định."))
    if open_ := sum(not one.tally.decided for one in sent.values()):
        return no(_("Còn %(count)s đề nghị chưa đủ phiếu của hội đồng.") % {"count": open_})
    return YES


def may_issue(account: Account, round_: Round, *, on: date) -> Verdict:
    """The decision as a paper, once: by whoever keeps the round for the office, once somebody is commended."""
    if round_.office_id not in own_units(account, Right.JUDGE_NOMINATIONS, on=on):
        return no(_("Đợt này của cơ quan khác."))
    if round_.decided_on is None:
        return no(_("Đợt này chưa có quyết định."))
    if round_.paper_id:
        return no(_("Đợt này đã có văn bản trình ký."))
    commended = round_.nominations.filter(state=State.COMMENDED)
    return YES if commended.exists() else no(_("Đợt này không khen ai nên không có quyết định khen."))


def may_publish(account: Account, round_: Round, *, on: date) -> Verdict:
    if round_.office_id not in own_units(account, Right.DECIDE_RECOGNITION, on=on):
        return no(_("Lãnh đạo cơ quan mở đợt mới công bố."))
    if round_.decided_on is None:
        return no(_("Đợt này chưa có quyết định."))
    return YES if round_.published_at is None else no(_("Đợt này đã được công bố."))


def moves(nomination: Nomination, move: Move) -> Verdict:
    """Does the table of moves allow it from where the nomination stands?"""
    if nomination.state in MOVES[move].sources and nomination.round.decided_on is None:
        return YES
    state = State(nomination.state).label
    return no(_("Đề nghị đang ở tình trạng “%(state)s” nên không làm bước này được.") % {"state": state})


def may_count(account: Account, unit_id: int, period: Period, *, on: date) -> Verdict:
    """A school's own numbers, of the year in course: those of a closed year stand, so that no later sum tells one."""
    if unit_id not in own_units(account, Right.FILL_REPORTS, on=on):
        return no(_("Thầy cô chỉ ghi số của trường mình."))
    if period != years_of_discipline(on=on)[0]:
        return no(_("Năm học này đã khép nên số lượt không sửa nữa."))
    return YES


def may_share(account: Account, practice: Practice, *, on: date) -> Verdict:
    """The unit's own, until it is published."""
    if practice.unit_id not in own_units(account, Right.SHARE_PRACTICE, on=on):
        return no(_("Bài này của đơn vị khác."))
    if practice.state not in (PracticeState.DRAFT, PracticeState.RETURNED):
        return no(_("Bài đã gửi nên không sửa được."))
    return YES


def may_review(account: Account, practice: Practice, *, on: date) -> Verdict:
    """The office right above the unit; a Department's own practice is its own to publish."""
    offices = own_units(account, Right.REVIEW_PLANS, on=on)
    office = reviewer_of([practice.unit_id], on=on).get(practice.unit_id, practice.unit_id)
    if office not in offices:
        return no(_("Bài này do cơ quan quản lý trực tiếp của đơn vị duyệt."))
    return YES if practice.state == PracticeState.SUBMITTED else no(_("Bài này không chờ duyệt."))


def may_try(account: Account, practice: Practice, unit_id: int, *, on: date) -> Verdict:
    """Another unit than the one that tells it."""
    if practice.state != PracticeState.PUBLISHED:
        return no(_("Bài này chưa được chia sẻ."))
    if unit_id not in own_units(account, Right.SHARE_PRACTICE, on=on):
        return no(_("Thầy cô chỉ ghi thay đơn vị mình."))
    return YES if unit_id != practice.unit_id else no(_("Đây là kinh nghiệm của chính đơn vị thầy cô."))

"""May a visit be planned, recorded, remarked on? May a finding go on? Faults come by the field they speak of."""

from __future__ import annotations

from collections.abc import Collection
from datetime import date

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from donghanh.inspections.choices import LONGEST_TEXT, MOST_PICTURES, MOST_PROOFS, MOVES, Move, State, VisitState
from donghanh.inspections.models import InspectionFinding, Visit
from donghanh.inspections.queries import offices_of, visits_in_year
from donghanh.kernel.verdict import YES, Verdict, no
from donghanh.organisations.models import Lineage
from donghanh.organisations.queries import reviewer_of
from donghanh.people.choices import Right
from donghanh.people.models import Account
from donghanh.people.queries import own_units


def may_plan(account: Account, office_id: int, units: Collection[int], day: date, *, on: date) -> Verdict:
    """One's own office, to units below it, on a day to come (or today)."""
    if office_id not in offices_of(account, on=on):
        return no(_("Thầy cô chỉ lên lịch kiểm tra của cơ quan mình."))
    below = Lineage.objects.filter(ancestor=office_id, descendant__in=units, valid__contains=on, depth__gt=0)
    if not units or below.values("descendant").distinct().count() < len(set(units)):
        return no(_("Có đơn vị không thuộc cơ quan của thầy cô."), "units")
    if day < on:
        return no(_("Ngày kiểm tra đã qua."), "on")
    if Visit.objects.filter(office=office_id, unit__in=units, on=day).exists():
        return no(_("Có đơn vị đã có cuộc kiểm tra vào ngày này."), "on")
    return YES


def plan_warnings(units: Collection[int], day: date) -> list[str]:
    """Sentences for whoever is about to plan: one visit a year is the rule. They forbid nothing."""
    again = sum(many > 0 for many in visits_in_year(units, day.year).values())
    if not again:
        return []
    sentence = ngettext(
        "%(count)s đơn vị đã có cuộc kiểm tra trong năm %(year)s; mỗi năm chỉ nên một cuộc.",
        "%(count)s đơn vị đã có cuộc kiểm tra trong năm %(year)s; mỗi năm chỉ nên một cuộc.",
        again,
    )
    return [sentence % {"count": again, "year": day.year}]


def may_record(account: Account, visit: Visit, *, on: date) -> Verdict:
    """The office and its team, from the day of the visit on."""
    in_team = visit.team.filter(account=account).exists()
    if not in_team and visit.office_id not in offices_of(account, on=on):
        return no(_("Cuộc kiểm tra này của cơ quan khác; thầy cô chỉ xem."))
    if visit.state == VisitState.CANCELLED:
        return no(_("Cuộc kiểm tra đã hủy."))
    if visit.remark:
        return no(_("Đơn vị đã ghi ý kiến vào biên bản nên biên bản không sửa nữa."))
    return YES if on >= visit.on else no(_("Chưa đến ngày kiểm tra."))


def may_cancel(account: Account, visit: Visit, *, on: date) -> Verdict:
    if visit.office_id not in offices_of(account, on=on):
        return no(_("Cuộc kiểm tra này của cơ quan khác; thầy cô chỉ xem."))
    return YES if visit.state == VisitState.PLANNED else no(_("Cuộc kiểm tra đã diễn ra hoặc đã hủy."))


def may_remark(account: Account, visit: Visit, *, on: date) -> Verdict:
    """The visited unit, once, on a visit that was held."""
    if visit.unit_id not in own_units(account, Right.ANSWER_INSPECTIONS, on=on):
        return no(_("Chỉ đơn vị được kiểm tra ghi ý kiến."))
    if visit.state != VisitState.HELD:
        return no(_("Cuộc kiểm tra chưa diễn ra."))
    return no(_("Đơn vị đã ghi ý kiến.")) if visit.remark else YES


def room_for(visit: Visit, pictures: int) -> Verdict:
    if visit.pictures.count() + pictures > MOST_PICTURES:
        return no(_("Mỗi cuộc kiểm tra nhiều nhất %(most)s ảnh.") % {"most": MOST_PICTURES}, "pictures")
    return YES


def finding_fits(text: str, due_on: date | None, *, on: date) -> dict[str, str]:
    faults = {}
    if not text.strip():
        faults["text"] = _("Ghi điều phải khắc phục.")
    elif len(text) > LONGEST_TEXT:
        faults["text"] = _("Nội dung dài quá %(most)s chữ.") % {"most": LONGEST_TEXT}
    if due_on and due_on < on:
        faults["due_on"] = _("Hạn đã qua.")
    return faults


def may_prove(account: Account, finding: InspectionFinding, words: str, *, on: date) -> Verdict:
    """The unit that mends it, with words."""
    if finding.unit_id not in own_units(account, Right.ANSWER_INSPECTIONS, on=on):
        return no(_("Kiến nghị này của đơn vị khác."))
    verdict = moves(finding, Move.PROVE)
    if not verdict:
        return verdict
    return YES if words.strip() else no(_("Ghi đã khắc phục thế nào."), "words")


def files_fit(many: int) -> Verdict:
    if many > MOST_PROOFS:
        return no(_("Mỗi lần gửi nhiều nhất %(most)s tệp.") % {"most": MOST_PROOFS}, "proofs")
    return YES


def may_recheck(account: Account, finding: InspectionFinding, move: Move, *, on: date) -> Verdict:
    """The office that found it."""
    if finding.visit.office_id not in offices_of(account, on=on):
        return no(_("Cơ quan kiểm tra mới làm bước này."))
    return moves(finding, move)


def moves(finding: InspectionFinding, move: Move) -> Verdict:
    """Does the table of moves allow it from where the finding stands?"""
    if finding.state in MOVES[move].sources:
        return YES
    state = State(finding.state).label
    return no(_("Kiến nghị đang ở tình trạng “%(state)s” nên không làm bước này được.") % {"state": state})


def may_give_feedback(account: Account, unit_id: int, *, on: date) -> Verdict:
    """One's own unit, to the office right above it."""
    if unit_id not in own_units(account, Right.ANSWER_INSPECTIONS, on=on):
        return no(_("Thầy cô chỉ phản hồi thay đơn vị mình."))
    return YES if unit_id in reviewer_of([unit_id], on=on) else no(_("Đơn vị không có cơ quan cấp trên."))

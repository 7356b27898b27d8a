"""May this amount be written? The sentences say how much is left."""

from __future__ import annotations

from datetime import date, timedelta

from django.utils.translation import gettext as _

from donghanh.kernel.numbers import format_number
from donghanh.kernel.verdict import YES, Verdict, no
from donghanh.people.choices import Right
from donghanh.people.models import Account
from donghanh.people.queries import own_units
from donghanh.programmes import queries_money as queries
from donghanh.programmes.choices import MOST_MONEY, EntryKind
from donghanh.programmes.models import BudgetLine, MoneyEntry, PlanTask, Programme

SETTLED = timedelta(days=31)  # a budget year is settled until 31 January of the next (Luật Ngân sách nhà nước, Điều 64)


def dong(amount: int) -> str:
    """12500000 → “12.500.000 đồng”."""
    return _("%(amount)s đồng") % {"amount": format_number(amount)}


def may_keep(account: Account, unit_id: int, *, on: date) -> Verdict:
    """One's own unit's money; from above it is read."""
    if unit_id in own_units(account, Right.MANAGE_MONEY, on=on):
        return YES
    return no(_("Kinh phí này của đơn vị khác; thầy cô chỉ xem."))


def amount_fits(amount: int) -> Verdict:
    """Whole đồng, above nothing, below what no province has."""
    if amount <= 0:
        return no(_("Số tiền phải lớn hơn 0. Muốn sửa một khoản đã ghi, thầy cô ghi giảm khoản ấy."), "amount")
    if amount > MOST_MONEY:
        return no(_("Số tiền lớn quá %(most)s. Thầy cô xem lại số chữ số.") % {"most": dong(MOST_MONEY)}, "amount")
    return YES


def day_fits(year: int, day: date, *, on: date) -> Verdict:
    """A day that has come, in the budget year or while it is being settled."""
    if day > on:
        return no(_("Ngày này chưa tới."), "on")
    if not date(year, 1, 1) <= day <= date(year, 12, 31) + SETTLED:
        sentence = _("Khoản của năm %(year)s ghi ngày từ 1/1/%(year)s đến 31/1/%(next)s.")
        return no(sentence % {"year": year, "next": year + 1}, "on")
    return YES


def year_open(unit_id: int, year: int, reason: str) -> Verdict:
    """After the year is closed only corrections with a reason."""
    if not reason.strip() and queries.closed(unit_id, year):
        sentence = _("Năm %(year)s đã khóa sổ. Muốn ghi thêm, thầy cô ghi lý do điều chỉnh.")
        return no(sentence % {"year": year}, "reason")
    return YES


def line_fits(unit_id: int, year: int, programme: Programme, task: PlanTask | None) -> Verdict:
    """A year of the programme, and a task of the unit's own plan in it."""
    first, last = programme.valid.lower.year, (programme.last_day or date(2100, 1, 1)).year
    if not first <= year <= last:
        sentence = _("Chương trình này thực hiện từ năm %(first)s đến năm %(last)s.")
        return no(sentence % {"first": first, "last": last}, "what")
    if task and (task.plan.unit_id != unit_id or task.plan.programme_id != programme.pk):
        return no(_("Nhiệm vụ này không thuộc kế hoạch của đơn vị trong chương trình đã chọn."), "what")
    return YES


def may_commit(sums: queries.Sums, amount: int) -> Verdict:
    if amount <= sums.left:
        return YES
    sentence = _("Dòng này còn %(left)s chưa cam kết; không cam kết được %(amount)s.")
    return no(sentence % {"left": dong(sums.left), "amount": dong(amount)}, "amount")


def may_spend(commitment: MoneyEntry, line: BudgetLine, amount: int) -> Verdict:
    if commitment.line_id != line.pk or commitment.kind != EntryKind.COMMITMENT or commitment.reverses_id:
        return no(_("Chọn một cam kết của dòng này."), "commitment")
    left = queries.remaining(commitment)
    if amount <= left:
        return YES
    sentence = _("Cam kết này còn %(left)s; không chi được %(amount)s.")
    return no(sentence % {"left": dong(left), "amount": dong(amount)}, "amount")


def may_hand_down(line: BudgetLine, to_unit: int, sums: queries.Sums, amount: int, *, on: date) -> Verdict:
    if to_unit not in {unit.pk for unit in queries.receivers(line.unit_id, on=on)}:
        return no(_("Chỉ giao kinh phí cho đơn vị trực thuộc."), "unit")
    if amount <= sums.left:
        return YES
    sentence = _("Dòng này còn %(left)s chưa cam kết; không giao xuống được %(amount)s.")
    return no(sentence % {"left": dong(sums.left), "amount": dong(amount)}, "amount")


def may_reverse(entry: MoneyEntry, amount: int, reason: str) -> Verdict:
    """Not a reversal itself, not more than is left of it, nor more than the line can give back; and says why."""
    if not reason.strip():
        return no(_("Ghi lý do điều chỉnh."), "reason")
    if entry.reverses_id:
        return no(_("Khoản này đã là một khoản ghi giảm; thầy cô ghi lại khoản đúng."), "entry")
    left = queries.remaining(entry)
    if entry.kind == EntryKind.BUDGET:
        left = min(left, queries.sums_of(entry.line).left)
    if entry.kind == EntryKind.TRANSFER and entry.to:
        left = min(left, queries.sums_of(entry.to).left)
    if amount > left:
        return no(_("Khoản này chỉ còn ghi giảm được %(left)s.") % {"left": dong(max(left, 0))}, "amount")
    return YES


def may_close(unit_id: int, year: int, *, on: date) -> Verdict:
    """A year that is over, once."""
    if on <= date(year, 12, 31):
        return no(_("Năm %(year)s chưa hết nên chưa khóa sổ được.") % {"year": year})
    if queries.closed(unit_id, year):
        return no(_("Năm %(year)s đã khóa sổ rồi.") % {"year": year})
    return YES

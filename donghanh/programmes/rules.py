"""May a plan be issued, written, sent, decided? May this be put down for a task?"""

from __future__ import annotations

from datetime import date
from typing import Final

from django.utils.formats import date_format
from django.utils.translation import gettext as _

from donghanh.kernel.verdict import YES, Verdict, no
from donghanh.people.choices import Right
from donghanh.people.models import Account
from donghanh.people.queries import own_units
from donghanh.programmes.choices import PLAN_MOVES, WRITABLE_PLANS, PlanMove, PlanState
from donghanh.programmes.models import PlanTask, Programme, UnitPlan

LONGEST_TEXT: Final = 2000
LONGEST_YEARS: Final = 12


def may_issue(account: Account, programme: Programme, office_id: int, *, on: date) -> Verdict:
    """One's own office, in a programme that runs: the owner's at once, another's once its own plan is accepted."""
    if office_id not in own_units(account, Right.REVIEW_PLANS, on=on):
        return no(_("Thầy cô chỉ giao kế hoạch cho các đơn vị thuộc cơ quan mình."))
    if programme.owner_id == office_id:
        return YES
    own = UnitPlan.objects.filter(programme=programme, unit=office_id).first()
    if own is None:
        return no(_("Cơ quan cấp trên chưa giao kế hoạch này cho cơ quan của thầy cô."))
    if own.state != PlanState.ACCEPTED:
        return no(_("Kế hoạch của cơ quan thầy cô chưa được duyệt, nên chưa giao xuống được."))
    return YES


def may_begin(account: Account, owner_id: int, *, on: date) -> Verdict:
    """Whoever makes programmes for the office."""
    if owner_id in own_units(account, Right.MANAGE_PROGRAMMES, on=on):
        return YES
    return no(_("Thầy cô không lập chương trình cho cơ quan này."))


def head_fits(first: date, last: date, plans_due_on: date | None) -> dict[str, str]:
    """Field → sentence: the days in their order, the plans' day among them."""
    faults = {}
    if last < first:
        faults["last_day"] = _("Ngày kết thúc trước ngày bắt đầu.")
    elif last.year - first.year > LONGEST_YEARS:
        faults["last_day"] = _("Chương trình dài quá %(most)s năm.") % {"most": LONGEST_YEARS}
    elif plans_due_on and not first <= plans_due_on <= last:
        faults["plans_due_on"] = _("Ngày gửi kế hoạch phải trong thời gian của chương trình.")
    return faults


def stated_fits(programme: Programme, owners: list[str], due_on: date | None, within: int | None) -> dict[str, str]:
    """Field → sentence: somebody has it, one deadline at most and within the programme."""
    faults = {}
    if not owners:
        faults["owners"] = _("Chọn ít nhất một cấp.")
    if due_on and within:
        faults["within"] = _("Ghi ngày, hoặc số ngày làm việc, không ghi cả hai.")
    elif due_on and due_on not in programme.valid:
        faults["due_on"] = out_of_days(programme)
    return faults


def out_of_days(programme: Programme) -> str:
    """What is said of a deadline that the programme does not reach."""
    return _("Hạn phải trong thời gian của chương trình: %(first)s – %(last)s.") % {
        "first": date_format(programme.valid.lower, "j/n/Y"),
        "last": date_format(programme.last_day or programme.valid.lower, "j/n/Y"),
    }


def may_manage(account: Account, programme: Programme, *, on: date) -> Verdict:
    """Whoever makes programmes for the office that owns it."""
    if programme.owner_id in own_units(account, Right.MANAGE_PROGRAMMES, on=on):
        return YES
    return no(_("Chương trình này của cơ quan khác; thầy cô chỉ xem."))


def may_write(account: Account, plan: UnitPlan, *, on: date) -> Verdict:
    """One's own unit's plan, while it is not with the office above."""
    if plan.unit_id not in own_units(account, Right.WRITE_PLANS, on=on):
        return no(_("Kế hoạch này của đơn vị khác; thầy cô chỉ xem."))
    if plan.state not in WRITABLE_PLANS:
        state = PlanState(plan.state).label
        return no(_("Kế hoạch đang ở tình trạng “%(state)s” nên không sửa được.") % {"state": state})
    return YES


def may_record(account: Account, task: PlanTask, *, on: date) -> Verdict:
    """Progress of one's own unit's task, whatever state the plan is in."""
    if task.plan.unit_id not in own_units(account, Right.WRITE_PLANS, on=on):
        return no(_("Nhiệm vụ này của đơn vị khác; thầy cô chỉ xem."))
    if task.dropped:
        return no(_("Đơn vị không thực hiện nhiệm vụ này."))
    return YES


def task_fits(plan: UnitPlan, text: str, due_on: date | None) -> dict[str, str]:
    """Field → sentence: a text, and a deadline within the programme."""
    faults = {}
    if not text.strip():
        faults["text"] = _("Ghi nội dung nhiệm vụ.")
    elif len(text) > LONGEST_TEXT:
        faults["text"] = _("Nội dung dài quá %(most)s chữ.") % {"most": LONGEST_TEXT}
    if due_on and due_on not in plan.programme.valid:
        faults["due_on"] = out_of_days(plan.programme)
    return faults


def may_drop(task: PlanTask, why: str) -> Verdict:
    """A unit may leave a task out, and says why; what it did already stays done."""
    if task.done_on:
        return no(_("Nhiệm vụ đã ghi là xong nên không bỏ được."), "why")
    return YES if why.strip() else no(_("Ghi lý do đơn vị không thực hiện nhiệm vụ này."), "why")


def may_submit(account: Account, plan: UnitPlan, *, on: date) -> Verdict:
    """A plan that has something to do, by its unit, to an office that decides."""
    verdict = may_write(account, plan, on=on)
    if not verdict:
        return verdict
    if plan.office_id is None:
        return no(_("Kế hoạch này không có cơ quan duyệt."))
    return YES if plan.tasks.filter(dropped="").exists() else no(_("Kế hoạch chưa có nhiệm vụ nào."))


def may_decide(account: Account, plan: UnitPlan, move: PlanMove, *, on: date) -> Verdict:
    """The office above, of a plan that it has."""
    if plan.office_id not in own_units(account, Right.REVIEW_PLANS, on=on):
        return no(_("Kế hoạch này do cơ quan quản lý trực tiếp của đơn vị duyệt."))
    return moves(plan, move)


def moves(plan: UnitPlan, move: PlanMove) -> Verdict:
    """Does the table of moves allow it from where the plan stands?"""
    if plan.state in PLAN_MOVES[move].sources:
        return YES
    state = PlanState(plan.state).label
    return no(_("Kế hoạch đang ở tình trạng “%(state)s” nên không làm bước này được.") % {"state": state})


def evidence_fits(words: str, on_day: date, *, on: date) -> dict[str, str]:
    """Field → sentence: what was done, on a day that has come."""
    faults = {}
    if not words.strip():
        faults["words"] = _("Ghi đã làm gì, bao nhiêu, ở đâu.")
    elif len(words) > LONGEST_TEXT:
        faults["words"] = _("Nội dung dài quá %(most)s chữ.") % {"most": LONGEST_TEXT}
    if on_day > on:
        faults["on"] = _("Ngày này chưa tới.")
    return faults


def may_serve(task: PlanTask, programme: Programme) -> Verdict:
    """A task serves further programmes, not its own a second time."""
    if programme.pk == task.plan.programme_id:
        return no(_("Nhiệm vụ đã thuộc chương trình này."), "programme")
    return YES

"""May this be written of a coordination plan? Work and dates; never a person's views."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from django.utils.translation import gettext as _

from donghanh.kernel.verdict import YES, Verdict, no
from donghanh.people.choices import Right
from donghanh.people.models import Account
from donghanh.people.queries import own_units
from donghanh.programmes.choices import JOINT_MOVES, JointState
from donghanh.programmes.models import CoordinationPlan, Partner, PartnerMeeting, PartnerTask
from donghanh.programmes.queries_partners import is_partner

type Faults = dict[str, str]


def may_keep(account: Account, unit_id: int, *, on: date) -> Verdict:
    """Plans of one's own unit."""
    if unit_id in own_units(account, Right.MANAGE_PROGRAMMES, on=on):
        return YES
    return no(_("Kế hoạch phối hợp này của đơn vị khác; thầy cô chỉ xem."))


def plan_faults(unit_id: int, agreed: str, first: date, last: date, topics: Sequence[str]) -> Faults:
    """Of a plan that is to be written."""
    if last < first:
        return {"last_day": _("Ngày cuối phải từ ngày đầu trở đi.")}
    if not topics:
        return {"topics": _("Chọn hoặc ghi ít nhất một nội dung phối hợp.")}
    if CoordinationPlan.objects.filter(unit=unit_id, agreed=agreed).exists():
        return {"agreed": _("Đơn vị đã có kế hoạch phối hợp theo văn bản này.")}
    return {}


def partner_faults(plan: CoordinationPlan, name: str, account: Account | None, *, on: date) -> Faults:
    """Of an agency that joins a plan, perhaps with a guest."""
    if plan.partners.filter(name=name).exists():
        return {"name": _("Cơ quan này đã có trong kế hoạch.")}
    return guest_faults(plan, account, on=on)


def guest_faults(plan: CoordinationPlan, account: Account | None, *, on: date) -> Faults:
    """Only an account with a partner's role, for one agency of a plan."""
    if account is None:
        return {}
    if not is_partner(account, on=on):
        sentence = _("Tài khoản này không có vai trò “Cơ quan phối hợp”. Thầy cô nhờ người quản trị cấp tài khoản.")
        return {"username": sentence}
    if plan.partners.filter(account=account).exists():
        return {"username": _("Tài khoản này đã xem kế hoạch thay mặt một cơ quan khác.")}
    return {}


def task_faults(plan: CoordinationPlan, partner: Partner | None, due_on: date | None) -> Faults:
    """Of a task of the plan: one of its agencies, by a day within it."""
    if partner and partner.plan_id != plan.pk:
        return {"partner": _("Cơ quan này không có trong kế hoạch.")}
    if due_on and due_on not in plan.valid:
        return {"due_on": _("Hạn phải trong thời gian của kế hoạch phối hợp.")}
    return {}


def may_tell(account: Account, task: PartnerTask, *, on: date) -> Verdict:
    """The plan's own unit, of every task; a guest, of its agency's."""
    if may_keep(account, task.plan.unit_id, on=on):
        return YES
    if task.partner and task.partner.account_id == account.pk and is_partner(account, on=on):
        return YES
    return no(_("Nhiệm vụ này của cơ quan khác; thầy cô chỉ xem."))


def may_move(task: PartnerTask, state: JointState) -> Verdict:
    """As the table of moves allows."""
    if state in JOINT_MOVES[JointState(task.state)]:
        return YES
    sentence = _("Nhiệm vụ đang “%(now)s” nên không chuyển sang “%(then)s” được.")
    return no(sentence % {"now": JointState(task.state).label, "then": state.label}, "state")


def meeting_faults(plan: CoordinationPlan, day: date, present: Sequence[Partner], *, on: date) -> Faults:
    """Of a meeting that was held."""
    if day > on:
        return {"day": _("Ngày này chưa tới.")}
    if any(partner.plan_id != plan.pk for partner in present):
        return {"present": _("Cơ quan này không có trong kế hoạch.")}
    if PartnerMeeting.objects.filter(plan=plan, day=day).exists():
        return {"day": _("Đã có cuộc họp ghi vào ngày này.")}
    return {}

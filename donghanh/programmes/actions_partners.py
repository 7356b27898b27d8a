"""Every write of coordination plans."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta

from django.db import transaction
from django.db.backends.postgresql.psycopg_any import DateRange
from django.utils import timezone
from django.utils.translation import gettext as _

from donghanh.audit.actions import record
from donghanh.documents.models import Document
from donghanh.kernel.text import nfc
from donghanh.kernel.verdict import Refused
from donghanh.people.models import Account
from donghanh.programmes import rules_partners as rules
from donghanh.programmes.choices import JointState, Topic
from donghanh.programmes.models import (
    CoordinationPlan,
    Partner,
    PartnerMeeting,
    PartnerStep,
    PartnerTask,
    Programme,
)


@dataclass(frozen=True)
class Agreement:
    """What was signed with other agencies."""

    name: str
    agreed: str  # number and symbol
    first_day: date
    last_day: date
    topics: Sequence[str]
    own_topics: Sequence[str] = field(default_factory=list)
    document: Document | None = None


def _enforce(faults: rules.Faults) -> None:
    for about, sentence in faults.items():
        raise Refused(sentence, about)


def _keeping(by: Account, unit_id: int, at: datetime) -> date:
    on = timezone.localdate(at)
    rules.may_keep(by, unit_id, on=on).enforce()
    return on


@transaction.atomic
def agree(*, unit_id: int, programme: Programme, agreement: Agreement, by: Account, at: datetime) -> CoordinationPlan:
    """Enter a plan that was agreed; agencies, tasks and meetings follow one by one."""
    _keeping(by, unit_id, at)
    said, agreed = agreement, nfc(agreement.agreed)
    _enforce(rules.plan_faults(unit_id, agreed, said.first_day, said.last_day, [*said.topics, *said.own_topics]))
    plan = CoordinationPlan.objects.create(
        unit_id=unit_id, programme=programme, name=nfc(said.name), agreed=agreed, document=said.document,
        valid=DateRange(said.first_day, said.last_day + timedelta(days=1)),
        topics=[one for one in Topic if one in said.topics],
        own_topics=[nfc(one) for one in said.own_topics],
    )  # fmt: skip
    record(verb="programmes.coordination_agreed", on=plan, by=by.pk, at=at, unit=unit_id)
    return plan


@transaction.atomic
def add_partner(
    *, plan: CoordinationPlan, agency: str, name: str, account: Account | None, by: Account, at: datetime
) -> Partner:
    """An agency joins; `account`, if given, becomes its guest."""
    on, name = _keeping(by, plan.unit_id, at), nfc(name)
    _enforce(rules.partner_faults(plan, name, account, on=on))
    row = Partner.objects.create(plan=plan, agency=agency, name=name, account=account)
    record(verb="programmes.partner_added", on=row, by=by.pk, at=at, unit=plan.unit_id)
    return row


@transaction.atomic
def name_guest(*, partner: Partner, account: Account | None, by: Account, at: datetime) -> None:
    """Which account sees the plan for this agency; None: nobody any longer."""
    on = _keeping(by, partner.plan.unit_id, at)
    if account and account.pk == partner.account_id:
        return
    _enforce(rules.guest_faults(partner.plan, account, on=on))
    partner.account = account
    partner.save(update_fields=["account"])
    record(verb="programmes.guest_named", on=partner, by=by.pk, at=at, unit=partner.plan.unit_id)


@transaction.atomic
def add_joint_task(
    *, plan: CoordinationPlan, partner: Partner | None, text: str, due_on: date | None, by: Account, at: datetime
) -> PartnerTask:
    """Who does what by when; without a partner the education side does it."""
    _keeping(by, plan.unit_id, at)
    _enforce(rules.task_faults(plan, partner, due_on))
    row = PartnerTask.objects.create(plan=plan, partner=partner, text=nfc(text), due_on=due_on)
    record(verb="programmes.joint_task_added", on=row, by=by.pk, at=at, unit=plan.unit_id)
    return row


@transaction.atomic
def tell_joint_task(*, task: PartnerTask, state: JointState, result: str, by: Account, at: datetime) -> PartnerStep:
    """Where a task stands now and what came of it; by its agency's guest or the plan's unit."""
    task = PartnerTask.objects.select_for_update(of=("self",)).select_related("plan", "partner").get(pk=task.pk)
    rules.may_tell(by, task, on=timezone.localdate(at)).enforce()
    rules.may_move(task, state).enforce()
    if state == task.state and not result.strip():
        raise Refused(_("Ghi kết quả, hoặc chọn tình trạng khác."), "result")
    task.state = state
    task.save(update_fields=["state"])
    row = PartnerStep.objects.create(task=task, state=state, result=nfc(result), by=by, at=at)
    record(verb="programmes.joint_task_told", on=row, by=by.pk, at=at, unit=task.plan.unit_id, state=str(state))
    return row


@transaction.atomic
def record_joint_meeting(
    *,
    plan: CoordinationPlan,
    day: date,
    place: str,
    agenda: str,
    conclusions: str,
    present: Sequence[Partner],
    by: Account,
    at: datetime,
) -> PartnerMeeting:
    """Minutes of a meeting that was held: what was discussed, who does what by when."""
    on = _keeping(by, plan.unit_id, at)
    _enforce(rules.meeting_faults(plan, day, present, on=on))
    row = PartnerMeeting.objects.create(
        plan=plan, day=day, place=nfc(place), agenda=nfc(agenda), conclusions=nfc(conclusions), recorded_by=by,
        recorded_at=at,
    )  # fmt: skip
    row.present.set(present)
    record(verb="programmes.joint_meeting_recorded", on=row, by=by.pk, at=at, unit=plan.unit_id, present=len(present))
    return row

"""Every write of programmes and plans: loaded, copied down, adapted, sent, returned at a task, accepted, done."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from datetime import date, datetime, timedelta
from typing import Any

from django.db import transaction
from django.db.backends.postgresql.psycopg_any import DateRange
from django.db.models import Max
from django.utils import timezone
from django.utils.translation import gettext as _

from donghanh.audit.actions import record
from donghanh.files.actions import store_upload
from donghanh.kernel.text import nfc
from donghanh.kernel.verdict import Refused, verdict_of
from donghanh.organisations.queries import kinds, reviewer_of
from donghanh.people.models import Account
from donghanh.programmes import queries, rules, signals
from donghanh.programmes.choices import PLAN_MOVES, PlanMove
from donghanh.programmes.models import (
    PlanTask,
    PlanTransition,
    Programme,
    ProgrammeTask,
    TaskEvidence,
    TaskRemark,
    UnitPlan,
)
from donghanh.statistics.models import Indicator

PAST = {
    PlanMove.SUBMIT: "submitted",
    PlanMove.RETURN: "returned",
    PlanMove.ACCEPT: "accepted",
    PlanMove.REOPEN: "reopened",
}
TOLD = {
    PlanMove.SUBMIT: signals.plan_submitted,
    PlanMove.RETURN: signals.plan_returned,
    PlanMove.ACCEPT: signals.plan_accepted,
}


@transaction.atomic
def load_programme(document: Mapping[str, Any], *, owner_id: int, at: datetime) -> Programme:
    """Write a programme as its data says, once or again: objectives by clause, tasks by place. Plans stay as they are.

    A task that plans were copied from keeps its row, so that they go on pointing to it.
    """
    said = {name: document[name] for name in ("name_vi", "name_en", "short_name_vi", "short_name_en", "basis")}
    first, last = (date.fromisoformat(document[name]) for name in ("first_day", "last_day"))
    days = DateRange(first, last + timedelta(days=1))
    due = document.get("plans_due_on")
    programme, _made = Programme.objects.update_or_create(
        code=document["code"],
        defaults={
            **said, "owner_id": owner_id, "valid": days, "plans_due_on": date.fromisoformat(due) if due else None,
        },
    )  # fmt: skip
    objectives = {}
    for one in document["objectives"]:
        row, _made = programme.objectives.update_or_create(clause=one["clause"], defaults={"text": one["text"]})
        row.indicators.set(Indicator.objects.filter(code__in=one["indicators"]))
        objectives[one["clause"]] = row
    for position, one in enumerate(document["tasks"], 1):
        due = one.get("due_on")
        task, _made = ProgrammeTask.objects.update_or_create(
            programme=programme,
            position=position,
            defaults={
                **{name: one[name] for name in ("clause", "heading", "text", "owners")},
                "due_on": date.fromisoformat(due) if due else None,
                "within": one.get("within"),
                "yearly": one.get("yearly", False),
                "evidence": one.get("evidence", ""),
                "limit": one.get("limit", ""),
            },
        )
        task.objectives.set(objectives[clause] for clause in one["objectives"])
    record(verb="programmes.loaded", on=programme, by=None, at=at, unit=owner_id)
    return programme


def issue_plans(*, programme: Programme, office_id: int, by: Account, at: datetime) -> list[int]:
    """A plan for every unit right below the office that has none yet, from the decision and what the office hands down.

    The owner of the programme gets its own plan at the first issue. The answer is the ids of the new plans; a unit that
    was opened since the last issue gets its plan at the next. As many queries for one unit as for 531.
    """
    on = timezone.localdate(at)
    with transaction.atomic():
        rules.may_issue(by, programme, office_id, on=on).enforce()
        below = queries.units_to_issue(office_id, on=on)
        if programme.owner_id == office_id:
            below[office_id] = kinds([office_id], on=on)[office_id]
        have = set(UnitPlan.objects.filter(programme=programme, unit__in=below).values_list("unit", flat=True))
        made = UnitPlan.objects.bulk_create(
            UnitPlan(
                programme=programme, unit_id=unit, office_id=None if unit == office_id else office_id, issued_on=on,
                due_on=programme.plans_due_on and max(programme.plans_due_on, on),
            )
            for unit in below
            if unit not in have
        )  # fmt: skip
        _copy_tasks(programme, office_id, made, below, on)
        record(verb="programmes.plans_issued", on=programme, by=by.pk, at=at, unit=office_id, plans=len(made))
    ids = [plan.pk for plan in made]
    transaction.on_commit(lambda: signals.plans_issued.send(sender=Programme, plan_ids=ids))
    return ids


def _copy_tasks(programme: Programme, office_id: int, plans: list[UnitPlan], kind_of: dict[int, str], on: date) -> None:
    stated = {kind: queries.tasks_for(programme, kind) for kind in set(kind_of.values())}
    handed = list(
        PlanTask.objects.filter(plan__programme=programme, plan__unit=office_id, for_below=True, dropped="").order_by(
            "position"
        )
    )
    due = {task.pk: queries.deadline(task, on) for tasks in stated.values() for task in tasks}
    rows = []
    for plan in plans:
        own = stated[kind_of[plan.unit_id]]
        rows += [
            PlanTask(
                plan=plan, position=place, source=task, clause=task.clause, text=task.text, due_on=due[task.pk],
                yearly=task.yearly, evidence=task.evidence,
            )
            for place, task in enumerate(own, 1)
        ]  # fmt: skip
        rows += [
            PlanTask(
                plan=plan, position=place, above=task, clause=task.clause, text=task.text, due_on=task.due_on,
                yearly=task.yearly, evidence=task.evidence,
            )
            for place, task in enumerate(handed if plan.unit_id != office_id else [], len(own) + 1)
        ]  # fmt: skip
    PlanTask.objects.bulk_create(rows, batch_size=2000)


@transaction.atomic
def adapt_task(
    *, task: PlanTask, text: str, responsible: str, due_on: date | None, for_below: bool, by: Account, at: datetime
) -> None:
    """The unit's own wording, who answers for it, and by when; `for_below`: an office hands it down at its issue."""
    _writing(by, task.plan, at)
    verdict_of(rules.task_fits(task.plan, text, due_on)).enforce()
    task.text, task.responsible, task.due_on, task.for_below = nfc(text), nfc(responsible), due_on, for_below
    task.save(update_fields=["text", "responsible", "due_on", "for_below"])
    record(verb="programmes.task_adapted", on=task, by=by.pk, at=at, unit=task.plan.unit_id)


@transaction.atomic
def add_task(
    *, plan: UnitPlan, text: str, responsible: str, due_on: date | None, for_below: bool, by: Account, at: datetime
) -> PlanTask:
    """A task of the unit's own."""
    _writing(by, plan, at)
    verdict_of(rules.task_fits(plan, text, due_on)).enforce()
    last = UnitPlan.objects.select_for_update().get(pk=plan.pk).tasks.aggregate(last=Max("position"))["last"] or 0
    task = PlanTask.objects.create(
        plan=plan, position=last + 1, text=nfc(text), responsible=nfc(responsible), due_on=due_on, for_below=for_below
    )
    record(verb="programmes.task_added", on=task, by=by.pk, at=at, unit=plan.unit_id)
    return task


@transaction.atomic
def drop_task(*, task: PlanTask, why: str, by: Account, at: datetime) -> None:
    """The unit does not do it; the office above reads why."""
    _writing(by, task.plan, at)
    rules.may_drop(task, why).enforce()
    PlanTask.objects.filter(pk=task.pk).update(dropped=nfc(why))
    record(verb="programmes.task_dropped", on=task, by=by.pk, at=at, unit=task.plan.unit_id, reason=nfc(why))


@transaction.atomic
def restore_task(*, task: PlanTask, by: Account, at: datetime) -> None:
    """The unit does it after all."""
    _writing(by, task.plan, at)
    PlanTask.objects.filter(pk=task.pk).update(dropped="")
    record(verb="programmes.task_restored", on=task, by=by.pk, at=at, unit=task.plan.unit_id)


def _writing(by: Account, plan: UnitPlan, at: datetime) -> None:
    rules.may_write(by, plan, on=timezone.localdate(at)).enforce()


@transaction.atomic
def submit_plan(*, plan: UnitPlan, by: Account, at: datetime) -> None:
    """Up to the office above. Its remarks of the last time are answered by the new wording."""
    rules.may_submit(by, plan, on=timezone.localdate(at)).enforce()
    _move(plan, PlanMove.SUBMIT, by=by, at=at, submitted_at=at)


@transaction.atomic
def return_plan(*, plan: UnitPlan, remarks: Mapping[int, str], reason: str, by: Account, at: datetime) -> None:
    """Back to the unit: in one sentence for the whole, or with remarks at tasks (id → text), or both."""
    rules.may_decide(by, plan, PlanMove.RETURN, on=timezone.localdate(at)).enforce()
    said = {pk: nfc(text) for pk, text in remarks.items() if text.strip()}
    if not said and not reason.strip():
        raise Refused(_("Ghi điều cần sửa: ở từng nhiệm vụ, hoặc cho cả kế hoạch."), "reason")
    of_plan = set(plan.tasks.filter(pk__in=said).values_list("pk", flat=True))
    if of_plan != set(said):
        raise Refused(_("Có ý kiến ở nhiệm vụ không thuộc kế hoạch này."))
    TaskRemark.objects.filter(task__plan=plan).delete()  # what was asked the last time is in the unit's new wording
    TaskRemark.objects.bulk_create(TaskRemark(task_id=pk, text=text, by=by, at=at) for pk, text in said.items())
    _move(plan, PlanMove.RETURN, by=by, at=at, reason=nfc(reason))


@transaction.atomic
def accept_plan(*, plan: UnitPlan, by: Account, at: datetime) -> None:
    """As it stands."""
    rules.may_decide(by, plan, PlanMove.ACCEPT, on=timezone.localdate(at)).enforce()
    TaskRemark.objects.filter(task__plan=plan).delete()
    _move(plan, PlanMove.ACCEPT, by=by, at=at, accepted_at=at)


@transaction.atomic
def reopen_plan(*, plan: UnitPlan, reason: str, by: Account, at: datetime) -> None:
    """An accepted plan may be written again; says why."""
    rules.may_decide(by, plan, PlanMove.REOPEN, on=timezone.localdate(at)).enforce()
    if not reason.strip():
        raise Refused(_("Ghi lý do mở lại."), "reason")
    _move(plan, PlanMove.REOPEN, by=by, at=at, reason=nfc(reason), accepted_at=None)


@transaction.atomic
def reroute_plans(*, on: date, at: datetime) -> int:
    """After a change of the tree: plans of units that exist go to the office that is the nearest above on that day.

    Plans of units that are no more stay as they were. The answer is how many plans have another office now.
    """
    held = UnitPlan.objects.select_for_update().filter(office__isnull=False).order_by("pk")  # nobody decides meanwhile
    rows = list(held)
    offices = reviewer_of({row.unit_id for row in rows}, on=on)
    moved = [row for row in rows if offices.get(row.unit_id, row.office_id) != row.office_id]
    for row in moved:
        before, row.office_id = row.office_id, offices[row.unit_id]
        record(
            verb="programmes.plan_rerouted",
            on=row,
            by=None,
            at=at,
            unit=row.unit_id,
            before=before,
            after=row.office_id,
        )
    UnitPlan.objects.bulk_update(moved, ["office"])
    return len(moved)


def _move(plan: UnitPlan, move: PlanMove, *, by: Account, at: datetime, reason: str = "", **columns: Any) -> None:
    """Along the table, once: of two who press at the same moment the second is refused."""
    step = PLAN_MOVES[move]
    if not UnitPlan.objects.filter(pk=plan.pk, state__in=step.sources).update(state=step.target, **columns):
        raise Refused(_("Kế hoạch vừa có thay đổi. Thầy cô tải lại trang để xem."))
    plan.state = step.target
    PlanTransition.objects.create(plan=plan, move=move, reason=reason, by=by, at=at)
    record(verb=f"programmes.plan_{PAST[move]}", on=plan, by=by.pk, at=at, unit=plan.unit_id, reason=reason)
    if told := TOLD.get(move):
        transaction.on_commit(lambda: told.send(sender=UnitPlan, plan_id=plan.pk))


@transaction.atomic
def put_down(
    *, task: PlanTask, words: str, on_day: date, file: tuple[str, bytes] | None, done: bool, by: Account, at: datetime
) -> TaskEvidence:
    """What was done for a task, perhaps with a file (its name, its bytes); `done`: and so the task is finished."""
    on = timezone.localdate(at)
    rules.may_record(by, task, on=on).enforce()
    verdict_of(rules.evidence_fits(words, on_day, on=on)).enforce()
    kept = file and store_upload(content=file[1], name=file[0], unit=task.plan.unit_id, by=by.pk, at=at)
    row = TaskEvidence.objects.create(task=task, words=nfc(words), file=kept, on=on_day, by=by, at=at)
    if done:
        PlanTask.objects.filter(pk=task.pk).update(done_on=on_day)
    record(verb="programmes.evidence_put_down", on=task, by=by.pk, at=at, unit=task.plan.unit_id)
    return row


@transaction.atomic
def take_up_again(*, task: PlanTask, by: Account, at: datetime) -> None:
    """It was not finished after all; its evidence stays."""
    rules.may_record(by, task, on=timezone.localdate(at)).enforce()
    PlanTask.objects.filter(pk=task.pk).update(done_on=None)
    record(verb="programmes.task_taken_up", on=task, by=by.pk, at=at, unit=task.plan.unit_id)


@transaction.atomic
def let_serve(*, task: PlanTask, programme: Programme, serves: bool, by: Account, at: datetime) -> None:
    """One task done for several programmes at once (“lồng ghép”), or no longer."""
    rules.may_record(by, task, on=timezone.localdate(at)).enforce()
    rules.may_serve(task, programme).enforce()
    (task.serves.add if serves else task.serves.remove)(programme)
    record(verb="programmes.task_serves", on=task, by=by.pk, at=at, unit=task.plan.unit_id)


def ask_to_review(*, document_ids: Collection[int]) -> int:
    """Documents were replaced: programmes and tasks that cite them are to be looked at again. How many."""
    citing = {"document__in": document_ids, "to_review": False}
    return sum(model.objects.filter(**citing).update(to_review=True) for model in (Programme, ProgrammeTask))


@transaction.atomic
def reviewed(*, programme: Programme, by: Account, at: datetime) -> None:
    """Somebody of the owner has looked at what cites a replaced document."""
    rules.may_manage(by, programme, on=timezone.localdate(at)).enforce()
    Programme.objects.filter(pk=programme.pk).update(to_review=False)
    programme.tasks.filter(to_review=True).update(to_review=False)
    record(verb="programmes.reviewed", on=programme, by=by.pk, at=at, unit=programme.owner_id)

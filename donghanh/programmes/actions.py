"""Every write of programmes and plans: loaded, copied down, adapted, sent, returned at a task, accepted, done."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from datetime import date, datetime, timedelta
from typing import Any

from django.db import transaction
from django.db.backends.postgresql.psycopg_any import DateRange
from django.utils import timezone
from django.utils.translation import gettext as _

from donghanh.audit.actions import record
from donghanh.kernel.text import nfc
from donghanh.kernel.verdict import Refused
from donghanh.organisations.queries import kinds, reviewer_of
from donghanh.people.models import Account
from donghanh.programmes import queries, rules, signals
from donghanh.programmes.choices import PLAN_MOVES, PlanMove
from donghanh.programmes.models import (
    Objective,
    PlanTask,
    PlanTransition,
    Programme,
    ProgrammeTask,
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
    """Write a programme as its data says, once or again: objectives by clause, tasks by key. Plans stay as they are.

    A task that plans were copied from keeps its row, so that they go on pointing to it; one that the data no longer has
    is withdrawn. `issue_plans` hands new ones down.
    """
    said = {name: document[name] for name in ("name_vi", "name_en", "short_name_vi", "short_name_en", "basis")}
    first, last = (date.fromisoformat(document[name]) for name in ("first_day", "last_day"))
    said |= {"valid": DateRange(first, last + timedelta(days=1)), "plans_due_on": _day(document.get("plans_due_on"))}
    programme, _made = Programme.objects.update_or_create(
        code=document["code"], defaults={**said, "owner_id": owner_id}
    )
    objectives = {}
    for one in document["objectives"]:
        row, _made = programme.objectives.update_or_create(clause=one["clause"], defaults={"text": one["text"]})
        row.indicators.set(Indicator.objects.filter(code__in=one["indicators"]))
        objectives[one["clause"]] = row
    _load_tasks(programme, document["tasks"], objectives, on=timezone.localdate(at))
    record(verb="programmes.loaded", on=programme, by=None, at=at, unit=owner_id)
    return programme


def _load_tasks(
    programme: Programme, stated: list[dict[str, Any]], objectives: Mapping[str, Objective], *, on: date
) -> None:
    keys = [one["key"] for one in stated]
    if twice := sorted({key for key in keys if keys.count(key) > 1}):
        raise Refused(_("Khóa của nhiệm vụ bị trùng: %(keys)s.") % {"keys": ", ".join(twice)})
    gone = programme.tasks.exclude(key__in=keys).order_by("position")
    gone.filter(copies=None).delete()
    for position, task in enumerate(gone, len(stated) + 1):  # after those that are stated
        task.position, task.withdrawn_on = position, task.withdrawn_on or on
        task.save(update_fields=["position", "withdrawn_on"])
    for position, one in enumerate(stated, 1):
        said = {name: one[name] for name in ("clause", "heading", "text", "owners")}
        said |= {"within": one.get("within"), "yearly": one.get("yearly", False), "due_on": _day(one.get("due_on"))}
        said |= {"evidence": one.get("evidence", ""), "limit": one.get("limit", ""), "withdrawn_on": None}
        task, _made = programme.tasks.update_or_create(key=one["key"], defaults={**said, "position": position})
        task.objectives.set(objectives[clause] for clause in one["objectives"])


def _day(written: str | None) -> date | None:
    return date.fromisoformat(written) if written else None


def issue_plans(*, programme: Programme, office_id: int, by: Account, at: datetime) -> list[int]:
    """A plan for every unit right below the office that has none yet, from the decision and what the office hands down.

    The owner of the programme gets its own plan at the first issue. Plans that are there get the tasks that were stated
    or handed down since, whatever their state: they bind the unit. The answer is the ids of the new plans; a unit that
    was opened since the last issue gets its plan at the next. As many queries for one unit as for 531.
    """
    on = timezone.localdate(at)
    with transaction.atomic():
        rules.may_issue(by, programme, office_id, on=on).enforce()
        below = queries.units_to_issue(office_id, on=on)
        if programme.owner_id == office_id:
            below[office_id] = kinds([office_id], on=on)[office_id]
        there = {plan.unit_id: plan for plan in programme.plans.select_for_update(of=("self",)).filter(unit__in=below)}
        made = UnitPlan.objects.bulk_create(
            UnitPlan(
                programme=programme, unit_id=unit, office_id=None if unit == office_id else office_id, issued_on=on,
                due_on=programme.plans_due_on and max(programme.plans_due_on, on),
            )
            for unit in below
            if unit not in there
        )  # fmt: skip
        added = _copy_tasks(programme, office_id, [*made, *there.values()], below, on)
        record(
            verb="programmes.plans_issued", on=programme, by=by.pk, at=at, unit=office_id, plans=len(made), tasks=added
        )
    ids = [plan.pk for plan in made]
    transaction.on_commit(lambda: signals.plans_issued.send(sender=Programme, plan_ids=ids))
    return ids


def _copy_tasks(programme: Programme, office_id: int, plans: list[UnitPlan], kind_of: dict[int, str], on: date) -> int:
    """What each plan does not have yet, at its end; how many rows plans got that were there before this day's issue."""
    stated = {kind: queries.tasks_for(programme, kind) for kind in set(kind_of.values())}
    handed = list(queries.handed_down(programme, office_id))
    due = {task.pk: queries.deadline(task, on) for tasks in stated.values() for task in tasks}
    has: dict[int, set[int | None]] = {plan.pk: set() for plan in plans}  # sources, and the tasks above as -pk
    last = dict.fromkeys(has, 0)
    copies = PlanTask.objects.filter(plan__in=has).values_list("plan", "source", "above", "position")
    for plan_id, source, above, position in copies:
        has[plan_id].add(source or -(above or 0))
        last[plan_id] = max(last[plan_id], position)
    rows: list[PlanTask] = []
    for plan in plans:
        place, added_on = last[plan.pk], on if last[plan.pk] else None
        new = [PlanTask(source=task, due_on=due[task.pk], **_words(task)) for task in stated[kind_of[plan.unit_id]]]
        if plan.unit_id != office_id:
            new += [PlanTask(above=task, due_on=task.due_on, **_words(task)) for task in handed]
        new = [row for row in new if (row.source_id or -(row.above_id or 0)) not in has[plan.pk]]
        for row in new:
            place += 1
            row.plan, row.position, row.added_on = plan, place, added_on
        rows += new
    PlanTask.objects.bulk_create(rows, batch_size=2000)
    return sum(row.added_on is not None for row in rows)


def _words(task: ProgrammeTask | PlanTask) -> dict[str, Any]:
    return {name: getattr(task, name) for name in ("clause", "text", "yearly", "evidence")}


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

"""Where tasks stand on a day. A yearly one is asked about the year of that day: due in it, done in it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db.models import Case, Count, DateField, Exists, F, Func, IntegerField, OuterRef, Q, QuerySet, When
from django.db.models.functions import Cast, ExtractYear, Least

from donghanh.organisations.queries import with_unit_names
from donghanh.people.choices import Right
from donghanh.people.models import Account
from donghanh.people.queries import units_reached
from donghanh.periods.queries import WorkingDays
from donghanh.programmes.choices import AT_RISK_DAYS, TaskState
from donghanh.programmes.models import PlanTask, Programme, ProgrammeTask, TaskEvidence, UnitPlan


def done(*, on: date, prefix: str = "") -> Q:
    """Finished; a yearly task in the year of the day, or in its last one if that is over."""
    newest, due = f"{prefix}done_on", f"{prefix}due_on"
    this_year = Q(**{f"{newest}__year__gte": Least(ExtractYear(due), on.year)})  # LEAST passes over a task without end
    return Q(**{f"{newest}__isnull": False}) & (Q(**{f"{prefix}yearly": False}) | this_year)


def due(*, on: date) -> Case:
    """The deadline; of a yearly task that of the year of the day."""
    years = Cast(ExtractYear("due_on") - on.year, IntegerField())
    this_year = Cast(F("due_on") - Func(years, function="make_interval"), DateField())
    return Case(When(yearly=True, due_on__year__gt=on.year, then=this_year), default=F("due_on"))


def standing(rows: QuerySet[PlanTask], *, on: date) -> QuerySet[Any]:
    """The rows with what `task_state` asks: `due_now`, `done_now`, and `shown`, whether anything was put down."""
    shown = Exists(TaskEvidence.objects.filter(task=OuterRef("pk")))
    return rows.annotate(due_now=due(on=on), done_now=Case(When(done(on=on), then=True), default=False), shown=shown)


def risk_day(on: date) -> date:
    """Tasks due until this day that nothing shows yet are at risk."""
    return WorkingDays().after(on, AT_RISK_DAYS)


def task_state(task: Any, *, on: date, risky_until: date) -> TaskState:
    """Where a task of `standing` is on a day."""
    if task.dropped:
        return TaskState.DROPPED
    if task.done_now:
        return TaskState.DONE
    if task.due_now and task.due_now < on:
        return TaskState.LATE
    if task.due_now and task.due_now <= risky_until and not task.shown:
        return TaskState.AT_RISK
    return TaskState.OPEN


def plan_tasks_visible_to(account: Account, *, on: date) -> QuerySet[Any]:
    """Tasks of the plans that the account may read."""
    reached = units_reached(account, Right.READ_PLANS, on=on)
    rows = PlanTask.objects.filter(plan__unit__in=reached)
    return standing(rows.select_related("plan__programme", "source").prefetch_related("serves", "remarks"), on=on)


def copies_visible_to(account: Account, task: ProgrammeTask, *, on: date) -> QuerySet[Any]:
    """A task of the programme in the plans of the units that the account reaches."""
    reached = units_reached(account, Right.READ_PLANS, on=on)
    rows = standing(PlanTask.objects.filter(source=task, plan__unit__in=reached), on=on)
    return with_unit_names(rows.annotate(unit=F("plan__unit")), on=on).order_by("unit_sort", "pk")


def evidence_visible_to(account: Account, *, on: date) -> QuerySet[TaskEvidence]:
    """Evidence of those tasks."""
    reached = units_reached(account, Right.READ_PLANS, on=on)
    return TaskEvidence.objects.filter(task__plan__unit__in=reached).select_related("file", "by")


@dataclass(frozen=True)
class TaskCounts:
    """Of one task of the programme, over units: how many have it, and where it stands with them."""

    task: ProgrammeTask
    units: int = 0
    done: int = 0
    late: int = 0
    at_risk: int = 0
    dropped: int = 0


def board_of(programme: Programme, units: QuerySet[Any] | Collection[int], *, on: date) -> list[TaskCounts]:
    """Each task of the programme over the plans of these units, in the decision's order. Two queries.

    A task that the decision no longer states stands there while some plan has it.
    """
    kept = Q(dropped="")
    open_ = kept & Q(done_now=False)
    copies = standing(PlanTask.objects.filter(source__programme=programme, plan__unit__in=units), on=on)
    rows = copies.order_by().values("source").annotate(
        units=Count("pk"),
        done=Count("pk", filter=kept & Q(done_now=True)),
        late=Count("pk", filter=open_ & Q(due_now__lt=on)),
        at_risk=Count("pk", filter=open_ & Q(due_now__range=(on, risk_day(on)), shown=False)),
        gone=Count("pk", filter=~kept),
    )  # fmt: skip
    counts = {row["source"]: row for row in rows}
    board = []
    for task in programme.tasks.order_by("position"):
        if row := counts.get(task.pk):
            board.append(TaskCounts(task, row["units"], row["done"], row["late"], row["at_risk"], row["gone"]))
        elif not task.withdrawn_on:
            board.append(TaskCounts(task))
    return board


def task_counts(tasks: Iterable[tuple[PlanTask, TaskState]]) -> dict[TaskState, int]:
    """How many tasks stand in each state."""
    counted = Counter(state for _task, state in tasks)
    return {state: counted[state] for state in TaskState}


def with_states(plan: UnitPlan, *, on: date) -> list[tuple[PlanTask, TaskState]]:
    """Tasks of one plan in order, each with where it stands. Three queries."""
    rows = standing(plan.tasks.select_related("source").prefetch_related("serves", "remarks"), on=on)
    until = risk_day(on)
    return [(row, task_state(row, on=on, risky_until=until)) for row in rows.order_by("position")]

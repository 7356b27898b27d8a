"""What pages ask of programmes and plans. `…_visible_to` is the only gate to rows."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Collection, Iterable
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db.models import Count, Exists, F, OuterRef, Q, QuerySet

from donghanh.organisations.queries import descendant_ids, kinds, reviewer_of, with_unit_names
from donghanh.people.choices import Right
from donghanh.people.models import Account
from donghanh.people.queries import own_units, units_reached
from donghanh.periods.models import Period
from donghanh.periods.queries import WorkingDays
from donghanh.programmes.choices import AT_RISK_DAYS, WRITABLE_PLANS, PlanState, Section, TaskState, owner_kind
from donghanh.programmes.models import Partner, PlanTask, Programme, ProgrammeTask, TaskEvidence, UnitPlan
from donghanh.programmes.queries_partners import coordination_visible_to
from donghanh.statistics.models import Indicator


@dataclass(frozen=True)
class Quote:
    """What a unit wrote, accepted by the office above it."""

    unit_id: int
    section: Section
    text: str
    href: str = ""


type TextSource = Callable[[Collection[int], Period], Iterable[Quote]]

TEXT_SOURCES: list[TextSource] = []


def tell_texts(source: TextSource) -> None:
    """Register what tells accepted words of units (ids, period); `flows` does, for rooms that do not know this one."""
    if source not in TEXT_SOURCES:
        TEXT_SOURCES.append(source)


def programmes() -> QuerySet[Programme]:
    """Every programme, the newest first."""
    return Programme.objects.select_related("document").order_by("-valid", "code")


def indicators_of(programme: Programme) -> list[Indicator]:
    """Indicators of its objectives in their order, targets fetched along."""
    found = Indicator.objects.filter(pk__in=programme.objectives.values("indicators"))
    return list(found.prefetch_related("targets").order_by("position", "code"))


def tasks_for(programme: Programme, kind: str) -> list[ProgrammeTask]:
    """Tasks that the decision gives to a unit of this kind, in its order."""
    owner = owner_kind(kind)
    return list(programme.tasks.filter(owners__contains=[owner]).order_by("position")) if owner else []


def units_to_issue(office_id: int, *, on: date) -> dict[int, str]:
    """Units right below an office that get a plan of their own: id → kind. The office is the first above each."""
    below = kinds(descendant_ids(office_id, on=on), on=on)
    planned = {unit: kind for unit, kind in below.items() if unit != office_id and owner_kind(kind)}
    nearest = reviewer_of(planned, on=on)
    return {unit: kind for unit, kind in planned.items() if nearest.get(unit) == office_id}


def plans_visible_to(account: Account, *, on: date) -> QuerySet[Any]:
    """Plans of the units that the account reaches, with `tasks_done` and `tasks_owed`."""
    reached = units_reached(account, Right.READ_PLANS, on=on)
    owed = Q(tasks__dropped="")
    rows = with_unit_names(UnitPlan.objects.filter(unit__in=reached).select_related("programme"), on=on)
    counted: QuerySet[Any] = rows.annotate(
        tasks_owed=Count("tasks", filter=owed), tasks_done=Count("tasks", filter=owed & Q(tasks__done_on__isnull=False))
    )
    return counted.order_by("-programme__valid", "unit_sort", "pk")


def plan_tasks_visible_to(account: Account, *, on: date) -> QuerySet[PlanTask]:
    """Tasks of the plans that the account may read."""
    reached = units_reached(account, Right.READ_PLANS, on=on)
    rows = PlanTask.objects.filter(plan__unit__in=reached)
    return rows.select_related("plan__programme", "source", "plan").prefetch_related("serves", "remarks")


def copies_visible_to(account: Account, task: ProgrammeTask, *, on: date) -> QuerySet[Any]:
    """A task of the programme in the plans of the units that the account reaches; rows carry `shown`."""
    reached = units_reached(account, Right.READ_PLANS, on=on)
    shown = Exists(TaskEvidence.objects.filter(task=OuterRef("pk")))
    rows = PlanTask.objects.filter(source=task, plan__unit__in=reached).annotate(unit=F("plan__unit"), shown=shown)
    return with_unit_names(rows, on=on).order_by("unit_sort", "pk")


def evidence_visible_to(account: Account, *, on: date) -> QuerySet[TaskEvidence]:
    """Evidence of those tasks."""
    reached = units_reached(account, Right.READ_PLANS, on=on)
    return TaskEvidence.objects.filter(task__plan__unit__in=reached).select_related("file", "by")


def my_plans(account: Account, *, on: date) -> QuerySet[Any]:
    """Plans that the account writes: of the units in which it has the right itself."""
    return plans_visible_to(account, on=on).filter(unit__in=own_units(account, Right.WRITE_PLANS, on=on))


def to_send(account: Account, *, on: date) -> QuerySet[Any]:
    """Plans of the account's own units that wait to be written and sent to an office."""
    return my_plans(account, on=on).filter(state__in=(PlanState.DRAFT, PlanState.RETURNED), office__isnull=False)


def to_review(account: Account, *, on: date) -> QuerySet[Any]:
    """Submitted plans that wait for the account's own office, longest waiting first."""
    offices = own_units(account, Right.REVIEW_PLANS, on=on)
    rows = plans_visible_to(account, on=on).filter(office__in=offices, state=PlanState.SUBMITTED)
    return rows.order_by("submitted_at", "pk")


def late_plans(rows: QuerySet[Any], *, on: date) -> QuerySet[Any]:
    """Of these plans: due before the day and not sent, or returned and not sent again. One that nobody decides on
    (the owner's) is never late: it goes nowhere.
    """
    return rows.filter(due_on__lt=on, state__in=WRITABLE_PLANS, office__isnull=False)


def counts_of_plans(programme: Programme, units: Collection[int] | QuerySet[Any], *, on: date) -> dict[str, int]:
    """How many plans stand in each state; "late": due and not sent; "all"."""
    rows = UnitPlan.objects.filter(programme=programme, unit__in=units)
    by_state = Counter(dict(rows.order_by().values_list("state").annotate(Count("pk"))))
    late = late_plans(rows, on=on).count()
    return {**{str(state): by_state[state] for state in PlanState}, "late": late, "all": by_state.total()}


def risk_day(on: date) -> date:
    """Tasks due until this day that nothing shows yet are at risk."""
    return WorkingDays().after(on, AT_RISK_DAYS)


def task_state(task: PlanTask, *, on: date, risky_until: date, shown: bool) -> TaskState:
    """Where a task stands on a day; `shown`: something was put down for it."""
    if task.dropped:
        return TaskState.DROPPED
    if task.done_on:
        return TaskState.DONE
    if task.due_on and task.due_on < on:
        return TaskState.LATE
    if task.due_on and task.due_on <= risky_until and not shown:
        return TaskState.AT_RISK
    return TaskState.OPEN


@dataclass(frozen=True)
class TaskCounts:
    """Of one task of the programme, over units: how many have it, and where it stands with them."""

    task: ProgrammeTask
    units: int
    done: int
    late: int
    at_risk: int
    dropped: int


def board_of(programme: Programme, units: QuerySet[Any] | Collection[int], *, on: date) -> list[TaskCounts]:
    """Each task of the programme over the plans of these units, in the decision's order. Two queries."""
    open_ = Q(copies__done_on__isnull=True, copies__dropped="")
    due_soon = Q(copies__due_on__gte=on, copies__due_on__lte=risk_day(on))
    risky = due_soon & ~Q(Exists(TaskEvidence.objects.filter(task=OuterRef("copies__pk"))))
    here = Q(copies__plan__unit__in=units)
    rows = programme.tasks.annotate(
        units=Count("copies", filter=here),
        done=Count("copies", filter=here & Q(copies__done_on__isnull=False)),
        late=Count("copies", filter=here & open_ & Q(copies__due_on__lt=on)),
        at_risk=Count("copies", filter=here & open_ & risky),
        dropped=Count("copies", filter=here & ~Q(copies__dropped="") & Q(copies__pk__isnull=False)),
    ).order_by("position")
    return [TaskCounts(row, row.units, row.done, row.late, row.at_risk, row.dropped) for row in rows]


def task_counts(tasks: Iterable[tuple[PlanTask, TaskState]]) -> dict[TaskState, int]:
    """How many tasks stand in each state."""
    counted = Counter(state for _task, state in tasks)
    return {state: counted[state] for state in TaskState}


def with_states(plan: UnitPlan, *, on: date) -> list[tuple[PlanTask, TaskState]]:
    """Tasks of one plan in order, each with where it stands. Three queries."""
    rows: QuerySet[Any] = (
        plan.tasks.select_related("source")
        .prefetch_related("serves", "remarks")
        .annotate(shown=Exists(TaskEvidence.objects.filter(task=OuterRef("pk"))))
        .order_by("position")
    )
    until = risk_day(on)
    return [(row, task_state(row, on=on, risky_until=until, shown=row.shown)) for row in rows]


def deadline(task: ProgrammeTask, issued_on: date) -> date | None:
    """The day that the decision states, or the n-th working day after the plan is issued."""
    return WorkingDays().after(issued_on, task.within) if task.within else task.due_on


def plans_as_guest(account: Account, *, on: date) -> QuerySet[Any]:
    """Coordination plans that name the account of a partner agency: all that it finds here."""
    return coordination_visible_to(account, on=on).filter(pk__in=Partner.objects.filter(account=account).values("plan"))

"""What pages ask of programmes and plans. `…_visible_to` is the only gate to rows."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Collection, Iterable
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db.models import Count, Q, QuerySet

from donghanh.organisations.queries import descendant_ids, kinds, reviewer_of, with_unit_names
from donghanh.people.choices import Right
from donghanh.people.models import Account
from donghanh.people.queries import own_units, units_reached
from donghanh.periods.models import Period
from donghanh.periods.queries import WorkingDays
from donghanh.programmes.choices import WRITABLE_PLANS, OwnerKind, PlanState, Section, owner_kind
from donghanh.programmes.models import Partner, PlanTask, Programme, ProgrammeTask, UnitPlan
from donghanh.programmes.queries_partners import coordination_visible_to
from donghanh.programmes.queries_tasks import done
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
    rows = programme.tasks.filter(owners__contains=[owner], withdrawn_on=None)
    return list(rows.order_by("position")) if owner else []


def handed_down(programme: Programme, office_id: int) -> QuerySet[PlanTask]:
    """Tasks of the office's own plan that go down with its issue."""
    rows = PlanTask.objects.filter(plan__programme=programme, plan__unit=office_id, for_below=True, dropped="")
    return rows.order_by("position")


def has_new_tasks(programme: Programme, office_id: int, *, on: date) -> bool:
    """Was a task stated, or handed down by the office, that some plan right below it does not have yet?"""
    by_owner: dict[OwnerKind | None, list[int]] = {}
    for unit, kind in units_to_issue(office_id, on=on).items():
        by_owner.setdefault(owner_kind(kind), []).append(unit)
    groups = [(programme.plans.filter(unit__in=units), owner) for owner, units in by_owner.items()]
    stated = programme.tasks.filter(withdrawn_on=None)
    return any(
        _lacking(stated.filter(owners__contains=[owner]), "copies", plans)
        or _lacking(handed_down(programme, office_id), "below", plans)
        for plans, owner in groups
    )


def _lacking(tasks: QuerySet[Any], copies: str, plans: QuerySet[UnitPlan]) -> bool:
    there = Count(copies, filter=Q(**{f"{copies}__plan__in": plans}))
    return bool(tasks.order_by().annotate(there=there).filter(there__lt=plans.count()).exists())


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
    finished = done(on=on, prefix="tasks__")
    rows = with_unit_names(UnitPlan.objects.filter(unit__in=reached).select_related("programme"), on=on)
    counted: QuerySet[Any] = rows.annotate(
        tasks_owed=Count("tasks", filter=owed), tasks_done=Count("tasks", filter=owed & finished)
    )
    return counted.order_by("-programme__valid", "unit_sort", "pk")


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


def deadline(task: ProgrammeTask, issued_on: date) -> date | None:
    """The day that the decision states, or the n-th working day after the plan is issued."""
    return WorkingDays().after(issued_on, task.within) if task.within else task.due_on


def plans_as_guest(account: Account, *, on: date) -> QuerySet[Any]:
    """Coordination plans that name the account of a partner agency: all that it finds here."""
    return coordination_visible_to(account, on=on).filter(pk__in=Partner.objects.filter(account=account).values("plan"))

"""What pages ask of money. Every sum is reckoned from entries; `…_visible_to` is the only gate to lines."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db.models import BigIntegerField, F, OuterRef, Q, QuerySet, Subquery, Sum
from django.db.models.functions import Cast, Coalesce

from donghanh.organisations.models import Lineage, Unit
from donghanh.organisations.queries import descendant_ids, kinds, pairs_below, reviewer_of, units_on
from donghanh.people.choices import Right
from donghanh.people.models import Account
from donghanh.people.queries import units_reached
from donghanh.programmes.choices import EntryKind, MoneySource, owner_kind
from donghanh.programmes.models import BudgetLine, ClosedYear, MoneyEntry, PlanTask

BUDGET, TRANSFER = EntryKind.BUDGET, EntryKind.TRANSFER
COMMITMENT, SPENDING = EntryKind.COMMITMENT, EntryKind.SPENDING


@dataclass(frozen=True)
class Sums:
    """Of a line or of many, in đồng. `fresh` came from outside the tree, `received` and `handed` moved inside it."""

    fresh: int = 0
    received: int = 0
    handed: int = 0
    committed: int = 0
    spent: int = 0

    def __add__(self, other: Sums) -> Sums:
        return Sums(
            self.fresh + other.fresh,
            self.received + other.received,
            self.handed + other.handed,
            self.committed + other.committed,
            self.spent + other.spent,
        )

    @property
    def budget(self) -> int:
        """What may be committed. Over a subtree what was handed down inside it stands on both sides and falls out."""
        return self.fresh + self.received - self.handed

    @property
    def left(self) -> int:
        """Not yet committed."""
        return self.budget - self.committed

    @property
    def variance(self) -> int:
        """Not spent."""
        return self.budget - self.spent

    @property
    def share(self) -> float | None:
        """Spent, in hundredths of the budget; None without a budget."""
        return 100 * self.spent / self.budget if self.budget else None


def units_visible_to(account: Account, *, on: date) -> QuerySet[Unit]:
    """Units whose money the account may read, as `units_on` gives them."""
    return units_on(on).filter(pk__in=units_reached(account, Right.READ_MONEY, on=on))


def lines_visible_to(account: Account, *, on: date) -> QuerySet[Any]:
    """Lines of these units with all that `Sums` says as columns, in the order source, programme, place. One query."""
    rows = BudgetLine.objects.filter(unit__in=units_reached(account, Right.READ_MONEY, on=on))
    return with_sums(rows)


def with_sums(rows: QuerySet[BudgetLine]) -> QuerySet[Any]:
    """Lines with their sums, without asking who reads."""
    arrived = MoneyEntry.objects.filter(to=OuterRef("pk")).order_by().values("to").annotate(sum=Sum("amount"))
    counted: QuerySet[Any] = rows.select_related("programme", "task", "unit").annotate(
        fresh=_sum(BUDGET),
        received=_whole(Subquery(arrived.values("sum"))),
        handed=_sum(TRANSFER),
        committed=_sum(COMMITMENT),
        spent=_sum(SPENDING),
    )
    reckoned: QuerySet[Any] = counted.annotate(budget=F("fresh") + F("received") - F("handed")).annotate(
        left=F("budget") - F("committed"), variance=F("budget") - F("spent")
    )
    return reckoned.order_by("source", "programme", "task__position", "pk")


def _sum(kind: EntryKind) -> Any:
    return _whole(Sum("entries__amount", filter=Q(entries__kind=kind)))


def _whole(sum_: Any) -> Any:
    """The database adds bigints up to a decimal."""
    return Coalesce(Cast(sum_, BigIntegerField()), 0)


def sums_of(line: BudgetLine) -> Sums:
    """Of one line."""
    row = with_sums(BudgetLine.objects.filter(pk=line.pk)).get()
    return Sums(row.fresh, row.received, row.handed, row.committed, row.spent)


type Key = tuple[Any, ...]


def sums_by(
    columns: Collection[str], *, units: Collection[int], year: int | None = None, source: str = ""
) -> dict[Key, Sums]:
    """Sums over lines of these units by columns of BudgetLine (`unit`, `source`, `year`); none: one sum, key ().

    Two queries however many units.
    """
    found: dict[Key, Sums] = defaultdict(Sums)
    said = {name: value for name, value in (("year", year), ("source", source)) if value}

    def rows(end: str) -> Any:
        held = MoneyEntry.objects.filter(**{f"{end}__unit__in": units}, **{f"{end}__{k}": v for k, v in said.items()})
        keys = [f"{end}__{column}" for column in columns]
        return held.order_by().values_list(*keys, "kind").annotate(sum=Sum("amount"))

    for *key, kind, sum_ in rows("line"):
        found[tuple(key)] += Sums(
            **{{BUDGET: "fresh", TRANSFER: "handed", COMMITMENT: "committed", SPENDING: "spent"}[kind]: int(sum_)}
        )
    for *key, _kind, sum_ in rows("to"):
        found[tuple(key)] += Sums(received=int(sum_))
    return dict(found)


def total_of(units: Collection[int], *, year: int, source: str = "") -> Sums:
    """Of these units together."""
    return sums_by((), units=units, year=year, source=source).get((), Sums())


def by_source(units: Collection[int], *, year: int) -> list[tuple[MoneySource, Sums]]:
    """Each of the four sources, those without money too."""
    found = sums_by(("source",), units=units, year=year)
    return [(source, found.get((source.value,), Sums())) for source in MoneySource]


def by_year(units: Collection[int]) -> list[tuple[int, Sums]]:
    """Each year that has any money, the newest first."""
    return sorted(((key[0], sums) for key, sums in sums_by(("year",), units=units).items()), reverse=True)


@dataclass(frozen=True)
class UnitSums:
    """A unit's own lines (`alone`), or it with all below."""

    unit: Unit
    sums: Sums
    alone: bool


def below(unit_id: int, *, year: int, source: str = "", on: date) -> list[UnitSums]:
    """The unit's own lines, then each unit right below it with its whole subtree: together they are the unit's total.

    A unit below without any money is left out.
    """
    inside = descendant_ids(unit_id, on=on)
    own = sums_by(("unit",), units=inside, year=year, source=source)
    children = [unit for unit in units_on(on).filter(pk__in=inside) if unit.parent_id_on == unit_id]
    summed: dict[int, Sums] = defaultdict(Sums)
    for ancestor, unit in pairs_below([child.pk for child in children], on=on):
        summed[ancestor] += own.get((unit,), Sums())
    rows = [UnitSums(units_on(on).get(pk=unit_id), own.get((unit_id,), Sums()), alone=True)]
    return rows + [UnitSums(child, summed[child.pk], alone=False) for child in children if summed[child.pk] != Sums()]


def each(unit_id: int, *, year: int, source: str = "", on: date) -> list[UnitSums]:
    """Every unit of the subtree that has money, with its own lines."""
    inside = descendant_ids(unit_id, on=on)
    own = sums_by(("unit",), units=inside, year=year, source=source)
    units = units_on(on).filter(pk__in=[key[0] for key in own])
    return [UnitSums(unit, own[(unit.pk,)], alone=True) for unit in units]


def has_below(unit_ids: Collection[int], *, on: date) -> set[int]:
    """Which of the units have any below them."""
    rows = Lineage.objects.filter(ancestor__in=unit_ids, valid__contains=on, depth=1)
    return set(rows.order_by("ancestor").values_list("ancestor", flat=True))


def entries_of(line: BudgetLine) -> QuerySet[Any]:
    """What left the line and what arrived, newest first, each with `reversed`, how much of it was taken back (≤ 0)."""
    taken = MoneyEntry.objects.filter(reverses=OuterRef("pk")).order_by().values("reverses").annotate(sum=Sum("amount"))
    rows: QuerySet[Any] = MoneyEntry.objects.filter(Q(line=line) | Q(to=line)).annotate(
        reversed=_whole(Subquery(taken.values("sum")))
    )
    return rows.select_related("by", "document", "line", "to", "reverses").order_by("-on", "-pk")


def remaining(entry: MoneyEntry) -> int:
    """How much of an entry is not reversed; of a commitment: nor spent."""
    rows = MoneyEntry.objects.filter(Q(pk=entry.pk) | Q(reverses=entry))
    held = rows.aggregate(sum=_whole(Sum("amount")))["sum"]
    if entry.kind == COMMITMENT:
        held -= entry.spendings.aggregate(sum=_whole(Sum("amount")))["sum"]
    return int(held)


def open_commitments(line: BudgetLine) -> list[tuple[MoneyEntry, int]]:
    """Commitments with something left to spend, and how much. Three queries."""
    made = MoneyEntry.objects.filter(line=line, kind=COMMITMENT, reverses=None).order_by("on", "pk")
    left = {entry.pk: entry.amount for entry in made}
    for column, sign in (("reverses", 1), ("commitment", -1)):
        moved: Any = MoneyEntry.objects.filter(**{f"{column}__in": left}).order_by()
        for pk, amount in moved.values_list(column, "amount"):
            left[pk] += sign * amount
    return [(entry, left[entry.pk]) for entry in made if left[entry.pk] > 0]


def closed(unit_id: int, year: int) -> ClosedYear | None:
    """Whether the unit's year was settled, by whom and when."""
    return ClosedYear.objects.filter(unit=unit_id, year=year).select_related("by").first()


def receivers(unit_id: int, *, on: date) -> list[Unit]:
    """Units to which this one hands money down: those of which it is the office next above, by name."""
    inside = kinds(descendant_ids(unit_id, on=on), on=on)
    planned = [unit for unit, kind in inside.items() if unit != unit_id and owner_kind(kind)]
    nearest = reviewer_of(planned, on=on)
    return list(units_on(on).filter(pk__in=[unit for unit in planned if nearest.get(unit) == unit_id]))


def task_below(task: PlanTask | None, unit_id: int) -> PlanTask | None:
    """The task of a unit that was copied from this one or from the same line of the decision; None: its whole plan."""
    if task is None:
        return None
    same = Q(above=task)
    if task.source_id:
        same |= Q(source=task.source_id)
    return (
        PlanTask.objects.filter(same, plan__unit=unit_id, plan__programme=task.plan.programme_id).order_by("pk").first()
    )


def tasks_of(unit_id: int) -> QuerySet[PlanTask]:
    """Tasks that a unit does, to which money may be given."""
    rows = PlanTask.objects.filter(plan__unit=unit_id, dropped="").select_related("plan__programme", "source")
    return rows.order_by("plan__programme", "position")

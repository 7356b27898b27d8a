"""Any sequence of events leaves a tree that is right on every day, and a closure that says the same as the tree."""

from __future__ import annotations

import random
from collections import defaultdict
from datetime import date, timedelta
from decimal import Decimal

import pytest
from django.db import IntegrityError
from django.db.backends.postgresql.psycopg_any import DateRange

from donghanh.kernel.verdict import Refused
from donghanh.organisations import actions
from donghanh.organisations.choices import CodeScheme, EventKind, UnitKind
from donghanh.organisations.closure import rebuild
from donghanh.organisations.models import (
    Headcount,
    Lineage,
    Unit,
    UnitCode,
    UnitEvent,
    UnitGroup,
    UnitName,
    UnitParent,
    UnitType,
)
from donghanh.organisations.queries import units_on
from donghanh.organisations.rules import NewUnit, Portion, children_from
from donghanh.organisations.tests.factories import AT, a_department, a_district

pytestmark = pytest.mark.django_db
FIRST_DAY = date(2020, 1, 1)
DAYS = [FIRST_DAY + timedelta(days=number) for number in range(40)]
VERBS = {"open": 3, "close": 1, "rename": 1, "change_kind": 1, "recode": 1, "transfer": 4, "merge": 2, "split": 2}


def closure_recounted() -> set[tuple[int, int, int, date]]:
    """(ancestor, descendant, depth, day) by walking up from every unit on every day, in plain Python."""
    lives = dict(Unit.objects.order_by("pk").values_list("pk", "existence"))
    parents = defaultdict(list)
    for unit_id, parent_id, valid in UnitParent.objects.order_by("pk").values_list("unit_id", "parent_id", "valid"):
        parents[unit_id].append((parent_id, valid))
    found = set()
    for unit_id, life in lives.items():
        for day in filter(life.__contains__, DAYS):
            above, depth = unit_id, 0
            while above is not None:
                assert day in lives[above], "below a unit that does not exist"
                assert depth < len(lives), "a circle"
                found.add((above, unit_id, depth, day))
                above = next((parent for parent, valid in parents[above] if day in valid), None)
                depth += 1
    return found


def closure_stored() -> set[tuple[int, int, int, date]]:
    rows = Lineage.objects.order_by("pk").values_list("ancestor_id", "descendant_id", "depth", "valid")
    return {(above, below, depth, day) for above, below, depth, valid in rows for day in DAYS if day in valid}


def closure_before(day: date) -> set[tuple[int, int, int, date, date]]:
    """What the closure says of the days before `day`, as ranges cut there."""
    rows = Lineage.objects.filter(valid__startswith__lt=day).order_by("pk")
    return {
        (row.ancestor_id, row.descendant_id, row.depth, row.valid.lower, min(row.valid.upper or day, day))
        for row in rows
    }


class Chance:
    """Asks for events at random, sensible ones and foolish ones; mostly in the order of days, as offices do."""

    def __init__(self, seed: int) -> None:
        self.dice, self.opened, self.today = random.Random(seed), 0, 0  # noqa: S311  # dice

    def day(self) -> date:
        if self.dice.random() < 0.1:
            return self.dice.choice(DAYS)
        self.today = min(self.today + self.dice.choice([0, 0, 1]), len(DAYS) - 1)
        return DAYS[self.today]

    def unit(self) -> int:
        return self.dice.choice(self.units) if self.units else 1

    def code(self) -> str:
        return str(self.dice.randrange(12))

    def new(self) -> NewUnit:
        self.opened += 1
        parent = self.unit() if self.dice.random() < 0.8 else None
        codes = {CodeScheme.OWN: self.code()} if self.dice.random() < 0.5 else {}
        return NewUnit(name=f"Đơn vị {self.opened}", kind=UnitKind.COMMUNE, parent=parent, codes=codes)

    def unit_or_new(self) -> int | NewUnit:
        return self.new() if self.dice.random() < 0.5 else self.unit()

    def portions(self, source: int, on: date) -> list[Portion]:
        targets = [self.unit_or_new() for _ in range(self.dice.choice([2, 2, 2, 3]))]
        if self.dice.random() < 0.3:
            targets[0] = source
        shares = [Decimal("0.25")] * (len(targets) - 1)
        place = {child: self.dice.choice(targets) for child in sorted(children_from([source], on))}
        return [
            Portion(target, share, [child for child in place if place[child] is target])
            for target, share in zip(targets, [1 - sum(shares), *shares], strict=True)
        ]

    def event(self, on: date) -> None:
        order = {"decision": "QĐ 1", "on": on, "by": None, "at": AT}
        units = Unit.objects.order_by("pk") if self.dice.random() < 0.1 else units_on(on)
        self.units = list(units.values_list("pk", flat=True))
        some = {self.unit() for _ in range(self.dice.choice([1, 1, 2, 3]))}
        match self.dice.choices(list(VERBS), list(VERBS.values()))[0] if len(self.units) > 4 else "open":
            case "open":
                actions.open_units(new=[self.new() for _ in some], **order)
            case "close":
                actions.close_unit(unit=self.unit(), **order)
            case "rename":
                actions.rename(unit=self.unit(), name="Tên khác", **order)
            case "change_kind":
                actions.change_kind(unit=self.unit(), kind=UnitKind.PRIMARY, **order)
            case "recode":
                actions.recode(unit=self.unit(), scheme=CodeScheme.OWN, code=self.code(), **order)
            case "transfer":
                actions.transfer(units=some, to=self.unit(), **order)
            case "merge":
                actions.merge(sources=some, into=self.unit_or_new(), **order)
            case "split":
                source = self.unit()
                actions.split(source=source, into=self.portions(source, on), **order)


@pytest.mark.parametrize("seed", range(4))
def test_closure_equals_the_tree_after_any_events(seed):
    """Foolish events are refused in words, never by a constraint; wise ones change no day before their own."""
    chance, refused = Chance(seed), []
    for _ in range(200):
        on = chance.day()
        before = closure_before(on)
        try:
            chance.event(on)
        except Refused as sentence:
            refused.append(str(sentence))
        assert closure_before(on) == before
    assert closure_stored() == closure_recounted()
    for day in DAYS:
        units = units_on(day)
        assert len(units) == Unit.objects.filter(existence__contains=day).count()  # one name, kind and parent each
        assert all(unit.name and unit.kind for unit in units)
    assert set(UnitEvent.objects.order_by("pk").values_list("kind", flat=True)) == set(EventKind)
    assert len(refused) > 20
    assert all(refused)


def test_a_circle_written_behind_the_rules_meets_the_constraint():
    upper = a_department()
    lower = a_district(below=upper)
    UnitParent.objects.create(unit=upper, parent=lower, valid=DateRange(FIRST_DAY, None))
    with pytest.raises(IntegrityError, match="lineage_once_at_a_time"):
        rebuild([upper.pk], on=FIRST_DAY)


@pytest.mark.parametrize(
    ("rows", "values"),
    [
        (UnitName, {"name": "Tên thứ hai"}),
        (UnitType, {"kind": UnitKind.COMMUNE}),
        (UnitCode, {"scheme": CodeScheme.AREA, "code": "151"}),
        (Headcount, {"staff": 1, "learners": 1}),
        (UnitGroup, {"group": "private"}),
    ],
)
def test_the_database_refuses_two_at_once(rows, values):
    unit = a_district(codes={CodeScheme.AREA: "150"}, groups=["private"], headcount=(20, 300))
    with pytest.raises(IntegrityError, match="at_a_time"):
        rows.objects.create(unit=unit, valid=DateRange(FIRST_DAY, None), **values)


def test_the_database_refuses_two_parents_at_once():
    unit = a_district(below=a_department())
    with pytest.raises(IntegrityError, match="unit_one_parent_at_a_time"):
        UnitParent.objects.create(unit=unit, parent=a_department("Sở khác"), valid=DateRange(FIRST_DAY, None))

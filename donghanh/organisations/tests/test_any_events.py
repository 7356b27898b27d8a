"""Whatever two hundred events are recorded or taken back: the tree is right on every day, and no sum is lost."""

from __future__ import annotations

import os
from collections import defaultdict
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date, timedelta
from fractions import Fraction
from random import Random

import pytest
from django.db import transaction
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from donghanh.kernel.verdict import Refused
from donghanh.organisations import actions, queries
from donghanh.organisations.choices import EventKind, Part
from donghanh.organisations.models import DATED_ROWS, EventRow, Lineage, Unit, UnitEvent, UnitParent
from donghanh.organisations.queries import units_on
from donghanh.organisations.tests.chance import DAYS, Chance
from donghanh.organisations.tests.factories import AT

pytestmark = pytest.mark.django_db
PERIODS = DAYS[4::9]  # reference days of figures
ANY_EVENTS = settings(
    max_examples=int(os.environ.get("DONGHANH_EXAMPLES", "2")),
    phases=[Phase.generate],  # an example is one seed: there is nothing to shrink
    derandomize=True,
    deadline=None,
    database=None,
    suppress_health_check=[HealthCheck.too_slow],
)


def throws(seed: int, many: int) -> list[int]:
    """What the dice of a whole sequence show."""
    dice = Random(seed)  # noqa: S311  # seeded chance, no secret
    return [dice.getrandbits(32) for _ in range(many)]


@contextmanager
def forgotten() -> Iterator[None]:
    """One example leaves nothing to the next."""
    with transaction.atomic():
        yield
        transaction.set_rollback(True)


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
                of_the_day = [parent for parent, valid in parents[above] if day in valid]
                assert len(of_the_day) <= 1, "two parents at once"
                above, depth = next(iter(of_the_day), None), depth + 1
    return found


def closure_stored() -> set[tuple[int, int, int, date]]:
    rows = Lineage.objects.order_by("pk").values_list("ancestor_id", "descendant_id", "depth", "valid")
    return {(above, below, depth, day) for above, below, depth, valid in rows for day in DAYS if day in valid}


def value(unit_id: int) -> int:
    """What a unit counted in a period."""
    return 1 + unit_id * 7919 % 101


def as_was(day: date) -> dict[int, int]:
    """The sum of every unit with all below it, over the tree of the day."""
    sums: dict[int, int] = defaultdict(int)
    units = Unit.objects.filter(existence__contains=day).order_by("pk").values_list("pk", flat=True)
    for above, below in queries.lineage_pairs(units, on=day):
        sums[above] += value(below)
    return dict(sums)


def holding() -> set[tuple[object, ...]]:
    """All that the tree says of any day: every unit's life, every row that holds, the closure."""
    lives = Unit.objects.filter(existence__isempty=False).order_by("pk").values_list("pk", "existence")
    rows = [
        (model.__name__, *values)
        for model in (*DATED_ROWS, Lineage)
        for values in model.objects.order_by("pk").values_list()
    ]
    of_lineage = {(name, *values[1:]) if name == "Lineage" else (name, *values) for name, *values in rows}
    return of_lineage | {("Unit", *life) for life in lives}


def heirs_recounted(unit_id: int, since: date, on: date, after: int = 0) -> dict[int, Fraction]:
    """`queries.as_is` of one unit by following each share on its own, event by event."""
    events = UnitEvent.objects.filter(undone_at__isnull=True, on__lte=on, parts__unit=unit_id, parts__part=Part.SOURCE)
    own = events.filter(kind__in=[EventKind.MERGE, EventKind.SPLIT, EventKind.CLOSE]).order_by("on", "pk")
    for event in own:
        if (event.on, event.pk) <= (since, after or 10**9):
            continue
        heirs = {part.unit_id: Fraction(part.share) for part in event.parts.filter(part=Part.TARGET).order_by("pk")}
        if event.kind == EventKind.CLOSE:
            ended = event.rows.filter(table="unitparent").order_by("pk").values_list("row", flat=True)
            heirs = {UnitParent.every.get(pk=row).parent_id: Fraction(1) for row in ended}
        if heirs:
            found: dict[int, Fraction] = defaultdict(Fraction)
            for heir, share in heirs.items():
                for last, part in heirs_recounted(heir, event.on, on, event.pk).items():
                    found[last] += share * part
            return dict(found)
    return {unit_id: Fraction(1)}


@ANY_EVENTS
@given(sequence=st.integers())
def test_the_tree_is_right_on_every_day_and_the_past_stays(sequence):
    """Foolish events are refused in words, never by a constraint; no event or undoing changes a day before its own."""
    with forgotten():
        chance, refused, undone = Chance(), [], 0
        sums = {day: as_was(day) for day in PERIODS}
        for seed in throws(sequence, 200):
            on = chance.throw(seed)
            try:
                with transaction.atomic():
                    if chance.dice.random() < 0.15:
                        event = chance.undo()
                        on, undone = event.on if event else on, undone + 1
                    else:
                        chance.event(on)
            except Refused as sentence:
                refused.append(str(sentence))
            now = {day: as_was(day) for day in PERIODS}
            assert [day for day in PERIODS if day < on and now[day] != sums[day]] == []
            sums = now
        assert closure_stored() == closure_recounted()
        for day in DAYS[::3]:
            units = list(units_on(day))
            assert len(units) == Unit.objects.filter(existence__contains=day).count()  # one name, kind, parent each
            assert all(unit.name and unit.kind for unit in units)
        assert len(refused) > 20
        assert all(refused)
        assert undone > 5
        check_as_is()


def closed_below_another(units: set[int]) -> bool:
    """Did one of these have a parent on its last day, and so somebody to carry it on?"""
    lives = Unit.objects.filter(pk__in=units).order_by("pk").values_list("pk", "existence")
    ends = [UnitParent.objects.filter(unit=pk, valid__contains=life.upper - timedelta(days=1)) for pk, life in lives]
    return any(rows.exists() for rows in ends)


def check_as_is() -> None:
    """What was counted on one day and carried to another adds up to the same, unit by unit and over the whole tree."""
    for since in PERIODS[:3]:
        units = list(Unit.objects.filter(existence__contains=since).order_by("pk").values_list("pk", flat=True))
        for on in (DAYS[-1], DAYS[len(DAYS) // 2]):
            carried = queries.as_is(units, since=since, on=max(since, on))
            assert carried == {unit: heirs_recounted(unit, since, max(since, on)) for unit in units}
            sums: dict[int, Fraction] = defaultdict(Fraction)
            for unit, heirs in carried.items():
                assert sum(heirs.values()) == 1
                for heir, share in heirs.items():
                    sums[heir] += share * value(unit)
            there = set(units_on(max(since, on)).values_list("pk", flat=True))
            ended_alone = set(sums) - there
            assert not closed_below_another(ended_alone)
            pairs = queries.lineage_pairs(there, on=max(since, on))
            tops = there - {below for above, below in pairs if above != below}
            rolled_up = sum(sums.get(below, Fraction(0)) for above, below in pairs if above in tops)
            assert rolled_up + sum(sums[heir] for heir in ended_alone) == sum(map(value, units))


@ANY_EVENTS
@given(sequence=st.integers())
def test_events_undone_newest_first_leave_each_time_exactly_what_was_before(sequence):
    with forgotten():
        chance, before = Chance(), []
        for seed in throws(sequence, 50):
            on = chance.throw(seed)
            was = holding()
            try:
                with transaction.atomic():
                    chance.event(on)
            except Refused:
                assert holding() == was
            else:
                before.append(was)
        assert len({event.kind for event in UnitEvent.objects.all()}) > len(EventKind) // 2
        for event in UnitEvent.objects.order_by("-pk"):
            actions.undo(event=event, reason="Ghi nhầm", by=None, at=AT)
            assert holding() == before.pop()
        assert holding() == set()
        assert EventRow.objects.exists()

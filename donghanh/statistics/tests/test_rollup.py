"""The dense core against a count in plain Python."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from donghanh.statistics import rollup
from donghanh.statistics.rollup import Sums, plan, roll_up
from donghanh.statistics.tests.conftest import a_block

KINDS = ["MN", "TH", "TH&THCS", "CĐ"]


def as_dict(sums: Sums) -> dict[tuple[int, str], tuple[list[float | None], int, int]]:
    rows = zip(sums.units, sums.groups, sums.sums.tolist(), sums.expected, sums.reported, strict=True)
    found = {(u, g): ([None if math.isnan(c) else c for c in cells], e, r) for u, g, cells, e, r in rows}
    assert len(found) == len(sums.units)  # no (unit, group) twice
    return found


def recount(rows, pairs) -> dict[tuple[int, str], tuple[list[float | None], int, int]]:
    """`rows`: unit → (cells, reported, kind)."""
    below: dict[int, set[int]] = {}
    for ancestor, unit in pairs:
        if unit in rows:
            below.setdefault(ancestor, set()).add(unit)
    found = {}
    for ancestor, units in below.items():
        kinds = set() if units == {ancestor} else {rows[unit][2] for unit in units}
        for group in ["", *kinds]:
            counted = [rows[unit] for unit in units if group in ("", rows[unit][2])]
            columns = zip(*(cells for cells, _, _ in counted), strict=True)
            filled = [[cell for cell in column if cell is not None] for column in columns]
            sums = [sum(cells) if cells else None for cells in filled]
            found[ancestor, group] = (sums, len(counted), sum(reported for _, reported, _ in counted))
    return found


@st.composite
def forests(draw) -> tuple[dict, dict[int, int]]:
    """Units 1…n, each below an earlier one or below none (0); some of them, of any level, have a row."""
    count = draw(st.integers(1, 14))
    parents = {unit: draw(st.integers(0, unit - 1)) for unit in range(1, count + 1)}
    cells = st.lists(st.none() | st.integers(-1000, 1000).map(float), min_size=3, max_size=3)
    row = st.tuples(cells, st.booleans(), st.sampled_from(KINDS))
    return draw(st.dictionaries(st.integers(1, count), row)), parents


def pairs_of(parents) -> list[tuple[int, int]]:
    """(ancestor, descendant), each unit's own pair included."""
    pairs = []
    for unit in parents:
        above = unit
        while above:
            pairs.append((above, unit))
            above = parents[above]
    return pairs


def summed(rows, parents) -> Sums:
    block = a_block(rows, "abc")
    return roll_up(block, plan(block.unit_ids, block.groups, parents))


@pytest.mark.parametrize("enough", [0, 10**9], ids=["in slices", "one by one"])
@settings(max_examples=150, deadline=None)
@given(forests(), st.randoms())
def test_roll_up_is_what_a_plain_recount_gives(enough, forest, chance) -> None:
    rows, parents = forest
    told = [*parents.items(), *chance.sample(list(parents.items()), 1)]  # one told twice counts once
    chance.shuffle(told)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(rollup, "ENOUGH", enough)
        assert as_dict(summed(rows, told)) == recount(rows, pairs_of(parents))


@settings(max_examples=50, deadline=None)
@given(forests(), st.data())
def test_results_over_some_units_are_theirs_and_those_of_all_above(forest, data) -> None:
    rows, parents = forest
    some = data.draw(st.lists(st.sampled_from(sorted(rows)), unique=True)) if rows else []
    block = a_block(rows, "abc")
    planned = plan(block.unit_ids, block.groups, list(parents.items()))
    part = as_dict(roll_up(block, planned, planned.over(some)))
    touched = {ancestor for ancestor, unit in pairs_of(parents) if unit in some}
    assert part == {place: row for place, row in as_dict(roll_up(block, planned)).items() if place[0] in touched}


@pytest.mark.parametrize("enough", [0, 10**9], ids=["in slices", "one by one"])
def test_additions_go_from_child_to_child_in_one_order_whatever_the_order_of_rows(enough, monkeypatch) -> None:
    """0.1 + 0.2 + 0.3 is not 0.3 + 0.2 + 0.1 for a machine: the lowest child comes first, the own row before it."""
    monkeypatch.setattr(rollup, "ENOUGH", enough)
    chance, children = np.random.default_rng(3296), 200
    rows = {
        unit: ([float(chance.random())] * 3, True, "TH") for unit in chance.permutation(range(1, children + 2)).tolist()
    }
    units = sorted(rows)
    sums = as_dict(summed(rows, [(units[0], 0), *((unit, units[0]) for unit in units[1:])]))
    total = 0.0
    for unit in units:
        total += rows[unit][0][0]
    assert sums[units[0], "TH"] == sums[units[0], ""] == ([total] * 3, len(rows), len(rows))


def test_zero_is_a_number_and_minus_zero_too() -> None:
    rows = {2: ([0.0, -0.0, None], True, "TH"), 3: ([None, None, None], True, "TH")}
    assert as_dict(summed(rows, [(1, 0), (2, 1), (3, 1)]))[1, ""] == ([0, 0, None], 2, 2)


@pytest.mark.parametrize(
    ("parents", "sentence"),
    [
        ([(7, 0)], r"without a place in the tree: \[8\]"),
        ([(7, 0), (8, 9)], r"without a place in the tree: \[9\]"),
        ([(7, 0), (8, 7), (8, 0)], r"two parents: \[8\]"),
        ([(7, 8), (8, 7)], "stands below itself"),
    ],
)
def test_a_unit_that_stands_nowhere_or_twice_is_refused_rather_than_lost(parents, sentence) -> None:
    two = {7: ([3.0] * 3, True, "TH"), 8: ([4.0] * 3, True, "TH")}
    with pytest.raises(ValueError, match=sentence):
        summed(two, parents)

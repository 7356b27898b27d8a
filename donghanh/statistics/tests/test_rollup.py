"""The dense core against a count in plain Python."""

from __future__ import annotations

import math

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from donghanh.statistics.rollup import Sums, roll_up
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
def forests(draw) -> tuple[dict, list[tuple[int, int]]]:
    """Units 1…n, each below an earlier one or below none; some of them, of any level, have a row."""
    count = draw(st.integers(1, 14))
    parents = {unit: draw(st.integers(0, unit - 1)) for unit in range(1, count + 1)}
    pairs = []
    for unit in parents:
        above = unit
        while above:
            pairs.append((above, unit))
            above = parents[above]
    cells = st.lists(st.none() | st.integers(0, 1000).map(float), min_size=3, max_size=3)
    row = st.tuples(cells, st.booleans(), st.sampled_from(KINDS))
    rows = draw(st.dictionaries(st.integers(1, count), row))
    return rows, draw(st.permutations(pairs))


@settings(max_examples=300, deadline=None)
@given(forests())
def test_roll_up_is_what_a_plain_recount_gives(forest) -> None:
    rows, pairs = forest
    sums = roll_up(a_block(rows, "abc"), pairs)
    assert as_dict(sums) == recount(rows, pairs)


def test_a_pair_told_twice_counts_once() -> None:
    one = a_block({7: ([3.0], True, "TH")}, "a")
    assert as_dict(roll_up(one, [(1, 7), (7, 7), (1, 7)]))[1, ""] == ([3.0], 1, 1)


def test_a_unit_that_stands_nowhere_is_refused_rather_than_lost() -> None:
    two = a_block({7: ([3.0], True, "TH"), 8: ([4.0], True, "TH")}, "a")
    with pytest.raises(ValueError, match=r"without a place in the tree: \[8\]"):
        roll_up(two, [(1, 7), (7, 7)])

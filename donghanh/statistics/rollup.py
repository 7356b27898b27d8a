"""The dense core: every sum over the tree of one period. NumPy only, no database.

A unit's sums are its own row and the sums of its children, kind by kind; "" is the sum over its kinds. Additions are
made in one order that depends on the tree and the rows' units alone, so the same block gives the same bits always.

In a block a missing cell is -0.0 (`coded`): -0.0 + -0.0 stays -0.0, and with any number it is that number. So one
addition both adds and remembers whether anybody filled the cell, at the speed of memory. Results say NaN again.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

type Places = NDArray[np.int64]
type Parents = Sequence[tuple[int, int]] | Places

COUNTS = ("expected", "sent", "on_time", "reported")
ALL = 0  # number of the group of all kinds
TOP = 0  # in place of a parent: nothing stands above
DEEPEST = 100  # levels; a tree that goes on runs in a circle
ENOUGH = 500  # addends a rank from which slices are quicker than single additions; both go in one order
MISSING = -0.0
MISSING_BITS = np.int64(-(2**63))


def coded(values: NDArray[np.float64]) -> NDArray[np.float64]:
    """Values with NaN for what is missing as a block holds them: column by column in memory, MISSING for NaN."""
    result = np.add(values, 0.0, order="F")  # a -0.0 that was given is a zero
    result[np.isnan(result)] = MISSING
    return result


def is_missing(values: NDArray[np.float64]) -> NDArray[np.bool_]:
    """Where coded values are missing."""
    return np.equal(values.view(np.int64), MISSING_BITS)


@dataclass(frozen=True)
class Block:
    """A row a unit that was to report in one period; `values` is rows × columns, as `coded` makes them."""

    unit_ids: Places
    groups: Sequence[str]  # the kind of each unit
    sent: NDArray[np.bool_]  # a sending stands: waiting, accepted or locked
    on_time: NDArray[np.bool_]  # of these, the first sending came within the grace
    reported: NDArray[np.bool_]  # of those sent, accepted
    values: NDArray[np.float64]

    def in_order(self, order: Places) -> Block:
        """The same rows, in the order of these places."""
        return Block(
            unit_ids=self.unit_ids[order],
            groups=[self.groups[place] for place in order.tolist()],
            sent=self.sent[order],
            on_time=self.on_time[order],
            reported=self.reported[order],
            values=np.take(self.values.T, order, axis=1).T,  # stays column by column
        )

    def patched(self, places: Sequence[int], changed: Block) -> Block:
        """The rows at these places replaced; kinds stay."""
        sent, on_time, reported = self.sent.copy(), self.on_time.copy(), self.reported.copy()
        values = self.values.copy(order="F")
        sent[places], on_time[places], reported[places] = changed.sent, changed.on_time, changed.reported
        values[places] = changed.values
        return replace(self, sent=sent, on_time=on_time, reported=reported, values=values)


@dataclass(frozen=True)
class Sums:
    """A row a (unit, group); group "" is all. `sums` is rows × columns, NaN where nobody filled the cell."""

    units: Places
    groups: NDArray[np.str_]
    sums: NDArray[np.float64]
    expected: Places
    sent: Places
    on_time: Places
    reported: Places


@dataclass(frozen=True)
class _Step:
    """Nodes of one level: the first addend of each, then the second of those that have one, and so on."""

    addends: Places | slice  # among the rows and the nodes made before
    ranks: list[tuple[int, int]]  # where in the addends each rank begins and ends; node i takes the i-th of each
    nodes: slice
    of_addends: Places | None  # which node each addend but the first goes to, where ranks are too short for slices

    def add(self, work: NDArray[np.float64]) -> None:
        addends, nodes = work[self.addends], work[self.nodes]
        nodes[:] = addends[: len(nodes)]
        if self.of_addends is not None:
            np.add.at(nodes, self.of_addends, addends[len(nodes) :])
            return
        for start, end in self.ranks[1:]:
            nodes[: end - start] += addends[start:end]


@dataclass(frozen=True)
class Plan:
    """How the rows of a block are added up the tree of one day; for every block of the same units."""

    order: Places  # of the rows given: rows in this order are added without being looked up
    steps: list[_Step]
    size: int  # rows and nodes
    units: Places  # of the results, one each (unit, group)
    groups: NDArray[np.str_]
    results: Places  # where among rows and nodes each result stands
    above: dict[int, int]  # unit → the one it stands below, for those that have one

    def add_up(self, work: NDArray[np.float64]) -> None:
        """One column: rows in `order` stand in the first places, what is added up is put behind them."""
        for step in self.steps:
            step.add(work)

    def over(self, unit_ids: Sequence[int]) -> Places:
        """Which results change with the rows of these units: theirs and those of all above them."""
        touched = set()
        for unit in unit_ids:
            place: int | None = unit
            while place is not None and place not in touched:
                touched.add(place)
                place = self.above.get(place)
        return np.flatnonzero(np.isin(self.units, list(touched)))

    def sums_only(self) -> Places:
        """Results that are not simply one of the rows."""
        return np.flatnonzero(self.results >= len(self.order))


def plan(unit_ids: Places, groups: Sequence[str], parents: Parents) -> Plan:
    """The plan for rows of these units and kinds. `parents` are (unit, the one directly above, TOP where none is).

    An office without rows below has no sums; a unit whose only row is its own has none by group.
    ValueError where a unit stands nowhere (it would be counted nowhere), has two parents, or stands below itself.
    """
    places, above = _tree(parents)
    row_of = np.full_like(places, -1)
    row_of[_places_of(unit_ids, places)] = np.arange(len(unit_ids))
    depth = _depths(above)
    below = np.where(row_of >= 0, 1, 0)  # rows at or below each unit
    for level in range(depth.max(initial=0), 0, -1):
        here = np.flatnonzero(depth == level)
        np.add.at(below, above[here], below[here])
    alone = (row_of >= 0) & (below == 1)  # its sums are its row
    names = sorted(set(groups))
    number = {name: place for place, name in enumerate(names, ALL + 1)}
    kinds = np.fromiter((number[group] for group in groups), np.int64, len(groups))
    made = _Making(above, row_of, kinds, size=len(unit_ids))
    for level in range(depth.max(initial=0), -1, -1):
        here = depth == level
        made.level(here & (below > 0) & ~alone, here & alone)
    order, steps = made.in_slices()
    single = np.flatnonzero(alone)
    by_kind = np.concatenate(made.kinds_of_nodes) if made.kinds_of_nodes else single[:0]
    labels = np.array(["", *names])
    known = above >= 0
    new_place = np.empty_like(order)
    new_place[order] = np.arange(len(order))
    return Plan(
        order=order,
        steps=steps,
        size=made.size,
        units=places[np.concatenate([single, *made.units_of_nodes])],
        groups=labels[np.concatenate([np.full_like(single, ALL), by_kind])],
        results=np.concatenate([new_place[row_of[single]], np.arange(len(unit_ids), made.size)]),
        above=dict(zip(places[known].tolist(), places[above[known]].tolist(), strict=True)),
    )


class _Making:
    """A plan being made, level by level from below. A node is a (unit, kind) or a unit with all its kinds."""

    def __init__(self, above: Places, row_of: Places, kinds: Places, size: int) -> None:
        self.above, self.row_of, self.kinds = above, row_of, kinds
        self.rows = self.size = size
        self.steps: list[tuple[Places, _Step]] = []  # addends by the rows' first places, and the step but for them
        self.units_of_nodes: list[Places] = []
        self.kinds_of_nodes: list[Places] = []
        empty = np.zeros(0, np.int64)
        self.ready = (empty, empty, empty)  # unit, kind, place: what the level above adds up

    def level(self, summed: NDArray[np.bool_], alone: NDArray[np.bool_]) -> None:
        """Units of one level: those that are summed, and those whose sums are their row."""
        children, kinds, places = self.ready
        own = np.flatnonzero(summed & (self.row_of >= 0))
        units = np.concatenate([own, self.above[children]])
        kinds = np.concatenate([self.kinds[self.row_of[own]], kinds])
        places = np.concatenate([self.row_of[own], places])
        children = np.concatenate([np.full_like(own, -1), children])  # the own row first
        of_units, of_kinds, nodes = self._step(units, kinds, places, children)
        self._step(of_units, np.full_like(of_kinds, ALL), nodes, of_kinds)
        single = np.flatnonzero(alone)
        rows = self.row_of[single]
        self.ready = (
            np.concatenate([single, of_units]),
            np.concatenate([self.kinds[rows], of_kinds]),
            np.concatenate([rows, nodes]),
        )

    def _step(self, units: Places, kinds: Places, places: Places, among: Places) -> tuple[Places, Places, Places]:
        """One node each (unit, kind) over the addends at `places`, in the order of `among`; what was made."""
        if not len(units):
            return units, kinds, places
        in_order = np.lexsort((among, kinds, units))
        units, kinds, places = units[in_order], kinds[in_order], places[in_order]
        first = np.ones(len(units), np.bool_)
        first[1:] = (units[1:] != units[:-1]) | (kinds[1:] != kinds[:-1])
        starts = np.flatnonzero(first)
        lengths = np.diff(starts, append=len(units))
        longest_first = np.argsort(-lengths, kind="stable")
        rank = np.arange(len(units)) - np.repeat(starts, lengths)
        node = np.empty_like(starts)
        node[longest_first] = np.arange(len(starts))
        node_of = np.repeat(node, lengths)
        by_rank = np.lexsort((node_of, rank))
        ends = np.cumsum(np.bincount(rank))
        nodes = slice(self.size, self.size + len(starts))
        step = _Step(
            addends=slice(0),
            ranks=list(pairwise([0, *ends.tolist()])),
            nodes=nodes,
            of_addends=node_of[by_rank][len(starts) :] if len(units) < ENOUGH * len(ends) else None,
        )
        self.steps.append((places[by_rank], step))
        self.size = nodes.stop
        made = starts[longest_first]
        self.units_of_nodes.append(units[made])
        self.kinds_of_nodes.append(kinds[made])
        return units[made], kinds[made], np.arange(nodes.start, nodes.stop)

    def in_slices(self) -> tuple[Places, list[_Step]]:
        """An order of the rows in which steps over nothing but rows read on and on, and the steps over it."""
        used = [addends[addends < self.rows] for addends, _step in self.steps]
        order = np.concatenate([*used, np.arange(self.rows)])
        _rows, first = np.unique(order, return_index=True)  # rows at the top, alone, stand in no step
        order = order[np.sort(first)]
        place = np.arange(self.size)
        place[order] = np.arange(self.rows)
        return order, [replace(step, addends=_as_slice(place[addends])) for addends, step in self.steps]


def roll_up(block: Block, planned: Plan, results: Places | None = None) -> Sums:
    """Sums of the block over each unit, in all and by group; `results` narrows to some of the plan's.

    The block's rows are those of the plan, in the order given to it or in `planned.order`; see `Plan`. Sums that nobody
    asked for are added all the same: the top stands above every row, and reading kept sums takes longer than adding.
    """
    which = slice(None) if results is None else results
    picked, count = _as_slice(planned.results[which]), len(block.unit_ids)
    work = np.empty(planned.size)
    sums = np.empty((block.values.shape[1], len(planned.units[which])))
    in_order = bool((planned.order == np.arange(count)).all())
    for place in range(block.values.shape[1]):
        column = block.values[:, place]
        work[:count] = column if in_order else column[planned.order]
        planned.add_up(work)
        sums[place] = work[picked]
    sums[is_missing(sums)] = np.nan
    counted = {}
    for name in COUNTS:
        flags = np.ones(count) if name == "expected" else getattr(block, name)
        work[:count] = flags[planned.order]
        planned.add_up(work)
        counted[name] = work[picked].astype(np.int64)
    return Sums(units=planned.units[which], groups=planned.groups[which], sums=sums.T, **counted)


def _tree(parents: Parents) -> tuple[Places, Places]:
    """Units by id, and the place of each one's parent, -1 at the top."""
    pairs = np.asarray(parents, np.int64).reshape(-1, 2)
    pairs = pairs[np.lexsort((pairs[:, 1], pairs[:, 0]))]
    again = np.zeros(len(pairs), np.bool_)
    again[1:] = (pairs[1:] == pairs[:-1]).all(axis=1)
    units, above = pairs[~again].T
    if len(twice := units[1:][units[1:] == units[:-1]]):
        raise ValueError(f"units with two parents: {twice[:10].tolist()}")
    placed = np.full_like(units, -1)
    placed[above != TOP] = _places_of(above[above != TOP], units)
    return units, placed


def _places_of(unit_ids: Places, units: Places) -> Places:
    """Where each of `unit_ids` stands among `units`, which ascend."""
    found = np.searchsorted(units, unit_ids).clip(max=max(len(units) - 1, 0))
    lost = units[found] != unit_ids if len(units) else np.ones(len(unit_ids), np.bool_)
    if lost.any():
        raise ValueError(f"units without a place in the tree: {unit_ids[lost][:10].tolist()}")
    return found


def _depths(above: Places) -> Places:
    depth, place = np.zeros_like(above), above
    for _level in range(DEEPEST):
        under = place >= 0
        if not under.any():
            return depth
        depth += under
        place = np.where(under, above[place], -1)
    raise ValueError("a unit stands below itself")


def _as_slice(places: Places) -> Places | slice:
    if len(places) and (np.diff(places) == 1).all():
        return slice(int(places[0]), int(places[-1]) + 1)
    return places

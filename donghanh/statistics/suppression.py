"""What is kept back of one element in one period, so that no small group can be told (ADR 16). NumPy only, no database.

Published figures are sums over (units below a node, of one kind or all) × (one cell or all cells). Beside the true
numbers stand other possible ones, made by moving one person: from unit i to unit j, from one cell to another, or out of
the count. What every such move leaves as it is may be shown; what some move changes is kept back, and nobody can tell
it from all that is shown, since the shown is the same in both worlds.

Moves are chosen so that every small figure is changed by one, and high figures by few. They are kept as blobs: units
that moves join are shown together or not at all.
"""

from __future__ import annotations

import heapq
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from itertools import pairwise
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

ALL = ""  # the figure over all cells, beside those of single cells
MOST_PARTNERS = 8  # looked at for one small blob: the nearest and smallest

TOTALS = 5  # how much more a figure over all cells is worth than one of a single cell

type Node = int  # a unit; negative: what hangs directly below a unit, or what it reported itself
type Figure = tuple[Node, str, str]  # node, kind ("" is all), cell (ALL)


class Minimums(NamedTuple):
    group: int | None = None  # a number from 1 to group − 1 is too small
    units: int | None = None  # so is a figure of fewer units than this

    def small(self, value: float, count: int) -> bool:
        too_few = self.group is not None and 0 < value < self.group
        return too_few or (self.units is not None and 0 < count < self.units)


def with_rests(paths: Sequence[Sequence[Node]]) -> list[tuple[Node, ...]]:
    """Paths (a unit and all above it, nearest first) with what can be told by subtraction as nodes of their own.

    What a unit with units below it reported itself, and what hangs directly below a unit beside offices.
    """
    above = {node for path in paths for node in path[1:]}
    with_offices = {parent for path in paths for node, parent in pairwise(path) if node in above}
    found = []
    for path in paths:
        own: tuple[Node, ...] = (-2 * path[0], *path) if path[0] in above else tuple(path)
        place = 1 if path[0] in above else 0
        parent = own[place] if path[0] in above else (own[1] if len(own) > 1 else None)
        if parent in with_offices:
            own = (own[0], -2 * parent - 1, *own[1:])
        found.append(own)
    return found


@dataclass(frozen=True)
class Rows:
    """Units that reported, with the path of each; what of them stands below which node."""

    paths: Sequence[Sequence[Node]]
    kinds: Sequence[str]
    values: NDArray[np.float64]  # rows × cells, NaN where nothing was filled in
    cells: Sequence[str]

    @cached_property
    def numbers(self) -> list[list[float]]:
        found: list[list[float]] = self.values.tolist()
        return found

    @cached_property
    def below(self) -> dict[Node, list[int]]:
        """Deepest first: every node comes before those above it."""
        found: dict[Node, list[int]] = defaultdict(list)
        height: dict[Node, int] = {}
        for row, path in enumerate(self.paths):
            for step, node in enumerate(path):
                found[node].append(row)
                height[node] = max(height.get(node, 0), step)
        return {node: found[node] for node in sorted(found, key=lambda node: (height[node], node))}

    @cached_property
    def tops(self) -> set[Node]:
        return {path[-1] for path in self.paths}


class Graph:
    """The blobs of one cell, or of all together."""

    def __init__(self, rows: Rows, values: NDArray[np.float64], minimums: Minimums) -> None:
        self.rows, self.values, self.minimums = rows, values, minimums
        self.present = ~np.isnan(values)
        self.blob = list(range(len(values)))
        self.members = [[row] for row in self.blob]
        self.figures: list[float] = np.nan_to_num(values).tolist()
        self.sums = list(self.figures)
        self.settled = [not present for present in self.present.tolist()]  # by row that names the blob
        self.grounded: set[int] = set()
        self.crosses: list[tuple[int, int, int, int]] = []
        self.told: dict[Node, bool] = {}

    def sums_of_rows(self, row: int) -> tuple[float, int]:
        """Sorts rows: those with most in them first."""
        return -self.figures[row], row

    def join(self, i: int, j: int) -> None:
        a, b = self.blob[i], self.blob[j]
        if a == b:
            return
        if len(self.members[a]) < len(self.members[b]):
            a, b = b, a
        for row in self.members[b]:
            self.blob[row] = a
        self.members[a] += self.members[b]
        self.sums[a] += self.sums[b]
        self.settled[a] = self.settled[a] or self.settled[b]
        if b in self.grounded:
            self.grounded.add(a)

    def ground(self, i: int) -> None:
        self.grounded.add(self.blob[i])
        self.settled[self.blob[i]] = True

    def small(self, blob: int) -> bool:
        return self.minimums.small(self.sums[blob], len(self.members[blob]))

    def waits(self, blob: int) -> bool:
        """Whether it is too small to be shown alone and nothing hides it yet."""
        return not self.settled[blob] and self.small(blob)

    def strong(self, blob: int) -> bool:
        """Whether a small one beside it is safe; a 0 protects nobody."""
        return not self.small(blob) and (self.minimums.group is None or self.sums[blob] > 0)

    def node_is_small(self, node: Node) -> bool:
        """The same of all below a node, reckoned once."""
        if node not in self.told:
            self.told[node] = self.figure_is_small(self.rows.below[node])
        return self.told[node]

    def figure_is_small(self, rows: Iterable[int]) -> bool:
        there = [row for row in rows if self.present[row]]
        return self.minimums.small(float(self.values[there].sum()), len(there))

    def hidden(self) -> Iterator[tuple[Node, str]]:
        """Every (node, kind or "") of which some move changes the figure."""
        for blob, members in enumerate(self.members):
            if self.blob[blob] != blob:
                continue
            if blob in self.grounded:
                yield from (place for row in members for place in self._places(row))
            elif len(members) > 1:
                yield from self._split((row, 1) for row in members)
        for i, j, k, n in self.crosses:
            counted: dict[tuple[Node, str], int] = defaultdict(int)
            for row, sign in ((i, 1), (j, -1), (k, -1), (n, 1)):
                for place in self._places(row):
                    counted[place] += sign
            yield from (place for place, total in counted.items() if total)

    def _split(self, members: Iterable[tuple[int, int]]) -> Iterator[tuple[Node, str]]:
        counted: dict[tuple[Node, str], int] = defaultdict(int)
        size = 0
        for row, one in members:
            size += one
            for place in self._places(row):
                counted[place] += one
        yield from (place for place, total in counted.items() if total != size)

    def _places(self, row: int) -> Iterator[tuple[Node, str]]:
        for node in self.rows.paths[row]:
            yield node, ""
            yield node, self.rows.kinds[row]

    def free(self, weights: Mapping[int, float]) -> bool:
        """Whether the sum over rows, each with its weight, is the same after every move."""
        for blob in {self.blob[row] for row in weights}:
            shares = {weights.get(row, 0) for row in self.members[blob]}
            if len(shares) > 1 or (blob in self.grounded and shares != {0}):
                return False
        return all(
            abs(weights.get(i, 0) - weights.get(j, 0) - weights.get(k, 0) + weights.get(n, 0)) < 1e-9  # noqa: PLR2004  # two doubles that mean the same
            for i, j, k, n in self.crosses
        )


class Suppression:
    """The decision for one element in one partition. The same data and tree always give the same."""

    def __init__(self, rows: Rows, minimums: Minimums) -> None:
        self.rows = rows
        filled = ~np.isnan(rows.values)
        whole = np.where(filled.any(axis=1), np.nansum(rows.values, axis=1), np.nan)
        self.graphs = {ALL: Graph(rows, whole, minimums)}
        self.single = rows.values.shape[1] == 1
        if self.single:
            self.graphs[rows.cells[0]] = self.graphs[ALL]
        else:
            self.graphs |= {cell: Graph(rows, rows.values[:, at], minimums) for at, cell in enumerate(rows.cells)}
        for cell in [ALL] if self.single else self.graphs:
            _Settling(self, cell).run()

    @cached_property
    def hidden(self) -> frozenset[Figure]:
        return frozenset((*place, cell) for cell, graph in self.graphs.items() for place in graph.hidden())

    def free(self, cell: str, weights: Mapping[int, float]) -> bool:
        """Whether a sum of any rows may be shown: their places in `rows` with the share of each that counts."""
        graph = self.graphs[cell]
        there = {row: share for row, share in weights.items() if graph.present[row] and share}
        value = sum(share * graph.values[row] for row, share in there.items())
        return graph.free(there) and not graph.minimums.small(float(value), len(there))


@dataclass
class _Settling:
    """Settles every small blob of one graph: nearest first, so that figures high up stay."""

    whole: Suppression
    cell: str
    graph: Graph = field(init=False)

    def __post_init__(self) -> None:
        self.graph = self.whole.graphs[self.cell]

    def run(self) -> None:
        graph, kinds = self.graph, self.whole.rows.kinds
        for node, members in self.whole.rows.below.items():
            there = [row for row in members if graph.present[row]]
            if not any(graph.waits(graph.blob[row]) for row in there):
                continue
            of_kind: dict[str, list[int]] = defaultdict(list)
            for row in there:
                of_kind[kinds[row]].append(row)
            for _kind, rows in sorted(of_kind.items()):
                if not graph.figure_is_small(rows):
                    self.settle(node, rows, cross=True)
            if node in self.whole.rows.tops:
                if not graph.node_is_small(node):
                    self.settle(node, there, cross=False)
                    if not any(graph.values[row] for row in there):
                        continue  # all are 0, which the shown 0 says anyway
                for blob in self.waiting(there):
                    self.let_go(blob)

    def waiting(self, rows: Iterable[int]) -> list[int]:
        """Small blobs that lie wholly within these rows, smallest first."""
        inside, graph = set(rows), self.graph
        blobs = {graph.blob[row] for row in inside}
        found = [blob for blob in blobs if graph.waits(blob) and inside.issuperset(graph.members[blob])]
        return sorted(found, key=lambda blob: (graph.sums[blob], blob))

    def settle(self, node: Node, rows: list[int], *, cross: bool) -> None:
        graph = self.graph
        for first in self.waiting(rows):
            while graph.waits(graph.blob[first]):
                blob = graph.blob[first]
                ranked = heapq.nsmallest(MOST_PARTNERS, self._others(blob, rows), key=self._far(blob))
                links = [link for other in ranked if (link := self._link(blob, other, node, cross=cross))]
                if not links:
                    break
                min(links, key=lambda link: link.cost).make()

    def _others(self, blob: int, rows: list[int]) -> set[int]:
        """Blobs that can help: a 0 is no help to a small number, only to few units."""
        graph = self.graph
        found = {graph.blob[row] for row in rows} - {blob}
        return found if graph.minimums.units else {other for other in found if graph.sums[other] > 0}

    def _far(self, blob: int) -> Callable[[int], tuple[int, bool, float, int]]:
        """Nearest first; then what is hidden anyway, the largest of it; then what is not, the smallest."""
        graph, paths = self.graph, self.whole.rows.paths
        step_of = {node: step for step, node in enumerate(reversed(paths[graph.members[blob][0]]))}

        def far(other: int) -> tuple[int, bool, float, int]:
            theirs = paths[graph.members[other][0]]
            near = next((step_of[node] for node in theirs if node in step_of), -1)
            small = graph.small(other)
            return -near, not small, -graph.sums[other] if small else graph.sums[other], other

        return far

    def offices_split(self, graph: Graph, i: int, j: int, node: Node) -> int:
        """How many figures of offices below the node the pair would hide that could else be shown."""
        below, paths, split = self.whole.rows.below, self.whole.rows.paths, 0
        for row, other in ((i, j), (j, i)):
            for at in paths[row]:
                if at == node or at in paths[other]:
                    break
                split += len(below[at]) > 1 and not graph.node_is_small(at)
        return split

    def _link(self, blob: int, other: int, node: Node, *, cross: bool) -> _Link | None:
        """The best move between two blobs; None where none is possible."""
        graph, found = self.graph, []
        most = self.whole.graphs[ALL].sums_of_rows
        for i in sorted(graph.members[blob], key=most)[:2]:
            for j in sorted(graph.members[other], key=most)[:2]:
                harm = self.offices_split(graph, i, j, node)
                if move := self._pair(i, j, node):
                    found.append(_Link((harm + move[0], 0, graph.sums[other], other), self, (i, j), move[1]))
                if harm and cross and graph.strong(other) and (four := self._four(i, j, node)):
                    found.append(_Link((0, 1, graph.sums[other], other), self, *four))
        return min(found, key=lambda link: link.cost, default=None)

    def _pair(self, i: int, j: int, node: Node) -> tuple[int, list[str]] | None:
        """The graphs that a move between units i and j joins, with the harm it does in the others."""
        whole, cells = self.whole, self.whole.rows.cells
        mine, theirs = whole.rows.numbers[i], whole.rows.numbers[j]
        both = [at for at in range(len(cells)) if mine[at] + theirs[at] >= 0]  # neither is NaN
        if whole.single:
            return (0, [ALL]) if mine[0] + theirs[0] > 0 else None
        if self.cell == ALL:
            carried = [cells[at] for at in both if mine[at] + theirs[at] > 0]
            return (0, [ALL, self._joined(carried, i, j)]) if carried else None
        at = cells.index(self.cell)
        if at not in both:
            return None
        ways: list[tuple[int, list[str]]] = []
        if mine[at] + theirs[at] > 0:
            joined = whole.graphs[ALL].blob[i] == whole.graphs[ALL].blob[j]
            ways.append((0 if joined else TOTALS * self.offices_split(whole.graphs[ALL], i, j, node), [self.cell, ALL]))
        turned = [
            cells[to] for to in both if to != at and min(mine[at], theirs[to]) + min(theirs[at], mine[to]) > 0
        ]  # fmt: skip
        if turned:
            to = self._joined(turned, i, j)
            harm = 0 if whole.graphs[to].blob[i] == whole.graphs[to].blob[j] else 1
            ways.append((harm, [self.cell, to]))
        return min(ways, key=lambda way: way[0], default=None)

    def _joined(self, cells: Sequence[str], i: int, j: int) -> str:
        """Of these cells one in which the two stand together already, else one in which the least is lost."""
        graphs = self.whole.graphs
        return min(cells, key=lambda cell: (graphs[cell].blob[i] != graphs[cell].blob[j], graphs[cell].values[i], cell))

    def _four(self, i: int, j: int, node: Node) -> tuple[tuple[int, ...], list[str]] | None:
        """Units k beside i and n beside j, of one other kind: moving i → j and n → k leaves both offices alone."""
        graph, rows = self.graph, self.whole.rows
        sides = [self._beside(row, node) for row in (i, j)]
        for k in sides[0][:MOST_PARTNERS]:
            if not graph.strong(graph.blob[k]) or rows.kinds[k] == rows.kinds[i]:
                continue
            for n in [row for row in sides[1] if rows.kinds[row] == rows.kinds[k]][:MOST_PARTNERS]:
                if len({i, j, k, n}) == 4 and (cell := self._carries(i, j, k, n)):  # noqa: PLR2004  # all four are different
                    return (i, j, k, n), [self.cell] if self.whole.single else list({ALL, cell})
        return None

    def _beside(self, row: int, node: Node) -> list[int]:
        """Units of the lowest office above the row, below the node, whose figure could be shown."""
        below = self.whole.rows.below
        for at in self.whole.rows.paths[row]:
            if at == node:
                break
            if len(below[at]) > 1 and not self.graph.node_is_small(at):
                return [one for one in below[at] if self.graph.present[one] and one != row]
        return []

    def _carries(self, i: int, j: int, k: int, n: int) -> str | None:
        values, cells = self.whole.rows.values, self.whole.rows.cells
        for cell in cells if self.cell == ALL else [self.cell]:
            at = cells.index(cell)
            four = values[[i, j, k, n], at]
            if not np.isnan(four).any() and (min(four[0], four[3]) > 0 or min(four[1], four[2]) > 0):
                return cell
        return None

    def let_go(self, blob: int) -> None:
        """Nothing can be its partner: one person more or less, here and in every figure above."""
        graph, whole = self.graph, self.whole
        row = max(graph.members[blob], key=lambda one: (graph.values[one], -one))
        if whole.single or self.cell == ALL:
            values = whole.rows.values[row]
            graph.ground(row)
            if not whole.single:
                whole.graphs[whole.rows.cells[int(np.nanargmax(values))]].ground(row)
            return
        at, values = whole.rows.cells.index(self.cell), whole.rows.values[row]
        turned = [
            to for to in range(len(values))
            if to != at and not np.isnan(values[to]) and max(values[at], values[to]) > 0
        ]  # fmt: skip
        graph.ground(row)
        beside = min(turned, key=lambda to: (sum(whole.graphs[whole.rows.cells[to]].sums), to), default=None)
        free = whole.graphs[ALL].blob[row] not in whole.graphs[ALL].grounded
        whole.graphs[ALL if beside is None or not free else whole.rows.cells[beside]].ground(row)


@dataclass
class _Link:
    cost: tuple[float, ...]
    settling: _Settling
    rows: tuple[int, ...]
    cells: list[str]

    def make(self) -> None:
        for cell in self.cells:
            graph = self.settling.whole.graphs[cell]
            if len(self.rows) == 2:  # noqa: PLR2004  # a pair
                graph.join(*self.rows)
            else:
                i, j, k, n = self.rows
                graph.crosses.append((i, j, k, n))
                if graph.strong(graph.blob[j]) and graph.strong(graph.blob[k]):
                    graph.settled[graph.blob[i]] = True

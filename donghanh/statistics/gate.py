"""The disclosure gate: of an element with a minimum, which sums over units may leave (ADR 16).

The decision is made for all of an element in one partition at once, from its rows and the tree of its period; whoever
asks, and however, is told the same. Where the rows cannot be read nothing of a guarded element leaves.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import date
from functools import lru_cache
from itertools import groupby, product
from typing import Any

import numpy as np
from numpy.typing import NDArray

from donghanh.organisations.queries import kinds, lineage_pairs, mark_of_tree
from donghanh.statistics import facts
from donghanh.statistics.facts import FactsNotReady, FactsTooSlow
from donghanh.statistics.language.nodes import Item
from donghanh.statistics.models import DataElement, Partition
from donghanh.statistics.questions import Question
from donghanh.statistics.suppression import ALL, Minimums, Rows, Suppression, with_rests
from donghanh.statistics.trees import Placed

KEPT_DECISIONS = 256  # in memory: a partition × an element

type Mask = NDArray[np.bool_]


def is_guarded(element: DataElement | None) -> bool:
    """Whether any figure of it can be kept back."""
    return element is not None and (element.minimum_group is not None or element.minimum_units is not None)


def minimum_of(elements: Iterable[DataElement]) -> int | None:
    """The smallest group that may be shown of a figure: the largest set for any element behind it."""
    return max((one.minimum_group for one in elements if one.minimum_group is not None), default=None)


def guarded(elements: Mapping[str, DataElement], items: Iterable[Item]) -> list[tuple[Item, DataElement]]:
    """Of some items those with a minimum."""
    return [(item, elements[item.element]) for item in items if is_guarded(elements.get(item.element))]


def kept_back(
    item: Item, element: DataElement, partition: Partition, units: Sequence[int], groups: Sequence[str]
) -> Mask:
    """A row a (unit, group), in the order of `Question`: whether its sum of the item in this partition is kept back."""
    decision = _decision(partition, element)
    if decision is None:
        return np.ones(len(units) * len(groups), np.bool_)
    suppression, known, cell = decision.suppression, decision.units, decision.cell(item)
    hidden = suppression.hidden
    told = [unit not in known or (unit, group, cell) in hidden for unit, group in product(units, groups)]
    return np.array(told, np.bool_)


def kept_over(
    item: Item, element: DataElement, partition: Partition, placed: Placed, question: Question, *, sums: bool
) -> Mask:
    """The same for any tree (`placed`): a sum may leave where no move changes it and it is not small itself.

    What is no sum (an average, a least, a median) leaves only where each unit's own value may.
    """
    decision = _decision(partition, element)
    if decision is None:
        return np.ones(len(question.units) * len(question.groups), np.bool_)
    cell, known = decision.cell(item), decision.suppression.rows.kinds
    shares: dict[tuple[int, str], dict[int, float]] = defaultdict(dict)
    for unit, source, share in placed:
        row = decision.rows.get(source)
        if row is not None and share:
            for group in ("", known[row]):
                shares[unit, group][row] = shares[unit, group].get(row, 0) + share
    free = decision.suppression.free
    told = [
        free(cell, shares[at]) if sums else all(free(cell, {row: 1.0}) for row in shares[at])
        for at in product(question.units, question.groups)
    ]
    return ~np.array(told, np.bool_)


def own_kept_back(behind: Iterable[tuple[Item, DataElement]], partition: Partition, units: Collection[int]) -> set[int]:
    """Units whose own report, without those below, gives something to the items (see `guarded`) that is kept back."""
    found: set[int] = set()
    for item, element in behind:
        decision = _decision(partition, element)
        if decision is None:
            return set(units)
        below, cell = decision.suppression.rows.below, decision.cell(item)
        own = {unit: -2 * unit if -2 * unit in below else unit for unit in units}
        found |= {unit for unit, node in own.items() if (node, "", cell) in decision.suppression.hidden}
    return found


def hidden_rest(item: Item, element: DataElement, partition: Partition, unit: int, group: str) -> bool:
    """Whether what hangs directly below a unit, beside the offices there, is kept back."""
    decision = _decision(partition, element)
    return decision is None or (-2 * unit - 1, group, decision.cell(item)) in decision.suppression.hidden


def sums_through(
    counted: Mapping[int, Mapping[str, float]], cells: Sequence[str], nodes: Collection[int], minimums: Minimums, *,
    on: date,
) -> dict[int, dict[str, float | None]]:  # fmt: skip
    """The same decision over numbers that another room keeps (unit → cell → number): sums over nodes with all below.

    It is made over every unit given, in the tree of the day: give all that counted, whoever asks. None is kept back.
    """
    kind = kinds(counted, on=on)
    rows = tuple((unit, kind.get(unit, ""), *(counted[unit].get(cell) for cell in cells)) for unit in sorted(counted))
    found = _told_apart(rows, on.toordinal(), tuple(cells), minimums, mark_of_tree(on=on))
    below, numbers = found.rows.below, np.nan_to_num(found.rows.values)
    sums = {node: numbers[below[node]].sum(axis=0) if node in below else None for node in nodes}
    return {
        node: {
            cell: None if total is None or (node, "", cell) in found.hidden else float(total[at])
            for at, cell in enumerate(cells)
        }
        for node, total in sums.items()
    }


@lru_cache(maxsize=KEPT_DECISIONS)
def _told_apart(
    rows: tuple[tuple[Any, ...], ...], day: int, cells: tuple[str, ...], minimums: Minimums, _tree: str
) -> Suppression:
    return _suppression(rows, day, cells, minimums)


def _suppression(rows: Sequence[tuple[Any, ...]], day: int, cells: tuple[str, ...], minimums: Minimums) -> Suppression:
    """`rows`: unit, kind and its cells, by unit; over the tree of the day."""
    pairs = lineage_pairs([unit for unit, *_ in rows], on=date.fromordinal(day))
    above = {unit: [one for one, _unit in found] for unit, found in groupby(pairs, key=lambda pair: pair[1])}
    paths = with_rests([above.get(unit, [unit]) for unit, *_ in rows])
    values = np.array([[np.nan if number is None else number for number in row[2:]] for row in rows], np.float64)
    known = [kind for _unit, kind, *_ in rows]
    return Suppression(Rows(paths, known, values.reshape(len(rows), len(cells)), cells), minimums)


class _Decision:
    def __init__(self, suppression: Suppression, units: Sequence[int], cells: Sequence[str]) -> None:
        self.suppression, self.cells = suppression, cells
        self.rows = {unit: row for row, unit in enumerate(units)}
        self.units = set(suppression.rows.below) | set(units)

    def cell(self, item: Item) -> str:
        return item.name if item.name in self.cells else ALL


def _decision(partition: Partition, element: DataElement) -> _Decision | None:
    cells = tuple(one for one in partition.columns if one == element.code or one.startswith(f"{element.code}["))
    minimums = Minimums(element.minimum_group, element.minimum_units)
    try:
        return _decided(partition.file_name, partition.period.reference_day.toordinal(), cells, minimums)
    except (FactsNotReady, FactsTooSlow):
        return None


@lru_cache(maxsize=KEPT_DECISIONS)
def _decided(file_name: str, day: int, cells: tuple[str, ...], minimums: Minimums) -> _Decision:
    """A file's name never comes back with other content (facts.write_file), so a decision is made once a lay-out."""
    selected = ["unit_id", '"group"', *('"{}"'.format(cell.replace('"', '""')) for cell in cells)]
    rows = sorted(facts.read_rows(file_name, selected, None))
    return _Decision(_suppression(rows, day, cells, minimums), [unit for unit, *_ in rows], cells)

"""The dense core: every sum over the tree of one period. NumPy only, no database."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

type Places = NDArray[np.int64]


@dataclass(frozen=True)
class Block:
    """A row a unit that was to report in one period; `values` is rows × columns, NaN where nobody filled the cell."""

    unit_ids: Places
    groups: Sequence[str]  # the kind of each unit
    sent: NDArray[np.bool_]  # a sending stands: waiting, accepted or locked
    on_time: NDArray[np.bool_]  # of these, the first sending came within the grace
    reported: NDArray[np.bool_]  # of those sent, accepted
    values: NDArray[np.float64]


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


def roll_up(block: Block, pairs: Sequence[tuple[int, int]] | Places) -> Sums:
    """Sums of the block over each ancestor's rows, all together and group by group.

    `pairs` are (ancestor, descendant); those whose descendant has no row are left out, so an ancestor without rows has
    no sums. A unit whose only row is its own gets no sums by group. ValueError if a row stands below nobody, itself
    included: it would be counted nowhere.
    """
    unit_ids, values = block.unit_ids, block.values
    ancestors, rows = _placed(np.asarray(pairs, np.int64).reshape(-1, 2), unit_ids)
    names, codes = np.unique(np.asarray(block.groups, np.str_), return_inverse=True)
    order = np.lexsort((rows, codes[rows], ancestors))
    ancestors, rows = ancestors[order], rows[order]
    once = _changes(ancestors) | _changes(rows)
    ancestors, rows = ancestors[once], rows[once]

    unit_of_row = np.cumsum(_changes(ancestors)) - 1
    of_parts = np.flatnonzero(_changes(ancestors) | _changes(codes[rows]))  # where each (ancestor, group) begins
    unit_of_part = unit_of_row[of_parts]
    of_units = np.flatnonzero(_changes(unit_of_part))  # where among these each ancestor begins
    only_row = np.bincount(unit_of_row)[unit_of_part] == 1
    told_by_group = ~(only_row & (unit_ids[rows[of_parts]] == ancestors[of_parts]))

    def total[T: np.number[Any]](column: NDArray[T]) -> NDArray[T]:
        if not len(rows):
            return column[:0]
        parts = np.add.reduceat(column[rows], of_parts)
        return np.concatenate([np.add.reduceat(parts, of_units), parts[told_by_group]])

    sums = np.empty((values.shape[1], len(of_units) + int(told_by_group.sum())))
    for place, column in enumerate(np.ascontiguousarray(values.T)):
        filled = ~np.isnan(column)
        counted = total(filled.astype(np.int32))
        sums[place] = np.where(counted, total(np.where(filled, column, 0)), np.nan)
    units, parts = ancestors[of_parts], names[codes[rows[of_parts]]]
    return Sums(
        units=np.concatenate([units[of_units], units[told_by_group]]),
        groups=np.concatenate([np.zeros_like(parts[of_units]), parts[told_by_group]]),
        sums=sums.T,
        expected=total(np.ones(len(unit_ids), np.int64)),
        sent=total(block.sent.astype(np.int64)),
        on_time=total(block.on_time.astype(np.int64)),
        reported=total(block.reported.astype(np.int64)),
    )


def _placed(pairs: Places, unit_ids: Places) -> tuple[Places, Places]:
    """Ancestor and row of each pair whose descendant has a row."""
    if not len(unit_ids):
        return pairs[:0, 0], pairs[:0, 0]
    by_id = np.argsort(unit_ids)
    found = by_id[np.searchsorted(unit_ids[by_id], pairs[:, 1]).clip(max=len(unit_ids) - 1)]
    known = unit_ids[found] == pairs[:, 1]
    rows = found[known]
    if len(lost := np.flatnonzero(np.bincount(rows, minlength=len(unit_ids)) == 0)):
        raise ValueError(f"units without a place in the tree: {unit_ids[lost][:10].tolist()}")
    return pairs[known, 0], rows


def _changes(column: NDArray[np.generic]) -> NDArray[np.bool_]:
    """True where a row differs from the one before; the first always."""
    result = np.ones(len(column), np.bool_)
    result[1:] = column[1:] != column[:-1]
    return result

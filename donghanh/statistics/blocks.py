"""Roll-ups as arrays: the sums of some partitions for the units and kinds of school asked, a column a cell."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from django.db import connection
from numpy.typing import NDArray

from donghanh.statistics.models import Partition

COUNTS = ("expected", "sent", "on_time", "reported")

type Values = NDArray[np.float64]


@dataclass(frozen=True)
class Block:
    """Of one partition: a row a (unit, group) in the order asked, NaN and 0 where nothing is laid out."""

    sums: Mapping[str, Values]  # cell code → a value a row
    counts: NDArray[np.int64]  # rows × COUNTS


def read_blocks(
    wanted: Mapping[Partition, Collection[str]], units: Sequence[int], groups: Sequence[str]
) -> dict[int, Block]:
    """By the partition's id, its block of the `wanted` cells. One query for each different list of columns."""
    alike = defaultdict(list)
    for partition, cells in wanted.items():
        alike[tuple(partition.columns), tuple(sorted(cells))].append(partition.pk)
    rows = {(unit, group): row for row, (unit, group) in enumerate((u, g) for u in units for g in groups)}
    found = {}
    for (columns, cells), ids in alike.items():
        places = [columns.index(cell) + 1 for cell in cells]
        sums = {pk: np.full((len(rows), len(cells)), np.nan) for pk in ids}
        counts = {pk: np.zeros((len(rows), len(COUNTS)), np.int64) for pk in ids}
        for pk, unit, group, *numbers in _rows(places, ids, units, groups):
            row = rows[unit, group]
            counts[pk][row] = numbers[: len(COUNTS)]
            sums[pk][row] = numbers[len(COUNTS) :]  # None becomes NaN
        for pk in ids:
            found[pk] = Block(dict(zip(cells, sums[pk].T, strict=True)), counts[pk])
    return found


def _rows(
    places: Iterable[int], ids: Sequence[int], units: Sequence[int], groups: Sequence[str]
) -> list[tuple[Any, ...]]:
    """Only the cells asked for leave the database: a row may hold hundreds."""
    selected = ", ".join(["partition_id", "unit_id", '"group"', *COUNTS, *(f"sums[{place}]" for place in places)])
    with connection.cursor() as cursor:
        cursor.execute(
            f"SELECT {selected} FROM statistics_rollup"
            ' WHERE partition_id = ANY(%s) AND unit_id = ANY(%s) AND "group" = ANY(%s)',
            [list(ids), list(units), list(groups)],
        )
        rows: list[tuple[Any, ...]] = cursor.fetchall()
    return rows


def total(parts: Iterable[Values], rows: int) -> Values:
    """The sum row by row, one part after the other; NaN where no part has a value."""
    result = np.full(rows, np.nan)
    for part in parts:
        result = np.where(np.isnan(result), part, result + np.nan_to_num(part, nan=0.0))
    return result

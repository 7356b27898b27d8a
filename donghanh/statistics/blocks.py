"""Roll-ups as arrays: the sums of some partitions for the units and kinds of school asked, a column a cell."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from django.db import connection
from numpy.typing import NDArray

from donghanh.statistics.models import Partition

COUNTS = ("expected", "sent", "on_time", "reported")

ROWS = """
SELECT array_send(array_agg(ARRAY[p.place, u.place, g.place, {counts}])), array_send(array_agg(ARRAY[{sums}]))
FROM statistics_rollup
JOIN unnest(%(partitions)s::bigint[]) WITH ORDINALITY AS p (id, place) ON partition_id = p.id
JOIN unnest(%(units)s::bigint[]) WITH ORDINALITY AS u (id, place) ON unit_id = u.id
JOIN unnest(%(groups)s::text[]) WITH ORDINALITY AS g (code, place) ON "group" = g.code
"""
NONE = "'NaN'::float8"
HEAD, DIMENSION = 12, 8  # bytes of an array before its elements, as PostgreSQL sends it: its head, and each dimension

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
    rows = len(units) * len(groups)
    found = {}
    for (columns, cells), ids in alike.items():
        where, summed = _rows([columns.index(cell) + 1 for cell in cells], ids, units, groups)
        found_in, unit, group, counted = where[:, 0], where[:, 1], where[:, 2], where[:, 3:]
        row = (unit - 1) * len(groups) + group - 1
        for place, pk in enumerate(ids, start=1):
            here = found_in == place
            sums, counts = np.full((rows, len(cells)), np.nan), np.zeros((rows, len(COUNTS)), np.int64)
            sums[row[here]], counts[row[here]] = summed[here, : len(cells)], counted[here]
            found[pk] = Block(dict(zip(cells, sums.T, strict=True)), counts)
    return found


def _rows(
    places: Sequence[int], ids: Sequence[int], units: Sequence[int], groups: Sequence[str]
) -> tuple[NDArray[np.int64], NDArray[np.float64]]:
    """A row a roll-up: where its partition, unit and group stand among those asked, from 1, with COUNTS; its sums.

    Only the cells asked for leave the database, as the bytes of two arrays: rows would be thousands of objects.
    """
    sums = ", ".join(f"coalesce(sums[{place}], {NONE})" for place in places)
    query = ROWS.format(counts=", ".join(COUNTS), sums=sums or NONE)
    with connection.cursor() as cursor:
        cursor.execute(query, {"partitions": list(ids), "units": list(units), "groups": list(groups)})
        where, values = cursor.fetchone()
    return _elements(where, ">i8", 3 + len(COUNTS)), _elements(values, ">f8", max(1, len(places)))


def _elements(array: bytes | None, kind: str, width: int) -> NDArray[Any]:
    """Of an array of two dimensions without NULL, as PostgreSQL sends it: its head, then sizes and elements in turn."""
    content = np.frombuffer(
        array or b"", [("size", ">i4"), ("value", kind)], offset=(HEAD + 2 * DIMENSION) * bool(array)
    )
    return content["value"].reshape(-1, width)


def total(parts: Sequence[Values], rows: int) -> Values:
    """The sum row by row, one part after the other; NaN where no part has a value."""
    result = parts[0] if parts else np.full(rows, np.nan)
    for part in parts[1:]:
        result = np.where(np.isnan(result), part, result + np.nan_to_num(part, nan=0.0))
    return result

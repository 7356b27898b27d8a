"""Roll-ups as arrays: the sums of some partitions for the units and kinds of school asked, a column a cell."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from donghanh.kernel.copy_out import copied_out
from donghanh.statistics.models import Partition

COUNTS = ("expected", "sent", "on_time", "reported")

ROWS = """
COPY (
    SELECT p.place, u.place, g.place, {counts}{cells} FROM statistics_rollup
    JOIN unnest(%(partitions)s::bigint[]) WITH ORDINALITY AS p (id, place) ON partition_id = p.id
    JOIN unnest(%(units)s::bigint[]) WITH ORDINALITY AS u (id, place) ON unit_id = u.id
    JOIN unnest(%(groups)s::text[]) WITH ORDINALITY AS g (code, place) ON "group" = g.code
) TO STDOUT (FORMAT BINARY)
"""
KEY = (("_size", ">i4"), ("", ">i8"))

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
        records = _records([columns.index(cell) + 1 for cell in cells], ids, units, groups)
        row = (records["unit"] - 1) * len(groups) + records["group"] - 1
        for place, pk in enumerate(ids, start=1):
            here = records["partition"] == place
            sums, counts = np.full((rows, len(cells)), np.nan), np.zeros((rows, len(COUNTS)), np.int64)
            sums[row[here]] = records["sums"]["value"][here]
            counts[row[here]] = records["counts"]["value"][here]
            found[pk] = Block(dict(zip(cells, sums.T, strict=True)), counts)
    return found


def _records(
    places: Sequence[int], ids: Sequence[int], units: Sequence[int], groups: Sequence[str]
) -> NDArray[np.void]:
    """A record a roll-up: where its partition, unit and group stand among those asked, from 1; counts; sums, NaN: none.

    Only the cells asked for leave the database, as bytes of one size: a row may hold hundreds, and text takes longest.
    """
    cells = "".join(f", coalesce(sums[{place}], 'NaN')" for place in places)
    query = ROWS.format(counts=", ".join(COUNTS), cells=cells)
    given = {"partitions": list(ids), "units": list(units), "groups": list(groups)}
    content = copied_out(query, given)
    keys = [(f"{name}{part}", kind) for name in ("partition", "unit", "group") for part, kind in KEY]
    count, amount = np.dtype([("size", ">i4"), ("value", ">i4")]), np.dtype([("size", ">i4"), ("value", ">f8")])
    record = np.dtype([("fields", ">i2"), *keys, ("counts", count, len(COUNTS)), ("sums", amount, (len(places),))])
    return np.frombuffer(content, record) if content else np.empty(0, record)


def total(parts: Sequence[Values], rows: int) -> Values:
    """The sum row by row, one part after the other; NaN where no part has a value."""
    result = parts[0] if parts else np.full(rows, np.nan)
    for part in parts[1:]:
        result = np.where(np.isnan(result), part, result + np.nan_to_num(part, nan=0.0))
    return result

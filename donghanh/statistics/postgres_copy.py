"""Sums as the bytes of PostgreSQL's binary COPY, made as one block: row by row took twice as long as the server itself.

Format: PostgreSQL's documentation, COPY, “Binary Format”; an array's own head is dimensions, has NULLs, type, length,
first index.
"""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from donghanh.statistics.rollup import COUNTS, Sums

COLUMNS = 'partition_id bigint, unit_id bigint, "group" varchar(20), sums float8[], ' + ", ".join(
    f"{count} integer" for count in COUNTS
)
HEAD = b"PGCOPY\n\xff\r\n\0" + bytes(8)
END = b"\xff\xff"
FLOAT8 = 701  # PostgreSQL's number of the type
CELL = np.dtype([("size", ">i4"), ("value", ">f8")])


AT_ONCE = 4096  # rows: at 200 cells 10 MB


def copy_stream(partition_id: int, sums: Sums) -> Iterator[bytes]:
    """A record a row of `sums`, in the order of COLUMNS; NaN becomes NULL. In pieces, whatever the number of rows."""
    yield HEAD
    for start in range(0, len(sums.units), AT_ONCE):
        part = slice(start, start + AT_ONCE)
        yield _records(partition_id, Sums(**{name: column[part] for name, column in vars(sums).items()}))
    yield END


def _records(partition_id: int, sums: Sums) -> bytes:
    """Each record is laid out at full width, then the bytes that a short group or a NULL does not have are cut out."""
    count, cells = sums.sums.shape
    groups = np.char.encode(sums.groups, "utf-8")
    group_sizes, filled = np.char.str_len(groups), ~np.isnan(sums.sums)
    record = np.dtype([
        ("fields", ">i2"), ("partition_size", ">i4"), ("partition", ">i8"), ("unit_size", ">i4"), ("unit", ">i8"),
        ("group_size", ">i4"), ("group", groups.dtype), ("sums_size", ">i4"), ("sums_head", ">i4", 5),
        ("sums", CELL, cells), *((f"{count}{part}", ">i4") for count in COUNTS for part in ("_size", "")),
    ])  # fmt: skip
    block = np.empty(count, record)
    contents = {
        "fields": 4 + len(COUNTS), "partition_size": 8, "partition": partition_id, "unit_size": 8, "unit": sums.units,
        "group_size": group_sizes, "group": groups, "sums_size": 20 + 4 * cells + 8 * filled.sum(axis=1),
        "sums_head": (1, 1, FLOAT8, cells, 1), **{f"{count}_size": 4 for count in COUNTS},
        **{count: getattr(sums, count) for count in COUNTS},
    }  # fmt: skip
    for name, content in contents.items():
        block[name] = content
    block["sums"]["size"] = np.where(filled, 8, -1)
    block["sums"]["value"] = sums.sums

    kept = np.ones((count, record.itemsize), np.bool_)
    for name, keeps in {
        "group": np.arange(groups.itemsize) < group_sizes[:, None],
        "sums": filled.repeat(CELL.itemsize, axis=1) | np.tile(np.arange(CELL.itemsize) < 4, cells),  # noqa: PLR2004  # the first four bytes are the length
    }.items():
        place = record.fields[name][1]  # type: ignore[index]  # a record has fields
        kept[:, place : place + keeps.shape[1]] = keeps
    return block.view(np.uint8).reshape(kept.shape)[kept].tobytes()

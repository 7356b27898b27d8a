"""The columnar store: one wide Parquet file a partition, read by DuckDB. A cache: PostgreSQL's sendings are the truth.

unit_id, parent_id bigint · group text · sent, on_time, reported boolean · one double a cell, named by the cell's code,
NULL where missing. `parent_id` is the unit directly above on the period's reference day, 0 where there is none. The
file also keeps the offices above, and the mark of the tree and of the list of units that it was made from: so a change
of some rows needs nothing but the file and those rows.
"""

from __future__ import annotations

import hashlib
import json
import os
import secrets
import threading
from collections.abc import Sequence
from dataclasses import dataclass
from io import BytesIO
from pathlib import Path
from typing import Any

import numpy as np
from django.conf import settings
from django.utils.translation import gettext as _
from numpy.typing import NDArray

from donghanh.statistics.rollup import MISSING, Block, is_missing

OWN_COLUMNS = ("unit_id", "parent_id", "group", "sent", "on_time", "reported")
OFFICES, MARK = b"donghanh.offices", b"donghanh.mark"
THREADS = 2
MEMORY = "512MB"
SECONDS = 10


class FactsNotReady(Exception):
    """The file is not there or not whole; the next layout of its partition makes it anew. `str()` is for the reader."""

    def __init__(self) -> None:
        super().__init__(_("Đang dựng lại số liệu. Xin mở lại trang này sau ít phút."))


class FactsTooSlow(Exception):
    """A reading took longer than SECONDS and was stopped."""

    def __init__(self) -> None:
        super().__init__(_("Truy vấn số liệu mất quá nhiều thời gian. Xin chọn ít đơn vị hơn."))


def folder() -> Path:
    return Path(settings.FACTS_FOLDER)


@dataclass(frozen=True)
class Content:
    """All that a file holds."""

    columns: list[str]
    block: Block
    parents: NDArray[np.int64]  # (unit, the one above or 0) of every row's unit and everything above
    mark: str


def write_file(prefix: str, content: Content) -> str:
    """Write one file, which appears whole or not at all; the answer is its name, `<prefix>.<hash>.<token>.parquet`.

    The hash is of its bytes. The token keeps a name from coming back: who removes an old file cannot hit a new one.
    """
    import pyarrow as pa  # 1 s: only where facts are written
    import pyarrow.parquet as pq

    block, parents = content.block, content.parents[np.argsort(content.parents[:, 0], kind="stable")]
    places = np.searchsorted(parents[:, 0], block.unit_ids)
    offices = np.delete(parents, places, axis=0)
    table = pa.table(
        [
            pa.array(block.unit_ids),
            pa.array(parents[places, 1]),
            pa.array(list(block.groups), pa.string()),
            *(pa.array(state) for state in (block.sent, block.on_time, block.reported)),
            *(pa.array(column, mask=is_missing(column)) for column in np.ascontiguousarray(block.values.T)),
        ],
        names=[*OWN_COLUMNS, *content.columns],
        metadata={OFFICES: json.dumps(offices.tolist()), MARK: content.mark},
    )
    buffer = BytesIO()
    pq.write_table(table, buffer, compression="zstd")
    data = buffer.getbuffer()
    name = f"{prefix}.{hashlib.sha256(data).hexdigest()[:16]}.{secrets.token_hex(4)}.parquet"
    folder().mkdir(parents=True, exist_ok=True)
    unfinished = folder() / f"{name}.tmp"
    with unfinished.open("wb") as file:
        file.write(data)
        file.flush()
        os.fsync(file.fileno())
    unfinished.rename(folder() / name)
    return name


def read_file(name: str) -> Content:
    """What `write_file` was given. FactsNotReady where the file is missing, broken or of an older make."""
    import pyarrow as pa
    import pyarrow.parquet as pq

    try:
        table = pq.read_table(folder() / name)
        told = {MARK: b"", **(table.schema.metadata or {})}
        offices = np.array(json.loads(told[OFFICES]), np.int64).reshape(-1, 2)
        unit_ids, parent_ids, groups, *flags = (table[column] for column in OWN_COLUMNS)
    except (OSError, KeyError, pa.ArrowInvalid):
        raise FactsNotReady from None
    values = np.empty((table.num_columns - len(OWN_COLUMNS), table.num_rows))
    for place, column in enumerate(table.itercolumns()):
        if place >= len(OWN_COLUMNS):
            values[place - len(OWN_COLUMNS)] = column.fill_null(MISSING).to_numpy()
    sent, on_time, reported = (flag.to_numpy() for flag in flags)
    block = Block(
        unit_ids=unit_ids.to_numpy(), groups=groups.to_pylist(), sent=sent, on_time=on_time, reported=reported,
        values=values.T,
    )  # fmt: skip
    rows = np.stack([block.unit_ids, parent_ids.to_numpy()], axis=1)
    return Content(table.column_names[len(OWN_COLUMNS) :], block, np.concatenate([rows, offices]), told[MARK].decode())


def remove_files(prefix: str, *, but: str) -> None:
    """Remove what is left of earlier writes of one partition."""
    for file in folder().glob(f"{prefix}.*"):
        if file.name != but:
            file.unlink(missing_ok=True)


def remove_file(name: str) -> None:
    (folder() / name).unlink(missing_ok=True)


def read_rows(name: str, selected: Sequence[str], unit_ids: Sequence[int] | None) -> list[tuple[Any, ...]]:
    """The `selected` SQL expressions for each of `unit_ids` (None: every unit) that has a row, in no order.

    FactsNotReady where the file is missing or broken, FactsTooSlow after SECONDS.
    """
    import duckdb  # 0.4 s: only where facts are read

    if not (folder() / name).is_file():
        raise FactsNotReady
    query = f"SELECT {', '.join(selected)} FROM read_parquet(?)"
    given: list[Any] = [str(folder() / name)]
    if unit_ids is not None:
        query, given = f"{query} WHERE unit_id IN (SELECT unnest(?::BIGINT[]))", [*given, list(unit_ids)]
    connection = duckdb.connect(config={"threads": THREADS, "memory_limit": MEMORY})
    alarm = threading.Timer(SECONDS, connection.interrupt)
    alarm.start()
    try:
        rows: list[tuple[Any, ...]] = connection.execute(query, given).fetchall()
    except duckdb.InterruptException:
        raise FactsTooSlow from None
    except (duckdb.IOException, duckdb.InvalidInputException):  # removed meanwhile, or cut short by a crash
        raise FactsNotReady from None
    finally:
        alarm.cancel()
        connection.close()
    return rows

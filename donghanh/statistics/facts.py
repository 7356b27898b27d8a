"""The columnar store: one wide Parquet file a partition, read by DuckDB. A cache: PostgreSQL's sendings are the truth.

unit_id bigint · group text · sent, on_time, reported boolean · one double a cell, named by the cell's code, NULL where
missing
"""

from __future__ import annotations

import hashlib
import os
import secrets
import threading
from collections.abc import Sequence
from io import BytesIO
from pathlib import Path
from typing import Any

import numpy as np
from django.conf import settings
from django.utils.translation import gettext as _

from donghanh.statistics.rollup import Block

OWN_COLUMNS = ("unit_id", "group", "sent", "on_time", "reported")
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


def write_file(prefix: str, *, columns: Sequence[str], block: Block) -> str:
    """Write one file, which appears whole or not at all; the answer is its name, `<prefix>.<hash>.<token>.parquet`.

    The hash is of its bytes. The token keeps a name from coming back: who removes an old file cannot hit a new one.
    """
    import pyarrow as pa  # 1 s: only where facts are written
    import pyarrow.parquet as pq

    table = pa.table(
        [
            pa.array(block.unit_ids),
            pa.array(list(block.groups), pa.string()),
            *(pa.array(state) for state in (block.sent, block.on_time, block.reported)),
            *(pa.array(column, from_pandas=True) for column in np.ascontiguousarray(block.values.T)),
        ],
        names=[*OWN_COLUMNS, *columns],
    )
    buffer = BytesIO()
    pq.write_table(table, buffer, compression="zstd")
    content = buffer.getbuffer()
    name = f"{prefix}.{hashlib.sha256(content).hexdigest()[:16]}.{secrets.token_hex(4)}.parquet"
    folder().mkdir(parents=True, exist_ok=True)
    unfinished = folder() / f"{name}.tmp"
    with unfinished.open("wb") as file:
        file.write(content)
        file.flush()
        os.fsync(file.fileno())
    unfinished.rename(folder() / name)
    return name


def remove_files(prefix: str, *, but: str) -> None:
    """Remove what is left of earlier writes of one partition."""
    for file in folder().glob(f"{prefix}.*"):
        if file.name != but:
            file.unlink(missing_ok=True)


def remove_file(name: str) -> None:
    (folder() / name).unlink(missing_ok=True)


def read_rows(name: str, selected: Sequence[str], unit_ids: Sequence[int]) -> list[tuple[Any, ...]]:
    """The `selected` SQL expressions for each of `unit_ids` that has a row, in no order.

    FactsNotReady where the file is missing or broken, FactsTooSlow after SECONDS.
    """
    import duckdb  # 0.4 s: only where facts are read

    if not (folder() / name).is_file():
        raise FactsNotReady
    query = f"SELECT {', '.join(selected)} FROM read_parquet(?) WHERE unit_id IN (SELECT unnest(?::BIGINT[]))"
    connection = duckdb.connect(config={"threads": THREADS, "memory_limit": MEMORY})
    alarm = threading.Timer(SECONDS, connection.interrupt)
    alarm.start()
    try:
        rows: list[tuple[Any, ...]] = connection.execute(query, [str(folder() / name), list(unit_ids)]).fetchall()
    except duckdb.InterruptException:
        raise FactsTooSlow from None
    except (duckdb.IOException, duckdb.InvalidInputException):  # removed meanwhile, or cut short by a crash
        raise FactsNotReady from None
    finally:
        alarm.cancel()
        connection.close()
    return rows

"""Every figure that plain sums do not give: a question becomes one SQL text, run by DuckDB over the Parquet of facts.

Values are those stored: a unit's own and those of every unit below it, in periods that lie wholly within the span asked
about. A yearly value has no part in a quarter. Each counts towards the ancestors of its unit in its period's tree.
Aggregation types as DHIS2 has them, a value being one cell of one unit in one period:

SUM, MIN, MAX, COUNT, AVERAGE (the plain mean), STDDEV, VARIANCE (of a sample: one value has none) over all values;
AVERAGE_SUM_ORG_UNIT: Σ value × days of its period / days of the span;
LAST…, FIRST…: a unit's last or first value of each cell of ten years up to the span's end, …_IN_PERIOD within the span,
    then summed, averaged (…AVERAGE_ORG_UNIT), or the last of all units (…LAST_ORG_UNIT; of two on one day the unit with
    the higher number). A value counts where its unit stood on its day;
MIN_SUM_ORG_UNIT, MAX_SUM_ORG_UNIT: a unit's lowest or highest of each cell, summed;
NONE: the value where there is exactly one, else none (DHIS2 shows any one of them).
"""

from __future__ import annotations

import math
import threading
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np

from donghanh.statistics.engine_plan import Plan, direct
from donghanh.statistics.engine_question import Answer, Question, Source, Span, Tree
from donghanh.statistics.engine_sql import Text
from donghanh.statistics.facts import MEMORY, SECONDS, THREADS, FactsNotReady, FactsTooSlow
from donghanh.statistics.language.words import written

__all__ = ["Answer", "FactsNotReady", "FactsTooSlow", "Question", "Source", "Span", "Tree", "ask", "compiled"]


def ask(question: Question, *, seconds: float = SECONDS, memory: str = MEMORY) -> Answer:
    """Every value asked for.

    FactsNotReady where a file is missing or broken, FactsTooSlow after `seconds` or beyond `memory` (of all questions
    that run together); UnknownElement where no source has an item, or where a set of units, an indicator or a constant
    is not told.
    """
    import duckdb  # 0.4 s: only where facts are read

    text, plan = compiled(question)
    if not all(Path(source.path).is_file() for source in question.sources):
        raise FactsNotReady
    tables = {name: table for name, table in plan.tables().items() if name in text}
    connection = _engine(memory).cursor()
    done = threading.Event()
    threading.Thread(target=_stop_late, args=(connection, done, seconds), daemon=True).start()
    try:
        for name, table in tables.items():
            connection.register(f"arrow_{name}", table)
            # a view would be aggregated below the join, five times slower
            connection.execute(f"CREATE TEMP TABLE {name} AS SELECT * FROM arrow_{name}")
        columns: dict[str, Any] = connection.execute(text).fetchnumpy()
    except (duckdb.InterruptException, duckdb.OutOfMemoryException):
        raise FactsTooSlow from None
    except (duckdb.IOException, duckdb.InvalidInputException):  # removed meanwhile, or cut short by a crash
        raise FactsNotReady from None
    finally:
        done.set()
        connection.close()  # and its temporary tables with it
    return answer(plan, columns)


def _stop_late(connection: Any, done: threading.Event, seconds: float) -> None:
    if not done.wait(seconds):
        connection.interrupt()
        while not done.wait(0.05):  # one that comes between two statements is lost
            connection.interrupt()


@cache
def _engine(memory: str) -> Any:
    """One engine a process: opening one takes longer than many a question. Files never change under their name."""
    import duckdb

    connection = duckdb.connect(config={"threads": THREADS, "memory_limit": memory})
    connection.execute("LOAD parquet; SET GLOBAL parquet_metadata_cache = true")
    return connection


def compiled(question: Question) -> tuple[str, Plan]:
    """The text in DuckDB's dialect, and the plan whose tables it reads."""
    plan = Plan(question)

    def read(alike: range) -> list[tuple[str, str]]:
        paths = ", ".join("'" + plan.sources[place].path.replace("'", "''") + "'" for place in alike)
        return [(f"{alike.start} + CAST(file_index AS INTEGER)", f"read_parquet([{paths}])")]

    return Text(plan, read).whole(), plan


def answer(plan: Plan, columns: Mapping[str, Any]) -> Answer:
    """The engine's columns in order: by unit, then span."""
    units, spans = (np.asarray(columns[name], np.int64) for name in ("_unit", "_moment"))
    order = np.lexsort((spans, units))

    def numbers(name: str) -> Any:
        found = np.ma.filled(np.ma.asarray(columns[name], np.float64), math.nan)[order]
        return np.where(np.isfinite(found), found, math.nan)

    values = [numbers(f"_e{i}") for i in range(len(plan.expressions))]
    items = direct(plan.expressions) if plan.question.with_items else []
    return Answer(
        units=units[order],
        spans=spans[order],
        values=np.column_stack(values) if values else np.empty((len(units), 0)),
        items={written(item): numbers(f"_i{i}") for i, item in enumerate(items)},
    )

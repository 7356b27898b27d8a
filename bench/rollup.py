"""How long one period's figures take to be laid out anew: Parquet, sums over the tree, roll-ups in PostgreSQL.

    .venv/bin/python bench/rollup.py [--short]

Measures the action itself, its parts timed where they are called, in a database of its own: with every number new, and
with one school's. Two parts stand beside what they cannot beat, measured in the same run: one pass over the block in
memory, and PostgreSQL taking the same rows as ready bytes into an empty table.
"""

from __future__ import annotations

import argparse
import functools
import json
import os
import statistics
import sys
import tempfile
import time
from collections import defaultdict
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, date, datetime
from pathlib import Path

import numpy as np
import psycopg

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))
NAME = "bench_rollup"
AT = datetime(2025, 6, 16, 9, tzinfo=UTC)
LEVELS = ("MN", "TH", "THCS", "THPT", "GDTX", "CĐ")
COLUMNS = ["schools_total", "schools_with_outreach", "schools_with_collaborator_team"] + [
    f"{element}[{level}]"
    for element in ("staff_in_scope", "staff_trained", "briefings_held", "content_published", "collaborators",
                    "student_law_sessions", "student_law_attendees")
    for level in LEVELS
]  # fmt: skip
SIZES = {531: (1, 10, 151), 45_000: (34, 700, 3_300)}  # schools: provinces, districts, communes
FIRST = {"province": 1, "district": 1_000, "commune": 5_000, "school": 10_000}  # ids of units
SHORT = {531: SIZES[531], 4_500: (4, 70, 330)}


def national(schools: int, above: tuple[int, int, int], seed: int = 3296) -> dict:
    """One period of `schools`: nine of ten have reported, an eighth of their cells is empty."""
    chance = np.random.default_rng(seed)
    provinces, districts, communes = above
    commune = chance.integers(0, communes, schools)
    district, province = commune * districts // communes, commune * provinces // communes
    unit_ids = FIRST["school"] + np.arange(schools)
    lineage = [unit_ids, FIRST["commune"] + commune, FIRST["district"] + district, FIRST["province"] + province]
    values = chance.integers(0, 60, (schools, len(COLUMNS))).astype(np.float64)
    values[:, 1:3] = values[:, 1:3] > 20
    values[chance.random(values.shape) < 1 / 8] = np.nan
    return {
        "layout": "plan3296/1",
        "columns": COLUMNS,
        "unit_ids": unit_ids,
        "values": values,
        "reported": chance.random(schools) < 0.9,
        "groups": chance.choice(LEVELS, schools).tolist(),
        "pairs": np.concatenate([np.stack([ancestor, unit_ids], axis=1) for ancestor in lineage]),
        "at": AT,
    }


class Watch:
    """Milliseconds of named steps, run after run."""

    def __init__(self) -> None:
        self.took: dict[str, list[float]] = defaultdict(list)
        self.prefix = ""

    @contextmanager
    def step(self, name: str) -> Iterator[None]:
        start = time.perf_counter()
        yield
        self.took[f"{self.prefix}: {name}"].append((time.perf_counter() - start) * 1000)

    def timed(self, name: str, function: Callable) -> Callable:
        @functools.wraps(function)
        def run(*given: object, **named: object) -> object:
            with self.step(name):
                return function(*given, **named)

        return run


def measure(schools: int, above: tuple[int, int, int], runs: int) -> None:
    from donghanh.statistics import actions, facts, queries
    from donghanh.statistics.models import Partition

    given, watch, period = national(schools, above), Watch(), a_period()
    indicators, units = queries.indicators(), given["unit_ids"].tolist()
    districts = [FIRST["district"] + place for place in range(10)]
    parts = {
        (actions, "roll_up"): "sums",
        (facts, "write_file"): "Parquet",
        (actions, "copy_stream"): "rows as bytes",
        (actions, "_replace_rollups"): "rows into PostgreSQL",
    }
    for (module, name), step in parts.items():
        setattr(module, name, watch.timed(step, getattr(module, name)))
    for run in range(2 * runs):
        all_new = run < runs
        given["values"][slice(None) if all_new else 0] += 1
        watch.prefix = "all new" if all_new else "one sending"
        if run == runs:
            tidy()  # as autovacuum does between sendings
        with watch.step("rebuild"):
            partition = actions.write_partition(period=period, **given)
        watch.prefix = "reading"
        with watch.step("10 units × 3 indicators"):
            queries.figures(indicators, period, districts)
        with watch.step("531 units of a figure"):
            queries.units_of(indicators[0], period, units[:531])
        watch.prefix = "ceiling"
        with watch.step("one pass over the block"):
            given["values"].sum()
        copy_again(watch)
    for module, name in parts:
        setattr(module, name, getattr(module, name).__wrapped__)
    report(schools, watch, (facts.folder() / partition.file_name).stat().st_size, partition.rollups.count())
    Partition.objects.all().delete()


def tidy() -> None:
    from django.db import connection

    with connection.cursor() as cursor:
        cursor.execute("VACUUM ANALYZE statistics_rollup")


def copy_again(watch: Watch) -> None:
    """The roll-ups just written, as the bytes PostgreSQL itself makes of them, into a table of the same make."""
    from django.db import connection, transaction

    columns = 'partition_id, unit_id, "group", sums, expected, reported'
    with connection.cursor() as cursor:
        with cursor.copy(f"COPY statistics_rollup ({columns}) TO STDOUT (FORMAT BINARY)") as copy:
            ready = b"".join(bytes(part) for part in copy)
        cursor.execute("DROP TABLE IF EXISTS plain; CREATE TABLE plain (LIKE statistics_rollup INCLUDING ALL)")
        into = f"COPY plain ({columns}) FROM STDIN (FORMAT BINARY)"
        with watch.step("COPY of the same rows"), transaction.atomic(), cursor.copy(into) as copy:
            copy.write(ready)


def report(schools: int, watch: Watch, size: int, rows: int) -> None:
    cells = schools * len(COLUMNS)
    print(f"\n{schools:,} schools × {len(COLUMNS)} cells = {cells:,} values; {rows:,} roll-ups; "
          f"Parquet {size / 1e6:.2f} MB, {size / cells:.2f} bytes a value")  # fmt: skip
    for step, took in watch.took.items():
        print(f"  {step:40} median {statistics.median(took):9.2f} ms   best {min(took):9.2f} ms")
    ratios = {"sums": "one pass over the block", "rows into PostgreSQL": "COPY of the same rows"}
    for step, ceiling in ratios.items():
        ratio = min(watch.took[f"all new: {step}"]) / min(watch.took[f"ceiling: {ceiling}"])
        print(f"  {step} takes {ratio:.1f} times {ceiling} (best of each)")


def a_period() -> object:
    from donghanh.periods.actions import set_school_year

    return set_school_year(first_day=date(2020, 9, 5), last_day=date(2021, 5, 31))


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--short", action="store_true", help="two small sizes, three runs each: does it still work?")
    short = parser.parse_args().short

    os.environ |= {"DJANGO_SETTINGS_MODULE": "config.settings", "DONGHANH_DATABASE": NAME}
    os.environ.pop("DATABASE_URL", None)
    import django
    from django.conf import settings
    from django.core.management import call_command
    from django.db import connection

    where = settings.DATABASES["default"]
    server = psycopg.connect(host=where["HOST"], user=where["USER"], dbname="postgres", autocommit=True)
    server.execute(f"DROP DATABASE IF EXISTS {NAME} WITH (FORCE)")
    server.execute(f"CREATE DATABASE {NAME}")
    try:
        django.setup()
        call_command("migrate", verbosity=0)
        from donghanh.organisations.models import Unit
        from donghanh.statistics import actions

        Unit.objects.bulk_create([Unit(pk=pk, existence=("2000-01-01", None)) for pk in range(1, 60_000)])
        actions.define(json.loads((ROOT / "donghanh/statistics/data/plan3296.json").read_text()), at=AT)
        durable = server.execute("SHOW fsync").fetchone()[0]
        print(
            f"PostgreSQL with fsync {durable}; load of the machine {os.getloadavg()[0]:.1f} on {os.cpu_count()} cores"
        )
        with tempfile.TemporaryDirectory() as folder:
            settings.FACTS_FOLDER = folder
            for schools, above in (SHORT if short else SIZES).items():
                measure(schools, above, runs=3 if short else 9)
    finally:
        connection.close_pool()
        server.execute(f"DROP DATABASE {NAME} WITH (FORCE)")


if __name__ == "__main__":
    main()

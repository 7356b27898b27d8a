"""How fast figures of a nation are: made by a seeded generator, measured through the product's own code.

    .venv/bin/python bench/statistics.py [--short] [--only core,changes,…]

45,000 schools, 3,300 communes, 34 provinces, a nation; 200 elements, 12 months = 108 million values, an eighth missing;
after June a thirtieth of the communes belongs to another province. `--short`: 4,500 schools, 3 months. Each figure is
printed with its goal beside it. Works in a database of its own, made and dropped.
"""

from __future__ import annotations

import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
if __name__ == "__main__":
    sys.path[0] = str(ROOT)  # not this folder: its `statistics` would stand in for Python's

import argparse
import json
import math
import os
import resource
import subprocess
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, date, datetime
from functools import cached_property
from typing import Any

import numpy as np
import psycopg
from numpy.typing import NDArray

NAME = "bench_statistics"
AT = datetime(2025, 12, 31, 9, tzinfo=UTC)
KINDS = ("MN", "TH", "THCS", "THPT", "GDTX", "CĐ")
DIRECTLY = "THPT"  # these stand directly below their province
PROVINCE, COMMUNE, SCHOOL = 100, 1_000, 10_000  # where ids begin; the nation is 1
SCALES = (3, 10, 30, 200, 1500)  # counts of an element run up to one of these
MONTHS, QUARTER = 12, 3
RUNS = 11


@dataclass(frozen=True)
class Nation:
    """Units, trees and values, all from one seed."""

    schools: int = 45_000
    communes: int = 3_300
    provinces: int = 34
    elements: int = 200
    months: int = MONTHS
    seed: int = 3296

    @property
    def columns(self) -> list[str]:
        return [f"e{place:03}" for place in range(self.elements)]

    @cached_property
    def ids(self) -> NDArray[np.int64]:
        return SCHOOL + np.arange(self.schools)

    @cached_property
    def commune(self) -> NDArray[np.int64]:
        return np.random.default_rng(self.seed).integers(0, self.communes, self.schools)

    @cached_property
    def kinds(self) -> list[str]:
        return np.random.default_rng(self.seed + 1).choice(KINDS, self.schools).tolist()

    def parents(self, month: int) -> NDArray[np.int64]:
        """(unit, the one above); from July on a thirtieth of the communes stands below the next province."""
        communes = np.arange(self.communes)
        province = communes * self.provinces // self.communes
        if month >= 6:
            province = np.where(communes % 30 == 7, (province + 1) % self.provinces, province)
        direct = np.array(self.kinds) == DIRECTLY
        above = np.where(direct, PROVINCE + province[self.commune], COMMUNE + self.commune)
        return np.concatenate([
            np.stack([self.ids, above], axis=1), np.stack([COMMUNE + communes, PROVINCE + province], axis=1),
            [(PROVINCE + place, 1) for place in range(self.provinces)], [(1, 0)],
        ])  # fmt: skip

    def values(self, month: int) -> NDArray[np.float64]:
        """Schools × elements, an eighth NaN."""
        chance = np.random.default_rng((self.seed, month))
        scale = np.array(SCALES)[np.arange(self.elements) % len(SCALES)]
        values = np.floor(chance.random((self.schools, self.elements)) ** 2 * scale)
        values[chance.random(values.shape) < 1 / 8] = np.nan
        return values

    @property
    def size(self) -> int:
        return self.schools * self.elements

    def block(self, month: int) -> Any:
        from donghanh.statistics.rollup import Block, coded

        everybody = np.ones(self.schools, np.bool_)
        return Block(self.ids, self.kinds, everybody, everybody, everybody, coded(self.values(month)))


NATION, SHORT = Nation(), Nation(schools=4_500, communes=330, provinces=12, months=3)
PROVINCE_SIZE = Nation(schools=531, communes=151, provinces=1, months=1)


# ── how it is told ─────────────────────────────────────────────────────────────────────────────────────────────────


def told(what: str, value: float, unit: str, goal: float | None = None, *, at_least: bool = False) -> None:
    """One figure with its goal."""
    beside = ""
    if goal is not None:
        met = value >= goal if at_least else value <= goal
        beside = f"   goal {'≥' if at_least else '≤'} {goal:g} {unit}   {'met' if met else 'NOT MET'}"
    print(f"  {what:72} {value:10.3f} {unit}{beside}", flush=True)


def p95(took: Sequence[float]) -> float:
    return float(np.percentile(took, 95))


@dataclass
class Watch:
    wall: float = 0.0
    cpu: float = 0.0  # of this process, and of the database's backend where one is named


@contextmanager
def watched(backend: int | None = None) -> Iterator[Watch]:
    found = Watch()
    wall, cpu, theirs = time.perf_counter(), time.process_time(), cpu_of(backend) if backend else 0
    yield found
    found.wall, found.cpu = time.perf_counter() - wall, time.process_time() - cpu
    found.cpu += cpu_of(backend) - theirs if backend else 0


def backend() -> int:
    """Process of the database that serves this one."""
    from django.db import connection

    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_backend_pid()")
        return cursor.fetchone()[0]


# ── the core: a year at every level ────────────────────────────────────────────────────────────────────────────────


@dataclass
class Year:
    """What a year's roll-up gives, in arrays that were ready before."""

    sums: list[NDArray[np.float64]]  # a month: elements × (office, kind or all), coded
    quarters: NDArray[np.float64]  # elements of indicators × quarters and the year × units, coded
    ratios: NDArray[np.float64]  # indicators × quarters and the year × units, NaN where there is none
    units: NDArray[np.int64]


def indicators_of(nation: Nation) -> list[tuple[int, int]]:
    """50 ratios: which element over which."""
    half = min(50, nation.elements // 2)
    return [(place, place + half) for place in range(half)]


def roll_up_year(blocks: Sequence, plans: Sequence, ratios: Sequence[tuple[int, int]]) -> Year:
    """Every sum of every month, and every ratio of each quarter and the year at every level, schools too.

    Column by column, so that what was just added up is still near when quarters take it. A month's rows go to whoever
    stood above them that month; a quarter of a unit is the sum of its months.
    """
    elements, rows = blocks[0].values.shape[1], len(blocks[0].unit_ids)
    used = sorted({element for pair in ratios for element in pair})
    quarters = [range(start, min(start + QUARTER, len(blocks))) for start in range(0, len(blocks), QUARTER)]
    trees = {id(planned): planned for planned in plans}  # a quarter lies in one tree: reforms come in July
    works = {key: np.empty((2, planned.size)) for key, planned in trees.items()}
    picks = {}
    for key, planned in trees.items():
        whole = np.flatnonzero(planned.groups == "")
        picks[key] = planned.results[whole[np.argsort(planned.units[whole])]]
    units = np.sort(plans[0].units[plans[0].groups == ""])
    found = Year(
        [np.empty((elements, planned.size - rows)) for planned in plans],
        np.full((len(used), len(quarters) + 1, len(units)), -0.0),
        np.empty((len(ratios), len(quarters) + 1, len(units))),
        units,
    )
    row_of = {element: row for row, element in enumerate(used)}
    for element in range(elements):
        for place, months in enumerate(quarters):
            tree = id(plans[months[0]])
            work, together = works[tree]
            for month in months:
                work[:rows] = blocks[month].values[:, element]
                plans[month].add_up(work)
                found.sums[month][element] = work[rows:]
                if element in row_of:
                    np.add(work, together if month != months[0] else -0.0, out=together)
            if element in row_of:
                np.take(together, picks[tree], out=found.quarters[row_of[element], place])
                found.quarters[row_of[element], -1] += found.quarters[row_of[element], place]
    for place, (above, below) in enumerate(ratios):
        for span in range(len(quarters) + 1):
            divide(found.quarters[row_of[above], span], found.quarters[row_of[below], span], found.ratios[place, span])
    return found


def divide(above: NDArray[np.float64], below: NDArray[np.float64], into: NDArray[np.float64]) -> None:
    """Per cent; NaN where nobody reported what stands above, or nothing or 0 stands below."""
    from donghanh.statistics.rollup import is_missing

    none = below == 0  # -0.0, missing, too
    none |= is_missing(above)
    with np.errstate(divide="ignore", invalid="ignore"):
        np.divide(above, below, out=into)
    into *= 100
    np.copyto(into, np.nan, where=none)


def ready(nation: Nation) -> tuple[list, list]:
    """Blocks of the year in the order of their plans, as the store keeps them."""
    from donghanh.statistics.rollup import plan

    blocks, plans, by_tree = [], [], {}
    for month in range(nation.months):
        block, tree = nation.block(month), month >= 6
        if tree not in by_tree:
            order = plan(block.unit_ids, block.groups, nation.parents(month)).order
            by_tree[tree] = order, plan(block.unit_ids[order], [block.groups[i] for i in order], nation.parents(month))
        order, planned = by_tree[tree]
        blocks.append(block.in_order(order))
        plans.append(planned)
    return blocks, plans


def core(nation: Nation) -> None:
    from donghanh.statistics.rollup import plan

    ratios = indicators_of(nation)
    blocks, plans = ready(nation)
    with watched() as planning:
        plan(blocks[0].unit_ids, blocks[0].groups, nation.parents(0))
    took, passes = [], []
    for _ in range(5):
        with watched() as one:
            for block in blocks:
                block.values.sum()
        passes.append(one)
        with watched() as one:
            roll_up_year(blocks, plans, ratios)
        took.append(one)
    best = min(took, key=lambda one: one.wall)
    values = nation.size * nation.months
    print(f"\na. A year of {values:,} values at every level, {len(ratios)} indicators by quarter and year")
    told("core, best of 5", best.wall, "s", 1.0)
    told("core, median of 5", float(np.median([one.wall for one in took])), "s")
    told("core, work", min(one.cpu for one in took), "CPU-s")
    work, least = min(one.cpu for one in took), min(one.cpu for one in passes)
    told("core over one pass over the same bytes (best of each)", best.wall / min(p.wall for p in passes), "times", 10)
    told("the same by work, which a busy machine disturbs less", work / least, "times", 10)
    told("one pass over the bytes", least, "CPU-s")
    told("the plan of one tree (kept with a period, made once a tree)", planning.wall, "s")
    del blocks, plans


def years(nation: Nation) -> None:
    """Year by year: only one year is in memory."""
    ratios, took = indicators_of(nation), []
    for year in range(5):
        blocks, plans = ready(Nation(**{**vars_of(nation), "seed": nation.seed + 10 * year}))
        runs = []
        for _ in range(3):
            with watched() as one:
                roll_up_year(blocks, plans, ratios)
            runs.append(one.wall)
        took.append(min(runs))
        del blocks, plans
    sums = np.cumsum(took)
    exponent = np.polyfit(np.log(np.arange(1, 6)), np.log(sums), 1)[0]
    print("\nc. Five years, year by year (best of 3 a year)")
    told("five years over one", sums[-1] / took[0], "times", 7)
    told("growth exponent over 1…5 years", float(exponent), "", 1.1)


def vars_of(nation: Nation) -> dict[str, int]:
    return {name: getattr(nation, name) for name in Nation.__dataclass_fields__}


# ── in the database ────────────────────────────────────────────────────────────────────────────────────────────────


def months_of(nation: Nation) -> list:
    from donghanh.periods.actions import keep
    from donghanh.periods.queries import parse

    return [keep(parse(f"2025-{month + 1:02}")) for month in range(nation.months)]


def make_units(nation: Nation) -> None:
    """Units with kinds and parents of every day; the change in July is only in the trees given to the core."""
    from django.db import connection

    from donghanh.organisations.models import Unit

    if Unit.objects.exists():
        return

    parents, kinds = nation.parents(0), dict(zip(nation.ids.tolist(), nation.kinds, strict=True))
    levels = {1: "BO"} | {PROVINCE + place: "SO" for place in range(nation.provinces)}
    with connection.cursor() as cursor:
        cursor.execute("INSERT INTO organisations_unit (id, existence, generated) "
                       "SELECT unnest(%s::bigint[]), '[2000-01-01,)', true", [parents[:, 0].tolist()])  # fmt: skip
        of_kind = [kinds.get(unit) or levels.get(unit, "XA") for unit in parents[:, 0].tolist()]
        cursor.execute("INSERT INTO organisations_unittype (unit_id, kind, valid) "
                       "SELECT unnest(%s::bigint[]), unnest(%s::text[]), '[2000-01-01,)'",
                       [parents[:, 0].tolist(), of_kind])  # fmt: skip
        below = parents[parents[:, 1] > 0].T.tolist()
        cursor.execute("INSERT INTO organisations_unitparent (unit_id, parent_id, valid) "
                       "SELECT unnest(%s::bigint[]), unnest(%s::bigint[]), '[2000-01-01,)'", below)  # fmt: skip
        cursor.execute("ANALYZE")


def write(nation: Nation, month: int, period: object, block: Any = None) -> Any:
    from donghanh.organisations.models import Unit
    from donghanh.statistics import actions

    return actions.write_partition(
        layout="bench/1", columns=nation.columns, period=period, owner=Unit.objects.get(pk=1),
        block=block or nation.block(month), parents=nation.parents(month), mark="bench", at=AT,
    )  # fmt: skip


def some_rows(block: Any, count: int, chance: np.random.Generator) -> tuple[Any, Any]:
    """The rows of some schools, sent anew with other numbers."""
    from donghanh.statistics.rollup import MISSING, is_missing

    places = np.sort(chance.choice(len(block.unit_ids), count, replace=False))
    rows = block.in_order(places)
    values = np.where(is_missing(rows.values), MISSING, np.floor(chance.random(rows.values.shape) * 50))
    return places, block.__class__(**{**vars(rows), "values": np.asfortranarray(values)})


def changes(nation: Nation, periods: list, runs: int = RUNS) -> None:
    """1,000 sendings at once into one period, against laying out all of it anew with as many numbers changed."""
    from donghanh.organisations.models import Unit
    from donghanh.statistics import actions

    period, block, chance = periods[0], nation.block(0), np.random.default_rng(nation.seed)
    count = min(1000, nation.schools // 10)
    given = {"layout": "bench/1", "columns": nation.columns, "period": period, "owner": Unit.objects.get(pk=1)}
    patched, whole = [], []
    write(nation, 0, period, block)
    for run in range(runs + 5):
        places, changed = some_rows(block, count, chance)
        block = block.patched(places, changed)
        tidy()  # as autovacuum does meanwhile
        with watched(backend()) as one:
            if run < runs:
                assert actions.patch_partition(**given, changed=changed, mark="bench", at=AT)
            else:
                write(nation, 0, period, block)
        (patched if run < runs else whole).append(one)
    walls = [one.wall for one in patched]
    median, full = float(np.median(walls)), float(np.median([one.wall for one in whole]))
    work, all_work = (float(np.median([one.cpu for one in found])) for found in (patched, whole))
    print(f"\nb. {count:,} sendings changed at once in one period of {nation.size:,} values")
    told(f"file, sums and roll-ups right again, p95 of {runs}", p95(walls), "s", 1.0)
    told("the same, median", median, "s")
    told("the same, work of this process and of PostgreSQL's, median", work, "CPU-s")
    told("a full roll-up measured the same way, median of 5", full, "s")
    told("the same, work", all_work, "CPU-s")
    told("one over the other (medians)", median / full, "", 0.5)
    told("one over the other, work", work / all_work, "", 0.5)


def tidy() -> None:
    from django.db import connection

    with connection.cursor() as cursor:
        cursor.execute("VACUUM ANALYZE statistics_rollup")


def in_parquet(nation: Nation, periods: list) -> None:
    """All months laid out, and how large they are."""
    from django.db import connection

    from donghanh.statistics import facts

    size = 0
    for month, period in enumerate(periods):
        size += (facts.folder() / write(nation, month, period).file_name).stat().st_size
    tidy()
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_table_size('statistics_rollup'), count(*) FROM statistics_rollup")
        rollups, rows = cursor.fetchone()
    print("\nd. Bytes a value")
    told("Parquet", size / (nation.size * len(periods)), "bytes", 1.5)
    told("roll-ups in PostgreSQL (a cache), a sum", rollups / (rows * (nation.elements + 1)), "bytes")


def queries(nation: Nation, periods: list, runs: int = 4 * RUNS) -> None:
    """12 months × 20 elements × the children of a province, as pages ask it."""
    from donghanh.statistics.answers import ask
    from donghanh.statistics.choices import DatumKind
    from donghanh.statistics.questions import Datum, Question

    chance, parents, took = np.random.default_rng(nation.seed), nation.parents(0), []
    cells = 0
    for _ in range(runs):
        province = PROVINCE + int(chance.integers(nation.provinces))
        communes = parents[(parents[:, 1] == province) & (parents[:, 0] < SCHOOL), 0].tolist()
        data = tuple(Datum(DatumKind.ELEMENT, code) for code in chance.choice(nation.columns, 20, replace=False))
        question = Question(data=data, spans=tuple(period.span for period in periods), units=tuple(communes))
        with watched(backend()) as one:
            ask(question, on=AT.date())
        took.append(one)
        cells = question.size
    print(f"\ng. {len(periods)} months × 20 elements × {len(communes)} communes of a province = {cells:,} figures")
    told(f"from roll-ups, p95 of {runs}", 1000 * p95([one.wall for one in took]), "ms", 20)
    told("median", 1000 * float(np.median([one.wall for one in took])), "ms")
    told("work of this process and of PostgreSQL's, mean", 1000 * float(np.mean([one.cpu for one in took])), "ms")


# ── from a sending on ──────────────────────────────────────────────────────────────────────────────────────────────


def make_round(nation: Nation, period: object) -> Any:
    """A round of a form with all elements in which everybody's sending is accepted."""
    from django.db import connection

    from donghanh.organisations.models import Unit
    from donghanh.people.models import Account
    from donghanh.questionnaires.actions import load_form
    from donghanh.reporting.models import Collection, FactChange

    items = [{"code": code, "kind": "integer", "vi": code, "en": code} for code in nation.columns]
    document = {"code": "bench", "vi": "Đo", "en": "Bench", "breakdowns": {}, "checks": [],
                "sections": [{"code": "all", "vi": "I", "en": "I", "items": items}]}  # fmt: skip
    form = load_form(document, at=AT)
    account, _ = Account.objects.get_or_create(username="bench")
    day = date(2025, 2, 5)
    collection = Collection.objects.create(
        form_version=form, period=period, owner=Unit.objects.get(pk=1),
        opens_on=day, due_on=day, grace_on=day, closes_on=day,
    )  # fmt: skip
    given = {"round": collection.pk, "by": account.pk, "at": AT, "units": nation.ids.tolist()}
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO reporting_expectedreport (collection_id, unit_id, reviewer_id, due_on, grace_on, closes_on)"
            " SELECT %(round)s, unnest(%(units)s::bigint[]), 1, '2025-02-05', '2025-02-05', '2025-02-05'",
            given,
        )
        cursor.execute(
            "INSERT INTO reporting_submission (expected_id, state, step, draft, revision, edited)"
            " SELECT id, 'draft', 1, '{}', 0, '{}' FROM reporting_expectedreport WHERE collection_id = %(round)s",
            given,
        )
        cursor.execute(
            "SELECT s.id, e.unit_id FROM reporting_submission s JOIN reporting_expectedreport e ON e.id = s.expected_id"
            " WHERE e.collection_id = %(round)s",
            given,
        )
        values, reports = nation.values(0), cursor.fetchall()
        with cursor.copy("COPY reporting_submissionversion (submission_id, number, counts, texts, notes, evidence,"
                         " client_key, sha256, sent_at, sent_by_id) FROM STDIN") as copy:  # fmt: skip
            for submission, unit in reports:
                copy.write_row(version_row(submission, 1, values[unit - SCHOOL], account.pk))
        cursor.execute(
            "UPDATE reporting_submission s SET state = 'accepted', latest_id = v.id FROM reporting_submissionversion v"
            " WHERE v.submission_id = s.id AND s.latest_id IS NULL"
        )
        cursor.execute("ANALYZE")
    FactChange.objects.create(collection=collection, at=AT)
    return collection


def version_row(submission: int, number: int, values: NDArray[np.float64], by: int) -> tuple:
    import uuid

    counts = [None if math.isnan(value) else int(value) for value in values]
    return submission, number, counts, "{}", "{}", "{}", uuid.uuid4(), "0" * 64, AT, by


def freshness(nation: Nation, collection: object, goal: float, runs: int = RUNS) -> None:
    """A sending, its acceptance and the outbox in one transaction; then the worker's job, called here."""
    from django.db import transaction

    from donghanh.reporting.figures import lay_out
    from donghanh.reporting.models import FactChange, Submission, SubmissionVersion, kept

    chance, took = np.random.default_rng(nation.seed), []
    reports = list(
        Submission.objects.filter(expected__collection=collection).order_by("pk").values_list("pk", flat=True)
    )
    lay_out(collection_id=collection.pk, at=AT)
    tidy()
    for _run in range(runs):
        report = Submission.objects.select_related("latest").get(pk=int(chance.choice(reports)))
        numbers = [float(number) for number in chance.integers(0, 50, nation.elements)]
        with transaction.atomic():
            row = version_row(report.pk, report.latest.number + 1, np.array(numbers), report.latest.sent_by_id)
            report.latest = SubmissionVersion.objects.create(
                submission=report, number=row[1], **kept(numbers), client_key=row[6], sha256=row[7], sent_at=AT,
                sent_by_id=row[9],
            )  # fmt: skip
            report.save(update_fields=["latest"])
            FactChange.objects.create(collection=collection, submission=report, at=AT)
        with watched(backend()) as one:
            lay_out(collection_id=collection.pk, at=AT)
        took.append(one)
    print(f"\nf. One sending among {nation.schools:,} units × {nation.elements}: from its commit to roll-ups right")
    told(f"the worker's job, p95 of {runs}", p95([one.wall for one in took]), "s", goal)
    told("median", float(np.median([one.wall for one in took])), "s")
    told("work of this process and of PostgreSQL's, median", float(np.median([one.cpu for one in took])), "CPU-s")
    print(
        "     the queue wakes the worker by NOTIFY (milliseconds); an open page asks every 0.5 s: add 0.25 s on average"
    )


def truth() -> None:
    from django.db import connection

    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_table_size('reporting_submissionversion'), count(*), min(cardinality(counts))"
                       " FROM reporting_submissionversion")  # fmt: skip
        size, rows, cells = cursor.fetchone()
    told(
        f"sendings in PostgreSQL (the truth; {cells} cells), with everything beside", size / (rows * cells), "bytes", 6
    )


def rebuild(collection: object) -> None:
    """In a process of its own, as the command does it."""
    from django.conf import settings

    child = subprocess.run(
        [sys.executable, __file__, "--child", str(collection.pk), str(settings.FACTS_FOLDER)],
        check=True, capture_output=True, text=True,
    )  # fmt: skip
    found = json.loads(child.stdout)
    print("\ne. A whole lay-out from the sendings, in a process of its own")
    told("peak memory", found["peak"] / 1e6, "GB", 2)
    told("time", found["wall"], "s")


def child(collection_id: int, folder: str) -> None:
    from django.conf import settings

    from donghanh.reporting.figures import lay_out

    settings.FACTS_FOLDER = folder
    with watched() as one:
        lay_out(collection_id=collection_id, at=AT, whole=True)
    print(json.dumps({"peak": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss, "wall": one.wall}))


# ── beside: the way DHIS2 goes ─────────────────────────────────────────────────────────────────────────────────────


def imitation(nation: Nation, connect: Callable[[], psycopg.Connection]) -> None:
    """An imitation of analytics tables as DHIS2 makes them: long rows joined to the units above them, then summed.

    Our own words for a known way: a value a row, a table with a column a level of the tree and a kind of period, an
    index a column, aggregation by SQL. One backend without parallel workers; its CPU seconds are read from the system.
    """
    blocks, plans = ready(nation)
    ratios = indicators_of(nation)
    with connect() as server:
        server.execute("SET max_parallel_workers_per_gather = 0")
        server.execute("CREATE TEMPORARY TABLE value (unit bigint, element int, month int, value double precision)")
        fill(server, nation)
        server.execute("ANALYZE value; ANALYZE tree")
        began = cpu_of(server.info.backend_pid)
        server.execute(
            "CREATE TEMPORARY TABLE analytics AS SELECT v.element, 1::bigint AS level1, t.level2, t.level3,"
            " v.unit AS level4, v.month, v.month / 3 AS quarter, 2025 AS year, v.value"
            " FROM value v JOIN tree t ON (t.month, t.unit) = (v.month, v.unit)"
        )
        for column in ("element", "level2", "level3", "level4", "month", "quarter"):
            server.execute(f"CREATE INDEX ON analytics ({column})")
        server.execute("ANALYZE analytics")
        built = cpu_of(server.info.backend_pid) - began
        for level in ("level1", "level2", "level3", "level4"):
            for span in ("month", "quarter", "year"):
                server.execute(
                    f"CREATE TEMPORARY TABLE sums_{level}_{span} AS SELECT {level} AS unit, {span} AS span, element,"
                    f" sum(value) AS value FROM analytics WHERE {level} IS NOT NULL GROUP BY 1, 2, 3"
                )
            for span in ("quarter", "year"):
                for above, below in ratios:  # an indicator is a query over the table, as there
                    server.execute(
                        f"SELECT {level}, {span}, 100 * sum(value) FILTER (WHERE element = {above})"
                        f" / nullif(sum(value) FILTER (WHERE element = {below}), 0) FROM analytics"
                        f" WHERE element IN ({above}, {below}) AND {level} IS NOT NULL GROUP BY 1, 2"
                    ).fetchall()
        theirs = cpu_of(server.info.backend_pid) - began
        whole = server.execute("SELECT element, value FROM sums_level1_year ORDER BY element").fetchall()
    took = []
    for _ in range(7):
        with watched() as one:
            found = roll_up_year(blocks, plans, ratios)
        took.append(one.cpu)
    nation_row = int(np.flatnonzero(found.units == 1)[0])
    used = sorted({element for pair in ratios for element in pair})
    ours = dict(zip(used, found.quarters[:, -1, nation_row].tolist(), strict=True))
    assert [value for element, value in whole if element in ours] == [
        ours[element] for element, _ in whole if element in ours
    ]
    print(
        f"\nh. The same sums and indicators by an imitation of DHIS2's tables: {nation.size * nation.months:,} values"
    )
    told("PostgreSQL's backend (of which the table itself takes the next line)", theirs, "CPU-s")
    told("building the analytics table", built, "CPU-s")
    told("the core, median of 7", float(np.median(took)), "CPU-s")
    told("times faster", theirs / float(np.median(took)), "times", 500, at_least=True)


def fill(server: psycopg.Connection, nation: Nation) -> None:
    """A row a value, and who stood above each school in each month."""
    with server.cursor().copy("COPY value FROM STDIN") as copy:
        for month in range(nation.months):
            values = nation.values(month)
            for row, element in zip(*np.nonzero(~np.isnan(values)), strict=True):
                copy.write_row((int(nation.ids[row]), int(element), month, float(values[row, element])))
    server.execute("CREATE TEMPORARY TABLE tree (month int, unit bigint, level2 bigint, level3 bigint)")
    with server.cursor().copy("COPY tree FROM STDIN") as copy:
        for month in range(nation.months):
            above = dict(nation.parents(month).tolist())
            for unit in nation.ids.tolist():
                office = above[unit]
                copy.write_row((month, unit, *((office, None) if office < COMMUNE else (above[office], office))))


def cpu_of(pid: int) -> float:
    """Seconds that a process has worked, from the system's own books."""
    fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


# ── all of it ──────────────────────────────────────────────────────────────────────────────────────────────────────


PARTS = ("core", "years", "imitation", "changes", "size", "queries", "fresh", "rebuild")


def measure(nation: Nation, parts: set[str], connect: Callable[[], psycopg.Connection]) -> None:
    if "core" in parts:
        core(nation)
    if "years" in parts:
        years(nation)
    if "imitation" in parts:
        imitation(Nation(schools=min(2000, nation.schools), communes=147, provinces=5, months=3), connect)
    if parts & {"changes", "size", "queries"}:
        in_partitions(nation, parts)
    if parts & {"fresh", "rebuild", "size"}:
        in_rounds(nation, parts)


def in_partitions(nation: Nation, parts: set[str]) -> None:
    make_units(nation)
    periods = months_of(nation)
    if "changes" in parts:
        changes(nation, periods)
    if parts & {"size", "queries"}:
        in_parquet(nation, periods)
    if "queries" in parts:
        queries(nation, periods)
    clear()


def in_rounds(nation: Nation, parts: set[str]) -> None:
    make_units(nation)
    collection = make_round(nation, months_of(nation)[0])
    print("\nd. Bytes a value, the other part")
    truth()
    if "fresh" in parts:
        freshness(nation, collection, goal=5.0)
    if "rebuild" in parts:
        rebuild(collection)
    if "fresh" in parts:
        clear()
        small = Nation(**{**vars_of(PROVINCE_SIZE), "seed": nation.seed})
        freshness(small, make_round(small, months_of(Nation(months=2))[1]), goal=2.0)


def clear() -> None:
    from django.db import connection

    with connection.cursor() as cursor:
        cursor.execute(
            "DELETE FROM statistics_rollup; DELETE FROM statistics_partition; DELETE FROM reporting_factchange"
        )


@contextmanager
def own_database() -> Iterator[Callable[[], psycopg.Connection]]:
    import django
    from django.conf import settings

    where = settings.DATABASES["default"]
    server = psycopg.connect(host=where["HOST"], user=where["USER"], dbname="postgres", autocommit=True)
    server.execute(f"DROP DATABASE IF EXISTS {NAME} WITH (FORCE)")
    server.execute(f"CREATE DATABASE {NAME}")
    try:
        django.setup()
        from django.core.management import call_command
        from django.db import connection

        call_command("migrate", verbosity=0)
        fsync = server.execute("SHOW fsync").fetchone()[0]
        print(f"PostgreSQL with fsync {fsync}; load of the machine {os.getloadavg()[0]:.1f} on {os.cpu_count()} cores")
        yield lambda: psycopg.connect(host=where["HOST"], user=where["USER"], dbname=NAME, autocommit=True)
    finally:
        connection.close_pool()
        server.execute(f"DROP DATABASE {NAME} WITH (FORCE)")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--short", action="store_true", help="4,500 schools, 3 months: does it still work?")
    parser.add_argument("--only", default="", help="core, years, imitation, changes, size, queries, fresh, rebuild")
    parser.add_argument("--child", nargs=2, help=argparse.SUPPRESS)
    given = parser.parse_args()
    os.environ |= {"DJANGO_SETTINGS_MODULE": "config.settings", "DONGHANH_DATABASE": NAME}
    os.environ.pop("DATABASE_URL", None)
    if given.child:
        import django

        django.setup()
        child(int(given.child[0]), given.child[1])
        return
    from django.conf import settings

    with tempfile.TemporaryDirectory() as folder, own_database() as connect:
        settings.FACTS_FOLDER = folder
        measure(SHORT if given.short else NATION, set(filter(None, given.only.split(","))) or set(PARTS), connect)
        print(f"\nload of the machine at the end {os.getloadavg()[0]:.1f}")


if __name__ == "__main__":
    main()

"""The bench of national figures still runs, and its paths agree. Sizes are tiny: times are not looked at here."""

from __future__ import annotations

import math

import numpy as np
import psycopg
import pytest
from django.db import connection

from bench import statistics as bench
from donghanh.statistics.rollup import is_missing, roll_up

TINY = bench.Nation(schools=90, communes=12, provinces=3, elements=6, months=7)


def test_a_year_is_what_numpy_sums_month_by_month() -> None:
    blocks, plans = bench.ready(TINY)
    ratios = bench.indicators_of(TINY)
    year = bench.roll_up_year(blocks, plans, ratios)
    assert year.ratios.shape == (3, math.ceil(TINY.months / 3) + 1, TINY.schools + TINY.communes + TINY.provinces + 1)
    months = [TINY.values(month) for month in range(TINY.months)]
    nation = int(np.flatnonzero(year.units == 1)[0])
    totals = np.nansum(months, axis=(0, 1))
    assert [year.ratios[place, -1, nation] for place in range(3)] == [totals[a] / totals[b] * 100 for a, b in ratios]
    first = np.nansum(months[:3], axis=(0, 1))
    assert year.ratios[0, 0, nation] == first[0] / first[3] * 100
    for month, (block, planned) in enumerate(zip(blocks, plans, strict=True)):
        sums = roll_up(block, planned, planned.sums_only()).sums
        assert np.array_equal(np.where(is_missing(year.sums[month]), np.nan, year.sums[month]), sums.T, equal_nan=True)


def test_a_province_that_gained_communes_in_july_counts_them_from_then_on() -> None:
    blocks, plans = bench.ready(TINY)
    counted = []
    for block, planned in zip(blocks, plans, strict=True):
        found = roll_up(block, planned)
        whole = found.groups == ""
        counted.append(dict(zip(found.units[whole].tolist(), found.expected[whole].tolist(), strict=True)))
    moved = [unit for unit in (100, 101, 102) if counted[0][unit] != counted[6][unit]]
    assert len(moved) == 2
    assert counted[0][1] == counted[6][1] == TINY.schools


@pytest.mark.django_db
def test_the_core_and_the_imitation_of_dhis2_agree(capsys) -> None:
    where = connection.settings_dict

    def connect() -> psycopg.Connection:
        return psycopg.connect(host=where["HOST"], user=where["USER"], dbname=where["NAME"], autocommit=True)

    bench.imitation(bench.Nation(schools=40, communes=6, provinces=2, elements=4, months=3), connect)
    assert "times faster" in capsys.readouterr().out


@pytest.mark.django_db(transaction=True)
def test_what_is_measured_in_the_database_is_right(capsys) -> None:
    from donghanh.reporting.recount import differences

    nation = bench.Nation(schools=40, communes=6, provinces=2, elements=20, months=1)
    bench.make_units(nation)
    periods = bench.months_of(nation)
    bench.changes(nation, periods, runs=2)
    bench.in_parquet(nation, periods)
    bench.queries(nation, periods, runs=2)
    bench.clear()
    collection = bench.make_round(nation, periods[0])
    bench.truth()
    bench.freshness(nation, collection, goal=5, runs=2)
    assert differences(collection) == []
    assert "bytes" in capsys.readouterr().out

"""A small country for the engine, its numbers to be worked by hand.

Unit 1 is all; 10 and 20 are provinces, 10 reports itself too. 11 and 12 stand below 10, 21 below 20; from March 2025 on
12 stands below 20.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq

from donghanh.statistics.choices import Aggregation
from donghanh.statistics.engine import Question, Source, Span, Tree
from donghanh.statistics.language import Definition, parse

CELLS = ("staff", "kids[TH]", "kids[NU]", "scope")
KINDS = {10: "office", 11: "TH", 12: "THCS", 21: "TH"}
GAP = None
# unit: values of CELLS, or None where its report did not come
MONTHS: dict[tuple[int, int], dict[int, tuple[float | None, ...] | None]] = {
    (2015, 3): {11: (100, GAP, GAP, GAP)},  # more than ten years before 31 March 2025
    (2015, 4): {21: (40, GAP, GAP, GAP)},
    (2025, 1): {10: (2, GAP, GAP, 0), 11: (4, 3, 5, 8), 12: (6, 1, GAP, GAP), 21: None},
    (2025, 2): {10: None, 11: (8, 7, GAP, 8), 12: (GAP, 2, 2, GAP), 21: None},
    (2025, 3): {10: None, 11: None, 12: (10, 4, GAP, 4), 21: (GAP, GAP, 6, GAP)},
}
OLD = [(1, 10), (1, 11), (1, 12), (1, 21), (10, 10), (10, 11), (10, 12), (20, 21), (11, 11), (12, 12), (21, 21)]
NEW = [(20, 12) if pair == (10, 12) else pair for pair in OLD]
UNITS = (1, 10, 20, 11, 12, 21)
QUARTER = Span("Q1", date(2025, 1, 1), date(2025, 3, 31))
FEBRUARY = Span("2", date(2025, 2, 1), date(2025, 2, 28))
SPANS = (QUARTER, FEBRUARY, Span("2024", date(2024, 1, 1), date(2024, 12, 31)))
MEMBERS = {("group", "K"): {10, 12}, ("ancestor", "ALL"): {10, 20, 11, 12, 21}, ("dataSet", "f"): {11}}
INDICATORS = {
    "share": Definition(parse("kids[TH]"), parse("kids"), 100),
    "yearly": Definition(parse("staff"), parse("scope"), 1, annualised=True),
    "half": Definition(parse("indicator(share)"), parse("constant(two)"), 1),
}


def tree(pairs: Sequence[tuple[int, int]], weights: Sequence[float] | None = None) -> Tree:
    ancestors, units = np.array(pairs, np.int64).reshape(-1, 2).T
    return Tree(ancestors, units, None if weights is None else np.array(weights, np.float64))


def month(year: int, number: int) -> tuple[date, date]:
    following = date(year + number // 12, number % 12 + 1, 1)
    return date(year, number, 1), following - timedelta(days=1)


def file(
    path: Path, columns: Sequence[str], rows: Mapping[int, Sequence[float | None] | None], kinds: Mapping[int, str]
) -> str:
    """One file of facts; None for a row: that unit's report did not come."""
    cells = {
        column: pa.array([None if row is None else row[i] for row in rows.values()], pa.float64())
        for i, column in enumerate(columns)
    }
    came = pa.array([row is not None for row in rows.values()], pa.bool_())
    own: dict[str, Any] = {
        "unit_id": pa.array(list(rows), pa.int64()),
        "group": pa.array([kinds.get(unit, "TH") for unit in rows], pa.string()),
        **dict.fromkeys(("sent", "on_time", "reported"), came),
    }
    pq.write_table(pa.table(own | cells), path)
    return str(path)


def sources(folder: Path) -> list[Source]:
    found = []
    for (year, number), rows in MONTHS.items():
        path = file(folder / f"{year}-{number}.parquet", CELLS, rows, KINDS)
        standing = "new" if (year, number) >= (2025, 3) else "old"
        form = "f" if year == QUARTER.first_day.year else ""
        found.append(Source(path, CELLS, *month(year, number), standing, form))
    path = file(folder / "2024.parquet", ("whole_year",), {11: (12,)}, KINDS)
    return [*found, Source(path, ("whole_year",), date(2024, 1, 1), date(2024, 12, 31), "old")]


def question(folder: Path, texts: Sequence[str], **changes: Any) -> Question:
    told: dict[str, Any] = {
        "sources": sources(folder),
        "trees": {"old": tree(OLD), "new": tree(NEW)},
        "spans": SPANS,
        "units": UNITS,
        "expressions": [parse(text) for text in texts],
        "members": MEMBERS,
        "indicators": INDICATORS,
        "constants": {"two": 2.0},
    }
    return Question(**told | changes)


# expression, unit, place of the span, value; reckoned by hand
BY_HAND: list[tuple[str, int, int, float | None]] = [
    # data at any level: a parent is itself and all below it, over the tree of each period
    ("staff", 10, 0, 2 + 4 + 6 + 8),
    ("staff", 20, 0, 10),
    ("staff", 1, 0, 30),
    ("staff", 21, 0, None),
    # a ratio of sums, and its missing items: 0 where at least one has a value
    ("kids[TH] / kids", 1, 0, 17 / 30),
    ("kids[TH] / kids", 20, 0, 4 / 10),
    ("staff + scope", 21, 0, None),
    ("staff + kids", 21, 0, 6),
    ("staff / scope", 10, 1, 8 / 8),
    ("staff / scope", 12, 1, None),
    # every way in which values become one
    ("staff.aggregationType(AVERAGE)", 1, 0, 6),
    ("staff.aggregationType(AVERAGE)", 10, 0, 5),
    ("kids.aggregationType(AVERAGE)", 1, 0, 30 / 8),
    ("staff.aggregationType(AVERAGE_SUM_ORG_UNIT)", 1, 0, (12 * 31 + 8 * 28 + 10 * 31) / 90),
    ("staff.aggregationType(LAST)", 1, 0, 2 + 8 + 10 + 40),
    ("staff.aggregationType(LAST)", 10, 0, 2 + 8),
    ("staff.aggregationType(LAST)", 20, 0, 10 + 40),
    ("staff.aggregationType(LAST_AVERAGE_ORG_UNIT)", 1, 0, 15),
    ("staff.aggregationType(LAST_LAST_ORG_UNIT)", 1, 0, 10),
    ("staff.aggregationType(LAST_LAST_ORG_UNIT)", 10, 0, 8),
    ("staff.aggregationType(LAST_IN_PERIOD)", 1, 0, 20),
    ("staff.aggregationType(LAST_IN_PERIOD)", 20, 0, 10),
    ("staff.aggregationType(LAST_IN_PERIOD_AVERAGE_ORG_UNIT)", 10, 0, 5),
    ("staff.aggregationType(FIRST)", 1, 0, 2 + 4 + 6 + 40),
    ("staff.aggregationType(FIRST)", 20, 0, 40),
    ("staff.aggregationType(FIRST_AVERAGE_ORG_UNIT)", 1, 0, 13),
    ("staff.aggregationType(FIRST_FIRST_ORG_UNIT)", 1, 0, 40),
    ("staff.aggregationType(FIRST_FIRST_ORG_UNIT)", 10, 0, 2),
    ("staff.aggregationType(COUNT)", 1, 0, 5),
    ("kids.aggregationType(COUNT)", 1, 0, 8),
    ("kids.aggregationType(COUNT)", 10, 2, None),
    ("staff.aggregationType(STDDEV)", 10, 0, (20 / 3) ** 0.5),
    ("staff.aggregationType(STDDEV)", 20, 0, None),
    ("staff.aggregationType(VARIANCE)", 1, 0, 10),
    ("kids.aggregationType(MIN)", 1, 0, 1),
    ("kids.aggregationType(MAX)", 1, 0, 7),
    ("staff.aggregationType(MIN_SUM_ORG_UNIT)", 1, 0, 2 + 4 + 6),
    ("staff.aggregationType(MAX_SUM_ORG_UNIT)", 1, 0, 2 + 8 + 10),
    ("staff.aggregationType(MAX_SUM_ORG_UNIT)", 10, 0, 2 + 8 + 6),
    ("staff.aggregationType(NONE)", 20, 0, 10),
    ("staff.aggregationType(NONE)", 1, 0, None),
    # a first and a last value of the same cells side by side
    ("kids.aggregationType(LAST) - kids.aggregationType(FIRST)", 11, 0, (7 + 5) - (3 + 5)),
    # a value of a longer period has no part in a shorter one
    ("whole_year", 1, 2, 12),
    ("whole_year", 1, 0, None),
    # other periods
    ("staff.periodOffset(-1)", 1, 1, 12),
    ("(staff + kids).periodOffset(-1).periodOffset(0)", 11, 1, 4 + 8),
    ("staff.yearToDate()", 1, 1, 20),
    ("staff / [days]", 1, 0, 30 / 90),
    # each unit by itself before it is brought together; 12 counts where it stood last
    ("subExpression(if(staff >= 8, 1, 0))", 1, 0, 2),
    ("subExpression(if(staff >= 8, 1, 0))", 10, 0, 1),
    ("subExpression(if(staff >= 8, 1, 0))", 20, 0, 1),
    ("subExpression(staff).aggregationType(AVERAGE)", 1, 0, (2 + 12 + 16) / 3),
    ("subExpression(staff).aggregationType(MAX)", 1, 0, 16),
    ("subExpression(staff).aggregationType(COUNT)", 1, 0, 3),
    ("subExpression(staff).aggregationType(VARIANCE)", 10, 0, 50),
    ("subExpression(max(staff))", 1, 0, 2 + 8 + 10),
    ("subExpression(staff.aggregationType(LAST) * kids.aggregationType(MIN_SUM_ORG_UNIT))", 11, 0, 8 * (3 + 5)),
    ("subExpression(if(isNull(scope), 1, 0))", 1, 0, 0),  # its only item: units without it have no part
    ("subExpression(if(isNull(scope), staff, 0))", 10, 1, 0),
    # over the months of the quarter: 12, 8, 10
    ("avg(staff)", 1, 0, 10), ("median(staff)", 1, 0, 10), ("count(staff)", 1, 0, 3), ("sum(staff)", 1, 0, 30),
    ("min(staff)", 1, 0, 8), ("max(staff)", 1, 0, 12), ("percentile(staff, 0.25)", 1, 0, 9),
    ("percentileCont(staff, 1)", 1, 0, 12), ("variance(staff)", 1, 0, 4), ("stddev(staff)", 1, 0, 2),
    ("stddevSamp(staff)", 1, 0, 2), ("stddevPop(staff)", 1, 0, (8 / 3) ** 0.5), ("count(staff)", 21, 0, 0),
    # what a unit belongs to; no unit is its own ancestor
    ("if(orgUnit.group(K), 1, 2)", 10, 0, 1), ("if(orgUnit.group(K), 1, 2)", 20, 0, 2),
    ("if(orgUnit.ancestor(ALL), 1, 2)", 11, 0, 1), ("if(orgUnit.ancestor(ALL), 1, 2)", 1, 0, 2),
    ("subExpression(if(orgUnit.group(K), staff, 0))", 1, 0, 2 + 16),
    ("subExpression(if(not orgUnit.dataSet(f) and staff > 2, staff, 0))", 1, 0, 16),
    # reports: 7 of 12 came; none that was expected: no rate
    ("f.actualReports", 1, 0, 7), ("f.expectedReports", 1, 0, 12), ("f.reportingRate", 20, 0, 50),
    ("f.reportingRate", 21, 1, 0), ("f.reportingRate", 1, 2, None),
    # indicators within indicators, annualised over the quarter's 90 days
    ("indicator(half)", 20, 0, 40 / 2), ("indicator(yearly)", 10, 0, 20 / 16 * 365 / 90),
    ("indicator(share) + staff", 10, 2, None), ("indicator(share) + staff", 12, 1, 50),
    ("indicator(share).periodOffset(-1)", 11, 1, 100 * 3 / 8),
    # what engines do each in its own way
    ("log10(staff * 50)", 10, 0, 3), ("log(8, 2) * staff", 20, 0, 30), ("round(staff / 4)", 20, 0, 3),
    ("staff % 7 + 2 ^ 3 ^ 0", 20, 0, 3 + 2), ("greatest(staff, null, kids)", 20, 0, 10),
    ("log(scope - scope)", 1, 0, None),
]  # fmt: skip
WAYS = [way.value for way in Aggregation]

"""From a question to what its SQL needs: which source counts in which window, columns of facts, dimensions."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

import numpy as np
from django.utils.translation import gettext as _

from donghanh.statistics.choices import Aggregation
from donghanh.statistics.engine_question import Question, Source, Span, Window
from donghanh.statistics.language import Expression, UnknownElement, settle
from donghanh.statistics.language.nodes import Aggregate, Item, Node, Rate, Sub, Test, walk
from donghanh.statistics.language.words import written

OUTPUT, SAMPLE = 0, 1  # the two kinds of moments: what is asked about, and the periods within it
LOOK_BACK = 10  # years, for the first and the last value
NOTHING = "CAST(NULL AS DOUBLE)"
ENDS = {  # way → (takes the last one, looks back, how units are brought together)
    Aggregation.LAST: (True, True, "sum"),
    Aggregation.LAST_AVERAGE_ORG_UNIT: (True, True, "average"),
    Aggregation.LAST_LAST_ORG_UNIT: (True, True, "end"),
    Aggregation.LAST_IN_PERIOD: (True, False, "sum"),
    Aggregation.LAST_IN_PERIOD_AVERAGE_ORG_UNIT: (True, False, "average"),
    Aggregation.FIRST: (False, True, "sum"),
    Aggregation.FIRST_AVERAGE_ORG_UNIT: (False, True, "average"),
    Aggregation.FIRST_FIRST_ORG_UNIT: (False, True, "end"),
}
PER_UNIT = {Aggregation.MIN_SUM_ORG_UNIT: "MIN", Aggregation.MAX_SUM_ORG_UNIT: "MAX"}
SPREADS = {Aggregation.STDDEV: "STDDEV_SAMP", Aggregation.VARIANCE: "VAR_SAMP"}

type Key = tuple[int, int, bool, bool]  # kind of moment, offset, year to date, looks back


@dataclass(frozen=True)
class Use:
    """One leaf that is read from facts, in one window."""

    leaf: Item | Rate
    way: Aggregation
    key: int

    @property
    def name(self) -> str:
        return written(self.leaf)


class Plan:
    """Filled while the SQL is written; its tables are complete once that is done."""

    def __init__(self, question: Question) -> None:
        self.question = question
        self.expressions = [settle(one, question.indicators, question.constants) for one in question.expressions]
        self.keys: dict[Key, int] = {}
        self.facts: dict[tuple[str, str, str], str] = {}  # (item, what of it, cell) → column
        self.sampled = any(isinstance(node, Aggregate) for one in self.expressions for node in walk(one.root))
        self.tests = self._tests()
        self.trees = sorted({source.tree for source in question.sources})
        # alike ones side by side, so that one reading takes them all; sorted() keeps the rest in the order told
        self.sources = sorted(question.sources, key=_shape)
        in_time = sorted(question.sources, key=lambda source: _days(source)[::-1])
        ranks = {id(source): rank for rank, source in enumerate(in_time)}
        self.order = [ranks[id(source)] for source in self.sources]
        self.samples = self._samples() if self.sampled else []
        self.weighted = any(question.trees[tree].weights is not None for tree in self.trees)

    def _tests(self) -> dict[str, Test]:
        found = [node for one in self.expressions for node in walk(one.root) if isinstance(node, Test)]
        for test in found:
            for code in test.codes:
                if (test.kind, code) not in self.question.members:
                    raise UnknownElement(test.at, _("không có nhóm đơn vị “%(code)s”.") % {"code": code})
        return {written(test): test for test in found}

    def use(self, leaf: Item | Rate, time: int) -> Use:
        way = Aggregation.SUM
        if isinstance(leaf, Item):
            way = Aggregation(leaf.aggregation or self.question.aggregations.get(leaf.element, Aggregation.SUM))
        back = way in ENDS and ENDS[way][1]
        key = (time, leaf.offset, leaf.to_date, back)
        self._check(leaf)
        return Use(leaf, way, self.keys.setdefault(key, len(self.keys)))

    def _check(self, leaf: Item | Rate) -> None:
        sources = self.sources
        if isinstance(leaf, Item):
            if sources and not any(_cells(leaf, source) for source in sources):
                raise leaf.unknown()
        elif sources and not all(any(_rate(one, source) for source in sources) for one in leaf.columns):
            raise UnknownElement(leaf.at, _("không có số báo cáo của “%(form)s”.") % {"form": leaf.form})

    # ── columns of facts ───────────────────────────────────────────────────────────────────────────────────────────

    def fact(self, name: str, what: str, cell: str = "") -> str:
        """The column that holds `what` of an item: total, filled (a count), low, high, rate; else the one cell."""
        return self.facts.setdefault((name, what, cell), f"_v{len(self.facts)}")

    def cells(self, item: Item) -> list[str]:
        """Every cell that some source has of it."""
        return list(dict.fromkeys(cell for source in self.sources for cell in _cells(item, source)))

    def columns_of(self, source: Source) -> list[str]:
        return [f"{_of_source(*what, source)} AS {alias}" for what, alias in self.facts.items()]

    def alike(self) -> list[range]:
        """Places of the sources, those of one shape together."""
        starts = [i for i, one in enumerate(self.sources) if i == 0 or _shape(one) != _shape(self.sources[i - 1])]
        return [range(start, end) for start, end in zip(starts, [*starts, len(self.sources)][1:], strict=True)]

    # ── moments and windows ────────────────────────────────────────────────────────────────────────────────────────

    def _samples(self) -> list[list[Window]]:
        """For each span the periods within it that samples are taken from."""
        periods = sorted({_days(source) for source in self.sources})
        return [
            list(dict.fromkeys(span.samples))
            if span.samples is not None
            else [one for one in periods if span.first_day <= one[0] and one[1] <= span.last_day]
            for span in self.question.spans
        ]

    def moments(self) -> list[tuple[int, Span]]:
        """(kind, span), numbered by their place: spans first, then each distinct sample."""
        distinct = dict.fromkeys(window for windows in self.samples for window in windows)
        return [(OUTPUT, span) for span in self.question.spans] + [(SAMPLE, Span("", *one)) for one in distinct]

    def links(self) -> list[tuple[int, int, int, int, float, float]]:
        """Key, moment, source, its order in time, its days, the window's days: what lies wholly within counts."""
        found = []
        for (time, offset, to_date, back), key in self.keys.items():
            for moment, (kind, span) in enumerate(self.moments()):
                if kind != time:
                    continue
                first, last = span.moved(offset)
                first = (span.year_from or date(last.year, 1, 1)) if to_date else first
                length = float((last - first).days + 1)
                first = _years_before(last) if back else first
                for place, source in enumerate(self.sources):
                    if first <= source.first_day and source.last_day <= last:
                        days = float((source.last_day - source.first_day).days + 1)
                        found.append((key, moment, place, self.order[place], days, length))
        return found

    # ── tables ─────────────────────────────────────────────────────────────────────────────────────────────────────

    def tables(self) -> dict[str, Any]:
        """The dimensions, as Arrow tables by name."""
        import pyarrow as pa  # 1 s: only where the engine runs

        moments = self.moments()
        number = {(span.first_day, span.last_day): i for i, (kind, span) in enumerate(moments) if kind == SAMPLE}
        pairs = [(moment, number[one]) for moment, windows in enumerate(self.samples) for one in windows]
        tree, ancestors, units, weights = self.tree_rows()
        links = np.array(self.links(), np.float64).reshape(-1, 6).T
        whole = [links[i].astype(np.int64) for i in range(4)]
        asked = np.array(sorted(set(self.question.units)), np.int64)
        members = self.members()
        flagged = np.array(sorted(set().union(*members.values())), np.int64)
        days = [float((span.last_day - span.first_day).days + 1) for _kind, span in moments]

        def flags(of: Any) -> dict[str, Any]:
            return {name: np.isin(of, np.array(sorted(inside), np.int64)) for name, inside in members.items()}

        return {
            "dim_tree": pa.table({"_tree": tree, "_ancestor": ancestors, "_unit": units, "_weight": weights}),
            "dim_link": pa.table(
                dict(zip(("_key", "_moment", "_source", "_ord"), whole, strict=True))
                | {"_days": links[4], "_length": links[5]}
            ),
            "dim_moment": pa.table(
                {
                    "_moment": np.arange(len(moments)),
                    "_time": np.array([kind for kind, _span in moments], np.int64),
                    "_length": np.array(days, np.float64),
                }
            ),
            "dim_sample": pa.table({"_moment": _column(pairs, 0), "_sample": _column(pairs, 1)}),
            "dim_source": pa.table(
                {
                    "_ord": np.array(self.order, np.int64),
                    "_tree": np.array([self.trees.index(one.tree) for one in self.sources], np.int64),
                }
            ),
            "dim_unit": pa.table({"_unit": asked} | flags(asked)),
            "dim_flag": pa.table({"_unit": flagged} | flags(flagged)),
        }

    def members(self) -> dict[str, set[int]]:
        sets = self.question.members
        return {name: set().union(*(sets[test.kind, code] for code in test.codes)) for name, test in self.tests.items()}

    def tree_rows(self) -> tuple[Any, Any, Any, Any]:
        """Tree, ancestor, unit, weight: the rows of the units asked about."""
        asked = np.array(sorted(set(self.question.units)), np.int64)
        only = None if self.question.only is None else np.array(sorted(self.question.only), np.int64)
        parts = []
        for place, name in enumerate(self.trees):
            tree = self.question.trees[name]
            taken = np.isin(tree.ancestors, asked)
            taken &= True if only is None else np.isin(tree.units, only)
            weights = np.ones(len(tree.units)) if tree.weights is None else tree.weights
            units = tree.units[taken]
            parts.append((np.full(len(units), place), tree.ancestors[taken], units, weights[taken]))
        empty = (np.empty(0, np.int64),) * 3 + (np.empty(0, np.float64),)
        columns = [np.concatenate(column) for column in zip(empty, *parts, strict=True)]
        return columns[0], columns[1], columns[2], columns[3]


def inner(root: Node) -> Expression:
    """What stands in a sub-expression or an aggregate, as an expression of its own."""
    return Expression(written(root), root)


def direct(expressions: Sequence[Expression]) -> list[Item | Rate]:
    """Distinct items and rates at the expressions' own level, those of settled indicators included."""
    found: dict[str, Item | Rate] = {}
    for one in expressions:
        for node in _own_level(one.root):
            if isinstance(node, Item | Rate):
                found.setdefault(written(node), node)
    return list(found.values())


def nested(expressions: Sequence[Expression], kind: type[Sub | Aggregate]) -> list[Any]:
    """Distinct sub-expressions or aggregates at the expressions' own level, settled indicators included."""
    found = {written(node): node for one in expressions for node in _own_level(one.root) if isinstance(node, kind)}
    return list(found.values())


def _own_level(node: Node) -> list[Node]:
    if isinstance(node, Sub | Aggregate):
        return [node]
    return [node, *(one for part in node.parts for one in _own_level(part))]


def _shape(source: Source) -> tuple[str, str, tuple[str, ...]]:
    return source.tree, source.form, source.columns


def _days(source: Source) -> Window:
    return source.first_day, source.last_day


def _years_before(day: date) -> date:
    """Ten years before; 28 February for a 29th that the year lacks."""
    try:
        return day.replace(year=day.year - LOOK_BACK)
    except ValueError:
        return day.replace(year=day.year - LOOK_BACK, day=28)


def _column(pairs: Sequence[tuple[int, int]], place: int) -> Any:
    return np.array([pair[place] for pair in pairs], np.int64)


def _cells(item: Item, source: Source) -> list[str]:
    try:
        return [source.columns[place] for place in item.places(source.columns)]
    except UnknownElement:
        return []


def _rate(column: str, source: Source) -> str:
    """How a source tells a rate's column; "" where it does not."""
    if column in source.columns:
        return quoted(column)
    form, _dot, what = column.rpartition(".")
    if not form or form != source.form:
        return ""
    if what == "expected":
        return "CAST(1 AS DOUBLE)"
    came = {"actual": "sent", "actualOnTime": "on_time", "accepted": "reported"}.get(what)
    return f"CASE WHEN {came} THEN CAST(1 AS DOUBLE) ELSE CAST(0 AS DOUBLE) END" if came else ""


def quoted(name: str) -> str:
    return '"' + name.replace('"', '""') + '"'


def _of_source(name: str, what: str, cell: str, source: Source) -> str:
    if what == "rate":
        return _rate(name, source) or NOTHING
    element, _bracket, selection = name.removesuffix("]").partition("[")
    columns = [quoted(one) for one in _cells(Item(0, element, selection), source)]
    if what == "filled":
        return f"CAST({' + '.join(f'CASE WHEN {one} IS NULL THEN 0 ELSE 1 END' for one in columns) or '0'} AS DOUBLE)"
    if what not in ("total", "low", "high"):
        return quoted(cell) if quoted(cell) in columns else NOTHING
    if len(columns) <= 1:
        return columns[0] if columns else NOTHING
    if what == "total":
        return added(columns)
    return f"{'LEAST' if what == 'low' else 'GREATEST'}({', '.join(columns)})"


def added(values: Sequence[str]) -> str:
    """Their sum without those that are missing; missing where all are."""
    if len(values) == 1:
        return values[0]
    zero = "CAST(0 AS DOUBLE)"
    total = " + ".join(f"COALESCE({value}, {zero})" for value in values)
    return f"CASE WHEN COALESCE({', '.join(values)}) IS NOT NULL THEN {total} END"

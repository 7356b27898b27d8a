"""The one SQL text of a question, in DuckDB's dialect; `for_spark` turns it into Spark's.

Three ways lead from the facts to a unit with all below it:
- `base`, one pass over the facts: sums, counts and extremes of each (unit, source), of which every window is made;
- first and last values: a unit's own comes first, and counts where the unit stood on its day;
- lowest and highest of a unit, summed: by (unit asked, unit below) before by unit asked.
A spread needs the values themselves. What a sub-expression needs is reckoned for each unit by itself (`own`), goes
through the expression, and is brought together over the tree of the unit's last value. Structural names begin with _,
as no cell does.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence

from donghanh.statistics.choices import Aggregation
from donghanh.statistics.engine_plan import (
    ENDS,
    OUTPUT,
    PER_UNIT,
    SAMPLE,
    SPREADS,
    Plan,
    Use,
    added,
    direct,
    inner,
    nested,
    quoted,
)
from donghanh.statistics.language import Expression
from donghanh.statistics.language.nodes import Aggregate, Item, Sub
from donghanh.statistics.language.sql import over_leaves
from donghanh.statistics.language.words import written

TIE = 2**43  # above every unit's number: of two units on one day the higher number is the last
AGGREGATES = {
    "avg": "AVG({0})", "count": "CAST(COUNT({0}) AS DOUBLE)", "max": "MAX({0})", "min": "MIN({0})", "sum": "SUM({0})",
    "median": "QUANTILE_CONT({0}, 0.5)", "percentile": "QUANTILE_CONT({0}, {1})",
    "percentileCont": "QUANTILE_CONT({0}, {1})", "stddev": "STDDEV_SAMP({0})", "stddevSamp": "STDDEV_SAMP({0})",
    "stddevPop": "STDDEV_POP({0})", "variance": "VAR_SAMP({0})",
}  # fmt: skip


# how an engine reads sources that are alike: (what gives a row's source, what it is read from), one or more
type Read = Callable[[range], list[tuple[str, str]]]


class Text:
    """Writes the text, common table after common table."""

    def __init__(self, plan: Plan, read: Read) -> None:
        self.plan, self.read = plan, read
        self.tables: list[tuple[str, str]] = []
        self.base: dict[tuple[str, str], str] = {}  # (way, column of facts) → column of base
        self.numbers: dict[str, int] = defaultdict(int)
        self.weight = " * t._weight" if plan.weighted else ""

    def table(self, kind: str, select: str) -> str:
        name = f"{kind}{self.numbers[kind]}"
        self.numbers[kind] += 1
        self.tables.append((name, select))
        return name

    def whole(self) -> str:
        """The text; the plan's keys, facts and samples are complete once it is made."""
        expressions = self.plan.expressions
        context = self.asked(expressions, OUTPUT)
        values = [f"{over_leaves(one)} AS _e{i}" for i, one in enumerate(expressions)]
        if self.plan.question.with_items:
            values += [f"{quoted(written(item))} AS _i{i}" for i, item in enumerate(direct(expressions))]
        last = f"SELECT _unit, _moment{''.join(f', {value}' for value in values)} FROM {context}"
        head = [("facts", self.facts()), ("base", self.of_base())] if self.plan.facts else []
        tables = [(name, select) for name, select in (*head, *self.tables) if select]
        return f"WITH {', '.join(f'{name} AS ({select})' for name, select in tables)} {last}"

    # ── facts and what is counted of them ──────────────────────────────────────────────────────────────────────────

    def facts(self) -> str:
        plan, question = self.plan, self.plan.question
        _tree, _ancestors, units, _weights = self.plan.tree_rows()
        tests = [f"unit_id BETWEEN {units.min()} AND {units.max()}" if len(units) else "FALSE"]
        if question.kinds is not None:
            kinds = ", ".join("'" + kind.replace("'", "''") + "'" for kind in sorted(question.kinds))
            tests.append(f'"group" IN ({kinds})' if kinds else "FALSE")
        branches = [
            f"SELECT unit_id AS _unit, {number} AS _source, {plan.trees.index(plan.sources[alike[0]].tree)} AS _tree, "
            f"{', '.join(plan.columns_of(plan.sources[alike[0]]))} FROM {file} WHERE {' AND '.join(tests)}"
            for alike in plan.alike()
            for number, file in self.read(alike)
        ]
        return " UNION ALL ".join(branches) or self._no_facts()

    def _no_facts(self) -> str:
        columns = "".join(f", CAST(NULL AS DOUBLE) AS {alias}" for alias in self.plan.facts.values())
        return f"SELECT _unit, 0 AS _source, 0 AS _tree{columns} FROM dim_unit WHERE FALSE"

    def of_base(self) -> str:
        if not self.base:
            return ""
        columns = ", ".join(f"{way.format(column)} AS {alias}" for (way, column), alias in self.base.items())
        return (
            f"SELECT t._ancestor AS _unit, f._source, {columns} FROM facts f {self.tree('f')} "
            "GROUP BY t._ancestor, f._source"
        )

    def tree(self, alias: str) -> str:
        both = f" AND t._tree = {alias}._tree" if len(self.plan.trees) > 1 else ""
        return f"JOIN dim_tree t ON t._unit = {alias}._unit{both}"

    def of_base_column(self, way: str, column: str) -> str:
        return "b." + self.base.setdefault((way, f"f.{column}"), f"_b{len(self.base)}")

    # ── a context: a column a leaf, for units with all below them ──────────────────────────────────────────────────

    def asked(self, expressions: Sequence[Expression], time: int) -> str:
        plan = self.plan
        uses = [plan.use(leaf, time) for leaf in direct(expressions)]
        parts = [*self.plain(uses), *self.ends(uses), *self.per_unit(uses), *self.spreads(uses, by_tree=True)]
        parts += [(self.sub(one, time), [written(one)]) for one in nested(expressions, Sub)]
        parts += self.aggregates(expressions, lambda inside: self.asked(inside, SAMPLE))
        columns = ["a._unit", "m._moment", 'm._length AS "[days]"', *(f"a.{quoted(test)}" for test in plan.tests)]
        joins = "".join(
            f" LEFT JOIN {name} ON {name}._unit = a._unit AND {name}._moment = m._moment" for name, _columns in parts
        )
        columns += [f"{name}.{quoted(column)}" for name, found in parts for column in found]
        select = f"SELECT {', '.join(columns)} FROM dim_unit a CROSS JOIN dim_moment m{joins} WHERE m._time = {time}"
        return self.table("asked", select)

    def aggregates(
        self, expressions: Sequence[Expression], context: Callable[[Sequence[Expression]], str]
    ) -> list[tuple[str, list[str]]]:
        found: list[Aggregate] = nested(expressions, Aggregate)
        if not found:
            return []
        inside = [inner(one.root) for one in found]
        sampled = context(inside)
        values = ", ".join(f"{over_leaves(one)} AS _a{i}" for i, one in enumerate(inside))
        each = self.table("each", f"SELECT _unit, _moment, {values} FROM {sampled}")
        columns = ", ".join(
            f"{AGGREGATES[one.function].format(f'e._a{i}', one.share)} AS {quoted(written(one))}"
            for i, one in enumerate(found)
        )
        select = (
            f"SELECT e._unit, s._moment, {columns} FROM {each} e JOIN dim_sample s ON s._sample = e._moment "
            "GROUP BY e._unit, s._moment"
        )
        return [(self.table("over", select), [written(one) for one in found])]

    def plain(self, uses: Iterable[Use]) -> list[tuple[str, list[str]]]:
        parts = []
        for key, of_key in _by_key(use for use in uses if use.way not in (*ENDS, *PER_UNIT, *SPREADS)):
            columns = ", ".join(f"{self.value(use, self.of_base_column)} AS {quoted(use.name)}" for use in of_key)
            select = (
                f"SELECT b._unit, l._moment, {columns} FROM base b JOIN dim_link l ON l._source = b._source "
                f"WHERE l._key = {key} GROUP BY b._unit, l._moment"
            )
            parts.append((self.table("plain", select), [use.name for use in of_key]))
        return parts

    def value(self, use: Use, column: Callable[[str, str], str]) -> str:  # noqa: PLR0911 - once a way
        """A plain aggregation over a window. `column(way, fact)` is what is summed or compared once more."""
        plan, leaf = self.plan, use.leaf
        if not isinstance(leaf, Item):
            came, expected = (f"SUM({column(self.summed, plan.fact(one, 'rate'))})" for one in leaf.columns)
            return {
                "reportingRate": f"100 * COALESCE({came}, 0) / NULLIF({expected}, 0)",
                "reportingRateOnTime": f"100 * COALESCE({came}, 0) / NULLIF({expected}, 0)",
                "expectedReports": expected,
            }.get(leaf.metric, f"CASE WHEN {expected} IS NOT NULL THEN COALESCE({came}, 0) END")
        name = leaf.name
        if use.way in (Aggregation.MIN, Aggregation.MAX):
            low = use.way == Aggregation.MIN
            return f"{use.way}({column(f'{use.way}({{0}})', plan.fact(name, 'low' if low else 'high'))})"
        if use.way == Aggregation.NONE:
            total, filled = (column("SUM({0})", plan.fact(name, what)) for what in ("total", "filled"))
            return f"CASE WHEN SUM({filled}) = 1 THEN SUM({total}) END"
        if use.way == Aggregation.COUNT:
            return f"NULLIF(SUM({column(self.summed, plan.fact(name, 'filled'))}), 0)"
        total = column(self.summed, plan.fact(name, "total"))
        if use.way == Aggregation.AVERAGE:
            return f"SUM({total}) / NULLIF(SUM({column(self.summed, plan.fact(name, 'filled'))}), 0)"
        if use.way == Aggregation.AVERAGE_SUM_ORG_UNIT:
            return f"SUM({total} * l._days) / MAX(l._length)"
        return f"SUM({total})"

    @property
    def summed(self) -> str:
        return f"SUM({{0}}{self.weight})"

    def ends(self, uses: Iterable[Use]) -> list[tuple[str, list[str]]]:
        parts = []
        for key, of_key in _by_key(use for use in uses if use.way in ENDS):
            cells = {alias: last for use in of_key for alias, last in self.end_cells(use)}
            picked = ", ".join(
                f"{_end(alias, last)} AS {alias}, {_when(alias, last)} AS _o{alias}" for alias, last in cells.items()
            )
            name = self.table(
                "end",
                f"SELECT f._unit, f._tree, l._moment, {picked} FROM facts f JOIN dim_link l ON l._source = f._source "
                f"WHERE l._key = {key} AND {_BELOW} GROUP BY f._unit, f._tree, l._moment",
            )
            if len(self.plan.trees) > 1:
                name = self.table("place", _where_it_stood(name, cells))
            columns = ", ".join(f"{self.end(use)} AS {quoted(use.name)}" for use in of_key)
            select = (
                f"SELECT t._ancestor AS _unit, f._moment, {columns} FROM {name} f {self.tree('f')} "
                "GROUP BY t._ancestor, f._moment"
            )
            parts.append((self.table("ends", select), [use.name for use in of_key]))
        return parts

    def end_cells(self, use: Use) -> list[tuple[str, bool]]:
        return [(alias, ENDS[use.way][0]) for alias in self.cells_of(use)]

    def cells_of(self, use: Use) -> list[str]:
        """The cells' columns; of their own for each way, as one cell may be asked for its first and its last value."""
        item = use.leaf
        if not isinstance(item, Item):
            raise TypeError(item)
        way = "first" if use.way in ENDS and not ENDS[use.way][0] else PER_UNIT.get(use.way, "cell")
        return [self.plan.fact(item.name, way, cell) for cell in self.plan.cells(item) or [item.name]]

    def end(self, use: Use) -> str:
        last, _back, together = ENDS[use.way]
        cells = self.cells_of(use)
        if together == "end":
            pick = "ARG_MAX" if last else "ARG_MIN"
            rank = f"f._o{{0}} * {TIE} + f._unit"
            return added([f"{pick}(f.{c}, CASE WHEN f.{c} IS NOT NULL THEN {rank.format(c)} END)" for c in cells])
        total = added([f"SUM(f.{c}{self.weight})" for c in cells])
        if together == "sum":
            return total
        count = " + ".join(f"COALESCE(SUM(CASE WHEN f.{c} IS NOT NULL THEN t._weight END), 0)" for c in cells)
        return f"{total} / NULLIF({count}, 0)"

    def per_unit(self, uses: Iterable[Use]) -> list[tuple[str, list[str]]]:
        parts = []
        for key, of_key in _by_key(use for use in uses if use.way in PER_UNIT):
            inside = {}
            for use in of_key:
                for cell in self.cells_of(use):
                    inside[cell] = f"{PER_UNIT[use.way]}(f.{cell}) AS {cell}"
            name = self.table(
                "unit",
                f"SELECT t._ancestor AS _unit, f._unit AS _own, l._moment, MAX(t._weight) AS _weight, "
                f"{', '.join(inside.values())} FROM facts f JOIN dim_link l ON l._source = f._source {self.tree('f')} "
                f"WHERE l._key = {key} GROUP BY t._ancestor, f._unit, l._moment",
            )
            columns = ", ".join(
                f"{added([f'SUM({cell} * _weight)' for cell in self.cells_of(use)])} AS {quoted(use.name)}"
                for use in of_key
            )
            select = f"SELECT _unit, _moment, {columns} FROM {name} GROUP BY _unit, _moment"
            parts.append((self.table("units", select), [use.name for use in of_key]))
        return parts

    def spreads(self, uses: Iterable[Use], *, by_tree: bool) -> list[tuple[str, list[str]]]:
        parts = []
        for use in uses:
            if use.way not in SPREADS:
                continue
            values = " UNION ALL ".join(
                f"SELECT _unit, _source, _tree, {cell} AS _v FROM facts" for cell in self.cells_of(use)
            )
            unit, tree = ("t._ancestor", self.tree("f")) if by_tree else ("f._unit", "")
            select = (
                f"SELECT {unit} AS _unit, l._moment, {SPREADS[use.way]}(f._v) AS {quoted(use.name)} "
                f"FROM ({values}) f JOIN dim_link l ON l._source = f._source {tree} "
                f"WHERE l._key = {use.key} GROUP BY {unit}, l._moment"
            )
            parts.append((self.table("spread", select), [use.name]))
        return parts

    # ── each unit by itself ────────────────────────────────────────────────────────────────────────────────────────

    def sub(self, node: Sub, time: int) -> str:
        """A sub-expression, brought together over the units that have a value of any of its items."""
        inside = inner(node.root)
        context = self.own([inside], time)
        each = self.table("value", f"SELECT _unit, _moment, _ord, {over_leaves(inside)} AS _x FROM {context}")
        weights = "SUM(CASE WHEN f._x IS NOT NULL THEN t._weight END)"
        way = {
            "SUM": f"SUM(f._x{self.weight})",
            "AVERAGE": f"SUM(f._x * t._weight) / NULLIF({weights}, 0)",
            "COUNT": f"NULLIF({weights}, 0)",
            "STDDEV": "STDDEV_SAMP(f._x)",
            "VARIANCE": "VAR_SAMP(f._x)",
        }.get(node.aggregation, f"{node.aggregation}(f._x)")
        placed = f"(SELECT v._unit, v._moment, v._x, d._tree FROM {each} v JOIN dim_source d ON d._ord = v._ord)"
        return self.table(
            "sub",
            f"SELECT t._ancestor AS _unit, f._moment, {way} AS {quoted(written(node))} FROM {placed} f "
            f"{self.tree('f')} GROUP BY t._ancestor, f._moment",
        )

    def own(self, expressions: Sequence[Expression], time: int) -> str:
        plan = self.plan
        uses = [plan.use(leaf, time) for leaf in direct(expressions)]
        keyed = [(self.own_window(key, of_key), of_key) for key, of_key in _by_key(uses)]
        parts = [(name, [use.name for use in of_key if use.way not in SPREADS]) for name, of_key in keyed]
        aggregates = self.own_aggregates(expressions)
        ords = [f"{name}._ord" for name, _found in (*keyed, *aggregates)]
        parts += [*self.spreads(uses, by_tree=False), *aggregates]
        pairs = " UNION ".join(f"SELECT _unit, _moment FROM {one.partition('.')[0]}" for one in ords)
        pairs = pairs or "SELECT _unit, _moment FROM dim_unit CROSS JOIN dim_moment WHERE FALSE"
        ord_ = (f"GREATEST({', '.join(ords)})" if len(ords) > 1 else ords[0]) if ords else "0"
        columns = ["u._unit", "u._moment", f"{ord_} AS _ord", 'm._length AS "[days]"']
        columns += [f"COALESCE(g.{quoted(test)}, FALSE) AS {quoted(test)}" for test in plan.tests]
        columns += [f"{name}.{quoted(column)}" for name, found in parts for column in found]
        joins = "".join(
            f" LEFT JOIN {name} ON {name}._unit = u._unit AND {name}._moment = u._moment" for name, _columns in parts
        )
        if plan.tests:
            joins += " LEFT JOIN dim_flag g ON g._unit = u._unit"
        select = f"SELECT {', '.join(columns)} FROM ({pairs}) u JOIN dim_moment m ON m._moment = u._moment{joins}"
        return self.table("own", f"SELECT * FROM ({select}) o WHERE _ord IS NOT NULL")

    def own_aggregates(self, expressions: Sequence[Expression]) -> list[tuple[str, list[str]]]:
        found: list[Aggregate] = nested(expressions, Aggregate)
        if not found:
            return []
        inside = [inner(one.root) for one in found]
        sampled = self.own(inside, SAMPLE)
        values = ", ".join(f"{over_leaves(one)} AS _a{i}" for i, one in enumerate(inside))
        each = self.table("each", f"SELECT _unit, _moment, _ord, {values} FROM {sampled}")
        columns = ", ".join(
            f"{AGGREGATES[one.function].format(f'e._a{i}', one.share)} AS {quoted(written(one))}"
            for i, one in enumerate(found)
        )
        select = (
            f"SELECT e._unit, s._moment, MAX(e._ord) AS _ord, {columns} FROM {each} e "
            "JOIN dim_sample s ON s._sample = e._moment GROUP BY e._unit, s._moment"
        )
        return [(self.table("over", select), [written(one) for one in found])]

    def own_window(self, key: int, uses: Sequence[Use]) -> str:
        plan = self.plan
        totals = [
            f"f.{plan.fact(name, 'rate' if not isinstance(use.leaf, Item) else 'total')}"
            for use in uses
            for name in ([use.leaf.name] if isinstance(use.leaf, Item) else use.leaf.columns)
        ]
        columns = [f"MAX(CASE WHEN COALESCE({', '.join(totals)}) IS NOT NULL THEN l._ord END) AS _ord"]
        columns += [f"{self.own_value(use)} AS {quoted(use.name)}" for use in uses if use.way not in SPREADS]
        return self.table(
            "window",
            f"SELECT f._unit, l._moment, {', '.join(columns)} FROM facts f JOIN dim_link l ON l._source = f._source "
            f"WHERE l._key = {key} AND {_BELOW} GROUP BY f._unit, l._moment",
        )

    def own_value(self, use: Use) -> str:
        if use.way in ENDS:
            last, _back, together = ENDS[use.way]
            cells = [_end(cell, last) for cell in self.cells_of(use)]
            total = added(cells)
            if together != "average":
                return total
            return f"{total} / NULLIF({' + '.join(f'CASE WHEN {one} IS NULL THEN 0 ELSE 1 END' for one in cells)}, 0)"
        if use.way in PER_UNIT:
            return added([f"{PER_UNIT[use.way]}(f.{cell})" for cell in self.cells_of(use)])
        weight, self.weight = self.weight, ""  # a unit's own value is whole
        text = self.value(use, lambda _way, fact: f"f.{fact}")
        self.weight = weight
        return text


_BELOW = "f._unit IN (SELECT _unit FROM dim_tree)"


def _by_key(uses: Iterable[Use]) -> list[tuple[int, list[Use]]]:
    found: dict[int, list[Use]] = defaultdict(list)
    for use in uses:
        found[use.key].append(use)
    return sorted(found.items())


def _rank(cell: str) -> str:
    return f"CASE WHEN f.{cell} IS NOT NULL THEN l._ord END"


def _end(cell: str, last: bool) -> str:  # noqa: FBT001 - two words of one table
    return f"{'ARG_MAX' if last else 'ARG_MIN'}(f.{cell}, {_rank(cell)})"


def _when(cell: str, last: bool) -> str:  # noqa: FBT001 - the same
    return f"{'MAX' if last else 'MIN'}({_rank(cell)})"


def _where_it_stood(name: str, cells: dict[str, bool]) -> str:
    """Of a unit that stood in several trees, each cell only in the tree of the day it is from."""
    columns = ", ".join(
        f"CASE WHEN _o{cell} = {'MAX' if last else 'MIN'}(_o{cell}) OVER (PARTITION BY _unit, _moment) "
        f"THEN {cell} END AS {cell}, _o{cell}"
        for cell, last in cells.items()
    )
    return f"SELECT _unit, _tree, _moment, {columns} FROM {name}"


def for_spark(text: str) -> str:
    """DuckDB's text in Spark's dialect."""
    from sqlglot import exp, parse_one

    def other(node: exp.Expression) -> exp.Expression:
        if isinstance(node, exp.PercentileCont | exp.Quantile):
            share = node.expression if isinstance(node, exp.PercentileCont) else node.args["quantile"]
            return exp.Anonymous(this="PERCENTILE", expressions=[node.this, share])
        if isinstance(node, exp.Log) and node.expression is not None and node.this.name == "10":
            return exp.Anonymous(this="LOG10", expressions=[node.expression])  # the other way is not exact
        return node

    return parse_one(text, read="duckdb").transform(other).sql(dialect="spark")

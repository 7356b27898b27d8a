"""What the engine should answer, slowly and plainly: dicts and loops over single values, written from the semantics.

A stored value is one cell of one unit in one period. Nothing here knows SQL, NumPy or how the engine goes about it.
"""

from __future__ import annotations

import math
import statistics
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from fractions import Fraction

from donghanh.statistics.choices import Aggregation as Way
from donghanh.statistics.language.nodes import (
    Aggregate,
    Call,
    Days,
    Expression,
    Item,
    Leaf,
    Missing,
    Negation,
    Node,
    Null,
    Number,
    Operation,
    Sub,
    Test,
    Truth,
)

type Value = float | None


@dataclass(frozen=True)
class Stored:
    unit: int
    cell: str
    period: int  # place in the oracle's periods
    value: float


@dataclass(frozen=True)
class Oracle:
    values: Sequence[Stored]
    periods: Sequence[tuple[date, date]]  # first and last day
    standing: Sequence[Mapping[int, Mapping[int, float]]]  # for each period: unit asked → unit below → share
    ways: Mapping[str, Way]
    members: Mapping[tuple[str, str], set[int]]

    def answer(self, expression: Expression, unit: int, span: tuple[date, date]) -> Value:
        """The expression over a unit with all below it."""

        def share(below: int, period: int) -> float:
            return self.standing[period].get(unit, {}).get(below, 0)

        return self.guarded(expression.root, expression.missing, unit, span, share)

    def guarded(self, root: Node, missing: Missing, unit: int, span, share) -> Value:
        found = [self.leaf(leaf, unit, span, share) for leaf in counted(root)]
        if found and missing == Missing.SKIP_IF_ALL and all(one is None for one in found):
            return None
        if missing == Missing.SKIP_IF_ANY and any(one is None for one in found):
            return None
        return self.reckon(root, False, unit, span, share)

    def leaf(self, leaf: Leaf, unit: int, span, share) -> Value:
        if isinstance(leaf, Item):
            return self.item(leaf, span, share)
        if isinstance(leaf, Aggregate):
            return self.over_periods(leaf, unit, span, share)
        assert isinstance(leaf, Sub)
        return self.over_units(leaf, span, share)

    # ── items ──────────────────────────────────────────────────────────────────────────────────────────────────────

    def within(self, item: Item, first: date, last: date) -> list[Stored]:
        return [
            one
            for one in self.values
            if first <= self.periods[one.period][0]
            and self.periods[one.period][1] <= last
            and (one.cell == item.name or (not item.selection and one.cell.startswith(item.element + "[")))
        ]

    def window(self, item: Item, span) -> tuple[date, date]:
        first, last = months_later(span, item.offset)
        return (date(last.year, 1, 1), last) if item.to_date else (first, last)

    def item(self, item: Item, span, share: Callable[[int, int], float]) -> Value:
        way = Way(item.aggregation or self.ways.get(item.element, Way.SUM))
        first, last = self.window(item, span)
        length = (last - first).days + 1
        if way.startswith(("LAST", "FIRST")):
            return self.end(item, way, first, last, share)
        found = [one for one in self.within(item, first, last) if share(one.unit, one.period)]
        if not found:
            return None
        plain = [one.value for one in found]
        shares = [share(one.unit, one.period) for one in found]
        total = exact(one * part for one, part in zip(plain, shares, strict=True))
        match way:
            case Way.SUM:
                return total
            case Way.COUNT:
                return exact(shares)
            case Way.AVERAGE:
                return total / exact(shares)
            case Way.AVERAGE_SUM_ORG_UNIT:
                days = [(self.periods[one.period][1] - self.periods[one.period][0]).days + 1 for one in found]
                return exact(a * b * c for a, b, c in zip(plain, shares, days, strict=True)) / length
            case Way.MIN | Way.MAX:
                return (min if way == Way.MIN else max)(plain)
            case Way.STDDEV | Way.VARIANCE:
                if len(plain) < 2:
                    return None
                return (statistics.stdev if way == Way.STDDEV else statistics.variance)(map(Fraction, plain))
            case Way.NONE:
                return plain[0] if len(plain) == 1 else None
        pick = min if way == Way.MIN_SUM_ORG_UNIT else max
        of: dict[tuple[int, str], list[Stored]] = {}
        for one in found:
            of.setdefault((one.unit, one.cell), []).append(one)
        return exact(
            pick(one.value for one in ones) * max(share(one.unit, one.period) for one in ones) for ones in of.values()
        )

    def end(self, item: Item, way: Way, first: date, last: date, share) -> Value:
        latest = way.startswith("LAST")
        if "IN_PERIOD" not in way:
            first = last.replace(year=last.year - 10, day=min(last.day, 28) if last.month == 2 else last.day)
        ends: dict[tuple[int, str], Stored] = {}
        for one in sorted(self.within(item, first, last), key=lambda one: self.rank(one.period), reverse=not latest):
            ends[one.unit, one.cell] = one  # the last one stays
        found = [one for one in ends.values() if share(one.unit, one.period)]
        if not found:
            return None
        if way in (Way.LAST_LAST_ORG_UNIT, Way.FIRST_FIRST_ORG_UNIT):
            of_cell: dict[str, Stored] = {}
            order = sorted(found, key=lambda one: (self.rank(one.period), one.unit), reverse=not latest)
            for one in order:
                of_cell[one.cell] = one
            return exact(one.value for one in of_cell.values())
        total = exact(one.value * share(one.unit, one.period) for one in found)
        if "AVERAGE" in way:
            return total / exact(share(one.unit, one.period) for one in found)
        return total

    def rank(self, period: int) -> tuple[date, date, int]:
        first, last = self.periods[period]
        return last, first, period

    # ── brought together ───────────────────────────────────────────────────────────────────────────────────────────

    def over_periods(self, node: Aggregate, unit: int, span, share) -> Value:
        samples = sorted({one for one in self.periods if span[0] <= one[0] and one[1] <= span[1]})
        each = [self.guarded(node.root, Missing.SKIP_IF_ALL, unit, sample, share) for sample in samples]
        found = [one for one in each if one is not None]
        if node.function == "count":
            alone = share.__name__ == "whole"  # by itself, a unit without any value is not there at all
            return None if alone and self.last_period(node, unit, span) is None else float(len(found))
        if not found or (len(found) < 2 and node.function in ("stddev", "stddevSamp", "variance")):
            return None
        return {
            "avg": lambda: exact(found) / len(found), "sum": lambda: exact(found), "max": lambda: max(found),
            "min": lambda: min(found), "median": lambda: statistics.median(found),
            "percentile": lambda: interpolated(found, node.share),
            "stddev": lambda: statistics.stdev(found), "stddevSamp": lambda: statistics.stdev(found),
            "stddevPop": lambda: statistics.pstdev(found), "variance": lambda: statistics.variance(found),
        }[node.function]()  # fmt: skip

    def over_units(self, node: Sub, span, share) -> Value:
        found: list[tuple[float, float]] = []
        for unit in sorted({one.unit for one in self.values}):
            period = self.last_period(node.root, unit, span)
            if period is None or not share(unit, period):
                continue

            def whole(below: int, _period: int, unit: int = unit) -> float:
                return float(below == unit)

            value = self.guarded(node.root, Missing.SKIP_IF_ALL, unit, span, whole)
            if value is not None:
                found.append((value, share(unit, period)))
        values, shares = [value for value, _share in found], [part for _value, part in found]
        if not found or (len(found) < 2 and node.aggregation in ("STDDEV", "VARIANCE")):
            return None
        total = exact(value * part for value, part in found)
        return {
            "SUM": lambda: total, "AVERAGE": lambda: total / exact(shares), "COUNT": lambda: exact(shares),
            "MIN": lambda: min(values), "MAX": lambda: max(values), "STDDEV": lambda: statistics.stdev(values),
            "VARIANCE": lambda: statistics.variance(values),
        }[node.aggregation]()  # fmt: skip

    def last_period(self, root: Node, unit: int, span) -> int | None:
        """The last period in which the unit itself has a value of any item, in the item's own window."""
        found: list[int] = []
        for node in own(root):
            if isinstance(node, Item):
                way = Way(node.aggregation or self.ways.get(node.element, Way.SUM))
                first, last = self.window(node, span)
                if way.startswith(("LAST", "FIRST")) and "IN_PERIOD" not in way:
                    first = last.replace(year=last.year - 10, day=min(last.day, 28) if last.month == 2 else last.day)
                found += [one.period for one in self.within(node, first, last) if one.unit == unit]
            if isinstance(node, Aggregate):
                for sample in {one for one in self.periods if span[0] <= one[0] and one[1] <= span[1]}:
                    period = self.last_period(node.root, unit, sample)
                    found += [] if period is None else [period]
        return max(found, key=self.rank, default=None)

    # ── arithmetic ─────────────────────────────────────────────────────────────────────────────────────────────────

    def reckon(self, node: Node, keep: bool, unit: int, span, share) -> Value:
        def of(part: Node, kept: bool = keep) -> Value:
            return self.reckon(part, kept, unit, span, share)

        match node:
            case Number() | Truth():
                return float(node.value)
            case Null():
                return None
            case Days():
                return float((span[1] - span[0]).days + 1)
            case Leaf():
                value = self.leaf(node, unit, span, share)
                return 0.0 if value is None and not keep else value
            case Test():
                return float(any(unit in self.members[node.kind, code] for code in node.codes))
            case Negation():
                value = of(node.root)
                return None if value is None else 1 - value
            case Operation():
                return operated(node.operator, of(node.left), of(node.right))
            case Call(function="if"):
                test = of(node.arguments[0])
                return None if test is None else of(node.arguments[1 if test else 2])
            case Call(function="isNull" | "isNotNull"):
                return float((of(node.arguments[0], True) is None) == (node.function == "isNull"))
            case Call(function="firstNonNull"):
                return next((one for part in node.arguments if (one := of(part, True)) is not None), None)
            case Call():
                return called(node.function, [of(part) for part in node.arguments])
        raise TypeError(node)


def counted(node: Node) -> list[Leaf]:
    if isinstance(node, Leaf):
        return [node]
    if isinstance(node, Call) and node.function in ("isNull", "isNotNull", "firstNonNull"):
        return []
    return [leaf for part in node.parts for leaf in counted(part)]


def own(node: Node) -> list[Node]:
    if isinstance(node, Sub | Aggregate):
        return [node]
    return [node, *(one for part in node.parts for one in own(part))]


def months_later(span: tuple[date, date], periods: int) -> tuple[date, date]:
    """Spans here are whole months."""
    first, last = span
    months = (last.year - first.year) * 12 + last.month - first.month + 1
    start = first.year * 12 + first.month - 1 + months * periods
    after = start + months
    begin, end = date(start // 12, start % 12 + 1, 1), date(after // 12, after % 12 + 1, 1)
    return begin, date.fromordinal(end.toordinal() - 1)


def exact(numbers) -> float:
    return float(sum(map(Fraction, numbers)))


def interpolated(found: Sequence[float], share: float) -> float:
    ordered = sorted(found)
    place = share * (len(ordered) - 1)
    low = ordered[math.floor(place)]
    return low + (ordered[math.ceil(place)] - low) * (place - math.floor(place))


def operated(sign: str, a: Value, b: Value) -> Value:
    if sign == "and":
        return 0.0 if 0 in (a, b) else None if None in (a, b) else 1.0
    if sign == "or":
        return 1.0 if 1 in (a, b) else None if None in (a, b) else 0.0
    if a is None or b is None or (sign in "/%" and b == 0):
        return None
    if sign == "^" and ((a < 0 and b != int(b)) or (a == 0 and b < 0)):
        return None
    return float({
        "+": lambda: a + b, "-": lambda: a - b, "*": lambda: a * b, "/": lambda: a / b, "%": lambda: math.fmod(a, b),
        "^": lambda: a**b, "<": lambda: a < b, "<=": lambda: a <= b, ">": lambda: a > b, ">=": lambda: a >= b,
        "==": lambda: a == b, "!=": lambda: a != b,
    }[sign]())  # fmt: skip


def called(function: str, given: list[Value]) -> Value:
    if function in ("greatest", "least"):
        there = [one for one in given if one is not None]
        return (max if function == "greatest" else min)(there) if there else None
    if any(one is None for one in given):
        return None
    a = given[0]
    if function == "abs":
        return abs(a)
    if function == "round":
        return math.copysign(math.floor(abs(a) + 0.5), a)
    if any(one <= 0 for one in given) or (len(given) > 1 and given[1] == 1):
        return None
    return math.log10(a) if function == "log10" else math.log(a) / (math.log(given[1]) if len(given) > 1 else 1)

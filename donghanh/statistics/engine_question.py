"""What the engine is asked and what it answers: files, trees, spans of days, units, expressions."""

from __future__ import annotations

from calendar import monthrange
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from donghanh.statistics.choices import Aggregation
from donghanh.statistics.language import Definition, Expression

type Window = tuple[date, date]  # first day, last day

MONTHS = 12


@dataclass(frozen=True)
class Source:
    """One wide Parquet file (facts.py): the values of one period. `tree` names the tree of its reference day."""

    path: str
    columns: tuple[str, ...]
    first_day: date
    last_day: date
    tree: str
    form: str = ""  # whose reports its rows are: a row is one that was expected, `reported` says whether it came


@dataclass(frozen=True, eq=False)
class Tree:
    """Which units count towards which: rows (ancestor, unit), each unit's own pair included, no pair twice.

    `weights` are the shares of a unit that an ancestor takes, where history is carried to other units; None: all 1.
    Sums, averages and counts take shares; the least, the greatest, a spread and a single value take no part of a value.
    An ancestor need not be a unit: any number a caller makes up for a set of units will do.
    """

    ancestors: NDArray[np.int64]
    units: NDArray[np.int64]
    weights: NDArray[np.float64] | None = None


@dataclass(frozen=True)
class Span:
    """The days that one column of the answer is about.

    `shifted` says which days `.periodOffset(n)` means; unsaid, whole months move by as many months, other spans by as
    many days as they have. `samples` are the periods that `median(…)` and its like run over; unsaid, every distinct
    period of a source within the span. `year_from` is where `.yearToDate()` begins; unsaid, 1 January of its last day.
    """

    id: str
    first_day: date
    last_day: date
    shifted: Mapping[int, Window] = field(default_factory=dict)
    samples: tuple[Window, ...] | None = None
    year_from: date | None = None

    def moved(self, periods: int) -> Window:
        if periods == 0:
            return self.first_day, self.last_day
        if periods in self.shifted:
            return self.shifted[periods]
        first, last = self.first_day, self.last_day
        if first.day == 1 and (last + timedelta(days=1)).day == 1:
            months = (last.year - first.year) * MONTHS + last.month - first.month + 1
            start = _month(first, months * periods)
            end = _month(start, months - 1)
            return start, end.replace(day=monthrange(end.year, end.month)[1])
        days = timedelta(days=((last - first).days + 1) * periods)
        return first + days, last + days


def _month(day: date, months: int) -> date:
    count = day.year * MONTHS + day.month - 1 + months
    return date(count // MONTHS, count % MONTHS + 1, 1)


@dataclass(frozen=True, kw_only=True, eq=False)
class Question:
    """Every expression, over every unit with all below it, in every span.

    `aggregations` say how an element's values become one (unsaid: SUM). `kinds` narrows to rows of these kinds, `only`
    to these units below. `members` are the units of `orgUnit.group`, `.ancestor`, `.dataSet`: by ("group", code) and so
    on; an ancestor's are those strictly below it.
    """

    sources: Sequence[Source]
    trees: Mapping[str, Tree]
    spans: Sequence[Span]
    units: Sequence[int]
    expressions: Sequence[Expression]
    aggregations: Mapping[str, Aggregation] = field(default_factory=dict)
    kinds: Collection[str] | None = None
    only: Collection[int] | None = None
    members: Mapping[tuple[str, str], Collection[int]] = field(default_factory=dict)
    indicators: Mapping[str, Definition] = field(default_factory=dict)
    constants: Mapping[str, float] = field(default_factory=dict)
    with_items: bool = False  # whether the answer tells the value of each item too


@dataclass(frozen=True, eq=False)
class Answer:
    """Units × spans, each pair once, units by number and spans in the order asked.

    `values` is rows × expressions, NaN where there is no value; `items` likewise a column an item, by its name.
    """

    units: NDArray[np.int64]
    spans: NDArray[np.int64]  # place in the question
    values: NDArray[np.float64]
    items: Mapping[str, NDArray[np.float64]]

    @cached_property
    def places(self) -> dict[tuple[int, int], int]:
        pairs = zip(self.units.tolist(), self.spans.tolist(), strict=True)
        return {pair: place for place, pair in enumerate(pairs)}

    def value(self, unit: int, span: int = 0, expression: int = 0) -> float | None:
        """One value; None where there is none. KeyError where it was not asked for."""
        found = float(self.values[self.places[unit, span], expression])
        return found if np.isfinite(found) else None

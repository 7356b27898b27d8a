"""Every read of figures. Totals come from the roll-ups in PostgreSQL, single units from Parquet; all pass one gate."""

from __future__ import annotations

import math
import re
from collections import defaultdict
from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any

import numpy as np
from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import Max, QuerySet, prefetch_related_objects
from django.db.models.functions import JSONObject
from numpy.typing import NDArray

from donghanh.organisations.choices import UnitKind
from donghanh.periods.models import Period
from donghanh.statistics import facts
from donghanh.statistics.answers import ask
from donghanh.statistics.expressions import Expression, ExpressionFault, evaluate, parse, to_sql
from donghanh.statistics.facts import FactsNotReady, FactsTooSlow
from donghanh.statistics.figures import Figure, Released, UnitFigure, figure_of, release
from donghanh.statistics.models import DataElement, Indicator, Partition, Rollup
from donghanh.statistics.questions import MOST_CELLS, Answer, Cell, Datum, Place, Question, TooMany

__all__ = [
    "MOST_CELLS", "Answer", "Cell", "Datum", "ExpressionFault", "FactsNotReady", "FactsTooSlow", "Figure", "Place",
    "Question", "TooMany", "UnitFigure", "ask", "elements", "figure", "figures", "figures_by_group", "in_words",
    "indicator_elements", "indicators", "parse", "remainder", "series", "totals", "units_of", "written_at",
]  # fmt: skip


def indicators(*codes: str) -> list[Indicator]:
    """Those with these codes, all where none is named, in their order; targets fetched along."""
    found = Indicator.objects.prefetch_related("targets").order_by("position", "code")
    return list(found.filter(code__in=codes) if codes else found)


def indicator_elements() -> set[str]:
    """Codes of the elements that some indicator is reckoned from."""
    return {
        code for indicator in Indicator.objects.order_by("pk") for side in _sides(indicator) for code in side.elements
    }


def elements() -> QuerySet[DataElement]:
    """Every data element, by code."""
    return DataElement.objects.order_by("code")


def figure(indicator: Indicator, period: Period, unit_id: int, group: str = "") -> Figure:
    """One indicator over a unit with all below it; `group` narrows to one kind of unit below, "" is all.

    A unit with nobody below but itself has no figure by group, as it would be the same.
    """
    return figures([indicator], period, [unit_id], group)[unit_id][0]


def figures(
    indicators: Sequence[Indicator], period: Period, unit_ids: Iterable[int], group: str = ""
) -> dict[int, list[Figure]]:
    """For each unit its figures in the order of `indicators`. Two queries, and one for targets not fetched yet.

    A unit that nobody reports below has figures too: without a value, 0 expected.
    """
    unit_ids = list(unit_ids)
    sheet = _Sheet([period], unit_ids, group=group)
    prefetch_related_objects(indicators, "targets")
    return {unit: [sheet.figure(indicator, period, unit, group) for indicator in indicators] for unit in unit_ids}


def figures_by_group(indicators: Sequence[Indicator], period: Period, unit_id: int) -> dict[str, list[Figure]]:
    """The same for one unit, for each kind of unit that was to report below it, in the order of UnitKind."""
    sheet = _Sheet([period], [unit_id], group__gt="")
    prefetch_related_objects(indicators, "targets")
    order = {kind: place for place, kind in enumerate(UnitKind.values)}
    groups = sorted(sheet.groups(), key=lambda group: (order.get(group, len(order)), group))
    return {group: [sheet.figure(indicator, period, unit_id, group) for indicator in indicators] for group in groups}


def series(indicator: Indicator, unit_id: int, periods: Sequence[Period], group: str = "") -> list[Figure]:
    """One indicator of one unit over `periods`, in their order, each over the tree of its own period."""
    sheet = _Sheet(periods, [unit_id], group=group)
    prefetch_related_objects([indicator], "targets")
    return [sheet.figure(indicator, period, unit_id, group) for period in periods]


def totals(
    elements: Sequence[str], period: Period, unit_ids: Iterable[int], group: str = ""
) -> dict[int, dict[str, float | None]]:
    """Sums of elements (codes, or cells such as "staff_trained[TH]") over each unit with all below it.

    None where nobody filled it, or too few to show. Two queries.
    """
    unit_ids = list(unit_ids)
    sheet = _Sheet([period], unit_ids, group=group)
    return {unit: {code: sheet.total(parse(code), period, unit, group) for code in elements} for unit in unit_ids}


def remainder(whole: Sequence[Figure], parts: Iterable[Sequence[Figure]]) -> list[Figure]:
    """What is left of a unit's figures once those of units below it are taken away, indicator by indicator.

    Counts are sums, so the difference is exact: the schools that hang directly below the Department.
    """
    columns = list(zip(whole, *parts, strict=True))
    return [_rest(figure, others) for figure, *others in columns]


def _rest(whole: Figure, parts: Sequence[Figure]) -> Figure:
    def less(amounts: Iterable[float | None], total: float | None) -> float | None:
        return None if total is None else total - sum(amount or 0 for amount in amounts)

    reported = whole.reported - sum(part.reported for part in parts)
    numerator = less((part.numerator for part in parts), whole.numerator) if reported else None
    denominator = less((part.denominator for part in parts), whole.denominator)
    hidden = whole.suppressed or any(part.suppressed for part in parts)
    return figure_of(
        whole.indicator,
        unit_id=whole.unit_id,
        group=whole.group,
        period=whole.period,
        released=Released(numerator=None, denominator=None, value=None, suppressed=True)
        if hidden
        else release(numerator, denominator, factor=whole.indicator.factor, minimum=None),
        expected=whole.expected - sum(part.expected for part in parts),
        reported=reported,
    )


def in_words(indicator: Indicator) -> tuple[str, str]:
    """Numerator and denominator as a reader understands them: each element by its name."""
    names = {element.code: f"“{element.name}”" for element in elements()}

    def told(expression: str) -> str:
        return re.sub(r"[A-Za-z_]\w*", lambda word: names.get(word[0], word[0]), expression)

    return told(indicator.numerator), told(indicator.denominator)


def written_at(period: Period) -> datetime | None:
    """When the figures of a period were last laid out; None if never."""
    found: datetime | None = Partition.objects.filter(period=period).aggregate(at=Max("written_at"))["at"]
    return found


def units_of(indicator: Indicator, period: Period, unit_ids: Iterable[int]) -> list[UnitFigure]:
    """What each of `unit_ids` that was to report gave to the indicator, lowest value first, then those without one.

    Read from Parquet: FactsNotReady while the file is being made anew, FactsTooSlow after facts.SECONDS.
    """
    sides = _sides(indicator)
    layouts = _Layouts([period])
    if (partition := layouts.fitting(period, *sides)) is None:
        return []
    minimum = layouts.minimum(*sides)
    found = [
        UnitFigure(
            unit_id=unit_id,
            reported=reported,
            **release(_plain(numerator), _plain(denominator), factor=indicator.factor, minimum=minimum),
        )
        for unit_id, reported, numerator, denominator in _rows(partition, sides, list(unit_ids))
    ]
    return sorted(found, key=lambda one: (one.value is None, one.value or 0, one.unit_id))


def _rows(partition: Partition, expressions: Iterable[Expression], unit_ids: list[int]) -> list[tuple[Any, ...]]:
    selected = ["unit_id", "reported", *(to_sql(expression, partition.columns) for expression in expressions)]
    name = partition.file_name
    while True:
        try:
            return facts.read_rows(name, selected, unit_ids)
        except FactsNotReady:  # perhaps swapped since we read its name
            read, name = name, Partition.objects.values_list("file_name", flat=True).get(pk=partition.pk)
            if name == read:
                raise


def _sides(indicator: Indicator) -> tuple[Expression, Expression]:
    return parse(indicator.numerator), parse(indicator.denominator)


class _Layouts:
    """The partitions of some periods, and the smallest groups that elements may be shown for."""

    def __init__(self, periods: Iterable[Period]) -> None:
        guarded = DataElement.objects.filter(minimum_group__isnull=False).order_by("code")
        minimums = ArraySubquery(guarded.values(pair=JSONObject(code="code", minimum="minimum_group")))
        rows = Partition.objects.filter(period__in=periods).annotate(minimums=minimums).order_by("id")
        self.partitions: list[Any] = list(rows)
        self.chosen: dict[tuple[Any, ...], Partition | None] = {}

    def fitting(self, period: Period, *expressions: Expression) -> Partition | None:
        """Of the period's layouts that have every item, the one first laid out last: a form's newest version."""
        wanted = (period.pk, *(expression.text for expression in expressions))
        if wanted not in self.chosen:
            of_period = [partition for partition in reversed(self.partitions) if partition.period_id == period.pk]
            fit = (one for one in of_period if all(expression.fits(one.columns) for expression in expressions))
            self.chosen[wanted] = next(fit, None)
        return self.chosen[wanted]

    def minimum(self, *expressions: Expression) -> int | None:
        """The largest that is set for any element behind them."""
        pairs = self.partitions[0].minimums if self.partitions else []
        return max((p["minimum"] for p in pairs if any(p["code"] in e.elements for e in expressions)), default=None)


class _Block:
    """The roll-ups of one partition that were asked for."""

    def __init__(self, columns: list[str], rows: list[Any]) -> None:
        self.columns = columns
        self.places = {(unit, group): place for place, (unit, group, *_) in enumerate(rows)}
        self.sums = np.array([sums for _, _, sums, *_ in rows], np.float64).reshape(-1, len(columns))
        self.counts: list[tuple[int, int]] = [(expected, reported) for *_, expected, reported in rows]
        self.columns_of: dict[str, NDArray[np.float64]] = {}  # an expression's values, row for row

    def value(self, expression: Expression, place: int) -> float | None:
        if expression.text not in self.columns_of:
            self.columns_of[expression.text] = evaluate(expression, self.columns, self.sums)
        return _plain(self.columns_of[expression.text][place])


class _Sheet:
    """Roll-ups of some periods, units and groups, fetched in two queries, whatever their number."""

    def __init__(self, periods: Iterable[Period], unit_ids: Iterable[int], **groups: str) -> None:
        self.layouts = _Layouts(periods)
        wanted = Rollup.objects.filter(partition__in=[p.pk for p in self.layouts.partitions], unit_id__in=unit_ids)
        rows = defaultdict(list)
        for partition_id, *row in wanted.filter(**groups).values_list(
            "partition_id", "unit_id", "group", "sums", "expected", "reported"
        ):
            rows[partition_id].append(row)
        self.blocks = {p.pk: _Block(p.columns, rows[p.pk]) for p in self.layouts.partitions}

    def groups(self) -> set[str]:
        return {group for block in self.blocks.values() for _, group in block.places}

    def _read(
        self, period: Period, unit_id: int, group: str, *expressions: Expression
    ) -> tuple[list[float | None], int, int]:
        """Value of each expression, units expected and reported; nothing, 0 and 0 where nothing is laid out."""
        partition = self.layouts.fitting(period, *expressions)
        block = self.blocks[partition.pk] if partition else None
        place = block.places.get((unit_id, group)) if block else None
        if block is None or place is None:
            return [None for _ in expressions], 0, 0
        return [block.value(expression, place) for expression in expressions], *block.counts[place]

    def figure(self, indicator: Indicator, period: Period, unit_id: int, group: str) -> Figure:
        sides = _sides(indicator)
        values, expected, reported = self._read(period, unit_id, group, *sides)
        released = release(*values, factor=indicator.factor, minimum=self.layouts.minimum(*sides))
        return figure_of(
            indicator,
            unit_id=unit_id,
            group=group,
            period=period,
            released=released,
            expected=expected,
            reported=reported,
        )

    def total(self, element: Expression, period: Period, unit_id: int, group: str) -> float | None:
        (value,), _expected, _reported = self._read(period, unit_id, group, element)
        return release(value, None, factor=1, minimum=self.layouts.minimum(element))["numerator"]


def _plain(number: float | None) -> float | None:
    """A missing value as None; so is one beyond all bounds."""
    return float(number) if number is not None and math.isfinite(number) else None

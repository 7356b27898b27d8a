"""Answers a question: from the roll-ups in PostgreSQL where all it takes are sums, from the facts otherwise.

Every figure that leaves the room is made here and has passed the gate.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from functools import cached_property

import numpy as np
from django.db.backends.postgresql.psycopg_any import DateRange
from numpy.typing import NDArray

from donghanh.kernel.bilingual import in_language
from donghanh.periods.models import Period
from donghanh.periods.queries import Span
from donghanh.statistics.blocks import Block, Values, read_blocks, total
from donghanh.statistics.choices import Aggregation, DatumKind, Rate, TreeMode
from donghanh.statistics.figures import release_all
from donghanh.statistics.language import Expression, UnknownElement, evaluate, parse
from donghanh.statistics.language.nodes import Item
from donghanh.statistics.models import DataElement, Indicator, Partition
from donghanh.statistics.questions import Answer, Column, Datum, Question, TooMany

YEAR = 365  # days an annualised indicator counts on, as DHIS2 does
EXPECTED, SENT, ON_TIME, REPORTED = range(4)
COUNTED = {Rate.EXPECTED: EXPECTED, Rate.ACTUAL: SENT, Rate.ON_TIME: ON_TIME, Rate.ACCEPTED: REPORTED}
SHARED = {Rate.ACTUAL_RATE: SENT, Rate.ON_TIME_RATE: ON_TIME}  # of the expected
PERCENT = 100

type Counts = NDArray[np.int64]


def ask(question: Question, *, on: date) -> Answer:
    """The figures asked for, over the tree of each period, or with TreeMode.AS_IS over that of the day `on`.

    TooMany where they are too many. Four queries, and one more for each further layout of columns, whatever is asked.
    """
    if question.too_many:
        raise TooMany(question)
    asked = _Asked(question)
    if not asked.additive:
        raise NotImplementedError(on)  # the facts: soon
    blocks = read_blocks(asked.wanted, question.units, question.groups)
    rows = len(question.units) * len(question.groups)
    columns = {(one.datum, span): one.column(span, blocks, rows) for one in asked.data for span in question.spans}
    laid_out = [partition.written_at for partition in asked.wanted]
    counted = {one.datum: one.counted for one in asked.data}
    return Answer(question=question, columns=columns, counted=counted, written_at=min(laid_out, default=None))


class _Asked:
    """A question with all that answers it: expressions, elements, and which partitions to read for which item."""

    def __init__(self, question: Question) -> None:
        self.question = question
        codes = [datum.code for datum in question.data if datum.kind == DatumKind.INDICATOR]
        indicators = {one.code: one for one in Indicator.objects.filter(code__in=codes).order_by("pk")}
        self.partitions = self._in_reach()
        spans = [one.period.span for one in self.partitions]
        self.inside = {
            asked: [one for one, span in zip(self.partitions, spans, strict=True) if span in asked]
            for asked in question.spans
        }
        self.cells: dict[tuple[str, int], list[str]] = {}
        self.data = [_AskedDatum(self, datum, indicators.get(datum.code)) for datum in question.data]
        self.elements = elements_named(side for one in self.data for side in one.sides)

    def _in_reach(self) -> list[Partition]:
        """Every partition whose period lies between the first and the last day asked, oldest layout first."""
        reach = DateRange(min(s.start for s in self.question.spans), max(s.end for s in self.question.spans), "[]")
        found = Partition.objects.filter(period__days__contained_by=reach).select_related("period").order_by("pk")
        return [one for one in found if self.question.form in ("", one.form)]

    @property
    def additive(self) -> bool:
        """Whether sums over the trees of the periods are all it takes."""
        ways = {one.datum.aggregation for one in self.data} | {one.aggregation for one in self.elements.values()}
        return self.question.tree == TreeMode.AS_WAS and ways <= {"", Aggregation.SUM}

    def within(self, span: Span, items: Sequence[Item], item: Item | None, form: str = "") -> list[Partition]:
        """Of each period and owner the newest layout that has all items, else this one; or is of the form.

        All of them come from one form where one has them all: every layout counts its own expected units. Where some
        stand for just this span they alone count: a year that was reported is not added to its semesters.
        """
        chosen: dict[tuple[int, int], tuple[bool, Partition]] = {}
        for one in self.inside[span]:
            if not (self.cells_of(item, one) if item else one.form == form):
                continue
            key, whole = (one.period_id, one.owner_id), all(self.cells_of(other, one) for other in items)
            if whole or not chosen.get(key, (False, one))[0]:
                chosen[key] = whole, one
        found = [one for _whole, one in chosen.values()]
        return [one for one in found if one.period.code == span.code] or found

    def cells_of(self, item: Item, partition: Partition) -> list[str]:
        """The partition's cells that make the item up; none where it lacks the item."""
        key = item.name, partition.pk
        if key not in self.cells:
            try:
                self.cells[key] = [partition.columns[place] for place in item.places(partition.columns)]
            except UnknownElement:
                self.cells[key] = []
        return self.cells[key]

    @cached_property
    def wanted(self) -> dict[Partition, set[str]]:
        """The partitions to read, each with the cells to read of it."""
        found: dict[Partition, set[str]] = defaultdict(set)
        for one in self.data:
            for span in self.question.spans:
                for item in one.read:
                    for partition in one.parts(span, item):
                        found[partition].update(self.cells_of(item, partition) if item else ())
        return dict(found)


def layouts_with(sides: Iterable[Expression], period: Period, *, form: str = "") -> list[Partition]:
    """Of each owner the newest layout of just this period that has every item of the expressions."""
    laid_out = Partition.objects.filter(period=period).order_by("pk")
    fitting = [one for one in laid_out if form in ("", one.form) and all(side.fits(one.columns) for side in sides)]
    return list({one.owner_id: one for one in fitting}.values())


def elements_named(sides: Iterable[Expression]) -> dict[str, DataElement]:
    """The elements behind some expressions, by code; what nobody has defined is left out."""
    named = {code for side in sides for code in side.elements}
    return {one.code: one for one in DataElement.objects.filter(code__in=named).order_by("pk")}


def minimum_of(elements: Iterable[DataElement]) -> int | None:
    """The smallest group that may be shown of a figure: the largest set for any element behind it."""
    return max((one.minimum_group for one in elements if one.minimum_group is not None), default=None)


class _AskedDatum:
    def __init__(self, asked: _Asked, datum: Datum, indicator: Indicator | None) -> None:
        self.asked, self.datum = asked, datum
        self.factor, self.annualised = (indicator.factor, indicator.annualised) if indicator else (1.0, False)
        texts = (indicator.numerator, indicator.denominator) if indicator else (datum.code,)
        known = indicator or datum.kind == DatumKind.ELEMENT
        self.sides: tuple[Expression, ...] = tuple(parse(text) for text in texts) if known else ()
        self.items = [item for side in self.sides for item in side.items]
        self.read: list[Item | None] = [*self.items] or [None]  # a rate reads no item, only who reported
        self.chosen: dict[tuple[str, Item | None], list[Partition]] = {}

    def parts(self, span: Span, item: Item | None) -> list[Partition]:
        if (span.code, item) not in self.chosen:
            self.chosen[span.code, item] = self.asked.within(span, self.items, item, self.datum.code)
        return self.chosen[span.code, item]

    @property
    def counted(self) -> str:
        first = self.asked.elements.get(self.items[0].element) if self.items else None
        return in_language(first, "unit_of_measure") if first else ""

    def column(self, span: Span, blocks: Mapping[int, Block], rows: int) -> Column:
        """The datum in one period, a row a row of the blocks."""
        behind = (blocks[one.pk].counts for one in self.parts(span, self.read[0]))
        counts: Counts = sum(behind, np.zeros((rows, 4), np.int64))
        if self.datum.rate is not None:
            return _rates(self.datum.rate, counts)
        values = [self._side(side, span, blocks, rows) for side in self.sides]
        factor = self.factor * YEAR / span.days if self.annualised else self.factor
        return self._released(values, counts, factor)

    def _side(self, side: Expression, span: Span, blocks: Mapping[int, Block], rows: int) -> Values:
        """One expression over the totals of its items."""
        totals = {}
        for item in side.items:
            parts = [(blocks[one.pk], self.asked.cells_of(item, one)) for one in self.parts(span, item)]
            totals[item.name] = total((block.sums[cell] for block, cells in parts for cell in cells), rows)
        block = np.column_stack([*totals.values(), np.zeros(rows)])  # rows even where the expression is but a number
        return evaluate(side, [*totals], block)

    def _released(self, values: list[Values], counts: Counts, factor: float) -> Column:
        behind = (self.asked.elements.get(item.element) for item in self.items)
        minimum = minimum_of(element for element in behind if element)
        nothing = np.full(len(counts), np.nan)
        numerator, denominator = (*values, nothing, nothing)[:2]
        released = release_all(numerator, denominator, factor=factor, minimum=minimum)
        if self.datum.kind != DatumKind.INDICATOR:
            released = {**released, "value": released["numerator"], "numerator": nothing}
        return Column(**released, expected=counts[:, EXPECTED], reported=counts[:, REPORTED])


def _rates(rate: Rate, counts: Counts) -> Column:
    """Never above 100 %: who sent is counted among those who were to. Without anyone expected there is no value."""
    expected = np.where(counts[:, EXPECTED], counts[:, EXPECTED], np.nan)
    nothing = np.full(len(counts), np.nan)
    if rate in COUNTED:
        value, numerator, denominator = counts[:, COUNTED[rate]] + 0 * expected, nothing, nothing
    else:
        numerator, denominator = counts[:, SHARED[rate]] + 0 * expected, expected
        value = PERCENT * numerator / denominator
    return Column(
        value=value, numerator=numerator, denominator=denominator, suppressed=np.zeros(len(counts), np.bool_),
        expected=counts[:, EXPECTED], reported=counts[:, REPORTED],
    )  # fmt: skip

"""Answers a question: from the roll-ups in PostgreSQL where all it takes are sums, from the facts otherwise.

Every figure that leaves the room is made here and has passed the gate.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import replace
from datetime import date
from functools import cached_property
from itertools import product

import numpy as np
from django.db.backends.postgresql.psycopg_any import DateRange
from numpy.typing import NDArray

from donghanh.kernel.bilingual import in_language
from donghanh.periods.models import Period
from donghanh.periods.queries import Span
from donghanh.statistics.blocks import COUNTS, Values, read_blocks, total
from donghanh.statistics.choices import Aggregation, DatumKind, Rate, TreeMode
from donghanh.statistics.figures import release_all
from donghanh.statistics.from_facts import Reading, read_facts
from donghanh.statistics.gate import Mask, guarded, kept_back, kept_over
from donghanh.statistics.language import Definition, Expression, UnknownElement, evaluate, parse, settle
from donghanh.statistics.language.nodes import Item
from donghanh.statistics.language.nodes import Rate as Reports
from donghanh.statistics.models import DataElement, Indicator, Partition
from donghanh.statistics.questions import Answer, Column, Datum, Question, TooMany
from donghanh.statistics.trees import Placed, as_it_is, as_it_was

YEAR = 365  # days an annualised indicator counts on, as DHIS2 does
EXPECTED, SENT, ON_TIME, REPORTED = range(4)
COUNTED = {Rate.EXPECTED: EXPECTED, Rate.ACTUAL: SENT, Rate.ON_TIME: ON_TIME, Rate.ACCEPTED: REPORTED}
SHARED = {Rate.ACTUAL_RATE: SENT, Rate.ON_TIME_RATE: ON_TIME}  # of the expected
PERCENT = 100
COUNTED_REPORTS = ("expectedReports", "actualReports", "actualReportsOnTime", "acceptedReports")  # as COUNTS
LOOK_BACK = 10  # years that the last value is looked for, as in DHIS2
LOOKING_BACK = {way for way in Aggregation if way.startswith(("LAST", "FIRST")) and "IN_PERIOD" not in way}

type Counts = NDArray[np.int64]
type Layouts = frozenset[str]  # "plan3296/1"


def ask(question: Question, *, on: date) -> Answer:
    """The figures asked for, over the tree of each period, or with TreeMode.AS_IS over that of the day `on`.

    TooMany where they are too many. Four queries, and one more for each further layout of columns, whatever is asked.
    """
    if question.too_many:
        raise TooMany(question)
    asked = _Asked(question, on=on)
    read = _Rollups(asked) if asked.additive else _Facts(asked, on=on)
    return Answer(
        question=question,
        columns={(one.datum, span): column for one in asked.data for span, column in one.columns(read)},
        counted={one.datum: one.counted for one in asked.data},
        written_at=min((partition.written_at for partition in asked.wanted), default=None),
    )


def read_by(question: Question, *, on: date) -> dict[Partition, set[str]]:
    """The layouts that a question is answered from, each with the cells read of it; none of a form's own counts."""
    return _Asked(question, on=on).wanted


class _Asked:
    """A question with all that answers it: expressions, elements, and which partitions to read for which item."""

    def __init__(self, question: Question, *, on: date) -> None:
        self.question, self.on = question, on
        codes = [datum.code for datum in question.data if datum.kind == DatumKind.INDICATOR]
        indicators = {one.code: one for one in Indicator.objects.filter(code__in=codes).order_by("pk")}
        self.cells: dict[tuple[str, str], list[str]] = {}
        self.chosen: dict[tuple[str, Layouts, Layouts], list[Partition]] = {}
        self.data = [_AskedDatum(self, datum, indicators.get(datum.code)) for datum in question.data]
        self.elements = elements_named(side for one in self.data for side in one.sides)
        self.partitions = self._in_reach()
        spans = [one.period.span for one in self.partitions]
        self.inside = {
            asked: [one for one, span in zip(self.partitions, spans, strict=True) if span in asked]
            for asked in question.spans
        }

    def _in_reach(self) -> list[Partition]:
        """Every partition whose period lies within the days asked about, or looked back to; oldest layout first."""
        first, last = min(s.start for s in self.question.spans), max(s.end for s in self.question.spans)
        if self.looks_beyond:
            first, last = first.replace(year=first.year - LOOK_BACK, day=1), last.replace(year=last.year + 1, day=1)
        found = Partition.objects.filter(period__days__contained_by=DateRange(first, last, "[]"))
        reached = found.select_related("period").order_by("pk")
        return [one for one in reached if self.question.form in ("", one.form)]

    @cached_property
    def definitions(self) -> dict[str, Definition]:
        """What expressions that name other indicators mean; read only where one does."""
        return definitions()

    @cached_property
    def ways(self) -> set[str]:
        """The aggregation types that are asked for."""
        return {one.datum.aggregation or Aggregation.SUM for one in self.data} | {
            one.aggregation for one in self.elements.values()
        }

    @property
    def looks_beyond(self) -> bool:
        """Whether values of days outside the spans may count: the last of ten years, a period before."""
        return any(way in LOOKING_BACK for way in self.ways) or not all(
            side.is_plain for one in self.data for side in one.sides
        )

    @property
    def additive(self) -> bool:
        """Whether sums over the trees of the periods are all it takes."""
        return self.question.tree == TreeMode.AS_WAS and not self.looks_beyond and self.ways <= {Aggregation.SUM}

    def within(self, span: Span, having: Layouts, whole: Layouts) -> list[Partition]:
        """Of each period and owner the newest layout of `whole`, else of `having`.

        All items come from one form where one has them all: every layout counts its own expected units. Where some
        stand for just this span they alone count: a year that was reported is not added to its semesters.
        """
        key = span.code, having, whole
        if key not in self.chosen:
            newest = {(one.period_id, one.owner_id): one for one in self.inside[span] if one.layout in having}
            newest |= {(one.period_id, one.owner_id): one for one in self.inside[span] if one.layout in whole}
            found = list(newest.values())
            self.chosen[key] = [one for one in found if one.period.code == span.code] or found
        return self.chosen[key]

    def cells_of(self, item: Item, partition: Partition) -> list[str]:
        """The partition's cells that make the item up; none where it lacks the item."""
        key = item.name, partition.layout  # a layout's columns are the same in every period
        if key not in self.cells:
            try:
                self.cells[key] = [partition.columns[place] for place in item.places(partition.told_columns)]
            except UnknownElement:
                self.cells[key] = []
        return self.cells[key]

    @cached_property
    def wanted(self) -> dict[Partition, set[str]]:
        """The partitions to read, each with the cells to read of it."""
        return self.wanted_for(self.question.spans)

    def wanted_for(self, spans: Iterable[Span]) -> dict[Partition, set[str]]:
        found: dict[Partition, set[str]] = defaultdict(set)
        for one, span in product(self.data, spans):
            for item in one.read:
                for partition in one.parts(span, item):
                    found[partition].update(self.cells_of(item, partition) if item else ())
        if self.looks_beyond:
            for item in (item for one in self.data for item in one.items):
                for partition in self.newest(item):
                    found[partition].update(self.cells_of(item, partition))
        return dict(found)

    def has_all_of(self, side: Expression) -> bool:
        return all(any(self.cells_of(item, part) for part in self.wanted) for item in side.items)

    def goes_with_others(self, span: Span) -> bool:
        """Whether the engine, which adds up all that lies within a span, takes just what is chosen for this one."""
        inside = set(self.inside[span])
        return {part: cells for part, cells in self.wanted.items() if part in inside} == {
            part: cells for part, cells in self.wanted_for([span]).items() if part in inside
        }

    def placed(self, partition: Partition) -> Placed:
        """Which reports of a partition the units asked for are made of."""
        day = partition.period.reference_day
        if self.question.tree == TreeMode.AS_WAS:
            return as_it_was(self.question.units, day=day)
        return as_it_is(self.question.units, since=day, on=self.on)

    def newest(self, item: Item) -> list[Partition]:
        """Of each period and owner the newest layout that has the item, in whatever period within reach."""
        having = [one for one in self.partitions if self.cells_of(item, one)]
        return list({(one.period_id, one.owner_id): one for one in having}.values())


def layouts_with(sides: Iterable[Expression], period: Period, *, form: str = "") -> list[Partition]:
    """Of each owner the newest layout of just this period that has every item of the expressions."""
    laid_out = Partition.objects.filter(period=period).order_by("pk")
    fitting = [one for one in laid_out if form in ("", one.form) and all(side.fits(one.columns) for side in sides)]
    return list({one.owner_id: one for one in fitting}.values())


def elements_named(sides: Iterable[Expression]) -> dict[str, DataElement]:
    """The elements behind some expressions, by code; what nobody has defined is left out."""
    named = {code for side in sides for code in side.elements}
    return {one.code: one for one in DataElement.objects.filter(code__in=named).order_by("pk")}


class _AskedDatum:
    def __init__(self, asked: _Asked, datum: Datum, indicator: Indicator | None) -> None:
        self.asked, self.datum = asked, datum
        self.factor, self.annualised = (indicator.factor, indicator.annualised) if indicator else (1.0, False)
        texts = (indicator.numerator, indicator.denominator) if indicator else (_text(datum),)
        known = indicator or datum.kind == DatumKind.ELEMENT
        parsed = [parse(text) for text in texts] if known else []
        self.sides: tuple[Expression, ...] = tuple(
            settle(side, asked.definitions, {}) if side.references else side for side in parsed
        )
        self.items = [item for side in self.sides for item in side.items]
        self.read: list[Item | None] = [*self.items] or [None]  # a rate reads no item, only who reported
        self.fitting: dict[str, tuple[Layouts, Layouts]] = {}  # by the item's name: that have it, that have all

    def parts(self, span: Span, item: Item | None) -> list[Partition]:
        """What is read of one item in a span; without an item, the reports of the form that is asked about."""
        name = item.name if item else ""
        if name not in self.fitting:
            layouts = {one.layout: one for one in self.asked.partitions}.values()
            having = [one for one in layouts if self._has(one, item)]
            whole = [one for one in having if all(self.asked.cells_of(other, one) for other in self.items)]
            self.fitting[name] = frozenset(one.layout for one in having), frozenset(one.layout for one in whole)
        return self.asked.within(span, *self.fitting[name])

    def _has(self, partition: Partition, item: Item | None) -> bool:
        return bool(self.asked.cells_of(item, partition)) if item else partition.form == self.datum.code

    @property
    def counted(self) -> str:
        first = self.asked.elements.get(self.items[0].element) if self.items else None
        return in_language(first, "unit_of_measure") if first else ""

    def columns(self, read: _Rollups | _Facts) -> Iterator[tuple[Span, Column]]:
        """The datum in each period, a row a (unit, group); reckoned for all periods at once, as one long column."""
        spans = self.asked.question.spans
        counts = np.concatenate([read.counts(self, span) for span in spans])
        if self.datum.rate is not None:
            whole = _rates(self.datum.rate, counts)
        else:
            rows = len(counts) // len(spans)
            yearly = np.repeat([YEAR / span.days if self.annualised else 1 for span in spans], rows)
            kept = np.concatenate([self.kept_back(span) for span in spans])
            whole = self._released([read.side(self, side) for side in self.sides], counts, self.factor * yearly, kept)
        return zip(spans, whole.split(len(spans)), strict=True)

    @cached_property
    def sums(self) -> bool:
        """Whether its figures are sums over units and periods, on whatever tree."""
        ways = {self.datum.aggregation or Aggregation.SUM} | {
            self.asked.elements[item.element].aggregation for item in self.items if item.element in self.asked.elements
        }
        return all(side.is_plain for side in self.sides) and ways <= {Aggregation.SUM}

    def kept_back(self, span: Span) -> Mask:
        """Whether some item behind the figure is kept back in some partition behind it: a row a (unit, group)."""
        asked, question = self.asked, self.asked.question
        kept = np.zeros(len(question.units) * len(question.groups), np.bool_)
        for item, element in guarded(asked.elements, self.items):
            for one in self.parts(span, item) if self.sums else asked.newest(item):
                if self.sums and question.tree == TreeMode.AS_WAS:
                    kept |= kept_back(item, element, one, question.units, question.groups)
                else:
                    kept |= kept_over(item, element, one, asked.placed(one), question, sums=self.sums)
        return kept

    def _released(self, values: list[Values], counts: Counts, factor: Values, kept: Mask) -> Column:
        nothing = np.full(len(counts), np.nan)
        numerator, denominator = (*values, nothing, nothing)[:2]
        released = release_all(numerator, denominator, factor=factor, kept=kept)
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


class _Rollups:
    """Sums as they stand in PostgreSQL."""

    def __init__(self, asked: _Asked) -> None:
        self.asked = asked
        self.rows = len(asked.question.units) * len(asked.question.groups)
        self.blocks = read_blocks(asked.wanted, asked.question.units, asked.question.groups)

    def counts(self, one: _AskedDatum, span: Span) -> Counts:
        behind = [self.blocks[part.pk].counts for part in one.parts(span, one.read[0])]
        return sum(behind[1:], behind[0]) if behind else np.zeros((self.rows, len(COUNTS)), np.int64)

    def side(self, one: _AskedDatum, side: Expression) -> Values:
        """One expression over the totals of its items, span after span."""
        spans = self.asked.question.spans
        totals = {item.name: np.concatenate([self._total(one, item, span) for span in spans]) for item in side.items}
        rows = np.zeros(self.rows * len(spans))  # a column of nothing: rows even where there is but a number
        return evaluate(side, [*totals], np.column_stack([*totals.values(), rows]))

    def _total(self, one: _AskedDatum, item: Item, span: Span) -> Values:
        parts = [(self.blocks[part.pk], self.asked.cells_of(item, part)) for part in one.parts(span, item)]
        return total([block.sums[cell] for block, cells in parts for cell in cells], self.rows)


class _Facts:
    """What the engine reckons from Parquet."""

    def __init__(self, asked: _Asked, *, on: date) -> None:
        question = asked.question
        forms = sorted({part.form for part in asked.wanted})
        sides = {side.text: side for one in asked.data for side in one.sides if asked.has_all_of(side)}
        told = {  # made, not parsed: a form's code is no word of the language
            f"{form}.{count}": Expression(f"{form}.{count}", Reports(1, form, count))
            for form in forms
            for count in COUNTED_REPORTS
        }
        self.places = {text: place for place, text in enumerate((*sides, *told))}
        reading = Reading(
            question=question,
            wanted=asked.wanted,
            expressions=[*sides.values(), *told.values()],
            aggregations={code: Aggregation(one.aggregation) for code, one in asked.elements.items()},
            on=on,
        )
        apart = [span for span in question.spans if not asked.goes_with_others(span)]
        self.values = read_facts(reading, [span for span in question.spans if span not in apart])
        for span in apart:
            self.values |= read_facts(replace(reading, wanted=asked.wanted_for([span])), [span])
        self.question = question
        self.rows = len(question.units) * len(question.groups)

    def counts(self, one: _AskedDatum, span: Span) -> Counts:
        """Whole reports: where shares of a unit were carried to its heirs, to the nearest."""
        form = next((part.form for part in one.parts(span, one.read[0])), "")
        if not form:
            return np.zeros((self.rows, len(COUNTS)), np.int64)
        places = [self.places[f"{form}.{count}"] for count in COUNTED_REPORTS]
        return np.rint(np.nan_to_num(self.values[span][:, places])).astype(np.int64)

    def side(self, _one: _AskedDatum, side: Expression) -> Values:
        if side.text not in self.places:  # of elements that nobody reports
            return np.full(self.rows * len(self.question.spans), np.nan)
        return np.concatenate([self.values[span][:, self.places[side.text]] for span in self.question.spans])


def definitions() -> dict[str, Definition]:
    """Every indicator as expressions that name others mean it."""
    rows = Indicator.objects.order_by("pk").values_list("code", "numerator", "denominator", "factor", "annualised")
    return {code: Definition(parse(top), parse(under), factor, yearly) for code, top, under, factor, yearly in rows}


def _text(datum: Datum) -> str:
    return f"{datum.code}.aggregationType({datum.aggregation})" if datum.aggregation else datum.code

"""Where a figure comes from: what it means, which layouts of facts it is read from, what one report gives to it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Final

import numpy as np

from donghanh.kernel.bilingual import in_language
from donghanh.organisations.choices import EducationLevel
from donghanh.periods.models import Period
from donghanh.periods.queries import Span
from donghanh.statistics.answers import elements_named, read_by
from donghanh.statistics.choices import EXPECTED_UNITS, Aggregation, DatumKind, Rate, TreeMode
from donghanh.statistics.figures import release
from donghanh.statistics.gate import guarded, own_kept_back
from donghanh.statistics.language import Expression, ExpressionFault, evaluate, parse
from donghanh.statistics.models import DataElement, Indicator, Partition
from donghanh.statistics.questions import Cell, Datum, Question
from donghanh.statistics.trees import as_it_is

HUNDRED: Final = 100
SHARES: Final = (Rate.ACTUAL_RATE, Rate.ON_TIME_RATE)


class UnknownDatum(LookupError):
    """Nothing is counted under this name."""


def read_datum(key: str) -> Datum:
    """What `Datum.key` wrote into an address; UnknownDatum where it is none."""
    kind, _colon, rest = key.partition(":")
    if kind not in DatumKind or not rest:
        raise UnknownDatum(key)
    code, _colon, last = rest.rpartition(":")
    aggregation = last if code and last in Aggregation else ""
    if kind != DatumKind.RATE:
        return Datum(DatumKind(kind), code if aggregation else rest, aggregation=aggregation)
    code, _colon, rate = (code if aggregation else rest).rpartition(":")
    if not code or rate not in Rate:
        raise UnknownDatum(key)
    return Datum(DatumKind.RATE, code, Rate(rate), aggregation)


@dataclass(frozen=True)
class Source:
    """One layout, period and office that a figure takes something from."""

    form: str
    version: int
    period: Period
    owner_id: int  # the office that asked
    written_at: datetime


@dataclass(frozen=True, kw_only=True)
class Origin:
    """All that makes a figure readable, but its numbers."""

    datum: Datum
    indicator: Indicator | None
    elements: tuple[DataElement, ...]  # in the order in which the figure names them
    sides: tuple[Expression, ...]  # numerator and denominator, an element alone, nothing for a reporting rate
    sources: tuple[Source, ...]  # by period, the oldest first
    partitions: tuple[Partition, ...] = field(repr=False)  # of the sources, in their order

    @property
    def name(self) -> str:
        """In full; of a reporting rate what is counted, without its form."""
        return self.indicator.name if self.indicator else self._name_counted

    @property
    def short_name(self) -> str:
        return self.indicator.short_name if self.indicator else self._name_counted

    @property
    def _name_counted(self) -> str:
        if self.datum.rate is not None:
            return str(self.datum.rate.label)
        item, levels = self.sides[0].items[0], dict(EducationLevel.choices)
        part = f" · {levels.get(item.selection, item.selection)}" if item.selection else ""
        return f"{self.elements[0].name}{part}"

    @property
    def is_share(self) -> bool:
        """Whether it is one number over another."""
        return bool(self.indicator) or self.datum.rate in SHARES

    @property
    def adds_up(self) -> bool:
        """Whether the numbers of units, or both sides of a share, add up to that of the unit above them."""
        ways = {self.datum.aggregation, *(element.aggregation for element in self.elements)}
        return ways <= {"", Aggregation.SUM}

    @property
    def factor(self) -> float:
        return self.indicator.factor if self.indicator else HUNDRED

    @property
    def unit(self) -> str:
        """The unit of measure: "người", "%"; "" where a share is not one of a hundred."""
        if self.is_share:
            return "%" if self.factor == HUNDRED else ""
        return in_language(self.elements[0], "unit_of_measure") if self.elements else ""

    @property
    def decimals(self) -> int:
        return self.indicator.decimals if self.indicator else int(self.is_share)

    @property
    def minimum(self) -> int | None:
        """The smallest group of people of which it may be shown."""
        return max((one.minimum_group for one in self.elements if one.minimum_group is not None), default=None)

    def given(self, unit_id: int, numbers: Mapping[str, float | None]) -> Cell:
        """What one unit's report gives: `numbers` are its cells by code. It passes the gate as every figure does.

        No value where other reports or other periods are needed to reckon it.
        """
        items = [item for side in self.sides for item in side.items]
        behind = guarded({element.code: element for element in self.elements}, items)
        kept = any(unit_id in own_kept_back(behind, partition, [unit_id]) for partition in self.partitions)
        known = {EXPECTED_UNITS: 1.0, **numbers}
        row = np.array([list(known.values())], np.float64)
        sides = [
            float(evaluate(side, list(known), row)[0]) if side.is_plain and side.fits(list(known)) else None
            for side in self.sides
        ]
        top, bottom = (*sides, None, None)[:2]
        found = release(top, bottom, factor=self.factor, kept=kept)
        value = found["value"] if self.indicator else found["numerator"]
        return Cell(
            value=value, numerator=found["numerator"], denominator=found["denominator"], suppressed=found["suppressed"]
        )


def origin(datum: Datum, span: Span, *, form: str = "") -> Origin:
    """Where a figure of this period comes from, whatever the unit. UnknownDatum where nothing is counted so."""
    indicator = Indicator.objects.filter(code=datum.code).first() if datum.kind == DatumKind.INDICATOR else None
    sides: tuple[Expression, ...] = ()
    if indicator:
        sides = parse(indicator.numerator), parse(indicator.denominator)
    elif datum.kind == DatumKind.ELEMENT:
        sides = (_cell(datum.code),)
    elif datum.kind == DatumKind.INDICATOR:
        raise UnknownDatum(datum.code)
    named = elements_named(sides)
    if datum.kind == DatumKind.ELEMENT and not named:
        raise UnknownDatum(datum.code)
    question = Question(data=(datum,), spans=(span,), units=(), form=form)
    read = sorted(read_by(question, on=span.reference_day), key=lambda one: (one.period.days.lower, one.pk))
    in_order = dict.fromkeys(item.element for side in sides for item in side.items)
    return Origin(
        datum=datum,
        indicator=indicator,
        elements=tuple(named[code] for code in in_order if code in named),
        sides=sides,
        sources=tuple(_source(one) for one in read),
        partitions=tuple(read),
    )


def _cell(code: str) -> Expression:
    """An element or one of its cells; no expression stands in an address."""
    try:
        found = parse(code)
    except ExpressionFault:
        raise UnknownDatum(code) from None
    if [item.name for item in found.items] != [code]:
        raise UnknownDatum(code)
    return found


def _source(one: Partition) -> Source:
    return Source(one.form, int(one.layout.partition("/")[2]), one.period, one.owner_id, one.written_at)


def carried_to(unit_id: int, sources: Iterable[Source], *, tree: str, on: date) -> dict[int, dict[int, float]] | None:
    """By period, the units whose reports of it count for this unit as the tree stands on the day `on`, with their
    shares. None where figures follow the tree of each period: whoever was below the unit then counts whole.
    """
    if tree == TreeMode.AS_WAS:
        return None
    found: dict[int, dict[int, float]] = {}
    for period in {one.period for one in sources}:
        shares = found.setdefault(period.pk, {})
        for _unit, below, share in as_it_is([unit_id], since=period.reference_day, on=on):
            shares[below] = shares.get(below, 0.0) + share
    return found

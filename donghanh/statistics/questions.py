"""What may be asked of the figures, and what comes back: one shape for pages, exports, papers and doors.

    ask(Question(data=(Datum(INDICATOR, "staff_trained_rate"),), spans=(span,), units=(7, 8)), on=today)

An answer has a cell for each (datum, period, unit, kind of school) asked, empty ones included.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, fields
from datetime import datetime
from functools import cached_property
from itertools import product
from typing import NamedTuple

import numpy as np
from django.utils.translation import gettext as _
from numpy.typing import NDArray

from donghanh.kernel.numbers import format_number
from donghanh.periods.queries import Span
from donghanh.statistics.choices import DatumKind, Rate, TreeMode

MOST_CELLS = 500_000  # of one answer; a page draws some thousands, an export some ten thousand


class TooMany(Exception):
    """The question asks for more cells than MOST_CELLS. `str()` says how many and how to narrow it."""

    def __init__(self, question: Question) -> None:
        sizes = {
            "data": len(question.data), "periods": len(question.spans), "units": len(question.units),
            "cells": question.size, "most": MOST_CELLS,
        }  # fmt: skip
        told = {name: format_number(size) for name, size in sizes.items()}
        super().__init__(
            _(
                "Yêu cầu này có %(cells)s ô (%(data)s chỉ tiêu × %(periods)s kỳ × %(units)s đơn vị), nhiều hơn"
                " %(most)s ô cho một lần. Xin chọn ít kỳ hơn, một cấp đơn vị cao hơn, hoặc chia thành nhiều lần."
            )
            % told
        )
        self.size = question.size


@dataclass(frozen=True)
class Datum:
    """One thing asked: an element or one of its cells, an indicator, or a form's reporting rate."""

    kind: DatumKind
    code: str  # "staff_trained", "staff_trained[TH]"; an indicator's code; a form's code
    rate: Rate | None = None  # of a form
    aggregation: str = ""  # an `Aggregation` in place of the element's own

    @property
    def key(self) -> str:
        """As it stands in addresses and files: "element:staff_trained[TH]", "rate:plan3296:on_time_rate"."""
        return ":".join(part for part in (self.kind, self.code, self.rate or "", self.aggregation) if part)


class Place(NamedTuple):
    """Where a cell of an answer stands."""

    datum: Datum
    span: Span
    unit: int
    group: str  # a kind of school (UnitKind); "" is all


@dataclass(frozen=True, kw_only=True)
class Question:
    data: tuple[Datum, ...]
    spans: tuple[Span, ...]  # figures of periods that lie within a span are aggregated into it
    units: tuple[int, ...]  # each with all below it
    groups: tuple[str, ...] = ("",)
    tree: TreeMode = TreeMode.AS_WAS
    form: str = ""  # only figures of this form (its code); "" takes the newest layout that has them

    @property
    def size(self) -> int:
        """How many cells the answer has."""
        return len(self.data) * len(self.spans) * len(self.units) * len(self.groups)

    @property
    def too_many(self) -> bool:
        return self.size > MOST_CELLS


@dataclass(frozen=True, kw_only=True)
class Cell:
    """One figure after the gate. All numbers None where nobody reported it, it has no value, or it is suppressed."""

    value: float | None = None  # exact: rounding is the reader's (an indicator's decimals)
    numerator: float | None = None  # of an indicator or a rate
    denominator: float | None = None
    suppressed: bool = False
    expected: int = 0  # units that were to report what it is made of
    reported: int = 0  # of these, accepted


EMPTY = Cell()

type Numbers = NDArray[np.float64]


@dataclass(frozen=True, kw_only=True)
class Column:
    """The figures of one datum in one period: an array a field of `Cell`, a row a (unit, group) of the question."""

    value: Numbers  # NaN: none
    numerator: Numbers
    denominator: Numbers
    suppressed: NDArray[np.bool_]
    expected: NDArray[np.int64]
    reported: NDArray[np.int64]

    def split(self, count: int) -> list[Column]:
        """As many columns of equal length, in their order."""
        names = [one.name for one in fields(self)]
        parts = zip(*(getattr(self, name).reshape(count, -1) for name in names), strict=True)
        return [Column(**dict(zip(names, part, strict=True))) for part in parts]

    def cell(self, row: int) -> Cell:
        return Cell(
            value=plain(self.value[row]),
            numerator=plain(self.numerator[row]),
            denominator=plain(self.denominator[row]),
            suppressed=bool(self.suppressed[row]),
            expected=int(self.expected[row]),
            reported=int(self.reported[row]),
        )


@dataclass(frozen=True, kw_only=True)
class Answer:
    question: Question
    columns: Mapping[tuple[Datum, Span], Column] = field(repr=False)  # as arrays: what reads thousands of cells uses
    counted: Mapping[Datum, str]  # the unit of measure of an element, or of an indicator's numerator: "cơ sở"
    written_at: datetime | None  # when the oldest of the figures behind it was laid out; None: there are none

    @cached_property
    def rows(self) -> dict[tuple[int, str], int]:
        """Where a unit and a kind of school stand in the columns."""
        return {row: place for place, row in enumerate(product(self.question.units, self.question.groups))}

    def at(self, datum: Datum, span: Span, unit: int, group: str = "") -> Cell:
        return self.columns[datum, span].cell(self.rows[unit, group])

    def cells(self) -> Iterator[tuple[Place, Cell]]:
        """Every cell with its place: datum by datum, span by span, unit by unit, kind by kind."""
        for (datum, span), column in self.columns.items():
            for (unit, group), row in self.rows.items():
                yield Place(datum, span, unit, group), column.cell(row)


def plain(number: float | None) -> float | None:
    """A missing value as None; so is one beyond all bounds."""
    return float(number) if number is not None and math.isfinite(number) else None

"""A look laid out: which figures stand in which row and column, asked in one question, written for a page or a file."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from functools import cached_property
from itertools import groupby, product
from typing import Any, Final
from urllib.parse import urlencode

import numpy as np
from django.urls import NoReverseMatch, reverse
from django.utils.translation import get_language

from donghanh.explorer.choices import CHARTS, Dimension, Shape, Zone
from donghanh.explorer.look import Look
from donghanh.explorer.members import Finder, Measure, Member, Members
from donghanh.kernel.looks import LOOKS
from donghanh.kernel.numbers import format_number
from donghanh.kernel.text import fold, sort_key
from donghanh.periods.models import Period
from donghanh.statistics import queries as statistics
from donghanh.statistics.choices import TreeMode
from donghanh.statistics.queries import Answer, Cell, Column, Figure, Question, Released, figure_of

ROWS_A_PAGE: Final = 200
MOST_TOGETHER: Final = 100_000  # cells of one question for several looks
FINER: Final = 2  # decimals of what is no whole number and says nothing of its own
WITH_TOTAL: Final = (Dimension.UNIT, Dimension.KIND, Dimension.PART)

EMPTY = Cell()

type Key = tuple[Member, ...]  # a row or a column: a member a dimension of its zone


@dataclass(frozen=True)
class Shown:
    """One figure as it is written."""

    cell: Cell
    text: str  # "85,3 %"; "" where there is no figure
    counts: str = ""  # "452/531"
    href: str = ""
    figure: Figure | None = None  # of an indicator, where its target is asked for

    @property
    def tone(self) -> str:
        return LOOKS[self.state].tone

    @property
    def state(self) -> str:
        return str((self.figure and self.figure.state) or "no_data")

    @property
    def word(self) -> str:
        return str(LOOKS[self.state].word)


@dataclass(frozen=True)
class Level:
    """One heading over columns that stand side by side."""

    label: str
    span: int
    total: bool


@dataclass(frozen=True)
class Line:
    key: Key
    cells: list[Shown]

    @property
    def total(self) -> bool:
        return any(one.total for one in self.key)

    @property
    def above(self) -> str:
        """The labels before the last one."""
        return " · ".join(one.label for one in self.key[:-1])

    @property
    def label(self) -> str:
        return self.key[-1].label if self.key else ""


class Plan:
    """What a look asks, before it is asked."""

    def __init__(self, look: Look, finder: Finder) -> None:
        self.look, self.on = look, finder.on
        self.members: Members = finder.members(look)
        self.fixed = {one: self._shown_of(one) for one in look.within(Zone.FILTER)}
        self.rows, self.columns = self._keys(look.rows), self._keys(look.columns)

    def of(self, dimension: Dimension) -> list[Member]:
        """The members of a dimension, without the whole where it is not wanted."""
        members = self.members.of[dimension]
        parts = [one for one in members if not one.total]
        return members if self.look.totals or not parts else parts

    def _shown_of(self, dimension: Dimension) -> Member | None:
        """The one member of a filter that is shown: the one asked for, else the whole, the last period, the first."""
        members = self.members.of[dimension]
        asked, last = self.look.member_of(dimension), dimension == Dimension.PERIOD
        usual = next((one for one in members if one.total), None) or next(
            iter(members[::-1] if last else members), None
        )
        return next((one for one in members if one.key == asked and asked), usual)

    def _keys(self, dimensions: Sequence[Dimension]) -> list[Key]:
        keys: Iterable[Key] = product(*(self.of(one) for one in dimensions))
        if Dimension.DATA in dimensions and Dimension.PART in dimensions:
            at = [dimensions.index(one) for one in (Dimension.DATA, Dimension.PART)]
            return [key for key in keys if key[at[0]].value.part(key[at[1]].value)]
        return list(keys)

    def asked(self, dimension: Dimension) -> list[Member]:
        """The members whose figures are needed."""
        if dimension in self.fixed:
            one = self.fixed[dimension]
            return [one] if one else []
        return self.of(dimension)

    @cached_property
    def question(self) -> Question | None:
        """None where some dimension has nobody in it."""
        found = {one: self.asked(one) for one in Dimension}
        if not all(found.values()):
            return None
        parts = [one.value for one in found[Dimension.PART]]
        data = [one.value.part(part) for one in found[Dimension.DATA] for part in parts]
        return Question(
            data=tuple(dict.fromkeys(datum for datum in data if datum)),
            spans=tuple(one.value for one in found[Dimension.PERIOD]),
            units=tuple(dict.fromkeys(unit for one in found[Dimension.UNIT] for unit in units_in(one))),
            groups=tuple(one.value for one in found[Dimension.KIND]),
            tree=self.look.tree,
        )


def units_in(member: Member) -> tuple[int, ...]:
    """The units that a member of the unit axis stands for: one, or those that are added up."""
    return member.value if isinstance(member.value, tuple) else (member.value,)


class Pivot:
    """A plan with its answer. Lines are made when they are read: only those of the page that is seen."""

    def __init__(self, plan: Plan, answer: Answer | None) -> None:
        self.plan, self.look, self.answer = plan, plan.look, answer
        self.members, self.fixed = plan.members, plan.fixed
        self.rows = plan.rows if answer else []
        self.columns = plan.columns if answer else []
        if answer and {Dimension.KIND, Dimension.PART} & {*self.look.rows, *self.look.columns}:
            self._drop_empty()
        if self.look.search:
            words = fold(self.look.search)
            self.rows = [row for row in self.rows if words in fold(" ".join(one.label for one in row))]
        self._sort()
        self.language = get_language() or "vi"

    @property
    def written_at(self) -> datetime | None:
        """When the oldest of the figures was laid out."""
        return self.answer.written_at if self.answer else None

    @property
    def shape(self) -> Shape:
        """The shape asked for, else the one that suits: against targets where all are indicators with one."""
        if self.look.shape:
            return Shape(self.look.shape)
        measures = [one.value for one in self.members.of[Dimension.DATA]]
        aimed = measures and all(one.indicator and one.indicator.targets.all() for one in measures)
        return Shape.BULLET if aimed else Shape.TABLE

    @property
    def is_chart(self) -> bool:
        return self.shape in CHARTS

    # ── one figure ──

    def placed(self, row: Key, column: Key) -> dict[Dimension, Member]:
        """The member of every dimension for one cell."""
        found: dict[Dimension, Any] = dict(self.fixed)
        found |= dict(zip(self.look.rows, row, strict=True)) | dict(zip(self.look.columns, column, strict=True))
        return found

    def cell(self, row: Key, column: Key) -> tuple[dict[Dimension, Member], Cell]:
        """Where it stands and the figure there; EMPTY where an element has no such part."""
        at = self.placed(row, column)
        measure: Measure = at[Dimension.DATA].value
        datum = measure.part(at[Dimension.PART].value)
        if datum is None or self.answer is None:
            return at, EMPTY
        found = self.answer.columns[datum, at[Dimension.PERIOD].value]
        group, units = at[Dimension.KIND].value, units_in(at[Dimension.UNIT])
        places = [self.answer.rows[unit, group] for unit in units]
        return at, found.cell(places[0]) if len(places) == 1 else _added(found, places, measure)

    def value(self, row: Key, column: Key) -> float | None:
        return self.cell(row, column)[1].value

    def shown(self, row: Key, column: Key, *, against: bool = False) -> Shown:
        """As it is written; with `against` an indicator's is held against its target."""
        at, cell = self.cell(row, column)
        measure: Measure = at[Dimension.DATA].value
        figure = _figure(at, measure, cell) if against and measure.indicator else None
        if cell.value is None:
            return Shown(cell, "", href=self._href(at) if cell.suppressed else "", figure=figure)
        counts = ""
        if cell.numerator is not None and cell.denominator is not None:
            sides = (format_number(side, language=self.language) for side in (cell.numerator, cell.denominator))
            counts = "/".join(sides)
        return Shown(cell, self.written(measure, cell.value), counts, self._href(at), figure)

    def written(self, measure: Measure, value: float) -> str:
        text = format_number(value, decimals=decimals_of(measure, value), language=self.language)
        return f"{text}\N{NARROW NO-BREAK SPACE}%" if measure.unit == "%" else text

    def _href(self, at: Mapping[Dimension, Member]) -> str:
        """The page on which the number opens; "" where there is none, or where the sum is this page's own."""
        datum = at[Dimension.DATA].value.part(at[Dimension.PART].value)
        if datum is None or not self._opens or len(units_in(at[Dimension.UNIT])) > 1:
            return ""
        told = {"datum": datum.key, "span": at[Dimension.PERIOD].key, "unit": at[Dimension.UNIT].value}
        if group := at[Dimension.KIND].value:
            told["group"] = group
        if self.look.tree == TreeMode.AS_IS:
            told["tree"] = self.look.tree.value
        return f"{self._opens}?{urlencode(told, safe=':')}"

    @cached_property
    def _opens(self) -> str:
        try:
            return reverse("home:number")
        except NoReverseMatch:
            return ""

    # ── the table ──

    @property
    def head(self) -> list[list[Level]]:
        """A line of headings a dimension of the columns, the last one with a heading a column."""
        lines = []
        for depth in range(len(self.look.columns)):
            above = groupby(self.columns, key=lambda key, upto=depth + 1: key[:upto])  # type: ignore[misc]  # bound at once
            lines.append([Level(key[depth].label, len(list(held)), key[depth].total) for key, held in above])
        return lines or [[Level(self._only, 1, total=False)]]

    @property
    def _only(self) -> str:
        """What a table without dimensions on its columns shows."""
        one = self.fixed.get(Dimension.DATA)
        return one.label if one else ""

    def lines(self, rows: Iterable[Key] | None = None) -> Iterator[Line]:
        against = self.shape in (Shape.BULLET, Shape.MAP)
        for row in self.rows if rows is None else rows:
            yield Line(row, [self.shown(row, column, against=against) for column in self.columns])

    @property
    def parts(self) -> list[Key]:
        """The rows that are not totals."""
        return [row for row in self.rows if not any(one.total for one in row)] or self.rows

    def _drop_empty(self) -> None:
        """Kinds and parts that nobody was to report leave no empty rows and columns."""

        def silent(row: Key, column: Key) -> bool:
            at, cell = self.cell(row, column)
            return cell.value is None and not cell.suppressed and bool(at[Dimension.PART].key or not cell.expected)

        loud = {
            (r, c)
            for r, row in enumerate(self.rows)
            for c, column in enumerate(self.columns)
            if not silent(row, column)
        }
        if loud:
            rows, columns = {r for r, _c in loud}, {c for _r, c in loud}
            self.rows = [row for r, row in enumerate(self.rows) if r in rows]
            self.columns = [column for c, column in enumerate(self.columns) if c in columns]

    def _sort(self) -> None:
        """By a column or by name; totals stay at the end, what has no figure before them."""
        by, down = self.look.sort.lstrip("-"), self.look.sort.startswith("-")
        totals = [row for row in self.rows if any(one.total for one in row)]
        rest = [row for row in self.rows if not any(one.total for one in row)]
        if by == "ten":
            rest.sort(key=lambda row: sort_key(" ".join(one.label for one in row)), reverse=down)
        elif by and int(by) < len(self.columns):
            column = self.columns[int(by)]
            valued = [(self.value(row, column), row) for row in rest]
            known = sorted(((v, place) for place, (v, _row) in enumerate(valued) if v is not None), reverse=down)
            rest = [rest[place] for _value, place in known] + [row for value, row in valued if value is None]
        else:
            return
        self.rows = rest + totals


def decimals_of(measure: Measure, value: float) -> int:
    if measure.unit == "%" or measure.indicator or float(value).is_integer():
        return measure.decimals
    return FINER


def _added(column: Column, places: Sequence[int], measure: Measure) -> Cell:
    """Figures of units that share nothing, added; no figure where that means nothing, or one of them is kept back."""
    values = column.value[places]
    expected, reported = int(column.expected[places].sum()), int(column.reported[places].sum())
    if bool(column.suppressed[places].any()):
        return Cell(suppressed=True, expected=expected, reported=reported)
    if not measure.additive or bool(np.isnan(values).all()):
        return Cell(expected=expected, reported=reported)
    return Cell(value=float(np.nansum(values)), expected=expected, reported=reported)


def _figure(at: Mapping[Dimension, Member], measure: Measure, cell: Cell) -> Figure:
    span, unit = at[Dimension.PERIOD].value, units_in(at[Dimension.UNIT])
    assert measure.indicator  # noqa: S101 - the caller asked
    return figure_of(
        measure.indicator,
        unit_id=unit[0] if len(unit) == 1 else 0,
        group=at[Dimension.KIND].value,
        period=Period(code=span.code, target_year=span.end.year),
        released=Released(
            numerator=cell.numerator, denominator=cell.denominator, value=cell.value, suppressed=cell.suppressed
        ),
        expected=cell.expected,
        reported=cell.reported,
    )


def laid_out(look: Look, finder: Finder, *, on: date) -> Pivot:
    """The figures of one look. One question; TooMany, FactsNotReady and FactsTooSlow as `ask` raises them."""
    plan = Plan(look, finder)
    return Pivot(plan, statistics.ask(plan.question, on=on) if plan.question else None)


def all_laid_out(looks: Sequence[Look], finder: Finder, *, on: date) -> list[Pivot]:
    """Several looks at once: what looks at the same units on the same tree is asked in one question."""
    plans = [Plan(look, finder) for look in looks]
    together: dict[tuple[Any, ...], list[Question]] = {}
    for plan in plans:
        if plan.question:
            kin = plan.question.units, plan.question.groups, plan.question.tree
            together.setdefault(kin, []).append(plan.question)
    answers: dict[Question, Answer] = {}
    for alike in together.values():
        whole = _merged(alike)
        apart = whole.size > MOST_TOGETHER
        answer = None if apart else statistics.ask(whole, on=on)
        answers |= {one: answer or statistics.ask(one, on=on) for one in alike}
    return [Pivot(plan, answers[plan.question] if plan.question else None) for plan in plans]


def _merged(questions: Sequence[Question]) -> Question:
    first = questions[0]
    return Question(
        data=tuple(dict.fromkeys(datum for one in questions for datum in one.data)),
        spans=tuple(dict.fromkeys(span for one in questions for span in one.spans)),
        units=first.units, groups=first.groups, tree=first.tree, form=first.form,
    )  # fmt: skip

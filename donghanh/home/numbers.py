"""The story of one figure: what it means, what it is made of, where its address lies."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from functools import cached_property
from typing import Any, Final
from urllib.parse import urlencode

from django.urls import reverse

from donghanh.organisations import queries as organisations
from donghanh.organisations.choices import SCHOOL_KINDS
from donghanh.periods import queries as periods
from donghanh.periods.models import Period
from donghanh.periods.queries import Span
from donghanh.reporting import queries as reporting
from donghanh.statistics import queries as statistics
from donghanh.statistics.choices import DatumKind, TreeMode
from donghanh.statistics.queries import Cell, Datum, Figure, Origin, Question

MOST_DECIMALS: Final = 2  # of a count that is no whole number


@dataclass(frozen=True, kw_only=True)
class Asked:
    """One figure, as an address names it."""

    datum: Datum
    span: Span
    unit: int
    group: str = ""  # a kind of school; "" is all
    tree: str = TreeMode.AS_WAS
    form: str = ""  # only its figures; "": the newest layout that has them

    @property
    def arguments(self) -> dict[str, str]:
        """As they stand in the address; what is usual is left out."""
        every = {
            "datum": self.datum.key, "span": self.span.code, "unit": str(self.unit), "group": self.group,
            "tree": "" if self.tree == TreeMode.AS_WAS else self.tree, "form": self.form,
        }  # fmt: skip
        return {name: value for name, value in every.items() if value}

    @property
    def address(self) -> str:
        return f"{reverse('home:number')}?{urlencode(self.arguments)}"

    def of(self, unit: int) -> Asked:
        """The same figure of another unit."""
        return Asked(**{**vars(self), "unit": unit})

    def day(self, on: date) -> date:
        """On which the tree is read."""
        return on if self.tree == TreeMode.AS_IS else self.span.reference_day


def address_of(figure: Figure, *, form: str = "", now: date | None = None) -> str:
    """Where an indicator's figure opens; `now` as in `statistics.figures`."""
    tree = TreeMode.AS_IS if now else TreeMode.AS_WAS
    datum = Datum(DatumKind.INDICATOR, figure.indicator.code)
    return Asked(
        datum=datum, span=figure.period.span, unit=figure.unit_id, group=figure.group, tree=tree, form=form
    ).address


def span_named(code: str) -> Span:
    """The period of a code, be it a row of a calendar or one that is reckoned; BadPeriod where there is none."""
    try:
        return periods.period(code).span
    except Period.DoesNotExist:
        return periods.parse(code)


@dataclass(frozen=True)
class Part:
    """What one unit directly below gives."""

    label: str  # "" for what hangs directly below, without an office of its own between
    href: str
    cell: Cell


@dataclass(frozen=True, kw_only=True)
class Story:
    """All that a page tells of one figure, but the sendings."""

    asked: Asked
    origin: Origin
    cell: Cell
    figure: Figure | None  # of an indicator in a period with a target year
    parts: Sequence[Part]  # add up to the cell where the figure does
    unit_name: str
    forms: Mapping[str, str]  # code → name, of the forms it is taken from
    day: date  # on which the tree is read

    @property
    def written_at(self) -> datetime | None:
        """When the oldest of what it is read from was laid out."""
        return min((source.written_at for source in self.origin.sources), default=None)

    @cached_property
    def rounds(self) -> list[reporting.RoundOf]:
        """The rounds behind it, each with the units whose reports count."""
        carried = statistics.carried_to(self.asked.unit, self.origin.sources, tree=self.asked.tree, on=self.day)
        return [
            reporting.RoundOf(
                one.form, one.version, one.period.pk, one.owner_id, None if carried is None else carried[one.period.pk]
            )
            for one in self.origin.sources
        ]


def story(asked: Asked, *, on: date) -> Story:
    """What is to be told of a figure. UnknownDatum where nothing is counted so. A fixed number of queries."""
    origin = statistics.origin(asked.datum, asked.span, form=asked.form)
    day = asked.day(on)
    below = list(organisations.children(asked.unit, on=day))
    areas = [unit for unit in below if unit.kind not in SCHOOL_KINDS] or below
    cells, figure = _cells(asked, origin, [asked.unit, *(unit.pk for unit in areas)], on=on)
    whole = cells[asked.unit]
    forms = reporting.forms_named([*(source.form for source in origin.sources), asked.datum.code])
    if asked.datum.kind == DatumKind.RATE and asked.datum.code not in forms:
        raise statistics.UnknownDatum(asked.datum.code)
    parts = [Part(unit.name, asked.of(unit.pk).address, cells[unit.pk]) for unit in areas]
    rest = _rest(origin, whole, [part.cell for part in parts])
    if parts and rest and (rest.expected or rest.value):
        parts.append(Part("", "", rest))
    return Story(
        asked=asked,
        origin=origin,
        cell=whole,
        figure=figure,
        parts=[part for part in parts if part.cell.expected or part.cell.value is not None],
        unit_name=organisations.called([asked.unit], on=day)[asked.unit],
        forms=forms,
        day=day,
    )


def _cells(asked: Asked, origin: Origin, units: Sequence[int], *, on: date) -> tuple[dict[int, Cell], Figure | None]:
    """The figure of each unit; of the first with its target, where it may have one."""
    period = Period.objects.filter(code=asked.span.code).first() if origin.indicator else None
    if origin.indicator and period:
        now = on if asked.tree == TreeMode.AS_IS else None
        found = statistics.figures([origin.indicator], period, units, asked.group, form=asked.form, now=now)
        return {unit: _cell(figures[0]) for unit, figures in found.items()}, found[asked.unit][0]
    question = Question(
        data=(asked.datum,), spans=(asked.span,), units=tuple(units), groups=(asked.group,), tree=TreeMode(asked.tree),
        form=asked.form,
    )  # fmt: skip
    answer = statistics.ask(question, on=on)
    return {unit: answer.at(asked.datum, asked.span, unit, asked.group) for unit in units}, None


def _cell(figure: Figure) -> Cell:
    return Cell(
        value=figure.value, numerator=figure.numerator, denominator=figure.denominator, suppressed=figure.suppressed,
        expected=figure.expected, reported=figure.reported,
    )  # fmt: skip


def _rest(origin: Origin, whole: Cell, parts: Sequence[Cell]) -> Cell | None:
    """What is left of a figure without its parts; None where it is no sum, or a part of it must not be told."""
    if not origin.adds_up or whole.suppressed or any(part.suppressed for part in parts):
        return None

    def less(side: str) -> float | None:
        total: float | None = getattr(whole, side)
        return None if total is None else total - sum(getattr(part, side) or 0 for part in parts)

    expected, reported = (getattr(whole, n) - sum(getattr(part, n) for part in parts) for n in ("expected", "reported"))
    counts = reported or origin.datum.kind == DatumKind.RATE
    top, bottom = less("numerator") if counts else None, less("denominator")
    share = origin.factor * top / bottom if top is not None and bottom else None
    return Cell(
        value=share if origin.is_share else less("value") if counts else None,
        numerator=top,
        denominator=bottom,
        expected=expected,
        reported=reported,
    )


def decimals_of(origin: Origin, cell: Cell) -> int:
    """How many decimals a cell is shown with: the figure's own, two where a count is no whole number."""
    whole = origin.is_share or cell.value is None or cell.value == int(cell.value)
    return origin.decimals if whole else MOST_DECIMALS


def cells_of(report: Any) -> dict[str, float | None]:
    """The numbers of a report's latest sending by cell; empty where nothing was sent."""
    if report.latest is None:
        return {}
    numbers: dict[str, float | None] = report.expected.collection.form_version.definition.by_cell(report.latest.numbers)
    return numbers

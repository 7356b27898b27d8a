"""What the pages of this room show, composed from what the rooms below offer."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.db.models import QuerySet

from donghanh.home.numbers import Asked
from donghanh.kernel.looks import LOOKS
from donghanh.kernel.text import sort_key
from donghanh.organisations import queries as organisations
from donghanh.organisations.choices import SCHOOL_KINDS, UnitKind
from donghanh.people.choices import Right
from donghanh.people.models import Account
from donghanh.people.queries import holds, own_units, units_reached
from donghanh.periods.models import Period
from donghanh.reporting import queries as reporting
from donghanh.reporting.models import Collection
from donghanh.statistics import queries as statistics
from donghanh.statistics.choices import DatumKind, Direction, TargetState
from donghanh.statistics.models import Indicator
from donghanh.statistics.queries import Datum, Figure


@dataclass(frozen=True)
class Row:
    """One line of a table of figures: what it is, where it leads, a figure an indicator."""

    label: str  # "" for what hangs directly below the office
    unit_id: int | None
    figures: Sequence[Figure]


def own_office(account: Account, *, on: date) -> int | None:
    """The unit whose figures the account looks at first."""
    return next(iter(own_units(account, Right.READ_FIGURES, on=on)), None)


def may_read_figures(account: Account, unit_id: int, *, on: date) -> bool:
    return holds(account, Right.READ_FIGURES, unit_id, on=on)


def rounds(account: Account, *, on: date) -> list[Collection]:
    """Rounds that give figures to some indicator and of which the account sees some report, newest first."""
    elements = statistics.indicator_elements()
    found = reporting.collections_visible_to(account, on=on)
    return [one for one in found if elements & one.form_version.definition.items.keys()]


@dataclass(frozen=True)
class Lens:
    """Through what the figures of a round are seen: its own tree, or with `now` that of the day `now`."""

    collection: Collection
    now: date | None = None

    @property
    def period(self) -> Period:
        return self.collection.period

    @property
    def day(self) -> date:
        """On which the tree is read."""
        return self.now or self.period.reference_day

    @property
    def form(self) -> str:
        return self.collection.form_version.form.code

    def figures(self, indicators: Sequence[Indicator], unit_ids: Sequence[int]) -> dict[int, list[Figure]]:
        return statistics.figures(indicators, self.period, unit_ids, form=self.form, now=self.now)


def by_area(lens: Lens, indicators: Sequence[Indicator], unit_id: int) -> tuple[list[Figure], list[Row]]:
    """The unit's own figures, and a line an office below it; what hangs directly below it is one line more."""
    below = [u for u in organisations.children(unit_id, on=lens.day) if u.kind not in SCHOOL_KINDS]
    figures = lens.figures(indicators, [unit_id, *(unit.pk for unit in below)])
    rows = [Row(unit.name, unit.pk, figures[unit.pk]) for unit in below]
    rest = statistics.remainder(figures[unit_id], [row.figures for row in rows])
    if below and rest and rest[0].expected:
        rows.append(Row("", None, rest))
    return figures[unit_id], rows


@dataclass(frozen=True)
class Tile:
    """One area on the map."""

    label: str
    unit_id: int | None
    figure: Figure

    @property
    def tone(self) -> str:
        return LOOKS[self.figure.state or TargetState.NO_DATA].tone


def tiles(rows: Sequence[Row], place: int) -> list[Tile]:
    """A tile a row, with its figure of the indicator at `place`."""
    return [Tile(row.label, row.unit_id, row.figures[place]) for row in rows]


def worst_first(rows: Sequence[Row], place: int) -> list[Row]:
    """By the indicator at `place`: what is farthest from its target first, those without a figure last."""

    def lacking(row: Row) -> float:
        figure = row.figures[place]
        if figure.value is None:
            return -math.inf
        points = (figure.target or 0) - figure.value
        return points if figure.indicator.direction == Direction.UP else -points

    return sorted(rows, key=lacking, reverse=True)


def by_kind(lens: Lens, indicators: Sequence[Indicator], unit_id: int) -> list[Row]:
    """A line a kind of school below the unit."""
    groups = statistics.figures_by_group(indicators, lens.period, unit_id, form=lens.form, now=lens.now)
    return [Row(str(UnitKind(kind).label), None, figures) for kind, figures in groups.items()]


@dataclass(frozen=True)
class Target:
    """One indicator against its target, with the way it has come."""

    figure: Figure
    years: Sequence[Figure]  # oldest first, this round's among them
    finished: int  # of the years, how many take no report any more: only these are drawn, the others still grow

    @property
    def values(self) -> list[float | None]:
        return [year.value for year in self.years[: self.finished]]

    @property
    def targets(self) -> list[float | None]:
        return [year.target for year in self.years]


def against_targets(lens: Lens, figures: Sequence[Figure], rounds: Sequence[Collection], *, on: date) -> list[Target]:
    """Each of the unit's figures with those of the other rounds of the same form, oldest first."""
    if not figures:
        return []
    form = lens.collection.form_version.form_id
    alike = [one for one in reversed(rounds) if one.form_version.form_id == form]
    finished = sum(one.closes_on < on for one in alike)
    periods = [one.period for one in alike]
    indicators = [figure.indicator for figure in figures]
    lines = statistics.series(indicators, figures[0].unit_id, periods, form=lens.form, now=lens.now)
    return [Target(figure, line, finished) for figure, line in zip(figures, lines, strict=True)]


def late(account: Account, lens: Lens, unit_id: int, *, on: date) -> QuerySet[Any]:
    """Units below this one whose report is still lacking; nothing for who reviews no reports."""
    below = organisations.descendant_ids(unit_id, on=lens.day)
    rows = reporting.not_received(account, lens.collection, on=on)
    return rows.filter(expected__unit__in=below) if reporting.offices_reviewing(account, on=on) else rows.none()


def stamp(moment: datetime | None) -> int:
    """A moment as a whole number for an address; 0 for never."""
    return int(moment.timestamp() * 1000) if moment else 0


def schools_behind(
    account: Account, collection: Collection, indicator: Indicator, unit_id: int, *, on: date
) -> list[dict[str, Any]]:
    """A row a school below the unit: its figure and its report, lowest figure first, those without one at the end."""
    below = organisations.descendants(unit_id, on=collection.period.reference_day)
    reached = units_reached(account, Right.READ_FIGURES, on=on)  # a school that has moved away since is not theirs now
    names = {unit.pk: unit.name for unit in below.filter(pk__in=reached)}
    visible = reporting.reports_visible_to(account, on=on).filter(expected__collection=collection)
    reports = {report.expected.unit_id: report for report in visible.select_related("expected")}
    form, span = collection.form_version.form.code, collection.period.span
    asked = Asked(datum=Datum(DatumKind.INDICATOR, indicator.code), span=span, unit=unit_id, form=form)
    return [
        {
            "name": names[row.unit_id],
            "sort": sort_key(names[row.unit_id]),
            "numerator": row.numerator,
            "denominator": row.denominator,
            "value": row.value,
            "report": reports.get(row.unit_id),
            "opens": asked.of(row.unit_id).address,
        }
        for row in statistics.units_of(indicator, collection.period, list(names), form=form)
    ]

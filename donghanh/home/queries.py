"""What the pages of this room show, composed from what the rooms below offer."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.utils.translation import gettext as _

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
from donghanh.statistics.models import Indicator
from donghanh.statistics.queries import Figure


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


def by_area(indicators: Sequence[Indicator], period: Period, unit_id: int) -> list[Row]:
    """A line an office below the unit on the period's reference day; what hangs directly below it is one line more."""
    below = [u for u in organisations.children(unit_id, on=period.reference_day) if u.kind not in SCHOOL_KINDS]
    figures = statistics.figures(indicators, period, [unit_id, *(unit.pk for unit in below)])
    rows = [Row(unit.name, unit.pk, figures[unit.pk]) for unit in below]
    rest = statistics.remainder(figures[unit_id], [row.figures for row in rows])
    if below and rest[0].expected:
        rows.append(Row("", None, rest))
    return rows


def by_kind(indicators: Sequence[Indicator], period: Period, unit_id: int) -> list[Row]:
    """A line a kind of school below the unit."""
    groups = statistics.figures_by_group(indicators, period, unit_id)
    return [Row(str(UnitKind(kind).label), None, figures) for kind, figures in groups.items()]


type Years = list[tuple[Period, list[Figure]]]


def over_years(indicators: Sequence[Indicator], unit_id: int, periods: Sequence[Period]) -> Years:
    """A line a period, oldest first, with a figure an indicator."""
    lines = statistics.series(indicators, unit_id, periods)
    return [(period, [line[place] for line in lines]) for place, period in enumerate(periods)]


def chart_of(indicators: Sequence[Indicator], years: Years) -> dict[str, Any]:
    """What `dh/chart.js` draws: a line an indicator, the target dashed."""
    shown = [figure.value for _period, figures in years for figure in figures if figure.value is not None]
    return {
        "kind": "line",
        "unit": "%",
        "decimals": 1,
        "minimum": max(0, (int(min(shown, default=0)) - 5) // 10 * 10),
        "maximum": 100,
        "x": [period.short_label for period, _figures in years],
        "series": [
            {"name": indicator.short_name, "values": [figures[place].shown for _period, figures in years]}
            for place, indicator in enumerate(indicators)
        ],
        "target": {"name": _("Mục tiêu"), "values": [figures[0].target for _period, figures in years]},
    }


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
    return [
        {
            "name": names[row.unit_id],
            "sort": sort_key(names[row.unit_id]),
            "numerator": row.numerator,
            "denominator": row.denominator,
            "value": row.value,
            "report": reports.get(row.unit_id),
        }
        for row in statistics.units_of(indicator, collection.period, list(names))
    ]

"""Relative periods: every name that DHIS2 documents, and those of school years and administrative reports.

A name is a kind with the first and last of its periods, counted from the one that holds the day (0).
"""

from __future__ import annotations

from datetime import date
from typing import Final

from django.utils.translation import gettext as _

from donghanh.periods.choices import PeriodKind as Kind
from donghanh.periods.spans import SHOWN, BadPeriod, Span, span_of


def _both(unit: str, kind: Kind) -> dict[str, tuple[Kind, int, int]]:
    return {f"THIS_{unit}": (kind, 0, 0), f"LAST_{unit}": (kind, -1, -1)}


def _lasts(units: str, kind: Kind, *lengths: int) -> dict[str, tuple[Kind, int, int]]:
    return {f"LAST_{length}_{units}": (kind, -length, -1) for length in lengths}


FINANCIAL: Final = Kind.FINANCIAL_OCTOBER  # DHIS2's own default; Vietnam's budget year is the calendar year
COUNTED: Final[dict[str, tuple[Kind, int, int]]] = {
    "TODAY": (Kind.DAY, 0, 0),
    "YESTERDAY": (Kind.DAY, -1, -1),
    **_lasts("DAYS", Kind.DAY, 3, 7, 14, 30, 60, 90, 180),
    **_both("WEEK", Kind.WEEK),
    **_lasts("WEEKS", Kind.WEEK, 4, 12, 52),
    **_both("BIWEEK", Kind.BIWEEK),
    **_lasts("BIWEEKS", Kind.BIWEEK, 4),
    **_both("MONTH", Kind.MONTH),
    **_lasts("MONTHS", Kind.MONTH, 3, 6, 12),
    **_both("BIMONTH", Kind.BIMONTH),
    **_lasts("BIMONTHS", Kind.BIMONTH, 6),
    **_both("QUARTER", Kind.QUARTER),
    **_lasts("QUARTERS", Kind.QUARTER, 4),
    **_both("SIX_MONTH", Kind.HALF),
    **_lasts("SIXMONTHS", Kind.HALF, 2),
    **_both("YEAR", Kind.YEAR),
    **_lasts("YEARS", Kind.YEAR, 5, 10),
    **_both("FINANCIAL_YEAR", FINANCIAL),
    **_lasts("FINANCIAL_YEARS", FINANCIAL, 5, 10),
    **_both("ADMIN_MONTH", Kind.ADMIN_MONTH),
    **_both("ADMIN_QUARTER", Kind.ADMIN_QUARTER),
    **_both("ADMIN_HALF", Kind.ADMIN_HALF),
    **_both("ADMIN_YEAR", Kind.ADMIN_YEAR),
    **_lasts("ADMIN_MONTHS", Kind.ADMIN_MONTH, 12),
}
WITHIN_A_YEAR: Final[dict[str, tuple[Kind, int]]] = {  # all of a kind in this year (0) or the last (-1)
    "WEEKS_THIS_YEAR": (Kind.WEEK, 0),
    "MONTHS_THIS_YEAR": (Kind.MONTH, 0),
    "BIMONTHS_THIS_YEAR": (Kind.BIMONTH, 0),
    "QUARTERS_THIS_YEAR": (Kind.QUARTER, 0),
    "MONTHS_LAST_YEAR": (Kind.MONTH, -1),
    "QUARTERS_LAST_YEAR": (Kind.QUARTER, -1),
}
OF_ROWS: Final[dict[str, tuple[Kind, int | None, int]]] = {  # `queries.relative_periods` reads them from the calendar
    **_both("SCHOOL_YEAR", Kind.SCHOOL_YEAR),
    **_lasts("SCHOOL_YEARS", Kind.SCHOOL_YEAR, 3, 5),
    **_both("SEMESTER", Kind.SEMESTER),
    "SEMESTERS_THIS_SCHOOL_YEAR": (Kind.SEMESTER, None, 0),
}
NAMES: Final = (*COUNTED, *WITHIN_A_YEAR, *OF_ROWS)


def resolve(name: str, *, on: date, financial_year: Kind = FINANCIAL) -> list[Span]:
    """The periods of a fixed kind that a relative name means on a day, oldest first; BadPeriod if there is no such."""
    if name in COUNTED:
        kind, first, last = COUNTED[name]
        span = span_of(financial_year if kind == FINANCIAL else kind, on).moved(first)
        found = [span]
        for _step in range(last - first):
            found.append(found[-1].next)
        return found
    if name in WITHIN_A_YEAR:
        kind, years = WITHIN_A_YEAR[name]
        if kind != Kind.WEEK:
            return span_of(Kind.YEAR, on).moved(years).parts(kind)
        year = on.isocalendar().year  # the weeks that carry its number, which may begin in December
        week = span_of(Kind.WEEK, date.fromisocalendar(year, 1, 1))
        found = []
        while week.code.startswith(f"{year}W"):
            found.append(week)
            week = week.next
        return found
    raise BadPeriod(_("Không có kỳ tương đối “%(name)s”.") % {"name": name[:SHOWN]})

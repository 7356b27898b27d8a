"""When a round opens, is due and closes, reckoned from its period; and which periods a request comes to next.

The cut-off is the period's last day: figures run until then, whatever day the tree is read on.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import islice, takewhile
from typing import Final

from donghanh.periods.choices import PeriodKind
from donghanh.periods.queries import BadPeriod, Span, WorkingDays, periods, span_of
from donghanh.reporting.models import ReportRequest

DAY: Final = timedelta(days=1)
RECURRING: Final = (
    PeriodKind.SCHOOL_YEAR, PeriodKind.SEMESTER, PeriodKind.WEEK, PeriodKind.MONTH, PeriodKind.QUARTER, PeriodKind.HALF,
    PeriodKind.YEAR, PeriodKind.ADMIN_MONTH, PeriodKind.ADMIN_QUARTER, PeriodKind.ADMIN_HALF,
    PeriodKind.ADMIN_NINE_MONTHS, PeriodKind.ADMIN_YEAR, PeriodKind.COUNT_AT_START, PeriodKind.COUNT_AT_END,
)  # fmt: skip
DECIDED: Final = (PeriodKind.SCHOOL_YEAR, PeriodKind.SEMESTER)  # rows that a decision sets; the others are reckoned
A_WORKING_DAY: Final = 3  # calendar days that one working day takes at the most, Tết and weekends included
SLACK: Final = 30  # days


@dataclass(frozen=True)
class Days:
    """The days of one round."""

    opens_on: date
    due_on: date
    grace_on: date
    closes_on: date
    locks_on: date | None


def days_of(request: ReportRequest, cut_off: date, working: WorkingDays) -> Days:
    """The days of the round of a period that ends on `cut_off`."""
    due = working.after(cut_off, request.due_working_days)
    return days_until(request, cut_off - request.opens_before * DAY, due)


def days_until(request: ReportRequest, opens_on: date, due_on: date) -> Days:
    """The days of a round that is due on a day; grace, close and lock are calendar days."""
    closes = due_on + request.close_days * DAY
    locks = None if request.lock_days is None else closes + request.lock_days * DAY
    return Days(opens_on, due_on, due_on + request.grace_days * DAY, closes, locks)


def step_due(due_on: date, number: int, level_working_days: int, working: WorkingDays) -> date:
    """Until when the office of step `number` should have decided."""
    return working.after(due_on, number * level_working_days) if level_working_days else due_on


def spans_from(calendar: str, day: date) -> Iterator[Span]:
    """The periods of a calendar that end on the day or later, in order; none for an ad-hoc request."""
    if calendar in DECIDED:
        yield from (row.span for row in periods(calendar).filter(days__endswith__gt=day))
    elif calendar:
        span = span_of(PeriodKind(calendar), day)
        while True:
            if span.end >= day:
                yield span
            try:
                span = span.next
            except BadPeriod:  # after the last year of the calendar
                return


def coming_rounds(request: ReportRequest, on: date, working: WorkingDays) -> Iterator[tuple[Span, Days]]:
    """Rounds of the request that close on that day or later, in order, with all their days."""
    longest = request.close_days + request.due_working_days * A_WORKING_DAY + SLACK
    for span in spans_from(request.calendar, max(request.active_from, on - longest * DAY)):
        days = days_of(request, span.end, working)
        if days.closes_on >= on:
            yield span, days


def spans_to_open(request: ReportRequest, on: date, working: WorkingDays) -> list[Span]:
    """Periods whose round should be open on that day: its opening day has come, its closing day has not passed."""
    return [span for span, _ in takewhile(lambda row: row[1].opens_on <= on, coming_rounds(request, on, working))]


def next_rounds(request: ReportRequest, on: date, count: int = 3) -> list[tuple[Span, Days]]:
    """The next rounds with all their days, those that take reports now among them."""
    return list(islice(coming_rounds(request, on, WorkingDays()), count))

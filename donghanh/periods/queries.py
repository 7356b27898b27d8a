from __future__ import annotations

from collections.abc import Collection, Iterator
from datetime import date
from typing import Final

import holidays
from django.db.models import Q, QuerySet
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from donghanh.periods import relative
from donghanh.periods.choices import Calendar, PeriodKind
from donghanh.periods.models import Period, SpecialDay
from donghanh.periods.spans import DAY, RULES, WEEK, BadPeriod, Span, parse, parse_interval, span_of

__all__ = ["BadPeriod", "Span", "parse", "parse_interval", "span_of"]  # the value type, for the rooms above

FRIDAY: Final = 4
MOST_WORKING_DAYS: Final = 1000  # ahead: four years; a deadline farther off is a slip
ADMINISTRATIVE: Final = (
    PeriodKind.ADMIN_MONTH, PeriodKind.ADMIN_QUARTER, PeriodKind.ADMIN_HALF, PeriodKind.ADMIN_NINE_MONTHS,
    PeriodKind.ADMIN_YEAR,
)  # fmt: skip


def periods(kind: str, *, place: str = "") -> QuerySet[Period]:
    """Every period of one calendar, oldest first."""
    return Period.objects.filter(kind=kind, place=place).order_by("days")


def period(code: str) -> Period:
    """The period with this code; Period.DoesNotExist if the calendar has none."""
    return Period.objects.get(code=code)


def places() -> list[str]:
    """Codes of the provinces that set dates of their own."""
    rows = Period.objects.exclude(place="").order_by("place").values_list("place", flat=True)
    return list(rows.distinct())


def school_years(*, place: str = "") -> list[Period]:
    """School years, oldest first; those of the whole country where the place sets none of its own for that year."""
    return _with_own(PeriodKind.SCHOOL_YEAR, place)


def semesters(year: Period) -> list[Period]:
    """Semesters that lie in a school year, of the same place, oldest first."""
    return list(periods(PeriodKind.SEMESTER, place=year.place).filter(days__contained_by=year.days))


def _with_own(kind: PeriodKind, place: str) -> list[Period]:
    rows = Period.objects.filter(Q(place="") | Q(place=place), kind=kind).order_by("days")
    own = {row.code.partition(".")[0] for row in rows if row.place}
    return [row for row in rows if row.place or row.code not in own]


def relative_periods(name: str, *, on: date, place: str = "") -> list[Span]:
    """What a relative name means on a day, oldest first: every name of DHIS2, and ours (`relative.NAMES`).

    THIS_SCHOOL_YEAR and THIS_SEMESTER are the last that have begun: in June people still mean the year that has just
    ended. LAST_n leaves out the current one. A calendar without so many rows gives those it has. Else BadPeriod.
    """
    if name in relative.OF_ROWS:
        kind, first, last = relative.OF_ROWS[name]
        begun = [row.span for row in _with_own(kind, place) if row.days.lower <= on]
        if kind == PeriodKind.SEMESTER and first is None:
            year = relative_periods("THIS_SCHOOL_YEAR", on=on, place=place)
            return [row.span for row in _with_own(kind, place) if year and row.span in year[0]]
        return [begun[at] for at in range(len(begun) + (first or 0) - 1, len(begun) + last) if at >= 0]
    return relative.resolve(name, on=on)


def school_weeks(semester: Span, *, place: str = "") -> list[Span]:
    """Weeks of a semester from Monday to Sunday, cut at its ends, numbered from 1; weeks all off (Tết) are left out."""
    days, start = WorkingDays(place), semester.start
    found: list[Span] = []
    while start <= semester.end:
        end = min(start + (WEEK - 1 - start.weekday()) * DAY, semester.end)
        if days.between(start, end):
            code = f"{semester.code}T{len(found) + 1}"
            name = _("Tuần %(number)s") % {"number": len(found) + 1}
            found.append(Span(PeriodKind.OWN, code, start, end, end, name))
        start = end + DAY
    return found


def calendar_of(year: Period, calendar: str) -> list[Span]:
    """The periods of one calendar that close within a school year, in the order in which they close.

    A school year runs here until the day before the next one: summer's reports belong to it.
    """
    start = year.days.lower
    following = Period.objects.filter(kind=PeriodKind.SCHOOL_YEAR, place=year.place, days__fully_gt=year.days)
    after = following.order_by("days").first()
    last = (after.days.lower if after else start + 365 * DAY) - DAY
    if calendar == Calendar.SCHOOL:
        found = [year.span, *(row.span for row in semesters(year))]
    elif calendar == Calendar.WEEKS:
        found = [week for row in semesters(year) for week in school_weeks(row.span, place=year.place)]
    elif calendar == Calendar.OWN:
        own = Period.objects.filter(Q(place="") | Q(place=year.place), kind=PeriodKind.OWN)
        found = [row.span for row in own.filter(days__overlap=(start, last + DAY)).order_by("days", "pk")]
    elif calendar == Calendar.ADMINISTRATIVE:
        found = list(_closing(ADMINISTRATIVE, start, last))
    else:
        found = list(_closing((PeriodKind.COUNT_AT_START, PeriodKind.COUNT_AT_END), start, last))
    return sorted(found, key=lambda span: (span.end, span.days))  # a quarter after the month it ends with


def _closing(kinds: Collection[PeriodKind], start: date, last: date) -> Iterator[Span]:
    for kind in kinds:
        span = RULES[kind].of(start)
        while span.end <= last:
            if span.end >= start:
                yield span
            span = span.next


class WorkingDays:
    """Which days an office works: Monday to Friday without the public holidays of Vietnam, lunar Tết and days in lieu
    included, with the make-up days that the Government orders (library `holidays`, 1901–2100), and with what the
    installation's or the province's own rows say. One query.
    """

    def __init__(self, place: str = "") -> None:
        language = "en_US" if (get_language() or "vi").startswith("en") else "vi"
        self.public = holidays.country_holidays("VN", language=language)
        rows = SpecialDay.objects.filter(Q(place="") | Q(place=place)).order_by("place")
        self.special = {row.day: row for row in rows}  # the province's word is the last

    def works(self, day: date) -> bool:
        if day in self.special:
            return self.special[day].works
        off = day in self.public  # asked first: the library reckons a year's make-up days when a day of it is asked for
        return day in self.public.weekend_workdays or (day.weekday() <= FRIDAY and not off)

    def between(self, first: date, last: date) -> int:
        """How many working days, both ends included."""
        return sum(self.works(first + number * DAY) for number in range((last - first).days + 1))

    def after(self, day: date, n: int) -> date:
        """The n-th working day after the day, n ≥ 1; the day itself is not counted (Civil Code, article 147)."""
        if not 1 <= n <= MOST_WORKING_DAYS:
            raise ValueError(_("Số ngày làm việc phải từ 1 đến %(most)s.") % {"most": MOST_WORKING_DAYS})
        while n:
            day += DAY
            n -= self.works(day)
        return day

    def named(self, first: date, last: date) -> list[tuple[date, str, bool]]:
        """Holidays, make-up days and special days: day, name, whether it is worked; oldest first."""
        every = [first + number * DAY for number in range((last - first).days + 1)]
        said = {day: (self.public[day], False) for day in every if day in self.public}
        said |= {day: (_("Ngày làm bù"), True) for day in self.public.weekend_workdays}
        said |= {day: (row.name, row.works) for day, row in self.special.items()}
        return [(day, *said[day]) for day in sorted(said) if first <= day <= last]


def working_day(n: int, *, after: date, place: str = "") -> date:
    """The last day of a deadline “within n working days” of what happened on `after`."""
    return WorkingDays(place).after(after, n)


def working_days(first: date, last: date, *, place: str = "") -> int:
    """How many working days from `first` to `last`, both included."""
    return WorkingDays(place).between(first, last)

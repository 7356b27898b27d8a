"""The value type of a period, and every kind whose days are fixed: one table of rules computes, reads and prints them.

Codes of the Gregorian kinds are those of DHIS2 (documented with its `/api/periodTypes`); ours begin with HC
(administrative) and TK (statistical). Intervals are those of ADX: ISO 8601, `first day/duration`.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Final, Protocol

from django.utils.translation import gettext as _

from donghanh.periods.choices import PeriodKind as Kind
from donghanh.periods.labels import label_of, short_label_of

FIRST_YEAR: Final = 1900
LAST_YEAR: Final = 2100
DAY: Final = timedelta(days=1)
FORTNIGHT: Final = timedelta(days=14)
WEEK: Final = 7  # days
MONTHS: Final = 12
IN_WEEK_ONE: Final = 4  # January: the day that the first week of a year holds, whatever weekday it begins on
CUT_OFF: Final = 15  # Decree 09/2019: figures close on the 14th, the next month of reports begins on the 15th
SHOWN: Final = 30  # characters of a bad code that its sentence repeats
OCTOBER: Final = 10


class BadPeriod(ValueError):
    """A code or an interval that names no period. `str()` is the sentence for the person who gave it."""


@dataclass(frozen=True)
class Span:
    """Days from `start` to `end`, both included. `reference_day`: the day on which the tree is read."""

    kind: Kind
    code: str
    start: date
    end: date
    reference_day: date
    name: str = field(default="", compare=False)  # of a period that an office named itself

    def __contains__(self, other: date | Span) -> bool:
        if isinstance(other, Span):
            return self.start <= other.start and other.end <= self.end
        return self.start <= other <= self.end

    def __str__(self) -> str:
        return self.label

    @property
    def days(self) -> int:
        return (self.end - self.start).days + 1

    @property
    def label(self) -> str:
        """“Tháng 3/2024”, in the reader's language."""
        return label_of(self.kind, self.code, self.start, self.end, self.name)

    @property
    def short_label(self) -> str:
        """“3/2024”: for axes and narrow columns."""
        return short_label_of(self.kind, self.code, self.start, self.end, self.name)

    @property
    def interval(self) -> str:
        """ADX: "2004-01-01/P1M". What a decision sets, and two weeks cut short, are so many days."""
        rule = RULES.get(self.kind)
        duration = rule.duration if rule else ""
        if not rule or (duration == FORTNIGHT_LONG and self.days < FORTNIGHT.days):
            duration = f"P{self.days}D"
        return f"{self.start.isoformat()}/{duration}"

    @property
    def next(self) -> Span:
        """The following one of the same kind; KeyError for a kind that is rows, BadPeriod after the last year."""
        rule, day = RULES[self.kind], self.end + DAY
        while (found := rule.of(day)) == self:  # kinds with a gap between two: nine months, the counts
            day += 28 * DAY
        return found

    @property
    def previous(self) -> Span:
        return RULES[self.kind].of(self.start - DAY)

    def moved(self, steps: int) -> Span:
        """So many periods of the same kind later, or earlier if negative."""
        found = self
        for _step in range(abs(steps)):
            found = found.next if steps > 0 else found.previous
        return found

    def parts(self, kind: Kind) -> list[Span]:
        """The periods of a fixed kind that lie wholly within this one, oldest first."""
        return [part for part in _from(RULES[kind].of(self.start), until=self.end) if part in self]


def _from(first: Span, *, until: date) -> Iterator[Span]:
    part = first
    while part.start <= until:
        yield part
        part = part.next


class Rule(Protocol):
    """How the periods of one fixed kind lie on the time line."""

    @property
    def kind(self) -> Kind: ...

    @property
    def duration(self) -> str:
        """ISO 8601."""

    def of(self, day: date) -> Span:
        """The one that holds the day; where none does, the last before it."""

    def parse(self, code: str) -> Span | None:
        """None where the code is not of this kind; BadPeriod where it is and names nothing."""


@dataclass(frozen=True)
class Days:
    kind: Kind = Kind.DAY
    duration: str = "P1D"

    def of(self, day: date) -> Span:
        _in_range(day.year, f"{day:%Y%m%d}")
        return Span(self.kind, f"{day:%Y%m%d}", day, day, day)

    def parse(self, code: str) -> Span | None:
        found = re.fullmatch(r"(\d{4})(-?)(\d\d)\2(\d\d)", code, re.ASCII)
        return self.of(_made(code, int(found[1]), int(found[3]), int(found[4]))) if found else None


@dataclass(frozen=True)
class Weeks:
    """Weeks that begin on `weekday` (0: Monday), counted as ISO 8601 does; `together`: so many of them at a time."""

    kind: Kind
    letters: str  # "W": 2004W10
    weekday: int = 0
    together: int = 1

    @property
    def duration(self) -> str:
        return f"P{WEEK * self.together}D"

    def of(self, day: date) -> Span:
        monday = day - (day.weekday() - self.weekday) % WEEK * DAY
        year = (monday + 3 * DAY).year  # the year that holds most of the week
        return self._numbered(year, (monday - self._first(year)).days // WEEK // self.together + 1)

    def parse(self, code: str) -> Span | None:
        found = re.fullmatch(rf"(\d{{4}}){self.letters}(\d\d?)", code, re.ASCII)
        if not found:
            return None
        year, number = int(found[1]), int(found[2])
        _in_range(year, code)
        weeks = (self._first(year + 1) - self._first(year)).days // WEEK
        if not 1 <= number <= -(-weeks // self.together):
            raise BadPeriod(_("Năm %(year)s không có kỳ số %(number)s (“%(code)s”).") % {
                "year": year, "number": number, "code": code,
            })  # fmt: skip
        return self._numbered(year, number)

    def _numbered(self, year: int, number: int) -> Span:
        code = f"{year}{self.letters}{number}"
        _in_range(year, code)
        start = self._first(year) + (number - 1) * self.together * WEEK * DAY
        end = min(start + self.together * WEEK * DAY, self._first(year + 1)) - DAY  # a 53rd week stands alone
        return Span(self.kind, code, start, end, end)

    def _first(self, year: int) -> date:
        day = date(year, 1, IN_WEEK_ONE)
        return day - (day.weekday() - self.weekday) % WEEK * DAY


@dataclass(frozen=True)
class Months:
    """`length` months at a time; the first of a year begins `offset` months after January, on the `day`-th."""

    kind: Kind
    shape: str  # of the code: {y} year, {n} or {n:02} number within the year
    length: int
    offset: int = 0
    day: int = 1
    a_year: int = 0  # how many there are in a year; 0: as many as fit

    @property
    def duration(self) -> str:
        return "P1Y" if self.length == MONTHS else f"P{self.length}M"

    @property
    def count(self) -> int:
        return self.a_year or MONTHS // self.length

    def of(self, day: date) -> Span:
        months = day.year * MONTHS + day.month - 1 - (day.day < self.day) - self.offset
        return self._numbered(months // MONTHS, min(months % MONTHS // self.length + 1, self.count))

    def parse(self, code: str) -> Span | None:
        pattern = self.shape.replace("{y}", r"(?P<y>\d{4})").replace("{n:02}", r"(?P<n>\d\d)")
        found = re.fullmatch(pattern.replace("{n}", r"(?P<n>\d)"), code, re.ASCII)
        if not found and self.kind == Kind.MONTH:
            found = re.fullmatch(r"(?P<y>\d{4})-(?P<n>\d\d)", code, re.ASCII)
        if not found:
            return None
        year, number = int(found["y"]), int(found.groupdict().get("n") or 1)
        if not 1 <= number <= self.count:
            raise BadPeriod(_("Mã “%(code)s” sai: mỗi năm chỉ có các kỳ số 1–%(last)s.") % {
                "code": code, "last": self.count,
            })  # fmt: skip
        return self._numbered(year, number)

    def _numbered(self, year: int, number: int) -> Span:
        code = self.shape.format(y=year, n=number)
        _in_range(year, code)
        first = year * MONTHS + self.offset + (number - 1) * self.length
        start, after = (date(at // MONTHS, at % MONTHS + 1, self.day) for at in (first, first + self.length))
        return Span(self.kind, code, start, after - DAY, after - DAY)


@dataclass(frozen=True)
class Count:
    """A count of schools as on one day of a school year, named by the year in which the school year begins."""

    kind: Kind
    letters: str
    month: int
    day: int
    duration: str = "P1D"

    def of(self, day: date) -> Span:
        year = day.year - ((day.month, day.day) < (self.month, self.day))
        return self._begun_in(year - (self.month < CALENDAR_TURNS))

    def parse(self, code: str) -> Span | None:
        found = re.fullmatch(rf"{self.letters}(\d{{4}})", code, re.ASCII)
        return self._begun_in(int(found[1])) if found else None

    def _begun_in(self, year: int) -> Span:
        _in_range(year, f"{self.letters}{year}")
        day = date(year + (self.month < CALENDAR_TURNS), self.month, self.day)
        return Span(self.kind, f"{self.letters}{year}", day, day, day)


CALENDAR_TURNS: Final = 8  # August: a month before it belongs to the school year that began the year before
FORTNIGHT_LONG: Final = "P14D"
RULES: Final[dict[Kind, Rule]] = {
    rule.kind: rule
    for rule in (
        Days(),
        Weeks(Kind.WEEK, "W"),
        Weeks(Kind.WEEK_WEDNESDAY, "WedW", 2),
        Weeks(Kind.WEEK_THURSDAY, "ThuW", 3),
        Weeks(Kind.WEEK_FRIDAY, "FriW", 4),
        Weeks(Kind.WEEK_SATURDAY, "SatW", 5),
        Weeks(Kind.WEEK_SUNDAY, "SunW", 6),
        Weeks(Kind.BIWEEK, "BiW", together=2),
        Months(Kind.MONTH, "{y}{n:02}", 1),
        Months(Kind.BIMONTH, "{y}{n:02}B", 2),
        Months(Kind.QUARTER, "{y}Q{n}", 3),
        Months(Kind.QUARTER_NOVEMBER, "{y}NovQ{n}", 3, -2),
        Months(Kind.HALF, "{y}S{n}", 6),
        Months(Kind.HALF_APRIL, "{y}AprilS{n}", 6, 3),
        Months(Kind.HALF_NOVEMBER, "{y}NovS{n}", 6, -2),
        Months(Kind.YEAR, "{y}", 12),
        Months(Kind.FINANCIAL_FEBRUARY, "{y}Feb", 12, 1),
        Months(Kind.FINANCIAL_APRIL, "{y}April", 12, 3),
        Months(Kind.FINANCIAL_JULY, "{y}July", 12, 6),
        Months(Kind.FINANCIAL_AUGUST, "{y}Aug", 12, 7),
        Months(Kind.FINANCIAL_SEPTEMBER, "{y}Sep", 12, 8),
        Months(Kind.FINANCIAL_OCTOBER, "{y}Oct", 12, 9),
        Months(Kind.FINANCIAL_NOVEMBER, "{y}Nov", 12, -2),  # alone named by the year it ends in: 2025Nov is 11/2024 on
        # Decree 09/2019: a period begins on the 15th of the month before its first and closes on the 14th of its last
        Months(Kind.ADMIN_MONTH, "HC{y}{n:02}", 1, -1, CUT_OFF),
        Months(Kind.ADMIN_QUARTER, "HC{y}Q{n}", 3, -1, CUT_OFF),
        Months(Kind.ADMIN_HALF, "HC{y}S{n}", 6, -1, CUT_OFF),
        Months(Kind.ADMIN_NINE_MONTHS, "HC{y}T9", 9, -1, CUT_OFF, a_year=1),
        Months(Kind.ADMIN_YEAR, "HC{y}", 12, -1, CUT_OFF),
        Count(Kind.COUNT_AT_START, "TKD", 9, 30),  # Circular 25/2024: data as on 30/9, received by 31/10
        Count(Kind.COUNT_AT_END, "TKC", 5, 31),  # Circular 24/2018: data as on 31/5, received by 30/6
    )
}


def span_of(kind: Kind, day: date) -> Span:
    """The period of a fixed kind that holds the day (nine months and counts: or the last before it)."""
    return RULES[kind].of(day)


def parse(code: str) -> Span:
    """The period of a code: "2004W10", "200401B", "HC2024Q1" …; BadPeriod with a sentence if it names none."""
    for rule in RULES.values():
        if found := rule.parse(code):
            return found
    raise BadPeriod(_("“%(code)s” không phải mã kỳ. Ví dụ mã đúng: 2024, 2024Q1, 202403, 2024W10, 20240315.") % {
        "code": code[:SHOWN],
    })  # fmt: skip


def parse_interval(text: str) -> Span:
    """The period of an ADX interval, "2004-01-01/P1M"; BadPeriod if no kind has these days."""
    found = re.fullmatch(r"(\d{4})-(\d\d)-(\d\d)/(P\d{1,3}[DWMY])", text, re.ASCII)
    if found:
        start = _made(text, int(found[1]), int(found[2]), int(found[3]))
        duration = SAME_DURATION.get(found[4], found[4])
        for rule in RULES.values():
            if (
                rule.duration == duration
                and (span := rule.of(start)).start == start
                and span.interval.endswith(duration)
            ):
                return span
    raise BadPeriod(_("“%(text)s” không phải một kỳ. Viết ngày đầu và độ dài, ví dụ 2024-01-01/P1M.") % {
        "text": text[:SHOWN],
    })  # fmt: skip


SAME_DURATION: Final = {"P1W": "P7D", "P2W": FORTNIGHT_LONG, "P12M": "P1Y"}


def _made(code: str, year: int, month: int, day: int) -> date:
    try:
        return date(year, month, day)
    except ValueError as error:
        raise BadPeriod(_("“%(code)s” có ngày không có trong lịch.") % {"code": code[:SHOWN]}) from error


def _in_range(year: int, code: str) -> None:
    if not FIRST_YEAR <= year <= LAST_YEAR:
        raise BadPeriod(_("Kỳ “%(code)s” nằm ngoài các năm %(first)s–%(last)s.") % {
            "code": code[:SHOWN], "first": FIRST_YEAR, "last": LAST_YEAR,
        })  # fmt: skip

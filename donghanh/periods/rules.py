"""May these dates be set? Faults come by the field at which the page shows them."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Final

from django.db.backends.postgresql.psycopg_any import DateRange
from django.utils.translation import gettext as _

from donghanh.periods.choices import PeriodKind
from donghanh.periods.models import Period, SpecialDay
from donghanh.periods.spans import FIRST_YEAR, LAST_YEAR

LONGEST_YEAR: Final = 366  # days
LONGEST_OWN: Final = 5 * LONGEST_YEAR
MOST_WEEKS: Final = 30  # a semester teaches
PLACE: Final = re.compile(r"[0-9A-Z]{0,6}")


@dataclass(frozen=True)
class SemesterDates:
    """What a decision says of one semester; `weeks`: of teaching."""

    first_day: date
    last_day: date
    weeks: int | None = None


def span_faults(first_day: date, last_day: date, *, longest: int) -> dict[str, str]:
    """Of any two days that are to bound a period."""
    if last_day < first_day:
        return {"last_day": _("Ngày cuối phải từ ngày đầu trở đi.")}
    if not (first_day.year >= FIRST_YEAR and last_day.year <= LAST_YEAR):
        return {"first_day": _("Năm phải từ %(first)s đến %(last)s.") % {"first": FIRST_YEAR, "last": LAST_YEAR}}
    if (last_day - first_day).days >= longest:
        return {"last_day": _("Kỳ dài quá %(most)s ngày; thầy cô xem lại năm.") % {"most": longest}}
    return {}


def place_faults(place: str) -> dict[str, str]:
    if PLACE.fullmatch(place):
        return {}
    return {"place": _("Mã tỉnh gồm tối đa 6 chữ số hoặc chữ in hoa, ví dụ 25.")}


def school_year_faults(
    first_day: date, last_day: date, semesters: Sequence[SemesterDates], *, place: str
) -> dict[str, str]:
    """Field → sentence; semesters' fields are `first_day_1`, `last_day_1`, `weeks_1`, …"""
    faults = span_faults(first_day, last_day, longest=LONGEST_YEAR) | place_faults(place)
    if faults:
        return faults
    others = Period.objects.filter(kind=PeriodKind.SCHOOL_YEAR, place=place).exclude(code=year_code(first_day, place))
    days = DateRange(first_day, last_day + timedelta(days=1))
    if other := others.filter(days__overlap=days).order_by("days").first():
        faults["first_day"] = _("Trùng ngày với %(other)s (%(from)s–%(to)s).") % {
            "other": other.label,
            "from": f"{other.span.start:%d/%m/%Y}",
            "to": f"{other.span.end:%d/%m/%Y}",
        }
    before: date | None = None
    for number, semester in enumerate(semesters, 1):
        faults |= _semester_faults(number, semester, first_day, last_day, before)
        before = semester.last_day
    return faults


def _semester_faults(
    number: int, semester: SemesterDates, first_day: date, last_day: date, before: date | None
) -> dict[str, str]:
    faults = {}
    if semester.last_day < semester.first_day:
        faults[f"last_day_{number}"] = _("Ngày cuối phải từ ngày đầu trở đi.")
    if semester.first_day < first_day:
        faults[f"first_day_{number}"] = _("Học kỳ bắt đầu trước năm học.")
    if before and semester.first_day <= before:
        faults[f"first_day_{number}"] = _("Học kỳ này bắt đầu khi học kỳ trước chưa hết.")
    if semester.last_day > last_day:
        faults[f"last_day_{number}"] = _("Học kỳ kết thúc sau năm học.")
    if semester.weeks is not None and not 1 <= semester.weeks <= MOST_WEEKS:
        faults[f"weeks_{number}"] = _("Số tuần thực học phải từ 1 đến %(most)s.") % {"most": MOST_WEEKS}
    return faults


def own_period_faults(name: str, first_day: date, last_day: date, reference_day: date, *, place: str) -> dict[str, str]:
    faults = span_faults(first_day, last_day, longest=LONGEST_OWN) | place_faults(place)
    if not name:
        faults["name"] = _("Đặt tên cho kỳ này.")
    if not faults and not first_day <= reference_day <= last_day:
        faults["reference_day"] = _("Ngày xác định đơn vị phải nằm trong kỳ.")
    return faults


def special_day_faults(day: date, *, place: str) -> dict[str, str]:
    faults = place_faults(place)
    if not FIRST_YEAR <= day.year <= LAST_YEAR:
        faults["day"] = _("Năm phải từ %(first)s đến %(last)s.") % {"first": FIRST_YEAR, "last": LAST_YEAR}
    elif SpecialDay.objects.filter(day=day, place=place).exists():
        faults["day"] = _("Ngày này đã được ghi.")
    return faults


def year_code(first_day: date, place: str) -> str:
    """“NH2024”; “NH2024.25” for a province with dates of its own."""
    return f"NH{first_day.year}" + (f".{place}" if place else "")

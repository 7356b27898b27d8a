"""What a period is called, in the reader's language."""

from __future__ import annotations

import re
from datetime import date

from django.utils.translation import gettext as _

from donghanh.periods.choices import PeriodKind as Kind

ROMAN = ("", "I", "II", "III", "IV")
WEEKS = (
    Kind.WEEK, Kind.WEEK_WEDNESDAY, Kind.WEEK_THURSDAY, Kind.WEEK_FRIDAY, Kind.WEEK_SATURDAY, Kind.WEEK_SUNDAY,
)  # fmt: skip
HALVES = (Kind.HALF, Kind.ADMIN_HALF)
MONTHS = (Kind.MONTH, Kind.ADMIN_MONTH)
QUARTERS = (Kind.QUARTER, Kind.QUARTER_NOVEMBER, Kind.ADMIN_QUARTER)
YEARS = (Kind.YEAR, Kind.ADMIN_YEAR)


def label_of(kind: Kind, code: str, start: date, end: date, name: str) -> str:
    """“Tháng 3/2024”, “Quý I/2024”, “Tuần 10/2024 (4/3–10/3/2024)”."""
    if name:
        return name
    year, number = _year(code, start), _number(code)
    said = {"year": year, "next": year + 1, "number": number, "from": _day(start), "to": _day(end)}
    if kind in WEEKS:
        return _("Tuần %(number)s/%(year)s (%(from)s–%(to)s)") % said
    if kind in HALVES:
        return (_("6 tháng đầu năm %(year)s") if number == 1 else _("6 tháng cuối năm %(year)s")) % said
    if kind == Kind.SCHOOL_YEAR:
        return _("Năm học %(from)s–%(to)s") % {"from": year, "to": year + 1}
    pattern = {
        Kind.SEMESTER: _("Học kỳ %(roman)s năm học %(year)s–%(next)s"),
        Kind.DAY: _("Ngày %(from)s"),
        Kind.BIWEEK: _("Hai tuần %(from)s–%(to)s"),
        Kind.MONTH: _("Tháng %(number)s/%(year)s"),
        Kind.ADMIN_MONTH: _("Tháng %(number)s/%(year)s"),
        Kind.BIMONTH: _("Tháng %(first)s–%(last)s/%(year)s"),
        Kind.QUARTER: _("Quý %(roman)s/%(year)s"),
        Kind.ADMIN_QUARTER: _("Quý %(roman)s/%(year)s"),
        Kind.QUARTER_NOVEMBER: _("Quý %(roman)s của năm tài chính %(year)s (từ %(from)s)"),
        Kind.ADMIN_NINE_MONTHS: _("9 tháng đầu năm %(year)s"),
        Kind.YEAR: _("Năm %(year)s"),
        Kind.ADMIN_YEAR: _("Năm %(year)s"),
        Kind.COUNT_AT_START: _("Thống kê đầu năm học %(year)s–%(next)s"),
        Kind.COUNT_AT_END: _("Thống kê cuối năm học %(year)s–%(next)s"),
        Kind.HALF_APRIL: _("6 tháng từ %(from)s đến %(to)s"),
        Kind.HALF_NOVEMBER: _("6 tháng từ %(from)s đến %(to)s"),
        Kind.OWN: _("Từ %(from)s đến %(to)s"),
    }.get(kind, _("Năm tài chính từ %(from)s đến %(to)s"))
    roman = ROMAN[number] if number < len(ROMAN) else str(number)
    return pattern % {**said, "roman": roman, "first": start.month, "last": end.month}


def short_label_of(kind: Kind, code: str, start: date, end: date, name: str) -> str:
    """“2024–2025”, “2024”, “3/2024”, “I/2024”; else the label."""
    year, number = _year(code, start), _number(code)
    if kind == Kind.SCHOOL_YEAR:
        return f"{year}–{year + 1}"
    if kind in YEARS:
        return str(year)
    if kind in MONTHS:
        return f"{number}/{year}"
    if kind in QUARTERS:
        return f"{ROMAN[number]}/{year}"
    return label_of(kind, code, start, end, name)


def _year(code: str, start: date) -> int:
    """The year that the code names."""
    found = re.search(r"\d{4}", code)
    return int(found[0]) if found else start.year


def _number(code: str) -> int:
    """The last number of the code after its year, 0 if there is none: 2004W10 → 10, 200401B → 1, NH2024HK1.17 → 1."""
    after = re.search(r"\d{4}(.*)", code.partition(".")[0])
    digits = re.findall(r"\d+", after[1]) if after else []
    return int(digits[-1]) if digits else 0


def _day(day: date) -> str:
    return f"{day.day}/{day.month}/{day.year}"

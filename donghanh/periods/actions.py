from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime, timedelta

from django.db import transaction
from django.db.backends.postgresql.psycopg_any import DateRange

from donghanh.audit.actions import record
from donghanh.kernel.text import nfc
from donghanh.kernel.verdict import verdict_of
from donghanh.periods.choices import PeriodKind
from donghanh.periods.models import Period, SpecialDay
from donghanh.periods.rules import (
    SemesterDates,
    own_period_faults,
    school_year_faults,
    special_day_faults,
    year_code,
)
from donghanh.periods.spans import Span


def set_school_year(*, first_day: date, last_day: date) -> Period:
    """Write the school year a decision sets; its tree is read on its last day, its targets are of that day's year."""
    return _set_year(first_day, last_day, place="", decision="")


@transaction.atomic
def decide_school_year(
    *,
    first_day: date,
    last_day: date,
    semesters: Sequence[SemesterDates],
    place: str = "",
    decision: str = "",
    by: int | None,
    at: datetime,
) -> Period:
    """Write a school year with its semesters, or move their days; semesters that are no longer named go.

    `place`: code of a province whose decision it is, "" for all. Refused with the first fault.
    """
    verdict_of(school_year_faults(first_day, last_day, semesters, place=place)).enforce()
    said = {"place": place, "decision": nfc(decision)}
    year = _set_year(first_day, last_day, **said)
    codes = [_semester_code(year, number) for number in range(1, len(semesters) + 1)]
    stem = _semester_code(year, 0).partition("HK")[0]
    old = Period.objects.filter(kind=PeriodKind.SEMESTER, place=place, code__startswith=f"{stem}HK")
    old.exclude(code__in=codes).delete()
    old.update(days=DateRange(None, None, "[)", empty=True))  # out of each other's way while they move
    for code, semester in zip(codes, semesters, strict=True):
        Period.objects.update_or_create(
            code=code,
            defaults={
                "kind": PeriodKind.SEMESTER,
                "days": DateRange(semester.first_day, semester.last_day + timedelta(days=1)),
                "reference_day": semester.last_day,
                "target_year": year.target_year,
                "teaching_weeks": semester.weeks,
                **said,
            },
        )
    record(verb="periods.school_year_set", on=year, by=by, at=at, semesters=len(semesters))
    return year


def _set_year(first_day: date, last_day: date, *, place: str, decision: str) -> Period:
    period, _ = Period.objects.update_or_create(
        code=year_code(first_day, place),
        defaults={
            "kind": PeriodKind.SCHOOL_YEAR,
            "days": DateRange(first_day, last_day + timedelta(days=1)),
            "reference_day": last_day,
            "target_year": last_day.year,
            "place": place,
            "decision": decision,
        },
    )
    return period


def _semester_code(year: Period, number: int) -> str:
    stem, dot, place = year.code.partition(".")
    return f"{stem}HK{number}{dot}{place}"


def keep(span: Span) -> Period:
    """The row of a computed period, made when a report or figure first refers to it."""
    period, _ = Period.objects.get_or_create(
        code=span.code,
        defaults={
            "kind": span.kind,
            "days": DateRange(span.start, span.end + timedelta(days=1)),
            "reference_day": span.reference_day,
            "target_year": span.end.year,
        },
    )
    return period


@transaction.atomic
def add_own_period(
    *,
    name: str,
    first_day: date,
    last_day: date,
    reference_day: date | None = None,
    place: str = "",
    decision: str = "",
    by: int | None,
    at: datetime,
) -> Period:
    """A one-off period, for a survey or a drive: named, and allowed to lie across others. Its code is KR and a number.

    Without a `reference_day` the tree is read on its last day.
    """
    name, day = nfc(name), reference_day or last_day
    verdict_of(own_period_faults(name, first_day, last_day, day, place=place)).enforce()
    period = Period.objects.create(
        code=f"{first_day:%Y%m%d}-new",  # its number is known once it is written
        kind=PeriodKind.OWN,
        name=name,
        place=place,
        days=DateRange(first_day, last_day + timedelta(days=1)),
        reference_day=day,
        target_year=last_day.year,
        decision=nfc(decision),
    )
    period.code = f"KR{period.pk}"
    period.save(update_fields=["code"])
    record(verb="periods.own_period_added", on=period, by=by, at=at)
    return period


@transaction.atomic
def set_special_day(
    *, day: date, works: bool, name: str, place: str = "", decision: str = "", by: int | None, at: datetime
) -> SpecialDay:
    """Write a day off that the national list does not know, or a day worked to make up for one."""
    verdict_of(special_day_faults(day, place=place)).enforce()
    row = SpecialDay.objects.create(day=day, works=works, name=nfc(name), place=place, decision=nfc(decision))
    record(verb="periods.special_day_set", on=row, by=by, at=at)
    return row

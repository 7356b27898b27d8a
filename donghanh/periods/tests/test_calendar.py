from __future__ import annotations

from datetime import UTC, date, datetime

import pytest

from donghanh.audit.queries import history_of
from donghanh.kernel.verdict import Refused
from donghanh.periods.actions import add_own_period, decide_school_year, keep, set_special_day
from donghanh.periods.models import Period
from donghanh.periods.queries import (
    BadPeriod,
    calendar_of,
    parse,
    period,
    periods,
    relative_periods,
    school_weeks,
    school_years,
    semesters,
    working_day,
    working_days,
)
from donghanh.periods.relative import COUNTED, NAMES
from donghanh.periods.rules import SemesterDates

pytestmark = pytest.mark.django_db
MONDAY = date(2024, 3, 4)
AT = datetime(2025, 6, 16, 2, tzinfo=UTC)


def a_year(first: int = 2024, place: str = "", *, begins: int = 5) -> Period:
    return decide_school_year(
        first_day=date(first, 9, begins),
        last_day=date(first + 1, 5, 31),
        semesters=[
            SemesterDates(date(first, 9, begins), date(first + 1, 1, 17), 18),
            SemesterDates(date(first + 1, 1, 20), date(first + 1, 5, 31), 17),
        ],
        place=place, decision="QĐ 1", by=None, at=AT,
    )  # fmt: skip


def codes(spans):
    return [span.code for span in spans]


def test_a_school_year_comes_with_its_semesters():
    year = a_year()
    found = semesters(year)
    assert [(row.code, row.label, row.teaching_weeks) for row in found] == [
        ("NH2024HK1", "Học kỳ I năm học 2024–2025", 18),
        ("NH2024HK2", "Học kỳ II năm học 2024–2025", 17),
    ]
    assert [entry.verb for entry in history_of(year)] == ["periods.school_year_set"]


def test_its_dates_may_move_across_each_other():
    a_year()
    decide_school_year(
        first_day=date(2024, 9, 5), last_day=date(2025, 5, 31),
        semesters=[
            SemesterDates(date(2024, 9, 5), date(2025, 2, 15)), SemesterDates(date(2025, 2, 16), date(2025, 5, 31)),
        ],
        by=None, at=AT,
    )  # fmt: skip
    assert [row.span.end for row in semesters(period("NH2024"))] == [date(2025, 2, 15), date(2025, 5, 31)]


def test_a_province_has_a_year_of_its_own():
    a_year(2023)
    a_year(2024)
    a_year(2024, "25", begins=9)
    assert [row.code for row in school_years()] == ["NH2023", "NH2024"]
    assert [row.code for row in school_years(place="25")] == ["NH2023", "NH2024.25"]
    assert semesters(period("NH2024.25"))[0].label == "Học kỳ I năm học 2024–2025"
    assert relative_periods("THIS_SCHOOL_YEAR", on=date(2024, 9, 6), place="25")[0].code == "NH2023"
    assert relative_periods("THIS_SCHOOL_YEAR", on=date(2024, 9, 6))[0].code == "NH2024"


@pytest.mark.parametrize(
    ("first", "last", "semester", "sentence"),
    [
        (date(2024, 9, 5), date(2024, 9, 1), None, "Ngày cuối phải từ ngày đầu trở đi."),
        (date(2025, 5, 1), date(2026, 5, 1), None, "Trùng ngày với Năm học 2024–2025 (05/09/2024–31/05/2025)."),
        (date(2025, 9, 5), date(2027, 5, 1), None, "Kỳ dài quá 366 ngày; thầy cô xem lại năm."),
        (date(2025, 9, 5), date(2026, 5, 31), (date(2025, 9, 1), date(2026, 1, 1)), "Học kỳ bắt đầu trước năm học."),
        (date(2025, 9, 5), date(2026, 5, 31), (date(2025, 9, 5), date(2026, 6, 1)), "Học kỳ kết thúc sau năm học."),
    ],
)
def test_bad_dates_are_refused_and_nothing_is_written(first, last, semester, sentence):
    a_year()
    with pytest.raises(Refused) as refused:
        decide_school_year(
            first_day=first, last_day=last, semesters=[SemesterDates(*semester)] if semester else [], by=None, at=AT
        )
    assert str(refused.value) == sentence
    assert Period.objects.count() == 3


def test_own_periods_may_lie_across_each_other():
    said = {"first_day": date(2025, 10, 1), "last_day": date(2025, 10, 31), "by": None, "at": AT}
    one = add_own_period(name="Tháng an toàn mạng", **said)
    other = add_own_period(name="Tuần lễ học tập suốt đời", **{**said, "last_day": date(2025, 10, 7)})
    assert [row.label for row in periods("own")] == [other.label, one.label] == [
        "Tuần lễ học tập suốt đời", "Tháng an toàn mạng",
    ]  # fmt: skip
    assert one.code == f"KR{one.pk}"
    with pytest.raises(Refused, match="Ngày xác định đơn vị phải nằm trong kỳ"):
        add_own_period(name="x", reference_day=date(2025, 11, 1), **said)


def test_a_computed_period_becomes_a_row_once():
    row = keep(parse("HC2024Q1"))
    assert keep(parse("HC2024Q1")) == row
    assert row.span == parse("HC2024Q1")
    assert row.label == "Quý I/2024"


def test_the_administrative_calendar_of_a_school_year():
    year = a_year()
    a_year(2025)
    closing = calendar_of(year, "administrative")
    assert codes(closing)[:4] == ["HC202409", "HC2024Q3", "HC2024T9", "HC202410"]
    assert sum(span.kind == "admin_month" for span in closing) == 12
    assert codes(calendar_of(year, "statistical")) == ["TKD2024", "TKC2024"]
    assert codes(calendar_of(year, "school")) == ["NH2024HK1", "NH2024HK2", "NH2024"]


def test_weeks_of_school_skip_tet():
    second = school_weeks(semesters(a_year())[1].span)
    assert [(week.start, week.end) for week in second[:2]] == [
        (date(2025, 1, 20), date(2025, 1, 26)),
        (date(2025, 2, 3), date(2025, 2, 9)),  # 27/1–2/2/2025 is Tết
    ]
    assert second[1].label == "Tuần 2"


# ── relative ──


def test_every_name_means_something_and_ends_in_time():
    a_year(2023)
    a_year(2024)
    on = date(2025, 6, 16)
    for name in NAMES:
        found = relative_periods(name, on=on)
        assert found, name
        assert [span.start for span in found] == sorted(span.start for span in found)
    for name, (_kind, first, last) in COUNTED.items():
        assert len(relative_periods(name, on=on)) == last - first + 1, name


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("TODAY", ["20240304"]),
        ("LAST_3_DAYS", ["20240301", "20240302", "20240303"]),
        ("LAST_3_MONTHS", ["202312", "202401", "202402"]),
        ("LAST_4_QUARTERS", ["2023Q1", "2023Q2", "2023Q3", "2023Q4"]),
        ("LAST_2_SIXMONTHS", ["2023S1", "2023S2"]),
        ("LAST_5_YEARS", ["2019", "2020", "2021", "2022", "2023"]),
        ("THIS_FINANCIAL_YEAR", ["2023Oct"]),
        ("QUARTERS_LAST_YEAR", ["2023Q1", "2023Q2", "2023Q3", "2023Q4"]),
        ("THIS_BIWEEK", ["2024BiW5"]),
        ("THIS_ADMIN_MONTH", ["HC202403"]),
    ],
)
def test_relative_names_mean_what_dhis2_means(name, expected):
    assert codes(relative_periods(name, on=MONDAY)) == expected


def test_weeks_of_a_year_with_53():
    weeks = codes(relative_periods("WEEKS_THIS_YEAR", on=date(2020, 7, 1)))
    assert (len(weeks), weeks[0], weeks[-1]) == (53, "2020W1", "2020W53")


def test_in_summer_this_school_year_is_the_one_that_just_ended():
    for first in (2022, 2023, 2024):
        a_year(first)
    on = date(2025, 6, 16)
    assert codes(relative_periods("THIS_SCHOOL_YEAR", on=on)) == ["NH2024"]
    assert codes(relative_periods("LAST_SCHOOL_YEAR", on=on)) == ["NH2023"]
    assert codes(relative_periods("LAST_5_SCHOOL_YEARS", on=on)) == ["NH2022", "NH2023"]
    assert codes(relative_periods("THIS_SEMESTER", on=on)) == ["NH2024HK2"]
    assert codes(relative_periods("LAST_SEMESTER", on=on)) == ["NH2024HK1"]
    assert codes(relative_periods("SEMESTERS_THIS_SCHOOL_YEAR", on=on)) == ["NH2024HK1", "NH2024HK2"]


def test_an_empty_calendar_has_no_school_year_and_a_wrong_name_is_refused():
    assert relative_periods("THIS_SCHOOL_YEAR", on=MONDAY) == []
    with pytest.raises(BadPeriod, match="Không có kỳ tương đối “LAST_7_YEARS”"):
        relative_periods("LAST_7_YEARS", on=MONDAY)


# ── working days ──


def test_a_deadline_in_working_days_skips_weekends_tet_and_days_in_lieu():
    assert working_day(2, after=date(2025, 6, 13)) == date(2025, 6, 17)  # Friday → Tuesday
    assert working_day(1, after=date(2025, 1, 24)) == date(2025, 2, 3)  # over Tết
    assert working_day(1, after=date(2025, 4, 25)) == date(2025, 4, 26)  # Saturday worked in lieu of 2 May
    assert working_day(1, after=date(2025, 4, 29)) == date(2025, 5, 5)
    assert working_days(date(2025, 4, 26), date(2025, 5, 4)) == 3


def test_a_province_adds_days_of_its_own():
    set_special_day(day=date(2024, 9, 9), works=False, name="Phòng tránh bão số 3", place="25", by=None, at=AT)
    set_special_day(day=date(2024, 9, 14), works=True, name="Làm bù", place="25", by=None, at=AT)
    assert working_day(1, after=date(2024, 9, 6), place="25") == date(2024, 9, 10)
    assert working_day(1, after=date(2024, 9, 13), place="25") == date(2024, 9, 14)
    assert working_day(1, after=date(2024, 9, 6)) == date(2024, 9, 9)
    with pytest.raises(Refused, match="đã được ghi"):
        set_special_day(day=date(2024, 9, 9), works=True, name="x", place="25", by=None, at=AT)


@pytest.mark.parametrize("n", [0, -1, 1001])
def test_a_senseless_deadline_is_refused(n):
    with pytest.raises(ValueError, match="Số ngày làm việc phải từ 1 đến 1000"):
        working_day(n, after=MONDAY)


def test_a_deadline_asks_the_database_once(django_assert_num_queries):
    with django_assert_num_queries(1):
        working_day(15, after=MONDAY)

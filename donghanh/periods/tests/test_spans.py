from __future__ import annotations

from datetime import date, timedelta

import pytest
from django.utils import translation
from hypothesis import given
from hypothesis import strategies as st

from donghanh.periods.choices import PeriodKind as Kind
from donghanh.periods.spans import RULES, BadPeriod, parse, parse_interval, span_of

DAYS = st.dates(date(1902, 1, 1), date(2096, 12, 31))  # three periods on is still within 2100
KINDS = st.sampled_from(sorted(RULES))
GAPS = {Kind.ADMIN_NINE_MONTHS, Kind.COUNT_AT_START, Kind.COUNT_AT_END}  # kinds that do not cover every day
EXAMPLES = {  # the documented examples, with the first and last day that DHIS2 gives them
    "20040315": ("2004-03-15", "2004-03-15"),
    "2004W10": ("2004-03-01", "2004-03-07"),
    "2015WedW5": ("2015-01-28", "2015-02-03"),
    "2015ThuW6": ("2015-02-05", "2015-02-11"),
    "2015SatW7": ("2015-02-14", "2015-02-20"),
    "2015SunW8": ("2015-02-22", "2015-02-28"),
    "2015BiW1": ("2014-12-29", "2015-01-11"),
    "200403": ("2004-03-01", "2004-03-31"),
    "200401B": ("2004-01-01", "2004-02-29"),
    "2004Q1": ("2004-01-01", "2004-03-31"),
    "2004NovQ1": ("2003-11-01", "2004-01-31"),
    "2004S1": ("2004-01-01", "2004-06-30"),
    "2004AprilS1": ("2004-04-01", "2004-09-30"),
    "2004NovS1": ("2003-11-01", "2004-04-30"),
    "2004": ("2004-01-01", "2004-12-31"),
    "2004April": ("2004-04-01", "2005-03-31"),
    "2004July": ("2004-07-01", "2005-06-30"),
    "2004Oct": ("2004-10-01", "2005-09-30"),
    "2004Sep": ("2004-09-01", "2005-08-31"),
    "2025Nov": ("2024-11-01", "2025-10-31"),
    # Decree 09/2019, as the State Bank's and Khánh Hòa's regulations carry it out
    "HC202401": ("2023-12-15", "2024-01-14"),
    "HC2024Q1": ("2023-12-15", "2024-03-14"),
    "HC2024Q2": ("2024-03-15", "2024-06-14"),
    "HC2024S1": ("2023-12-15", "2024-06-14"),
    "HC2024S2": ("2024-06-15", "2024-12-14"),
    "HC2024T9": ("2023-12-15", "2024-09-14"),
    "HC2024": ("2023-12-15", "2024-12-14"),
    "TKD2024": ("2024-09-30", "2024-09-30"),
    "TKC2024": ("2025-05-31", "2025-05-31"),
}


@pytest.mark.parametrize("code", EXAMPLES)
def test_documented_codes_mean_their_days(code):
    span = parse(code)
    assert (span.code, span.start.isoformat(), span.end.isoformat()) == (code, *EXAMPLES[code])


@given(KINDS, DAYS)
def test_a_code_is_read_as_it_was_printed(kind, day):
    span = span_of(kind, day)
    assert parse(span.code) == span
    assert span.start <= day
    assert (day in span) or kind in GAPS


@given(KINDS, DAYS)
def test_an_interval_is_read_as_it_was_printed(kind, day):
    span = span_of(kind, day)
    read = parse_interval(span.interval)
    assert (read.start, read.end) == (span.start, span.end)
    if kind not in GAPS and span.days > 1 and not (kind == Kind.BIWEEK and span.days == 7):  # a lone 53rd week
        assert read == span


@given(KINDS, DAYS)
def test_neighbours_touch_and_lead_back(kind, day):
    span = span_of(kind, day)
    assert span.next.previous == span == span.previous.next
    if kind not in GAPS:
        assert span.next.start == span.end + timedelta(days=1)
    assert span.moved(3).moved(-3) == span


@given(DAYS)
def test_a_year_is_its_months_and_quarters(day):
    for whole, parts in (
        (Kind.YEAR, (Kind.MONTH, Kind.QUARTER)),
        (Kind.ADMIN_YEAR, (Kind.ADMIN_MONTH, Kind.ADMIN_QUARTER)),
    ):
        year = span_of(whole, day)
        for kind in parts:
            months = year.parts(kind)
            assert (months[0].start, months[-1].end) == (year.start, year.end)
            assert sum(part.days for part in months) == year.days


@given(st.text(max_size=40))
def test_whatever_is_typed_is_read_or_refused_with_a_sentence(text):
    for read in (parse, parse_interval):
        try:
            assert read(text).days > 0
        except BadPeriod as refused:
            assert str(refused).endswith(".")  # noqa: PT017  # either outcome is right


@pytest.mark.parametrize(
    ("code", "sentence"),
    [
        ("2004W54", "Năm 2004 không có kỳ số 54 (“2004W54”)."),
        ("2004Q5", "Mã “2004Q5” sai: mỗi năm chỉ có các kỳ số 1–4."),
        ("20040230", "“20040230” có ngày không có trong lịch."),
        ("1899", "Kỳ “1899” nằm ngoài các năm 1900–2100."),
        ("٢٠٠٤", "“٢٠٠٤” không phải mã kỳ. Ví dụ mã đúng: 2024, 2024Q1, 202403, 2024W10, 20240315."),
    ],
)
def test_a_bad_code_is_told_what_is_wrong(code, sentence):
    with pytest.raises(BadPeriod) as refused:
        parse(code)
    assert str(refused.value) == sentence


def test_other_spellings_are_read():
    assert parse("2004-03") == parse("200403")
    assert parse("2004-03-15") == parse("20040315")
    assert parse("2004W05") == parse("2004W5")
    assert parse_interval("2004-03-01/P1W").code == "2004W10"
    assert parse_interval("2004-01-01/P12M").code == "2004"


@pytest.mark.parametrize(
    ("code", "label", "short"),
    [
        ("202403", "Tháng 3/2024", "3/2024"),
        ("2024Q3", "Quý III/2024", "III/2024"),
        ("2024W10", "Tuần 10/2024 (4/3/2024–10/3/2024)", "Tuần 10/2024 (4/3/2024–10/3/2024)"),
        ("HC2024S2", "6 tháng cuối năm 2024", "6 tháng cuối năm 2024"),
        ("HC2024T9", "9 tháng đầu năm 2024", "9 tháng đầu năm 2024"),
        ("TKD2024", "Thống kê đầu năm học 2024–2025", "Thống kê đầu năm học 2024–2025"),
        ("2004April", "Năm tài chính từ 1/4/2004 đến 31/3/2005", "Năm tài chính từ 1/4/2004 đến 31/3/2005"),
    ],
)
def test_a_period_says_what_it_is_called(code, label, short):
    assert (parse(code).label, parse(code).short_label) == (label, short)


def test_every_kind_has_a_name_in_english_too():
    with translation.override("en"):
        assert all(span_of(kind, date(2024, 3, 4)).label for kind in RULES)

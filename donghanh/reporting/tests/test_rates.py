"""Reporting rates and the traps they are known for; what the checks over time say on the officer's board."""

from __future__ import annotations

from datetime import date

import pytest
from django.db.backends.postgresql.psycopg_any import DateRange
from django.urls import reverse

from donghanh.organisations.models import Unit
from donghanh.reporting.models import ExpectedReport
from donghanh.reporting.rates import rates_of
from donghanh.reporting.tests.factories import AT, TODAY, a_sent_report, an_accepted_report, an_open_round
from donghanh.statistics.models import Finding, ValidationRule


def told(cast, *rounds) -> dict[str, tuple[int, int, int, int]]:
    lines = rates_of(cast.district_officer, list(rounds), on=TODAY)
    return {line.name: (line.expected, line.sent, line.on_time, line.accepted) for line in lines}


def test_sent_on_time_and_accepted_are_counted_among_the_expected(cast, django_assert_max_num_queries) -> None:
    row = an_open_round(cast)
    an_accepted_report(cast, row)
    with django_assert_max_num_queries(7):
        (line,) = rates_of(cast.district_officer, [row], on=TODAY)
    assert (line.sent, line.on_time, line.accepted) == (1, 1, 1)
    assert line.expected >= 2
    assert line.sent_share == pytest.approx(100 / line.expected)


def test_a_unit_that_closed_before_the_reference_day_is_neither_expected_nor_counted(cast) -> None:
    row = an_open_round(cast)
    a_sent_report(cast, row)
    before = next(iter(told(cast, row).values()))
    Unit.objects.filter(pk=cast.school.pk).update(existence=DateRange(date(2000, 1, 1), date(2025, 5, 1)))
    after = next(iter(told(cast, row).values()))
    assert (after[0], after[1]) == (before[0] - 1, 0)  # its sending is not more than 100 % of the others


def test_an_extension_makes_a_late_report_one_in_time_for_that_unit_alone(cast) -> None:
    row = an_open_round(cast)
    a_sent_report(cast, row)
    late = {"due_on": date(2025, 6, 1), "grace_on": date(2025, 6, 1)}
    ExpectedReport.objects.filter(collection=row).update(**late)
    assert next(iter(told(cast, row).values()))[2] == 0
    ExpectedReport.objects.filter(collection=row, unit=cast.school).update(grace_on=AT.date())
    assert next(iter(told(cast, row).values()))[2] == 1


def test_every_form_stands_in_one_list_with_its_file(cast, sign_in, on_demo_day) -> None:
    rounds = [an_open_round(cast, year=year) for year in (2023, 2024)]
    desk = sign_in(cast.district_officer)
    page = desk.get(reverse("reporting:rates")).content.decode()
    assert all(one.period.short_label in page for one in rounds)
    assert desk.get(reverse("reporting:rates"), {"xuat": "xlsx"}).content[:2] == b"PK"


# ── to look at ─────────────────────────────────────────────────────────────────────────────────────────────────────


@pytest.fixture
def finding(cast, on_demo_day) -> Finding:
    row = an_open_round(cast)
    an_accepted_report(cast, row)
    rule = ValidationRule.objects.create(
        code="within", name_vi="Nhiều hơn số thuộc diện", name_en="More than in scope", left="a", comparison="<=",
        right="b",
    )  # fmt: skip
    return Finding.objects.create(
        kind="rule", rule=rule, unit=cast.school, period=row.period, form=row.form_version.form.code,
        owner=cast.department, numbers={"left": 12, "right": 10}, importance="high", found_at=AT,
    )  # fmt: skip


def test_the_board_counts_what_is_to_look_at_and_a_word_takes_it_off(cast, finding, sign_in) -> None:
    desk, listed = sign_in(cast.district_officer), reverse("reporting:findings")
    assert "Cần xem lại: 1 điều" in desk.get(reverse("reporting:board")).content.decode()
    page = desk.get(listed).content.decode()
    assert "Nhiều hơn số thuộc diện (12; 10)" in page
    assert "Mở báo cáo" in page
    assert "Nhiều hơn" not in desk.get(listed, {"loai": "outlier"}).content.decode()
    desk.post(reverse("reporting:see_finding", args=[finding.pk]), {"word": ""})
    assert Finding.objects.get().seen_at is None
    desk.post(reverse("reporting:see_finding", args=[finding.pk]), {"word": "đã xem: đúng"})
    assert Finding.objects.get().seen_word == "đã xem: đúng"
    assert "Nhiều hơn" not in desk.get(listed).content.decode()


def test_an_officer_elsewhere_sees_nothing_of_it(cast, finding, sign_in) -> None:
    desk = sign_in(cast.other_district_officer)
    assert "Nhiều hơn" not in desk.get(reverse("reporting:findings")).content.decode()
    assert desk.post(reverse("reporting:see_finding", args=[finding.pk]), {"word": "x"}).status_code == 404

"""Discipline is a number a school, year and category; sums of closed years pass the one gate of statistics."""

from __future__ import annotations

from datetime import date

import pytest
from django.apps import apps
from django.urls import reverse

from donghanh.kernel.verdict import Refused
from donghanh.organisations.tests.factories import AT, a_school
from donghanh.periods.actions import set_school_year
from donghanh.periods.models import Period
from donghanh.recognition import actions_practice, queries
from donghanh.recognition.choices import Discipline
from donghanh.recognition.models import DisciplineCount

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("on_demo_day")]


@pytest.fixture
def years():
    """The year that is over and has been followed by another, and that other."""
    set_school_year(first_day=date(2023, 9, 5), last_day=date(2024, 5, 31))
    set_school_year(first_day=date(2024, 9, 5), last_day=date(2025, 5, 31))
    return list(Period.objects.filter(kind="school_year").order_by("days"))


def counted(unit, year, reminder, written=0, suspension=0):
    DisciplineCount.objects.bulk_create(
        DisciplineCount(unit=unit, period=year, category=category, count=count)
        for category, count in (("reminder", reminder), ("written", written), ("suspension", suspension))
    )


def schools_below(commune, *, called, many):
    return [a_school(f"Trường {called} {number}", below=commune) for number in range(many)]


def test_a_school_counts_the_year_in_course_and_nobody_is_named(cast, years, sign_in):
    here = reverse("recognition:discipline")
    teacher = sign_in(cast.teacher)
    assert teacher.post(here, {"reminder": "-1", "written": "2", "suspension": ""}).status_code == 422
    teacher.post(here, {"reminder": "9", "written": "2", "suspension": "0"})
    rows = DisciplineCount.objects.filter(unit=cast.school, period=years[1])
    assert dict(rows.values_list("category", "count")) == {"reminder": 9, "written": 2, "suspension": 0}
    fields = {field.name for field in apps.get_model("recognition", "DisciplineCount")._meta.get_fields()}
    assert fields == {"id", "unit", "period", "category", "count"}


def test_a_closed_year_stands(cast, years):
    said = {"unit_id": cast.school.pk, "counts": dict.fromkeys(Discipline.values, 1), "by": cast.teacher, "at": AT}
    with pytest.raises(Refused, match="đã khép"):
        actions_practice.count_discipline(period=years[0], **said)
    with pytest.raises(Refused, match="trường mình"):
        actions_practice.count_discipline(period=years[1], **said | {"unit_id": cast.sibling.pk})
    assert not DisciplineCount.objects.exists()


def test_an_office_reads_closed_years_alone(cast, years, sign_in, settings):
    for unit in (cast.school, cast.preschool, *schools_below(cast.commune, called="A", many=3)):
        counted(unit, years[1], 10, 1)
    here = reverse("recognition:discipline")
    page = sign_in(cast.district_officer).get(here).text
    assert "Chưa trường nào ghi số của năm này." in page  # of 2023–2024
    assert "Tổng của Năm học 2024–2025 hiện ra khi năm học sau bắt đầu" in page
    assert "<dd>50</dd>" not in page
    set_school_year(first_day=date(2025, 9, 5), last_day=date(2026, 5, 31))
    settings.DEMO_DAY = "2025-09-10"
    page = sign_in(cast.department_officer).get(here).text
    assert "<dd>50</dd>" in page
    assert "5 trường đã ghi số" in page


def test_few_cases_or_few_schools_are_not_told(cast, years):
    for unit in (cast.school, cast.preschool):
        counted(unit, years[0], 20, 30)
    ((schools, sums),) = queries.discipline_over([cast.lac_son.pk], years[0]).values()
    assert (schools, sums) == (2, dict.fromkeys(Discipline.values))
    for unit in schools_below(cast.commune, called="B", many=3):
        counted(unit, years[0], 20, 0, 1)
    ((schools, sums),) = queries.discipline_over([cast.lac_son.pk], years[0]).values()
    assert (schools, sums["reminder"], sums["suspension"]) == (5, 100, None)


def test_no_two_offices_sums_tell_a_third(cast, years):
    far = cast.sibling
    for unit in (cast.school, cast.preschool, *schools_below(cast.commune, called="C", many=3)):
        counted(unit, years[0], 12)
    for unit in (far, *schools_below(cast.kim_boi, called="D", many=3)):
        counted(unit, years[0], 1 if unit == far else 0)
    offices = {"so": cast.department.pk, "near": cast.lac_son.pk, "far": cast.kim_boi.pk}
    found = queries.discipline_over(offices.values(), years[0])
    told = {name: found[office][1]["reminder"] for name, office in offices.items()}
    assert told["far"] is None  # one case
    assert (told["so"] is None) != (told["near"] is None)  # their difference would be that case
    assert found[offices["so"]][0] == 9

"""Classes and learners, counted for reports: numbers leave the wall, names do not."""

from __future__ import annotations

from datetime import date

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from donghanh.kernel.rows import everything, reader
from donghanh.measures.queries import measure
from donghanh.rosters.models import Enrolment, Learner
from donghanh.rosters.tests.factories import a_class, a_learner, school_year


@pytest.fixture
def classes(cast):
    third, sixth = a_class(cast.school, "3A", grade=3), a_class(cast.school, "6A", grade=6)
    a_class(cast.school, "6B", year=school_year(2023), grade=6)
    for number in range(3):
        a_learner(sixth, f"Bùi Thị Ánh {number}", number=f"n{number}")
    a_learner(third, "Quách Văn Ấn")
    gone = a_learner(third, "Bùi Văn Én")
    with everything():
        Enrolment.objects.filter(learner=gone).update(valid=(date(2024, 9, 5), date(2025, 5, 31)))


def counted(code, unit, year=2024):
    return dict(measure(code).count(unit.pk, school_year(year).span))


@pytest.mark.usefixtures("classes")
def test_learners_on_the_last_day_are_counted_by_level_whoever_asks(cast):
    with reader(account=cast.outsider.pk, day=date(2025, 6, 16)):
        assert not Learner.objects.exists()
        assert counted("rosters.learners", cast.school) == {"": 4, "TH": 1, "THCS": 3}
        assert not Learner.objects.exists()  # the wall stands again
    assert counted("rosters.classes", cast.school) == {"": 2, "TH": 1, "THCS": 1}


@pytest.mark.usefixtures("classes")
def test_lines_are_classes(cast):
    lines = measure("rosters.learners").lines(cast.school.pk, school_year().span)
    assert [line.words for line in lines] == ["Lớp 3A: 1 học sinh", "Lớp 6A: 3 học sinh"]


def test_a_class_without_grade_is_of_the_level_its_school_teaches(cast):
    a_learner(a_class(cast.preschool, "Lá 1", grade=None))
    assert counted("rosters.learners", cast.preschool) == {"": 1, "MN": 1}


@pytest.mark.usefixtures("classes")
def test_a_school_without_classes_of_that_time_is_offered_nothing(cast):
    assert counted("rosters.learners", cast.sibling) == {}
    assert counted("rosters.learners", cast.school, 2021) == {}


@pytest.mark.usefixtures("classes")
def test_one_query_counts(cast):
    span = school_year().span
    with CaptureQueriesContext(connection) as seen:
        measure("rosters.learners").count(cast.school.pk, span)
    assert len([query for query in seen if "rosters_schoolclass" in query["sql"]]) == 1

"""The register's headcount, offered to reports."""

from datetime import date

from donghanh.measures.queries import measure
from donghanh.organisations.tests.factories import a_commune, a_school
from donghanh.periods.actions import set_school_year


def test_the_register_says_staff_and_learners(db):
    commune = a_commune()
    school, silent = a_school(below=commune, headcount=(40, 500)), a_school("Trường khác", below=commune)
    span = set_school_year(first_day=date(2024, 9, 5), last_day=date(2025, 5, 31)).span
    assert measure("organisations.staff").count(school.pk, span) == {"": 40}
    assert measure("organisations.learners").count(school.pk, span) == {"": 500}
    assert measure("organisations.learners").count(silent.pk, span) == {}
    [line] = measure("organisations.learners").lines(school.pk, span)
    assert line.words == "500 học sinh, sinh viên, theo sổ đăng ký"

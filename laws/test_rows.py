"""Tables with minors' data: the database asks who is reading, whatever the query forgot.

For every person of the cast and every walled table, the rows that the database shows are those that the table of roles,
the tree and the classes allow. What is allowed is found out the slow way: one parent at a time, one row at a time.
"""

from __future__ import annotations

from datetime import date
from types import SimpleNamespace
from typing import Any

import pytest
from django.apps import apps
from django.db import connection

from donghanh.kernel.rows import everything
from donghanh.organisations.models import Unit, UnitParent
from donghanh.organisations.tests.factories import a_department, a_school
from donghanh.people.choices import ROLES, Right
from donghanh.people.middleware import _wall
from donghanh.people.models import Membership
from donghanh.rosters import queries
from donghanh.rosters.models import (
    ClassTeaching,
    Enrolment,
    Learner,
    RollOver,
    RollOverStep,
    RosterImport,
    RosterLine,
    Slip,
)
from donghanh.rosters.tests.factories import AT, a_class, a_learner, school_year, teaches

ROOMS_WITH_MINORS = ("rosters", "guardians", "privacy")
NOT_OF_MINORS = {  # rows that name no minor, and why
    "rosters_schoolclass": "a class is no person",
    "rosters_classteaching": "a teacher is of age",
    "rosters_scimtoken": "a key of a programme: its name, its unit and who made it",
    "privacy_retentionrun": "counts of rows, nobody's",
    "guardians_claimfailure": "an address and a moment, for a day; the code typed is not kept",
}
DAY = date(2025, 6, 16)
PEOPLE = (
    "department_officer", "district_officer", "other_district_officer", "principal", "teacher", "other_teacher",
    "administrator", "school_administrator", "class_teacher", "student", "guardian", "outsider",
)  # fmt: skip
OF_A_LEARNER = (Learner, Enrolment, Slip)  # these a learner and the class's teacher see as well
OF_AN_OFFICE = (RosterImport, RosterLine, RollOver, RollOverStep)
WIDE = {Right.READ_LEARNERS, Right.MANAGE_LEARNERS, Right.ANSWER_DATA_REQUESTS}


@pytest.mark.django_db
def test_every_table_with_minors_data_is_walled():
    tables = {model._meta.db_table for model in apps.get_models() if model._meta.app_label in ROOMS_WITH_MINORS}
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT relname FROM pg_class WHERE relrowsecurity AND relforcerowsecurity"
            " AND EXISTS (SELECT FROM pg_policy WHERE polrelid = pg_class.oid)"
        )
        walled = {row[0] for row in cursor.fetchall()}
    assert tables - walled == NOT_OF_MINORS.keys()


class School:
    """Every walled row at every school of the cast, and at one of another province."""

    def __init__(self, cast: Any) -> None:
        self.cast = cast
        elsewhere = a_school("Trường THCS Mộc Châu", below=a_department("Sở GD&ĐT Sơn La"))
        self.units: list[Unit] = [cast.school, cast.preschool, cast.sibling, cast.direct, cast.lac_son, elsewhere]
        self.parents = dict(UnitParent.objects.order_by("pk").values_list("unit", "parent"))
        year = school_year()
        for unit in self.units:
            six, seven = a_class(unit, "6A"), a_class(unit, "7A")
            with everything():
                for school_class in (six, seven):
                    self._rows(unit, year, a_learner(school_class, f"Hoàng Yến {unit.pk}"))
            if unit == cast.school:
                teaches(cast.class_teacher, six)
                teaches(cast.class_teacher, seven, until=DAY)  # ended yesterday
        with everything():  # the cast's own student is one of the learners
            learner = Learner.objects.create(account=cast.student, unit=cast.school, full_name="Nguyễn An")
            self._rows(cast.school, year, learner)

    def _rows(self, unit: Unit, year: Any, learner: Learner) -> None:
        by = self.cast.school_administrator
        common = {"unit": unit, "by": by, "at": AT}
        roster = RosterImport.objects.create(school_year=year, name="x.csv", **common)
        RosterLine.objects.create(roster=roster, unit=unit, row=1, part="person", full_name=learner.full_name)
        Slip.objects.create(learner=learner, unit=unit, printed_by=by, printed_at=AT)
        for enrolment in Enrolment.objects.filter(learner=learner).order_by("pk"):
            done = RollOver.objects.create(into=year, **common)
            RollOverStep.objects.create(
                roll_over=done, unit=unit, learner=learner, move="leave", before=enrolment, before_valid=enrolment.valid
            )

    def below(self, unit_id: int | None, offices: set[int]) -> bool:
        """Is the unit one of the offices or below one? One parent at a time."""
        while unit_id is not None:
            if unit_id in offices:
                return True
            unit_id = self.parents.get(unit_id)
        return False

    def allowed(self, account: Any, model: type[Any]) -> set[int]:
        """Ids of the rows that the account may see, asked row by row; the caller sees everything."""
        held = [row for row in Membership.objects.filter(account=account).order_by("pk") if DAY in row.valid]
        offices = {row.unit_id for row in held if ROLES[row.role].rights & WIDE}
        teachings = ClassTeaching.objects.filter(account=account).order_by("pk")
        classes = {row.school_class_id for row in teachings if DAY in row.valid}
        enrolments = Enrolment.objects.order_by("pk")
        taught = {row.learner_id for row in enrolments if DAY in row.valid and row.school_class_id in classes}
        found = set()
        for row in model.objects.order_by("pk"):
            learner = row.pk if model is Learner else getattr(row, "learner_id", None)
            mine = learner == account.pk or (
                row.school_class_id in classes if model is Enrolment else learner in taught
            )
            if self.below(row.unit_id, offices) or (model in OF_A_LEARNER and mine):
                found.add(row.pk)
        return found


@pytest.fixture
def world(cast, on_demo_day):
    return School(cast)


@pytest.mark.parametrize("person", PEOPLE)
def test_the_database_shows_what_roles_tree_and_classes_allow(person, world):
    account = getattr(world.cast, person)
    for model in (*OF_A_LEARNER, *OF_AN_OFFICE):
        with everything():
            allowed = world.allowed(account, model)
        with _wall(SimpleNamespace(user=account)):
            seen = set(model.objects.order_by("pk").values_list("pk", flat=True))
        assert seen == allowed, model.__name__


@pytest.mark.parametrize("person", PEOPLE)
def test_queries_ask_for_no_more_than_the_database_shows(person, world):
    account = getattr(world.cast, person)
    asked = (
        queries.learners_visible_to(account, on=DAY), queries.learners_managed_by(account, on=DAY),
        queries.learners_taught_by(account, on=DAY), queries.imports_of(account, on=DAY),
    )  # fmt: skip
    for rows in asked:
        with everything():
            wanted = set(rows.values_list("pk", flat=True))
        with _wall(SimpleNamespace(user=account)):
            seen = set(rows.model.objects.order_by("pk").values_list("pk", flat=True))
        assert wanted <= seen
    with everything():
        assert set(asked[0].values_list("pk", flat=True)) == world.allowed(account, Learner)


def test_the_world_holds_what_could_leak(world):
    """Somebody sees something, nobody sees all, and there are rows of units that are out of everybody's reach."""
    with everything():
        sizes = {name: len(world.allowed(getattr(world.cast, name), Learner)) for name in PEOPLE}
        assert Learner.objects.count() == 13
    assert sizes == dict.fromkeys(PEOPLE, 0) | {"school_administrator": 3, "class_teacher": 1, "student": 1}

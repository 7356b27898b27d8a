"""The end of a school year: planned, done, taken back."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from django.urls import reverse

from donghanh.kernel.rows import everything
from donghanh.kernel.verdict import Refused
from donghanh.people.models import Membership
from donghanh.rosters import actions_year
from donghanh.rosters.models import Enrolment, Learner, RollOver, SchoolClass
from donghanh.rosters.rollover import a_grade_up, plan
from donghanh.rosters.tests.factories import AT, a_class, a_learner, school_year

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("on_demo_day")]
FIRST = date(2025, 9, 5)


@pytest.fixture
def school(cast):
    cast.next_year = school_year(2025)
    six, nine = a_class(cast.school, "6A"), a_class(cast.school, "9A", grade=9)
    cast.up, cast.stays, cast.leaves = (a_learner(six, name) for name in ("Bùi An", "Bùi Ánh", "Bùi Ân"))
    cast.done = a_learner(nine, "Quách Yên")
    return cast


def rolled(school, *, at=AT):
    with everything():
        return actions_year.roll_over(
            unit_id=school.school.pk, into=school.next_year, repeat=[school.stays.account.username.upper()],
            leave=[school.leaves.account.username], by=school.school_administrator, at=at,
        )  # fmt: skip


def in_class(day=FIRST) -> dict[str, str]:
    with everything():
        rows = Enrolment.objects.filter(valid__contains=day).order_by("pk")
        return dict(rows.values_list("learner__full_name", "school_class__name"))


def test_the_plan_says_who_goes_where_and_writes_nothing(school):
    with everything():
        planned = plan(school.school.pk, school.next_year, leave=["khong.co"])
    assert planned.lines() == [("6A", "Lên lớp", "7A", 3), ("9A", "Tốt nghiệp, hoàn thành cấp học", "", 1)]
    assert planned.not_known == ["khong.co"]
    assert not SchoolClass.objects.filter(school_year=school.next_year).exists()


def test_everybody_goes_their_way_on_the_first_day(school):
    before = in_class(AT.date())
    rolled(school)
    assert in_class(AT.date()) == before
    assert in_class() == {"Bùi An": "7A", "Bùi Ánh": "6A"}
    with everything():
        gone = set(Learner.objects.filter(left_on=FIRST).order_by("pk"))
    assert gone == {school.leaves, school.done}
    assert Membership.objects.get(account=school.done.pk).valid.upper == FIRST


def test_within_a_week_it_is_as_if_nothing_had_been(school):
    before, done = in_class(), rolled(school)
    with everything():
        actions_year.undo_roll_over(roll_over=done, by=school.school_administrator, at=AT + timedelta(days=6))
        assert not Learner.objects.exclude(left_on=None).exists()
        with pytest.raises(Refused, match="đã được hoàn tác"):
            actions_year.undo_roll_over(roll_over=done, by=school.school_administrator, at=AT)
    assert in_class() == before
    assert Membership.objects.get(account=school.done.pk).valid.upper is None
    assert not SchoolClass.objects.filter(school_year=school.next_year).exists()


def test_after_a_week_or_when_something_was_built_on_it_it_stays(school):
    done = rolled(school)
    with everything():
        with pytest.raises(Refused, match="7 ngày"):
            actions_year.undo_roll_over(roll_over=done, by=school.school_administrator, at=AT + timedelta(days=8))
        Enrolment.objects.filter(learner=school.up, valid__startswith=FIRST).update(valid=(FIRST, date(2025, 10, 1)))
        with pytest.raises(Refused, match="1 học sinh"):
            actions_year.undo_roll_over(roll_over=done, by=school.school_administrator, at=AT)
        with pytest.raises(Refused, match="không quản lý"):
            actions_year.undo_roll_over(roll_over=done, by=school.principal, at=AT)


@pytest.mark.parametrize("who", ["up", "leaves"])
def test_who_is_at_another_school_by_now_is_not_called_back(school, sign_in, who):
    """The administrator sees nothing of the other school's row; the undo is refused all the same, in a sentence."""
    done, learner = rolled(school), getattr(school, who)
    with everything():
        Learner.objects.filter(pk=learner.pk).update(unit=school.sibling, left_on=None)
    before = list(Membership.objects.filter(account=learner.pk).order_by("pk").values("unit", "valid"))
    undo = reverse("rosters:undo_year_end", args=[done.pk])
    answer = sign_in(school.school_administrator).post(undo, follow=True)
    assert "1 học sinh đã được sửa tiếp" in answer.content.decode()
    assert list(Membership.objects.filter(account=learner.pk).order_by("pk").values("unit", "valid")) == before
    with everything():
        assert RollOver.objects.get().undone_at is None
        assert Learner.objects.get(pk=learner.pk).unit == school.sibling


def test_a_second_time_there_is_nobody_left_to_move(school):
    rolled(school)
    with pytest.raises(Refused, match="Không có học sinh"):
        rolled(school)


def test_the_pages_show_do_and_undo(school, sign_in):
    admin, address = sign_in(school.school_administrator), reverse("rosters:year_end")
    said = {"unit": school.school.pk, "into": school.next_year.pk, "repeat": "", "leave": ""}
    wrong = admin.post(address, said | {"repeat": "khong.co"})
    assert (wrong.status_code, "khong.co”" in wrong.content.decode()) == (422, True)
    assert "Lên lớp" in admin.post(address, said).content.decode()
    assert in_class() == {"Bùi An": "6A", "Bùi Ánh": "6A", "Bùi Ân": "6A", "Quách Yên": "9A"}
    assert admin.post(address, said | {"sure": "on"}).status_code == 302
    assert set(in_class().values()) == {"7A"}
    with everything():
        undo = reverse("rosters:undo_year_end", args=[RollOver.objects.get().pk])
    assert admin.post(undo).status_code == 302
    assert set(in_class().values()) == {"6A", "9A"}


@pytest.mark.parametrize(
    ("name", "grade", "wanted"),
    [
        *[("6A", 6, "7A"), ("Lớp 6A1", 6, "Lớp 7A1"), ("06A", 6, "7A"), ("9/2", 9, "10/2")],
        *[("A16", 6, "7 A16"), ("Ban", 1, "2 Ban")],
    ],
)
def test_a_class_goes_a_grade_up_by_its_own_number(name, grade, wanted):
    assert a_grade_up(name, grade) == wanted

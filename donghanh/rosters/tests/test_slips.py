"""Slips: a first password that works once, for the learners of one's own, and nobody else's."""

from __future__ import annotations

import re

import pytest
from django.contrib.auth import authenticate
from django.test import Client
from django.urls import reverse

from donghanh.audit.models import Entry
from donghanh.kernel.rows import everything
from donghanh.people.models import Account
from donghanh.rosters.models import Slip
from donghanh.rosters.tests.factories import AT, a_class, a_learner, teaches
from donghanh.rosters.words import DIGITS, WORDS, easy_password

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("on_demo_day")]


@pytest.fixture
def school(cast):
    """6A of the class teacher with two learners, 6B of nobody, and a class of another school."""
    cast.six_a, cast.six_b = a_class(cast.school, "6A"), a_class(cast.school, "6B")
    teaches(cast.class_teacher, cast.six_a)
    cast.anh, cast.an = a_learner(cast.six_a, "Bùi Thị Ánh"), a_learner(cast.six_a, "Quách Văn An")
    cast.yen = a_learner(cast.six_b, "Đinh Hải Yến")
    cast.duong = a_learner(a_class(cast.sibling, "6A"), "Xa Thái Dương")
    return cast


def printed(answer) -> dict[str, str]:
    """User name → password, as the slips say."""
    typed = re.findall(r'class="slip-typed">([^<]+)<', answer.content.decode())
    return dict(zip(typed[::2], typed[1::2], strict=True))


def address(route: str, pk: int) -> str:
    return reverse(f"rosters:{route}", args=[pk])


def test_a_class_teacher_prints_the_slips_of_a_class(school, sign_in):
    answer = sign_in(school.class_teacher).post(address("my_class_slips", school.six_a.pk))
    slips = printed(answer)
    assert set(slips) == {school.anh.account.username, school.an.account.username}
    assert "Bùi Thị Ánh" in answer.content.decode()
    assert "no-store" in answer["Cache-Control"]
    for username, password in slips.items():
        assert authenticate(username=username, password=password)
    assert Entry.objects.filter(verb="rosters.slip_printed", by_id=school.class_teacher.pk).count() == 2


def test_a_new_slip_voids_the_old_one(school, sign_in):
    teacher = sign_in(school.class_teacher)
    first = printed(teacher.post(address("my_learner_slip", school.anh.pk)))
    second = printed(teacher.post(address("my_learner_slip", school.anh.pk)))
    [username] = first
    assert authenticate(username=username, password=first[username]) is None
    assert authenticate(username=username, password=second[username])
    with everything():
        assert [slip.replaced_at is None for slip in Slip.objects.order_by("pk")] == [False, True]


def test_a_slip_is_used_up_by_the_first_sign_in(school, sign_in):
    [(username, password)] = printed(
        sign_in(school.class_teacher).post(address("my_learner_slip", school.anh.pk))
    ).items()
    child = Client()
    answer = child.post(reverse("people:sign_in"), {"username": username.upper(), "password": password})
    assert answer.status_code == 302
    with everything():
        assert Slip.objects.get().used_at is not None
    page = sign_in(school.class_teacher).get(address("my_learner", school.anh.pk)).content.decode()
    assert "Đã dùng để đăng nhập." in page


@pytest.mark.parametrize(
    ("route", "whose"),
    [("my_class_slips", "six_b"), ("my_learner_slip", "yen"), ("my_learner_slip", "duong"), ("my_class", "six_b"),
     ("my_learner", "yen")],
)  # fmt: skip
def test_another_class_is_not_there(route, whose, school, sign_in):
    teacher = sign_in(school.class_teacher)
    ask = teacher.post if "slip" in route else teacher.get
    assert ask(address(route, getattr(school, whose).pk)).status_code == 404
    with everything():
        assert not Slip.objects.exists()


def test_the_schools_administrator_prints_for_the_school_alone(school, sign_in):
    administrator = sign_in(school.school_administrator)
    assert len(printed(administrator.post(address("class_slips", school.six_b.pk)))) == 1
    assert administrator.post(address("learner_slip", school.duong.pk)).status_code == 404


def test_a_teacher_whose_year_is_over_sees_the_class_no_more(school, sign_in):
    ended = a_class(school.school, "9A", grade=9)
    teaches(school.class_teacher, ended, until=AT.date())
    a_learner(ended, "Lường Thu Hà")
    page = sign_in(school.class_teacher).get(reverse("rosters:my_classes")).content.decode()
    assert ">6A<" in page
    assert ">9A<" not in page  # the letters alone may stand in a token


def test_a_class_of_45_asks_the_database_the_same_as_a_class_of_two(school, sign_in, django_assert_max_num_queries):
    for number in range(43):
        a_learner(school.six_a, f"Bùi Văn {number}")
    teacher = sign_in(school.class_teacher)
    with django_assert_max_num_queries(25 + 45):  # a line in the log for each
        assert len(printed(teacher.post(address("my_class_slips", school.six_a.pk)))) == 45


def test_first_passwords_are_easy_to_type_and_never_the_same():
    assert len(set(WORDS)) == 256
    assert all(word.isascii() and word.isalpha() and word.islower() for word in WORDS)
    made = {easy_password() for _ in range(500)}
    assert len(made) == 500
    assert all(re.fullmatch(rf"([a-z]+-){{3}}[{DIGITS}]{{2}}", one) for one in made)


def test_a_printed_password_is_kept_nowhere(school, sign_in):
    [(_, password)] = printed(sign_in(school.class_teacher).post(address("my_learner_slip", school.anh.pk))).items()
    assert password not in str(list(Entry.objects.order_by("pk").values()))
    assert password not in Account.objects.get(pk=school.anh.pk).password

"""A yes is for one purpose, to one text, by whoever must say it, until it is withdrawn."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from donghanh.guardians.tests.acting import on_their_own
from donghanh.guardians.tests.factories import DAY, NOON, a_class, a_learner, a_verified_link
from donghanh.kernel.rows import everything, reader
from donghanh.kernel.verdict import Refused
from donghanh.privacy import choices
from donghanh.privacy.actions import give_consent, withdraw_consent
from donghanh.privacy.choices import PurposeText
from donghanh.privacy.models import Consent
from donghanh.privacy.queries import consenting, has_consent

PICTURES = "pictures"


@pytest.fixture
def school_class(cast):
    return a_class(cast.school, taught_by=cast.class_teacher)


def a_family(cast, school_class, born: date | None):
    child = a_learner(school_class, "Nguyễn An", account=cast.student, born=born)
    a_verified_link(child, cast.guardian, by=cast.school_administrator)
    return child


def says_yes(account, subject, at=NOON) -> Consent:
    with on_their_own(account):
        return give_consent(subject_id=subject.pk, purpose=PICTURES, by=account, at=at)


@pytest.mark.parametrize(
    ("born", "who", "holds"),
    [
        (date(2018, 6, 17), ["guardian"], True),  # 6: the representative alone
        (date(2018, 6, 16), ["guardian"], False),  # 7 today: both
        (date(2018, 6, 16), ["guardian", "student"], True),
        (date(2013, 1, 1), ["student"], False),
        (date(2009, 6, 17), ["student"], False),  # 15: both
        (date(2009, 6, 16), ["student"], True),  # 16 today: alone
        (None, ["student"], False),  # unknown: the strict reading
        (None, ["student", "guardian"], True),
    ],
)
def test_who_must_say_yes(born, who, holds, cast, school_class):
    child = a_family(cast, school_class, born)
    for person in who:
        says_yes(getattr(cast, person), child)
    assert has_consent(child.pk, PICTURES, on=DAY) is holds
    silent = a_learner(school_class, "Canari Im", born=born)
    assert consenting([child.pk, silent.pk], PICTURES, on=DAY) == ({child.pk} if holds else set())


def test_silence_is_no(cast, school_class):
    child = a_family(cast, school_class, None)
    assert not any(has_consent(child.pk, purpose, on=DAY) for purpose in choices.PURPOSES)


def test_below_seven_the_child_is_not_asked_and_from_sixteen_the_parent_is_not(cast, school_class):
    child = a_family(cast, school_class, date(2019, 1, 1))
    with pytest.raises(Refused, match="dưới 7 tuổi"):
        says_yes(cast.student, child)
    with everything():
        child.birth_date = date(2009, 1, 1)
        child.save()
    with pytest.raises(Refused, match="Từ 16 tuổi"):
        says_yes(cast.guardian, child)


def test_a_grown_up_consents_alone(cast):
    says_yes(cast.teacher, cast.teacher)
    assert has_consent(cast.teacher.pk, PICTURES, on=DAY)


@pytest.mark.parametrize("stranger", ["teacher", "class_teacher", "school_administrator", "outsider"])
def test_nobody_else_consents_for_a_child(stranger, cast, school_class):
    child = a_family(cast, school_class, None)
    with pytest.raises(Refused, match="cha mẹ đã được trường xác minh"):
        says_yes(getattr(cast, stranger), child)


def test_a_yes_runs_from_its_day_until_it_is_withdrawn(cast):
    given = says_yes(cast.teacher, cast.teacher)
    with on_their_own(cast.teacher):
        withdraw_consent(consent=given, by=cast.teacher, at=NOON + timedelta(days=3))
    held = [has_consent(cast.teacher.pk, PICTURES, on=DAY + timedelta(days=days)) for days in (-1, 0, 2, 3)]
    assert held == [False, True, True, False]


def test_a_set_of_people_is_answered_as_each_of_them(cast, school_class, django_assert_num_queries):
    """Every age, everybody who may speak, a yes taken back, a text that is old: the same answer, in as many queries."""
    people = [cast.teacher.pk, cast.principal.pk]
    says_yes(cast.teacher, cast.teacher)
    for born in (date(2019, 1, 1), date(2015, 1, 1), date(2008, 1, 1), None):
        for said in ((), ("self",), ("representative",), ("self", "representative")):
            for change in ({}, {"text_version": 2}, {"withdrawn_at": NOON, "withdrawn_by": cast.principal}):
                child = a_learner(school_class, "Nguyễn An", born=born)
                people.append(child.pk)
                with everything():
                    for capacity in said:
                        Consent.objects.create(
                            subject=child.account, unit=cast.school, purpose=PICTURES, capacity=capacity,
                            given_by=child.account if capacity == "self" else cast.guardian,
                            given_at=NOON, **{"text_version": 1, **change},
                        )  # fmt: skip
    one_by_one = {subject for subject in people if has_consent(subject, PICTURES, on=DAY)}
    assert len(one_by_one) == 1 + 2 + 1 + 2 + 1
    assert consenting(people, PICTURES, on=DAY) == one_by_one
    with everything(), CaptureQueriesContext(connection) as few:
        consenting(people[:3], PICTURES, on=DAY)
    with everything(), django_assert_num_queries(len(few)):
        consenting(people, PICTURES, on=DAY)


def test_one_parent_withdraws_what_the_other_gave_and_the_child_does_not(cast, school_class):
    child = a_family(cast, school_class, None)
    a_verified_link(child, cast.outsider, by=cast.school_administrator, relation="father")
    given = says_yes(cast.guardian, child)
    with on_their_own(cast.student), pytest.raises(Refused, match="chỉ người ấy rút được"):
        withdraw_consent(consent=given, by=cast.student, at=NOON)
    with on_their_own(cast.outsider):
        withdraw_consent(consent=given, by=cast.outsider, at=NOON)
    with everything():
        assert Consent.objects.get().withdrawn_by == cast.outsider


def test_a_text_that_has_changed_asks_anew(cast, monkeypatch):
    says_yes(cast.teacher, cast.teacher)
    monkeypatch.setitem(choices.PURPOSES, choices.Purpose.PICTURES, PurposeText(2, "khác"))
    assert not has_consent(cast.teacher.pk, PICTURES, on=DAY)
    says_yes(cast.teacher, cast.teacher)
    assert has_consent(cast.teacher.pk, PICTURES, on=DAY)
    with everything():
        assert Consent.objects.filter(withdrawn_at=None).count() == 1


def test_a_second_press_changes_nothing(cast):
    assert says_yes(cast.teacher, cast.teacher) == says_yes(cast.teacher, cast.teacher)


def test_a_purpose_that_is_not_on_the_list(cast):
    with pytest.raises(Refused, match="Không có mục đích này"):
        give_consent(subject_id=cast.teacher.pk, purpose="advertising", by=cast.teacher, at=NOON)


def test_consents_are_seen_by_whom_they_concern(cast, school_class):
    child = a_family(cast, school_class, None)
    says_yes(cast.guardian, child)

    def sees(account, offices=()) -> bool:
        with reader(account=account.pk, offices=offices, day=DAY):
            return Consent.objects.exists()

    assert sees(cast.student)
    assert sees(cast.guardian)
    assert sees(cast.school_administrator, [cast.school.pk])
    assert not sees(cast.class_teacher)
    assert not sees(cast.outsider)
    assert not sees(cast.other_teacher, [cast.sibling.pk])

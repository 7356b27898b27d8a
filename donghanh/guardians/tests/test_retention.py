"""What its time has come for is forgotten at night, in batches, once; what has not come is left alone."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.contrib.sessions.models import Session
from django.db.backends.postgresql.psycopg_any import DateRange
from django.urls import reverse

from donghanh.audit.models import Entry
from donghanh.guardians.actions import revoke
from donghanh.guardians.models import Guardianship
from donghanh.guardians.tests.acting import on_their_own
from donghanh.guardians.tests.factories import DAY, NOON, a_class, a_code, a_learner, a_verified_link
from donghanh.kernel.rows import everything
from donghanh.people.models import Account, Membership, SignInFailure
from donghanh.people.tests.cast import SINCE
from donghanh.privacy.actions import give_consent, run_retention, withdraw_consent
from donghanh.privacy.models import Consent, RetentionRun
from donghanh.privacy.registry import RETENTIONS
from donghanh.rosters.models import Enrolment, Learner

YEAR = timedelta(days=365)


@pytest.fixture
def school_class(cast):
    return a_class(cast.school, taught_by=cast.class_teacher)


def left(school_class, name: str, days_ago: int) -> Learner:
    learner = a_learner(school_class, name)
    with everything():
        Learner.objects.filter(pk=learner.pk).update(left_on=DAY - timedelta(days=days_ago))
    return learner


def names() -> set[str]:
    with everything():
        return set(Learner.objects.values_list("full_name", flat=True))


def test_learners_are_forgotten_on_the_day_and_not_before(school_class):
    left(school_class, "Đúng hạn", 5 * 365)
    left(school_class, "Chưa đến", 5 * 365 - 1)
    a_learner(school_class, "Đang học")
    taken = run_retention(at=NOON)
    assert taken["learners"] == 1
    assert names() == {"", "Chưa đến", "Đang học"}
    with everything():
        assert Enrolment.objects.count() == 3  # the count of the class stays true


def test_in_batches_and_a_second_run_finds_nothing(school_class):
    for number in range(7):
        left(school_class, f"Học sinh {number}", 6 * 365)
    assert run_retention(at=NOON, batch=3)["learners"] == 7
    assert names() == {""}
    assert set(run_retention(at=NOON, batch=3).values()) == {0}


def test_every_run_is_logged_with_its_count(school_class):
    left(school_class, "Nguyễn An", 6 * 365)
    run_retention(at=NOON)
    rows = Entry.objects.filter(verb="privacy.retention_applied")
    assert {row.details["rule"]: row.details["rows"] for row in rows} == dict.fromkeys(RETENTIONS, 0) | {"learners": 1}
    assert "Nguyễn" not in str(list(Entry.objects.values_list("details", "reason")))


def test_sign_in_failures_and_sessions(cast, client):
    for hours in (25, 23):
        SignInFailure.objects.bulk_create(
            [SignInFailure(name_hash="x", address="203.0.113.7", at=NOON - timedelta(hours=hours))]
        )
    Session.objects.create(session_key="old", session_data="", expire_date=NOON - timedelta(minutes=1))
    Session.objects.create(session_key="new", session_data="", expire_date=NOON + timedelta(days=1))
    taken = run_retention(at=NOON)
    assert (taken["sign_in_failures"], taken["sessions"]) == (1, 1)
    assert [row.session_key for row in Session.objects.all()] == ["new"]
    assert SignInFailure.objects.count() == 1


def test_withdrawn_consents_go_and_running_ones_stay(cast):
    long_ago = NOON - 3 * YEAR
    with on_their_own(cast.teacher):
        for purpose in ("works", "pictures"):
            consent = give_consent(subject_id=cast.teacher.pk, purpose=purpose, by=cast.teacher, at=long_ago)
        withdraw_consent(consent=consent, by=cast.teacher, at=long_ago)
    assert run_retention(at=NOON)["withdrawn_consents"] == 1
    with everything():
        assert Consent.objects.get().purpose == "works"


def test_codes_nobody_used(cast, school_class):
    child = a_learner(school_class, "Nguyễn An")
    a_code(child, by=cast.school_administrator, at=NOON - timedelta(days=61))
    a_code(child, by=cast.school_administrator, at=NOON - timedelta(days=59))
    assert run_retention(at=NOON)["guardian_codes"] == 1


def test_an_account_opened_for_a_child_alone_goes_with_its_last_link(cast, school_class):
    child = a_learner(school_class, "Nguyễn An")
    teacher_too = a_verified_link(child, cast.teacher, by=cast.school_administrator)
    only = a_verified_link(child, cast.outsider, by=cast.school_administrator)
    with everything():
        for link in (teacher_too, only):
            revoke(link=link, by=cast.school_administrator, at=NOON)
    assert run_retention(at=NOON + 2 * YEAR - timedelta(days=1))["guardian_links"] == 0
    assert run_retention(at=NOON + 2 * YEAR + timedelta(days=1))["guardian_links"] == 2
    with everything():
        assert not Guardianship.objects.exists()
    assert Account.objects.get(pk=cast.outsider.pk).full_name == ""
    assert Account.objects.get(pk=cast.teacher.pk).full_name == "Hà Thị Đỗ"


def test_who_left_loses_the_account_and_later_the_name(cast):
    Membership.objects.filter(account=cast.teacher).update(valid=DateRange(SINCE, DAY))
    run_retention(at=NOON + timedelta(days=90))
    assert not Account.objects.get(pk=cast.teacher.pk).is_active
    assert Account.objects.get(pk=cast.teacher.pk).full_name == "Hà Thị Đỗ"
    run_retention(at=NOON + 10 * YEAR)
    assert Account.objects.get(pk=cast.teacher.pk).full_name == ""
    assert Account.objects.get(pk=cast.principal.pk).is_active


def test_the_table_is_there_for_everyone_signed_in(cast, sign_in, on_demo_day):
    run_retention(at=NOON)
    shown = sign_in(cast.student).get(reverse("privacy:retention")).content.decode()
    assert "Hồ sơ người học đã rời trường" in shown
    assert "5 năm từ ngày rời trường" in shown
    assert "12:00 16/6/2025" in shown
    assert RetentionRun.objects.count() == len(RETENTIONS)

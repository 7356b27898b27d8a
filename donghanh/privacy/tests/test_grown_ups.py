"""The room on its own: people of age, without classes or guardians."""

from __future__ import annotations

from datetime import date, datetime

import pytest
from django.db import IntegrityError, transaction
from django.urls import reverse

from donghanh.kernel.rows import everything, reader
from donghanh.kernel.verdict import Refused
from donghanh.privacy.actions import ask, do, give_consent
from donghanh.privacy.models import Consent, DataRequest
from donghanh.privacy.queries import has_consent, held_on
from donghanh.privacy.rules import due_day

NOON = datetime.fromisoformat("2025-06-16T12:00:00+07:00")
DAY = NOON.date()


@pytest.mark.parametrize(
    ("asked_on", "due"),
    [
        (date(2025, 6, 16), date(2025, 6, 18)),  # Monday → Wednesday
        (date(2025, 6, 19), date(2025, 6, 23)),  # Thursday → Monday
        (date(2025, 6, 21), date(2025, 6, 24)),  # Saturday → Tuesday
    ],
)
@pytest.mark.django_db
def test_two_working_days(asked_on, due):
    assert due_day(asked_on) == due


def test_a_grown_up_consents_alone_and_for_one_purpose(cast):
    with reader(account=cast.teacher.pk, day=DAY):
        give_consent(subject_id=cast.teacher.pk, purpose="works", by=cast.teacher, at=NOON)
    assert has_consent(cast.teacher.pk, "works", on=DAY)
    assert not has_consent(cast.teacher.pk, "pictures", on=DAY)
    assert not has_consent(cast.principal.pk, "works", on=DAY)


def test_nobody_consents_for_a_colleague(cast):
    with pytest.raises(Refused, match="Chỉ chính người có dữ liệu"):
        give_consent(subject_id=cast.teacher.pk, purpose="works", by=cast.principal, at=NOON)


def test_the_database_knows_in_whose_name_a_yes_was_given(cast):
    row = Consent(
        subject=cast.teacher, unit=cast.school, purpose="works", text_version=1, capacity="self",
        given_by=cast.principal, given_at=NOON,
    )  # fmt: skip
    with everything(), pytest.raises(IntegrityError, match="consent_capacity_is_true"), transaction.atomic():
        row.save()


def test_a_name_is_set_right_on_request(cast):
    with reader(account=cast.teacher.pk, day=DAY):
        request = ask(subject_id=cast.teacher.pk, kind="correct", text="Tên có dấu sai", by=cast.teacher, at=NOON)
    with reader(account=cast.school_administrator.pk, offices=[cast.school.pk], day=DAY):
        do(request=request, corrections={"people.full_name": "Hà Thị Đổ"}, by=cast.school_administrator, at=NOON)
    cast.teacher.refresh_from_db()
    assert cast.teacher.full_name == "Hà Thị Đổ"


def test_what_is_held_on_a_teacher(cast):
    with reader(account=cast.teacher.pk, day=DAY):
        sections = {str(section.title): section.records for section in held_on(cast.teacher.pk)}
    assert ("Tên đăng nhập", "giaovien") in sections["Tài khoản"][0]
    assert [dict(record)["Vai trò"] for record in sections["Vai trò trong đơn vị"]] == ["Giáo viên phụ trách"]


def test_nothing_is_seen_by_who_is_not_named(cast):
    with reader(account=cast.teacher.pk, day=DAY):
        give_consent(subject_id=cast.teacher.pk, purpose="works", by=cast.teacher, at=NOON)
        ask(subject_id=cast.teacher.pk, kind="see", text="", by=cast.teacher, at=NOON)
    assert not Consent.objects.exists()
    assert not DataRequest.objects.exists()
    with reader(account=cast.principal.pk, day=DAY):
        assert not Consent.objects.exists()
        assert not DataRequest.objects.exists()


def test_the_page_of_strangers_is_closed(cast, client):
    assert client.get(reverse("privacy:mine")).status_code == 302

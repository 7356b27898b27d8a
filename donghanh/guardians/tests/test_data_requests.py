"""Requests about one's data: the clock, the answer that does what was asked, and what each no says."""

from __future__ import annotations

import json
from datetime import date, timedelta
from io import BytesIO
from zipfile import ZipFile

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from donghanh.audit.models import Entry
from donghanh.guardians.models import Guardianship
from donghanh.guardians.tests.acting import in_their_office, on_their_own
from donghanh.guardians.tests.factories import DAY, NOON, a_class, a_learner, a_verified_link
from donghanh.kernel.rows import everything
from donghanh.kernel.verdict import Refused
from donghanh.people.models import Account
from donghanh.people.tests.cast import PASSWORD, a_person
from donghanh.privacy.actions import ask, do, follow, give_consent, refuse, take_back
from donghanh.privacy.models import Consent, DataRequest
from donghanh.privacy.rules import due_day
from donghanh.rosters.models import Learner

pytestmark = pytest.mark.usefixtures("on_demo_day")
CANARY = "Chim Hoàng Yến"


@pytest.fixture
def child(cast):
    school_class = a_class(cast.school, taught_by=cast.class_teacher)
    a_learner(school_class, CANARY)
    learner = a_learner(school_class, "Nguyễn An", account=cast.student)
    a_verified_link(learner, cast.guardian, by=cast.school_administrator)
    return learner


def asked(account, subject, kind: str, text: str = "Ngày sinh sai", at=NOON) -> DataRequest:
    with on_their_own(account):
        return ask(subject_id=subject.pk, kind=kind, text=text, by=account, at=at)


def answered(account, request, **corrections: str) -> None:
    typed = {code.replace("__", "."): value for code, value in corrections.items()}
    with in_their_office(account):
        do(request=request, corrections=typed, by=account, at=NOON)


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("asked_on", "due"),
    [
        (date(2025, 6, 16), date(2025, 6, 18)),  # Monday → Wednesday
        (date(2025, 6, 19), date(2025, 6, 23)),  # Thursday → Monday
        (date(2025, 6, 21), date(2025, 6, 24)),  # Saturday → Tuesday
        (date(2025, 4, 29), date(2025, 5, 6)),  # two holidays, a day off in exchange and a weekend stand between
    ],
)
def test_two_working_days(asked_on, due):
    assert due_day(asked_on) == due


def test_a_guardian_has_the_birth_date_set_right(cast, child):
    request = asked(cast.guardian, child, "correct")
    assert (request.unit, request.due_on) == (cast.school, date(2025, 6, 18))
    answered(cast.school_administrator, request, rosters__birth_date="01/10/2013")
    with everything():
        learner = Learner.objects.get(pk=child.pk)
        assert (learner.birth_date, learner.full_name) == (date(2013, 10, 1), "Nguyễn An")
        assert DataRequest.objects.get().state == "done"


@pytest.mark.parametrize(
    ("corrections", "sentence"),
    [
        ({}, "ít nhất một mục"),
        ({"rosters__birth_date": "31/02/2013"}, "30/09/2013"),
        ({"rosters__birth_date": "hôm qua"}, "30/09/2013"),
        ({"rosters__birth_date": "17/06/2025"}, "không ở sau hôm nay"),
        ({"rosters__full_name": " "}, "từ 1 đến 120"),
        ({"rosters__full_name": "An", "rosters__number": "x" * 41}, "40 ký tự"),
        ({"people__username": "admin"}, "ít nhất một mục"),
    ],
)
def test_a_wrong_correction_leaves_everything_as_it_was(corrections, sentence, cast, child):
    request = asked(cast.guardian, child, "correct")
    with pytest.raises(Refused, match=sentence):
        answered(cast.school_administrator, request, **corrections)
    with everything():
        assert Learner.objects.get(pk=child.pk).full_name == "Nguyễn An"
        assert DataRequest.objects.get().state == "asked"


def test_who_still_learns_is_not_erased(cast, child):
    request = asked(cast.guardian, child, "erase", "")
    with pytest.raises(Refused, match="còn ở trường"):
        answered(cast.school_administrator, request)


def test_erasing_a_learner_who_left(cast, child):
    with on_their_own(cast.guardian):
        give_consent(subject_id=child.pk, purpose="works", by=cast.guardian, at=NOON)
    request = asked(cast.guardian, child, "erase", "Con đã chuyển trường, tên con là Nguyễn An")
    with everything():
        Learner.objects.filter(pk=child.pk).update(left_on=DAY)
    answered(cast.school_administrator, request)
    with everything():
        learner = Learner.objects.get(pk=child.pk)
        kept = (learner.full_name, learner.birth_date, learner.number)
        assert kept == ("", None, "")
        assert Learner.objects.get(full_name=CANARY)
        account = Account.objects.get(pk=child.pk)
        assert (account.full_name, account.is_active, account.check_password(PASSWORD)) == ("", False, False)
        assert account.username == f"da-xoa-{account.pk}"
        assert Guardianship.objects.get().state == "revoked"
        assert Consent.objects.get().withdrawn_at == NOON
        row = DataRequest.objects.get()
        assert (row.state, row.text) == ("done", "")
    assert [entry.object_id for entry in Entry.objects.filter(verb="privacy.forgotten")] == [child.pk]
    assert "Nguyễn An" not in str(list(Entry.objects.values_list("reason", "details")))


def test_who_still_works_here_is_not_erased(cast):
    request = asked(cast.teacher, cast.teacher, "erase", "")
    with pytest.raises(Refused, match="còn giữ vai trò"):
        answered(cast.school_administrator, request)


def test_a_no_needs_its_reason(cast, child):
    request = asked(cast.guardian, child, "erase", "")
    with in_their_office(cast.school_administrator):
        with pytest.raises(Refused, match="ghi lý do"):
            refuse(request=request, reason="  ", by=cast.school_administrator, at=NOON)
        refuse(request=request, reason="Con còn học ở trường.", by=cast.school_administrator, at=NOON)
        with pytest.raises(Refused, match="đã khép lại: không làm được"):
            do(request=request, corrections={}, by=cast.school_administrator, at=NOON)


def test_another_school_does_not_answer(cast, child):
    request = asked(cast.guardian, child, "erase", "")
    elsewhere = a_person("quantri2", "Lò Văn Quản", "school_administrator", cast.sibling)
    with everything(), pytest.raises(Refused, match="đơn vị khác"):
        do(request=request, corrections={}, by=elsewhere, at=NOON)


def test_bad_questions(cast, child):
    with pytest.raises(Refused, match="điều gì sai"):
        asked(cast.guardian, child, "correct", " ")
    with pytest.raises(Refused, match="1000 ký tự"):
        asked(cast.guardian, child, "correct", "x" * 1001)
    with pytest.raises(Refused, match="Không có loại"):
        asked(cast.guardian, child, "everything")
    with pytest.raises(Refused, match="cha mẹ đã được trường xác minh"):
        asked(cast.outsider, child, "see")
    asked(cast.guardian, child, "erase", "")
    with pytest.raises(Refused, match="đang chờ trả lời"):
        asked(cast.student, child, "erase", "")
    for _request in range(4):
        asked(cast.guardian, child, "correct")
    with pytest.raises(Refused, match="5 yêu cầu"):
        asked(cast.guardian, child, "correct")


def test_a_request_is_taken_back_once(cast, child):
    request = asked(cast.guardian, child, "erase", "")
    with on_their_own(cast.guardian):
        take_back(request=request, by=cast.guardian, at=NOON)
        with pytest.raises(Refused, match="khép lại"):
            take_back(request=request, by=cast.guardian, at=NOON)


def test_whoever_has_no_unit_is_answered_by_the_topmost_office(cast):
    assert asked(cast.outsider, cast.outsider, "see").unit == cast.department


# ── pages ──


def test_my_data_tells_everything_and_nothing_of_others(cast, child, sign_in):
    shown = sign_in(cast.student).get(reverse("privacy:mine")).content.decode()
    for word in ("hocsinh", "Nguyễn An", "30 tháng 9", "6A", "Học sinh"):
        assert word in shown, word
    assert CANARY not in shown
    grown = sign_in(cast.teacher).get(reverse("privacy:mine")).content.decode()
    assert "Giáo viên phụ trách" in grown
    assert "Nguyễn An" not in grown


def test_the_copy_to_take_along(cast, child, sign_in):
    client, address = sign_in(cast.guardian), reverse("privacy:file", args=[child.pk])
    document = json.loads(client.get(f"{address}?dang=json").content)
    sections = {section["title"]: section["records"] for section in document["sections"]}
    assert sections["Hồ sơ người học"] == [
        {
            "Họ và tên": "Nguyễn An", "Ngày sinh": "2013-09-30", "Mã số học sinh": "",
            "Trường": "Trường TH&THCS Ân Nghĩa", "Rời trường từ ngày": "",
        }
    ]  # fmt: skip
    assert sections["Lớp đã học"][0]["Lớp"] == "6A"
    answer = client.get(address)
    assert answer["Content-Disposition"] == 'attachment; filename="du-lieu-ca-nhan.xlsx"'
    assert "Nguyễn An" in ZipFile(BytesIO(answer.content)).read("xl/sharedStrings.xml").decode()


@pytest.mark.parametrize("stranger", ["teacher", "class_teacher", "school_administrator", "outsider"])
def test_nobody_elses_data_is_found(stranger, cast, child, sign_in):
    client = sign_in(getattr(cast, stranger))
    for route in ("privacy:of_person", "privacy:file"):
        assert client.get(reverse(route, args=[child.pk])).status_code == 404
    answer = client.post(reverse("privacy:deed"), {"deed": "consent", "subject": child.pk, "purpose": "works"})
    assert answer.status_code == 404


def test_a_guardian_consents_on_the_page_and_the_child_too(cast, child, sign_in):
    press = {"deed": "consent", "subject": child.pk, "purpose": "works"}
    answer = sign_in(cast.guardian).post(reverse("privacy:deed"), press, follow=True)
    shown = answer.content.decode()
    assert "Đã ghi sự đồng ý" in shown
    assert "Cha mẹ hoặc người giám hộ: đã đồng ý ngày 16/6/2025" in shown
    assert "Đang có hiệu lực" not in shown
    answer = sign_in(cast.student).post(reverse("privacy:deed"), press, follow=True)
    assert "Đang có hiệu lực" in answer.content.decode()


@pytest.mark.parametrize(
    "press",
    [
        {},
        {"deed": "steal", "subject": "1"},
        {"deed": "ask", "subject": "x"},
        {"deed": "ask", "kind": "correct", "text": ""},
        {"deed": "consent", "purpose": "advertising"},
        {"deed": "ask", "kind": "correct", "text": "x" * 2000},
    ],
)
def test_a_forged_press_changes_nothing(press, cast, child, sign_in):
    press = {"subject": cast.student.pk, **press}
    assert sign_in(cast.student).post(reverse("privacy:deed"), press).status_code == 302
    with everything():
        assert not Consent.objects.exists()
        assert not DataRequest.objects.exists()


def test_the_officer_sees_late_ones_first_and_answers(cast, child, sign_in):
    asked(cast.teacher, cast.teacher, "see", at=NOON - timedelta(hours=2))
    late = asked(cast.guardian, child, "correct", at=NOON - timedelta(days=6))
    officer = sign_in(cast.school_administrator)
    shown = officer.get(reverse("privacy:requests")).content.decode()
    assert "1 yêu cầu đã quá hạn" in shown
    assert shown.index("Nguyễn Bình") < shown.index("Hà Thị Đỗ")
    address = reverse("privacy:request", args=[late.pk])
    assert "Ngày sinh sai" in officer.get(address).content.decode()
    wrong = officer.post(address, {"move": "do", "value-rosters.birth_date": "31/02/2013"})
    assert wrong.status_code == 409
    assert "30/09/2013" in wrong.content.decode()
    assert officer.post(address, {"move": "do", "value-rosters.birth_date": "01/10/2013"}).status_code == 302
    seen = sign_in(cast.guardian).get(reverse("privacy:of_person", args=[child.pk])).content.decode()
    assert "Đã làm" in seen
    assert "1 tháng 10" in seen


def test_requests_of_another_school_are_not_listed(cast, child, sign_in):
    asked(cast.guardian, child, "erase", "")
    elsewhere = a_person("quantri2", "Lò Văn Quản", "school_administrator", cast.sibling)
    shown = sign_in(elsewhere).get(reverse("privacy:requests")).content.decode()
    assert "Nguyễn Bình" not in shown
    with everything():
        pk = DataRequest.objects.get().pk
    assert sign_in(elsewhere).get(reverse("privacy:request", args=[pk])).status_code == 404


def test_the_list_asks_as_much_for_three_as_for_one(cast, child, sign_in):
    officer, counts = sign_in(cast.school_administrator), []
    for askers in ([cast.guardian], [cast.teacher, cast.principal]):
        for asker in askers:
            asked(asker, child if asker == cast.guardian else asker, "see")
        with CaptureQueriesContext(connection) as queries:
            officer.get(reverse("privacy:requests"))
        counts.append(len(queries))
    assert counts[0] == counts[1]


def test_the_old_school_answers_no_more_once_the_child_has_moved(cast, child):
    """An open request goes along; until it has, the old school cannot have a pupil of another school forgotten."""
    request = asked(cast.guardian, child, "erase", "")
    with everything():
        Learner.objects.filter(pk=child.pk).update(unit=cast.sibling)
    with pytest.raises(Refused, match="đã sang đơn vị khác"):
        answered(cast.school_administrator, request)
    follow(subjects=[child.pk], at=NOON)
    with everything():
        request.refresh_from_db()
        assert (request.unit, request.state) == (cast.sibling, "asked")
        assert Learner.objects.get(pk=child.pk).full_name == "Nguyễn An"

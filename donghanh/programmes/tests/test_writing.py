"""An office writes a programme on its pages, from nothing to plans."""

from __future__ import annotations

from datetime import date

import pytest
from django.urls import reverse

from donghanh.documents.tests import factories as documents
from donghanh.programmes import actions, actions_writing
from donghanh.programmes.actions_writing import Head, Stated
from donghanh.programmes.models import Programme, UnitPlan
from donghanh.programmes.tests.factories import AT, a_programme, issued, task_of

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("on_demo_day")]
HEAD = {
    "name": "Kế hoạch giáo dục kỹ năng số", "short_name": "Kỹ năng số 2025", "document": "", "basis": "Luật Trẻ em",
    "first_day": "2025-06-01", "last_day": "2026-12-31", "plans_due_on": "2025-07-15",
}  # fmt: skip
TASK = {
    "act": "task", "clause": "II.1", "heading": "Nhiệm vụ", "text": "Mở câu lạc bộ tin học", "owners": ["school"],
    "due_on": "", "within": "10", "evidence": "Danh sách", "document": "",
}  # fmt: skip


def test_from_nothing_to_a_plan(cast, sign_in):
    officer = sign_in(cast.department_officer)
    decision = documents.an_issued(cast.department, by=cast.clerk, symbol="QĐ-SGDĐT")
    made = officer.post(reverse("programmes:begin"), {**HEAD, "document": decision.code})
    write = reverse("programmes:write", args=["ky-nang-so-2025"])
    assert made.url == write
    officer.post(write, {"act": "objective", "clause": "I.1", "text": "Mọi trường có câu lạc bộ."})
    officer.post(write, {**TASK, "objectives": Programme.objects.get().objectives.get().pk})
    officer.post(write, {**TASK, "text": "Báo cáo", "owners": ["office"], "within": "", "due_on": "2026-05-31"})
    programme = Programme.objects.get()
    assert (programme.owner, programme.document) == (cast.department, decision)
    assert list(programme.tasks.order_by("position").values_list("key", "text")) == [
        ("II.1-1", "Mở câu lạc bộ tin học"), ("II.1-2", "Báo cáo"),
    ]  # fmt: skip
    assert [one.clause for one in programme.tasks.get(position=1).objectives.all()] == ["I.1"]
    page = reverse("programmes:programme", args=[programme.code])
    assert decision.code in officer.get(page).text
    officer.post(reverse("programmes:issue", args=[programme.code]))
    assert task_of(cast.direct, programme, "II.1").due_on == date(2025, 6, 30)  # the tenth working day
    assert UnitPlan.objects.get(unit=cast.direct).due_on == date(2025, 7, 15)


def test_other_words_and_withdrawal_leave_plans_as_they_are(cast, sign_in):
    programme = a_programme(cast)
    issued(cast, programme)
    officer = sign_in(cast.department_officer)
    here = reverse("programmes:stated_task", args=[programme.code, 1])
    assert "Dạy kỹ năng an toàn" in officer.get(here).text
    officer.post(here, {**TASK, "text": "Dạy kỹ năng số"})
    assert programme.tasks.get(position=1).text == "Dạy kỹ năng số"
    assert task_of(cast.school, programme, "2.1").text == "Dạy kỹ năng an toàn"
    officer.post(here, {"act": "withdraw"})
    assert programme.tasks.get(position=1).withdrawn_on == AT.date()
    actions.issue_plans(programme=programme, office_id=cast.department.pk, by=cast.department_officer, at=AT)
    assert task_of(cast.school, programme, "2.1").text == "Dạy kỹ năng an toàn"


@pytest.mark.parametrize(
    ("changed", "sentence"),
    [
        ({"name": ""}, "Ghi tên chương trình."),
        ({"last_day": "2025-05-01"}, "Ngày kết thúc trước ngày bắt đầu."),
        ({"last_day": "2040-05-01"}, "Chương trình dài quá 12 năm."),
        ({"plans_due_on": "2027-01-01"}, "Ngày gửi kế hoạch phải trong thời gian của chương trình."),
        ({"document": "99/QĐ-KHÔNG"}, "Không thấy văn bản này"),
    ],
)
def test_a_head_that_is_not_right_is_told_at_its_place(cast, sign_in, changed, sentence):
    answer = sign_in(cast.department_officer).post(reverse("programmes:begin"), HEAD | changed)
    assert (answer.status_code, sentence in answer.text) == (422, True)
    assert not Programme.objects.exists()


@pytest.mark.parametrize(
    ("changed", "sentence"),
    [
        ({"owners": []}, "Chọn ít nhất một cấp."),
        ({"due_on": "2025-06-30"}, "không ghi cả hai"),
        ({"due_on": "2030-01-01", "within": ""}, "1/1/2024 – 31/12/2027"),
        ({"within": "0"}, "Ghi từ 1 đến 250 ngày."),
    ],
)
def test_a_task_that_is_not_right_is_told_at_its_place(cast, sign_in, changed, sentence):
    programme = a_programme(cast)
    before = list(programme.tasks.order_by("pk").values())
    answer = sign_in(cast.department_officer).post(reverse("programmes:write", args=[programme.code]), TASK | changed)
    assert (answer.status_code, sentence in answer.text) == (422, True)
    assert list(programme.tasks.order_by("pk").values()) == before


def test_a_shorter_time_is_refused_while_a_task_is_due_after_it(cast, sign_in):
    programme = a_programme(cast)
    here = reverse("programmes:write", args=[programme.code])
    answer = sign_in(cast.department_officer).post(here, {**HEAD, "act": "head", "last_day": "2025-12-31"})
    assert "Hạn của nhiệm vụ tại mục 2.3 nằm ngoài thời gian này." in answer.text
    programme.refresh_from_db()
    assert programme.last_day == date(2027, 12, 31)


def test_only_the_office_that_owns_it_writes_it(cast, sign_in):
    programme = a_programme(cast)
    for address in (
        reverse("programmes:write", args=[programme.code]),
        reverse("programmes:stated_task", args=[programme.code, 1]),
    ):
        assert sign_in(cast.district_officer).get(address).status_code in (403, 404)


def test_two_of_one_name_have_two_addresses(cast):
    head = Head("A", "Kỹ năng số", "", None, date(2025, 1, 1), date(2025, 12, 31), None)
    made = [
        actions_writing.begin_programme(owner_id=cast.department.pk, head=head, by=cast.department_officer, at=AT).code
        for _time in range(2)
    ]
    assert made == ["ky-nang-so", "ky-nang-so-2"]


def test_keys_are_never_given_twice(cast):
    programme = a_programme(cast)
    said = {"programme": programme, "task": None, "objectives": [], "by": cast.department_officer, "at": AT}
    stated = Stated(clause="2.1", heading="x", text="y", owners=["school"])
    assert [actions_writing.state_task(stated=stated, **said).key for _time in range(2)] == ["2.1-1", "2.1-2"]

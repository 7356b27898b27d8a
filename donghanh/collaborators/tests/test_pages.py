from __future__ import annotations

from datetime import date
from io import BytesIO
from zipfile import ZipFile

import pytest
from django.urls import reverse

from donghanh.collaborators.choices import Agency, Category, GroupRole
from donghanh.collaborators.models import Collaborator, GroupMember, Meeting, WorkingGroup
from donghanh.collaborators.rules import Somebody
from donghanh.collaborators.tests.factories import POLICE, WOMEN, a_collaborator, a_group, a_meeting, a_member

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("on_demo_day")]
OUTSIDER = {
    "full_name": "Bùi Văn Ấn", "agency_name": "Công an xã", "first_day": "2024-09-05", "category": "local_agency",
}  # fmt: skip


def at(route, *args):
    return reverse(f"collaborators:{route}", args=args)


@pytest.fixture
def keeper(cast, sign_in):
    return sign_in(cast.school_administrator)


@pytest.fixture
def group(cast):
    return a_group(cast.school, by=cast.school_administrator)


def test_a_collaborator_is_entered_and_listed(cast, keeper):
    answer = keeper.post(at("enrol", cast.school.pk), OUTSIDER | {"duties": ["answer"]}, follow=True)
    assert "Đã ghi cộng tác viên của Trường TH&amp;THCS Ân Nghĩa." in answer.content.decode()
    page = keeper.get(at("roster") + "?q=an+nghia").content.decode()
    assert "Bùi Văn Ấn" in page
    assert "Trả lời câu hỏi, kiến nghị của học sinh" in page


def test_a_colleague_is_entered_by_user_name(cast, keeper):
    said = {"username": "GiaoVien", "first_day": "2024-09-05", "category": "homeroom_teacher"}
    keeper.post(at("enrol", cast.school.pk), said)
    assert Collaborator.objects.get().account == cast.teacher


@pytest.mark.parametrize(
    ("change", "field", "sentence"),
    [
        ({"username": "khongai"}, "username", "Không có tài khoản nào mang tên này."),
        ({"category": ""}, "category", "Chọn một mục."),
        ({"first_day": "5/9"}, "first_day", "Ngày này không có trong lịch."),
        ({"last_day": "2024-01-01"}, "last_day", "Ngày cuối phải từ ngày đầu trở đi."),
        ({"agency_name": ""}, "agency_name", "Ghi cơ quan của người ngoài."),
        (
            {"username": "hocsinh", "full_name": ""}, "username",
            "Tài khoản học sinh, cha mẹ học sinh không ghi vào danh sách này.",
        ),
    ],
)  # fmt: skip
def test_bad_input_is_told_at_its_field(cast, keeper, change, field, sentence):
    answer = keeper.post(at("enrol", cast.school.pk), OUTSIDER | change)
    assert (answer.status_code, answer.context["form"].errors) == (422, {field: [sentence]})
    assert not Collaborator.objects.exists()


def test_filters_hold_in_the_list_and_in_its_file(cast, keeper):
    by = cast.school_administrator
    a_collaborator(cast.school, POLICE, by=by)
    a_collaborator(cast.school, WOMEN, by=by, category=Category.ASSOCIATION, until=date(2025, 1, 1))
    page = keeper.get(at("roster") + "?nhiem_ky=past")
    assert [row.name for row in page.context["table"].data] == ["Quách Thị Én"]
    with ZipFile(BytesIO(keeper.get(at("roster") + page.context["table"].export_url).content)) as book:
        words = book.read("xl/sharedStrings.xml").decode()
    assert "Quách Thị Én" in words
    assert "Bùi Văn Ấn" not in words
    assert "Kết thúc" not in words


@pytest.mark.parametrize("number", [1, 3])
def test_lists_ask_the_database_equally_often(cast, keeper, number, django_assert_num_queries):
    by = cast.school_administrator
    for letter in "ABC"[:number]:
        a_collaborator(cast.school, Somebody(full_name=letter, agency_name="x"), by=by)
        group = a_group(cast.school, by=by, name=letter)
        a_member(group, POLICE, by=by, role=GroupRole.CHAIR)
    with django_assert_num_queries(5):
        keeper.get(at("roster"))
    with django_assert_num_queries(5):
        keeper.get(at("groups"))


def test_every_unit_is_counted_those_without_too(cast, sign_in):
    a_collaborator(cast.school, POLICE, by=cast.administrator)
    page = sign_in(cast.administrator).get(at("units") + "?q=truong")
    assert [(row.name, row.serving) for row in page.context["table"].data] == [
        ("Trường Mầm non Ân Nghĩa", 0), ("Trường TH&THCS Ân Nghĩa", 1), ("Trường THCS Vĩnh Tiến", 0),
        ("Trường THPT Lạc Sơn", 0),
    ]  # fmt: skip


def test_a_service_is_ended(cast, keeper):
    row = a_collaborator(cast.school, POLICE, by=cast.school_administrator)
    bad = keeper.post(at("end_service", row.pk), {"last_day": "2024-01-01"})
    assert bad.context["form"].errors == {"last_day": ["Trước ngày bắt đầu (05/09/2024)."]}
    keeper.post(at("end_service", row.pk), {"last_day": "2025-05-31"})
    assert Collaborator.objects.get().last_day == date(2025, 5, 31)
    assert "31/05/2025" in keeper.get(at("unit", cast.school.pk)).content.decode()


def test_a_group_from_its_decision_to_its_minutes(cast, keeper):
    said = {"name": "Tổ công tác", "decision": "12/QĐ-THCS", "decided_on": "2024-09-01", "first_day": "2024-09-05"}
    keeper.post(at("set_up", cast.school.pk), said)
    group = WorkingGroup.objects.get()
    keeper.post(
        at("add_member", group.pk),
        {"username": "hieutruong", "first_day": "2024-09-05", "agency": "education", "role": "chair"},
    )
    keeper.post(
        at("add_member", group.pk),
        {
            "full_name": "Bùi Văn Ấn", "agency_name": "Công an xã", "first_day": "2024-09-05",
            "agency": "police", "role": "member",
        },
    )  # fmt: skip
    page = keeper.get(at("group", group.pk)).content.decode()
    assert ("Lê Minh Đức" in page, "Tổ trưởng" in page, "12/QĐ-THCS ngày 01/09/2024" in page) == (True, True, True)
    form = keeper.get(at("hold", group.pk)).content.decode()
    assert "Không ghi quan điểm của ai và không nhận xét về một người." in form
    everyone = [row.pk for row in GroupMember.objects.order_by("pk")]
    sitting = {"day": "2025-03-03", "place": "Phòng họp", "agenda": "Kế hoạch tháng 3", "attended": everyone}
    keeper.post(at("hold", group.pk), sitting)
    meeting = Meeting.objects.get()
    keeper.post(at("minutes", meeting.pk), sitting | {"conclusions": "Xong trước 15/3.", "attended": everyone[:1]})
    page = keeper.get(at("meeting", meeting.pk)).content.decode()
    assert "Xong trước 15/3." in page
    assert "Lê Minh Đức" in page
    assert "Bùi Văn Ấn" not in page


def test_a_member_leaves_and_the_group_ends(cast, keeper, group):
    by = cast.school_administrator
    member = a_member(group, POLICE, by=by)
    a_member(group, WOMEN, by=by, agency=Agency.WOMENS_UNION)
    keeper.post(at("end_membership", member.pk), {"last_day": "2025-01-31"})
    keeper.post(at("end_group", group.pk), {"last_day": "2025-05-31"})
    assert [row.last_day for row in GroupMember.objects.order_by("pk")] == [date(2025, 1, 31), date(2025, 5, 31)]
    assert "Tổ này đã hết nhiệm kỳ." in keeper.get(at("group", group.pk)).content.decode()


def test_the_neighbour_finds_nothing(cast, sign_in, group):
    """A school administrator of another school gets no page and changes no row."""
    from donghanh.people.tests.cast import a_person

    by = cast.school_administrator
    row, member = a_collaborator(cast.school, POLICE, by=by), a_member(group, POLICE, by=by)
    meeting = a_meeting(group, [member], by=by)
    client = sign_in(a_person("ben", "Người Bên", "school_administrator", cast.sibling))
    places = [
        at("unit", cast.school.pk), at("enrol", cast.school.pk), at("set_up", cast.school.pk),
        at("end_service", row.pk), at("group", group.pk), at("end_group", group.pk),
        at("add_member", group.pk), at("end_membership", member.pk), at("hold", group.pk),
        at("meeting", meeting.pk), at("minutes", meeting.pk),
    ]  # fmt: skip
    assert {client.post(place, {"last_day": "2025-05-31"}).status_code for place in places} == {404}
    assert Collaborator.objects.get().last_day is None
    for place in (at("roster"), at("groups"), at("units")):
        page = client.get(place).content.decode()
        assert "Ân Nghĩa" not in page
        assert "Bùi Văn Ấn" not in page

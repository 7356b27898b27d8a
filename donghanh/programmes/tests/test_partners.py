"""Coordination plans: who does what by when, and a guest who sees that plan and nothing else."""

from __future__ import annotations

import re
from datetime import date

import pytest
from django.db import DatabaseError, connection, transaction
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from donghanh.kernel.verdict import Refused
from donghanh.organisations.tests.factories import AT
from donghanh.people.models import Membership
from donghanh.programmes import actions_partners as actions
from donghanh.programmes.choices import JointState
from donghanh.programmes.models import CoordinationPlan, Partner, PartnerMeeting, PartnerStep, PartnerTask
from donghanh.programmes.tests.factories import a_programme
from donghanh.programmes.tests.factories_joint import a_coordination_plan, a_guest, an_agency

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("on_demo_day")]
LIST = reverse("programmes:coordination_plans")


@pytest.fixture
def guest(cast):
    return a_guest(cast.department)


@pytest.fixture
def plan(cast):
    return a_coordination_plan(cast.department, a_programme(cast), by=cast.department_officer)


def page_of(plan):
    return reverse("programmes:coordination_plan", args=[plan.pk])


def text_of(answer):
    return re.sub(r"\s+", " ", re.sub(r"<[^>]*>", " ", answer.content.decode()))


def a_task(plan, partner, by, text="Tập huấn nhận biết lừa đảo"):
    return actions.add_joint_task(plan=plan, partner=partner, text=text, due_on=date(2025, 5, 1), by=by, at=AT)


def test_from_the_signed_paper_to_the_minutes(cast, sign_in, guest):
    """The officer's way through the two pages."""
    programme, desk = a_programme(cast), sign_in(cast.department_officer)
    said = {"act": "agree", "name": "Phối hợp với Công an tỉnh", "programme": programme.pk, "agreed": "15/KHPH",
            "first_day": "2025-01-01", "last_day": "2025-12-31", "topics": ["cyber"],
            "own_topics": "Đường dây nóng\n\n"}  # fmt: skip
    assert "An toàn mạng" in text_of(desk.get(LIST))
    assert desk.post(LIST, said).status_code == 302
    plan = CoordinationPlan.objects.get()
    assert (plan.topics, plan.own_topics) == (["cyber"], ["Đường dây nóng"])
    page = page_of(plan)
    desk.post(page, {"act": "partner", "agency": "police", "name": "Công an tỉnh", "username": "CONGAN"})
    partner = Partner.objects.get()
    assert partner.account == guest
    desk.post(page, {"act": "joint_task", "text": "Soạn tài liệu", "partner": partner.pk, "due_on": "2025-05-01"})
    meeting = {"act": "meeting", "day": "2025-03-03", "place": "Sở GD&ĐT", "agenda": "Kế hoạch quý II",
               "conclusions": "Công an tỉnh soạn tài liệu trước 1/5.", "present": [partner.pk]}  # fmt: skip
    assert desk.post(page, meeting).status_code == 302
    shown = text_of(desk.get(page))
    for words in (
        "Đảm bảo an ninh mạng, an toàn thông tin", "Đường dây nóng",
        "Công an tỉnh · Chưa bắt đầu · hạn 1/5/2025 Quá hạn",
        "tài khoản congan xem được kế hoạch này", "3/3/2025, Sở GD&amp;ĐT Công an tỉnh", "soạn tài liệu trước 1/5.",
    ):  # fmt: skip
        assert words in shown
    answer = desk.post(page, meeting)
    assert (answer.status_code, "Đã có cuộc họp ghi vào ngày này" in text_of(answer)) == (422, True)
    assert PartnerMeeting.objects.get().present.get() == partner


def test_a_guest_tells_its_own_tasks_and_no_others(cast, plan, guest, sign_in):
    by = cast.department_officer
    own = a_task(plan, an_agency(plan, by=by, guest=guest), by)
    other = a_task(plan, an_agency(plan, by=by, name="Tỉnh đoàn"), by, text="Thi tìm hiểu luật")
    desk, page = sign_in(guest), page_of(plan)
    shown = desk.get(page).content.decode()
    assert shown.count('value="task-') == 1
    for act in ("partner", "joint_task", "meeting", f"guest-{own.partner_id}"):
        assert f'value="{act}"' not in shown
    assert "xem được kế hoạch này" not in text_of(desk.get(page))
    said = {"state": "doing", "result": "Đã soạn 2 bài"}
    assert desk.post(page, said | {"act": f"task-{own.pk}"}).status_code == 302
    assert "Đã soạn 2 bài Bùi Minh Công" in text_of(desk.get(page))
    answer = desk.post(page, said | {"act": f"task-{other.pk}"})
    assert (answer.status_code, "của cơ quan khác" in text_of(answer)) == (422, True)
    answer = desk.post(page, {"act": "joint_task", "text": "x"})
    assert (answer.status_code, "của đơn vị khác" in text_of(answer)) == (422, True)
    assert set(PartnerTask.objects.values_list("text", "state")) == {
        ("Tập huấn nhận biết lừa đảo", "doing"), ("Thi tìm hiểu luật", "planned"),
    }  # fmt: skip


def test_a_guest_sees_nothing_else_anywhere(cast, plan, guest, sign_in):
    by = cast.department_officer
    an_agency(plan, by=by, guest=guest)
    hidden = a_coordination_plan(cast.department, plan.programme, by=by, agreed="16/KHPH", name="Kế hoạch không mời")
    desk = sign_in(guest)
    listed = text_of(desk.get(LIST))
    assert plan.name in listed
    assert hidden.name not in listed
    assert "Ghi kế hoạch đã ký" not in listed
    assert desk.get(page_of(hidden)).status_code == 404
    closed = [
        "programmes:programmes", "programmes:plans", "programmes:reviews", "programmes:money", "reporting:owed",
        "reporting:board", "explorer:explore", "organisations:units", "people:staff", "collaborators:roster",
        "rosters:classes", "home:deeds", "statistics:targets",
    ]  # fmt: skip
    assert {route: desk.get(reverse(route)).status_code for route in closed} == dict.fromkeys(closed, 403)
    assert desk.get(reverse("programmes:unit_money", args=[cast.department.pk])).status_code == 403
    assert page_of(plan) in desk.get(reverse("home:my_work")).content.decode()


def test_a_guest_no_longer_named_or_whose_role_ended_sees_nothing(cast, plan, guest, sign_in):
    by = cast.department_officer
    partner = an_agency(plan, by=by, guest=guest)
    desk = sign_in(by)
    assert sign_in(guest).get(page_of(plan)).status_code == 200
    row = Membership.objects.get(account=guest)
    row.valid = type(row.valid)(row.valid.lower, date(2025, 6, 1))
    row.save()
    assert sign_in(guest).get(page_of(plan)).status_code == 404
    assert desk.post(page_of(plan), {"act": f"guest-{partner.pk}", "username": ""}).status_code == 302
    partner.refresh_from_db()
    assert partner.account is None


@pytest.mark.parametrize(
    ("username", "sentence"),
    [("khongco", "Không có tài khoản nào"), ("giaovien", "không có vai trò"), ("nguoingoai", "không có vai trò")],
)
def test_only_a_partner_s_account_may_be_named(cast, plan, sign_in, username, sentence):
    said = {"act": "partner", "agency": "police", "name": "Công an tỉnh", "username": username}
    answer = sign_in(cast.department_officer).post(page_of(plan), said)
    assert (answer.status_code, sentence in text_of(answer)) == (422, True)
    assert not Partner.objects.exists()


def test_moves_go_along_the_table(cast, plan):
    by = cast.department_officer
    task = a_task(plan, None, by)
    signed = {"task": task, "by": by, "at": AT}
    with pytest.raises(Refused, match="Ghi kết quả"):
        actions.tell_joint_task(state=JointState.PLANNED, result=" ", **signed)
    actions.tell_joint_task(state=JointState.CANCELLED, result="trùng việc", **signed)
    with pytest.raises(Refused, match="đang “Không thực hiện” nên không chuyển sang “Đã xong” được"):
        actions.tell_joint_task(state=JointState.DONE, result="", **signed)
    with pytest.raises(DatabaseError, match=r"permission denied|immutable"), transaction.atomic():
        PartnerStep.objects.update(result="khác")


@pytest.mark.parametrize(
    ("change", "sentence"),
    [
        ({"last_day": date(2024, 1, 1)}, "Ngày cuối phải từ ngày đầu"),
        ({"topics": []}, "ít nhất một nội dung"),
        ({"agreed": "15/KHPH-SGDĐT-CAT "}, "đã có kế hoạch phối hợp theo văn bản này"),
    ],
)
def test_a_plan_that_is_not_right(cast, plan, change, sentence):
    with pytest.raises(Refused, match=sentence):
        a_coordination_plan(cast.department, plan.programme, by=cast.department_officer, **change)
    assert CoordinationPlan.objects.count() == 1


def test_what_does_not_fit_the_plan(cast, plan):
    by = cast.department_officer
    signed = {"plan": plan, "by": by, "at": AT}
    with pytest.raises(Refused, match="trong thời gian của kế hoạch"):
        actions.add_joint_task(partner=None, text="x", due_on=date(2026, 1, 1), **signed)
    an_agency(plan, by=by)
    with pytest.raises(Refused, match="đã có trong kế hoạch"):
        an_agency(plan, by=by)
    said = {"place": "a", "agenda": "b", "conclusions": "", "present": []}
    with pytest.raises(Refused, match="chưa tới"):
        actions.record_joint_meeting(day=date(2025, 6, 17), **said, **signed)


def test_other_units_read_by_the_tree(cast, plan, sign_in):
    """The Department's plan is the Department's: nobody below finds it, its leader reads it."""
    readers = (cast.department_officer, cast.leader, cast.district_officer, cast.principal, cast.outsider)
    assert [sign_in(who).get(page_of(plan)).status_code for who in readers] == [200, 200, 404, 404, 404]
    assert "Thêm việc" not in text_of(sign_in(cast.leader).get(page_of(plan)))
    with pytest.raises(Refused, match="chỉ xem"):
        an_agency(plan, by=cast.leader)


def test_as_many_queries_for_many_tasks(cast, plan, sign_in):
    by = cast.department_officer
    partner = an_agency(plan, by=by)
    desk = sign_in(by)

    def asked():
        with CaptureQueriesContext(connection) as seen:
            desk.get(page_of(plan))
        return len(seen)

    a_task(plan, partner, by)
    one = asked()
    for number in range(5):
        a_task(plan, partner, by, text=f"Việc {number}")
    assert asked() == one

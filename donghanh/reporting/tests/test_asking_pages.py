"""Asking as officers do it: seen before it is saved, changed for the future, ended; more time where it is needed."""

from __future__ import annotations

import re
from datetime import date

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from donghanh.agenda.actions import mark_busy
from donghanh.agenda.choices import BusyKind
from donghanh.organisations.choices import UnitKind
from donghanh.questionnaires.actions import load_form
from donghanh.reporting.models import Collection, Extension, ReportRequest
from donghanh.reporting.tests.factories import AT, FORM, a_sent_report, an_open_round, report_of
from donghanh.reporting.tests.test_rounds import a_request

pytestmark = pytest.mark.usefixtures("on_demo_day")
NEW = reverse("reporting:new_request")


def stated(**changes):
    form = load_form(FORM, at=AT).form
    usual = {
        "name": "Báo cáo tháng", "form": form.pk, "calendar": "month", "chain": "nearest", "opens_before": 2,
        "due_working_days": 5, "level_working_days": 3, "grace_days": 0, "close_days": 30, "lock_days": "",
    }  # fmt: skip
    return usual | changes


def test_a_request_is_seen_before_it_is_saved(cast, sign_in):
    officer = sign_in(cast.department_officer)
    page = officer.post(NEW, stated(act="preview", chain="district_office department")).content.decode()
    assert "4 đơn vị phải nộp" in page
    assert "Chưa có gì được ghi" in page
    for words in (
        "Trường TH&amp;THCS Ân Nghĩa",
        "Phòng GD&amp;ĐT huyện Lạc Sơn",
        "Tháng 6/2025",
        "28/6/2025",
        "7/7/2025",
    ):
        assert words in page
    assert not ReportRequest.objects.exists()
    answer = officer.post(NEW, stated(act="save", chain="district_office department"))
    saved = ReportRequest.objects.get()
    assert answer.url == reverse("reporting:request", args=[saved.pk])
    assert (saved.owner, saved.chain) == (cast.department, ["district_office", "department"])
    assert "Báo cáo tháng" in officer.get(reverse("reporting:requests"), {"q": "bao cao thang"}).content.decode()


def test_the_empty_form_needs_a_name_alone(cast, sign_in):
    officer = sign_in(cast.department_officer)
    load_form(FORM, at=AT)
    empty = officer.get(NEW).context["form"]
    typed = {name: empty[name].value() for name in empty.fields if empty[name].value() not in (None, [])}
    typed["form"] = load_form(FORM, at=AT).form.pk
    assert officer.post(NEW, typed | {"name": "Báo cáo tháng", "act": "preview"}).status_code == 200


def test_units_are_named_as_people_name_them(cast, sign_in):
    officer = sign_in(cast.department_officer)
    named = {
        "areas": "xã ân nghĩa\nPhòng GD&ĐT huyện Kim Bôi\n",
        "kinds": [UnitKind.PRESCHOOL, UnitKind.LOWER_SECONDARY],
    }
    page = officer.post(NEW, stated(act="preview", **named)).content.decode()
    assert "2 đơn vị phải nộp" in page
    strange = officer.post(NEW, stated(act="preview", units="Trường không có"))
    assert strange.status_code == 422
    assert "“Trường không có”" in strange.content.decode()
    several = officer.post(NEW, stated(act="preview", units="Ân Nghĩa"))
    assert "Có nhiều đơn vị khớp" in several.content.decode()


def test_a_district_cannot_name_a_school_of_its_neighbour(cast, sign_in):
    answer = sign_in(cast.district_officer).post(NEW, stated(act="preview", units="Trường THCS Vĩnh Tiến"))
    assert answer.status_code == 422
    assert "Không có đơn vị nào thuộc cơ quan" in answer.content.decode()


@pytest.mark.parametrize(
    ("wrong", "said"),
    [
        ({"name": ""}, "Đặt tên"),
        ({"calendar": "lạ"}, "lạ"),
        ({"due_working_days": "năm"}, "bằng chữ số"),
        ({"due_working_days": "0"}, "từ 1 đến"),
        ({"close_days": "10", "grace_days": "20"}, "từ 20 đến"),
        ({"calendar": ""}, "Chọn một ngày."),
    ],
)
def test_what_cannot_be_asked_is_said_at_its_field(cast, sign_in, wrong, said):
    answer = sign_in(cast.department_officer).post(NEW, stated(act="save", **wrong))
    assert answer.status_code == 422
    assert said in answer.content.decode()
    assert not ReportRequest.objects.exists()


def test_once_opens_its_round_at_once(cast, sign_in):
    days = {"first_day": "2025-05-01", "last_day": "2025-05-31", "opens_on": "2025-06-16", "due_on": "2025-06-25"}
    answer = sign_in(cast.district_officer).post(NEW, stated(act="save", calendar="", name="Rà soát lớp", **days))
    assert answer.status_code == 302
    row = Collection.objects.get()
    assert (row.owner, row.due_on, row.period.label) == (cast.lac_son, date(2025, 6, 25), "Rà soát lớp")
    assert row.expected.count() == 2
    days["due_on"] = "2025-06-10"
    late = sign_in(cast.district_officer).post(NEW, stated(act="save", calendar="", **days))
    assert "Hạn nộp phải từ ngày mở trở đi" in late.content.decode()
    assert Collection.objects.count() == ReportRequest.objects.count() == 1


def test_the_form_of_a_change_says_what_holds_now(cast, sign_in):
    asked = a_request(cast)
    officer, address = sign_in(cast.department_officer), reverse("reporting:change_request", args=[asked.pk])
    officer.post(address, stated(act="save", areas="Xã Ân Nghĩa", kinds=["MN"], calendar="admin_month", name="Tên mới"))
    asked.refresh_from_db()
    assert asked.name == "Tên mới"
    assert asked.selector == {"kinds": ["MN"], "areas": [cast.commune.pk]}
    page = officer.get(address).content.decode()
    assert "Xã Ân Nghĩa (số" in page
    assert re.findall(r'name="kinds" value="([^"]+)"[^>]* checked', page) == ["MN"]


def test_a_district_reads_nothing_of_the_departments_request_and_the_department_only_reads_the_districts(cast, sign_in):
    above = a_request(cast)
    below = a_request(cast, owner=cast.lac_son, by=cast.district_officer)
    district, department = sign_in(cast.district_officer), sign_in(cast.department_officer)
    assert district.get(reverse("reporting:request", args=[above.pk])).status_code == 404
    page = department.get(reverse("reporting:request", args=[below.pk])).content.decode()
    assert "Kết thúc yêu cầu" not in page
    assert "Các đợt sắp mở" in page
    answer = department.post(reverse("reporting:end_request", args=[below.pk]), follow=True)
    assert "cơ quan khác" in answer.content.decode()
    below.refresh_from_db()
    assert below.ended_on is None


def test_an_ended_request_says_so(cast, sign_in):
    asked, officer = a_request(cast), sign_in(cast.department_officer)
    officer.post(reverse("reporting:end_request", args=[asked.pk]))
    page = officer.get(reverse("reporting:request", args=[asked.pk])).content.decode()
    assert "Kết thúc từ 16/6/2025" in page
    assert officer.get(reverse("reporting:change_request", args=[asked.pk])).status_code == 302


def extension(*reports, due_on="2025-07-04", reason="Lũ quét"):
    return {"expected": [report.expected_id for report in reports], "due_on": due_on, "reason": reason}


def test_an_officer_gives_more_time_to_the_units_ticked(cast, sign_in):
    row = an_open_round(cast)
    officer, address = sign_in(cast.district_officer), reverse("reporting:round", args=[row.pk])
    page = officer.get(address).content.decode()
    assert "Ân Nghĩa" in page
    assert "Vĩnh Tiến" not in page
    given = officer.post(address, extension(report_of(cast.school, row), report_of(cast.preschool, row)), follow=True)
    assert "Đã gia hạn cho 2 đơn vị." in given.content.decode()
    assert given.content.decode().count("4/7/2025") == 2
    assert Extension.objects.count() == 2
    teacher = sign_in(cast.teacher)
    assert "hạn 4/7/2025" in teacher.get(reverse("home:my_work")).content.decode()
    assert (
        "hạn nộp 4/7/2025"
        in teacher.get(reverse("reporting:fill", args=[report_of(cast.school, row).pk])).content.decode()
    )


def test_more_time_for_a_neighbours_school_or_for_one_that_sent_is_refused(cast, sign_in):
    row = an_open_round(cast)
    a_sent_report(cast, row)
    officer, address = sign_in(cast.district_officer), reverse("reporting:round", args=[row.pk])
    for unit, said in ((cast.sibling, "thuộc cơ quan mình"), (cast.school, "đã gửi")):
        answer = officer.post(address, extension(report_of(unit, row)))
        assert answer.status_code == 422
        assert said in answer.content.decode()
    assert "Chưa chọn đơn vị nào" in officer.post(address, extension()).content.decode()
    assert not Extension.objects.exists()


def test_lists_cost_the_same_for_one_row_and_for_four(cast, sign_in):
    row = an_open_round(cast)
    officer = sign_in(cast.department_officer)
    address = reverse("reporting:round", args=[row.pk])

    def cost(q):
        with CaptureQueriesContext(connection) as seen:
            page = officer.get(address, {"q": q}).content.decode()
        return len(seen), page.count("<tr") - 1

    one, four = cost("mam non"), cost("")
    assert (one[1], four[1]) == (1, 4)
    assert one[0] == four[0]


def test_the_preview_tells_of_exams_on_the_day_it_is_due(cast, sign_in):
    said = stated(act="preview", calendar="", first_day="2025-05-01", last_day="2025-05-31", opens_on="2025-06-16")
    officer = sign_in(cast.department_officer)
    assert "rơi vào" not in officer.post(NEW, said | {"due_on": "2025-06-25"}).text
    mark_busy(
        unit_id=cast.lac_son.pk, name="Thi lớp 10", kind=BusyKind.EXAM, first=date(2025, 6, 24),
        last=date(2025, 6, 26), by=cast.district_officer, at=AT,
    )  # fmt: skip
    page = officer.post(NEW, said | {"due_on": "2025-06-25"}).text
    assert "Ngày 25/6/2025 rơi vào “Thi lớp 10” của 2 đơn vị." in page
    assert "Ghi yêu cầu" in page  # told, not forbidden

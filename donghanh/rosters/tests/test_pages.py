"""Pages of classes, learners and rosters, as the people meet them."""

from __future__ import annotations

import csv
import io

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from procrastinate.contrib.django.models import ProcrastinateJob

from donghanh.audit.models import Entry
from donghanh.kernel.rows import everything
from donghanh.kernel.sheets_in import read_table
from donghanh.rosters import actions
from donghanh.rosters.models import RosterImport
from donghanh.rosters.tests.factories import (
    AT,
    a_class,
    a_code,
    a_learner,
    a_roster,
    a_sheet,
    agrees,
    brought_in,
    one_roster,
    school_year,
    teaches,
)

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("on_demo_day")]


def text(answer) -> str:
    return answer.content.decode()


def test_lists_stand_in_vietnamese_order_and_are_searched_without_tones(cast, sign_in):
    six = a_class(cast.school)
    for name in ("Đỗ Ánh", "Dương Ân", "Xa Yên", "Đinh Ăn"):
        a_learner(six, name)
    admin = sign_in(cast.school_administrator)
    page = text(admin.get(reverse("rosters:learners")))
    places = [page.index(name) for name in ("Dương Ân", "Đinh Ăn", "Đỗ Ánh", "Xa Yên")]
    assert places == sorted(places)
    found = text(admin.get(reverse("rosters:learners"), {"q": "do anh"}))
    assert "Đỗ Ánh" in found
    assert "Xa Yên" not in found


def test_a_list_asks_the_same_for_one_row_and_for_many(cast, sign_in, django_assert_num_queries):
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    six = a_class(cast.school)
    a_learner(six, "Bùi An")
    asked = []
    for extra in (0, 4):
        for number in range(extra):
            a_learner(six, f"Bùi An {number}")
        with CaptureQueriesContext(
            connection,
        ) as queries:
            sign_in(cast.school_administrator).get(reverse("rosters:school_class", args=[six.pk]))
        asked.append(len(queries))
    assert asked[0] == asked[1]


def test_a_file_goes_in_through_the_pages(cast, sign_in):
    a_code(cast.school, "25001001")
    school_year()
    admin = sign_in(cast.school_administrator)
    assert "OneRoster" in text(admin.get(reverse("rosters:rosters")))
    with everything():
        year = school_year().pk
    answer = admin.post(
        reverse("rosters:rosters"),
        {"file": SimpleUploadedFile("ds.zip", one_roster(**a_roster())), "unit": cast.school.pk, "school_year": year},
    )
    with everything():
        roster = RosterImport.objects.get()
    page = reverse("rosters:roster", args=[roster.pk])
    assert answer.url == page
    assert "đang kiểm tra" in text(admin.get(page))
    news = reverse("rosters:roster_news", args=[roster.pk, "checking", 0])
    assert admin.get(news).status_code == 204
    actions.check(roster_id=roster.pk, at=AT)
    assert admin.get(news).status_code == 200
    shown = text(admin.get(page))
    assert "Quách An" in shown
    assert "Học sinh trong tệp" in shown
    assert admin.post(page, {"move": "write"}).status_code == 302
    actions.write_down(roster_id=roster.pk, at=AT)
    assert "Đã ghi lúc" in text(admin.get(page))
    assert "6A" in text(admin.get(reverse("rosters:classes")))


def test_jobs_are_deferred_with_ids_alone(cast, django_capture_on_commit_callbacks):
    a_code(cast.school, "25001001")
    with django_capture_on_commit_callbacks(execute=True):
        roster = brought_in(one_roster(**a_roster()), cast.school, cast.school_administrator)
    with django_capture_on_commit_callbacks(execute=True), everything():
        actions.ask_to_write(roster=roster, by=cast.school_administrator, at=AT)
    jobs = ProcrastinateJob.objects.order_by("id").values_list("task_name", "args")
    assert [(name.rpartition(".")[2], args) for name, args in jobs] == [
        ("check_roster", {"roster_id": roster.pk}), ("write_roster", {"roster_id": roster.pk}),
    ]  # fmt: skip


def test_wrong_rows_are_listed_filtered_and_handed_out(cast, sign_in):
    roster = brought_in(
        a_sheet(("6A", "Bùi Thị Ánh", "hôm qua", ""), ("6A", "Quách An", "", "")), cast.school,
        cast.school_administrator, name="ds.xlsx",
    )  # fmt: skip
    admin = sign_in(cast.school_administrator)
    page = text(admin.get(reverse("rosters:roster", args=[roster.pk, "bad"])))
    assert "“hôm qua” không phải là ngày" in page
    assert "Quách An" not in page
    assert 'value="write"' not in page
    file = admin.get(reverse("rosters:roster", args=[roster.pk, "bad"]), {"xuat": "xlsx"})
    [line] = read_table(io.BytesIO(file.content), max_rows=10, max_bytes=10**6).rows[-1:]
    assert line.cells[0] == "2"
    assert "“hôm qua” không phải là ngày" in line.cells[-1]
    assert admin.post(reverse("rosters:roster", args=[roster.pk]), {"move": "write"}).status_code == 409
    assert admin.get(reverse("rosters:roster", args=[roster.pk, "khong"])).status_code == 404


def test_a_name_in_an_old_font_is_shown_before_and_after(cast, sign_in):
    roster = brought_in(
        a_sheet(("6A", "NguyÔn ThÞ HiÒn", "", "")), cast.school, cast.school_administrator, name="a.xlsx"
    )
    page = text(sign_in(cast.school_administrator).get(reverse("rosters:roster", args=[roster.pk])))
    assert "“NguyÔn ThÞ HiÒn” được đọc là “Nguyễn Thị Hiền”" in page
    assert "1 tên gõ bằng phông cũ" in page


def test_a_roster_may_be_dropped(cast, sign_in):
    roster = brought_in(a_sheet(("6A", "Quách An", "", "")), cast.school, cast.school_administrator, name="a.xlsx")
    admin = sign_in(cast.school_administrator)
    assert admin.post(reverse("rosters:roster", args=[roster.pk]), {"move": "drop"}).url == reverse("rosters:rosters")
    assert "Quách An" not in text(admin.get(reverse("rosters:roster", args=[roster.pk])))


@pytest.mark.parametrize("name", ["ds.doc", "ds", ""])
def test_other_files_are_refused_at_the_field(name, cast, sign_in):
    year = school_year()
    answer = sign_in(cast.school_administrator).post(
        reverse("rosters:rosters"),
        {"file": SimpleUploadedFile(name, b"x") if name else "", "unit": cast.school.pk, "school_year": year.pk},
    )
    assert answer.status_code == 422
    assert "Hãy chọn tệp" in text(answer)


def test_the_template_is_read_by_the_reader(cast, sign_in):
    content = sign_in(cast.school_administrator).get(reverse("rosters:template")).content
    roster = brought_in(content, cast.school, cast.school_administrator, name="mau.xlsx")
    assert (roster.problem, roster.counts["new"], roster.bad) == ("", 3, 0)


def test_a_learner_page_tells_the_classes(cast, sign_in):
    six = a_class(cast.school)
    teaches(cast.class_teacher, six)
    learner = a_learner(six, "Bùi Thị Ánh")
    for person, route in ((cast.school_administrator, "learner"), (cast.class_teacher, "my_learner")):
        page = text(sign_in(person).get(reverse(f"rosters:{route}", args=[learner.pk])))
        assert "6A · 2024–2025" in page
        assert "Chưa in phiếu nào" in page


def test_a_learner_without_consent_stays_out_of_the_directory_file_and_the_page_says_so(cast, sign_in):
    six = a_class(cast.school)
    yes, _silent, half = (a_learner(six, name) for name in ("Bùi Ánh", "Canari Một", "Canari Hai"))
    agrees(yes)
    agrees(half, "self")
    admin, address = sign_in(cast.school_administrator), reverse("rosters:directory")
    assert "Tệp có 1 học sinh. 2 học sinh không có trong tệp" in text(admin.get(address))
    for kind in ("google", "microsoft"):
        file = admin.post(address, {"kind": kind, "domain": "truong.edu.vn"}).content.decode("utf-8-sig")
        assert f"{yes.account.username}@" in file
        assert "Canari" not in file
        assert half.account.username not in file
    assert Entry.objects.filter(verb="rosters.handed_out").order_by("-pk")[0].details["learners"] == 1


def test_learners_go_out_to_other_directories_and_that_is_on_record(cast, sign_in):
    learner = a_learner(a_class(cast.school), "=Bùi Thị Ánh")
    agrees(learner)
    agrees(a_learner(a_class(cast.sibling), "Xa Thái Dương"))
    admin, address = sign_in(cast.school_administrator), reverse("rosters:directory")
    for kind, first in (("google", "First Name [Required]"), ("microsoft", "version:v1.0")):
        file = admin.post(address, {"kind": kind, "domain": "truong.edu.vn"}).content.decode("utf-8-sig")
        rows = list(csv.reader(io.StringIO(file)))
        assert rows[0][0] == first
        assert f"{learner.account.username}@truong.edu.vn" in rows[-1]
        assert "'=Bùi" in file
        assert "Thái Dương" not in file
    assert Entry.objects.filter(verb="rosters.handed_out", by_id=cast.school_administrator.pk).count() == 2
    assert admin.post(address, {"kind": "google", "domain": "không có"}).status_code == 422

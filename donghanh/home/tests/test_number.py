"""Every number opens: its meaning, its making, its parts, the sendings behind it, and who may see them."""

from __future__ import annotations

import json
import uuid
from urllib.parse import urlencode

import pytest
from django.conf import settings
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from donghanh.organisations.actions import transfer
from donghanh.people.choices import ROLES, Right, Role
from donghanh.people.tests.cast import a_person
from donghanh.reporting.actions import accept, send
from donghanh.reporting.figures import lay_out
from donghanh.reporting.tests.factories import (
    AT,
    a_sent_report,
    an_accepted_report,
    an_open_round,
    filled,
    report_of,
    sheet_of,
)
from donghanh.statistics.actions import define
from donghanh.statistics.models import DataElement

pytestmark = pytest.mark.usefixtures("on_demo_day")
SHARE, COUNT = "indicator:staff_trained_rate", "element:staff_trained"


@pytest.fixture
def open_round(cast):
    define(json.loads((settings.ROOT / "donghanh/statistics/data/plan3296.json").read_text()), at=AT)
    return an_open_round(cast)


@pytest.fixture
def laid_out(cast, open_round):
    """The school's accepted report stands in the figures: 17 of 18 trained."""
    an_accepted_report(cast, open_round)
    lay_out(collection_id=open_round.pk, at=AT)
    return open_round


def address(unit, datum=SHARE, **more):
    return f"{reverse('home:number')}?{urlencode({'datum': datum, 'span': 'NH2024', 'unit': unit.pk, **more})}"


def told(page, name):
    """One of the page's lists of facts as plain words."""
    return {str(term): str(value) for term, value in page.context[name]}


def test_a_share_tells_what_it_means_and_how_it_was_made(cast, laid_out, sign_in):
    page = sign_in(cast.department_officer).get(address(cast.department))
    assert (page.context["story"].cell.numerator, page.context["story"].cell.denominator) == (17, 18)
    meaning, making = told(page, "meaning"), told(page, "making")
    assert meaning["Tử số"].startswith("“Số cán bộ, nhà giáo, cộng tác viên, quản trị được bồi dưỡng")
    assert meaning["Cách tính"] == "Tử số chia mẫu số, nhân 100"
    assert meaning["Căn cứ"] == "Kế hoạch của Sở GD&ĐT Hòa Bình 2020–2025, mục I.1"
    assert making["Kỳ"] == "Năm học 2024–2025"
    assert making["Từ ngày đến ngày"] == "5/9/2024 – 31/5/2025"
    assert making["Cây đơn vị"] == "Theo đơn vị của từng kỳ, ngày 31/5/2025"
    assert making["Lấy từ"].endswith(", phiên bản 1")
    assert making["Cách gộp"] == "Tổng của tử số chia cho tổng của mẫu số, không lấy trung bình các tỷ lệ"
    assert making["Báo cáo đã duyệt"] == "1/4 đơn vị phải nộp"
    assert making["Cộng lúc"] == "08:00 16/6/2025"
    assert "Chậm" not in page.text
    assert "còn 1 người nữa" in page.text


def test_the_parts_add_up_to_the_number(cast, laid_out, sign_in):
    page = sign_in(cast.department_officer).get(address(cast.department, COUNT))
    story = page.context["story"]
    parts = {part.label: (part.cell.value, part.cell.reported, part.cell.expected) for part in story.parts}
    assert parts == {
        "Phòng GD&ĐT huyện Kim Bôi": (None, 0, 1),
        "Phòng GD&ĐT huyện Lạc Sơn": (17, 1, 2),
        "": (None, 0, 1),  # the school directly below the Department
    }
    assert sum(value or 0 for value, _reported, _expected in parts.values()) == story.cell.value
    assert address(cast.lac_son, COUNT).replace("&", "&amp;") in page.text


def test_a_school_is_the_last_step_and_its_report_stands_there(cast, laid_out, sign_in):
    page = sign_in(cast.department_officer).get(address(cast.school))
    assert page.context["story"].parts == []
    assert reverse("reporting:report", args=[report_of(cast.school, laid_out).pk]) in page.text


def test_the_sendings_say_what_was_given_by_whom_and_who_accepted(cast, laid_out, sign_in):
    page = sign_in(cast.department_officer).get(address(cast.department))
    rows = list(page.context["table"].as_values())
    assert rows == [
        ["Đơn vị", "Kết quả", "Tử số", "Mẫu số", "Gửi", "Duyệt"],
        [
            "Trường TH&THCS Ân Nghĩa", pytest.approx(100 * 17 / 18), 17, 18, "08:00 16/6/2025, lần 1, Hà Thị Đỗ",
            "08:00 16/6/2025, Phòng GD&ĐT huyện Lạc Sơn, Quách Văn Ân",
        ],
    ]  # fmt: skip
    assert "94,4" in page.text
    file = sign_in(cast.department_officer).get(address(cast.department, xuat="xlsx"))
    assert file["Content-Disposition"].endswith('"staff_trained_rate-NH2024.xlsx"')
    export = page.context["table"].export_url
    assert "datum=indicator%3Astaff_trained_rate" in export


def test_searching_keeps_the_number_that_is_asked(cast, laid_out, sign_in):
    officer = sign_in(cast.department_officer)
    assert len(officer.get(address(cast.department, q="an nghia")).context["table"].data) == 1
    none = officer.get(address(cast.department, q="khong co"))
    assert len(none.context["table"].data) == 0
    assert '<input type="hidden" name="datum" value="indicator:staff_trained_rate">' in none.text


def test_a_kind_of_school_narrows_number_and_sendings(cast, laid_out, sign_in):
    officer = sign_in(cast.department_officer)
    page = officer.get(address(cast.department, COUNT, group="TH&THCS"))
    assert (page.context["story"].cell.value, page.context["behind"]) == (17, 1)
    assert "Trường TH&amp;THCS" in page.text
    other = officer.get(address(cast.department, COUNT, group="THCS"))
    assert (other.context["story"].cell.value, other.context["behind"]) == (None, 0)


def test_a_reporting_rate_lists_all_that_were_to_report(cast, open_round, sign_in):
    a_sent_report(cast, open_round)
    lay_out(collection_id=open_round.pk, at=AT)
    page = sign_in(cast.department_officer).get(address(cast.department, "rate:plan3296:actual_rate"))
    assert page.context["story"].cell.value == 25
    states = {row[0]: row[1] for row in list(page.context["table"].as_values())[1:]}
    assert states == {
        "Trường Mầm non Ân Nghĩa": "Đang điền", "Trường TH&THCS Ân Nghĩa": "Chờ duyệt",
        "Trường THCS Vĩnh Tiến": "Đang điền", "Trường THPT Lạc Sơn": "Đang điền",
    }  # fmt: skip


def test_a_number_of_too_few_is_kept_back_with_the_reason(cast, laid_out, sign_in):
    DataElement.objects.filter(code="staff_trained").update(minimum_group=20)
    page = sign_in(cast.department_officer).get(address(cast.department, COUNT))
    assert page.context["story"].cell.suppressed
    assert "Nó nói về ít hơn 20 người" in page.text
    assert [row[1] for row in list(page.context["table"].as_values())[1:]] == [None]
    assert not any(part.label == "" for part in page.context["story"].parts)  # nothing to subtract from


def test_on_the_tree_of_today_a_school_counts_where_it_is_now(cast, laid_out, sign_in):
    transfer(units=[cast.school.pk], to=cast.kim_boi.pk, decision="QĐ 9", on=AT.date(), by=None, at=AT)
    officer = sign_in(cast.department_officer)

    def found(unit, tree):
        page = officer.get(address(unit, tree=tree))
        return page.context["story"].cell.numerator, [row.unit_name for row in page.context["table"].data.data]

    school = "Trường TH&THCS Ân Nghĩa"
    assert found(cast.lac_son, "as_was") == (17, [school])
    assert found(cast.kim_boi, "as_was") == (None, [])
    assert found(cast.lac_son, "as_is") == (None, [])
    assert found(cast.kim_boi, "as_is") == (17, [school])
    making = told(officer.get(address(cast.kim_boi, tree="as_is")), "making")
    assert making["Cây đơn vị"] == "Theo đơn vị hiện nay, ngày 16/6/2025"


def test_a_school_shows_its_report_before_it_is_accepted(cast, open_round, sign_in):
    a_sent_report(cast, open_round)
    lay_out(collection_id=open_round.pk, at=AT)
    page = sign_in(cast.principal).get(address(cast.school, COUNT))
    assert page.context["story"].cell.value is None
    assert [row[:3] for row in list(page.context["table"].as_values())[1:]] == [
        ["Trường TH&THCS Ân Nghĩa", None, "Chờ duyệt"]
    ]


def test_who_may_not_see_the_unit_finds_nothing(cast, laid_out, sign_in):
    district = sign_in(cast.other_district_officer)
    assert district.get(address(cast.kim_boi)).status_code == 200
    for unit in (cast.department, cast.lac_son, cast.school):
        assert district.get(address(unit)).status_code == 404
    assert sign_in(cast.teacher).get(address(cast.school)).status_code == 403


def test_without_the_right_to_reports_the_story_stands_alone(cast, laid_out, sign_in, monkeypatch):
    reader = Role("figures_reader", "Người xem số liệu", "", frozenset({Right.READ_FIGURES}))
    monkeypatch.setitem(ROLES, reader.code, reader)
    page = sign_in(a_person("xemso", "Vũ Văn Xem", reader.code, cast.department)).get(address(cast.department))
    assert page.context["story"].cell.numerator == 17
    assert "Báo cáo của từng đơn vị chỉ mở cho người được xem báo cáo" in page.text
    assert len(page.context["table"].data) == 0
    for secret in ("Hà Thị Đỗ", "Quách Văn Ân", "Trường TH&amp;THCS Ân Nghĩa"):
        assert secret not in page.text


def test_a_report_that_is_elsewhere_today_is_counted_and_not_listed(cast, laid_out, sign_in):
    transfer(units=[cast.school.pk], to=cast.kim_boi.pk, decision="QĐ 9", on=AT.date(), by=None, at=AT)
    page = sign_in(cast.district_officer).get(address(cast.lac_son))
    assert page.context["story"].cell.numerator == 17
    assert len(page.context["table"].data) == 0
    assert "Thầy cô mở được 0 trong 1 báo cáo" in page.text


@pytest.mark.parametrize(
    "asked",
    [
        {"datum": "indicator:khong_co"}, {"datum": "element:khong_co"}, {"datum": "rate:khong_co:actual"},
        {"datum": "x"}, {"span": "NH1"}, {"span": ""}, {"datum": "element:1+1"}, {"unit": "0"}, {"unit": "99999999999"},
    ],
)  # fmt: skip
def test_what_does_not_exist_is_not_found(cast, laid_out, sign_in, asked):
    given = {"datum": SHARE, "span": "NH2024", "unit": str(cast.department.pk), **asked}
    assert sign_in(cast.department_officer).get(f"{reverse('home:number')}?{urlencode(given)}").status_code == 404


def test_a_period_without_figures_says_so(cast, laid_out, sign_in):
    page = sign_in(cast.department_officer).get(address(cast.department, span="202403"))
    assert page.status_code == 200
    assert "Không có số liệu" in page.text


def test_asked_for_nothing_it_leads_to_the_figures(cast, laid_out, sign_in):
    answer = sign_in(cast.department_officer).get(reverse("home:number"))
    assert answer.url == reverse("home:newest_figures")


def test_a_number_costs_the_same_with_more_behind_it(cast, laid_out, sign_in):
    officer = sign_in(cast.department_officer)

    def cost():
        lay_out(collection_id=laid_out.pk, at=AT)
        with CaptureQueriesContext(connection) as seen:
            page = officer.get(address(cast.department))
        return len(page.context["table"].data), len(seen)

    assert cost() == (1, 25)
    another = sheet_of(cast.sibling, laid_out, cast.other_teacher)
    version = send(
        sheet=another, typed=filled("THCS"), revision=another.submission.revision, client_key=uuid.uuid4(),
        by=cast.other_teacher, at=AT,
    )  # fmt: skip
    accept(
        submission=report_of(cast.sibling, laid_out),
        version_number=version.number,
        by=cast.other_district_officer,
        at=AT,
    )
    assert cost() == (2, 25)

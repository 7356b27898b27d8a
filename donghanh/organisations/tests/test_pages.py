"""The register as its reader sees it. Who may open it is the matter of the laws, which drive every role."""

from __future__ import annotations

import re
from datetime import date, timedelta
from html import unescape
from io import BytesIO
from zipfile import ZipFile

import pytest
from django.db import connection
from django.http import Http404
from django.test.utils import CaptureQueriesContext

from donghanh.kernel.access import right_of
from donghanh.organisations import actions, views
from donghanh.organisations.choices import CodeScheme, UnitKind
from donghanh.organisations.rules import NewUnit
from donghanh.organisations.tests.factories import ORDER, a_commune, a_department, a_district, a_school, a_unit

pytestmark = pytest.mark.django_db
DAY = date(2025, 7, 1)
EVE = DAY - timedelta(days=1)


@pytest.fixture
def page(rf):
    """The page of an address, read: white space folded, entities undone."""

    def read(unit=None, **query) -> str:
        request = rf.get("/don-vi/", query)
        request.offices = lambda right: []
        answer = views.unit(request, unit.pk) if unit else views.units(request)
        assert answer.status_code == 200
        return " ".join(unescape(answer.content.decode()).split())

    return read


def rows(html: str) -> list[list[str]]:
    """The text of the cells of the page's first table, row by row."""
    table = re.search(r"<tbody.*?</tbody>", html)
    lines = re.findall(r"<tr.*?</tr>", table[0]) if table else []
    return [[re.sub(r"<.*?>", "", cell).strip() for cell in re.findall(r"<td.*?</td>", line)] for line in lines]


@pytest.fixture
def house():
    department = a_department()
    district = a_district(below=department, codes={CodeScheme.AREA: "150"})
    commune = a_commune(below=district)
    school = a_school(below=commune, generated=True, headcount=(20, 1310))
    return department, district, commune, school


def test_both_pages_ask_for_the_right_to_read_units():
    assert (right_of(views.units), right_of(views.unit)) == ("units.read", "units.read")


def test_the_register_lists_the_units_of_the_day_with_parent_and_code(page, house):
    district = house[1]
    actions.merge(sources=[district.pk], into=house[0].pk, on=DAY, **ORDER)
    assert rows(page(day="2025-06-30")) == [
        ["Phòng GD&ĐT huyện Đà Bắc", "Phòng Giáo dục và Đào tạo", "Sở GD&ĐT Hòa Bình", "150"],
        ["Sở GD&ĐT Hòa Bình", "Sở Giáo dục và Đào tạo", "", ""],
        ["Trường Tiểu học Tân Pheo Dữ liệu giả lập", "Trường tiểu học", "Xã Tân Pheo", ""],
        ["Xã Tân Pheo", "Xã, phường, thị trấn", "Phòng GD&ĐT huyện Đà Bắc", ""],
    ]
    assert "4 đơn vị vào ngày 30/06/2025" in page(day="2025-06-30")
    assert rows(page(day="2025-07-01"))[-1] == ["Xã Tân Pheo", "Xã, phường, thị trấn", "Sở GD&ĐT Hòa Bình", ""]


def test_levels_and_search_narrow_the_register(page, house):
    assert [row[0] for row in rows(page(day="2025-06-30", level="commune"))] == ["Xã Tân Pheo"]
    assert [row[0] for row in rows(page(day="2025-06-30", q="tan pheo", level="school"))] == [
        "Trường Tiểu học Tân Pheo Dữ liệu giả lập"
    ]
    counts = re.findall(r'>([^<>]+) <span class="dh-count">(\d+)<', page(day="2025-06-30", q="tan pheo"))
    assert counts == [
        ("Tất cả", "2"),
        ("Sở", "0"),
        ("Phòng", "0"),
        ("Xã, phường", "1"),
        ("Cơ sở giáo dục", "1"),
    ]


def test_a_day_without_units_says_so(page, house):
    html = page(day="2014-12-31")
    assert rows(html) == []
    assert "Không có đơn vị nào" in html
    assert 'value="2014-12-31"' in html


@pytest.mark.parametrize("query", [{"day": "hôm qua"}, {"level": "planet"}, {"page": "x"}, {"sort": "nothing"}])
def test_senseless_parameters_fall_back(page, house, query):
    assert len(rows(page(**query))) == 4


def test_the_register_comes_in_pages(page):
    department = a_department()
    new = [NewUnit(f"Trường số {number:02}", UnitKind.PRIMARY, department.pk) for number in range(60)]
    actions.open_units(new=new, on=date(2015, 1, 1), **ORDER)
    first, second = page(level="school"), page(level="school", page="2")
    assert [row[0] for row in rows(first)] == [f"Trường số {number:02}" for number in range(50)]
    assert [row[0] for row in rows(second)] == [f"Trường số {number:02}" for number in range(50, 60)]


def test_pages_cost_the_same_queries_for_one_row_and_for_thirty(page):
    department = a_department()
    costs = []
    for number in range(30):
        a_unit(f"Trường {number}", below=department, codes={CodeScheme.OWN: str(number)})
        if number in (0, 29):
            for unit in (None, department):
                with CaptureQueriesContext(connection) as asked:
                    page(unit)
                costs.append(len(asked))
    assert costs[:2] == costs[2:]
    assert costs[0] <= 4
    assert costs[1] <= 16


def test_a_unit_shows_what_is_above_below_and_said_of_it(page, house):
    _department, _district, commune, school = house
    html = page(commune, day="2025-06-30")
    crumbs = re.search(r'<nav class="dh-crumbs".*?</nav>', html)[0]
    assert re.findall(r">([^<> ][^<>]*)</a>", crumbs) == ["Đơn vị", "Sở GD&ĐT Hòa Bình", "Phòng GD&ĐT huyện Đà Bắc"]
    assert "<h1>Xã Tân Pheo</h1>" in html
    assert rows(html) == [["Trường Tiểu học Tân Pheo Dữ liệu giả lập", "Trường tiểu học", ""]]
    school_page = page(school, day="2025-06-30")
    assert "20 cán bộ, giáo viên, nhân viên; 1.310 người học" in school_page
    assert "Dữ liệu giả lập" in school_page
    assert "Đơn vị trực thuộc" not in school_page


def test_a_unit_tells_its_events_with_their_decisions_newest_first(page, house):
    department, _district, commune, school = house
    new = NewUnit("Xã Đức Nhàn", UnitKind.COMMUNE, department.pk)
    merged = actions.merge(sources=[commune.pk], into=new, on=DAY, **(ORDER | {"decision": "Nghị quyết 1676"}))
    actions.rename(unit=school.pk, name="Trường Đức Nhàn", on=date(2026, 1, 1), **ORDER)
    html = page(school, day="2026-06-01")
    steps = re.findall(r'<p class="dh-timeline-title">.*?</li>', html)
    told = [" ".join(re.sub(r"<.*?>", "", step.replace("</p>", " ")).split()) for step in steps]
    assert told == [
        "Đổi tên: “Trường Tiểu học Tân Pheo” thành “Trường Đức Nhàn” 01/01/2026 · Quyết định 01/QĐ-TEST",
        "Sáp nhập 01/07/2025 · Nghị quyết 1676 Từ: Xã Tân Pheo Về: Xã Đức Nhàn",
        "Thành lập 01/01/2015 · Quyết định 01/QĐ-TEST",
    ]
    assert f'href="/don-vi/{merged.pk}/?day=2025-07-01"' in html


def test_a_closed_unit_keeps_its_page(page, house):
    department, district, _commune, _school = house
    actions.merge(sources=[district.pk], into=department.pk, on=DAY, **ORDER)
    html = page(district, day="2025-07-02")
    assert "Ngày 02/07/2025 đơn vị này không còn: kết thúc hoạt động từ ngày 01/07/2025." in html
    assert 'href="?day=2025-06-30"' in html
    assert "<h1>Phòng GD&ĐT huyện Đà Bắc</h1>" in html
    assert "Ngày 01/01/2014 đơn vị này chưa có: thành lập ngày 01/01/2015." in page(district, day="2014-01-01")


def test_the_register_comes_as_a_spreadsheet(rf, house, settings):
    settings.DEMO_DAY = ""
    answer = views.units(rf.get("/don-vi/", {"day": "2025-06-30", "q": "tan pheo", "xuat": "xlsx"}))
    assert answer["Content-Disposition"] == 'attachment; filename="don-vi-2025-06-30.xlsx"'
    with ZipFile(BytesIO(answer.content)) as book:
        strings = re.findall(r"<t>(.*?)</t>", book.read("xl/sharedStrings.xml").decode())
    assert [one for one in strings if one] == [
        "Đơn vị vào ngày 30/06/2025", "Tên đơn vị", "Loại hình", "Trực thuộc", "Mã",
        "Trường Tiểu học Tân Pheo", "Trường tiểu học", "Xã Tân Pheo",
        "Xã, phường, thị trấn", "Phòng GD&amp;ĐT huyện Đà Bắc",
    ]  # fmt: skip


def test_the_tree_opens_branch_by_branch(rf, house, django_assert_max_num_queries):
    department, district, commune, _school = house

    def drawn(**query) -> list[str]:
        html = views.tree(rf.get("/don-vi/cay/", {"day": "2025-06-30", **query})).content.decode()
        return re.findall(r'href="/don-vi/\d+/\?day=2025-06-30">([^<]+)</a>', unescape(html))

    assert drawn() == ["Sở GD&ĐT Hòa Bình"]
    with django_assert_max_num_queries(5):
        assert drawn(mo=f"{department.pk},{district.pk}") == [
            "Sở GD&ĐT Hòa Bình", "Phòng GD&ĐT huyện Đà Bắc", "Xã Tân Pheo"
        ]  # fmt: skip
    assert drawn(mo="nonsense") == ["Sở GD&ĐT Hòa Bình"]
    assert drawn(mo=f"{commune.pk}") == ["Sở GD&ĐT Hòa Bình"]  # what lies above it is closed


def test_an_unknown_unit_is_not_found(rf):
    with pytest.raises(Http404):
        views.unit(rf.get("/don-vi/404/"), 404)

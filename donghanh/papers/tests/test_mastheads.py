"""Who stands over a unit's papers, on both sides of 1 July 2025."""

from __future__ import annotations

from datetime import date

import pytest

from donghanh.organisations.actions import close_unit, transfer
from donghanh.organisations.choices import UnitKind
from donghanh.organisations.models import Unit
from donghanh.organisations.tests.factories import ORDER, a_commune, a_department, a_district, a_school, a_unit
from donghanh.papers.actions import render_pdf
from donghanh.papers.mastheads import place_of
from donghanh.papers.queries import Masthead, masthead_on
from donghanh.papers.tests.documents import AT, report
from donghanh.papers.tests.reading import words

pytestmark = pytest.mark.django_db
EVE, DAY = date(2025, 6, 30), date(2025, 7, 1)


@pytest.fixture
def tree():
    """A school below its commune, which the reform takes from its district and puts below the Department."""
    department = a_department()
    district = a_district(below=department)
    commune = a_commune(below=district)
    school = a_school(below=commune)
    order = ORDER | {"on": DAY}
    transfer(units=[commune.pk], to=department.pk, **order)
    close_unit(unit=district.pk, **order)
    return {"department": department, "district": district, "commune": commune, "school": school}


@pytest.mark.parametrize(("day", "superior"), [(EVE, "Phòng GD&ĐT huyện Đà Bắc"), (DAY, "UBND xã Tân Pheo")])
def test_a_school_changes_its_superior_with_the_reform(tree, day, superior):
    assert masthead_on(tree["school"].pk, on=day) == Masthead(superior, "Trường Tiểu học Tân Pheo", "Tân Pheo")


def test_offices_stand_under_the_committee_of_their_area(tree):
    assert masthead_on(tree["district"].pk, on=EVE) == Masthead(
        "UBND huyện Đà Bắc", "Phòng Giáo dục và Đào tạo", "Đà Bắc"
    )
    assert masthead_on(tree["department"].pk, on=EVE) == Masthead(
        "UBND tỉnh Hòa Bình", "Sở Giáo dục và Đào tạo", "Hòa Bình"
    )
    assert masthead_on(tree["commune"].pk, on=DAY) == Masthead("", "Ủy ban nhân dân xã Tân Pheo", "Tân Pheo")
    with pytest.raises(Unit.DoesNotExist):
        masthead_on(tree["district"].pk, on=DAY)


def test_a_school_of_the_department_stands_under_it_on_both_days():
    department = a_department("Sở Giáo dục và Đào tạo Hải Phòng")
    school = a_school("Trường THPT Lạc Sơn", below=department, kind=UnitKind.UPPER_SECONDARY)
    for day in (EVE, DAY):
        assert masthead_on(school.pk, on=day) == Masthead("Sở GD&ĐT Hải Phòng", "Trường THPT Lạc Sơn", "Hải Phòng")
    assert masthead_on(department.pk, on=DAY).superior_body == "UBND thành phố Hải Phòng"


def test_a_unit_of_no_known_form_keeps_its_name():
    alone = a_unit("Trung tâm GDTX")
    assert masthead_on(alone.pk, on=DAY) == Masthead("", "Trung tâm GDTX", "")


@pytest.mark.parametrize(
    ("area", "place"),
    [
        ("Xã Tân Pheo", "Tân Pheo"),
        ("thị trấn Vụ Bản", "Vụ Bản"),
        ("Phường 5", "Phường 5"),
        ("quận 1", "Quận 1"),
        ("Lạc Sơn", "Lạc Sơn"),
    ],
)
def test_place_is_the_name_of_the_area(area, place):
    assert place_of(area) == place


def test_the_paper_bears_the_names_of_its_day(tree):
    for day, superior in ((EVE, "PHÒNG GD&ĐT HUYỆN ĐÀ BẮC"), (DAY, "UBND XÃ TÂN PHEO")):
        head = masthead_on(tree["school"].pk, on=day)
        paper = report(superior_body=head.superior_body, issuing_body=head.issuing_body, place=head.place, date=day)
        assert words(render_pdf(paper, at=AT)).startswith(f"{superior} TRƯỜNG TIỂU HỌC TÂN PHEO")

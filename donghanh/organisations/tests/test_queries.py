from __future__ import annotations

from datetime import date, timedelta

import pytest

from donghanh.organisations import actions, queries
from donghanh.organisations.choices import CodeScheme, UnitKind
from donghanh.organisations.models import UnitName
from donghanh.organisations.rules import NewUnit
from donghanh.organisations.tests.factories import OPENED, ORDER, a_commune, a_department, a_district, a_school, a_unit

pytestmark = pytest.mark.django_db
DAY = date(2025, 7, 1)
EVE = DAY - timedelta(days=1)


def names(units) -> list[str]:
    return [unit.name for unit in units]


def test_units_stand_in_the_order_of_the_vietnamese_alphabet():
    for name in ("Đà Bắc", "Dương", "Ân", "Ăn", "An", "Ánh"):
        a_unit(name)
    assert names(queries.units_on(OPENED)) == ["An", "Ánh", "Ăn", "Ân", "Dương", "Đà Bắc"]


def test_units_of_a_day_carry_what_held_that_day():
    department = a_department()
    school = a_school(below=department)
    actions.rename(unit=school.pk, name="Trường Tân Pheo", on=DAY, **ORDER)
    then, now = queries.units_on(EVE).get(pk=school.pk), queries.units_on(DAY).get(pk=school.pk)
    assert (then.name, then.kind, then.parent_id_on) == ("Trường Tiểu học Tân Pheo", UnitKind.PRIMARY, department.pk)
    assert (now.name, now.kind, now.parent_id_on) == ("Trường Tân Pheo", UnitKind.PRIMARY, department.pk)
    assert queries.units_on(DAY).get(pk=department.pk).parent_id_on is None
    assert list(queries.units_on(OPENED - timedelta(days=1))) == []


@pytest.fixture
def house():
    """Department → district → commune → school, and an upper secondary school directly below the Department."""
    department = a_department()
    district = a_district(below=department)
    commune = a_commune(below=district)
    school = a_school(below=commune)
    upper = a_school("Trường THPT Đà Bắc", below=department, kind=UnitKind.UPPER_SECONDARY)
    a_school("Trường của tỉnh khác", below=a_department("Sở GD&ĐT Sơn La"))
    return department, district, commune, school, upper


def test_above_and_below(house):
    department, district, commune, school, upper = house
    assert names(queries.descendants(district.pk, on=DAY)) == [
        "Phòng GD&ĐT huyện Đà Bắc",
        "Trường Tiểu học Tân Pheo",
        "Xã Tân Pheo",
    ]
    assert set(queries.descendant_ids(department.pk, on=DAY)) == {unit.pk for unit in house}
    assert names(queries.children(department.pk, on=DAY)) == ["Phòng GD&ĐT huyện Đà Bắc", "Trường THPT Đà Bắc"]
    assert names(queries.ancestors(school.pk, on=DAY)) == [
        "Xã Tân Pheo",
        "Phòng GD&ĐT huyện Đà Bắc",
        "Sở GD&ĐT Hòa Bình",
    ]
    assert queries.ancestors(department.pk, on=DAY) == []
    assert queries.lineage_pairs([upper.pk, commune.pk], on=DAY) == [
        (commune.pk, commune.pk),
        (district.pk, commune.pk),
        (department.pk, commune.pk),
        (upper.pk, upper.pk),
        (department.pk, upper.pk),
    ]


def test_the_reviewer_is_the_nearest_office_above_on_that_day(house):
    department, district, commune, school, upper = house
    everyone = [unit.pk for unit in house]
    assert queries.reviewer_of(everyone, on=EVE) == {
        district.pk: department.pk,
        commune.pk: district.pk,
        school.pk: district.pk,
        upper.pk: department.pk,
    }
    actions.merge(sources=[district.pk], into=department.pk, on=DAY, **ORDER)
    assert queries.reviewer_of(everyone, on=DAY) == dict.fromkeys((commune.pk, school.pk, upper.pk), department.pk)


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("tan pheo", ["Trường Tiểu học Tân Pheo", "Xã Tân Pheo"]),
        ("ĐÀ BẮC", ["Phòng GD&ĐT huyện Đà Bắc", "Trường THPT Đà Bắc"]),
        ("pheo xa", ["Xã Tân Pheo"]),
        ("gl000007", ["Trường có mã"]),
        ("GL00000", []),
        ("100%", []),
    ],
)
def test_search_ignores_tone_marks_and_knows_codes(house, text, found):
    a_school("Trường có mã", codes={CodeScheme.MINISTRY: "GL000007"})
    assert names(queries.search(text, on=DAY)) == found


def test_the_register_shows_parent_and_code_of_the_day(house):
    district = house[1]
    actions.rename(unit=district.pk, name="Phòng GD&ĐT Đà Bắc", on=DAY, **ORDER)
    actions.recode(unit=house[2].pk, scheme=CodeScheme.AREA, code="04849", on=DAY, **ORDER)
    then = queries.register("xa", [UnitKind.COMMUNE], on=EVE).get()
    now = queries.register("xa", [UnitKind.COMMUNE], on=DAY).get()
    assert (then.parent_name, then.code) == ("Phòng GD&ĐT huyện Đà Bắc", None)
    assert (now.parent_name, now.code) == ("Phòng GD&ĐT Đà Bắc", "04849")


def test_kinds_are_counted_on_the_day(house):
    school = house[3]
    actions.close_unit(unit=school.pk, on=DAY, **ORDER)
    assert queries.count_by_kind(on=EVE) == {"TH": 2, "THPT": 1, "commune": 1, "department": 2, "district_office": 1}
    assert queries.count_by_kind("tan pheo", on=DAY) == {"commune": 1}


def test_a_unit_is_called_by_the_nearest_name_it_had(house):
    school = house[3]
    actions.rename(unit=school.pk, name="Trường Tân Pheo", on=DAY, **ORDER)
    actions.close_unit(unit=school.pk, on=date(2026, 1, 1), **ORDER)
    asked = {day: queries.called([school.pk], on=day)[school.pk] for day in (date(2014, 1, 1), EVE, date(2027, 1, 1))}
    assert list(asked.values()) == ["Trường Tiểu học Tân Pheo", "Trường Tiểu học Tân Pheo", "Trường Tân Pheo"]
    with pytest.raises(UnitName.DoesNotExist):
        queries.name_of(school.pk, on=date(2027, 1, 1))


def test_the_time_line_names_the_others_as_they_were(house, django_assert_num_queries):
    department, district, commune, school, _upper = house
    other = a_commune("Xã Mường Chiềng", below=district)
    new = NewUnit("Xã Đức Nhàn", UnitKind.COMMUNE, department.pk)
    merged = actions.merge(sources=[commune.pk, other.pk], into=new, on=DAY, **ORDER)
    actions.rename(unit=merged.pk, name="Xã Tên Sau", on=date(2026, 1, 1), **ORDER)
    with django_assert_num_queries(4):
        opened, moved = queries.timeline(school.pk)
    assert (opened.event.kind, opened.before, opened.after) == ("open", "", "Trường Tiểu học Tân Pheo")
    assert [end.name for end in moved.sources] == ["Xã Tân Pheo", "Xã Mường Chiềng"]
    assert [end.name for end in moved.targets] == ["Xã Đức Nhàn"]
    renamed = queries.timeline(merged.pk)[-1]
    assert (renamed.before, renamed.after, renamed.eve) == ("Xã Đức Nhàn", "Xã Tên Sau", date(2025, 12, 31))

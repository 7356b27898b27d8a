"""History carried to the units of another day, what the rooms above are asked, and the units typed by a person."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal
from fractions import Fraction

import pytest

from donghanh.organisations import actions, queries
from donghanh.organisations.choices import CodeScheme, UnitKind
from donghanh.organisations.models import EventRow, UnitName
from donghanh.organisations.previews import preview
from donghanh.organisations.rules import NewUnit, Portion
from donghanh.organisations.signals import rows_standing_on, touched_by
from donghanh.organisations.tests.factories import AT, ORDER, a_commune, a_department, a_district, a_school

pytestmark = pytest.mark.django_db
THEN, DAY = date(2021, 5, 31), date(2025, 7, 1)
LATER = DAY + timedelta(days=60)


def test_history_is_carried_through_merges_splits_and_closings():
    department = a_department()
    old = [a_commune(f"Xã {letter}", below=department) for letter in "ABC"]
    school = a_school(below=old[0])
    new = NewUnit("Xã mới", UnitKind.COMMUNE, department.pk)
    merged = actions.merge(sources=[old[0].pk, old[1].pk], into=new, on=DAY, **ORDER)
    parts = [Portion(merged.pk, Decimal("0.3333")), Portion(old[2].pk, Decimal("0.6667"))]
    actions.split(source=old[2].pk, into=parts, on=LATER, **ORDER)
    closing = actions.close_unit(unit=school.pk, on=LATER, **ORDER)
    units = [*(one.pk for one in old), school.pk]
    assert queries.as_is(units, since=THEN, on=THEN) == {unit: {unit: 1} for unit in units}
    assert queries.as_is(units, since=THEN, on=LATER) == {
        old[0].pk: {merged.pk: 1},
        old[1].pk: {merged.pk: 1},
        old[2].pk: {merged.pk: Fraction(3333, 10_000), old[2].pk: Fraction(6667, 10_000)},
        school.pk: {merged.pk: 1},  # closed alone: the unit above it that day carries it
    }
    actions.undo(event=closing, reason="Ghi nhầm", by=None, at=AT)
    assert queries.as_is([school.pk], since=THEN, on=LATER) == {school.pk: {school.pk: 1}}


def test_undoing_a_merge_brings_back_what_was_there_to_the_row():
    department = a_department()
    old = [a_commune(f"Xã {letter}", below=department, codes={CodeScheme.AREA: letter}) for letter in "AB"]
    school = a_school(below=old[0])
    before = list(UnitName.objects.order_by("pk").values_list())
    new = NewUnit("Xã mới", UnitKind.COMMUNE, department.pk, {CodeScheme.AREA: "A"})
    actions.merge(sources=[one.pk for one in old], into=new, on=DAY, **ORDER)
    event = queries.history_of(old[0].pk).last()
    actions.undo(event=event, reason="Ghi nhầm", by=None, at=AT)
    assert list(UnitName.objects.order_by("pk").values_list()) == before
    assert [unit.name for unit in queries.ancestors(school.pk, on=LATER)] == ["Xã A", "Sở GD&ĐT Hòa Bình"]
    assert queries.codes([one.pk for one in old], on=LATER) == {old[0].pk: "A", old[1].pk: "B"}
    assert UnitName.every.filter(valid__isempty=True).get().name == "Xã mới"  # nothing is ever deleted
    assert EventRow.objects.filter(event=event).exists()


def test_a_preview_counts_who_moves_along_and_what_goes_on_there(cast):
    sheet = preview(
        lambda: actions.transfer(units=[cast.lac_son.pk], to=cast.kim_boi.pk, on=date(2025, 6, 20), **ORDER),
        on=date(2025, 6, 20),
    )
    (change,) = sheet.changes
    assert (change.name, change.come_along) == ("Phòng GD&ĐT huyện Lạc Sơn", 3)
    assert [(one.what, one.before, one.after) for one in change.differences] == [
        ("Trực thuộc", "Sở GD&ĐT Hòa Bình", "Phòng GD&ĐT huyện Kim Bôi")
    ]
    assert sheet.touched == [("vai trò đang giữ", 7)]
    assert queries.ancestors(cast.lac_son.pk, on=DAY)[0].name == "Sở GD&ĐT Hòa Bình"


def test_rooms_above_tell_what_stands_on_units(cast):
    assert touched_by([cast.school.pk], DAY) == [("vai trò đang giữ", 6)]
    assert touched_by([cast.school.pk], date(2010, 1, 1)) == []
    assert rows_standing_on([cast.school.pk]) == [("vai trò trong đơn vị", 6)]
    assert rows_standing_on([]) == []


def test_units_are_meant_by_label_code_name_or_words():
    department = a_department()
    district = a_district(below=department, codes={CodeScheme.AREA: "150"})
    commune = a_commune(below=district)
    a_school("Trường Tiểu học Tân Pheo", below=commune)

    def meant(text: str) -> list[str]:
        return [unit.name for unit in queries.meant_by(text, on=DAY)]

    for text in ("150", "Phòng GD&ĐT huyện Đà Bắc (150)", "phong gd&dt huyen da bac", "huyen bac da"):
        assert meant(text) == ["Phòng GD&ĐT huyện Đà Bắc"], text
    assert meant(f"Xã Tân Pheo (số {commune.pk})") == ["Xã Tân Pheo"]
    assert meant("xa tan pheo") == ["Xã Tân Pheo"]  # its whole name, though the school's holds no other word
    assert meant("tan pheo") == ["Trường Tiểu học Tân Pheo", "Xã Tân Pheo"]
    assert meant("Xã A (số 999999999999999999)") == []
    assert queries.labelled(queries.near(commune.pk, on=DAY), on=DAY)[district.pk] == "Phòng GD&ĐT huyện Đà Bắc (150)"

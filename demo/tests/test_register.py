"""The demo's Hòa Bình: real areas, the real totals of school year 2023–24, and what 1 July 2025 made of them."""

from __future__ import annotations

from collections import Counter
from datetime import UTC, date, datetime

import pytest
from django.db import transaction

from demo.areas import old_communes, successors
from demo.reform import reform_2025
from demo.register import TOTALS, _schools, build_register
from donghanh.organisations import queries
from donghanh.organisations.choices import SCHOOL_KINDS, CodeScheme, EventKind, UnitKind
from donghanh.organisations.models import Unit, UnitCode, UnitEvent, UnitGroup

AT = datetime(2025, 6, 16, 8, 0, tzinfo=UTC)
REFERENCE_DAYS = [date(year, 5, 31) for year in range(2021, 2026)]
LAST_DAY, FIRST_DAY = date(2025, 6, 30), date(2025, 7, 2)
COMMUNES_OF_DISTRICT = {
    "148": 19, "150": 17, "152": 11, "153": 17, "154": 10, "155": 16, "156": 16, "157": 24, "158": 11, "159": 10,
}  # fmt: skip


@pytest.fixture(scope="module")
def hoa_binh(django_db_setup, django_db_blocker):
    """Register and reform together, once for the file; every test only reads."""
    with django_db_blocker.unblock(), transaction.atomic():
        register = build_register(at=AT)
        yield register, reform_2025(at=AT)
        transaction.set_rollback(True)


def schools_of(units) -> list[Unit]:
    return [unit for unit in units if unit.kind in SCHOOL_KINDS]


def test_the_package_gives_the_communes_of_each_district():
    counts = Counter(commune.district_code for commune in old_communes().values())
    assert counts == COMMUNES_OF_DISTRICT
    assert len(old_communes()) == 151


def test_every_old_commune_lives_on_in_forty_six_new_ones():
    every = successors()
    whole = [code for one in every for code in one.whole]
    larger, smaller = (
        [code for one in every for code in getattr(one, part)] for part in ("larger_part", "smaller_part")
    )
    names = {commune.code: commune.name for commune in old_communes().values()}
    assert len(every) == 46
    assert sorted(whole + larger) == sorted(names)
    assert sorted(larger) == sorted(smaller)
    assert {names[code] for code in larger} == {"Xã Vầy Nưa", "Xã Cao Sơn", "Xã Đồng Tân"}


@pytest.mark.django_db
def test_the_register_has_the_real_totals_on_every_reference_day(hoa_binh):
    register, _ = hoa_binh
    for day in REFERENCE_DAYS:
        units = list(queries.descendants(register["department"].pk, on=day))
        kinds = Counter(unit.kind for unit in schools_of(units))
        assert kinds == TOTALS
        assert kinds.total() == register["schools"] == 531
        assert len(units) == 531 + 151 + 10 + 1


@pytest.mark.django_db
def test_groups_and_headcounts_are_plausible(hoa_binh):
    day = REFERENCE_DAYS[0]
    groups = UnitGroup.objects.filter(valid__contains=day, group__in=("private", "semi_boarding")).order_by("pk")
    kinds = queries.kinds([row.unit_id for row in groups], on=day)
    assert Counter((row.group, kinds[row.unit_id]) for row in groups) == {
        ("private", "MN"): 8,
        ("semi_boarding", "TH&THCS"): 9,
        ("semi_boarding", "THCS"): 3,
    }
    heads = [queries.headcount(unit.pk, on=day) for unit in schools_of(queries.units_on(day))]
    assert sum(head.learners for head in heads) == pytest.approx(236_000, rel=0.002)
    assert min(head.staff for head in heads) >= 8
    assert min(head.learners for head in heads) >= 60
    assert max(head.learners for head in heads) <= 3000


@pytest.mark.django_db
def test_schools_are_marked_as_generated_and_areas_are_not(hoa_binh):
    units = list(queries.units_on(REFERENCE_DAYS[0]))
    schools = schools_of(units)
    assert {unit.generated for unit in schools} == {True}
    assert {unit.generated for unit in units if unit not in schools} == {False}
    assert len({unit.name for unit in schools}) == 531
    codes = UnitCode.objects.filter(scheme=CodeScheme.MINISTRY).order_by("pk").values_list("code", flat=True)
    assert len(codes) == 531
    assert {(code[:2], len(code)) for code in codes} == {("GL", 8)}


@pytest.mark.django_db
def test_schools_of_levels_up_to_lower_secondary_stand_in_communes_and_others_below_the_department(hoa_binh):
    day = REFERENCE_DAYS[0]
    units = {unit.pk: unit for unit in queries.units_on(day)}
    basic = {"MN", "TH", "TH&THCS", "THCS"}
    places = Counter((units[one.parent_id_on].kind, one.kind in basic) for one in schools_of(units.values()))
    assert places == {(UnitKind.COMMUNE, True): 468, (UnitKind.DEPARTMENT, False): 63}


@pytest.mark.django_db
def test_every_commune_teaches_every_level_up_to_lower_secondary(hoa_binh):
    units = list(queries.units_on(REFERENCE_DAYS[0]))
    taught = {unit.pk: set() for unit in units if unit.kind == UnitKind.COMMUNE}
    for unit in units:
        if unit.parent_id_on in taught:
            taught[unit.parent_id_on] |= set(unit.kind.split("&"))
    assert len(taught) == 151
    assert all(levels == {"MN", "TH", "THCS"} for levels in taught.values())


@pytest.mark.django_db
def test_before_the_reform_schools_report_to_their_district(hoa_binh):
    register, _ = hoa_binh
    day = REFERENCE_DAYS[0]
    schools = [unit.pk for unit in schools_of(queries.units_on(day))]
    names = Counter(queries.named([office], on=day)[office] for office in queries.reviewer_of(schools, on=day).values())
    assert names["Sở GD&ĐT Hòa Bình"] == 63
    assert len(names) == 11
    assert names.total() == 531
    da_bac = register["districts"]["150"]
    assert queries.name_of(da_bac.pk, on=day) == "Phòng GD&ĐT huyện Đà Bắc"
    assert sum(unit.kind == UnitKind.COMMUNE for unit in queries.descendants(da_bac.pk, on=day)) == 17


@pytest.mark.django_db
def test_after_the_reform_no_district_stands_and_all_schools_hang_below_phu_tho(hoa_binh):
    register, reformed = hoa_binh
    phu_tho = reformed["department"]
    below = list(queries.descendants(phu_tho.pk, on=FIRST_DAY))
    assert queries.count_by_kind(on=FIRST_DAY) == {**TOTALS, "commune": 46, "department": 1}
    assert len(below) == 1 + 46 + 531
    assert {unit.parent_id_on for unit in below if unit.kind == UnitKind.COMMUNE} == {phu_tho.pk}
    assert len(queries.children(phu_tho.pk, on=FIRST_DAY)) == 46 + 63
    assert queries.descendant_ids(phu_tho.pk, on=LAST_DAY) == [phu_tho.pk]
    assert len(queries.descendants(register["department"].pk, on=LAST_DAY)) == 693
    assert queries.codes([unit.pk for unit in reformed["communes"].values()], on=FIRST_DAY) == {
        unit.pk: code for code, unit in reformed["communes"].items()
    }


@pytest.mark.django_db
def test_the_reform_is_told_by_its_decisions(hoa_binh):
    register, reformed = hoa_binh
    told = UnitEvent.objects.filter(on=date(2025, 7, 1)).order_by("pk").values_list("kind", "decision")
    assert Counter(told) == {
        (EventKind.MERGE, "Nghị quyết 1676/NQ-UBTVQH15"): 46,
        (EventKind.SPLIT, "Nghị quyết 1676/NQ-UBTVQH15"): 3,
        (EventKind.RECODE, "Quyết định 19/2025/QĐ-TTg"): 46,
        (EventKind.CLOSE, "Nghị quyết 203/2025/QH15"): 10,
        (EventKind.MERGE, "Nghị quyết 202/2025/QH15"): 1,
    }
    thong_nhat = queries.timeline(reformed["communes"]["04828"].pk)
    assert [end.name for end in thong_nhat[0].sources] == ["Phường Thái Bình", "Phường Dân Chủ", "Phường Thống Nhất"]
    vay_nua = queries.timeline(register["communes"]["04891"].pk)[-1]
    assert [(end.name, end.percent) for end in vay_nua.targets] == [("Xã Tiền Phong", 80), ("Phường Thống Nhất", 20)]


@pytest.mark.django_db
def test_the_register_is_the_same_each_time(hoa_binh):
    """The seed decides: any two demos show the same schools."""
    names = queries.register(kinds=[UnitKind.UPPER_SECONDARY], on=LAST_DAY).values_list("name", "code")
    assert len(names) == 35
    register, _ = hoa_binh
    again = [(one.name, one.codes["ministry"]) for one in _schools(register["department"], register["communes"])]
    assert set(names) <= set(again)


@pytest.mark.django_db
def test_every_school_has_an_owner_and_an_area_type_and_loses_neither_in_the_reform(hoa_binh):
    for day in (LAST_DAY, FIRST_DAY):
        schools = {unit.pk for unit in schools_of(queries.units_on(day))}
        for rival in (("public", "private"), ("favourable", "difficult", "highland")):
            sizes = [queries.units_in_group(code, on=day).filter(pk__in=schools).count() for code in rival]
            assert sum(sizes) == len(schools) == 531
            assert min(sizes) > 0

"""Hòa Bình on 1 January 2015 as the demo needs it: real areas and offices, a generated register of schools.

The totals by kind are those of school year 2023–24 (531 units, about 236,000 learners); which school stands where, its
name, code and size are made up from a fixed seed and marked as generated. No public list of the real ones exists.
"""

from __future__ import annotations

import random
from collections import Counter
from collections.abc import Iterator
from dataclasses import replace
from datetime import date, datetime
from typing import Any, TypedDict

from demo.areas import OLD_CODE, Commune, districts, old_communes
from donghanh.organisations.actions import open_unit, open_units
from donghanh.organisations.choices import CodeScheme, Group, UnitKind
from donghanh.organisations.models import Unit
from donghanh.organisations.rules import NewUnit

OPENED = date(2015, 1, 1)
DECISION = "Dữ liệu giả lập: danh bạ ban đầu"
LEARNERS = 236_000
SEED = 3296

TOTALS = {
    UnitKind.PRESCHOOL: 222,
    UnitKind.PRIMARY: 27,
    UnitKind.PRIMARY_LOWER_SECONDARY: 193,
    UnitKind.LOWER_SECONDARY: 26,
    UnitKind.BOARDING_LOWER: 1,
    UnitKind.BOARDING_LOWER_UPPER: 11,
    UnitKind.BOARDING_UPPER: 1,
    UnitKind.UPPER_SECONDARY: 35,
    UnitKind.MULTI_LEVEL: 2,
    UnitKind.CONTINUING: 1,
    UnitKind.TECHNICAL_CENTRE: 1,
    UnitKind.COLLEGE: 1,
    UnitKind.VOCATIONAL_CONTINUING: 10,
}
SEMI_BOARDING = {UnitKind.PRIMARY_LOWER_SECONDARY: 9, UnitKind.LOWER_SECONDARY: 3}
HIGHLANDS = ("150", "155", "156", "157")  # Đà Bắc, Tân Lạc, Mai Châu, Lạc Sơn: where pupils board
PRIVATE_PRESCHOOLS = ("Hoa Sen", "Hoa Mai", "Sơn Ca", "Họa Mi", "Ánh Dương", "Tuổi Thơ", "Bình Minh", "Cầu Vồng")
TYPICAL = {  # learners, learners a member of staff
    UnitKind.PRESCHOOL: (215, 8),
    UnitKind.PRIMARY: (620, 17),
    UnitKind.PRIMARY_LOWER_SECONDARY: (520, 14),
    UnitKind.LOWER_SECONDARY: (430, 14),
    UnitKind.UPPER_SECONDARY: (820, 15),
    UnitKind.MULTI_LEVEL: (700, 12),
    UnitKind.BOARDING_LOWER: (300, 9),
    UnitKind.BOARDING_LOWER_UPPER: (360, 9),
    UnitKind.BOARDING_UPPER: (540, 9),
    UnitKind.CONTINUING: (600, 18),
    UnitKind.VOCATIONAL_CONTINUING: (650, 20),
    UnitKind.TECHNICAL_CENTRE: (900, 30),
    UnitKind.COLLEGE: (800, 10),
}
SHORT_KINDS = {
    UnitKind.PRESCHOOL: "Mầm non",
    UnitKind.PRIMARY: "Tiểu học",
    UnitKind.PRIMARY_LOWER_SECONDARY: "TH&THCS",
    UnitKind.LOWER_SECONDARY: "THCS",
}


class Register(TypedDict):
    """What the rest of the demo needs to go on."""

    department: Unit
    districts: dict[str, Unit]  # by code of the statistics office
    communes: dict[str, Unit]
    schools: int


def build_register(*, at: datetime) -> Register:
    """Write the Department, ten district offices, 151 communes and 531 schools, all open since 2015-01-01."""
    order: dict[str, Any] = {"decision": DECISION, "on": OPENED, "by": None, "at": at}
    department = open_unit(new=NewUnit("Sở GD&ĐT Hòa Bình", UnitKind.DEPARTMENT, codes=_area(OLD_CODE)), **order)
    offices = {
        code: NewUnit(f"Phòng GD&ĐT {name[0].lower()}{name[1:]}", UnitKind.DISTRICT_OFFICE, department.pk, _area(code))
        for code, name in districts().items()
    }
    district_units = dict(zip(offices, open_units(new=list(offices.values()), **order), strict=True))
    areas = {
        one.code: NewUnit(one.name, UnitKind.COMMUNE, district_units[one.district_code].pk, _area(one.code))
        for one in old_communes().values()
    }
    commune_units = dict(zip(areas, open_units(new=list(areas.values()), **order), strict=True))
    schools = open_units(new=_schools(department, commune_units), **order)
    return {"department": department, "districts": district_units, "communes": commune_units, "schools": len(schools)}


def _area(code: str) -> dict[str, str]:
    return {CodeScheme.AREA: code}


def _schools(department: Unit, communes: dict[str, Unit]) -> list[NewUnit]:
    """All 531, with generated codes and sizes."""
    dice = random.Random(SEED)
    schools = [*_schools_of_communes(dice, communes), *_schools_of_the_department(dice, department)]
    sizes = [TYPICAL[UnitKind(one.kind)][0] * dice.lognormvariate(0, 0.3) for one in schools]
    scale = LEARNERS / sum(sizes)
    areas = _area_types(communes)
    return [
        replace(
            one,
            codes={CodeScheme.MINISTRY: f"GL{number:06}"},
            headcount=_headcount(one.kind, round(size * scale)),
            groups=_groups(one, areas),
        )
        for number, (one, size) in enumerate(zip(schools, sizes, strict=True), start=1)
    ]


def _area_types(communes: dict[str, Unit]) -> dict[int, Group]:
    """Area type by unit of the commune: made up from where it lies, towns favourable and highlands high."""
    return {
        communes[one.code].pk: Group.FAVOURABLE
        if one.urban
        else Group.HIGHLAND
        if one.district_code in HIGHLANDS
        else Group.DIFFICULT
        for one in old_communes().values()
    }


def _groups(school: NewUnit, areas: dict[int, Group]) -> list[str]:
    """Every school is public or private, and lies in one type of area; those of the Department count as favourable."""
    owner = [] if Group.PRIVATE in school.groups else [Group.PUBLIC]
    return [*school.groups, *owner, areas.get(school.parent or 0, Group.FAVOURABLE)]


def _headcount(kind: str, learners: int) -> tuple[int, int]:
    return 3 + round(learners / TYPICAL[UnitKind(kind)][1]), learners


def _schools_of_communes(dice: random.Random, communes: dict[str, Unit]) -> Iterator[NewUnit]:
    """Preschools everywhere; primary and lower secondary apart in towns and four communes, under one roof elsewhere."""
    every = list(old_communes().values())
    towns = [one for one in every if one.urban]
    country = [one for one in every if not one.urban]
    apart = towns + dice.sample([one for one in country if one.district_code in HIGHLANDS], 4)
    together = [one for one in every if one not in apart]
    places = {
        UnitKind.PRESCHOOL: _some_twice(dice, every, every, TOTALS[UnitKind.PRESCHOOL] - len(PRIVATE_PRESCHOOLS)),
        UnitKind.PRIMARY: _some_twice(dice, apart, towns, TOTALS[UnitKind.PRIMARY]),
        UnitKind.PRIMARY_LOWER_SECONDARY: _some_twice(
            dice, together, together, TOTALS[UnitKind.PRIMARY_LOWER_SECONDARY]
        ),
        UnitKind.LOWER_SECONDARY: _some_twice(dice, apart, towns, TOTALS[UnitKind.LOWER_SECONDARY]),
    }
    for kind, of_kind in places.items():
        boarding = SEMI_BOARDING.get(kind, 0)
        for name, commune in _numbered(of_kind):
            boards = boarding > 0 and not commune.urban and commune.district_code in HIGHLANDS
            boarding -= boards
            yield NewUnit(
                f"Trường {'PTDTBT ' if boards else ''}{SHORT_KINDS[kind]} {name}",
                kind,
                communes[commune.code].pk,
                groups=[Group.SEMI_BOARDING] if boards else [],
                generated=True,
            )
    for flower, commune in zip(PRIVATE_PRESCHOOLS, dice.sample(towns, len(PRIVATE_PRESCHOOLS)), strict=True):
        name = f"Trường Mầm non tư thục {flower}"
        parent = communes[commune.code].pk
        yield NewUnit(name, UnitKind.PRESCHOOL, parent, groups=[Group.PRIVATE], generated=True)


def _some_twice(dice: random.Random, each: list[Commune], more: list[Commune], total: int) -> list[Commune]:
    """Each commune once, and as many of `more` a second time as the total asks for; neighbours stand together."""
    return sorted(each + dice.sample(more, total - len(each)), key=lambda one: one.code)


def _numbered(places: list[Commune]) -> Iterator[tuple[str, Commune]]:
    """A name for the school of each place: “Hòa Sơn”, or “Hòa Sơn A” and “Hòa Sơn B”, or “Cao Sơn (Đà Bắc)”."""
    same_name = Counter(one.short for one in old_communes().values())
    schools, seen = Counter(places), Counter[Commune]()
    for place in places:
        letter = f" {'ABC'[seen[place]]}" if schools[place] > 1 else ""
        seen[place] += 1
        district = f" ({place.district_short})" if same_name[place.short] > 1 else ""
        yield f"{place.short}{letter}{district}", place


def _schools_of_the_department(dice: random.Random, department: Unit) -> Iterator[NewUnit]:
    """Upper secondary schools, boarding schools and centres: directly below the Department."""
    seats = {one.district_code: one.district_short for one in old_communes().values()}
    taken = {*seats.values(), *(name for name, n in Counter(c.short for c in old_communes().values()).items() if n > 1)}
    villages = [one.short for one in old_communes().values() if not one.urban and one.short not in taken]
    upper = [*seats.values(), *dice.sample(villages, TOTALS[UnitKind.UPPER_SECONDARY] - len(seats))]
    names = {
        UnitKind.UPPER_SECONDARY: [f"Trường THPT {name}" for name in upper],
        UnitKind.BOARDING_LOWER_UPPER: [f"Trường PTDTNT THCS&THPT {name}" for name in (*seats.values(), "B Mai Châu")],
        UnitKind.BOARDING_LOWER: ["Trường PTDTNT THCS B Lạc Sơn"],
        UnitKind.BOARDING_UPPER: ["Trường PTDTNT THPT tỉnh Hòa Bình"],
        UnitKind.MULTI_LEVEL: ["Trường Liên cấp Sông Đà", "Trường Liên cấp Mường Thàng"],
        UnitKind.VOCATIONAL_CONTINUING: [f"Trung tâm GDNN-GDTX {name}" for name in seats.values()],
        UnitKind.CONTINUING: ["Trung tâm GDTX tỉnh Hòa Bình"],
        UnitKind.TECHNICAL_CENTRE: ["Trung tâm KTTH-HN tỉnh Hòa Bình"],
        UnitKind.COLLEGE: ["Trường Cao đẳng Sư phạm Hòa Bình"],
    }
    for kind, of_kind in names.items():
        for name in of_kind:
            yield NewUnit(name, kind, department.pk, generated=True)

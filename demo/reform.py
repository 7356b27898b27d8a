"""1 July 2025 as events: provinces merge, districts end, 151 communes live on in 46, and the schools move along."""

from __future__ import annotations

from collections import defaultdict
from datetime import date, datetime
from decimal import Decimal
from typing import Any, TypedDict

from demo.areas import NEW_CODE, OLD_CODE, districts, successors
from demo.register import DECISION, OPENED
from donghanh.organisations.actions import close_unit, merge, open_unit, recode, split
from donghanh.organisations.choices import CodeScheme, UnitKind
from donghanh.organisations.models import Unit, UnitCode
from donghanh.organisations.queries import children
from donghanh.organisations.rules import NewUnit, Portion

DAY = date(2025, 7, 1)
PROVINCES_MERGED = "Nghị quyết 202/2025/QH15"
COMMUNES_MERGED = "Nghị quyết 1676/NQ-UBTVQH15"
DISTRICTS_ENDED = "Nghị quyết 203/2025/QH15"
AREAS_CODED = "Quyết định 19/2025/QĐ-TTg"
SMALLER_SHARE = Decimal("0.2")  # the resolution moves “a part” of three communes without a figure: say a fifth


class Reformed(TypedDict):
    department: Unit  # Sở GD&ĐT Phú Thọ
    communes: dict[str, Unit]  # the 46, by code of the statistics office


def reform_2025(*, at: datetime) -> Reformed:
    """Replay the reform on the tree of `build_register`. Of Phú Thọ only the Department itself is there before."""
    order: dict[str, Any] = {"on": DAY, "by": None, "at": at}
    old = _units_by_area_code()
    new = NewUnit("Sở GD&ĐT Phú Thọ", UnitKind.DEPARTMENT, codes={CodeScheme.AREA: NEW_CODE})
    phu_tho = open_unit(new=new, decision=DECISION, on=OPENED, by=None, at=at)
    communes = {
        one.code: merge(
            sources=[old[code] for code in one.whole],
            into=NewUnit(one.name, UnitKind.COMMUNE, phu_tho.pk),
            decision=COMMUNES_MERGED,
            **order,
        )
        for one in successors()
    }
    _split_communes(old, communes, order)
    for code, commune in communes.items():  # last: the new codes are the old ones dealt anew
        recode(unit=commune.pk, scheme=CodeScheme.AREA, code=code, decision=AREAS_CODED, **order)
    for code in districts():
        close_unit(unit=old[code], decision=DISTRICTS_ENDED, **order)
    merge(sources=[old[OLD_CODE]], into=phu_tho.pk, decision=PROVINCES_MERGED, **order)
    return {"department": phu_tho, "communes": communes}


def _units_by_area_code() -> dict[str, int]:
    rows = UnitCode.objects.filter(scheme=CodeScheme.AREA, valid__contains=OPENED).order_by("pk")
    return dict(rows.values_list("code", "unit_id"))


def _split_communes(old: dict[str, int], communes: dict[str, Unit], order: dict[str, Any]) -> None:
    """Three communes went two ways; their schools stand in the larger part."""
    ways: dict[str, dict[bool, int]] = defaultdict(dict)  # old code → larger part? → new commune
    for one in successors():
        for code in one.larger_part:
            ways[code][True] = communes[one.code].pk
        for code in one.smaller_part:
            ways[code][False] = communes[one.code].pk
    for code, way in ways.items():
        schools = list(children(old[code], on=DAY).values_list("pk", flat=True))
        portions = [Portion(way[True], 1 - SMALLER_SHARE, schools), Portion(way[False], SMALLER_SHARE)]
        split(source=old[code], into=portions, decision=COMMUNES_MERGED, **order)

"""Whose names stand at the head of a unit's papers (Decree 30/2020, I.II.2 and I.II.4), from the tree of the day.

Until 30 June 2025 a school below a district's office writes under that office, since 1 July 2025 under the people's
committee of its commune. The committees above offices are no units of the tree: their names come from the offices'.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Final

from donghanh.organisations.choices import UnitKind
from donghanh.organisations.models import Unit
from donghanh.organisations.queries import ancestors, units_on

# Words of the law and of printed papers, never of the interface.
EDUCATION: Final = ("Giáo dục và Đào tạo", "GD&ĐT")
COMMITTEE: Final = ("Ủy ban nhân dân", "UBND")
CITIES: Final = ("Hà Nội", "Hải Phòng", "Huế", "Đà Nẵng", "Cần Thơ", "Hồ Chí Minh")  # directly under the centre
AREAS: Final = ("tỉnh", "thành phố", "huyện", "quận", "thị xã", "thị trấn", "xã", "phường", "đặc khu")
AREA: Final = re.compile(rf"(?:{'|'.join(AREAS)})\s+(?P<name>.+)", re.IGNORECASE)
OFFICE: Final = re.compile(rf"(?:sở|phòng)\s+(?:{'|'.join(EDUCATION)})\s*(?P<area>.*)", re.IGNORECASE)


@dataclass(frozen=True)
class Masthead:
    """`superior_body` is abbreviated as the decree wants it, "" where there is none; `place` has no date yet."""

    superior_body: str
    issuing_body: str
    place: str


def masthead_on(unit_id: int, *, on: date) -> Masthead:
    """Names over the papers that the unit issues on a day; Unit.DoesNotExist where it did not exist then."""
    unit = units_on(on).get(pk=unit_id)
    above = ancestors(unit_id, on=on)
    if unit.kind == UnitKind.DEPARTMENT:
        area = _province(unit.name)
        return Masthead(f"{COMMITTEE[1]} {area}", f"Sở {EDUCATION[0]}", place_of(area))
    if unit.kind == UnitKind.DISTRICT_OFFICE:
        area = _area_of(unit.name)
        return Masthead(f"{COMMITTEE[1]} {area}", f"Phòng {EDUCATION[0]}", place_of(area))
    if unit.kind == UnitKind.COMMUNE:
        return Masthead("", f"{COMMITTEE[0]} {_lowered(unit.name)}", place_of(unit.name))
    return Masthead(_superior(above), unit.name.replace(EDUCATION[1], EDUCATION[0]), _seat(above))


def place_of(area: str) -> str:
    """ "xã Tân Pheo" → "Tân Pheo"; an area named by a number keeps its kind ("Phường 5": I.II.4a)."""
    found = AREA.fullmatch(area)
    if found is None or found["name"][:1].isdigit():
        return area[:1].upper() + area[1:]
    return found["name"]


def _superior(above: Sequence[Unit]) -> str:
    """The office that manages a school: a district's while there is one, else the one next above."""
    offices = [unit for unit in above if unit.kind == UnitKind.DISTRICT_OFFICE] or above[:1]
    if not offices:
        return ""
    [office] = offices[:1]
    if office.kind == UnitKind.COMMUNE:
        return f"{COMMITTEE[1]} {_lowered(office.name)}"
    return office.name.replace(*EDUCATION)


def _seat(above: Sequence[Unit]) -> str:
    """Where a school stands, as far as the tree tells: its commune, else its district, else its province."""
    if not above:
        return ""
    nearest = above[0]
    if nearest.kind == UnitKind.DEPARTMENT:
        return place_of(_province(nearest.name))
    return place_of(nearest.name if nearest.kind == UnitKind.COMMUNE else _area_of(nearest.name))


def _province(name: str) -> str:
    area = _area_of(name)
    if AREA.fullmatch(area):
        return area
    return f"{'thành phố' if area in CITIES else 'tỉnh'} {area}"


def _area_of(name: str) -> str:
    """ "Phòng GD&ĐT huyện Đà Bắc" → "huyện Đà Bắc"; a name of another form stays whole."""
    found = OFFICE.fullmatch(name)
    return found["area"] if found and found["area"] else name


def _lowered(name: str) -> str:
    """The kind of an area begins small within a name, but where a number follows (Appendix II, III.1)."""
    found = AREA.fullmatch(name)
    return name if found is None or found["name"][:1].isdigit() else name[:1].lower() + name[1:]

"""Units in sentences; other rooms' tests may use them too."""

from __future__ import annotations

from datetime import UTC, date, datetime

from donghanh.organisations import actions
from donghanh.organisations.choices import UnitKind
from donghanh.organisations.models import Unit
from donghanh.organisations.rules import NewUnit

OPENED = date(2015, 1, 1)
AT = datetime(2025, 6, 16, 8, 0, tzinfo=UTC)
ORDER = {"decision": "Quyết định 01/QĐ-TEST", "by": None, "at": AT}  # what every event of a test carries


def a_unit(name: str, *, below: Unit | None = None, kind: str = UnitKind.PRIMARY, on: date = OPENED, **more) -> Unit:
    """A unit opened on a day, by the action that opens units."""
    new = NewUnit(name=name, kind=kind, parent=below and below.pk, **more)
    return actions.open_unit(new=new, on=on, **ORDER)


def a_department(name: str = "Sở GD&ĐT Hòa Bình", **more) -> Unit:
    return a_unit(name, kind=UnitKind.DEPARTMENT, **more)


def a_district(name: str = "Phòng GD&ĐT huyện Đà Bắc", **more) -> Unit:
    return a_unit(name, kind=UnitKind.DISTRICT_OFFICE, **more)


def a_commune(name: str = "Xã Tân Pheo", **more) -> Unit:
    return a_unit(name, kind=UnitKind.COMMUNE, **more)


def a_school(name: str = "Trường Tiểu học Tân Pheo", **more) -> Unit:
    return a_unit(name, **more)

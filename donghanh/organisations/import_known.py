"""What the register says of every unit that a file could speak of: read once, whatever the file's length."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Sequence
from datetime import date
from typing import Any

from django.db.backends.postgresql.psycopg_any import DateRange
from django.db.models import QuerySet
from django.db.models.expressions import RawSQL

from donghanh.organisations.import_files import CODE_FIELDS, Line
from donghanh.organisations.models import (
    Headcount,
    Lineage,
    Unit,
    UnitCode,
    UnitName,
    UnitParent,
    UnitRow,
    UnitType,
    unit_of_uid,
)


class Known:
    """What the register says, on the day, of every unit that the lines could speak of. A fixed number of queries."""

    def __init__(self, lines: Sequence[Line], on: date) -> None:
        self.on = on
        typed = {
            cell for line in lines for name in (*CODE_FIELDS, "parent", "parent_code") if (cell := cell_of(line, name))
        }
        called = {cell for line in lines for name in ("name", "parent", "parent_code") if (cell := cell_of(line, name))}
        uids = {
            unit_of_uid(cell)
            for line in lines
            for name in ("uid", "parent", "parent_code")
            if (cell := cell_of(line, name))
        }
        self.bearers: dict[str, dict[str, int]] = defaultdict(dict)  # code → scheme → unit
        self.reserved: set[tuple[str, str]] = set()  # (scheme, code) that another unit bears from a later day
        for row in UnitCode.objects.filter(code__in=_among(typed, "text"), valid__overlap=DateRange(on, None)).order_by(
            "pk"
        ):
            if row.valid.lower > on:
                self.reserved.add((row.scheme, row.code))
            else:
                self.bearers[row.code][row.scheme] = row.unit_id
        self.named: dict[str, list[int]] = defaultdict(list)
        for name, unit in _on(UnitName, on, name__in=_among(called, "text")).values_list("name", "unit"):
            self.named[name].append(unit)
        ids = {unit for of_code in self.bearers.values() for unit in of_code.values()}
        ids |= {unit for of_name in self.named.values() for unit in of_name} | {uid for uid in uids if uid is not None}
        self._read_units(ids)

    def _read_units(self, ids: Collection[int]) -> None:
        on, asked = self.on, _among(ids, "bigint")
        lives = Unit.objects.filter(pk__in=asked, existence__contains=on).order_by("pk")
        self.last_day: dict[int, date | None] = {unit.pk: unit.existence.upper for unit in lives}
        above = Lineage.objects.filter(descendant__in=asked, valid__contains=on).order_by()
        everyone = _among({*ids, *above.values_list("ancestor", flat=True).distinct()}, "bigint")
        self.name = dict(_on(UnitName, on, unit__in=everyone).values_list("unit", "name"))
        self.parent = dict(_on(UnitParent, on, unit__in=everyone).values_list("unit", "parent"))
        self.kind = dict(_on(UnitType, on, unit__in=asked).values_list("unit", "kind"))
        self.codes: dict[int, dict[str, str]] = defaultdict(dict)
        for unit, scheme, code in _on(UnitCode, on, unit__in=everyone).values_list("unit", "scheme", "code"):
            self.codes[unit][scheme] = code
        self.headcount = {
            unit: (staff, learners)
            for unit, staff, learners in _on(Headcount, on, unit__in=asked).values_list("unit", "staff", "learners")
        }
        self.later: set[tuple[str, int]] = set()  # (field, unit) of which something is recorded for a later day
        for what, rows in (("name", UnitName), ("kind", UnitType), ("parent", UnitParent), ("staff", Headcount)):
            later = rows.objects.filter(unit__in=asked, valid__startswith__gt=on).order_by("unit")
            self.later |= {(what, unit) for unit in later.values_list("unit", flat=True)}
        coded = UnitCode.objects.filter(unit__in=asked, valid__startswith__gt=on).order_by("unit")
        self.later |= set(coded.values_list("scheme", "unit"))

    def existing(self, units: set[int]) -> set[int]:
        return units & self.last_day.keys()

    def bearing(self, code: str) -> set[int]:
        """Units that bear this code in whatever scheme."""
        return set(self.bearers.get(code, {}).values())


def cell_of(line: Line, name: str) -> str:
    return line.cells.get(name, "")


def _among(values: Collection[Any], kind: str) -> RawSQL:
    """The values as one parameter: thousands of parameters cost more than the query."""
    return RawSQL(f"SELECT unnest(%s::{kind}[])", [list(values)])  # noqa: S611  # the kind is ours, the values a parameter


def _on(rows: type[UnitRow], on: date, **which: RawSQL) -> QuerySet[Any]:
    found: QuerySet[Any] = rows.objects.filter(valid__contains=on, **which).order_by("unit")
    return found

"""The values of every field for every unit, in a fixed number of queries."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Mapping
from dataclasses import asdict, dataclass
from datetime import date
from typing import Any, Self

from django.utils.translation import override

from donghanh.organisations.choices import UnitKind
from donghanh.organisations.models import Headcount
from donghanh.organisations.queries import codes, units_on
from donghanh.papers.template_fields import Day, Number, Value
from donghanh.people.choices import PRINCIPAL
from donghanh.people.models import Membership


@dataclass(frozen=True, kw_only=True)
class Given:
    """What is the same for every unit, said by whoever merges; a number is given by the clerk, never taken here."""

    day: date
    number: str = ""
    deadline: date | None = None
    programme: str = ""

    def kept(self) -> dict[str, Any]:
        """As a row keeps it."""
        deadline = self.deadline.isoformat() if self.deadline else None
        return asdict(self) | {"day": self.day.isoformat(), "deadline": deadline}

    @classmethod
    def of(cls, kept: Mapping[str, Any]) -> Self:
        deadline = date.fromisoformat(kept["deadline"]) if kept["deadline"] else None
        return cls(**{**kept, "day": date.fromisoformat(kept["day"]), "deadline": deadline})

    def values(self) -> dict[str, Value]:
        """By the codes of fields; what was not said is left out."""
        said: dict[str, Value | None] = {
            "so": self.number, "ngay": Day.of(self.day), "nam": str(self.day.year), "ten_chuong_trinh": self.programme,
            "han": Day.of(self.deadline) if self.deadline else None,
        }  # fmt: skip
        return {code: value for code, value in said.items() if value}


def values_of(unit_ids: Collection[int], *, given: Given) -> dict[int, dict[str, Value]]:
    """For each unit that existed on the paper's day its values by the codes of fields; a missing value is left out."""
    on = given.day
    units = list(units_on(on).filter(pk__in=unit_ids))
    above = {unit.pk: unit.name for unit in units_on(on).filter(pk__in={unit.parent_id_on for unit in units})}
    heads = _heads(unit_ids, on)
    coded, counted, below = codes(unit_ids, on=on), _headcounts(unit_ids, on), _below(unit_ids, on)
    found: dict[int, dict[str, Value]] = {}
    with override("vi"):  # papers are Vietnamese whatever their writer reads
        for unit in units:
            values: dict[str, Value | None] = {
                "ten_don_vi": unit.name, "ma_don_vi": coded.get(unit.pk),
                "loai_don_vi": str(UnitKind(unit.kind).label), "co_quan_cap_tren": above.get(unit.parent_id_on or 0),
                "hieu_truong": heads.get(unit.pk), **counted.get(unit.pk, {}),
                "so_don_vi_truc_thuoc": Number(len(below[unit.pk])), "don_vi_truc_thuoc": tuple(below[unit.pk]),
            }  # fmt: skip
            found[unit.pk] = given.values() | {code: value for code, value in values.items() if value is not None}
    return found


def _below(unit_ids: Collection[int], on: date) -> dict[int, list[str]]:
    found = defaultdict(list)
    children = units_on(on).filter(parents__parent__in=unit_ids, parents__valid__contains=on)
    for unit in children:
        found[unit.parent_id_on or 0].append(unit.name)
    return found


def _heads(unit_ids: Collection[int], on: date) -> dict[int, str]:
    """The principal's name; of two on one day the one who came last."""
    rows = Membership.objects.filter(unit__in=unit_ids, role=PRINCIPAL.code, valid__contains=on)
    return dict(rows.order_by("valid__startswith", "pk").values_list("unit", "account__full_name"))


def _headcounts(unit_ids: Collection[int], on: date) -> dict[int, dict[str, Value]]:
    rows = Headcount.objects.filter(unit__in=unit_ids, valid__contains=on).order_by("pk")
    return {row.unit_id: {"so_can_bo": Number(row.staff), "so_hoc_sinh": Number(row.learners)} for row in rows}

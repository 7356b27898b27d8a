"""What is looked at and how it is laid out, as it stands in an address: short, readable, the same wherever it is kept.

    ?so=indicator:staff_trained_rate&ky=LAST_5_SCHOOL_YEARS&dv=cap:district&hang=dv&cot=ky&hinh=duong

What is as usual is left out: the empty address is the plan's indicators by area this school year.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass, field, fields, replace
from typing import Any, Final

from django.http import QueryDict

from donghanh.explorer.choices import EVERYTHING, Dimension, Shape, UnitSet, Zone
from donghanh.kernel.text import nfc
from donghanh.statistics.choices import TreeMode

MOST_CHOSEN: Final = 200  # of one dimension in an address
LONGEST: Final = 120  # characters of one choice
LONGEST_QUERY: Final = 6000  # characters of an address that is kept
CHOICE = re.compile(r"[\w:.,\[\]&*-]+", re.ASCII)
CHOSEN = re.compile(r"(so|ky|dv|loai|phan):(.*)")
SORTED = re.compile(r"-?(ten|\d{1,3})")


def dimensions(text: str) -> tuple[Dimension, ...]:
    """ "dv,ky" → the dimensions; what is none is left out."""
    return tuple(dict.fromkeys(Dimension(one) for one in text.split(",") if one in Dimension.values))


@dataclass(frozen=True, kw_only=True)
class Look:
    """The fields are written in addresses under their names in `NAMES`."""

    data: tuple[str, ...] = ()  # keys of `Datum`; none: the plan's indicators
    periods: tuple[str, ...] = ("THIS_SCHOOL_YEAR",)  # relative names, codes
    units: tuple[str, ...] = (UnitSet.AREAS.value,)  # UnitSet, "con:7", "cap:district", "nhom:public", "7"
    kinds: tuple[str, ...] = ()  # UnitKind, or "*"; none: all kinds together
    parts: tuple[str, ...] = ()  # what stands in the brackets of an element's cells, or "*"; none: only the whole
    rows: tuple[Dimension, ...] = (Dimension.UNIT,)
    columns: tuple[Dimension, ...] = (Dimension.DATA,)
    chosen: tuple[tuple[str, str], ...] = ()  # (dimension, key): the member of a filter that is shown
    shape: str = ""  # Shape; "" takes the one that suits
    tree: TreeMode = TreeMode.AS_WAS
    totals: bool = True
    sort: str = ""  # "ten", "0" (the first column), "-0" (largest first)
    search: str = ""  # in the rows' names
    page: int = field(default=1, compare=False)

    def zone(self, dimension: Dimension) -> Zone:
        if dimension in self.rows:
            return Zone.ROWS
        return Zone.COLUMNS if dimension in self.columns else Zone.FILTER

    def within(self, zone: Zone) -> tuple[Dimension, ...]:
        """The dimensions of a zone in their order."""
        laid = {Zone.ROWS: self.rows, Zone.COLUMNS: self.columns}
        return laid.get(zone) or tuple(one for one in Dimension if self.zone(one) == zone)

    def moved(self, dimension: Dimension, zone: Zone, place: int | None = None) -> Look:
        """With a dimension in another zone, or at another place of its own; at the end unless said."""
        rows, columns = ([one for one in laid if one != dimension] for laid in (self.rows, self.columns))
        laid = {Zone.ROWS: rows, Zone.COLUMNS: columns}.get(zone)
        if laid is not None:
            laid.insert(len(laid) if place is None else place, dimension)
        chosen = tuple(pair for pair in self.chosen if pair[0] != dimension)
        told = {Dimension.KIND: "kinds", Dimension.PART: "parts"}.get(dimension)
        apart: dict[str, Any] = {}
        if told and zone != Zone.FILTER and not getattr(self, told):
            apart[told] = (EVERYTHING,)  # on an axis, kinds and parts are told apart
        return replace(self, rows=tuple(rows), columns=tuple(columns), chosen=chosen, sort="", page=1, **apart)

    def member_of(self, dimension: Dimension) -> str:
        """The key of the member of a filter that is asked for; "" where none is named."""
        return dict(self.chosen).get(dimension, "")

    @property
    def query(self) -> str:
        """As it stands in an address, without the question mark; "" is the usual look."""
        found = QueryDict(mutable=True)
        for name, values in self.pairs():
            found.setlist(name, values)
        return found.urlencode(safe=":,*[]")

    def pairs(self) -> Iterable[tuple[str, list[str]]]:
        """The parameters that are not as usual, with their values."""
        for one in fields(self):
            value = getattr(self, one.name)
            if value != one.default:
                yield NAMES[one.name], _written(one.name, value)


NAMES: Final = {
    "data": "so", "periods": "ky", "units": "dv", "kinds": "loai", "parts": "phan", "rows": "hang", "columns": "cot",
    "chosen": "chon", "shape": "hinh", "tree": "cay", "totals": "tong", "sort": "sap", "search": "q", "page": "page",
}  # fmt: skip
SEVERAL: Final = ("data", "periods", "units", "kinds", "parts")


def _written(name: str, value: Any) -> list[str]:
    if name in SEVERAL:
        return list(value)
    if name in ("rows", "columns"):
        return [",".join(value)]
    if name == "chosen":
        return [f"{dimension}:{key}" for dimension, key in value]
    return ["1" if value is True else "0" if value is False else str(value)]


def read(given: QueryDict) -> Look:
    """A look from an address; what makes no sense there is as usual."""
    said: dict[str, Any] = {}
    for name in SEVERAL:
        values = (one for one in given.getlist(NAMES[name]) if len(one) <= LONGEST and CHOICE.fullmatch(one))
        if found := tuple(dict.fromkeys(values))[:MOST_CHOSEN]:
            said[name] = found
    for name in ("rows", "columns"):
        if NAMES[name] in given:
            said[name] = dimensions(given.get(NAMES[name], ""))
    look = Look(**said)
    columns = tuple(one for one in look.columns if one not in look.rows)
    chosen = (CHOSEN.fullmatch(one[:LONGEST]) for one in given.getlist("chon")[: len(Dimension)])
    shape, sort, page = (given.get(name, "") for name in ("hinh", "sap", "page"))
    return replace(
        look,
        columns=columns,
        chosen=tuple({found[1]: found[2] for found in chosen if found}.items()),
        shape=shape if shape in Shape.values else "",
        tree=TreeMode.AS_IS if given.get("cay") == TreeMode.AS_IS else TreeMode.AS_WAS,
        totals=given.get("tong") != "0",
        sort=sort if SORTED.fullmatch(sort) else "",
        search=nfc(given.get("q", ""))[:LONGEST],
        page=int(page) if page.isascii() and page.isdigit() and len(page) < len("1000000") else 1,
    )


def read_kept(query: str) -> Look:
    """A look from an address that was kept."""
    return read(QueryDict(query))

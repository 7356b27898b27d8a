"""Real areas of Hòa Bình before and after 1 July 2025, read from the data of the package `vietnamadminunits` (MIT).

Only its two data files are opened: importing the package would load parsers and a geocoder that nothing here needs.
"""

from __future__ import annotations

import json
import sqlite3
from contextlib import closing
from dataclasses import dataclass
from functools import cache
from importlib.util import find_spec
from pathlib import Path

OLD_PROVINCE, NEW_PROVINCE = "tinhhoabinh", "tinhphutho"  # keys of the package
OLD_CODE, NEW_CODE = "17", "25"  # codes of the statistics office


@dataclass(frozen=True)
class Commune:
    """A commune before 1 July 2025; codes are the statistics office's."""

    code: str
    name: str  # “Xã Tân Pheo”
    short: str  # “Tân Pheo”
    urban: bool
    district_code: str
    district: str  # “Huyện Đà Bắc”
    district_short: str  # “Đà Bắc”


def _data() -> Path:
    spec = find_spec("vietnamadminunits")
    if not spec or not spec.submodule_search_locations:
        raise RuntimeError("The package vietnamadminunits is not installed.")
    return Path(next(iter(spec.submodule_search_locations))) / "data"


def _rows(sql: str, province: str) -> list[tuple[str, ...]]:
    with closing(sqlite3.connect(f"{(_data() / 'dataset.db').as_uri()}?mode=ro", uri=True)) as database:
        return database.execute(sql, [province]).fetchall()


@cache
def old_communes() -> dict[str, Commune]:
    """The 151 communes of Hòa Bình by the key that the package's converter uses, by code."""
    rows = _rows(
        "SELECT provinceKey || '_' || districtKey || '_' || wardKey, wardCode, ward, wardShort, wardType, districtCode,"
        " district, districtShort FROM admin_units_legacy WHERE provinceKey = ? ORDER BY wardCode",
        OLD_PROVINCE,
    )
    return {
        key: Commune(code, name, short, kind != "Xã", district_code, district, district_short)
        for key, code, name, short, kind, district_code, district, district_short in rows
    }


def districts() -> dict[str, str]:
    """The ten districts before 1 July 2025: code → “Huyện Đà Bắc”."""
    return {commune.district_code: commune.district for commune in old_communes().values()}


@dataclass(frozen=True)
class Successor:
    """A commune since 1 July 2025 that took over old ones."""

    code: str
    name: str
    whole: tuple[str, ...]  # codes of the communes it took over entirely
    larger_part: tuple[str, ...]  # codes of split communes of which it took the main part
    smaller_part: tuple[str, ...]


@cache
def successors() -> list[Successor]:
    """The 46 communes in which the 151 live on."""
    converter = json.loads((_data() / "converter_2025.json").read_text())
    whole: dict[str, list[str]] = converter["DICT_PROVINCE_WARD_NO_DIVIDED"][NEW_PROVINCE]
    divided: dict[str, list[dict[str, object]]] = converter["DICT_PROVINCE_WARD_DIVIDED"][NEW_PROVINCE]
    old = old_communes()

    def codes_of(keys: list[str]) -> tuple[str, ...]:
        return tuple(sorted(old[key].code for key in keys if key in old))

    def parts_of(new: str, *, larger: bool) -> tuple[str, ...]:
        takes = {"newWardKey": new, "isDefaultNewWard": larger}
        return codes_of([key for key, parts in divided.items() if any(takes.items() <= part.items() for part in parts)])

    rows = _rows(
        "SELECT wardKey, wardCode, ward FROM admin_units WHERE provinceKey = ? ORDER BY wardCode", NEW_PROVINCE
    )
    every = [
        Successor(code, name, codes_of(whole[key]), parts_of(key, larger=True), parts_of(key, larger=False))
        for key, code, name in rows
    ]
    return [one for one in every if one.whole or one.larger_part or one.smaller_part]

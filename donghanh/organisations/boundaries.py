"""Boundaries of units from a GeoJSON file (RFC 7946): looked at whole, then kept whole or not at all."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import date, datetime
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from donghanh.audit.actions import record
from donghanh.kernel.text import nfc
from donghanh.kernel.verdict import Refused
from donghanh.organisations.models import UnitBoundary, UnitCode

MOST_BYTES = 50 * 1024 * 1024
MOST_FEATURES = 20_000
MOST_POINTS = 2_000_000  # of all features together
DECIMALS = 5  # of a degree: about a metre
RING = 4  # positions of the smallest ring: a triangle, closed
DEPTHS = {"Point": 0, "MultiPoint": 1, "Polygon": 2, "MultiPolygon": 3}  # lists around a position


@transaction.atomic
def load_boundaries(
    *, content: bytes, source: str, scheme: str, code_property: str, on: date, by: int | None, at: datetime
) -> tuple[int, list[str]]:
    """Keep the geometry of each feature for the unit that bears its code in `scheme` on the day.

    How many units have one now, and the codes that no unit bears. Raises Refused with the first thing that is wrong.
    """
    drawn = dict(_features(content, code_property))
    rows = UnitCode.objects.filter(scheme=scheme, valid__contains=on, code__in=list(drawn)).order_by("unit")
    units = {row.code: row.unit_id for row in rows}
    if not units:
        raise Refused(_("Không mã nào trong tệp là mã của một đơn vị vào ngày %(on)s.") % {"on": f"{on:%d/%m/%Y}"})
    UnitBoundary.objects.bulk_create(
        [UnitBoundary(unit_id=unit, geometry=drawn[code], source=source, loaded_at=at) for code, unit in units.items()],
        update_conflicts=True, unique_fields=["unit"], update_fields=["geometry", "source", "loaded_at"],
    )  # fmt: skip
    first = UnitBoundary.objects.filter(unit__in=units.values()).order_by("pk")[0]
    record(verb="organisations.boundaries_loaded", on=first, by=by, at=at, units=len(units))
    return len(units), sorted(set(drawn) - set(units))


def _features(content: bytes, code_property: str) -> Iterator[tuple[str, dict[str, Any]]]:
    if len(content) > MOST_BYTES:
        raise Refused(_("Tệp lớn quá %(megabytes)s MB.") % {"megabytes": MOST_BYTES // 1024**2})
    try:
        document = json.loads(content)
    except (ValueError, RecursionError):
        raise Refused(_("Tệp không phải là JSON.")) from None
    features = document.get("features") if isinstance(document, dict) else None
    if not isinstance(features, list) or not features:
        raise Refused(_("Tệp không phải là FeatureCollection của GeoJSON, hoặc không có feature nào."))
    if len(features) > MOST_FEATURES:
        raise Refused(_("Tệp có quá %(most)s feature.") % {"most": MOST_FEATURES})
    seen: set[str] = set()
    points = 0
    for number, feature in enumerate(features, 1):
        code, geometry, count = _feature(feature, number, code_property)
        if code in seen:
            said = {"number": number, "property": code_property}
            raise Refused(_("Feature %(number)s: thuộc tính “%(property)s” lặp lại.") % said)
        seen.add(code)
        points += count
        if points > MOST_POINTS:
            raise Refused(_("Tệp có quá %(most)s điểm. Hãy làm đơn giản đường ranh giới.") % {"most": MOST_POINTS})
        yield code, geometry


def _feature(feature: Any, number: int, code_property: str) -> tuple[str, dict[str, Any], int]:
    """The code, the geometry and how many positions it has."""
    properties = feature.get("properties") if isinstance(feature, dict) else None
    code = nfc(str(properties.get(code_property) or "")) if isinstance(properties, dict) else ""
    if not code:
        said = {"number": number, "property": code_property}
        raise Refused(_("Feature %(number)s: thiếu thuộc tính “%(property)s”.") % said)
    geometry = feature.get("geometry")
    kind = geometry.get("type") if isinstance(geometry, dict) else None
    if not isinstance(kind, str) or kind not in DEPTHS:
        kinds = {"number": number, "kinds": ", ".join(DEPTHS)}
        raise Refused(_("Feature %(number)s: hình phải là một trong %(kinds)s.") % kinds)
    try:
        coordinates, count = _rounded(geometry.get("coordinates"), DEPTHS[kind], ring=DEPTHS[kind] > 1)
    except (TypeError, ValueError):
        wrong = {"number": number}
        raise Refused(_("Feature %(number)s: tọa độ sai. Cần kinh độ, vĩ độ tính bằng độ.") % wrong) from None
    return code, {"type": kind, "coordinates": coordinates}, count


def _rounded(value: Any, depth: int, *, ring: bool) -> tuple[list[Any], int]:
    """Coordinates with five decimals, and how many positions; ValueError or TypeError for what is none.

    `ring`: the lists right around positions are rings, of four positions at least, the last equal to the first.
    """
    if not isinstance(value, list) or not value:
        raise ValueError(value)
    if depth == 0:
        longitude, latitude = (round(number + 0.0, DECIMALS) for number in value[:2])
        if not (-180 <= longitude <= 180 and -90 <= latitude <= 90):  # noqa: PLR2004  # degrees
            raise ValueError(value)
        return [longitude, latitude], 1
    parts = [_rounded(one, depth - 1, ring=ring) for one in value]
    found = [part for part, _count in parts]
    if depth == 1 and ring and (len(found) < RING or found[0] != found[-1]):
        raise ValueError(value)
    return found, sum(count for _part, count in parts)

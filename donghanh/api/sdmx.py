"""An answer as SDMX: JSON data message 2.0.0 and CSV 2.0 (sdmx.org), one structure for every question.

Dimensions INDICATOR, REF_AREA, KIND, TIME_PERIOD; measure OBS_VALUE; OBS_STATUS: A normal, O missing, Q suppressed.
"""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterator, Mapping
from datetime import datetime, time
from typing import Any
from uuid import uuid4

from django.utils import timezone, translation
from django.utils.translation import gettext as _

from donghanh.organisations.choices import UnitKind
from donghanh.periods.queries import Span
from donghanh.statistics.queries import Cell, Datum, Place, Question

type Cells = Mapping[Place, Cell]

AGENCY, STRUCTURE, VERSION = "DONGHANH", "FIGURES", "1.0"
IDENTITY = f"{AGENCY}:{STRUCTURE}({VERSION})"
SCHEMA = (
    "https://raw.githubusercontent.com/sdmx-twg/sdmx-json/master/data-message/tools/schemas/2.0.0/"
    "sdmx-json-data-schema.json"
)
JSON_TYPE = "application/vnd.sdmx.data+json; version=2.0.0"
CSV_TYPE = "application/vnd.sdmx.data+csv; version=2.0.0; charset=utf-8"
ALL_KINDS = "_T"
DIMENSIONS = ("INDICATOR", "REF_AREA", "KIND", "TIME_PERIOD")
ATTRIBUTES = ("NUMERATOR", "DENOMINATOR", "EXPECTED", "REPORTED")
STATUSES = ("A", "O", "Q")


def identifier(key: str) -> str:
    """A datum's key or a kind of school as SDMX allows: letters, digits, _ @ $ -; no two keys become one.

    "element:staff_trained[TH]" → "element$staff_trained@TH"; any other sign → "-" and its code point in hex, "-".
    """
    plain = key.replace(":", "$").replace("[", "@").replace("]", "")
    return re.sub(r"[^A-Za-z0-9_@$]", lambda sign: f"-{ord(sign[0]):x}-", plain)


def status_of(cell: Cell) -> str:
    if cell.suppressed:
        return "Q"
    return "O" if cell.value is None else "A"


def message(
    question: Question, cells: Cells, *, names: Mapping[Datum, str], units: Mapping[int, str], at: datetime
) -> dict[str, Any]:
    """The whole answer as one flat data set."""
    places: list[dict[Any, int]] = [
        {one: place for place, one in enumerate(listed)}
        for listed in (question.data, question.units, question.groups, question.spans)
    ]
    observations = {}
    for (datum, span, unit, group), cell in cells.items():
        key = ":".join(str(known[one]) for known, one in zip(places, (datum, unit, group, span), strict=True))
        numbers = [cell.value, STATUSES.index(status_of(cell)), cell.numerator, cell.denominator]
        observations[key] = [*numbers, cell.expected, cell.reported]
    values = (
        [{"id": identifier(datum.key), "name": names[datum]} for datum in question.data],
        [{"id": str(unit), "name": units[unit]} for unit in question.units],
        [{"id": identifier(group) if group else ALL_KINDS, "name": _kind(group)} for group in question.groups],
        [_time(span) for span in question.spans],
    )
    link = {"rel": "structure", "urn": f"urn:sdmx:org.sdmx.infomodel.datastructure.DataStructure={IDENTITY}"}
    return {
        "meta": {
            "schema": SCHEMA, "id": uuid4().hex, "prepared": at.isoformat(), "sender": {"id": AGENCY},
            "contentLanguages": [translation.get_language()],
        },
        "data": {
            "dataSets": [
                {"structure": 0, "action": "Information", "links": [link], "observations": observations}
            ],
            "structures": [_structure(values, link)],
        },
    }  # fmt: skip


def _structure(values: tuple[list[dict[str, Any]], ...], link: Mapping[str, str]) -> dict[str, Any]:
    titles = (_("Chỉ tiêu, chỉ số"), _("Đơn vị"), _("Loại đơn vị"), _("Kỳ"))
    seen: dict[str, Any] = {"relationship": {"observation": {}}}
    status = [
        {"id": "A", "name": _("số liệu đầy đủ")},
        {"id": "O", "name": _("không có số liệu")},
        {"id": "Q", "name": _("không công bố vì quá ít")},
    ]
    described = {
        "NUMERATOR": _("Tử số"), "DENOMINATOR": _("Mẫu số"), "EXPECTED": _("Số đơn vị phải báo cáo"),
        "REPORTED": _("Số đơn vị đã được duyệt"),
    }  # fmt: skip
    dimensions = [
        {"id": name, "name": title, "keyPosition": place, "values": listed}
        for place, (name, title, listed) in enumerate(zip(DIMENSIONS, titles, values, strict=True))
    ]
    return {
        "dataSets": [0],
        "links": [dict(link)],
        "dimensions": {"observation": dimensions},
        "measures": {"observation": [{"id": "OBS_VALUE", "name": _("Giá trị")}]},
        "attributes": {
            "observation": [
                {"id": "OBS_STATUS", "name": _("Tình trạng số liệu"), **seen, "values": status},
                *({"id": name, "name": described[name], **seen} for name in ATTRIBUTES),
            ]
        },
    }


def _kind(group: str) -> str:
    return str(UnitKind(group).label) if group else _("mọi loại")


def _time(span: Span) -> dict[str, Any]:
    begins, ends = (
        timezone.make_aware(datetime.combine(day, moment)).isoformat()
        for day, moment in ((span.start, time.min), (span.end, time(23, 59, 59)))
    )
    return {"value": span.interval, "name": span.label, "start": begins, "end": ends}


def rows(cells: Cells) -> Iterator[list[Any]]:
    """SDMX-CSV 2.0, heading first; a number that there is none of stays empty."""
    yield ["STRUCTURE", "STRUCTURE_ID", "ACTION", *DIMENSIONS, "OBS_VALUE", "OBS_STATUS", *ATTRIBUTES]
    for (datum, span, unit, group), cell in cells.items():
        key = [identifier(datum.key), unit, identifier(group) if group else ALL_KINDS, span.interval]
        numbers = [cell.value, status_of(cell), cell.numerator, cell.denominator, cell.expected, cell.reported]
        yield ["datastructure", IDENTITY, "I", *key, *("" if one is None else one for one in numbers)]


def as_csv(cells: Cells) -> str:
    out = io.StringIO()
    csv.writer(out).writerows(rows(cells))
    return out.getvalue()

"""Data values as clients read them: the four shapes of `entries`, written."""

from __future__ import annotations

import csv
import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from io import StringIO
from itertools import groupby
from typing import Any
from xml.sax.saxutils import quoteattr

from donghanh.api.dhis2.entries import COLUMNS

XML_HEAD = '<?xml version="1.0" encoding="UTF-8"?>\n'
DXF = "http://dhis2.org/schema/dxf/2.0"


@dataclass(frozen=True, slots=True)
class Given:
    """One value that goes out; identifiers in the schemes that were asked for."""

    element: str
    period: str
    unit: str
    cell: str
    attributes: str
    value: str
    stored_by: str = ""
    created: str = ""
    updated: str = ""
    comment: str = ""
    data_set: str = ""
    interval: str = ""  # the period as ADX writes it
    options: Mapping[str, str] = field(default_factory=dict)  # category → option, for ADX
    numeric: bool = True

    @property
    def named(self) -> dict[str, Any]:
        """As JSON and XML name it."""
        said = {
            "dataElement": self.element, "period": self.period, "orgUnit": self.unit,
            "categoryOptionCombo": self.cell, "attributeOptionCombo": self.attributes, "value": self.value,
            "storedBy": self.stored_by, "created": self.created, "lastUpdated": self.updated, "comment": self.comment,
        }  # fmt: skip
        return {name: word for name, word in said.items() if word} | {"value": self.value}


def as_json(head: Mapping[str, str], values: Iterable[Given]) -> str:
    return json.dumps({**head, "dataValues": [{**one.named, "followup": False} for one in values]}, ensure_ascii=False)


def as_xml(head: Mapping[str, str], values: Iterable[Given]) -> str:
    lines = (f'<dataValue{_attributes(one.named)} followUp="false"/>' for one in values)
    return f'{XML_HEAD}<dataValueSet xmlns="{DXF}"{_attributes(head)}>{"".join(lines)}</dataValueSet>'


def as_csv(_head: Mapping[str, str], values: Iterable[Given]) -> str:
    out = StringIO(newline="")
    lines = csv.writer(out)
    lines.writerow(COLUMNS[:-1])
    for one in values:
        lines.writerow([
            one.element, one.period, one.unit, one.cell, one.attributes, one.value, one.stored_by, one.updated,
            one.comment, "false",
        ])  # fmt: skip
    return out.getvalue()


def as_adx(head: Mapping[str, str], values: Iterable[Given]) -> str:
    """Groups by set, period and unit; the values of each together."""
    pieces = [f'{XML_HEAD}<adx xmlns="urn:ihe:qrph:adx:2015"{_attributes({"exported": head.get("exported", "")})}>']
    for (data_set, interval, unit), some in groupby(values, key=lambda one: (one.data_set, one.interval, one.unit)):
        group = {"dataSet": data_set, "period": interval, "orgUnit": unit}
        pieces.append(f"<group{_attributes(group)}>")
        for one in some:
            named = {"dataElement": one.element, **one.options}
            if one.numeric:
                pieces.append(f"<dataValue{_attributes({**named, 'value': one.value})}/>")
            else:
                text = quoteattr(one.value)[1:-1]
                pieces.append(f'<dataValue{_attributes(named)} value="0"><annotation>{text}</annotation></dataValue>')
        pieces.append("</group>")
    return "".join([*pieces, "</adx>"])


def _attributes(named: Mapping[str, Any]) -> str:
    return "".join(f" {name}={quoteattr(str(word))}" for name, word in named.items() if word != "")

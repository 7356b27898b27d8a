"""A grid in the shapes in which clients take it: JSON, XML, CSV, XLSX, a table of columns × rows, data values."""

from __future__ import annotations

import csv
from collections.abc import Mapping, Sequence
from io import StringIO
from typing import Any
from xml.sax.saxutils import escape, quoteattr

from django.utils.translation import gettext as _

from donghanh.api.dhis2.analytics import Grid
from donghanh.api.dhis2.choices import DEFAULT_UIDS, Code, IdentityKind
from donghanh.api.dhis2.faults import conflict
from donghanh.api.dhis2.writers import XML_HEAD
from donghanh.kernel.sheets_in import guarded
from donghanh.kernel.spreadsheet import workbook


def laid_out(grid: Grid, columns: Sequence[str], rows: Sequence[str]) -> Grid:
    """The grid turned: the dimensions of `columns` across, those of `rows` down. 409 where one is not in the query."""
    places = {header["name"]: at for at, header in enumerate(grid.headers)}
    for names, code in ((columns, Code.NO_SUCH_COLUMN), (rows, Code.NO_SUCH_ROW)):
        for name in names:
            if name not in places:
                raise conflict(_("“%(name)s” không phải là một chiều của yêu cầu.") % {"name": name[:30]}, code)
    value = places["value"]
    named = {word: one.get("name", word) for word, one in grid.meta.get("items", {}).items()}
    across = list(dict.fromkeys(tuple(row[places[name]] for name in columns) for row in grid.rows))
    down: dict[tuple[str, ...], dict[tuple[str, ...], str]] = {}
    for row in grid.rows:
        key = tuple(row[places[name]] for name in rows)
        down.setdefault(key, {})[tuple(row[places[name]] for name in columns)] = row[value]
    text = {"valueType": "TEXT", "type": "java.lang.String", "hidden": False, "meta": True}
    number = {"valueType": "NUMBER", "type": "java.lang.Double", "hidden": False, "meta": False}
    headers: list[dict[str, Any]] = [
        {"name": grid.headers[places[name]]["column"], "column": grid.headers[places[name]]["column"], **text}
        for name in rows
    ]
    for words in across:
        title = " ".join(named.get(word, word) for word in words)
        headers.append({"name": title, "column": title, **number})
    lines = [
        [*(named.get(word, word) for word in key), *(cells.get(words, "") for words in across)]
        for key, cells in down.items()
    ]
    return Grid(headers, lines, grid.meta)


def as_csv(grid: Grid) -> str:
    """With names of columns, as DHIS2's."""
    out = StringIO(newline="")
    lines = csv.writer(out)
    lines.writerow([header["column"] for header in grid.headers])
    words = [header["valueType"] == "TEXT" for header in grid.headers]
    lines.writerows(
        [guarded(cell) if word else cell for cell, word in zip(row, words, strict=True)] for row in grid.rows
    )
    return out.getvalue()


def as_xlsx(grid: Grid) -> bytes:
    heads = [header["column"] for header in grid.headers]
    numeric = [header["valueType"] == "NUMBER" for header in grid.headers]
    lines = [
        [float(cell) if number and cell else cell for cell, number in zip(row, numeric, strict=True)]
        for row in grid.rows
    ]
    return workbook([heads, *lines], title=_("Số liệu"))


def as_xml(grid: Grid) -> str:
    """DHIS2's grid in XML."""
    heads = "".join(
        f"<header name={quoteattr(one['name'])} column={quoteattr(one['column'])} type={quoteattr(one['type'])}"
        f' hidden="{str(one["hidden"]).lower()}" meta="{str(one["meta"]).lower()}"/>'
        for one in grid.headers
    )
    rows = "".join(f"<row>{''.join(f'<field>{escape(cell)}</field>' for cell in row)}</row>" for row in grid.rows)
    size = f'width="{len(grid.headers)}" height="{len(grid.rows)}"'
    return f"{XML_HEAD}<grid {size}><headers>{heads}</headers><rows>{rows}</rows></grid>"


def as_values(grid: Grid) -> dict[str, Any]:
    """/api/analytics/dataValueSet: each row as a data value; dx, pe and ou must be dimensions."""
    places = {header["name"]: at for at, header in enumerate(grid.headers)}
    default = DEFAULT_UIDS[IdentityKind.CELL]
    values: list[Mapping[str, Any]] = []
    for row in grid.rows:
        element, _dot, cell = row[places["dx"]].partition(".")
        values.append({
            "dataElement": element, "period": row[places["pe"]], "orgUnit": row[places["ou"]],
            "value": row[places["value"]], "storedBy": "[aggregated]", "comment": "[aggregated]", "followUp": False,
            "categoryOptionCombo": row[places["co"]] if "co" in places else cell or default,
            "attributeOptionCombo": default,
        })  # fmt: skip
    return {"dataValues": values}


WANTED_FOR_VALUES = ("dx", "pe", "ou")


def must_have(grid: Grid) -> None:
    """Data values need element, period and unit of each."""
    names = {header["name"] for header in grid.headers}
    for name in WANTED_FOR_VALUES:
        if name not in names:
            raise conflict(_("dataValueSet cần chiều “%(name)s”.") % {"name": name}, Code.NO_VALID_ITEM)

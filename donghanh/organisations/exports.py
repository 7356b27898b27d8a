"""The register of a day as a file: Excel, CSV, organisationUnits as DHIS2 reads them. What goes out comes back in."""

from __future__ import annotations

import csv
import json
from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence
from datetime import date
from io import BytesIO, StringIO
from typing import Any

from django.utils.translation import gettext as _

from donghanh.kernel.sheets_in import guarded
from donghanh.kernel.spreadsheet import workbook
from donghanh.organisations import queries
from donghanh.organisations.choices import CodeScheme
from donghanh.organisations.import_files import LABELS, fields_of
from donghanh.organisations.models import Headcount, Unit, UnitBoundary, UnitCode, UnitGroup, UnitImport, uid_of

CSV, XLSX = "text/csv; charset=utf-8", "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
DHIS2_COLUMNS = (
    "name", "uid", "code", "parent", "shortname", "description", "openingdate", "closeddate", "comment",
)  # fmt: skip
SHORT = 50  # characters of a short name in DHIS2


def as_xlsx(on: date) -> bytes:
    return workbook(list(_lines(on)), title=_("Đơn vị"))


def as_csv(on: date) -> bytes:
    return ("\ufeff" + _csv_of(_lines(on))).encode()


def as_dhis2_csv(on: date) -> bytes:
    """Columns in the order that DHIS2's metadata import wants them."""
    rows = (
        [
            one["name"], one["id"], one.get("code", ""), one.get("parent", {}).get("id", ""), one["shortName"], "",
            one["openingDate"][:10], one.get("closedDate", "")[:10], "",
        ]
        for one in _dhis2(on)
    )  # fmt: skip
    return _csv_of([DHIS2_COLUMNS, *rows]).encode()


def as_dhis2_json(on: date) -> bytes:
    return json.dumps({"organisationUnits": _dhis2(on)}, ensure_ascii=False, indent=1).encode()


FORMS = {  # name in the address → (end of the file's name, content type, how)
    "xlsx": (".xlsx", XLSX, as_xlsx),
    "csv": (".csv", CSV, as_csv),
    "dhis2-json": (".dhis2.json", "application/json", as_dhis2_json),
    "dhis2-csv": (".dhis2.csv", CSV, as_dhis2_csv),
}


def _csv_of(rows: Iterator[Sequence[Any]] | Sequence[Sequence[Any]]) -> str:
    out = StringIO(newline="")
    csv.writer(out).writerows([guarded("" if cell is None else str(cell)) for cell in row] for row in rows)
    return out.getvalue()


def _lines(on: date) -> Iterator[list[Any]]:
    """A line of headings, then one for each unit of the day, parents before their children."""
    columns = ("name", "kind", "parent", "parent_code", *CodeScheme.values, "staff", "learners")
    yield [*(str(LABELS[column]) for column in columns), _("Nhóm"), _("Ngày thành lập"), str(LABELS["uid"])]
    units = _from_the_top(on)
    names = {unit.pk: unit.name for unit in units}
    codes = _codes(on)
    shown = _unmistakable(codes)
    counted = {row.unit_id: row for row in Headcount.objects.filter(valid__contains=on).order_by("pk")}
    groups: dict[int, list[str]] = defaultdict(list)
    for row in queries.with_own_names(UnitGroup.objects.filter(valid__contains=on)).order_by("group"):
        groups[row.unit_id].append(row.label)
    for unit in units:
        above, count = unit.parent_id_on, counted.get(unit.pk)
        yield [
            unit.name, unit.kind_label, names.get(above, "") if above else "",
            shown.get(above) or uid_of(above) if above else "",
            *(codes[unit.pk].get(scheme, "") for scheme in CodeScheme.values),
            count.staff if count else "", count.learners if count else "",
            ", ".join(groups[unit.pk]), unit.existence.lower.isoformat(), uid_of(unit.pk),
        ]  # fmt: skip


def _codes(on: date) -> dict[int, dict[str, str]]:
    codes: dict[int, dict[str, str]] = defaultdict(dict)
    for row in UnitCode.objects.filter(valid__contains=on).order_by("pk"):
        codes[row.unit_id][row.scheme] = row.code
    return codes


def _unmistakable(codes: dict[int, dict[str, str]]) -> dict[int, str]:
    """For each unit a code that no other unit bears in any scheme; left out where it has none such."""
    bearers = Counter(code for of_unit in codes.values() for code in set(of_unit.values()))
    return {
        unit: next((code for _scheme, code in sorted(of_unit.items()) if bearers[code] == 1), "")
        for unit, of_unit in codes.items()
    }


def _from_the_top(on: date) -> list[Unit]:
    """Every unit of the day, each after the one above it."""
    below: dict[int | None, list[Unit]] = defaultdict(list)
    for unit in queries.units_on(on):
        below[unit.parent_id_on].append(unit)
    found: list[Unit] = []
    level = below[None]
    while level:
        found += level
        level = [lower for unit in level for lower in below[unit.pk]]
    return found


def _dhis2(on: date) -> list[dict[str, Any]]:
    units = _from_the_top(on)
    shown = _unmistakable(_codes(on))
    drawn = dict(UnitBoundary.objects.order_by("pk").values_list("unit_id", "geometry"))
    paths: dict[int | None, str] = {None: ""}
    found: list[dict[str, Any]] = []
    for unit in units:
        paths[unit.pk] = path = f"{paths[unit.parent_id_on]}/{uid_of(unit.pk)}"
        one: dict[str, Any] = {
            "id": uid_of(unit.pk), "name": unit.name, "shortName": unit.name[:SHORT], "path": path,
            "level": path.count("/"), "openingDate": f"{unit.existence.lower.isoformat()}T00:00:00.000",
        }  # fmt: skip
        if shown.get(unit.pk):
            one["code"] = shown[unit.pk]
        if unit.existence.upper:
            one["closedDate"] = f"{unit.existence.upper.isoformat()}T00:00:00.000"
        if unit.parent_id_on:
            one["parent"] = {"id": uid_of(unit.parent_id_on)}
        if unit.pk in drawn:
            one["geometry"] = drawn[unit.pk]
        found.append(one)
    return found


def import_result(unit_import: UnitImport) -> bytes:
    """The lines of a file as they were read, with the verdict before them; wrong cells in red, the sentences behind."""
    import xlsxwriter  # slow to import, and only exports need it

    lines = list(unit_import.lines.order_by("number"))
    fields = fields_of([{**line.cells, **line.faults} for line in lines])
    out = BytesIO()
    with xlsxwriter.Workbook(out, {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False}) as book:
        sheet = book.add_worksheet(_("Kết quả"))
        bold, wrong = book.add_format({"bold": True}), book.add_format({"bg_color": "#F7C6C5", "border": 1})
        heads = [_("Dòng"), _("Kết quả"), *(str(LABELS[name]) for name in fields), _("Lỗi"), _("Ghi chú")]
        sheet.write_row(0, 0, heads, bold)
        for row, line in enumerate(lines, 1):
            sheet.write_number(row, 0, line.number)
            sheet.write_string(row, 1, str(line.get_verdict_display()))
            for column, name in enumerate(fields, 2):
                sheet.write_string(row, column, line.cells.get(name, ""), wrong if name in line.faults else None)
            faults = [f"{LABELS.get(name, name)}: {sentence}" for name, sentence in line.faults.items()]
            sheet.write_string(row, len(fields) + 2, "\n".join(faults))
            sheet.write_string(row, len(fields) + 3, "\n".join(line.notes))
        sheet.freeze_panes(1, 3)
        sheet.autofit()
    return out.getvalue()

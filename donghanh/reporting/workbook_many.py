"""One workbook with all units of an office: a row a unit, a column a box."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from io import BytesIO
from typing import Any

from django.utils.translation import gettext as _

from donghanh.kernel.books_in import BookSheet
from donghanh.kernel.sheets_in import Unreadable
from donghanh.questionnaires.models import Definition
from donghanh.questionnaires.rules import applicable
from donghanh.reporting.queries import Sheet
from donghanh.reporting.workbook_layout import KEY_SHEET, SIGNER, address
from donghanh.reporting.workbook_reading import as_typed
from donghanh.reporting.workbooks import LOOKS, OPEN, put_value, validation

CODES, NAMES, FIRST = 2, 3, 4  # rows from 0: the codes, the words, the first unit
UNIT, UNIT_NAME, FIRST_BOX = 0, 1, 2  # columns
MARK = "u"  # "u123": unit 123


def one_for_all(definition: Definition, sheets: Sequence[Sheet], *, round_id: int, title: str) -> bytes:
    """The workbook; boxes that a unit does not answer are grey and locked."""
    import xlsxwriter  # slow to import, and only files need it

    out = BytesIO()
    columns = {code: FIRST_BOX + n for n, code in enumerate(boxes_of(definition))}
    with xlsxwriter.Workbook(out, {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False}) as book:
        book.set_properties({"created": datetime(2020, 1, 1)})  # noqa: DTZ001
        page, key = book.add_worksheet(_("Báo cáo")), book.add_worksheet(KEY_SHEET)
        looks = {name: book.add_format(look) for name, look in LOOKS.items()}
        boxes = {name: book.add_format(OPEN | LOOKS[name]) for name in ("integer", "decimal", "date", "box")}
        words = _("Mỗi dòng một đơn vị. Chỉ điền các ô viền xanh; ô xám đơn vị không phải trả lời.")
        page.write_string(0, UNIT_NAME, title, looks["title"])
        page.write_string(1, UNIT_NAME, words)
        page.write_string(NAMES, UNIT_NAME, _("Đơn vị"), looks["head"])
        cells = {cell.code: cell for cell in definition.cells}
        for code, column in columns.items():
            item, cell = definition.items[code.partition("[")[0]], cells.get(code)
            parts = [part.name for part in (cell.row, cell.option) if part] if cell else []
            page.write_string(CODES, column, code, looks["code"])
            page.write_string(NAMES, column, " · ".join([item.name, *parts]), looks["head"])
            if rule := validation(item, definition):
                page.data_validation(FIRST, column, FIRST + len(sheets), column, rule)
        for row, sheet in enumerate(sheets, FIRST):
            page.write_string(row, UNIT, f"{MARK}{sheet.expected.unit_id}", looks["code"])
            page.write_string(row, UNIT_NAME, sheet.unit_name, looks["text"])
            open_cells = applicable(definition, sheet.levels)
            for code, column in columns.items():
                item = definition.items[code.partition("[")[0]]
                if code in cells and code not in open_cells:
                    page.write_blank(row, column, None, looks["closed"])
                else:
                    put_value(page, row, column, sheet.submission.draft.get(code, ""), item, definition, boxes)
        page.set_column(UNIT, UNIT, 2)
        page.set_column(UNIT_NAME, UNIT_NAME, 36)
        page.set_column(FIRST_BOX, FIRST_BOX + len(columns), 16)
        page.set_row(NAMES, 90)
        page.freeze_panes(FIRST, FIRST_BOX)
        page.protect("", {"format_columns": True, "format_rows": True})
        key.write_string(0, 0, SIGNER.sign_object({"round": round_id, "all": True}))
        key.very_hidden()
    return out.getvalue()


def boxes_of(definition: Definition) -> list[str]:
    return [*(cell.code for cell in definition.cells), *(item.code for item in definition.texts)]


def rows_of(page: BookSheet, definition: Definition) -> list[tuple[int, str, Mapping[str, Any]]]:
    """(row from 1, name of the unit, what it holds: unit, typed, places); Unreadable without the row of codes."""
    boxes = set(boxes_of(definition))
    codes: dict[int, str] = {}
    found: list[tuple[int, str, Mapping[str, Any]]] = []
    mark: int = UNIT
    for number, row in enumerate(page.rows):
        named = {column: cell for column, cell in enumerate(row) if isinstance(cell, str) and cell in boxes}
        if len(named) > len(codes):
            codes = named
            continue
        mark = next((n for n, cell in enumerate(row) if _unit(cell)), -1)
        if mark < 0 or not codes:
            continue
        typed, places = {}, {}
        for column, code in codes.items():
            value = row[column] if column < len(row) else ""
            typed[code] = as_typed(value, definition.items[code.partition("[")[0]], definition)
            places[code] = address(number, column)
        name = next((str(cell) for cell in row[mark + 1 :] if cell), "")
        found.append((number + 1, name, {"unit": _unit(row[mark]), "typed": typed, "places": places}))
    if not found:
        raise Unreadable(_("Tệp không còn dòng mã hoặc cột mã đơn vị. Hãy tải mẫu mới rồi chép số vào."))
    return found


def _unit(cell: Any) -> int:
    return int(cell[1:]) if isinstance(cell, str) and cell[:1] == MARK and cell[1:].isdecimal() else 0

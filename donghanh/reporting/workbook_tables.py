"""An office's table: a row a unit, a column a box; out as a template, and read back by its codes."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from io import BytesIO

from django.utils.translation import gettext as _

from donghanh.kernel.books_in import Book
from donghanh.kernel.sheets_in import Unreadable
from donghanh.questionnaires.models import Definition, Item
from donghanh.questionnaires.rules import applicable
from donghanh.reporting.models import Collection
from donghanh.reporting.workbook_reading import as_typed
from donghanh.reporting.workbook_shape import BAND, KEY_SHEET, Key, address
from donghanh.reporting.workbooks import excel_value

TOP = 3  # title, what to do, a row apart
UNIT_MARK = re.compile(r"u(\d{1,18})\.(\d{1,9})")  # a unit and how often its draft was saved, in the column of codes


@dataclass(frozen=True)
class UnitLine:
    """A unit of the table with its draft."""

    unit: int
    name: str
    levels: list[str]
    draft: Mapping[str, str]
    revision: int


@dataclass(frozen=True)
class ReadRow:
    """What a row says, as a person would have typed it."""

    number: int  # as Excel counts
    unit: int
    revision: int  # of the unit's draft when the table was drawn
    name: str
    typed: dict[str, str]
    places: dict[str, str]  # box → address


def boxes_of(definition: Definition) -> list[tuple[str, str, Item]]:
    """(code, heading, item) of every column, in the order of the form."""
    found: list[tuple[str, str, Item]] = []
    texts = {item.code for item in definition.texts}
    for item in definition.items.values():
        for cell in definition.cells_of.get(item.code, ()):
            parts = [part.name for part in (cell.row, cell.option) if part]
            found.append((cell.code, " · ".join([item.name, *parts]), item))
        if item.code in texts:
            found.append((item.code, item.name, item))
    return found


def table_template(collection: Collection, office: int, units: Iterable[UnitLine]) -> bytes:
    """The table of a round as .xlsx, with what the drafts hold; cells that a unit does not answer are grey."""
    import xlsxwriter  # slow to import, and only workbooks need it

    out, definition = BytesIO(), collection.form_version.definition
    columns = boxes_of(definition)
    key = Key(definition.code, collection.form_version.number, collection.period.code, office)
    texts = {item.code for item in definition.texts}
    options = {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False}
    with xlsxwriter.Workbook(out, options) as book:
        look = {"font_name": "Arial", "font_size": 10, "border": 1, "border_color": "#c3ccd6"}
        answer, grey = book.add_format(look | {"locked": False}), book.add_format(look | {"bg_color": "#eef1f4"})
        day = book.add_format(look | {"locked": False, "num_format": "dd/mm/yyyy"})
        head = book.add_format(look | {"bold": True, "text_wrap": True, "valign": "top", "bg_color": "#dfe7ef"})
        quiet = book.add_format({"font_size": 1, "font_color": "#ffffff"})
        page = book.add_worksheet(_("Các đơn vị"))
        page.protect("", {"format_columns": True, "format_rows": True, "sort": True})
        page.write_string(0, 1, f"{definition.name} · {collection.period.label}", book.add_format({"bold": True}))
        page.write_string(
            1, 1, _("Mỗi dòng một đơn vị. Ô xám là ô đơn vị không phải trả lời; dòng để trống được bỏ qua.")
        )
        page.set_row(TOP, 4)
        page.write_string(TOP, 0, BAND, quiet)
        page.write_string(TOP + 1, 1, _("Đơn vị"), head)
        for column, (code, heading, _item) in enumerate(columns, 2):
            page.write_string(TOP, column, code, quiet)
            page.write_string(TOP + 1, column, heading, head)
        for row, unit in enumerate(units, TOP + 2):
            page.write_string(row, 0, f"u{unit.unit}.{unit.revision}", quiet)
            page.write_string(row, 1, unit.name, grey)
            asked = applicable(definition, unit.levels) | texts
            for column, (code, _heading, item) in enumerate(columns, 2):
                value = excel_value(item, definition, str(unit.draft.get(code, ""))) if code in asked else ""
                style = grey if code not in asked or item.calculation else answer
                if isinstance(value, date):
                    page.write_datetime(row, column, datetime(value.year, value.month, value.day), day)  # noqa: DTZ001  # a spreadsheet's dates have no zone
                elif isinstance(value, float):
                    page.write_number(row, column, value, style)
                elif value:
                    page.write_string(row, column, value, style)
                else:
                    page.write_blank(row, column, None, style)
        page.set_column(0, 0, 2)
        page.set_column(1, 1, 36)
        page.set_column(2, len(columns) + 1, 16)
        page.set_row(TOP + 1, 90)
        page.freeze_panes(TOP + 2, 2)
        hidden = book.add_worksheet(KEY_SHEET)
        hidden.write_string(0, 0, key.sign())
        hidden.very_hidden()
    return out.getvalue()


def read_rows(book: Book, definition: Definition) -> Iterator[ReadRow]:
    """Every row that holds an answer; Unreadable where the row of codes is gone."""
    head = next((row for row, cells in enumerate(book.rows) if f"t{BAND}" in cells), -1)
    if head < 0:
        raise Unreadable(
            _("Hàng mã trong bảng đã bị xóa nên không biết cột nào trả lời câu nào. Hãy tải bảng mẫu và điền lại.")
        )
    first = book.rows[head].index(f"t{BAND}")
    codes = {column: book.cell(head, column).text for column in range(first + 1, len(book.rows[head]))}
    for row in range(head + 1, len(book.rows)):
        if (unit := UNIT_MARK.fullmatch(book.cell(row, first).text)) is None:
            continue
        typed, places = {}, {}
        for column, code in codes.items():
            cell, item = book.cell(row, column), definition.items.get(code.partition("[")[0])
            if item and cell.text and not item.calculation:
                typed[code], places[code] = as_typed(item, definition, book, cell), address(row, column)
        if typed:
            yield ReadRow(row + 1, int(unit[1]), int(unit[2]), book.cell(row, first + 1).text, typed, places)

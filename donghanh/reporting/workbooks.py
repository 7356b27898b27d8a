"""A report's form as a workbook: protected, only the boxes open, known again by a signed key in a hidden sheet."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime
from io import BytesIO
from typing import Any, cast

from django.utils.formats import date_format
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from donghanh.kernel.numbers import format_number
from donghanh.questionnaires.models import Definition, Item
from donghanh.questionnaires.rules import read_number
from donghanh.reporting.queries import Sheet
from donghanh.reporting.workbook_layout import (
    ANSWER,
    BEFORE,
    CODE,
    FIRST_ROW,
    KEY_SHEET,
    LONGEST_CELL,
    NAME,
    PART,
    UNIT,
    Layout,
    Line,
    address,
    key_of,
    layout_of,
)

LIST_SHEET = "_danh_sach"
LONGEST_LIST = 255  # characters of a drop-down that is written out in its cell
LONGEST_MESSAGE, LONGEST_TITLE = 250, 32
FIRST_DAY, LAST_DAY = date(1990, 1, 1), date(2100, 12, 31)
DAY = "dd/mm/yyyy"
LOOKS: dict[str, dict[str, Any]] = {
    "title": {"bold": True, "font_size": 14},
    "words": {"text_wrap": True, "valign": "top", "font_color": "#475569"},
    "head": {"bold": True, "bg_color": "#E2E8F0", "border": 1, "text_wrap": True, "valign": "vcenter"},
    "section": {"bold": True, "bg_color": "#DBEAFE"},
    "code": {"font_color": "#CBD5E1", "font_size": 7},
    "text": {"text_wrap": True, "valign": "top", "border": 1, "border_color": "#CBD5E1"},
    "before": {"bg_color": "#F1F5F9", "font_color": "#64748B", "border": 1, "border_color": "#CBD5E1",
               "num_format": "#,##0.##", "align": "right"},
    "total": {"bold": True, "bg_color": "#F1F5F9", "border": 1, "border_color": "#CBD5E1", "num_format": "#,##0.##"},
    "closed": {"bg_color": "#CBD5E1", "border": 1, "border_color": "#CBD5E1"},
    "empty": {"bg_color": "#FEF9C3"},
    "integer": {"num_format": "#,##0", "align": "right"},
    "decimal": {"num_format": "#,##0.####", "align": "right"},
    "date": {"num_format": DAY, "align": "left"},
    "box": {"num_format": "@", "text_wrap": True},
}  # fmt: skip
OPEN = {"locked": False, "border": 1, "border_color": "#2563EB", "valign": "top"}
MARKED = {"bg_color": "#FECACA", "font_color": "#7F1D1D"}


def template(sheet: Sheet, *, typed: Mapping[str, str], marks: Mapping[str, str] | None = None) -> bytes:
    """The workbook of one unit and period with `typed` in its boxes; boxes in `marks` are red and say the sentence."""
    import xlsxwriter  # slow to import, and only files need it

    out, layout = BytesIO(), layout_of(sheet.definition, sheet.levels)
    options = {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False}
    with xlsxwriter.Workbook(out, options) as book:
        book.set_properties({"title": sheet.definition.name, "created": datetime(2020, 1, 1)})  # noqa: DTZ001
        _Writer(book, sheet, layout, typed, marks or {}).write()
    return out.getvalue()


class _Writer:
    def __init__(
        self, book: Any, sheet: Sheet, layout: Layout, typed: Mapping[str, str], marks: Mapping[str, str]
    ) -> None:
        self.book, self.sheet, self.layout, self.typed, self.marks = book, sheet, layout, typed, marks
        self.page = book.add_worksheet(_("Báo cáo"))
        self.key = book.add_worksheet(KEY_SHEET)
        self.lists = book.add_worksheet(LIST_SHEET)
        self.looks = {name: book.add_format(look) for name, look in LOOKS.items()}
        self.open = {name: book.add_format(OPEN | LOOKS[name]) for name in ("integer", "decimal", "date", "box")}
        self.wrong = {name: book.add_format(OPEN | LOOKS[name] | MARKED) for name in self.open}
        self.listed: dict[str, str] = {}
        self.before = sheet.definition.by_cell(sheet.previous) if sheet.previous else {}

    def write(self) -> None:
        self.heading()
        for line in self.layout.lines:
            getattr(self, f"_{line.kind}")(line)
        text = key_of(self.sheet, self.layout)
        for row, start in enumerate(range(0, len(text), LONGEST_CELL)):
            self.key.write_string(row, 0, text[start : start + LONGEST_CELL])
        self.key.very_hidden()
        self.lists.very_hidden()
        self.page.protect("", {"format_columns": True, "format_rows": True, "select_locked_cells": True})
        self.page.freeze_panes(FIRST_ROW, PART)
        self.page.set_landscape()
        self.page.fit_to_pages(1, 0)
        self.page.repeat_rows(FIRST_ROW - 1)

    def heading(self) -> None:
        page, sheet = self.page, self.sheet
        due = date_format(sheet.expected.due_on, "j/n/Y")
        page.write_string(0, NAME, sheet.definition.name, self.looks["title"])
        page.write_string(1, NAME, sheet.unit_name)
        page.write_string(2, NAME, _("Kỳ: %(period)s") % {"period": sheet.collection.period.label})
        page.write_string(3, NAME, _("Hạn nộp: %(due)s") % {"due": due})
        words = _(
            "Chỉ điền vào các ô viền xanh; ô vàng là ô còn trống. Ghi 0 nếu không có. Điền xong, lưu lại (.xlsx) và nộp"
            " tệp này ở trang báo cáo. Không cần xóa hay thêm dòng, cột."
        )
        page.merge_range(4, NAME, 4, self.layout.note, words, self.looks["words"])
        page.set_row(4, 32)
        titles = {
            CODE: _("Mã"), NAME: _("Nội dung"), PART: _("Phân tổ"), UNIT: _("Đơn vị tính"), BEFORE: _("Kỳ trước"),
            ANSWER: _("Trả lời"), self.layout.note: _("Ghi chú"),
        }  # fmt: skip
        for column in range(self.layout.note + 1):
            page.write_string(FIRST_ROW - 1, column, titles.get(column, ""), self.looks["head"])
        for column, width in {CODE: 2, NAME: 52, PART: 18, UNIT: 12, BEFORE: 12, self.layout.note: 32}.items():
            page.set_column(column, column, width)
        page.set_column(ANSWER, self.layout.note - 1, 18)

    def _section(self, line: Line) -> None:
        for column in range(CODE, self.layout.note + 1):
            name = line.section.name if line.section and column == NAME else ""
            self.page.write_string(line.row, column, name, self.looks["section"])

    def _labels(self, line: Line, *, noted: str = "") -> None:
        item = cast("Item", line.item)
        self.page.write_string(line.row, CODE, line.code, self.looks["code"])
        self.page.write_string(line.row, NAME, item.name, self.looks["text"])
        self.page.write_string(line.row, PART, line.label, self.looks["text"])
        self.page.write_string(line.row, UNIT, item.unit, self.looks["text"])
        self.page.write_string(line.row, BEFORE, "", self.looks["before"])
        if noted:
            self.page.write_string(line.row, self.layout.note, self.typed.get(f"note:{noted}", ""), self.open["box"])

    def _box(self, line: Line) -> None:
        item = cast("Item", line.item)
        self._labels(line, noted=line.code)
        then = self.before.get(line.code)
        if then is not None:
            if item.kind == "flag":
                self.page.write_string(line.row, BEFORE, _("Có") if then else _("Không"), self.looks["before"])
            else:
                self.page.write_number(line.row, BEFORE, then, self.looks["before"])
        self.box(line.row, ANSWER, line.code, item)

    def _total(self, line: Line) -> None:
        self._labels(line)
        self.page.write_string(line.row, PART, _("Cộng"), self.looks["total"])
        first, last = line.row - len(line.cells), line.row - 1
        for column in (BEFORE, ANSWER) if self.before else (ANSWER,):
            formula = f"=SUM({address(first, column)}:{address(last, column)})"
            self.page.write_formula(line.row, column, formula, self.looks["total"], self.sum_of(line, column))

    def sum_of(self, line: Line, column: int) -> float:
        cells = [cell for cell in line.cells if cell]
        if column == BEFORE:
            return sum(self.before.get(cell.code) or 0 for cell in cells)
        numbers = [_number(cell.item, self.typed.get(cell.code, "")) for cell in cells]
        return sum(number or 0 for number in numbers)

    def _head(self, line: Line) -> None:
        self._labels(line, noted=cast("Item", line.item).code)
        for n, cell in enumerate(line.cells):
            name = cell.option.name if cell and cell.option else ""
            self.page.write_string(line.row, ANSWER + n, name, self.looks["head"])

    def _row(self, line: Line) -> None:
        self._labels(line)
        self.page.write_string(line.row, NAME, "", self.looks["text"])
        for n, cell in enumerate(line.cells):
            if cell:
                self.box(line.row, ANSWER + n, cell.code, cell.item)
            else:
                self.page.write_string(line.row, ANSWER + n, "", self.looks["closed"])

    def box(self, row: int, column: int, code: str, item: Item) -> None:
        typed, looks = self.typed.get(code, ""), self.wrong if code in self.marks else self.open
        put_value(self.page, row, column, typed, item, self.sheet.definition, looks)
        if rule := _validation(item, self.choices(item)):
            self.page.data_validation(row, column, row, column, rule)
        if item.required and not item.calculation and code not in self.marks:
            self.page.conditional_format(row, column, row, column, {"type": "blanks", "format": self.looks["empty"]})
        if sentence := self.marks.get(code):
            self.page.write_comment(row, column, sentence, {"author": "Đồng Hành", "x_scale": 2, "visible": False})

    def choices(self, item: Item) -> list[str] | str:
        """The words of a drop-down, or where they are listed if they are too long for a cell."""
        if item.kind == "flag":
            return [_("Có"), _("Không")]
        if item.kind != "choice":
            return []
        names = [option.name for option in self.sheet.definition.breakdowns.get(item.choices, ())]
        if len(",".join(names)) <= LONGEST_LIST and not any("," in name for name in names):
            return names
        if item.choices not in self.listed:
            column = len(self.listed)
            for row, name in enumerate(names):
                self.lists.write_string(row, column, name)
            letters = address(0, column).rstrip("1")
            self.listed[item.choices] = f"={LIST_SHEET}!${letters}$1:${letters}${max(len(names), 1)}"
        return self.listed[item.choices]


def put_value(
    page: Any, row: int, column: int, typed: str, item: Item, definition: Definition, looks: Mapping[str, Any]
) -> None:
    """What was typed as a cell of its kind; what is not understood stays as it was typed. Never a formula."""
    kind = item.kind
    look = looks["integer" if kind == "integer" else "decimal" if kind in ("decimal", "money", "percentage")
                 else "date" if kind == "date" else "box"]  # fmt: skip
    if not typed:
        page.write_blank(row, column, None, look)
    elif kind in ("integer", "decimal", "money", "percentage") and (number := _number(item, typed)) is not None:
        page.write_number(row, column, number, look)
    elif kind == "date" and (day := _day(typed)):
        page.write_datetime(row, column, datetime(day.year, day.month, day.day), look)  # noqa: DTZ001
    else:
        page.write_string(row, column, worded(item, typed, definition), look)


def worded(item: Item, typed: str, definition: Definition) -> str:
    """Codes as the words of the drop-down."""
    if item.kind == "flag":
        return {"1": _("Có"), "0": _("Không")}.get(typed, typed)
    if item.kind in ("choice", "choices"):
        names = {option.code: option.name for option in definition.breakdowns.get(item.choices, ())}
        parts = typed.split() if item.kind == "choices" else [typed]
        return "; ".join(names.get(part, part) for part in parts)
    return typed


def _number(item: Item, typed: str) -> float | None:
    try:
        return read_number(item, typed)
    except ValueError:
        return None


def _day(typed: str) -> date | None:
    try:
        return date.fromisoformat(typed)
    except ValueError:
        return None


def validation(item: Item, definition: Definition) -> dict[str, Any] | None:
    """The rule of a cell where its drop-down, if it has one, is short enough to be written out."""
    names = [_("Có"), _("Không")] if item.kind == "flag" else []
    if item.kind == "choice":
        names = [option.name for option in definition.breakdowns.get(item.choices, ())]
    short = len(",".join(names)) <= LONGEST_LIST and not any("," in name for name in names)
    return _validation(item, names if short else [])


def _validation(item: Item, choices: list[str] | str) -> dict[str, Any] | None:
    """The rule of a cell with our sentence; None where anything may be written."""
    language = get_language() or "vi"
    low, high = item.at_least or 0, item.limit
    says = {"least": format_number(low, language=language), "most": format_number(high, language=language)}
    match item.kind:
        case "integer":
            rule = {"validate": "integer", "criteria": "between", "minimum": low, "maximum": high}
            sentence = _("Ô này nhận số nguyên từ %(least)s đến %(most)s.") % says
        case "decimal" | "money" | "percentage":
            rule = {"validate": "decimal", "criteria": "between", "minimum": low, "maximum": high}
            sentence = _("Ô này nhận số từ %(least)s đến %(most)s.") % says
        case "flag" | "choice" if choices:
            rule, sentence = {"validate": "list", "source": choices}, _("Chọn một mục trong danh sách.")
        case "date":
            rule = {"validate": "date", "criteria": "between", "minimum": FIRST_DAY, "maximum": LAST_DAY}
            sentence = _("Ô này nhận một ngày, ví dụ 5/10/2024.")
        case "text":
            rule = {"validate": "length", "criteria": "<=", "value": high}
            sentence = _("Ô này nhận nhiều nhất %(most)s ký tự.") % says
        case _:
            return None
    title = _("Chưa đúng")[:LONGEST_TITLE]
    words = {"error_title": title, "error_message": sentence[:LONGEST_MESSAGE]}
    if note := item.help or item.note:
        words |= {"input_title": item.unit[:LONGEST_TITLE], "input_message": note[:LONGEST_MESSAGE]}
    return rule | words

"""The workbook of one report: a protected sheet to fill in Excel, and the same sheet with what is wrong marked."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime
from functools import cached_property
from io import BytesIO
from typing import Any

from django.utils.formats import date_format
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from donghanh.kernel.numbers import format_number, parse_number
from donghanh.questionnaires.models import NUMERIC, Definition, Item
from donghanh.questionnaires.rules import SENTENCES
from donghanh.reporting.queries import Sheet
from donghanh.reporting.workbook_shape import (
    BAND,
    FIRST_ANSWER,
    KEY_SHEET,
    LEAST_ANSWERS,
    NO,
    YES,
    Key,
    Line,
    letters_of,
    lines_of,
)

TOP = 7  # rows above the first line: title, unit, round, instructions
INK, QUIET, RULE = "#17324d", "#5b6775", "#c3ccd6"
EARLIEST, LATEST = date(1900, 1, 1), date(2999, 12, 31)
MOST_MESSAGE = 250  # characters that Excel takes in a message


def key_of(sheet: Sheet) -> Key:
    version = sheet.collection.form_version
    return Key(
        sheet.definition.code, version.number, sheet.collection.period.code, sheet.expected.unit_id, sheet.submission.pk
    )


def template(sheet: Sheet, typed: Mapping[str, str] | None = None, faults: Mapping[str, str] | None = None) -> bytes:
    """The report as .xlsx. `typed`: what stands in the boxes (else the draft); `faults`: sentences, by box."""
    import xlsxwriter  # slow to import, and only workbooks need it

    out = BytesIO()
    options = {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False}
    with xlsxwriter.Workbook(out, options) as book:
        book.set_properties({"created": datetime(2020, 1, 1)})  # noqa: DTZ001  # same answers, same bytes
        _Writer(book, sheet, sheet.submission.draft if typed is None else typed, faults or {}).write()
    return out.getvalue()


def excel_value(item: Item, definition: Definition, text: str) -> float | str | date:
    """What is put in the cell for a typed text: a number, a day, an option's name; else the text itself."""
    text = text.strip()
    try:
        if item.kind in NUMERIC and item.kind != "flag":
            number = parse_number(text, whole=item.kind == "integer")
            return "" if number is None else number
        if item.kind == "date":
            return date.fromisoformat(text)
    except ValueError:
        return text
    if item.kind == "flag":
        return {"1": str(YES), "0": str(NO)}.get(text, text)
    names = {option.code: option.name for option in definition.breakdowns.get(item.choices, ())}
    if item.kind == "choices" and all(code in names for code in text.split()):
        return "; ".join(names[code] for code in text.split())
    return names.get(text, text) if item.kind == "choice" else text


class _Writer:
    def __init__(self, book: Any, sheet: Sheet, typed: Mapping[str, str], faults: Mapping[str, str]) -> None:
        self.book, self.sheet, self.typed, self.faults = book, sheet, typed, faults
        self.definition = sheet.definition
        self.lines = list(lines_of(sheet.definition, sheet.levels))
        self.answers = max([LEAST_ANSWERS, *(len(line.options) for line in self.lines)])
        self.total, self.before = FIRST_ANSWER + self.answers, FIRST_ANSWER + self.answers + 1
        self.page = book.add_worksheet(_("Báo cáo"))
        self.lists: dict[str, str] = {}
        self.made: dict[tuple[tuple[str, Any], ...], Any] = {}

    def look(self, **properties: Any) -> Any:
        """A format, made once."""
        wanted = {"font_name": "Arial", "font_size": 10, "valign": "vcenter", "text_wrap": True} | properties
        key = tuple(sorted(wanted.items()))
        if key not in self.made:
            self.made[key] = self.book.add_format(wanted)
        return self.made[key]

    def write(self) -> None:
        page = self.page
        page.protect("", {"select_locked_cells": True, "format_columns": True, "format_rows": True})
        page.set_column(0, 0, 3)
        page.set_column(1, 1, 52)
        page.set_column(2, 2, 11)
        page.set_column(FIRST_ANSWER, self.total, 12)
        page.set_column(self.before, self.before, 24)
        page.hide_gridlines(2)
        page.set_landscape()
        page.set_paper(9)
        page.fit_to_pages(1, 0)
        self.write_key()
        self.write_top()
        for row, line in enumerate(self.lines, TOP):
            self.write_line(row, line)
        page.freeze_panes(TOP, 2)

    def write_key(self) -> None:
        hidden = self.book.add_worksheet(KEY_SHEET)
        hidden.write_string(0, 0, key_of(self.sheet).sign())
        lists = {item.choices for item in self.definition.items.values() if item.kind == "choice"}
        for column, code in enumerate(sorted(lists), 1):
            options = self.definition.breakdowns.get(code, ())
            for row, option in enumerate(options):
                hidden.write_string(row, column, option.name)
            letter = letters_of(column)
            self.lists[code] = f"='{KEY_SHEET}'!${letter}$1:${letter}${max(len(options), 1)}"
        hidden.protect()
        hidden.very_hidden()

    def write_top(self) -> None:
        sheet, page = self.sheet, self.page
        due = date_format(sheet.expected.due_on, "j/n/Y")
        lines = [
            (self.definition.name, self.look(bold=True, font_size=14, font_color=INK, text_wrap=False)),
            (sheet.unit_name, self.look(bold=True, text_wrap=False)),
            (_("%(period)s · hạn nộp %(due)s") % {"period": sheet.collection.period.label, "due": due}, self.plain),
            (_("Chỉ điền vào các ô nền trắng; ô vàng là ô còn phải điền. Không có thì ghi 0."), self.plain),
            (_("Điền xong, lưu tệp rồi tải lên ở trang của báo cáo này. Tải lên chưa phải là gửi."), self.plain),
        ]
        if self.faults:
            told = _("Các ô đỏ cần sửa: rê chuột vào ô để đọc lý do.")
            lines.append((told, self.look(bold=True, font_color="#a61b1b", text_wrap=False)))
        for row, (text, look) in enumerate(lines):
            page.write_string(row, 1, text, look)

    @cached_property
    def plain(self) -> Any:
        return self.look(text_wrap=False, font_color=QUIET)

    @cached_property
    def grey(self) -> Any:
        return self.look(border=1, border_color=RULE, bg_color="#eef1f4", font_color=QUIET)

    def write_line(self, row: int, line: Line) -> None:
        page = self.page
        if line.section:
            title = self.look(bold=True, font_size=11, font_color="#ffffff", bg_color=INK)
            page.merge_range(row, 1, row, self.before, "", title)
            page.write_string(row, 1, line.section.name, title)
        elif line.is_head:
            self.write_head(row, line)
        elif line.code == BAND:
            self.write_codes(row, line)
        elif line.item and not line.places:
            page.merge_range(row, 1, row, self.before, "", self.look(bold=True))
            page.write_string(row, 1, line.item.name, self.look(bold=True))
        elif line.item:
            self.write_row(row, line, line.item)

    def write_codes(self, row: int, line: Line) -> None:
        quiet = self.look(font_size=1, font_color="#ffffff", text_wrap=False)
        self.page.set_row(row, 4)
        self.page.write_string(row, 0, BAND, quiet)
        for place in line.places:
            self.page.write_string(row, place.column, place.code, quiet)

    def write_head(self, row: int, line: Line) -> None:
        head, page = self.look(bold=True, border=1, border_color=RULE, bg_color="#dfe7ef", align="center"), self.page
        page.write_string(row, 1, _("Nội dung"), head)
        page.write_string(row, 2, _("Đơn vị tính"), head)
        for number, option in enumerate(line.options):
            page.write_string(row, FIRST_ANSWER + number, option.name, head)
        if not line.options:
            page.merge_range(row, FIRST_ANSWER, row, self.total, "", head)
            page.write_string(row, FIRST_ANSWER, _("Trả lời"), head)
        else:
            for column in range(FIRST_ANSWER + len(line.options), self.total):
                page.write_blank(row, column, None, head)
            page.write_string(row, self.total, _("Cộng"), head)
        page.write_string(row, self.before, _("Kỳ trước"), head)

    def write_row(self, row: int, line: Line, item: Item) -> None:
        page = self.page
        page.write_string(row, 0, line.code, self.look(font_size=1, font_color="#ffffff", text_wrap=False))
        name = line.row.name if line.row else item.name
        page.write_string(row, 1, name, self.look(border=1, border_color=RULE, indent=1 if line.row else 0))
        page.write_string(row, 2, item.unit, self.grey)
        page.write_string(row, self.before, self.said_before(line), self.grey)
        for column in range(FIRST_ANSWER, self.total + 1):
            page.write_blank(row, column, None, self.grey)
        if item.is_long:
            page.set_row(row, 45)
        for place in line.places:
            self.write_answer(row, place.column, item, place.code, whole_row=not item.breakdown)
        if len(line.places) > 1:
            last = line.places[-1].column
            filled = [value for place in line.places if isinstance(value := self.value(item, place.code), float)]
            formula = f"=SUM({letters_of(line.places[0].column)}{row + 1}:{letters_of(last)}{row + 1})"
            page.write_formula(row, self.total, formula, self.grey, sum(filled))

    def value(self, item: Item, code: str) -> float | str | date:
        return excel_value(item, self.definition, str(self.typed.get(code, "")))

    def write_answer(self, row: int, column: int, item: Item, code: str, *, whole_row: bool) -> None:
        page, value, fault = self.page, self.value(item, code), self.faults.get(code, "")
        red = {"bg_color": "#fbd5d5", "font_color": "#8f1414"} if fault else {}
        shape = {
            "integer": "#,##0", "money": "#,##0.##", "decimal": "#,##0.##", "percentage": "#,##0.##",
            "date": "dd/mm/yyyy", "text": "@",
        }  # fmt: skip
        given = {"num_format": shape[item.kind]} if item.kind in shape else {}
        look = self.look(border=1, border_color=INK, locked=bool(item.calculation), **given, **red)
        last = self.total if whole_row else column
        if last > column:
            page.merge_range(row, column, row, last, "", look)
        if isinstance(value, date):
            page.write_datetime(row, column, datetime(value.year, value.month, value.day), look)  # noqa: DTZ001  # a spreadsheet's dates have no zone
        elif isinstance(value, float):
            page.write_number(row, column, value, look)
        elif value:
            page.write_string(row, column, value, look)
        else:
            page.write_blank(row, column, None, look)
        page.data_validation(row, column, row, column, self.validation(item))
        if fault:
            page.write_comment(row, column, fault, {"x_scale": 2, "font_size": 10})
        elif item.required and not item.calculation:
            empty = f"=LEN(TRIM(${letters_of(column)}${row + 1}))=0"
            rule = {"type": "formula", "criteria": empty, "format": self.yellow}
            page.conditional_format(row, column, row, last, rule)

    @cached_property
    def yellow(self) -> Any:
        return self.book.add_format({"bg_color": "#fff3c4"})

    def validation(self, item: Item) -> dict[str, Any]:
        """What Excel lets in, with our sentence where it does not, and how to count where the form says so."""
        rule, said = self.rule_of(item)
        if item.kind == "choices":
            names = "; ".join(option.name for option in self.definition.breakdowns.get(item.choices, ()))
            told = _("Ghi các mục, cách nhau bằng dấu chấm phẩy: %(names)s") % {"names": names}
            return rule | {"input_title": _("Chọn một hay nhiều mục"), "input_message": told[:MOST_MESSAGE]}
        if item.help:
            rule |= {"input_title": _("Cách tính"), "input_message": item.help[:MOST_MESSAGE]}
        return rule | {"error_title": _("Chưa đúng"), "error_message": said[:MOST_MESSAGE]}

    def rule_of(self, item: Item) -> tuple[dict[str, Any], str]:  # noqa: PLR0911  # a kind of item, a rule
        between: dict[str, Any] = {"criteria": "between"}
        numbers = {"minimum": item.at_least or 0, "maximum": item.limit}
        limits = {"least": _shown(item, item.at_least or 0), "most": _shown(item, item.limit)}
        match item.kind:
            case "integer":
                said = _("Ô này nhận số nguyên từ %(least)s đến %(most)s.")
                return {"validate": "integer", **between, **numbers}, said % limits
            case "decimal" | "money" | "percentage":
                said = _("Ô này nhận số từ %(least)s đến %(most)s.")
                return {"validate": "decimal", **between, **numbers}, said % limits
            case "flag":
                return {"validate": "list", "source": [str(YES), str(NO)]}, str(SENTENCES["choice"])
            case "choice":
                return {"validate": "list", "source": self.lists[item.choices]}, _("Chọn một mục trong danh sách.")
            case "choices":
                return {"validate": "any"}, ""
            case "date":
                days = {"minimum": EARLIEST, "maximum": LATEST}
                return {"validate": "date", **between, **days}, _("Ghi một ngày, ví dụ 5/10/2024.")
            case _:
                said = _("Ô này nhận nhiều nhất %(most)s ký tự.")
                return {"validate": "length", "criteria": "<=", "value": item.limit}, said % limits

    def said_before(self, line: Line) -> str:
        """The row's values of the period before, in one cell: "TH 9 · THCS 8"."""
        if not self.sheet.previous or not line.item or line.item.kind not in NUMERIC:
            return ""
        values = self.definition.by_cell(self.sheet.previous)
        return said_before(line, values)


def said_before(line: Line, values: Mapping[str, float | None]) -> str:
    parts: list[str] = []
    for place in line.places:
        value = values.get(place.code)
        if value is None or line.item is None:
            continue
        shown = (str(YES) if value else str(NO)) if line.item.kind == "flag" else _shown(line.item, value)
        option = place.code.rstrip("]").partition("[")[2].rpartition(",")[2] if line.item.breakdown else ""
        parts.append(f"{option} {shown}".strip())
    return " · ".join(parts)


def _shown(item: Item, value: float) -> str:
    decimals = 0 if float(value).is_integer() else item.decimals
    return format_number(value, decimals=decimals, language=_language())


def _language() -> str:
    return get_language() or "vi"

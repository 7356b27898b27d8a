"""The workbook of one report: out, filled in Excel, and back."""

from __future__ import annotations

from collections.abc import Callable
from io import BytesIO
from typing import Any

import openpyxl
import pytest

from donghanh.kernel.books_in import Book
from donghanh.kernel.sheets_in import Unreadable
from donghanh.reporting.queries import Sheet
from donghanh.reporting.tests.factories import an_open_round, filled, sheet_of
from donghanh.reporting.workbook_reading import Filled, key_in, marks, read_filled, reader, suits
from donghanh.reporting.workbook_shape import KEY_SHEET, box_of
from donghanh.reporting.workbooks import template


@pytest.fixture
def sheet(cast: Any) -> Sheet:
    return sheet_of(cast.school, an_open_round(cast), cast.teacher)


def cells_by_box(page: Any) -> dict[str, Any]:
    """The answer cells of a template, found as a person would: by row and column codes."""
    found, columns = {}, {}
    for row in page.iter_rows(min_row=1):
        code = row[0].value
        if code == "#":
            columns = {cell.column: cell.value for cell in row[1:] if cell.value}
        elif code:
            for column, option in columns.items():
                found[box_of(code, option)] = page.cell(row[0].row, column)
    return found


def filled_in(content: bytes, values: dict[str, Any], change: Callable[[Any], None] | None = None) -> bytes:
    book = openpyxl.load_workbook(BytesIO(content))
    cells = cells_by_box(book.worksheets[0])
    for box, value in values.items():
        cells[box].value = value
    if change:
        change(book)
    out = BytesIO()
    book.save(out)
    return out.getvalue()


def read(content: bytes, sheet: Sheet) -> Filled:
    with reader() as reading:
        book: Book = reading.read(content)
    suits(key_in(book), sheet)
    return read_filled(book, sheet)


def as_excel(typed: dict[str, str], sheet: Sheet) -> dict[str, Any]:
    """What a person puts into the cells for these answers."""
    kinds = {code: item.kind for code, item in sheet.definition.items.items()}
    shown = {"flag": {"1": "Có", "0": "Không"}}
    values: dict[str, Any] = {}
    for box, text in typed.items():
        kind = kinds[box.partition("[")[0]]
        values[box] = shown["flag"][text] if kind == "flag" else text if kind == "text" else int(text)
    return values


def test_what_is_filled_in_comes_back_as_it_was_meant(sheet):
    content = filled_in(template(sheet), as_excel(filled(), sheet))
    back = read(content, sheet)
    assert back.typed == filled()
    assert back.faults == []


def test_only_answers_can_be_changed_and_the_key_is_out_of_sight(sheet):
    book = openpyxl.load_workbook(BytesIO(template(sheet)))
    page = book.worksheets[0]
    open_cells = {cell.coordinate for row in page.iter_rows() for cell in row if not cell.protection.locked}
    merged = {place for area in page.merged_cells.ranges for line in area.cells for place in [line]}
    answers = {cell.coordinate for cell in cells_by_box(page).values()}
    assert page.protection.sheet
    assert answers <= open_cells
    assert all((page[place].row, page[place].column) in merged for place in open_cells - answers)
    assert book[KEY_SHEET].sheet_state == "veryHidden"


def test_the_template_carries_the_draft_and_bounds(sheet):
    book = openpyxl.load_workbook(BytesIO(template(sheet, {"collaborators": "5", "team_decision": "=1+1"})))
    page = book.worksheets[0]
    cells = cells_by_box(page)
    assert cells["collaborators"].value == 5
    assert (cells["team_decision"].value, cells["team_decision"].data_type) == ("=1+1", "s")
    rules = {str(rule.sqref): rule for rule in page.data_validations.dataValidation}
    rule = rules[cells["collaborators"].coordinate]
    assert (rule.type, rule.formula1) == ("whole", "0")
    assert "số nguyên" in rule.error


def test_cells_filled_wrongly_are_each_told_at_their_place(sheet):
    wrong = {
        "collaborators": "năm", "briefings_held": -2, "content_published": 10**18, "briefing_attendees": 12.5,
        "schools_with_outreach": "có thể",
    }  # fmt: skip
    content = filled_in(template(sheet), wrong)
    back = read(content, sheet)
    said = {fault.box: fault for fault in back.faults if fault.stops}
    assert set(said) == set(wrong)
    cells = cells_by_box(openpyxl.load_workbook(BytesIO(content)).worksheets[0])
    assert {box: fault.address for box, fault in said.items()} == {box: cells[box].coordinate for box in wrong}
    assert "không phải là số" in said["collaborators"].sentence
    assert "quá lớn" in said["content_published"].sentence
    assert not back.understood

    marked = openpyxl.load_workbook(BytesIO(template(sheet, back.typed, marks(back.faults))))
    cells = cells_by_box(marked.worksheets[0])
    assert {box for box, cell in cells.items() if cell.comment} == {fault.box for fault in back.faults}
    assert said["collaborators"].sentence in cells["collaborators"].comment.text
    assert cells["collaborators"].value == "năm"


def test_numbers_written_as_text_are_understood(sheet):
    back = read(filled_in(template(sheet), {"briefing_attendees": "1.234", "collaborators": " 5 "}), sheet)
    assert back.typed["briefing_attendees"] == "1.234"
    assert back.understood


def test_moved_rows_and_columns_are_found_by_their_codes(sheet):
    def move(book: Any) -> None:
        page = book.worksheets[0]
        page.merged_cells.ranges.clear()
        page.insert_cols(1)
        page.insert_rows(4, 3)

    back = read(filled_in(template(sheet), {"collaborators": 5, "staff_trained[TH]": 7}, move), sheet)
    assert (back.typed["collaborators"], back.typed["staff_trained[TH]"]) == ("5", "7")


def test_a_file_of_another_unit_or_period_is_refused(sheet, cast):
    elsewhere = sheet_of(cast.sibling, sheet.collection, cast.other_teacher)
    with pytest.raises(Unreadable, match="đơn vị khác"):
        read(template(elsewhere), sheet)
    content = template(sheet)
    sheet.collection.period.code = "2030"
    with pytest.raises(Unreadable, match="kỳ khác"):
        read(content, sheet)


def test_a_question_that_the_form_no_longer_asks_is_told_at_its_place(sheet):
    def rename(book: Any) -> None:
        page = book.worksheets[0]
        for (cell,) in page.iter_rows(max_col=1):
            if cell.value == "collaborators":
                cell.value = "helpers"

    back = read(filled_in(template(sheet), {"collaborators": 5, "briefings_held": 2}, rename), sheet)
    assert back.typed == {"briefings_held": "2"}
    assert ["không còn câu này" in fault.sentence for fault in back.faults if fault.stops] == [True]


def test_files_that_are_no_filled_template_are_each_refused_with_a_sentence(sheet):
    content = template(sheet)

    def without_key(book: Any) -> None:
        del book[KEY_SHEET]

    def without_codes(book: Any) -> None:
        book.worksheets[0].merged_cells.ranges.clear()
        book.worksheets[0].delete_cols(1)

    cases = {
        "rỗng": b"",
        "không phải tệp Excel": b"%PDF-1.7",
        "mật khẩu": b"\xd0\xcf\x11\xe0" + b"\0" * 600,
        "hỏng": content[: len(content) // 2],
        "nhận dạng": filled_in(content, {}, without_key),
        "Cột mã": filled_in(content, {}, without_codes),
    }
    for words, bad in cases.items():
        with pytest.raises(Unreadable, match=words):
            read(bad, sheet)

"""The workbook of one report: out, filled in Excel, and back."""

from __future__ import annotations

import zipfile
from collections.abc import Callable
from datetime import datetime
from io import BytesIO
from typing import Any

import openpyxl
import pytest
from openpyxl.utils.datetime import CALENDAR_MAC_1904

from donghanh.kernel.books_in import Book
from donghanh.kernel.sheets_in import Unreadable
from donghanh.questionnaires.models import Definition, Item, Option, Section
from donghanh.reporting.queries import Sheet
from donghanh.reporting.tests.factories import an_open_round, filled, sheet_of
from donghanh.reporting.workbook_reading import Filled, as_typed, key_in, marks, read_filled, reader, suits
from donghanh.reporting.workbook_shape import KEY_SHEET, box_of, read_key
from donghanh.reporting.workbooks import key_of, template


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


def test_days_of_both_calendars_of_excel_are_the_same_days():
    for epoch in (None, CALENDAR_MAC_1904):
        book = openpyxl.Workbook()
        if epoch:
            book.epoch = epoch
        page = book.active
        page["A1"] = datetime(2024, 10, 5)  # noqa: DTZ001  # Excel knows no zones
        page["A2"] = 45570 - (1462 if epoch else 0)  # the same day, as a plain number
        page["A3"] = "5/10/2024"
        out = BytesIO()
        book.save(out)
        with reader() as reading:
            found = reading.read(out.getvalue())
        assert [as_typed(A_DAY, A_FORM, found, found.cell(row, 0)) for row in range(3)] == ["2024-10-05"] * 3


A_FORM = Definition(
    "f", "f", "f", {"how": (Option("live", "Trực tiếp", "In person"), Option("web", "Trực tuyến", "Online"))}, ()
)
A_DAY = Item("on", "date", "Ngày", "Day")


@pytest.mark.parametrize(
    ("kind", "marked", "typed"),
    [
        ("decimal", "n1.234", "1,2340"),  # never taken for a thousand and more
        ("decimal", "n1234.5", "1234,5000"),
        ("integer", "n1.234", "1,2340"),
        ("integer", "n5", "5"),
        ("integer", "t1.234,5", "1.234,5"),
        ("flag", "tCÓ", "1"),
        ("flag", "b0", "0"),
        ("flag", "tkhông", "0"),
        ("flag", "tcó lẽ", "có lẽ"),
        ("choice", "ttrực tuyến", "web"),
        ("choice", "tweb", "web"),
        ("choice", "tqua thư", "qua thư"),
        ("choices", "tTrực tiếp; Online", "live web"),
        ("choices", "tTrực tiếp; qua thư", "Trực tiếp; qua thư"),
        ("date", "t31/2/2024", "31/2/2024"),
        ("text", "n0.5", "0,5"),
    ],
)
def test_a_cell_becomes_what_a_person_would_have_typed(kind, marked, typed):
    item = Item("one", kind, "Một", "One", choices="how" if kind.startswith("choice") else "")
    book = Book([[marked]], [], frozenset(), starts_1904=False)
    assert as_typed(item, A_FORM, book, book.cell(0, 0)) == typed


def test_bombs_macros_and_cells_far_out_are_refused(sheet):
    content = template(sheet)

    def with_part(name: str, part: bytes) -> bytes:
        out = BytesIO(content)
        with zipfile.ZipFile(out, "a", zipfile.ZIP_DEFLATED) as archive:
            archive.writestr(name, part)
        return out.getvalue()

    def far_out(book: Any) -> None:
        book.worksheets[0]["A1048576"] = "x"

    cases = {
        "macro": with_part("xl/vbaProject.bin", b"vba"),
        "nén quá chặt": with_part("xl/media/a.bin", b"\0" * 50_000_000),
        "dòng": filled_in(content, {}, far_out),
    }
    for words, bad in cases.items():
        with pytest.raises(Unreadable, match=words):
            read(bad, sheet)


def test_one_bad_file_does_not_end_the_reading_of_others(sheet):
    content = template(sheet)
    with reader() as reading:
        for bad in (content[:3000], b"PK\x03\x04" + b"\0" * 5000):
            with pytest.raises(Unreadable):
                reading.read(bad)
            assert key_in(reading.read(content)).report == sheet.submission.pk


def test_a_formula_without_a_value_is_told_at_its_place(sheet):
    back = read(filled_in(template(sheet), {"collaborators": "=2+3"}), sheet)
    assert [(fault.box, "công thức" in fault.sentence) for fault in back.faults] == [("collaborators", True)]


def test_a_key_that_was_changed_is_no_key(sheet):
    signed = key_of(sheet).sign()
    assert read_key(signed) == key_of(sheet)
    assert read_key(signed[:-1]) is None
    assert read_key("x") is None


def test_every_kind_of_question_goes_out_and_comes_back(sheet, monkeypatch):
    items = (
        Item("share", "decimal", "Tỷ lệ", "Share"),
        Item("way", "choice", "Cách", "Way", choices="how"),
        Item("ways", "choices", "Các cách", "Ways", choices="how"),
        Item("on", "date", "Ngày", "Day"),
        Item("grid", "integer", "Bảng", "Grid", breakdown="how", rows="who", closed=("a,web",)),
    )
    who = (Option("a", "Nữ", "Girls"), Option("b", "Nam", "Boys"))
    form = Definition("f", "f", "f", {**A_FORM.breakdowns, "who": who}, (Section("s", "Mục", "Part", items),))
    sheet.collection.form_version.__dict__["definition"] = form
    monkeypatch.setattr("donghanh.reporting.workbook_reading.check", lambda filled, sheet: None)
    typed = {
        "share": "1,2340", "way": "web", "ways": "live web", "on": "2024-10-05",
        "grid[a,live]": "3", "grid[b,web]": "4",
    }  # fmt: skip
    back = read(template(sheet, typed), sheet)
    assert (back.typed, back.faults) == (typed, [])

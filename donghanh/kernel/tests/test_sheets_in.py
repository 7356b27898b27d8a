"""Files from outside, hostile ones among them: each is read as it was typed or refused with a sentence, soon."""

from __future__ import annotations

import resource
import time
import zipfile
from datetime import date
from io import BytesIO

import pytest
import xlsxwriter
from hypothesis import given
from hypothesis import strategies as st

from donghanh.kernel import sheets_in
from donghanh.kernel.sheets_in import Unreadable, find_headings, guarded, read_table
from donghanh.kernel.text import nfc

SECONDS = sheets_in.WALL_SECONDS + 5
NOT_READ = str(sheets_in.NOT_READ)
NAMES = {"name": ("Tên đơn vị", "name"), "code": ("Mã", "code"), "kind": ("Loại hình",)}


def xlsx(*lines, draw=None) -> bytes:
    out = BytesIO()
    with xlsxwriter.Workbook(out, {"in_memory": True}) as book:
        sheet = book.add_worksheet("Danh sách")
        for number, line in enumerate(lines):
            sheet.write_row(number, 0, line)
        if draw:
            draw(book, sheet)
    return out.getvalue()


def read(content: bytes, *, max_rows: int = 1000, max_bytes: int = 10_000_000):
    return read_table(BytesIO(content), max_rows=max_rows, max_bytes=max_bytes)


def cells(content: bytes, **caps) -> list[tuple[int, tuple[str, ...]]]:
    return [(row.number, row.cells) for row in read(content, **caps).rows]


def repacked(content: bytes, **parts: bytes) -> bytes:
    """The workbook with some of its parts replaced; `sheet` is the first sheet."""
    out = BytesIO()
    with zipfile.ZipFile(BytesIO(content)) as old, zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as new:
        for name in old.namelist():
            key = name.rpartition("/")[2].removesuffix(".xml").rstrip("1")
            new.writestr(name, parts.get(key, old.read(name)))
    return out.getvalue()


def refusal(content: bytes, **caps) -> str:
    began = time.monotonic()
    with pytest.raises(Unreadable) as refused:
        read(content, **caps)
    assert time.monotonic() - began < SECONDS
    return str(refused.value)


def test_cells_come_out_as_typed():
    assert cells(xlsx(["Mã", "Tên"], ["0123", "Xã Hòa Sơn"], [], [17, 2.5])) == [
        (1, ("Mã", "Tên")),
        (2, ("0123", "Xã Hòa Sơn")),
        (4, ("17", "2.5")),
    ]


def test_a_day_is_written_the_same_way_everywhere():
    def draw(book, sheet):
        sheet.write_datetime(1, 0, date(2025, 7, 1), book.add_format({"num_format": "d/m/yy"}))

    assert cells(xlsx(["Ngày"], draw=draw)) == [(1, ("Ngày",)), (2, ("2025-07-01",))]


def test_merged_cells_hold_their_value_each():
    def draw(book, sheet):
        sheet.merge_range("A2:A3", "Xã Tân Pheo")
        sheet.write_column("B2", ["Trường A", "Trường B"])

    assert cells(xlsx(["Xã", "Trường"], draw=draw))[1:] == [
        (2, ("Xã Tân Pheo", "Trường A")),
        (3, ("Xã Tân Pheo", "Trường B")),
    ]


def test_formulas_are_named_with_the_value_that_was_saved():
    def draw(book, sheet):
        sheet.write_formula("B2", '=A2&"!"', value="Xã Tân Pheo!")
        sheet.write_formula("B3", "=NOW()", value="")

    table = read(xlsx(["Tên", "Gọi"], ["Xã Tân Pheo"], ["x"], draw=draw))
    assert table.rows[1].cells == ("Xã Tân Pheo", "Xã Tân Pheo!")
    assert table.rows[2].cells == ("x", "")
    assert table.formulas == {(2, 1), (3, 1)}


def test_cells_in_a_legacy_font_are_named():
    def draw(book, sheet):
        sheet.write("A2", "Tr\u00ad\u00eang", book.add_format({"font_name": ".VnTime"}))
        sheet.write("B2", "Trường", book.add_format({"font_name": "Times New Roman", "bold": True}))

    assert read(xlsx(["a", "b"], draw=draw)).legacy_fonts == {(2, 0)}


def test_a_hidden_first_sheet_is_passed_over():
    def draw(book, sheet):
        seen = book.add_worksheet("Trường")
        seen.write("A1", "thấy")
        seen.activate()
        sheet.hide()

    assert cells(xlsx(["ẩn"], draw=draw)) == [(1, ("thấy",))]


@pytest.mark.parametrize("mark", [",", ";", "\t"])
@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16"])
def test_a_csv_of_any_separator_and_mark(mark, encoding):
    text = f'Mã{mark}Tên\r\n\r\n0123{mark}"Xã {mark} Hòa Sơn"\r\n{mark}\r\n'
    assert cells(text.encode(encoding)) == [(1, ("Mã", "Tên")), (3, ("0123", f"Xã {mark} Hòa Sơn"))]


def test_the_separator_that_excel_writes_first_is_obeyed():
    assert cells(b"sep=;\r\na,b;c\r\n") == [(2, ("a,b", "c"))]


def test_formulas_of_a_csv_have_no_value_and_quoted_codes_do():
    table = read('Mã;Tên\n="0123";=HYPERLINK("x")\n\'=1+1;\'-5\n'.encode())
    assert [row.cells for row in table.rows[1:]] == [("0123", ""), ("=1+1", "-5")]
    assert table.formulas == {(2, 1)}


@given(st.text().filter(lambda text: not text.startswith('="')))
def test_what_is_guarded_for_a_csv_comes_back(text):
    import csv
    from io import StringIO

    out = StringIO(newline="")
    csv.writer(out).writerow(["x", guarded(text)])
    assert not guarded(text).startswith(("=", "+", "-", "@", "\t", "\r"))
    if "\0" not in text and not any(0xD800 <= ord(letter) < 0xE000 for letter in text):
        assert nfc(read(out.getvalue().encode()).rows[0].cells[1]) == nfc(text)


def test_headings_are_found_without_tone_marks_case_or_order():
    table = read(
        xlsx(["PHÒNG GD&ĐT", ""], ["Danh sách"], ["STT", "LOAI_HINH", "ma *", "Te\u0302n ddơn vị", "tên đơn vị"])
    )
    found = find_headings(table, NAMES)
    assert (found.row, found.columns) == (3, {"kind": 1, "code": 2, "name": 4})
    assert find_headings(read(b"a;b\n1;2"), NAMES) is None
    assert find_headings(read("Mã;mã\n1;2".encode()), NAMES).twice == ("mã",)


def test_a_cell_at_the_far_corner_is_refused():
    far = xlsx(["a"], draw=lambda book, sheet: sheet.write("XFD1048576", "x"))
    assert refusal(far) == "Tệp có quá 1000 dòng. Hãy chia tệp thành nhiều phần."
    wide = xlsx(["a"], draw=lambda book, sheet: sheet.write("XFD1", "x"))
    assert refusal(wide) == "Tệp có ô nằm ngoài cột thứ 256. Hãy xóa các cột thừa rồi gửi lại."


def test_a_far_cell_that_only_has_a_look_is_no_cell():
    far = xlsx(["a"], draw=lambda book, sheet: sheet.write_blank("XFD1048576", None, book.add_format({"bold": True})))
    assert cells(far) == [(1, ("a",))]


def test_a_sheet_merged_to_the_far_corner_takes_no_room():
    content = xlsx(["a"])
    with zipfile.ZipFile(BytesIO(content)) as archive:
        sheet = archive.read("xl/worksheets/sheet1.xml")
    merge = b'</sheetData><mergeCells count="1"><mergeCell ref="A1:XFD1048576"/></mergeCells>'
    assert cells(repacked(content, sheet=sheet.replace(b"</sheetData>", merge))) == [(1, ("a",))]


def test_a_million_rows_are_refused():
    rows = b"Xa Hoa Son;0123\n" * 1_000_000
    assert refusal(rows, max_bytes=20_000_000) == "Tệp có quá 1000 dòng. Hãy chia tệp thành nhiều phần."
    assert refusal(rows) == "Tệp lớn quá 9 MB. Hãy chia tệp thành nhiều phần."
    sheet = b"".join(b'<row r="%d"><c r="A%d"><v>1</v></c></row>' % (n, n) for n in range(1, 1_000_001))
    book = repacked(xlsx(["a"]), sheet=b"<worksheet><sheetData>" + sheet + b"</sheetData></worksheet>")
    assert "quá 1000 dòng" in refusal(book)


def test_a_zip_bomb_is_refused_by_its_sums():
    bomb = repacked(xlsx(["a"]), sheet=b"<worksheet>" + b" " * 150_000_000 + b"</worksheet>")
    assert len(bomb) < 500_000
    assert refusal(bomb).startswith("Tệp nén quá chặt")


def test_a_zip_bomb_that_lies_about_its_sums_harms_nobody():
    """The directory says 100 bytes, the part unpacks to 300 MB of one long text."""
    content = repacked(xlsx(["a"]), sharedStrings=b"<sst><si><t>" + b"x" * 300_000_000 + b"</t></si></sst>")
    with zipfile.ZipFile(BytesIO(content)) as archive:
        size = archive.getinfo("xl/sharedStrings.xml").file_size
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    assert refusal(content.replace(size.to_bytes(4, "little"), (100).to_bytes(4, "little")))
    assert resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before < 100_000  # kB: this process took none of it


def test_entities_that_breed_are_refused():
    breed = b"".join(b'<!ENTITY e%d "%s">' % (n, b"&e%d;" % (n - 1) * 10) for n in range(1, 12))
    sheet = b'<!DOCTYPE x [<!ENTITY e0 "ha">' + breed + b"]><worksheet><sheetData>&e11;</sheetData></worksheet>"
    assert refusal(repacked(xlsx(["a"]), sheet=sheet)) == NOT_READ


@pytest.mark.parametrize(
    "content",
    [b"PK\x03\x04", b"PK\x03\x04" + b"\0" * 100, xlsx(["a"])[:-50], repacked(xlsx(["a"]), workbook=b"<workbook/")],
    ids=["mark alone", "zeroes", "cut off", "broken parts"],
)
def test_a_broken_workbook_is_refused(content):
    assert refusal(content) == NOT_READ


def test_what_is_no_table_is_refused():
    assert refusal(b"") == refusal(b"\xef\xbb\xbf;;\r\n") == refusal(xlsx()) == "Tệp không có dòng nào."
    assert "đời cũ (.xls) hoặc có mật khẩu" in refusal(b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 500)
    assert "thiếu dấu nháy đóng ở dòng" in refusal(b'a;b\n"' + b"x" * 200_000)


@given(st.binary(max_size=300))
def test_any_bytes_are_read_or_refused_with_a_sentence(content):
    if content.startswith(b"PK"):
        return
    try:
        table = read(content)
    except Unreadable:
        assert refusal(content).endswith(".")
    else:
        assert all(row.cells for row in table.rows)

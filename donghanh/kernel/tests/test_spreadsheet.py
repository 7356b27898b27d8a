"""Exported lists: the words of the page, and nothing that a spreadsheet would run."""

from __future__ import annotations

import zipfile
from io import BytesIO

from donghanh.kernel.spreadsheet import workbook


def texts(content: bytes) -> str:
    with zipfile.ZipFile(BytesIO(content)) as parts:
        return parts.read("xl/sharedStrings.xml").decode() + parts.read("xl/worksheets/sheet1.xml").decode()


def test_a_formula_stays_a_text():
    written = texts(workbook([["Đơn vị"], ['=HYPERLINK("http://x")'], ["+1"], ["@SUM(A1)"]], title="t"))
    assert "<f>" not in written
    assert "=HYPERLINK" in written


def test_the_note_stands_above_the_heading():
    written = texts(workbook([["Trường"], ["Trường A"]], title="t", note="Dữ liệu giả lập"))
    assert written.index("Dữ liệu giả lập") < written.index("Trường A")


def test_the_same_rows_make_the_same_bytes():
    rows = [["Trường", "Số"], ["Trường A", 12]]
    assert workbook(rows, title="t") == workbook(rows, title="t")

"""Tables from outside, read safely: .xlsx in a child process with limits, .csv by row, both as rows of text.

Nothing is corrected here: a cell comes out as it was typed, so that a page can say what it will change and where.
"""

from __future__ import annotations

import csv
import json
import re
import subprocess
import sys
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from io import StringIO
from pathlib import Path
from typing import Any, BinaryIO

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from donghanh.kernel.legacy_text import legacy_text
from donghanh.kernel.text import fold

MEMORY = 512 * 1024 * 1024  # bytes that the child may take
PROCESSOR_SECONDS, WALL_SECONDS = 8, 10
MOST_COLUMNS = 256
HEADING_ROWS = 20  # a heading stands within the first rows: titles and the office's name may come before
CHILD = Path(__file__).with_name("sheets_child.py")
XLSX_MARK, OLD_EXCEL_MARK = b"PK\x03\x04", b"\xd0\xcf\x11\xe0"
UTF16_MARKS = (b"\xff\xfe", b"\xfe\xff")
NOT_READ = _("Phần mềm không đọc được tệp này. Hãy mở tệp bằng Excel, lưu lại dạng .xlsx hoặc .csv rồi gửi lại.")
SENTENCES: dict[str, str | Promise] = {
    "bytes": _("Tệp lớn quá %(megabytes)s MB. Hãy chia tệp thành nhiều phần."),
    "rows": _("Tệp có quá %(rows)s dòng. Hãy chia tệp thành nhiều phần."),
    "columns": _("Tệp có ô nằm ngoài cột thứ %(columns)s. Hãy xóa các cột thừa rồi gửi lại."),
    "size": _("Tệp nén quá chặt: khi mở ra sẽ lớn gấp nhiều lần. Hãy chép bảng sang một tệp mới rồi gửi lại."),
    "macro": _("Tệp có macro (.xlsm) nên không được nhận. Hãy lưu lại dạng .xlsx rồi gửi lại."),
    "empty": _("Tệp không có dòng nào."),
    "old": _("Tệp là Excel đời cũ (.xls) hoặc có mật khẩu. Hãy bỏ mật khẩu và lưu lại dạng .xlsx."),
    "long": _("Tệp có ô dài quá mức hoặc thiếu dấu nháy đóng ở dòng %(line)s."),
}


class Unreadable(Exception):
    """The file as a whole is refused; `str()` is the sentence for the person."""


@dataclass(frozen=True)
class Row:
    number: int  # as the spreadsheet counts, from 1
    cells: tuple[str, ...]

    def __getitem__(self, column: int) -> str:
        return self.cells[column] if column < len(self.cells) else ""


@dataclass(frozen=True)
class Table:
    """Rows that hold something, in order; places are (row number, column from 0)."""

    rows: list[Row]
    formulas: frozenset[tuple[int, int]] = frozenset()  # the text is the value that was saved with the formula, if any
    legacy_fonts: frozenset[tuple[int, int]] = frozenset()  # set in .Vn… or VNI-…: the letters mean other ones


@dataclass(frozen=True)
class Headings:
    row: int  # its number
    columns: dict[str, int]  # field → column from 0
    twice: tuple[str, ...] = ()  # headings that name a field which an earlier column names too


def read_table(file: BinaryIO, *, max_rows: int, max_bytes: int) -> Table:
    """The first visible sheet of an .xlsx, or a .csv (UTF-8, UTF-16 or an old code page; comma, semicolon or tab).

    `max_rows` counts every row down to the last that holds something. Merged cells: each holds the value. Raises
    Unreadable with a sentence.
    """
    content = _content(file, max_bytes)
    table = _from_xlsx(content, max_rows)[""] if content.startswith(XLSX_MARK) else _from_csv(content, max_rows)
    if not table.rows:
        raise Unreadable(str(SENTENCES["empty"]))
    return table


def read_sheets(file: BinaryIO, names: Collection[str], *, max_rows: int, max_bytes: int) -> dict[str, Table]:
    """The visible sheets of an .xlsx that bear one of these names (small letters), by name; under the same limits.

    `max_rows` counts for each sheet. A sheet that is not there is not in the answer. Raises Unreadable with a sentence.
    """
    content = _content(file, max_bytes)
    if not content.startswith(XLSX_MARK):
        raise Unreadable(str(NOT_READ))
    return _from_xlsx(content, max_rows, *names)


def _content(file: BinaryIO, max_bytes: int) -> bytes:
    content = file.read(max_bytes + 1)
    if len(content) > max_bytes:
        raise Unreadable(str(SENTENCES["bytes"]) % {"megabytes": max(max_bytes // 1024**2, 1)})
    if content.startswith(OLD_EXCEL_MARK):
        raise Unreadable(str(SENTENCES["old"]))
    return content


def find_headings(table: Table, names: Mapping[str, Collection[str]]) -> Headings | None:
    """The row whose cells name most of the fields, tone marks, case, spaces and punctuation ignored; None: none.

    `names`: field → what it may be called.
    """
    fields = {heading_key(name): field for field, called in names.items() for name in called}
    best: Headings | None = None
    for row in table.rows[:HEADING_ROWS]:
        columns: dict[str, int] = {}
        twice: list[str] = []
        for column, cell in enumerate(row.cells):
            legacy = legacy_text(cell)
            field = fields.get(heading_key(legacy.text if legacy else cell))
            if field in columns:
                twice.append(cell)
            elif field:
                columns[field] = column
        if len(columns) > (len(best.columns) if best else 0):
            best = Headings(row.number, columns, tuple(twice))
    return best


def heading_key(text: str) -> str:
    """What headings are compared by: `heading_key("Mã đơn-vị*") == heading_key("MA DON VI")`."""
    return re.sub(r"[\W_]+", "", fold(text))


def _from_xlsx(content: bytes, max_rows: int, *names: str) -> dict[str, Table]:
    words = [sys.executable, "-I", str(CHILD), str(max_rows), str(MEMORY), str(PROCESSOR_SECONDS), *names]
    try:
        child = subprocess.run(words, input=content, capture_output=True, timeout=WALL_SECONDS, check=True)
        answer = json.loads(child.stdout)
    except (subprocess.SubprocessError, ValueError):
        raise Unreadable(str(NOT_READ)) from None  # the child's own words may quote the file: they go nowhere
    if "fault" in answer:
        raise Unreadable(str(SENTENCES[answer["fault"]]) % {"rows": max_rows, "columns": MOST_COLUMNS})
    return {name: _table(sheet) for name, sheet in answer["sheets"].items()}


def _table(sheet: Mapping[str, Any]) -> Table:
    rows = enumerate(sheet["rows"], 1)
    return Table(
        [Row(number, tuple(cells)) for number, cells in rows if any(c.strip() for c in cells)],
        frozenset((row + 1, column) for row, column in sheet["formulas"]),
        frozenset((row + 1, column) for row, column in sheet["legacy"]),
    )


def _from_csv(content: bytes, max_rows: int) -> Table:
    text = _decoded(content)
    lines = csv.reader(StringIO(text, newline=""), delimiter=_separator(text))
    rows: list[Row] = []
    formulas: set[tuple[int, int]] = set()
    try:
        for number, cells in enumerate(lines, 1):
            if number == 1 and len(cells) <= 2 and cells and cells[0].lower().startswith("sep="):  # noqa: PLR2004  # “sep=;” stands alone in the first line
                continue
            if number > max_rows and any(cells):
                raise Unreadable(str(SENTENCES["rows"]) % {"rows": max_rows})
            if len(cells) > MOST_COLUMNS and any(cells[MOST_COLUMNS:]):
                raise Unreadable(str(SENTENCES["columns"]) % {"columns": MOST_COLUMNS})
            formulas |= {(number, column) for column, cell in enumerate(cells) if _is_formula(cell)}
            if any(cell.strip() for cell in cells):
                rows.append(Row(number, tuple(_plain(cell) for cell in cells[:MOST_COLUMNS])))
    except csv.Error:
        raise Unreadable(str(SENTENCES["long"]) % {"line": lines.line_num}) from None
    return Table(rows, frozenset(formulas))


def _decoded(content: bytes) -> str:
    if content.startswith(UTF16_MARKS):
        return content.decode("utf-16", errors="replace")
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError:
        return content.decode("cp1252", errors="replace")  # TCVN3 or VNI: `legacy_text` knows them in this dress


def _separator(text: str) -> str:
    """The mark that parts most cells of the first lines, quoted text left out of account."""
    if text[:5].lower().startswith("sep="):
        return text[4]
    head = re.sub(r'"[^"]*"', "", text[:20_000])
    return max(",;\t", key=head.count)


QUOTED_TEXT = re.compile(r'="([^"]*)"')  # ="0123": how a zero in front is kept from Excel
GUARDED = re.compile(r"'+[=+\-@\t\r]")


def _is_formula(cell: str) -> bool:
    return cell.startswith("=") and not QUOTED_TEXT.fullmatch(cell)


def _plain(cell: str) -> str:
    """What was meant: a formula of a CSV has no value; the apostrophe that `guarded` puts before text goes again."""
    if cell.startswith("="):
        quoted = QUOTED_TEXT.fullmatch(cell)
        return quoted[1] if quoted else ""
    return cell[1:] if GUARDED.match(cell) else cell


def guarded(cell: str) -> str:
    """A cell of a CSV that no spreadsheet takes for a formula; `read_table` undoes it."""
    return f"'{cell}" if cell.startswith(("=", "+", "-", "@", "\t", "\r")) or GUARDED.match(cell) else cell

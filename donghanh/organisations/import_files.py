"""A file of units as lines of named fields: Excel, CSV, and DHIS2's organisationUnits as JSON or CSV."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from io import BytesIO
from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from donghanh.kernel.legacy_text import legacy_text
from donghanh.kernel.sheets_in import Row, Table, Unreadable, find_headings, read_table
from donghanh.kernel.text import nfc
from donghanh.organisations.choices import CodeScheme

MOST_LINES = 5_000
MOST_BYTES = 10 * 1024 * 1024
LONGEST_CELL = 1_000  # characters of a cell that the result repeats

LABELS: dict[str, str | Promise] = {
    "name": gettext_lazy("Tên đơn vị"),
    "kind": gettext_lazy("Loại hình"),
    "parent": gettext_lazy("Trực thuộc"),
    "parent_code": gettext_lazy("Mã đơn vị quản lý"),
    CodeScheme.MINISTRY: CodeScheme.MINISTRY.label,
    CodeScheme.DEPARTMENT: CodeScheme.DEPARTMENT.label,
    CodeScheme.AREA: CodeScheme.AREA.label,
    CodeScheme.OWN: CodeScheme.OWN.label,
    "code": gettext_lazy("Mã"),
    "staff": gettext_lazy("Cán bộ, giáo viên, nhân viên"),
    "learners": gettext_lazy("Người học"),
    "uid": gettext_lazy("Định danh"),
    "closed": gettext_lazy("Ngày đóng"),
}
NAMES: dict[str, tuple[str, ...]] = {  # field → what its column may be called; DHIS2's words among them
    "name": ("Tên đơn vị", "Tên", "Tên trường", "Tên cơ sở giáo dục", "Name", "Unit name", "Unit"),
    "kind": ("Loại hình", "Loại hình đơn vị", "Loại trường", "Loại đơn vị", "Kind", "Unit kind", "Kind of unit"),
    "parent": ("Trực thuộc", "Đơn vị quản lý", "Đơn vị cấp trên", "Cấp trên", "Parent", "Parent unit", "Parent name"),
    "parent_code": ("Mã đơn vị quản lý", "Mã đơn vị cấp trên", "Mã cấp trên", "Parent code", "Parent UID"),
    CodeScheme.MINISTRY: (
        *("Mã trường của Bộ", "Mã trường", "Mã Bộ"),
        *("Ministry code", "Ministry school code", "School code"),
    ),
    CodeScheme.DEPARTMENT: ("Mã của Sở", "Mã Sở", "Department code"),
    CodeScheme.AREA: (
        *("Mã đơn vị hành chính", "Mã ĐVHC", "Mã hành chính", "Mã xã"),
        *("Area code", "Administrative unit code"),
    ),
    CodeScheme.OWN: ("Mã nội bộ", "Own code", "Internal code"),
    "code": ("Mã", "Mã đơn vị", "Code", "Unit code"),
    "staff": ("Cán bộ, giáo viên, nhân viên", "Số cán bộ, giáo viên, nhân viên", "CBGVNV", "Số CBGVNV", "Staff"),
    "learners": ("Người học", "Số người học", "Học sinh", "Số học sinh", "Số HS", "Learners", "Students", "Pupils"),
    "uid": ("Định danh", "uid", "id"),
    "closed": ("Ngày đóng", "Ngày giải thể", "Closed date", "Closing date"),
}  # fmt: skip
CODE_FIELDS = (*CodeScheme.values, "code")


@dataclass
class Line:
    """One unit as the file states it; `faults`: field → sentence, `notes`: what was done to read it."""

    number: int  # the row of the file; of a JSON, the place in its list, from 1
    cells: dict[str, str]
    faults: dict[str, str] = field(default_factory=dict)
    notes: list[str] = field(default_factory=list)


def read_lines(content: bytes, *, convert: bool) -> list[Line]:
    """Every line of the file. `convert`: cells in TCVN3 or VNI are read as what they mean; else each is a fault.

    Raises Unreadable with a sentence where the file as a whole makes no sense.
    """
    if len(content) > MOST_BYTES or content.lstrip(b"\xef\xbb\xbf \t\r\n")[:1] not in (b"{", b"["):
        return _lines_of_table(read_table(BytesIO(content), max_rows=MOST_LINES + 20, max_bytes=MOST_BYTES), convert)
    lines = _lines_of_json(content)
    for line in lines:
        _read_legacy(line, frozenset(), convert)
    return lines


def _lines_of_table(table: Table, convert: bool) -> list[Line]:  # noqa: FBT001  # a flag of the whole file
    headings = find_headings(table, NAMES)
    if headings is None or "name" not in headings.columns:
        raise Unreadable(_("Không thấy cột “Tên đơn vị”. Hãy đặt tên cột ở một trong hai mươi dòng đầu."))
    if headings.twice:
        raise Unreadable(_("Hai cột cùng nghĩa: “%(column)s” lặp lại. Hãy bỏ một cột.") % {"column": headings.twice[0]})
    rows = [row for row in table.rows if row.number > headings.row]
    _few_enough(rows)
    return [line for row in rows if (line := _line_of_row(row, table, headings.columns, convert)).cells or line.faults]


def _line_of_row(row: Row, table: Table, columns: Mapping[str, int], convert: bool) -> Line:  # noqa: FBT001  # a flag of the whole file
    line = Line(row.number, {name: row[column] for name, column in columns.items() if row[column].strip()})
    for name, column in columns.items():
        if (row.number, column) in table.formulas:
            if name in line.cells:
                said = {"column": LABELS[name], "value": line.cells[name][:LONGEST_CELL]}
                line.notes.append(_("Ô “%(column)s” là công thức; đã lấy giá trị “%(value)s”.") % said)
            else:
                line.faults[name] = _("Ô này là công thức chưa có giá trị. Hãy dán lại dạng giá trị.")
    fonts = frozenset(name for name, column in columns.items() if (row.number, column) in table.legacy_fonts)
    _read_legacy(line, fonts, convert)
    return line


def _read_legacy(line: Line, fonts: frozenset[str], convert: bool) -> None:  # noqa: FBT001  # a flag of the whole file
    """Text of an old code page becomes a fault with both readings, or, if asked, Unicode with a note; the rest NFC."""
    for name, cell in line.cells.items():
        found = legacy_text(cell, legacy_font=name in fonts)
        if found is None:
            line.cells[name] = nfc(cell)
            continue
        said = {"page": found.code_page, "before": cell[:LONGEST_CELL], "after": found.text[:LONGEST_CELL]}
        if convert:
            line.cells[name] = nfc(found.text)
            line.notes.append(_("%(page)s: “%(before)s” đọc thành “%(after)s”.") % said)
        else:
            line.faults[name] = (
                _("Chữ bảng mã %(page)s: “%(before)s” có lẽ là “%(after)s”. Nếu đúng, chọn “Đọc chữ TCVN3, VNI”.")
                % said
            )


def _lines_of_json(content: bytes) -> list[Line]:
    """`{"organisationUnits": [{"id", "code", "name", "parent": {"id"}, …}]}`, as DHIS2 hands it out."""
    try:
        document = json.loads(content)
    except (ValueError, RecursionError):
        raise Unreadable(_("Tệp JSON viết sai cú pháp. Hãy xuất lại từ DHIS2.")) from None
    units = document.get("organisationUnits") if isinstance(document, dict) else None
    if not isinstance(units, list) or not units:
        raise Unreadable(_("Tệp JSON không có danh sách “organisationUnits”."))
    _few_enough(units)
    return [_line_of_unit(number, unit) for number, unit in enumerate(units, 1)]


PROPERTIES = {"name": "name", "code": "code", "id": "uid", "closedDate": "closed", "kind": "kind"}


def _line_of_unit(number: int, unit: Any) -> Line:
    if not isinstance(unit, dict):
        return Line(number, {}, {"name": _("Mục này không phải là một đơn vị.")})
    line = Line(number, {})
    parent = unit.get("parent")
    if isinstance(parent, dict):
        parent = next((parent[key] for key in ("id", "code", "name") if parent.get(key)), None)
    for name, value in [*((PROPERTIES[key], unit.get(key)) for key in PROPERTIES), ("parent", parent)]:
        if isinstance(value, str) and value.strip():
            line.cells[name] = value
        elif value is not None and not isinstance(value, str):
            line.faults[name] = _("Giá trị này phải là chữ.")
    return line


def _few_enough(rows: list[Any]) -> None:
    if len(rows) > MOST_LINES:
        raise Unreadable(
            _("Tệp có %(rows)s dòng; mỗi lần nhập nhiều nhất %(most)s. Hãy chia tệp thành nhiều phần.")
            % {"rows": len(rows), "most": MOST_LINES}
        )


def fields_of(lines: Iterable[Mapping[str, Any]]) -> list[str]:
    """Fields that stand in some of these lines' cells or faults, in the order of LABELS."""
    seen = {name for cells in lines for name in cells}
    return [name for name in LABELS if name in seen]

"""A school's own list in Excel or CSV: one line a learner; a class's teacher stands beside its learners."""

from __future__ import annotations

from collections.abc import Iterator
from typing import BinaryIO

from django.utils.translation import gettext as _

from donghanh.kernel.sheets_in import Headings, Row, Table, Unreadable, find_headings, read_table
from donghanh.rosters.choices import Part, Person
from donghanh.rosters.lines import USERNAME, Known, Line, Refusal, grade_of

MOST_ROWS, MOST_BYTES = 50_000, 20 * 1024 * 1024
HEADINGS = {  # field → headings it may have; the first is the template's
    "class_name": ("Lớp", "Tên lớp"),
    "full_name": ("Họ và tên", "Họ tên", "Họ và tên học sinh", "Họ tên học sinh"),
    "birth_date": ("Ngày sinh", "Ngày tháng năm sinh"),
    "number": ("Số định danh", "Mã định danh", "Mã học sinh", "Mã định danh Bộ GD&ĐT"),
    "username": ("Tên đăng nhập của giáo viên chủ nhiệm", "Tài khoản GVCN", "Tài khoản giáo viên chủ nhiệm"),
    "teacher": ("Giáo viên chủ nhiệm", "GVCN", "Họ tên giáo viên chủ nhiệm"),
    "school": ("Mã trường", "Mã đơn vị", "Mã cơ sở"),
}
NEEDED = ("class_name", "full_name")
WHERE = {column: names[0] for column, names in HEADINGS.items()}
TEMPLATE = [
    [WHERE[column] for column in ("class_name", "full_name", "birth_date", "number", "teacher", "username")],
    ["6A", "Nguyễn Văn An", "05/9/2013", "2500012345", "Trần Thị Bình", "tran.binh"],
    ["6A", "Bùi Thị Ánh", "21/11/2013", "2500012346", "Trần Thị Bình", "tran.binh"],
]


def read(file: BinaryIO, known: Known, *, own_school: int | None) -> Iterator[Line]:
    """A line a learner, and one for each class with its teacher. `own_school`: where no column names a school."""
    try:
        table = read_table(file, max_rows=MOST_ROWS, max_bytes=MOST_BYTES)
    except Unreadable as unreadable:
        raise Refusal(str(unreadable)) from None
    found = find_headings(table, HEADINGS)
    missing = [WHERE[column] for column in NEEDED if found is None or column not in found.columns]
    if found is None or missing:
        raise Refusal(_("Không thấy cột “%(heading)s” trong tệp. Hãy dùng tệp mẫu.") % {"heading": missing[0]})
    if own_school is None and "school" not in found.columns:
        raise Refusal(_("Tệp của nhiều trường phải có cột “%(heading)s”.") % {"heading": WHERE["school"]})
    yield from _lines(table, found, known, own_school)


def _lines(table: Table, found: Headings, known: Known, own_school: int | None) -> Iterator[Line]:
    taught: set[tuple[int | None, str, str]] = set()
    named: set[str] = set()
    for row in table.rows:
        if row.number <= found.row:
            continue
        line = _learner(table, row, found, known, own_school)
        yield line
        teacher = Line("", row.number, Part.TEACHING, role=Person.TEACHER)
        teacher.text("username", WHERE["username"], _cell(row, found, "username").lower())
        teacher.text("full_name", WHERE["teacher"], _cell(row, found, "teacher"))
        teacher.source_id = teacher.username
        teacher.school_id, teacher.class_key, teacher.class_name = line.school_id, line.class_key, line.class_name
        teacher.grade = line.grade
        key = (line.school_id, line.class_name, teacher.username)
        if not (teacher.username or teacher.full_name) or key in taught or line.faults:
            continue
        if not USERNAME.fullmatch(teacher.username):
            teacher.fault("username" if teacher.username else "missing", WHERE["username"], teacher.username)
        taught.add(key)
        yield teacher
        if not teacher.faults and key[2] not in named:
            named.add(key[2])
            yield Line(
                "", row.number, Part.PERSON, role=Person.TEACHER, source_id=teacher.username,
                username=teacher.username, full_name=teacher.full_name, school_id=line.school_id,
            )  # fmt: skip


def _learner(table: Table, row: Row, found: Headings, known: Known, own_school: int | None) -> Line:
    line = Line("", row.number, Part.PERSON, role=Person.STUDENT, school_id=own_school)
    for column in ("class_name", "full_name", "birth_date", "number"):
        place = (row.number, found.columns.get(column, -1))
        if place in table.formulas:
            line.fault("formula", WHERE[column])
            continue
        cell = _cell(row, found, column)
        if column == "full_name":
            line.name(WHERE[column], cell, legacy_font=place in table.legacy_fonts)
        elif column == "birth_date":
            line.born(WHERE[column], cell, today=known.today)
        else:
            line.text(column, WHERE[column], cell, required=column in NEEDED)
    if code := _cell(row, found, "school"):
        line.school_id = known.school_of(code)
        if line.school_id is None:
            line.fault("school", WHERE["school"], code)
    line.class_key, line.grade = line.class_name, grade_of(line.class_name)
    return line


def _cell(row: Row, found: Headings, column: str) -> str:
    return row[found.columns[column]].strip() if column in found.columns else ""

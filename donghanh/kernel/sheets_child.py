"""The child process of `sheets_in`: reads one .xlsx from standard input, writes sheets as JSON, or a fault.

Run by path and on its own, with limits on memory and processor time: what happens to it happens to nobody else.
"""

from __future__ import annotations

import json
import resource
import sys
import zipfile
from collections.abc import Callable
from datetime import date, datetime
from io import BytesIO
from typing import Any
from xml.parsers import expat  # refuses entity bombs itself, and meets a memory limit besides

MOST_ENTRIES = 2_000
MOST_UNPACKED = 200 * 1024 * 1024  # bytes of all parts together
MOST_RATIO = 200  # of a part that is big at all: sheets of one repeated value reach about 60
BIG_PART = 1024 * 1024
MOST_COLUMNS = 256
MOST_TEXT = 20_000_000  # characters of all cells: one long string may stand in many
LEGACY_FONT = (".vn", "vni-")  # .VnTime, VNI-Times


class Fault(Exception):
    """The file is refused; `str()` is a key of `sheets_in.SENTENCES`."""


class Sheet:
    """Where cells with a value stand, which are formulas, which are set in a legacy font: what calamine does not tell.

    A cell far out is found here and refused, before calamine would lay out everything up to it.
    """

    def __init__(self, legacy_styles: set[str], most_rows: int) -> None:
        self.legacy_styles, self.most_rows = legacy_styles, most_rows
        self.row = self.column = -1
        self.style = ""
        self.formulas: list[tuple[int, int]] = []
        self.legacy: list[tuple[int, int]] = []

    def start(self, tag: str, attributes: dict[str, str]) -> None:
        tag = tag.rpartition(":")[2]
        if tag == "row":
            self.row = int(attributes.get("r", self.row + 2)) - 1
            self.column = -1
        elif tag == "c":
            self.row, self.column = place(attributes["r"]) if "r" in attributes else (self.row, self.column + 1)
            self.style = attributes.get("s", "")
        elif tag in ("v", "is", "f"):
            if self.row >= self.most_rows:
                raise Fault("rows")
            if self.column >= MOST_COLUMNS:
                raise Fault("columns")
            if tag == "f":
                self.formulas.append((self.row, self.column))
            elif self.style in self.legacy_styles:
                self.legacy.append((self.row, self.column))


def place(reference: str) -> tuple[int, int]:
    """(row, column) from 0: `place("B3") == (2, 1)`."""
    letters = reference.rstrip("0123456789")
    column = 0
    for letter in letters:
        column = column * 26 + ord(letter) - ord("A") + 1
    return int(reference[len(letters) :]) - 1, column - 1


def walk(content: bytes, start: Callable[[str, dict[str, str]], None]) -> None:
    parser = expat.ParserCreate()
    parser.StartElementHandler = start
    parser.Parse(content, True)  # that was all of it


def elements(content: bytes, *tags: str) -> list[tuple[str, dict[str, str]]]:
    """(tag, attributes) of these elements, in order."""
    found: list[tuple[str, dict[str, str]]] = []

    def start(tag: str, attributes: dict[str, str]) -> None:
        if (plain := tag.rpartition(":")[2]) in tags:
            found.append((plain, attributes))

    walk(content, start)
    return found


def check_sums(archive: zipfile.ZipFile) -> None:
    """Refuse an archive that unpacks to far more than it is, by what it says of itself."""
    parts = archive.infolist()
    if len(parts) > MOST_ENTRIES or sum(part.file_size for part in parts) > MOST_UNPACKED:
        raise Fault("size")
    for part in parts:
        if part.file_size > BIG_PART and part.file_size > MOST_RATIO * max(part.compress_size, 1):
            raise Fault("size")


def sheets_of(archive: zipfile.ZipFile) -> list[tuple[str, str, bool]]:
    """(name, part, whether it is seen) of every worksheet, in order."""
    links = elements(archive.read("xl/_rels/workbook.xml.rels"), "Relationship")
    parts = {link["Id"]: link["Target"] for _, link in links}
    found = []
    for _, sheet in elements(archive.read("xl/workbook.xml"), "sheet"):
        link = next((value for key, value in sheet.items() if key.rpartition(":")[2] == "id"), "")
        part = parts.get(link, "")
        if "worksheets/" in part:
            whole = part.lstrip("/") if part.startswith("/") else f"xl/{part}"
            found.append((sheet["name"], whole, sheet.get("state", "visible") == "visible"))
    return found


def visible_sheets(archive: zipfile.ZipFile) -> list[tuple[str, str]]:
    """(name, part) of every sheet that is not hidden, in order."""
    found = [(name, part) for name, part, seen in sheets_of(archive) if seen]
    if not found:
        raise Fault("empty")
    return found


def legacy_styles(archive: zipfile.ZipFile) -> set[str]:
    """Numbers of the cell styles whose font is a TCVN3 or VNI one."""
    if "xl/styles.xml" not in archive.namelist():
        return set()
    content = archive.read("xl/styles.xml")
    fonts: list[str] = []
    styles: set[str] = set()
    within, cells = "", 0
    for tag, attributes in elements(content, "fonts", "font", "name", "fills", "cellXfs", "xf", "cellStyles", "dxfs"):
        if tag in ("fonts", "fills", "cellXfs", "cellStyles", "dxfs"):
            within = tag
        elif within == "fonts" and tag == "font":
            fonts.append("")
        elif within == "fonts" and tag == "name" and fonts:
            fonts[-1] = attributes.get("val", "").lower()
        elif within == "cellXfs" and tag == "xf":
            font = int(attributes.get("fontId", 0))
            if font < len(fonts) and fonts[font].startswith(LEGACY_FONT):
                styles.add(str(cells))
            cells += 1
    return styles


def text_of(value: Any) -> str:
    """A cell as it would be typed: 12 and not 12.0, days as 2025-07-01."""
    if isinstance(value, float) and value.is_integer() and abs(value) < 1e15:  # noqa: PLR2004  # exact as an integer
        return str(int(value))
    if isinstance(value, datetime):
        return value.date().isoformat() if value.time() == datetime.min.time() else value.isoformat(" ")
    return value.isoformat() if isinstance(value, date) else str(value)


def fill_merged(rows: list[list[str]], ranges: list[tuple[tuple[int, int], tuple[int, int]]]) -> None:
    """The value of merged cells stands in each of them that lies within the sheet's rows and columns."""
    for (top, left), (bottom, right) in ranges:
        value = rows[top][left] if top < len(rows) and left < len(rows[top]) else ""
        if not value:
            continue
        for row in rows[top : bottom + 1]:
            row[left : right + 1] = [value] * len(row[left : right + 1])


def read(content: bytes, most_rows: int, names: list[str]) -> dict[str, Any]:
    """Sheets by name, each `{"rows": [[cells]], "formulas": [[row, column]], "legacy": …}`, rows and columns from 0.

    `names`: in small letters, of the sheets that are wanted; none: the first visible one, called "".
    """
    import python_calamine

    book = python_calamine.load_workbook(BytesIO(content))
    answer: dict[str, Any] = {}
    with zipfile.ZipFile(BytesIO(content)) as archive:
        check_sums(archive)
        visible, styles = visible_sheets(archive), legacy_styles(archive)
        wanted = [one for one in visible if one[0].strip().lower() in names] if names else visible[:1]
        for name, part in wanted:
            sheet = Sheet(styles, most_rows)
            walk(archive.read(part), sheet.start)
            found = book.get_sheet_by_name(name)
            rows = [[text_of(value) for value in row] for row in found.to_python(skip_empty_area=False)]
            fill_merged(rows, found.merged_cell_ranges or [])
            entry = {"rows": rows, "formulas": sheet.formulas, "legacy": sheet.legacy}
            answer[name.strip().lower() if names else ""] = entry
    if sum(len(cell) for entry in answer.values() for row in entry["rows"] for cell in row) > MOST_TEXT:
        raise Fault("size")
    return answer


def marked_text(value: Any) -> str:
    """A cell with its kind in front, so that 1.234 typed as a number and "1.234" typed as text stay two things.

    "" an empty cell; "n1234.5" a number; "d2025-07-01" a day or moment; "b1" yes or no; "tabc" text.
    """
    if isinstance(value, bool):
        return f"b{value:d}"
    if isinstance(value, int | float):
        return f"n{value:.0f}" if float(value).is_integer() else f"n{value!r}"
    if isinstance(value, date):
        return f"d{text_of(value)}"
    return f"t{value}" if str(value) else ""


def read_named(content: bytes, most_rows: int, hidden: str) -> dict[str, Any]:
    """The first visible sheet and the sheet called `hidden`: `{"first": [[cells]], "hidden": …, "starts_1904": bool}`.

    Cells as `marked_text`; `formulas`: [[row, column]] of the first sheet.
    """
    import python_calamine

    with zipfile.ZipFile(BytesIO(content)) as archive:
        check_sums(archive)
        if "xl/vbaProject.bin" in archive.namelist():
            raise Fault("macro")
        name, part = visible_sheets(archive)[0]
        sheet = Sheet(set(), most_rows)
        walk(archive.read(part), sheet.start)
        properties = elements(archive.read("xl/workbook.xml"), "workbookPr")
        starts_1904 = any(attributes.get("date1904") in ("1", "true") for _, attributes in properties)
        secrets = [where for title, where, _ in sheets_of(archive) if title == hidden]
        for part_of_it in secrets:
            walk(archive.read(part_of_it), Sheet(set(), most_rows).start)
    found = python_calamine.load_workbook(BytesIO(content))
    first = found.get_sheet_by_name(name)
    rows = [[marked_text(value) for value in row] for row in first.to_python(skip_empty_area=False)]
    fill_merged(rows, first.merged_cell_ranges or [])
    kept = found.get_sheet_by_name(hidden).to_python(skip_empty_area=False) if secrets else []
    secret = [[marked_text(value) for value in row] for row in kept]
    if sum(len(cell) for row in (*rows, *secret) for cell in row) > MOST_TEXT:
        raise Fault("size")
    return {"first": rows, "hidden": secret, "formulas": sheet.formulas, "starts_1904": starts_1904}


def serve(most_rows: int, seconds: int, hidden: str) -> None:
    """Files one after the other, each with the whole of its limits: a length of 8 bytes, then the file; so goes back
    the answer, as JSON. Ends with its standard input."""
    source, sink = sys.stdin.buffer, sys.stdout.buffer
    while length := int.from_bytes(source.read(8)):
        content = source.read(length)
        used = resource.getrusage(resource.RUSAGE_SELF)
        allowed = int(used.ru_utime + used.ru_stime) + seconds + 1
        resource.setrlimit(resource.RLIMIT_CPU, (allowed, resource.RLIM_INFINITY))
        try:
            answer = read_named(content, most_rows, hidden)
        except Fault as fault:
            answer = {"fault": str(fault)}
        packed = json.dumps(answer).encode()
        sink.write(len(packed).to_bytes(8) + packed)
        sink.flush()


def main() -> None:
    most_rows, memory, seconds = (int(word) for word in sys.argv[1:4])
    resource.setrlimit(resource.RLIMIT_AS, (memory, memory))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    if sys.argv[4:5] == ["--serve"]:
        serve(most_rows, seconds, sys.argv[5])
        return
    resource.setrlimit(resource.RLIMIT_CPU, (seconds, seconds))
    try:
        answer: dict[str, Any] = {"sheets": read(sys.stdin.buffer.read(), most_rows, sys.argv[4:])}
    except Fault as fault:
        answer = {"fault": str(fault)}
    json.dump(answer, sys.stdout)


if __name__ == "__main__":
    main()

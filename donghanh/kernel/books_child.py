"""The child process of `books_in`: reads one .xlsx after another from standard input, each with every sheet of it.

A message is 4 bytes of length and that many bytes; the answer is JSON in the same dress. Memory is limited for the
whole process, processor time anew for each file; what kills this process kills one file's reading.
"""

from __future__ import annotations

import json
import resource
import struct
import sys
import zipfile
from datetime import date, datetime
from io import BytesIO
from pathlib import Path
from typing import Any, BinaryIO

sys.path.insert(0, str(Path(__file__).resolve().parent))
from sheets_child import (  # type: ignore[import-not-found]  # run by path: this folder is its library
    MOST_TEXT,
    Fault,
    Sheet,
    check_sums,
    elements,
    fill_merged,
    text_of,
    walk,
)

MOST_SHEETS = 20


def typed(value: Any) -> Any:
    """A cell as JSON: numbers and truth stay what they are, a day is text as 2025-07-01."""
    return text_of(value) if isinstance(value, date | datetime) or not isinstance(value, str | float | int) else value


def parts_of(archive: zipfile.ZipFile) -> list[tuple[str, str]]:
    """(state, name) of every worksheet, in order; refuses one with cells far out before it is laid out."""
    links = elements(archive.read("xl/_rels/workbook.xml.rels"), "Relationship")
    parts = {link["Id"]: link["Target"] for _tag, link in links}
    found = []
    for _tag, sheet in elements(archive.read("xl/workbook.xml"), "sheet"):
        link = next((value for key, value in sheet.items() if key.rpartition(":")[2] == "id"), "")
        if "worksheets/" in (part := parts.get(link, "")):
            found.append((sheet.get("state", "visible"), sheet["name"], part))
    if len(found) > MOST_SHEETS:
        raise Fault("size")
    for _state, _name, part in found:
        walk(archive.read(part.lstrip("/") if part.startswith("/") else f"xl/{part}"), Sheet(set(), most_rows).start)
    return [(state, name) for state, name, _part in found]


def read(content: bytes) -> dict[str, Any]:
    """`{"sheets": [{"name", "state", "rows": [[cells]]}]}`; rows and columns from A1 on."""
    import python_calamine

    with zipfile.ZipFile(BytesIO(content)) as archive:
        if any(name.lower().endswith("vbaproject.bin") for name in archive.namelist()):
            raise Fault("macro")
        check_sums(archive)
        names = parts_of(archive)
    book, sheets, characters = python_calamine.load_workbook(BytesIO(content)), [], 0
    for state, name in names:
        found = book.get_sheet_by_name(name)
        rows = [[typed(value) for value in row] for row in found.to_python(skip_empty_area=False)]
        fill_merged(rows, found.merged_cell_ranges or [])
        characters += sum(len(cell) for row in rows for cell in row if isinstance(cell, str))
        if characters > MOST_TEXT:
            raise Fault("size")
        sheets.append({"name": name, "state": state, "rows": rows})
    return {"sheets": sheets}


def message(stream: BinaryIO) -> bytes | None:
    head = stream.read(4)
    return stream.read(struct.unpack(">I", head)[0]) if len(head) == 4 else None  # noqa: PLR2004


def main() -> None:
    resource.setrlimit(resource.RLIMIT_AS, (memory, memory))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    _soft, hard = resource.getrlimit(resource.RLIMIT_CPU)
    while (content := message(sys.stdin.buffer)) is not None:
        used = resource.getrusage(resource.RUSAGE_SELF)
        resource.setrlimit(resource.RLIMIT_CPU, (int(used.ru_utime + used.ru_stime) + seconds + 1, hard))
        try:
            answer = read(content)
        except Fault as fault:
            answer = {"fault": str(fault)}
        except Exception:  # noqa: BLE001  # whatever a broken file does, the next one is read; its words quote nothing
            answer = {"fault": "unread"}
        out = json.dumps(answer).encode()
        sys.stdout.buffer.write(struct.pack(">I", len(out)) + out)
        sys.stdout.buffer.flush()


if __name__ == "__main__":
    most_rows, memory, seconds = (int(word) for word in sys.argv[1:])
    main()

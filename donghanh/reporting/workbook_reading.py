"""A filled workbook as what was typed: boxes found by the codes in column A, answers by heading or key."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from django.utils.translation import gettext as _

from donghanh.kernel.books_in import BookReader, BookSheet
from donghanh.kernel.sheets_in import Unreadable, heading_key
from donghanh.kernel.verdict import YES as MAY
from donghanh.kernel.verdict import Verdict, no
from donghanh.questionnaires.models import WRITTEN, Definition, Item
from donghanh.reporting.queries import Sheet
from donghanh.reporting.workbook_layout import ANSWER, GRID, KEY_SHEET, address, read_key

MOST_BYTES = 5 * 1024 * 1024
LONGEST_TEXT = 4000  # as a box of the page takes
ANSWER_NAMES, NOTE_NAMES, PART_NAMES = (
    {heading_key(name) for name in names}
    for names in (("Trả lời", "Answer"), ("Ghi chú", "Note", "Notes"), ("Phân tổ", "Breakdown"))
)
DAY = re.compile(r"(\d{1,2})[/.-](\d{1,2})[/.-](\d{4})")
CODE = re.compile(r"[a-z][a-z0-9_]*(\[[^\]]*\])?")
YES = {"co", "1", "x", "yes", "true", "1.0"}
NO = {"khong", "0", "no", "false", "0.0"}


@dataclass(frozen=True)
class Reading:
    """What a workbook holds. `typed` by box, as the page would send it; `places`: where each stood; `unknown`: A1 →
    code with a value that this unit's form does not have."""

    key: Mapping[str, Any]
    typed: dict[str, str] = field(default_factory=dict)
    places: dict[str, str] = field(default_factory=dict)
    unknown: dict[str, str] = field(default_factory=dict)


def open_book(books: BookReader, content: bytes) -> tuple[dict[str, Any], BookSheet]:
    """The key and the first visible sheet; Unreadable with the sentence where it is no workbook of ours."""
    sheets = books.read(content, max_bytes=MOST_BYTES)
    page = next((sheet for sheet in sheets if sheet.state == "visible" and sheet.name != KEY_SHEET), None)
    held = next((sheet for sheet in sheets if sheet.name == KEY_SHEET), None)
    if page is None or held is None:
        raise Unreadable(_("Tệp này không phải mẫu tải từ phần mềm (thiếu trang khóa). Hãy tải mẫu rồi chép số vào."))
    key = read_key("".join(str(cell) for row in held.rows for cell in row[:1]))
    if key is None:
        raise Unreadable(_("Khóa của tệp không còn nguyên vẹn. Hãy tải mẫu mới rồi chép số vào."))
    return key, page


def belongs(key: Mapping[str, Any], sheet: Sheet) -> Verdict:
    """Is this the workbook of this very unit, period and form?"""
    if key.get("form") != sheet.collection.form_version.form_id:
        return no(_("Tệp này là mẫu của biểu khác. Hãy tải đúng mẫu của báo cáo này."))
    if key.get("unit") != sheet.expected.unit_id:
        return no(_("Tệp này là mẫu của đơn vị khác. Hãy dùng tệp tải về cho %(unit)s.") % {"unit": sheet.unit_name})
    if key.get("period") != sheet.collection.period.code:
        period = sheet.collection.period.label
        return no(_("Tệp này là mẫu của kỳ khác. Hãy dùng tệp tải về cho %(period)s.") % {"period": period})
    return MAY


def read_filled(key: Mapping[str, Any], page: BookSheet, definition: Definition) -> Reading:
    """Every box that the sheet holds. Unreadable if not one code of the form is in it."""
    reading = Reading(key)
    items = definition.items
    boxes = {*definition.positions, *(item.code for item in definition.texts)}
    for row, column, code, value in _found(key, page.rows, definition):
        note = code.startswith("note:")
        if not note and code not in boxes:
            if value not in ("", None):
                reading.unknown[address(row, column)] = code
            continue
        item = items[code.partition("[")[0]] if not note else None
        reading.typed[code] = as_typed(value, item, definition)[: LONGEST_TEXT + 1]
        reading.places[code] = address(row, column)
    if not any(not code.startswith("note:") for code in reading.typed):
        raise Unreadable(_("Tệp không còn mã nào của biểu mẫu hiện nay. Hãy tải mẫu mới rồi chép số vào."))
    return reading


def _found(
    key: Mapping[str, Any], rows: Sequence[Sequence[Any]], definition: Definition
) -> Iterator[tuple[int, int, str, Any]]:
    """(row, column, code of box or note, value) of every row that carries a code."""
    places = _headings(rows)
    answer, note, coded = places.get("answer", ANSWER), places.get("note"), places.get("code", 0)
    if "answer" not in places and not any(_code(row, 0) for row in rows):  # codes and headings gone: by the key alone
        yield from _by_key(key, rows)
        return
    across: dict[str, int] = {}
    for number, row in enumerate(rows):
        if not (code := _code(row, coded)):
            continue
        item, _mark, inner = code.rstrip("]").partition("[")
        if inner == GRID and item in definition.items:
            across = _columns(definition, definition.items[item], row, answer)
            if note is not None:
                yield number, note, f"note:{item}", _at(row, note)
        elif inner.endswith(f",{GRID}"):
            for option, column in across.items():
                selection = ",".join(part for part in (inner.removesuffix(f",{GRID}"), option) if part)
                box = f"{item}[{selection}]"
                if box in definition.positions or _at(row, column) not in ("", None):
                    yield number, column, box, _at(row, column)
        else:
            yield number, answer, code, _at(row, answer)
            if note is not None:
                yield number, note, f"note:{code}", _at(row, note)


def _headings(rows: Sequence[Sequence[Any]]) -> dict[str, int]:
    for row in rows[:60]:
        names = [heading_key(str(cell)) for cell in row]
        answer = next((n for n, name in enumerate(names) if name in ANSWER_NAMES), None)
        if answer is not None:
            found = {"answer": answer}
            for field_name, called in (("note", NOTE_NAMES), ("code", {"ma", "code"})):
                if (column := next((n for n, name in enumerate(names) if name in called), None)) is not None:
                    found[field_name] = column
            return found
    return {}


def _by_key(key: Mapping[str, Any], rows: Sequence[Sequence[Any]]) -> Iterator[tuple[int, int, str, Any]]:
    places = {(r, c): value for r, row in enumerate(rows) for c, value in enumerate(row)}
    for a1, code in key.get("cells", {}).items():
        row, column = _place(a1)
        yield row, column, code, places.get((row, column), "")


def _place(a1: str) -> tuple[int, int]:
    letters = a1.rstrip("0123456789")
    column = 0
    for letter in letters:
        column = column * 26 + ord(letter) - ord("A") + 1
    return int(a1[len(letters) :]) - 1, column - 1


def _code(row: Sequence[Any], column: int) -> str:
    cell = _at(row, column)
    return cell.strip() if isinstance(cell, str) and CODE.fullmatch(cell.strip()) else ""


def _columns(definition: Definition, item: Item, row: Sequence[Any], answer: int) -> dict[str, int]:
    """Option → column, by the names over a small table; a table of one column has none."""
    options = definition.breakdowns.get(item.breakdown, ())
    if not options:
        return {"": answer}
    names = {heading_key(cell): column for column, cell in enumerate(row) if column >= answer and isinstance(cell, str)}
    return {
        option.code: names[heading_key(word)]
        for option in options
        for word in (option.vi, option.en)
        if heading_key(word) in names
    }


def _at(row: Sequence[Any], column: int) -> Any:
    return row[column] if column < len(row) else ""


def as_typed(value: Any, item: Item | None, definition: Definition) -> str:  # noqa: PLR0911  # a line a kind
    """A cell as the page's box would send it: words of a list as codes, days as ISO, numbers the Vietnamese way."""
    text = number_text(value) if isinstance(value, int | float) else str(value or "").strip()
    if item is None or not text:
        return text
    if item.kind == "flag":
        folded = heading_key("1" if value is True else "0" if value is False else text)
        return "1" if folded in YES else "0" if folded in NO else text
    if item.kind in ("choice", "choices"):
        return _codes(text, item, definition)
    if item.kind == "date" and (day := DAY.fullmatch(text)):
        return f"{day[3]}-{int(day[2]):02}-{int(day[1]):02}"
    if item.kind == "date":
        return text[:10] if re.fullmatch(r"\d{4}-\d\d-\d\d .*", text) else text
    if item.kind not in WRITTEN:
        return text.removesuffix("%").strip() if item.kind == "percentage" else text
    return text


def _codes(text: str, item: Item, definition: Definition) -> str:
    codes: dict[str, str] = {}
    for option in definition.breakdowns.get(item.choices, ()):
        codes |= {heading_key(word): option.code for word in (option.vi, option.en, option.code)}
    if item.kind == "choice":
        return codes.get(heading_key(text), text)
    parts = [part for part in re.split(r"[;\n]", text) if part.strip()]
    if len(parts) == 1 and heading_key(parts[0]) not in codes:
        parts = parts[0].split(",") if "," in parts[0] else parts[0].split()
    return " ".join(codes.get(heading_key(part), part.strip()) for part in parts)


def number_text(value: float) -> str:
    """A number as this programme reads it back: 1234 → "1234", 1.234 → "1,2340" (three digits would be thousands)."""
    if isinstance(value, bool):
        return "1" if value else "0"
    if isinstance(value, int) or value.is_integer():
        return str(int(value))
    whole, _mark, digits = f"{value:.10f}".rstrip("0").partition(".")
    digits = digits or "0"
    return f"{whole},{digits}0" if len(digits) == 3 else f"{whole},{digits}"  # noqa: PLR2004

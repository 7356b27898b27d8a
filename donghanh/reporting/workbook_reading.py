"""A filled workbook read back: which box each cell answers, by the codes that stand in the file, and what is wrong."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date
from typing import Final

from django.utils.translation import gettext as _

from donghanh.kernel.books_in import Book, Cell, Reader
from donghanh.kernel.sheets_in import Unreadable
from donghanh.kernel.text import fold, nfc
from donghanh.questionnaires.models import NUMERIC, Definition, Item
from donghanh.questionnaires.rules import applicable, read_answers, review
from donghanh.reporting.queries import Sheet
from donghanh.reporting.workbook_shape import BAND, KEY_SHEET, NO, YES, Key, address, box_of, read_key

MOST_ROWS: Final = 3_000
MOST_BYTES: Final = 5 * 1024 * 1024
SHOWN: Final = 60  # characters of a cell that a fault repeats
SAYS_YES, SAYS_NO = {"co", "yes", "x", "1", "true", "dung", "y"}, {"khong", "no", "0", "false", "sai", "n"}
DAY = re.compile(r"(\d{1,2})[/.\-](\d{1,2})[/.\-](\d{4})")


@dataclass(frozen=True)
class CellFault:
    """What is wrong at one cell of the file: "D12", the box, what stands there, the sentence."""

    address: str
    box: str
    typed: str
    sentence: str
    stops: bool = True  # False: it was understood, but does not agree with another answer


@dataclass
class Filled:
    """What a workbook says: the texts of its boxes as a person would type them, and where they stood."""

    typed: dict[str, str] = field(default_factory=dict)
    places: dict[str, str] = field(default_factory=dict)  # box → address
    faults: list[CellFault] = field(default_factory=list)

    @property
    def understood(self) -> bool:
        return not any(fault.stops for fault in self.faults)


def reader() -> Reader:
    """Of reports' workbooks, a context: one child for many files."""
    return Reader(hidden=KEY_SHEET, most_rows=MOST_ROWS, most_bytes=MOST_BYTES)


def key_in(book: Book) -> Key:
    """Which report the file was made for; Unreadable where it does not say, or was changed."""
    marked = book.hidden[0][0] if book.hidden and book.hidden[0] else ""
    key = read_key(marked[1:])
    if key is None:
        told = _(
            "Tệp này không phải mẫu tải từ báo cáo, hoặc phần nhận dạng trong tệp đã mất. Hãy tải mẫu và điền lại."
        )
        raise Unreadable(told)
    return key


def suits(key: Key, sheet: Sheet) -> None:
    """Unreadable where the file belongs to another unit, period or form. An older wording of the form is let in."""
    if key.form != sheet.definition.code:
        raise Unreadable(_("Tệp này là của biểu mẫu khác. Hãy tải mẫu ở trang của báo cáo này."))
    if key.unit != sheet.expected.unit_id:
        said = {"unit": sheet.unit_name}
        raise Unreadable(_("Tệp này là của đơn vị khác, không phải của %(unit)s. Chưa có gì được ghi.") % said)
    if key.period != sheet.collection.period.code:
        said = {"period": sheet.collection.period.label}
        raise Unreadable(_("Tệp này là của kỳ khác, không phải %(period)s. Chưa có gì được ghi.") % said)


def read_filled(book: Book, sheet: Sheet) -> Filled:
    """Every answer of the file, and every fault cell by cell. Nothing is written anywhere."""
    filled = Filled()
    items = sheet.definition.items
    asked = applicable(sheet.definition, sheet.levels) | {item.code for item in sheet.definition.texts}
    columns: dict[int, str] = {}
    codes_at, found = -1, False
    for row, cells in enumerate(book.rows):
        if (at := _band_at(cells)) >= 0:
            codes_at, found = at, True
            columns = {
                column: cell[1:].strip() for column, cell in enumerate(cells) if cell[1:].strip() and column > at
            }
            continue
        code = book.cell(row, codes_at).text if codes_at >= 0 else ""
        if not code:
            continue
        for column, option in columns.items():
            box = box_of(code, option)
            _take(filled, book, (row, column), box, asked, items.get(code.partition("[")[0]), sheet.definition)
    if not found:
        raise Unreadable(_("Cột mã trong tệp đã bị xóa nên không biết ô nào trả lời câu nào. Hãy tải mẫu và điền lại."))
    check(filled, sheet)
    return filled


def _band_at(cells: list[str]) -> int:
    return next((column for column, cell in enumerate(cells) if cell == f"t{BAND}"), -1)


def _take(  # one cell with all that says what it is
    filled: Filled, book: Book, place: tuple[int, int], box: str, asked: set[str], item: Item | None, form: Definition
) -> None:
    cell = book.cell(*place)
    where = address(*place)
    if place in book.formulas and not cell.text:
        told = _("Ô này là công thức chưa có giá trị. Hãy ghi giá trị vào ô.")
        filled.faults.append(CellFault(where, box, "", told))
        return
    if not cell.text or (item and item.calculation):
        return
    if box not in asked or item is None:
        if box not in form.positions:
            told = _("Biểu mẫu hiện hành không còn câu này. Hãy tải mẫu mới, hoặc xóa ô này.")
            filled.faults.append(CellFault(where, box, cell.text[:SHOWN], told))
        return
    filled.typed[box] = as_typed(item, form, book, cell)
    filled.places[box] = where


def as_typed(item: Item, form: Definition, book: Book, cell: Cell) -> str:
    """The cell as a person would have typed it into the box; what makes no sense stays as it stands."""
    text = nfc(cell.text)
    if item.kind == "flag":
        said = fold(text).strip()
        own = {fold(str(YES)): "1", fold(str(NO)): "0"}
        return own.get(said) or ("1" if said in SAYS_YES else "0" if said in SAYS_NO else text)
    if item.kind in NUMERIC:
        return _number(text) if cell.kind == "n" else text
    if item.kind == "date":
        return _day(book, cell)
    if item.kind in ("choice", "choices"):
        codes = {option.code: option.code for option in form.breakdowns.get(item.choices, ())}
        names = {fold(word): o.code for o in form.breakdowns.get(item.choices, ()) for word in (o.vi, o.en, o.code)}
        if item.kind == "choice":
            return codes.get(text) or names.get(fold(text), text)
        chosen = [names.get(fold(part.strip()), "") for part in re.split(r"[;\n]", text) if part.strip()]
        return " ".join(chosen) if all(chosen) else text
    return cell.text if cell.kind != "n" else _plain(cell.text)


def _number(text: str) -> str:
    """A number of Excel's as people here write it: never one that the reader of typed numbers takes for another."""
    whole, _mark, fraction = f"{float(text):.10f}".rstrip("0").partition(".")
    return f"{whole},{fraction:0<4}" if fraction else whole  # “1,2340”: three digits could be thousands


def _plain(text: str) -> str:
    whole, _mark, fraction = f"{float(text):.10f}".rstrip("0").partition(".")
    return f"{whole},{fraction}" if fraction else whole


def _day(book: Book, cell: Cell) -> str:
    if cell.kind == "d":
        return cell.text[:10]
    if cell.kind == "n":
        return book.day(float(cell.text)) or cell.text
    if found := DAY.fullmatch(cell.text):
        day, month, year = (int(part) for part in found.groups())
        try:
            return date(year, month, day).isoformat()
        except ValueError:
            return cell.text
    return cell.text


def check(filled: Filled, sheet: Sheet) -> None:
    """Faults of the answers themselves, at the cells they stand in."""
    answers = read_answers(sheet.definition, filled.typed, sheet.levels)
    for box, sentence in answers.faults.items():
        filled.faults.append(_fault(filled, box, sentence))
    looked = review(sheet.definition, answers, sheet.levels, sheet.register, sheet.previous)
    for finding in looked.findings:
        if finding.cell not in looked.empty:
            box = next((box for box in filled.places if finding.cell in (box, box.partition("[")[0])), "")
            filled.faults.append(_fault(filled, box or finding.cell, finding.sentence, stops=False))


def _fault(filled: Filled, box: str, sentence: str, *, stops: bool = True) -> CellFault:
    return CellFault(filled.places.get(box, ""), box, filled.typed.get(box, "")[:SHOWN], sentence, stops)


def marks(faults: Iterable[CellFault]) -> dict[str, str]:
    """Box → all its sentences, for the marked file."""
    said: dict[str, str] = {}
    for fault in faults:
        said[fault.box] = f"{said[fault.box]} {fault.sentence}" if fault.box in said else fault.sentence
    return said

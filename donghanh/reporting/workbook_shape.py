"""Where everything stands in the workbook of one report; the writer draws it, the reader finds it by the same codes.

Column A holds codes: the item of a row ("staff_trained", "discipline[warned]"); above each band of rows a low row with
"#" there and, in each answer's column, the option's code ("TH") or "=" for the only answer. Who moves a row or a column
moves its code along.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator
from dataclasses import dataclass
from itertools import groupby
from typing import Final

from django.core.signing import BadSignature, Signer
from django.utils.translation import gettext_lazy as _

from donghanh.questionnaires.models import WRITTEN, Cell, Definition, Item, Option, Section
from donghanh.questionnaires.rules import applicable

KEY_SHEET: Final = "_dong_hanh"
BAND, ONLY = "#", "="
YES, NO = _("Có"), _("Không")
FIRST_ANSWER = 3  # columns: code, question, unit of measure, then the answers
LEAST_ANSWERS = 4  # so many columns at least, that a text finds room across them
_SIGNER: Final = Signer(salt="reporting.workbook")


@dataclass(frozen=True)
class Key:
    """For which report a workbook was made; an office's table is for a round, and has no report."""

    form: str
    version: int
    period: str
    unit: int
    report: int = 0

    def sign(self) -> str:
        return _SIGNER.sign_object([self.form, self.version, self.period, self.unit, self.report])


def read_key(text: str) -> Key | None:
    """The key that was signed here; None for any other text."""
    try:
        form, version, period, unit, report = _SIGNER.unsign_object(text)
    except (BadSignature, ValueError, TypeError):
        return None
    return Key(form, version, period, unit, report)


@dataclass(frozen=True)
class Place:
    """One answer: the box's code and its column."""

    code: str
    column: int


@dataclass(frozen=True)
class Line:
    """A row of the sheet: a section's title, an item's title above its rows, the head of a band, the
    codes above it, or a row of answers."""

    section: Section | None = None
    item: Item | None = None
    row: Option | None = None  # of a table with two axes
    code: str = ""  # what stands in column A
    options: tuple[Option, ...] = ()  # of a band with a breakdown
    is_head: bool = False
    places: tuple[Place, ...] = ()


def box_of(row_code: str, column_code: str) -> str:
    """The box that a row's and a column's code name together: `box_of("a[r]", "TH") == "a[r,TH]"`."""
    if column_code == ONLY:
        return row_code
    return f"{row_code[:-1]},{column_code}]" if row_code.endswith("]") else f"{row_code}[{column_code}]"


def lines_of(definition: Definition, levels: Collection[str]) -> Iterator[Line]:
    """Every line, for a unit of these levels, in the order of the form."""
    open_cells = applicable(definition, levels)
    for section in definition.sections:
        items = [item for item in section.items if item.kind in WRITTEN or _cells(definition, item, open_cells)]
        if not items:
            continue
        yield Line(section=section)
        for breakdown, alike in groupby(items, lambda item: item.breakdown):
            together = list(alike)
            shown = {
                cell.option.code for item in together for cell in _cells(definition, item, open_cells) if cell.option
            }
            options = tuple(option for option in definition.breakdowns.get(breakdown, ()) if option.code in shown)
            columns = {option.code: FIRST_ANSWER + number for number, option in enumerate(options)}
            codes = tuple(Place(*pair) for pair in (columns or {ONLY: FIRST_ANSWER}).items())
            yield Line(code=BAND, places=codes)
            yield Line(options=options, is_head=True)
            for item in together:
                yield from _rows(definition, item, open_cells, columns)


def _rows(definition: Definition, item: Item, open_cells: Collection[str], columns: dict[str, int]) -> Iterator[Line]:
    if item.kind in WRITTEN:
        yield Line(item=item, code=item.code, places=(Place(item.code, FIRST_ANSWER),))
        return
    cells = _cells(definition, item, open_cells)
    if item.rows:
        yield Line(item=item)
    for row, alike in groupby(cells, lambda cell: cell.row):
        places = tuple(Place(cell.code, columns[cell.option.code] if cell.option else FIRST_ANSWER) for cell in alike)
        yield Line(item=item, row=row, code=f"{item.code}[{row.code}]" if row else item.code, places=places)


def _cells(definition: Definition, item: Item, open_cells: Collection[str]) -> list[Cell]:
    return [cell for cell in definition.cells_of.get(item.code, ()) if cell.code in open_cells]


def letters_of(column: int) -> str:
    """The column as a spreadsheet names it: 0 → "A"."""
    name = ""
    column += 1
    while column:
        column, rest = divmod(column - 1, 26)
        name = chr(ord("A") + rest) + name
    return name


def address(row: int, column: int) -> str:
    """`address(2, 1) == "B3"`: how Excel names the cell."""
    return f"{letters_of(column)}{row + 1}"

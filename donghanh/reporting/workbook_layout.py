"""Where each box of a form stands in its workbook, and the signed key by which a filled one is known again."""

from __future__ import annotations

import hashlib
from collections.abc import Collection, Iterator
from dataclasses import dataclass
from itertools import groupby
from typing import Any

from django.core.signing import BadSignature, Signer

from donghanh.questionnaires.models import NUMERIC, WRITTEN, Cell, Definition, Item, Section
from donghanh.questionnaires.rules import applicable
from donghanh.reporting.queries import Sheet

CODE, NAME, PART, UNIT, BEFORE, ANSWER = range(6)  # columns from A on; the note stands right of the last answer
FIRST_ROW = 7  # of the table, from 0: title, unit, period, words come before
KEY_SHEET = "_khoa"
LONGEST_CELL = 30_000  # of a key: Excel ends a cell at 32,767 characters
SIGNER = Signer(salt="donghanh.reporting.workbooks")
GRID = "*"  # in the code column: "item[*]" heads a small table, "item[row,*]" is one of its rows


@dataclass(frozen=True)
class Line:
    """One row of the sheet: of a section's name, of a box, of a total, of a small table."""

    kind: str  # "section", "box", "total", "head", "row"
    row: int  # from 0
    code: str = ""  # as it stands in column A
    section: Section | None = None
    item: Item | None = None
    cells: tuple[Cell | None, ...] = ()  # from column ANSWER on; None: closed
    label: str = ""


@dataclass(frozen=True)
class Layout:
    lines: tuple[Line, ...]
    note: int  # column

    @property
    def places(self) -> dict[str, tuple[int, int]]:
        """Code of a box → (row, column), from 0."""
        found = {}
        for line in self.lines:
            if line.kind == "box":
                found[line.code] = (line.row, ANSWER)
            if line.kind == "row":
                found |= {cell.code: (line.row, ANSWER + n) for n, cell in enumerate(line.cells) if cell}
        return found


def layout_of(definition: Definition, levels: Collection[str]) -> Layout:
    """The rows of a form for a unit of these levels."""
    lines: list[Line] = []
    open_cells = applicable(definition, levels)
    for section in definition.sections:
        lines.append(Line("section", FIRST_ROW + len(lines), section=section))
        for item in section.items:
            for line in _lines(definition, item, open_cells):
                lines.append(Line(**{**line, "row": FIRST_ROW + len(lines), "item": item}))
    return Layout(tuple(lines), ANSWER + max((len(line.cells) for line in lines), default=1))


def _lines(definition: Definition, item: Item, open_cells: Collection[str]) -> Iterator[dict[str, Any]]:
    cells = [cell for cell in definition.cells_of.get(item.code, ()) if cell.code in open_cells]
    if item.kind in WRITTEN:
        yield {"kind": "box", "code": item.code, "cells": (None,)}
    elif item.kind in NUMERIC and item.rows:
        yield from _grid(definition, item, cells)
    elif item.kind in NUMERIC:
        for cell in cells:
            yield {"kind": "box", "code": cell.code, "cells": (cell,), "label": cell.option.name if cell.option else ""}
        if len(cells) > 1:
            yield {"kind": "total", "cells": tuple(cells)}


def _grid(definition: Definition, item: Item, cells: list[Cell]) -> Iterator[dict[str, Any]]:
    columns = [o for o in definition.breakdowns.get(item.breakdown, ()) if any(c.option == o for c in cells)]
    shown = tuple(next(c for c in cells if c.option == option) for option in columns) or tuple(cells[:1])
    yield {"kind": "head", "code": f"{item.code}[{GRID}]", "cells": shown}
    for row, of_row in groupby(cells, lambda cell: cell.row):
        by_option = {cell.option: cell for cell in of_row}
        across = tuple(by_option.get(option) for option in columns) or tuple(by_option.values())
        code = f"{item.code}[{row.code if row else ''},{GRID}]"
        yield {"kind": "row", "code": code, "cells": across, "label": row.name if row else ""}


def address(row: int, column: int) -> str:
    """`address(2, 1) == "B3"`."""
    letters, column = "", column + 1
    while column:
        column, rest = divmod(column - 1, 26)
        letters = chr(ord("A") + rest) + letters
    return f"{letters}{row + 1}"


def key_of(sheet: Sheet, layout: Layout) -> str:
    """The signed machine key of one unit's workbook."""
    cells = {address(*place): code for code, place in layout.places.items()}
    version = sheet.collection.form_version
    return SIGNER.sign_object(
        {
            "form": version.form_id, "version": version.number, "unit": sheet.expected.unit_id,
            "period": sheet.collection.period.code, "revision": sheet.submission.revision,
            "layout": hashlib.sha256(repr(sorted(cells.items())).encode()).hexdigest()[:16], "cells": cells,
        },
        compress=True,
    )  # fmt: skip


def read_key(text: str) -> dict[str, Any] | None:
    """What a key says; None where it is not ours or was changed."""
    try:
        key = SIGNER.unsign_object(text)
    except (BadSignature, ValueError):
        return None
    return key if isinstance(key, dict) else None

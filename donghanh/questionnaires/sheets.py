"""A definition laid out for a page: sections of rows and grids, each box with what stands in it and beside it."""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from functools import cached_property
from itertools import groupby, pairwise
from typing import Any

from django.utils.formats import date_format
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from donghanh.questionnaires.definition import NUMERIC, Cell, Definition, Item, Option, Section, Severity
from donghanh.questionnaires.expressions import added, parse
from donghanh.questionnaires.logic import Settled
from donghanh.questionnaires.rules import (
    NOTE,
    SENTENCES,
    WHY,
    Answers,
    Finding,
    Offered,
    Review,
    applicable,
    counted,
    differs_sentence,
    empty_sentence,
    number_in_words,
    review,
    settle,
    summary,
)


@dataclass(frozen=True)
class Message:
    """A sentence under a box or a row; a warning has a box for the word that explains it."""

    severity: Severity
    sentence: str
    why: str = ""  # name of that box
    word: str = ""  # what stands in it

    @property
    def why_id(self) -> str:
        return place_id(self.why)


@dataclass(frozen=True)
class Box:
    """One place to type: a cell or a text."""

    code: str  # the name of the field
    id: str
    item: Item
    option: Option | None
    value: str  # as it stands in the box
    shown: str  # as a reader sees it
    previous: str
    messages: tuple[Message, ...]
    invalid: bool  # it or the whole row has an error
    described_by: str
    note: str = ""  # the writer's own words at the cell
    offered: Offered | None = None  # what the programme counted
    offered_shown: str = ""

    @property
    def note_name(self) -> str:
        return f"{NOTE}{self.code}"

    @property
    def is_typed(self) -> bool:
        return self.item.typed


@dataclass(frozen=True)
class Row:
    """One item with its boxes, or of a table one row of it; more than one box where there are several columns."""

    item: Item
    id: str
    boxes: tuple[Box | None, ...]  # None: a grey cell, not asked
    total: str
    messages: tuple[Message, ...]  # on the whole item
    remark: str
    remark_typed: str | None  # None where the reader writes no remarks
    option: Option | None = None  # of a table: the row
    hidden: bool = False  # the form's logic does not ask it now
    choices: tuple[tuple[str, str, str, bool], ...] = ()  # of a choice: name of the box, code, words, chosen

    @property
    def box(self) -> Box:
        return next(box for box in self.boxes if box)

    @property
    def name(self) -> str:
        return self.option.name if self.option else self.item.name


@dataclass(frozen=True)
class Block:
    """Rows one below the other; with `options` a grid of one column an option; a table is all of one item."""

    rows: tuple[Row, ...]
    options: tuple[Option, ...] = ()
    table: Row | None = None  # the item itself: its words, remark and grand total
    totals: tuple[tuple[str, str], ...] = ()  # of a table: column's code and total

    @property
    def asked(self) -> list[Row]:
        """Rows that the form's logic asks now."""
        return [row for row in self.rows if not row.hidden]

    @property
    def is_asked(self) -> bool:
        return bool(self.asked)


@dataclass(frozen=True)
class Part:
    section: Section
    id: str
    blocks: tuple[Block, ...]


@dataclass(frozen=True)
class Sheet:
    definition: Definition
    parts: tuple[Part, ...]
    data: dict[str, Any]  # what the page's script reads
    state: Review
    next_place: str  # id of the first box that is empty, wrong or wants a word, "" where there is none
    templates: tuple[Message, ...] = (Message("error", ""), Message("warning", ""))  # that the script copies


def lay_out(
    definition: Definition,
    answers: Answers,
    *,
    levels: Collection[str],
    register: Mapping[str, float] | None = None,
    previous: Sequence[float | None] | None = None,
    remarks: Mapping[str, str] | None = None,
    remark_fields: Mapping[str, str] | None = None,
    attempted: bool = False,
    peers: Mapping[str, float] | None = None,
    offered: Mapping[str, Offered] | None = None,
    on: date | None = None,
) -> Sheet:
    """The whole sheet of one school.

    `remarks`: the reviewer's words by item; `remark_fields`: what the reviewer is typing, by item, {} for empty boxes;
    `attempted`: sending was refused, so boxes that are still empty say so; `offered`: by cell, what the programme
    counted; `peers`: by cell, the usual value of units of the same kind; `on`: today, for logic that asks for it.
    """
    compared = Compared(register or {}, previous, peers or {}, offered or {}, on)
    state = review(definition, answers, levels, compared.register, previous, peers=peers, offered=offered, on=on)
    shown = [finding for finding in state.findings if attempted or finding.cell not in state.empty]
    says = _messages(definition, answers, shown, state.empty if attempted else ())
    layout = _Layout(definition, answers, levels, compared, says, remarks or {}, remark_fields)
    parts = tuple(layout.parts())
    wrong = {*state.empty, *answers.faults, *(f.cell for f in state.findings if f.severity == "error")}
    wrong |= {finding.cell for finding in state.unexplained}
    boxes = [box for part in parts for block in part.blocks for row in block.rows for box in row.boxes if box]
    next_place = next((box.id for box in boxes if {box.code, box.item.code} & wrong), "")
    return Sheet(definition, parts, for_browser(layout, attempted=attempted), state, next_place)


@dataclass(frozen=True)
class Compared:
    """What answers may be compared with."""

    register: Mapping[str, float]
    previous: Sequence[float | None] | None
    peers: Mapping[str, float]
    offered: Mapping[str, Offered]
    on: date | None


def place_id(code: str) -> str:
    """The id of a box or row: `staff_trained[TH]` → `q-staff_trained-TH`."""
    return "q-" + re.sub(r"[\[:,]", "-", code).rstrip("]")


def shown_value(item: Item, value: float | None) -> str:
    """A stored number as a reader sees it; an empty cell is an empty string."""
    if value is None or item.kind != "flag":
        return number_in_words(value, language=get_language() or "vi", most=item.digits)
    return _("Có") if value else _("Không")


def shown_text(definition: Definition, item: Item, text: str) -> str:
    """A stored text as a reader sees it: options by their words, a day in the reader's order."""
    if item.kind in ("choice", "choices"):
        names = {option.code: option.name for option in definition.breakdowns[item.choices]}
        return "; ".join(names.get(code, code) for code in text.split())
    if item.kind == "date" and text:
        return date_format(date.fromisoformat(text), "j/n/Y")
    return text


def _messages(
    definition: Definition, answers: Answers, findings: Sequence[Finding], absent: Collection[str]
) -> dict[str, list[Message]]:
    """The sentences of each cell and item, faults first."""
    says: dict[str, list[Message]] = {code: [Message("error", sentence)] for code, sentence in answers.faults.items()}
    asked = {finding.cell for finding in findings}
    for code in [code for code in absent if code not in asked]:
        item = definition.items[code.partition("[")[0]]
        says.setdefault(code, []).append(Message("error", empty_sentence(item)))
    for finding in findings:
        why = finding.why if finding.severity == "warning" else ""
        message = Message(finding.severity, finding.sentence, why, answers.notes.get(finding.why, ""))
        says.setdefault(finding.cell, []).append(message)
    return says


@dataclass(frozen=True)
class _Layout:
    definition: Definition
    answers: Answers
    levels: Collection[str]
    compared: Compared
    says: Mapping[str, list[Message]]
    remarks: Mapping[str, str]
    remark_fields: Mapping[str, str] | None

    @cached_property
    def open_cells(self) -> set[str]:
        return applicable(self.definition, self.levels)

    @cached_property
    def settled(self) -> Settled:
        return settle(self.definition, self.answers.numbers, self.answers.texts, on=self.compared.on)

    def cells(self, item: Item) -> list[Cell]:
        return [cell for cell in self.definition.cells_of.get(item.code, ()) if cell.code in self.open_cells]

    def parts(self) -> Iterator[Part]:
        for section in self.definition.sections:
            blocks: list[Block] = []
            shown = [item for item in section.items if item.kind not in NUMERIC or self.cells(item)]
            for breakdown, alike in groupby(shown, self.grid_of):
                items = list(alike)
                if breakdown and items[0].rows:
                    blocks += [self.table(item) for item in items]
                elif breakdown:
                    blocks.append(self.grid(items))
                else:
                    blocks.append(Block(tuple(self.row(item) for item in items)))
            yield Part(section, f"q-section-{section.code}", tuple(blocks))

    def grid_of(self, item: Item) -> str:
        """What items share that stand in one grid; "" for a row of its own. A table stays one, however small."""
        return f"{item.breakdown}/{item.rows}" if item.rows or len(self.cells(item)) > 1 else ""

    def options(self, items: Sequence[Item]) -> tuple[Option, ...]:
        """Columns that some item has a cell in, in the order of the breakdown."""
        used = {cell.option.code for item in items for cell in self.cells(item) if cell.option}
        return tuple(option for option in self.definition.breakdowns[items[0].breakdown] if option.code in used)

    def grid(self, items: Sequence[Item]) -> Block:
        options = self.options(items)
        return Block(tuple(self.row(item, options=options) for item in items), options)

    def table(self, item: Item) -> Block:
        """Rows × columns of one item, with totals of each."""
        options, cells = self.options([item]), self.cells(item)
        rows = {cell.row.code: cell.row for cell in cells if cell.row}
        values = self.settled.values

        def total(chosen: Iterable[Cell]) -> str:
            filled = [value for cell in chosen if (value := values.get(cell.code)) is not None]
            return shown_value(item, added(filled)) if filled else ""

        lines = tuple(self.line(item, row, options, total) for row in rows.values())
        totals = tuple((o.code, total(cell for cell in cells if cell.option == o)) for o in options)
        return Block(lines, options, self.row(item, options=()), totals)

    def line(self, item: Item, row: Option, options: Sequence[Option], total: Callable[[Iterable[Cell]], str]) -> Row:
        """One row of a table."""
        cells = {cell.option: cell for cell in self.cells(item) if cell.row == row}
        boxes = tuple(self.number_box(cells[option]) if option in cells else None for option in options)
        place = place_id(f"{item.code}[{row.code}]")
        return Row(item, place, boxes, total(cells.values()), (), "", None, row, hidden=self.is_hidden(item))

    def is_hidden(self, item: Item) -> bool:
        return item.code not in self.settled.asked

    def row(self, item: Item, options: Sequence[Option] | None = None) -> Row:
        """An item with its boxes; `options`: the columns of its grid, () where the boxes stand in rows of their own."""
        cells = self.cells(item)
        total = self.definition.total(item.code, self.settled.values) if len(cells) > 1 else None
        of_item = tuple(self.says.get(item.code, ())) if item.breakdown else ()
        typed = None if self.remark_fields is None else self.remark_fields.get(item.code, "")
        boxes: tuple[Box | None, ...]
        if item.kind not in NUMERIC:
            boxes = (self.text_box(item),)
        elif options is None:
            boxes = tuple(self.number_box(cell) for cell in cells)
        else:
            by_option = {cell.option: cell for cell in cells}
            boxes = tuple(self.number_box(by_option[one]) if one in by_option else None for one in options)
        remark = self.remarks.get(item.code, "")
        return Row(
            item, place_id(item.code), boxes, shown_value(item, total), of_item, remark, typed,
            hidden=self.is_hidden(item), choices=self.choices(item),
        )  # fmt: skip

    def choices(self, item: Item) -> tuple[tuple[str, str, str, bool], ...]:
        if not item.choices:
            return ()
        chosen = self.answers.texts.get(item.code, "").split()
        names = self.definition.boxes_of(item) if item.kind == "choices" else None
        return tuple(
            (names[place] if names else item.code, option.code, option.name, option.code in chosen)
            for place, option in enumerate(self.definition.breakdowns[item.choices])
        )

    def number_box(self, cell: Cell) -> Box:
        position, item = self.definition.positions[cell.code], cell.item
        value = self.settled.values.get(cell.code) if item.calculation else self.answers.numbers[position]
        before = self.compared.previous[position] if self.compared.previous else None
        written = "" if value is None else f"{value:.0f}" if item.kind == "flag" else shown_value(item, value)
        typed = self.answers.typed.get(cell.code, written)
        shown, previous = shown_value(item, value), shown_value(item, before)
        offered = self.compared.offered.get(cell.code)
        box = self.box(cell.code, item, cell.option, value=typed, shown=shown, previous=previous)
        return replace(box, offered=offered, offered_shown=shown_value(item, offered.value)) if offered else box

    def text_box(self, item: Item) -> Box:
        text = self.settled.texts.get(item.code, "") if item.calculation else self.answers.texts.get(item.code, "")
        value, shown = self.answers.typed.get(item.code, text), shown_text(self.definition, item, text)
        return self.box(item.code, item, None, value=value, shown=shown, previous="")

    def box(self, code: str, item: Item, option: Option | None, *, value: str, shown: str, previous: str) -> Box:
        place, whole = place_id(code), place_id(item.code)
        notes = [f"{place}-under", f"{place}-says"]
        notes += [f"{whole}-says"] if item.breakdown else []
        notes += [f"{whole}-note"] if item.note else []
        notes += [f"{whole}-remark"] if self.remarks.get(item.code) else []
        messages = tuple(self.says.get(code, ()))
        invalid = any(message.severity == "error" for message in (*messages, *self.says.get(item.code, ())))
        note = self.answers.notes.get(f"{NOTE}{code}", "")
        return Box(code, place, item, option, value, shown, previous, messages, invalid, " ".join(notes), note)


def for_browser(layout: _Layout, *, attempted: bool) -> dict[str, Any]:
    """The definition as `checks.js` reads it, in the reader's language."""
    definition, compared, logic = layout.definition, layout.compared, layout.definition.logic
    return {
        "language": get_language() or "vi",
        "attempted": attempted,
        "today": compared.on.isoformat() if compared.on else "",
        "items": [
            {
                "code": item.code,
                "kind": item.kind,
                "required": item.required and item.typed,
                "least": item.least,
                "limit": item.limit,
                "digits": item.digits,
                "breakdown": f"{item.breakdown}/{item.rows}",
                "cells": [cell.code for cell in layout.cells(item)] if item.kind in NUMERIC else [item.code],
                "options": [one.code for one in definition.breakdowns[item.choices]] if item.choices else [],
                "relevant": logic.relevant.get(item.code, []),
                "calculation": logic.calculations.get(item.code),
                "constraint": logic.constraints.get(item.code),
                "refusal": item.refusal if item.constraint else "",
                "empty": empty_sentence(item),
            }
            for item in definition.items.values()
            if item.kind not in ("note", "file")
        ],
        "checks": [
            {
                "code": check.code,
                "kind": check.kind,
                "severity": check.severity,
                "left": check.left,
                "right": check.right,
                "factor": check.factor,
                "difference": check.difference,
                "holds": parse(check.holds) if check.holds else None,
                "sentence": check.sentence,
            }
            for check in definition.checks
        ],
        "register": dict(compared.register),
        "previous": definition.by_cell(compared.previous) if compared.previous else {},
        "peers": dict(compared.peers),
        "offered": {
            code: {"value": one.value, "sentence": differs_sentence(one)} for code, one in compared.offered.items()
        },
        "whys": {key: word for key, word in layout.answers.notes.items() if key.startswith(WHY)},
        "sentences": {name: str(sentence) for name, sentence in SENTENCES.items()},
        "strings": _strings(),
    }


def _strings() -> dict[str, str]:
    """What else the script says: `…_one` and `…_more` by number."""
    names, forms = ("empty", "errors", "warnings", "pasted", "letters"), (("one", 1), ("more", 2))
    words = {f"{name}_{form}": counted(name, count) for name in names for form, count in forms}
    beyond = _("Phần dán nằm ngoài bảng bị bỏ qua.")
    return words | {"done": summary(0, 0, 0), "beyond": beyond}


@dataclass(frozen=True)
class Entry:
    """One cell of a comparison."""

    title: str  # of its version; a phone shows it beside the value
    shown: str
    changed: bool  # differs from the version before
    remark: str = ""
    note: str = ""  # the writer's own words


@dataclass(frozen=True)
class Line:
    item: Item
    option: Option | None
    entries: tuple[Entry, ...]

    @property
    def is_total(self) -> bool:
        return self.option is None and bool(self.item.breakdown)


def compare(
    definition: Definition, versions: Sequence[Mapping[str, Any]], levels: Collection[str]
) -> list[tuple[Section, list[Line]]]:
    """Each section with its lines, a column a version. A version: title, note, numbers, texts, remarks (by item), and
    its own `definition` where it was written on another version of the form: lines meet by the codes of their cells.
    """
    values = [dict(version.get("definition", definition).by_cell(version["numbers"])) for version in versions]
    return [
        (section, [line for item in section.items for line in _lines(definition, item, versions, values, levels)])
        for section in definition.sections
    ]


def _lines(
    definition: Definition,
    item: Item,
    versions: Sequence[Mapping[str, Any]],
    values: Sequence[Mapping[str, float | None]],
    levels: Collection[str],
) -> Iterator[Line]:
    """The total of an item and each of its cells, or its text."""
    open_cells = applicable(definition, levels)
    cells = [cell for cell in definition.cells_of.get(item.code, ()) if cell.code in open_cells]
    several = len(cells) > 1

    def line(code: str, option: Option | None, shown: Sequence[str], *, with_remarks: bool) -> Line:
        remarks = [v.get("remarks", {}).get(item.code, "") if with_remarks else "" for v in versions]
        notes = [_words_at(code, v.get("notes", {})) for v in versions]
        changed = [False, *(now != then for then, now in pairwise(shown))]
        titles = [version["title"] for version in versions]
        entries = zip(titles, shown, changed, remarks, notes, strict=True)
        return Line(item, option, tuple(Entry(*entry) for entry in entries))

    if item.kind not in (*NUMERIC, "file", "note"):
        shown = [shown_text(definition, item, version["texts"].get(item.code, "")) for version in versions]
        yield line(item.code, None, shown, with_remarks=True)
    if several:
        totals = [_total(item.code, by_cell) for by_cell in values]
        yield line(item.code, None, [shown_value(item, total) for total in totals], with_remarks=True)
    for cell in cells:
        shown = [shown_value(item, by_cell.get(cell.code)) for by_cell in values]
        yield line(cell.code, _named(cell) if several else None, shown, with_remarks=not several)


def _words_at(code: str, notes: Mapping[str, str]) -> str:
    """The writer's notes and explanations at one place, one a line."""
    return "\n".join(words for key, words in notes.items() if key.rpartition(":")[2] == code)


def _total(item: str, by_cell: Mapping[str, float | None]) -> float | None:
    filled = [value for code, value in by_cell.items() if code.partition("[")[0] == item and value is not None]
    return added(filled) if filled else None


def _named(cell: Cell) -> Option | None:
    """The column, with its row before it in a table."""
    if cell.row is None or cell.option is None:
        return cell.option
    row, column = cell.row, cell.option
    return Option(cell.selection, f"{row.vi} · {column.vi}", f"{row.en} · {column.en}")

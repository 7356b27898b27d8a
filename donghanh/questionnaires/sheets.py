"""A definition laid out for a page: sections of rows and grids, each box with what stands in it and beside it."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import groupby, pairwise
from typing import Any

from django.utils.translation import get_language
from django.utils.translation import gettext as _

from donghanh.kernel.numbers import format_number
from donghanh.questionnaires.definition import Cell, Definition, Item, Option, Section, Severity
from donghanh.questionnaires.rules import SENTENCES, Answers, Finding, Review, applicable, counted, review, summary


@dataclass(frozen=True)
class Message:
    """A sentence under a box or a row."""

    severity: Severity
    sentence: str


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


@dataclass(frozen=True)
class Row:
    """One item with its boxes; more than one where the school has several options of its breakdown."""

    item: Item
    id: str
    boxes: tuple[Box, ...]
    total: str
    messages: tuple[Message, ...]  # on the whole item
    remark: str
    remark_typed: str | None  # None where the reader writes no remarks

    @property
    def box(self) -> Box:
        return self.boxes[0]


@dataclass(frozen=True)
class Block:
    """Rows one below the other; with `options` a grid of one column an option."""

    rows: tuple[Row, ...]
    options: tuple[Option, ...] = ()


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
    next_place: str  # id of the first box that is empty or wrong, "" where there is none


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
) -> Sheet:
    """The whole sheet of one school.

    `remarks`: the reviewer's words by item; `remark_fields`: what the reviewer is typing, by item, {} for empty boxes;
    `attempted`: sending was refused, so boxes that are still empty say so.
    """
    register = register or {}
    state = review(definition, answers, levels, register, previous)
    shown = [finding for finding in state.findings if attempted or finding.cell not in state.empty]
    says = _messages(definition, answers, shown, state.empty if attempted else ())
    layout = _Layout(definition, answers, levels, previous, says, remarks or {}, remark_fields)
    parts = tuple(layout.parts())
    boxes = [box for part in parts for block in part.blocks for row in block.rows for box in row.boxes]
    wrong = {*state.empty, *answers.faults, *(f.cell for f in state.findings if f.severity == "error")}
    next_place = next((box.id for box in boxes if {box.code, box.item.code} & wrong), "")
    return Sheet(definition, parts, layout.for_browser(register, attempted=attempted), state, next_place)


def place_id(code: str) -> str:
    """The id of a box or row: `staff_trained[TH]` → `q-staff_trained-TH`."""
    return "q-" + code.replace("[", "-").rstrip("]")


def shown_value(item: Item, value: float | None) -> str:
    """A stored number as a reader sees it; an empty cell is an empty string."""
    if value is None or item.kind != "flag":
        return format_number(value, language=get_language() or "vi")
    return _("Có") if value else _("Không")


def _messages(
    definition: Definition, answers: Answers, findings: Sequence[Finding], absent: Collection[str]
) -> dict[str, list[Message]]:
    """The sentences of each cell and item, faults first."""
    says: dict[str, list[Message]] = {code: [Message("error", sentence)] for code, sentence in answers.faults.items()}
    asked = {finding.cell for finding in findings}
    for code in [code for code in absent if code not in asked]:
        kind = definition.items[code.partition("[")[0]].kind
        says.setdefault(code, []).append(Message("error", str(SENTENCES[f"empty_{kind}"])))
    for finding in findings:
        says.setdefault(finding.cell, []).append(Message(finding.severity, finding.sentence))
    return says


@dataclass(frozen=True)
class _Layout:
    definition: Definition
    answers: Answers
    levels: Collection[str]
    previous: Sequence[float | None] | None
    says: Mapping[str, list[Message]]
    remarks: Mapping[str, str]
    remark_fields: Mapping[str, str] | None

    @cached_property
    def open_cells(self) -> set[str]:
        return applicable(self.definition, self.levels)

    def cells(self, item: Item) -> list[Cell]:
        return [cell for cell in self.definition.cells_of.get(item.code, ()) if cell.code in self.open_cells]

    def parts(self) -> Iterator[Part]:
        for section in self.definition.sections:
            rows = [self.row(item) for item in section.items if item.kind == "text" or self.cells(item)]
            blocks = []
            for breakdown, alike in groupby(rows, lambda row: row.item.breakdown if len(row.boxes) > 1 else ""):
                together = tuple(alike)
                options = tuple(box.option for box in together[0].boxes if box.option) if breakdown else ()
                blocks.append(Block(together, options))
            yield Part(section, f"q-section-{section.code}", tuple(blocks))

    def row(self, item: Item) -> Row:
        cells = self.cells(item)
        values = self.definition.by_cell(self.answers.numbers)
        total = self.definition.total(item.code, values) if len(cells) > 1 else None
        of_item = tuple(self.says.get(item.code, ())) if item.breakdown else ()
        typed = None if self.remark_fields is None else self.remark_fields.get(item.code, "")
        boxes = tuple(self.number_box(cell) for cell in cells) if item.kind != "text" else (self.text_box(item),)
        remark = self.remarks.get(item.code, "")
        return Row(item, place_id(item.code), boxes, shown_value(item, total), of_item, remark, typed)

    def number_box(self, cell: Cell) -> Box:
        value = self.answers.numbers[self.definition.positions[cell.code]]
        before = self.previous[self.definition.positions[cell.code]] if self.previous else None
        written = "" if value is None else f"{value:.0f}" if cell.item.kind == "flag" else shown_value(cell.item, value)
        typed = self.answers.typed.get(cell.code, written)
        shown = shown_value(cell.item, value)
        previous = shown_value(cell.item, before)
        return self.box(cell.code, cell.item, cell.option, value=typed, shown=shown, previous=previous)

    def text_box(self, item: Item) -> Box:
        text = self.answers.texts.get(item.code, "")
        return self.box(item.code, item, None, value=self.answers.typed.get(item.code, text), shown=text, previous="")

    def box(self, code: str, item: Item, option: Option | None, *, value: str, shown: str, previous: str) -> Box:
        place, whole = place_id(code), place_id(item.code)
        notes = [f"{place}-under", f"{place}-says"]
        notes += [f"{whole}-says"] if item.breakdown else []
        notes += [f"{whole}-note"] if item.note else []
        notes += [f"{whole}-remark"] if self.remarks.get(item.code) else []
        messages = tuple(self.says.get(code, ()))
        invalid = any(message.severity == "error" for message in (*messages, *self.says.get(item.code, ())))
        return Box(code, place, item, option, value, shown, previous, messages, invalid, " ".join(notes))

    def for_browser(self, register: Mapping[str, float], *, attempted: bool) -> dict[str, Any]:
        """The definition as `checks.js` reads it, in the reader's language."""
        definition = self.definition
        return {
            "language": get_language() or "vi",
            "attempted": attempted,
            "items": [
                {
                    "code": item.code,
                    "kind": item.kind,
                    "required": item.required,
                    "limit": item.limit,
                    "breakdown": item.breakdown,
                    "cells": [cell.code for cell in self.cells(item)] if item.kind != "text" else [item.code],
                }
                for item in definition.items.values()
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
                    "sentence": check.sentence,
                }
                for check in definition.checks
            ],
            "register": dict(register),
            "previous": definition.by_cell(self.previous) if self.previous else {},
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
    """Each section with its lines, a column a version. A version: title, note, numbers, texts, remarks (by item)."""
    values = [definition.by_cell(version["numbers"]) for version in versions]
    open_cells = applicable(definition, levels)

    def line(item: Item, option: Option | None, shown: Sequence[str]) -> Line:
        remarks = [v.get("remarks", {}).get(item.code, "") if not (option and several) else "" for v in versions]
        changed = [False, *(now != then for then, now in pairwise(shown))]
        titles = [version["title"] for version in versions]
        entries = zip(titles, shown, changed, remarks, strict=True)
        return Line(item, option, tuple(Entry(*entry) for entry in entries))

    sections = []
    for section in definition.sections:
        lines: list[Line] = []
        for item in section.items:
            cells = [cell for cell in definition.cells_of.get(item.code, ()) if cell.code in open_cells]
            several = len(cells) > 1
            if item.kind == "text":
                lines.append(line(item, None, [version["texts"].get(item.code, "") for version in versions]))
            if several:
                totals = [definition.total(item.code, by_cell) for by_cell in values]
                lines.append(line(item, None, [shown_value(item, total) for total in totals]))
            for cell in cells:
                shown = [shown_value(item, by_cell[cell.code]) for by_cell in values]
                lines.append(line(item, cell.option if several else None, shown))
        sections.append((section, lines))
    return sections

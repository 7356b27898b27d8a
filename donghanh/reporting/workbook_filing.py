"""What a filled workbook does: its values go into the draft by its own action, wrong ones as typed."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from donghanh.audit.actions import record
from donghanh.kernel.books_in import BookReader
from donghanh.people.models import Account
from donghanh.questionnaires.rules import Answers, read_answers, review
from donghanh.reporting.actions import save_draft
from donghanh.reporting.queries import Sheet
from donghanh.reporting.workbook_reading import Reading, belongs, open_book, read_filled


@dataclass(frozen=True)
class CellFault:
    """One wrong cell: where it stood in the file, which box, what was written, why it cannot stay."""

    address: str
    code: str
    name: str
    typed: str
    sentence: str


@dataclass(frozen=True)
class Filed:
    revision: int
    cells: int  # that the file filled
    faults: list[CellFault]
    empty: int  # boxes still to be filled


def read_for(books: BookReader, content: bytes, sheet: Sheet) -> Reading:
    """The file as boxes of this report. Unreadable or Refused with the sentence; nothing is stored."""
    key, page = open_book(books, content)
    belongs(key, sheet).enforce()
    return read_filled(key, page, sheet.definition)


def merged(draft: Mapping[str, str], reading: Reading) -> dict[str, str]:
    """The draft with what the file holds; a cell left empty erases nothing."""
    return {**draft, **{code: text for code, text in reading.typed.items() if text.strip()}}


@transaction.atomic
def bring_in(*, sheet: Sheet, reading: Reading, by: Account, at: datetime) -> Filed:
    """Into the unit's draft, wrong cells as they were typed. Conflict if somebody saved since the page was opened."""
    submission = sheet.submission
    typed = merged(submission.draft, reading)
    revision = save_draft(submission=submission, typed=typed, revision=submission.revision, by=by, at=at)
    record(
        verb="reporting.workbook_read", on=submission, by=by.pk, at=at, unit=sheet.expected.unit_id,
        cells=len([text for text in reading.typed.values() if text.strip()]),
    )  # fmt: skip
    submission.draft, submission.revision = typed, revision
    return filed(sheet, reading, revision)


def filed(sheet: Sheet, reading: Reading, revision: int) -> Filed:
    """How the draft stands, fault by fault."""
    typed = merged(sheet.submission.draft, reading)
    answers = read_answers(sheet.definition, typed, sheet.levels)
    state = review(sheet.definition, answers, sheet.levels, sheet.register, sheet.previous)
    said = faults_of(sheet, answers)
    items = sheet.definition.items
    faults = [
        CellFault(reading.places.get(code, ""), code, items[code.partition("[")[0]].name, typed.get(code, ""), sentence)
        for code, sentence in said.items()
    ]
    faults += [
        CellFault(place, code, code, "", _("Mục này không có trong biểu mẫu của đơn vị, nên không được nhận."))
        for place, code in reading.unknown.items()
    ]
    cells = len([text for text in reading.typed.values() if text.strip()])
    return Filed(revision, cells, faults, len(state.empty))


def faults_of(sheet: Sheet, answers: Answers) -> dict[str, str]:
    """Box → why it cannot stay: not understood, or an error of a check at the box or the first box of its item."""
    state = review(sheet.definition, answers, sheet.levels, sheet.register, sheet.previous)
    said = dict(answers.faults)
    for finding in state.findings:
        if finding.severity == "error":
            said.setdefault(finding.cell, finding.sentence)
    return said


def marks_of(sheet: Sheet, typed: Mapping[str, str]) -> dict[str, str]:
    """Box → sentence, for the marked file: a fault of a whole item stands at each of its boxes."""
    answers = read_answers(sheet.definition, typed, sheet.levels)
    marks: dict[str, str] = {}
    for code, sentence in faults_of(sheet, answers).items():
        cells = sheet.definition.cells_of.get(code, ())
        for place in [cell.code for cell in cells] or [code]:
            marks.setdefault(place, sentence)
    return marks

"""What was typed, what is still missing, and which relations do not hold. The browser asks the same questions
(`questionnaires/checks.js`); `tests/vectors.json` is the one list of examples for both.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from django.utils.functional import Promise
from django.utils.translation import get_language, gettext, ngettext
from django.utils.translation import gettext_lazy as _

from donghanh.kernel.numbers import SENTENCES as NUMBER_SENTENCES
from donghanh.kernel.numbers import format_number, parse_number
from donghanh.kernel.text import nfc
from donghanh.kernel.verdict import YES as MAY
from donghanh.kernel.verdict import Verdict, no
from donghanh.questionnaires.definition import EVERY_NUMBER, LEVEL, Check, Definition, Item, Severity

SENTENCES: dict[str, Promise] = {
    **NUMBER_SENTENCES,
    "choice": _("Chọn Có hoặc Không."),
    "long": _("Dài %(length)s ký tự. Ô này nhận nhiều nhất %(most)s ký tự."),
    "empty_integer": _("Chưa điền ô này. Ghi 0 nếu không có."),
    "empty_flag": _("Chưa chọn Có hay Không."),
    "empty_text": _("Chưa điền ô này."),
}


@dataclass(frozen=True)
class Answers:
    """What a school answered. `numbers` in the order of the definition's cells, a flag as 1.0 or 0.0; `texts` by item.

    `faults` holds the sentence for each cell or text that was not understood; that one is absent from the others, and
    `typed` keeps it as it was typed, for the page to show again.
    """

    numbers: list[float | None]
    texts: dict[str, str]
    faults: dict[str, str] = field(default_factory=dict)
    typed: dict[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class Finding:
    """A check that does not hold, at a cell ("staff_trained[TH]") or, for a total or a text, at an item."""

    check: str
    severity: Severity
    cell: str
    sentence: str


def applicable(definition: Definition, levels: Collection[str]) -> set[str]:
    """Codes of the cells that a school of these levels answers."""
    return {
        cell.code
        for cell in definition.cells
        if cell.option is None or cell.item.breakdown != LEVEL or cell.option.code in levels
    }


def read_answers(definition: Definition, typed: Mapping[str, str], levels: Collection[str]) -> Answers:
    """Typed strings, by code of cell or text item, as answers. Names that are no field of this school are ignored."""
    answers, open_cells = Answers([None] * len(definition.cells), {}), applicable(definition, levels)
    for position, cell in enumerate(definition.cells):
        entry = typed.get(cell.code, "") if cell.code in open_cells else ""
        try:
            answers.numbers[position] = read_number(cell.item, entry)
        except ValueError as fault:
            answers.faults[cell.code], answers.typed[cell.code] = str(fault), entry
    for item in definition.texts:
        text = tidy(typed.get(item.code, ""))
        if len(text) > item.limit:
            answers.faults[item.code], answers.typed[item.code] = _too_long(item, text), text
        elif text:
            answers.texts[item.code] = text
    return answers


def read_number(item: Item, entry: str) -> float | None:
    """One box of a number or flag; ValueError with the sentence for the person."""
    if item.kind == "integer":
        return parse_number(entry, whole=True, least=0, most=item.limit)
    if entry in ("", "0", "1"):
        return float(entry) if entry else None
    raise ValueError(SENTENCES["choice"])


def tidy(text: str) -> str:
    """NFC, single spaces, no ends, at most one blank line in a row."""
    lines = "\n".join(nfc(line) for line in text.splitlines()).strip()
    while "\n\n\n" in lines:
        lines = lines.replace("\n\n\n", "\n\n")
    return lines


def missing(
    definition: Definition, numbers: Sequence[float | None], texts: Mapping[str, str], levels: Collection[str]
) -> list[str]:
    """Codes of the required cells and texts that are still empty, in the order of the form. Sending waits for them."""
    values, open_cells = definition.by_cell(numbers), applicable(definition, levels)
    return [
        code
        for item in definition.items.values()
        if item.required
        for code in ([cell.code for cell in definition.cells_of.get(item.code, ())] or [item.code])
        if (not texts.get(code) if item.kind == "text" else code in open_cells and values[code] is None)
    ]


def completeness(
    definition: Definition, numbers: Sequence[float | None], texts: Mapping[str, str], levels: Collection[str]
) -> tuple[int, int]:
    """(filled, asked): how many of the required cells and texts of this school are filled."""
    asked = len(missing(definition, [None] * len(definition.cells), {}, levels))
    return asked - len(missing(definition, numbers, texts, levels)), asked


def run_checks(
    definition: Definition,
    numbers: Sequence[float | None],
    texts: Mapping[str, str],
    register: Mapping[str, float],
    previous: Sequence[float | None] | None = None,
) -> list[Finding]:
    """Every check that does not hold, in the order of the form's checks, sentences in the reader's language.

    `register`: {"staff": 30, "learners": 412} (a name that is missing is not compared); `previous`: the numbers of the
    period before, in the same order of cells. Empty cells break no relation.
    """
    before = definition.by_cell(previous) if previous is not None else {}
    report = _Report(definition, definition.by_cell(numbers), texts, register, before)
    language = get_language() or "vi"
    return [
        Finding(check.code, check.severity, place, check.sentence % _written(left=left, right=right, language=language))
        for check in definition.checks
        for place, left, right in report.broken(check)
    ]


@dataclass(frozen=True)
class Review:
    """How a report stands before it is sent."""

    empty: list[str]  # codes of what is still to be filled, a text that a check needs included
    errors: int  # boxes not understood and checks of severity error; what is empty is counted there, not here
    warnings: int
    findings: list[Finding]  # at boxes that were understood

    @property
    def summary(self) -> str:
        return summary(len(self.empty), self.errors, self.warnings)

    @property
    def verdict(self) -> Verdict:
        """Whether the report may be sent, and if not what is in the way. Warnings are not."""
        return no(summary(len(self.empty), self.errors, 0)) if self.empty or self.errors else MAY


def review(
    definition: Definition,
    answers: Answers,
    levels: Collection[str],
    register: Mapping[str, float],
    previous: Sequence[float | None] | None = None,
) -> Review:
    """Everything that is empty, wrong or unusual in what a school answered; see `run_checks` for the arguments."""
    absent = [
        code for code in missing(definition, answers.numbers, answers.texts, levels) if code not in answers.faults
    ]
    found = run_checks(definition, answers.numbers, answers.texts, register, previous)
    findings = [finding for finding in found if finding.cell not in answers.faults]
    wrong = [finding.cell for finding in findings if finding.severity == "error"]
    unwritten = {item.code for item in definition.texts if not answers.texts.get(item.code)}
    empty = list(dict.fromkeys([*absent, *(cell for cell in wrong if cell in unwritten)]))
    errors = len(answers.faults) + sum(cell not in unwritten for cell in wrong)
    return Review(empty, errors, len(findings) - len(wrong), findings)


def summary(empty: int, errors: int, warnings: int) -> str:
    """ "Còn 3 ô trống · 1 lỗi · 2 chỗ nên xem lại"."""
    counts = {"empty": empty, "errors": errors, "warnings": warnings}
    line = " · ".join(counted(name, count) % {"count": count} for name, count in counts.items() if count)
    return line[:1].upper() + line[1:] if line else gettext("Đã điền đủ, không có lỗi")


def counted(name: str, count: int) -> str:
    """The wording for so many of something, with %(count)s."""
    match name:
        case "empty":
            return ngettext("còn %(count)s ô trống", "còn %(count)s ô trống", count)
        case "errors":
            return ngettext("%(count)s lỗi", "%(count)s lỗi", count)
        case "warnings":
            return ngettext("%(count)s chỗ nên xem lại", "%(count)s chỗ nên xem lại", count)
        case "pasted":
            return ngettext("Đã dán %(count)s ô.", "Đã dán %(count)s ô.", count)
        case _:
            return ngettext("Còn %(count)s ký tự", "Còn %(count)s ký tự", count)


def _written(*, language: str, **values: float | None) -> dict[str, str]:
    return {name: format_number(value, language=language) for name, value in values.items()}


type Place = tuple[str, float | None, float | None]  # where the sentence stands, the left and the right value


@dataclass(frozen=True)
class _Report:
    """All that a check may look at."""

    definition: Definition
    values: Mapping[str, float | None]  # by cell
    texts: Mapping[str, str]
    register: Mapping[str, float]
    before: Mapping[str, float | None]  # by cell

    def broken(self, check: Check) -> Iterator[Place]:
        if check.kind == "usual_range":
            yield from self.unusual(check)
            return
        needed = self.definition.items.get(check.right)
        for left_place, right_place, left, right in self.sides(check):
            if left is None:
                continue
            if check.kind == "not_more_than" and right is not None and left > check.factor * right:
                yield left_place, left, right
            if check.kind == "needs" and left > 0 and needed:
                waits = needed.required and needed.kind != "text"  # then `missing` asks for it
                if right == 0 or (right is None and not waits):
                    yield right_place, left, right

    def sides(self, check: Check) -> Iterator[tuple[str, str, float | None, float | None]]:
        """Both places and both values: cell by cell in the same breakdown, else total against total."""
        definition, values = self.definition, self.values
        left, right = definition.items[check.left], definition.items.get(check.right)
        if right is None:
            known = self.register.get(check.right.removeprefix("register."))
            yield left.code, check.right, definition.total(left.code, values), known
        elif right.kind == "text":
            written = 1 if self.texts.get(right.code) else None
            yield left.code, right.code, definition.total(left.code, values), written
        elif left.breakdown == right.breakdown:
            pairs = zip(definition.cells_of[left.code], definition.cells_of[right.code], strict=True)
            for one, other in pairs:
                yield one.code, other.code, values[one.code], values[other.code]
        else:
            yield left.code, right.code, definition.total(left.code, values), definition.total(right.code, values)

    def unusual(self, check: Check) -> Iterator[Place]:
        watched = self.definition.cells if check.left == EVERY_NUMBER else self.definition.cells_of[check.left]
        for cell in watched:
            now, then = self.values[cell.code], self.before.get(cell.code)
            if cell.item.kind != "integer" or now is None or then is None:
                continue
            low, high = sorted((now, then))
            if high > check.factor * low and high - low > check.difference:
                yield cell.code, now, then


def _too_long(item: Item, text: str) -> str:
    sizes = _written(length=len(text), most=item.limit, language=get_language() or "vi")
    return str(SENTENCES["long"]) % sizes

"""What was typed, what is still missing, and which relations do not hold. The browser asks the same questions
(`questionnaires/checks.js`); `tests/vectors.json` is the one list of examples for both.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date

from django.utils.functional import Promise
from django.utils.translation import get_language, gettext, ngettext
from django.utils.translation import gettext_lazy as _

from donghanh.kernel.numbers import SENTENCES as NUMBER_SENTENCES
from donghanh.kernel.numbers import SHOWN, format_number, parse_number
from donghanh.kernel.text import nfc
from donghanh.kernel.verdict import YES as MAY
from donghanh.kernel.verdict import Verdict, no
from donghanh.questionnaires.checks import differs, holds, needs, not_more_than, peers, usual_range
from donghanh.questionnaires.checks.report import Place, Report
from donghanh.questionnaires.definition import LEVEL, NUMERIC, Check, Definition, Item, Severity
from donghanh.questionnaires.expressions import Value, truth
from donghanh.questionnaires.logic import Settled, by_position

SENTENCES: dict[str, Promise] = {
    **NUMBER_SENTENCES,
    "choice": _("Chọn Có hoặc Không."),
    "long": _("Dài %(length)s ký tự. Ô này nhận nhiều nhất %(most)s ký tự."),
    "digits": _("Ô này nhận nhiều nhất %(most)s chữ số sau dấu phẩy."),
    "option": _("“%(typed)s” không có trong danh sách. Hãy chọn một mục của danh sách."),
    "date": _("“%(typed)s” không phải là ngày. Ghi ngày/tháng/năm, ví dụ 5/9/2024."),
    "empty_number": _("Chưa điền ô này. Ghi 0 nếu không có."),
    "empty_flag": _("Chưa chọn Có hay Không."),
    "empty_choice": _("Chưa chọn mục nào."),
    "empty_text": _("Chưa điền ô này."),
    "empty_file": _("Chưa có tệp minh chứng."),
    "why": _("Viết vài lời giải thích rồi mới gửi được."),
}
CHECKS: dict[str, Callable[[Report, Check], Iterator[Place]]] = {
    "not_more_than": not_more_than.broken,
    "needs": needs.broken,
    "usual_range": usual_range.broken,
    "peers": peers.broken,
    "holds": holds.broken,
}
NOTE, WHY = "note:", "why:"
LONGEST_NOTE = 1000  # characters
SHORTEST_WORD = 3  # letters of an explanation
FIRST_YEAR, LAST_YEAR = 1900, 2200
VIETNAMESE_DATE = re.compile(r"(\d{1,2})[/.-](\d{1,2})[/.-](\d{4})")
OF_ASKING = {"flag": "flag", "choice": "choice", "choices": "choice", "text": "text", "date": "text", "file": "file"}


def empty_sentence(item: Item) -> str:
    """What an empty box of the item is told."""
    return str(SENTENCES[f"empty_{OF_ASKING.get(item.kind, 'number')}"])


def is_note(key: str) -> bool:
    """Whether a box holds the writer's words beside an answer: a note at a cell, or why a warning is right so."""
    return key.startswith((NOTE, WHY))


def is_word(text: str) -> bool:
    """An explanation says something: dots and digits alone do not."""
    return sum(map(str.isalpha, text)) >= SHORTEST_WORD


@dataclass(frozen=True)
class Offered:
    """What the programme counted itself for a cell."""

    value: float
    source: str  # "danh sách cộng tác viên"
    href: str = ""  # where the rows behind it stand


@dataclass(frozen=True)
class Answers:
    """What a school answered. `numbers` in the order of the definition's cells, a flag as 1.0 or 0.0; `texts` by item.

    `faults` holds the sentence for each cell or text that was not understood; that one is absent from the others, and
    `typed` keeps it as it was typed, for the page to show again.
    """

    numbers: list[float | None]
    texts: dict[str, str]
    notes: dict[str, str] = field(default_factory=dict)  # "note:<cell>" and "why:<check>:<place>" → words
    faults: dict[str, str] = field(default_factory=dict)
    typed: dict[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class Finding:
    """A check that does not hold, at a cell ("staff_trained[TH]") or, for a total or a text, at an item."""

    check: str
    severity: Severity
    cell: str
    sentence: str

    @property
    def why(self) -> str:
        """The name of the box that explains it."""
        return f"{WHY}{self.check}:{self.cell}"


def applicable(definition: Definition, levels: Collection[str]) -> set[str]:
    """Codes of the cells that a school of these levels answers, or that are reckoned for it."""

    def of_unit(code: str, list_: str) -> bool:
        return list_ != LEVEL or code in levels

    return {
        cell.code
        for cell in definition.cells
        if (cell.option is None or of_unit(cell.option.code, cell.item.breakdown))
        and (cell.row is None or of_unit(cell.row.code, cell.item.rows))
    }


def read_answers(
    definition: Definition, typed: Mapping[str, str], levels: Collection[str], *, on: date | None = None
) -> Answers:
    """Typed strings, by name of box, as answers. Names that are no field of this school are ignored.

    What the form's logic does not ask is left out, what it reckons is filled in.
    """
    answers, open_cells = Answers([None] * len(definition.cells), {}), applicable(definition, levels)
    for position, cell in enumerate(definition.cells):
        entry = typed.get(cell.code, "") if cell.code in open_cells and cell.item.typed else ""
        try:
            answers.numbers[position] = read_number(cell.item, entry)
        except ValueError as fault:
            answers.faults[cell.code], answers.typed[cell.code] = str(fault), entry
    for item in definition.texts:
        entry = _written_entry(definition, item, typed)
        try:
            if item.typed and (text := read_text(definition, item, entry)):
                answers.texts[item.code] = text
        except ValueError as fault:
            answers.faults[item.code], answers.typed[item.code] = str(fault), entry
    answers.notes.update(_notes(definition, typed))
    return _settled(definition, answers, on)


def _written_entry(definition: Definition, item: Item, typed: Mapping[str, str]) -> str:
    """What was typed for a written item; of a choice of several, the boxes that are ticked."""
    if item.kind != "choices" or item.code in typed:
        return typed.get(item.code, "")
    ticked = (box for box in definition.boxes_of(item) if typed.get(box, "").strip() not in ("", "0"))
    return " ".join(box.partition(":")[2] for box in ticked)


def _notes(definition: Definition, typed: Mapping[str, str]) -> Iterator[tuple[str, str]]:
    known = {*definition.positions, *definition.items}
    for key, words in typed.items():
        if is_note(key) and key.rpartition(":")[2] in known and (text := tidy(words)[:LONGEST_NOTE]):
            yield key, text


def _settled(definition: Definition, answers: Answers, on: date | None) -> Answers:
    """Without what is not asked, and with what is reckoned."""
    if definition.logic.is_plain:
        return answers
    settled = settle(definition, answers.numbers, answers.texts, on=on)
    asked = {code: code.partition("[")[0] in settled.asked for code in answers.faults}
    return Answers(
        list(by_position(definition, settled.values)),
        settled.texts,
        answers.notes,
        {code: fault for code, fault in answers.faults.items() if asked[code]},
        {code: entry for code, entry in answers.typed.items() if asked[code]},
    )


def settle(
    definition: Definition, numbers: Sequence[float | None], texts: Mapping[str, str], *, on: date | None = None
) -> Settled:
    """What the form's logic asks and reckons of what is stored."""
    return definition.logic.settle(definition.by_cell(numbers), texts, on=on)


def read_number(item: Item, entry: str) -> float | None:
    """One box of a number or flag; ValueError with the sentence for the person."""
    if item.kind == "flag":
        if entry in ("", "0", "1"):
            return float(entry) if entry else None
        raise ValueError(SENTENCES["choice"])
    value = parse_number(entry, whole=not item.digits, least=item.least, most=item.limit)
    if value is not None and round(value, item.digits) != value:
        raise ValueError(str(SENTENCES["digits"]) % {"most": item.digits})
    return value


def read_text(definition: Definition, item: Item, entry: str) -> str:
    """One written box as it is stored; ValueError with the sentence for the person."""
    text = tidy(entry)
    if item.kind == "date":
        return read_date(text).isoformat() if text else ""
    if item.kind in ("choice", "choices"):
        codes = [option.code for option in definition.breakdowns[item.choices]]
        chosen = [text] if item.kind == "choice" and text else text.split()
        if unknown := [code for code in chosen if code not in codes]:
            raise ValueError(str(SENTENCES["option"]) % {"typed": unknown[0][:SHOWN]})
        return " ".join(code for code in codes if code in chosen)
    if len(text) > item.limit:
        raise ValueError(_too_long(item, text))
    return text


def read_date(text: str) -> date:
    """A day as people here write it, or ISO; ValueError with the sentence for the person."""
    try:
        found = VIETNAMESE_DATE.fullmatch(text)
        day = date(*map(int, reversed(found.groups()))) if found else date.fromisoformat(text)
        if FIRST_YEAR <= day.year < LAST_YEAR:
            return day
    except (ValueError, TypeError):
        pass
    raise ValueError(str(SENTENCES["date"]) % {"typed": text[:SHOWN]})


def tidy(text: str) -> str:
    """NFC, single spaces, no ends, at most one blank line in a row."""
    lines = "\n".join(nfc(line) for line in text.splitlines()).strip()
    while "\n\n\n" in lines:
        lines = lines.replace("\n\n\n", "\n\n")
    return lines


def missing(
    definition: Definition,
    numbers: Sequence[float | None],
    texts: Mapping[str, str],
    levels: Collection[str],
    *,
    evidence: Collection[str] | None = None,
    on: date | None = None,
) -> list[str]:
    """Codes of the required cells and texts that are still empty, in the order of the form. Sending waits for them.

    `evidence`: items beside which a file lies; None where files are not looked at.
    """
    settled, open_cells = settle(definition, numbers, texts, on=on), applicable(definition, levels)
    empty: list[str] = []
    for item in definition.items.values():
        if not item.required or item.calculation or item.kind == "note" or item.code not in settled.asked:
            continue
        if item.kind in NUMERIC:
            cells = definition.cells_of[item.code]
            empty += [cell.code for cell in cells if cell.code in open_cells and settled.values[cell.code] is None]
        elif item.kind == "file":
            empty += [item.code] if evidence is not None and item.code not in evidence else []
        elif not settled.texts.get(item.code):
            empty.append(item.code)
    return empty


def run_checks(
    definition: Definition,
    numbers: Sequence[float | None],
    texts: Mapping[str, str],
    register: Mapping[str, float],
    previous: Sequence[float | None] | None = None,
    *,
    peers: Mapping[str, float] | None = None,
    offered: Mapping[str, Offered] | None = None,
    on: date | None = None,
) -> list[Finding]:
    """Every check that does not hold: constraints at their boxes, the form's checks in their order, then what differs
    from what the programme counted; sentences in the reader's language.

    `register`: {"staff": 30, "learners": 412} (a name that is missing is not compared); `previous`: the numbers of the
    period before, in the same order of cells; `peers`: by cell, the usual value of units of the same kind. Empty cells
    break no relation.
    """
    before = definition.by_cell(previous) if previous is not None else {}
    settled = settle(definition, numbers, texts, on=on)
    report = Report(definition, settled, register, before, peers or {}, on)
    language = get_language() or "vi"
    found = [Finding("constraint", "error", place, refusal) for place, refusal in _constraints(report, on)]
    found += [
        Finding(check.code, check.severity, place, check.sentence % _written(left=left, right=right, language=language))
        for check in definition.checks
        for place, left, right in CHECKS[check.kind](report, check)
    ]
    known = offered or {}
    for place, _typed, _value in differs.broken(report, {code: one.value for code, one in known.items()}):
        found.append(Finding(differs.CODE, "warning", place, differs_sentence(known[place])))
    return found


def differs_sentence(offered: Offered) -> str:
    """What is said where somebody writes another number than the programme counted."""
    words = {**_written(right=offered.value, language=get_language() or "vi"), "source": offered.source}
    return gettext("Khác số %(right)s đếm được theo %(source)s.") % words


def _constraints(report: Report, on: date | None) -> Iterator[tuple[str, str]]:
    definition, settled = report.definition, report.settled
    for code, tree in definition.logic.constraints.items():
        item = definition.items[code]
        stands: list[tuple[str, Value | None]] = [
            (cell.code, settled.values.get(cell.code)) for cell in definition.cells_of.get(code, ())
        ] or [(code, settled.texts.get(code))]
        for place, value in stands:
            if value is not None and not truth(definition.logic.looked_at(tree, settled, itself=value, on=on)):
                yield place, item.refusal


@dataclass(frozen=True)
class Review:
    """How a report stands before it is sent."""

    empty: list[str]  # codes of what is still to be filled, a text that a check needs included
    errors: int  # boxes not understood and checks of severity error; what is empty is counted there, not here
    warnings: int
    findings: list[Finding]  # at boxes that were understood
    unexplained: list[Finding] = field(default_factory=list)  # warnings without a word of explanation

    @property
    def summary(self) -> str:
        return summary(len(self.empty), self.errors, len(self.unexplained))

    @property
    def verdict(self) -> Verdict:
        """Whether the report may be sent, and if not what is in the way: also a warning that nobody has explained."""
        return no(self.summary) if self.empty or self.errors or self.unexplained else MAY


def review(
    definition: Definition,
    answers: Answers,
    levels: Collection[str],
    register: Mapping[str, float],
    previous: Sequence[float | None] | None = None,
    *,
    peers: Mapping[str, float] | None = None,
    offered: Mapping[str, Offered] | None = None,
    evidence: Collection[str] | None = None,
    on: date | None = None,
) -> Review:
    """Everything that is empty, wrong or unusual in what a school answered; see `run_checks` for the arguments."""
    absent = missing(definition, answers.numbers, answers.texts, levels, evidence=evidence, on=on)
    absent = [code for code in absent if code not in answers.faults]
    compared = {"peers": peers, "offered": offered, "on": on}
    found = run_checks(definition, answers.numbers, answers.texts, register, previous, **compared)  # type: ignore[arg-type]  # as typed above
    findings = [finding for finding in found if finding.cell not in answers.faults]
    wrong = [finding.cell for finding in findings if finding.severity == "error"]
    unwritten = {item.code for item in definition.texts if not answers.texts.get(item.code)}
    empty = list(dict.fromkeys([*absent, *(cell for cell in wrong if cell in unwritten)]))
    errors = len(answers.faults) + sum(cell not in unwritten for cell in wrong)
    warnings = [finding for finding in findings if finding.severity == "warning"]
    unexplained = [one for one in warnings if not is_word(answers.notes.get(one.why, ""))]
    return Review(empty, errors, len(warnings), findings, unexplained)


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
            return ngettext("%(count)s chỗ cần giải thích", "%(count)s chỗ cần giải thích", count)
        case "pasted":
            return ngettext("Đã dán %(count)s ô.", "Đã dán %(count)s ô.", count)
        case _:
            return ngettext("Còn %(count)s ký tự", "Còn %(count)s ký tự", count)


def _written(*, language: str, **values: float | None) -> dict[str, str]:
    return {name: number_in_words(value, language=language) for name, value in values.items()}


def number_in_words(value: float | None, *, language: str, most: int = 6) -> str:
    """A number with as many digits after the mark as it has, `most` at most."""
    if value is None:
        return ""
    fraction = f"{value:.{most}f}".rstrip("0").partition(".")[2]
    return format_number(value, decimals=len(fraction), language=language)


def _too_long(item: Item, text: str) -> str:
    sizes = _written(length=len(text), most=item.limit, language=get_language() or "vi")
    return str(SENTENCES["long"]) % sizes

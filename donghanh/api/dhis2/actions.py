"""Values that a client sends become drafts, and a completed set a sending: by the rules of the report's own page."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date, datetime
from itertools import batched
from typing import Any, Final
from uuid import UUID, uuid5

from django.db import transaction
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from donghanh.api.dhis2 import boxes
from donghanh.api.dhis2.boxes import WrongValue
from donghanh.api.dhis2.callers import Caller
from donghanh.api.dhis2.choices import Code, Strategy
from donghanh.api.dhis2.entries import Entry, Group, Values
from donghanh.api.dhis2.identifiers import Schemes
from donghanh.api.dhis2.resolving import Key, Resolver
from donghanh.api.dhis2.rounds import Rounds
from donghanh.api.dhis2.summaries import Summary
from donghanh.audit.actions import record
from donghanh.kernel.verdict import Refused, Verdict, no
from donghanh.people.choices import Right
from donghanh.questionnaires.models import Item
from donghanh.questionnaires.rules import LONGEST_NOTE, applicable
from donghanh.reporting import actions, queries
from donghanh.reporting.choices import EDITABLE, Move, State
from donghanh.reporting.models import Submission
from donghanh.reporting.queries import Sheet
from donghanh.reporting.rules import may_fill, may_move

REPORTS_AT_ONCE: Final = 200  # fetched together with their forms
SENDINGS: Final = UUID("6f3c1f4e-54c4-4d53-8f0e-1a3c5f1c7f10")  # names the key of a sending by its content


@dataclass(frozen=True)
class Asked:
    """How a body is to be taken."""

    schemes: Schemes = Schemes()  # noqa: RUF009  # it is frozen
    strategy: Strategy = Strategy.CREATE_AND_UPDATE
    dry_run: bool = False


def take_values(*, values: Values, asked: Asked, caller: Caller, at: datetime) -> Summary:
    """Put the values into the drafts of their reports, and send the reports that are completed.

    Each report is one transaction: its good values are kept, or, where it is to be completed and cannot be, none.
    A few queries whatever comes, then one for 200 reports, and four for each report that changes.
    """
    on = timezone.localdate(at)
    summary = Summary(dry_run=asked.dry_run, strategy=asked.strategy)
    resolver = Resolver(values, asked.schemes, on=on)
    rounds = Rounds(on=on)
    by_report: dict[Key, list[Entry]] = defaultdict(list)
    for entry in values.entries:
        if key := resolver.key_of(entry, rounds, summary):
            by_report[key].append(entry)
    to_complete = resolver.to_complete(values.groups, rounds, summary)
    wanted = {*by_report, *to_complete}
    reports = rounds.reports(caller, wanted, on=on)
    for key in sorted(wanted - reports.keys()):
        sentence = _("Đơn vị này không có báo cáo theo biểu này trong kỳ, hoặc ngoài phạm vi của tài khoản.")
        _reject(summary, Code.NOT_EXPECTED, sentence, key, by_report.get(key, ()))
    for keys in batched(sorted(reports), REPORTS_AT_ONCE, strict=False):
        sheets = queries.sheets(caller.account, [reports[key] for key in keys], on=on)
        for key in keys:
            taking = _Taking(key, sheets[reports[key]], resolver, summary, asked, caller, at)
            taking.run(by_report.get(key, []), complete=key in to_complete)
    return summary


def _reject(summary: Summary, code: Code, sentence: str, key: Key, entries: Iterable[Entry]) -> None:
    indexes = [entry.index for entry in entries]
    word = "/".join(map(str, key))
    if indexes:
        summary.reject(code, sentence, "orgUnit", word, indexes)
    else:
        summary.say(code, sentence, "orgUnit", word)


@dataclass
class _Counts:
    imported: int = 0
    updated: int = 0
    deleted: int = 0
    taken: list[int] = field(default_factory=list)


class _Taking:
    """The values of one report."""

    def __init__(
        self, key: Key, sheet: Sheet, resolver: Resolver, summary: Summary, asked: Asked, caller: Caller, at: datetime
    ) -> None:
        self.key, self.sheet, self.resolver, self.summary = key, sheet, resolver, summary
        self.asked, self.caller, self.at = asked, caller, at
        self.definition = sheet.definition
        self.open = applicable(self.definition, sheet.levels)
        self.on = timezone.localdate(at)
        self.verdict = may_write(sheet.submission, caller, on=self.on)
        self.base = what_stands(sheet) if self.verdict or sheet.state not in EDITABLE else {}
        self.draft = dict(self.base)
        self.counts = _Counts()

    def run(self, entries: list[Entry], *, complete: bool) -> None:
        try:
            with transaction.atomic():
                self._values(entries)
                if complete:
                    self._complete()
                transaction.set_rollback(self.asked.dry_run)
        except actions.NotReady as refused:
            self._take_back(Code.NOT_READY, str(refused), entries)
        except actions.Conflict as refused:
            self._take_back(Code.NEWER_WORDS, str(refused), entries)
        except Refused as refused:
            self._take_back(self._code_of(), str(refused), entries)
        self.summary.imported += self.counts.imported
        self.summary.updated += self.counts.updated
        self.summary.deleted += self.counts.deleted

    def _take_back(self, code: Code, sentence: str, entries: list[Entry]) -> None:
        """Nothing of the report stands: what was counted as taken is ignored."""
        self.counts = _Counts()
        _reject(
            self.summary, code, sentence, self.key, [one for one in entries if one.index not in self.summary.rejected]
        )

    def _code_of(self) -> Code:
        """The code for what the rule said no to."""
        submission, round_ = self.sheet.submission, self.sheet.collection
        if submission.state not in EDITABLE:
            return Code.ALREADY_SENT
        if self.on < round_.opens_on:
            return Code.NOT_OPEN
        if submission.state == State.DRAFT and self.on > submission.expected.closes_on:
            return Code.PAST_CLOSING
        return Code.NO_WRITING

    def _values(self, entries: list[Entry]) -> None:
        for entry in entries:
            self._one(entry)
        if self.draft == self.base:
            return
        self.verdict.enforce()
        submission, by = self.sheet.submission, self.caller.account
        actions.save_draft(
            submission=submission,
            typed=self.draft,
            revision=submission.revision,
            by=by,
            at=self.at,
            rule=lambda *_args, **_kwargs: self.verdict,
        )
        submission.draft, submission.revision = self.draft, submission.revision + 1
        record(
            verb="api.values_taken", on=submission, by=by.pk, at=self.at, unit=self.key.unit,
            values=len(self.counts.taken),
        )  # fmt: skip

    def _one(self, entry: Entry) -> None:
        """One value into its box, or a conflict."""
        found = self.resolver.cell_of(entry, self.definition, self.summary)
        if found is None:
            return
        item, place = found
        if place in self.definition.positions and place not in self.open:
            sentence = _("Đơn vị không dạy cấp này nên không có ô này.")
            self._refuse(entry, Code.CELL_CLOSED, sentence, "categoryOptionCombo")
        elif not item.typed:
            self._reckoned(entry, item, place)
        else:
            try:
                self._typed(entry, item, place, self._new(entry, item))
            except WrongValue as fault:
                listed = item.kind in ("choice", "choices")
                self._refuse(entry, Code.NO_OPTION if listed else Code.WRONG_VALUE, str(fault), "value", entry.value)

    def _typed(self, entry: Entry, item: Item, place: str, new: str | None) -> None:
        standing = boxes.stands(self.definition, item, place, self.draft)
        if not self._wanted(entry, standing, new):
            return
        after = boxes.boxes_of(self.definition, item, place, new or "")
        replaces = new is not None and boxes.stands(self.definition, item, place, after) != standing
        if (replaces or self._says_more(entry, place)) and not self.verdict:
            self._refuse(entry, self._code_of(), self.verdict.reason, "value", entry.value)
            return
        if (replaces and not self._may_overwrite(entry, after, standing)) or not self._comment(entry, place):
            return
        if replaces:
            self._put(after)
        self._count(entry, standing, new)

    def _put(self, typed: dict[str, str]) -> None:
        for box, text in typed.items():
            if text:
                self.draft[box] = text
            else:
                self.draft.pop(box, None)

    def _new(self, entry: Entry, item: Item) -> str | None:
        """What is to be typed; "" empties the box, None leaves it (a comment alone)."""
        if entry.deleted or self.asked.strategy == Strategy.DELETE:
            return ""
        if not entry.value:
            return None
        return boxes.typed_of(self.definition, item, entry.value)

    def _says_more(self, entry: Entry, place: str) -> bool:
        return entry.comment is not None and entry.comment != self.draft.get(boxes.note_box(place), "")

    def _comment(self, entry: Entry, place: str) -> bool:
        if entry.comment is None:
            return True
        if len(entry.comment) > LONGEST_NOTE:
            sentence = _("Ghi chú dài quá %(longest)s ký tự.") % {"longest": LONGEST_NOTE}
            self._refuse(entry, Code.WRONG_COMMENT, sentence, "comment")
            return False
        self._put({boxes.note_box(place): entry.comment})
        return True

    def _wanted(self, entry: Entry, standing: str | None, new: str | None) -> bool:
        """Whether the strategy takes the value; where it does not it is counted and no conflict."""
        if new is None and entry.comment is None:
            self._refuse(entry, Code.NO_VALUE, _("Không có giá trị và không có ghi chú."), "value")
            return False
        exists = standing is not None
        allowed = {
            Strategy.CREATE: not exists, Strategy.UPDATE: exists, Strategy.CREATE_AND_UPDATE: True,
            Strategy.DELETE: exists,
        }  # fmt: skip
        if not allowed[self.asked.strategy]:
            self.summary.ignored += 1
            self.summary.rejected.add(entry.index)
            return False
        return True

    def _may_overwrite(self, entry: Entry, after: dict[str, str], standing: str | None) -> bool:
        """Never over a colleague's newer words: what another wrote gives way to a value that is later (ADR 13)."""
        if standing is None:
            return True
        edited = self.sheet.submission.edited
        told = [edited[box] for box in after if box in edited] or [[None, ""]]
        others = [at for by, at in told if by != self.caller.account.pk]
        came = min(_moment(entry.last_updated) or datetime.min.replace(tzinfo=self.at.tzinfo), self.at)
        newer = [at for at in others if not at or datetime.fromisoformat(at) >= came]
        if not newer:
            return True
        when = max(newer)
        shown = date_format(timezone.localtime(datetime.fromisoformat(when)), "H:i j/n/Y") if when else "?"
        self._refuse(
            entry,
            Code.NEWER_WORDS,
            _("Người khác đã ghi “%(value)s” vào ô này lúc %(when)s. Gửi kèm lastUpdated mới hơn để thay.")
            % {"value": standing[:30], "when": shown},
            "value",
            entry.value,
        )
        return False

    def _reckoned(self, entry: Entry, item: Item, place: str) -> None:
        """A box that the programme fills itself takes what it holds already."""
        answers = self.sheet.read(self.draft)
        position = self.definition.positions.get(place)
        number = answers.numbers[position] if position is not None else None
        if number is not None and boxes.said(item, number) == entry.value:
            self._count(entry, entry.value, entry.value)
            return
        self._refuse(
            entry, Code.WRONG_VALUE, _("Ô này do phần mềm tính, không nhận số từ ngoài."), "value", entry.value
        )

    def _count(self, entry: Entry, standing: str | None, new: str | None) -> None:
        self.counts.taken.append(entry.index)
        if new == "":
            self.counts.deleted += standing is not None
            self.counts.updated += standing is None
        elif standing is None:
            self.counts.imported += 1
        else:
            self.counts.updated += 1

    def _refuse(self, entry: Entry, code: Code, sentence: str, property_: str, object_: str = "") -> None:
        self.summary.reject(code, sentence, property_, object_ or entry.element, [entry.index])

    def _complete(self) -> None:
        """Send the report, once for one content: a retry is the same sending."""
        send_report(sheet=self.sheet, caller=self.caller, at=self.at)
        self.summary.complete = self.on.isoformat()


def send_report(*, sheet: Sheet, caller: Caller, at: datetime) -> None:
    """The draft becomes a sending by the rules of its page; what was sent already stays as it is.

    NotReady where something is empty, wrong or unexplained, Refused where a rule says no.
    """
    submission = sheet.submission
    if not caller.carries(Right.FILL_REPORTS):
        raise Refused(_("Khóa truy cập này không được gửi báo cáo."))
    if submission.state not in EDITABLE:  # completed once: DHIS2 takes it again without a word
        return
    content = repr(sorted(submission.draft.items()))
    number = sheet.latest.number if sheet.latest else 0
    key = uuid5(SENDINGS, f"{submission.pk}:{number}:{content}")
    actions.send(
        sheet=sheet, typed=submission.draft, revision=submission.revision, client_key=key, by=caller.account, at=at
    )


def may_write(submission: Submission, caller: Caller, *, on: date) -> Verdict:
    """Into a draft: the unit itself, or an office for the units below it, as with a workbook."""
    unit = submission.expected.unit_id
    if unit in caller.own(Right.FILL_REPORTS, on=on):
        return may_fill(submission, caller.account, on=on)
    if unit in caller.reached(Right.FILL_FOR_UNITS, on=on) and unit not in caller.own(Right.FILL_FOR_UNITS, on=on):
        return may_move(submission, Move.SEND, on=on)
    return no(_("Tài khoản hoặc khóa truy cập này không được điền báo cáo của đơn vị."))


def what_stands(sheet: Sheet) -> dict[str, Any]:
    """The draft, box by box; after a sending it is what was sent."""
    return dict(sheet.submission.draft)


def _moment(text: str) -> datetime | None:
    try:
        found = datetime.fromisoformat(text)
    except ValueError:
        return None
    return found if found.tzinfo else timezone.make_aware(found)


__all__ = ["Asked", "Group", "may_write", "send_report", "take_values", "what_stands"]

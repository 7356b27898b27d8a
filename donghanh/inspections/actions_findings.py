"""Every write of findings: opened, proved, looked at again, given more time; a finding is never deleted."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, datetime

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from donghanh.audit.actions import record
from donghanh.files.actions import store_upload
from donghanh.inspections import rules, signals
from donghanh.inspections.choices import MOVES, STILL_OPEN, WORKING_DAYS, Move, Severity
from donghanh.inspections.models import FindingMove, InspectionFinding, ProofFile, Visit
from donghanh.kernel.text import nfc
from donghanh.kernel.verdict import Refused, verdict_of
from donghanh.people.models import Account
from donghanh.periods.queries import WorkingDays

PAST = {
    Move.OPEN: "opened", Move.PROVE: "proved", Move.CLOSE: "closed", Move.REOPEN: "reopened", Move.EXTEND: "extended",
    Move.FOLLOW: "followed",
}  # fmt: skip


@transaction.atomic
def open_finding(
    *, visit: Visit, severity: str, item: str, text: str, due_on: date | None, by: Account, at: datetime
) -> InspectionFinding:
    """Something to be mended; without a day, by as many working days as its severity gives."""
    on = timezone.localdate(at)
    rules.may_record(by, visit, on=on).enforce()
    verdict_of(rules.finding_fits(text, due_on, on=on)).enforce()
    by_day = due_on or WorkingDays().after(on, WORKING_DAYS[Severity(severity)])
    row = InspectionFinding.objects.create(
        visit=visit, unit_id=visit.unit_id, severity=severity, item=item, text=nfc(text), due_on=by_day
    )
    _note(row, Move.OPEN, by=by, at=at)
    transaction.on_commit(lambda: signals.finding_opened.send(sender=InspectionFinding, finding_id=row.pk))
    return row


@transaction.atomic
def prove(
    *, finding: InspectionFinding, words: str, files: Sequence[tuple[str, bytes]], by: Account, at: datetime
) -> None:
    """How it was mended, with files or without; the office looks at it again."""
    rules.may_prove(by, finding, words, on=timezone.localdate(at)).enforce()
    rules.files_fit(len(files)).enforce()
    move = _move(finding, Move.PROVE, words=words, by=by, at=at)
    for name, content in files:
        kept = store_upload(content=content, name=name, unit=finding.unit_id, by=by.pk, at=at)
        ProofFile.objects.create(move=move, file=kept)
    transaction.on_commit(lambda: signals.finding_proved.send(sender=InspectionFinding, finding_id=finding.pk))


@transaction.atomic
def recheck(*, finding: InspectionFinding, mended: bool, words: str, by: Account, at: datetime) -> None:
    """The office has looked again: closed, or to be gone on with; either way it says what it saw."""
    move = Move.CLOSE if mended else Move.REOPEN
    rules.may_recheck(by, finding, move, on=timezone.localdate(at)).enforce()
    if not words.strip():
        raise Refused(_("Ghi kết quả kiểm tra lại."), "words")
    _move(finding, move, words=words, by=by, at=at)
    if mended:
        transaction.on_commit(lambda: signals.finding_closed.send(sender=InspectionFinding, finding_id=finding.pk))


@transaction.atomic
def extend(*, finding: InspectionFinding, due_on: date, words: str, by: Account, at: datetime) -> None:
    """More time, with a reason; the history keeps the old day beside the new."""
    on = timezone.localdate(at)
    finding = InspectionFinding.objects.select_for_update(of=("self",)).select_related("visit").get(pk=finding.pk)
    rules.may_recheck(by, finding, Move.EXTEND, on=on).enforce()
    if due_on <= max(finding.due_on, on):
        raise Refused(_("Hạn mới phải sau hạn cũ và chưa qua."), "due_on")
    if not words.strip():
        raise Refused(_("Ghi lý do gia hạn."), "words")
    before = finding.due_on
    InspectionFinding.objects.filter(pk=finding.pk).update(due_on=due_on)
    _move(finding, Move.EXTEND, words=words, due_before=before, due_after=due_on, by=by, at=at)


@transaction.atomic
def follow_units(*, successors: Mapping[int, int], at: datetime) -> int:
    """Units merged into others: what they have still to mend is their successors' to mend. How many findings moved."""
    moved = 0
    for finding in InspectionFinding.objects.filter(unit__in=successors, state__in=STILL_OPEN).order_by("pk"):
        finding.unit_id = successors[finding.unit_id]
        finding.save(update_fields=["unit"])
        _note(finding, Move.FOLLOW, by=None, at=at)
        moved += 1
    return moved


def _move(
    finding: InspectionFinding, move: Move, *, words: str, by: Account, at: datetime, **days: date
) -> FindingMove:
    """Along the table, once: of two who press at the same moment the second is refused."""
    step = MOVES[move]
    waiting = InspectionFinding.objects.filter(pk=finding.pk, state__in=step.sources)
    if not waiting.update(state=step.target or finding.state):
        raise Refused(_("Kiến nghị vừa có thay đổi. Thầy cô tải lại trang để xem."))
    finding.state = step.target or finding.state
    return _note(finding, move, by=by, at=at, words=nfc(words), **days)


def _note(
    finding: InspectionFinding, move: Move, *, by: Account | None, at: datetime, words: str = "", **days: date
) -> FindingMove:
    row = FindingMove.objects.create(finding=finding, move=move, words=words, by=by, at=at, **days)
    record(verb=f"inspections.finding_{PAST[move]}", on=finding, by=by.pk if by else None, at=at, unit=finding.unit_id)
    return row

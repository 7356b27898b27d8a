"""Every write of findings: opened, proved, looked at again, given more time; a finding is never deleted."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from donghanh.audit.actions import record
from donghanh.files.actions import store_upload
from donghanh.files.models import StoredFile
from donghanh.inspections import rules, signals
from donghanh.inspections.choices import MOVES, STILL_OPEN, WORKING_DAYS, Move, Severity
from donghanh.inspections.models import Finding, FindingMove, Visit
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
) -> Finding:
    """Something to be mended; without a day, by as many working days as its severity gives."""
    on = timezone.localdate(at)
    rules.may_record(by, visit, on=on).enforce()
    verdict_of(rules.finding_fits(text, due_on, on=on)).enforce()
    by_day = due_on or WorkingDays().after(on, WORKING_DAYS[Severity(severity)])
    row = Finding.objects.create(
        visit=visit, unit_id=visit.unit_id, severity=severity, item=item, text=nfc(text), due_on=by_day
    )
    _note(row, Move.OPEN, by=by, at=at)
    transaction.on_commit(lambda: signals.finding_opened.send(sender=Finding, finding_id=row.pk))
    return row


@transaction.atomic
def prove(*, finding: Finding, words: str, file: tuple[str, bytes] | None, by: Account, at: datetime) -> None:
    """How it was mended, with a file or without; the office looks at it again."""
    rules.may_prove(by, finding, words, on=timezone.localdate(at)).enforce()
    kept = file and store_upload(content=file[1], name=file[0], unit=finding.unit_id, by=by.pk, at=at)
    _move(finding, Move.PROVE, words=words, file=kept or None, by=by, at=at)
    transaction.on_commit(lambda: signals.finding_proved.send(sender=Finding, finding_id=finding.pk))


@transaction.atomic
def recheck(*, finding: Finding, mended: bool, words: str, by: Account, at: datetime) -> None:
    """The office has looked again: closed, or to be gone on with; either way it says what it saw."""
    move = Move.CLOSE if mended else Move.REOPEN
    rules.may_recheck(by, finding, move, on=timezone.localdate(at)).enforce()
    if not words.strip():
        raise Refused(_("Ghi kết quả kiểm tra lại."), "words")
    _move(finding, move, words=words, by=by, at=at)
    if mended:
        transaction.on_commit(lambda: signals.finding_closed.send(sender=Finding, finding_id=finding.pk))


@transaction.atomic
def extend(*, finding: Finding, due_on: date, words: str, by: Account, at: datetime) -> None:
    """More time, with a reason."""
    on = timezone.localdate(at)
    rules.may_recheck(by, finding, Move.EXTEND, on=on).enforce()
    if due_on <= max(finding.due_on, on):
        raise Refused(_("Hạn mới phải sau hạn cũ và chưa qua."), "due_on")
    if not words.strip():
        raise Refused(_("Ghi lý do gia hạn."), "words")
    Finding.objects.filter(pk=finding.pk).update(due_on=due_on)
    _move(finding, Move.EXTEND, words=words, by=by, at=at)


@transaction.atomic
def follow_units(*, successors: Mapping[int, int], at: datetime) -> int:
    """Units merged into others: what they have still to mend is their successors' to mend. How many findings moved."""
    moved = 0
    for finding in Finding.objects.filter(unit__in=successors, state__in=STILL_OPEN).order_by("pk"):
        finding.unit_id = successors[finding.unit_id]
        finding.save(update_fields=["unit"])
        _note(finding, Move.FOLLOW, by=None, at=at)
        moved += 1
    return moved


def _move(
    finding: Finding, move: Move, *, words: str, by: Account, at: datetime, file: StoredFile | None = None
) -> None:
    """Along the table, once: of two who press at the same moment the second is refused."""
    step = MOVES[move]
    waiting = Finding.objects.filter(pk=finding.pk, state__in=step.sources)
    if not waiting.update(state=step.target or finding.state):
        raise Refused(_("Kiến nghị vừa có thay đổi. Thầy cô tải lại trang để xem."))
    finding.state = step.target or finding.state
    _note(finding, move, by=by, at=at, words=nfc(words), file=file)


def _note(
    finding: Finding, move: Move, *, by: Account | None, at: datetime, words: str = "", file: StoredFile | None = None
) -> None:
    FindingMove.objects.create(finding=finding, move=move, words=words, file=file, by=by, at=at)
    record(verb=f"inspections.finding_{PAST[move]}", on=finding, by=by.pk if by else None, at=at, unit=finding.unit_id)

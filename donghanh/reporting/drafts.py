"""Writing a report before it is sent: boxes typed by several people, files put beside an item."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime

from django.db import transaction
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from donghanh.audit.actions import record
from donghanh.files.actions import store_upload
from donghanh.kernel.verdict import Refused, Verdict
from donghanh.people.models import Account
from donghanh.reporting.merging import Changes, merge, stored
from donghanh.reporting.models import Evidence, Submission
from donghanh.reporting.rules import may_fill

ELSEWHERE = gettext_lazy("Báo cáo đã được sửa ở một cửa sổ khác. Tải lại trang để xem bản mới; chưa có gì bị ghi đè.")
MOST_FILES = 10  # beside one item


class Conflict(Refused):
    """Somebody saved in between: another tab, another person. Nothing was overwritten."""


@dataclass(frozen=True)
class Clash:
    """A box that two have changed: what each wrote is there to choose from."""

    theirs: str
    was: str  # before either
    by: str  # name of the other; "" where it is not known
    at: str  # when, "14:02 16/6/2025"


@dataclass(frozen=True)
class Saved:
    revision: int
    draft: dict[str, str]  # all boxes as they stand now, what others wrote included
    clashes: dict[str, Clash]


@transaction.atomic
def save_draft(
    *,
    submission: Submission,
    typed: Mapping[str, str],
    revision: int,
    by: Account,
    at: datetime,
    rule: Callable[..., Verdict] = may_fill,
) -> int:
    """Keep what was typed, wrong or not, and return the new revision. `Conflict` if it is no longer at `revision`.

    `rule`: who may; an office that brings in files has one of its own.
    """
    rule(submission, by, on=timezone.localdate(at)).enforce()
    draft = stored(typed)
    untouched = Submission.objects.filter(pk=submission.pk, revision=revision, state=submission.state)
    changed = [box for box in {*draft, *submission.draft} if draft.get(box) != submission.draft.get(box)]
    edited = submission.edited | _signed(changed, by, at)
    if not untouched.update(draft=draft, edited=edited, revision=revision + 1, saved_at=at, saved_by=by):
        raise Conflict(ELSEWHERE)
    return revision + 1


@transaction.atomic
def save_changes(*, submission: Submission, changes: Changes, by: Account, at: datetime) -> Saved:
    """Put the changed boxes into the draft, each only where nobody else has changed it since; the rest are clashes.

    Raises Refused if the report may not be filled, Conflict if it has moved on meanwhile.
    """
    may_fill(submission, by, on=timezone.localdate(at)).enforce()
    row = Submission.objects.select_for_update().get(pk=submission.pk)
    if (row.state, row.latest_id) != (submission.state, submission.latest_id):
        raise Conflict(ELSEWHERE)
    merged = merge(row.draft, changes)
    if merged.taken:
        row.draft, row.edited = merged.draft, row.edited | _signed(merged.taken, by, at)
        row.revision, row.saved_at, row.saved_by = row.revision + 1, at, by
        row.save(update_fields=["draft", "edited", "revision", "saved_at", "saved_by"])
    return Saved(row.revision, row.draft, _clashes(row, merged.conflicts))


@transaction.atomic
def add_evidence(
    *, submission: Submission, item: str, name: str, content: bytes, by: Account, at: datetime
) -> Evidence:
    """Put a file beside an item. Raises Refused with the sentence if the file or the moment is not right."""
    may_fill(submission, by, on=timezone.localdate(at)).enforce()
    Submission.objects.select_for_update().get(pk=submission.pk)  # two uploads at once count each other
    beside = Evidence.objects.filter(submission=submission, item=item, removed_at=None)
    if beside.count() >= MOST_FILES:
        raise Refused(_("Mỗi mục nhận nhiều nhất %(most)s tệp. Bỏ bớt một tệp rồi thêm lại.") % {"most": MOST_FILES})
    unit = submission.expected.unit_id
    file = store_upload(content=content, name=name, unit=unit, by=by.pk, at=at)
    row = Evidence.objects.create(submission=submission, item=item, file=file, at=at, by=by)
    record(verb="reporting.evidence_added", on=submission, by=by.pk, at=at, unit=unit, item=item, sha256=file.sha256)
    return row


@transaction.atomic
def remove_evidence(*, submission: Submission, evidence_id: int, by: Account, at: datetime) -> None:
    """Take a file from the draft; sendings made before still name it and it can still be opened from there."""
    may_fill(submission, by, on=timezone.localdate(at)).enforce()
    there = Evidence.objects.filter(pk=evidence_id, submission=submission, removed_at=None)
    if there.update(removed_at=at, removed_by=by):
        unit = submission.expected.unit_id
        record(verb="reporting.evidence_removed", on=submission, by=by.pk, at=at, unit=unit, evidence=evidence_id)


def _signed(boxes: Iterable[str], by: Account, at: datetime) -> dict[str, list[object]]:
    return {box: [by.pk, at.isoformat()] for box in boxes}


def _clashes(row: Submission, conflicts: Mapping[str, str]) -> dict[str, Clash]:
    signed = {box: row.edited.get(box, [None, ""]) for box in conflicts}
    names = Account.objects.in_bulk({by for by, _at in signed.values() if by}) if conflicts else {}
    clashes = {}
    for box, was in conflicts.items():
        by, at = signed[box]
        moment = timezone.localtime(datetime.fromisoformat(at)) if at else None
        name = names[by].full_name if by in names else ""
        clashes[box] = Clash(row.draft.get(box, ""), was, name, date_format(moment, "H:i j/n/Y") if moment else "")
    return clashes

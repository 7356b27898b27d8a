from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from contextlib import suppress
from datetime import date, datetime
from functools import partial
from types import MappingProxyType
from typing import Any, cast
from uuid import UUID

from django.db import IntegrityError, transaction
from django.db.models import Exists, OuterRef
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from procrastinate.exceptions import AlreadyEnqueued

from donghanh.audit.actions import record
from donghanh.files.actions import store
from donghanh.kernel.text import nfc
from donghanh.kernel.verdict import Refused
from donghanh.papers.actions import coded, keep_sources, render_docx, render_pdf
from donghanh.people.models import Account
from donghanh.reporting import drafts
from donghanh.reporting.choices import MOVES, Move
from donghanh.reporting.drafts import ELSEWHERE
from donghanh.reporting.merging import stored
from donghanh.reporting.models import (
    Collection,
    ExpectedReport,
    FactChange,
    IssuedReport,
    Letterhead,
    Remark,
    Submission,
    SubmissionVersion,
    Transition,
    kept,
)
from donghanh.reporting.official import official_report
from donghanh.reporting.queries import Sheet, is_generated, next_step
from donghanh.reporting.rerouting import reroute
from donghanh.reporting.rounds import open_collection
from donghanh.reporting.rules import is_complete, may_fill, may_lock, may_reopen, may_review, may_withdraw
from donghanh.reporting.self_filling import prefilled
from donghanh.reporting.signals import (
    report_accepted,
    report_locked,
    report_passed_up,
    report_reopened,
    report_returned,
    report_sent,
    report_withdrawn,
)
from donghanh.reporting.tasks import lay_out_figures

__all__ = [
    "Conflict", "NotReady", "accept", "give_back", "issue", "lock_due", "lock_round", "open_collection",
    "queue_figures", "recount_since", "reopen", "reroute", "save_changes", "save_draft", "seal", "send", "withdraw",
]  # fmt: skip
FIRST = 1  # number of the step that every sending begins at
PDF = "application/pdf"
DOCX = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
TOLD = {
    Move.SEND: report_sent,
    Move.RETURN: report_returned,
    Move.ACCEPT: report_accepted,
    Move.WITHDRAW: report_withdrawn,
    Move.REOPEN: report_reopened,
}
NOTHING: Mapping[str, Any] = MappingProxyType({})

Conflict = drafts.Conflict  # other rooms enter by this module
save_draft, save_changes = drafts.save_draft, drafts.save_changes


class NotReady(Refused):
    """The answers are not complete or not right yet; the sheet says where, box by box."""


def send(
    *, sheet: Sheet, typed: Mapping[str, str], revision: int, client_key: UUID, by: Account, at: datetime
) -> SubmissionVersion:
    """Make the sending: one immutable row. One content under one `client_key` is one sending, however often it comes.

    Raises NotReady if a box is empty or wrong, Conflict if another tab saved in between, Refused if a rule forbids it.
    """
    submission, latest = sheet.submission, sheet.latest
    typed = prefilled(typed, sheet.offered)  # what nobody touched is sent as it was counted
    answers = sheet.read(typed)
    beside: dict[str, Any] = {"texts": answers.texts, "notes": answers.notes, "evidence": sheet.evidence}
    sealed = seal(submission, answers.numbers, **beside, client_key=client_key)
    if latest and (latest.client_key, latest.sha256) == (client_key, sealed):  # other content: a page from the history
        return latest
    may_fill(submission, by, on=timezone.localdate(at)).enforce()
    if submission.revision != revision:
        raise Conflict(ELSEWHERE)
    if not (complete := is_complete(sheet, answers)):
        raise NotReady(complete.reason)
    version = SubmissionVersion(
        submission=submission,
        number=latest.number + 1 if latest else 1,
        **kept(answers.numbers),
        **beside,
        client_key=client_key,
        sha256=sealed,
        sent_at=at,
        sent_by=by,
    )
    saved: dict[str, Any] = {"draft": stored(typed), "revision": revision + 1, "saved_at": at, "saved_by": by}
    try:
        with transaction.atomic():
            version.save()
            _move(submission, Move.SEND, version, by=by, at=at, latest=version, **saved)
    except IntegrityError:  # the same press arrived twice at once, and the other was first
        first = submission.versions.filter(client_key=client_key, sha256=sealed).first()
        if first is None:
            raise Conflict(ELSEWHERE) from None
        return first
    return version


@transaction.atomic
def accept(*, submission: Submission, version_number: int, by: Account, at: datetime) -> None:
    """Pass the sending on to the next office of its chain; by the last one it is taken into the figures."""
    may_review(submission, by, Move.ACCEPT, version_number, on=timezone.localdate(at)).enforce()
    _move(submission, Move.ACCEPT, _sent(submission), by=by, at=at)


@transaction.atomic
def give_back(
    *,
    submission: Submission,
    version_number: int,
    reason: str,
    remarks: Mapping[str, str],
    by: Account,
    at: datetime,
) -> None:
    """Return the sending for correction, with a remark at each item named in `remarks` (item code → sentence)."""
    may_review(submission, by, Move.RETURN, version_number, on=timezone.localdate(at)).enforce()
    said = {item: nfc(text) for item, text in remarks.items() if nfc(text)}
    if not said and not nfc(reason):
        raise Refused(_("Cần ít nhất một nhận xét, để đơn vị biết phải sửa gì."))
    version = _sent(submission)
    Remark.objects.bulk_create(Remark(version=version, item=item, text=text) for item, text in said.items())
    _move(submission, Move.RETURN, version, by=by, at=at, reason=nfc(reason))


@transaction.atomic
def withdraw(*, submission: Submission, version_number: int, reason: str, by: Account, at: datetime) -> None:
    """Take the sending back before any office has accepted it: a draft again, the sending stays in the history."""
    may_withdraw(submission, by, version_number, on=timezone.localdate(at)).enforce()
    _move(submission, Move.WITHDRAW, _sent(submission), by=by, at=at, reason=nfc(reason))


@transaction.atomic
def reopen(*, submission: Submission, reason: str, by: Account, at: datetime) -> None:
    """Give an accepted or locked report back to its unit, with the reason; its figures are taken out."""
    may_reopen(submission, by, on=timezone.localdate(at)).enforce()
    if not nfc(reason):
        raise Refused(_("Cần ghi lý do mở lại, để đơn vị biết phải sửa gì."), "reason")
    _move(submission, Move.REOPEN, _sent(submission), by=by, at=at, reason=nfc(reason))


@transaction.atomic
def lock_round(*, collection: Collection, by: Account | None, at: datetime) -> int:
    """Lock what is accepted in a round: by hand, or by the calendar (`by` None). The answer is how many."""
    if by:
        may_lock(collection, by, on=timezone.localdate(at)).enforce()
    found = Submission.objects.filter(expected__collection=collection, state__in=MOVES[Move.LOCK].sources)
    rows = list(found.select_for_update(of=("self",)).order_by("pk"))
    if not rows:
        return 0
    Submission.objects.filter(pk__in=[row.pk for row in rows]).update(state=MOVES[Move.LOCK].target)
    Transition.objects.bulk_create(
        Transition(submission=row, version_id=cast("int", row.latest_id), move=Move.LOCK, step=row.step, at=at, by=by)
        for row in rows
    )
    record(
        verb="reporting.round_locked", on=collection, by=by.pk if by else None, at=at, unit=collection.owner_id,
        rows=len(rows),
    )  # fmt: skip
    ids = [{"submission_id": row.pk, "version_id": row.latest_id} for row in rows]
    transaction.on_commit(lambda: [report_locked.send(Submission, **each) for each in ids], robust=True)
    return len(rows)


def lock_due(*, on: date, at: datetime) -> int:
    """Lock the rounds whose day has come; each in a transaction of its own. The answer is how many reports."""
    waits = Submission.objects.filter(expected__collection=OuterRef("pk"), state__in=MOVES[Move.LOCK].sources)
    due = Collection.objects.filter(Exists(waits), locks_on__lte=on).order_by("pk")
    return sum(lock_round(collection=collection, by=None, at=at) for collection in due)


def issue(*, collection: Collection, unit_id: int, by: Account, at: datetime) -> IssuedReport:
    """Draw the official report of an office from the figures as they stand, as PDF and Word, and keep both files."""
    letterhead = Letterhead.objects.select_related("unit").filter(unit=unit_id).first()
    if letterhead is None:
        raise Refused(
            _(
                "Đơn vị chưa khai báo tiêu đề văn bản (cơ quan, ký hiệu, người ký)."
                " Thầy cô nhờ người quản trị khai báo trước khi xuất."
            )
        )
    document = coded(official_report(collection, letterhead, generated=is_generated(collection)))
    name = f"bao-cao-{collection.period.code}-{at:%Y%m%d-%H%M}"
    keep = partial(store, unit=unit_id, by=by.pk, at=at)
    with transaction.atomic():
        report = IssuedReport.objects.create(
            collection=collection,
            unit_id=unit_id,
            pdf=keep(content=render_pdf(document, at=at), name=f"{name}.pdf", content_type=PDF),
            docx=keep(content=render_docx(document, at=at), name=f"{name}.docx", content_type=DOCX),
            at=at,
            by=by,
        )
        keep_sources(document, unit_id=unit_id, title=f"Báo cáo: {document.abstract}", at=at)
        record(verb="reporting.issued", on=report, by=by.pk, at=at, unit=unit_id, collection=collection.pk)
    return report


@transaction.atomic
def recount_since(*, day: date, at: datetime) -> list[int]:
    """The tree was changed as of `day`: rounds read on that day or later are laid out anew. Their ids."""
    touched = list(Collection.objects.filter(period__reference_day__gte=day).order_by("pk"))
    FactChange.objects.bulk_create(FactChange(collection=collection, at=at) for collection in touched)
    return [collection.pk for collection in touched]


def queue_figures(collection_id: int) -> None:
    """Have the worker lay out this round's figures now; a job that waits already will see to it."""
    with suppress(AlreadyEnqueued), transaction.atomic():
        lay_out_figures.configure(queueing_lock=f"lay_out_figures {collection_id}").defer(collection_id=collection_id)


def seal(
    submission: Submission,
    numbers: list[float | None],
    texts: Mapping[str, str],
    notes: Mapping[str, str] = NOTHING,
    evidence: Mapping[str, Any] = NOTHING,
    client_key: UUID | None = None,
) -> str:
    """SHA-256 over what was sent, for whom and when: printed on the receipt; whoever may read it can compute it again.

    `client_key`, known to the sender and to us, keeps others from finding few small numbers by trying them all.
    """
    expected = submission.expected
    content = {"unit": expected.unit_id, "period": expected.collection.period.code, "numbers": numbers, "texts": texts}
    key = str(client_key) if client_key else ""
    beside = {"notes": notes, "evidence": evidence, "key": key}  # named only where there is some
    content |= {name: said for name, said in beside.items() if said}
    return hashlib.sha256(json.dumps(content, sort_keys=True, ensure_ascii=False).encode()).hexdigest()


def _move(
    submission: Submission,
    move: Move,
    version: SubmissionVersion,
    *,
    by: Account,
    at: datetime,
    reason: str = "",
    **changes: Any,
) -> None:
    """One step of the state machine: state, office, log, audit and word of it, in the caller's transaction.

    Taken only from the very state, step and sending that the caller has seen; Conflict if somebody was faster. A
    sending begins at the first step of the chain; an acceptance goes on to the next and stays between as long as there
    is one. The outbox of figures is written by the database with the log (see `FactChange`).
    """
    goes_to = next_step(submission) if move == Move.ACCEPT else None
    if move == Move.SEND and submission.step != FIRST:
        goes_to = submission.expected.steps.get(number=FIRST)
    state = MOVES[move].between if move == Move.ACCEPT and goes_to else MOVES[move].target
    seen = {name: getattr(submission, name) for name in ("state", "step", "revision")} | {
        "latest": submission.latest_id
    }
    changes |= {"state": state, "step": goes_to.number if goes_to else submission.step}
    if not Submission.objects.filter(pk=submission.pk, **seen).update(**changes):
        raise Conflict(ELSEWHERE)
    if goes_to:
        ExpectedReport.objects.filter(pk=submission.expected_id).update(reviewer=goes_to.office_id)
    step = FIRST if move == Move.SEND else submission.step
    Transition.objects.create(submission=submission, version=version, move=move, step=step, at=at, by=by, reason=reason)
    passed_up = move == Move.ACCEPT and state != MOVES[move].target
    deed = "passed_up" if passed_up else move
    record(verb=f"reporting.{deed}", on=submission, by=by.pk, at=at, unit=submission.expected.unit_id)
    ids = {"submission_id": submission.pk, "version_id": version.pk}
    told = report_passed_up if passed_up else TOLD[move]
    transaction.on_commit(lambda: told.send(Submission, **ids), robust=True)  # the sweep finds what was lost


def _sent(submission: Submission) -> SubmissionVersion:
    return cast("SubmissionVersion", submission.latest)  # whatever is decided about was sent

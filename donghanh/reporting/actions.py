from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from datetime import date, datetime
from functools import partial
from typing import Any, cast
from uuid import UUID

from django.db import IntegrityError, transaction
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from donghanh.audit.actions import record
from donghanh.files.actions import store
from donghanh.kernel.text import nfc
from donghanh.kernel.verdict import Refused
from donghanh.papers.actions import render_docx, render_pdf
from donghanh.people.models import Account
from donghanh.questionnaires.rules import read_answers
from donghanh.reporting.choices import MOVES, Move
from donghanh.reporting.models import (
    Collection,
    FactChange,
    IssuedReport,
    Letterhead,
    Remark,
    Submission,
    SubmissionVersion,
    Transition,
)
from donghanh.reporting.official import official_report
from donghanh.reporting.queries import Sheet, is_generated
from donghanh.reporting.rerouting import reroute
from donghanh.reporting.rounds import open_collection
from donghanh.reporting.rules import is_complete, may_fill, may_review
from donghanh.reporting.self_filling import prefilled
from donghanh.reporting.signals import report_accepted, report_returned, report_sent
from donghanh.reporting.tasks import lay_out_figures

__all__ = [
    "Conflict", "NotReady", "accept", "give_back", "issue", "open_collection", "queue_figures", "recount_since",
    "reroute", "save_draft", "seal", "send",
]  # fmt: skip
PDF = "application/pdf"
DOCX = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
ELSEWHERE = _("Báo cáo đã được sửa ở một cửa sổ khác. Tải lại trang để xem bản mới; chưa có gì bị ghi đè.")
TOLD = {Move.SEND: report_sent, Move.RETURN: report_returned, Move.ACCEPT: report_accepted}


class Conflict(Refused):
    """Somebody saved in between: another tab, another person. Nothing was overwritten."""


class NotReady(Refused):
    """The answers are not complete or not right yet; the sheet says where, box by box."""


@transaction.atomic
def save_draft(*, submission: Submission, typed: Mapping[str, str], revision: int, by: Account, at: datetime) -> int:
    """Keep what was typed, wrong or not, and return the new revision. `Conflict` if it is no longer at `revision`."""
    may_fill(submission, by, on=timezone.localdate(at)).enforce()
    untouched = Submission.objects.filter(pk=submission.pk, revision=revision, state=submission.state)
    if not untouched.update(draft=_kept(typed), revision=revision + 1, saved_at=at, saved_by=by):
        raise Conflict(ELSEWHERE)
    return revision + 1


def send(
    *, sheet: Sheet, typed: Mapping[str, str], revision: int, client_key: UUID, by: Account, at: datetime
) -> SubmissionVersion:
    """Make the sending: one immutable row. One content under one `client_key` is one sending, however often it comes.

    Raises NotReady if a box is empty or wrong, Conflict if another tab saved in between, Refused if a rule forbids it.
    """
    submission, latest = sheet.submission, sheet.latest
    typed = prefilled(typed, sheet.offered)  # what nobody touched is sent as it was counted
    answers = read_answers(sheet.definition, typed, sheet.levels)
    sealed = seal(submission, answers.numbers, answers.texts)
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
        numbers=answers.numbers,
        texts=answers.texts,
        client_key=client_key,
        sha256=sealed,
        sent_at=at,
        sent_by=by,
    )
    kept: dict[str, Any] = {"draft": _kept(typed), "revision": revision + 1, "saved_at": at, "saved_by": by}
    try:
        with transaction.atomic():
            version.save()
            _move(submission, Move.SEND, version, by=by, at=at, latest=version, **kept)
    except IntegrityError:  # the same press arrived twice at once, and the other was first
        first = submission.versions.filter(client_key=client_key, sha256=sealed).first()
        if first is None:
            raise Conflict(ELSEWHERE) from None
        return first
    return version


@transaction.atomic
def accept(*, submission: Submission, version_number: int, by: Account, at: datetime) -> None:
    """Take the sending into the figures."""
    may_review(submission, by, Move.ACCEPT, version_number, on=timezone.localdate(at)).enforce()
    _move(submission, Move.ACCEPT, _under_review(submission), by=by, at=at)
    FactChange.objects.create(collection=submission.expected.collection, at=at)


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
    version = _under_review(submission)
    Remark.objects.bulk_create(Remark(version=version, item=item, text=text) for item, text in said.items())
    _move(submission, Move.RETURN, version, by=by, at=at, reason=nfc(reason))


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
    document = official_report(collection, letterhead, generated=is_generated(collection))
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
        record(verb="reporting.issued", on=report, by=by.pk, at=at, unit=unit_id, collection=collection.pk)
    return report


@transaction.atomic
def recount_since(*, day: date, at: datetime) -> list[int]:
    """The tree was changed as of `day`: rounds read on that day or later are laid out anew. Their ids."""
    touched = list(Collection.objects.filter(period__reference_day__gte=day).order_by("pk"))
    FactChange.objects.bulk_create(FactChange(collection=collection, at=at) for collection in touched)
    return [collection.pk for collection in touched]


def queue_figures(collection_id: int) -> None:
    """Have the worker lay out this round's figures now."""
    lay_out_figures.defer(collection_id=collection_id)


def seal(submission: Submission, numbers: list[float | None], texts: Mapping[str, str]) -> str:
    """SHA-256 over what was sent, for whom and when: printed on the receipt; anyone can compute it again."""
    expected = submission.expected
    content = {"unit": expected.unit_id, "period": expected.collection.period.code, "numbers": numbers, "texts": texts}
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
    """One step of the state machine: state, log, audit and word of it, in the caller's transaction.

    Taken only from the very state and sending that the caller has seen; Conflict if somebody was faster.
    """
    seen = {"state": submission.state, "latest": submission.latest_id, "revision": submission.revision}
    if not Submission.objects.filter(pk=submission.pk, **seen).update(state=MOVES[move].target, **changes):
        raise Conflict(ELSEWHERE)
    Transition.objects.create(submission=submission, version=version, move=move, at=at, by=by, reason=reason)
    record(verb=f"reporting.{move}", on=submission, by=by.pk, at=at, unit=submission.expected.unit_id)
    ids = {"submission_id": submission.pk, "version_id": version.pk}
    transaction.on_commit(lambda: TOLD[move].send(Submission, **ids), robust=True)  # the sweep finds what was lost


def _under_review(submission: Submission) -> SubmissionVersion:
    return cast("SubmissionVersion", submission.latest)  # what may be reviewed was sent


def _kept(typed: Mapping[str, str]) -> dict[str, str]:
    return {box: text for box, text in typed.items() if text.strip()}

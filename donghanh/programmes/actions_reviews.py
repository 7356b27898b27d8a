"""Every write of reviews: begun from figures, written by people, submitted, returned, approved."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from donghanh.audit.actions import record
from donghanh.kernel.text import nfc
from donghanh.kernel.verdict import Refused
from donghanh.people.models import Account
from donghanh.periods.models import Period
from donghanh.programmes import signals
from donghanh.programmes.choices import REVIEW_MOVES, ReviewMove, Section
from donghanh.programmes.models import Programme, Review, ReviewTransition, ReviewVersion
from donghanh.programmes.queries_reviews import Content, drawn, quotes
from donghanh.programmes.rules_reviews import (
    has_words,
    may_begin,
    may_decide,
    may_submit,
    may_write,
    texts_fit,
)


@transaction.atomic
def begin_review(*, programme: Programme, unit_id: int, kind: str, period: Period, by: Account, at: datetime) -> Review:
    """A first wording: figures as they stand, and what the units below had accepted, a line under each unit's name."""
    on = timezone.localdate(at)
    may_begin(by, programme, unit_id, kind, period, on=on).enforce()
    review = Review.objects.create(programme=programme, unit_id=unit_id, kind=kind, period=period)
    said: dict[Section, list[str]] = {}
    for name, quote in quotes(programme, unit_id, period, on=on):
        said.setdefault(quote.section, []).append(f"{name}: {quote.text}")
    content: Content = {section: {"figures": [], "text": "\n".join(said.get(section, []))} for section in Section}
    _add(review, _with_figures(review, content, on), by=by, at=at)
    record(verb="programmes.review_begun", on=review, by=by.pk, at=at, unit=unit_id)
    return review


@transaction.atomic
def write_review(
    *, review: Review, texts: Mapping[str, str], based_on: int, redraw: bool, by: Account, at: datetime
) -> ReviewVersion:
    """A new wording of the sections named; `redraw`: with the figures of now. The same words make no new version."""
    review = Review.objects.select_for_update(of=("self",)).select_related("latest").get(pk=review.pk)
    may_write(by, review, based_on, on=timezone.localdate(at)).enforce()
    clean = {section: nfc(text.replace("\r\n", "\n")).strip() for section, text in texts.items() if section in Section}
    texts_fit(clean).enforce()
    latest = _latest(review)
    content: Content = {key: {**part, "text": clean.get(key, part["text"])} for key, part in latest.content.items()}
    if redraw:
        content = _with_figures(review, content, timezone.localdate(at))
    if content == latest.content:
        return latest
    version = _add(review, content, by=by, at=at)
    record(verb="programmes.review_written", on=review, by=by.pk, at=at, unit=review.unit_id)
    return version


def submit_review(*, review: Review, by: Account, at: datetime) -> None:
    """Up to whoever approves it."""
    with transaction.atomic():
        may_submit(by, review, on=timezone.localdate(at)).enforce()
        has_words(_latest(review).content).enforce()
        _move(review, ReviewMove.SUBMIT, by=by, at=at)


def return_review(*, review: Review, reason: str, by: Account, at: datetime) -> None:
    """Back to its writers, with what to mend."""
    if not reason.strip():
        raise Refused(_("Ghi điều cần sửa, để người viết biết."), "reason")
    with transaction.atomic():
        may_decide(by, review, ReviewMove.RETURN, on=timezone.localdate(at)).enforce()
        _move(review, ReviewMove.RETURN, reason=nfc(reason), by=by, at=at)


def approve_review(*, review: Review, by: Account, at: datetime) -> None:
    """As it stands; from now on its words are offered to the office above."""
    with transaction.atomic():
        may_decide(by, review, ReviewMove.APPROVE, on=timezone.localdate(at)).enforce()
        _move(review, ReviewMove.APPROVE, by=by, at=at)
    signals.review_approved.send(sender=Review, review_id=review.pk)


def reopen_review(*, review: Review, reason: str, by: Account, at: datetime) -> None:
    """An approved review is to be written again; says why."""
    if not reason.strip():
        raise Refused(_("Ghi lý do mở lại."), "reason")
    with transaction.atomic():
        may_decide(by, review, ReviewMove.REOPEN, on=timezone.localdate(at)).enforce()
        _move(review, ReviewMove.REOPEN, reason=nfc(reason), by=by, at=at)


def _move(review: Review, move: ReviewMove, *, by: Account, at: datetime, reason: str = "") -> None:
    """Along the table, once: of two who press at the same moment the second is refused."""
    step = REVIEW_MOVES[move]
    changed = Review.objects.filter(pk=review.pk, state__in=step.sources, latest=review.latest_id)
    if not changed.update(state=step.target):
        raise Refused(_("Báo cáo vừa có thay đổi. Thầy cô tải lại trang để xem."))
    review.state = step.target
    ReviewTransition.objects.create(review=review, version=_latest(review), move=move, reason=reason, by=by, at=at)
    record(verb=f"programmes.review_{PAST[move]}", on=review, by=by.pk, at=at, unit=review.unit_id, reason=reason)


PAST = {
    ReviewMove.SUBMIT: "submitted",
    ReviewMove.RETURN: "returned",
    ReviewMove.APPROVE: "approved",
    ReviewMove.REOPEN: "reopened",
}


def _latest(review: Review) -> ReviewVersion:
    if review.latest is None:
        raise Refused(_("Báo cáo chưa có bản nào."))
    return review.latest


def _with_figures(review: Review, content: Content, on: date) -> Content:
    figures = drawn(review.programme, review.unit_id, review.period, on=on)
    return {
        key: {**part, "figures": [list(one) for one in figures.get(Section(key), [])]} for key, part in content.items()
    }


def _add(review: Review, content: Content, *, by: Account, at: datetime) -> ReviewVersion:
    number = review.latest.number + 1 if review.latest else 1
    version = ReviewVersion.objects.create(review=review, number=number, content=content, by=by, at=at)
    review.latest = version
    review.save(update_fields=["latest"])
    return version

"""Every write of good practice and of the yearly counts of discipline."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from donghanh.audit.actions import record
from donghanh.files.actions import store_upload
from donghanh.kernel.text import nfc
from donghanh.kernel.verdict import Refused
from donghanh.people.models import Account
from donghanh.periods.models import Period
from donghanh.recognition import rules, signals
from donghanh.recognition.choices import Discipline, PracticeState
from donghanh.recognition.models import DisciplineCount, Practice, PracticeTrial


@transaction.atomic
def write_practice(
    *, practice: Practice, words: Mapping[str, str], file: tuple[str, bytes] | None, send: bool, by: Account,
    at: datetime,
) -> Practice:  # fmt: skip
    """A new one (without a key) or another wording; `send`: to the office above, which shares it or returns it."""
    rules.may_share(by, practice, on=timezone.localdate(at)).enforce()
    for name, text in words.items():
        setattr(practice, name, nfc(text))
    if file:
        practice.file = store_upload(content=file[1], name=file[0], unit=practice.unit_id, by=by.pk, at=at)
    practice.state = PracticeState.SUBMITTED if send else practice.state
    practice.save()
    record(verb="recognition.practice_written", on=practice, by=by.pk, at=at, unit=practice.unit_id)
    return practice


@transaction.atomic
def review_practice(*, practice: Practice, share: bool, remark: str, by: Account, at: datetime) -> None:
    """The office above shares it with everybody who is signed in, or says what is lacking."""
    rules.may_review(by, practice, on=timezone.localdate(at)).enforce()
    if not share and not remark.strip():
        raise Refused(_("Ghi điều cần bổ sung."), "remark")
    state = PracticeState.PUBLISHED if share else PracticeState.RETURNED
    waiting = Practice.objects.filter(pk=practice.pk, state=PracticeState.SUBMITTED)
    if not waiting.update(state=state, remark="" if share else nfc(remark), published_at=at if share else None):
        raise Refused(_("Bài vừa có thay đổi. Thầy cô tải lại trang để xem."))
    verb = "recognition.practice_shared" if share else "recognition.practice_returned"
    record(verb=verb, on=practice, by=by.pk, at=at, unit=practice.unit_id)
    if share:
        transaction.on_commit(lambda: signals.practice_published.send(sender=Practice, practice_id=practice.pk))


@transaction.atomic
def tell_trial(
    *, practice: Practice, unit_id: int, outcome: str, words: str, by: Account, at: datetime
) -> PracticeTrial:
    """“We tried it too”: once a unit, the last word counts."""
    rules.may_try(by, practice, unit_id, on=timezone.localdate(at)).enforce()
    row, _new = PracticeTrial.objects.update_or_create(
        practice=practice, unit_id=unit_id, defaults={"outcome": outcome, "words": nfc(words), "by": by, "at": at}
    )
    record(verb="recognition.practice_tried", on=practice, by=by.pk, at=at, unit=unit_id)
    return row


@transaction.atomic
def count_discipline(*, unit_id: int, period: Period, counts: Mapping[str, int], by: Account, at: datetime) -> None:
    """A school's numbers of one year, all categories at once; nobody's name goes with them."""
    rules.may_count(by, unit_id, period, on=timezone.localdate(at)).enforce()
    for category in Discipline.values:
        DisciplineCount.objects.update_or_create(
            unit_id=unit_id, period=period, category=category, defaults={"count": counts[category]}
        )
    record(verb="recognition.discipline_counted", on=period, by=by.pk, at=at, unit=unit_id)

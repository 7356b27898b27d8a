from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from donghanh.audit.actions import record
from donghanh.kernel.rows import everything
from donghanh.kernel.text import nfc
from donghanh.kernel.verdict import Refused
from donghanh.people.models import Account
from donghanh.privacy.choices import MOVES, PURPOSES, Move, Purpose, RequestKind, RequestState
from donghanh.privacy.models import Consent, DataRequest, RetentionRun
from donghanh.privacy.queries import answering_unit, corrections_for
from donghanh.privacy.registry import HOLDINGS, RETENTIONS
from donghanh.privacy.rules import (
    capacity_of,
    due_day,
    may_answer,
    may_ask,
    may_consent,
    may_take_back,
    may_withdraw,
)

BATCH = 500  # rows a transaction of the nightly job
MOST_BATCHES = 400  # a rule a night: what is left is taken the next night


@transaction.atomic
def give_consent(*, subject_id: int, purpose: str, by: Account, at: datetime) -> Consent:
    """`by` says yes for themselves or for whom they speak. A second yes to the same text changes nothing."""
    on = timezone.localdate(at)
    may_consent(subject_id, purpose, by=by, on=on).enforce()
    Account.objects.select_for_update().get(pk=subject_id)  # two presses at once: the second one waits and finds it
    text, capacity = PURPOSES[Purpose(purpose)], capacity_of(by.pk, subject_id)
    running = Consent.objects.filter(subject=subject_id, purpose=purpose, capacity=capacity, withdrawn_at=None).first()
    if running and running.text_version == text.version:
        return running
    if running:
        _end(running, by=by, at=at)
    consent = Consent.objects.create(
        subject_id=subject_id,
        unit_id=_unit(subject_id, at),
        purpose=purpose,
        text_version=text.version,
        capacity=capacity,
        given_by=by,
        given_at=at,
    )
    record(verb="privacy.consent_given", on=consent, by=by.pk, at=at, unit=consent.unit_id, purpose=purpose)
    return consent


@transaction.atomic
def withdraw_consent(*, consent: Consent, by: Account, at: datetime) -> None:
    """The yes ends now. Doing it twice does no harm."""
    may_withdraw(consent, by=by).enforce()
    if consent.withdrawn_at is None:
        _end(consent, by=by, at=at)


@transaction.atomic
def withdraw_given_by(*, subject_id: int, giver_id: int, by: Account, at: datetime) -> int:
    """Whoever no longer speaks for `subject_id` no longer consents for them either; how many ended."""
    with everything():
        given = Consent.objects.filter(subject=subject_id, given_by=giver_id, withdrawn_at=None)
        running = list(given.exclude(given_by=subject_id).order_by("pk"))
        for consent in running:
            _end(consent, by=by, at=at)
    return len(running)


@transaction.atomic
def ask(*, subject_id: int, kind: str, text: str, by: Account, at: datetime) -> DataRequest:
    """Send a request to the unit that answers for the person; the clock starts."""
    Account.objects.select_for_update().get(pk=by.pk)
    may_ask(subject_id, kind, text, by=by).enforce()
    request = DataRequest.objects.create(
        kind=kind,
        subject_id=subject_id,
        asked_by=by,
        unit_id=_unit(subject_id, at),
        text=nfc(text),
        asked_at=at,
        due_on=due_day(timezone.localdate(at)),
    )
    record(verb="privacy.asked", on=request, by=by.pk, at=at, unit=request.unit_id, kind=kind)
    return request


@transaction.atomic
def take_back(*, request: DataRequest, by: Account, at: datetime) -> None:
    locked = DataRequest.objects.select_for_update().get(pk=request.pk)
    may_take_back(locked, by=by).enforce()
    _move(locked, Move.TAKE_BACK, by=by, at=at)


@transaction.atomic
def refuse(*, request: DataRequest, reason: str, by: Account, at: datetime) -> None:
    """Answer that it cannot be done, and why, in words for the person."""
    locked = DataRequest.objects.select_for_update().get(pk=request.pk)
    may_answer(locked, Move.REFUSE, reason=reason, by=by, on=timezone.localdate(at)).enforce()
    locked.reason = nfc(reason)
    _move(locked, Move.REFUSE, by=by, at=at)


@transaction.atomic
def do(*, request: DataRequest, corrections: Mapping[str, str], by: Account, at: datetime) -> None:
    """Answer by doing what was asked: fields are set right, a person is forgotten; what is asked to see can be seen.

    `corrections`: code of a field → what should stand there; one that is left empty stays as it is.
    """
    locked = DataRequest.objects.select_for_update().get(pk=request.pk)
    may_answer(locked, Move.DO, by=by, on=timezone.localdate(at)).enforce()
    if locked.kind == RequestKind.CORRECT:
        _set_right(locked.subject_id, corrections, at=at)
    _move(locked, Move.DO, by=by, at=at, fields=sorted(code for code, value in corrections.items() if value))
    if locked.kind == RequestKind.ERASE:
        forget(subjects=[locked.subject_id], by=by.pk, at=at)


@transaction.atomic
def forget(*, subjects: Sequence[int], by: int | None, at: datetime) -> None:
    """Every room erases what it holds on these people; an audit row each. What must stay names nobody any more."""
    with everything():
        for holding in HOLDINGS:  # in the order of settings.ROOMS: what a higher room points to is still there
            if holding.erase:
                holding.erase(subjects, at)
        for account in Account.objects.filter(pk__in=subjects).order_by("pk"):
            record(verb="privacy.forgotten", on=account, by=by, at=at, unit=_unit(account.pk, at))


@transaction.atomic
def follow(*, subjects: Collection[int], at: datetime) -> None:
    """After people have moved: what they asked and agreed to is their new unit's to keep and to answer."""
    with everything():
        for subject in subjects:
            unit = _unit(subject, at)
            DataRequest.objects.filter(subject=subject, state=RequestState.ASKED).update(unit=unit)
            Consent.objects.filter(subject=subject).update(unit=unit)


def run_retention(*, at: datetime, batch: int = BATCH) -> dict[str, int]:
    """Apply every rule of the retention table, a transaction a batch; rule → rows. A second run finds nothing to do."""
    return {code: _run(code, at=at, batch=batch) for code in RETENTIONS}


def _run(code: str, *, at: datetime, batch: int) -> int:
    rule, total = RETENTIONS[code], 0
    for _number in range(MOST_BATCHES):
        with everything():
            taken = rule.apply(at - timedelta(days=rule.days), at, batch)
        total += taken
        if taken < batch:
            break
    with transaction.atomic():
        run = RetentionRun.objects.create(rule=code, at=at, rows=total)
        record(verb="privacy.retention_applied", on=run, by=None, at=at, rule=code, rows=total)
    return total


def _set_right(subject_id: int, corrections: Mapping[str, str], *, at: datetime) -> None:
    fields = {one.code: one for one, _now in corrections_for(subject_id)}
    wanted = {code: value for code, value in corrections.items() if value and code in fields}
    if not wanted:
        raise Refused(_("Hãy nhập nội dung đúng cho ít nhất một mục."))
    for code, value in wanted.items():
        fields[code].write(subject_id, value, at)


def _move(request: DataRequest, move: Move, *, by: Account, at: datetime, **details: Any) -> None:
    """One step of the state machine, logged."""
    request.state, request.answered_at, request.answered_by = MOVES[move][1], at, by
    request.save(update_fields=["state", "answered_at", "answered_by", "reason"])
    record(verb=f"privacy.{move}", on=request, by=by.pk, at=at, unit=request.unit_id, kind=request.kind, **details)


def _end(consent: Consent, *, by: Account, at: datetime) -> None:
    consent.withdrawn_at, consent.withdrawn_by = at, by
    consent.save(update_fields=["withdrawn_at", "withdrawn_by"])
    unit = consent.unit_id
    record(verb="privacy.consent_withdrawn", on=consent, by=by.pk, at=at, unit=unit, purpose=consent.purpose)


def _unit(subject_id: int, at: datetime) -> int:
    unit = answering_unit(subject_id, on=timezone.localdate(at))
    if unit is None:
        raise Refused(_("Chưa có đơn vị nào trả lời được yêu cầu này."))
    return unit

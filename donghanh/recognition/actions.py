"""Every write of rounds and nominations: called for, put forward, voted on, decided, made public."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from donghanh.audit.actions import record, record_each
from donghanh.files.actions import store_upload
from donghanh.kernel.text import nfc
from donghanh.kernel.verdict import Refused, verdict_of
from donghanh.people.models import Account
from donghanh.recognition import rules, signals
from donghanh.recognition.actions_council import held, hold, score, seat, stand_back, unseat, void, vote
from donghanh.recognition.choices import MOVES, Move, NomineeKind, State
from donghanh.recognition.council import standings, stuck, waiting
from donghanh.recognition.models import Criterion, Nomination, NominationFile, NominationMove, Round

__all__ = [
    "decide", "nominate", "open_round", "postpone", "publish", "return_", "rewrite", "score", "seat", "stand_back",
    "submit", "unseat", "vote", "withdraw",
]  # fmt: skip
PAST = {
    Move.SUBMIT: "submitted",
    Move.RETURN: "returned",
    Move.COMMEND: "commended",
    Move.DECLINE: "declined",
    Move.WITHDRAW: "withdrawn",
    Move.POSTPONE: "postponed",
}


@transaction.atomic
def open_round(
    *, office_id: int, name: str, forms: Sequence[str], criteria: str, opens_on: date, closes_on: date, quorum: int,
    by: Account, at: datetime,
) -> Round:  # fmt: skip
    """A call for nominations to all units of the office; `criteria`: see `rules.criteria_in`."""
    rules.may_open(by, office_id, opens_on, closes_on, on=timezone.localdate(at)).enforce()
    sought = rules.criteria_in(criteria)
    row = Round.objects.create(
        office_id=office_id, name=nfc(name), forms=list(forms), opens_on=opens_on, closes_on=closes_on, quorum=quorum
    )
    Criterion.objects.bulk_create(
        Criterion(round=row, position=position, text=text, most=most) for position, (text, most) in enumerate(sought)
    )
    record(verb="recognition.round_opened", on=row, by=by.pk, at=at, unit=office_id)
    return row


@transaction.atomic
def nominate(
    *, round_: Round, unit_id: int, kind: str, group: str, nominee: Account | None, form: str, deed: str,
    files: Sequence[tuple[str, bytes]], by: Account, at: datetime,
) -> Nomination:  # fmt: skip
    """Put forward a unit, a group, somebody of the staff or a learner; it is a draft until it is sent."""
    on = timezone.localdate(at)
    rules.may_nominate(by, round_, unit_id, on=on).enforce()
    person = nominee if kind in (NomineeKind.STAFF, NomineeKind.LEARNER) else None
    verdict_of(rules.nominee_fits(by, kind, group, person, deed, on=on)).enforce()
    if form not in round_.forms:
        raise Refused(_("Đợt này không có hình thức đó."), "form")
    row = Nomination.objects.create(
        round=round_, unit_id=unit_id, kind=kind, group=nfc(group) if kind == NomineeKind.GROUP else "",
        account=person, form=form, deed=nfc(deed),
    )  # fmt: skip
    for name, content in files:
        kept = store_upload(content=content, name=name, unit=unit_id, by=by.pk, at=at)
        NominationFile.objects.create(nomination=row, file=kept)
    record(verb="recognition.nominated", on=row, by=by.pk, at=at, unit=unit_id)
    return row


@transaction.atomic
def rewrite(*, nomination: Nomination, deed: str, by: Account, at: datetime) -> None:
    """Another wording of the deed, before it is sent."""
    on = timezone.localdate(at)
    rules.may_write(by, nomination, on=on).enforce()
    fits = rules.nominee_fits(by, NomineeKind.UNIT, "", None, deed, on=on)
    verdict_of(fits).enforce()
    Nomination.objects.filter(pk=nomination.pk).update(deed=nfc(deed))
    record(verb="recognition.rewritten", on=nomination, by=by.pk, at=at, unit=nomination.unit_id)


@transaction.atomic
def submit(*, nomination: Nomination, by: Account, at: datetime) -> None:
    """To the council."""
    nomination = held(nomination)
    on = timezone.localdate(at)
    rules.may_write(by, nomination, on=on).enforce()
    if nomination.state != State.RETURNED:  # what the council sent back may come again after the last day
        rules.may_nominate(by, nomination.round, nomination.unit_id, on=on).enforce()
    _move(nomination, Move.SUBMIT, by=by, at=at)


@transaction.atomic
def withdraw(*, nomination: Nomination, by: Account, at: datetime) -> None:
    nomination = held(nomination)
    rules.may_withdraw(by, nomination, on=timezone.localdate(at)).enforce()
    _move(nomination, Move.WITHDRAW, by=by, at=at)


@transaction.atomic
def return_(*, nomination: Nomination, reason: str, by: Account, at: datetime) -> None:
    """Back to the unit, with what is lacking; votes that were cast are void."""
    nomination = held(nomination)
    rules.may_return(by, nomination, on=timezone.localdate(at)).enforce()
    if not reason.strip():
        raise Refused(_("Ghi điều cần bổ sung."), "reason")
    void(nomination)
    _move(nomination, Move.RETURN, by=by, at=at, reason=nfc(reason))


@transaction.atomic
def decide(*, round_: Round, decision: str, decided_on: date, by: Account, at: datetime) -> None:
    """The council's votes become the decision: every nomination that was sent, all in one."""
    on = timezone.localdate(at)
    round_ = hold(round_.pk)
    rules.may_decide(by, round_, on=on).enforce()
    if not decision.strip():
        raise Refused(_("Ghi số và ngày của quyết định."), "decision")
    if decided_on > on:
        raise Refused(_("Ngày này chưa tới."), "decided_on")
    sent = waiting(round_)
    found = standings(sent, on=on)
    _move_all([row for row in sent if found[row.pk].tally.carried], Move.COMMEND, by=by, at=at)
    _move_all([row for row in sent if not found[row.pk].tally.carried], Move.DECLINE, by=by, at=at)
    round_.decision, round_.decided_on = nfc(decision), decided_on
    round_.save(update_fields=["decision", "decided_on"])
    record(verb="recognition.round_decided", on=round_, by=by.pk, at=at, unit=round_.office_id)


@transaction.atomic
def postpone(*, round_: Round, reason: str, by: Account, at: datetime) -> int:
    """What too few members may vote on leaves the round, which can then be decided; how many that were."""
    round_ = hold(round_.pk)
    on = timezone.localdate(at)
    rules.may_run(by, round_, on=on).enforce()
    rows = [row for row, _tally in stuck(round_, on=on)]
    if not rows:
        raise Refused(_("Không đề nghị nào thiếu người bỏ phiếu."))
    if not reason.strip():
        raise Refused(_("Ghi lý do hoãn."), "cause")
    _move_all(rows, Move.POSTPONE, by=by, at=at, reason=nfc(reason))
    return len(rows)


@transaction.atomic
def publish(*, round_: Round, by: Account, at: datetime) -> None:
    """The outcome becomes public; whose name may be shown is asked at each showing."""
    rules.may_publish(by, round_, on=timezone.localdate(at)).enforce()
    Round.objects.filter(pk=round_.pk, published_at=None).update(published_at=at)
    record(verb="recognition.round_published", on=round_, by=by.pk, at=at, unit=round_.office_id)
    transaction.on_commit(lambda: signals.commendations_published.send(sender=Round, round_id=round_.pk))


def _move(nomination: Nomination, move: Move, *, by: Account, at: datetime, reason: str = "") -> None:
    _move_all([nomination], move, by=by, at=at, reason=reason)


def _move_all(rows: Sequence[Nomination], move: Move, *, by: Account, at: datetime, reason: str = "") -> None:
    """Along the table, once: of two who press at the same moment the second is refused. A fixed number of queries."""
    step = MOVES[move]
    there = Nomination.objects.filter(pk__in=[row.pk for row in rows], state__in=step.sources)
    if there.update(state=step.target) < len(rows):
        raise Refused(_("Đề nghị vừa có thay đổi. Thầy cô tải lại trang để xem."))
    for row in rows:
        row.state = step.target
    NominationMove.objects.bulk_create(
        NominationMove(nomination=row, move=move, reason=reason, by=by, at=at) for row in rows
    )
    told = [(row, row.unit_id) for row in rows]
    record_each(verb=f"recognition.{PAST[move]}", rows=told, by=by.pk, at=at, reason=reason)

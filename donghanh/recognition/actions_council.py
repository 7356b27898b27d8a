"""Every write of a council: seated, unseated, its votes and points. Each holds the round, as the decision does."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from donghanh.audit.actions import record
from donghanh.kernel.text import nfc
from donghanh.kernel.verdict import Refused
from donghanh.people.models import Account
from donghanh.recognition import rules
from donghanh.recognition.models import CouncilMember, CriterionScore, Nomination, Recusal, Round, Vote


def hold(round_id: int) -> Round:
    """The round as it stands, held until the transaction ends: a vote and the decision take turns."""
    return Round.objects.select_for_update().get(pk=round_id)


def held(nomination: Nomination) -> Nomination:
    """The nomination as it stands once its round is held."""
    hold(nomination.round_id)
    return Nomination.objects.select_related("round", "account").get(pk=nomination.pk)


@transaction.atomic
def seat(*, round_: Round, account: Account, chairs: bool, by: Account, at: datetime) -> CouncilMember:
    """Somebody whom the office may seat sits in the council; a new chair takes the old one's place."""
    round_ = hold(round_.pk)
    rules.may_seat(by, round_, account, on=timezone.localdate(at)).enforce()
    if chairs:
        CouncilMember.objects.filter(round=round_, chairs=True).update(chairs=False)
    row, _new = CouncilMember.objects.update_or_create(
        round=round_, account=account, defaults={"chairs": chairs, "unseated_at": None}
    )
    record(verb="recognition.member_seated", on=round_, by=by.pk, at=at, unit=round_.office_id, member=row.pk)
    return row


@transaction.atomic
def unseat(*, member: CouncilMember, reason: str, by: Account, at: datetime) -> None:
    """A member who has not voted leaves the council; what they stood back from is kept, should they come again."""
    round_ = hold(member.round_id)
    row = CouncilMember.objects.select_related("round", "account").get(pk=member.pk)
    rules.may_unseat(by, row, reason, on=timezone.localdate(at)).enforce()
    CouncilMember.objects.filter(pk=row.pk).update(chairs=False, unseated_at=at)
    record(
        verb="recognition.member_unseated", on=round_, by=by.pk, at=at, unit=round_.office_id, reason=nfc(reason),
        member=row.pk,
    )  # fmt: skip


@transaction.atomic
def vote(*, nomination: Nomination, member: CouncilMember | None, yes: bool, by: Account, at: datetime) -> None:
    """One's own yes or no, changed until the round is decided."""
    nomination = held(nomination)
    own = _seat_of(member, nomination, by, at)
    Vote.objects.update_or_create(nomination=nomination, member=own, defaults={"yes": yes, "at": at})
    record(verb="recognition.voted", on=nomination, by=by.pk, at=at, unit=nomination.unit_id)


@transaction.atomic
def score(
    *, nomination: Nomination, member: CouncilMember | None, points: Mapping[int, int], by: Account, at: datetime
) -> None:
    """One's own points by criterion (ids), changed until the round is decided; they decide nothing."""
    nomination = held(nomination)
    own = _seat_of(member, nomination, by, at)
    rules.points_fit(list(nomination.round.criteria.order_by("position")), points).enforce()
    CriterionScore.objects.filter(nomination=nomination, member=own).delete()
    CriterionScore.objects.bulk_create(
        CriterionScore(nomination=nomination, member=own, criterion_id=criterion, points=given)
        for criterion, given in points.items()
    )
    record(verb="recognition.scored", on=nomination, by=by.pk, at=at, unit=nomination.unit_id)


@transaction.atomic
def stand_back(*, nomination: Nomination, member: CouncilMember | None, reason: str, by: Account, at: datetime) -> None:
    """A member says that they have to do with the nominee; a vote already cast is void, as are points."""
    nomination = held(nomination)
    own = _seat_of(member, nomination, by, at)
    if not reason.strip():
        raise Refused(_("Ghi lý do không tham gia xét."), "reason")
    Recusal.objects.create(nomination=nomination, member=own, reason=nfc(reason))
    void(nomination, member=own)
    record(verb="recognition.stood_back", on=nomination, by=by.pk, at=at, unit=nomination.unit_id)


def void(nomination: Nomination, **whose: CouncilMember) -> None:
    """Votes and points are taken back: of one member, or all."""
    Vote.objects.filter(nomination=nomination, **whose).delete()
    CriterionScore.objects.filter(nomination=nomination, **whose).delete()


def _seat_of(member: CouncilMember | None, nomination: Nomination, by: Account, at: datetime) -> CouncilMember:
    """The seat from which `by` may vote on it, as it stands now; Refused if there is none."""
    if member is None or member.account_id != by.pk or member.round_id != nomination.round_id:
        raise Refused(_("Chỉ thành viên hội đồng bỏ phiếu."))
    own = CouncilMember.objects.select_related("account").get(pk=member.pk)
    rules.may_vote(own, nomination, on=timezone.localdate(at)).enforce()
    return own

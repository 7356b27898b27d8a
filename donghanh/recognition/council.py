"""Who sits in a council, who of it may vote on what, and how it voted: asked for many nominations at once."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from django.db.models import Avg, Count, Q, QuerySet
from django.utils.translation import gettext as _

from donghanh.collaborators.queries import accounts_named_by
from donghanh.organisations.models import Lineage
from donghanh.people.choices import Right, roles_with
from donghanh.people.models import Account, Membership
from donghanh.recognition.choices import Move, State
from donghanh.recognition.models import CouncilMember, CriterionScore, Nomination, NominationMove, Recusal, Round, Vote


@dataclass(frozen=True)
class Tally:
    """The votes of those who may vote."""

    yes: int
    no: int
    may_vote: int
    quorum: int

    @property
    def decided(self) -> bool:
        return self.yes + self.no >= self.quorum

    @property
    def carried(self) -> bool:
        """More yes than no."""
        return self.decided and self.yes > self.no

    @property
    def stuck(self) -> bool:
        """However long one waits, as the council stands there will not be votes enough."""
        return self.may_vote < self.quorum


@dataclass(frozen=True)
class Standing:
    """How one nomination stands before its council: `why` tells of a member (id) why they have no vote."""

    tally: Tally
    why: dict[int, str]


@dataclass(frozen=True)
class Points:
    """Averages of those who gave points; they inform and decide nothing."""

    by: int = 0  # members who gave some
    each: dict[int, float] = field(default_factory=dict)  # criterion → average

    @property
    def total(self) -> float | None:
        return sum(self.each.values()) if self.each else None


def seated(round_: Round) -> QuerySet[CouncilMember]:
    """Members who sit in the council now, the chair first."""
    return round_.council.filter(unseated_at=None).select_related("account").order_by("-chairs", "pk")


def may_be_seated(office_id: int, *, on: date) -> QuerySet[Account]:
    """Accounts that an office may seat: who holds the right there, and whom it names in its roster or its groups."""
    above = Lineage.objects.filter(descendant=office_id, valid__contains=on).values("ancestor")
    holders = Membership.objects.filter(
        unit__in=above, role__in=roles_with(Right.JUDGE_NOMINATIONS), valid__contains=on
    ).values("account")
    named = Q(pk__in=holders) | Q(pk__in=accounts_named_by(office_id, on=on))
    return Account.objects.filter(named, is_active=True).order_by("full_name_sort", "pk")


def standings(nominations: Collection[Nomination], *, on: date) -> dict[int, Standing]:
    """Each nomination's standing, by its id; rounds fetched along. Five queries, however many there are."""
    rounds = {row.round_id for row in nominations}
    council: dict[int, list[CouncilMember]] = defaultdict(list)
    members = CouncilMember.objects.filter(round__in=rounds, unseated_at=None).select_related("account")
    for member in members.order_by("pk"):
        council[member.round_id].append(member)
    reasons = _Reasons(nominations, [one for many in council.values() for one in many], on)
    votes: dict[int, dict[int, bool]] = defaultdict(dict)
    cast = Vote.objects.filter(nomination__in=[row.pk for row in nominations]).order_by("pk")
    for nomination, member_id, yes in cast.values_list("nomination", "member", "yes"):
        votes[nomination][member_id] = yes
    return {row.pk: _standing(row, council[row.round_id], reasons, votes[row.pk]) for row in nominations}


def _standing(row: Nomination, council: list[CouncilMember], reasons: _Reasons, votes: dict[int, bool]) -> Standing:
    """Votes of members who stand back are not counted, even if they were cast before."""
    why = {member.pk: reason for member in council if (reason := reasons.of(member, row))}
    free = [member.pk for member in council if member.pk not in why]
    said = [votes[pk] for pk in free if pk in votes]
    return Standing(Tally(sum(said), len(said) - sum(said), len(free), row.round.quorum), why)


class _Reasons:
    """Why members have no vote on nominations: three queries."""

    def __init__(self, nominations: Collection[Nomination], members: Collection[CouncilMember], on: date) -> None:
        ids, accounts = [row.pk for row in nominations], {member.account_id for member in members}
        sent = NominationMove.objects.filter(nomination__in=ids, move=Move.SUBMIT, by__in=accounts).order_by("pk")
        self.senders = set(sent.values_list("nomination", "by"))
        serving = Membership.objects.filter(account__in=accounts, valid__contains=on).order_by("pk")
        self.units = set(serving.values_list("account", "unit"))
        back = Recusal.objects.filter(nomination__in=ids).order_by("pk")
        self.words = {(row.nomination_id, row.member_id): row.reason for row in back}

    def of(self, member: CouncilMember, nomination: Nomination) -> str:
        if nomination.account_id == member.account_id:
            return _("là người được đề nghị")
        if (nomination.pk, member.account_id) in self.senders:
            return _("là người đề nghị")
        own = nomination.unit_id == nomination.round.office_id  # an office judges its own people: nobody else could
        if not own and (member.account_id, nomination.unit_id) in self.units:
            return _("cùng đơn vị với người, tập thể được đề nghị")
        return self.words.get((nomination.pk, member.pk), "")


def recusal_of(member: CouncilMember, nomination: Nomination, *, on: date) -> str:
    """Why this member has no vote on this nomination; "" if they have one."""
    return _Reasons([nomination], [member], on).of(member, nomination)


def tally(nomination: Nomination, *, on: date) -> Tally:
    """The votes on one nomination."""
    return standings([nomination], on=on)[nomination.pk].tally


def waiting(round_: Round) -> list[Nomination]:
    """What the council has still to decide."""
    return list(round_.nominations.filter(state=State.SUBMITTED).select_related("round", "account").order_by("pk"))


def stuck(round_: Round, *, on: date) -> list[tuple[Nomination, Tally]]:
    """Nominations on which fewer members may vote than the round wants votes."""
    rows = waiting(round_)
    found = standings(rows, on=on)
    return [(row, found[row.pk].tally) for row in rows if found[row.pk].tally.stuck]


def points_of(nominations: Collection[int]) -> dict[int, Points]:
    """Averages by criterion of nominations (ids) that were given points. Two queries."""
    rows: QuerySet[Any] = CriterionScore.objects.filter(nomination__in=nominations).order_by()
    by = dict(rows.values_list("nomination").annotate(Count("member", distinct=True)))
    each: dict[int, dict[int, float]] = defaultdict(dict)
    for nomination, criterion, average in rows.values_list("nomination", "criterion").annotate(Avg("points")):
        each[nomination][criterion] = average
    return {nomination: Points(by[nomination], found) for nomination, found in each.items()}

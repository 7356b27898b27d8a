from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.db.models import Count, Exists, OuterRef, Q, QuerySet, Subquery
from django.utils.crypto import salted_hmac

from donghanh.guardians.choices import CODE_LETTERS, CONSENTS_ALONE, CONSENTS_TOO, RUNNING, LinkState
from donghanh.guardians.models import ClaimFailure, CustodyBlock, Guardianship
from donghanh.kernel.rows import everything
from donghanh.organisations.queries import called
from donghanh.people.choices import Right
from donghanh.people.models import Account
from donghanh.people.queries import units_reached
from donghanh.privacy.choices import Capacity
from donghanh.privacy.queries import Standing, standings_of
from donghanh.rosters.models import Enrolment, Learner, SchoolClass
from donghanh.rosters.queries import classes_taught


@dataclass(frozen=True)
class Child:
    """One child as its guardian sees it."""

    link: Guardianship
    learner: Learner
    school: str
    class_name: str
    standings: list[Standing]


def read_code(typed: str) -> str:
    """What was typed or pasted, without spaces, hyphens and small letters; letters that no code has are left out."""
    return "".join(letter for letter in typed.upper() if letter in CODE_LETTERS)


def code_hash(code: str) -> str:
    """Keyed hash of a code: who copies the table cannot try codes against it."""
    return salted_hmac("guardians.code", code, algorithm="sha256").hexdigest()


def link_by_code(code: str) -> Guardianship | None:
    """The link this code was printed for, used or not. Ask it with everything open: the claimer sees no row yet."""
    return Guardianship.objects.filter(code_hash=code_hash(code)).first()


def is_blocked(guardian_id: int, child_id: int) -> bool:
    """Does a decision keep this account from this child? Whoever asks need not be able to see the decision."""
    with everything():
        return CustodyBlock.objects.filter(guardian=guardian_id, child=child_id, lifted_at=None).exists()


def has_a_block(child_id: int) -> bool:
    """Is anybody kept from this child? Then no code counts without the school's word."""
    with everything():
        return CustodyBlock.objects.filter(child=child_id, lifted_at=None).exists()


def speaks_for(account_id: int, child_id: int) -> bool:
    """Is the account a verified guardian of this child, and not kept from it?"""
    with everything():
        links = Guardianship.objects.filter(guardian=account_id, child=child_id, state=LinkState.VERIFIED)
        return links.exists() and not is_blocked(account_id, child_id)


def capacities_of_learners(account_ids: Collection[int], on: date) -> dict[int, frozenset[Capacity]]:
    """Who consents for each of these that is a learner."""
    with everything():
        born = dict(Learner.objects.filter(pk__in=account_ids).order_by().values_list("pk", "birth_date"))
    return {learner: capacities_at(day, on) for learner, day in born.items()}


def capacities_at(born: date | None, on: date) -> frozenset[Capacity]:
    """Below 7 the representative, to 15 both, from 16 the learner. No birth date: both, the strict reading."""
    age = age_on(born, on)
    if age is not None and age >= CONSENTS_ALONE:
        return frozenset({Capacity.SELF})
    if age is not None and age < CONSENTS_TOO:
        return frozenset({Capacity.REPRESENTATIVE})
    return frozenset({Capacity.SELF, Capacity.REPRESENTATIVE})


def age_on(born: date | None, on: date) -> int | None:
    """Whole years."""
    return None if born is None else on.year - born.year - ((on.month, on.day) < (born.month, born.day))


def links_of_guardian(account: Account) -> QuerySet[Guardianship]:
    """The account's own links, running ones first; those that ended long ago have been deleted."""
    return Guardianship.objects.filter(guardian=account).order_by("ended_at", "pk")


def children_of(account: Account, *, on: date) -> list[Child]:
    """The account's verified children by name. PostgreSQL is asked as this reader: what it hides is not there."""
    links = {row.child_id: row for row in links_of_guardian(account).filter(state=LinkState.VERIFIED)}
    learners = list(Learner.objects.filter(pk__in=links).order_by("full_name_sort"))
    said = standings_of({row.pk: capacities_at(row.birth_date, on) for row in learners})
    schools = called({row.unit_id for row in learners}, on=on)
    classes = dict(
        Enrolment.objects.filter(learner__in=links, valid__contains=on).values_list("learner", "school_class__name")
    )
    return [
        Child(links[row.pk], row, schools.get(row.unit_id, ""), classes.get(row.pk, ""), said[row.pk])
        for row in learners
    ]


def classes_visible_to(account: Account, *, on: date) -> QuerySet[Any]:
    """Classes whose links the account looks after: of its schools, or those it teaches; with how many children.

    Only classes somebody is in that day, summer included, when no school year runs.
    """
    taught = classes_taught(account, on=on).order_by().values("pk")
    in_reach = Q(unit__in=units_reached(account, Right.MANAGE_LEARNERS, on=on)) | Q(pk__in=taught)
    learns = Q(enrolments__valid__contains=on)
    return (
        SchoolClass.objects.filter(in_reach)
        .annotate(learners=Count("enrolments", filter=learns, distinct=True))
        .filter(learners__gt=0)
        .select_related("school_year")
        .order_by("grade", "name_sort", "pk")
    )


def learners_of(school_class: SchoolClass, *, on: date) -> QuerySet[Any]:
    """Children in the class on this day, by name, with how many guardians are linked, waiting and asked."""

    def counted(*states: LinkState) -> Count:
        return Count("pk", filter=Q(state__in=states))

    links = Guardianship.objects.filter(child=OuterRef("pk")).order_by().values("child")
    enrolled = Enrolment.objects.filter(learner=OuterRef("pk"), school_class=school_class, valid__contains=on)
    return (
        Learner.objects.filter(Exists(enrolled))
        .annotate(
            linked=Subquery(links.annotate(n=counted(LinkState.VERIFIED)).values("n")),
            waiting=Subquery(links.annotate(n=counted(LinkState.CLAIMED)).values("n")),
            invited=Subquery(links.annotate(n=counted(LinkState.INVITED)).values("n")),
        )
        .order_by("full_name_sort", "pk")
    )


def learners_visible_to(account: Account, *, on: date) -> QuerySet[Learner]:
    """Children whose links the account looks after."""
    taught = classes_taught(account, on=on).order_by().values("pk")
    enrolled = Enrolment.objects.filter(learner=OuterRef("pk"), school_class__in=taught, valid__contains=on)
    in_reach = Q(unit__in=units_reached(account, Right.MANAGE_LEARNERS, on=on))
    return Learner.objects.filter(in_reach | Exists(enrolled)).order_by("full_name_sort", "pk")


def links_of_child(child_id: int) -> QuerySet[Guardianship]:
    """Every link of a child, running ones first."""
    return Guardianship.objects.filter(child=child_id).select_related("guardian").order_by("ended_at", "-pk")


def blocks_of_child(child_id: int) -> QuerySet[CustodyBlock]:
    return CustodyBlock.objects.filter(child=child_id).select_related("guardian").order_by("-lifted_at", "-pk")


def links_to_verify(account: Account, *, on: date) -> QuerySet[Any]:
    """Claims that wait for the account's word, oldest first."""
    return (
        Guardianship.objects.filter(child__in=learners_visible_to(account, on=on).values("pk"), state=LinkState.CLAIMED)
        .annotate(
            guardian_name=Subquery(Account.objects.filter(pk=OuterRef("guardian")).values("full_name")[:1]),
            child_name=Subquery(Learner.objects.filter(pk=OuterRef("child")).values("full_name")[:1]),
            child_folded=Subquery(Learner.objects.filter(pk=OuterRef("child")).values("full_name_folded")[:1]),
        )
        .order_by("claimed_at", "pk")
    )


def running_links(child_id: int, guardian_id: int) -> QuerySet[Guardianship]:
    return Guardianship.objects.filter(child=child_id, guardian=guardian_id, state__in=RUNNING).order_by("pk")


def open_codes(child_ids: Iterable[int], *, at: datetime) -> dict[int, int]:
    """How many codes that still count each child has."""
    rows = Guardianship.objects.filter(child__in=list(child_ids), state=LinkState.INVITED, expires_at__gt=at)
    return dict(rows.order_by().values("child").annotate(n=Count("pk")).values_list("child", "n"))


def failures_of(account_id: int, *, since: datetime) -> int:
    return ClaimFailure.objects.filter(account_id=account_id, at__gt=since).count()


def failures_from(address: str, *, since: datetime) -> int:
    return ClaimFailure.objects.filter(address=address, at__gt=since).count()

"""Whom and what a key of another programme shows: people and classes of its unit and all below it, on one day."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db.models import BooleanField, Exists, ExpressionWrapper, F, OuterRef, Q, QuerySet
from django.db.models.functions import Lower

from donghanh.kernel.text import nfc
from donghanh.organisations.models import Lineage
from donghanh.people.choices import NOT_STAFF, Right, roles_with
from donghanh.people.models import Account, Membership
from donghanh.people.queries import units_reached
from donghanh.privacy.choices import Purpose
from donghanh.privacy.queries import consenting
from donghanh.rosters.models import Enrolment, Learner, SchoolClass, ScimToken


@dataclass(frozen=True)
class Person:
    """One account as another programme learns of it; nothing more of a learner leaves the house by this way."""

    pk: int
    username: str
    full_name: str
    active: bool
    learner: bool
    external_id: str
    class_id: int | None = None
    class_name: str = ""


# ── keys ──


def token_of(digest: str, *, on: date) -> Any:
    """The key with this digest, with its maker and `upheld`: does the maker still manage the unit's learners?"""
    return _tokens(on).filter(digest=digest).first()


def tokens_of(account: Account, *, on: date) -> QuerySet[Any]:
    """Keys of the units in which the account manages learners, as `token_of` gives them; revoked ones last."""
    rows = _tokens(on).filter(unit__in=units_reached(account, Right.MANAGE_LEARNERS, on=on))
    return rows.order_by(F("revoked_at").desc(nulls_first=True), "-expires_on", "-pk")


def _tokens(on: date) -> QuerySet[Any]:
    rights = Membership.objects.filter(
        account=OuterRef("made_by"),
        role__in=roles_with(Right.MANAGE_LEARNERS),
        valid__contains=on,
        unit__below__descendant=OuterRef("unit"),
        unit__below__valid__contains=on,
    )
    rows: QuerySet[Any] = ScimToken.objects.select_related("made_by").annotate(upheld=Exists(rights))
    return rows.order_by("pk")


def in_force(unit_id: int, *, on: date) -> int:
    """How many keys of the unit are neither revoked nor run out."""
    return ScimToken.objects.filter(unit=unit_id, revoked_at=None, expires_on__gte=on).count()


# ── what they show ──


def _inside(unit_id: int, on: date) -> QuerySet[Any, Any]:
    below: QuerySet[Lineage, Any] = Lineage.objects.filter(ancestor=unit_id, valid__contains=on)
    return below.order_by().values("descendant")


def _learners(unit_id: int, on: date) -> QuerySet[Learner]:
    """Learners of the subtree, those who left too; who was forgotten is left out."""
    return Learner.objects.filter(unit__in=_inside(unit_id, on)).exclude(full_name="").order_by()


def _agreed(learners: QuerySet[Learner], on: date) -> QuerySet[Learner]:
    """Those of them for whom an outside account is consented to today; who is seen is asked again when it is read."""
    return learners.filter(pk__in=consenting(learners.values("pk"), Purpose.OUTSIDE_ACCOUNTS, on=on))


def people(unit_id: int, *, on: date) -> QuerySet[Any]:
    """Accounts of learners with the consent to an outside account and of staff with a role that day, by their ids.

    `active` of each: the account is open and its owner still learns or works there.
    """
    learners = _agreed(_learners(unit_id, on), on)
    still = learners.filter(Q(left_on=None) | Q(left_on__gt=on)).values("pk")
    staff = Membership.objects.filter(unit__in=_inside(unit_id, on), valid__contains=on).exclude(role__in=NOT_STAFF)
    works = staff.order_by().values("account")
    rows: QuerySet[Any] = Account.objects.filter(Q(pk__in=learners.values("pk")) | Q(pk__in=works))
    active = Q(is_active=True) & (Q(pk__in=still) | Q(pk__in=works))
    said: QuerySet[Any] = rows.annotate(active=ExpressionWrapper(active, output_field=BooleanField()))
    return said.order_by("pk")


def people_where(rows: QuerySet[Any], unit_id: int, *, field: str, value: str | bool, on: date) -> QuerySet[Any]:
    """Those of `people` whose user name, outside identifier or state is this; user names have no case."""
    if field == "active":
        return rows.filter(active=value)
    if field == "externalId":
        named_so = _agreed(_learners(unit_id, on).filter(source_id=value).exclude(source_id=""), on)
        return rows.filter(pk__in=named_so.values("pk"))
    found: QuerySet[Any] = rows.alias(lowered=Lower("username")).filter(lowered=nfc(str(value)).lower())
    return found


def persons(accounts: Iterable[Any], unit_id: int, *, on: date) -> list[Person]:
    """The same accounts with their names, outside identifiers and classes: the same few queries, however many."""
    accounts = list(accounts)
    ids = [account.pk for account in accounts]
    learners = {row.pk: row for row in _agreed(_learners(unit_id, on).filter(pk__in=ids), on)}
    places = {row.learner_id: row for row in _enrolments(unit_id, on).filter(learner__in=learners)}
    found = []
    for account in accounts:
        learner, place = learners.get(account.pk), places.get(account.pk)
        person = Person(
            account.pk, account.username, learner.full_name if learner else account.full_name, account.active,
            learner is not None, learner.source_id if learner else "",
            place.school_class_id if place else None, place.school_class.name if place else "",
        )  # fmt: skip
        found.append(person)
    return found


def _enrolments(unit_id: int, on: date) -> QuerySet[Enrolment]:
    rows = Enrolment.objects.filter(
        valid__contains=on, unit__in=_inside(unit_id, on), learner__in=_learners(unit_id, on).values("pk")
    )
    return rows.select_related("school_class").order_by("learner")


def groups(unit_id: int, *, on: date, name: str | None = None) -> QuerySet[SchoolClass]:
    """Classes with a learner that day, in the order of their ids; `name`: only those called so, in any case."""
    rows = SchoolClass.objects.filter(pk__in=_enrolments(unit_id, on).order_by().values("school_class"))
    return (rows if name is None else rows.filter(name__iexact=nfc(name))).order_by("pk")


def members(class_ids: Collection[int], unit_id: int, *, on: date) -> dict[int, list[int]]:
    """Ids of the learners of each class that day who are among the `people`: the same few queries, however many."""
    found: dict[int, list[int]] = defaultdict(list)
    rows = list(_enrolments(unit_id, on).filter(school_class__in=class_ids).values_list("school_class", "learner"))
    agreed = consenting({learner for _class, learner in rows}, Purpose.OUTSIDE_ACCOUNTS, on=on)
    for school_class, learner in rows:
        if learner in agreed:
            found[school_class].append(learner)
    return found

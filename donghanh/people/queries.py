from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from allauth.mfa.models import Authenticator
from allauth.usersessions.models import UserSession
from django.db.models import OuterRef, Prefetch, QuerySet, Subquery
from django.utils.crypto import salted_hmac

from donghanh.organisations.models import Lineage, UnitName
from donghanh.people.choices import NOT_STAFF, ROLES, Right, Role, roles_with
from donghanh.people.models import Account, Membership, SignInFailure


@dataclass(frozen=True)
class HeldRole:
    role: Role
    unit: str
    since: date | None
    last_day: date | None  # None: until further notice


def memberships_of(account: Account, *, on: date) -> QuerySet[Membership]:
    """Roles that hold on this day."""
    return Membership.objects.filter(account=account, valid__contains=on).order_by("id")


def held(account: Account, *, on: date) -> list[Membership]:
    """The same, asked once for each account object: every page asks it several times."""
    known: dict[date, list[Membership]] = account.__dict__.setdefault("_held", {})
    if on not in known:
        known[on] = list(memberships_of(account, on=on))
    return known[on]


def rights_of(account: Account, *, on: date) -> frozenset[Right]:
    """Every right the account holds in some unit on this day."""
    return frozenset().union(*(ROLES[row.role].rights for row in held(account, on=on)))


def ended_roles(account: Account, *, on: date) -> list[HeldRole]:
    """What the account was and no longer is, for the page that says why something cannot be opened."""
    return _with_units(Membership.objects.filter(account=account, valid__fully_lt=(on, None)).order_by("id"))


def roles_held(account: Account, *, on: date) -> list[HeldRole]:
    """What the account is, where and for how long, in the order in which it was given."""
    return _with_units(memberships_of(account, on=on))


def _with_units(rows: QuerySet[Membership]) -> list[HeldRole]:
    name = UnitName.objects.filter(unit=OuterRef("unit")).order_by("-valid").values("name")[:1]
    return [
        HeldRole(ROLES[row.role], row.unit_name, row.valid.lower, row.last_day)
        for row in rows.annotate(unit_name=Subquery(name))
    ]


def units_reached(account: Account, right: str, *, on: date) -> QuerySet[Any, Any]:
    """Subquery of unit ids in which `account` holds `right` on this day: its units with all below them."""
    offices = Membership.objects.filter(account=account, role__in=roles_with(right), valid__contains=on).values("unit")
    reached: QuerySet[Lineage, Any] = Lineage.objects.filter(ancestor__in=offices, valid__contains=on)
    return reached.values("descendant")


def own_units(account: Account, right: str, *, on: date) -> list[int]:
    """Ids of the units in which the account holds `right` by a membership of its own, not from above."""
    roles = roles_with(right)
    return [row.unit_id for row in held(account, on=on) if row.role in roles]


def holds(account: Account, right: str, unit_id: int, *, on: date) -> bool:
    """May the account use `right` in this unit on this day?"""
    return units_reached(account, right, on=on).filter(descendant=unit_id).exists()


def powers_over(account_id: int, unit_id: int, *, on: date) -> frozenset[Right]:
    """What the account may give to others in this unit: what comes with the roles by which it manages people there."""
    rows = Membership.objects.filter(
        account=account_id,
        role__in=roles_with(Right.MANAGE_PEOPLE),
        valid__contains=on,
        unit__below__descendant=unit_id,
        unit__below__valid__contains=on,
    )
    roles = rows.order_by("id").values_list("role", flat=True)
    return frozenset().union(*(ROLES[role].reach for role in roles))


def staff_of(account: Account, *, on: date) -> QuerySet[Account]:
    """People who hold or held a role in the units where `account` manages people, by name; learners and families apart.

    Each carries `roles_there`: its memberships in these units, ended ones last, with `unit_name`.
    """
    there = Membership.objects.filter(unit__in=units_reached(account, Right.MANAGE_PEOPLE, on=on))
    there = there.exclude(role__in=NOT_STAFF)
    name = UnitName.objects.filter(unit=OuterRef("unit")).order_by("-valid").values("name")[:1]
    shown = there.annotate(unit_name=Subquery(name)).order_by("-valid__endswith", "id")
    people = Account.objects.filter(pk__in=there.order_by().values("account")).order_by("full_name_sort", "pk")
    return people.prefetch_related(Prefetch("memberships", shown, to_attr="roles_there"))


def name_hash(username: str) -> str:
    """Keyed hash of a user name as typed: failures can be counted and not read."""
    return salted_hmac("people.sign_in", username.lower(), algorithm="sha256").hexdigest()


def failures_of(username: str, address: str, *, since: datetime, until: datetime) -> int:
    """Failed sign-ins of one account from one address."""
    rows = SignInFailure.objects.filter(name_hash=name_hash(username), address=address, at__gt=since, at__lte=until)
    return rows.count()


def failures_from(address: str, *, since: datetime, until: datetime) -> int:
    """Failed sign-ins of all accounts from one address."""
    return SignInFailure.objects.filter(address=address, at__gt=since, at__lte=until).count()


def has_second_factor(account: Account) -> bool:
    """An authenticator application or a passkey; recovery codes alone are none."""
    kinds = (Authenticator.Type.TOTP, Authenticator.Type.WEBAUTHN)
    found: bool = Authenticator.objects.filter(user=account, type__in=kinds).exists()
    return found


def sees_minors(account: Account, *, on: date) -> bool:
    """Does some role of this day reach data of minors?"""
    return any(ROLES[row.role].sees_minors for row in held(account, on=on))


def sessions_of(account: Account) -> list[UserSession]:
    """Where the account is signed in now, the newest first; what has run out is forgotten on the way."""
    return sorted(UserSession.objects.purge_and_list(account), key=lambda row: row.created_at, reverse=True)

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from django.db.models import OuterRef, QuerySet, Subquery
from django.utils.crypto import salted_hmac

from donghanh.organisations.models import Lineage, UnitName
from donghanh.people.choices import ROLES, Right, Role, roles_with
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


def all_roles(account: Account) -> list[HeldRole]:
    """Every role the account has, had or will have, in the order in which it was given."""
    return _with_units(Membership.objects.filter(account=account).order_by("id"))


def _with_units(rows: QuerySet[Membership]) -> list[HeldRole]:
    name = UnitName.objects.filter(unit=OuterRef("unit")).order_by("-valid").values("name")[:1]
    return [
        HeldRole(
            ROLES[row.role], row.unit_name, row.valid.lower, row.valid.upper and row.valid.upper - timedelta(days=1)
        )
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

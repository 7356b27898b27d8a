from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta

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


def rights_of(account: Account, *, on: date) -> frozenset[Right]:
    """Every right the account holds in some unit on this day."""
    roles = memberships_of(account, on=on).values_list("role", flat=True)
    return frozenset().union(*(ROLES[role].rights for role in roles))


def roles_held(account: Account, *, on: date) -> list[HeldRole]:
    """What the account is, where and for how long, in the order in which it was given."""
    name = UnitName.objects.filter(unit=OuterRef("unit"), valid__contains=on).values("name")[:1]
    rows = memberships_of(account, on=on).annotate(unit_name=Subquery(name))
    return [
        HeldRole(
            ROLES[row.role], row.unit_name, row.valid.lower, row.valid.upper and row.valid.upper - timedelta(days=1)
        )
        for row in rows
    ]


def units_reached(account: Account, right: str, *, on: date) -> QuerySet[Lineage]:
    """Subquery of unit ids in which `account` holds `right` on this day: its units with all below them."""
    offices = Membership.objects.filter(account=account, role__in=roles_with(right), valid__contains=on).values("unit")
    return Lineage.objects.filter(ancestor__in=offices, valid__contains=on).values("descendant")


def own_units(account: Account, right: str, *, on: date) -> list[int]:
    """Ids of the units in which the account holds `right` by a membership of its own, not from above."""
    held = Membership.objects.filter(account=account, role__in=roles_with(right), valid__contains=on)
    return list(held.order_by("id").values_list("unit", flat=True))


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

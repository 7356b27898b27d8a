from __future__ import annotations

from datetime import date

from django.db.models import QuerySet

from donghanh.organisations.models import Lineage
from donghanh.people.choices import ROLES, Right, roles_with
from donghanh.people.models import Account, Membership


def memberships_of(account: Account, *, on: date) -> QuerySet[Membership]:
    """Roles that hold on this day."""
    return Membership.objects.filter(account=account, valid__contains=on).order_by("id")


def rights_of(account: Account, *, on: date) -> frozenset[Right]:
    """Every right the account holds in some unit on this day."""
    roles = memberships_of(account, on=on).values_list("role", flat=True)
    return frozenset().union(*(ROLES[role].rights for role in roles))


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

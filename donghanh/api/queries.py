"""Keys, and what whoever comes with one may reach: the account's rights ∩ the key's scopes ∩ the key's unit."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db.models import F, QuerySet

from donghanh.api.choices import RIGHTS_OF, Scope
from donghanh.api.models import ApiToken
from donghanh.organisations.models import Lineage
from donghanh.organisations.queries import children, named
from donghanh.people.choices import NOT_STAFF, Right
from donghanh.people.models import Account
from donghanh.people.queries import held, own_units, rights_of

MOST_PLACES = 100


@dataclass(frozen=True)
class Caller:
    """Who asks, on which day. `token` None: by user name and password, or in a page while signed in."""

    account: Account
    on: date
    scopes: frozenset[str] = frozenset(Scope.values)
    token: ApiToken | None = None

    @property
    def key(self) -> str:
        """What the rate is counted by."""
        return f"token:{self.token.pk}" if self.token else f"account:{self.account.pk}"

    def may(self, scope: Scope) -> bool:
        """Is the scope the key's, and does the account hold one of its rights in some unit today?"""
        return scope in self.scopes and not rights_of(self.account, on=self.on).isdisjoint(RIGHTS_OF[scope])

    def units(self, scope: Scope) -> QuerySet[Any, Any]:
        """Subquery of the ids of units in which the caller may use `scope` today.

        Units themselves are an open register to whoever may read it (`Right.READ_UNITS`): all, or all below the key's.
        """
        rows: QuerySet[Lineage, Any] = Lineage.objects.filter(valid__contains=self.on).order_by()
        reached = rows.none() if scope not in self.scopes else self._reached(rows, scope)
        if self.token:
            inside = rows.filter(ancestor=self.token.unit_id).values("descendant")
            reached = reached.filter(descendant__in=inside)
        return reached.values("descendant")

    def _reached(self, rows: QuerySet[Lineage, Any], scope: Scope) -> QuerySet[Lineage, Any]:
        if scope == Scope.READ_UNITS and Right.READ_UNITS in rights_of(self.account, on=self.on):
            return rows.filter(depth=0)
        offices = {unit for right in RIGHTS_OF[scope] for unit in own_units(self.account, right, on=self.on)}
        return rows.filter(ancestor__in=offices)

    def reaches(self, scope: Scope, unit_id: int) -> bool:
        """May the caller use `scope` in this unit today?"""
        return self.units(scope).filter(descendant=unit_id).exists()


def token_of(digest: str) -> ApiToken | None:
    """The key with this digest, whatever its state."""
    return ApiToken.objects.select_related("account").filter(digest=digest).order_by("pk").first()


def tokens_of(account: Account) -> QuerySet[ApiToken]:
    """Keys of an account, those in force first."""
    rows = ApiToken.objects.filter(account=account).select_related("account")
    return rows.order_by(F("revoked_at").desc(nulls_first=True), "-expires_on", "-pk")


def in_force(account: Account, *, on: date) -> int:
    """How many keys of the account are neither revoked nor run out."""
    return ApiToken.objects.filter(account=account, revoked_at=None, expires_on__gte=on).count()


def usable_scopes(account: Account, *, on: date) -> list[Scope]:
    """The scopes of which the account holds a right today."""
    return [scope for scope in Scope if Caller(account, on).may(scope)]


def places_of(account: Account, *, on: date) -> dict[int, str]:
    """Units for which the account can make a key, with their names: its own, and those directly below them."""
    own = sorted({row.unit_id for row in held(account, on=on) if row.role not in NOT_STAFF})
    below = {unit.pk: str(unit.name) for office in own for unit in children(office, on=on)[:MOST_PLACES]}  # type: ignore[attr-defined]
    return named(own, on=on) | below

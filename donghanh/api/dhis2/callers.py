"""Who asks: an account, narrowed by the token it came with."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from django.db.models import QuerySet

from donghanh.organisations.queries import descendant_ids
from donghanh.people.models import Account
from donghanh.people.queries import own_units, rights_of, units_reached


@dataclass(frozen=True)
class Caller:
    """What is allowed is what the account may do and the token says; each question asks both."""

    account: Account
    unit: int | None = None  # the token reaches this unit and all below it; None: wherever the account does
    scope: frozenset[str] | None = None  # rights that the token carries; None: all of the account's
    known: dict[tuple[str, date], set[int]] = field(default_factory=dict, repr=False, compare=False)  # asked once each

    def carries(self, right: str) -> bool:
        """Whether the token lets this right through at all."""
        return self.scope is None or right in self.scope

    def may(self, right: str, *, on: date) -> bool:
        """In some unit."""
        return self.carries(right) and right in rights_of(self.account, on=on)

    def _once(self, what: str, on: date, find: Callable[[], Iterable[int]]) -> set[int]:
        if (what, on) not in self.known:
            self.known[what, on] = set(find())
        return self.known[what, on]

    def _below(self, on: date) -> set[int]:
        """The token's unit and all below it."""
        return self._once("below", on, lambda: descendant_ids(self.unit, on=on) if self.unit else ())

    def narrowed(self, rows: QuerySet[Any], path: str, *, on: date) -> QuerySet[Any]:
        """Only rows of units that the token reaches."""
        if self.unit is None:
            return rows
        below: QuerySet[Any] = rows.filter(**{f"{path}__in": self._below(on)})
        return below

    def reached(self, right: str, *, on: date) -> set[int]:
        """Units in which the caller may use the right."""
        if not self.carries(right):
            return set()
        rows = units_reached(self.account, right, on=on)
        found = self._once(right, on, lambda: rows.values_list("descendant", flat=True))
        return found if self.unit is None else found & self._below(on)

    def own(self, right: str, *, on: date) -> list[int]:
        """Units in which the account holds the right by a role of its own, within the token's reach."""
        if not self.carries(right):
            return []
        units = own_units(self.account, right, on=on)
        return units if self.unit is None else [unit for unit in units if unit in self._below(on)]

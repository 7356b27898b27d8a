"""Keys, and what whoever comes with one may reach: the account's rights ∩ the key's scopes ∩ the key's unit."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db.models import F, Max, Q, QuerySet
from django.utils import timezone

from donghanh.api.asking import question_of
from donghanh.api.choices import RIGHTS_OF, Scope
from donghanh.api.models import ApiToken, OpenDataSet
from donghanh.api.publishing import gated, parents_among
from donghanh.organisations.choices import UnitKind
from donghanh.organisations.models import Lineage
from donghanh.organisations.queries import children, descendants, kinds, named
from donghanh.people.choices import NOT_STAFF, Right
from donghanh.people.models import Account
from donghanh.people.queries import held, own_units, rights_of
from donghanh.questionnaires.models import Form
from donghanh.reporting.queries import reports_visible_to
from donghanh.statistics.choices import DatumKind
from donghanh.statistics.models import DataElement, Indicator, Partition
from donghanh.statistics.queries import Answer, Cell, Datum, Place, ask

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

    def units(self, scope: Scope, day: date | None = None) -> QuerySet[Any, Any]:
        """Subquery of the ids of units in which the caller may use `scope` today; `day`: on the tree of that day.

        Units themselves are an open register to whoever may read it (`Right.READ_UNITS`): all, or all below the key's.
        """
        rows: QuerySet[Lineage, Any] = Lineage.objects.filter(valid__contains=day or self.on).order_by()
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
    below = {unit.pk: str(unit.name) for office in own for unit in children(office, on=on)[:MOST_PLACES]}
    return named(own, on=on) | below


def reports_of(caller: Caller, right: Right) -> QuerySet[Any]:
    """Reports that the account sees and that the key reaches, as `reports_visible_to` gives them."""
    rows = reports_visible_to(caller.account, on=caller.on, right=right)
    if caller.token is None:
        return rows
    inside = Lineage.objects.filter(ancestor=caller.token.unit_id, valid__contains=caller.on).order_by()
    below = inside.values("descendant")
    found: QuerySet[Any] = rows.filter(Q(expected__unit__in=below) | Q(expected__reviewer__in=below))
    return found


def names_of(data: Iterable[Datum]) -> dict[Datum, str]:
    """What each datum is called: an element's cell with its option, a form's rate by both."""
    asked = list(data)
    elements = {one.code: one.name for one in DataElement.objects.filter(code__in=_codes(asked, DatumKind.ELEMENT))}
    known = {one.code: one.name for one in Indicator.objects.filter(code__in=_codes(asked, DatumKind.INDICATOR))}
    forms = dict(Form.objects.filter(code__in=_codes(asked, DatumKind.RATE)).values_list("code", "name_vi"))
    names = {}
    for datum in asked:
        base, _bracket, option = datum.code.partition("[")
        if datum.kind == DatumKind.ELEMENT:
            names[datum] = elements.get(base, base) + (f" · {option[:-1]}" if option else "")
        elif datum.kind == DatumKind.INDICATOR:
            names[datum] = known.get(datum.code, datum.code)
        else:
            names[datum] = f"{datum.rate.label if datum.rate else ''} · {forms.get(datum.code, datum.code)}"
    return names


def _codes(data: Iterable[Datum], kind: DatumKind) -> set[str]:
    return {datum.code.partition("[")[0] for datum in data if datum.kind == kind}


def open_data() -> QuerySet[OpenDataSet]:
    """What is published and not withdrawn, newest first."""
    return OpenDataSet.objects.filter(withdrawn_at=None).order_by("-published_at", "-pk")


def offices_that_publish(account: Account, *, on: date) -> dict[int, str]:
    """Departments for which the account issues what is official, with their names."""
    own = own_units(account, Right.ISSUE_PAPERS, on=on)
    of_kind = {unit for unit, kind in kinds(own, on=on).items() if kind == UnitKind.DEPARTMENT}
    return named(of_kind, on=on)


def areas_of(office: int, of_kinds: Collection[str], *, on: date) -> list[int]:
    """The office itself and the areas of these kinds below it that day, by name."""
    units: QuerySet[Any] = descendants(office, on=on)
    below = units.filter(kind__in=of_kinds).exclude(pk=office)
    return [office, *below.values_list("pk", flat=True)]


def public_answer(data_set: OpenDataSet) -> tuple[Answer, dict[Place, Cell]]:
    """What was asked, on the tree of the day it was published, and every cell as everyone may see it."""
    day = timezone.localdate(data_set.published_at)
    question = question_of(data_set.question, on=day, units=data_set.question["units"])
    answer = ask(question, on=day)
    return answer, gated(answer, parents_among(question.units, on=day))


def last_written(data_set: OpenDataSet) -> str:
    """When any of the figures was last laid out: what has an answer of this moment has the latest."""
    at = Partition.objects.aggregate(at=Max("written_at"))["at"]
    return f"{at or data_set.published_at:%Y%m%d%H%M%S%f}"

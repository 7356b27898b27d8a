"""Targets as an account sees them."""

from __future__ import annotations

from datetime import date
from typing import Any

from django.db.models import F, OuterRef, Q, QuerySet, Subquery

from donghanh.organisations.choices import UnitKind
from donghanh.organisations.models import UnitName
from donghanh.organisations.queries import groups
from donghanh.people.choices import Right
from donghanh.people.models import Account
from donghanh.people.queries import units_reached
from donghanh.statistics.models import Target


def targets_visible_to(account: Account, *, on: date) -> QuerySet[Any]:
    """General targets, those of groups, and those of units whose figures the account reads; ended ones too.

    Each with `unit_name`; by indicator, the general first, then by year.
    """
    reached = units_reached(account, Right.READ_FIGURES, on=on)
    name = UnitName.objects.filter(unit=OuterRef("unit")).order_by("-valid").values("name")[:1]
    named: QuerySet[Any] = Target.objects.annotate(unit_name=Subquery(name)).select_related("indicator", "period")
    rows = named.filter(Q(unit=None) | Q(unit__in=reached))
    return rows.order_by(
        "indicator__position", "indicator__code", F("unit").asc(nulls_first=True), "group", "year", "pk"
    )


def group_choices() -> list[tuple[str, str]]:
    """Kinds of school and groups of units by which a target may be set: code, name."""
    named = {one.code: one.name for one in groups()}
    kinds = [(kind.value, str(kind.label)) for kind in UnitKind]
    return [*kinds, *((code, name) for code, name in named.items() if code not in UnitKind.values)]

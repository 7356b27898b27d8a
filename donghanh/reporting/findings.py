"""“Cần xem lại”: what the checks over time found in the units that an officer reviews."""

from __future__ import annotations

from datetime import date
from typing import Any

from django.db.models import F, OuterRef, QuerySet, Subquery

from donghanh.organisations.models import UnitName
from donghanh.people.choices import Right
from donghanh.people.models import Account
from donghanh.people.queries import units_reached
from donghanh.reporting.models import Collection, Submission
from donghanh.statistics.models import Finding


def findings_visible_to(account: Account, *, on: date) -> QuerySet[Any]:
    """What holds and nobody has looked at, in units whose reports the account reviews; the most important first.

    Each with `unit_name`, `unit_sort`, `unit_folded` and `report`, the id of the report that it speaks of.
    """
    reached = units_reached(account, Right.REVIEW_REPORTS, on=on)
    name = UnitName.objects.filter(unit=OuterRef("unit")).order_by("-valid")
    report = Submission.objects.filter(
        expected__unit=OuterRef("unit"), expected__collection__period=OuterRef("period"),
        expected__collection__owner=OuterRef("owner"), expected__collection__form_version__form__code=OuterRef("form"),
    ).order_by("-pk")  # fmt: skip
    rows: QuerySet[Any] = Finding.objects.filter(unit__in=reached, gone_at=None, seen_at=None).annotate(
        unit_name=Subquery(name.values("name")[:1]),
        unit_sort=Subquery(name.values("name_sort")[:1]),
        unit_folded=Subquery(name.values("name_folded")[:1]),
        report=Subquery(report.values("pk")[:1]),
    )
    sources = rows.select_related("rule", "outlier_rule", "predictor", "period")
    return sources.order_by(F("period__days").desc(), "importance", "unit_sort", "pk")


def count_of_round(account: Account, collection: Collection, *, on: date) -> int:
    """How many wait in one round."""
    rows = findings_visible_to(account, on=on).filter(
        period=collection.period_id, owner=collection.owner_id, form=collection.form_version.form.code
    )
    return rows.count()

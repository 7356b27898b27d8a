from __future__ import annotations

from django.db.models import QuerySet

from donghanh.periods.models import Period


def periods(kind: str) -> QuerySet[Period]:
    """Every period of one calendar, oldest first."""
    return Period.objects.filter(kind=kind).order_by("days")


def period(code: str) -> Period:
    """The period with this code; Period.DoesNotExist if the calendar has none."""
    return Period.objects.get(code=code)

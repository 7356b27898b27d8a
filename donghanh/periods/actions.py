from __future__ import annotations

from datetime import date, timedelta

from django.db.backends.postgresql.psycopg_any import DateRange

from donghanh.periods.choices import PeriodKind
from donghanh.periods.models import Period


def set_school_year(*, first_day: date, last_day: date) -> Period:
    """Write the school year a decision sets; its tree is read on its last day, its targets are of that day's year."""
    period, _ = Period.objects.update_or_create(
        code=f"NH{first_day.year}",
        defaults={
            "kind": PeriodKind.SCHOOL_YEAR,
            "days": DateRange(first_day, last_day + timedelta(days=1)),
            "reference_day": last_day,
            "target_year": last_day.year,
        },
    )
    return period

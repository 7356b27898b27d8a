"""Base of the rows that stand: dated rows and append-only logs."""

from __future__ import annotations

from datetime import date, timedelta

from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import DateRangeField, RangeOperators
from django.db import models


class Dated(models.Model):
    """A row that holds over a range of days, `[first day, day after the last)`; an open end: until further notice."""

    valid = DateRangeField()

    class Meta:
        abstract = True

    @property
    def last_day(self) -> date | None:
        """The last day on which the row holds; None: until further notice."""
        end: date | None = self.valid.upper
        return end and end - timedelta(days=1)


def never_two_at_once(name: str, *columns: str) -> ExclusionConstraint:
    """The database refuses two rows equal in `columns` whose days overlap."""
    return ExclusionConstraint(
        name=name,
        expressions=[*((column, RangeOperators.EQUAL) for column in columns), ("valid", RangeOperators.OVERLAPS)],
    )

from __future__ import annotations

from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import DateRangeField, RangeOperators
from django.db import models
from django.utils.translation import gettext as _

from donghanh.periods.choices import PeriodKind


class Period(models.Model):
    """One span of a calendar. Its days are data: each province and year sets them by decision."""

    code = models.CharField(max_length=20, unique=True)  # "NH2024": school year 2024–2025; "2025": Gregorian year
    kind = models.CharField(max_length=20, choices=PeriodKind)
    days = DateRangeField()  # [first, day after last)
    reference_day = models.DateField()  # the day on which the tree is read: who existed, below whom
    target_year = models.PositiveSmallIntegerField()  # the year whose targets apply: 2021 for school year 2020–2021

    class Meta:
        verbose_name = "kỳ"
        constraints = (
            ExclusionConstraint(
                name="periods_no_overlap_within_a_kind",
                expressions=[("kind", RangeOperators.EQUAL), ("days", RangeOperators.OVERLAPS)],
            ),
        )

    def __str__(self) -> str:
        return self.label

    @property
    def label(self) -> str:
        """“Năm học 2024–2025”; the same in the reader's language."""
        first = self.days.lower.year
        if self.kind == PeriodKind.SCHOOL_YEAR:
            return _("Năm học %(from)s–%(to)s") % {"from": first, "to": first + 1}
        return _("Năm %(year)s") % {"year": first}

    @property
    def short_label(self) -> str:
        """“2024–2025”: for axes and narrow columns."""
        first = self.days.lower.year
        return f"{first}–{first + 1}" if self.kind == PeriodKind.SCHOOL_YEAR else str(first)

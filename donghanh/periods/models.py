from __future__ import annotations

from datetime import timedelta

from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import DateRangeField, RangeOperators
from django.db import models

from donghanh.periods.choices import PeriodKind
from donghanh.periods.spans import Span


class Period(models.Model):
    """One span of a calendar, as reports and figures refer to it. What a decision sets is data of its own place."""

    code = models.CharField(max_length=20, unique=True)  # "NH2024": school year 2024–2025; "NH2024HK1"; "2025"
    kind = models.CharField(max_length=20, choices=PeriodKind)
    place = models.CharField(max_length=6, blank=True, default="")  # code of a province with dates of its own; "": all
    name = models.CharField(max_length=120, blank=True, default="")  # of a one-off period
    days = DateRangeField()  # [first, day after last)
    reference_day = models.DateField()  # the day on which the tree is read: who existed, below whom
    target_year = models.PositiveSmallIntegerField()  # the year whose targets apply: 2021 for school year 2020–2021
    teaching_weeks = models.PositiveSmallIntegerField(null=True, blank=True)  # of a semester, as the decision states
    decision = models.CharField(max_length=200, blank=True, default="")

    class Meta:
        verbose_name = "kỳ"
        constraints = (
            ExclusionConstraint(
                name="periods_no_overlap_within_a_calendar",
                expressions=[
                    ("place", RangeOperators.EQUAL),
                    ("kind", RangeOperators.EQUAL),
                    ("days", RangeOperators.OVERLAPS),
                ],
                condition=~models.Q(kind=PeriodKind.OWN),  # one-off periods lie as their office needs them
            ),
        )

    def __str__(self) -> str:
        return self.label

    @property
    def span(self) -> Span:
        """The same as a value: no row needed to reckon with it."""
        last = self.days.upper - timedelta(days=1)
        return Span(PeriodKind(self.kind), self.code, self.days.lower, last, self.reference_day, self.name)

    @property
    def label(self) -> str:
        """“Năm học 2024–2025”; the same in the reader's language."""
        return self.span.label

    @property
    def short_label(self) -> str:
        """“2024–2025”: for axes and narrow columns."""
        return self.span.short_label


class SpecialDay(models.Model):
    """A day that the national list of holidays does not know: off by order of a province, or worked to make up."""

    day = models.DateField()
    place = models.CharField(max_length=6, blank=True, default="")  # code of a province; "": all
    works = models.BooleanField()
    name = models.CharField(max_length=120)  # "Nghỉ phòng tránh bão số 3"
    decision = models.CharField(max_length=200, blank=True, default="")

    class Meta:
        verbose_name = "ngày nghỉ hoặc làm bù"
        constraints = (models.UniqueConstraint(fields=["place", "day"], name="special_day_once_a_place"),)

from __future__ import annotations

from typing import Any

from django.contrib.postgres.fields import ArrayField
from django.db import models

from donghanh.kernel.bilingual import Bilingual, in_language
from donghanh.organisations.choices import UnitKind
from donghanh.organisations.models import Unit
from donghanh.periods.choices import PeriodKind
from donghanh.periods.models import Period
from donghanh.statistics.choices import (
    Aggregation,
    Combined,
    Comparison,
    Direction,
    FindingKind,
    Importance,
    Interpolation,
    OutlierMethod,
    Strategy,
)

DERIVED = "predicted."  # how a layout that a predictor wrote begins; no form's code has a dot


class DataElement(Bilingual, models.Model):
    """What is counted (“chỉ tiêu báo cáo”): the meaning of a column."""

    code = models.CharField(max_length=60, unique=True)
    name_vi = models.CharField(max_length=300)
    name_en = models.CharField(max_length=300)
    unit_of_measure_vi = models.CharField(max_length=60)
    unit_of_measure_en = models.CharField(max_length=60)
    basis = models.TextField(blank=True)  # the clause or regulation it comes from
    minimum_group = models.PositiveSmallIntegerField(null=True)  # fewer people than this are never shown (gate.py)
    minimum_units = models.PositiveSmallIntegerField(null=True)  # nor a figure of fewer units that reported
    aggregation = models.CharField(max_length=40, choices=Aggregation, default=Aggregation.SUM)

    class Meta:
        verbose_name = "chỉ tiêu báo cáo"


class Indicator(Bilingual, models.Model):
    """Numerator over denominator times factor; a parent's is the sum of numerators over the sum of denominators."""

    code = models.CharField(max_length=60, unique=True)
    name_vi = models.CharField(max_length=300)
    name_en = models.CharField(max_length=300)
    short_name_vi = models.CharField(max_length=80)
    short_name_en = models.CharField(max_length=80)
    numerator = models.TextField()  # expressions of statistics.language
    denominator = models.TextField()
    factor = models.FloatField(default=100)
    annualised = models.BooleanField(default=False)  # as if the period's rate held for 365 days
    decimals = models.PositiveSmallIntegerField(default=1)
    direction = models.CharField(max_length=4, choices=Direction, default=Direction.UP)
    position = models.PositiveSmallIntegerField(default=0)
    basis = models.TextField(blank=True)

    class Meta:
        verbose_name = "chỉ số"

    @property
    def short_name(self) -> str:
        """For tables and charts."""
        return in_language(self, "short_name")


class Target(models.Model):
    """What an indicator should reach in a year or a period: of one unit with all below it, of a group, or of all."""

    indicator = models.ForeignKey(Indicator, on_delete=models.PROTECT, related_name="targets")
    unit = models.ForeignKey(Unit, on_delete=models.PROTECT, null=True)  # null: see `group`
    group = models.CharField(max_length=40, blank=True)  # a kind of school or a group's code; "": wherever none is set
    year = models.PositiveSmallIntegerField()
    period = models.ForeignKey(Period, on_delete=models.PROTECT, null=True, related_name="+")  # null: of the year
    value = models.FloatField()
    baseline_year = models.PositiveSmallIntegerField(null=True)  # where the way to it begins
    baseline_value = models.FloatField(null=True)
    interpolation = models.CharField(max_length=5, choices=Interpolation, default=Interpolation.LINE)
    basis = models.TextField(blank=True)
    ended_at = models.DateTimeField(null=True)  # null: it holds

    class Meta:
        verbose_name = "mục tiêu"
        constraints = (
            models.UniqueConstraint(
                fields=["indicator", "unit", "group", "year", "period"],
                nulls_distinct=False,
                condition=models.Q(ended_at=None),
                name="target_once",
            ),
            models.CheckConstraint(
                condition=models.Q(unit=None) | models.Q(group=""), name="target_of_a_unit_or_a_group"
            ),
            models.CheckConstraint(
                condition=models.Q(baseline_year=None, baseline_value=None)
                | models.Q(baseline_year__lt=models.F("year"), baseline_value__isnull=False),
                name="target_baseline_whole_and_before",
            ),
        )


class Partition(models.Model):
    """One wide Parquet file: a row a unit, a column a cell, for one layout (form version), period and office."""

    layout = models.CharField(max_length=60)  # "plan3296/1"
    columns = ArrayField(models.CharField(max_length=80))
    period = models.ForeignKey(Period, on_delete=models.PROTECT)
    owner = models.ForeignKey(Unit, on_delete=models.PROTECT, related_name="+")  # the office that asked
    file_name = models.CharField(max_length=120)
    rows = models.PositiveIntegerField()
    written_at = models.DateTimeField()

    class Meta:
        verbose_name = "phân vùng số liệu"
        constraints = (models.UniqueConstraint(fields=["layout", "period", "owner"], name="partition_once"),)

    @property
    def form(self) -> str:
        """The code of the form whose version the layout is."""
        return self.layout.partition("/")[0]

    @property
    def told_columns(self) -> list[str]:
        """Without the count of expected units where the numbers were generated: they expect nobody."""
        return self.columns[:1] if self.is_derived else self.columns

    @property
    def is_derived(self) -> bool:
        """Whether a predictor wrote it: nobody sent these numbers."""
        return self.layout.startswith(DERIVED)


class Rollup(models.Model):
    """Sums over a unit and all below it on the period's reference day; `group` narrows to one kind ("" is all).

    The two keys need no index of their own: the constraint and the index below begin with them.
    """

    partition = models.ForeignKey(Partition, on_delete=models.CASCADE, related_name="rollups", db_index=False)
    unit = models.ForeignKey(Unit, on_delete=models.PROTECT, db_index=False)
    group = models.CharField(max_length=20, blank=True)
    sums = ArrayField(models.FloatField(null=True))  # in the order of partition.columns; null: nobody filled it
    expected = models.PositiveIntegerField()  # units that were to report
    sent = models.PositiveIntegerField()  # of these, with a sending that stands: waiting, accepted, locked
    on_time = models.PositiveIntegerField()  # of these, whose first sending came within the grace
    reported = models.PositiveIntegerField()  # of those sent, accepted: these stand in the sums

    class Meta:
        verbose_name = "số liệu cộng dồn"
        constraints = (models.UniqueConstraint(fields=["partition", "unit", "group"], name="rollup_once"),)
        indexes = (models.Index(fields=["unit", "group"], name="rollup_unit"),)


class ValidationRule(Bilingual, models.Model):
    """What must hold of each unit's figures in each period: left, comparison, right."""

    code = models.CharField(max_length=60, unique=True)
    name_vi = models.CharField(max_length=200)  # the sentence a reader is told where it does not hold
    name_en = models.CharField(max_length=200)
    left = models.TextField()  # expressions of statistics.language
    left_missing = models.CharField(max_length=12, choices=Strategy, default=Strategy.SKIP_IF_ANY)
    comparison = models.CharField(max_length=8, choices=Comparison)
    right = models.TextField()
    right_missing = models.CharField(max_length=12, choices=Strategy, default=Strategy.SKIP_IF_ANY)
    period_kind = models.CharField(max_length=20, choices=PeriodKind, blank=True)  # "": of any
    unit_kind = models.CharField(max_length=20, choices=UnitKind, blank=True)  # "": of any
    importance = models.CharField(max_length=6, choices=Importance, default=Importance.MEDIUM)
    ended_at = models.DateTimeField(null=True)

    class Meta:
        verbose_name = "quy tắc kiểm tra"


class OutlierRule(models.Model):
    """An element whose values are held against the same unit's earlier ones, or against bounds."""

    element = models.CharField(max_length=80)  # an element's code or one of its cells
    method = models.CharField(max_length=10, choices=OutlierMethod, default=OutlierMethod.MODIFIED_Z)
    threshold = models.FloatField(default=3)  # how many deviations
    low = models.FloatField(null=True)  # of MIN_MAX
    high = models.FloatField(null=True)
    periods = models.PositiveSmallIntegerField(default=6)  # earlier ones looked at
    fewest = models.PositiveSmallIntegerField(default=3)  # with fewer there is nothing usual
    importance = models.CharField(max_length=6, choices=Importance, default=Importance.MEDIUM)
    ended_at = models.DateTimeField(null=True)

    class Meta:
        verbose_name = "theo dõi giá trị khác thường"
        constraints = (
            models.UniqueConstraint(
                fields=["element", "method"], condition=models.Q(ended_at=None), name="outlier_rule_once"
            ),
        )


class Predictor(Bilingual, models.Model):
    """A value generated for each unit from its own earlier periods, kept apart from what people sent."""

    code = models.CharField(max_length=60, unique=True)
    name_vi = models.CharField(max_length=200)
    name_en = models.CharField(max_length=200)
    element = models.ForeignKey(DataElement, on_delete=models.PROTECT, related_name="+")  # what is written
    sample = models.TextField()  # expression, reckoned in each earlier period
    combined = models.CharField(max_length=8, choices=Combined, default=Combined.AVERAGE)
    periods = models.PositiveSmallIntegerField(default=3)
    skip_when = models.TextField(blank=True)  # a condition as a number: a period where it is not 0 is no sample
    told_beyond = models.FloatField(null=True)  # share of the prediction by which the sent value may differ
    ended_at = models.DateTimeField(null=True)

    class Meta:
        verbose_name = "giá trị dự tính"


class Finding(models.Model):
    """That something about one unit's figures in one period should be looked at. The same numbers are told once."""

    kind = models.CharField(max_length=10, choices=FindingKind)
    rule = models.ForeignKey(ValidationRule, on_delete=models.PROTECT, null=True, related_name="findings")
    outlier_rule = models.ForeignKey(OutlierRule, on_delete=models.PROTECT, null=True, related_name="findings")
    predictor = models.ForeignKey(Predictor, on_delete=models.PROTECT, null=True, related_name="findings")
    unit = models.ForeignKey(Unit, on_delete=models.PROTECT, related_name="+")
    period = models.ForeignKey(Period, on_delete=models.PROTECT, related_name="+")
    form = models.CharField(max_length=60)  # whose figures: its code
    owner = models.ForeignKey(Unit, on_delete=models.PROTECT, related_name="+")  # who asked
    numbers: models.JSONField[Any, Any] = models.JSONField(default=dict)
    importance = models.CharField(max_length=6, choices=Importance)
    found_at = models.DateTimeField()
    gone_at = models.DateTimeField(null=True)  # the figures have changed since and it holds no more
    seen_at = models.DateTimeField(null=True)
    seen_by = models.BigIntegerField(null=True)
    seen_word = models.CharField(max_length=200, blank=True)  # "đã xem: đúng"

    class Meta:
        verbose_name = "điều cần xem lại"
        constraints = (
            models.UniqueConstraint(
                fields=["rule", "outlier_rule", "predictor", "unit", "period", "form", "owner", "numbers"],
                nulls_distinct=False,
                name="finding_once",
            ),
        )
        indexes = (models.Index(fields=["period", "unit"], name="finding_of"),)

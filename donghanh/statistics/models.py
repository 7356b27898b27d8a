from __future__ import annotations

from django.contrib.postgres.fields import ArrayField
from django.db import models

from donghanh.kernel.bilingual import Bilingual, in_language
from donghanh.organisations.models import Unit
from donghanh.periods.models import Period
from donghanh.statistics.choices import Aggregation, Direction


class DataElement(Bilingual, models.Model):
    """What is counted (“chỉ tiêu báo cáo”): the meaning of a column."""

    code = models.CharField(max_length=60, unique=True)
    name_vi = models.CharField(max_length=300)
    name_en = models.CharField(max_length=300)
    unit_of_measure_vi = models.CharField(max_length=60)
    unit_of_measure_en = models.CharField(max_length=60)
    basis = models.TextField(blank=True)  # the clause or regulation it comes from
    minimum_group = models.PositiveSmallIntegerField(null=True)  # fewer people than this are never shown (figures.py)
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
    """What an indicator should reach in a year, for a unit with all below it."""

    indicator = models.ForeignKey(Indicator, on_delete=models.PROTECT, related_name="targets")
    unit = models.ForeignKey(Unit, on_delete=models.PROTECT, null=True)  # null: wherever no own target is set
    year = models.PositiveSmallIntegerField()
    value = models.FloatField()
    basis = models.TextField(blank=True)

    class Meta:
        verbose_name = "mục tiêu"
        constraints = (
            models.UniqueConstraint(fields=["indicator", "unit", "year"], nulls_distinct=False, name="target_once"),
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

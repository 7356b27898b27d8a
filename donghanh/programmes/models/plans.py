from __future__ import annotations

from django.db import models

from donghanh.organisations.models import Unit


class Programme(models.Model):
    """What an office has decided to do over some years."""

    code = models.SlugField(max_length=40, unique=True)
    name = models.CharField(max_length=300)
    owner = models.ForeignKey(Unit, on_delete=models.PROTECT, related_name="programmes")

    class Meta:
        verbose_name = "chương trình"


class UnitPlan(models.Model):
    """One unit's plan of action in a programme."""

    programme = models.ForeignKey(Programme, on_delete=models.PROTECT, related_name="plans")
    unit = models.ForeignKey(Unit, on_delete=models.PROTECT, related_name="plans")

    class Meta:
        verbose_name = "kế hoạch của đơn vị"
        constraints = (models.UniqueConstraint(fields=["programme", "unit"], name="plan_once_a_unit"),)


class PlanTask(models.Model):
    """A task in a unit's plan."""

    plan = models.ForeignKey(UnitPlan, on_delete=models.PROTECT, related_name="tasks")
    name = models.CharField(max_length=500)

    class Meta:
        verbose_name = "nhiệm vụ"

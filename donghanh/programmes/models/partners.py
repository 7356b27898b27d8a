from __future__ import annotations

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q

from donghanh.collaborators.choices import Agency
from donghanh.documents.models import Document
from donghanh.kernel.columns import folded, sort_key_of
from donghanh.kernel.models import Dated
from donghanh.organisations.models import Unit
from donghanh.people.models import Account
from donghanh.programmes.choices import JointState, Topic
from donghanh.programmes.models.plans import Programme


class CoordinationPlan(Dated):
    """What a unit agreed with other agencies to do together, over some days (III.5)."""

    unit = models.ForeignKey(Unit, on_delete=models.PROTECT, related_name="+")
    programme = models.ForeignKey(Programme, on_delete=models.PROTECT, related_name="+")
    name = models.CharField(max_length=300)
    name_sort = sort_key_of("name")
    name_folded = folded("name")
    agreed = models.CharField(max_length=200)  # number and symbol of what was signed
    document = models.ForeignKey(Document, on_delete=models.PROTECT, null=True, related_name="+")
    topics = ArrayField(models.CharField(max_length=10, choices=Topic), default=list)
    own_topics = ArrayField(models.CharField(max_length=200), default=list)

    class Meta:
        verbose_name = "kế hoạch phối hợp"
        constraints = (models.UniqueConstraint(fields=["unit", "agreed"], name="coordination_plan_once"),)


class Partner(models.Model):
    """An agency in a plan. `account` is its guest: sees this plan and nothing else."""

    plan = models.ForeignKey(CoordinationPlan, on_delete=models.PROTECT, related_name="partners")
    agency = models.CharField(max_length=20, choices=Agency)
    name = models.CharField(max_length=200)
    account = models.ForeignKey(Account, on_delete=models.PROTECT, null=True, related_name="+")

    class Meta:
        verbose_name = "cơ quan phối hợp"
        constraints = (
            models.UniqueConstraint(fields=["plan", "name"], name="partner_once"),
            models.UniqueConstraint(
                fields=["plan", "account"], name="guest_of_one_partner", condition=Q(account__isnull=False)
            ),
        )


class PartnerTask(models.Model):
    """Who does what by when. Without a partner the education side does it."""

    plan = models.ForeignKey(CoordinationPlan, on_delete=models.PROTECT, related_name="tasks")
    partner = models.ForeignKey(Partner, on_delete=models.PROTECT, null=True, related_name="tasks")
    text = models.CharField(max_length=1000)
    due_on = models.DateField(null=True)
    state = models.CharField(max_length=10, choices=JointState, default=JointState.PLANNED)

    class Meta:
        verbose_name = "nhiệm vụ phối hợp"


class PartnerStep(models.Model):
    """What was said of a task: where it stands and its result. The database refuses to change it."""

    task = models.ForeignKey(PartnerTask, on_delete=models.PROTECT, related_name="steps")
    state = models.CharField(max_length=10, choices=JointState)
    result = models.TextField(blank=True)
    by = models.ForeignKey(Account, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField()

    class Meta:
        verbose_name = "tiến độ nhiệm vụ phối hợp"


class PartnerMeeting(models.Model):
    """What the agencies met about and what was settled: work, never persons."""

    plan = models.ForeignKey(CoordinationPlan, on_delete=models.PROTECT, related_name="meetings")
    day = models.DateField()
    place = models.CharField(max_length=200)
    agenda = models.TextField()
    conclusions = models.TextField(blank=True, default="")
    present = models.ManyToManyField(Partner, related_name="+", blank=True)
    recorded_by = models.ForeignKey(Account, on_delete=models.PROTECT, related_name="+")
    recorded_at = models.DateTimeField()

    class Meta:
        verbose_name = "cuộc họp phối hợp"
        constraints = (models.UniqueConstraint(fields=["plan", "day"], name="partners_meet_once_a_day"),)

from __future__ import annotations

from datetime import date, timedelta

from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import ArrayField, RangeOperators
from django.db import models

from donghanh.collaborators.choices import Agency, Category, Duty, GroupRole
from donghanh.kernel.columns import folded, sort_key_of
from donghanh.kernel.models import Dated, never_two_at_once
from donghanh.organisations.models import Unit
from donghanh.people.models import Account


class Termed(Dated):
    """A dated row whose days are a term of office."""

    class Meta:
        abstract = True

    @property
    def first_day(self) -> date:
        lower: date = self.valid.lower
        return lower

    @property
    def last_day(self) -> date | None:
        """None: until further notice."""
        upper: date | None = self.valid.upper
        return upper and upper - timedelta(days=1)


class Person(Termed):
    """Somebody over a term: an account, or for an outsider a name and the agency. Nothing else is kept of a person."""

    account = models.ForeignKey(Account, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    full_name = models.CharField(max_length=120, blank=True, default="")  # of an outsider; else the account has it
    full_name_sort = sort_key_of("full_name")
    full_name_folded = folded("full_name")
    agency_name = models.CharField(max_length=200, blank=True, default="")  # "Công an xã Ân Nghĩa"

    # Only rows of `queries` carry these two.
    name: str
    name_sort: str

    class Meta:
        abstract = True


EITHER_OR = models.Q(account__isnull=False, full_name="") | (models.Q(account__isnull=True) & ~models.Q(full_name=""))


class Collaborator(Person):
    """A person serves a unit in one category over a term."""

    unit = models.ForeignKey(Unit, on_delete=models.PROTECT, related_name="collaborators")
    category = models.CharField(max_length=20, choices=Category)
    duties = ArrayField(models.CharField(max_length=10, choices=Duty), default=list, blank=True)
    decision = models.CharField(max_length=200, blank=True, default="")

    class Meta:
        verbose_name = "cộng tác viên"
        constraints = (
            never_two_at_once("collaborator_once_at_a_time", "account", "unit"),
            ExclusionConstraint(
                name="outside_collaborator_once_at_a_time",
                expressions=[
                    ("full_name_folded", RangeOperators.EQUAL),
                    ("agency_name", RangeOperators.EQUAL),
                    ("unit", RangeOperators.EQUAL),
                    ("valid", RangeOperators.OVERLAPS),
                ],
                condition=models.Q(account__isnull=True),
            ),
            models.CheckConstraint(condition=EITHER_OR, name="collaborator_account_or_name"),
        )

    @property
    def duty_labels(self) -> list[str]:
        return [str(Duty(duty).label) for duty in self.duties]


class WorkingGroup(Termed):
    """A group that a decision sets up at a unit for a term."""

    unit = models.ForeignKey(Unit, on_delete=models.PROTECT, related_name="working_groups")
    name = models.CharField(max_length=200)
    name_sort = sort_key_of("name")
    name_folded = folded("name")
    decision = models.CharField(max_length=200)  # number and symbol: "12/QĐ-THCS"
    decided_on = models.DateField()

    class Meta:
        verbose_name = "tổ công tác"
        constraints = (never_two_at_once("group_once_at_a_time", "unit", "name"),)

    def __str__(self) -> str:
        return self.name


class GroupMember(Person):
    group = models.ForeignKey(WorkingGroup, on_delete=models.PROTECT, related_name="members")
    agency = models.CharField(max_length=20, choices=Agency)
    role = models.CharField(max_length=10, choices=GroupRole)

    class Meta:
        verbose_name = "thành viên tổ công tác"
        constraints = (
            never_two_at_once("member_once_at_a_time", "account", "group"),
            ExclusionConstraint(
                name="outside_member_once_at_a_time",
                expressions=[
                    ("full_name_folded", RangeOperators.EQUAL),
                    ("agency", RangeOperators.EQUAL),
                    ("group", RangeOperators.EQUAL),
                    ("valid", RangeOperators.OVERLAPS),
                ],
                condition=models.Q(account__isnull=True),
            ),
            ExclusionConstraint(
                name="group_one_chair_at_a_time",
                expressions=[("group", RangeOperators.EQUAL), ("valid", RangeOperators.OVERLAPS)],
                condition=models.Q(role=GroupRole.CHAIR),
            ),
            models.CheckConstraint(condition=EITHER_OR, name="member_account_or_name"),
        )


class Meeting(models.Model):
    """What a group met about and what was settled: work, never persons."""

    group = models.ForeignKey(WorkingGroup, on_delete=models.PROTECT, related_name="meetings")
    day = models.DateField()
    place = models.CharField(max_length=200)
    agenda = models.TextField()
    conclusions = models.TextField(blank=True, default="")
    attended = models.ManyToManyField(GroupMember, related_name="meetings", blank=True)
    recorded_by = models.ForeignKey(Account, on_delete=models.PROTECT, related_name="+")
    recorded_at = models.DateTimeField()

    class Meta:
        verbose_name = "cuộc họp tổ công tác"
        constraints = (models.UniqueConstraint(fields=["group", "day"], name="group_meets_once_a_day"),)

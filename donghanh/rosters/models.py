from __future__ import annotations

from django.db import models

from donghanh.kernel.columns import folded, sort_key_of
from donghanh.kernel.models import Dated, never_two_at_once
from donghanh.organisations.models import Unit
from donghanh.people.models import Account
from donghanh.periods.models import Period


class SchoolClass(models.Model):
    """A class of one school year."""

    unit = models.ForeignKey(Unit, on_delete=models.PROTECT, related_name="+")
    school_year = models.ForeignKey(Period, on_delete=models.PROTECT, related_name="+")
    grade = models.PositiveSmallIntegerField(null=True)  # 1-12; null: preschool and continuing education
    name = models.CharField(max_length=40)  # "6A"
    name_sort = sort_key_of("name")
    source_id = models.CharField(max_length=80, blank=True)  # the roster's own identifier (OneRoster sourcedId)

    class Meta:
        verbose_name = "lớp"
        constraints = (models.UniqueConstraint("unit", "school_year", "name", name="class_once_a_year"),)

    def __str__(self) -> str:
        return self.name


class Learner(models.Model):
    """A learner of a school; the only place of a minor's name, for the account bears none. Behind the second wall."""

    account = models.OneToOneField(Account, on_delete=models.PROTECT, primary_key=True, related_name="+")
    unit = models.ForeignKey(Unit, on_delete=models.PROTECT, related_name="+")  # the school that answers for the row
    full_name = models.CharField(max_length=120)
    full_name_sort = sort_key_of("full_name")
    full_name_folded = folded("full_name")
    birth_date = models.DateField(null=True)
    number = models.CharField(max_length=40, blank=True)  # the learner's number in the sector's own database
    source_id = models.CharField(max_length=80, blank=True)
    left_on = models.DateField(null=True)  # first day no longer here; retention counts from it

    class Meta:
        verbose_name = "học sinh"
        constraints = (
            models.UniqueConstraint("number", name="learner_number_once", condition=~models.Q(number="")),
            models.UniqueConstraint("unit", "source_id", name="learner_source_once", condition=~models.Q(source_id="")),
        )
        indexes = (models.Index(fields=["unit", "full_name_sort"], name="learners_of_a_school"),)

    def __str__(self) -> str:
        return f"học sinh {self.pk}"  # what is printed by accident names nobody


class Enrolment(Dated):
    """A learner belongs to a class over these days. Behind the second wall."""

    learner = models.ForeignKey(Learner, on_delete=models.CASCADE, related_name="enrolments")
    school_class = models.ForeignKey(SchoolClass, on_delete=models.PROTECT, related_name="enrolments")
    unit = models.ForeignKey(Unit, on_delete=models.PROTECT, related_name="+")  # the class's, for the wall

    class Meta:
        verbose_name = "việc học ở lớp"
        constraints = (never_two_at_once("one_class_at_a_time", "learner"),)


class ClassTeaching(Dated):
    """A teacher looks after a class (giáo viên chủ nhiệm) over these days."""

    account = models.ForeignKey(Account, on_delete=models.PROTECT, related_name="+")
    school_class = models.ForeignKey(SchoolClass, on_delete=models.PROTECT, related_name="teachings")

    class Meta:
        verbose_name = "việc chủ nhiệm lớp"
        constraints = (never_two_at_once("teaches_a_class_once", "account", "school_class"),)

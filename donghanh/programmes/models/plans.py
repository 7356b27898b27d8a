from __future__ import annotations

from django.contrib.postgres.fields import ArrayField
from django.db import models

from donghanh.documents.models import Document
from donghanh.files.models import StoredFile
from donghanh.kernel.bilingual import Bilingual, in_language
from donghanh.kernel.models import Dated
from donghanh.organisations.models import Unit
from donghanh.people.models import Account
from donghanh.programmes.choices import OwnerKind, PlanMove, PlanState
from donghanh.statistics.models import Indicator


class Programme(Bilingual, Dated):
    """What an office has decided to do over some years; the law it stands on, and by when units send their plans."""

    code = models.SlugField(max_length=40, unique=True)
    name_vi = models.CharField(max_length=500)
    name_en = models.CharField(max_length=500)
    short_name_vi = models.CharField(max_length=80)
    short_name_en = models.CharField(max_length=80)
    owner = models.ForeignKey(Unit, on_delete=models.PROTECT, related_name="programmes")
    basis = models.TextField(blank=True)  # documents in words, a line each
    document = models.ForeignKey(Document, on_delete=models.PROTECT, null=True, related_name="+")  # the decision
    plans_due_on = models.DateField(null=True)
    to_review = models.BooleanField(default=False)  # the decision was replaced

    class Meta:
        verbose_name = "chương trình"

    @property
    def short_name(self) -> str:
        """For lists."""
        return in_language(self, "short_name")


class Objective(models.Model):
    """What is to be reached. Its targets are those of its indicators: they stand in statistics, never copied here."""

    programme = models.ForeignKey(Programme, on_delete=models.CASCADE, related_name="objectives")
    clause = models.CharField(max_length=20)  # "I.1"
    text = models.TextField()
    indicators = models.ManyToManyField(Indicator, related_name="+")

    class Meta:
        verbose_name = "mục tiêu của chương trình"
        constraints = (models.UniqueConstraint(fields=["programme", "clause"], name="objective_once"),)


class ProgrammeTask(models.Model):
    """A task as the decision states it. With `yearly` it comes again each calendar year until `due_on`."""

    programme = models.ForeignKey(Programme, on_delete=models.CASCADE, related_name="tasks")
    key = models.CharField(max_length=40)  # of the task in the programme's data, whatever its place and wording
    position = models.PositiveSmallIntegerField()
    clause = models.CharField(max_length=20)  # "III.1.2"
    heading = models.CharField(max_length=300)  # of the clause
    text = models.TextField()
    owners = ArrayField(models.CharField(max_length=12, choices=OwnerKind))
    due_on = models.DateField(null=True)
    within = models.PositiveSmallIntegerField(null=True)  # working days after the issue, where no day is stated
    yearly = models.BooleanField(default=False)
    evidence = models.CharField(max_length=300, blank=True)  # what shows that it was done
    limit = models.TextField(blank=True)  # what the software does not do for this task
    document = models.ForeignKey(Document, on_delete=models.PROTECT, null=True, related_name="+")  # that it cites
    to_review = models.BooleanField(default=False)  # the document that it cites was replaced
    withdrawn_on = models.DateField(null=True)  # the decision no longer states it; plans that have it keep it
    objectives = models.ManyToManyField(Objective, related_name="tasks")

    class Meta:
        verbose_name = "nhiệm vụ của chương trình"
        constraints = (
            models.UniqueConstraint(
                fields=["programme", "position"], name="programme_task_once", deferrable=models.Deferrable.DEFERRED
            ),
            models.UniqueConstraint(fields=["programme", "key"], name="programme_task_key"),
            models.CheckConstraint(
                condition=models.Q(due_on__isnull=True) | models.Q(within__isnull=True),
                name="programme_task_one_deadline",
            ),
        )


class UnitPlan(models.Model):
    """One unit's plan of action in a programme, copied down from the office above and adapted."""

    programme = models.ForeignKey(Programme, on_delete=models.PROTECT, related_name="plans")
    unit = models.ForeignKey(Unit, on_delete=models.PROTECT, related_name="plans")
    office = models.ForeignKey(
        Unit, on_delete=models.PROTECT, null=True, related_name="+"
    )  # that decides; None: nobody
    state = models.CharField(max_length=10, choices=PlanState, default=PlanState.DRAFT)
    issued_on = models.DateField()
    due_on = models.DateField(null=True)  # by when it goes up
    submitted_at = models.DateTimeField(null=True)
    accepted_at = models.DateTimeField(null=True)

    class Meta:
        verbose_name = "kế hoạch của đơn vị"
        constraints = (models.UniqueConstraint(fields=["programme", "unit"], name="plan_once_a_unit"),)
        indexes = (models.Index(fields=["office", "state"], name="plans_of_an_office"),)


class PlanTask(models.Model):
    """A task in a unit's plan: copied from the programme or the plan above, or the unit's own."""

    plan = models.ForeignKey(UnitPlan, on_delete=models.CASCADE, related_name="tasks")
    position = models.PositiveSmallIntegerField()
    source = models.ForeignKey(ProgrammeTask, on_delete=models.PROTECT, null=True, related_name="copies")
    above = models.ForeignKey("self", on_delete=models.PROTECT, null=True, related_name="below")  # of the office's plan
    clause = models.CharField(max_length=20, blank=True)
    text = models.TextField()
    responsible = models.CharField(max_length=200, blank=True)  # a post or a group, in words
    due_on = models.DateField(null=True)
    yearly = models.BooleanField(default=False)
    evidence = models.CharField(max_length=300, blank=True)
    for_below = models.BooleanField(default=False)  # an office's own task that it hands down
    dropped = models.TextField(blank=True)  # why the unit does not do it; "": it does
    done_on = models.DateField(null=True)  # the newest finish
    added_on = models.DateField(null=True)  # handed down after the plan was issued
    serves = models.ManyToManyField(Programme, related_name="+")  # further programmes that it serves as well

    class Meta:
        verbose_name = "nhiệm vụ trong kế hoạch"
        constraints = (
            models.UniqueConstraint(fields=["plan", "position"], name="plan_task_once"),
            models.CheckConstraint(
                condition=models.Q(done_on__isnull=True) | models.Q(dropped=""), name="plan_task_done_or_dropped"
            ),
        )
        indexes = (models.Index(fields=["due_on"], name="plan_tasks_by_deadline"),)


class TaskFinish(models.Model):
    """A task was finished: once, or once in each year that it comes again."""

    task = models.ForeignKey(PlanTask, on_delete=models.CASCADE, related_name="finishes")
    year = models.PositiveSmallIntegerField()  # of `on`
    on = models.DateField()

    class Meta:
        verbose_name = "lần hoàn thành nhiệm vụ"
        constraints = (models.UniqueConstraint(fields=["task", "year"], name="task_finished_once_a_year"),)


class TaskEvidence(models.Model):
    """What shows that something was done: words, with a file or without."""

    task = models.ForeignKey(PlanTask, on_delete=models.PROTECT, related_name="shown_by")
    words = models.TextField()
    file = models.ForeignKey(StoredFile, on_delete=models.PROTECT, null=True, related_name="+")
    on = models.DateField()  # when it was done
    by = models.ForeignKey(Account, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField()

    class Meta:
        verbose_name = "minh chứng của nhiệm vụ"


class TaskRemark(models.Model):
    """What the office above wants changed at one task of a plan that it returned."""

    task = models.ForeignKey(PlanTask, on_delete=models.CASCADE, related_name="remarks")
    text = models.TextField()
    by = models.ForeignKey(Account, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField()

    class Meta:
        verbose_name = "ý kiến tại nhiệm vụ"


class PlanTransition(models.Model):
    """One move of a plan; the database refuses to change it."""

    plan = models.ForeignKey(UnitPlan, on_delete=models.PROTECT, related_name="transitions")
    move = models.CharField(max_length=10, choices=PlanMove)
    reason = models.TextField(blank=True)
    by = models.ForeignKey(Account, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField()

    class Meta:
        verbose_name = "bước của kế hoạch"

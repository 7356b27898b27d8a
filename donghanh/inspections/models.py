from __future__ import annotations

from django.db import models

from donghanh.documents.models import Document
from donghanh.files.models import StoredFile
from donghanh.inspections.choices import Mark, Move, Severity, State, VisitState
from donghanh.organisations.models import Unit
from donghanh.people.models import Account
from donghanh.periods.models import Period
from donghanh.questionnaires.models import FormVersion


class Visit(models.Model):
    """An office goes to see a unit, with a checklist in hand. `typed` is what stands in its boxes, by name of box."""

    office = models.ForeignKey(Unit, on_delete=models.PROTECT, related_name="+")
    unit = models.ForeignKey(Unit, on_delete=models.PROTECT, related_name="+")
    on = models.DateField()
    purpose = models.CharField(max_length=300)
    decision = models.CharField(max_length=200, blank=True)
    document = models.ForeignKey(Document, on_delete=models.PROTECT, null=True, related_name="+")
    checklist = models.ForeignKey(FormVersion, on_delete=models.PROTECT, related_name="+")
    state = models.CharField(max_length=10, choices=VisitState, default=VisitState.PLANNED)
    typed = models.JSONField(default=dict)
    revision = models.PositiveIntegerField(default=0)
    remark = models.TextField(blank=True)  # the visited unit's own words on the record
    remarked_by = models.ForeignKey(Account, on_delete=models.PROTECT, null=True, related_name="+")

    class Meta:
        verbose_name = "cuộc kiểm tra"
        constraints = (models.UniqueConstraint(fields=["office", "unit", "on"], name="one_visit_a_day"),)
        indexes = (models.Index(fields=["unit", "on"], name="visits_of_a_unit"),)


class VisitMember(models.Model):
    visit = models.ForeignKey(Visit, on_delete=models.CASCADE, related_name="team")
    account = models.ForeignKey(Account, on_delete=models.PROTECT, related_name="+")

    class Meta:
        verbose_name = "thành viên đoàn kiểm tra"
        constraints = (models.UniqueConstraint(fields=["visit", "account"], name="team_member_once"),)


class VisitSending(models.Model):
    """What a device sent of a visit: one key is one sending, however often it comes."""

    visit = models.ForeignKey(Visit, on_delete=models.CASCADE, related_name="sendings")
    key = models.UUIDField(unique=True)
    by = models.ForeignKey(Account, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField()

    class Meta:
        verbose_name = "lần gửi của cuộc kiểm tra"


class VisitPicture(models.Model):
    """A picture taken at a visit, kept without place, camera or time."""

    visit = models.ForeignKey(Visit, on_delete=models.PROTECT, related_name="pictures")
    file = models.ForeignKey(StoredFile, on_delete=models.PROTECT, related_name="+")
    words = models.CharField(max_length=200, blank=True)

    class Meta:
        verbose_name = "ảnh của cuộc kiểm tra"


class InspectionFinding(models.Model):
    """Something to be mended. The database refuses to delete it: it ends by a proof and a re-check, or stays open."""

    visit = models.ForeignKey(Visit, on_delete=models.PROTECT, related_name="findings")
    unit = models.ForeignKey(Unit, on_delete=models.PROTECT, related_name="+")  # that mends it; follows a merger
    severity = models.CharField(max_length=10, choices=Severity)
    item = models.CharField(max_length=60, blank=True)  # of the checklist
    text = models.TextField()
    due_on = models.DateField()
    state = models.CharField(max_length=10, choices=State, default=State.OPEN)

    class Meta:
        verbose_name = "kiến nghị kiểm tra"
        indexes = (models.Index(fields=["unit", "state"], name="findings_of_a_unit"),)


class FindingMove(models.Model):
    """One move of a finding; the database refuses to change it."""

    finding = models.ForeignKey(InspectionFinding, on_delete=models.PROTECT, related_name="moves")
    move = models.CharField(max_length=10, choices=Move)
    words = models.TextField(blank=True)
    due_before = models.DateField(null=True)  # of more time: the day that was, and the day that is
    due_after = models.DateField(null=True)
    by = models.ForeignKey(Account, on_delete=models.PROTECT, null=True, related_name="+")  # None: the tree changed
    at = models.DateTimeField()

    class Meta:
        verbose_name = "bước của kiến nghị"
        constraints = (
            models.CheckConstraint(
                condition=models.Q(due_before__isnull=True, due_after__isnull=True)
                | models.Q(
                    move=Move.EXTEND,
                    due_before__isnull=False,
                    due_after__isnull=False,
                    due_after__gt=models.F("due_before"),
                ),
                name="finding_move_days",
            ),
        )


class ProofFile(models.Model):
    """A file of a proof; the database refuses to change it."""

    move = models.ForeignKey(FindingMove, on_delete=models.PROTECT, related_name="files")
    file = models.ForeignKey(StoredFile, on_delete=models.PROTECT, related_name="+")

    class Meta:
        verbose_name = "tệp minh chứng của kiến nghị"


class Feedback(models.Model):
    """What a unit says of the year's inspections and guidance to the office above it. The unit speaks, no person."""

    unit = models.ForeignKey(Unit, on_delete=models.PROTECT, related_name="+")
    office = models.ForeignKey(Unit, on_delete=models.PROTECT, related_name="+")
    period = models.ForeignKey(Period, on_delete=models.PROTECT, related_name="+")
    useful = models.PositiveSmallIntegerField(choices=Mark)
    guidance = models.PositiveSmallIntegerField(choices=Mark)
    burden = models.PositiveSmallIntegerField(choices=Mark)
    words = models.TextField(blank=True)
    by = models.ForeignKey(Account, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField()

    class Meta:
        verbose_name = "phản hồi của đơn vị"
        constraints = (models.UniqueConstraint(fields=["unit", "period"], name="feedback_once_a_year"),)

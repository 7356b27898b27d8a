from __future__ import annotations

from django.db import models
from django.db.models import F, Q

from donghanh.organisations.models import Unit
from donghanh.people.models import Account
from donghanh.privacy.choices import LONGEST_TEXT, Capacity, Purpose, RequestKind, RequestState


class Consent(models.Model):
    """One yes to one text for one purpose, until it is withdrawn. Behind the second wall."""

    subject = models.ForeignKey(Account, on_delete=models.PROTECT, related_name="+")  # whose data
    unit = models.ForeignKey(Unit, on_delete=models.PROTECT, related_name="+")  # that asked for it, for the wall
    purpose = models.CharField(max_length=30, choices=Purpose)
    text_version = models.PositiveSmallIntegerField()  # of PURPOSES: what was read
    capacity = models.CharField(max_length=20, choices=Capacity)
    given_by = models.ForeignKey(Account, on_delete=models.PROTECT, related_name="+")
    given_at = models.DateTimeField()
    withdrawn_by = models.ForeignKey(Account, on_delete=models.PROTECT, null=True, related_name="+")
    withdrawn_at = models.DateTimeField(null=True)

    class Meta:
        verbose_name = "sự đồng ý"
        constraints = (
            models.UniqueConstraint(
                "subject", "purpose", "capacity", name="consent_once_at_a_time", condition=Q(withdrawn_at=None)
            ),
            models.CheckConstraint(
                condition=Q(withdrawn_at=None, withdrawn_by=None)
                | Q(withdrawn_at__gte=F("given_at"), withdrawn_by__isnull=False),
                name="consent_withdrawn_by_someone",
            ),
            models.CheckConstraint(
                condition=Q(capacity=Capacity.SELF, given_by=F("subject"))
                | (Q(capacity=Capacity.REPRESENTATIVE) & ~Q(given_by=F("subject"))),
                name="consent_capacity_is_true",
            ),
        )


class DataRequest(models.Model):
    """Somebody asks to see, correct, take along or erase what is held on a person. Behind the second wall."""

    kind = models.CharField(max_length=20, choices=RequestKind)
    subject = models.ForeignKey(Account, on_delete=models.PROTECT, related_name="+")
    asked_by = models.ForeignKey(Account, on_delete=models.PROTECT, related_name="+")
    unit = models.ForeignKey(Unit, on_delete=models.PROTECT, related_name="+")  # that answers
    text = models.CharField(max_length=LONGEST_TEXT, blank=True)
    state = models.CharField(max_length=20, choices=RequestState, default=RequestState.ASKED)
    asked_at = models.DateTimeField()
    due_on = models.DateField()  # last working day on which an answer is in time
    answered_at = models.DateTimeField(null=True)
    answered_by = models.ForeignKey(Account, on_delete=models.PROTECT, null=True, related_name="+")
    reason = models.CharField(max_length=LONGEST_TEXT, blank=True)  # why not, in words for the person

    class Meta:
        verbose_name = "yêu cầu về dữ liệu"
        indexes = (models.Index(fields=["unit", "state", "due_on"], name="data_requests_of_a_unit"),)
        constraints = (
            models.CheckConstraint(
                condition=Q(state=RequestState.ASKED, answered_at=None)
                | ~Q(state=RequestState.ASKED, answered_at=None) & Q(answered_at__isnull=False),
                name="data_request_answered_at_a_moment",
            ),
            models.CheckConstraint(
                condition=~Q(state=RequestState.REFUSED, reason=""), name="data_request_refused_for_a_reason"
            ),
        )


class RetentionRun(models.Model):
    """One night's run of one line of the retention table: how many rows it took. Names nobody."""

    rule = models.CharField(max_length=40)
    at = models.DateTimeField()
    rows = models.PositiveIntegerField()

    class Meta:
        verbose_name = "lần dọn dữ liệu"
        indexes = (models.Index(fields=["rule", "-at"], name="retention_runs_of_a_rule"),)

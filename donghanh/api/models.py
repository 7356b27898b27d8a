from __future__ import annotations

from typing import Any

from django.contrib.postgres.fields import ArrayField
from django.db import models

from donghanh.api.choices import IdentityKind, Licence, Scope
from donghanh.organisations.models import Unit
from donghanh.people.models import Account


class ApiToken(models.Model):
    """A key with which a programme acts for an account: never more than the account may, only in `scopes`, only there.

    The key itself is kept nowhere.
    """

    account = models.ForeignKey(Account, on_delete=models.PROTECT, related_name="+")
    name = models.CharField(max_length=60)  # of the programme that uses it
    scopes = ArrayField(models.CharField(max_length=20, choices=Scope))
    unit = models.ForeignKey(Unit, on_delete=models.PROTECT, related_name="+")  # this one and all below it
    start = models.CharField(max_length=12)  # of the key, to tell one from another
    digest = models.CharField(max_length=64, unique=True)  # SHA-256 in hex
    made_at = models.DateTimeField()
    expires_on = models.DateField()  # the last day on which it opens
    last_used_at = models.DateTimeField(null=True)  # to five minutes
    revoked_at = models.DateTimeField(null=True)
    revoked_by = models.ForeignKey(Account, on_delete=models.PROTECT, null=True, related_name="+")

    class Meta:
        verbose_name = "khóa truy cập"
        indexes = (models.Index(fields=["account", "-made_at"], name="api_tokens_of_an_account"),)


class Identity(models.Model):
    """What another system calls one of our things. Without a row its UID follows from kind and code."""

    kind = models.CharField(max_length=20, choices=IdentityKind)
    ours = models.CharField(max_length=200)  # our own code: "staff_trained", "level:TH", "plan3296"; a unit's number
    uid = models.CharField(max_length=11)
    code = models.CharField(max_length=200, blank=True)  # what the other system says; "" leaves ours
    name = models.CharField(max_length=300, blank=True)

    class Meta:
        verbose_name = "mã định danh của hệ thống khác"
        constraints = (
            models.UniqueConstraint(fields=["kind", "ours"], name="identity_once"),
            models.UniqueConstraint(fields=["kind", "uid"], name="identity_uid_once_a_kind"),
            models.CheckConstraint(
                condition=models.Q(uid__regex=r"^[A-Za-z][A-Za-z0-9]{10}$"), name="identity_uid_shape"
            ),
        )


class OpenDataSet(models.Model):
    """Figures that an office publishes for everyone: a question with what a reader needs to use its answer."""

    owner = models.ForeignKey(Unit, on_delete=models.PROTECT, related_name="+")  # the office that publishes
    title = models.CharField(max_length=200)
    description = models.TextField()
    licence = models.CharField(max_length=20, choices=Licence)
    question: models.JSONField[Any, Any] = models.JSONField()  # data, periods, units: see `asking.question_of`
    approval = models.CharField(max_length=200)  # who approved it, under which decision
    published_at = models.DateTimeField()
    published_by = models.ForeignKey(Account, on_delete=models.PROTECT, related_name="+")
    withdrawn_at = models.DateTimeField(null=True)
    withdrawn_by = models.ForeignKey(Account, on_delete=models.PROTECT, null=True, related_name="+")

    class Meta:
        verbose_name = "bộ dữ liệu mở"

from __future__ import annotations

from django.db import models

from donghanh.api.dhis2.choices import IdentityKind


class Identity(models.Model):
    """What another system calls one of our things. Without a row its UID follows from kind and code."""

    kind = models.CharField(max_length=20, choices=IdentityKind)
    ours = models.CharField(max_length=200)  # our own code: "staff_trained", "level:TH", "plan3296"; a unit's number
    uid = models.CharField(max_length=11)
    code = models.CharField(max_length=200, blank=True)  # what the other system says; "" leaves ours
    name = models.CharField(max_length=300, blank=True)

    class Meta:
        app_label = "api"
        verbose_name = "mã định danh của hệ thống khác"
        constraints = (
            models.UniqueConstraint(fields=["kind", "ours"], name="identity_once"),
            models.UniqueConstraint(fields=["kind", "uid"], name="identity_uid_once_a_kind"),
            models.CheckConstraint(
                condition=models.Q(uid__regex=r"^[A-Za-z][A-Za-z0-9]{10}$"), name="identity_uid_shape"
            ),
        )

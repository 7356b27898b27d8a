from __future__ import annotations

from django.db import models


class Entry(models.Model):
    """One deed. Holds ids and verbs, never what somebody wrote; the database refuses to change or delete it."""

    at = models.DateTimeField()
    by_id = models.BigIntegerField(
        null=True
    )  # an account; null: a job of the system. No foreign key: accounts stand above
    verb = models.CharField(max_length=60)  # "reporting.returned"
    object_type = models.CharField(max_length=60)  # "reporting.Submission"
    object_id = models.BigIntegerField()
    unit_id = models.BigIntegerField(null=True)  # the unit whose matter it is
    reason = models.TextField(blank=True)
    details = models.JSONField(default=dict)

    class Meta:
        verbose_name = "dòng nhật ký"
        indexes = (
            models.Index(fields=["object_type", "object_id"], name="audit_object"),
            models.Index(fields=["unit_id", "-at"], name="audit_unit"),
        )

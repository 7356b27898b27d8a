from __future__ import annotations

from django.db import models


class StoredFile(models.Model):
    """Bytes kept once under their hash; the row says what they are called, whose they are and how long they stay."""

    sha256 = models.CharField(max_length=64)
    name = models.CharField(max_length=200)
    content_type = models.CharField(max_length=100)
    size = models.BigIntegerField()  # bytes
    unit_id = models.BigIntegerField(null=True)  # the owner unit; organisations stand above
    created_at = models.DateTimeField()
    created_by = models.BigIntegerField(null=True)

    class Meta:
        verbose_name = "tệp"
        indexes = (models.Index(fields=["sha256"], name="files_sha256"),)

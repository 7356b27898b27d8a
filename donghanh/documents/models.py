from __future__ import annotations

from django.db import models

from donghanh.organisations.models import Unit


class Document(models.Model):
    """An official document that a unit issued or received."""

    unit = models.ForeignKey(Unit, on_delete=models.PROTECT, related_name="documents")  # whose register it stands in
    abstract = models.CharField(max_length=500)

    class Meta:
        verbose_name = "văn bản"

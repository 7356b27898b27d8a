from __future__ import annotations

from django.db import models
from django.db.models import QuerySet

from donghanh.audit.models import Entry


def history_of(row: models.Model) -> QuerySet[Entry]:
    """Every deed done to `row`, oldest first."""
    return Entry.objects.filter(object_type=row._meta.label, object_id=row.pk).order_by("at", "id")

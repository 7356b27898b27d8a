from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from django.db import models

from donghanh.audit.models import Entry


def record(  # the six questions of a log, all keyword-only
    *,
    verb: str,
    on: models.Model,
    by: int | None,
    at: datetime,
    unit: int | None = None,
    reason: str = "",
    **details: Any,
) -> Entry:
    """Write one deed into the caller's transaction: `by` did `verb` to row `on`. `details` are ids and counts only."""
    return Entry.objects.create(
        verb=verb,
        object_type=on._meta.label,
        object_id=on.pk,
        by_id=by,
        at=at,
        unit_id=unit,
        reason=reason,
        details=details,
    )


def record_each(
    *, verb: str, rows: Iterable[tuple[models.Model, int | None]], by: int | None, at: datetime, reason: str = ""
) -> None:
    """The same deed on many rows, each with the unit whose matter it is, in one query."""
    Entry.objects.bulk_create(
        Entry(verb=verb, object_type=row._meta.label, object_id=row.pk, by_id=by, at=at, unit_id=unit, reason=reason)
        for row, unit in rows
    )

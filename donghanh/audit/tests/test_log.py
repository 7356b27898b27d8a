from __future__ import annotations

import pytest
from django.contrib.contenttypes.models import ContentType
from django.db import DatabaseError, transaction

from donghanh.audit.actions import record
from donghanh.audit.models import Entry
from donghanh.audit.queries import history_of
from donghanh.kernel.clock import now


@pytest.fixture
def row(db):
    return ContentType.objects.get_for_model(Entry)


def test_a_deed_is_told_in_order(row):
    for verb in ("opened", "closed"):
        record(verb=verb, on=row, by=7, at=now(), unit=3, reason="theo quyết định", count=2)
    told = list(history_of(row).values_list("verb", "by_id", "unit_id", "reason", "details"))
    assert told == [
        ("opened", 7, 3, "theo quyết định", {"count": 2}),
        ("closed", 7, 3, "theo quyết định", {"count": 2}),
    ]


@pytest.mark.parametrize("spoil", [lambda e: e.update(verb="x"), lambda e: e.delete()])
def test_the_log_can_only_grow(row, spoil):
    record(verb="opened", on=row, by=None, at=now())
    with pytest.raises(DatabaseError, match="permission denied"), transaction.atomic():
        spoil(Entry.objects.all())
    assert Entry.objects.count() == 1

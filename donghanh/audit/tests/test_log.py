from __future__ import annotations

import pytest
from django.db import DatabaseError, transaction

from donghanh.audit.actions import record
from donghanh.audit.models import Entry
from donghanh.audit.queries import history_of
from donghanh.kernel.clock import now
from donghanh.periods.actions import set_school_year


@pytest.fixture
def period(db):
    from datetime import date

    return set_school_year(first_day=date(2024, 9, 5), last_day=date(2025, 5, 31))


def test_a_deed_is_told_in_order(period):
    for verb in ("opened", "closed"):
        record(verb=verb, on=period, by=7, at=now(), unit=3, reason="theo quyết định", count=2)
    told = list(history_of(period).values_list("verb", "by_id", "unit_id", "reason", "details"))
    assert told == [
        ("opened", 7, 3, "theo quyết định", {"count": 2}),
        ("closed", 7, 3, "theo quyết định", {"count": 2}),
    ]


@pytest.mark.parametrize("spoil", [lambda e: e.update(verb="x"), lambda e: e.delete()])
def test_the_log_can_only_grow(period, spoil):
    record(verb="opened", on=period, by=None, at=now())
    with pytest.raises(DatabaseError, match="immutable"), transaction.atomic():
        spoil(Entry.objects.all())
    assert Entry.objects.count() == 1

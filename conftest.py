"""What every test stands on: the laws of the room next door, not conveniences."""

from __future__ import annotations

import os

os.environ.setdefault("DONGHANH_DURABLE", "0")

import pytest
from django.db.models.query import QuerySet


def pytest_configure() -> None:
    """Pages of tests name static files as they are: nothing has to be collected first."""
    from django.conf import settings

    settings.STORAGES["staticfiles"]["BACKEND"] = "django.contrib.staticfiles.storage.StaticFilesStorage"


@pytest.fixture(autouse=True)
def unordered_rows_come_in_any_order(monkeypatch: pytest.MonkeyPatch) -> None:
    """A query without an order is read in random order, so that no test leans on luck."""
    fetch = QuerySet._fetch_all

    def shuffled(self: QuerySet) -> None:
        query = self.query
        plain = not (query.is_sliced or query.combinator or query.distinct_fields or query.group_by is not None)
        if self._result_cache is None and not self.ordered and plain and not query.select_for_update:
            query.add_ordering("?")
        fetch(self)

    monkeypatch.setattr(QuerySet, "_fetch_all", shuffled)


@pytest.fixture(autouse=True)
def folders_of_its_own(settings, tmp_path) -> None:
    settings.FILES_FOLDER = tmp_path / "files"
    settings.FACTS_FOLDER = tmp_path / "facts"

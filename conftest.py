"""What every test stands on: the laws of the room next door, not conveniences."""

from __future__ import annotations

import os
import shutil
from typing import Any

os.environ.setdefault("DONGHANH_DURABLE", "0")
# Playwright keeps a loop running in the thread of the tests; ours never touch the database from within it
os.environ.setdefault("DJANGO_ALLOW_ASYNC_UNSAFE", "1")

import pytest
from django.db.models.query import QuerySet

CHROMIUM = next(filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))), None)
CHROMIUM_SWITCHES = [
    *("--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run"),
    *("--disable-background-networking", "--disable-component-update", "--disable-sync"),
]


def pytest_configure() -> None:
    """Pages of tests name static files as they are: nothing has to be collected first."""
    from django.conf import settings

    settings.STORAGES["staticfiles"]["BACKEND"] = "django.contrib.staticfiles.storage.StaticFilesStorage"
    settings.STATIC_ROOT.mkdir(parents=True, exist_ok=True)
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]  # people of a cast sign in for free


def pytest_collection_modifyitems(items: list[Any]) -> None:
    """Journeys need a browser: where there is none and none may be installed, they are left out, with the reason."""
    for item in items:
        if "browser" in item.fixturenames:
            item.add_marker(pytest.mark.browser)
            if CHROMIUM is None:
                item.add_marker(pytest.mark.skip(reason="no Chromium here and no right to install one"))


@pytest.fixture(scope="session")
def base_url() -> str:
    """Stands in for the one of pytest-base-url, whose definition warns under this pytest."""
    return ""


@pytest.fixture(scope="session")
def django_db_setup(django_db_setup, django_db_blocker):
    """Tests work as the programme does, as a role that owns nothing; only emptying tables between tests is added."""
    from django.db import connection

    with django_db_blocker.unblock(), connection.as_owner(), connection.cursor() as cursor:
        cursor.execute("SELECT 1 FROM pg_roles WHERE rolname = 'donghanh_app'")
        if cursor.fetchone():  # a run without a test of the database makes none: no migration has made the role
            cursor.execute("GRANT TRUNCATE ON ALL TABLES IN SCHEMA public TO donghanh_app")


@pytest.fixture(scope="session")
def playwright(playwright, django_db_setup):
    """Playwright's loop gives its thread a second database connection: closed before the database is dropped."""
    from django.db import connections

    yield playwright
    connections.close_all()


@pytest.fixture(scope="session")
def browser_type_launch_args(browser_type_launch_args):
    return {**browser_type_launch_args, "executable_path": CHROMIUM, "args": CHROMIUM_SWITCHES}


@pytest.fixture(scope="session")
def browser_context_args(browser_context_args):
    return {**browser_context_args, "locale": "vi-VN"}


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


@pytest.fixture
def cast(db):
    """A Department, two districts, four schools, and their people."""
    from donghanh.people.tests.cast import the_cast

    return the_cast()


@pytest.fixture
def on_demo_day(settings) -> None:
    """Pages play on 16 June 2025: districts still stand, the round of 2024–2025 is open."""
    settings.DEMO_DAY = "2025-06-16"


@pytest.fixture
def sign_in():
    """sign_in(account) → a client signed in as that account, without paying for a password hash."""
    from django.test import Client

    def as_account(account) -> Client:
        own = Client()
        own.force_login(account)
        return own

    return as_account

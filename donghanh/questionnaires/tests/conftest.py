from __future__ import annotations

import pytest
from django.utils import translation
from pytest_django.live_server_helper import LiveServer


@pytest.fixture(scope="session")
def server():
    """A live server for pages that ask no database: no table is emptied after each test."""
    running = LiveServer("127.0.0.1")
    yield running
    running.stop()


@pytest.fixture(autouse=True)
def in_vietnamese():
    """A request leaves its language behind in the thread."""
    with translation.override("vi"):
        yield


@pytest.fixture
def pages(server, settings):
    """The address of `tests/pages.py`, as a browser reaches it."""
    settings.ROOT_URLCONF = "donghanh.questionnaires.tests.pages"
    return server.url


@pytest.fixture
def complaints(page):
    """What the browser's console said: errors, refusals of the content policy."""
    said = []
    page.on("console", lambda message: said.append(message.text) if message.type in ("error", "warning") else None)
    page.on("pageerror", lambda error: said.append(str(error)))
    return said

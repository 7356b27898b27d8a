from __future__ import annotations

from pathlib import Path

import pytest
from django.conf import settings
from django.utils import translation
from pytest_django.live_server_helper import LiveServer

CHROMIUM = ["--headless", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run",
            "--disable-background-networking", "--disable-component-update", "--disable-sync"]  # fmt: skip


@pytest.fixture(scope="session")
def base_url():
    """Stands in for the one of pytest-base-url, whose definition warns under this pytest."""
    return ""


@pytest.fixture(scope="session")
def browser_type_launch_args(browser_type_launch_args):
    return {**browser_type_launch_args, "executable_path": "/usr/bin/chromium", "args": CHROMIUM}


@pytest.fixture(scope="session")
def browser_context_args(browser_context_args):
    return {**browser_context_args, "locale": "vi-VN"}


@pytest.fixture(scope="session")
def server():
    """A live server for pages that ask no database: no table is emptied after each test."""
    Path(settings.STATIC_ROOT).mkdir(parents=True, exist_ok=True)  # WhiteNoise looks for it and warns
    running = LiveServer("127.0.0.1")
    yield running
    running.stop()


@pytest.fixture(autouse=True)
def static_files_as_they_stand(settings):
    """No manifest of collected files: pages link what is in the rooms."""
    plain = {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"}
    settings.STORAGES = {**settings.STORAGES, "staticfiles": plain}


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

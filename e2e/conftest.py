"""Journeys in a real browser against the real programme, started as a newcomer starts it, in Debian's Chromium."""

from __future__ import annotations

import fcntl
import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import psycopg
import pytest
from playwright.sync_api import Browser, BrowserContext, Page

ROOT = Path(__file__).resolve().parent.parent
WORKER = int(os.environ.get("PYTEST_XDIST_WORKER", "gw0").removeprefix("gw"))
BUILT, VAR = ROOT / "var/e2e/built", ROOT / f"var/e2e/{WORKER}"  # the demo as it was built; this worker's own copy
PORT = int(os.environ.get("DONGHANH_E2E_PORT", "8799")) + 100 * WORKER
ADDRESS = f"http://localhost:{PORT}"
PICTURES = ROOT / "e2e/pictures"
PASSWORD = "dong-hanh-2025"
SIZES = {"1280": {"width": 1280, "height": 900}, "360": {"width": 360, "height": 740}}


@pytest.fixture(scope="session")
def django_db_setup() -> None:
    """Stands in for the one that makes a database for tests: journeys use the programme's."""


@dataclass
class Stack:
    """The running programme: its address, and its database for a recount of our own."""

    address: str
    dsn: str


@pytest.fixture(scope="session")
def stack() -> Iterator[Stack]:
    """Build the demo from nothing and run it: database, web, worker."""
    PICTURES.mkdir(exist_ok=True)
    _copy_of_the_demo()
    process = _demo(VAR, "--port", str(PORT))
    try:
        said = []
        for line in process.stdout:
            said.append(line)
            if ADDRESS in line:
                break
        else:
            pytest.fail("the demo did not start:\n" + "".join(said))
        yield Stack(ADDRESS, _dsn())
    finally:
        process.send_signal(signal.SIGINT)
        try:
            process.wait(timeout=20)
        except subprocess.TimeoutExpired:
            os.killpg(process.pid, signal.SIGKILL)
            process.wait()
        process.stdout.close()


def _demo(folder: Path, *options: str) -> subprocess.Popen[str]:
    environment = os.environ | {
        "DONGHANH_VAR": str(folder), "DONGHANH_DEMO_DAY": "2025-06-16", "DONGHANH_DURABLE": "0", "PYTHONUNBUFFERED": "1"
    }  # fmt: skip
    environment.pop("DJANGO_SETTINGS_MODULE", None)
    command = [sys.executable, "manage.py", "demo", *options]
    return subprocess.Popen(
        command, cwd=ROOT, env=environment, stdout=subprocess.PIPE, text=True, start_new_session=True
    )


def _copy_of_the_demo() -> None:
    """The worker that comes first builds it, unless `bin/test` did; the database is copied at rest, with its files."""
    from config.embedded_pg import EmbeddedPostgres

    BUILT.mkdir(parents=True, exist_ok=True)
    VAR.mkdir(exist_ok=True)
    run, mark = os.environ.get("PYTEST_XDIST_TESTRUNUID", str(os.getpid())), BUILT / "of-run"
    elsewhere = "DATABASE_URL" in os.environ
    databases = [] if elsewhere else [EmbeddedPostgres(place / "postgres", durable=False) for place in (BUILT, VAR)]
    with (BUILT.parent / "lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        built = os.environ.get("DONGHANH_E2E_BUILT") or (mark.exists() and mark.read_text() == run)
        if not built:
            with _demo(BUILT, "--reset", "--build-only") as building:
                said, _ = building.communicate()
            assert building.returncode == 0, f"the demo was not built:\n{said}"
            mark.write_text(run)
    for database in databases:
        database.stop()
    copies = [[database.data for database in databases]] if databases else []
    copies += [[old, VAR / old.name] for old in BUILT.iterdir() if old.name != "postgres"]
    for old, new in copies:
        subprocess.run(["rm", "-rf", str(new)], check=True)
        subprocess.run(["cp", "-a", str(old), str(new)], check=True)  # the database keeps its owner


def _dsn() -> str:
    from config.embedded_pg import EmbeddedPostgres

    if url := os.environ.get("DATABASE_URL"):
        return url
    place = EmbeddedPostgres(VAR / "postgres", durable=False)
    return f"host={place.socket_folder} user=app dbname=postgres"


@pytest.fixture
def database(stack: Stack) -> Iterator[psycopg.Connection]:
    with psycopg.connect(stack.dsn) as connection:
        yield connection


class Visitor:
    """One person at one browser; every console error and every refused resource fails the test."""

    def __init__(self, browser: Browser, size: str, **options: object) -> None:
        self.context: BrowserContext = browser.new_context(
            viewport=SIZES[size], base_url=ADDRESS, accept_downloads=True, **{"locale": "vi-VN"} | options
        )
        self.context.set_default_timeout(15_000)
        self.page: Page = self.context.new_page()
        self.complaints: list[str] = []
        self.page.on("console", lambda message: message.type == "error" and self.complaints.append(message.text))
        self.page.on("pageerror", lambda error: self.complaints.append(str(error)))

    def sign_in(self, username: str) -> Page:
        self.page.goto("/")
        self.page.get_by_label("Tên đăng nhập").fill(username)
        self.page.get_by_label("Mật khẩu", exact=True).fill(PASSWORD)
        self.page.get_by_role("button", name="Đăng nhập", exact=True).click()
        self.page.wait_for_url(lambda address: "dang-nhap" not in address)
        return self.page


@pytest.fixture
def visitor(stack: Stack, browser: Browser) -> Iterator[object]:
    """visitor("1280") opens a browser of its own; at the end none may have complained."""
    opened: list[Visitor] = []

    def visit(size: str = "1280", **options: object) -> Visitor:
        opened.append(Visitor(browser, size, **options))
        return opened[-1]

    yield visit
    complaints = [complaint for one in opened for complaint in one.complaints]
    for one in opened:
        one.context.close()
    assert complaints == []

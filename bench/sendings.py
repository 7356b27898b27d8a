#!/usr/bin/env python3
"""Sendings per second through HTTP, and what one costs in queries.

Seeded schools send their report through the real stack (granian, session, CSRF, transaction, audit). The raw ceiling of
the same run is the same row inserted and committed by psycopg alone. In a database of its own, dropped at the end.

usage: .venv/bin/python bench/sendings.py [--short]
"""

from __future__ import annotations

import os
import subprocess
import sys
import time
import uuid
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import date
from http.client import HTTPConnection
from pathlib import Path
from urllib.parse import urlencode

ROOT = Path(__file__).resolve().parent.parent
NAME, PORT, THREADS = "bench_sendings", 8765, 8
sys.path.insert(0, str(ROOT))
os.environ |= {"DJANGO_SETTINGS_MODULE": "config.settings", "DONGHANH_DEMO_DAY": "2025-06-16"}


def create_database() -> None:
    import psycopg

    from config.embedded_pg import EmbeddedPostgres

    place = EmbeddedPostgres(ROOT / "var/postgres").ensure()
    with psycopg.connect(host=place["HOST"], user=place["USER"], dbname="postgres", autocommit=True) as connection:
        connection.execute(f"DROP DATABASE IF EXISTS {NAME} WITH (FORCE)")
        connection.execute(f"CREATE DATABASE {NAME}")
    os.environ["DONGHANH_DATABASE"] = NAME


def prepare() -> list[tuple[int, str, dict[str, str]]]:
    """531 schools with one open round; for each: report id, session key, the boxes as typed."""
    import django

    django.setup()
    from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY
    from django.contrib.sessions.backends.db import SessionStore
    from django.core.management import call_command

    from demo.accounts import build_accounts
    from demo.build import data_file
    from demo.register import build_register
    from demo.reports import Answers, desks, open_year
    from donghanh.kernel.clock import now
    from donghanh.questionnaires.actions import load_form

    call_command("migrate", interactive=False, verbosity=0)
    call_command("collectstatic", interactive=False, verbosity=0)
    handles = build_register(at=now())
    form = load_form(data_file("questionnaires", "plan3296.json"), at=now())
    build_accounts(handles["department"], day=date(2025, 6, 16))
    collection = open_year(2024, handles["department"], form, now())
    work = []
    for report, school, _officer in desks(collection):
        answers = Answers(school, 2024)
        cells = zip(form.definition.cells, answers.numbers(form.definition), strict=True)
        typed = {cell.code: f"{number:.0f}" for cell, number in cells if number is not None} | answers.texts()
        session = SessionStore()
        session[SESSION_KEY] = str(school.teacher.pk)
        session[BACKEND_SESSION_KEY] = "django.contrib.auth.backends.ModelBackend"
        session[HASH_SESSION_KEY] = school.teacher.get_session_auth_hash()
        session.save()
        work.append((report.pk, session.session_key, typed))
    return work


def queries_of_one(report: int, session: str, typed: dict[str, str]) -> int:
    from django.db import connection
    from django.test import Client
    from django.test.utils import CaptureQueriesContext

    client = Client()
    client.cookies["sessionid"] = session
    with CaptureQueriesContext(
        connection,
    ) as seen:
        answer = client.post(f"/bao-cao/{report}/dien/", typed | {"revision": "0", "client_key": str(uuid.uuid4())})
    assert answer.status_code == 302, answer.status_code
    return len([q for q in seen.captured_queries if not q["sql"].startswith(("BEGIN", "COMMIT"))])


def send(report: int, session: str, typed: dict[str, str]) -> None:
    token = "b" * 32
    body = urlencode(typed | {"revision": "0", "client_key": str(uuid.uuid4()), "csrfmiddlewaretoken": token})
    connection = HTTPConnection("127.0.0.1", PORT, timeout=30)
    headers = {
        "Content-Type": "application/x-www-form-urlencoded",
        "Cookie": f"sessionid={session}; csrftoken={token}",
        "Host": f"localhost:{PORT}",
    }
    connection.request("POST", f"/bao-cao/{report}/dien/", body, headers)
    answer = connection.getresponse()
    answer.read()
    assert answer.status == 302, f"{answer.status} for report {report}"
    connection.close()


def timed(work: list[Callable[[], None]]) -> float:
    """Pieces of work a second, eight at a time."""
    began = time.perf_counter()
    with ThreadPoolExecutor(THREADS) as pool:
        for done in [pool.submit(piece) for piece in work]:
            done.result()
    return len(work) / (time.perf_counter() - began)


def raw_ceiling(count: int) -> float:
    """The same immutable row, inserted and committed by the driver alone."""
    from django.db import connection
    from psycopg_pool import ConnectionPool

    place = connection.get_connection_params()
    dsn = {key: place[key] for key in ("host", "user", "dbname") if key in place}
    with ConnectionPool(kwargs=dsn, min_size=THREADS, max_size=THREADS) as pool:
        with pool.connection() as first:
            first.execute(
                "CREATE TABLE raw_sending"
                " (id bigserial PRIMARY KEY, numbers float8[], texts jsonb, client_key uuid UNIQUE)"
            )
        numbers = [float(n) for n in range(40)]

        def one() -> None:
            with pool.connection() as own:
                own.execute(
                    "INSERT INTO raw_sending (numbers, texts, client_key) VALUES (%s, '{}', %s)",
                    [numbers, uuid.uuid4()],
                )

        return timed([one] * count)


def main() -> None:
    create_database()
    work = prepare()
    queries = queries_of_one(*work.pop())
    server = subprocess.Popen(
        [ROOT / ".venv/bin/granian", "--interface", "wsgi", "--host", "127.0.0.1", "--port", str(PORT),
         "--workers", "1",
         "--blocking-threads", str(THREADS), "--no-ws", "--log-level", "warning", "config.wsgi:application"],
        cwd=ROOT,
    )  # fmt: skip
    try:
        until = time.monotonic() + 30
        while True:
            try:
                HTTPConnection("127.0.0.1", PORT, timeout=5).connect()
                break
            except OSError:
                assert time.monotonic() < until, "the server did not start"
                time.sleep(0.1)
        chosen = work[:120] if "--short" in sys.argv else work
        send(*chosen.pop())  # the first request imports
        rate = timed([lambda one=one: send(*one) for one in chosen])
        ceiling = raw_ceiling(4 * len(chosen))
    finally:
        server.terminate()
        server.wait()
    print(f"sendings through HTTP: {rate:.0f} a second ({len(chosen)} schools, {THREADS} at a time, 1 web process)")
    print(f"queries of one sending: {queries}")
    print(f"raw ceiling (one committed row by the driver): {ceiling:.0f} a second; ratio {rate / ceiling:.3f}")


if __name__ == "__main__":
    try:
        main()
    finally:
        import psycopg

        from config.embedded_pg import EmbeddedPostgres

        place = EmbeddedPostgres(ROOT / "var/postgres").ensure()
        with psycopg.connect(host=place["HOST"], user=place["USER"], dbname="postgres", autocommit=True) as connection:
            connection.execute(f"DROP DATABASE IF EXISTS {NAME} WITH (FORCE)")

#!/usr/bin/env python3
"""The evening of the deadline: 1,000 schools send a form of 200 items within 60 seconds while officers browse.

Runs the real stack (granian with two processes, session, CSRF, transaction, audit) in a database of its own, dropped at
the end. Sendings arrive at seeded moments; a time counts from the moment at which the school pressed, waiting included.
The raw ceiling of the same run is the same row inserted and committed by psycopg alone. Also the server's time for an
entry page of 500 cells beside the bare rendering of its boxes, and what a sending costs in queries and rows.
Goals: p95 of sending 500 ms, no error, 8 queries and 1 sending a school; entry page 300 ms.

usage: .venv/bin/python bench/reporting.py [--short]     (--short: 60 schools in 6 seconds, 100 items)
"""

from __future__ import annotations

import os
import random
import subprocess
import sys
import threading
import time
import uuid
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from datetime import date
from http.client import HTTPConnection
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

from numpy import median

ROOT = Path(__file__).resolve().parent.parent
SEED, NAME, PORT = 3296, "bench_reporting", 8766
SHORT = "--short" in sys.argv
SCHOOLS, SECONDS, ITEMS = (60, 6, 100) if SHORT else (1000, 60, 200)
CELLS_OF_A_PAGE, TIMES = 500, 15
OFFICERS, THINKS = 5, 1.0  # officers browse, each a page a second
IN_FLIGHT = 64
OPENED, DAY = date(2015, 1, 1), date(2025, 6, 16)
TOKEN = "b" * 32
sys.path.insert(0, str(ROOT))
os.environ |= {"DJANGO_SETTINGS_MODULE": "config.settings", "DONGHANH_DEMO_DAY": DAY.isoformat()}


@contextmanager
def database() -> Iterator[None]:
    """A database of our own on the embedded server, dropped at the end."""
    import psycopg

    from config.embedded_pg import EmbeddedPostgres

    place = EmbeddedPostgres(ROOT / "var/postgres").ensure()
    drop = f"DROP DATABASE IF EXISTS {NAME} WITH (FORCE)"
    with psycopg.connect(host=place["HOST"], user=place["USER"], dbname="postgres", autocommit=True) as connection:
        connection.execute(drop)
        connection.execute(f"CREATE DATABASE {NAME}")
        os.environ["DONGHANH_DATABASE"] = NAME
        try:
            yield
        finally:
            connection.execute(drop)


def a_form(code: str, items: int, options: int = 1) -> dict[str, Any]:
    """A form of so many counts, each of so many cells, with a relation every tenth item."""
    breakdown = {"breakdown": "group"} if options > 1 else {}
    return {
        "code": code,
        "vi": "Biểu mẫu đo tải",
        "en": "Form of the bench",
        "breakdowns": {"group": [{"code": f"o{n}", "vi": f"Nhóm {n}", "en": f"Group {n}"} for n in range(options)]},
        "sections": [
            {
                "code": f"s{start}",
                "vi": f"Phần {start // 20 + 1}",
                "en": f"Part {start // 20 + 1}",
                "items": [
                    {
                        "code": f"item_{n}", "kind": "integer", "vi": f"Số việc thứ {n}", "en": f"Count {n}",
                        "unit_vi": "việc", "unit_en": "tasks", **breakdown,
                    }
                    for n in range(start, min(start + 20, items))
                ],
            }
            for start in range(0, items, 20)
        ],
        "checks": [
            {
                "code": f"not_more_{n}", "kind": "not_more_than", "severity": "error",
                "left": f"item_{n}", "right": f"item_{n + 1}",
                "vi": "%(left)s lớn hơn %(right)s.", "en": "%(left)s is more than %(right)s.",
            }
            for n in range(0, items - 1, 10)
        ],
    }  # fmt: skip


def prepare() -> dict[str, Any]:
    """Schools below ten districts with one open round: reports, sessions of teachers and officers, answers."""
    import django

    django.setup()
    from django.core.management import call_command

    from donghanh.kernel.clock import now
    from donghanh.organisations.actions import open_units
    from donghanh.organisations.choices import UnitKind
    from donghanh.organisations.rules import NewUnit
    from donghanh.people.models import Account, Membership
    from donghanh.periods.actions import set_school_year
    from donghanh.questionnaires.actions import load_form
    from donghanh.reporting.actions import open_collection
    from donghanh.reporting.models import Submission

    call_command("migrate", interactive=False, verbosity=0)
    call_command("collectstatic", interactive=False, verbosity=0)
    order: dict[str, Any] = {"decision": "Quyết định đo tải", "by": None, "at": now()}

    def opened(kind: str, names: list[str], above: list[Any]) -> list[Any]:
        new = [NewUnit(name, kind, above[n % len(above)].pk if above else None) for n, name in enumerate(names)]
        return open_units(new=new, on=OPENED, **order)

    top = opened(UnitKind.DEPARTMENT, ["Sở đo tải"], [])
    districts = opened(UnitKind.DISTRICT_OFFICE, [f"Phòng {n}" for n in range(10)], top)
    schools = opened(UnitKind.PRIMARY, [f"Trường Tiểu học {n}" for n in range(SCHOOLS)], districts)

    def people(role: str, units: list[Any]) -> list[Any]:
        accounts = Account.objects.bulk_create(
            Account(username=f"{role}.{unit.pk}", full_name="Bùi Thị Hoa", password="!", generated=True)  # noqa: S106  # no sign-in with it
            for unit in units
        )
        Membership.objects.bulk_create(
            Membership(account=account, unit=unit, role=role, valid=(OPENED, None))
            for account, unit in zip(accounts, units, strict=True)
        )
        return accounts

    teachers = people("teacher_in_charge", schools)
    officers = people("district_officer", districts)
    round_of_it = {
        "period": set_school_year(first_day=date(2024, 9, 5), last_day=date(2025, 5, 31)), "owner": top[0],
        "opens_on": date(2025, 5, 12), "due_on": DAY, "closes_on": date(2025, 6, 28), "by": None, "at": now(),
    }  # fmt: skip
    collection = open_collection(form_version=load_form(a_form("rush", ITEMS), at=now()), **round_of_it)
    wide = open_collection(form_version=load_form(a_form("wide", CELLS_OF_A_PAGE // 10, 10), at=now()), **round_of_it)
    reports = dict(
        Submission.objects.filter(expected__collection=collection).order_by("pk").values_list("expected__unit", "pk")
    )
    return {
        "round": collection.pk,
        "schools": [
            (reports[school.pk], session(account), answers(school.pk))
            for school, account in zip(schools, teachers, strict=True)
        ],
        "officers": [session(account) for account in officers[:OFFICERS]],
        "wide": Submission.objects.get(expected__collection=wide, expected__unit=schools[0]).pk,
        "teacher": session(teachers[0]),
    }


def session(account: Any) -> str:
    """The key of a session in which the account is signed in."""
    from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY
    from django.contrib.sessions.backends.db import SessionStore

    store = SessionStore()
    store[SESSION_KEY] = str(account.pk)
    store[BACKEND_SESSION_KEY] = "django.contrib.auth.backends.ModelBackend"
    store[HASH_SESSION_KEY] = account.get_session_auth_hash()
    store.save()
    return str(store.session_key)


def answers(school: int) -> dict[str, str]:
    """One school's boxes: growing along the form, so that no relation is broken."""
    dice = random.Random(f"{SEED}/{school}")
    return {f"item_{n}": str(n * 10 + dice.randint(0, 9)) for n in range(ITEMS)}


def ask(path: str, session_key: str, typed: dict[str, str] | None = None) -> int:
    """The status of a GET, or of the POST of `typed`."""
    connection = HTTPConnection("127.0.0.1", PORT, timeout=30)
    headers = {"Cookie": f"sessionid={session_key}; csrftoken={TOKEN}", "Host": f"localhost:{PORT}"}
    if typed is None:
        connection.request("GET", path, headers=headers)
    else:
        body = urlencode(typed | {"csrfmiddlewaretoken": TOKEN})
        connection.request("POST", path, body, headers | {"Content-Type": "application/x-www-form-urlencoded"})
    answer = connection.getresponse()
    answer.read()
    connection.close()
    return answer.status


class Rush:
    """Sendings at their moments, officers beside them; what each took in seconds, and what went wrong."""

    def __init__(self, work: dict[str, Any]) -> None:
        self.work, self.sent, self.browsed = work, [], []
        self.errors: list[str] = []
        self.over = threading.Event()

    def send(self, due: float, report: int, key: str, typed: dict[str, str]) -> None:
        time.sleep(max(0.0, due - time.perf_counter()))
        path = f"/bao-cao/{report}/dien/"
        self._timed(
            self.sent, due, lambda: ask(path, key, typed | {"revision": "0", "client_key": str(uuid.uuid4())}), 302
        )

    def browse(self, key: str, seed: int) -> None:
        dice = random.Random(f"{SEED}/officer/{seed}")
        here = self.work["round"]
        pages = ["/", "/bao-cao/cho-duyet/", f"/bao-cao/dot/{here}/chua-nop/"]
        while not self.over.wait(THINKS * dice.uniform(0.5, 1.5)):
            path = dice.choice(pages)
            self._timed(self.browsed, time.perf_counter(), lambda path=path: ask(path, key), 200)

    def _timed(self, into: list[float], since: float, do: Callable[[], int], wanted: int) -> None:
        try:
            status = do()
        except OSError as fault:
            self.errors.append(repr(fault))
            return
        into.append(time.perf_counter() - since)
        if status != wanted:
            self.errors.append(str(status))

    def run(self) -> float:
        """Seconds until the last sending was answered."""
        dice = random.Random(SEED)
        schools = self.work["schools"]
        moments = sorted(dice.uniform(0, SECONDS) for _ in schools)
        officers = [threading.Thread(target=self.browse, args=(key, n)) for n, key in enumerate(self.work["officers"])]
        for officer in officers:
            officer.start()
        start = time.perf_counter()
        with ThreadPoolExecutor(IN_FLIGHT) as pool:
            for moment, school in zip(moments, schools, strict=True):
                pool.submit(self.send, start + moment, *school)
        took = time.perf_counter() - start
        self.over.set()
        for officer in officers:
            officer.join()
        return took


def queries_of_one(report: int, key: str, typed: dict[str, str]) -> int:
    """Queries of the whole request, sign-in and rights included."""
    from django.db import connection
    from django.test import Client
    from django.test.utils import CaptureQueriesContext

    client = Client()
    client.cookies["sessionid"] = key
    with CaptureQueriesContext(connection) as seen:
        sent = typed | {"revision": "0", "client_key": str(uuid.uuid4())}
        answer = client.post(f"/bao-cao/{report}/dien/", sent)
    assert answer.status_code == 302, answer.status_code
    return len([q for q in seen.captured_queries if not q["sql"].startswith(("BEGIN", "COMMIT"))])


def entry_page(report: int, key: str) -> tuple[float, float]:
    """Milliseconds of the server for the page of 500 cells, and for the bare boxes alone (median of each)."""
    from django.template import engines
    from django.test import Client

    client = Client()
    client.cookies["sessionid"] = key
    boxes = [{"code": f"item_{n}", "value": str(n)} for n in range(CELLS_OF_A_PAGE)]
    bare = engines["django"].from_string(
        '{% for box in boxes %}<label for="{{ box.code }}">{{ box.code }}</label>'
        '<input id="{{ box.code }}" name="{{ box.code }}" value="{{ box.value }}">{% endfor %}'
    )

    def milliseconds(do: Callable[[], Any]) -> float:
        do()
        taken = []
        for _ in range(TIMES):
            began = time.perf_counter()
            do()
            taken.append(1000 * (time.perf_counter() - began))
        return median(taken)

    return milliseconds(lambda: client.get(f"/bao-cao/{report}/dien/")), milliseconds(
        lambda: bare.render({"boxes": boxes})
    )


def raw_ceiling(count: int) -> float:
    """The same immutable row, inserted and committed by the driver alone, eight at a time: how many a second."""
    from django.db import connection
    from psycopg_pool import ConnectionPool

    place = connection.get_connection_params()
    dsn = {key: place[key] for key in ("host", "user", "dbname") if key in place}
    numbers = [float(n) for n in range(ITEMS)]
    row = "INSERT INTO raw_sending (numbers, texts, client_key) VALUES (%s, '{}', %s)"
    with ConnectionPool(kwargs=dsn, min_size=8, max_size=8) as pool:
        with pool.connection() as first:
            first.execute(
                "CREATE TABLE raw_sending"
                " (id bigserial PRIMARY KEY, numbers float8[], texts jsonb, client_key uuid UNIQUE)"
            )

        def one() -> None:
            with pool.connection() as own:
                own.execute(row, [numbers, uuid.uuid4()])

        began = time.perf_counter()
        with ThreadPoolExecutor(8) as threads:
            for done in [threads.submit(one) for _ in range(count)]:
                done.result()
    return count / (time.perf_counter() - began)


@contextmanager
def server() -> Iterator[None]:
    """The web as an office runs it on two cores."""
    process = subprocess.Popen(
        [ROOT / ".venv/bin/granian", "--interface", "wsgi", "--host", "127.0.0.1", "--port", str(PORT),
         "--workers", "2", "--blocking-threads", "4", "--no-ws", "--log-level", "warning", "config.wsgi:application"],
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
        yield
    finally:
        process.terminate()
        process.wait()


def share(taken: list[float], of: float) -> float:
    """Milliseconds under which this share of the requests stayed."""
    return 1000 * sorted(taken)[min(len(taken) - 1, int(len(taken) * of))]


def main() -> None:
    from django.db import connection

    work = prepare()
    queries = queries_of_one(*work["schools"].pop())
    page, bare = entry_page(work["wide"], work["teacher"])
    rush = Rush(work)
    with server():
        for key in work["officers"]:
            ask("/", key)  # the first requests import
        took = rush.run()
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*), count(DISTINCT submission_id) FROM reporting_submissionversion")
        rows, reports = cursor.fetchone()
    rate, ceiling = len(rush.sent) / took, raw_ceiling(2 * SCHOOLS)
    print(f"{len(rush.sent)} schools sent {ITEMS} items each in {took:.1f} s; {len(rush.errors)} errors")
    for name, taken in (("sending", rush.sent), (f"{len(rush.browsed)} pages of {OFFICERS} officers", rush.browsed)):
        p50, p95, most = (share(taken, of) for of in (0.5, 0.95, 1))
        print(f"{name}: p50 {p50:.0f}  p95 {p95:.0f}  max {most:.0f} ms")
    print(f"stored: {rows} sendings of {reports} reports")
    print(f"queries of one sending: {queries}")
    print(f"raw ceiling (one committed row by the driver): {ceiling:.0f} a second; the rush asked {rate:.1f} a second")
    print(f"entry page of {CELLS_OF_A_PAGE} cells: {page:.0f} ms, bare boxes {bare:.1f} ms; ratio {page / bare:.0f}")
    if rush.errors or rows != reports or rows != len(rush.sent) + 1:
        raise SystemExit(f"lost, doubled or refused: {sorted(set(rush.errors))[:5]}")


if __name__ == "__main__":
    with database():
        main()

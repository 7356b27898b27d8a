#!/usr/bin/env python3
"""From the press on “Duyệt” to the figures: what one acceptance costs in each step, on the demo's 531 schools.

Needs the demo built (`bin/demo --build-only`) and accepts a few waiting reports of it in a transaction that is rolled
back: the acceptance, the laying out of the round (Parquet, sums, roll-ups), and the Department's page of figures. The
raw ceiling of the same run is one pass over the stored arrays of the round in PostgreSQL.

usage: .venv/bin/python bench/freshness.py
"""

from __future__ import annotations

import os
import sys
import time
from pathlib import Path

from numpy import median

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))
os.environ |= {"DJANGO_SETTINGS_MODULE": "config.settings", "DONGHANH_DEMO_DAY": "2025-06-16"}

import django

django.setup()

from django.db import connection, transaction
from django.test import Client

from donghanh.kernel.clock import now, today
from donghanh.people.models import Account
from donghanh.people.queries import own_units
from donghanh.reporting import actions, queries
from donghanh.reporting.choices import COUNTED
from donghanh.reporting.figures import lay_out
from donghanh.reporting.models import Submission

TIMES = 9


def main() -> None:
    steps: dict[str, list[float]] = {"accept": [], "lay out": [], "page": [], "ceiling": []}
    officer = Account.objects.get(username="so.gddt")
    waiting = queries.to_review(officer, on=today()) if own_units(officer, "reports.review", on=today()) else []
    reports = [row.pk for row in waiting[:TIMES]]
    client = Client()
    client.force_login(officer)
    with transaction.atomic():
        for pk in reports:
            measure(steps, pk, officer, client)
        transaction.set_rollback(True)
    lay_out(collection_id=Submission.objects.get(pk=reports[0]).expected.collection_id, at=now())
    total = sum(median(values) for name, values in steps.items() if name != "ceiling")
    for name, values in steps.items():
        print(f"{name:8} {1000 * median(values):7.1f} ms (best {1000 * min(values):.1f})")
    print(f"together {1000 * total:7.1f} ms, {total / median(steps['ceiling']):.0f} times the ceiling")
    print("an open page asks every 500 ms, and the worker is woken by PostgreSQL: add 0.25 s on average")


def measure(steps: dict[str, list[float]], pk: int, officer: Account, client: Client) -> None:
    began = time.perf_counter()
    sheet = queries.sheet(officer, pk, on=today())
    actions.accept(submission=sheet.submission, version_number=sheet.latest.number, by=officer, at=now())
    steps["accept"].append(time.perf_counter() - began)
    began = time.perf_counter()
    lay_out(collection_id=sheet.collection.pk, at=now())
    steps["lay out"].append(time.perf_counter() - began)
    began = time.perf_counter()
    answer = client.get(f"/chi-tieu/{sheet.collection.pk}/{own_units(officer, 'figures.read', on=today())[0]}/")
    assert answer.status_code == 200
    steps["page"].append(time.perf_counter() - began)
    began = time.perf_counter()
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT count(*), sum(numbers[1]) FROM reporting_submissionversion v JOIN reporting_submission s"
            " ON s.latest_id = v.id JOIN reporting_expectedreport e ON e.id = s.expected_id"
            " WHERE e.collection_id = %s AND s.state = ANY(%s)",
            [sheet.collection.pk, list(COUNTED)],
        )
        assert cursor.fetchone()[0]
    steps["ceiling"].append(time.perf_counter() - began)


if __name__ == "__main__":
    main()

#!/usr/bin/env python3
"""One decision becomes the plan of every unit: the whole plan of Hòa Bình issued to 542 units, level by level.

Raw ceiling in the same run: the same rows put into the same table by COPY. Everything is rolled back.
Needs the demo built (`bin/demo --build-only`).

usage: .venv/bin/python bench/plans.py
"""

from __future__ import annotations

import os
import sys
import time
from datetime import date
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))
os.environ |= {"DJANGO_SETTINGS_MODULE": "config.settings", "DONGHANH_DEMO_DAY": "2025-06-16"}

import django

django.setup()

from django.db import connection, transaction

from demo.data import data_file
from donghanh.kernel.clock import now
from donghanh.organisations.choices import UnitKind
from donghanh.organisations.models import Unit
from donghanh.organisations.queries import descendants
from donghanh.people.choices import DISTRICT_OFFICER
from donghanh.people.models import Account, Membership
from donghanh.programmes.actions import issue_plans, load_programme
from donghanh.programmes.choices import PlanState
from donghanh.programmes.models import PlanTask, Programme, UnitPlan

COLUMNS = [
    field.column for field in PlanTask._meta.local_concrete_fields if not field.generated and not field.primary_key
]


def issued(programme: Programme, department: Unit, on: date) -> list[tuple[str, int, float]]:
    """(office, plans, seconds) of every issue, from the Department down."""
    officer = Account.objects.get(username="so.gddt")
    steps = [(department.pk, officer)]
    steps += [
        (unit.pk, Membership.objects.select_related("account").get(unit=unit.pk, role=DISTRICT_OFFICER.code).account)
        for unit in descendants(department.pk, on=on)
        if unit.kind == UnitKind.DISTRICT_OFFICE
    ]
    told = []
    for office, by in steps:
        started = time.perf_counter()
        made = issue_plans(programme=programme, office_id=office, by=by, at=now())
        told.append((by.username, len(made), time.perf_counter() - started))
        UnitPlan.objects.filter(pk__in=made).update(state=PlanState.ACCEPTED)  # so that the offices hand them on
    return told


def copied(programme: Programme) -> tuple[int, float]:
    """The same rows once more by COPY into a table without keys: how many, seconds."""
    names = ", ".join(f'"{name}"' for name in COLUMNS)
    with connection.cursor() as cursor:
        cursor.execute(f"CREATE TEMP TABLE raw ON COMMIT DROP AS SELECT {names} FROM programmes_plantask WHERE false")
        cursor.execute(
            f"SELECT {names} FROM programmes_plantask WHERE plan_id IN"
            " (SELECT id FROM programmes_unitplan WHERE programme_id = %s)",
            [programme.pk],
        )
        rows = cursor.fetchall()
        started = time.perf_counter()
        with cursor.copy(f"COPY raw ({names}) FROM STDIN") as copy:
            for row in rows:
                copy.write_row(row)
        return len(rows), time.perf_counter() - started


def main() -> None:
    with transaction.atomic():
        department = Membership.objects.select_related("unit").get(account__username="so.gddt").unit
        document = data_file("programmes", "plan-hoa-binh-2020.json") | {"code": "bench", "last_day": "2026-12-31"}
        programme = load_programme(document, owner_id=department.pk, at=now())
        told = issued(programme, department, date(2025, 6, 16))
        rows, raw = copied(programme)
        transaction.set_rollback(True)
    plans, seconds = sum(made for _who, made, _s in told), sum(s for _who, _made, s in told)
    who, most, longest = max(told, key=lambda one: one[2])
    print(
        f"{plans} plans with {rows} tasks: {seconds:.2f} s; the longest request {longest:.2f} s ({who}, {most} plans)"
    )
    print(f"COPY of the same rows: {raw:.2f} s; {seconds / raw:.1f} times")


if __name__ == "__main__":
    main()

"""A province's roster: 200,000 accounts from one OneRoster archive. `.venv/bin/python bench/provisioning.py [learners]`

Makes a database of its own, `bench_provisioning`, and drops it. Prints seconds, rows a second and peak memory of the
check and of the writing, beside the fastest thing a database can do with the same rows: a raw COPY into tables without
keys, constraints or policies, in the same run.
"""
# Django is set up before models are imported

from __future__ import annotations

import csv
import os
import random
import resource
import sys
import tempfile
import time
import zipfile
from collections.abc import Iterator
from datetime import date
from io import TextIOWrapper
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))
os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")

import django

django.setup()

from django.conf import settings
from django.db import connection
from django.test.utils import setup_databases, teardown_databases
from django.utils import timezone

from demo.accounts import FAMILY, GIVEN, MIDDLE
from donghanh.kernel.rows import everything
from donghanh.organisations import actions as organisations
from donghanh.organisations.choices import CodeScheme, UnitKind
from donghanh.organisations.rules import NewUnit
from donghanh.people.actions import give_role, open_account
from donghanh.periods.actions import set_school_year
from donghanh.rosters import actions, oneroster
from donghanh.rosters.models import Enrolment, Learner, RosterImport

SEED, SCHOOLS, CLASS_SIZE = 200_000, 400, 35
LEARNERS = int(sys.argv[1]) if len(sys.argv) > 1 else 200_000
TABLES = {
    "rosters_learner": "account_id, unit_id, full_name, birth_date, number, source_id",
    "people_account": "id, password, username, full_name, is_active, generated",
    "people_membership": "account_id, unit_id, role, valid",
    "rosters_enrolment": "learner_id, school_class_id, unit_id, valid",
}


def archive(place: Path) -> None:
    """A seeded roster: schools, their classes, learners with role, class and birth date."""
    dice = random.Random(SEED)
    classes = LEARNERS // CLASS_SIZE + 1
    files: dict[str, tuple[str, Iterator[list[object]]]] = {
        "orgs": ("sourcedId,name,type,identifier", ([f"o{n}", "Trường", "school", f"S{n}"] for n in range(SCHOOLS))),
        "classes": (
            "sourcedId,title,grades,classType,schoolSourcedId",
            (
                [f"c{n}", f"{n // SCHOOLS % 12 + 1}A{n // SCHOOLS}", "", "homeroom", f"o{n % SCHOOLS}"]
                for n in range(classes)
            ),
        ),
        "users": (
            "sourcedId,familyName,middleName,givenName,identifier",
            (
                [f"u{n}", dice.choice(FAMILY), dice.choice(MIDDLE), dice.choice(GIVEN), f"{n:010}"]
                for n in range(LEARNERS)
            ),
        ),
        "roles": (
            "sourcedId,userSourcedId,roleType,role,orgSourcedId",
            ([f"r{n}", f"u{n}", "primary", "student", f"o{n // CLASS_SIZE % SCHOOLS}"] for n in range(LEARNERS)),
        ),
        "enrollments": (
            "sourcedId,classSourcedId,schoolSourcedId,userSourcedId,role",
            (
                [f"e{n}", f"c{n // CLASS_SIZE}", f"o{n // CLASS_SIZE % SCHOOLS}", f"u{n}", "student"]
                for n in range(LEARNERS)
            ),
        ),
        "demographics": (
            "sourcedId,birthDate",
            (
                [f"u{n}", date(dice.randrange(2008, 2018), dice.randrange(1, 13), dice.randrange(1, 29))]
                for n in range(LEARNERS)
            ),
        ),
    }
    with zipfile.ZipFile(place, "w", zipfile.ZIP_DEFLATED) as out:
        manifest = "propertyName,value\noneroster.version,1.2\n" + "".join(f"file.{name},bulk\n" for name in files)
        out.writestr("manifest.csv", manifest)
        for name, (headings, rows) in files.items():
            with out.open(f"{name}.csv", "w") as raw, TextIOWrapper(raw, newline="") as text:
                csv.writer(text).writerows([headings.split(","), *rows])


def peak() -> float:
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024  # MiB


def raw_copy() -> float:
    """Seconds that PostgreSQL takes to COPY the same rows into bare tables, the stream already in memory."""
    taken = 0.0
    with everything(), connection.cursor() as cursor:
        for name, columns in TABLES.items():
            with cursor.copy(f"COPY (SELECT {columns} FROM {name}) TO STDOUT") as copy:
                stream = b"".join(bytes(part) for part in copy)
            cursor.execute(f"CREATE TEMP TABLE bare AS SELECT {columns} FROM {name} LIMIT 0")
            start = time.perf_counter()
            with cursor.copy(f"COPY bare ({columns}) FROM STDIN") as copy:
                copy.write(stream)
            taken += time.perf_counter() - start
            cursor.execute("DROP TABLE bare")
    return taken


def measure(folder: Path) -> None:
    at = timezone.localtime()
    order = {"decision": "QĐ 1", "on": date(2015, 1, 1), "by": None, "at": at}
    department = organisations.open_unit(new=NewUnit("Sở", UnitKind.DEPARTMENT, None), **order)
    organisations.open_units(
        new=[
            NewUnit(f"Trường THCS Tân Pheo {n}", UnitKind.LOWER_SECONDARY, department.pk, {CodeScheme.OWN: f"S{n}"})
            for n in range(SCHOOLS)
        ],
        **order,
    )  # fmt: skip
    holder = open_account(username="holder", full_name="Người giữ", password=None, by=None, at=at)
    give_role(account=holder, unit=department, role="school_administrator", since=date(2015, 1, 1), by=None, at=at)
    first = at.year if at.month >= 9 else at.year - 1
    year = set_school_year(first_day=date(first, 9, 5), last_day=date(first + 1, 5, 31))
    place = folder / "roster.zip"
    archive(place)
    size = place.stat().st_size / 1e6
    print(f"{LEARNERS:,} learners of {SCHOOLS} schools; archive of {size:.1f} MB; {peak():.0f} MiB before")
    with everything():
        roster = actions.receive(
            name="roster.zip", chunks=[place.read_bytes()], unit_id=department.pk, school_year=year, whole=True,
            by=holder, at=at,
        )  # fmt: skip
    start = time.perf_counter()
    actions.check(roster_id=roster.pk, at=at)
    checked = time.perf_counter() - start
    with everything():
        roster = RosterImport.objects.get(pk=roster.pk)
        assert roster.counts["new"] == LEARNERS, (roster.problem, roster.counts)
        actions.ask_to_write(roster=roster, by=holder, at=at)
    print(f"check   {checked:6.1f} s   {LEARNERS / checked:8,.0f} accounts/s   peak {peak():.0f} MiB")
    start = time.perf_counter()
    actions.write_down(roster_id=roster.pk, at=at)
    wrote = time.perf_counter() - start
    with everything():
        roster = RosterImport.objects.get(pk=roster.pk)
        assert roster.state == "applied", roster.problem
        rows = [Learner.objects.count(), Enrolment.objects.count()]
    assert rows == [LEARNERS, LEARNERS]
    print(f"write   {wrote:6.1f} s   {LEARNERS / wrote:8,.0f} accounts/s   peak {peak():.0f} MiB")
    print(f"both    {checked + wrote:6.1f} s of 300 allowed for 200,000 on two cores")
    raw = raw_copy()
    print(f"raw COPY of the same four tables {raw:.2f} s; ratio {(checked + wrote) / raw:.0f}")


def main() -> None:
    oneroster.MOST_ROWS = max(oneroster.MOST_ROWS, LEARNERS)
    connection.settings_dict["TEST"]["NAME"] = "bench_provisioning"
    before = setup_databases(verbosity=0, interactive=False)
    try:
        with tempfile.TemporaryDirectory() as folder:
            settings.FILES_FOLDER = Path(folder)
            measure(Path(folder))
    finally:
        teardown_databases(before, verbosity=0)


if __name__ == "__main__":
    main()

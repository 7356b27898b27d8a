"""1,000 filled workbooks read, checked and stored as drafts. `.venv/bin/python bench/workbooks.py [how many]`

Makes a database of its own, `bench_workbooks`, and drops it. Prints seconds, peak memory of this process and of its
reader, and the ratio against calamine alone over the same files.
"""
# Django is set up before models are imported

from __future__ import annotations

import os
import resource
import sys
import time
import uuid
import zipfile
from datetime import date
from io import BytesIO
from pathlib import Path
from tempfile import TemporaryDirectory

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))
os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")

import django

django.setup()

import python_calamine
from django.conf import settings
from django.test.utils import setup_databases, teardown_databases

from donghanh.organisations import actions as tree
from donghanh.organisations.choices import UnitKind
from donghanh.organisations.rules import NewUnit
from donghanh.people.actions import give_role, open_account
from donghanh.periods.actions import set_school_year
from donghanh.questionnaires.actions import load_form
from donghanh.reporting import actions, batches, queries
from donghanh.reporting.tests.factories import AT, FORM, TODAY, filled
from donghanh.reporting.workbooks import template

FILES = int(sys.argv[1]) if sys.argv[1:] else 1000
SINCE = date(2015, 1, 1)


def main() -> None:
    order = {"decision": "bench", "on": SINCE, "by": None, "at": AT}
    office = tree.open_unit(new=NewUnit("Sở", UnitKind.DEPARTMENT), **order)
    tree.open_units(
        new=[NewUnit(f"Trường {n}", UnitKind.PRIMARY_LOWER_SECONDARY, office.pk) for n in range(FILES)], **order
    )
    officer = open_account(username="bench", full_name="Bench", password=str(uuid.uuid4()), by=None, at=AT)
    give_role(account=officer, unit=office, role="department_officer", since=SINCE, until=None, by=None, at=AT)
    year = set_school_year(first_day=date(2024, 9, 5), last_day=date(2025, 5, 31))
    collection = actions.open_collection(
        form_version=load_form(FORM, at=AT), period=year, owner=office, opens_on=date(2025, 5, 12),
        due_on=date(2025, 6, 20), closes_on=date(2025, 6, 28), by=None, at=AT,
    )  # fmt: skip
    files: dict[str, bytes] = {}
    for pk in batches.reports_below(officer, collection, on=TODAY).values_list("pk", flat=True):
        files[f"{pk}.xlsx"] = template(queries.sheet(officer, pk, on=TODAY), typed=filled())
    began = time.monotonic()
    for content in files.values():
        book = python_calamine.load_workbook(BytesIO(content))
        for name in book.sheet_names:
            book.get_sheet_by_name(name).to_python()
    bare = time.monotonic() - began
    names = list(files)
    halves = [names[at : at + batches.MOST_FILES] for at in range(0, len(names), batches.MOST_FILES)]
    began = time.monotonic()
    for half in halves:
        out = BytesIO()
        with zipfile.ZipFile(out, "w") as archive:
            for name in half:
                archive.writestr(name, files[name])
        batch = batches.begin(
            collection=collection, content=out.getvalue(), name="bench.zip", client_key=uuid.uuid4(), by=officer, at=AT
        )
        batches.work(batch_id=batch.pk, at=AT)
        print(dict.fromkeys(batch.files.values_list("verdict", flat=True)), end=" ")
    taken = time.monotonic() - began
    own, child = (resource.getrusage(who).ru_maxrss / 1024 for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN))
    print(f"\n{len(files)} workbooks: {taken:.1f} s, {own:.0f} MB here, {child:.0f} MB in the reader")
    print(f"calamine alone: {bare:.1f} s, ratio {taken / bare:.1f}")


if __name__ == "__main__":
    settings.DATABASES["default"].setdefault("TEST", {})["NAME"] = "bench_workbooks"
    old = setup_databases(verbosity=0, interactive=False)
    try:
        with TemporaryDirectory() as folder:
            settings.FILES_FOLDER = Path(folder)
            main()
    finally:
        teardown_databases(old, verbosity=0)

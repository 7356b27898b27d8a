"""1,000 filled workbooks read, checked and stored. `.venv/bin/python bench/workbooks.py [--short]`

Makes a database of its own, `bench_workbooks`, and drops it. Prints the seconds of an archive after the other through
the very code of the worker, the peak of memory of this process and of its children, and how many times as long that is
as bare calamine takes to read the same files. `--short`: 50 workbooks. Exit code 1 where a limit is passed.
"""
# Django is set up before models are imported

from __future__ import annotations

import argparse
import os
import resource
import sys
import time
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

from donghanh.organisations import actions as organisations
from donghanh.organisations.choices import UnitKind
from donghanh.organisations.rules import NewUnit
from donghanh.people.tests.cast import a_person
from donghanh.periods.actions import set_school_year
from donghanh.questionnaires.actions import load_form
from donghanh.reporting import batches, queries
from donghanh.reporting.actions import open_collection
from donghanh.reporting.choices import FileVerdict
from donghanh.reporting.models import Submission, WorkbookBatchFile
from donghanh.reporting.tests.factories import AT, FORM, filled
from donghanh.reporting.workbooks import template

MOST_SECONDS, MOST_MEGABYTES = 120, 500


def main(files: int) -> bool:
    order = {"decision": "bench", "on": date(2015, 1, 1), "by": None, "at": AT}
    department = organisations.open_unit(new=NewUnit("Sở", UnitKind.DEPARTMENT), **order)
    district = organisations.open_unit(new=NewUnit("Phòng", UnitKind.DISTRICT_OFFICE, department.pk), **order)
    kind = UnitKind.PRIMARY_LOWER_SECONDARY
    organisations.open_units(new=[NewUnit(f"Trường {n}", kind, district.pk) for n in range(files)], **order)
    officer = a_person("bench", "Người đo", "district_officer", district)
    collection = open_collection(
        form_version=load_form(FORM, at=AT),
        period=set_school_year(first_day=date(2024, 9, 5), last_day=date(2025, 5, 31)),
        owner=department, opens_on=date(2025, 5, 12), due_on=date(2025, 6, 20), closes_on=date(2025, 6, 28),
        by=None, at=AT,
    )  # fmt: skip
    reports = list(
        Submission.objects.filter(expected__collection=collection).order_by("pk").values_list("pk", flat=True)
    )
    typed, began = filled(), time.monotonic()
    books = [template(queries.sheet(officer, pk, on=AT.date()), typed) for pk in reports]
    print(f"{files} templates written            {time.monotonic() - began:8.2f} s")
    began = time.monotonic()
    for content in books:
        python_calamine.load_workbook(BytesIO(content)).get_sheet_by_index(0).to_python()
    bare = time.monotonic() - began
    print(f"bare calamine                    {bare:8.2f} s")
    began = time.monotonic()
    for first in range(0, files, batches.MOST_FILES):
        batch = batches.bring_in_many(
            collection=collection, office=district.pk, content=zipped(books[first : first + batches.MOST_FILES]),
            name="bench.zip", by=officer, at=AT,
        )  # fmt: skip
        batches.read_waiting(batch_id=batch.pk, at=AT)
    took = time.monotonic() - began
    stored = WorkbookBatchFile.objects.filter(verdict=FileVerdict.STORED).count()
    own, child = (resource.getrusage(who).ru_maxrss / 1024 for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN))
    print(
        f"read, checked, stored            {took:8.2f} s   {stored}/{files} stored, {took / bare:.1f} × bare calamine"
    )
    print(f"peak memory                      {own + child:8.0f} MB  ({own:.0f} here, {child:.0f} in the largest child)")
    return stored == files and took <= MOST_SECONDS * files / 1000 and own + child <= MOST_MEGABYTES


def zipped(books: list[bytes]) -> bytes:
    out = BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_STORED) as archive:
        for number, content in enumerate(books):
            archive.writestr(f"{number:04}.xlsx", content)
    return out.getvalue()


if __name__ == "__main__":
    given = argparse.ArgumentParser(description=__doc__)
    given.add_argument("--short", action="store_true", help="50 workbooks")
    settings.DATABASES["default"].setdefault("TEST", {})["NAME"] = "bench_workbooks"
    short = given.parse_args().short
    old = setup_databases(verbosity=0, interactive=False)
    try:
        with TemporaryDirectory() as folder:
            settings.FILES_FOLDER = Path(folder)
            well = main(50 if short else 1_000)
    finally:
        teardown_databases(old, verbosity=0)
    sys.exit(not well)

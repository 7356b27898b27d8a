"""A file of 5,000 units: how long a look at it takes, and its writing. `.venv/bin/python bench/imports.py`

Makes a database of its own, `bench_imports`, and drops it. Prints seconds of the reader alone (the child process), of
a look (reader, checks, keeping the lines), and of writing when every line is new and when every line is renamed.
"""
# Django is set up before models are imported

from __future__ import annotations

import os
import sys
import time
from collections.abc import Callable
from datetime import date
from io import BytesIO
from pathlib import Path
from tempfile import TemporaryDirectory

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))
os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")

import django

django.setup()

import xlsxwriter
from django.conf import settings
from django.test.utils import setup_databases, teardown_databases
from django.utils import timezone

from donghanh.kernel.sheets_in import read_table
from donghanh.organisations import actions, imports
from donghanh.organisations.choices import CodeScheme, UnitKind
from donghanh.organisations.import_checks import Options
from donghanh.organisations.import_files import MOST_BYTES, MOST_LINES
from donghanh.organisations.rules import NewUnit

OPENED, DAY, COMMUNES, RENAMED = date(2015, 1, 1), date(2025, 6, 1), 200, 200
HEADINGS = ["Tên đơn vị", "Loại hình", "Trực thuộc", "Mã trường", "CBGVNV", "Học sinh"]


def file_of(lines: int, words: str) -> bytes:
    out = BytesIO()
    with xlsxwriter.Workbook(out, {"in_memory": True}) as book:
        sheet = book.add_worksheet()
        sheet.write_row(0, 0, HEADINGS)
        for number in range(lines):
            name = f"Trường Tiểu học {words} {number}"
            sheet.write_row(number + 1, 0, [name, "TH", f"C{number % COMMUNES}", f"S{number}", 30, 400 + number % 90])
    return out.getvalue()


def seconds(what: str, act: Callable[[], object]) -> object:
    began = time.monotonic()
    found = act()
    print(f"{what:<40}{time.monotonic() - began:8.2f} s")
    return found


def main() -> None:
    order = {"decision": "bench", "on": OPENED, "by": None, "at": timezone.now()}
    department = actions.open_unit(new=NewUnit("Sở", UnitKind.DEPARTMENT), **order)
    new = [NewUnit(f"Xã {n}", UnitKind.COMMUNE, department.pk, {CodeScheme.AREA: f"C{n}"}) for n in range(COMMUNES)]
    actions.open_units(new=new, **order)
    look = {
        "file_name": "bench.xlsx", "decision": "bench", "on": DAY, "options": Options(), "reach": None, "by": 1,
        "at": timezone.now(),
    }  # fmt: skip
    imports.AT_ONCE = 10 * MOST_LINES
    content = file_of(MOST_LINES, "Hòa Sơn")
    seconds("reader alone", lambda: read_table(BytesIO(content), max_rows=MOST_LINES + 20, max_bytes=MOST_BYTES))
    found = seconds(f"look, {MOST_LINES} new", lambda: imports.check(content=content, **look))
    begin = {"reach": None, "by": 1, "at": timezone.now()}
    seconds(f"write, {MOST_LINES} new", lambda: imports.begin(unit_import=found, **begin))
    seconds(f"look, {MOST_LINES} unchanged", lambda: imports.check(content=content, **look))
    renamed = file_of(RENAMED, "Hòa Bình")
    found = seconds(f"look, {RENAMED} renamed", lambda: imports.check(content=renamed, **look))
    seconds(f"write, {RENAMED} renamed", lambda: imports.begin(unit_import=found, **begin))


if __name__ == "__main__":
    settings.DATABASES["default"].setdefault("TEST", {})["NAME"] = "bench_imports"
    old = setup_databases(verbosity=0, interactive=False)
    try:
        with TemporaryDirectory() as folder:
            settings.FILES_FOLDER = Path(folder)
            main()
    finally:
        teardown_databases(old, verbosity=0)

#!/usr/bin/env python3
"""10,000 documents numbered at once over 8 connections, some rolled back, some cut off: no gap, no repeat, how long.

Needs the demo built (`bin/demo --build-only`), and leaves its documents there: build the demo anew afterwards.

usage: .venv/bin/python bench/numbering.py [how many]
"""

from __future__ import annotations

import logging
import os
import sys
import time
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))
os.environ |= {"DJANGO_SETTINGS_MODULE": "config.settings", "DONGHANH_DEMO_DAY": "2025-06-16"}

import django

django.setup()

from donghanh.documents.models import Document
from donghanh.documents.tests.at_once import drafts, number_at_once
from donghanh.people.models import Account, Membership

THREADS = 8


def main(number: int) -> None:
    clerk = Account.objects.get(username="vanthu.so")
    unit = Membership.objects.filter(account=clerk).order_by("pk").select_related("unit")[0].unit
    logging.getLogger("psycopg.pool").setLevel(logging.ERROR)  # it tells of every connection that is cut on purpose
    rows = drafts(unit, by=clerk, number=number)
    mine = Document.objects.filter(pk__in=[row.pk for row in rows])
    started = time.perf_counter()
    faults = number_at_once(rows, by=clerk, threads=THREADS)
    taken = time.perf_counter() - started
    numbers = list(mine.order_by("number").values_list("number", flat=True))
    whole = numbers == list(range(numbers[0], numbers[0] + number))
    print(f"{number} documents, {THREADS} connections: {taken:.1f} s, {taken / number * 1000:.2f} ms each")
    print(f"no gap and no repeat: {whole}; faults: {faults}")
    print("the database was left with these documents: build the demo anew")


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 10_000)

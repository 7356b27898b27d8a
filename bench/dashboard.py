#!/usr/bin/env python3
"""A dashboard of 80 tiles on the demo's 531 schools: the frame, then its tiles in batches as the page asks for them.

Needs the demo built (`bin/demo --build-only`). The tiles are made by a seeded generator in a transaction that is rolled
back: every shape, one to three data, one to five years, areas, kinds of school and parts. The raw ceiling of the same
run is reading the roll-ups of all years once.

usage: .venv/bin/python bench/dashboard.py
"""

from __future__ import annotations

import os
import random
import sys
import time
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))
os.environ |= {"DJANGO_SETTINGS_MODULE": "config.settings", "DONGHANH_DEMO_DAY": "2025-06-16"}

import django
from numpy import median

django.setup()

from django.db import connection, transaction
from django.test import Client
from django.test.utils import CaptureQueriesContext

from donghanh.explorer import actions, queries
from donghanh.explorer.models import Dashboard
from donghanh.explorer.views_boards import TILES_AT_ONCE
from donghanh.kernel.clock import now, today
from donghanh.people.models import Account

TILES, TIMES, SEED = 80, 5, 3296
DATA = (
    "indicator:schools_with_outreach_rate", "indicator:schools_with_collaborator_team_rate",
    "indicator:staff_trained_rate", "element:staff_trained", "element:briefings_held", "rate:plan3296:actual_rate",
)  # fmt: skip
PERIODS = ("ky=THIS_SCHOOL_YEAR", "ky=LAST_SCHOOL_YEAR", "ky=LAST_5_SCHOOL_YEARS&ky=THIS_SCHOOL_YEAR")
LAYOUTS = (
    "hang=dv&cot=so",
    "hang=dv&cot=ky",
    "hang=ky&cot=so",
    "hang=loai&cot=so&loai=*",
    "hang=dv,loai&cot=so&loai=*",
)
SHAPES = ("bang", "cot", "duong", "dich", "bando")


def main() -> None:
    officer = Account.objects.get(username="so.gddt")
    with transaction.atomic():
        board = made(officer)
        client = Client()
        client.force_login(officer)
        runs = [opened(client, board) for _time in range(TIMES)]
        with connection.cursor() as cursor:
            began = time.perf_counter()
            cursor.execute("SELECT count(*), sum(sums[1]) FROM statistics_rollup")
            ceiling = time.perf_counter() - began
        transaction.set_rollback(True)
    frame, first, whole, busy = (median(column) for column in zip(*(run[:4] for run in runs), strict=True))
    print(f"frame {1000 * frame:.0f} ms, with the first {TILES_AT_ONCE} tiles {1000 * first:.0f} ms")
    print(f"all {TILES} tiles {1000 * whole:.0f} ms ({1000 * busy:.0f} ms of a core), {runs[-1][4]} queries")
    print(f"ceiling {1000 * ceiling:.1f} ms")


def made(officer: Account) -> Dashboard:
    office, dice = queries.own_office(officer, on=today()), random.Random(SEED)
    board = actions.make_dashboard(name="80 ô", office=office, by=officer, at=now())
    for number in range(TILES):
        data = "&".join(f"so={one}" for one in dice.sample(DATA, dice.randint(1, 3)))
        query = "&".join([data, dice.choice(PERIODS), dice.choice(LAYOUTS), f"hinh={dice.choice(SHAPES)}"])
        view = actions.keep_view(name=f"Ô {number}", query=query, office=office, by=officer, at=now())
        actions.put_on(dashboard=board, view=view, by=officer, at=now())
    return board


def opened(client: Client, board: Dashboard) -> tuple[float, float, float, float, int]:
    """Seconds to the frame, to the first batch, to the last one; of a core of this process; queries in all."""
    ids = [tile.pk for tile in queries.tiles_of(board)]
    marks, began, worked = [], time.perf_counter(), time.process_time()
    with CaptureQueriesContext(connection) as asked:
        assert client.get(f"/kham-pha/bang/{board.pk}/").status_code == 200
        marks.append(time.perf_counter() - began)
        for start in range(0, len(ids), TILES_AT_ONCE):
            batch = ",".join(map(str, ids[start : start + TILES_AT_ONCE]))
            assert client.get(f"/kham-pha/bang/{board.pk}/o/", {"o": batch}).status_code == 200
            marks.append(time.perf_counter() - began)
    return marks[0], marks[1], marks[-1], time.process_time() - worked, len(asked)


if __name__ == "__main__":
    main()

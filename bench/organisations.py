"""The dated tree at the size of a country: 45,000 units, five years. `.venv/bin/python bench/organisations.py`

Makes a database of its own, `bench_organisations`, and drops it. Prints how long the register takes to load, what an
event, a preview and an undoing cost, the milliseconds of "every unit below this province on this day" (p50, p95) beside
the fastest thing a database can do with the same answer (fetching the same ids by primary key, in the same run), and
the server's time for the pages of the tree. Goals: a subtree in 10 ms, a page in 200 ms.
"""
# Django is set up before models are imported

from __future__ import annotations

import os
import random
import sys
import time
from collections.abc import Callable
from datetime import date, timedelta
from functools import partial
from pathlib import Path

from numpy import median

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))
os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")

import django

django.setup()

from django.conf import settings
from django.db import connection
from django.test import Client
from django.test.utils import setup_databases, teardown_databases
from django.utils import timezone

from donghanh.kernel.verdict import Refused
from donghanh.organisations import actions, queries
from donghanh.organisations.choices import CodeScheme, UnitKind
from donghanh.organisations.models import Lineage, Unit, UnitEvent
from donghanh.organisations.previews import preview
from donghanh.organisations.rules import NewUnit
from donghanh.people.actions import give_role, open_account

SEED, OPENED, YEARS = 45_000, date(2015, 1, 1), range(2020, 2025)
LEVELS = [  # (kind, how many)
    (UnitKind.DEPARTMENT, 63),
    (UnitKind.DISTRICT_OFFICE, 700),
    (UnitKind.COMMUNE, 10_000),
    (UnitKind.PRIMARY_LOWER_SECONDARY, 34_237),
]
EVENTS_A_YEAR = 240
QUESTIONS = 400


def load(order: dict) -> dict[str, list[int]]:
    """The register, level by level; ids by kind."""
    dice, units, above = random.Random(SEED), {}, []
    for kind, total in LEVELS:
        parents = [above[number % len(above)] if above else None for number in range(total)]
        dice.shuffle(parents)
        new = [
            NewUnit(f"{kind.label} {number}", kind, parent, {CodeScheme.OWN: f"{kind}-{number}"})
            for number, parent in enumerate(parents)
        ]
        above = units[kind] = [unit.pk for unit in actions.open_units(new=new, on=OPENED, **order)]
    return units


def change(units: dict[str, list[int]], order: dict) -> int:
    """Five years of events in the order of their days; how many the rules refused."""
    dice, refused = random.Random(SEED + 1), 0
    districts, communes, schools = (units[kind] for kind, _ in LEVELS[1:])
    for year in YEARS:
        for number in range(EVENTS_A_YEAR):
            on = date(year, 1, 1) + timedelta(days=360 * number // EVENTS_A_YEAR)
            try:
                match dice.choice(["merge", "transfer", "transfer", "rename", "close", "district"]):
                    case "merge":  # two communes of anywhere become one: its schools come along
                        new = NewUnit(f"Xã mới {year}-{number}", UnitKind.COMMUNE, dice.choice(districts))
                        actions.merge(sources=dice.sample(communes, 2), into=new, on=on, **order)
                    case "transfer":
                        actions.transfer(units=dice.sample(schools, 10), to=dice.choice(communes), on=on, **order)
                    case "rename":
                        actions.rename(unit=dice.choice(schools), name=f"Trường {year}-{number}", on=on, **order)
                    case "close":
                        actions.close_unit(unit=dice.choice(schools), on=on, **order)
                    case "district" if number % 20 == 0:
                        to = dice.choice(units[UnitKind.DEPARTMENT])
                        actions.transfer(units=[dice.choice(districts)], to=to, on=on, **order)
            except Refused:
                refused += 1
    return refused


def milliseconds(ask: Callable[[int, date], object], questions: list[tuple[int, date]]) -> list[float]:
    taken = []
    for question in questions:
        start = time.perf_counter()
        ask(*question)
        taken.append((time.perf_counter() - start) * 1000)
    return sorted(taken)


def by_primary_key(ids: list[int]) -> None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT id FROM organisations_unit WHERE id = ANY(%s)", [ids])
        cursor.fetchall()


def measure(provinces: list[int]) -> None:
    dice = random.Random(SEED + 2)
    questions = [
        (dice.choice(provinces), date(2019, 6, 1) + timedelta(days=dice.randrange(2200))) for _ in range(QUESTIONS)
    ]
    answers = {question: queries.descendant_ids(question[0], on=question[1]) for question in questions}
    ways = {
        "ids below": lambda unit, on: queries.descendant_ids(unit, on=on),
        "ids by primary key (ceiling)": lambda unit, on: by_primary_key(answers[unit, on]),
        "units below with name, kind, parent": lambda unit, on: list(queries.descendants(unit, on=on)),
        "ancestors of one unit": lambda unit, on: queries.ancestors(answers[unit, on][-1], on=on),
    }
    p50 = {}
    sizes = sorted(map(len, answers.values()))
    print(f"answers hold {sizes[0]} to {sizes[-1]} units, {median(sizes):.0f} in the middle")
    for name, ask in ways.items():
        taken = milliseconds(ask, questions)
        p50[name] = median(taken)
        print(f"{name:40} p50 {p50[name]:7.2f} ms   p95 {taken[int(len(taken) * 0.95)]:7.2f} ms")
    ratio = p50["ids below"] / p50["ids by primary key (ceiling)"]
    print(f"ids below / ceiling: {ratio:.2f}")
    unit, on = questions[0]
    print(Lineage.objects.filter(ancestor=unit, valid__contains=on).values_list("descendant_id").explain(analyze=True))


def measure_events(units: dict[str, list[int]], order: dict) -> None:
    """A year later: what one event, its preview and its undoing cost at this size."""
    dice, on = random.Random(SEED + 3), date(2026, 1, 1)
    schools = [unit.pk for unit in queries.units_on(on).filter(kind=UnitKind.PRIMARY_LOWER_SECONDARY)[:2000]]
    communes = [unit.pk for unit in queries.units_on(on).filter(kind=UnitKind.COMMUNE)[:2000]]
    districts = [unit.pk for unit in queries.units_on(on).filter(kind=UnitKind.DISTRICT_OFFICE)[:300]]
    provinces = units[UnitKind.DEPARTMENT]
    common = {"on": on, **order}
    acts = {
        "rename a school": lambda: partial(
            actions.rename, unit=dice.choice(schools), name=f"Trường {dice.random()}", **common
        ),
        "transfer a school": lambda: partial(
            actions.transfer, units=[dice.choice(schools)], to=dice.choice(communes), **common
        ),
        "merge two communes": lambda: partial(
            actions.merge,
            sources=[communes.pop(), communes.pop()],
            into=NewUnit("Xã mới", UnitKind.COMMUNE, dice.choice(districts)),
            **common,
        ),
        "transfer a district": lambda: partial(
            actions.transfer, units=[districts.pop()], to=dice.choice(provinces), **common
        ),
    }
    for name, draw in acts.items():
        taken: dict[str, list[float]] = {"preview": [], "event": [], "undo": []}
        for _ in range(20):
            act = draw()
            try:
                taken["preview"].append(seconds(lambda act=act: preview(act, on=on)))
            except Refused:
                continue
            taken["event"].append(seconds(act))
            last = UnitEvent.objects.order_by("-pk")[:1].get()
            undoing = partial(actions.undo, event=last, reason="Đo", by=None, at=order["at"])
            taken["undo"].append(seconds(undoing))
        told = "   ".join(f"{what} p50 {median(times) * 1000:6.1f} ms" for what, times in taken.items())
        print(f"{name:24} {told}")


def seconds(act: Callable[[], object]) -> float:
    start = time.perf_counter()
    act()
    return time.perf_counter() - start


def measure_pages(units: dict[str, list[int]]) -> None:
    """The server's time for a page, beside the same rows by one plain SQL statement."""
    settings.ALLOWED_HOSTS = ["testserver"]
    settings.STORAGES["staticfiles"]["BACKEND"] = "django.contrib.staticfiles.storage.StaticFilesStorage"
    department = units[UnitKind.DEPARTMENT][0]
    account = open_account(username="bench", full_name="Đo", password="x" * 12, by=None, at=timezone.now())
    role = {"account": account, "unit": Unit.objects.get(pk=department), "role": "department_administrator"}
    give_role(**role, since=date(2019, 1, 1), until=None, by=None, at=timezone.now())
    client = Client()
    client.force_login(account)
    district = queries.children(department, on=date(2025, 1, 1))[0].pk
    pages = {
        "register": "/don-vi/",
        "register, searched": "/don-vi/?q=truong+12",
        "register, page 400": "/don-vi/?page=400",
        "tree": "/don-vi/cay/",
        "tree, two branches open": f"/don-vi/cay/?mo={department},{district}",
        "unit: a Department": f"/don-vi/{department}/",
        "unit: a district": f"/don-vi/{district}/",
        "form of a transfer": f"/don-vi/{district}/bien-dong/chuyen/",
    }
    plain = median(milliseconds(fifty_by_one_statement, [(0, date(2025, 1, 1))] * 20))
    print(f"{'fifty units of a day by one plain statement':40} p50 {plain:7.2f} ms")
    for name, address in pages.items():
        assert client.get(address).status_code == 200, name
        taken = [seconds(partial(client.get, address)) * 1000 for _ in range(15)]
        p50 = median(taken)
        print(f"{name:40} p50 {p50:7.1f} ms   max {max(taken):7.1f} ms   {p50 / plain:6.0f} times the plain statement")


def fifty_by_one_statement(_unit: int, on: date) -> None:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT unit_id, name FROM organisations_unitname WHERE valid @> %s ORDER BY name_sort LIMIT 50", [on]
        )
        cursor.fetchall()


def main() -> None:
    connection.settings_dict["TEST"]["NAME"] = "bench_organisations"
    before = setup_databases(verbosity=0, interactive=False)
    try:
        order = {"decision": "QĐ 1", "by": None, "at": timezone.now()}
        start = time.perf_counter()
        units = load(order)
        print(f"{Unit.objects.count():,} units loaded in {time.perf_counter() - start:.1f} s")
        start = time.perf_counter()
        refused = change(units, order)
        events, taken = UnitEvent.objects.count() - len(LEVELS), time.perf_counter() - start
        print(f"{events:,} events in {taken:.1f} s, {taken / events * 1000:.0f} ms each ({refused} refused)")
        with connection.cursor() as cursor:
            cursor.execute("VACUUM ANALYZE")
        print(f"{Lineage.objects.count():,} rows of closure")
        measure(units[UnitKind.DEPARTMENT])
        measure_events(units, order)
        measure_pages(units)
    finally:
        teardown_databases(before, verbosity=0)


if __name__ == "__main__":
    main()

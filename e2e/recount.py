"""The recount of the journey: plain Python over the stored sendings, sharing no line with the product."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, field
from datetime import date

import psycopg


@dataclass
class Tally:
    expected: int = 0
    accepted: int = 0
    sums: dict[str, float] = field(default_factory=lambda: defaultdict(float))

    def share(self, numerator: str, denominator: str) -> tuple[int, int]:
        """Both sides of a ratio, every breakdown of an item added up."""

        def total(item: str) -> int:
            return round(sum(value for cell, value in self.sums.items() if cell.split("[")[0] == item))

        return total(numerator), self.expected if denominator == "schools_total" else total(denominator)


def cells_of(document: dict) -> list[str]:
    """The order of a stored array, read from the form's own document."""
    order = []
    for section in document["sections"]:
        for item in section["items"]:
            if item["kind"] == "text":
                continue
            options = document["breakdowns"][item["breakdown"]] if item.get("breakdown") else [None]
            order += [item["code"] + (f"[{option['code']}]" if option else "") for option in options]
    return order


def tallies(database: psycopg.Connection, period: str) -> dict[str, Tally]:
    """Name of each unit above a school (and "kind:…" of each kind) → its tally for one period."""
    collection, day, document = database.execute(
        """SELECT c.id, p.reference_day, v.document FROM reporting_collection c
           JOIN periods_period p ON p.id = c.period_id
           JOIN questionnaires_formversion v ON v.id = c.form_version_id WHERE p.code = %s""",
        [period],
    ).fetchone()
    names = on_day(database, "SELECT unit_id, name FROM organisations_unitname WHERE valid @> %s::date", day)
    parents = on_day(database, "SELECT unit_id, parent_id FROM organisations_unitparent WHERE valid @> %s::date", day)
    kinds = on_day(database, "SELECT unit_id, kind FROM organisations_unittype WHERE valid @> %s::date", day)
    order = cells_of(document)
    found: dict[str, Tally] = defaultdict(Tally)
    rows = database.execute(
        """SELECT e.unit_id, s.state, v.numbers FROM reporting_expectedreport e
           JOIN reporting_submission s ON s.expected_id = e.id
           LEFT JOIN reporting_submissionversion v ON v.id = s.latest_id WHERE e.collection_id = %s""",
        [collection],
    )
    for unit, state, numbers in rows.fetchall():
        places = ["kind:" + kinds[unit]]
        above = parents.get(unit)
        while above is not None:
            places.append(names[above])
            above = parents.get(above)
        for place in places:
            found[place].expected += 1
            if state not in ("accepted", "locked"):
                continue
            found[place].accepted += 1
            for cell, number in zip(order, numbers, strict=True):
                found[place].sums[cell] += number or 0
    return dict(found)


def on_day(database: psycopg.Connection, query: str, day: date) -> dict:
    return dict(database.execute(query, [day]).fetchall())

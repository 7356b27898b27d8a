"""Keeps `Lineage` exact: where a unit's way up has changed, its rows and those of all below it are made anew."""

from __future__ import annotations

from collections.abc import Collection
from datetime import date

from django.db import connection

from donghanh.organisations.models import DATED_ROWS, Lineage, Unit

AFFECTED = """
SELECT unnest(%(changed)s::bigint[])
UNION
SELECT descendant_id FROM organisations_lineage
WHERE ancestor_id = ANY(%(changed)s) AND valid && daterange(%(on)s, NULL)
"""
FORGET = "DELETE FROM organisations_lineage WHERE descendant_id = ANY(%(units)s)"
# The bound on `depth`: a circle, which no rule lets through, meets the exclusion constraint instead of running on.
RECKON = """
WITH RECURSIVE up (descendant, ancestor, depth, valid) AS (
  SELECT id, id, 0, existence FROM organisations_unit WHERE id = ANY(%(units)s)
  UNION ALL
  SELECT up.descendant, link.parent_id, up.depth + 1, up.valid * link.valid
  FROM up JOIN organisations_unitparent link ON link.unit_id = up.ancestor AND link.valid && up.valid
  WHERE up.depth < 100
)
INSERT INTO organisations_lineage (ancestor_id, descendant_id, depth, valid)
SELECT ancestor, descendant, depth, unnest(range_agg(valid)) FROM up GROUP BY ancestor, descendant, depth
"""


def rebuild(changed: Collection[int], *, on: date) -> None:
    """Make the closure right again after the parent or the existence of these units changed from `on`."""
    with connection.cursor() as cursor:
        cursor.execute(AFFECTED, {"changed": list(changed), "on": on})
        units = [row[0] for row in cursor.fetchall()]
        cursor.execute(FORGET, {"units": units})
        cursor.execute(RECKON, {"units": units})


def count_rows() -> None:
    """Tell the planner at once how full the tables are; left to itself it takes up to a minute of slow plans to see."""
    tables = ", ".join(model._meta.db_table for model in (Unit, Lineage, *DATED_ROWS))
    with connection.cursor() as cursor:
        cursor.execute(f"ANALYZE {tables}")

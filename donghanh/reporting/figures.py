"""From accepted sendings to figures: one round laid out as one wide partition with its roll-ups."""

from __future__ import annotations

import logging
import random
from collections.abc import Collection as Collection_
from datetime import date, datetime
from typing import Any

import numpy as np
from django.conf import settings
from django.db import transaction
from django.db.models import Count, Sum
from numpy.typing import NDArray

from donghanh.kernel.copy_out import copied_out
from donghanh.organisations.choices import UnitKind
from donghanh.organisations.queries import mark_of_tree, parents_above
from donghanh.reporting.choices import COUNTED, STANDING
from donghanh.reporting.models import Collection, FactChange, FigureFault
from donghanh.reporting.queries import layout_of
from donghanh.reporting.recount import differences
from donghanh.statistics.actions import Block, hold, patch_partition, write_partition
from donghanh.statistics.models import Partition

# A unit that closed between the round's opening and the reference day is not counted. Every field has one size: numbers
# go as the bytes of an array without NULL, -0 where missing (`statistics.rollup`), a -0 that was typed as 0.
ROWS = """
COPY (
    SELECT e.unit_id, coalesce(array_position(%(kinds)s::text[], t.kind::text), 0) - 1,
        (s.state = ANY(%(standing)s))::int,
        (s.state = ANY(%(standing)s) AND (first.sent_at AT TIME ZONE %(zone)s)::date <= e.grace_on)::int,
        (s.state = ANY(%(counted)s))::int,
        array_send(CASE WHEN s.state = ANY(%(counted)s)
            THEN array_replace(array_replace(v.numbers, 0, 0), NULL, '-0'::float8)
            ELSE array_fill('-0'::float8, ARRAY[%(cells)s::int]) END)
    FROM reporting_submission s
    JOIN reporting_expectedreport e ON e.id = s.expected_id
    JOIN organisations_unit u ON u.id = e.unit_id AND u.existence @> %(on)s::date
    LEFT JOIN organisations_unittype t ON t.unit_id = e.unit_id AND t.valid @> %(on)s::date
    LEFT JOIN reporting_submissionversion v ON v.id = s.latest_id
    LEFT JOIN reporting_submissionversion first ON first.submission_id = s.id AND first.number = 1
    WHERE e.collection_id = %(collection)s AND (%(submissions)s::bigint[] IS NULL OR s.id = ANY(%(submissions)s))
    ORDER BY e.unit_id
) TO STDOUT (FORMAT BINARY)
"""
KINDS = list(UnitKind.values)
ROUNDS, UNITS = 5, 40  # that are counted again each night
log = logging.getLogger(__name__)


@transaction.atomic
def lay_out(*, collection_id: int, at: datetime, whole: bool = False) -> Partition:
    """Bring the partition of one round up to date with its sendings and take its changes off the outbox.

    Only the changed reports are read; the whole round where it is asked, where a change names no report, or where there
    is no partition of this very tree and list of units to go on from. Both ways give the same, bit by bit. A change
    written while this runs stays on the outbox for the next run: only those seen at the start are removed.
    """
    collection = Collection.objects.select_related("period", "owner", "form_version__form").get(pk=collection_id)
    key: dict[str, Any] = {"layout": layout_of(collection), "period": collection.period, "owner": collection.owner}
    hold(**key)
    seen = dict(FactChange.objects.filter(collection=collection).order_by("pk").values_list("pk", "submission"))
    key |= {"columns": [cell.code for cell in collection.form_version.definition.cells], "mark": _mark(collection)}
    partition = None
    if not whole and None not in seen.values():
        changed = _read(collection, sorted({pk for pk in seen.values() if pk}))
        partition = patch_partition(**key, changed=changed, at=at)
    if partition is None:
        block = _read(collection)
        parents = parents_above(block.unit_ids.tolist(), on=collection.period.reference_day)
        partition = write_partition(**key, block=block, parents=parents, at=at)
        collection.figure_faults.filter(mended_at=None).update(mended_at=at)
    FactChange.objects.filter(pk__in=seen).delete()
    return partition


def recheck(*, on: date, at: datetime) -> list[FigureFault]:
    """Count some units of some rounds again, from the sendings and one by one; another choice each day.

    What differs is kept and told on the board, and its round is laid out whole by the next sweep.
    """
    chance = random.Random(on.toordinal())  # noqa: S311  # the same day asks the same again
    laid_out = list(Collection.objects.select_related("period", "owner", "form_version__form").order_by("pk"))
    some = chance.sample(laid_out, min(ROUNDS, len(laid_out)))
    return [fault for collection in some if (fault := _recheck(collection, chance, at))]


@transaction.atomic
def _recheck(collection: Collection, chance: random.Random, at: datetime) -> FigureFault | None:
    key: dict[str, Any] = {"layout": layout_of(collection), "period": collection.period, "owner": collection.owner}
    hold(**key)
    partition = Partition.objects.filter(**key).order_by("pk").first()
    if partition is None:
        return None
    units = list(partition.rollups.order_by("unit").values_list("unit", flat=True).distinct())
    found = differences(collection, chance.sample(units, min(UNITS, len(units))))
    if not found or FactChange.objects.filter(collection=collection).exists():  # something was sent meanwhile
        return None
    log.error("Figures of round %s differ from its sendings in %s places: %s", collection.pk, len(found), found[0])
    FactChange.objects.create(collection=collection, at=at)
    return FigureFault.objects.create(collection=collection, found=len(found), example=found[0], at=at)


def _mark(collection: Collection) -> str:
    """The same as long as the tree of the reference day and the list of units that were to report stay as they are."""
    listed = collection.expected.aggregate(units=Count("pk"), which=Sum("pk"))
    return f"{mark_of_tree(on=collection.period.reference_day)}:{listed['units']}:{listed['which']}"


def _read(collection: Collection, submissions: Collection_[int] | None = None) -> Block:
    """The rows of a round, or of these of its reports, as they stand: by PostgreSQL's bytes, no object a number."""
    cells = len(collection.form_version.definition.cells)
    given = {
        "kinds": KINDS, "standing": list(STANDING), "counted": list(COUNTED), "zone": settings.TIME_ZONE,
        "cells": cells, "on": collection.period.reference_day, "collection": collection.pk,
        "submissions": None if submissions is None else list(submissions),
    }  # fmt: skip
    records = _records(copied_out(ROWS, given), cells)
    if (records["kind"] < 0).any():
        raise ValueError(f"units without a kind: {records['unit'][records['kind'] < 0][:10].tolist()}")
    return Block(
        unit_ids=records["unit"].astype(np.int64),
        groups=[KINDS[kind] for kind in records["kind"].tolist()],
        sent=records["sent"] == 1,
        on_time=records["on_time"] == 1,
        reported=records["reported"] == 1,
        values=records["numbers"]["value"].astype(np.float64, order="F"),
    )


def _records(content: memoryview, cells: int) -> NDArray[np.void]:
    """The fields of ROWS. ValueError where a sending has another number of cells than its form."""
    number = np.dtype([("size", ">i4"), ("value", ">f8")])
    flags = [(f"{name}{part}", ">i4") for name in ("kind", "sent", "on_time", "reported") for part in ("_size", "")]
    record = np.dtype([
        ("fields", ">i2"), ("unit_size", ">i4"), ("unit", ">i8"), *flags,
        ("numbers_size", ">i4"), ("numbers_head", ">i4", 5), ("numbers", number, (cells,)),
    ])  # fmt: skip
    if len(content) % record.itemsize:
        raise ValueError(f"a sending does not have the {cells} cells of its form")
    return np.frombuffer(content, record) if content else np.empty(0, record)

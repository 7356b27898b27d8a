"""From accepted sendings to figures: one round laid out as one wide partition with its roll-ups."""

from __future__ import annotations

from datetime import datetime
from typing import Any

import numpy as np
from django.db import transaction
from django.db.models import FilteredRelation, Q
from django.utils import timezone

from donghanh.organisations.models import UnitType
from donghanh.organisations.queries import lineage_pairs
from donghanh.reporting.choices import COUNTED, STANDING
from donghanh.reporting.models import Collection, FactChange, Submission
from donghanh.reporting.queries import layout_of
from donghanh.statistics.actions import Block, hold, write_partition
from donghanh.statistics.models import Partition


@transaction.atomic
def lay_out(*, collection_id: int, at: datetime) -> Partition:
    """Write the partition of one round from its accepted sendings and take its changes off the outbox.

    A change written while this runs stays on the outbox for the next run: only those seen at the start are removed.
    """
    collection = Collection.objects.select_related("period", "owner", "form_version__form").get(pk=collection_id)
    key: dict[str, Any] = {"layout": layout_of(collection), "period": collection.period, "owner": collection.owner}
    hold(**key)
    seen = list(FactChange.objects.filter(collection=collection).order_by("pk").values_list("pk", flat=True))
    cells = [cell.code for cell in collection.form_version.definition.cells]
    day = collection.period.reference_day
    rows = list(  # a unit that closed between the round's opening and the reference day is not counted
        Submission.objects.filter(expected__collection=collection, expected__unit__existence__contains=day)
        .annotate(first=FilteredRelation("versions", condition=Q(versions__number=1)))
        .order_by("expected__unit")
        .values_list("expected__unit", "state", "first__sent_at", "expected__grace_on", "latest__numbers")
    )
    unit_ids = [unit for unit, *_ in rows]
    values = np.full((len(rows), len(cells)), np.nan)
    for row, (*_, state, numbers) in enumerate((unit, state, numbers) for unit, state, _, _, numbers in rows):
        if state in COUNTED:
            values[row] = [np.nan if number is None else number for number in numbers]
    kinds = dict(UnitType.objects.filter(unit__in=unit_ids, valid__contains=day).values_list("unit", "kind"))
    block = Block(
        unit_ids=np.array(unit_ids, dtype=np.int64),
        groups=[kinds[unit] for unit in unit_ids],
        sent=np.array([state in STANDING for _, state, *_ in rows], dtype=bool),
        on_time=np.array(
            [state in STANDING and timezone.localdate(first) <= grace for _, state, first, grace, _ in rows], dtype=bool
        ),
        reported=np.array([state in COUNTED for _, state, *_ in rows], dtype=bool),
        values=values,
    )
    partition = write_partition(**key, columns=cells, block=block, pairs=lineage_pairs(unit_ids, on=day), at=at)
    FactChange.objects.filter(pk__in=seen).delete()
    return partition

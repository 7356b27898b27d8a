"""The slow, plain recount: from the stored sendings and each unit's parent, one at a time, no array and no closure.

What the fast way must equal; run nightly on a sample, by hand on everything, and by the journey that reads the PDF.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection as Collection_
from collections.abc import Container
from dataclasses import dataclass, field
from datetime import datetime

from django.utils import timezone

from donghanh.organisations.models import UnitParent, UnitType
from donghanh.reporting.choices import COUNTED, STANDING
from donghanh.reporting.models import Collection, Submission, SubmissionVersion
from donghanh.reporting.queries import layout_of
from donghanh.statistics.actions import EXPECTED_UNITS
from donghanh.statistics.models import Rollup


@dataclass
class Count:
    """Of one unit with all below it, or of one kind of unit there."""

    expected: int = 0
    sent: int = 0
    on_time: int = 0
    reported: int = 0
    sums: dict[str, float] = field(default_factory=lambda: defaultdict(float))  # column → sum; absent: nobody filled it


type Counts = dict[tuple[int, str], Count]


def _counts(count: Count | Rollup) -> tuple[int, int, int, int]:
    return count.expected, count.sent, count.on_time, count.reported


def recount(collection: Collection, only: Container[int] | None = None) -> Counts:
    """(unit, kind or "") → its count, for every unit at or above one that was to report, or for these units alone."""
    day = collection.period.reference_day
    parents = dict(UnitParent.objects.filter(valid__contains=day).order_by("pk").values_list("unit", "parent"))
    kinds = dict(UnitType.objects.filter(valid__contains=day).order_by("pk").values_list("unit", "kind"))
    cells = [cell.code for cell in collection.form_version.definition.cells]
    counts: Counts = defaultdict(Count)
    rows = Submission.objects.filter(expected__collection=collection).select_related("expected", "latest")
    first = dict(
        SubmissionVersion.objects.filter(submission__in=rows, number=1)
        .order_by("pk")
        .values_list("submission", "sent_at")
    )
    for report in rows.order_by("pk").iterator(chunk_size=1000):
        place: int | None = report.expected.unit_id
        kind = kinds.get(report.expected.unit_id)
        if kind is None:  # closed before the reference day
            continue
        while place is not None:
            for group in ("", kind) if only is None or place in only else ():
                _add(counts[place, group], report, first.get(report.pk), cells)
            place = parents.get(place)
    return dict(counts)


def _add(count: Count, report: Submission, first: datetime | None, cells: list[str]) -> None:
    count.expected += 1
    count.sums[EXPECTED_UNITS] += 1
    if first and report.state in STANDING:
        count.sent += 1
        count.on_time += timezone.localdate(first) <= report.expected.grace_on
    if report.state not in COUNTED or report.latest is None:
        return
    count.reported += 1
    for cell, number in zip(cells, report.latest.numbers, strict=True):
        if number is not None:
            count.sums[cell] += number


def differences(collection: Collection, only: Collection_[int] | None = None) -> list[str]:
    """Every roll-up of a round, or of these units of it, that does not equal the recount; empty when all is well."""
    found, truth = [], recount(collection, only)
    rollups = Rollup.objects.filter(
        partition__layout=layout_of(collection),
        partition__period=collection.period,
        partition__owner=collection.owner_id,
    )
    if only is not None:
        rollups = rollups.filter(unit__in=only)
    for row in rollups.select_related("partition").order_by("unit", "group"):
        count = truth.get((row.unit_id, row.group), Count())
        if _counts(row) != _counts(count):
            found.append(f"{row.unit_id} {row.group}: {_counts(row)} ≠ {_counts(count)}")
        for column, total in zip(row.partition.columns, row.sums, strict=True):
            if total != (count.sums[column] if column in count.sums else None):
                found.append(f"{row.unit_id} {row.group} {column}: {total} ≠ {count.sums.get(column)}")
    offices = {unit for unit, group in truth if not group}
    missing = {row for row in truth if row[0] in offices} - {(row.unit_id, row.group) for row in rollups}
    leaves = set(Submission.objects.filter(expected__collection=collection).values_list("expected__unit", flat=True))
    return found + [f"{unit} {group}: no roll-up" for unit, group in sorted(missing) if unit not in leaves]

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from functools import partial
from typing import Any

import numpy as np
from django.db import connection, models, transaction
from numpy.typing import NDArray

from donghanh.audit import actions as audit
from donghanh.periods.models import Period
from donghanh.statistics import facts
from donghanh.statistics.language import parse
from donghanh.statistics.models import DataElement, Indicator, Partition, Target
from donghanh.statistics.postgres_copy import COLUMNS, copy_stream
from donghanh.statistics.rollup import Sums, roll_up

GONE = """
DELETE FROM statistics_rollup AS old WHERE partition_id = %(partition)s
AND NOT EXISTS (SELECT FROM fresh WHERE (fresh.unit_id, fresh."group") = (old.unit_id, old."group"))
"""
DIFFERENT = """
MERGE INTO statistics_rollup AS old USING fresh
ON (old.partition_id, old.unit_id, old."group") = (%(partition)s, fresh.unit_id, fresh."group")
WHEN MATCHED AND (old.sums, old.expected, old.reported) IS DISTINCT FROM (fresh.sums, fresh.expected, fresh.reported)
THEN UPDATE SET sums = fresh.sums, expected = fresh.expected, reported = fresh.reported
WHEN NOT MATCHED THEN INSERT (partition_id, unit_id, "group", sums, expected, reported)
VALUES (fresh.partition_id, fresh.unit_id, fresh."group", fresh.sums, fresh.expected, fresh.reported)
"""
EXPECTED_UNITS = "schools_total"  # the column that counts each unit that was to report, whether it did or not


def hold(*, layout: str, period: Period) -> None:
    """Let nobody else write this partition until the caller's transaction ends; wait while another does.

    Call before reading the sendings to lay out: a slower job would else lay older ones over newer.
    """
    with connection.cursor() as cursor:
        name = f"statistics.partition {period.pk} {layout}"
        cursor.execute("SELECT pg_advisory_xact_lock(hashtextextended(%s, 0))", [name])


@transaction.atomic
def write_partition(
    *,
    layout: str,
    columns: Sequence[str],
    period: Period,
    unit_ids: NDArray[np.int64],
    values: NDArray[np.float64],
    reported: NDArray[np.bool_],
    groups: Sequence[str],
    pairs: Sequence[tuple[int, int]] | NDArray[np.int64],
    at: datetime,
) -> Partition:
    """Lay out one form version's figures of one period: the Parquet file and every roll-up, replaced as one.

    A row a unit that was to report. `values` is rows × columns, NaN where not filled; those of a unit that has not
    reported are not taken. `schools_total` is 1 in every row, and is added where `columns` lack it. `groups` names each
    row's kind; `pairs` are (ancestor, descendant), each unit's own pair included, on the period's reference day.
    Readers see the old figures or the new. No audit row: the deed is the sending, this only counts it.
    ValueError where the shapes do not match, a unit or column comes twice, or a unit stands nowhere in the tree.
    """
    _check_shapes(columns, unit_ids, values, reported, groups)
    columns, values = _with_expected(columns, values, reported)
    sums = roll_up(unit_ids, values, reported, groups, pairs)
    hold(layout=layout, period=period)
    before = Partition.objects.filter(layout=layout, period=period).order_by("id").first()
    partition, _created = Partition.objects.update_or_create(
        layout=layout, period=period, defaults={"columns": columns, "rows": len(unit_ids), "written_at": at}
    )
    prefix = str(partition.pk)
    facts.remove_files(prefix, but=before.file_name if before else "")  # of writes that were rolled back
    partition.file_name = facts.write_file(
        prefix, columns=columns, unit_ids=unit_ids, groups=groups, reported=reported, values=values
    )
    partition.save(update_fields=["file_name"])
    _replace_rollups(partition, sums)
    if before:
        transaction.on_commit(partial(facts.remove_file, before.file_name))
    return partition


def _with_expected(
    columns: Sequence[str], values: NDArray[np.float64], reported: NDArray[np.bool_]
) -> tuple[list[str], NDArray[np.float64]]:
    """Every row counts as one expected unit; a unit that has not reported has nothing else."""
    taken = np.where(reported[:, None], values, np.nan)
    if EXPECTED_UNITS not in columns:
        return [*columns, EXPECTED_UNITS], np.column_stack([taken, np.ones(len(taken))])
    taken[:, columns.index(EXPECTED_UNITS)] = 1
    return list(columns), taken


def _check_shapes(
    columns: Sequence[str],
    unit_ids: NDArray[np.int64],
    values: NDArray[np.float64],
    reported: NDArray[np.bool_],
    groups: Sequence[str],
) -> None:
    shapes = values.shape, len(reported), len(groups)
    if shapes != ((len(unit_ids), len(columns)), len(unit_ids), len(unit_ids)):
        raise ValueError(f"{len(unit_ids)} units and {len(columns)} columns do not fit {shapes}")
    if len(np.unique(unit_ids)) != len(unit_ids):
        raise ValueError("a unit comes twice")
    if len({*columns, *facts.OWN_COLUMNS}) != len(columns) + len(facts.OWN_COLUMNS):
        raise ValueError("a column comes twice")


def _replace_rollups(partition: Partition, sums: Sums) -> None:
    """Write only the rows that differ: after one sending these are its school's and those above it."""
    with connection.cursor() as cursor:
        cursor.execute(f"CREATE TEMPORARY TABLE fresh ({COLUMNS}) ON COMMIT DROP")
        with cursor.copy("COPY fresh FROM STDIN (FORMAT BINARY)") as copy:
            copy.write(copy_stream(partition.pk, sums))
        cursor.execute(GONE, {"partition": partition.pk})
        cursor.execute(DIFFERENT, {"partition": partition.pk})
        cursor.execute("DROP TABLE fresh")  # the same transaction may lay out another partition


@transaction.atomic
def define(document: Mapping[str, Any], *, at: datetime) -> int:
    """Load data elements, indicators and general targets; the answer is how many rows were new or changed.

    What the document does not name stays as it is. ExpressionFault where an indicator's expression cannot be read,
    UnknownElement where it names an element that nobody has defined.
    """
    changed = sum(_set(DataElement, at, {"code": element["code"]}, element) for element in document["elements"])
    known = set(DataElement.objects.order_by("code").values_list("code", flat=True))
    for position, indicator in enumerate(document["indicators"], start=1):
        fields = {name: content for name, content in indicator.items() if name != "targets"} | {"position": position}
        for item in (*parse(fields["numerator"]).items, *parse(fields["denominator"]).items):
            if item.element not in known:
                raise item.unknown()
        changed += _set(Indicator, at, {"code": fields["code"]}, fields)
        row = Indicator.objects.get(code=fields["code"])
        for target in indicator["targets"]:
            changed += _set(Target, at, {"indicator": row, "unit": None, "year": target["year"]}, target)
    return changed


def _set(model: type[models.Model], at: datetime, key: dict[str, Any], fields: Mapping[str, Any]) -> bool:
    """Write and log the row unless it stands so already."""
    rows: models.QuerySet[models.Model] = models.QuerySet(model)
    if rows.filter(**{**key, **fields}).exists():
        return False
    row, _created = rows.update_or_create(**key, defaults=fields)
    audit.record(verb="statistics.defined", on=row, by=None, at=at)
    return True

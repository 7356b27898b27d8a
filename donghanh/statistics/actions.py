from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import datetime
from functools import partial
from typing import Any

import numpy as np
from django.db import connection, models, transaction

from donghanh.audit import actions as audit
from donghanh.organisations.models import Unit
from donghanh.periods.models import Period
from donghanh.statistics import facts
from donghanh.statistics.actions_checks import look_at_finding
from donghanh.statistics.answers import definitions
from donghanh.statistics.choices import EXPECTED_UNITS
from donghanh.statistics.language import check_cycles, parse, settle
from donghanh.statistics.models import DataElement, Indicator, OutlierRule, Partition, Predictor, Target, ValidationRule
from donghanh.statistics.postgres_copy import COLUMNS, copy_stream
from donghanh.statistics.rollup import COUNTS, MISSING, Block, Parents, Sums, coded, plan, roll_up

__all__ = [
    "EXPECTED_UNITS", "Block", "coded", "define", "hold", "look_at_finding", "patch_partition", "queue_checks",
    "write_partition",
]  # fmt: skip
GONE = """
DELETE FROM statistics_rollup AS old WHERE partition_id = %(partition)s
AND NOT EXISTS (SELECT FROM fresh WHERE (fresh.unit_id, fresh."group") = (old.unit_id, old."group"))
"""
CONTENT = ("sums", *COUNTS)
DIFFERENT = f"""
MERGE INTO statistics_rollup AS old USING fresh
ON (old.partition_id, old.unit_id, old."group") = (%(partition)s, fresh.unit_id, fresh."group")
WHEN MATCHED
    AND ({", ".join(f"old.{n}" for n in CONTENT)}) IS DISTINCT FROM ({", ".join(f"fresh.{n}" for n in CONTENT)})
THEN UPDATE SET {", ".join(f"{n} = fresh.{n}" for n in CONTENT)}
WHEN NOT MATCHED THEN INSERT (partition_id, unit_id, "group", {", ".join(CONTENT)})
VALUES (fresh.partition_id, fresh.unit_id, fresh."group", {", ".join(f"fresh.{n}" for n in CONTENT)})
"""
GENERAL = {"unit": None, "group": "", "period": None, "ended_at": None}  # of a target: wherever no other is set


def hold(*, layout: str, period: Period, owner: Unit) -> None:
    """Let nobody else write this partition until the caller's transaction ends; wait while another does.

    Call before reading the sendings to lay out: a slower job would else lay older ones over newer.
    """
    with connection.cursor() as cursor:
        name = f"statistics.partition {period.pk} {owner.pk} {layout}"
        cursor.execute("SELECT pg_advisory_xact_lock(hashtextextended(%s, 0))", [name])


@transaction.atomic
def write_partition(
    *,
    layout: str,
    columns: Sequence[str],
    period: Period,
    owner: Unit,
    block: Block,
    parents: Parents,
    mark: str = "",
    at: datetime,
) -> Partition:
    """Lay out what one office asked for by one form version in one period: the Parquet file and every roll-up.

    Values of a unit that has not reported are not taken. `schools_total` is 1 in every row, and is added where
    `columns` lack it. `parents`: see `rollup.plan`, on the period's reference day. `mark` names the tree and the list
    of units that these rows come from: `patch_partition` goes on from here as long as it is told the same.
    Readers see the old figures or the new. No audit row: the deed is the sending, this only counts it.
    ValueError where the shapes do not match, a unit or column comes twice, or a unit stands nowhere in the tree.
    """
    _check_shapes(columns, block)
    columns, block = _with_expected(columns, block)
    planned = plan(block.unit_ids, block.groups, parents)
    sums = roll_up(block, planned)
    hold(layout=layout, period=period, owner=owner)
    key: dict[str, Any] = {"layout": layout, "period": period, "owner": owner}
    before = Partition.objects.filter(**key).order_by("id").first()
    partition, _created = Partition.objects.update_or_create(
        **key, defaults={"columns": columns, "rows": len(block.unit_ids), "written_at": at}
    )
    pairs = np.asarray(parents, np.int64).reshape(-1, 2)
    content = facts.Content(columns, block.in_order(planned.order), np.unique(pairs, axis=0), mark)
    _swap(partition, content, sums, before=before.file_name if before else "")
    return partition


@transaction.atomic
def patch_partition(
    *, layout: str, columns: Sequence[str], period: Period, owner: Unit, changed: Block, mark: str, at: datetime
) -> Partition | None:
    """The same where only the rows of some units have changed: theirs are put into the file, and the roll-ups of these
    units and of all above them written anew. File and roll-ups are, bit by bit, those of a whole laying out.

    None, and nothing done, where there is nothing to go on from: no partition or file, other columns, another `mark`.
    """
    _check_shapes(columns, changed)
    columns, changed = _with_expected(columns, changed)
    hold(layout=layout, period=period, owner=owner)
    partition = Partition.objects.filter(layout=layout, period=period, owner=owner).order_by("id").first()
    if partition is None:
        return None
    try:
        content = facts.read_file(partition.file_name)
    except facts.FactsNotReady:
        return None
    place_of = {unit: place for place, unit in enumerate(content.block.unit_ids.tolist())}
    places = [place_of.get(unit, -1) for unit in changed.unit_ids.tolist()]
    if (content.columns, content.mark) != (columns, mark) or -1 in places:
        return None
    if not places:
        return partition
    block = content.block.patched(places, changed)
    planned = plan(block.unit_ids, block.groups, content.parents)
    sums = roll_up(block, planned, planned.over(changed.unit_ids.tolist()))
    partition.written_at = at
    _swap(partition, replace(content, block=block), sums, before=partition.file_name, others_stay=True)
    return partition


def _swap(partition: Partition, content: facts.Content, sums: Sums, *, before: str, others_stay: bool = False) -> None:
    """File and roll-ups anew, written at once: one is this process's work, the other the database's.

    The old file goes when the transaction has come through; what is left of one that did not, at the next write.
    """
    prefix = str(partition.pk)
    facts.remove_files(prefix, but=before)
    with ThreadPoolExecutor(1) as beside:
        written = beside.submit(facts.write_file, prefix, content)
        _replace_rollups(partition, sums, others_stay=others_stay)
        partition.file_name = written.result()
    partition.save(update_fields=["file_name", "written_at"])
    if before:
        transaction.on_commit(partial(facts.remove_file, before))


def _with_expected(columns: Sequence[str], block: Block) -> tuple[list[str], Block]:
    """Every row counts as one expected unit; a unit that has not reported has nothing else."""
    taken = np.where(block.reported, block.values.T, MISSING)
    if EXPECTED_UNITS not in columns:
        taken = np.concatenate([taken, np.ones((1, taken.shape[1]))])
        columns = [*columns, EXPECTED_UNITS]
    taken[columns.index(EXPECTED_UNITS)] = 1
    return list(columns), replace(block, values=taken.T)


def _check_shapes(columns: Sequence[str], block: Block) -> None:
    count = len(block.unit_ids)
    shapes = block.values.shape, *(len(told) for told in (block.groups, block.sent, block.on_time, block.reported))
    if shapes != ((count, len(columns)), count, count, count, count):
        raise ValueError(f"{count} units and {len(columns)} columns do not fit {shapes}")
    if len(np.unique(block.unit_ids)) != count:
        raise ValueError("a unit comes twice")
    if len({*columns, *facts.OWN_COLUMNS}) != len(columns) + len(facts.OWN_COLUMNS):
        raise ValueError("a column comes twice")


def _replace_rollups(partition: Partition, sums: Sums, *, others_stay: bool = False) -> None:
    """Write only the rows that differ; those that `sums` lack go, unless they are to stay."""
    with connection.cursor() as cursor:
        cursor.execute(f"CREATE TEMPORARY TABLE fresh ({COLUMNS}) ON COMMIT DROP")
        with cursor.copy("COPY fresh FROM STDIN (FORMAT BINARY)") as copy:
            for piece in copy_stream(partition.pk, sums):
                copy.write(piece)
        if not others_stay:
            cursor.execute(GONE, {"partition": partition.pk})
        cursor.execute(DIFFERENT, {"partition": partition.pk})
        cursor.execute("DROP TABLE fresh")  # the same transaction may lay out another partition


def queue_checks(partition_id: int) -> None:
    """Have the checks over time run over one partition, in a job of their own."""
    from donghanh.statistics.tasks import check_figures

    check_figures.configure(queueing_lock=f"check_figures {partition_id}").defer(partition_id=partition_id)


@transaction.atomic
def define(document: Mapping[str, Any], *, at: datetime) -> int:
    """Load data elements, indicators with their general targets, and checks over time.

    The answer is how many rows were new or changed.

    What the document does not name stays as it is. ExpressionFault where an indicator's expression cannot be read,
    UnknownElement where it names what nobody has defined, CyclicIndicators where an indicator comes back to itself.
    """
    changed = sum(_set(DataElement, at, {"code": element["code"]}, element) for element in document["elements"])
    known = set(DataElement.objects.order_by("code").values_list("code", flat=True))
    changed += sum(
        _define_indicator(one, position, known, at) for position, one in enumerate(document["indicators"], 1)
    )
    _must_mean_something()
    for rule in document.get("rules", ()):
        _must_be_known(known, rule["left"], rule["right"])
        changed += _set(ValidationRule, at, {"code": rule["code"]}, rule)
    for watch in document.get("outlier_rules", ()):
        changed += _set(OutlierRule, at, {"element": watch["element"], "method": watch["method"]}, watch)
    for told in document.get("predictors", ()):
        fields = told | {"element": DataElement.objects.get(code=told["element"])}
        changed += _set(Predictor, at, {"code": told["code"]}, fields)
    return changed


def _define_indicator(indicator: Mapping[str, Any], position: int, known: Collection[str], at: datetime) -> int:
    fields = {name: content for name, content in indicator.items() if name != "targets"} | {"position": position}
    _must_be_known(known, fields["numerator"], fields["denominator"])
    changed = int(_set(Indicator, at, {"code": fields["code"]}, fields))
    row = Indicator.objects.get(code=fields["code"])
    keys = ({**GENERAL, "indicator": row, "year": target["year"]} for target in indicator["targets"])
    return changed + sum(_set(Target, at, key, target) for key, target in zip(keys, indicator["targets"], strict=True))


def _must_be_known(known: Collection[str], *texts: str) -> None:
    for item in (item for text in texts for item in parse(text).items):
        if item.element not in known:
            raise item.unknown()


def _must_mean_something() -> None:
    """Whether each indicator's expressions can be put in place of its name, also where others changed under them."""
    meant = definitions()
    for code, definition in meant.items():
        check_cycles(code, meant)
        for side in (definition.numerator, definition.denominator):
            settle(side, meant, {})


def _set(model: type[models.Model], at: datetime, key: dict[str, Any], fields: Mapping[str, Any]) -> bool:
    """Write and log the row unless it stands so already."""
    rows: models.QuerySet[models.Model] = models.QuerySet(model)
    if rows.filter(**{**key, **fields}).exists():
        return False
    row, _created = rows.update_or_create(**key, defaults=fields)
    audit.record(verb="statistics.defined", on=row, by=None, at=at)
    return True

"""The checks of one partition, run after it is laid out; what they find is kept, what predictors say is laid out."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

import numpy as np
from django.db import models, transaction

from donghanh.organisations.queries import parents_above
from donghanh.statistics.actions import hold, write_partition
from donghanh.statistics.choices import FindingKind
from donghanh.statistics.models import DERIVED, Finding, OutlierRule, Partition, Predictor, ValidationRule
from donghanh.statistics.rollup import Block
from donghanh.statistics.watching import Told, look_at


@transaction.atomic
def watch(*, partition_id: int, at: datetime) -> int:
    """Run every check over one partition; the answer is how many findings are new. Doing it twice tells nothing twice.

    A finding with the same numbers stays as it is, looked at or not; one that holds no more is marked as gone.
    """
    partition = Partition.objects.select_related("period", "owner").get(pk=partition_id)
    if partition.is_derived:
        return 0
    look = look_at(partition)
    predictors = list(Predictor.objects.filter(ended_at=None).order_by("pk").select_related("element"))
    sources: list[ValidationRule | OutlierRule | Predictor] = [
        *ValidationRule.objects.filter(ended_at=None).order_by("pk"),
        *OutlierRule.objects.filter(ended_at=None).order_by("pk"),
        *predictors,
    ]
    hold(layout=f"watch {partition.layout}", period=partition.period, owner=partition.owner)
    new = _keep(partition, list(look.told(sources)), at)
    for predictor in predictors:
        usual = look.predictions(predictor)
        there = ~np.isnan(usual)
        if not there.any():
            continue
        units = [unit for unit, known in zip(look.units, there, strict=True) if known]
        every = np.ones(len(units), np.bool_)
        block = Block(
            unit_ids=np.array(units, np.int64), groups=[look.sheet.rows[unit][0] for unit in units],
            sent=every, on_time=every, reported=every, values=usual[there][:, None],
        )  # fmt: skip
        write_partition(
            layout=f"{DERIVED}{predictor.code}/1", columns=[predictor.element.code], period=partition.period,
            owner=partition.owner, block=block, parents=parents_above(units, on=partition.period.reference_day), at=at,
        )  # fmt: skip
    return new


def _keep(partition: Partition, told: Sequence[Told], at: datetime) -> int:
    here: dict[str, Any] = {"period": partition.period, "form": partition.form, "owner": partition.owner}
    known = {_key(one, one.unit_id, one.numbers): one for one in Finding.objects.filter(**here).order_by("pk")}
    now: set[Any] = set()
    new = []
    for source, unit, numbers in told:
        named = {_named(source): source}
        finding = Finding(
            **here, **named, kind=KINDS[type(source)], unit_id=unit, numbers=numbers, found_at=at,
            importance=getattr(source, "importance", "medium"),
        )  # fmt: skip
        key = _key(finding, unit, numbers)
        now.add(key)
        if key not in known:
            new.append(finding)
    Finding.objects.bulk_create(new, ignore_conflicts=True)
    back = [one.pk for key, one in known.items() if key in now and one.gone_at is not None]
    gone = [one.pk for key, one in known.items() if key not in now and one.gone_at is None]
    Finding.objects.filter(pk__in=back).update(gone_at=None)
    Finding.objects.filter(pk__in=gone).update(gone_at=at)
    return len(new)


KINDS: dict[type[models.Model], FindingKind] = {
    ValidationRule: FindingKind.RULE, OutlierRule: FindingKind.OUTLIER, Predictor: FindingKind.PREDICTION,
}  # fmt: skip
NAMES: dict[type[models.Model], str] = {ValidationRule: "rule", OutlierRule: "outlier_rule", Predictor: "predictor"}


def _named(source: ValidationRule | OutlierRule | Predictor) -> str:
    return NAMES[type(source)]


def _key(finding: Finding, unit: int, numbers: dict[str, float]) -> tuple[Any, ...]:
    return finding.rule_id, finding.outlier_rule_id, finding.predictor_id, unit, tuple(sorted(numbers.items()))

"""What the checks say of one partition: rules, outliers and predictions over its units."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any, NamedTuple

import numpy as np

from donghanh.statistics import checks, facts
from donghanh.statistics.checks import Values
from donghanh.statistics.choices import OutlierMethod
from donghanh.statistics.language import Expression, ExpressionFault, evaluate
from donghanh.statistics.models import OutlierRule, Partition, Predictor, ValidationRule

LONGEST_HISTORY = 24  # periods


class Told(NamedTuple):
    """One thing found: by what, of which unit, with which numbers."""

    source: ValidationRule | OutlierRule | Predictor
    unit: int
    numbers: dict[str, float]


@dataclass(frozen=True)
class Sheet:
    """One partition's reported rows."""

    partition: Partition

    @cached_property
    def rows(self) -> dict[int, tuple[str, list[float | None]]]:
        """unit → its kind and numbers in the order of the partition's columns. One read."""
        cells = ['"{}"'.format(cell.replace('"', '""')) for cell in self.partition.columns]
        found = facts.read_rows(self.partition.file_name, ["unit_id", '"group"', "reported", *cells], None)
        return {unit: (kind, numbers) for unit, kind, reported, *numbers in sorted(found) if reported}

    def values(self, units: Sequence[int]) -> Values:
        """A row a unit, NaN where it did not report."""
        nothing = [None] * len(self.partition.columns)
        rows = [self.rows[unit][1] if unit in self.rows else nothing for unit in units]
        return np.array(rows, np.float64).reshape(len(units), len(self.partition.columns))

    def of(self, side: Expression, units: Sequence[int]) -> Values:
        if not side.fits(self.partition.columns):
            return np.full(len(units), np.nan)
        return evaluate(side, self.partition.columns, self.values(units))


@dataclass(frozen=True)
class Look:
    """A partition with those of the same form and office in earlier periods of its kind, newest first."""

    sheet: Sheet
    earlier: list[Sheet]

    @cached_property
    def units(self) -> list[int]:
        return list(self.sheet.rows)

    def told(self, sources: Iterable[ValidationRule | OutlierRule | Predictor]) -> Iterator[Told]:
        """What each source finds; one that the layout does not have the elements for, or cannot be read, nothing."""
        ways: dict[type, Any] = {ValidationRule: self._broken, OutlierRule: self._standing_out, Predictor: self._off}
        for source in sources:
            try:
                yield from ways[type(source)](source)
            except ExpressionFault:
                continue

    def _broken(self, rule: ValidationRule) -> Iterator[Told]:
        columns = self.sheet.partition.columns
        left, right = checks.read(rule.left, rule.left_missing), checks.read(rule.right, rule.right_missing)
        kind = self.sheet.partition.period.kind
        if rule.period_kind not in ("", kind) or not (left.fits(columns) and right.fits(columns)):
            return
        units = [unit for unit in self.units if rule.unit_kind in ("", self.sheet.rows[unit][0])]
        broken, a, b = checks.breaches(left, rule.comparison, right, columns, self.sheet.values(units))
        for row in np.flatnonzero(broken):
            yield Told(rule, units[row], _numbers(left=a[row], right=b[row]))

    def _history(self, side: Expression, periods: int) -> Values:
        earlier = self.earlier[:periods]
        rows = [sheet.of(side, self.units) for sheet in earlier]
        return np.array(rows, np.float64).reshape(len(earlier), len(self.units)).T

    def _standing_out(self, rule: OutlierRule) -> Iterator[Told]:
        side = checks.read(rule.element)
        if not side.fits(self.sheet.partition.columns):
            return
        value = self.sheet.of(side, self.units)
        if rule.method == OutlierMethod.MIN_MAX:
            found, score = checks.beyond(value, rule.low, rule.high), np.full(len(value), np.nan)
            middle = score
        else:
            past = self._history(side, rule.periods)
            found, score = checks.outliers(rule.method, value, past, threshold=rule.threshold, fewest=rule.fewest)
            middle = checks.predicted("median" if rule.method == OutlierMethod.MODIFIED_Z else "average", past)
        for row in np.flatnonzero(found):
            yield Told(rule, self.units[row], _numbers(value=value[row], score=score[row], usual=middle[row]))

    def predictions(self, predictor: Predictor) -> Values:
        """A value a unit of `units`, from earlier periods alone."""
        samples = self._history(checks.read(predictor.sample), predictor.periods)
        if predictor.skip_when:
            skipped = self._history(checks.read(predictor.skip_when), predictor.periods)
            samples = np.where(np.nan_to_num(skipped) != 0, np.nan, samples)
        return checks.predicted(predictor.combined, samples)

    def _off(self, predictor: Predictor) -> Iterator[Told]:
        if predictor.told_beyond is None:
            return
        value, usual = self.sheet.of(checks.read(predictor.sample), self.units), self.predictions(predictor)
        with np.errstate(invalid="ignore"):
            far = np.abs(value - usual) > predictor.told_beyond * np.abs(usual)
        for row in np.flatnonzero(far):
            yield Told(predictor, self.units[row], _numbers(value=value[row], usual=usual[row]))


def _numbers(**given: float) -> dict[str, float]:
    return {name: round(float(number), 4) for name, number in given.items() if np.isfinite(number)}


def look_at(partition: Partition) -> Look:
    """One query, and a read of the file of each period that is looked at."""
    days = partition.period.days
    before = Partition.objects.filter(
        owner=partition.owner_id, layout__startswith=f"{partition.form}/", period__kind=partition.period.kind,
        period__days__fully_lt=days,
    ).select_related("period")  # fmt: skip
    newest = {one.period_id: one for one in before.order_by("period__days", "pk")}
    earlier = [Sheet(one) for one in reversed(newest.values())][:LONGEST_HISTORY]
    return Look(Sheet(partition), earlier)


def preview(source: ValidationRule | OutlierRule | Predictor, partition: Partition) -> int:
    """In how many units of a partition an unsaved source would find something."""
    return sum(1 for _one in look_at(partition).told([source]))

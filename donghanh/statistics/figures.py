"""What a figure is: a value with all that makes it readable. Made in one place, so that none passes the gate by."""

from __future__ import annotations

import math
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal
from typing import TypedDict

import numpy as np
from numpy.typing import NDArray

from donghanh.periods.models import Period
from donghanh.statistics.choices import Direction, Interpolation, TargetState
from donghanh.statistics.models import Indicator, Target
from donghanh.statistics.questions import plain

ON_THE_WAY_FROM = 0.9  # of the target: 76.5 % where 85 % is asked, 90 % where 100 % is
NOISE = 1e-9  # of a unit: what a target between two years may be off by


class Released(TypedDict):
    """What the gate lets through of a numerator and a denominator."""

    numerator: float | None
    denominator: float | None
    value: float | None  # factor × numerator / denominator, exact; None: missing, nothing to divide by, or suppressed
    suppressed: bool


@dataclass(frozen=True, kw_only=True)
class UnitFigure:
    """One unit's own part in an indicator, without those below it."""

    unit_id: int
    numerator: float | None
    denominator: float | None
    value: float | None
    suppressed: bool
    reported: bool


@dataclass(frozen=True, kw_only=True)
class Figure:
    """An indicator over a unit with all below it, in one period; `group` narrows to one kind of unit ("" is all)."""

    indicator: Indicator
    unit_id: int
    group: str
    period: Period
    numerator: float | None
    denominator: float | None
    value: float | None  # exact; `shown` is the rounded one
    suppressed: bool  # kept back by the gate: too few to show
    expected: int  # units that were to report
    reported: int  # of these, with an accepted sending
    target: float | None  # None: none is set
    target_is_stated: bool  # False: reckoned between, before or after the stated years
    way: float | None  # where a stated baseline asks the value to be by now; None: no baseline is stated
    state: TargetState | None  # None: no target
    gap_units: int | None  # how many more (fewer, where down is better) of the numerator meet the target; 0: met
    counted: str = ""  # what the numerator counts: "cơ sở"

    @property
    def shown(self) -> float | None:
        """The value rounded half up to the indicator's decimals. The state is judged on the exact value."""
        if self.value is None:
            return None
        step = Decimal(1).scaleb(-self.indicator.decimals)
        return float(Decimal(repr(self.value)).quantize(step, ROUND_HALF_UP))


def figure_of(
    indicator: Indicator,
    *,
    unit_id: int,
    group: str,
    period: Period,
    released: Released,
    expected: int,
    reported: int,
    counted: str = "",
    groups: Collection[str] = (),
) -> Figure:
    """With the target of the period and what is lacking to it. `groups`: those that the unit is in."""
    aim = aim_of(
        indicator.targets.all(), unit_id=unit_id, year=period.target_year, groups={group, *groups} - {""},
        period_id=period.pk,
    )  # fmt: skip
    gap = None if aim is None else _gap(released, aim.value, indicator)
    return Figure(
        indicator=indicator,
        unit_id=unit_id,
        group=group,
        period=period,
        expected=expected,
        reported=reported,
        counted=counted,
        target=aim.value if aim else None,
        target_is_stated=aim is not None and aim.stated,
        way=aim.way if aim else None,
        state=_state(released["value"], aim, gap, indicator.direction) if aim else None,
        gap_units=gap,
        **released,
    )


class ReleasedAll(TypedDict):
    """The same for many at once; NaN where there is none."""

    numerator: NDArray[np.float64]
    denominator: NDArray[np.float64]
    value: NDArray[np.float64]
    suppressed: NDArray[np.bool_]


def release(numerator: float | None, denominator: float | None, *, factor: float, kept: bool = False) -> Released:
    """`release_all` for one figure."""
    one = np.array([numerator], np.float64), np.array([denominator], np.float64)
    found = release_all(*one, factor=factor, kept=np.array([kept]))
    return Released(
        numerator=plain(found["numerator"][0]),
        denominator=plain(found["denominator"][0]),
        value=plain(found["value"][0]),
        suppressed=bool(found["suppressed"][0]),
    )


def release_all(
    numerator: NDArray[np.float64],
    denominator: NDArray[np.float64],
    *,
    factor: float | NDArray[np.float64],
    kept: NDArray[np.bool_],
) -> ReleasedAll:
    """The division behind a figure; every figure of the room passes here, with what the gate (gate.py) keeps back.

    Of what is kept back nothing leaves: neither side nor value, since two of them tell the third. Nothing is divided by
    0 or by what is missing: there is no value then. What nobody reported is missing, not kept back.
    """
    kept = kept & ~(np.isnan(numerator) & np.isnan(denominator))
    numerator, denominator = (np.where(kept, np.nan, side) for side in (numerator, denominator))
    divisor = np.where(denominator == 0, np.nan, denominator)
    return ReleasedAll(
        numerator=numerator, denominator=denominator, value=factor * numerator / divisor, suppressed=kept
    )


@dataclass(frozen=True)
class Aim:
    """What is asked of an indicator in one period."""

    value: float
    stated: bool  # for just this year or period
    way: float | None = None  # where the value should be by now, coming from a stated baseline; None: none is stated


def targets_of(targets: Iterable[Target], *, unit_id: int, groups: Collection[str] = ()) -> list[Target]:
    """The most specific ones that hold: the unit's own, else those of a group it is in or is narrowed to, else all's.

    A unit in several groups with targets follows the first of them by code.
    """
    holding = [target for target in targets if target.ended_at is None]
    own = [target for target in holding if target.unit_id == unit_id]
    of_groups = [target for target in holding if target.unit_id is None and target.group and target.group in groups]
    first = min((target.group for target in of_groups), default="")
    return own or [target for target in holding if target.unit_id is None and target.group == first]


def aim_of(
    targets: Iterable[Target], *, unit_id: int, year: int, groups: Collection[str] = (), period_id: int | None = None
) -> Aim | None:
    """What is asked in a year; None where no target is set.

    A target of just this period counts before those of years. Between two stated years it lies on the line between
    them, or by steps the earlier one holds; before the first it is the first, after the last the last.
    """
    found = targets_of(targets, unit_id=unit_id, groups=groups)
    of_period = next((one for one in found if one.period_id is not None and one.period_id == period_id), None)
    if of_period:
        return Aim(of_period.value, True, _way(of_period, year))
    stated = {target.year: target for target in found if target.period_id is None}
    if not stated:
        return None
    after = stated[min((y for y in stated if y >= year), default=max(stated))]
    before = stated[max((y for y in stated if y <= year), default=min(stated))]
    way = _way(after, year)
    if year in stated or before is after:
        return Aim(before.value, year in stated, way)
    if after.interpolation == Interpolation.STEPS:
        return Aim(before.value, False, way)
    share = (year - before.year) / (after.year - before.year)
    return Aim(before.value + share * (after.value - before.value), False, way)


def _way(target: Target, year: int) -> float | None:
    """Where the straight line from the baseline to the target stands in the year."""
    if target.baseline_year is None or target.baseline_value is None:
        return None
    gone = min(max(year - target.baseline_year, 0) / (target.year - target.baseline_year), 1)
    return target.baseline_value + gone * (target.value - target.baseline_value)


def target_in(targets: Iterable[Target], *, unit_id: int, year: int) -> tuple[float | None, bool]:
    """The target of a year and whether it is stated for just that year; (None, False) where there is none."""
    aim = aim_of(targets, unit_id=unit_id, year=year)
    return (None, False) if aim is None else (aim.value, aim.stated)


def _state(value: float | None, aim: Aim, gap: int | None, direction: str) -> TargetState:
    """MET where nothing is lacking. Short of it, ON_THE_WAY where the value is no worse than the way from the baseline
    asks by now, or without a baseline within a tenth of the target (ON_THE_WAY_FROM); else BEHIND.
    """
    if value is None:
        return TargetState.NO_DATA
    if gap == 0:
        return TargetState.MET
    up = direction == Direction.UP
    if aim.way is not None:
        fine = value >= aim.way - NOISE if up else value <= aim.way + NOISE
    else:
        reached, wanted = (value, aim.value) if up else (aim.value, value)
        fine = reached >= ON_THE_WAY_FROM * wanted
    return TargetState.ON_THE_WAY if fine else TargetState.BEHIND


def _gap(released: Released, target: float, indicator: Indicator) -> int | None:
    numerator, denominator = released["numerator"], released["denominator"]
    if numerator is None or not denominator:
        return None
    lacking = target * denominator / indicator.factor - numerator
    return max(0, math.ceil((lacking if indicator.direction == Direction.UP else -lacking) - NOISE))

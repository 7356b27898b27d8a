"""What a figure is: a value with all that makes it readable. Made in one place, so that none passes the gate by."""

from __future__ import annotations

import math
from collections.abc import Iterable
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal
from typing import TypedDict

import numpy as np
from numpy.typing import NDArray

from donghanh.periods.models import Period
from donghanh.statistics.choices import Direction, TargetState
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
) -> Figure:
    """With the target of the period's year and what is lacking to it."""
    target, stated = target_in(indicator.targets.all(), unit_id=unit_id, year=period.target_year)
    gap = None if target is None else _gap(released, target, indicator)
    return Figure(
        indicator=indicator,
        unit_id=unit_id,
        group=group,
        period=period,
        expected=expected,
        reported=reported,
        counted=counted,
        target=target,
        target_is_stated=stated,
        state=None if target is None else _state(released["value"], target, gap, indicator.direction),
        gap_units=gap,
        **released,
    )


class ReleasedAll(TypedDict):
    """The same for many at once; NaN where there is none."""

    numerator: NDArray[np.float64]
    denominator: NDArray[np.float64]
    value: NDArray[np.float64]
    suppressed: NDArray[np.bool_]


def release(numerator: float | None, denominator: float | None, *, factor: float, minimum: int | None) -> Released:
    """The gate for one figure."""
    one = np.array([numerator], np.float64), np.array([denominator], np.float64)
    found = release_all(*one, factor=factor, minimum=minimum)
    return Released(
        numerator=plain(found["numerator"][0]),
        denominator=plain(found["denominator"][0]),
        value=plain(found["value"][0]),
        suppressed=bool(found["suppressed"][0]),
    )


def release_all(
    numerator: NDArray[np.float64], denominator: NDArray[np.float64], *, factor: float, minimum: int | None
) -> ReleasedAll:
    """The disclosure gate, and the division behind it; every figure of the room passes here.

    Where an element behind the figure has a `minimum` group, nothing leaves of a share of fewer people than that, nor
    of a number from 1 to `minimum` − 1. Nothing is divided by 0 or by what is missing: there is no value then.
    """
    suppressed = np.zeros(len(numerator), np.bool_)
    if minimum is not None:
        suppressed = ((numerator > 0) & (numerator < minimum)) | (denominator < minimum)  # NaN is neither
    numerator, denominator = (np.where(suppressed, np.nan, side) for side in (numerator, denominator))
    divisor = np.where(denominator == 0, np.nan, denominator)
    return ReleasedAll(
        numerator=numerator, denominator=denominator, value=factor * numerator / divisor, suppressed=suppressed
    )


def target_in(targets: Iterable[Target], *, unit_id: int, year: int) -> tuple[float | None, bool]:
    """The target of a year and whether it is stated for just that year; (None, False) where there is none.

    A unit with targets of its own follows these alone, else the general ones. Between two stated years the target lies
    on the line between them; before the first it is the first, after the last the last.
    """
    given = list(targets)
    own = [target for target in given if target.unit_id == unit_id] or [t for t in given if t.unit_id is None]
    stated = {target.year: target.value for target in own}
    if not stated or year in stated:
        return stated.get(year), year in stated
    before = max((y for y in stated if y < year), default=min(stated))
    after = min((y for y in stated if y > year), default=max(stated))
    if before == after:
        return stated[before], False
    share = (year - before) / (after - before)
    return stated[before] + share * (stated[after] - stated[before]), False


def _state(value: float | None, target: float, gap: int | None, direction: str) -> TargetState:
    """MET where nothing is lacking; ON_THE_WAY within a tenth of the target (ON_THE_WAY_FROM); BEHIND beyond."""
    if value is None:
        return TargetState.NO_DATA
    if gap == 0:
        return TargetState.MET
    reached, wanted = (value, target) if direction == Direction.UP else (target, value)
    return TargetState.ON_THE_WAY if reached >= ON_THE_WAY_FROM * wanted else TargetState.BEHIND


def _gap(released: Released, target: float, indicator: Indicator) -> int | None:
    numerator, denominator = released["numerator"], released["denominator"]
    if numerator is None or not denominator:
        return None
    lacking = target * denominator / indicator.factor - numerator
    return max(0, math.ceil((lacking if indicator.direction == Direction.UP else -lacking) - NOISE))

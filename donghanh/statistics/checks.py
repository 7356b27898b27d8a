"""Checks of single units over periods, on arrays: rules, outliers, predictions. No database.

A row is a unit, a column of history an earlier period, the newest first; NaN is missing.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import reduce
from typing import Final

import numpy as np
from numpy.typing import NDArray

from donghanh.statistics.choices import Combined, Comparison, OutlierMethod, Strategy
from donghanh.statistics.language import Expression, ExpressionFault, Missing, evaluate, parse

type Values = NDArray[np.float64]
type Found = NDArray[np.bool_]

NORMAL_SHARE: Final = 0.6745  # of a normal distribution's deviation lies its median deviation (Iglewicz and Hoaglin)
DIGITS: Final = 4  # significant ones of a prediction, as in DHIS2
COMPARED: Final[dict[str, Callable[[Values, Values], Found]]] = {
    Comparison.EQUAL: np.equal,
    Comparison.DIFFERENT: np.not_equal,
    Comparison.MORE: np.greater,
    Comparison.AT_LEAST: np.greater_equal,
    Comparison.LESS: np.less,
    Comparison.AT_MOST: np.less_equal,
}


def read(text: str, missing: str = Strategy.SKIP_IF_ALL) -> Expression:
    """An expression of a check, with what a missing value does to it. ExpressionFault says where it cannot be read."""
    found = parse(text, Missing(missing))
    if not found.is_plain:
        raise ExpressionFault(1, _sums_only())
    return found


def _sums_only() -> str:
    from django.utils.translation import gettext as _

    return _("ở đây chỉ dùng số, chỉ tiêu, phép tính và các hàm trên một kỳ.")


def breaches(
    left: Expression, comparison: str, right: Expression, columns: Sequence[str], values: Values
) -> tuple[Found, Values, Values]:
    """Rows in which the comparison does not hold, and both sides. A side without a value breaks nothing but a pair.

    BOTH is broken where one side has a value and the other has none, NOT_BOTH where both have.
    """
    if comparison in (Comparison.BOTH, Comparison.NOT_BOTH):
        sides = [_filled(side, columns, values) for side in (left, right)]
        broken = sides[0] != sides[1] if comparison == Comparison.BOTH else sides[0] & sides[1]
        return broken, evaluate(left, columns, values), evaluate(right, columns, values)
    a, b = evaluate(left, columns, values), evaluate(right, columns, values)
    with np.errstate(invalid="ignore"):
        broken = ~COMPARED[comparison](a, b) & ~np.isnan(a) & ~np.isnan(b)
    return broken, a, b


def _filled(side: Expression, columns: Sequence[str], values: Values) -> Found:
    """Whether something was filled in, whatever the side's strategy makes of a gap."""
    cells = [values[:, place] for item in side.items for place in item.places(columns)]
    return reduce(np.logical_or, (~np.isnan(cell) for cell in cells), np.zeros(len(values), np.bool_))


def outliers(method: str, value: Values, history: Values, *, threshold: float, fewest: int) -> tuple[Found, Values]:
    """Rows whose value stands out from the unit's own history, and the score. Without spread nothing stands out.

    Z: deviations (of the population) from the mean. MODIFIED_Z: by medians, which one wild value does not move.
    """
    known = np.count_nonzero(~np.isnan(history), axis=1)
    enough = known >= max(fewest, 1)
    score = np.full(len(value), np.nan)
    if enough.any():
        past = history[enough]
        if method == OutlierMethod.Z:
            middle, spread = np.nanmean(past, axis=1), np.nanstd(past, axis=1)
        else:
            middle = np.nanmedian(past, axis=1)
            spread = np.nanmedian(np.abs(past - middle[:, None]), axis=1) / NORMAL_SHARE
        score[enough] = np.abs(value[enough] - middle) / np.where(spread > 0, spread, np.nan)
    return np.nan_to_num(score) > threshold, score


def beyond(value: Values, low: float | None, high: float | None) -> Found:
    """Rows outside the bounds, both ends included within."""
    with np.errstate(invalid="ignore"):
        return (value < (-np.inf if low is None else low)) | (value > (np.inf if high is None else high))


def predicted(how: str, samples: Values) -> Values:
    """One value a row from its samples (rows × earlier periods, newest first), to DIGITS; NaN where there is none."""
    result = np.full(len(samples), np.nan)
    known = ~np.isnan(samples).all(axis=1) if samples.shape[1] else np.zeros(len(samples), np.bool_)
    if known.any():
        some = samples[known]
        if how == Combined.LAST:
            result[known] = some[np.arange(len(some)), np.argmax(~np.isnan(some), axis=1)]
        else:
            ways: dict[str, Callable[..., Values]] = {
                Combined.AVERAGE: np.nanmean, Combined.MEDIAN: np.nanmedian, Combined.SUM: np.nansum,
                Combined.MIN: np.nanmin, Combined.MAX: np.nanmax, Combined.STDDEV: np.nanstd,
            }  # fmt: skip
            result[known] = ways[how](some, axis=1)
    return np.array([float(f"{number:.{DIGITS}g}") for number in result.tolist()])

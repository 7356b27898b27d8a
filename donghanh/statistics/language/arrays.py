"""An expression on arrays, by NumPy: for sums that are already there."""

from __future__ import annotations

import operator
from collections.abc import Callable, Sequence
from functools import reduce
from typing import Any

import numpy as np
from numpy.typing import NDArray

from donghanh.statistics.language.grammar import COMPARISONS
from donghanh.statistics.language.nodes import (
    Call,
    Expression,
    Item,
    Leaf,
    Missing,
    Negation,
    Node,
    Null,
    Number,
    Operation,
    Truth,
)

type Column = NDArray[np.float64]

OPERATORS: dict[str, Callable[[Any, Any], Any]] = {
    "+": operator.add, "-": operator.sub, "*": operator.mul,
    "<": operator.lt, "<=": operator.le, ">": operator.gt, ">=": operator.ge, "==": operator.eq, "!=": operator.ne,
}  # fmt: skip


def evaluate(expression: Expression, columns: Sequence[str], values: Column) -> Column:
    """The expression for each row of `values` (rows × columns; NaN: missing); NaN where it has no value.

    UnknownElement where `columns` lack an item; ValueError where the expression is not plain (`Expression.is_plain`).
    """
    if not expression.is_plain:
        raise ValueError(f"sums do not suffice: {expression.text}")
    sheet = _Sheet(columns, values)
    with np.errstate(all="ignore"):
        result = sheet.walk(expression.root)
        filled = [~np.isnan(sheet.total(leaf)) for leaf in expression.counted]
        if filled and expression.missing is not Missing.NEVER_SKIP:
            enough = np.any if expression.missing is Missing.SKIP_IF_ALL else np.all
            result = np.where(enough(filled, axis=0), result, np.nan)
    return result


class _Sheet:
    def __init__(self, columns: Sequence[str], values: Column) -> None:
        self.columns, self.values = columns, values

    def total(self, item: Leaf) -> Column:
        """NaN where no cell is filled. Cell after cell, as SQL adds them: no pairwise sums here."""
        if not isinstance(item, Item):
            raise TypeError(item)
        cells = [self.values[:, place] for place in item.places(self.columns)]
        filled = np.any([~np.isnan(cell) for cell in cells], axis=0)
        return np.where(filled, reduce(operator.add, (np.where(np.isnan(cell), 0, cell) for cell in cells)), np.nan)

    def walk(self, node: Node, *, keep: bool = False) -> Column:
        match node:
            case Number() | Truth():
                return np.full(len(self.values), float(node.value))
            case Null():
                return np.full(len(self.values), np.nan)
            case Item():
                total = self.total(node)
                return total if keep else np.nan_to_num(total, nan=0, posinf=np.inf, neginf=-np.inf)
            case Negation(root=root):
                return 1 - self.walk(root, keep=keep)
            case Operation(operator=sign, left=a, right=b):
                return _operate(sign, self.walk(a, keep=keep), self.walk(b, keep=keep))
            case Call(function=function, arguments=arguments):
                return _call(function, [self.walk(a, keep=keep or node.keeps_missing) for a in arguments])
        raise TypeError(node)


def _call(function: str, given: Sequence[Column]) -> Column:
    a, *others = given
    match function:
        case "if":
            return np.where(np.isnan(a), np.nan, np.where(a != 0, *others))
        case "isNull" | "isNotNull":
            return np.where(np.isnan(a) == (function == "isNull"), 1.0, 0.0)
        case "firstNonNull":
            return reduce(lambda first, then: np.where(np.isnan(first), then, first), given)
        case "greatest" | "least":
            return reduce(np.fmax if function == "greatest" else np.fmin, given)
        case "log":
            return _divide(_log(a), _log(others[0])) if others else _log(a)
        case "log10":
            return np.log10(np.where(a > 0, a, np.nan))
        case "round":
            return np.sign(a) * np.floor(np.abs(a) + 0.5)
        case "abs":
            size: Column = np.abs(a)
            return size
    raise ValueError(function)


def _log(a: Column) -> Column:
    return np.log(np.where(a > 0, a, np.nan))


def _divide(a: Column, b: Column) -> Column:
    return np.where(b == 0, np.nan, a / b)


def _operate(sign: str, a: Column, b: Column) -> Column:
    match sign:
        case "/":
            return _divide(a, b)
        case "%":
            return np.fmod(a, np.where(b == 0, np.nan, b))
        case "^":
            beyond = np.isnan(a) | np.isnan(b) | ((a < 0) & (b != np.floor(b))) | ((a == 0) & (b < 0))
            return np.where(beyond, np.nan, np.power(a, b))
        case "and":  # a known no settles it, else what is missing keeps it open
            return np.where((a == 0) | (b == 0), 0.0, a * b)
        case "or":
            return np.where((a == 1) | (b == 1), 1.0, a + b)
    result: Column = OPERATORS[sign](a, b)
    return np.where(np.isnan(a) | np.isnan(b), np.nan, result) if sign in COMPARISONS else result

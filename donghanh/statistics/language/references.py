"""Indicators within indicators, and constants: put in the place where they are named."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace

from django.utils.translation import gettext as _

from donghanh.statistics.language.faults import CyclicIndicators, UnknownElement
from donghanh.statistics.language.nodes import (
    Days,
    Expression,
    Guarded,
    Node,
    Number,
    Operation,
    Reference,
    Settled,
    changed,
    walk,
)
from donghanh.statistics.language.parsing import need, shifted, to_date

DAYS_OF_YEAR = 365.0


@dataclass(frozen=True)
class Definition:
    """What an indicator means: factor × numerator / denominator; annualised, × 365 / days of the period too."""

    numerator: Expression
    denominator: Expression
    factor: float = 1
    annualised: bool = False


def settle(expression: Expression, indicators: Mapping[str, Definition], constants: Mapping[str, float]) -> Expression:
    """The expression with each indicator and constant that it names put in its place.

    UnknownElement where one is not defined, CyclicIndicators where an indicator comes back to itself, ExpressionFault
    where the whole becomes too heavy. All positions are those of `expression` itself.
    """
    if not any(isinstance(node, Reference) for node in walk(expression.root)):
        return expression
    root = _settled(expression.root, indicators, constants, ())
    return replace(expression, root=need(root, condition=False))


def check_cycles(code: str, indicators: Mapping[str, Definition]) -> None:
    """CyclicIndicators where the indicator `code` is reckoned from itself, over however many others."""
    _value(Reference(1, "indicator", code), indicators, None, ())


def _settled(
    root: Node,
    indicators: Mapping[str, Definition],
    constants: Mapping[str, float] | None,
    path: tuple[str, ...],
    at: int | None = None,
) -> Node:
    def put(node: Node) -> Node:
        if at is not None:
            node = replace(node, at=at)
        return _value(node, indicators, constants, path) if isinstance(node, Reference) else node

    return changed(root, put)


def _value(
    node: Reference,
    indicators: Mapping[str, Definition],
    constants: Mapping[str, float] | None,
    path: tuple[str, ...],
) -> Node:
    if node.kind == "constant":
        if constants is None:
            return node
        if node.code not in constants:
            raise UnknownElement(node.at, _("không có hằng số “%(code)s”.") % {"code": node.code})
        return Number(node.at, constants[node.code])
    if node.code in path:
        raise CyclicIndicators(node.at, [*path[path.index(node.code) :], node.code])
    if node.code not in indicators:
        raise UnknownElement(node.at, _("không có chỉ số “%(code)s”.") % {"code": node.code})
    meant = indicators[node.code]
    sides = [
        Guarded(node.at, _settled(side.root, indicators, constants, (*path, node.code), node.at))
        for side in (meant.numerator, meant.denominator)
    ]
    root: Node = Operation(node.at, "*", Operation(node.at, "/", sides[0], sides[1]), Number(node.at, meant.factor))
    if meant.annualised:
        in_year = Operation(node.at, "/", Number(node.at, DAYS_OF_YEAR), Days(node.at))
        root = Operation(node.at, "*", root, in_year)
    root = shifted(root, node.offset) if node.offset else root
    return Settled(node.at, node.code, to_date(root) if node.to_date else root)

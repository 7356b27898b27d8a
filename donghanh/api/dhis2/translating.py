"""Expressions between DHIS2's spelling and ours, by the identifiers of the catalogue."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Final

from donghanh.api.dhis2.choices import DEFAULT, IdentityKind
from donghanh.statistics import queries
from donghanh.statistics.choices import Comparison, Strategy
from donghanh.statistics.queries import ExpressionFault, parse

if TYPE_CHECKING:
    from donghanh.api.dhis2.catalogue import Catalogue

type Resolve = Callable[[str, str], str | None]  # kind ("element", "option_combo" …) and UID → our code

KINDS = {
    "element": IdentityKind.ELEMENT, "form": IdentityKind.FORM, "indicator": IdentityKind.INDICATOR,
    "group": IdentityKind.GROUP,
}  # fmt: skip


RULE_OPERATORS: Final = {
    "equal_to": Comparison.EQUAL, "not_equal_to": Comparison.DIFFERENT, "greater_than": Comparison.MORE,
    "greater_than_or_equal_to": Comparison.AT_LEAST, "less_than": Comparison.LESS,
    "less_than_or_equal_to": Comparison.AT_MOST, "compulsory_pair": Comparison.BOTH,
    "exclusive_pair": Comparison.NOT_BOTH,
}  # fmt: skip
RULE_STRATEGIES: Final = {
    "NEVER_SKIP": Strategy.NEVER_SKIP, "SKIP_IF_ANY_VALUE_MISSING": Strategy.SKIP_IF_ANY,
    "SKIP_IF_ALL_VALUES_MISSING": Strategy.SKIP_IF_ALL,
}  # fmt: skip


class Untranslatable(ValueError):
    """An expression that has no equal here. `str()` says what stands in the way, and where."""


def to_dhis2(text: str, catalogue: Catalogue) -> str:
    """In DHIS2's spelling; as it stands here where something in it has no identifier."""
    try:
        expression = parse(text)
        combos = {
            item.selection: f"{one.combo}:{item.selection}"
            for item in expression.items
            if item.selection and (one := catalogue.elements.get(item.element))
        }

        def uid_of(kind: str, code: str) -> str | None:
            if kind == "option_combo":
                return catalogue.ids.uid(IdentityKind.CELL, combos.get(code, DEFAULT))
            if kind == "unit":
                return catalogue.ids.unit_uid(int(code)) if code.isdecimal() else None
            return catalogue.ids.uid(KINDS[kind], code) if kind in KINDS else None

        return queries.to_dhis2(expression, uid_of)
    except ExpressionFault:
        return text


def from_dhis2(text: str, resolve: Resolve) -> str:
    """Ours; Untranslatable where an identifier is unknown or the rest is no expression of ours."""
    try:
        return queries.from_dhis2(text, resolve)
    except ExpressionFault as fault:
        raise Untranslatable(str(fault)) from None

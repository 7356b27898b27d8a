"""Expressions between DHIS2's spelling and ours. The one place that knows both."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import TYPE_CHECKING, Any, Final

from django.utils.translation import gettext as _

from donghanh.api.dhis2.choices import DEFAULT, IdentityKind
from donghanh.statistics.queries import ExpressionFault, parse

if TYPE_CHECKING:
    from donghanh.api.dhis2.catalogue import Catalogue
    from donghanh.api.dhis2.described import Described

ITEM: Final = re.compile(r"[a-z][a-z0-9_]*(?:\[[^\[\]\s]+\])?(?!\s*\(|\w)")
OPERAND: Final = re.compile(r"#\{\s*([^{}.\s]+)(?:\.([^{}.\s*]+|\*))?(?:\.([^{}.\s]+|\*))?\s*\}")

type Resolve = Callable[[str, str], str | None]  # element, option combo ("" all) → our item, None where there is none


class Untranslatable(ValueError):
    """An expression that has no equal here. `str()` says what stands in the way."""


def to_dhis2(text: str, catalogue: Catalogue) -> str:
    """Every item as an operand; functions and signs are the same in both."""

    def written(found: re.Match[str]) -> str:
        element, _bracket, selection = found[0].rstrip("]").partition("[")
        uid = catalogue.ids.uid(IdentityKind.ELEMENT, element)
        if not selection:
            return f"#{{{uid}}}"
        one = catalogue.elements.get(element)
        combo = one.combo if one else DEFAULT
        return f"#{{{uid}.{catalogue.ids.uid(IdentityKind.CELL, f'{combo}:{selection}')}}}"

    return ITEM.sub(written, text)


def from_dhis2(text: str, resolve: Resolve) -> str:
    """Ours, its items resolved; Untranslatable where an operand is unknown or the rest is no expression of ours."""

    def written(found: re.Match[str]) -> str:
        element, cell, attributes = found[1], found[2] or "", found[3] or ""
        if attributes not in ("", "*"):
            raise Untranslatable(_("%(operand)s có attributeOptionCombo.") % {"operand": found[0]})
        item = resolve(element, "" if cell == "*" else cell)
        if item is None:
            raise Untranslatable(_("%(operand)s không chỉ đến chỉ tiêu nào.") % {"operand": found[0]})
        return item

    translated = OPERAND.sub(written, text).strip()
    try:
        parse(translated)
    except ExpressionFault as fault:
        raise Untranslatable(str(fault)) from None
    return translated


def rules_described(_described: Described) -> list[dict[str, Any]]:
    """Validation rules, once the room statistics keeps them."""
    return []

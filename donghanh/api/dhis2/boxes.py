"""Between a data value of DHIS2 and the boxes of a form: a value is a box, of a choice of several a box an option."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import date
from decimal import Decimal
from typing import Final

from django.utils.translation import gettext as _

from donghanh.questionnaires.models import NUMERIC, Definition, Item
from donghanh.questionnaires.rules import NOTE, read_number, read_text

NUMBER: Final = re.compile(r"[+-]?\d{1,18}(\.\d{0,15})?([eE][+-]?\d{1,2})?", re.ASCII)
TRUTHS: Final = {"true": "1", "false": "0", "1": "1", "0": "0"}
MOST_DECIMALS: Final = 6


class WrongValue(ValueError):
    """The value does not fit its box. `str()` is the sentence."""


def typed_of(definition: Definition, item: Item, value: str) -> str:
    """A value as somebody would type it into the box; WrongValue with the sentence where the box does not take it.

    Numbers are DHIS2's: a point before the decimals and no groups. Typed, "1.234" would be a thousand and more.
    """
    text = value
    if item.kind == "flag":
        text = TRUTHS.get(value.lower(), value)
    elif item.kind in NUMERIC:
        if not NUMBER.fullmatch(value):
            raise WrongValue(_("“%(value)s” không phải là số.") % {"value": value[:30]})
        text = f"{Decimal(value).normalize():f}".replace(".", ",")
    elif item.kind == "choices":
        text = " ".join(value.split(","))
    elif item.kind == "date":
        text = value[:10]
        _iso(text)
    try:
        if item.kind in NUMERIC:
            read_number(item, text)
        else:
            read_text(definition, item, text)
    except ValueError as fault:
        raise WrongValue(str(fault)) from None
    return text


def _iso(text: str) -> None:
    try:
        date.fromisoformat(text)
    except ValueError:
        raise WrongValue(_("“%(value)s” không phải là ngày. Ví dụ đúng: 2024-09-05.") % {"value": text}) from None


def boxes_of(definition: Definition, item: Item, place: str, text: str) -> dict[str, str]:
    """Box → what is typed there, for a value that `typed_of` gave; "" empties. `place`: the cell's or item's code."""
    if item.kind != "choices":
        return {place: text}
    chosen = text.split()
    return {box: "1" if box.partition(":")[2] in chosen else "" for box in definition.boxes_of(item)}


def stands(definition: Definition, item: Item, place: str, typed: Mapping[str, str]) -> str | None:
    """What stands in a draft's box as a value of DHIS2; None where it is empty, the text itself where it is wrong."""
    if item.kind == "choices" and item.code not in typed:
        ticked = [box.partition(":")[2] for box in definition.boxes_of(item) if typed.get(box, "").strip("0 ")]
        return ",".join(ticked) or None
    text = typed.get(place, "").strip()
    if not text:
        return None
    try:
        if item.kind in NUMERIC:
            number = read_number(item, text)
            return None if number is None else said(item, number)
        return said(item, read_text(definition, item, text)) or None
    except ValueError:
        return text


def said(item: Item, value: float | str) -> str:
    """An answer as it is stored → as DHIS2 writes it."""
    if isinstance(value, str):
        return value.replace(" ", ",") if item.kind == "choices" else value
    if item.kind == "flag":
        return "true" if value else "false"
    return f"{value:.{MOST_DECIMALS}f}".rstrip("0").rstrip(".")


def note_box(place: str) -> str:
    """The box with the words beside an answer: DHIS2's comment."""
    return f"{NOTE}{place}"

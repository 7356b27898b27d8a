"""Numbers as people here write them: 1.234,5 and 1,234.5 and 1 234 all mean what their writer meant, or are refused.

The browser runs the same rules (`questionnaires/numbers.js`); `tests/numbers.json` is one list of examples for both.
"""

from __future__ import annotations

import re
from decimal import ROUND_HALF_UP, Decimal
from typing import Final

from django.utils.functional import Promise
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

INVISIBLE = re.compile("[\u00ad\u200b-\u200f\u2060\ufeff]")  # come along when a number is copied from a page
MINUS = re.compile("^[\u2212\u2013]")  # what word processors make of a hyphen
PLAIN = re.compile(r"[+-]?[0-9]+")
GROUPED = re.compile(r"[+-]?[1-9][0-9]{0,2}(?:([.,\s])[0-9]{3})(?:\1[0-9]{3})*")
DECIMAL = re.compile(
    r"[+-]?(?:[0-9]+[.,]|[1-9][0-9]{0,2}(?:(?:\.[0-9]{3})+,|(?:,[0-9]{3})+\.|(?:\s[0-9]{3})+[.,]))[0-9]+"
)
LARGEST: Final = 10**15  # every whole number up to here is exact in a double
SHOWN = 30  # characters of a wrong entry that its sentence repeats

SENTENCES: dict[str, Promise] = {  # why an entry is refused; the browser gets the same sentences
    "letters": _("“%(typed)s” không phải là số. Chỉ nhập chữ số, ví dụ 1.234."),
    "fraction": _("“%(typed)s” có phần lẻ. Ô này nhận số nguyên."),
    "below": _("“%(typed)s” nhỏ hơn %(least)s. Ô này nhận số từ %(least)s trở lên."),
    "above": _("“%(typed)s” quá lớn. Ô này nhận số đến %(most)s."),
}


class NotANumber(ValueError):
    """`fault` is a key of SENTENCES; `str()` is the sentence for the person who typed it."""

    def __init__(self, fault: str, typed: str, *, least: float, most: float) -> None:
        shown = typed if len(typed) <= SHOWN else typed[:SHOWN] + "…"
        language = get_language() or "vi"
        limits = {"least": format_number(least, language=language), "most": format_number(most, language=language)}
        super().__init__(str(SENTENCES[fault]) % {"typed": shown, **limits})
        self.fault = fault


def parse_number(text: str, *, whole: bool = True, least: float = -LARGEST, most: float = LARGEST) -> float | None:
    """The number meant by `text`, `least` ≤ number ≤ `most`; None for an empty box; else NotANumber.

    Groups of exactly three digits after one kind of mark are thousands ("1.234" and "1,234" are 1234 for a count);
    the last mark of another kind is the decimal one. Where `whole` is false, a single mark with three digits after it
    is read the Vietnamese way: "1,234" is one and a bit, "1.234" is a thousand and more.
    """
    seen = INVISIBLE.sub("", text).strip()
    if not seen:
        return None
    fault, value, typed = "", 0.0, MINUS.sub("-", seen)
    if PLAIN.fullmatch(typed):
        value = float(typed)
    elif GROUPED.fullmatch(typed) and (whole or typed.count(",") != 1):
        value = float(re.sub(r"[.,\s]", "", typed))
    elif DECIMAL.fullmatch(typed):
        digits, fraction = re.split(r"[.,](?=[0-9]+$)", typed)
        value = float(re.sub(r"[.,\s]", "", digits) + "." + fraction)
        fault = "fraction" if whole else ""
    else:
        fault = "letters"
    fault = fault or ("below" if value < least else "above" if value > most else "")
    if fault:
        raise NotANumber(fault, seen, least=least, most=most)
    return value + 0.0  # "-0" is 0


def format_number(value: float | None, *, decimals: int = 0, language: str = "vi") -> str:
    """1234.5 → "1.234,5" in Vietnamese and "1,234.5" in English; a missing value is an empty string.

    Halves are rounded up, as people and the charts do: Python's own way writes 84.25 as 84.2.
    """
    if value is None:
        return ""
    rounded = Decimal(str(value)).quantize(Decimal(1).scaleb(-decimals), ROUND_HALF_UP)
    written = f"{rounded:z,f}"
    return written if language.startswith("en") else written.translate(str.maketrans(",.", ".,"))

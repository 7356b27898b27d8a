"""Numbers as people here write them: 1.234,5 and 1,234.5 and 1 234 all mean what their writer meant, or are refused.

The browser runs the same rules (`static/dh/numbers.js`); `tests/numbers.json` is the one list of examples for both.
"""

from __future__ import annotations

import re

from django.utils.translation import gettext as _

SPACES = re.compile(r"[\s\u00a0\u202f]")
PLAIN = re.compile(r"[+-]?\d+")
GROUPED = re.compile(r"[+-]?\d{1,3}(?:([.,])\d{3})(?:\1\d{3})*")
DECIMAL = re.compile(r"[+-]?(?:\d+|\d{1,3}(?:([.,])\d{3})+)(?!\1)[.,]\d+")
LARGEST = 10**15  # every whole number up to here is exact in a double


class NotANumber(ValueError):
    """`str()` is the sentence for the person who typed it."""


def parse_number(text: str, *, whole: bool = True) -> float | None:
    """The number meant by `text`; None for an empty box.

    Groups of exactly three digits after one kind of mark are thousands ("1.234" and "1,234" are 1234 for a count);
    the last mark of another kind is the decimal one. Where `whole` is false, a single mark with three digits after it
    is read the Vietnamese way: "1,234" is one and a bit, "1.234" is a thousand and more.
    """
    typed = SPACES.sub("", text)
    if not typed:
        return None
    if PLAIN.fullmatch(typed):
        value = float(typed)
    elif GROUPED.fullmatch(typed) and (whole or typed.count(",") != 1):
        value = float(re.sub(r"[.,]", "", typed))
    elif DECIMAL.fullmatch(typed):
        if whole:
            raise NotANumber(_("“%(typed)s” có phần lẻ; ô này nhận số nguyên.") % {"typed": text.strip()})
        digits, fraction = re.split(r"[.,](?=\d+$)", typed)
        value = float(re.sub(r"[.,]", "", digits) + "." + fraction)
    else:
        raise NotANumber(_("“%(typed)s” không phải là số. Chỉ nhập chữ số, ví dụ 1.234.") % {"typed": text.strip()})
    if abs(value) > LARGEST:
        raise NotANumber(_("“%(typed)s” quá lớn.") % {"typed": text.strip()})
    return value


def format_number(value: float | None, *, decimals: int = 0, language: str = "vi") -> str:
    """1234.5 → "1.234,5" in Vietnamese and "1,234.5" in English; a missing value is an empty string."""
    if value is None:
        return ""
    written = f"{value:,.{decimals}f}"
    return written if language.startswith("en") else written.translate(str.maketrans(",.", ".,"))

"""Vietnamese typed for a TCVN3 (.VnTime) or VNI (VNI-Times) font: recognised and told, never rewritten silently.

Sources: TCVN 5712:1993, whose letters the fonts of the ABC set follow; VNI's two-byte table of 1987.
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass

from donghanh.kernel.text import LETTERS, fold

_TCVN3_BYTES = (  # bytes A1–AE and B5–FE in order; “-” where the fonts have none
    "ĂÂÊÔƠƯĐăâêôơưđ------àảãáạ-ằẳẵắ-------ặầẩẫấậè-ẻẽéẹềểễếệìỉ---ĩíịò-ỏõóọồổỗốộờởỡớợù-ủũúụừửữứựỳỷỹýỵ"
)
TCVN3 = {code: letter for code, letter in enumerate(_TCVN3_BYTES, 0xA1) if letter != "-"}
_GRAVE, _HOOK, _TILDE, _ACUTE, _DOT, _HAT, _BREVE = "\u0300\u0309\u0303\u0301\u0323\u0302\u0306"
_VNI_MARKS = {
    "ù": _ACUTE, "ø": _GRAVE, "û": _HOOK, "õ": _TILDE, "ï": _DOT,
    "â": _HAT, "á": _HAT + _ACUTE, "à": _HAT + _GRAVE, "å": _HAT + _HOOK, "ã": _HAT + _TILDE, "ä": _HAT + _DOT,
    "ê": _BREVE, "é": _BREVE + _ACUTE, "è": _BREVE + _GRAVE, "ú": _BREVE + _HOOK, "ü": _BREVE + _TILDE,
    "ë": _BREVE + _DOT,
}  # fmt: skip
_VNI_LETTERS = {"ô": "ơ", "ö": "ư", "ñ": "đ", "æ": "ỉ", "ó": "ĩ", "ò": "ị", "î": "ỵ"}
_VNI = re.compile("([aeouyôö])([ùøûõïâáàåãäêéèúüë])|[ôöñæóòî]", re.IGNORECASE)
_VIETNAMESE = frozenset(LETTERS)
_SYLLABLE = re.compile(r"(?:ngh|ng|nh|gh|gi|kh|ph|th|tr|ch|qu|[bcdghklmnpqrstvx])?[aeiouy]{1,3}(?:ch|ng|nh|[cmnpt])?")
_ABBREVIATION = re.compile("[bcdghklmnpqrstvx]{1,5}")  # ĐT
_BETWEEN_WORDS = re.compile(r"[\s!-/:-@\[-`{-~\d]+")  # ASCII alone: ¬ and the soft hyphen are letters in TCVN3


@dataclass(frozen=True)
class LegacyText:
    code_page: str  # "TCVN3" or "VNI"
    text: str  # what it says, in Unicode


def legacy_text(text: str, *, legacy_font: bool = False) -> LegacyText | None:
    """What `text` says if it was typed for a TCVN3 or VNI font; None for Unicode and what makes no sense either way.

    It is taken for legacy if every word becomes a Vietnamese syllable and some were none before. `legacy_font`: the
    cell is set in such a font, so that words which are syllables both ways count too.
    """
    words = _words(text)
    if not words or any(ord(letter) > 0xFF and letter not in "\u2018\u2019\u201c\u201d–" for letter in text):  # noqa: PLR2004  # beyond a code page of one byte: Unicode
        return None
    if not legacy_font and all(_is_syllable(word) for word in words):
        return None
    for code_page, converted in (("TCVN3", text.translate(TCVN3)), ("VNI", _VNI.sub(_vni, text))):
        if converted != text and all(_is_syllable(word) for word in _words(converted)):
            return LegacyText(code_page, unicodedata.normalize("NFC", converted))
    return None


def _words(text: str) -> list[str]:
    """Words that hold more than ASCII: the others read the same in every code page."""
    return [word for word in _BETWEEN_WORDS.split(unicodedata.normalize("NFC", text)) if word and not word.isascii()]


def _is_syllable(word: str) -> bool:
    lower = word.lower()
    tones = sum(letter in _TONED for letter in lower)
    shape = _SYLLABLE.fullmatch(fold(lower)) or (word.isupper() and _ABBREVIATION.fullmatch(fold(lower)))
    return set(lower) <= _VIETNAMESE and tones <= 1 and bool(shape)


_TONED = frozenset(
    letter for letter in LETTERS if set(unicodedata.normalize("NFD", letter)) & {_GRAVE, _HOOK, _TILDE, _ACUTE, _DOT}
)


def _vni(found: re.Match[str]) -> str:
    whole = found[0]
    if found[1]:
        letter = _VNI_LETTERS.get(found[1].lower(), found[1].lower())
        converted = unicodedata.normalize("NFC", letter + _VNI_MARKS[found[2].lower()])
    else:
        converted = _VNI_LETTERS[whole.lower()]
    return converted.upper() if whole[0].isupper() else converted

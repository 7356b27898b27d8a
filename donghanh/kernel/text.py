"""Vietnamese text: one form at the door, search without tone marks, order by the Vietnamese alphabet.

The SQL twins (`dh_sort_key`, `dh_fold`) are made from the same tables, so page and database agree on every PostgreSQL
build: none of PyPI's carries ICU.
"""

from __future__ import annotations

import unicodedata

ALPHABET = "aăâbcdđeêfghijklmnoôơpqrstuưvwxyz"  # the 29 letters, with f j w z where a reader looks for them
VOWELS = "aăâeêioôơuưy"
TONES = ("", "\u0300", "\u0309", "\u0303", "\u0301", "\u0323")  # ngang, huyền, hỏi, ngã, sắc, nặng
FIRST_LETTER_CODE = 0x40  # after digits and punctuation
PLAIN = {"ă": "a", "â": "a", "đ": "d", "ê": "e", "ô": "o", "ơ": "o", "ư": "u"}


def _tables() -> tuple[str, str, str, str]:
    """Parallel strings: each lower-case letter with tone, its place in the alphabet, its tone's, its plain letter."""
    letters, places, tones, plain = "", "", "", ""
    for place, letter in enumerate(ALPHABET):
        for tone, mark in enumerate(TONES if letter in VOWELS else TONES[:1]):
            letters += unicodedata.normalize("NFC", letter + mark)
            places += chr(FIRST_LETTER_CODE + place)
            tones += str(tone)
            plain += PLAIN.get(letter, letter)
    return letters, places, tones, plain


LETTERS, PLACES, TONE_PLACES, PLAIN_LETTERS = _tables()
LOOK_ALIKES = {"ð": "đ", "ɖ": "đ"}  # U+00F0 and U+0256 typed where U+0111 is meant
_FOLD = str.maketrans(LETTERS, PLAIN_LETTERS) | {ord(a): "d" for a in LOOK_ALIKES}

SORT_KEY_SQL = f"""
CREATE OR REPLACE FUNCTION dh_sort_key(t text) RETURNS text LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE AS $$
  SELECT translate(s, '{LETTERS}', '{PLACES}') || E'\\x01' || translate(s, '{LETTERS}', '{TONE_PLACES}')
  FROM (SELECT lower(normalize(t, NFC)) AS s) q $$;
"""
FOLD_SQL = f"""
CREATE OR REPLACE FUNCTION dh_fold(t text) RETURNS text LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE AS $$
  SELECT translate(lower(normalize(t, NFC)), '{LETTERS}ðɖ', '{PLAIN_LETTERS}dd') $$;
"""


def nfc(text: str) -> str:
    """One form for what people type: composed letters, no invisible characters, single spaces, no ends."""
    composed = unicodedata.normalize("NFC", text)
    seen = "".join(
        " " if c.isspace() else c for c in composed if unicodedata.category(c) not in ("Cf", "Cc") or c.isspace()
    )
    return " ".join(seen.split())


def fold(text: str) -> str:
    """What search compares: lower case, no tone marks, đ as d. `fold("Lạc Thủy") == "lac thuy"`."""
    return nfc(text).lower().translate(_FOLD)


def sort_key(text: str) -> str:
    """Key of the Vietnamese order, letters first and tones to break ties: An < Ánh < Ăn < Ân < Dương < Đỗ."""
    lower = unicodedata.normalize("NFC", text).lower()
    letters = lower.translate(str.maketrans(LETTERS, PLACES))
    return f"{letters}\x01{lower.translate(str.maketrans(LETTERS, TONE_PLACES))}"

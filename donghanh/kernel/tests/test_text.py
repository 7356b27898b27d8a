"""Vietnamese text: page and database agree letter by letter."""

from __future__ import annotations

import unicodedata

import pytest
from django.db import connection
from hypothesis import given, settings
from hypothesis import strategies as st

from donghanh.kernel.text import ALPHABET, LETTERS, fold, nfc, sort_key

WORDS = st.text(alphabet=LETTERS + LETTERS.upper() + " 0123456789-.&", max_size=40)


def test_the_order_is_the_dictionarys():
    names = ["Đỗ", "Dương", "Ân", "Ăn", "Ánh", "An", "Yến", "Uyên", "Ưng"]
    assert sorted(names, key=sort_key) == ["An", "Ánh", "Ăn", "Ân", "Dương", "Đỗ", "Uyên", "Ưng", "Yến"]


def test_tones_break_ties_in_their_own_order():
    assert sorted(["mạ", "má", "mã", "mả", "mà", "ma"], key=sort_key) == ["ma", "mà", "mả", "mã", "má", "mạ"]


@pytest.mark.parametrize(
    ("typed", "plain"),
    [
        ("Lạc Thủy", "lac thuy"),
        ("LẠC THUỶ", "lac thuy"),
        ("Đà Bắc", "da bac"),
        ("Ðà Bắc", "da bac"),
        ("  a   b ", "a b"),
    ],
)
def test_search_ignores_tone_marks(typed, plain):
    assert fold(typed) == plain
    assert fold(unicodedata.normalize("NFD", typed)) == plain


def test_invisible_characters_are_taken_out_at_the_door():
    assert nfc("Tr\u200bường\u00a0 TH\u0000") == "Trường TH"


def test_every_letter_has_a_place():
    assert len(set(map(sort_key, ALPHABET))) == len(ALPHABET)


@pytest.mark.django_db
@settings(max_examples=150, deadline=None)
@given(WORDS)
def test_page_and_database_agree(word):
    composed = unicodedata.normalize("NFC", word)
    with connection.cursor() as cursor:
        cursor.execute("SELECT dh_fold(%s), dh_sort_key(%s)", [composed, composed])
        folded, key = cursor.fetchone()
    assert " ".join(folded.split()) == fold(composed)
    assert key == sort_key(composed)

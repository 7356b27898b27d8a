"""Text typed for TCVN3 and VNI fonts, as old registers hold it."""

from __future__ import annotations

import pytest

from donghanh.kernel.legacy_text import LegacyText, legacy_text


@pytest.mark.parametrize(
    ("typed", "code_page", "meant"),
    [
        ("Tr\u00ad\u00eang TiÓu häc Hßa S¬n", "TCVN3", "Trường Tiểu học Hòa Sơn"),
        ("X\u00b7 T©n Pheo", "TCVN3", "Xã Tân Pheo"),
        ("Phßng GD&§T huyÖn §µ B¾c", "TCVN3", "Phòng GD&ĐT huyện Đà Bắc"),
        ("Tröôøng Tieåu hoïc Hoøa Sôn", "VNI", "Trường Tiểu học Hòa Sơn"),
        ("TRÖÔØNG THCS ÑAØ BAÉC", "VNI", "TRƯỜNG THCS ĐÀ BẮC"),
    ],
)
def test_legacy_text_is_recognised_and_read(typed, code_page, meant):
    assert legacy_text(typed) == LegacyText(code_page, meant)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "THCS B",
        "0123",
        "Trường Tiểu học Hòa Sơn",
        "Xã Tân Pheo",
        "Hòa",
        "Cô Tô",
        "PTDTBT TH&THCS Đồng Chum",
        "Café Müller",
    ],
)
def test_unicode_and_foreign_words_are_left_alone(text):
    assert legacy_text(text) is None


def test_the_font_decides_where_letters_do_not():
    assert legacy_text("Hoµ", legacy_font=True) == LegacyText("TCVN3", "Hoà")
    assert legacy_text("Trường", legacy_font=True) is None
    assert legacy_text("Hòa", legacy_font=True) == LegacyText("TCVN3", "Hũa")
    assert legacy_text("Hoa", legacy_font=True) is None

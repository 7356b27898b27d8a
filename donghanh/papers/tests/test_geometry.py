"""The rendered PDF measured against the decree's table: margins, fonts, sizes, styles, the place of each box."""

from __future__ import annotations

import pytest
from django.conf import settings

from donghanh.papers.actions import render_docx, render_pdf
from donghanh.papers.tests.documents import AT
from donghanh.papers.tests.geometry import (
    BOXES,
    FRAMES,
    LAYOUT,
    MARK,
    SAMPLES,
    STACKED,
    Measured,
    ink,
    off_place,
    steps,
)
from donghanh.papers.tests.office import printed
from donghanh.papers.tests.sheets import MM, SINGLE, sheets

NEAR = {"typst": 0.1, "office": 0.5}  # mm between a place and what the layout orders; its margins are held to 1 mm
COLON = 0.278  # of the size
FACES = {"đứng": "Regular", "đứng, đậm": "Bold", "nghiêng": "Italic", "nghiêng, đậm": "BoldItalic"}
UNBOXED = {"rule", "mark", "page_number", "source_code", "sources_title", "sources_note", "source"}


@pytest.fixture(scope="module", params=["typst", pytest.param("office", marks=pytest.mark.office)])
def measured(request, tmp_path_factory):
    """The samples as our PDF, and as LibreOffice prints our Word files."""
    if request.param == "typst":
        found = {name: render_pdf(document, at=AT) for name, document in SAMPLES.items()}
    else:
        written = {name: render_docx(document, at=AT) for name, document in SAMPLES.items()}
        found = printed(written, settings.FONTS_FOLDER, tmp_path_factory.mktemp("office"))
    return {name: Measured(sheets(content)) for name, content in found.items()}


@pytest.fixture
def near(request):
    return NEAR[request.node.callspec.params["measured"]]


def test_every_element_of_the_layout_is_measured():
    assert {box.key for box in BOXES} == LAYOUT.styles.keys() - UNBOXED


@pytest.mark.parametrize("box", BOXES, ids=lambda box: box.key)
def test_box(measured, near, box):
    found, style = measured[box.sample].find(box.text), LAYOUT.styles[box.key]
    assert box.sizes[0] <= style.size <= box.sizes[1]
    assert found.size == pytest.approx(style.size, abs=0.01)
    assert found.face == f"Tinos-{FACES[box.style]}"
    assert (box.text.isupper(), style.align) == (box.caps or box.text.isupper(), box.align)
    assert found.colour == ((1, 0, 0) if box.key == "urgency" else (0, 0, 0))
    assert off_place(measured[box.sample], box) < near


@pytest.mark.parametrize(("sample", "texts"), STACKED)
def test_boxes_stand_under_one_another(measured, near, sample, texts):
    for lower, found, ordered in steps(measured[sample], texts):
        assert found == pytest.approx(ordered, abs=near * MM), lower


def test_margins(measured):
    """I.I.3: 20–25 mm above and below, 30–35 on the left, 15–20 on the right."""
    for one in measured.values():
        for page in one.pages:
            free = ink(page)
            assert 30 - 1 <= free.left <= 35 + 1
            assert 15 - 1 <= free.right <= 20 + 1
            assert 20 - 1 <= free.top <= 25 + 1
            assert free.bottom >= 20 - 1
            assert (free.left, free.right, free.top) == (
                pytest.approx(LAYOUT.margin_left, abs=1), pytest.approx(LAYOUT.margin_right, abs=1),
                pytest.approx(LAYOUT.margin_top, abs=1),
            )  # fmt: skip


def test_a_full_page_ends_at_its_margin(measured):
    first, second = (ink(page).bottom for page in measured["report"].pages[:2])
    assert first == pytest.approx(LAYOUT.margin_bottom, abs=1)  # the address
    assert 0 <= second - LAYOUT.margin_bottom < 2 * LAYOUT.styles["text"].size * SINGLE / MM  # no orphaned line


def test_pages_are_numbered_from_the_second_amid_the_upper_margin(measured):
    """I.I.7 and III.1đ: each appendix from 1 again."""
    numbers = []
    for page in measured["report"].pages:
        above = [line for line in page.lines() if line.baseline < LAYOUT.margin_top]
        numbers.append([line.text for line in above])
        for line in above:
            assert line.middle == pytest.approx((LAYOUT.margin_left + page.width - LAYOUT.margin_right) / 2, abs=1)
            assert (line.face, line.size) == ("Tinos-Regular", pytest.approx(LAYOUT.styles["page_number"].size))
            assert 0 < line.top < line.bottom < LAYOUT.margin_top
    assert numbers == [[], ["2"], ["3"], [], ["2"], [], ["2"]]


def test_the_mark_of_generated_data_keeps_to_the_margins(measured, near):
    for page in measured["marked"].pages:
        upper, lower = (line for line in page.lines() if line.text == MARK)
        assert 0 < upper.top < upper.bottom < LAYOUT.margin_top
        assert page.height - LAYOUT.margin_bottom < lower.top < lower.bottom < page.height
    second = measured["marked"].pages[1].lines()
    assert [line.text for line in second if line.bottom < LAYOUT.margin_top] == [MARK, "2"]
    frame = 0 if near == NEAR["typst"] else 2  # LibreOffice counts the mark's frame into its line, Word does not
    assert -1 <= ink(measured["marked"].pages[0]).bottom - LAYOUT.margin_bottom <= 1 + frame  # under the address


@pytest.mark.parametrize(("sample", "text", "width", "height"), FRAMES)
def test_urgency_stands_amid_a_red_frame_of_its_measures(measured, near, sample, text, width, height):
    found = measured[sample].find(text)
    over, under = measured[sample].over(found), measured[sample].under(found)
    assert (over.length, under.length) == (pytest.approx(width, abs=near), pytest.approx(width, abs=near))
    assert under.y - over.y == pytest.approx(height, abs=near)
    assert (over.colour, under.colour) == ((1, 0, 0), (1, 0, 0))
    assert found.middle == pytest.approx(over.middle, abs=near)
    assert (found.top + found.bottom) / 2 == pytest.approx((over.y + under.y) / 2, abs=1)


def test_circulation_stands_amid_a_black_frame_under_the_urgency(measured):
    one = measured["report"]
    found, urgent = one.find("LƯU HÀNH NỘI BỘ"), one.find("HỎA TỐC")
    over, under = one.over(found), one.under(found)
    assert found.right - found.left < over.length < found.right - found.left + 6
    assert (over.colour, under.colour) == ((0, 0, 0), (0, 0, 0))
    assert one.find("Số: 05/BC-SGDĐT").bottom < urgent.top < urgent.bottom < over.y < one.find("BÁO CÁO").top


@pytest.mark.parametrize(
    ("text", "least", "most"),
    [
        ("Độc lập - Tự do - Hạnh phúc", 1, 1),
        ("SỞ GIÁO DỤC VÀ ĐÀO TẠO", 1 / 3, 1 / 2),
        ("Kết quả công tác học sinh, sinh viên năm 2025", 1 / 3, 1 / 2),
    ],
)
def test_lines_under_motto_names_and_abstract(measured, near, text, least, most):
    found = measured["report"].find(text)
    line = measured["report"].under(found)
    assert least - 0.01 <= line.length / (found.right - found.left) <= most + 0.01
    assert line.middle == pytest.approx(found.middle, abs=near)
    assert 0 < line.y - found.baseline < 4


@pytest.mark.parametrize(
    ("sample", "below"), [("report", "Số 1, đường Trần Hưng Đạo, tỉnh Hòa Bình"), ("lying", "SAO LỤC")]
)
def test_a_line_of_the_whole_width_stands_over_address_and_copy(measured, near, sample, below):
    found = measured[sample].find(below)
    line = measured[sample].over(found)
    assert line.left == pytest.approx(LAYOUT.margin_left, abs=near)
    assert line.right == pytest.approx(measured[sample].page_of(found).width - LAYOUT.margin_right, abs=near)


def test_what_the_decree_puts_on_one_line(measured):
    one = measured["report"]
    for left, right in (
        ("Số: 05/BC-SGDĐT", "Hòa Bình, ngày 05 tháng 01 năm 2026"),  # I.II.4c
        ("Nơi nhận:", "KT. GIÁM ĐỐC"),  # I.II.9d
    ):
        assert one.find(left).baseline == pytest.approx(one.find(right).baseline, abs=1)
        assert one.find(left).right < one.find(right).left


def test_dashes_of_the_addressees_stand_under_the_colon(measured):
    letter = measured["letter"]
    colon = letter.find("Kính gửi:").right - COLON * LAYOUT.styles["addressees"].size / MM
    for text in ("- Bộ Nội vụ;", "- Bộ Tài chính."):
        assert letter.find(text).left == pytest.approx(colon, abs=0.5)


def test_the_text_is_even_at_both_edges_and_set_in_lines_of_its_height(measured, near):
    style = LAYOUT.styles["text"]
    lines = [line for line in measured["report"].pages[1].lines() if line.size == pytest.approx(style.size)]
    start = next(n for n, line in enumerate(lines) if line.text.startswith("Căn cứ Kế hoạch"))
    first, second, third = lines[start : start + 3]
    assert first.left == pytest.approx(LAYOUT.margin_left + 12.7, abs=near)
    for line in (second, third):
        assert line.left == pytest.approx(LAYOUT.margin_left, abs=near)
    for line in (first, second, third):
        assert line.right == pytest.approx(210 - LAYOUT.margin_right, abs=near)
    pitch = (third.baseline - second.baseline) * MM / (style.size * SINGLE)
    assert 1 <= pitch <= 1.5
    assert pitch == pytest.approx(style.lines, abs=0.02)


def test_the_corner_of_a_copy_stands_in_the_upper_margin(measured):
    [corner] = [line for line in measured["digital"].pages[0].lines() if line.text.startswith("Sao y;")]
    assert corner.top == pytest.approx(LAYOUT.corner_from_edge, abs=1)
    assert corner.bottom < LAYOUT.margin_top


def test_the_copy_follows_the_last_words_of_what_was_copied(measured):
    lying = measured["lying"]
    assert lying.find("Nguyễn Thị Minh Hằng").baseline < lying.find("TRƯỜNG THPT LẠC SƠN").baseline
    assert lying.find("Nguyễn Thị Minh Hằng").middle > 297 * 0.6
    assert {(round(page.width), round(page.height)) for page in lying.pages} == {(297, 210)}

"""Every measure that Appendix I of Decree 30/2020 gives, found again on the paper in both formats."""

from __future__ import annotations

import datetime as dt

import pytest
from docx.enum.section import WD_ORIENT
from docx.enum.text import WD_ALIGN_PARAGRAPH
from docx.shared import Pt

from donghanh.papers.actions import Paragraph, render_docx, render_pdf
from donghanh.papers.choices import DOCUMENT_TYPES
from donghanh.papers.queries import NoLayout, layout_on
from donghanh.papers.tests.documents import AT, BODY, LONG, appendices, report
from donghanh.papers.tests.reading import MM, paragraph, paragraphs, pdf, piece, pieces, strokes, width, word

# What is written, the sizes that section V allows, the face.
ELEMENTS = [
    ("CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM", 12, 13, "Bold"),
    ("Độc lập - Tự do - Hạnh phúc", 13, 14, "Bold"),
    ("UBND TỈNH HÒA BÌNH", 12, 13, "Regular"),
    ("SỞ GIÁO DỤC VÀ ĐÀO TẠO", 12, 13, "Bold"),
    ("Số: 05/BC-SGDĐT", 13, 13, "Regular"),
    ("Hòa Bình, ngày 05 tháng 01 năm 2026", 13, 14, "Italic"),
    ("BÁO CÁO", 13, 14, "Bold"),
    ("Kết quả công tác học sinh, sinh viên năm 2025", 13, 14, "Bold"),
    ("Kính gửi: Ủy ban nhân dân tỉnh Hòa Bình", 13, 14, "Regular"),
    ("Căn cứ Luật Giáo dục ngày 14 tháng 6 năm 2019;", 13, 14, "Italic"),
    ("Căn cứ Kế hoạch số 157/KH-UBND.", 13, 14, "Italic"),
    ("Phần I", 13, 14, "Bold"),
    ("KẾT QUẢ CHUNG", 13, 14, "Bold"),
    ("I. TÌNH HÌNH THỰC HIỆN", 13, 14, "Bold"),
    ("1. Công tác tuyên truyền", 13, 14, "Bold"),
    ("a) Cấp tiểu học", 13, 14, "Regular"),
    ("Huyện Đà Bắc", 12, 13, "Regular"),
    ("Trên đây là báo cáo của Sở Giáo dục và Đào tạo./.", 13, 14, "Regular"),
    ("Nơi nhận:", 12, 12, "BoldItalic"),
    ("- Như trên;", 11, 11, "Regular"),
    ("- Các phòng chuyên môn thuộc Sở;", 11, 11, "Regular"),
    ("- Lưu: VT, CTTT.", 11, 11, "Regular"),
    ("KT. GIÁM ĐỐC", 13, 14, "Bold"),
    ("PHÓ GIÁM ĐỐC", 13, 14, "Bold"),
    ("Nguyễn Thị Minh Hằng", 13, 14, "Bold"),
]
APPENDIX_ELEMENTS = [
    ("Phụ lục I", 14, 14, "Bold"),
    ("DANH SÁCH ĐƠN VỊ", 13, 14, "Bold"),
    ("(Kèm theo Báo cáo số 05/BC-SGDĐT ngày 05 tháng 01 năm 2026 của Sở Giáo dục và Đào tạo)", 13, 14, "Italic"),
]
CENTRED = [
    "CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM", "Độc lập - Tự do - Hạnh phúc", "UBND TỈNH HÒA BÌNH",
    "SỞ GIÁO DỤC VÀ ĐÀO TẠO", "Số: 05/BC-SGDĐT", "Hòa Bình, ngày 05 tháng 01 năm 2026", "BÁO CÁO",
    "Kết quả công tác học sinh, sinh viên năm 2025", "Phần I", "KẾT QUẢ CHUNG", "KT. GIÁM ĐỐC", "Nguyễn Thị Minh Hằng",
]  # fmt: skip
INDENTED = [
    "Căn cứ Luật Giáo dục ngày 14 tháng 6 năm 2019;", "I. TÌNH HÌNH THỰC HIỆN", "1. Công tác tuyên truyền",
    "a) Cấp tiểu học", "Trên đây là báo cáo của Sở Giáo dục và Đào tạo./.",
]  # fmt: skip


WHOLE = report(body=(*BODY[:-1], *[Paragraph(LONG)] * 6, BODY[-1]), appendices=appendices())


@pytest.fixture(scope="module")
def printed():
    """The PDF pages of a report of two pages and two appendices, the first of them landscape."""
    return pdf(render_pdf(WHOLE, at=AT)).pages


@pytest.fixture(scope="module")
def written():
    return word(render_docx(WHOLE, at=AT))


def centre(found, style):
    """Middle of a text, mm from the left edge of the paper."""
    return found.x + width(style, found.text) / 2


def page_with(pages, text):
    return next(page for page in pages if any(piece.text == text for piece in pieces(page)))


@pytest.mark.parametrize(("text", "smallest", "largest", "face"), ELEMENTS + APPENDIX_ELEMENTS)
def test_each_element_has_its_size_and_face_in_the_pdf(printed, text, smallest, largest, face):
    found = piece(page_with(printed, text), text)
    assert smallest <= found.size <= largest
    assert found.face == face


@pytest.mark.parametrize(("text", "smallest", "largest", "face"), ELEMENTS + APPENDIX_ELEMENTS)
def test_each_element_has_its_size_and_face_in_word(written, text, smallest, largest, face):
    found = next(paragraph for paragraph in paragraphs(written) if paragraph.text == text).style.font
    assert smallest <= found.size.pt <= largest
    assert found.name == "Times New Roman"
    assert (bool(found.bold), bool(found.italic)) == ("Bold" in face, "Italic" in face)


def test_page_is_a4_and_an_appendix_may_lie(printed, written):
    sizes = [(round(page.mediabox.width / MM), round(page.mediabox.height / MM)) for page in printed]
    assert sizes == [(210, 297), (210, 297), (297, 210), (210, 297), (210, 297), (210, 297)]
    sections = [(s.orientation, round(s.page_width.mm), round(s.page_height.mm)) for s in written.sections]
    portrait, landscape = (WD_ORIENT.PORTRAIT, 210, 297), (WD_ORIENT.LANDSCAPE, 297, 210)
    assert sections == [portrait, landscape, portrait]


def test_margins_are_within_the_decree(printed, written):
    for section in written.sections:
        assert 20 <= round(section.top_margin.mm) <= 25
        assert 20 <= round(section.bottom_margin.mm) <= 25
        assert 30 <= round(section.left_margin.mm) <= 35
        assert 15 <= round(section.right_margin.mm) <= 20
    for page in printed:
        wide, high = page.mediabox.width / MM, page.mediabox.height / MM
        texts = [piece for piece in pieces(page) if not piece.text.isdigit()]
        assert min(piece.x for piece in texts) >= 29.9
        assert max(piece.y + 0.891 * piece.size / MM for piece in texts) <= high - 19.9
        assert min(piece.y for piece in texts) >= 20
        assert all(x + length <= wide - 19.8 for x, _y, length in strokes(page))  # a stroke is 0.2 mm thick


def test_page_numbers_stand_in_the_top_margin_from_the_second_page_of_each_part(printed):
    numbers = []
    for page in printed:
        wide, high = page.mediabox.width / MM, page.mediabox.height / MM
        above = [piece for piece in pieces(page) if piece.y > high - 20]
        assert all(abs(centre(p, "page_number") - (30 + wide - 20) / 2) < 0.1 for p in above)
        assert all((p.size, p.face) == (14, "Regular") for p in above)
        numbers.append([piece.text for piece in above])
    assert numbers == [[], ["2"], [], [], ["2"], ["3"]]


def test_page_numbers_in_word_restart_and_skip_the_first_page(written):
    for section in written.sections:
        assert section.different_first_page_header_footer
        assert section.header.paragraphs[-1]._p.xpath("w:fldSimple/@w:instr") == ["PAGE"]
        assert section.header.paragraphs[-1].alignment is None
        assert section.header.paragraphs[-1].style.paragraph_format.alignment == WD_ALIGN_PARAGRAPH.CENTER
        assert section.header_distance + Pt(14 * 1.15) < section.top_margin
        assert "".join(p.text for p in section.first_page_header.paragraphs) == ""
        assert section._sectPr.xpath("w:pgNumType/@w:start") == ["1"]
    assert not written.sections[1].first_page_header._element.xpath(".//w:fldSimple")


def test_lines_under_motto_names_and_abstract_have_their_lengths(printed):
    page = printed[0]
    issuer, motto, abstract = strokes(page)[:3]
    assert motto[2] == pytest.approx(width("motto", "Độc lập - Tự do - Hạnh phúc"), abs=0.01)
    assert 1 / 3 <= issuer[2] / width("issuing_body", "SỞ GIÁO DỤC VÀ ĐÀO TẠO") <= 1 / 2
    assert 1 / 3 <= abstract[2] / width("abstract", "Kết quả công tác học sinh, sinh viên năm 2025") <= 1 / 2
    for stroke, style, text in (
        (motto, "motto", "Độc lập - Tự do - Hạnh phúc"),
        (issuer, "issuing_body", "SỞ GIÁO DỤC VÀ ĐÀO TẠO"),
        (abstract, "abstract", "Kết quả công tác học sinh, sinh viên năm 2025"),
    ):
        above = piece(page, text)
        assert centre(above, style) == pytest.approx(stroke[0] + stroke[2] / 2, abs=0.05)
        assert 0 < above.y - stroke[1] < 4


def test_word_draws_the_same_lines(printed, written):
    cells = written.tables[0].rows[0].cells
    boxes = [(cells[0].paragraphs, 0.42 * 160 - 2), (cells[1].paragraphs, 0.58 * 160 - 2), (written.paragraphs, 160)]
    for (box, room), stroke in zip(boxes, strokes(printed[0])[:3], strict=True):
        rule = next(paragraph for paragraph in box if paragraph.style.name == "Đường kẻ")
        shape = rule.paragraph_format
        assert room - shape.left_indent.mm - shape.right_indent.mm == pytest.approx(stroke[2], abs=0.1)
        assert rule.style.element.xpath("w:pPr/w:pBdr/w:top/@w:val") == ["single"]


def test_masthead_stands_in_two_columns_with_number_and_date_on_one_line(printed):
    page = printed[0]
    title, issuer = piece(page, "CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM"), piece(page, "SỞ GIÁO DỤC VÀ ĐÀO TẠO")
    number, date = piece(page, "Số: 05/BC-SGDĐT"), piece(page, "Hòa Bình, ngày 05 tháng 01 năm 2026")
    assert issuer.x + width("issuing_body", issuer.text) < title.x
    assert title.x + width("national_title", title.text) <= 190.1
    assert number.y == pytest.approx(date.y, abs=0.1)
    assert centre(number, "number") == pytest.approx(centre(issuer, "issuing_body"), abs=0.05)
    assert centre(date, "place_and_date") == pytest.approx(centre(title, "national_title"), abs=0.05)


def test_body_is_justified_with_first_line_indent_and_space_between_paragraphs(printed, written):
    for text in INDENTED:
        assert piece(page_with(printed, text), text).x == pytest.approx(30 + 12.7, abs=0.05)
        shape = next(p for p in paragraphs(written) if p.text == text).style.paragraph_format
        assert shape.first_line_indent.mm in (pytest.approx(10, abs=0.05), pytest.approx(12.7, abs=0.05))
        assert shape.alignment == WD_ALIGN_PARAGRAPH.JUSTIFY
        assert shape.space_before >= Pt(6)
        assert 1 <= shape.line_spacing <= 1.5
    lines = [p for p in pieces(printed[0]) if p.size == 14 and p.face == "Regular" and p.text in LONG][:4]
    assert lines[0].x == pytest.approx(42.7, abs=0.05)
    assert {round(line.x, 1) for line in lines[1:]} == {30.0}
    leading = (lines[0].y - lines[1].y) * MM
    assert 14 * 1.149 <= leading <= 14 * 1.149 * 1.5 + 0.1


@pytest.mark.parametrize("text", CENTRED)
def test_word_centres_what_the_decree_centres(written, text):
    found = next(paragraph for paragraph in paragraphs(written) if paragraph.text == text)
    assert found.style.paragraph_format.alignment == WD_ALIGN_PARAGRAPH.CENTER


def test_signature_stands_right_of_the_recipients_and_level_with_them(printed):
    page = page_with(printed, "Nơi nhận:")
    recipients, authority = piece(page, "Nơi nhận:"), piece(page, "KT. GIÁM ĐỐC")
    name = piece(page, "Nguyễn Thị Minh Hằng")
    assert recipients.x == pytest.approx(30, abs=0.05)
    assert piece(page, "- Như trên;").x == pytest.approx(30, abs=0.05)
    assert authority.x > 110
    assert abs(recipients.y - authority.y) < 1
    assert centre(authority, "signer") == pytest.approx(centre(name, "signer_name"), abs=0.05)
    assert authority.y - name.y > 25  # room for a signature and a seal


def test_dashes_of_several_addressees_stand_under_the_colon():
    page = pdf(render_pdf(report(addressees=("Bộ Nội vụ", "Bộ Tài chính")), at=AT)).pages[0]
    colon = piece(page, "Kính gửi:").x + width("addressees", "Kính gửi")
    for item in ("- Bộ Nội vụ;", "- Bộ Tài chính."):
        assert piece(page, item).x == pytest.approx(colon, abs=0.3)


def test_abstract_of_a_letter_stands_under_its_number():
    letter = report(type_code="CV", symbol="SGDĐT-CTTT", abstract="nộp báo cáo năm 2025")
    page = pdf(render_pdf(letter, at=AT)).pages[0]
    number, abstract = piece(page, "Số: 05/SGDĐT-CTTT"), piece(page, "V/v nộp báo cáo năm 2025")
    assert 12 <= abstract.size <= 13
    assert abstract.face == "Regular"
    assert centre(number, "number") == pytest.approx(centre(abstract, "letter_abstract"), abs=0.05)
    below = paragraph(word(render_docx(letter, at=AT)), "V/v nộp báo cáo năm 2025")
    assert below.style.paragraph_format.space_before == Pt(6)
    assert not [p for p in pieces(page) if p.text == "CÔNG VĂN"]


def test_types_are_those_of_appendix_three():
    symbols = "NQ QĐ CT QC QyĐ TC TB HD CTr KH PA ĐA DA BC BB TTr HĐ CĐ BGN BTT GUQ GM GGT GNP PG PC PB"
    assert " ".join(DOCUMENT_TYPES) == f"{symbols} CV"
    assert [DOCUMENT_TYPES[code] for code in ("BC", "KH", "QyĐ", "CTr", "GGT")] == [
        "Báo cáo", "Kế hoạch", "Quy định", "Chương trình", "Giấy giới thiệu",
    ]  # fmt: skip


def test_layout_is_the_one_in_force_on_the_day():
    assert layout_on(dt.date(2020, 3, 5)).source.startswith("Nghị định số 30/2020/NĐ-CP")
    with pytest.raises(NoLayout, match="04/03/2020"):
        layout_on(dt.date(2020, 3, 4))
    with pytest.raises(NoLayout):
        render_pdf(report(date=dt.date(2019, 1, 1)), at=AT)

"""Texts that would break a careless renderer come out as they were written."""

from __future__ import annotations

import unicodedata

import pytest

from donghanh.papers.actions import (
    Appendix,
    Column,
    Heading,
    PaperCopy,
    Paragraph,
    Signer,
    Table,
    render_docx,
    render_pdf,
)
from donghanh.papers.tests.documents import AT, COLUMNS, report
from donghanh.papers.tests.reading import paragraphs, pdf, pieces, width, word, words
from donghanh.papers.tests.sheets import sheets

TYPST = (
    '#import "x": * #panic("y") $x^2$ *đậm* _nghiêng_ [a] \\ {b} @ref <nhãn> `mã` ~ -- --- "c" \'d\' // e /* f */ = g'
)
XML = "<w:p/> &amp; &#65; ]]> <!-- h --> <?php ?> {{ i }} {% j %}"
WORD = "x" * 400


def everywhere(text: str):
    """A document with `text` in every place that takes one."""
    table = Table((Column(text, 1), Column("Số", 1)), ((text, "1"),), (text, "2"), text)
    return report(
        superior_body=text, issuing_body=text, symbol=text, place=text, abstract=text, addressees=(text, text),
        bases=(text,), recipients=(text,), signer=Signer(text, text, text, text), mark=text, enacted_by=text,
        body=(*(Heading(level, text, text) for level in range(4)), Paragraph(text), table, Paragraph("Hết")),
        appendices=(Appendix(text, (Paragraph(text),)),), circulation=text, drafter=text, address=(text, text),
        copy=PaperCopy(
            type_code="SY", superior_body=text, issuing_body=text, number=text, symbol=text, place=text,
            date=AT.date(), signer=Signer(text, text, text), recipients=(text,),
        ),
    )  # fmt: skip


@pytest.mark.parametrize("text", [TYPST, XML])
def test_markup_is_only_text(text):
    document = report(body=(Paragraph(text), Table(COLUMNS[:2], ((text, "1"),)), Paragraph("Hết")), abstract=text)
    found = words(render_pdf(document, at=AT)).replace(" ", "")  # a line may end inside the text
    assert found.count(text.replace(" ", "")) == 3
    written = [paragraph.text for paragraph in paragraphs(word(render_docx(document, at=AT)))]
    assert written.count(text) == 3


@pytest.mark.parametrize("text", [TYPST, XML, WORD, "", "   ", "\\", "#", "ế" * 90, "😀 中文 ไทย"], ids=ascii)
def test_no_text_stops_a_document(text):
    document = everywhere(text)
    assert "Hết./." in words(render_pdf(document, at=AT))
    assert "Hết./." in [paragraph.text for paragraph in paragraphs(word(render_docx(document, at=AT)))]


def test_decomposed_letters_come_out_whole():
    composed, decomposed = (
        report(body=(Paragraph(unicodedata.normalize(form, "Đề nghị các trường tiểu học Đường Hoàng Ngọc Phượng")),))
        for form in ("NFC", "NFD")
    )
    assert render_pdf(composed, at=AT) == render_pdf(decomposed, at=AT)
    assert render_docx(composed, at=AT) == render_docx(decomposed, at=AT)
    assert "các trường tiểu học Đường Hoàng Ngọc Phượng./." in words(render_pdf(decomposed, at=AT))


def test_every_vietnamese_letter_is_drawn():
    vowels = "aăâeêioôơuưy"
    tones = ("", "\u0300", "\u0309", "\u0303", "\u0301", "\u0323")
    letters = [unicodedata.normalize("NFC", v + t) for v in vowels for t in tones] + ["đ"]
    text = " ".join(letters + [letter.upper() for letter in letters])
    data = render_pdf(report(body=(Paragraph(text), Paragraph("Hết"))), at=AT)
    assert text in words(data)
    assert "pdfaid" in pdf(data).trailer["/Root"]["/Metadata"].get_data().decode()  # refused where a letter is missing


def test_signs_the_font_lacks_do_not_cost_the_rest_of_the_document():
    data = render_pdf(report(body=(Paragraph("Trước 😀 sau"),)), at=AT)
    assert "Trước" in words(data)
    assert "sau./." in words(data)
    assert {piece.face for page in pdf(data).pages for piece in pieces(page)} <= {
        "Regular", "Bold", "Italic", "BoldItalic",
    }  # fmt: skip


def test_characters_no_file_can_carry_are_left_out():
    text = "a\x00b\x0bc\ud800d\ufffee\uffff\u200bf"
    document = report(body=(Paragraph(text),))
    assert "ab cdef./." in words(render_pdf(document, at=AT))
    assert "ab cdef./." in [paragraph.text for paragraph in paragraphs(word(render_docx(document, at=AT)))]


@pytest.mark.parametrize("place", ["text", "table"])
def test_a_word_longer_than_its_line_is_broken_not_run_off_the_paper(place):
    block = Paragraph(WORD) if place == "text" else Table(COLUMNS, (("1", "a", "b", WORD),))
    page = pdf(render_pdf(report(body=(block, Paragraph("Hết"))), at=AT)).pages[0]
    style, right = ("text", 190) if place == "text" else ("table_cell", 190 - 1.9)
    parts = [piece for piece in pieces(page) if set(piece.text) == {"x"}]
    assert "".join(part.text for part in parts) == WORD
    assert len(parts) > 3
    assert max(part.x + width(style, part.text) for part in parts) <= right + 0.1


def test_a_long_circulation_stays_in_its_column_in_a_higher_frame():
    text = "Chỉ lưu hành trong các phòng chuyên môn và các trường trực thuộc"
    page = sheets(render_pdf(report(circulation=text), at=AT))[0]
    first, last = page.find("CHỈ LƯU HÀNH"), page.find("TRỰC THUỘC")
    [top, bottom] = [stroke for stroke in page.strokes() if stroke.length > 60 and stroke.left < 31][:2]
    assert top.y < first.top < last.bottom < bottom.y
    assert bottom.y - top.y > 8
    assert top.right < 30 + 160 * 0.42
    assert bottom.y < page.find("BÁO CÁO").top


def test_a_row_taller_than_a_page_loses_nothing():
    text = " ".join(f"từ{n}" for n in range(1500))
    found = words(render_pdf(report(body=(Table(COLUMNS, (("1", "a", "b", text),)), Paragraph("Hết"))), at=AT))
    assert all(f"từ{n}" in found for n in (0, 700, 1499))


def test_more_recipients_than_a_page_holds_lose_nothing():
    names = tuple(f"Đơn vị thứ {n}" for n in range(150))
    found = words(render_pdf(report(recipients=names), at=AT))
    assert all(f"- {name};" in found for name in names)

"""The files as a whole: same bytes each time, fonts inside, the mark on every page, bookmarks, dates."""

from __future__ import annotations

import datetime as dt
import hashlib
import subprocess
import sys
import zipfile
from io import BytesIO
from pathlib import Path

import pytest
from django.conf import settings as configured

from donghanh.papers import typesetting
from donghanh.papers.actions import Paragraph, render_docx, render_pdf
from donghanh.papers.tests.documents import AT, BODY, LONG, appendices, long_table, report
from donghanh.papers.tests.geometry import SAMPLES
from donghanh.papers.tests.reading import paragraphs, pdf, pieces, word, words

ELSEWHERE = """
import hashlib, sys
from pathlib import Path
from django.conf import settings
settings.configure(FONTS_FOLDER=Path(sys.argv[1]), TIME_ZONE="Asia/Ho_Chi_Minh", USE_TZ=True)
from donghanh.papers import typesetting, word
from donghanh.papers.composition import compose
from donghanh.papers.tests.documents import AT
from donghanh.papers.tests.geometry import SAMPLES
paper = compose(SAMPLES["report"], at=AT)
print([hashlib.sha256(make(paper, at=AT)).hexdigest() for make in (typesetting.pdf, word.docx)])
"""
MARK = "DỮ LIỆU GIẢ LẬP – KHÔNG CÓ GIÁ TRỊ"
# The order in which WordprocessingML wants these children; Word calls a file that breaks it damaged.
ORDER = {
    "pPr": "pStyle keepNext keepLines pageBreakBefore widowControl pBdr spacing ind jc outlineLvl rPr sectPr",
    "rPr": "rStyle rFonts b bCs i iCs caps color sz szCs bdr lang",
    "tblPr": "tblStyle tblW jc tblInd tblBorders tblLayout tblCellMar tblLook",
    "tcPr": "tcW vAlign",
    "sectPr": "headerReference footerReference type pgSz pgMar pgNumType cols titlePg docGrid",
}


@pytest.mark.parametrize("render", [render_pdf, render_docx])
def test_same_document_gives_same_bytes(render):
    document = report(appendices=appendices())
    assert render(document, at=AT) == render(document, at=AT)


def test_another_process_gives_the_same_bytes():
    document = SAMPLES["report"]  # with every box
    here = [hashlib.sha256(render(document, at=AT)).hexdigest() for render in (render_pdf, render_docx)]
    command = [sys.executable, "-c", ELSEWHERE, str(configured.FONTS_FOLDER)]
    for seed in ("1", "2"):  # of Python's own hashes, which decide the order of sets
        there = subprocess.run(
            command, check=True, capture_output=True, text=True, cwd=configured.ROOT, env={"PYTHONHASHSEED": seed}
        )
        assert there.stdout.strip() == str(here)


def test_pdf_is_archival_and_carries_its_fonts():
    reader = pdf(render_pdf(report(appendices=appendices(), mark=MARK), at=AT))
    assert float(reader.pdf_header.removeprefix("%PDF-")) >= 1.4
    about = reader.trailer["/Root"]["/Metadata"].get_data().decode()
    assert "<pdfaid:part>2</pdfaid:part><pdfaid:conformance>A</pdfaid:conformance>" in about
    assert reader.trailer["/Root"]["/Lang"] == "vi-VN"
    fonts = {
        font.get_object()["/BaseFont"].partition("+")[2]: font.get_object()["/DescendantFonts"][0].get_object()
        for page in reader.pages
        for font in page["/Resources"]["/Font"].values()
    }
    assert set(fonts) == {"Tinos-Regular", "Tinos-Bold", "Tinos-Italic", "Tinos-BoldItalic"}
    assert all(font["/FontDescriptor"].keys() & {"/FontFile2", "/FontFile3"} for font in fonts.values())


def test_files_say_what_they_are():
    about = pdf(render_pdf(report(), at=AT)).metadata
    title = "Báo cáo: Kết quả công tác học sinh, sinh viên năm 2025"
    assert (about.title, about.author, about.creation_date) == (title, "Sở Giáo dục và Đào tạo", AT)
    said = word(render_docx(report(), at=AT)).core_properties
    assert (said.title, said.author, said.language) == (title, "Sở Giáo dục và Đào tạo", "vi-VN")
    assert said.created == said.modified == AT.astimezone(dt.UTC)
    assert "python" not in f"{said.author}{said.comments}{said.last_modified_by}".lower()


def test_bookmarks_lead_to_headings_and_appendices():
    def titles(items):
        return [titles(item) if isinstance(item, list) else item.title for item in items]

    document = report(appendices=appendices())
    assert titles(pdf(render_pdf(document, at=AT)).outline) == [
        "KẾT QUẢ CHUNG", ["I. TÌNH HÌNH THỰC HIỆN", ["1. Công tác tuyên truyền", ["a) Cấp tiểu học"]]],
        "Phụ lục I", "Phụ lục II",
    ]  # fmt: skip
    levels = {
        paragraph.text: paragraph.style.element.xpath("w:pPr/w:outlineLvl/@w:val")
        for paragraph in paragraphs(word(render_docx(document, at=AT)))
    }
    assert levels["KẾT QUẢ CHUNG"] == levels["Phụ lục II"] == ["0"]
    assert levels["1. Công tác tuyên truyền"] == ["2"]
    assert levels[LONG] == []


def test_mark_stands_at_top_and_foot_of_every_page():
    document = report(appendices=appendices(), mark=MARK)
    pages = pdf(render_pdf(document, at=AT)).pages
    assert len(pages) == 5
    for page in pages:
        found = [piece for piece in pieces(page) if piece.text == MARK]
        assert [piece.face for piece in found] == ["Bold", "Bold"]
        assert found[0].y > float(page.mediabox.height) / 72 * 25.4 - 20
        assert found[1].y < 20
    for section in word(render_docx(document, at=AT)).sections:
        edges = (section.header, section.first_page_header, section.footer, section.first_page_footer)
        assert [edge.paragraphs[0].text for edge in edges] == [MARK] * 4
        assert str(section.header.paragraphs[0].style.font.color.rgb) == "C00000"


def test_a_real_document_has_no_trace_of_the_mark():
    assert "GIẢ LẬP" not in words(render_pdf(report(), at=AT))
    with zipfile.ZipFile(BytesIO(render_docx(report(), at=AT))) as file:
        assert "giả lập" not in "".join(file.read(name).decode().lower() for name in file.namelist())


def test_the_signature_never_stands_on_a_page_of_its_own():
    starts = set()
    for count in range(6, 20):
        body = (*[Paragraph("Một dòng.")] * count, Paragraph(LONG), Paragraph("Xin báo cáo."))
        pages = pdf(render_pdf(report(body=body), at=AT)).pages
        [page] = [n for n, page in enumerate(pages) if "Nguyễn Thị Minh Hằng" in page.extract_text()]
        assert "Xin báo cáo./." in pages[page].extract_text()
        assert "Nơi nhận:" in pages[page].extract_text()
        starts.add(page)
    assert starts == {0, 1}  # the range did cross the end of a page


def test_word_holds_the_last_words_and_the_signature_together():
    file = word(render_docx(report(), at=AT))
    last = next(p for p in file.paragraphs if p.text.endswith("./."))
    assert last.paragraph_format.keep_with_next
    assert file.tables[-1]._tbl.xpath("w:tr/w:trPr/w:cantSplit")


def test_head_of_a_long_table_stands_on_each_of_its_pages():
    pages = pdf(render_pdf(report(body=(*BODY[:2], long_table(300))), at=AT)).pages
    texts = [page.extract_text() for page in pages]
    assert len(pages) >= 7
    rows = []
    for text in texts:
        on_page = [line.split(" ") for line in text.splitlines() if "Trường thứ" in line]
        assert text.count("Đơn vị") == (1 if on_page else 0)
        rows += [words[0] for words in on_page]
    assert rows == [str(n) for n in range(1, 301)]
    table = word(render_docx(report(body=(long_table(300),)), at=AT)).tables[1]
    assert [bool(row._tr.xpath("w:trPr/w:tblHeader")) for row in table.rows] == [True] + [False] * 300
    assert [row.cells[0].text for row in table.rows] == ["TT", *(str(n) for n in range(1, 301))]


def test_table_has_its_figures_in_their_columns():
    table = word(render_docx(report(), at=AT)).tables[1]
    assert [[cell.text for cell in row.cells] for row in table.rows] == [
        ["TT", "Đơn vị", "Số cơ sở giáo dục", "Tỷ lệ (%)"],
        ["1", "Huyện Đà Bắc", "1.043", "92,1"],
        ["2", "Huyện Mai Châu", "58", "90,0"],
        ["", "Toàn tỉnh", "1.101", "92,0"],
    ]
    assert [round(cell.width.mm) for cell in table.rows[0].cells] == [16, 80, 32, 32]
    assert [cell.paragraphs[0].alignment for cell in table.rows[1].cells] == [1, 0, 2, 2]
    lines = pdf(render_pdf(report(), at=AT)).pages[0].extract_text().splitlines()
    start = lines.index("1 Huyện Đà Bắc 1.043 92,1")
    assert lines[start : start + 3] == [
        "1 Huyện Đà Bắc 1.043 92,1", "2 Huyện Mai Châu 58 90,0", "Toàn tỉnh 1.101 92,0",
    ]  # fmt: skip


def test_children_of_the_word_file_stand_in_the_order_of_its_schema():
    file = word(render_docx(report(appendices=appendices(), mark=MARK), at=AT))
    roots = (file.element, file.styles.element, file.sections[0].header._element)
    checked = 0
    for name, order in ORDER.items():
        for root in roots:
            for element in root.xpath(f"//w:{name}"):
                found = [child.tag.rpartition("}")[2] for child in element]
                assert found == sorted(found, key=order.split().index)
                checked += 1
    assert checked > 500


def test_missing_fonts_are_said_not_replaced(settings, tmp_path: Path):
    settings.FONTS_FOLDER = tmp_path
    with pytest.raises(typesetting.FontsMissing, match="Tinos"):
        render_pdf(report(), at=AT)

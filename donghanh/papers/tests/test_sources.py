"""Codes of sources: printed in the margin, listed with a square that a phone reads, opened by those allowed."""

from __future__ import annotations

from dataclasses import replace
from io import BytesIO

import pdfplumber
import pytest
import zxingcpp
from django.db import DatabaseError, transaction
from django.urls import reverse
from docx import Document
from PIL import Image

from donghanh.files.queries import content_of
from donghanh.organisations.tests.factories import AT
from donghanh.papers.actions import file_paper, render_docx, render_pdf
from donghanh.papers.document import Appendix, Column, Paragraph, Source, Table
from donghanh.papers.models import FigureSource
from donghanh.papers.sourcing import as_code, coded, sourced
from donghanh.papers.tests.documents import report

FIGURES = reverse("papers:papers")  # a page for those who read documents
SENTENCE = "Có 230/271 cơ sở giáo dục đã có kế hoạch."
MM = 72 / 25.4
COUNTS = Table(
    (Column("TT", 1), Column("Số lượng", 3)), (("1", "230"),), caption="Bảng 1. Số cơ sở", sources=(Source(FIGURES),)
)
AREAS = Appendix("Theo địa bàn", (replace(COUNTS, caption=""),), landscape=True)
pytestmark = pytest.mark.django_db


def with_sources(**changes):
    body = (Paragraph("Không có số liệu nào ở đây."), Paragraph(SENTENCE, (Source(FIGURES),)), COUNTS)
    return report(body=body, appendices=(AREAS,), **changes)


def codes_of(document) -> list[str]:
    return [source.code for _said, source in sourced(document)]


@pytest.fixture
def paper(cast):
    return file_paper(
        document=with_sources(), unit_id=cast.department.pk, title="Báo cáo số 15/BC-SGDĐT", by=cast.department_officer,
        at=AT,
    )  # fmt: skip


def test_each_code_stands_in_the_margin_beside_its_figures_and_once_in_the_list():
    document = coded(with_sources())
    first, table, areas = codes_of(document)
    with pdfplumber.open(BytesIO(render_pdf(document, at=AT))) as pdf:
        words = [(page.page_number, word) for page in pdf.pages for word in page.extract_words()]
        width = pdf.pages[0].width
        last = pdf.pages[-1].extract_text()
    [(page, code), _listed] = [(n, word) for n, word in words if word["text"] == first]
    [beside] = [word for n, word in words if n == page and word["text"] == "230/271"]
    assert code["x0"] == pytest.approx(width - 18 * MM, abs=1)  # 2 mm into a margin of 20
    assert abs(code["top"] - beside["top"]) < 5  # on the sentence's first line
    assert code["x1"] < width - 5 * MM  # no printer cuts it off
    assert [sum(word["text"] == each for _page, word in words) for each in (table, areas)] == [2, 2]
    assert last.startswith("NGUỒN SỐ LIỆU")
    assert SENTENCE in last
    assert "Theo địa bàn" in last


def test_a_phone_reads_the_address_from_the_printed_page_and_from_word(settings):
    settings.SITE_ADDRESS = "https://donghanh.hoabinh.edu.vn"
    document = coded(with_sources())
    wanted = [f"https://donghanh.hoabinh.edu.vn/trinh-ky/nguon/{code}/" for code in codes_of(document)]
    with pdfplumber.open(BytesIO(render_pdf(document, at=AT))) as pdf:
        printed = pdf.pages[-1].to_image(resolution=150).original
    assert [
        found.text for found in sorted(zxingcpp.read_barcodes(printed), key=lambda one: one.position.top_left.y)
    ] == wanted
    word = Document(BytesIO(render_docx(document, at=AT)))
    pictures = [part.blob for part in word.part.package.image_parts]
    assert sorted(zxingcpp.read_barcodes(Image.open(BytesIO(one)))[0].text for one in pictures) == sorted(wanted)
    frames = word.element.body.xpath("//w:p[w:pPr/w:framePr]/w:r/w:t")
    assert [frame.text for frame in frames] == codes_of(document)


def test_without_sources_nothing_is_added():
    plain = report(body=(Paragraph(SENTENCE),), appendices=())
    with pdfplumber.open(BytesIO(render_pdf(coded(plain), at=AT))) as pdf:
        assert "NGUỒN SỐ LIỆU" not in "".join(page.extract_text() for page in pdf.pages)


def test_the_same_codes_give_the_same_bytes():
    document = coded(with_sources())
    assert coded(document) == document  # codes that stand are kept
    assert render_pdf(document, at=AT) == render_pdf(document, at=AT)
    assert render_docx(document, at=AT) == render_docx(document, at=AT)


def test_a_filed_paper_keeps_what_its_codes_open(paper, cast):
    kept = FigureSource.objects.filter(paper=paper).order_by("pk")
    assert [(one.said, one.href) for one in kept] == [
        (SENTENCE, FIGURES), ("Bảng 1. Số cơ sở", FIGURES), ("Theo địa bàn", FIGURES),
    ]  # fmt: skip
    with content_of(paper.pdf) as file, pdfplumber.open(file) as pdf:
        text = "".join(page.extract_text() for page in pdf.pages)
    assert all(text.count(one.code) == 2 for one in kept)
    for change in (lambda: kept.update(said="khác"), kept.delete):
        with pytest.raises(DatabaseError, match="permission denied"), transaction.atomic():
            change()


def test_opens_for_those_allowed_and_says_not_yours_to_others(paper, cast, client, sign_in):
    kept = paper.sources.order_by("pk")[0]
    page = reverse("papers:source", args=[kept.code])
    opened = sign_in(cast.clerk).get(page)
    assert opened.status_code == 200
    assert f'href="{FIGURES}"' in opened.content.decode()
    assert SENTENCE in opened.content.decode()
    for person, sentence in (
        (cast.principal, "Số liệu này không thuộc phạm vi của thầy cô."),  # reads documents, of a school only
        (cast.student, "Số liệu này không thuộc phạm vi của thầy cô."),
        (None, "Đăng nhập để mở số liệu."),
    ):
        shut = (sign_in(person) if person else client).get(page).content.decode()
        assert sentence in shut
        assert SENTENCE not in shut
        assert paper.title not in shut


def test_a_code_is_typed_as_people_type(paper, client):
    code = paper.sources.order_by("pk")[0].code
    find = reverse("papers:find_source")
    typed = f" {code[:3].lower()}-{code[3:].lower()} "
    assert as_code(typed) == code
    assert client.get(find, {"ma": typed}).url == reverse("papers:source", args=[code])
    wrong = client.get(find, {"ma": "000000"})
    assert wrong.status_code == 422
    assert "Không có số liệu nào mang mã “000000”" in wrong.content.decode()
    assert client.get(reverse("papers:source", args=["000000"])).status_code == 404

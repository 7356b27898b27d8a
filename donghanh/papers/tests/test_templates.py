"""Templates: what may be said in them, what a wrong one is told, and what a Word file must be."""

from __future__ import annotations

import zipfile
from contextlib import suppress
from io import BytesIO

import pytest
from docx import Document
from hypothesis import given, settings
from hypothesis import strategies as some

from donghanh.organisations.tests.factories import AT
from donghanh.papers.document import Column, Heading, Paragraph, Source, Table
from donghanh.papers.template_document import FaultyPart, blocks_of
from donghanh.papers.template_fields import FIELDS, Told
from donghanh.papers.template_language import Faulty, check, context_of, examples, fill
from donghanh.papers.template_word import checked, filled
from donghanh.papers.tests.templates import a_word_file

ONLY_FIELDS = "Dòng 1: chỉ dùng được trường, {% if %} và {% for %}; không tính toán, không đặt biến."
LINKED = b'<Relationship Type="a/attachedTemplate" TargetMode="External"/>'
EXAMPLE = context_of(examples(), {"girls": Told("48,2")})


def fault_of(text: str) -> str:
    with pytest.raises(Faulty) as caught:
        check(text, figures=["girls"])
    return str(caught.value)


@pytest.mark.parametrize("field", FIELDS.values(), ids=lambda field: field.code)
def test_every_field_is_filled_as_its_list_says_to_write_it(field):
    expected = ", ".join(field.example) if isinstance(field.example, tuple) else str(field.example)
    assert fill(field.sign, EXAMPLE) == expected


def test_numbers_and_days_are_printed_as_vietnamese_papers_do():
    text = "{{ so_hoc_sinh }} · {{ ngay }} · {{ so_lieu('girls') }}"
    assert fill(text, EXAMPLE, figures=["girls"]) == "1.234 · ngày 16 tháng 6 năm 2025 · 48,2"


def test_numbers_are_compared_as_numbers():
    assert fill("{% if so_hoc_sinh > 1000 and so_can_bo < 100 %}lớn{% else %}nhỏ{% endif %}", EXAMPLE) == "lớn"


def test_field_without_a_value_is_no_in_a_condition_and_a_fault_where_it_is_printed():
    nothing = context_of({}, {})
    assert fill("{% if hieu_truong %}{{ hieu_truong }}{% else %}nhà trường{% endif %}", nothing) == "nhà trường"
    with pytest.raises(Faulty, match=r"^Thiếu họ tên hiệu trưởng.$"):
        fill("{{ hieu_truong }}", nothing)
    with pytest.raises(Faulty, match=r"^Thiếu số liệu của chỉ tiêu “girls”.$"):
        fill("{{ so_lieu('girls') }}", nothing, figures=["girls"])


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("a\nb\n{{ ten_donvi }}", "Dòng 3: không có trường “ten_donvi”. Có phải là “ten_don_vi” không?"),
        ("{{ xyz }}", "Dòng 1: không có trường “xyz”. Xem danh sách trường ở dưới."),
        ("{{ so_lieu('boys') }}", "Dòng 1: không có chỉ tiêu mã “boys”."),
        ("{{ so_lieu(ten_don_vi) }}", 'Dòng 1: viết so_lieu("mã chỉ tiêu") với mã trong ngoặc kép.'),
        ("\n{% if so %}a", "Dòng 2: khối {% if %} chưa có {% endif %}."),
        ("{{ so", "Dòng 1: chỗ trong ngoặc nhọn viết sai, hoặc thiếu ngoặc đóng."),
        ("{{ so | reverse }}", "Dòng 1: không có bộ lọc “reverse”; dùng được: default, join, lower, trim, upper."),
        ("{{ ten_don_vi.__class__ }}", "Dòng 1: sau tên trường không viết dấu chấm."),
        ("{{ ten_don_vi['x'] }}", ONLY_FIELDS),
        ("{{ so * 1000000 }}", ONLY_FIELDS),
        ("{% set a = so %}", ONLY_FIELDS),
        ("{% include 'x' %}", ONLY_FIELDS),
        ("{% for a in range(9) %}{% endfor %}", "Dòng 1: chỉ lặp được qua danh sách: don_vi_truc_thuoc."),
        (
            "{% for a in don_vi_truc_thuoc %}{% for b in don_vi_truc_thuoc %}{% endfor %}{% endfor %}",
            "Dòng 1: không đặt vòng lặp trong vòng lặp.",
        ),
        ("{{ range(9) }}", 'Dòng 1: chỉ gọi được so_lieu("mã chỉ tiêu").'),
        (
            "{% xyz %}",
            "Dòng 1: phần mềm chỉ hiểu {% if %} và {% for %}, mỗi khối đóng bằng {% endif %} hoặc {% endfor %}.",
        ),
        ("x" * 40_001, "Mẫu dài quá 40000 ký tự."),
        ("{{ " + "(" * 5000 + "so" + ")" * 5000 + " }}", "Mẫu viết quá phức tạp nên không đọc được."),
    ],
)  # fmt: skip
def test_wrong_template_is_told_what_and_where(text, sentence):
    assert fault_of(text) == sentence


def test_a_long_text_in_a_loop_stops():
    many = context_of({"don_vi_truc_thuoc": ("x",) * 1000}, {})
    with pytest.raises(Faulty, match=r"^Văn bản dài quá 200000 ký tự.$"):
        fill("{% for a in don_vi_truc_thuoc %}" + "y" * 1000 + "{% endfor %}", many)


@settings(max_examples=60, deadline=None)
@given(some.text("{}%#|.()[]'\" _abcs_oen\n", max_size=60))
def test_any_text_is_filled_or_refused_with_a_sentence(text):
    with suppress(Faulty):
        check(text)
        fill(text, EXAMPLE)


def test_lines_become_headings_paragraphs_and_tables():
    text = "# I. Mục đích\n## 1. Yêu cầu\nĐoạn văn.\n\n| TT | Đơn vị |\n|---|---|\n| 1 | Trường A |\n#### Phần I. Chung"
    assert blocks_of(text) == (
        Heading(1, "I", "Mục đích"),
        Heading(2, "1", "Yêu cầu"),
        Paragraph("Đoạn văn."),
        Table((Column("TT", 4), Column("Đơn vị", 6)), (("1", "Trường A"),)),
        Heading(0, "Phần I", "Chung"),
    )


def test_a_torn_table_is_told_its_line():
    with pytest.raises(FaultyPart, match=r"^Dòng 3: dòng của bảng có 1 ô, đầu bảng có 2 ô.$"):
        blocks_of("| a | b |\n| 1 | 2 |\n| 3 |")


# ── Word ──


def test_word_file_is_filled_where_its_fields_stand():
    content = a_word_file("Kính gửi {{ ten_don_vi }}", "Có {{ so_hoc_sinh }} học sinh", header="{{ ma_don_vi }}")
    assert checked(content, figures=()).fields == {"ten_don_vi", "so_hoc_sinh", "ma_don_vi"}
    made = filled(content, context_of({**examples(), "ten_don_vi": "A & <B>"}, {}), figures=(), at=AT)
    file = Document(BytesIO(made))
    assert [p.text for p in file.paragraphs] == ["Kính gửi A & <B>", "Có 1.234 học sinh"]
    assert file.sections[0].header.paragraphs[0].text == "17311001"
    assert made == filled(content, context_of({**examples(), "ten_don_vi": "A & <B>"}, {}), figures=(), at=AT)


def test_generated_data_is_marked_above_the_office_s_own_page():
    made = filled(a_word_file("{{ so }}"), EXAMPLE, figures=(), at=AT, mark="GIẢ LẬP")
    assert [p.text for p in Document(BytesIO(made)).paragraphs] == ["GIẢ LẬP", "15"]


def word_fault(content: bytes) -> str:
    with pytest.raises(Faulty) as caught:
        checked(content, figures=())
    return str(caught.value)


def with_part(name: str, content: bytes, *, instead: bool = False) -> bytes:
    """A sound Word file with one part more, or with another content."""
    packed = BytesIO()
    with zipfile.ZipFile(BytesIO(a_word_file("{{ so }}"))) as source, zipfile.ZipFile(packed, "w", 8) as target:
        for entry in source.namelist():
            if not (instead and entry == name):
                target.writestr(entry, source.read(entry))
        target.writestr(name, content)
    return packed.getvalue()


def test_unknown_field_in_a_word_file_is_told_its_paragraph():
    sentence = "Đoạn 2: không có trường “ten_donvi”. Có phải là “ten_don_vi” không?"
    assert word_fault(a_word_file("Kính gửi", "{{ ten_donvi }}")) == sentence


NOT_WORD = "Tệp này không phải là Word (.docx). Mở bằng Word, lưu lại dạng .docx rồi gửi lại."
BROKEN_WORD = "Tệp Word này hỏng. Mở bằng Word, lưu lại dạng .docx rồi gửi lại."


@pytest.mark.parametrize(
    ("content", "sentence"),
    [
        (b"", NOT_WORD),
        (b"%PDF-1.7", NOT_WORD),
        (b"PK\x03\x04 no archive", NOT_WORD),
        (a_word_file("x")[:3000], NOT_WORD),
        (with_part("word/document.xml", b"<w:document", instead=True), BROKEN_WORD),
        (with_part("word/document.xml", b"<!DOCTYPE a [<!ENTITY b 'c'>]><a>&b;</a>", instead=True), BROKEN_WORD),
        (with_part("word/document.xml", b"{" * 2000, instead=True), "Mẫu có quá 300 trường."),
        (with_part("word/media/big.bin", b"\0" * (31 * 2**20)), "Tệp này bung ra quá lớn nên không nhận."),
        (
            with_part("word/vbaProject.bin", b"x"),
            "Tệp có macro nên không nhận. Lưu lại dạng .docx không macro rồi gửi lại.",
        ),
        (
            with_part("word/embeddings/a.bin", b"x"),
            "Tệp có tệp khác nhúng bên trong nên không nhận. Bỏ phần nhúng rồi gửi lại.",
        ),
        (
            with_part("word/_rels/settings.xml.rels", LINKED),
            "Tệp lấy nội dung từ nơi khác (mẫu hoặc hình liên kết) nên không nhận.",
        ),
        (b"PK\x03\x04" + b"\0" * (5 * 2**20), "Tệp lớn hơn 5 MB. Bỏ bớt hình trong tệp rồi gửi lại."),
    ],
    ids=[
        "empty", "pdf", "no archive", "cut off", "no xml", "entities", "too many fields", "bomb", "macro", "embedded",
        "linked", "too large",
    ],
)  # fmt: skip
def test_file_that_is_no_plain_word_file_is_refused(content, sentence):
    assert word_fault(content) == sentence


def test_two_figures_of_one_sentence_have_a_code_each_and_compare_as_printed():
    told = {"girls": Told("48,2", "/a/", "CODEAAAA"), "boys": Told("51,8", "/b/", "CODEBBBB")}
    text = "{% if so_lieu('girls') == '48,2' %}{{ so_lieu('girls') }} và {{ so_lieu('boys') }}{% endif %}"
    filled = fill(f"{text}\n| Nữ |\n| {{{{ so_lieu('girls') }}}} |", context_of({}, told), figures=told)
    sources = {one.code: Source(one.href, one.code) for one in told.values()}
    assert blocks_of(filled, sources) == (
        Paragraph("48,2 và 51,8", (sources["CODEAAAA"], sources["CODEBBBB"])),
        Table((Column("Nữ", 4),), (("48,2",),), sources=(sources["CODEAAAA"],)),
    )

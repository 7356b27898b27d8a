"""A letter to units below, as the tests vary it."""

from __future__ import annotations

from datetime import date
from io import BytesIO

from docx import Document

from donghanh.organisations.tests.factories import AT
from donghanh.papers.actions_merge import ask_to_merge, begin_template, publish_template, write_template
from donghanh.papers.merge_values import Given

LETTER = {
    "symbol": "SGDĐT-CTTT",
    "superior_body": "UBND tỉnh Hòa Bình",
    "issuing_body": "Sở Giáo dục và Đào tạo",
    "place": "Hòa Bình",
    "abstract": "nhắc nộp báo cáo {{ ten_chuong_trinh }}",
    "addressees": "{{ ten_don_vi }}",
    "bases": "",
    "body": (
        "Đến nay Sở chưa nhận được báo cáo của {{ ten_don_vi }} ({{ co_quan_cap_tren }}).\n"
        "Đề nghị {% if hieu_truong %}thầy cô hiệu trưởng {{ hieu_truong }}{% else %}đơn vị{% endif %} gửi báo cáo "
        "trước {{ han }}.\n"
        "{% if so_hoc_sinh > 400 %}Đơn vị có {{ so_hoc_sinh }} học sinh.{% endif %}"
    ),
    "recipients": "Phòng GD&ĐT",
    "signer_authority": "KT. Giám đốc",
    "signer_position": "Phó Giám đốc",
    "signer_name": "Đinh Thị Hương",
}
GIVEN = Given(day=date(2025, 6, 16), number="", deadline=date(2025, 7, 15), programme="Kế hoạch số 157/KH-UBND")


def a_template(cast, *, unit=None, by=None, published=True, word=None, name="Nhắc nộp báo cáo", **changes):
    by = by or cast.clerk
    template = begin_template(
        unit_id=(unit or cast.department).pk, name=name, type_code="CV", by=by, at=AT
    )  # fmt: skip
    write_template(template=template, texts=LETTER | changes, word=word, by=by, at=AT)
    if published:
        publish_template(template=template, by=by, at=AT)
    return template


def a_merge(cast, template=None, *, by=None, given=GIVEN, **asked):
    template = template or a_template(cast, by=by)
    return ask_to_merge(template=template, given=given, by=by or cast.clerk, at=AT, **asked)


def a_word_file(*paragraphs: str, header: str = "") -> bytes:
    file, written = Document(), BytesIO()
    for text in paragraphs:
        file.add_paragraph(text)
    if header:
        file.sections[0].header.paragraphs[0].text = header
    file.save(written)
    return written.getvalue()

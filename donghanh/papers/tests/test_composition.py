"""The words and marks that the decree orders around an author's text."""

from __future__ import annotations

import datetime as dt

import pytest
from django.utils import translation

from donghanh.papers.actions import Appendix, Column, Heading, Paragraph, Signer, Table, render_docx, render_pdf
from donghanh.papers.composition import Columns, Line, compose, roman
from donghanh.papers.document import DigitalCopy, PaperCopy
from donghanh.papers.tests.documents import AT, TABLE, report


def lines(document, *, section=0):
    """Every line of one section, in reading order."""
    found = []
    for part in compose(document, at=AT).sections[section].parts:
        boxes = [box for row in part.rows for box in row] if isinstance(part, Columns) else [[part]]
        found += [line.text for box in boxes for line in box if isinstance(line, Line)]
    return found


@pytest.mark.parametrize(
    ("number", "written"),
    [("5", "Số: 05/BC-SGDĐT"), ("12", "Số: 12/BC-SGDĐT"), ("127", "Số: 127/BC-SGDĐT"), ("05", "Số: 05/BC-SGDĐT")],
)
def test_numbers_below_ten_take_a_zero(number, written):
    assert written in lines(report(number=number))


def test_a_number_not_yet_given_leaves_room_for_the_clerk():
    [found] = [line for line in lines(report(number=None)) if line.startswith("Số:")]
    assert found.startswith("Số: \u00a0\u00a0\u00a0")
    assert found.endswith("\u00a0/BC-SGDĐT")


@pytest.mark.parametrize(
    ("day", "written"),
    [
        (dt.date(2025, 1, 9), "ngày 09 tháng 01 năm 2025"),
        (dt.date(2025, 2, 10), "ngày 10 tháng 02 năm 2025"),
        (dt.date(2025, 3, 5), "ngày 05 tháng 3 năm 2025"),
        (dt.date(2025, 9, 30), "ngày 30 tháng 9 năm 2025"),
        (dt.date(2025, 12, 1), "ngày 01 tháng 12 năm 2025"),
    ],
)
def test_days_below_ten_and_months_one_and_two_take_a_zero(day, written):
    assert f"Hòa Bình, {written}" in lines(report(date=day))


def test_an_open_date_keeps_the_year_of_the_place_not_of_greenwich():
    new_year = dt.datetime(2025, 12, 31, 20, 0, tzinfo=dt.UTC)  # three in the morning of 1 January in Việt Nam
    parts = compose(report(date=None), at=new_year).sections[0].parts
    [place] = parts[0].rows[1][1]
    assert place.text.endswith("năm 2026")
    assert place.text.replace("\u00a0", "") == "Hòa Bình, ngàythángnăm 2026"


def test_bases_end_with_semicolons_and_a_full_stop():
    bases = ("Căn cứ Luật Giáo dục.", "Căn cứ Kế hoạch 157;", "Theo đề nghị của Trưởng phòng")
    found = lines(report(bases=bases))
    start = found.index("Kính gửi: Ủy ban nhân dân tỉnh Hòa Bình") + 1
    assert found[start : start + 3] == [
        "Căn cứ Luật Giáo dục;", "Căn cứ Kế hoạch 157;", "Theo đề nghị của Trưởng phòng.",
    ]  # fmt: skip


def test_one_addressee_shares_the_line_and_several_take_their_own():
    one, two = lines(report(addressees=("Bộ Nội vụ;",))), lines(report(addressees=("Bộ Nội vụ", "Bộ Tài chính")))
    assert "Kính gửi: Bộ Nội vụ" in one
    start = two.index("Kính gửi:")
    assert two[start : start + 3] == ["Kính gửi:", "- Bộ Nội vụ;", "- Bộ Tài chính."]


def test_recipients_begin_with_the_addressee_and_end_with_the_clerk():
    def received(**changes):
        found = lines(report(**changes))
        return found[found.index("Nơi nhận:") + 1 : found.index("KT. GIÁM ĐỐC")]

    assert received(recipients=("Sở Nội vụ",)) == ["- Như trên;", "- Sở Nội vụ;", "- Lưu: VT."]
    assert received(recipients=("Sở Nội vụ",), addressees=()) == ["- Sở Nội vụ;", "- Lưu: VT."]
    assert received(recipients=("Như trên;", "Lưu: VT, CTTT.")) == ["- Như trên;", "- Lưu: VT, CTTT."]


@pytest.mark.parametrize("last", ["Xin báo cáo.", "Xin báo cáo", "Xin báo cáo./.", "Xin báo cáo. "])
def test_text_ends_with_its_closing_mark_once(last):
    found = lines(report(body=(Paragraph("Mở đầu."), Paragraph(last))))
    assert [line for line in found if "./." in line] == ["Xin báo cáo./."]


@pytest.mark.parametrize(
    ("heading", "written"),
    [
        (Heading(0, "Chương II", "Tổ chức"), ["Chương II", "TỔ CHỨC"]),
        (Heading(0, "", "Mở đầu"), ["MỞ ĐẦU"]),
        (Heading(1, "IV", "Kiến nghị"), ["IV. KIẾN NGHỊ"]),
        (Heading(1, "", "Đặc điểm tình hình"), ["ĐẶC ĐIỂM TÌNH HÌNH"]),
        (Heading(2, "1.2", "Tập huấn"), ["1.2. Tập huấn"]),
        (Heading(2, "Điều 3", "Hiệu lực"), ["Điều 3. Hiệu lực"]),
        (Heading(3, "đ", "Cấp trung học"), ["đ) Cấp trung học"]),
    ],
)
def test_headings_are_numbered_as_the_decree_numbers_them(heading, written):
    found = lines(report(body=(heading, Paragraph("Hết"))))
    end = found.index("Hết./.")
    assert found[end - len(written) : end] == written


def test_closing_mark_after_a_table_stands_alone():
    found = lines(report(body=(TABLE,)))
    assert found[found.index("Nơi nhận:") - 1] == "./."


def test_order_of_a_report():
    found = lines(report())
    in_order = [
        "UBND TỈNH HÒA BÌNH", "SỞ GIÁO DỤC VÀ ĐÀO TẠO", "CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM",
        "Độc lập - Tự do - Hạnh phúc", "Số: 05/BC-SGDĐT", "Hòa Bình, ngày 05 tháng 01 năm 2026", "BÁO CÁO",
        "Kết quả công tác học sinh, sinh viên năm 2025", "Kính gửi: Ủy ban nhân dân tỉnh Hòa Bình",
        "Căn cứ Luật Giáo dục ngày 14 tháng 6 năm 2019;", "Căn cứ Kế hoạch số 157/KH-UBND.", "Phần I", "KẾT QUẢ CHUNG",
        "I. TÌNH HÌNH THỰC HIỆN", "1. Công tác tuyên truyền", "a) Cấp tiểu học",
    ]  # fmt: skip
    assert found[: len(in_order)] == in_order
    assert found[-8:] == [
        "Trên đây là báo cáo của Sở Giáo dục và Đào tạo./.", "Nơi nhận:", "- Như trên;",
        "- Các phòng chuyên môn thuộc Sở;", "- Lưu: VT, CTTT.", "KT. GIÁM ĐỐC", "PHÓ GIÁM ĐỐC", "Nguyễn Thị Minh Hằng",
    ]  # fmt: skip


def test_a_decision_names_who_decides_before_its_bases_and_its_order_after_them():
    decision = report(
        type_code="QĐ", symbol="QĐ-SGDĐT", abstract="Về việc thành lập Tổ công tác", addressees=(),
        enacted_by="Giám đốc Sở Giáo dục và Đào tạo", signer=Signer("Giám đốc", "Bùi Văn A"),
        body=(Heading(2, "Điều 1", "Thành lập Tổ công tác"), Paragraph("Quyết định có hiệu lực từ ngày ký.")),
    )  # fmt: skip
    found = lines(decision)
    start = found.index("QUYẾT ĐỊNH")
    assert found[start : start + 8] == [
        "QUYẾT ĐỊNH", "Về việc thành lập Tổ công tác", "GIÁM ĐỐC SỞ GIÁO DỤC VÀ ĐÀO TẠO",
        "Căn cứ Luật Giáo dục ngày 14 tháng 6 năm 2019;", "Căn cứ Kế hoạch số 157/KH-UBND.", "QUYẾT ĐỊNH:",
        "Điều 1. Thành lập Tổ công tác", "Quyết định có hiệu lực từ ngày ký./.",
    ]  # fmt: skip
    assert found[-2:] == ["GIÁM ĐỐC", "Bùi Văn A"]


def test_letter_has_its_abstract_under_the_number_and_no_name_of_type():
    found = lines(report(type_code="CV", symbol="SGDĐT - CTTT", abstract="nộp báo cáo"))
    start = found.index("Số: 05/SGDĐT-CTTT")
    assert found[start : start + 2] == ["Số: 05/SGDĐT-CTTT", "V/v nộp báo cáo"]
    assert "CÔNG VĂN" not in found


def test_one_appendix_has_no_number_and_two_have_roman_ones():
    one = Appendix("Danh sách", (Paragraph("Nội dung"),))
    assert lines(report(appendices=(one,)), section=1) == [
        "Phụ lục", "DANH SÁCH",
        "(Kèm theo Báo cáo số 05/BC-SGDĐT ngày 05 tháng 01 năm 2026 của Sở Giáo dục và Đào tạo)", "Nội dung./.",
    ]  # fmt: skip
    assert lines(report(appendices=(one, one)), section=2)[0] == "Phụ lục II"
    assert [roman(n) for n in (1, 4, 5, 9, 14, 28, 40)] == ["I", "IV", "V", "IX", "XIV", "XXVIII", "XXXX"]


def test_a_school_of_no_superior_begins_with_its_own_name():
    assert lines(report(superior_body=""))[0] == "SỞ GIÁO DỤC VÀ ĐÀO TẠO"


def test_words_of_the_decree_do_not_follow_the_language_of_the_reader():
    vietnamese = render_pdf(report(), at=AT), render_docx(report(), at=AT)
    with translation.override("en"):
        assert (render_pdf(report(), at=AT), render_docx(report(), at=AT)) == vietnamese


def test_a_row_with_a_missing_cell_is_refused():
    columns = (Column("Đơn vị", 1), Column("Số", 1))
    with pytest.raises(ValueError, match="1 cells in a table of 2"):
        Table(columns, (("Đà Bắc",),))
    with pytest.raises(ValueError, match="3 cells in a table of 2"):
        Table(columns, (), ("Toàn tỉnh", "1", "2"))


def test_an_unknown_type_is_refused():
    with pytest.raises(ValueError, match="XX"):
        report(type_code="XX")


def left_of_the_masthead(**changes):
    """What stands under the issuing body's name, stamps with the measures of their frames (mm) and their colour."""
    [_number, *below] = compose(report(**changes), at=AT).sections[0].parts[0].rows[1][0]
    return [(s.line.text, s.frame.width, s.frame.height, s.frame.colour) for s in below]


@pytest.mark.parametrize(
    ("urgency", "stamp"),
    [
        ("flash", ("HỎA TỐC", 30, 8, "#ff0000")),
        ("very_urgent", ("THƯỢNG KHẨN", 40, 8, "#ff0000")),
        ("urgent", ("KHẨN", 20, 8, "#ff0000")),
    ],
)
def test_urgency_is_a_stamp_of_its_own_measures(urgency, stamp):
    assert left_of_the_masthead(urgency=urgency) == [stamp]


def test_circulation_stands_under_the_urgency_in_black():
    assert left_of_the_masthead(urgency="urgent", circulation="Xem xong trả lại") == [
        ("KHẨN", 20, 8, "#ff0000"), ("XEM XONG TRẢ LẠI", 0, 8, "#000000"),
    ]  # fmt: skip
    assert left_of_the_masthead() == left_of_the_masthead(circulation=" ") == []


def test_drafter_and_number_of_copies_stand_under_the_recipients():
    assert lines(report(drafter="pl", copies=300))[-4] == "PL.(300)"
    assert lines(report(drafter="PL"))[-4] == "PL"
    assert lines(report(copies=3)) == lines(report())


def test_the_address_stands_at_the_foot_of_the_first_page_under_a_line_of_the_whole_width():
    [main, other] = compose(report(address=("Số 1", " ", "ĐT: 02"), appendices=(NOTE,)), at=AT).sections
    rule, *address = main.foot
    assert (rule.above, rule.share, [line.text for line in address]) == (None, 1, ["Số 1", "ĐT: 02"])
    assert other.foot == compose(report(), at=AT).sections[0].foot == ()


def test_a_signer_for_a_council_has_the_own_position_over_the_name():
    signer = Signer("Phó Trưởng ban", "Nguyễn Văn A", "KT. Trưởng ban", "Phó Giám đốc Sở")
    assert lines(report(signer=signer))[-4:] == ["KT. TRƯỞNG BAN", "PHÓ TRƯỞNG BAN", "PHÓ GIÁM ĐỐC SỞ", "Nguyễn Văn A"]


NOTE = Appendix("Danh sách", (Paragraph("Nội dung"),))
COPIED = {
    "issuing_body": "Trường THPT Lạc Sơn", "superior_body": "Sở GD&ĐT", "number": "7", "symbol": "THPTLS",
    "place": "Lạc Sơn", "date": dt.date(2026, 2, 3), "signer": Signer("Hiệu trưởng", "Bùi Văn A"),
    "recipients": ("Các tổ chuyên môn",),
}  # fmt: skip


@pytest.mark.parametrize(("type_code", "form"), [("SY", "SAO Y"), ("SL", "SAO LỤC"), ("TrS", "TRÍCH SAO")])
def test_a_copy_on_paper_stands_under_the_last_words(type_code, form):
    document = report(copy=PaperCopy(type_code=type_code, **COPIED), appendices=(NOTE,))
    assert form not in lines(document)
    assert lines(document, section=1)[4:] == [
        "SỞ GD&ĐT", "TRƯỜNG THPT LẠC SƠN", form, f"Số: 07/{type_code}-THPTLS", "Lạc Sơn, ngày 03 tháng 02 năm 2026",
        "Nơi nhận:", "- Các tổ chuyên môn;", "- Lưu: VT.", "HIỆU TRƯỞNG", "Bùi Văn A",
    ]  # fmt: skip


def test_a_copy_as_a_file_is_told_in_the_corner_in_vietnamese_time():
    at = dt.datetime(2026, 1, 5, 2, 30, 15, 999, tzinfo=dt.UTC)
    made = DigitalCopy(type_code="SY", issuing_body="Sở Giáo dục và Đào tạo", signed_at=at)
    [main, other] = compose(report(copy=made, appendices=(NOTE,)), at=AT).sections
    assert main.corner == Line("corner", "Sao y; Sở Giáo dục và Đào tạo; 2026-01-05T09:30:15+07:00")
    assert other.corner is None
    assert lines(report(copy=made)) == lines(report())


def test_an_unknown_form_of_copy_is_refused():
    with pytest.raises(ValueError, match="no type of copy"):
        PaperCopy(type_code="S", **COPIED)
    with pytest.raises(ValueError, match="no type of copy"):
        DigitalCopy(type_code="S", issuing_body="Sở", signed_at=AT)

"""What Decree 30/2020/NĐ-CP fixes, as data: the types of document and the measures of the page.

These are words and measures of a law, not of the interface: they are printed in Vietnamese whatever language the reader
of the screen has chosen, so none is marked for translation.
A place such as "I.II.1a" is part I, section II, clause 1, point a of Appendix I; "I.V.6" is row 6 of the table in its
section V; "III.1.2" is sample 1.2 of Appendix III.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Literal

from django.db import models
from django.utils.translation import gettext_lazy as _

type Align = Literal["left", "center", "right", "justify"]

# Appendix III, table I: abbreviation → name. Decisions and resolutions are those on one case ("cá biệt").
DOCUMENT_TYPES = {
    "NQ": "Nghị quyết",
    "QĐ": "Quyết định",
    "CT": "Chỉ thị",
    "QC": "Quy chế",
    "QyĐ": "Quy định",
    "TC": "Thông cáo",
    "TB": "Thông báo",
    "HD": "Hướng dẫn",
    "CTr": "Chương trình",
    "KH": "Kế hoạch",
    "PA": "Phương án",
    "ĐA": "Đề án",
    "DA": "Dự án",
    "BC": "Báo cáo",
    "BB": "Biên bản",
    "TTr": "Tờ trình",
    "HĐ": "Hợp đồng",
    "CĐ": "Công điện",
    "BGN": "Bản ghi nhớ",
    "BTT": "Bản thỏa thuận",
    "GUQ": "Giấy uỷ quyền",
    "GM": "Giấy mời",
    "GGT": "Giấy giới thiệu",
    "GNP": "Giấy nghỉ phép",
    "PG": "Phiếu gửi",
    "PC": "Phiếu chuyển",
    "PB": "Phiếu báo",
    "CV": "Công văn",  # the decree gives it no abbreviation and it stands in no symbol; offices say CV
}
COPY_TYPES = {"SY": "Bản sao y", "TrS": "Bản trích sao", "SL": "Bản sao lục"}
OFFICIAL_LETTER = "CV"
ENACTING_WORDS = {"QĐ": "Quyết định:", "NQ": "Quyết nghị:"}  # III.1.1, III.1.2: the line between bases and articles


@dataclass(frozen=True)
class Style:
    """How one element of a document is set.

    `size`, `before`, `after` in pt; `left`, `first_line` in mm, a negative first line hangs; `lines` in single lines;
    `keep` holds the element on the page of what follows; `outline` is its level among the bookmarks, 0 for none.
    No element has both space after it and a successor with space before it: Word and typst would add them differently.
    """

    name: str  # what the decree calls the element; also the style in Word, where a comma would split the name
    place: str
    size: float
    bold: bool = False
    italic: bool = False
    caps: bool = False
    align: Align = "left"
    left: float = 0
    first_line: float = 0
    before: float = 0
    after: float = 0
    lines: float = 1
    keep: bool = False
    outline: int = 0


@dataclass(frozen=True)
class Layout:
    """The page and every element on it, as one regulation orders them from `valid_from` on. Lengths in mm."""

    source: str
    valid_from: date
    font: str
    width: float
    height: float
    margin_top: float
    margin_bottom: float
    margin_left: float
    margin_right: float
    left_column: float  # share of the width that the issuing body takes
    column_gap: float
    part_of_line: float  # a rule under a name or an abstract, as a share of the text above it
    whole_line: float  # the same under the motto
    styles: dict[str, Style]

    def room(self, *, landscape: bool) -> float:
        """Width of the text, mm."""
        return (self.height if landscape else self.width) - self.margin_left - self.margin_right


INDENT = 12.7  # I.II.6e allows 10 or 12.7 mm

DECREE_30_2020 = Layout(
    source="Nghị định số 30/2020/NĐ-CP ngày 05 tháng 3 năm 2020 của Chính phủ",
    valid_from=date(2020, 3, 5),  # article 37: from the day of signing
    font="Times New Roman",  # I.I.4
    width=210,  # I.I.1
    height=297,  # I.I.1
    margin_top=20,  # I.I.3: 20 to 25
    margin_bottom=20,  # I.I.3: 20 to 25
    margin_left=30,  # I.I.3: 30 to 35
    margin_right=20,  # I.I.3: 15 to 20
    left_column=0.42,  # I.IV draws boxes 1 and 2 without measures; the national title needs 88 mm at 12 pt
    column_gap=4,
    part_of_line=0.4,  # I.II.2b, I.II.5b: 1/3 to 1/2
    whole_line=1,  # I.II.1b
    styles={
        "national_title": Style("Quốc hiệu", "I.II.1a", 12, bold=True, caps=True, align="center"),
        "motto": Style("Tiêu ngữ", "I.II.1b", 13, bold=True, align="center"),
        "superior_body": Style("Cơ quan chủ quản", "I.II.2b", 12, caps=True, align="center"),
        "issuing_body": Style("Cơ quan ban hành", "I.II.2b", 12, bold=True, caps=True, align="center"),
        "number": Style("Số và ký hiệu", "I.II.3c", 13, align="center", before=4),
        "place_and_date": Style("Địa danh và thời gian", "I.II.4c", 13, italic=True, align="center", before=4),
        "letter_abstract": Style("Trích yếu công văn", "I.II.5b", 12, align="center", before=6),
        "type": Style("Tên loại văn bản", "I.II.5b", 14, bold=True, caps=True, align="center", before=18, keep=True),
        "abstract": Style("Trích yếu nội dung", "I.II.5b", 14, bold=True, align="center", keep=True),
        "addressee": Style("Kính gửi một nơi", "I.II.9d", 14, align="center", before=14, keep=True),
        "addressees": Style("Kính gửi nhiều nơi", "I.II.9d", 14, left=30, before=14, keep=True),
        "addressee_item": Style("Tên nơi gửi", "I.II.9d", 14, left=50.8, first_line=-3.2, keep=True),
        "enacted_by": Style(
            "Thẩm quyền ban hành", "III.1.2", 14, bold=True, caps=True, align="center", before=14, keep=True
        ),
        "basis": Style(
            "Căn cứ", "I.II.6a", 14, italic=True, align="justify", first_line=INDENT, before=6, lines=1.1
        ),
        "enacting_words": Style(
            "Lệnh ban hành", "III.1.2", 14, bold=True, caps=True, align="center", before=12, keep=True
        ),
        "text": Style("Lời văn", "I.II.6e", 14, align="justify", first_line=INDENT, before=6, lines=1.1),
        "division": Style("Phần và chương", "I.II.6đ", 14, bold=True, align="center", before=12, keep=True),
        "division_title": Style(
            "Tiêu đề phần và chương", "I.II.6đ", 14, bold=True, caps=True, align="center",
            lines=1.1, keep=True, outline=1,
        ),
        "section": Style(
            "Mục", "I.V.6b", 14, bold=True, caps=True, align="justify", first_line=INDENT,
            before=8, lines=1.1, keep=True, outline=2,
        ),
        "clause": Style(
            "Điều và khoản", "I.II.6đ", 14, bold=True, align="justify", first_line=INDENT,
            before=6, lines=1.1, keep=True, outline=3,
        ),
        "point": Style(
            "Điểm", "I.II.6đ", 14, align="justify", first_line=INDENT, before=6, lines=1.1, keep=True, outline=4
        ),
        # The decree is silent on tables: the sizes of its smaller text boxes (5b) are taken.
        "caption": Style("Tên bảng", "", 13, bold=True, align="center", before=10, after=4, keep=True),
        "table_head": Style("Đầu bảng", "", 12, bold=True, align="center", before=3, after=3, keep=True),
        "table_cell": Style("Ô bảng", "", 12, before=3, after=3),
        "table_total": Style("Dòng tổng", "", 12, bold=True, before=3, after=3),
        "closing": Style("Dấu kết thúc", "III.1.4", 14, align="right", before=6, keep=True),
        "signer": Style("Quyền hạn và chức vụ", "I.II.7đ", 14, bold=True, caps=True, align="center", keep=True),
        "signer_name": Style("Họ tên người ký", "I.II.7đ", 14, bold=True, align="center", before=76),
        "recipients": Style("Nơi nhận", "I.II.9d", 12, bold=True, italic=True, keep=True),
        "recipient": Style("Tên nơi nhận", "I.II.9d", 11),
        "appendix": Style("Phụ lục", "I.III.1b", 14, bold=True, align="center", keep=True, outline=1),
        "appendix_title": Style("Tiêu đề phụ lục", "I.III.1b", 14, bold=True, caps=True, align="center", keep=True),
        "appendix_reference": Style("Chỉ dẫn phụ lục", "I.III.1c", 14, italic=True, align="center", keep=True),
        "rule": Style("Đường kẻ", "I.V.1", 4, align="center", before=3, keep=True),
        "page_number": Style("Số trang", "I.I.7", 14, align="center"),
        "mark": Style("Dấu dữ liệu giả lập", "", 11, bold=True, align="center"),  # ours: never on a real document
    },
)  # fmt: skip
LAYOUTS = (DECREE_30_2020,)


class State(models.TextChoices):
    """Of a paper on its way to being signed."""

    UNSIGNED = "unsigned", _("Chờ ký")
    SIGNED = "signed", _("Đã ký, chờ đóng dấu")
    SEALED = "sealed", _("Đã ký và đóng dấu")


class SignatureKind(models.TextChoices):
    PERSON = "person", _("chữ ký của người có thẩm quyền")
    SEAL = "seal", _("dấu của cơ quan")

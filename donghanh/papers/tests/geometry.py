"""What Decree 30/2020 orders for each box, as its Appendix I writes it, and how a rendered paper is held to it.

The decree's limits are copied here from its text (sections II, III and V, part II), apart from the file that the
programme draws by: a value changed in one of the two is found out. The exact values come from that file.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from itertools import pairwise

from donghanh.papers.document import Appendix, DigitalCopy, Heading, PaperCopy, Paragraph, Signer
from donghanh.papers.layouts import layout_on
from donghanh.papers.tests.documents import AT, BODY, LONG, TABLE, long_table, report
from donghanh.papers.tests.sheets import DESCENT, MM, SINGLE, Found, Sheet, Stroke

DAY = dt.date(2026, 1, 5)
LAYOUT = layout_on(DAY)
COUNCIL = Signer("Phó Trưởng ban", "Nguyễn Thị Minh Hằng", "KT. Trưởng ban", "Phó Giám đốc Sở")
COPY = PaperCopy(
    type_code="SL", issuing_body="Trường THPT Lạc Sơn", number="7", symbol="THPTLS", place="Lạc Sơn", date=DAY,
    signer=Signer("Hiệu trưởng", "Bùi Văn Ba"), recipients=("Các tổ chuyên môn",),
)  # fmt: skip
ADDRESS = ("Số 1, đường Trần Hưng Đạo, tỉnh Hòa Bình", "E-Mail: vanphong@vi.du, Website: vi.du")
MARK = "DỮ LIỆU GIẢ LẬP"
NATION, DATED = "CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM", "Hòa Bình, ngày 05 tháng 01 năm 2026"
SAMPLES = {
    "report": report(
        body=(*BODY[:-1], *[Paragraph(LONG)] * 14, BODY[-1]), urgency="flash", circulation="Lưu hành nội bộ",
        drafter="pl", copies=300, address=ADDRESS,
        appendices=(
            Appendix("Danh sách đơn vị", (Paragraph(LONG), long_table(30)), landscape=True),
            Appendix("Số liệu chi tiết", (long_table(40),)),
        ),
    ),
    "letter": report(
        type_code="CV", symbol="SGDĐT-CTTT", abstract="nộp báo cáo năm 2025", urgency="very_urgent", bases=(),
        addressees=("Bộ Nội vụ", "Bộ Tài chính"), body=(Paragraph(LONG), TABLE),
    ),
    "decision": report(
        type_code="QĐ", symbol="QĐ-SGDĐT", abstract="Về việc thành lập Tổ công tác", addressees=(), urgency="urgent",
        enacted_by="Giám đốc Sở Giáo dục và Đào tạo", signer=COUNCIL,
        body=(Heading(2, "Điều 1", "Thành lập Tổ công tác"), Paragraph(LONG), BODY[-1]),
    ),
    "lying": report(body=(Paragraph(LONG), *[TABLE] * 3, BODY[-1]), landscape=True, copy=COPY),
    "marked": report(body=(*[Paragraph(LONG)] * 12, BODY[-1]), address=ADDRESS, mark=MARK),
    "digital": report(copy=DigitalCopy(type_code="SY", issuing_body="Phòng GD&ĐT Đà Bắc", signed_at=AT)),
}  # fmt: skip


@dataclass(frozen=True)
class Box:
    """One element: the decree's words for it, and where a sample shows it.

    `sizes` in pt; `style` as its section V says, "đậm" and "nghiêng" beside "đứng"; `stands` against which part of
    the page: the whole width of the text, one of the masthead's columns, one of the signature's, a column of the table.
    """

    key: str
    sizes: tuple[float, float]
    style: str
    caps: bool
    align: str
    sample: str
    text: str
    stands: str = "whole"


BOXES = (
    Box("national_title", (12, 13), "đứng, đậm", True, "center", "report", NATION, "right"),
    Box("motto", (13, 14), "đứng, đậm", False, "center", "report", "Độc lập - Tự do - Hạnh phúc", "right"),
    Box("superior_body", (12, 13), "đứng", True, "center", "report", "UBND TỈNH HÒA BÌNH", "left"),
    Box("issuing_body", (12, 13), "đứng, đậm", True, "center", "report", "SỞ GIÁO DỤC VÀ ĐÀO TẠO", "left"),
    Box("number", (13, 13), "đứng", False, "center", "report", "Số: 05/BC-SGDĐT", "left"),
    Box("place_and_date", (13, 14), "nghiêng", False, "center", "report", DATED, "right"),
    Box("type", (13, 14), "đứng, đậm", True, "center", "report", "BÁO CÁO"),
    Box("abstract", (13, 14), "đứng, đậm", False, "center", "report", "Kết quả công tác học sinh, sinh viên năm 2025"),
    Box("letter_abstract", (12, 13), "đứng", False, "center", "letter", "V/v nộp báo cáo năm 2025", "left"),
    Box("addressee", (13, 14), "đứng", False, "center", "report", "Kính gửi: Ủy ban nhân dân tỉnh Hòa Bình"),
    Box("addressees", (13, 14), "đứng", False, "left", "letter", "Kính gửi:"),
    Box("addressee_item", (13, 14), "đứng", False, "left", "letter", "- Bộ Tài chính."),
    Box("enacted_by", (13, 14), "đứng, đậm", True, "center", "decision", "GIÁM ĐỐC SỞ GIÁO DỤC VÀ ĐÀO TẠO"),
    Box("basis", (13, 14), "nghiêng", False, "justify", "report", "Căn cứ Luật Giáo dục ngày 14 tháng 6 năm 2019;"),
    Box("enacting_words", (13, 14), "đứng, đậm", True, "center", "decision", "QUYẾT ĐỊNH:"),
    Box("division", (13, 14), "đứng, đậm", False, "center", "report", "Phần I"),
    Box("division_title", (13, 14), "đứng, đậm", True, "center", "report", "KẾT QUẢ CHUNG"),
    Box("section", (13, 14), "đứng, đậm", True, "justify", "report", "I. TÌNH HÌNH THỰC HIỆN"),
    Box("clause", (13, 14), "đứng, đậm", False, "justify", "decision", "Điều 1. Thành lập Tổ công tác"),
    Box("point", (13, 14), "đứng", False, "justify", "report", "a) Cấp tiểu học"),
    Box("text", (13, 14), "đứng", False, "justify", "report", "Trên đây là báo cáo của Sở Giáo dục và Đào tạo./."),
    Box("caption", (13, 13), "đứng, đậm", False, "center", "report", "Bảng 1. Kết quả theo huyện"),
    Box("table_head", (12, 12), "đứng, đậm", False, "center", "report", "Đơn vị", "cell"),
    Box("table_cell", (12, 12), "đứng", False, "left", "report", "Huyện Đà Bắc", "cell"),
    Box("table_total", (12, 12), "đứng, đậm", False, "left", "report", "Toàn tỉnh", "cell"),
    Box("closing", (13, 14), "đứng", False, "right", "letter", "./."),
    Box("signer", (13, 14), "đứng, đậm", True, "center", "report", "KT. GIÁM ĐỐC", "signer"),
    Box("signer_name", (13, 14), "đứng, đậm", False, "center", "report", "Nguyễn Thị Minh Hằng", "signer"),
    Box("signer_other", (13, 14), "đứng, đậm", True, "center", "decision", "PHÓ GIÁM ĐỐC SỞ", "signer"),
    Box("name_below", (13, 14), "đứng, đậm", False, "center", "decision", "Nguyễn Thị Minh Hằng", "signer"),
    Box("recipients", (12, 12), "nghiêng, đậm", False, "left", "report", "Nơi nhận:", "recipients"),
    Box("recipient", (11, 11), "đứng", False, "left", "report", "- Các phòng chuyên môn thuộc Sở;", "recipients"),
    Box("urgency", (13, 14), "đứng, đậm", True, "center", "report", "HỎA TỐC", "left"),
    Box("circulation", (13, 14), "đứng, đậm", True, "center", "report", "LƯU HÀNH NỘI BỘ", "left"),
    Box("drafter", (11, 11), "đứng", False, "left", "report", "PL.(300)", "recipients"),
    Box("address", (11, 12), "đứng", False, "center", "report", ADDRESS[0]),
    Box("appendix", (14, 14), "đứng, đậm", False, "center", "report", "Phụ lục I"),
    Box("appendix_title", (13, 14), "đứng, đậm", True, "center", "report", "DANH SÁCH ĐƠN VỊ"),
    Box(
        "appendix_reference", (13, 14), "nghiêng", False, "center", "report",
        "(Kèm theo Báo cáo số 05/BC-SGDĐT ngày 05 tháng 01 năm 2026 của Sở Giáo dục và Đào tạo)",
    ),
    Box("copy_form", (13, 14), "đứng, đậm", True, "center", "lying", "SAO LỤC", "right"),
    Box("copier_name", (13, 14), "đứng, đậm", False, "center", "lying", "Bùi Văn Ba", "signer"),
    Box("corner", (10, 10), "đứng", False, "right", "digital", "Sao y; Phòng GD&ĐT Đà Bắc; 2026-01-05T09:30:00+07:00"),
)  # fmt: skip
FRAMES = (("report", "HỎA TỐC", 30, 8), ("letter", "THƯỢNG KHẨN", 40, 8), ("decision", "KHẨN", 20, 8))  # III.2b
# Lines of which one stands right under the other, whatever is between their boxes told by the second's own space.
STACKED = (
    ("report", (NATION, "Độc lập - Tự do - Hạnh phúc")),
    ("report", ("UBND TỈNH HÒA BÌNH", "SỞ GIÁO DỤC VÀ ĐÀO TẠO")),
    ("report", ("BÁO CÁO", "Kết quả công tác học sinh, sinh viên năm 2025")),
    ("letter", ("Số: 05/SGDĐT-CTTT", "V/v nộp báo cáo năm 2025")),
    ("letter", ("Kính gửi:", "- Bộ Nội vụ;", "- Bộ Tài chính.")),
    ("report", ("KT. GIÁM ĐỐC", "PHÓ GIÁM ĐỐC", "Nguyễn Thị Minh Hằng")),
    ("decision", ("PHÓ TRƯỞNG BAN", "PHÓ GIÁM ĐỐC SỞ", "Nguyễn Thị Minh Hằng")),
    ("report", ("Nơi nhận:", "- Như trên;", "- Các phòng chuyên môn thuộc Sở;", "- Lưu: VT, CTTT.", "PL.(300)")),
    ("report", ("Phụ lục I", "DANH SÁCH ĐƠN VỊ", "(Kèm theo Báo cáo số 05/BC-SGDĐT")),
    ("report", ADDRESS),
    ("lying", ("HIỆU TRƯỞNG", "Bùi Văn Ba")),
)
SPACES = {  # pt over the second of two: the decree's where it gives one, else ours
    "V/v nộp báo cáo năm 2025": 6, "Nguyễn Thị Minh Hằng": 76, "PHÓ GIÁM ĐỐC SỞ": 76, "PL.(300)": 4, "Bùi Văn Ba": 76,
}  # fmt: skip
AFTER_OTHER = ("PHÓ GIÁM ĐỐC SỞ", "Nguyễn Thị Minh Hằng")  # 7b: position and name stand together


class Measured:
    """The pages of one sample."""

    def __init__(self, pages: list[Sheet]) -> None:
        self.pages = pages

    def find(self, text: str) -> Found:
        return next(found for page in self.pages if (found := page.find(text)))

    def page_of(self, found: Found) -> Sheet:
        return self.pages[found.page - 1]

    def bounds(self, found: Found, stands: str) -> tuple[float, float]:
        """Left and right edge of the part of the page against which a box stands."""
        left, right = LAYOUT.margin_left, self.page_of(found).width - LAYOUT.margin_right
        room, half = right - left, LAYOUT.column_gap / 2
        parts = {
            "whole": (left, right),
            "left": (left, left + room * LAYOUT.left_column - half),
            "right": (left + room * LAYOUT.left_column + half, right),
            "recipients": (left, left + room * LAYOUT.signer_column - half),
            "signer": (left + room * LAYOUT.signer_column + half, right),
            "cell": (left + room * 0.1 + LAYOUT.cell_padding, left + room * 0.6 - LAYOUT.cell_padding),
        }
        return parts[stands]

    def over(self, found: Found) -> Stroke:
        """The stroke next over a text."""
        return [stroke for stroke in self._strokes(found) if stroke.y < found.baseline][-1]

    def under(self, found: Found) -> Stroke:
        return next(stroke for stroke in self._strokes(found) if stroke.y > found.baseline)

    def _strokes(self, found: Found) -> list[Stroke]:
        strokes = self.page_of(found).strokes()
        return [stroke for stroke in strokes if stroke.left < found.middle < stroke.right]


@dataclass(frozen=True)
class Ink:
    """Free room at the four sides of a page, mm; what stands in the upper margin and the mark are left out."""

    left: float
    right: float
    top: float
    bottom: float


def ink(page: Sheet) -> Ink:
    lines = [line for line in page.lines() if line.baseline > LAYOUT.margin_top and line.text != MARK]
    framed = [line for line in page.lines() if line.text == MARK]
    strokes = [
        stroke for stroke in page.strokes()
        if stroke.y > LAYOUT.margin_top - 1 and not any(abs(stroke.y - line.baseline) < 5 for line in framed)
    ]  # fmt: skip
    return Ink(
        left=min(one.left for one in (*lines, *strokes)),
        right=page.width - max(one.right for one in (*lines, *strokes)),
        top=min(*(line.top for line in lines), *(stroke.y for stroke in strokes)),
        bottom=page.height - max(*(line.bottom for line in lines), *(stroke.y for stroke in strokes)),
    )


def off_place(measured: Measured, box: Box) -> float:
    """How far from its place a box stands, mm across the page."""
    found, style = measured.find(box.text), LAYOUT.styles[box.key]
    left, right = measured.bounds(found, box.stands)
    if box.align == "center":
        return abs(found.middle - (left + right) / 2)
    if box.align == "right":
        return abs(found.right - right)
    return abs(found.left - (left + style.left + style.first_line))


def steps(measured: Measured, texts: tuple[str, ...]) -> list[tuple[str, float, float]]:
    """(the lower text, space over it as found, as ordered), pt, for each two of the texts."""
    found = []
    for upper, lower in pairwise(texts):
        above = measured.find(upper)
        below = measured.find(lower)
        between = (below.baseline - above.baseline) * MM - DESCENT * above.size - (SINGLE - DESCENT) * below.size
        found.append((lower, between, 0 if (upper, lower) == AFTER_OTHER else SPACES.get(lower, 0)))
    return found

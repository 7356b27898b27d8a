"""A Department's report, as the tests vary it."""

from __future__ import annotations

import datetime as dt

from donghanh.papers.document import Appendix, Column, Heading, OfficialDocument, Paragraph, Signer, Table

AT = dt.datetime(2026, 1, 5, 9, 30, tzinfo=dt.timezone(dt.timedelta(hours=7)))
LONG = (
    "Căn cứ Kế hoạch số 157/KH-UBND của Ủy ban nhân dân tỉnh, Sở Giáo dục và Đào tạo đã chỉ đạo các phòng giáo dục và "
    "đào tạo, các cơ sở giáo dục trực thuộc tổ chức triển khai đồng bộ các nhiệm vụ, giải pháp quản lý, giáo dục học "
    "sinh, sinh viên trên môi trường mạng."
)
COLUMNS = (
    Column("TT", 1, "center"),
    Column("Đơn vị", 5),
    Column("Số cơ sở giáo dục", 2, "right"),
    Column("Tỷ lệ (%)", 2, "right"),
)
TABLE = Table(
    COLUMNS,
    (("1", "Huyện Đà Bắc", "1.043", "92,1"), ("2", "Huyện Mai Châu", "58", "90,0")),
    ("", "Toàn tỉnh", "1.101", "92,0"),
    "Bảng 1. Kết quả theo huyện",
)
BODY = (
    Heading(0, "Phần I", "Kết quả chung"),
    Heading(1, "I", "Tình hình thực hiện"),
    Heading(2, "1", "Công tác tuyên truyền"),
    Heading(3, "a", "Cấp tiểu học"),
    Paragraph(LONG),
    TABLE,
    Paragraph("Trên đây là báo cáo của Sở Giáo dục và Đào tạo."),
)


def report(**changes) -> OfficialDocument:
    """A report upwards that uses every element of the layout; `changes` replace its fields."""
    fields = {
        "superior_body": "UBND tỉnh Hòa Bình",
        "issuing_body": "Sở Giáo dục và Đào tạo",
        "number": "5",
        "symbol": "BC-SGDĐT",
        "place": "Hòa Bình",
        "date": dt.date(2026, 1, 5),
        "type_code": "BC",
        "abstract": "Kết quả công tác học sinh, sinh viên năm 2025",
        "addressees": ("Ủy ban nhân dân tỉnh Hòa Bình",),
        "bases": ("Căn cứ Luật Giáo dục ngày 14 tháng 6 năm 2019", "Căn cứ Kế hoạch số 157/KH-UBND;"),
        "body": BODY,
        "signer": Signer("Phó Giám đốc", "Nguyễn Thị Minh Hằng", "KT. Giám đốc"),
        "recipients": ("Như trên", "Các phòng chuyên môn thuộc Sở", "Lưu: VT, CTTT"),
    }
    return OfficialDocument(**fields | changes)


def appendices() -> tuple[Appendix, ...]:
    return (
        Appendix("Danh sách đơn vị", (Paragraph("Các đơn vị sau chưa báo cáo."), TABLE), landscape=True),
        Appendix("Số liệu chi tiết", (long_table(100),)),
    )


def long_table(rows: int) -> Table:
    return Table(COLUMNS, tuple((str(n), f"Trường thứ {n}", "1", "100,0") for n in range(1, rows + 1)))

"""The accounts that a demo offers on its sign-in page. Nothing is imported here: settings read it."""

from __future__ import annotations

from typing import NamedTuple

PASSWORD = "dong-hanh-2025"  # noqa: S105  # of generated accounts on generated data, shown on the sign-in page


class SignIn(NamedTuple):
    username: str
    password: str
    who: str
    try_this: str


SIGN_INS = (
    SignIn(
        "so.gddt", PASSWORD, "Chuyên viên Sở GD&ĐT Hòa Bình", "Xem ba chỉ tiêu, ai chưa nộp, xuất báo cáo chính thức"
    ),
    SignIn("phong.lacson", PASSWORD, "Chuyên viên Phòng GD&ĐT huyện Lạc Sơn", "Duyệt một báo cáo, trả lại một báo cáo"),
    SignIn("gv.demo", PASSWORD, "Giáo viên phụ trách một trường ở Lạc Sơn", "Điền và gửi báo cáo năm học 2024–2025"),
    SignIn("ht.demo", PASSWORD, "Hiệu trưởng của trường ấy", "Xem báo cáo của trường qua các năm"),
)

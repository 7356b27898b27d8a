"""The accounts that a demo offers on its sign-in page. Settings read it: nothing of the product is imported here."""

from __future__ import annotations

from typing import NamedTuple

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

PASSWORD = "dong-hanh-2025"  # noqa: S105  # of generated accounts on generated data, shown on the sign-in page


class SignIn(NamedTuple):
    username: str
    password: str
    who: str | Promise
    try_this: str | Promise


SIGN_INS = (
    SignIn("so.gddt", PASSWORD, _("Chuyên viên Sở GD&ĐT"), _("Xem ba chỉ tiêu, ai chưa nộp, xuất báo cáo chính thức")),
    SignIn("phong.lacson", PASSWORD, _("Chuyên viên Phòng GD&ĐT Lạc Sơn"), _("Duyệt một báo cáo, trả lại một báo cáo")),
    SignIn("quantri.so", PASSWORD, _("Quản trị Sở GD&ĐT"), _("Ghi một biến động của đơn vị, xem trước, rồi hoàn tác")),
    SignIn("gv.demo", PASSWORD, _("Giáo viên phụ trách"), _("Điền và gửi báo cáo năm học 2024–2025 của trường")),
    SignIn("gvcn.demo", PASSWORD, _("Giáo viên chủ nhiệm"), _("Xem học sinh của lớp, in phiếu đăng nhập cho các em")),
    SignIn("qt.demo", PASSWORD, _("Quản trị trường"), _("Nhập danh sách lớp, xem lớp và học sinh của trường")),
    SignIn("ph.demo", PASSWORD, _("Cha mẹ học sinh"), _("Xem ba con, đồng ý theo từng mục đích, yêu cầu sửa dữ liệu")),
    SignIn("congan.demo", PASSWORD, _("Cơ quan phối hợp: Công an tỉnh"), _("Xem kế hoạch phối hợp, ghi tiến độ")),
    SignIn("lanhdao.so", PASSWORD, _("Lãnh đạo Sở"), _("Duyệt sơ kết, bỏ phiếu khen thưởng, ký số một văn bản")),
    SignIn("vanthu.so", PASSWORD, _("Văn thư Sở"), _("Cấp số một văn bản, vào sổ văn bản đến, đóng dấu số")),
    SignIn("ht.demo", PASSWORD, _("Hiệu trưởng"), _("Xem báo cáo của trường qua các năm")),
)

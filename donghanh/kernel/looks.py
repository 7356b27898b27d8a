"""How a state looks: icon, tone and word, in one table for every page. Colour is never alone."""

from __future__ import annotations

from typing import NamedTuple

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _


class Look(NamedTuple):
    icon: str
    tone: str  # plain, note, good, need (waits for you), late
    word: str | Promise


LOOKS: dict[str, Look] = {
    "not_started": Look("circle-dashed", "plain", _("Chưa bắt đầu")),
    "draft": Look("pencil", "plain", _("Đang điền")),
    "submitted": Look("clock", "note", _("Chờ duyệt")),
    "returned": Look("arrow-back-up", "need", _("Bị trả lại")),
    "accepted": Look("circle-check", "good", _("Đã duyệt")),
    "approved": Look("circle-check", "good", _("Đã duyệt")),
    "commended": Look("circle-check", "good", _("Được khen")),
    "not_commended": Look("minus", "plain", _("Không khen đợt này")),
    "postponed": Look("clock", "plain", _("Hoãn sang đợt sau")),
    "withdrawn": Look("x", "plain", _("Đã rút")),
    "published": Look("circle-check", "good", _("Đã chia sẻ")),
    "planned": Look("calendar", "note", _("Đã lên lịch")),
    "held": Look("circle-check", "good", _("Đã kiểm tra")),
    "cancelled": Look("x", "plain", _("Đã hủy")),
    "open": Look("circle-dashed", "need", _("Chờ khắc phục")),
    "proved": Look("clock", "note", _("Chờ kiểm tra lại")),
    "reopened": Look("arrow-back-up", "need", _("Phải làm tiếp")),
    "closed": Look("circle-check", "good", _("Đã khép")),
    "unsigned": Look("pencil", "need", _("Chờ ký")),
    "signed": Look("clock", "note", _("Đã ký, chờ đóng dấu")),
    "sealed": Look("circle-check", "good", _("Đã ký và đóng dấu")),
    "locked": Look("lock", "good", _("Đã khóa")),
    "late": Look("alert-triangle", "late", _("Quá hạn")),
    "met": Look("circle-check", "good", _("Đạt")),
    "on_the_way": Look("trending-up", "note", _("Đang tiến tới")),
    "behind": Look("hourglass", "need", _("Chậm")),
    "no_data": Look("minus", "plain", _("Không có số liệu")),
    "new": Look("plus", "good", _("Mới")),
    "changed": Look("pencil", "note", _("Thay đổi")),
    "unchanged": Look("minus", "plain", _("Không đổi")),
    "bad": Look("alert-triangle", "late", _("Có lỗi")),
    "running": Look("hourglass", "note", _("Đang chạy")),
}
CALLOUT_ICONS = {
    "plain": "info-circle",
    "note": "info-circle",
    "good": "circle-check",
    "need": "bell",
    "late": "alert-triangle",
}
MESSAGE_TONES = {"debug": "plain", "info": "note", "success": "good", "warning": "need", "error": "late"}

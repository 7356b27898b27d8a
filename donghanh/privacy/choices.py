"""The purposes a person may consent to, and the moves of a request about one's data: closed lists."""

from __future__ import annotations

from dataclasses import dataclass

from django.db import models
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _


class Purpose(models.TextChoices):
    SCHOOL_MESSAGES = "school_messages", _("Nhận tin của trường qua thư điện tử và tin nhắn")
    PICTURES = "pictures", _("Đăng ảnh, đoạn phim có mặt người học")
    RESULTS = "results", _("Nêu tên khi công bố kết quả thi, khen thưởng")
    WORKS = "works", _("Đăng bài viết, tranh ảnh kèm tên tác giả")
    OUTSIDE_ACCOUNTS = "outside_accounts", _("Cấp tài khoản ở hệ thống học tập bên ngoài")


@dataclass(frozen=True)
class PurposeText:
    """What the person reads before consenting. A change of meaning is a new version, and asks everybody anew."""

    version: int
    text: str | Promise


PURPOSES: dict[Purpose, PurposeText] = {
    Purpose.SCHOOL_MESSAGES: PurposeText(
        1,
        _(
            "Trường dùng địa chỉ thư và số điện thoại đã đăng ký để báo lịch học, lịch họp, việc của lớp. "
            "Không gửi quảng cáo, không đưa cho nơi khác."
        ),
    ),
    Purpose.PICTURES: PurposeText(
        1,
        _(
            "Ảnh, đoạn phim chụp ở hoạt động của trường có thể được đăng trên trang của trường hoặc của Sở. "
            "Rút đồng ý thì trường gỡ xuống."
        ),
    ),
    Purpose.RESULTS: PurposeText(
        1,
        _(
            "Họ tên, lớp và trường được nêu trong danh sách đạt giải, được khen. "
            "Không đồng ý thì danh sách chỉ ghi số, không ghi tên."
        ),
    ),
    Purpose.WORKS: PurposeText(
        1,
        _("Bài viết, tranh, ảnh do người học làm được đăng kèm họ tên và lớp. Không đồng ý thì đăng không kèm tên."),
    ),
    Purpose.OUTSIDE_ACCOUNTS: PurposeText(
        1,
        _(
            "Họ tên và lớp được chuyển sang hệ thống học tập mà trường dùng để mở tài khoản ở đó. "
            "Rút đồng ý thì trường xóa tài khoản ấy."
        ),
    ),
}


class Capacity(models.TextChoices):
    """In whose name a consent was given."""

    SELF = "self", _("chính mình")
    REPRESENTATIVE = "representative", _("cha mẹ hoặc người giám hộ")


class RequestKind(models.TextChoices):
    SEE = "see", _("Xem dữ liệu")
    CORRECT = "correct", _("Sửa dữ liệu sai")
    EXPORT = "export", _("Nhận một bản sao")
    ERASE = "erase", _("Xóa dữ liệu")


class RequestState(models.TextChoices):
    ASKED = "asked", _("Chờ trả lời")
    DONE = "done", _("Đã làm")
    REFUSED = "refused", _("Không làm được")
    TAKEN_BACK = "taken_back", _("Người yêu cầu đã rút")


class Move(models.TextChoices):
    DO = "do", _("làm theo yêu cầu")
    REFUSE = "refuse", _("từ chối, có lý do")
    TAKE_BACK = "take_back", _("rút yêu cầu")


MOVES: dict[Move, tuple[RequestState, RequestState]] = {  # move → from, to
    Move.DO: (RequestState.ASKED, RequestState.DONE),
    Move.REFUSE: (RequestState.ASKED, RequestState.REFUSED),
    Move.TAKE_BACK: (RequestState.ASKED, RequestState.TAKEN_BACK),
}

LONGEST_TEXT = 1000  # characters of a request or of a reason
DAYS_TO_ANSWER = 2  # working days: Law 91/2025/QH15 with Decree 356/2025/NĐ-CP, the strictest reading
MOST_OPEN_REQUESTS = 5  # of one person at a time


class Deed(models.TextChoices):
    """What a person does on the page of their own data."""

    CONSENT = "consent", _("đồng ý")
    WITHDRAW = "withdraw", _("rút đồng ý")
    ASK = "ask", _("gửi yêu cầu")
    TAKE_BACK = "take_back", _("rút yêu cầu")

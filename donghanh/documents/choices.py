"""Words and tables of Decree 30/2020/NĐ-CP for the registers. Names of types are words of a law: never translated."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _

# Appendix III, table I: abbreviation → name. The decree gives official letters no abbreviation; offices say CV.
OWN_TYPES = {
    "NQ": "Nghị quyết", "QĐ": "Quyết định", "CT": "Chỉ thị", "QC": "Quy chế", "QyĐ": "Quy định", "TC": "Thông cáo",
    "TB": "Thông báo", "HD": "Hướng dẫn", "CTr": "Chương trình", "KH": "Kế hoạch", "PA": "Phương án", "ĐA": "Đề án",
    "DA": "Dự án", "BC": "Báo cáo", "BB": "Biên bản", "TTr": "Tờ trình", "HĐ": "Hợp đồng", "CĐ": "Công điện",
    "BGN": "Bản ghi nhớ", "BTT": "Bản thỏa thuận", "GUQ": "Giấy uỷ quyền", "GM": "Giấy mời",
    "GGT": "Giấy giới thiệu", "GNP": "Giấy nghỉ phép", "PG": "Phiếu gửi", "PC": "Phiếu chuyển", "PB": "Phiếu báo",
    "CV": "Công văn",
}  # fmt: skip
OFFICIAL_LETTER = "CV"
# What an office receives and never issues.
HIGHER_TYPES = {"L": "Luật", "NĐ": "Nghị định", "TT": "Thông tư", "TTLT": "Thông tư liên tịch", "K": "Văn bản khác"}
TYPES = {**OWN_TYPES, **HIGHER_TYPES}
COPY_TYPES = {"SY": "Bản sao y", "TrS": "Bản trích sao", "SL": "Bản sao lục"}


class Direction(models.TextChoices):
    OUT = "out", _("Văn bản đi")
    IN = "in", _("Văn bản đến")


class Status(models.TextChoices):
    DRAFT = "draft", _("Chờ cấp số")
    REGISTERED = "registered", _("Đã vào sổ")
    RECALLED = "recalled", _("Đã thu hồi")


TRANSITIONS = {  # action → (from, to)
    "register": (Status.DRAFT, Status.REGISTERED),
    "recall": (Status.REGISTERED, Status.RECALLED),
}


class Security(models.TextChoices):
    NORMAL = "normal", _("Thường")  # secret documents have books of their own and never come here


class Urgency(models.TextChoices):
    NORMAL = "normal", _("Thường")
    URGENT = "urgent", _("Khẩn")
    VERY_URGENT = "very_urgent", _("Thượng khẩn")
    FLASH = "flash", _("Hỏa tốc")


class SeriesKind(models.TextChoices):
    ORDINARY = "ordinary", _("Văn bản của cơ quan")
    COUNCIL = "council", _("Văn bản của hội đồng, ban, tổ")
    ARRIVALS = "arrivals", _("Văn bản đến")
    COPIES = "copies", _("Bản sao")  # one series for all three kinds of copies: Appendix I, part II, 2.c


class RelationKind(models.TextChoices):
    """What the later document does to the earlier one."""

    REPLACES = "replaces", _("Thay thế")
    CANCELS = "cancels", _("Bãi bỏ")
    AMENDS = "amends", _("Sửa đổi, bổ sung")
    IMPLEMENTS = "implements", _("Triển khai thực hiện")


ENDING = (RelationKind.REPLACES, RelationKind.CANCELS)
INVERSE = {  # the same said from the earlier document
    RelationKind.REPLACES: _("Bị thay thế bởi"),
    RelationKind.CANCELS: _("Bị bãi bỏ bởi"),
    RelationKind.AMENDS: _("Được sửa đổi, bổ sung bởi"),
    RelationKind.IMPLEMENTS: _("Được triển khai bởi"),
}


class Reply(models.TextChoices):
    """What a receiver tells the sender of an edXML package: status codes of QCVN 102:2016/BTTTT."""

    ARRIVED = "01", _("Đã đến")
    REJECTED = "02", _("Từ chối")
    ACCEPTED = "03", _("Đã tiếp nhận")
    PROCESSING = "05", _("Đang xử lý")
    DONE = "06", _("Hoàn thành")


class Force(models.TextChoices):
    """Which documents a list shows."""

    IN_FORCE = "in_force", _("Còn hiệu lực")
    ALL = "all", _("Tất cả")


class ProposalState(models.TextChoices):
    """Where a unit's proposal on a document stands. None is ever deleted."""

    OPEN = "open", _("Chờ xem xét")
    MERGED = "merged", _("Đang xem xét")
    ANSWERED = "answered", _("Đã trả lời")
    WITHDRAWN = "withdrawn", _("Đã rút")


PROPOSAL_TRANSITIONS = {  # action → (from, to)
    "merge": ((ProposalState.OPEN, ProposalState.MERGED), ProposalState.MERGED),  # from one head to another, too
    "answer": ((ProposalState.MERGED,), ProposalState.ANSWERED),
    "withdraw": ((ProposalState.OPEN, ProposalState.MERGED), ProposalState.WITHDRAWN),
}


class Outcome(models.TextChoices):
    """What the issuing office does about a proposal."""

    ACCEPTED = "accepted", _("Tiếp thu, sẽ sửa văn bản")
    PARTLY = "partly", _("Tiếp thu một phần")
    EXPLAINED = "explained", _("Hướng dẫn cách làm")
    KEPT = "kept", _("Giữ nguyên quy định")

from django.db import models
from django.utils.translation import gettext_lazy as _


class Dimension(models.TextChoices):
    """What a table is laid out by; the values stand in addresses."""

    DATA = "so", _("Số liệu")
    PERIOD = "ky", _("Kỳ")
    UNIT = "dv", _("Đơn vị")
    KIND = "loai", _("Loại hình trường")
    PART = "phan", _("Phân tổ")


class Zone(models.TextChoices):
    """Where a dimension lies. In `FILTER` one of its members is shown at a time."""

    ROWS = "hang", _("Hàng")
    COLUMNS = "cot", _("Cột")
    FILTER = "loc", _("Lọc")


class Shape(models.TextChoices):
    BULLET = "dich", _("So với mục tiêu")
    TABLE = "bang", _("Bảng")
    BAR = "cot", _("Cột")
    LINE = "duong", _("Đường")
    MAP = "bando", _("Bản đồ ô")


CHARTS = (Shape.BAR, Shape.LINE)


class UnitSet(models.TextChoices):
    """Units named by where they stand; whoever reads, they are that reader's own."""

    AREAS = "diaban", _("Các địa bàn của đơn vị tôi")
    OWN = "toi", _("Đơn vị tôi")
    CHILDREN = "con", _("Mọi đơn vị trực thuộc đơn vị tôi")


class Rhythm(models.TextChoices):
    DAILY = "daily", _("Hằng ngày")
    WEEKLY = "weekly", _("Hằng tuần")
    MONTHLY = "monthly", _("Hằng tháng")


class LetterState(models.TextChoices):
    SENT = "sent", _("Đã gửi thư")
    KEPT = "kept", _("Chỉ lưu tại đây")
    FAILED = "failed", _("Không gửi được")


EVERYTHING = "*"  # of a dimension: all there is

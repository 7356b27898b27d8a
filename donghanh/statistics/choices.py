from django.db import models
from django.utils.translation import gettext_lazy as _

EXPECTED_UNITS = "schools_total"  # the column that counts each unit that was to report, whether it did or not


class Direction(models.TextChoices):
    UP = "up", _("càng cao càng tốt")
    DOWN = "down", _("càng thấp càng tốt")


class TargetState(models.TextChoices):
    MET = "met", _("Đạt")
    ON_THE_WAY = "on_the_way", _("Đang tiến tới")
    BEHIND = "behind", _("Chậm")
    NO_DATA = "no_data", _("Không có số liệu")


class Aggregation(models.TextChoices):
    """How an element's values become one, over time and over units: DHIS2's nineteen types under its own names."""

    SUM = "SUM", _("tổng")
    AVERAGE = "AVERAGE", _("trung bình")
    AVERAGE_SUM_ORG_UNIT = "AVERAGE_SUM_ORG_UNIT", _("trung bình theo ngày, cộng các đơn vị")
    LAST = "LAST", _("giá trị cuối, cộng các đơn vị")
    LAST_AVERAGE_ORG_UNIT = "LAST_AVERAGE_ORG_UNIT", _("giá trị cuối, trung bình các đơn vị")
    LAST_LAST_ORG_UNIT = "LAST_LAST_ORG_UNIT", _("giá trị cuối của mọi đơn vị")
    LAST_IN_PERIOD = "LAST_IN_PERIOD", _("giá trị cuối trong kỳ, cộng các đơn vị")
    LAST_IN_PERIOD_AVERAGE_ORG_UNIT = (
        "LAST_IN_PERIOD_AVERAGE_ORG_UNIT",
        _("giá trị cuối trong kỳ, trung bình các đơn vị"),
    )
    FIRST = "FIRST", _("giá trị đầu, cộng các đơn vị")
    FIRST_AVERAGE_ORG_UNIT = "FIRST_AVERAGE_ORG_UNIT", _("giá trị đầu, trung bình các đơn vị")
    FIRST_FIRST_ORG_UNIT = "FIRST_FIRST_ORG_UNIT", _("giá trị đầu của mọi đơn vị")
    COUNT = "COUNT", _("số giá trị")
    STDDEV = "STDDEV", _("độ lệch chuẩn")
    VARIANCE = "VARIANCE", _("phương sai")
    MIN = "MIN", _("nhỏ nhất")
    MAX = "MAX", _("lớn nhất")
    MIN_SUM_ORG_UNIT = "MIN_SUM_ORG_UNIT", _("nhỏ nhất trong kỳ, cộng các đơn vị")
    MAX_SUM_ORG_UNIT = "MAX_SUM_ORG_UNIT", _("lớn nhất trong kỳ, cộng các đơn vị")
    NONE = "NONE", _("không gộp")


class DatumKind(models.TextChoices):
    ELEMENT = "element", _("Chỉ tiêu báo cáo")
    INDICATOR = "indicator", _("Chỉ số")
    RATE = "rate", _("Tỷ lệ báo cáo")


class Rate(models.TextChoices):
    """What is counted of a form's reports, from the rows of who was to report."""

    EXPECTED = "expected", _("Số đơn vị phải báo cáo")
    ACTUAL = "actual", _("Số đơn vị đã gửi")
    ON_TIME = "on_time", _("Số đơn vị gửi đúng hạn")
    ACCEPTED = "accepted", _("Số đơn vị đã được duyệt")
    ACTUAL_RATE = "actual_rate", _("Tỷ lệ báo cáo")
    ON_TIME_RATE = "on_time_rate", _("Tỷ lệ báo cáo đúng hạn")


class TreeMode(models.TextChoices):
    """On which tree figures are added up (ADR 4)."""

    AS_WAS = "as_was", _("Theo đơn vị của từng kỳ")
    AS_IS = "as_is", _("Theo đơn vị hiện nay")


class Interpolation(models.TextChoices):
    """What is asked in a year between two stated targets."""

    LINE = "line", _("tăng dần theo đường thẳng")
    STEPS = "steps", _("giữ mức gần nhất đã nêu")


class Comparison(models.TextChoices):
    """How the two sides of a rule must stand to each other."""

    EQUAL = "==", _("bằng")
    DIFFERENT = "!=", _("khác")
    MORE = ">", _("lớn hơn")
    AT_LEAST = ">=", _("không nhỏ hơn")
    LESS = "<", _("nhỏ hơn")
    AT_MOST = "<=", _("không lớn hơn")
    BOTH = "both", _("phải cùng có số")
    NOT_BOTH = "not_both", _("không được cùng có số")


class Strategy(models.TextChoices):
    """What a missing value does to one side of a rule (DHIS2's names)."""

    NEVER_SKIP = "NEVER_SKIP", _("coi ô trống là 0")
    SKIP_IF_ANY = "SKIP_IF_ANY", _("bỏ qua nếu có ô trống")
    SKIP_IF_ALL = "SKIP_IF_ALL", _("bỏ qua nếu mọi ô đều trống")


class Importance(models.TextChoices):
    HIGH = "high", _("cao")
    MEDIUM = "medium", _("vừa")
    LOW = "low", _("thấp")


class OutlierMethod(models.TextChoices):
    Z = "z", _("độ lệch chuẩn (z)")
    MODIFIED_Z = "modified_z", _("độ lệch trung vị (z hiệu chỉnh)")
    MIN_MAX = "min_max", _("ngoài khoảng cho trước")


class Combined(models.TextChoices):
    """How a unit's values of earlier periods become one."""

    AVERAGE = "average", _("trung bình")
    MEDIAN = "median", _("trung vị")
    SUM = "sum", _("tổng")
    MIN = "min", _("nhỏ nhất")
    MAX = "max", _("lớn nhất")
    STDDEV = "stddev", _("độ lệch chuẩn")
    LAST = "last", _("giá trị gần nhất")


class FindingKind(models.TextChoices):
    RULE = "rule", _("Trái quy tắc")
    OUTLIER = "outlier", _("Khác thường so với các kỳ trước")
    PREDICTION = "prediction", _("Lệch xa mức dự tính")

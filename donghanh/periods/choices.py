from django.db import models
from django.utils.translation import gettext_lazy as _


class PeriodKind(models.TextChoices):
    """Every kind of period. `spans.RULES` computes those that are fixed; the rest are rows that a decision sets."""

    # set by decision: rows
    SCHOOL_YEAR = "school_year", _("năm học")
    SEMESTER = "semester", _("học kỳ")
    OWN = "own", _("kỳ riêng")
    # Gregorian
    DAY = "day", _("ngày")
    WEEK = "week", _("tuần")
    WEEK_WEDNESDAY = "week_wed", _("tuần từ thứ Tư")
    WEEK_THURSDAY = "week_thu", _("tuần từ thứ Năm")
    WEEK_FRIDAY = "week_fri", _("tuần từ thứ Sáu")
    WEEK_SATURDAY = "week_sat", _("tuần từ thứ Bảy")
    WEEK_SUNDAY = "week_sun", _("tuần từ Chủ nhật")
    BIWEEK = "biweek", _("hai tuần")
    MONTH = "month", _("tháng")
    BIMONTH = "bimonth", _("hai tháng")
    QUARTER = "quarter", _("quý")
    QUARTER_NOVEMBER = "quarter_nov", _("quý của năm từ tháng 11")
    HALF = "half", _("sáu tháng")
    HALF_APRIL = "half_april", _("sáu tháng của năm từ tháng 4")
    HALF_NOVEMBER = "half_nov", _("sáu tháng của năm từ tháng 11")
    YEAR = "year", _("năm")
    FINANCIAL_FEBRUARY = "financial_feb", _("năm tài chính từ tháng 2")
    FINANCIAL_APRIL = "financial_april", _("năm tài chính từ tháng 4")
    FINANCIAL_JULY = "financial_july", _("năm tài chính từ tháng 7")
    FINANCIAL_AUGUST = "financial_aug", _("năm tài chính từ tháng 8")
    FINANCIAL_SEPTEMBER = "financial_sep", _("năm tài chính từ tháng 9")
    FINANCIAL_OCTOBER = "financial_oct", _("năm tài chính từ tháng 10")
    FINANCIAL_NOVEMBER = "financial_nov", _("năm tài chính từ tháng 11")
    # administrative: Decree 09/2019
    ADMIN_MONTH = "admin_month", _("tháng báo cáo")
    ADMIN_QUARTER = "admin_quarter", _("quý báo cáo")
    ADMIN_HALF = "admin_half", _("sáu tháng báo cáo")
    ADMIN_NINE_MONTHS = "admin_nine", _("chín tháng báo cáo")
    ADMIN_YEAR = "admin_year", _("năm báo cáo")
    # statistical: fixed days on which schools are counted
    COUNT_AT_START = "count_start", _("thống kê đầu năm học")
    COUNT_AT_END = "count_end", _("thống kê cuối năm học")


class Calendar(models.TextChoices):
    """The calendars of a school year, as the calendar page lists them."""

    SCHOOL = "school", _("Năm học")
    WEEKS = "weeks", _("Tuần học")
    ADMINISTRATIVE = "administrative", _("Hành chính")
    STATISTICAL = "statistical", _("Thống kê")
    OWN = "own", _("Kỳ riêng")

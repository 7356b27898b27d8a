from __future__ import annotations

from typing import Any

import django_tables2 as tables
from django.utils.translation import gettext_lazy as _

from donghanh.kernel.numbers import format_number
from donghanh.kernel.tables import NumberColumn
from donghanh.statistics.models import Finding
from donghanh.statistics.queries import finding_in_words


class ShareColumn(tables.Column):
    """A share of 100; in a file the number itself."""

    def __init__(self, **options: Any) -> None:
        super().__init__(attrs={"td": {"class": "dh-num"}, "th": {"class": "dh-num"}}, default="", **options)

    def render(self, value: float) -> str:
        return f"{format_number(value, decimals=1)} %"

    def value(self, value: float) -> float:
        return value


class RateTable(tables.Table):
    form = tables.Column(verbose_name=_("Biểu mẫu"))
    period = tables.Column(verbose_name=_("Kỳ"))
    area = tables.Column(verbose_name=_("Địa bàn"), order_by="area_sort")
    expected = NumberColumn(verbose_name=_("Phải nộp"))
    sent = NumberColumn(verbose_name=_("Đã gửi"))
    sent_share = ShareColumn(verbose_name=_("Tỷ lệ"))
    on_time = NumberColumn(verbose_name=_("Đúng hạn"))
    on_time_share = ShareColumn(verbose_name=_("Tỷ lệ đúng hạn"))
    accepted = NumberColumn(verbose_name=_("Đã duyệt"))

    empty_text = _("Chưa có đợt báo cáo nào")


class FindingTable(tables.Table):
    unit_name = tables.Column(verbose_name=_("Đơn vị"), order_by="unit_sort")
    period = tables.Column(accessor="period__short_label", verbose_name=_("Kỳ"), order_by="period__days")
    kind = tables.Column(verbose_name=_("Loại"))
    told = tables.Column(verbose_name=_("Điều cần xem"), empty_values=(), orderable=False)
    importance = tables.Column(verbose_name=_("Mức quan trọng"))
    act = tables.TemplateColumn(
        template_name="reporting/finding_act.html", verbose_name="", orderable=False, exclude_from_export=True
    )

    empty_text = _("Không có gì cần xem lại")

    def render_told(self, record: Finding) -> str:
        return finding_in_words(record)

    def value_told(self, record: Finding) -> str:
        return finding_in_words(record)

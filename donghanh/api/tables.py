from __future__ import annotations

import django_tables2 as tables
from django.utils.translation import gettext_lazy as _

from donghanh.kernel.tables import NumberColumn


class OpenFigureTable(tables.Table):
    """A line a published figure."""

    name = tables.Column(verbose_name=_("Đơn vị"), order_by="sort")
    period = tables.Column(verbose_name=_("Kỳ"), order_by="start")
    datum = tables.Column(verbose_name=_("Chỉ số"))
    value = NumberColumn(verbose_name=_("Kết quả"), decimals=1)
    numerator = NumberColumn(verbose_name=_("Tử số"))
    denominator = NumberColumn(verbose_name=_("Mẫu số"))
    reported = NumberColumn(verbose_name=_("Đơn vị đã báo cáo"))
    expected = NumberColumn(verbose_name=_("Đơn vị phải báo cáo"))
    status = tables.Column(verbose_name=_("Ghi chú"), orderable=False)

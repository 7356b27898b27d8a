from __future__ import annotations

import django_tables2 as tables
from django.utils.translation import gettext_lazy as _

from donghanh.inspections.models import Feedback, Finding, Visit
from donghanh.kernel.tables import NumberColumn


class VisitTable(tables.Table):
    unit_name = tables.Column(
        verbose_name=_("Đơn vị"), order_by="unit_sort", linkify=("inspections:visit", {"pk": tables.A("pk")})
    )
    on = tables.DateColumn(verbose_name=_("Ngày"), format="d/m/Y")
    purpose = tables.Column(verbose_name=_("Nội dung"), orderable=False)
    state = tables.Column(verbose_name=_("Tình trạng"))
    still_open = NumberColumn(verbose_name=_("Kiến nghị chưa khép"))

    class Meta:
        model = Visit
        fields = ("unit_name", "on", "purpose", "state", "still_open")


class FindingTable(tables.Table):
    text = tables.Column(
        verbose_name=_("Kiến nghị"), orderable=False, linkify=("inspections:finding", {"pk": tables.A("pk")})
    )
    unit_name = tables.Column(verbose_name=_("Đơn vị"), order_by="unit_sort")
    severity = tables.Column(verbose_name=_("Mức độ"))
    due_on = tables.DateColumn(verbose_name=_("Hạn"), format="d/m/Y")
    state = tables.Column(verbose_name=_("Tình trạng"))

    class Meta:
        model = Finding
        fields = ("text", "unit_name", "severity", "due_on", "state")


class FeedbackTable(tables.Table):
    unit_name = tables.Column(verbose_name=_("Đơn vị"), order_by="unit_sort")
    useful = tables.Column(verbose_name=_("Kiểm tra"))
    guidance = tables.Column(verbose_name=_("Hướng dẫn"))
    burden = tables.Column(verbose_name=_("Vừa sức"))
    words = tables.Column(verbose_name=_("Điều nên đổi"), orderable=False)

    class Meta:
        model = Feedback
        fields = ("unit_name", "useful", "guidance", "burden", "words")

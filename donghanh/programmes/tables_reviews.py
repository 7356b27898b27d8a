from __future__ import annotations

import django_tables2 as tables
from django.utils.translation import gettext_lazy as _

from donghanh.programmes.models import Review


class ReviewTable(tables.Table):
    unit_name = tables.Column(
        verbose_name=_("Đơn vị"), order_by="unit_sort", linkify=("programmes:review", {"pk": tables.A("pk")})
    )
    kind = tables.Column(verbose_name=_("Loại"))
    programme = tables.Column(verbose_name=_("Chương trình"), accessor="programme__short_name", orderable=False)
    period = tables.Column(verbose_name=_("Kỳ"), accessor="period__short_label", orderable=False)
    state = tables.Column(verbose_name=_("Tình trạng"))
    written_at = tables.DateTimeColumn(verbose_name=_("Ghi lúc"), accessor="latest__at", format="H:i d/m/Y")

    class Meta:
        model = Review
        fields = ("unit_name", "kind", "programme", "period", "state", "written_at")

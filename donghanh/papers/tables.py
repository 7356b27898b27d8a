from __future__ import annotations

import django_tables2 as tables
from django.utils.translation import gettext_lazy as _

from donghanh.papers.models import Paper


class PaperTable(tables.Table):
    title = tables.Column(verbose_name=_("Văn bản"), orderable=False, linkify=("papers:paper", {"pk": tables.A("pk")}))
    unit_name = tables.Column(verbose_name=_("Đơn vị"), orderable=False)
    signer = tables.Column(verbose_name=_("Người ký"), orderable=False)
    state = tables.Column(verbose_name=_("Tình trạng"))
    made_at = tables.DateTimeColumn(verbose_name=_("Lập lúc"), format="H:i d/m/Y")

    class Meta:
        model = Paper
        fields = ("title", "unit_name", "signer", "state", "made_at")

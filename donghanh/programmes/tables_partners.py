from __future__ import annotations

import django_tables2 as tables
from django.utils.translation import gettext_lazy as _

from donghanh.kernel.tables import NumberColumn
from donghanh.programmes.models import CoordinationPlan


class CoordinationTable(tables.Table):
    """Coordination plans, the newest first."""

    name = tables.Column(
        verbose_name=_("Kế hoạch phối hợp"),
        order_by="name_sort",
        linkify=("programmes:coordination_plan", {"pk": tables.A("pk")}),
    )
    unit_name = tables.Column(verbose_name=_("Đơn vị"), order_by="unit_sort")
    agreed = tables.Column(verbose_name=_("Văn bản"), orderable=False)
    last_day = tables.DateColumn(verbose_name=_("Đến hết ngày"), format="d/m/Y", order_by="valid")
    agencies = NumberColumn(verbose_name=_("Số cơ quan"))
    tasks_done = NumberColumn(verbose_name=_("Việc đã xong"))
    tasks_owed = NumberColumn(verbose_name=_("Việc phải làm"))

    class Meta:
        model = CoordinationPlan
        fields = ("name", "unit_name", "agreed", "last_day", "agencies", "tasks_done", "tasks_owed")

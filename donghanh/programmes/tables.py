from __future__ import annotations

from typing import Any

import django_tables2 as tables
from django.utils.translation import gettext_lazy as _

from donghanh.kernel.clock import today
from donghanh.kernel.tables import NumberColumn
from donghanh.programmes.models import UnitPlan
from donghanh.programmes.queries_tasks import risk_day, task_state


class PlanTable(tables.Table):
    """Plans of units, whoever is late first when asked so."""

    unit_name = tables.Column(
        verbose_name=_("Đơn vị"), order_by="unit_sort", linkify=("programmes:plan", {"pk": tables.A("pk")})
    )
    programme = tables.Column(verbose_name=_("Chương trình"), accessor="programme__short_name", orderable=False)
    state = tables.Column(verbose_name=_("Tình trạng"))
    due_on = tables.DateColumn(verbose_name=_("Hạn gửi"), format="d/m/Y")
    submitted_at = tables.DateTimeColumn(verbose_name=_("Gửi lúc"), format="H:i d/m/Y", default="")
    tasks_done = NumberColumn(verbose_name=_("Nhiệm vụ đã xong"))
    tasks_owed = NumberColumn(verbose_name=_("Nhiệm vụ phải làm"))

    class Meta:
        model = UnitPlan
        fields = ("unit_name", "programme", "state", "due_on", "submitted_at", "tasks_done", "tasks_owed")


class UnitTaskTable(tables.Table):
    """One task of the programme over units."""

    unit_name = tables.Column(
        verbose_name=_("Đơn vị"), order_by="unit_sort", linkify=("programmes:task", {"pk": tables.A("pk")})
    )
    state = tables.Column(verbose_name=_("Tình trạng"), orderable=False)
    due_now = tables.DateColumn(verbose_name=_("Hạn"), format="d/m/Y", default="")
    done_on = tables.DateColumn(verbose_name=_("Xong ngày"), format="d/m/Y", default="")
    responsible = tables.Column(verbose_name=_("Ai phụ trách"), orderable=False, default="")

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        self.until = risk_day(today())

    def render_state(self, record: Any) -> str:
        return str(task_state(record, on=today(), risky_until=self.until).label)

    value_state = render_state

from __future__ import annotations

from typing import Any

import django_tables2 as tables
from django.utils.translation import gettext_lazy as _

from donghanh.kernel.tables import NumberColumn
from donghanh.periods.choices import PeriodKind
from donghanh.periods.queries import Span, WorkingDays


class PeriodTable(tables.Table):
    label = tables.Column(verbose_name=_("Kỳ"), orderable=False)
    kind = tables.Column(verbose_name=_("Loại"))
    start = tables.DateColumn(verbose_name=_("Từ ngày"), format="d/m/Y")
    end = tables.DateColumn(verbose_name=_("Đến hết ngày"), format="d/m/Y")
    working_days = NumberColumn(verbose_name=_("Ngày làm việc"))
    code = tables.Column(verbose_name=_("Mã"), orderable=False)


class HolidayTable(tables.Table):
    day = tables.DateColumn(verbose_name=_("Ngày"), format="d/m/Y (l)")
    name = tables.Column(verbose_name=_("Tên"), orderable=False)
    works = tables.Column(verbose_name=_("Nghỉ hay làm"))

    prefix = "nghi-"

    def render_works(self, *, value: bool) -> str:
        return str(_("Làm việc") if value else _("Nghỉ"))

    value_works = render_works


def period_rows(spans: list[Span], days: WorkingDays) -> list[dict[str, Any]]:
    """Lines of PeriodTable."""
    return [
        {
            "label": span.label,
            "kind": str(PeriodKind(span.kind).label),
            "start": span.start,
            "end": span.end,
            "working_days": days.between(span.start, span.end),
            "code": span.code,
        }
        for span in spans
    ]

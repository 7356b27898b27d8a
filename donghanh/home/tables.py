from __future__ import annotations

from typing import Any

import django_tables2 as tables
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy as _

from donghanh.kernel.tables import NumberColumn, PercentColumn
from donghanh.kernel.templatetags.dh import status
from donghanh.reporting.models import Submission
from donghanh.reporting.queries import shown_state


class SchoolTable(tables.Table):
    """The schools behind a percentage."""

    name = tables.Column(verbose_name=_("Trường"), order_by="sort")
    value = PercentColumn(verbose_name=_("Kết quả"))
    numerator = NumberColumn(verbose_name=_("Tử số"))
    denominator = NumberColumn(verbose_name=_("Mẫu số"))
    report = tables.Column(verbose_name=_("Báo cáo"), orderable=False)

    def render_name(self, record: dict[str, Any]) -> SafeString | str:
        if not record["report"]:
            return str(record["name"])
        return format_html(
            '<a href="{}">{}</a>', reverse("reporting:report", args=[record["report"].pk]), record["name"]
        )

    def value_name(self, record: dict[str, Any]) -> str:
        return str(record["name"])

    def render_report(self, value: Submission) -> SafeString:
        return render_to_string("components/status.html", status(shown_state(value)))

    def value_report(self, value: Submission) -> str:
        return str(value.get_state_display())

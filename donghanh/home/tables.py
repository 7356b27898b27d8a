from __future__ import annotations

from typing import Any

import django_tables2 as tables
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy as _

from donghanh.kernel.templatetags.dh import number, percent, status
from donghanh.reporting.models import Submission
from donghanh.reporting.queries import shown_state

NUMERAL = {"th": {"class": "dh-num"}, "td": {"class": "dh-num"}}


class SchoolTable(tables.Table):
    """The schools behind a percentage."""

    name = tables.Column(verbose_name=_("Trường"), order_by="sort")
    value = tables.Column(verbose_name=_("Kết quả"), attrs=NUMERAL)
    numerator = tables.Column(verbose_name=_("Tử số"), attrs=NUMERAL)
    denominator = tables.Column(verbose_name=_("Mẫu số"), attrs=NUMERAL)
    report = tables.Column(verbose_name=_("Báo cáo"), orderable=False)

    def render_name(self, record: dict[str, Any]) -> SafeString | str:
        if not record["report"]:
            return str(record["name"])
        return format_html(
            '<a href="{}">{}</a>', reverse("reporting:report", args=[record["report"].pk]), record["name"]
        )

    def value_name(self, record: dict[str, Any]) -> str:
        return str(record["name"])

    def render_value(self, value: float) -> str:
        return percent(value)

    def render_numerator(self, value: float) -> str:
        return number(value)

    def render_denominator(self, value: float) -> str:
        return number(value)

    def render_report(self, value: Submission) -> SafeString:
        return render_to_string("components/status.html", status(shown_state(value)))

    def value_report(self, value: Submission) -> str:
        return str(value.get_state_display())

from __future__ import annotations

from typing import Any

import django_tables2 as tables
from django.urls import reverse
from django.utils.formats import date_format
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from donghanh.periods.choices import PeriodKind
from donghanh.reporting.choices import EDITABLE
from donghanh.reporting.models import Collection, ReportRequest, Submission
from donghanh.reporting.queries_asking import reminded_words
from donghanh.reporting.tables import ReportTable

TICK = (
    '<label class="form-check mb-0"><input class="form-check-input" type="checkbox" name="expected" value="{}"'
    ' form="extend"><span class="visually-hidden">{}</span></label>'
)


class RequestTable(tables.Table):
    """Requests, one a row."""

    name = tables.Column(verbose_name=gettext_lazy("Yêu cầu"), linkify=("reporting:request", {"pk": tables.A("pk")}))
    form = tables.Column(verbose_name=gettext_lazy("Biểu mẫu"), accessor="form__name_vi")
    calendar = tables.Column(verbose_name=gettext_lazy("Kỳ"), empty_values=(), orderable=False)
    owner_name = tables.Column(verbose_name=gettext_lazy("Cơ quan yêu cầu"))
    rounds_opened = tables.Column(verbose_name=gettext_lazy("Số đợt"), default=0)
    ended_on = tables.Column(verbose_name=gettext_lazy("Tình trạng"), empty_values=())

    class Meta:
        model = ReportRequest
        fields = ("name", "form", "calendar", "owner_name", "rounds_opened", "ended_on")

    def render_calendar(self, record: ReportRequest) -> str:
        return calendar_words(record)

    def render_ended_on(self, record: ReportRequest) -> str:
        return standing_words(record)


def calendar_words(request: ReportRequest) -> str:
    return str(PeriodKind(request.calendar).label) if request.calendar else _("một lần")


def standing_words(request: ReportRequest) -> str:
    if request.ended_on:
        return _("Kết thúc từ %(day)s") % {"day": date_format(request.ended_on, "j/n/Y")}
    return _("Đang áp dụng")


class RoundTable(tables.Table):
    """The rounds of one request with how many reports stand where."""

    period = tables.Column(
        verbose_name=gettext_lazy("Kỳ"), accessor="period__label", order_by="period__days",
        linkify=("reporting:round", {"collection_id": tables.A("pk")}),
    )  # fmt: skip
    opens_on = tables.DateColumn(verbose_name=gettext_lazy("Mở"), format="j/n/Y")
    due_on = tables.DateColumn(verbose_name=gettext_lazy("Hạn nộp"), format="j/n/Y")
    closes_on = tables.DateColumn(verbose_name=gettext_lazy("Ngừng nhận"), format="j/n/Y")
    units = tables.Column(verbose_name=gettext_lazy("Phải nộp"), default=0)
    not_sent = tables.Column(verbose_name=gettext_lazy("Chưa nộp"), default=0)
    submitted = tables.Column(verbose_name=gettext_lazy("Chờ duyệt"), default=0)
    returned = tables.Column(verbose_name=gettext_lazy("Bị trả lại"), default=0)
    accepted = tables.Column(verbose_name=gettext_lazy("Đã duyệt"), default=0)

    class Meta:
        model = Collection
        fields = (
            "period", "opens_on", "due_on", "closes_on", "units", "not_sent", "submitted", "returned", "accepted",
        )  # fmt: skip


class AskedTable(ReportTable):
    """Units of one round with their own due day; those that may be given more time can be ticked."""

    tick = tables.Column(
        verbose_name=gettext_lazy("Chọn"), accessor="expected_id", orderable=False, exclude_from_export=True
    )
    reviewer_name = tables.Column(verbose_name=gettext_lazy("Cơ quan duyệt"))
    due = tables.DateColumn(verbose_name=gettext_lazy("Hạn nộp"), accessor="expected__due_on", format="j/n/Y")
    extended = tables.Column(verbose_name=gettext_lazy("Gia hạn"), accessor="times_extended", empty_values=())
    reminded = tables.Column(verbose_name=gettext_lazy("Nhắc nộp"), empty_values=(), accessor="times_reminded")

    class Meta(ReportTable.Meta):
        sequence = ("tick", "unit_name", "reviewer_name", "due", "extended", "reminded", "state")

    def render_tick(self, record: Any, value: int) -> SafeString | str:
        if record.state not in EDITABLE:
            return ""
        label = _("Chọn %(unit)s") % {"unit": record.unit_name}
        return format_html(TICK, value, label)

    def render_extended(self, value: int | None) -> str:
        return _("%(times)s lần") % {"times": value} if value else ""

    def render_reminded(self, record: Submission) -> str:
        return reminded_words(record.times_reminded, record.last_reminded)  # type: ignore[attr-defined]  # annotated


def crumbs() -> list[tuple[str, str]]:
    """The way up from one request."""
    return [(_("Yêu cầu báo cáo"), reverse("reporting:requests"))]

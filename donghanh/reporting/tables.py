from __future__ import annotations

from typing import Any

import django_tables2 as tables
from django.template.loader import render_to_string
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.functional import Promise
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy as _

from donghanh.kernel.templatetags.dh import status
from donghanh.reporting.choices import Move
from donghanh.reporting.models import Submission, SubmissionVersion
from donghanh.reporting.queries import shown_state
from donghanh.reporting.queries_asking import reminded_words


class ReportTable(tables.Table):
    """Reports, a row each. Lists add the columns they need; the file that is exported has the same rows and columns."""

    unit_name = tables.Column(
        verbose_name=_("Đơn vị"), order_by="unit_sort", linkify=("reporting:report", {"pk": tables.A("pk")})
    )
    state = tables.Column(verbose_name=_("Tình trạng"))

    class Meta:
        model = Submission
        fields: tuple[str, ...] = ("unit_name", "state")

    def render_state(self, record: Submission) -> SafeString:
        return render_to_string("components/status.html", status(shown_state(record)))

    def value_state(self, record: Submission) -> str:
        return str(record.get_state_display())


class OwedTable(ReportTable):
    period = tables.Column(
        verbose_name=_("Kỳ"),
        accessor="expected__collection__period__label",
        order_by="expected__collection__period__days",
        linkify=("reporting:report", {"pk": tables.A("pk")}),
    )
    unit_name = tables.Column(verbose_name=_("Đơn vị"), order_by="unit_sort")
    due = tables.DateColumn(verbose_name=_("Hạn nộp"), accessor="expected__due_on", format="j/n/Y")

    reminded = tables.Column(verbose_name=_("Nhắc nộp"), empty_values=(), orderable=False)

    class Meta(ReportTable.Meta):
        sequence = ("period", "unit_name", "due", "state", "reminded")

    def render_reminded(self, record: Any) -> str:
        return reminded_words(record.times_reminded, record.last_reminded)


class WaitingTable(ReportTable):
    sent_at = tables.DateTimeColumn(verbose_name=_("Gửi lúc"), accessor="latest__sent_at", format="H:i j/n/Y")
    number = tables.Column(verbose_name=_("Lần gửi"), accessor="latest__number")
    period = tables.Column(
        verbose_name=_("Kỳ"),
        accessor="expected__collection__period__short_label",
        order_by="expected__collection__period__days",
    )

    state = None  # all of them wait

    class Meta(ReportTable.Meta):
        fields = ("unit_name",)
        sequence = ("unit_name", "period", "sent_at", "number")


class NotReceivedTable(ReportTable):
    reviewer_name = tables.Column(verbose_name=_("Cơ quan duyệt"), order_by="reviewer_name")

    class Meta(ReportTable.Meta):
        sequence = ("unit_name", "reviewer_name", "state")


class LineTable(tables.Table):
    """Rows behind a figure: what each is, and where it stands."""

    words = tables.Column(verbose_name=_("Dòng đã đếm"), linkify=lambda record: record["href"] or None)


def receipt(version: SubmissionVersion) -> list[tuple[str | Promise, str]]:
    """What the sender can hold against the office: term and value."""
    return [
        (_("Lần gửi"), str(version.number)),
        (_("Người gửi"), version.sent_by.full_name),
        (_("Gửi lúc"), date_format(timezone.localtime(version.sent_at), "H:i j/n/Y")),
        (_("Mã biên nhận"), f"{version.pk:06}-{version.sha256[:12]}"),
    ]


STEP_LOOK = {Move.SEND: ("send", "note"), Move.RETURN: ("arrow-back-up", "need"), Move.ACCEPT: ("circle-check", "good")}
STEP_TITLE = {
    Move.SEND: _("Gửi lần %(number)s"),
    Move.RETURN: _("Trả lại lần gửi %(number)s"),
    Move.ACCEPT: _("Duyệt lần gửi %(number)s"),
}


def story(submission: Submission) -> list[dict[str, Any]]:
    """Every step of a report, newest first, for the time line."""
    steps = submission.transitions.select_related("by", "version").order_by("-pk")
    return [
        {
            "at": date_format(timezone.localtime(step.at), "H:i j/n/Y"),
            "title": STEP_TITLE[Move(step.move)] % {"number": step.version.number},
            "who": step.by.full_name,
            "text": step.reason,
            "icon": STEP_LOOK[Move(step.move)][0],
            "tone": STEP_LOOK[Move(step.move)][1],
        }
        for step in steps
    ]

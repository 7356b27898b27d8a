from __future__ import annotations

from typing import Any

import django_tables2 as tables
from django.template.loader import render_to_string
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.functional import Promise
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from donghanh.kernel.templatetags.dh import status
from donghanh.reporting.choices import EDITABLE, Move, State
from donghanh.reporting.models import BulkVerdict, Submission, SubmissionVersion, Transition
from donghanh.reporting.queries import offices_of, receipt_number, shown_state
from donghanh.reporting.queries_asking import reminded_words
from donghanh.reporting.rules import may_remind


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


class BoardTable(ReportTable):
    """A round as an officer watches it: a tick where it waits for them, a button where the unit can be reminded."""

    unit_name = tables.Column(verbose_name=_("Đơn vị"), order_by="unit_sort")
    office_name = tables.Column(verbose_name=_("Đang ở"), empty_values=())
    due = tables.DateColumn(
        verbose_name=_("Hạn nộp"), accessor="expected__due_on", order_by="expected__due_on", format="j/n/Y"
    )
    sent_at = tables.DateTimeColumn(
        verbose_name=_("Gửi lúc"),
        accessor="latest__sent_at",
        order_by="latest__sent_at",
        format="H:i j/n/Y",
        default="",
    )
    reminded_at = tables.DateTimeColumn(verbose_name=_("Nhắc gần nhất"), format="H:i j/n/Y", default="")
    act = tables.Column(empty_values=(), accessor="pk", verbose_name="", orderable=False, exclude_from_export=True)

    class Meta(ReportTable.Meta):
        sequence = ("unit_name", "state", "office_name", "due", "sent_at", "reminded_at", "act")

    empty_text = _("Không có báo cáo nào như vậy")
    empty_hint = _("Bỏ bớt điều kiện lọc để xem các báo cáo khác.")

    def render_state(self, record: Any) -> SafeString:
        return render_to_string("components/status.html", status(*self._standing(record)))

    def value_state(self, record: Any) -> str:
        return str(self._standing(record)[1] or record.get_state_display())

    def render_office_name(self, record: Any) -> str:
        if record.state in EDITABLE:
            return str(_("đơn vị"))
        return str(record.office_name or "") if record.state == State.SUBMITTED else ""

    value_office_name = render_office_name

    def render_unit_name(self, record: Any) -> SafeString:
        return render_to_string("reporting/board_unit.html", {"report": record})

    def value_unit_name(self, record: Any) -> str:
        return str(record.unit_name)

    def render_act(self, record: Any) -> SafeString:
        can = record.state in EDITABLE and may_remind(record, on=record.asked_on).ok
        today = record.reminded_at and timezone.localdate(record.reminded_at) == record.asked_on
        return render_to_string("reporting/board_act.html", {"report": record, "can": can, "reminded_today": today})

    def _standing(self, record: Any) -> tuple[str, str]:
        """Code of its look, and the word where it is another than usual."""
        days = (record.asked_on - record.expected.grace_on).days
        if record.state == State.DRAFT and days > 0:
            return "late", ngettext("Quá hạn %(count)s ngày", "Quá hạn %(count)s ngày", days) % {"count": days}
        return shown_state(record), ""


class BulkTable(tables.Table):
    """What became of each report of a bulk acceptance."""

    unit_name = tables.Column(
        verbose_name=_("Đơn vị"), order_by="unit_sort", linkify=("reporting:report", {"pk": tables.A("submission_id")})
    )
    ok = tables.Column(verbose_name=_("Kết quả"), empty_values=())
    sentence = tables.Column(verbose_name=_("Vì sao"), orderable=False, default="")

    def render_ok(self, record: BulkVerdict) -> SafeString:
        return render_to_string("components/status.html", status(*BULK_LOOK[record.ok]))

    def value_ok(self, record: BulkVerdict) -> str:
        return str(BULK_LOOK[record.ok][1])


BULK_LOOK: dict[bool | None, tuple[str, Any]] = {
    True: ("accepted", _("Đã duyệt")),
    False: ("returned", _("Chưa duyệt")),
    None: ("running", _("Đang chờ")),
}


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
        (_("Mã biên nhận"), receipt_number(version)),
    ]


STEP_LOOK = {
    Move.SEND: ("send", "note"),
    Move.RETURN: ("arrow-back-up", "need"),
    Move.ACCEPT: ("circle-check", "good"),
    Move.WITHDRAW: ("arrow-back-up", "plain"),
    Move.LOCK: ("lock", "good"),
    Move.REOPEN: ("refresh", "need"),
}
STEP_TITLE = {
    Move.SEND: _("Gửi lần %(number)s"),
    Move.RETURN: _("Trả lại lần gửi %(number)s"),
    Move.ACCEPT: _("Duyệt lần gửi %(number)s"),
    Move.WITHDRAW: _("Rút lại lần gửi %(number)s"),
    Move.LOCK: _("Khóa, lần gửi %(number)s"),
    Move.REOPEN: _("Mở lại, lần gửi %(number)s"),
}


def story(submission: Submission) -> list[dict[str, Any]]:
    """Every step of a report, newest first, for the time line: what, when, who of which office, why."""
    moves = submission.transitions.select_related("by", "version").order_by("-pk")
    offices = offices_of(submission)

    def who(move: Transition) -> str:
        of_unit = move.move in (Move.SEND, Move.WITHDRAW)
        person = move.by.full_name if move.by else str(_("phần mềm tự làm"))
        return ", ".join(filter(None, [person, "" if of_unit or not move.by else offices.get(move.step, "")]))

    return [
        {
            "at": date_format(timezone.localtime(move.at), "H:i j/n/Y"),
            "title": STEP_TITLE[Move(move.move)] % {"number": move.version.number},
            "who": who(move),
            "text": move.reason,
            "icon": STEP_LOOK[Move(move.move)][0],
            "tone": STEP_LOOK[Move(move.move)][1],
        }
        for move in moves
    ]

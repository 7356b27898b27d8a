"""What this room holds on a person, told to `privacy`: what they wrote, sent, decided and drew."""

from __future__ import annotations

from collections.abc import Iterable

from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from donghanh.organisations.queries import called
from donghanh.privacy.queries import Holding, Line, hold
from donghanh.reporting.choices import Move
from donghanh.reporting.models import (
    BulkReview,
    Evidence,
    Extension,
    IssuedReport,
    Reminder,
    ReportRequest,
    Submission,
    Transition,
    WorkbookBatch,
)


def moves_of(account_id: int) -> Iterable[list[Line]]:
    """Every sending, return and acceptance, and the drafts last saved."""
    path = "submission__expected__collection__period"
    moves = Transition.objects.filter(by=account_id).select_related(path, "submission__expected").order_by("pk")
    drafts = (
        Submission.objects.filter(saved_by=account_id).select_related("expected__collection__period").order_by("pk")
    )
    rows = [(str(Move(row.move).label), row.submission, row.at) for row in moves]
    rows += [(_("lưu bản điền"), row, row.saved_at) for row in drafts if row.saved_at]
    names = called({submission.expected.unit_id for _what, submission, _at in rows}, on=timezone.localdate())
    for what, submission, at in rows:
        yield [
            (_("Việc"), what),
            (_("Báo cáo"), submission.expected.collection.period.label),
            (_("Đơn vị"), names.get(submission.expected.unit_id, "")),
            (_("Lúc"), timezone.localtime(at)),
        ]


def papers_of(account_id: int) -> Iterable[list[Line]]:
    for row in IssuedReport.objects.filter(by=account_id).order_by("pk"):
        yield [(_("Báo cáo chính thức đã xuất lúc"), timezone.localtime(row.at))]


def orders_of(account_id: int) -> Iterable[list[Line]]:
    """What was asked, extended, reminded and put beside a report."""
    for row in ReportRequest.objects.filter(created_by=account_id).order_by("pk"):
        yield [(_("Yêu cầu báo cáo"), row.name), (_("Lúc"), timezone.localtime(row.created_at))]
    for extended in Extension.objects.filter(by=account_id).order_by("pk"):
        yield [(_("Gia hạn"), extended.reason), (_("Lúc"), timezone.localtime(extended.at))]
    for reminded in Reminder.objects.filter(by=account_id).order_by("pk"):
        yield [(_("Nhắc nộp"), reminded.get_occasion_display()), (_("Lúc"), timezone.localtime(reminded.at))]
    for bulk in BulkReview.objects.filter(by=account_id).select_related("collection__period").order_by("pk"):
        yield [
            (_("Duyệt nhiều báo cáo một lượt"), bulk.collection.period.label),
            (_("Lúc"), timezone.localtime(bulk.at)),
        ]
    for put in Evidence.objects.filter(by=account_id).select_related("file").order_by("pk"):
        yield [(_("Minh chứng"), put.file.name), (_("Lúc"), timezone.localtime(put.at))]
    for batch in WorkbookBatch.objects.filter(by=account_id).select_related("file").order_by("pk"):
        yield [(_("Nộp bằng tệp"), batch.file.name), (_("Lúc"), timezone.localtime(batch.at))]


def register() -> None:
    hold(
        Holding(
            title=gettext_lazy("Báo cáo đã điền, gửi, duyệt"),
            models=("reporting.Submission", "reporting.SubmissionVersion", "reporting.Transition"),
            collect=moves_of,
            kept_because=gettext_lazy("Báo cáo đã gửi là hồ sơ của cơ quan; tên người gửi mất đi cùng tài khoản."),
        ),
        Holding(
            title=gettext_lazy("Yêu cầu, gia hạn, nhắc nộp và minh chứng"),
            models=(
                "reporting.ReportRequest",
                "reporting.Extension",
                "reporting.Reminder",
                "reporting.Evidence",
                "reporting.BulkReview",
                "reporting.WorkbookBatch",
            ),
            collect=orders_of,
            kept_because=gettext_lazy("Yêu cầu, minh chứng là hồ sơ của cơ quan; tên người ghi mất đi cùng tài khoản."),
        ),
        Holding(
            title=gettext_lazy("Báo cáo chính thức đã xuất"),
            models=("reporting.IssuedReport",),
            collect=papers_of,
            kept_because=gettext_lazy("Báo cáo chính thức là hồ sơ của cơ quan."),
        ),
    )

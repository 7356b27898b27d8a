"""The books of Decree 30/2020, Appendix IV, column by column; and a document's page in terms and values."""

from __future__ import annotations

import csv
from collections.abc import Iterable
from io import StringIO
from typing import Any

import django_tables2 as tables
from django.urls import reverse
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from donghanh.audit.queries import history_of
from donghanh.documents.choices import TYPES, Direction, Status
from donghanh.documents.models import Document, NumberSeries
from donghanh.kernel.sheets_in import guarded
from donghanh.kernel.tables import NumberColumn
from donghanh.people.models import Account

DAY = "d/m/Y"
LINK = ("documents:document", {"pk": tables.A("pk")})
BOM = "\ufeff"  # by which Excel knows UTF-8


class DayColumn(tables.DateColumn):
    """16/06/2025, in a file as on the page: the books are printed as they are."""

    def __init__(self, **options: Any) -> None:
        super().__init__(format=DAY, **{"default": "", **options})

    def value(self, value: Any) -> str:
        return f"{value:%d/%m/%Y}" if value else ""


class Book(tables.Table):
    """What the two books share. The wording of the headings is the decree's."""

    date = DayColumn(verbose_name=gettext_lazy("Ngày tháng văn bản"))
    heading = tables.Column(
        verbose_name=gettext_lazy("Tên loại và trích yếu nội dung văn bản"), order_by="abstract_sort"
    )
    passed_on_date = DayColumn(verbose_name=gettext_lazy("Ngày chuyển"), orderable=False)
    signed_for = tables.Column(verbose_name=gettext_lazy("Ký nhận"), default="", orderable=False)
    note = tables.Column(verbose_name=gettext_lazy("Ghi chú"), default="", orderable=False, empty_values=())

    wide = True

    def render_note(self, record: Document) -> str:
        recalled = _("Đã thu hồi") if record.status == Status.RECALLED else ""
        return ". ".join(filter(None, [recalled, record.note]))


class OutBook(Book):
    code = tables.Column(
        verbose_name=gettext_lazy("Số, ký hiệu văn bản"), linkify=LINK, order_by=("number", "symbol"), empty_values=()
    )
    signer_name = tables.Column(verbose_name=gettext_lazy("Người ký"), default="", orderable=False)
    receivers = tables.Column(verbose_name=gettext_lazy("Nơi nhận văn bản"), empty_values=(), orderable=False)
    kept_by = tables.Column(verbose_name=gettext_lazy("Đơn vị, người nhận bản lưu"), default="", orderable=False)
    copies = NumberColumn(verbose_name=gettext_lazy("Số lượng bản"), orderable=False)

    class Meta:
        model = Document
        fields = ("code", "date", "heading", "signer_name", "receivers", "kept_by", "copies", "passed_on_date")
        sequence = (*fields, "signed_for", "note")

    def render_code(self, record: Document) -> str:
        return record.code or _("Chờ cấp số")

    def render_receivers(self, record: Any) -> str:
        return "; ".join(line.name for line in sorted(record.recipients.all(), key=lambda line: line.pk))


class InBook(Book):
    arrival_date = DayColumn(verbose_name=gettext_lazy("Ngày đến"))
    arrival_number = tables.Column(verbose_name=gettext_lazy("Số đến"), linkify=LINK)
    issuer_name = tables.Column(verbose_name=gettext_lazy("Tác giả"), orderable=False)
    code = tables.Column(
        verbose_name=gettext_lazy("Số, ký hiệu văn bản"), linkify=LINK, order_by=("symbol", "number_text")
    )
    handled_by = tables.Column(verbose_name=gettext_lazy("Đơn vị hoặc người nhận"), default="", orderable=False)

    class Meta:
        model = Document
        fields = ("arrival_date", "arrival_number", "issuer_name", "code", "date", "heading", "handled_by")
        sequence = (*fields, "passed_on_date", "signed_for", "note")


class FoundTable(tables.Table):
    """Documents of several registers: sent to us, or in force."""

    code = tables.Column(verbose_name=gettext_lazy("Số, ký hiệu"), linkify=LINK, order_by=("symbol", "number_text"))
    date = DayColumn(verbose_name=gettext_lazy("Ngày"))
    heading = tables.Column(verbose_name=gettext_lazy("Tên loại và trích yếu"), order_by="abstract_sort")
    issuer_name = tables.Column(verbose_name=gettext_lazy("Cơ quan ban hành"), orderable=False)
    status = tables.Column(verbose_name=gettext_lazy("Tình trạng"), orderable=False)

    class Meta:
        model = Document
        fields = ("code", "date", "heading", "issuer_name", "status")


class SeriesTable(tables.Table):
    year = tables.Column(verbose_name=gettext_lazy("Năm"), orderable=False)
    kind = tables.Column(verbose_name=gettext_lazy("Dãy số"), orderable=False)
    type = tables.Column(verbose_name=gettext_lazy("Tên loại"), empty_values=(), orderable=False)
    first_number = tables.Column(verbose_name=gettext_lazy("Từ số"), orderable=False)
    last_number = tables.Column(verbose_name=gettext_lazy("Số đã cấp gần nhất"), empty_values=(), orderable=False)

    class Meta:
        model = NumberSeries
        fields = ("year", "kind", "type", "first_number", "last_number")

    def render_kind(self, record: NumberSeries) -> str:
        return record.name or record.get_kind_display()

    def render_type(self, record: NumberSeries) -> str:
        return TYPES.get(record.type) or (_("Riêng từng loại") if record.per_type else _("Mọi loại"))

    def render_last_number(self, record: NumberSeries) -> str:
        return f"{record.last_number:02}" if record.begun else _("Chưa cấp")


def book_csv(table: tables.Table) -> str:
    """The rows of a table as CSV; no cell is taken for a formula."""
    out = StringIO()
    write = csv.writer(out).writerow
    for row in table.as_values():
        write([guarded(str("" if cell is None else cell)) for cell in row])
    return BOM + out.getvalue()


def facts_of(document: Document) -> list[tuple[str, object]]:
    """Term and value of everything the register holds on a document; what is empty is left out."""
    own = document.direction == Direction.OUT
    pairs: Iterable[tuple[str, object]] = (
        (_("Tình trạng"), document.get_status_display()),
        (_("Số, ký hiệu"), document.code or _("Chờ cấp số")),
        (_("Số đến"), "" if own else document.arrival_number),
        (_("Ngày đến"), _day(document.arrival_date)),
        (_("Ngày văn bản"), _day(document.date)),
        (_("Cơ quan ban hành"), document.issuer_name),
        (_("Trích yếu"), document.abstract),
        (_("Người ký"), document.signer),
        (_("Mức độ khẩn"), document.get_urgency_display()),
        (_("Hiệu lực từ ngày"), _day(document.in_force_from or document.date)),
        (_("Đến hết ngày"), _day(document.in_force_to)),
        (_("Hạn trả lời"), _day(document.due_date)),
        (_("Số bản, số trang"), _("%(copies)s bản, %(pages)s trang") % vars(document)),
        (_("Ngôn ngữ"), document.language),
        (_("Đơn vị soạn thảo"), document.drafting_unit),
        (_("Bản lưu"), document.kept_by),
        (_("Đến qua"), document.sender_note),
        (_("Đơn vị hoặc người nhận"), document.handled_by),
        (_("Ngày chuyển"), _day(document.passed_on_date)),
        (_("Ký nhận"), document.signed_for),
        (_("Ghi chú"), document.note),
        (_("Lý do thu hồi"), document.recall_reason),
    )
    return [(term, value) for term, value in pairs if value not in ("", None)]


def _day(day: Any) -> str:
    return f"{day:%d/%m/%Y}" if day else ""


DEEDS = {
    "documents.drafted": gettext_lazy("Lập dự thảo"),
    "documents.changed": gettext_lazy("Sửa dự thảo"),
    "documents.registered": gettext_lazy("Cấp số và ban hành"),
    "documents.arrived": gettext_lazy("Vào sổ đến"),
    "documents.book_kept": gettext_lazy("Ghi sổ"),
    "documents.recalled": gettext_lazy("Thu hồi"),
    "documents.recall_confirmed": gettext_lazy("Nơi nhận xác nhận thu hồi"),
    "documents.related": gettext_lazy("Nối với văn bản khác"),
    "documents.copied": gettext_lazy("Sao văn bản"),
    "documents.package_made": gettext_lazy("Xuất gói edXML"),
    "documents.answered": gettext_lazy("Phản hồi bên gửi"),
    "documents.reply_noted": gettext_lazy("Nhận phản hồi của bên nhận"),
    "documents.published": gettext_lazy("Phổ biến"),
    "documents.publication_closed": gettext_lazy("Khép lần phổ biến"),
    "documents.nudged": gettext_lazy("Nhắc người chưa đọc"),
    "documents.proposals_merged": gettext_lazy("Nhận kiến nghị để trả lời"),
    "documents.proposals_answered": gettext_lazy("Trả lời kiến nghị"),
}


def story(document: Document) -> list[dict[str, Any]]:
    """What was done to the document, newest first."""
    entries = list(history_of(document).filter(verb__in=DEEDS).reverse()[:100])
    people = {row.pk: row.full_name for row in Account.objects.filter(pk__in={one.by_id for one in entries})}
    return [
        {
            "at": date_format(timezone.localtime(one.at), "H:i j/n/Y"), "title": DEEDS[one.verb],
            "who": people.get(one.by_id or 0, ""),
        }
        for one in entries
    ]  # fmt: skip


def page_of(document: Document) -> str:
    return reverse("documents:document", args=[document.pk])

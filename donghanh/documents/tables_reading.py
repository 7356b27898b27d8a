"""What I have to read and have read; who has not, and how many of each unit have."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlencode

import django_tables2 as tables
from django.template.loader import render_to_string
from django.utils.html import format_html
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from donghanh.documents.models_reading import Acknowledgement, Publication
from donghanh.kernel.tables import NumberColumn, PercentColumn
from donghanh.kernel.templatetags.dh import status
from donghanh.organisations.choices import SCHOOL_KINDS
from donghanh.people.choices import ROLES
from donghanh.people.models import Membership

DAY = "d/m/Y"
PAGE = ("documents:reading", {"pk": tables.A("document_id")})
TO_UNITS, TO_PEOPLE = "don-vi", "nguoi"


class Asked(tables.Table):
    document = tables.Column(
        verbose_name=gettext_lazy("Văn bản"), accessor="document__heading", linkify=PAGE,
        order_by="document__abstract_sort",
    )  # fmt: skip
    code = tables.Column(verbose_name=gettext_lazy("Số, ký hiệu"), accessor="document__code", orderable=False)
    issuer = tables.Column(
        verbose_name=gettext_lazy("Cơ quan ban hành"), accessor="document__issuer_name", orderable=False
    )


class ToReadTable(Asked):
    """Rows of `queries_reading.to_read`."""

    due_on = tables.DateColumn(verbose_name=gettext_lazy("Đọc trước hết ngày"), format=DAY)
    nudged_on = tables.DateColumn(verbose_name=gettext_lazy("Được nhắc ngày"), format=DAY, default="")
    state = tables.Column(verbose_name=gettext_lazy("Tình trạng"), empty_values=(), orderable=False)

    class Meta:
        model = Publication
        fields = ("document", "code", "issuer", "due_on", "nudged_on", "state")

    def render_state(self, record: Any) -> str:
        shown = status("late") if record.late else status("submitted", _("Chưa đọc"))
        return render_to_string("components/status.html", shown)

    def value_state(self, record: Any) -> str:
        return _("Quá hạn") if record.late else _("Chưa đọc")


class ReadTable(Asked):
    """Rows of `queries_reading.read_by`."""

    at = tables.DateColumn(verbose_name=gettext_lazy("Đã xác nhận ngày"), format=DAY)

    class Meta:
        model = Acknowledgement
        fields = ("document", "code", "issuer", "at")


class UnreadTable(tables.Table):
    """Rows of `queries_reading.names_unread`."""

    full_name = tables.Column(
        verbose_name=gettext_lazy("Họ và tên"), accessor="account__full_name", order_by="account__full_name_sort"
    )
    role = tables.Column(verbose_name=gettext_lazy("Vai trò"), orderable=False)
    unit_name = tables.Column(verbose_name=gettext_lazy("Đơn vị"), order_by="unit_sort")

    class Meta:
        model = Membership
        fields = ("full_name", "role", "unit_name")

    def render_role(self, record: Membership) -> str:
        return str(ROLES[record.role].name)


class TallyTable(tables.Table):
    """Rows of `queries_reading.tallies_below` with the `publication` they speak of; an office opens to its units."""

    name = tables.Column(verbose_name=gettext_lazy("Đơn vị"), order_by="name_sort")
    asked = NumberColumn(verbose_name=gettext_lazy("Cần đọc"))
    read = NumberColumn(verbose_name=gettext_lazy("Đã đọc"))
    left = NumberColumn(verbose_name=gettext_lazy("Chưa đọc"))
    percent = PercentColumn(verbose_name=gettext_lazy("Tỉ lệ đã đọc"))

    class Meta:
        fields = ("name", "asked", "read", "left", "percent")

    def render_name(self, value: str, record: dict[str, Any]) -> str:
        if record["pk"] is None:
            return value
        shown = TO_PEOPLE if record["kind"] in SCHOOL_KINDS else TO_UNITS
        asked = {"dot": record["publication"], "don_vi": record["pk"], "xem": shown}
        return format_html('<a href="?{}">{}</a>', urlencode(asked), value)

    def value_name(self, value: str) -> str:
        return value

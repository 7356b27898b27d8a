from __future__ import annotations

from typing import Any

import django_tables2 as tables
from django.template.loader import render_to_string
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from donghanh.kernel.clock import today
from donghanh.kernel.tables import NumberColumn
from donghanh.kernel.templatetags.dh import status
from donghanh.privacy.choices import RequestState
from donghanh.privacy.models import DataRequest
from donghanh.privacy.queries import RetentionLine

LOOK = {
    RequestState.ASKED: "submitted",
    RequestState.DONE: "accepted",
    RequestState.REFUSED: "returned",
    RequestState.TAKEN_BACK: "no_data",
}


def shown_state(request: DataRequest) -> dict[str, Any]:
    """Icon, tone and word; an open request whose day is over is late."""
    late = request.state == RequestState.ASKED and request.due_on < today()
    return status("late") if late else status(LOOK[RequestState(request.state)], request.get_state_display())


class RequestTable(tables.Table):
    """Requests that an office answers; the file has the same columns."""

    kind = tables.Column(
        verbose_name=gettext_lazy("Yêu cầu"),
        accessor="get_kind_display",
        order_by="kind",
        linkify=("privacy:request", {"pk": tables.A("pk")}),
    )
    asker = tables.Column(verbose_name=gettext_lazy("Người yêu cầu"), default="")
    unit_name = tables.Column(verbose_name=gettext_lazy("Đơn vị"), default="")
    asked_at = tables.DateTimeColumn(verbose_name=gettext_lazy("Gửi lúc"), format="H:i j/n/Y")
    due_on = tables.DateColumn(verbose_name=gettext_lazy("Hạn trả lời"), format="j/n/Y")
    state = tables.Column(verbose_name=gettext_lazy("Tình trạng"))

    empty_text = gettext_lazy("Không có yêu cầu nào")
    empty_hint = gettext_lazy("Khi có người hỏi về dữ liệu của mình, yêu cầu sẽ hiện ở đây với hạn trả lời.")

    def render_state(self, record: DataRequest) -> SafeString:
        return render_to_string("components/status.html", shown_state(record))

    def value_state(self, record: DataRequest) -> str:
        return str(record.get_state_display())


class RetentionTable(tables.Table):
    what = tables.Column(verbose_name=gettext_lazy("Dữ liệu"), accessor="rule__what", orderable=False)
    purpose = tables.Column(verbose_name=gettext_lazy("Dùng để"), accessor="rule__purpose", orderable=False)
    basis = tables.Column(verbose_name=gettext_lazy("Căn cứ"), accessor="rule__basis", orderable=False)
    days = tables.Column(verbose_name=gettext_lazy("Giữ bao lâu"), accessor="rule__days", orderable=False)
    fate = tables.Column(verbose_name=gettext_lazy("Sau đó"), accessor="rule__fate", orderable=False)
    last_at = tables.DateTimeColumn(
        verbose_name=gettext_lazy("Lần dọn gần nhất"), format="H:i j/n/Y", orderable=False, default=""
    )
    last_rows = NumberColumn(verbose_name=gettext_lazy("Số dòng đã dọn"), orderable=False, default="")

    def render_days(self, record: RetentionLine) -> str:
        return kept_for(record.rule.days, record.rule.after)

    value_days = render_days


def kept_for(days: int, after: object) -> str:
    """“2 năm từ ngày trả lời”."""
    years, rest = divmod(days, 365)
    if not days:
        return _("đến %(after)s") % {"after": after}
    if years and not rest:
        return _("%(count)s năm từ %(after)s") % {"count": years, "after": after}
    return _("%(count)s ngày từ %(after)s") % {"count": days, "after": after}

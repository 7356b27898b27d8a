from __future__ import annotations

import django_tables2 as tables
from django.template.loader import render_to_string
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy as _

from donghanh.explorer.models import Dashboard, Kept, Letter, SavedView
from donghanh.kernel.tables import NumberColumn


class KeptTable(tables.Table):
    """What is kept: its name leads there."""

    description = tables.Column(verbose_name=_("Ghi chú"), orderable=False, default="")
    owner = tables.Column(verbose_name=_("Của"), orderable=False)
    changed_at = tables.DateColumn(verbose_name=_("Sửa ngày"), format="j/n/Y")

    def render_owner(self, record: Kept) -> str:
        return str(_("%(name)s, chung cả đơn vị") % {"name": record.owner}) if record.shared else str(record.owner)


class ViewTable(KeptTable):
    name = tables.Column(
        verbose_name=_("Tên"), order_by="name_sort", linkify=("explorer:open", {"view_id": tables.A("pk")})
    )
    end = tables.TemplateColumn(
        template_code='<a href="{% url "explorer:view" record.pk %}">{{ word }}</a>',
        extra_context={"word": _("Sửa, chia sẻ, gửi")}, verbose_name=_("Việc"), orderable=False,
        exclude_from_export=True,
    )  # fmt: skip

    class Meta:
        model = SavedView
        fields = ("name", "description", "owner", "changed_at")


class DashboardTable(KeptTable):
    name = tables.Column(
        verbose_name=_("Tên"), order_by="name_sort", linkify=("explorer:dashboard", {"dashboard_id": tables.A("pk")})
    )
    tile_count = NumberColumn(verbose_name=_("Số ô"))

    class Meta:
        model = Dashboard
        fields = ("name", "description", "tile_count", "owner", "changed_at")


class LetterTable(tables.Table):
    """What was sent, the newest first."""

    title = tables.Column(verbose_name=_("Số liệu"), linkify=("explorer:letter", {"letter_id": tables.A("pk")}))
    on = tables.DateColumn(verbose_name=_("Ngày"), format="j/n/Y")
    state = tables.Column(verbose_name=_("Thư"), orderable=False)

    class Meta:
        model = Letter
        fields = ("title", "on", "state")

    def render_state(self, value: str, record: Letter) -> SafeString:
        look = {"sent": "accepted", "failed": "late"}.get(record.state, "not_started")
        return render_to_string("explorer/letter_state.html", {"code": look, "word": value})

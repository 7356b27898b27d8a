from __future__ import annotations

from typing import Any

import django_tables2 as tables
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from donghanh.kernel.tables import NumberColumn
from donghanh.papers.choices import DOCUMENT_TYPES
from donghanh.papers.models_merge import Merge, MergeLine, PaperTemplate


class TemplateTable(tables.Table):
    name = tables.Column(
        verbose_name=gettext_lazy("Mẫu"), order_by="name_sort", linkify=("papers:template", {"pk": tables.A("pk")})
    )
    type_code = tables.Column(verbose_name=gettext_lazy("Loại văn bản"))
    unit_name = tables.Column(verbose_name=gettext_lazy("Đơn vị"), order_by="unit_sort")
    state = tables.Column(
        verbose_name=gettext_lazy("Tình trạng"), accessor="published", orderable=False, empty_values=()
    )

    class Meta:
        model = PaperTemplate
        fields = ("name", "type_code", "unit_name", "state")
        empty_text = gettext_lazy("Chưa có mẫu nào")

    def render_type_code(self, value: str) -> str:
        return DOCUMENT_TYPES[value]

    def render_state(self, record: Any) -> str:
        return look_of(record)

    def value_state(self, record: Any) -> str:
        return look_of(record)


def look_of(template: Any) -> str:
    """In use, still a draft, or retired."""
    if template.retired_at:
        return _("Ngừng dùng")
    return _("Đang dùng") if template.published else _("Bản nháp")


class MergeTable(tables.Table):
    made_at = tables.DateTimeColumn(
        verbose_name=gettext_lazy("Trộn lúc"), format="H:i d/m/Y", linkify=("papers:merge", {"pk": tables.A("pk")})
    )
    made_by = tables.Column(verbose_name=gettext_lazy("Người trộn"), orderable=False)
    total = NumberColumn(verbose_name=gettext_lazy("Đơn vị"))
    made = NumberColumn(verbose_name=gettext_lazy("Có văn bản"))
    state = tables.Column(verbose_name=gettext_lazy("Tình trạng"))

    class Meta:
        model = Merge
        fields = ("made_at", "made_by", "total", "made", "state")
        empty_text = gettext_lazy("Mẫu này chưa được trộn lần nào")


class LineTable(tables.Table):
    unit_name = tables.Column(verbose_name=gettext_lazy("Đơn vị"), order_by="unit_sort")
    number = NumberColumn(verbose_name=gettext_lazy("Số thứ tự"))
    made = tables.Column(verbose_name=gettext_lazy("Văn bản"), empty_values=())
    sentence = tables.Column(verbose_name=gettext_lazy("Vì sao chưa có"), orderable=False)

    class Meta:
        model = MergeLine
        fields = ("unit_name", "number", "made", "sentence")

    def render_made(self, record: MergeLine) -> str:
        return made_or_not(record)

    def value_made(self, record: MergeLine) -> str:
        return made_or_not(record)


def made_or_not(line: MergeLine) -> str:
    """Whether this unit has its paper."""
    if line.made is None:
        return _("Chờ đến lượt")
    return _("Đã có") if line.made else _("Chưa có")

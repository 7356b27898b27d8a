from __future__ import annotations

from typing import Any

import django_tables2 as tables
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy


class FormTable(tables.Table):
    """Forms with their newest version, and what is being written."""

    name = tables.TemplateColumn(template_name="questionnaires/form_link.html", verbose_name=gettext_lazy("Biểu mẫu"))
    code = tables.Column(verbose_name=gettext_lazy("Mã"))
    version = tables.Column(verbose_name=gettext_lazy("Bản đang dùng"), orderable=False, empty_values=())
    drafts = tables.TemplateColumn(
        template_name="questionnaires/draft_links.html", verbose_name=gettext_lazy("Đang soạn"), orderable=False
    )

    empty_text = gettext_lazy("Chưa có biểu mẫu nào")
    empty_hint = gettext_lazy("Soạn một biểu mẫu mới, hoặc nhập từ tệp XLSForm.")

    def render_version(self, value: Any) -> str:
        return _("bản %(number)s") % {"number": value.number} if value else _("chưa công bố")

    value_version = render_version

    def value_name(self, record: dict[str, Any]) -> str:
        return str(record["name"])

    def value_drafts(self, value: list[Any]) -> str:
        return "; ".join(draft.saved_by.full_name for draft in value)

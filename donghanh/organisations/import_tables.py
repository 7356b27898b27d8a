from __future__ import annotations

from typing import Any

import django_tables2 as tables
from django.utils.translation import gettext_lazy as _

from donghanh.organisations.import_files import LABELS
from donghanh.organisations.models import ImportLine, UnitImport


class LineTable(tables.Table):
    """Lines of one file: the verdict, and what is wrong or what would change."""

    number = tables.Column(verbose_name=_("Dòng"))
    name = tables.Column(verbose_name=_("Tên đơn vị"), order_by="name_folded", default="")
    verdict = tables.TemplateColumn("{% status record.verdict %}", verbose_name=_("Kết quả"))
    said = tables.TemplateColumn(
        template_name="organisations/import_line.html", verbose_name=_("Nội dung"), orderable=False
    )

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        self.empty_text, self.empty_hint = _("Không có dòng nào"), _("Chọn kết quả khác hoặc tìm ít chữ hơn.")

    class Meta:
        model = ImportLine
        fields = ("number", "name", "verdict")


class ImportTable(tables.Table):
    """Files that the reader has looked at, newest first."""

    name = tables.TemplateColumn(
        '<a href="{% url "organisations:import_result" record.pk %}">{{ record.file.name }}</a>',
        verbose_name=_("Tệp"),
        orderable=False,
    )
    on = tables.DateColumn(format="d/m/Y", verbose_name=_("Có hiệu lực từ"), orderable=False)
    decision = tables.Column(verbose_name=_("Căn cứ"), orderable=False)
    state = tables.Column(accessor="get_state_display", verbose_name=_("Tình trạng"), orderable=False)
    checked_at = tables.DateTimeColumn(format="H:i d/m/Y", verbose_name=_("Kiểm tra lúc"), orderable=False)

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        self.empty_text = _("Chưa kiểm tra tệp nào")

    class Meta:
        model = UnitImport
        fields = ("name", "on", "decision", "state", "checked_at")


def told(line: ImportLine) -> dict[str, list[tuple[str, ...]]]:
    """What a line says for itself: faults as (column, sentence), changes as (column, before, after), notes."""
    return {
        "faults": [(str(LABELS.get(name, name)), sentence) for name, sentence in line.faults.items()],
        "changes": [(str(LABELS[name]), before, after) for name, before, after in line.changes],
        "notes": [(note,) for note in line.notes],
    }

from __future__ import annotations

from typing import Any

import django_tables2 as tables
from django.template.loader import render_to_string
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy as _

from donghanh.reporting.models import WorkbookBatch, WorkbookBatchFile


class FaultTable(tables.Table):
    """What is wrong in one file, cell by cell."""

    address = tables.Column(verbose_name=_("Ô"), orderable=False)
    question = tables.Column(verbose_name=_("Câu hỏi"), orderable=False)
    typed = tables.Column(verbose_name=_("Đang ghi"), orderable=False, default="")
    sentence = tables.Column(verbose_name=_("Cần sửa"), orderable=False)


class BatchFileTable(tables.Table):
    """Files of a batch with what became of each."""

    name = tables.Column(
        verbose_name=_("Tệp"),
        accessor="file__name",
        order_by="file__number",
        linkify=lambda record: _page_of(record["file"]),
    )
    unit_name = tables.Column(verbose_name=_("Đơn vị"), default="", orderable=False)
    verdict = tables.Column(verbose_name=_("Kết quả"), accessor="file__verdict")
    sentence = tables.Column(verbose_name=_("Chi tiết"), orderable=False, default="", empty_values=())

    def render_verdict(self, record: dict[str, Any]) -> SafeString:
        return render_to_string("reporting/file_verdict.html", record)

    def render_sentence(self, record: dict[str, Any]) -> str:
        file: WorkbookBatchFile = record["file"]
        faults = [fault for fault in file.faults if fault["stops"]] or file.faults
        return file.sentence or " ".join(f"{fault['address']}: {fault['sentence']}" for fault in faults[:3])


class BatchTable(tables.Table):
    """What an office brought in before."""

    name = tables.Column(
        verbose_name=_("Tệp"), accessor="file__name", linkify=("reporting:batch", {"pk": tables.A("pk")})
    )
    kind = tables.Column(verbose_name=_("Loại"))
    at = tables.DateTimeColumn(verbose_name=_("Lúc"), format="H:i j/n/Y")

    class Meta:
        model = WorkbookBatch
        fields = ("name", "kind", "at")


def _page_of(file: WorkbookBatchFile) -> str | None:
    from django.urls import reverse  # tables are read before the addresses are

    return reverse("reporting:batch_file", kwargs={"pk": file.pk}) if file.faults else None

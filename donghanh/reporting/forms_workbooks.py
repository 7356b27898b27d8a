from __future__ import annotations

import uuid

import django_tables2 as tables
from django import forms
from django.utils.translation import gettext_lazy as _

from donghanh.reporting.models import WorkbookBatchFile


class WorkbookForm(forms.Form):
    """A filled workbook of one report."""

    client_key = forms.UUIDField(widget=forms.HiddenInput, initial=uuid.uuid4)
    file = forms.FileField(
        label=_("Tệp đã điền"),
        help_text=_("Tệp .xlsx tải từ trang này; nhiều nhất 5 MB."),
        widget=forms.ClearableFileInput(attrs={"accept": ".xlsx"}),
        error_messages={"required": _("Chọn tệp đã điền."), "empty": _("Tệp không có gì bên trong.")},
    )
    send = forms.BooleanField(label=_("Gửi báo cáo luôn nếu tệp đã đủ và không có lỗi"), required=False, initial=False)


class BatchForm(forms.Form):
    """Filled workbooks of many units."""

    client_key = forms.UUIDField(widget=forms.HiddenInput, initial=uuid.uuid4)
    file = forms.FileField(
        label=_("Tệp ZIP hoặc tệp chung"),
        help_text=_("ZIP có tối đa 500 tệp .xlsx, hoặc một tệp .xlsx chung cho các trường; nhiều nhất 50 MB."),
        widget=forms.ClearableFileInput(attrs={"accept": ".zip,.xlsx"}),
        error_messages={"required": _("Chọn tệp cần nhập."), "empty": _("Tệp không có gì bên trong.")},
    )


class BatchFileTable(tables.Table):
    """A row a file."""

    name = tables.Column(verbose_name=_("Tệp hoặc đơn vị"))
    verdict = tables.Column(verbose_name=_("Kết quả"))
    faults = tables.TemplateColumn(
        "{{ record.sentence }}{% for fault in record.faults %}<div>{{ fault.address }} · {{ fault.name }}:"
        " {{ fault.sentence }}</div>{% endfor %}",
        verbose_name=_("Cần xem lại"),
        orderable=False,
    )

    class Meta:
        model = WorkbookBatchFile
        fields: tuple[str, ...] = ("name", "verdict", "faults")

from __future__ import annotations

import uuid

from django import forms
from django.utils.translation import gettext_lazy as _


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

from __future__ import annotations

from django import forms
from django.utils.translation import gettext_lazy as _


class WorkbookForm(forms.Form):
    """A filled workbook of one report."""

    file = forms.FileField(
        label=_("Tệp đã điền"),
        help_text=_("Tệp Excel (.xlsx) tải từ trang này; nhiều nhất 5 MB."),
        widget=forms.ClearableFileInput(attrs={"accept": ".xlsx"}),
        allow_empty_file=True,  # the reader has its own sentence for it
        error_messages={"required": _("Chọn tệp đã điền.")},
    )


class BatchForm(forms.Form):
    """An office's table or archive."""

    file = forms.FileField(
        label=_("Bảng hoặc tệp nén"),
        help_text=_("Bảng mẫu (.xlsx) đã điền, hoặc tệp nén (.zip) có nhiều nhất 500 tệp Excel của các đơn vị."),
        widget=forms.ClearableFileInput(attrs={"accept": ".xlsx,.zip"}),
        allow_empty_file=True,
        error_messages={"required": _("Chọn bảng hoặc tệp nén.")},
    )

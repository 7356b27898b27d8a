from __future__ import annotations

from django import forms
from django.utils.translation import gettext_lazy as _

from donghanh.agenda.choices import BusyKind
from donghanh.kernel.forms import day_field
from donghanh.kernel.text import nfc


class BusyForm(forms.Form):
    """Days in which nothing more should be asked."""

    name = forms.CharField(
        label=_("Tên"), max_length=120, help_text=_("Ví dụ: Kiểm tra cuối học kỳ I."),
        error_messages={"required": _("Ghi tên, để người khác hiểu vì sao.")},
    )  # fmt: skip
    kind = forms.ChoiceField(label=_("Loại"), choices=BusyKind.choices)
    first = day_field(_("Từ ngày"))
    last = day_field(_("Đến hết ngày"))

    def clean_name(self) -> str:
        return nfc(self.cleaned_data["name"])

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from donghanh.api.choices import Scope
from donghanh.kernel.forms import day_field


class TokenForm(forms.Form):
    """A key for a programme: which, for what, where, until when."""

    name = forms.CharField(
        max_length=60, label=_("Phần mềm dùng khóa"), help_text=_("Ví dụ: phần mềm thống kê của huyện."),
        error_messages={"required": _("Ghi tên phần mềm.")},
    )  # fmt: skip
    scopes = forms.MultipleChoiceField(
        label=_("Việc được làm"), widget=forms.CheckboxSelectMultiple,
        error_messages={"required": _("Chọn ít nhất một việc.")},
    )  # fmt: skip
    unit = forms.TypedChoiceField(
        label=_("Trong phạm vi"), coerce=int, help_text=_("Đơn vị này và mọi đơn vị bên dưới.")
    )
    expires_on = day_field(_("Dùng đến hết ngày"), help_text=_("Nhiều nhất một năm."))

    def __init__(self, *args: Any, units: dict[int, str], scopes: list[Scope], **options: Any) -> None:
        super().__init__(*args, **options)
        self.fields["unit"].choices = list(units.items())  # type: ignore[attr-defined]
        self.fields["scopes"].choices = [(one.value, one.label) for one in scopes]  # type: ignore[attr-defined]

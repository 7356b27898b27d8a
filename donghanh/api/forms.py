from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from donghanh.api.choices import Licence, Scope
from donghanh.api.publishing import PUBLIC_KINDS
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
        self.fields["unit"].choices = list(units.items())  # type: ignore[attr-defined]  # a field of choices
        self.fields["scopes"].choices = [(one.value, one.label) for one in scopes]  # type: ignore[attr-defined]  # a field of choices


class PublishForm(forms.Form):
    """Figures for everyone: which, of whom, when, and in whose name."""

    title = forms.CharField(max_length=200, label=_("Tên bộ dữ liệu"))
    description = forms.CharField(
        max_length=4000, label=_("Mô tả"), widget=forms.Textarea,
        help_text=_("Số liệu gì, thu thập thế nào, dùng được vào việc gì."),
    )  # fmt: skip
    owner = forms.TypedChoiceField(label=_("Cơ quan công bố"), coerce=int)
    indicators = forms.MultipleChoiceField(label=_("Chỉ số"), widget=forms.CheckboxSelectMultiple)
    periods = forms.MultipleChoiceField(label=_("Kỳ"), widget=forms.CheckboxSelectMultiple)
    levels = forms.MultipleChoiceField(
        label=_("Chi tiết đến"), widget=forms.CheckboxSelectMultiple, required=False,
        choices=[(kind.value, kind.label) for kind in PUBLIC_KINDS[1:]],
        help_text=_("Luôn có số của toàn tỉnh; không bao giờ có số của từng trường."),
    )  # fmt: skip
    licence = forms.ChoiceField(label=_("Giấy phép"), choices=Licence.choices)
    approval = forms.CharField(max_length=200, label=_("Người duyệt, văn bản cho phép"))

    def __init__(self, *, data: Any, owners: dict[int, str], chosen: dict[str, list[Any]]) -> None:
        super().__init__(data)
        self.fields["owner"].choices = list(owners.items())  # type: ignore[attr-defined]  # a field of choices
        for name, choices in chosen.items():
            self.fields[name].choices = choices  # type: ignore[attr-defined]  # a field of choices

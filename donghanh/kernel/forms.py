"""Parts that the forms of every room share."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, ClassVar

from django import forms
from django.forms import BoundField
from django.http import HttpRequest
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _


class RowsForm(forms.Form):
    """A form drawn by `components/form.html`; fields that stand `beside` each other share a line."""

    beside: ClassVar[Iterable[tuple[str, ...]]] = ()

    @property
    def rows(self) -> list[list[BoundField]]:
        """Every field once, in the form's order; a group stands where its first field does; taken out: nowhere."""
        groups = {name: group for group in self.beside for name in group}
        drawn, rows = set[str](), []
        for name in self.fields:
            if name not in drawn:
                together = groups.get(name, (name,))
                drawn |= set(together)
                rows.append([self[one] for one in together if one in self.fields])
        return rows

    def blame(self, faults: dict[str, str]) -> None:
        """Put each sentence of a rule at its field."""
        for name, sentence in faults.items():
            self.add_error(name, sentence)


def day_field(label: Any, **options: Any) -> forms.DateField:
    """A day, picked in the browser's calendar."""
    return forms.DateField(
        label=label,
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
        error_messages={"required": _("Chọn một ngày."), "invalid": _("Ngày này không có trong lịch.")},
        **options,
    )


class Pressed(forms.Form):
    """Which button of a page with several was pressed."""

    act = forms.CharField(required=False, max_length=40)


def pressed(request: HttpRequest) -> str:
    """Its name; "" where nothing was sent."""
    form = Pressed(request.POST if request.method == "POST" else {})
    form.is_valid()
    return str(form.cleaned_data.get("act", ""))


class UploadField(forms.FileField):
    """A file's name and bytes, or None; larger than `most_bytes` it is refused before it is read."""

    def __init__(self, *, most_bytes: int, **options: Any) -> None:
        super().__init__(**options)
        self.most_bytes = most_bytes

    def clean(self, data: Any, initial: Any = None) -> tuple[str, bytes] | None:
        file = super().clean(data, initial)
        if file and file.size > self.most_bytes:
            raise forms.ValidationError(
                gettext("Tệp quá lớn; gửi tệp dưới %(most)s MB.") % {"most": self.most_bytes // 2**20}
            )
        return (file.name, file.read()) if file else None

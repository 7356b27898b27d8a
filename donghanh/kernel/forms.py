"""Parts that the forms of every room share."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, ClassVar

from django import forms
from django.forms import BoundField
from django.http import HttpRequest
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

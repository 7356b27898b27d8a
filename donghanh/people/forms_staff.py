"""Forms of whoever manages people."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from donghanh.kernel.text import nfc
from donghanh.organisations.models import Unit
from donghanh.organisations.queries import search
from donghanh.people.choices import NOT_STAFF, ROLES, Right
from donghanh.people.models import Account
from donghanh.people.queries import units_reached

CANDIDATES = 6  # units that a sentence names when several fit


class RoleForm(forms.Form):
    """A role in a unit of the reader's: the unit by its code or name, the days by first and last."""

    unit = forms.CharField(
        label=_("Đơn vị"), max_length=200, help_text=_("Ghi mã hoặc tên đơn vị, ví dụ: Trường THCS Vĩnh Tiến.")
    )
    role = forms.ChoiceField(
        label=_("Vai trò"), choices=[(role.code, role.name) for role in ROLES.values() if role.code not in NOT_STAFF]
    )
    since = forms.DateField(label=_("Từ ngày"), widget=forms.DateInput(attrs={"type": "date"}))
    last_day = forms.DateField(
        label=_("Đến hết ngày"),
        required=False,
        widget=forms.DateInput(attrs={"type": "date"}),
        help_text=_("Để trống nếu chưa biết."),
    )

    def __init__(self, data: Any = None, *, reader: Account, on: date, **rest: Any) -> None:
        super().__init__(data, initial={"since": on.isoformat()}, **rest)
        self.reader, self.on = reader, on

    def clean_unit(self) -> Unit:
        """The one unit in the reader's reach that the words name."""
        typed = nfc(self.cleaned_data["unit"])
        reached = units_reached(self.reader, Right.MANAGE_PEOPLE, on=self.on)
        found = list(search(typed, on=self.on).filter(pk__in=reached)[:CANDIDATES])
        exact = [unit for unit in found if unit.name.casefold() == typed.casefold()] or found
        if len(exact) == 1:
            return exact[0]
        if not found:
            nothing = _("Trong phạm vi của thầy cô không có đơn vị nào khớp “%(typed)s”.")
            raise forms.ValidationError(nothing, params={"typed": typed})
        names = ", ".join(unit.name for unit in found)
        several = _("Nhiều đơn vị khớp, hãy ghi mã hoặc tên đầy đủ: %(names)s.")
        raise forms.ValidationError(several, params={"names": names})

    def clean(self) -> dict[str, Any]:
        """In the words of the actions: `until` is the first day on which the role no longer holds."""
        last_day = self.cleaned_data.pop("last_day", None)
        return self.cleaned_data | {"until": last_day and last_day + timedelta(days=1)}


class OpeningForm(RoleForm):
    full_name = forms.CharField(label=_("Họ và tên"), max_length=120)
    username = forms.RegexField(
        label=_("Tên đăng nhập"),
        regex=r"^[a-z0-9][a-z0-9._-]*$",
        min_length=3,
        max_length=60,
        error_messages={"invalid": _("Chỉ dùng chữ không dấu a–z, chữ số, dấu chấm, gạch ngang.")},
        widget=forms.TextInput(attrs={"autocapitalize": "none", "spellcheck": "false"}),
    )
    field_order = ("full_name", "username", "unit", "role", "since", "last_day")

    def clean_full_name(self) -> str:
        return nfc(self.cleaned_data["full_name"])

    def clean_username(self) -> str:
        name: str = self.cleaned_data["username"]
        if Account.objects.filter(username__iexact=name).exists():
            raise forms.ValidationError(_("Tên đăng nhập này đã có người dùng."))
        return name


class RoleEndForm(forms.Form):
    last_day = forms.DateField(label=_("Ngày cuối"), widget=forms.DateInput(attrs={"type": "date"}))
    reason = forms.CharField(label=_("Lý do"), max_length=300, required=False)

    def clean(self) -> dict[str, Any]:
        last_day = self.cleaned_data.pop("last_day", None)
        return self.cleaned_data | ({"until": last_day + timedelta(days=1)} if last_day else {})


class ResettingForm(forms.Form):
    what = forms.ChoiceField(choices=[("password", "password"), ("second_factors", "second_factors")])
    reason = forms.CharField(label=_("Lý do"), max_length=300, required=False)


class ClosingForm(forms.Form):
    open = forms.BooleanField(required=False)

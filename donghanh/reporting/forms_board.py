from __future__ import annotations

import re
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

PICK = re.compile(r"(\d{1,18})-(\d{1,5})")  # a submission and the version of it that the page showed


class PicksField(forms.Field):
    """Ticked reports, "submission-version" each → {submission: version}; what is no such pair is left out."""

    widget = forms.MultipleHiddenInput

    def to_python(self, value: Any) -> dict[int, int]:
        found = (PICK.fullmatch(text) for text in value or ())
        return {int(pick[1]): int(pick[2]) for pick in found if pick}


class BulkForm(forms.Form):
    """Accept the ticked ones, or all that wait for the reader's office."""

    chon = PicksField(required=False)
    all = forms.BooleanField(required=False)


class RemindForm(forms.Form):
    """Remind the unit of one report, or all that are late."""

    report = forms.IntegerField(required=False, min_value=1)
    late = forms.BooleanField(required=False)


class WithdrawForm(forms.Form):
    version = forms.IntegerField(min_value=1, widget=forms.HiddenInput)
    reason = forms.CharField(
        label=_("Lý do (không bắt buộc)"), required=False, max_length=1000, widget=forms.Textarea(attrs={"rows": 3})
    )


class ReopenForm(forms.Form):
    reason = forms.CharField(
        label=_("Lý do mở lại"),
        max_length=1000,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=_("Đơn vị đọc được lý do này và biết phải sửa gì."),
        error_messages={"required": _("Cần ghi lý do mở lại, để đơn vị biết phải sửa gì.")},
    )

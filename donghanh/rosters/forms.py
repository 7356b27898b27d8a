from __future__ import annotations

import re
from typing import Any

from django import forms
from django.core.files.uploadedfile import UploadedFile
from django.utils.translation import gettext_lazy as _

from donghanh.kernel.forms import day_field
from donghanh.periods.models import Period
from donghanh.rosters.choices import Directory
from donghanh.rosters.scim import MOST

MOST_BYTES = 60 * 1024 * 1024  # an archive of 500,000 learners takes about 12 MB
ENDINGS = (".zip", ".xlsx", ".csv")


class UploadForm(forms.Form):
    """A roster file, for which unit and year; the choices are those of the reader."""

    file = forms.FileField(
        label=_("Tệp danh sách"),
        help_text=_("OneRoster 1.2 (.zip) nhiều nhất 60 MB; Excel (.xlsx) hoặc .csv nhiều nhất 20 MB."),
        error_messages={"required": _("Hãy chọn tệp."), "empty": _("Tệp này rỗng.")},
        widget=forms.ClearableFileInput(attrs={"accept": ",".join(ENDINGS)}),
    )
    unit = forms.TypedChoiceField(label=_("Đơn vị"), coerce=int)
    school_year = forms.ModelChoiceField(label=_("Năm học"), queryset=Period.objects.none(), empty_label=None)
    whole = forms.BooleanField(
        required=False,
        label=_("Đây là danh sách đầy đủ: em nào không có trong tệp là đã thôi học"),
        help_text=_("Chỉ dùng cho Excel và .csv. Tệp OneRoster tự khai điều này."),
    )

    def __init__(self, *args: Any, units: dict[int, str], years: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        self.fields["unit"].choices = list(units.items())  # type: ignore[attr-defined]  # a field of choices
        if len(units) == 1:
            self.fields["unit"].initial, self.fields["unit"].widget = next(iter(units)), forms.HiddenInput()
        self.fields["school_year"].queryset = years  # type: ignore[attr-defined]  # a field of choices
        self.fields["school_year"].initial = years.first()

    def clean_file(self) -> UploadedFile[Any]:
        file: UploadedFile[Any] = self.cleaned_data["file"]
        if not (file.name or "").lower().endswith(ENDINGS):
            raise forms.ValidationError(_("Hãy chọn tệp .zip, .xlsx hoặc .csv."))
        if (file.size or 0) > MOST_BYTES:
            raise forms.ValidationError(_("Tệp lớn quá 60 MB. Hãy chia danh sách theo trường hoặc theo khối."))
        return file


def user_names(text: str) -> list[str]:
    """User names as people type them: a line each, or with commas between."""
    return [name for name in re.split(r"[\s,;]+", text) if name]


class RollOverForm(forms.Form):
    """The end of a school year: which school, into which year, and who does not simply go up."""

    unit = forms.TypedChoiceField(label=_("Trường"), coerce=int)
    into = forms.ModelChoiceField(label=_("Năm học mới"), queryset=Period.objects.none(), empty_label=None)
    repeat = forms.CharField(
        required=False, max_length=20_000, label=_("Ở lại lớp"), widget=forms.Textarea(attrs={"rows": 3}),
        help_text=_("Tên đăng nhập của từng em, mỗi dòng một em."),
    )  # fmt: skip
    leave = forms.CharField(
        required=False, max_length=20_000, label=_("Thôi học hoặc chuyển đi"),
        widget=forms.Textarea(attrs={"rows": 3}), help_text=_("Tên đăng nhập của từng em, mỗi dòng một em."),
    )  # fmt: skip
    sure = forms.BooleanField(required=False, widget=forms.HiddenInput)

    def __init__(self, *args: Any, units: dict[int, str], years: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        self.fields["unit"].choices = list(units.items())  # type: ignore[attr-defined]  # a field of choices
        self.fields["into"].queryset = years  # type: ignore[attr-defined]  # a field of choices
        if len(units) == 1:
            self.fields["unit"].initial, self.fields["unit"].widget = next(iter(units)), forms.HiddenInput()

    def clean_repeat(self) -> list[str]:
        return user_names(self.cleaned_data["repeat"])

    def clean_leave(self) -> list[str]:
        return user_names(self.cleaned_data["leave"])


class DirectoryForm(forms.Form):
    """Which directory takes the accounts, and under which domain."""

    kind = forms.ChoiceField(label=_("Hệ thống nhận"), choices=Directory.choices)
    domain = forms.RegexField(
        r"^([a-z0-9-]{1,63}\.)+[a-z]{2,20}$", max_length=120, label=_("Tên miền thư điện tử"),
        help_text=_("Ví dụ truong.edu.vn. Địa chỉ của em là tên đăng nhập@tên miền."),
        error_messages={"required": _("Nhập tên miền."), "invalid": _("Tên miền chưa đúng, ví dụ truong.edu.vn.")},
    )  # fmt: skip


class DecisionForm(forms.Form):
    """What becomes of a checked roster."""

    move = forms.ChoiceField(choices=[("write", "write"), ("drop", "drop")])


class TokenForm(forms.Form):
    """A key for another programme: which, for what unit, until when."""

    name = forms.CharField(
        max_length=60, label=_("Phần mềm nhận"), help_text=_("Ví dụ: Thư viện số, máy chủ danh bạ."),
        error_messages={"required": _("Ghi tên phần mềm nhận.")},
    )  # fmt: skip
    unit = forms.TypedChoiceField(
        label=_("Đơn vị"), coerce=int, help_text=_("Phần mềm ấy đọc được đơn vị này và mọi đơn vị bên dưới.")
    )
    expires_on = day_field(_("Dùng đến hết ngày"), help_text=_("Nhiều nhất một năm."))

    def __init__(self, *args: Any, units: dict[int, str], **options: Any) -> None:
        super().__init__(*args, **options)
        self.fields["unit"].choices = list(units.items())  # type: ignore[attr-defined]  # a field of choices
        if len(units) == 1:
            self.fields["unit"].initial, self.fields["unit"].widget = next(iter(units)), forms.HiddenInput()


class ScimForm(forms.Form):
    """Parameters of SCIM's own names (RFC 7644, section 3.4.2); numbers too small are drawn up to the smallest."""

    startIndex = forms.IntegerField(required=False, max_value=2**31)  # noqa: N815  # the standard's word
    count = forms.IntegerField(required=False)
    filter = forms.CharField(required=False, max_length=300)
    attributes = forms.CharField(required=False, max_length=1000)
    excludedAttributes = forms.CharField(required=False, max_length=1000)  # noqa: N815  # the standard's word

    def clean_startIndex(self) -> int:  # noqa: N802  # the field's
        return max(self.cleaned_data["startIndex"] or 1, 1)

    def clean_count(self) -> int:
        typed = self.cleaned_data["count"]
        return MOST if typed is None else min(max(typed, 0), MOST)

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from donghanh.periods.models import Period
from donghanh.programmes.choices import LONGEST_TEXT, ReviewKind, Section
from donghanh.programmes.models import Programme, ReviewVersion
from donghanh.programmes.review_papers import Masthead


class ProgrammeField(forms.ModelChoiceField):  # type: ignore[type-arg]  # not generic when it runs
    """A programme by its short name."""

    def label_from_instance(self, obj: Programme) -> str:
        return obj.short_name


class BeginForm(forms.Form):
    """Which programme, over what."""

    programme = ProgrammeField(
        Programme.objects.order_by("-valid", "code"), label=_("Chương trình"), empty_label=None,
        error_messages={"required": _("Chọn chương trình."), "invalid_choice": _("Chọn chương trình.")},
    )  # fmt: skip
    kind = forms.ChoiceField(label=_("Loại"), choices=ReviewKind.choices)
    period = forms.ChoiceField(label=_("Kỳ"))

    def __init__(self, data: Any = None, *, periods: list[Period]) -> None:
        super().__init__(data)
        self.periods = {one.code: one for one in periods}
        self.fields["period"].choices = [(one.code, one.label) for one in periods]  # type: ignore[attr-defined]  # of choices

    def clean_period(self) -> Period:
        return self.periods[self.cleaned_data["period"]]


class WritingForm(forms.Form):
    """A box a section; `based_on` is the version that the writer had before them."""

    based_on = forms.IntegerField(widget=forms.HiddenInput)

    def __init__(self, data: Any = None, *, version: ReviewVersion) -> None:
        super().__init__(data, initial={"based_on": version.number})
        for section in Section:
            self.fields[section] = forms.CharField(
                label=_("Nội dung"), required=False, max_length=LONGEST_TEXT, strip=False,
                initial=version.content.get(section, {}).get("text", ""),
                widget=forms.Textarea(attrs={"rows": 6}),
            )  # fmt: skip

    @property
    def texts(self) -> dict[str, str]:
        return {section: self.cleaned_data[section] for section in Section}


class MastheadForm(forms.Form):
    """What the official paper of an approved review says beside its content."""

    superior_body = forms.CharField(label=_("Cơ quan chủ quản"), max_length=200, required=False)
    issuing_body = forms.CharField(label=_("Cơ quan ban hành"), max_length=200)
    symbol = forms.CharField(label=_("Ký hiệu"), max_length=40, help_text=_("Ví dụ: BC-SGDĐT."))
    place = forms.CharField(label=_("Địa danh"), max_length=80)
    signer_authority = forms.CharField(
        label=_("Quyền hạn người ký"),
        max_length=80,
        required=False,
        help_text=_("Ví dụ: KT. GIÁM ĐỐC. Để trống: người đứng đầu ký."),
    )
    signer_position = forms.CharField(
        label=_("Chức vụ người ký"), max_length=80, error_messages={"required": _("Ghi chức vụ người ký.")}
    )
    signer_name = forms.CharField(
        label=_("Họ tên người ký"), max_length=120, error_messages={"required": _("Ghi họ tên người ký.")}
    )
    recipients = forms.CharField(
        label=_("Nơi nhận"), max_length=1000, required=False, widget=forms.Textarea(attrs={"rows": 3}),
        help_text=_("Mỗi dòng một nơi."),
    )  # fmt: skip

    @property
    def masthead(self) -> Masthead:
        said = dict(self.cleaned_data)
        said["recipients"] = tuple(line.strip() for line in said["recipients"].splitlines() if line.strip())
        return Masthead(**said)


class ReasonForm(forms.Form):
    """Why it goes back."""

    reason = forms.CharField(
        label=_("Điều cần sửa"), required=False, max_length=2000, widget=forms.Textarea(attrs={"rows": 3})
    )

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django import forms
from django.db import models
from django.utils.translation import gettext_lazy as _

from donghanh.guardians.choices import MOST_CODES_A_CHILD, Relation
from donghanh.kernel.text import nfc
from donghanh.people.models import Account
from donghanh.people.rules import may_be_password


class ClaimForm(forms.Form):
    """The code on the paper and who one is to the child."""

    code = forms.CharField(
        label=_("Mã trên phiếu"),
        help_text=_("12 chữ và số, chữ hoa hay thường, có hay không có gạch nối đều được."),
        max_length=40,
        error_messages={"required": _("Nhập mã trên phiếu của trường.")},
        widget=forms.TextInput(attrs={"autocomplete": "off", "autocapitalize": "characters", "spellcheck": "false"}),
    )
    relation = forms.ChoiceField(
        label=_("Tôi là"),
        choices=[("", _("Chọn quan hệ với học sinh")), *Relation.choices],
        error_messages={"required": _("Chọn quan hệ với học sinh.")},
    )


class NewGuardianForm(ClaimForm):
    """The same of somebody who has no account yet."""

    full_name = forms.CharField(
        label=_("Họ và tên của tôi"),
        max_length=120,
        error_messages={"required": _("Nhập họ và tên.")},
        widget=forms.TextInput(attrs={"autocomplete": "name"}),
    )
    username = forms.RegexField(
        r"^[\w.@+-]{4,60}$",
        label=_("Tên đăng nhập"),
        help_text=_("Từ 4 ký tự, không dấu cách. Ví dụ: lan.nguyen1985"),
        error_messages={
            "required": _("Chọn một tên đăng nhập."),
            "invalid": _("Tên đăng nhập có từ 4 đến 60 chữ, số hoặc dấu . @ + - _"),
        },
        widget=forms.TextInput(attrs={"autocomplete": "username", "autocapitalize": "none", "spellcheck": "false"}),
    )
    password = forms.CharField(
        label=_("Mật khẩu"),
        help_text=_("Ít nhất 8 ký tự; một câu ngắn dễ nhớ là tốt nhất."),
        max_length=256,
        strip=False,
        error_messages={"required": _("Đặt một mật khẩu.")},
        widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}),
    )

    def clean_full_name(self) -> str:
        return nfc(self.cleaned_data["full_name"])

    def clean_username(self) -> str:
        return nfc(self.cleaned_data["username"])

    def clean(self) -> None:
        typed = self.cleaned_data
        person = Account(username=typed.get("username", ""), full_name=typed.get("full_name", ""))
        if "password" in typed and not (verdict := may_be_password(typed["password"], account=person)):
            self.add_error("password", verdict.reason)


class RowForm(forms.Form):
    row = forms.IntegerField(min_value=1)


class PrintForm(forms.Form):
    """Codes for whom, how many each, and how they are handed over."""

    children = forms.TypedMultipleChoiceField(coerce=int, error_messages={"required": _("Chọn ít nhất một học sinh.")})
    a_child = forms.IntegerField(
        label=_("Số mã cho mỗi học sinh"),
        help_text=_("Mỗi người giám hộ dùng một mã riêng."),
        min_value=1,
        max_value=MOST_CODES_A_CHILD,
        initial=2,
    )
    in_person = forms.BooleanField(
        label=_("Tôi trao tận tay người đã biết là cha mẹ, người giám hộ"),
        help_text=_("Có chọn: nhập mã là xong. Không chọn (gửi học sinh mang về): trường còn phải xác minh."),
        required=False,
    )

    def __init__(self, learners: Iterable[Any], data: Any = None) -> None:
        super().__init__(data)
        self.fields["children"].choices = [(row.pk, "") for row in learners]  # type: ignore[attr-defined]  # a choice field


class LinkDeed(models.TextChoices):
    VERIFY = "verify", _("xác minh")
    REVOKE = "revoke", _("dừng liên kết")
    BLOCK = "block", _("ghi quyết định hạn chế")
    LIFT = "lift", _("gỡ quyết định hạn chế")


class DeedForm(forms.Form):
    """One press on a child's page."""

    deed = forms.ChoiceField(choices=LinkDeed.choices)
    row = forms.IntegerField(required=False, min_value=1)  # a link or a block
    document = forms.CharField(label=_("Số quyết định"), required=False, max_length=80)


class BlockForm(DeedForm):
    """By which document whom."""

    guardian = forms.ModelChoiceField(
        label=_("Người bị hạn chế"),
        queryset=Account.objects.none(),
        required=False,
        empty_label=_("Người chưa có tài khoản"),
    )
    document_day = forms.DateField(
        label=_("Ngày của quyết định"),
        widget=forms.DateInput(attrs={"type": "date"}),
        error_messages={"required": _("Ghi ngày của quyết định."), "invalid": _("Ngày không đúng.")},
    )

    def __init__(self, guardians: Any, data: Any = None) -> None:
        super().__init__(data)
        self.fields["guardian"].queryset = guardians  # type: ignore[attr-defined]  # a model choice field

from __future__ import annotations

from typing import Any

from allauth.account.forms import ReauthenticateForm
from allauth.mfa.base.forms import AuthenticateForm
from allauth.mfa.base.forms import ReauthenticateForm as ReauthenticateByCodeForm
from allauth.mfa.totp.forms import ActivateTOTPForm
from allauth.mfa.webauthn.forms import AddWebAuthnForm
from django import forms
from django.utils.translation import gettext_lazy as _

from donghanh.kernel.text import nfc
from donghanh.people.models import Account
from donghanh.people.rules import may_be_password, may_change_sign_in


class SignInForm(forms.Form):
    username = forms.CharField(
        label=_("Tên đăng nhập"),
        max_length=60,
        error_messages={"required": _("Nhập tên đăng nhập.")},
        widget=forms.TextInput(
            attrs={"autocomplete": "username", "autocapitalize": "none", "spellcheck": "false", "autofocus": True}
        ),
    )
    password = forms.CharField(
        label=_("Mật khẩu"),
        max_length=256,
        strip=False,
        error_messages={"required": _("Nhập mật khẩu.")},
        widget=forms.PasswordInput(attrs={"autocomplete": "current-password"}),
    )

    def clean_username(self) -> str:
        return nfc(self.cleaned_data["username"])


class NextForm(forms.Form):
    """Where to go afterwards; the view trusts only addresses of this host."""

    next = forms.CharField(required=False, max_length=2000)


class ThemeForm(NextForm):
    theme = forms.ChoiceField(choices=[("light", "light"), ("dark", "dark")])


def _password(label: Any, *, new: bool) -> forms.CharField:
    kind = "new-password" if new else "current-password"
    widget = forms.PasswordInput(attrs={"autocomplete": kind})
    missing = {"required": _("Nhập mật khẩu.")}
    return forms.CharField(label=label, max_length=256, strip=False, error_messages=missing, widget=widget)


class PasswordForm(forms.Form):
    """Choose a password; the present one is asked too, unless somebody else has set it and it was just typed."""

    present = _password(_("Mật khẩu đang dùng"), new=False)
    password = _password(_("Mật khẩu mới"), new=True)
    again = _password(_("Gõ lại mật khẩu mới"), new=True)

    def __init__(self, *args: Any, account: Account, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.account = account
        if account.must_change_password:
            del self.fields["present"]

    def clean_password(self) -> str:
        password: str = self.cleaned_data["password"]
        verdict = may_be_password(password, account=self.account)
        if not verdict:
            raise forms.ValidationError(verdict.reason)
        if self.account.must_change_password and self.account.check_password(password):
            raise forms.ValidationError(_("Mật khẩu này người khác đã biết. Thầy cô chọn một mật khẩu mới."))
        return password

    def clean_again(self) -> str:
        again: str = self.cleaned_data["again"]
        if again != self.cleaned_data.get("password", again):
            raise forms.ValidationError(_("Hai lần gõ chưa giống nhau."))
        return again


class EndSessionForm(forms.Form):
    """One session, or without it all others."""

    session = forms.IntegerField(required=False)


def _code(label: Any) -> forms.CharField:
    widget = forms.TextInput(attrs={"autocomplete": "one-time-code", "autofocus": True, "spellcheck": "false"})
    return forms.CharField(label=label, max_length=40, error_messages={"required": _("Nhập mã.")}, widget=widget)


class CodeForm(AuthenticateForm):
    code = _code(_("Mã xác thực hoặc mã dự phòng"))


class CodeAgainForm(ReauthenticateByCodeForm):
    code = _code(_("Mã xác thực hoặc mã dự phòng"))


class FirstCodeForm(ActivateTOTPForm):
    code = _code(_("Mã 6 chữ số mà ứng dụng đang hiện"))

    def clean_code(self) -> str:
        _may_change_sign_in(self.user)
        return str(super().clean_code())


class PasswordAgainForm(ReauthenticateForm):
    password = _password(_("Mật khẩu"), new=False)


class PasskeyForm(AddWebAuthnForm):
    name = forms.CharField(
        label=_("Tên khóa"),
        required=False,
        max_length=60,
        help_text=_("Để nhận ra nó trong danh sách, ví dụ “Điện thoại của tôi”."),
    )
    passwordless = None  # every key may sign in alone where it can check its holder

    def clean_credential(self) -> dict[str, Any]:
        _may_change_sign_in(self.user)
        return dict(self.cleaned_data["credential"])


def _may_change_sign_in(account: Account) -> None:
    if not (verdict := may_change_sign_in(account)):
        raise forms.ValidationError(verdict.reason)

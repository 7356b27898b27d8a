from __future__ import annotations

from django import forms
from django.utils.translation import gettext_lazy as _

from donghanh.kernel.text import nfc


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

"""What allauth asks this house: who may sign up (nobody), where a person is led, in which words it speaks."""

from __future__ import annotations

import base64
import time
from functools import cache
from typing import Any

from allauth.account import app_settings as account_settings
from allauth.account.adapter import DefaultAccountAdapter
from allauth.account.authentication import get_authentication_records
from allauth.core import context
from allauth.mfa.adapter import DefaultMFAAdapter
from allauth.socialaccount.adapter import DefaultSocialAccountAdapter
from cryptography.fernet import Fernet
from django.contrib import messages
from django.http import HttpRequest, HttpResponseRedirect
from django.urls import reverse
from django.utils.crypto import salted_hmac
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext_lazy as _

from donghanh.people.caller import address_of
from donghanh.people.models import Account

WRONG_CODE = _("Mã chưa đúng hoặc đã hết hạn. Thầy cô nhập mã mới nhất.")
TOO_OFTEN = _("Đã thử quá nhiều lần. Thầy cô chờ ít phút rồi thử lại.")
SAYINGS = {  # what allauth wants to say → what we say; all else it says is left out
    "mfa/messages/totp_activated.txt": _("Đã bật ứng dụng xác thực. Các thiết bị khác đã được đăng xuất."),
    "mfa/messages/totp_deactivated.txt": _("Đã tắt ứng dụng xác thực."),
    "mfa/messages/webauthn_added.txt": _("Đã thêm khóa đăng nhập. Các thiết bị khác đã được đăng xuất."),
    "mfa/messages/webauthn_removed.txt": _("Đã xóa khóa đăng nhập."),
    "socialaccount/messages/account_connected.txt": _("Đã liên kết tài khoản."),
    "socialaccount/messages/account_connected_updated.txt": _("Tài khoản này đã được liên kết từ trước."),
    "socialaccount/messages/account_connected_other.txt": _("Tài khoản này đã liên kết với một người khác."),
    "socialaccount/messages/account_disconnected.txt": _("Đã bỏ liên kết tài khoản."),
}
WAYS = {  # how one shows again that it is oneself
    "reauthenticate": _("Dùng mật khẩu"),
    "mfa_reauthenticate": _("Dùng mã của ứng dụng hoặc mã dự phòng"),
    "mfa_reauthenticate:webauthn": _("Dùng khóa đăng nhập"),
}


class AccountAdapter(DefaultAccountAdapter):
    error_messages = DefaultAccountAdapter.error_messages | {
        "incorrect_password": _("Mật khẩu chưa đúng."),
        "incorrect_code": WRONG_CODE,
        "too_many_login_attempts": TOO_OFTEN,
        "rate_limited": TOO_OFTEN,
    }

    def is_open_for_signup(self, request: HttpRequest) -> bool:
        return False

    def is_safe_url(self, url: str) -> bool:
        request = context.request
        return url_has_allowed_host_and_scheme(url, {request.get_host()}, require_https=request.is_secure())

    def get_client_ip(self, request: HttpRequest) -> str:
        return address_of(request)

    def is_reauthentication_required(self, *, app: str, **_others: Any) -> bool:
        """Not within five minutes after one has signed in: what was just typed is not asked again."""
        records = get_authentication_records(context.request, context.request.user)
        signed_in_at = max((record["at"] for record in records), default=0)
        return bool(time.time() - signed_in_at > account_settings.REAUTHENTICATION_TIMEOUT)

    def respond_user_inactive(self, request: HttpRequest, user: Account) -> HttpResponseRedirect:
        messages.error(request, _("Tài khoản này đã đóng. Thầy cô hỏi người quản trị của đơn vị."))
        return HttpResponseRedirect(reverse("people:sign_in"))

    def get_reauthentication_methods(self, user: Any) -> list[dict[str, Any]]:
        return [way | {"description": WAYS[way["id"]]} for way in super().get_reauthentication_methods(user)]

    def add_message(  # allauth's own parameters
        self,
        request: HttpRequest,
        level: int,
        message_template: str | None = None,
        *_: Any,
        message: str = "",
        **__: Any,
    ) -> None:
        if said := message or SAYINGS.get(message_template or ""):
            messages.add_message(request, level, str(said))


class SecondFactorAdapter(DefaultMFAAdapter):
    error_messages = DefaultMFAAdapter.error_messages | {
        "incorrect_code": WRONG_CODE,
        "cannot_generate_recovery_codes": _("Bật lớp thứ hai trước, rồi mới có mã dự phòng."),
    }

    def encrypt(self, text: str) -> str:
        return _lock().encrypt(text.encode()).decode()

    def decrypt(self, encrypted_text: str) -> str:
        return _lock().decrypt(encrypted_text.encode()).decode()

    def generate_authenticator_name(self, user: Account, type: str) -> str:  # noqa: A002 - allauth's name
        return str(_("Khóa đăng nhập"))

    def _get_site_name(self) -> str:
        return "Đồng Hành"


@cache
def _lock() -> Fernet:
    """A copy of the database alone opens no second factor: the key is derived from SECRET_KEY."""
    return Fernet(base64.urlsafe_b64encode(salted_hmac("people.second_factor", "", algorithm="sha256").digest()))


class OutsideAccountAdapter(DefaultSocialAccountAdapter):
    """Signs in only whom the person has linked while signed in here: nobody by an e-mail address that looks alike."""

    def is_open_for_signup(self, request: HttpRequest, sociallogin: Any) -> bool:
        return False

    def can_authenticate_by_email(self, login: Any, email: str) -> bool:
        return False

    def pre_social_login(self, request: HttpRequest, sociallogin: Any) -> None:
        """Of the account elsewhere only its number there is kept."""
        sociallogin.account.extra_data = {}

"""What the sign-in library keeps of a person: second factors, devices, linked accounts, doors to other programs."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime

from allauth.account.models import EmailAddress
from allauth.idp.oidc.models import Client, Token
from allauth.mfa.models import Authenticator
from allauth.socialaccount.models import SocialAccount
from allauth.usersessions.models import UserSession
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from donghanh.people.actions import end_sessions
from donghanh.people.models import Account
from donghanh.privacy.registry import DATA_LAW, Holding, Line, Retention, delete_some, hold, keep


def factors_of(account_id: int) -> Iterable[list[Line]]:
    for row in Authenticator.objects.filter(user=account_id).order_by("created_at"):
        yield [(_("Loại"), row.get_type_display()), (_("Thêm lúc"), timezone.localtime(row.created_at))]


def devices_of(account_id: int) -> Iterable[list[Line]]:
    for row in UserSession.objects.filter(user=account_id).order_by("created_at"):
        yield [
            (_("Đăng nhập lúc"), timezone.localtime(row.created_at)),
            (_("Địa chỉ mạng"), row.ip),
            (_("Trình duyệt"), row.user_agent),
        ]


def linked_of(account_id: int) -> Iterable[list[Line]]:
    for row in SocialAccount.objects.filter(user=account_id).order_by("pk"):
        yield [(_("Nơi đăng nhập"), row.provider), (_("Số tài khoản ở đó"), row.uid)]


def doors_of(account_id: int) -> Iterable[list[Line]]:
    for row in Token.objects.filter(user=account_id).select_related("client").order_by("pk"):
        yield [(_("Chương trình"), row.client.name), (_("Đến lúc"), row.expires_at or "")]


def erase(account_ids: Sequence[int], at: datetime) -> None:
    """Nothing is left that could sign the person in, here or elsewhere."""
    for account in Account.objects.filter(pk__in=account_ids).order_by("pk"):
        end_sessions(account=account, by=None, at=at)
    for model in (Authenticator, SocialAccount, Token):
        model.objects.filter(user__in=account_ids).delete()


def drop_tokens(before: datetime, _at: datetime, most: int) -> int:
    return delete_some(Token.objects.filter(expires_at__lt=before), most)


def register() -> None:
    never = gettext_lazy("Không dùng: không ai tự đăng ký, phần mềm không giữ địa chỉ thư.")
    hold(
        Holding(
            title=gettext_lazy("Lớp xác thực thứ hai"),
            models=(Authenticator._meta.label,), collect=factors_of, erase=erase,
        ),
        Holding(
            title=gettext_lazy("Thiết bị đang đăng nhập"),
            models=(UserSession._meta.label,), collect=devices_of, kept_because=gettext_lazy("Mất khi đăng xuất."),
        ),
        Holding(
            title=gettext_lazy("Tài khoản liên kết"),
            models=(SocialAccount._meta.label,), collect=linked_of, kept_because=gettext_lazy("Xóa cùng lớp xác thực."),
        ),
        Holding(
            title=gettext_lazy("Chương trình khác đang dùng tài khoản"),
            models=(Token._meta.label, Client._meta.label),
            collect=doors_of, kept_because=gettext_lazy("Xóa cùng lớp xác thực."),
        ),
        Holding(
            title=gettext_lazy("Địa chỉ thư"),
            models=(EmailAddress._meta.label,), collect=lambda _account_id: (), kept_because=never,
        ),
    )  # fmt: skip
    keep(
        Retention(
            code="tokens",
            what=gettext_lazy("Phép dùng tài khoản ở chương trình khác"),
            purpose=gettext_lazy("Đăng nhập một lần cho nhiều chương trình"),
            basis=DATA_LAW,
            days=1,
            after=gettext_lazy("khi hết hạn"),
            fate=gettext_lazy("xóa"),
            models=(Token._meta.label,),
            apply=drop_tokens,
        )
    )

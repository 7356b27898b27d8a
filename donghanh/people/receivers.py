"""What allauth does to an account is written into our log; a new second factor ends the sessions that lacked it."""

from __future__ import annotations

from typing import Any

from allauth.account.signals import user_logged_in
from allauth.mfa import signals as mfa
from allauth.mfa.models import Authenticator
from allauth.socialaccount import signals as social
from django.dispatch import receiver
from django.http import HttpRequest

from donghanh.kernel.clock import now
from donghanh.people import actions
from donghanh.people.models import Account

type Factor = Any  # allauth is untyped


@receiver(user_logged_in)
def signed_in(user: Account, **_: Any) -> None:
    actions.forget_oldest_sessions(account=user)


@receiver(mfa.authenticator_added)
def added(request: HttpRequest, user: Account, authenticator: Factor, **_: Any) -> None:
    actions.note_second_factor(account=user, change="added", kind=authenticator.type, by=request.user.pk, at=now())
    if authenticator.type != Authenticator.Type.RECOVERY_CODES:
        actions.end_sessions(account=user, but=request.session.session_key, by=request.user.pk, at=now())


@receiver(mfa.authenticator_removed)
def removed(request: HttpRequest, user: Account, authenticator: Factor, **_: Any) -> None:
    actions.note_second_factor(account=user, change="removed", kind=authenticator.type, by=request.user.pk, at=now())


@receiver(mfa.authenticator_reset)
def renewed(request: HttpRequest, user: Account, authenticator: Factor, **_: Any) -> None:
    actions.note_second_factor(account=user, change="renewed", kind=authenticator.type, by=request.user.pk, at=now())


@receiver(mfa.authenticator_used)
def used(user: Account, authenticator: Factor, **_: Any) -> None:
    if authenticator.type == Authenticator.Type.RECOVERY_CODES:
        actions.note_second_factor(account=user, change="used", kind=authenticator.type, by=user.pk, at=now())


@receiver(social.social_account_added)
def linked(sociallogin: Any, **_: Any) -> None:
    account = sociallogin.user
    provider = sociallogin.account.provider
    actions.note_outside_account(account=account, change="linked", provider=provider, by=account.pk, at=now())


@receiver(social.social_account_removed)
def unlinked(request: HttpRequest, socialaccount: Any, **_: Any) -> None:
    account, provider = socialaccount.user, socialaccount.provider
    actions.note_outside_account(account=account, change="unlinked", provider=provider, by=request.user.pk, at=now())

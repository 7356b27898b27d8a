from __future__ import annotations

from typing import cast

from allauth.account.internal.flows.login import perform_password_login
from allauth.account.models import Login
from allauth.account.signals import password_changed
from allauth.mfa.webauthn.forms import LoginWebAuthnForm
from allauth.socialaccount.views import ConnectionsView
from django import forms
from django.conf import settings
from django.contrib import messages
from django.contrib.auth import authenticate, logout, update_session_auth_hash
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import redirect, render, resolve_url
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_POST
from django.views.i18n import set_language

from donghanh.kernel.access import public, signed_in
from donghanh.kernel.clock import now, today
from donghanh.kernel.parameters import parameters
from donghanh.people import actions, queries, rules
from donghanh.people.caller import address_of, device_of
from donghanh.people.forms import EndSessionForm, PasswordForm, SignInForm, ThemeForm
from donghanh.people.models import Account
from donghanh.people.openid import leading_to

THEME_KEPT = 365 * 24 * 3600  # seconds


def doors() -> list[dict[str, str]]:
    """Where else one may sign in: `id` and `name` of each OpenID Connect server that the settings name."""
    known = settings.SOCIALACCOUNT_PROVIDERS["openid_connect"]["APPS"]
    return [{"id": door["provider_id"], "name": door["name"], "at": door["settings"]["server_url"]} for door in known]


@public
def sign_in(request: HttpRequest) -> HttpResponse:
    """The sign-in page; the buttons for other doors lead to their servers."""
    return leading_to(door["at"] for door in doors())(_sign_in)(request)


@never_cache
@sensitive_post_parameters("password")
def _sign_in(request: HttpRequest) -> HttpResponse:
    """By user name and password, then a second factor if there is one; one sentence for a wrong name and password."""
    asked = parameters(request, next=forms.CharField(required=False, max_length=2000, initial=""))["next"]
    target = _own_address(request, asked)
    if request.user.is_authenticated:
        return redirect(target)
    form = SignInForm(request.POST if request.method == "POST" else None)
    refused = False
    if form.is_valid():
        typed = {"username": form.cleaned_data["username"], "address": address_of(request)}
        verdict = rules.may_try_to_sign_in(**typed, at=now())
        refused = not verdict
        account = authenticate(request, **form.cleaned_data) if verdict else None
        if account:
            actions.forgive_failures(**typed)
            return cast(HttpResponse, perform_password_login(request, {}, Login(user=account, redirect_url=target)))
        if verdict:
            actions.note_failure(**typed, at=now())
        form.add_error(None, verdict.reason or _("Tên đăng nhập hoặc mật khẩu chưa đúng. Thầy cô kiểm tra lại cả hai."))
    accounts = getattr(settings, "DEMO_ACCOUNTS", ()) if settings.DEMO_DAY else ()
    page = {"form": form, "next": asked, "demo_accounts": accounts, "doors": doors(), "passkey": LoginWebAuthnForm()}
    return render(request, "people/sign_in.html", page, status=429 if refused else 200)


@public
@require_POST
def sign_out(request: HttpRequest) -> HttpResponse:
    logout(request)
    return redirect(settings.LOGOUT_REDIRECT_URL)


@signed_in
def me(request: HttpRequest) -> HttpResponse:
    """One's own page: who I am here, how the pages look."""
    account = _account(request)
    page = {
        "roles": queries.roles_held(account, on=today()),
        "second_factor": queries.has_second_factor(account),
        "wanted": queries.sees_minors(account, on=today()) and not rules.may_open_minors_data(account),
        "doors": doors(),
    }
    return render(request, "people/me.html", page)


@signed_in
@never_cache
@sensitive_post_parameters("present", "password", "again")
def password(request: HttpRequest) -> HttpResponse:
    """Choose a password of one's own. All other sessions end."""
    account, typed = _account(request), {"username": request.user.get_username(), "address": address_of(request)}
    form = PasswordForm(request.POST if request.method == "POST" else None, account=account)
    if form.is_valid():
        verdict = rules.may_change_sign_in(account)
        verdict = verdict and rules.may_try_to_sign_in(**typed, at=now())
        present = form.cleaned_data.get("present")
        if not verdict:
            form.add_error(None, verdict.reason)
        elif present is not None and not account.check_password(present):
            actions.note_failure(**typed, at=now())
            form.add_error("present", _("Mật khẩu đang dùng chưa đúng."))
        else:
            actions.set_password(account=account, password=form.cleaned_data["password"], by=account.pk, at=now())
            update_session_auth_hash(request, account)
            password_changed.send(sender=Account, request=request, user=account)  # this session is listed anew
            messages.success(request, _("Đã đổi mật khẩu. Các thiết bị khác đã được đăng xuất."))
            return redirect("people:me")
    return render(request, "people/password.html", {"form": form})


@signed_in
@never_cache
def sessions(request: HttpRequest) -> HttpResponse:
    """Where one is signed in."""
    account = _account(request)
    shared = rules.may_change_sign_in(account).reason
    rows = [
        {"id": row.pk, "device": device_of(row.user_agent), "address": row.ip, "since": row.created_at,
         "here": row.session_key == request.session.session_key}
        for row in queries.sessions_of(account)
        if not shared or row.session_key == request.session.session_key
    ]  # fmt: skip
    return render(request, "people/sessions.html", {"rows": rows, "shared": shared})


@signed_in
@require_POST
def end_session(request: HttpRequest) -> HttpResponse:
    """Sign out one other device, or all others."""
    form = EndSessionForm(request.POST)
    if form.is_valid():
        ended = actions.end_sessions(
            account=_account(request), only=form.cleaned_data["session"], but=request.session.session_key,
            by=request.user.pk, at=now(),
        )  # fmt: skip
        messages.success(request, _("Đã đăng xuất %(count)s thiết bị.") % {"count": ended})
    return redirect("people:sessions")


@public
def language(request: HttpRequest) -> HttpResponse:
    return set_language(request)


@signed_in
def linked(request: HttpRequest) -> HttpResponse:
    """Accounts elsewhere that sign this person in."""
    page = ConnectionsView.as_view(extra_context={"doors": doors()})
    return leading_to(door["at"] for door in doors())(page)(request)


@public
@require_POST
def theme(request: HttpRequest) -> HttpResponse:
    """Light or dark for a year; `static/dh/theme.js` sets the same cookie without asking."""
    form = ThemeForm(request.POST)
    form.is_valid()
    response = HttpResponseRedirect(_own_address(request, form.cleaned_data.get("next", "")))
    if chosen := form.cleaned_data.get("theme"):
        response.set_cookie("theme", chosen, max_age=THEME_KEPT, samesite="Lax", secure=settings.BEHIND_TLS)
    return response


def _own_address(request: HttpRequest, asked: str) -> str:
    """`asked` if it leads back into this host, else the home page: no one is sent elsewhere after signing in."""
    safe = url_has_allowed_host_and_scheme(asked, allowed_hosts={request.get_host()}, require_https=request.is_secure())
    return asked if asked and safe else resolve_url(settings.LOGIN_REDIRECT_URL)


def _account(request: HttpRequest) -> Account:
    return cast(Account, request.user)

from __future__ import annotations

from django import forms
from django.conf import settings
from django.contrib.auth import authenticate, login, logout
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import redirect, render, resolve_url
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_POST
from django.views.i18n import set_language

from donghanh.kernel.access import public, signed_in
from donghanh.kernel.address import address_of
from donghanh.kernel.clock import now, today
from donghanh.kernel.parameters import parameters
from donghanh.people import actions, queries, rules
from donghanh.people.forms import SignInForm, ThemeForm

THEME_KEPT = 365 * 24 * 3600  # seconds


@public
@never_cache
@sensitive_post_parameters("password")
def sign_in(request: HttpRequest) -> HttpResponse:
    """Sign in by user name and password; one sentence for a wrong name and a wrong password."""
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
            login(request, account)
            return redirect(target)
        if verdict:
            actions.note_failure(**typed, at=now())
        form.add_error(None, verdict.reason or _("Tên đăng nhập hoặc mật khẩu chưa đúng. Thầy cô kiểm tra lại cả hai."))
    accounts = getattr(settings, "DEMO_ACCOUNTS", ()) if settings.DEMO_DAY else ()
    page = {"form": form, "next": asked, "demo_accounts": accounts}
    return render(request, "people/sign_in.html", page, status=429 if refused else 200)


@public
@require_POST
def sign_out(request: HttpRequest) -> HttpResponse:
    logout(request)
    return redirect(settings.LOGOUT_REDIRECT_URL)


@signed_in
def me(request: HttpRequest) -> HttpResponse:
    """One's own page: who I am here, how the pages look."""
    roles = queries.roles_held(request.user, on=today())  # type: ignore[arg-type]  # signed in: an Account
    return render(request, "people/me.html", {"roles": roles})


@public
def language(request: HttpRequest) -> HttpResponse:
    return set_language(request)


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

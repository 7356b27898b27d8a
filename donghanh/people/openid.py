"""Signing people in for other applications by OpenID Connect: authorization code with PKCE, nothing else.

Core 1.0, Discovery 1.0, RFC 7636. Applications are made known with `manage.py oidc_client`.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any
from urllib.parse import urlsplit

from allauth.idp.oidc import views as library
from allauth.idp.oidc.adapter import DefaultOIDCAdapter
from allauth.idp.oidc.models import Client
from django import forms
from django.conf import settings
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.csp import CSP
from django.utils.translation import gettext_lazy as _
from django.views.decorators.csp import csp_override

from donghanh.kernel.access import public, signed_in
from donghanh.kernel.parameters import parameters
from donghanh.people.models import Account

SCOPES = ("openid", "profile")
ENDPOINTS = ("authorization", "token", "userinfo", "revocation")


class ProviderAdapter(DefaultOIDCAdapter):
    scope_display = {
        "openid": _("Nhận ra thầy cô ở những lần sau"),
        "profile": _("Biết họ tên và tên đăng nhập của thầy cô"),
    }

    def get_claims(  # allauth's own parameters
        self, _purpose: str, user: Account, client: Client, scopes: Iterable[str], *_: Any, **__: Any
    ) -> dict[str, Any]:
        claims = {"sub": self.get_user_sub(client, user)}
        if "profile" in scopes:
            claims |= {"name": user.full_name, "preferred_username": user.username}
        return claims


@public
def discovery(request: HttpRequest) -> JsonResponse:
    """What another application's library reads first; states only what is offered here."""
    issuer = request.build_absolute_uri("/").rstrip("/")  # as in the adapter
    return JsonResponse(
        {
            "issuer": issuer,
            **{f"{name}_endpoint": issuer + reverse(f"idp:oidc:{name}") for name in ENDPOINTS},
            "jwks_uri": issuer + reverse("idp:oidc:jwks"),
            "response_types_supported": ["code"],
            "response_modes_supported": ["query"],
            "grant_types_supported": ["authorization_code"],
            "scopes_supported": SCOPES,
            "claims_supported": ["sub", "name", "preferred_username"],
            "subject_types_supported": ["public"],
            "id_token_signing_alg_values_supported": ["RS256"],
            "code_challenge_methods_supported": ["S256"],
            "token_endpoint_auth_methods_supported": ["client_secret_basic", "client_secret_post", "none"],
        },
        headers={"Access-Control-Allow-Origin": "*"},
    )


@signed_in
def authorize(request: HttpRequest) -> HttpResponse:
    """Ask the signed-in person whether this application may learn who they are."""
    asked = parameters(request, client_id=_word(), code_challenge_method=_word(), code_challenge=_word())
    if request.method == "GET" and (asked["code_challenge_method"] != "S256" or not asked["code_challenge"]):
        return render(request, "idp/oidc/error.html", {"error": {"description": _("Ứng dụng không gửi mã PKCE S256.")}})
    known = Client.objects.filter(pk=asked["client_id"]).first()
    return leading_to(known.get_redirect_uris() if known else ())(library.authorization)(request)


def leading_to(addresses: Iterable[str]) -> Callable[..., Callable[..., HttpResponse]]:
    """Forms of the page may end at these addresses: browsers hold `form-action` against each redirect that follows."""
    origins = sorted(
        {
            f"{at.scheme}://{at.netloc}" if at.scheme in ("http", "https") else f"{at.scheme}:"
            for at in map(urlsplit, addresses)
        }
    )
    policy: dict[str, Any] = settings.SECURE_CSP | {"form-action": [CSP.SELF, *origins]}
    return csp_override(policy)


def _word() -> forms.Field:
    return forms.CharField(required=False, max_length=200, initial="")

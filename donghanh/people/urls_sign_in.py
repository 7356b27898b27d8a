"""The pages of allauth that are open here, each with its mark, under the names by which allauth leads to them."""

from __future__ import annotations

from allauth.account.views import reauthenticate
from allauth.idp.oidc import views as provider
from allauth.mfa.base.views import authenticate, index
from allauth.mfa.base.views import reauthenticate as reauthenticate_by_code
from allauth.mfa.recovery_codes.views import generate_recovery_codes, view_recovery_codes
from allauth.mfa.totp.views import activate_totp, deactivate_totp
from allauth.mfa.webauthn.views import RemoveWebAuthnView, add_webauthn, login_webauthn, reauthenticate_webauthn
from allauth.socialaccount.providers.openid_connect.views import callback, login
from allauth.socialaccount.views import login_cancelled
from django.urls import include, path, reverse_lazy
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST

from donghanh.kernel.access import public, signed_in
from donghanh.people import openid, views

own = [
    path("dang-nhap/", views.sign_in, name="account_login"),  # people:sign_in, as allauth calls it
    path("lop-hai/", public(authenticate), name="mfa_authenticate"),
    path("dang-nhap/khoa/", public(login_webauthn), name="mfa_login_webauthn"),
    path("dang-nhap/qua/<slug:provider_id>/", public(require_POST(login)), name="openid_connect_login"),
    path("dang-nhap/qua/<slug:provider_id>/ve/", public(callback), name="openid_connect_callback"),
    path("dang-nhap/da-huy/", public(login_cancelled), name="socialaccount_login_cancelled"),
    path("xac-nhan/", signed_in(reauthenticate), name="account_reauthenticate"),
    path("xac-nhan/ma/", signed_in(reauthenticate_by_code), name="mfa_reauthenticate"),
    path("xac-nhan/khoa/", signed_in(reauthenticate_webauthn), name="mfa_reauthenticate_webauthn"),
    path("hai-lop/", signed_in(index), name="mfa_index"),
    path("hai-lop/ung-dung/", signed_in(never_cache(activate_totp)), name="mfa_activate_totp"),
    path("hai-lop/ung-dung/tat/", signed_in(deactivate_totp), name="mfa_deactivate_totp"),
    path("hai-lop/khoa/", signed_in(add_webauthn), name="mfa_add_webauthn"),
    path(
        "hai-lop/khoa/<int:pk>/xoa/",
        signed_in(RemoveWebAuthnView.as_view(success_url=reverse_lazy("mfa_index"))),
        name="mfa_remove_webauthn",
    ),
    path("hai-lop/ma-du-phong/", signed_in(never_cache(view_recovery_codes)), name="mfa_view_recovery_codes"),
    path("hai-lop/ma-du-phong/moi/", signed_in(generate_recovery_codes), name="mfa_generate_recovery_codes"),
    path("lien-ket/", views.linked, name="socialaccount_connections"),
]
oidc = [
    path(".well-known/openid-configuration", openid.discovery, name="configuration"),
    path(".well-known/jwks.json", public(provider.jwks), name="jwks"),
    path("openid/authorize", openid.authorize, name="authorization"),
    path("openid/token", public(provider.token), name="token"),
    path("openid/userinfo", public(provider.user_info), name="userinfo"),
    path("openid/revoke", public(provider.revoke), name="revocation"),
]
urlpatterns = [
    path("tai-khoan/", include(own)),
    path("", include(([path("", include((oidc, "oidc")))], "idp"))),
]

"""OpenID Connect from both sides, over real HTTP on loopback: ours as the provider, ours as the one who asks."""

from __future__ import annotations

import re
from datetime import datetime
from io import StringIO
from urllib.parse import parse_qs, urlsplit
from zoneinfo import ZoneInfo

import jwt
import pytest
import requests
from allauth.idp.oidc.models import Client as Application
from allauth.socialaccount.models import SocialAccount
from django.core.management import CommandError, call_command
from django.test import Client
from django.urls import reverse
from requests_oauthlib import OAuth2Session

from donghanh.audit.models import Entry
from donghanh.people import actions
from donghanh.people.models import Account
from donghanh.people.tests.cast import PASSWORD, a_second_factor

AT = datetime(2025, 6, 16, 12, tzinfo=ZoneInfo("Asia/Ho_Chi_Minh"))
LIBRARY = "https://thuvien.example/ve"


@pytest.fixture(autouse=True)
def plain_http_on_loopback(monkeypatch):
    monkeypatch.setenv("OAUTHLIB_INSECURE_TRANSPORT", "1")


@pytest.fixture
def hoa(transactional_db) -> Account:
    return actions.open_account(username="hoa", full_name="Bùi Thị Hoa", password=PASSWORD, by=None, at=AT)


def make_known(*uris: str, **options) -> dict[str, str]:
    out = StringIO()
    call_command("oidc_client", "Thư viện số", *uris, stdout=out, **options)
    return dict(line.split("=", 1) for line in out.getvalue().split())


class Browser:
    """A person's browser: keeps cookies, fills the forms it meets, stops where it would leave this host."""

    def __init__(self, address: str) -> None:
        self.address, self.session = address, requests.Session()

    def sign_in(self, username: str) -> None:
        self.submit(self.open("/tai-khoan/dang-nhap/"), username=username, password=PASSWORD)

    def open(self, where: str) -> requests.Response:
        return self._follow(self.session.get(self._full(where), allow_redirects=False, timeout=10))

    def submit(self, page: requests.Response, **typed: str) -> requests.Response:
        hidden = dict(re.findall(r'name="(csrfmiddlewaretoken|request)" value="([^"]*)"', page.text))
        scopes = re.findall(r'name="scopes" value="([^"]*)"', page.text)
        where = (
            page.url if "username" in typed else re.findall(r'<main.*?<form action="([^"]*)"', page.text, re.DOTALL)[0]
        )
        body = hidden | {"scopes": scopes} | typed
        return self._follow(self.session.post(self._full(where), body, allow_redirects=False, timeout=10))

    def _full(self, where: str) -> str:
        return where if where.startswith("http") else self.address + where

    def _follow(self, answer: requests.Response) -> requests.Response:
        while answer.is_redirect and self._full(answer.headers["Location"]).startswith(self.address):
            answer = self.session.get(self._full(answer.headers["Location"]), allow_redirects=False, timeout=10)
        return answer


class RelyingParty:
    """Another application, on a library that many use."""

    def __init__(self, address: str, known: dict[str, str], redirect_uri: str = LIBRARY) -> None:
        self.known = known
        self.offers = requests.get(f"{address}/.well-known/openid-configuration", timeout=10).json()
        self.session = OAuth2Session(
            known["client_id"], scope=["openid", "profile"], redirect_uri=redirect_uri, pkce="S256"
        )

    def question(self) -> str:
        return self.session.authorization_url(self.offers["authorization_endpoint"], nonce="n-0S6")[0]

    def fetch(self, answer: str, **more) -> dict:
        secret = {"client_secret": self.known["client_secret"]} if "client_secret" in self.known else {}
        return self.session.fetch_token(
            self.offers["token_endpoint"], authorization_response=answer, include_client_id=True, **secret, **more
        )


@pytest.fixture
def at_the_library(live_server, hoa):
    """Hoa is signed in; the digital library asks who she is."""
    party = RelyingParty(live_server.url, make_known(LIBRARY))
    browser = Browser(live_server.url)
    browser.sign_in("hoa")
    return party, browser


def agree(browser: Browser, party: RelyingParty) -> str:
    return browser.submit(browser.open(party.question()), action="grant").headers["Location"]


def test_another_application_learns_who_signed_in(at_the_library, hoa):
    party, browser = at_the_library
    asked = browser.open(party.question())
    assert "Đăng nhập vào “Thư viện số”?" in asked.text
    assert "Biết họ tên và tên đăng nhập" in asked.text
    assert "form-action 'self' https://thuvien.example;" in asked.headers["Content-Security-Policy"] + ";"
    token = party.fetch(agree(browser, party))
    key = jwt.PyJWKClient(party.offers["jwks_uri"]).get_signing_key_from_jwt(token["id_token"])
    said = jwt.decode(
        token["id_token"], key, algorithms=["RS256"], audience=party.known["client_id"], issuer=party.offers["issuer"]
    )
    claims = {"sub": str(hoa.pk), "name": "Bùi Thị Hoa", "preferred_username": "hoa"}
    assert {name: said[name] for name in (*claims, "nonce")} == claims | {"nonce": "n-0S6"}
    assert party.session.get(party.offers["userinfo_endpoint"], timeout=10).json() == claims


def test_who_is_not_signed_in_signs_in_first_and_comes_back_to_the_question(live_server, hoa):
    party, browser = RelyingParty(live_server.url, make_known(LIBRARY)), Browser(live_server.url)
    door = browser.open(party.question())
    assert urlsplit(door.url).path == "/tai-khoan/dang-nhap/"
    asked = browser.submit(door, username="hoa", password=PASSWORD)
    assert "Đăng nhập vào “Thư viện số”?" in asked.text


def test_who_says_no_is_not_named(at_the_library):
    party, browser = at_the_library
    answer = browser.submit(browser.open(party.question()), action="cancel").headers["Location"]
    assert parse_qs(urlsplit(answer).query)["error"] == ["access_denied"]


def test_a_stolen_code_without_its_verifier_is_worth_nothing(at_the_library):
    party, browser = at_the_library
    answer = agree(browser, party)
    party.session._code_verifier = "x" * 48
    with pytest.raises(Exception, match="invalid_grant"):
        party.fetch(answer)


def test_a_code_is_taken_once(at_the_library):
    party, browser = at_the_library
    answer, verifier = agree(browser, party), party.session._code_verifier
    party.fetch(answer)
    party.session._code_verifier = verifier
    with pytest.raises(Exception, match="invalid_grant"):
        party.fetch(answer)


def test_a_question_without_pkce_is_not_answered(at_the_library):
    party, browser = at_the_library
    plain = re.sub(r"&code_challenge(_method)?=[^&]*", "", party.question())
    assert "PKCE" in browser.open(plain).text


def test_the_answer_goes_only_where_the_application_said_it_lives(live_server, hoa):
    known = make_known(LIBRARY)
    browser = Browser(live_server.url)
    browser.sign_in("hoa")
    for elsewhere in ("https://thuvien.example/khac", "https://evil.example/ve", "http://thuvien.example/ve"):
        page = browser.open(RelyingParty(live_server.url, known, elsewhere).question())
        assert "Ứng dụng kia hỏi chưa đúng cách" in page.text, elsewhere
        assert page.status_code == 200


def test_a_wrong_secret_gets_no_token(at_the_library):
    party, browser = at_the_library
    answer = agree(browser, party)
    party.known["client_secret"] = "sai"
    with pytest.raises(Exception, match="invalid_client"):
        party.fetch(answer)


def test_an_application_on_a_telephone_has_no_secret(live_server, hoa):
    party = RelyingParty(live_server.url, make_known(LIBRARY, public=True))
    browser = Browser(live_server.url)
    browser.sign_in("hoa")
    assert party.known.keys() == {"client_id"}
    assert party.fetch(agree(browser, party))["id_token"]


@pytest.mark.django_db
@pytest.mark.parametrize("uri", ["http://thuvien.example/ve", "thuvien.example", "https://*.example/ve"])
def test_an_address_that_anyone_could_take_is_refused(uri):
    with pytest.raises(CommandError, match="https"):
        call_command("oidc_client", "Thư viện số", uri)
    assert not Application.objects.exists()


# ── signing in here with an account elsewhere: our own provider plays the elsewhere ──


@pytest.fixture
def elsewhere(live_server, hoa, settings):
    """A server on loopback on which Hoa has an account; here it stands on the sign-in page as "Cổng tỉnh"."""
    known = make_known(LIBRARY)
    Application.objects.update(redirect_uris="http://testserver/tai-khoan/dang-nhap/qua/cong-tinh/ve/")
    door = {"provider_id": "cong-tinh", "name": "Cổng tỉnh", "client_id": known["client_id"]}
    door |= {"secret": known["client_secret"]}
    door["settings"] = {"server_url": live_server.url, "oauth_pkce_enabled": True, "fetch_userinfo": False}
    settings.SOCIALACCOUNT_PROVIDERS = {"openid_connect": {"APPS": [door], "SCOPE": ["openid", "profile"]}}
    browser = Browser(live_server.url)
    browser.sign_in("hoa")
    return browser


def through(client: Client, elsewhere: Browser, query: str = ""):
    """Press the button here, agree there, come back."""
    left = client.post(reverse("openid_connect_login", args=["cong-tinh"]) + query)
    answer = elsewhere.submit(elsewhere.open(left.url), action="grant").headers["Location"]
    parts = urlsplit(answer)
    return client.get(f"{parts.path}?{parts.query}")


@pytest.fixture
def lan(elsewhere) -> Account:
    """Her account here; she is Hoa elsewhere."""
    return actions.open_account(username="lan", full_name="Hà Ngọc Lan", password=PASSWORD, by=None, at=AT)


def link(account: Account, elsewhere: Browser) -> None:
    own = Client()
    own.post("/tai-khoan/dang-nhap/", {"username": account.username, "password": PASSWORD})
    assert through(own, elsewhere, "?process=connect").url == reverse("socialaccount_connections")


def who(client: Client) -> str | None:
    page = client.get(reverse("people:me"))
    return page.context["user"].username if page.status_code == 200 else None


def test_a_linked_account_elsewhere_signs_in_here(client, elsewhere, lan):
    link(lan, elsewhere)
    kept = SocialAccount.objects.get()
    assert (kept.user, kept.provider, kept.extra_data) == (lan, "cong-tinh", {})
    assert through(client, elsewhere).url == reverse("home:my_work")
    assert who(client) == "lan"
    assert list(Entry.objects.filter(verb="people.outside_account_linked").values_list("by_id", flat=True)) == [lan.pk]


def test_an_account_elsewhere_that_nobody_linked_opens_nothing(client, elsewhere, lan):
    page = through(client, elsewhere)
    assert "chưa liên kết với ai ở đây" in page.content.decode()
    assert who(client) is None
    assert Account.objects.count() == 2


def test_the_second_factor_is_asked_on_this_way_too(client, elsewhere, lan):
    link(lan, elsewhere)
    a_second_factor(lan)
    assert through(client, elsewhere).url == reverse("mfa_authenticate")
    assert who(client) is None


def test_a_closed_account_stays_closed_on_this_way_too(client, elsewhere, lan):
    link(lan, elsewhere)
    Account.objects.filter(pk=lan.pk).update(is_active=False)
    assert through(client, elsewhere).url == reverse("people:sign_in")
    assert "Tài khoản này đã đóng" in client.get(reverse("people:sign_in")).content.decode()
    assert who(client) is None


def test_a_link_can_be_undone(client, elsewhere, lan):
    link(lan, elsewhere)
    client.post("/tai-khoan/dang-nhap/", {"username": "lan", "password": PASSWORD})
    page = client.get(reverse("socialaccount_connections"))
    assert "Bỏ liên kết" in page.content.decode()
    client.post(reverse("socialaccount_connections"), {"account": SocialAccount.objects.get().pk})
    assert not SocialAccount.objects.exists()
    assert Entry.objects.filter(verb="people.outside_account_unlinked", by_id=lan.pk).count() == 1


def test_an_answer_to_a_question_never_asked_is_refused(client, elsewhere, lan):
    answer = client.get(reverse("openid_connect_callback", args=["cong-tinh"]), {"code": "x", "state": "y"})
    assert "Chưa đăng nhập được qua nơi kia" in answer.content.decode()
    assert who(client) is None


@pytest.mark.django_db
def test_doors_stand_on_the_page_only_where_they_are_set_up(client, settings):
    assert "Đăng nhập qua" not in client.get("/tai-khoan/dang-nhap/").content.decode()
    door = {"provider_id": "google", "name": "Google", "settings": {"server_url": "https://accounts.google.com"}}
    settings.SOCIALACCOUNT_PROVIDERS = {"openid_connect": {"APPS": [door]}}
    page = client.get("/tai-khoan/dang-nhap/")
    assert "Đăng nhập qua Google" in page.content.decode()
    assert "form-action 'self' https://accounts.google.com;" in page.headers["Content-Security-Policy"] + ";"

"""Keys: made once, shown once, never more than the account, gone when revoked."""

from __future__ import annotations

import base64
import logging
import re
import time
from datetime import date, timedelta

import pytest
from django.urls import reverse

from donghanh.api.choices import Scope
from donghanh.api.door import A_SECOND, AT_ONCE, Rates
from donghanh.api.models import ApiToken
from donghanh.api.queries import Caller
from donghanh.api.tests.factories import a_key, a_programme
from donghanh.audit.models import Entry
from donghanh.people.models import Membership
from donghanh.people.tests.cast import PASSWORD

ME = "/api/v1/me"
DAY = date(2025, 6, 16)
pytestmark = pytest.mark.usefixtures("on_demo_day")


def fresh(client):
    """The session of somebody who has just signed in: no password is asked again."""
    session = client.session
    session["account_authentication_methods"] = [{"method": "password", "at": time.time()}]
    session["account_authentication_methods_user"] = session["_auth_user_id"]
    session.save()
    return client


def asked(unit, *scopes, **more):
    return {"name": "Thống kê", "scopes": scopes, "unit": unit.pk, "expires_on": "2026-06-16"} | more


def basic(username, password):
    return {"Authorization": "Basic " + base64.b64encode(f"{username}:{password}".encode()).decode()}


def test_a_key_is_shown_once_and_opens(cast, sign_in, client):
    desk = fresh(sign_in(cast.principal))
    made = desk.post(reverse("api:tokens"), asked(cast.school, Scope.READ_REPORTS))
    secret = re.search(r"data-dh-secret>([^<]+)<", made.content.decode())[1]
    token = ApiToken.objects.get()
    again = desk.get(reverse("api:tokens")).content.decode()
    assert secret not in again
    assert token.start in again
    assert len(secret) == 46
    assert secret not in str(token.__dict__)
    for scheme in ("ApiToken", "Bearer"):
        answer = client.get(ME, headers={"Authorization": f"{scheme} {secret}"})
        assert answer.json() == {
            "username": "hieutruong", "name": "Lê Minh Đức", "day": "2025-06-16", "scopes": ["read_reports"],
            "unit": cast.school.pk, "expires_on": "2026-06-16",
        }  # fmt: skip
    verbs = Entry.objects.filter(verb__startswith="api.").order_by("pk").values_list("verb", "by_id", "unit_id")
    principal, school = cast.principal.pk, cast.school.pk
    assert list(verbs) == [("api.token_made", principal, school), ("api.token_used", principal, school)]


def test_making_a_key_asks_again_who_one_is(cast, sign_in):
    answer = sign_in(cast.principal).post(reverse("api:tokens"), asked(cast.school, Scope.READ_REPORTS))
    assert answer.url.startswith(reverse("account_reauthenticate"))
    assert not ApiToken.objects.exists()


@pytest.mark.parametrize(
    ("changes", "sentence"),
    [
        ({"scopes": [Scope.MANAGE_METADATA]}, "manage_metadata"),
        ({"expires_on": "2026-06-17"}, "nhiều nhất một năm"),
        ({"expires_on": "2025-06-15"}, "nhiều nhất một năm"),
    ],
)
def test_a_key_gives_nothing_that_its_maker_has_not(changes, sentence, cast, sign_in):
    desk = fresh(sign_in(cast.principal))
    answer = desk.post(reverse("api:tokens"), asked(cast.school, Scope.READ_REPORTS, **changes))
    assert answer.status_code == 422
    assert sentence in answer.content.decode()
    assert not ApiToken.objects.exists()


def test_a_revoked_key_opens_nothing(cast, sign_in):
    programme = a_programme(cast.principal, cast.school)
    key = ApiToken.objects.get()
    assert programme.get(ME).status_code == 200
    assert sign_in(cast.teacher).post(reverse("api:revoke_token", args=[key.pk])).status_code == 404
    sign_in(cast.principal).post(reverse("api:revoke_token", args=[key.pk]))
    answer = programme.get(ME)
    assert (answer.status_code, answer.json()["detail"]) == (401, "Khóa truy cập đã bị thu hồi.")
    assert answer["Content-Type"] == "application/problem+json"
    assert answer["WWW-Authenticate"].startswith("ApiToken ")


def test_a_key_runs_out_and_closes_with_its_account(cast):
    late = a_programme(cast.principal, cast.school, expires_on=DAY - timedelta(days=1))
    assert late.get(ME).json()["detail"] == "Khóa truy cập đã hết hạn."
    programme = a_programme(cast.principal, cast.school)
    cast.principal.must_change_password = True
    cast.principal.save()
    assert programme.get(ME).status_code == 401
    cast.principal.must_change_password, cast.principal.is_active = False, False
    cast.principal.save()
    assert programme.get(ME).json()["detail"] == "Tài khoản này đã đóng."


def test_what_a_key_reaches_is_the_account_s_scope_and_subtree(cast):
    secret = a_key(cast.department_officer, cast.lac_son, scopes=[Scope.READ_REPORTS])
    assert secret
    caller = Caller(cast.department_officer, DAY, frozenset([Scope.READ_REPORTS]), ApiToken.objects.get())
    inside = {cast.lac_son.pk, cast.commune.pk, cast.school.pk, cast.preschool.pk}
    assert set(caller.units(Scope.READ_REPORTS).values_list("descendant", flat=True)) == inside
    assert not caller.units(Scope.READ_FIGURES).exists()
    Membership.objects.filter(account=cast.department_officer).delete()
    now_without = Caller(type(cast.principal).objects.get(pk=cast.department_officer.pk), DAY, token=caller.token)
    assert not now_without.units(Scope.READ_REPORTS).exists()


def test_a_password_opens_where_it_alone_signs_in(cast, client):
    assert client.get(ME, headers=basic("so", PASSWORD)).json()["username"] == "so"
    refused = client.get(ME, headers=basic("quantritruong", PASSWORD))
    assert (refused.status_code, refused.json()["code"]) == (403, "second_factor")
    assert client.get(ME, headers=basic("so", "sai")).status_code == 401
    assert client.get(ME, headers={"Authorization": "Basic ???"}).status_code == 401
    assert client.get(ME, headers=basic("a\0b", "x")).status_code == 401


def test_guessing_passwords_meets_the_throttle_of_signing_in(cast, client):
    for _ in range(10):
        assert client.get(ME, headers=basic("so", "sai")).status_code == 401
    answer = client.get(ME, headers=basic("so", PASSWORD))
    assert (answer.status_code, answer["Retry-After"]) == (429, "900")


def test_guessing_keys_is_stopped(client, db, monkeypatch):
    monkeypatch.setattr("donghanh.api.door.MOST_WRONG", 3)
    wrong = {"Authorization": "ApiToken dh_nobody"}
    assert [client.get(ME, headers=wrong).status_code for _ in range(5)] == [401, 401, 401, 429, 429]


def test_whoever_is_signed_in_may_read_and_only_read(cast, sign_in):
    desk = sign_in(cast.principal)
    assert desk.get(ME).json()["unit"] is None
    assert desk.post(ME).status_code == 405


def test_the_sentence_is_in_the_programme_s_language(client, db):
    for wish, sentence in (("en-GB,vi;q=0.5", "en"), ("fr, vi;q=0.9", "vi"), ("", "vi"), (";q=x,en;q=0.1", "en")):
        assert client.get(ME, headers={"Accept-Language": wish})["Content-Language"] == sentence


def test_the_rate_of_a_key_is_bounded():
    rates = Rates()
    assert [rates.wait("a", 0.0) for _ in range(AT_ONCE)] == [0] * AT_ONCE
    assert rates.wait("a", 0.0) == 1
    assert rates.wait("b", 0.0) == 0
    assert [rates.wait("a", 1.0) for _ in range(A_SECOND + 1)] == [0] * A_SECOND + [1]


def test_too_many_requests_are_told_when_to_come_again(cast, monkeypatch):
    monkeypatch.setattr("donghanh.api.door.AT_ONCE", 2)
    programme = a_programme(cast.principal, cast.school)
    answers = [programme.get(ME) for _ in range(3)]
    assert [one.status_code for one in answers] == [200, 200, 429]
    assert answers[2]["Retry-After"] == "1"


def test_no_secret_reaches_the_log_or_an_answer(cast, client, caplog):
    caplog.set_level(logging.DEBUG)
    secret = a_key(cast.principal, cast.school)
    seen = []
    for path in (ME, "/api/v1/nothing", f"{ME}?x=%00"):
        for key in (secret, f"{secret}x"):
            answer = client.get(path, headers={"Authorization": f"ApiToken {key}"})
            seen.append(answer.content.decode() + str(answer.headers))
    assert [one for one in [*seen, caplog.text] if secret in one] == []
    assert secret not in "".join(map(str, Entry.objects.order_by("pk").values_list("details", "reason")))

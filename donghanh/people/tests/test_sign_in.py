"""Signing in, out, and one's own page, as the person at the keyboard and the one guessing passwords meet them."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from django.db.backends.postgresql.psycopg_any import DateRange
from django.test import Client
from django.urls import reverse

from donghanh.organisations.models import Unit, UnitName
from donghanh.people import actions, views
from donghanh.people.models import Account, SignInFailure
from donghanh.people.queries import name_hash

pytestmark = pytest.mark.django_db
NOON = datetime(2025, 6, 16, 12, tzinfo=ZoneInfo("Asia/Ho_Chi_Minh"))
PASSWORD = "cùng đi một đường"
WRONG = "Tên đăng nhập hoặc mật khẩu chưa đúng. Thầy cô kiểm tra lại cả hai."
SIGN_IN = "/tai-khoan/dang-nhap/"


@pytest.fixture
def clock(monkeypatch):
    """Stands at noon of 16/6/2025 until a test moves it."""
    hands = {"now": NOON}
    monkeypatch.setattr(views, "now", lambda: hands["now"])
    monkeypatch.setattr(views, "today", lambda: hands["now"].date())  # noqa: PLW0108 - the hands move
    return hands


@pytest.fixture
def hoa(clock) -> Account:
    return actions.open_account(username="Hoa.YenMong", full_name="Bùi Thị Hoa", password=PASSWORD, by=None, at=NOON)


def sign_in(client: Client, username: str, password: str, *, address: str = "203.0.113.7", then: str = ""):
    query = {"next": then} if then else {}
    where = reverse("people:sign_in", query=query)
    return client.post(where, {"username": username, "password": password}, REMOTE_ADDR=address)


def is_signed_in(client: Client) -> bool:
    return client.get(reverse("people:me")).status_code == 200


@pytest.mark.parametrize("typed", ["Hoa.YenMong", "hoa.yenmong", " HOA.YENMONG "])
def test_a_name_is_one_in_any_case(client, hoa, typed):
    response = sign_in(client, typed, PASSWORD)
    assert (response.status_code, response.url) == (302, reverse("home:my_work"))
    assert is_signed_in(client)


def test_one_lands_where_one_wanted_to_go(client, hoa):
    wanted = reverse("people:me")
    door = client.get(wanted)
    assert door.url == f"{SIGN_IN}?next={wanted}"
    assert client.post(door.url, {"username": "hoa.yenmong", "password": PASSWORD}).url == wanted


@pytest.mark.parametrize("then", ["https://evil.example/", "//evil.example/", "javascript:alert(1)"])
def test_nobody_is_sent_to_another_host(client, hoa, then):
    assert sign_in(client, "hoa.yenmong", PASSWORD, then=then).url == reverse("home:my_work")


def test_a_wrong_name_and_a_wrong_password_get_the_same_answer(client, hoa):
    answers = [sign_in(client, "hoa.yenmong", "sai"), sign_in(client, "khong.co", "sai")]
    assert [answer.status_code for answer in answers] == [200, 200]
    assert [answer.context["form"].non_field_errors() for answer in answers] == [[WRONG], [WRONG]]
    assert not is_signed_in(client)


def test_a_closed_account_gets_the_same_answer(client, hoa):
    Account.objects.filter(pk=hoa.pk).update(is_active=False)
    assert sign_in(client, "hoa.yenmong", PASSWORD).context["form"].non_field_errors() == [WRONG]


def test_an_empty_form_says_what_is_missing(client, hoa):
    errors = client.post(SIGN_IN, {}).context["form"].errors
    assert errors == {"username": ["Nhập tên đăng nhập."], "password": ["Nhập mật khẩu."]}
    assert not SignInFailure.objects.exists()


def test_ten_failures_close_the_door_for_fifteen_minutes(client, clock, hoa):
    for _guess in range(10):
        assert sign_in(client, "hoa.yenmong", "sai").status_code == 200
    shut = sign_in(client, "HOA.yenmong", PASSWORD)
    assert shut.status_code == 429
    assert "chờ 15 phút" in shut.content.decode()
    clock["now"] = NOON + timedelta(minutes=14)
    assert sign_in(client, "hoa.yenmong", PASSWORD).status_code == 429
    clock["now"] = NOON + timedelta(minutes=15)
    assert sign_in(client, "hoa.yenmong", PASSWORD).status_code == 302


def test_a_closed_door_shuts_out_neither_colleagues_nor_the_same_teacher_elsewhere(client, hoa):
    lan = {"username": "lan", "full_name": "Hà Ngọc Lan", "password": PASSWORD}
    actions.open_account(**lan, by=None, at=NOON)
    for _guess in range(11):
        sign_in(client, "hoa.yenmong", "sai")
    assert sign_in(Client(), "lan", PASSWORD).status_code == 302
    assert sign_in(Client(), "hoa.yenmong", PASSWORD, address="198.51.100.20").status_code == 302


def test_waiting_at_a_closed_door_does_not_lengthen_the_wait(client, clock, hoa):
    for minute in range(20):
        clock["now"] = NOON + timedelta(minutes=minute)
        sign_in(client, "hoa.yenmong", "sai")
    counted = SignInFailure.objects.order_by("at").values_list("at", flat=True)
    assert [at - NOON for at in counted] == [timedelta(minutes=m) for m in (*range(10), *range(15, 20))]


def test_one_address_that_tries_many_names_is_stopped(client, hoa):
    failure = {"address": "203.0.113.7", "at": NOON}
    SignInFailure.objects.bulk_create(SignInFailure(name_hash=name_hash(f"ten{n}"), **failure) for n in range(299))
    assert sign_in(client, "ten.moi", "sai").status_code == 200
    assert sign_in(client, "hoa.yenmong", PASSWORD).status_code == 429
    assert sign_in(client, "hoa.yenmong", PASSWORD, address="198.51.100.20").status_code == 302


def test_who_signs_in_starts_again_at_none(client, hoa):
    for _guess in range(9):
        sign_in(client, "hoa.yenmong", "sai")
    sign_in(client, "hoa.yenmong", PASSWORD)
    assert not SignInFailure.objects.exists()


def test_failures_keep_no_name_and_are_forgotten_after_a_day(client, clock, hoa):
    sign_in(client, "matkhau-go-nham-o", "sai")
    assert "matkhau" not in str(SignInFailure.objects.values().get())
    clock["now"] = NOON + timedelta(days=1, seconds=1)
    sign_in(client, "hoa.yenmong", "sai")
    assert SignInFailure.objects.count() == 1


def test_behind_a_proxy_the_address_is_what_the_proxy_saw(client, hoa, settings):
    settings.BEHIND_TLS = True
    body = {"username": "hoa.yenmong", "password": "sai"}
    client.post(SIGN_IN, body, headers={"X-Forwarded-For": "10.9.9.9, 198.51.100.20"}, REMOTE_ADDR="127.0.0.1")
    assert SignInFailure.objects.get().address == "198.51.100.20"


def test_leaving_takes_a_press_of_a_button(client, hoa):
    client.force_login(hoa)
    assert client.get(reverse("people:sign_out")).status_code == 405
    assert is_signed_in(client)
    assert client.post(reverse("people:sign_out")).url == SIGN_IN
    assert not is_signed_in(client)


def test_my_page_tells_my_roles_where_and_until_when(client, hoa):
    unit = Unit.objects.create(existence=DateRange(date(2010, 1, 1), None))
    since = DateRange(date(2010, 1, 1), None)
    UnitName.objects.create(unit=unit, name="Trường TH&THCS Yên Mông", valid=since)
    role = {"account": hoa, "unit": unit, "by": None, "at": NOON}
    actions.give_role(**role, role="principal", since=date(2020, 9, 1), until=date(2025, 7, 1))
    actions.give_role(**role, role="teacher_in_charge", since=date(2024, 9, 5))
    actions.give_role(**role, role="guardian", since=date(2019, 1, 1), until=date(2020, 1, 1))
    client.force_login(hoa)
    page = client.get(reverse("people:me"))
    shown = [(held.role.code, held.unit, held.since, held.last_day) for held in page.context["roles"]]
    assert shown == [
        ("principal", "Trường TH&THCS Yên Mông", date(2020, 9, 1), date(2025, 6, 30)),
        ("teacher_in_charge", "Trường TH&THCS Yên Mông", date(2024, 9, 5), None),
    ]
    html = page.content.decode()
    assert "1/9/2020 – 30/6/2025" in html
    assert "Trường TH&amp;THCS Yên Mông" in html


def test_my_page_without_a_role_says_whom_to_ask(client, hoa):
    client.force_login(hoa)
    assert "chưa giữ vai trò nào" in client.get(reverse("people:me")).content.decode()


def test_the_language_is_kept_and_the_page_too(client, hoa):
    client.force_login(hoa)
    me = reverse("people:me")
    response = client.post(reverse("people:language"), {"language": "en", "next": me})
    assert response.url == me
    assert '<html lang="en"' in client.get(me).content.decode()


def test_the_theme_is_kept_without_script(client):
    response = client.post(reverse("people:theme"), {"theme": "dark", "next": SIGN_IN})
    assert response.url == SIGN_IN
    assert 'data-bs-theme="dark"' in client.get(SIGN_IN).content.decode()


def test_a_theme_that_is_none_changes_nothing(client):
    response = client.post(reverse("people:theme"), {"theme": '"><script>', "next": "//evil.example/"})
    assert response.url == reverse("home:my_work")
    assert not response.cookies


ACCOUNTS = [("hoa.yenmong", PASSWORD, "Bùi Thị Hoa", "điền và gửi báo cáo")]


def test_a_demo_offers_its_people_and_their_button_signs_in(client, hoa, settings):
    settings.DEMO_DAY, settings.DEMO_ACCOUNTS = "2025-06-16", ACCOUNTS
    html = client.get(SIGN_IN).content.decode()
    assert "Bản trình diễn · dữ liệu giả lập · hôm nay là 16/6/2025" in html
    assert "điền và gửi báo cáo" in html
    assert f'name="password" value="{PASSWORD}"' in html
    assert sign_in(client, *ACCOUNTS[0][:2]).status_code == 302


def test_outside_a_demo_no_password_stands_on_the_page(client, hoa, settings):
    settings.DEMO_DAY, settings.DEMO_ACCOUNTS = "", ACCOUNTS
    html = client.get(SIGN_IN).content.decode()
    assert "Bùi Thị Hoa" not in html
    assert PASSWORD not in html


def test_a_form_that_outlived_its_session_is_refused_kindly(hoa):
    response = Client(enforce_csrf_checks=True).post(SIGN_IN, {"username": "hoa.yenmong", "password": PASSWORD})
    assert response.status_code == 403
    assert "Chưa có gì bị thay đổi" in response.content.decode()


def test_a_page_that_is_not_there_leads_home(client, hoa):
    client.force_login(hoa)
    response = client.get("/khong-co/")
    assert response.status_code == 404
    assert f'href="{reverse("home:my_work")}"' in response.content.decode()


def test_pages_allow_no_inline_script_or_style(client):
    policy = client.get(SIGN_IN).headers["Content-Security-Policy"]
    assert "script-src 'self';" in policy
    assert "unsafe" not in policy

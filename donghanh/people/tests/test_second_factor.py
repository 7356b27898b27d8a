"""The second factor, sessions and passwords, as their owner, a thief of the password and the log meet them."""

from __future__ import annotations

import re
import time
from datetime import date, datetime
from zoneinfo import ZoneInfo

import pytest
from allauth.mfa.models import Authenticator
from allauth.mfa.recovery_codes.internal.auth import RecoveryCodes
from allauth.mfa.totp.internal.auth import format_hotp_value, hotp_value
from allauth.usersessions.models import UserSession
from django.http import HttpResponse
from django.test import Client
from django.urls import include, path, reverse

from donghanh.audit.models import Entry
from donghanh.kernel.access import requires
from donghanh.kernel.verdict import Refused
from donghanh.people import actions
from donghanh.people.choices import Right
from donghanh.people.models import Account
from donghanh.people.queries import has_second_factor
from donghanh.people.tests.cast import PASSWORD, TOTP_SECRET, a_second_factor

pytestmark = pytest.mark.django_db
AT = datetime(2025, 6, 16, 12, tzinfo=ZoneInfo("Asia/Ho_Chi_Minh"))
SIGN_IN, SECOND, INDEX = "/tai-khoan/dang-nhap/", "/tai-khoan/lop-hai/", "/tai-khoan/hai-lop/"
PHONE = "Mozilla/5.0 (Linux; Android 14) AppleWebKit/537.36 Chrome/130.0 Mobile Safari/537.36"


@requires(Right.READ_LEARNERS)
def learners(request):
    return HttpResponse("Nguyễn An, lớp 5A")


urlpatterns = [path("hoc-sinh/", learners), path("", include("config.urls"))]


@pytest.fixture
def hoa() -> Account:
    return actions.open_account(username="hoa", full_name="Bùi Thị Hoa", password=PASSWORD, by=None, at=AT)


@pytest.fixture
def careful(hoa) -> Account:
    """Hoa with an authenticator application and recovery codes."""
    a_second_factor(hoa)
    return hoa


def code(secret: str = TOTP_SECRET, *, steps: int = 0) -> str:
    return format_hotp_value(hotp_value(secret, int(time.time()) // 30 + steps))


def sign_in(client: Client, username: str = "hoa", password: str = PASSWORD, **more):
    return client.post(SIGN_IN, {"username": username, "password": password}, **more)


def is_signed_in(client: Client) -> bool:
    return client.get(reverse("people:me")).status_code == 200


def verbs() -> list[str]:
    return list(Entry.objects.order_by("id").values_list("verb", flat=True))[1:]  # the first: the account was opened


def said(response) -> str:
    return response.content.decode()


# ── signing in ──


def test_the_password_alone_does_not_open_an_account_with_a_second_factor(client, careful):
    assert sign_in(client).url == SECOND
    assert not is_signed_in(client)
    assert client.post(SECOND, {"code": "000000"}).context["form"].errors == {
        "code": ["Mã chưa đúng hoặc đã hết hạn. Thầy cô nhập mã mới nhất."]
    }
    assert not is_signed_in(client)


def test_the_code_of_the_application_opens_it_and_leads_on(client, careful):
    wanted = reverse("people:sessions")
    client.post(f"{SIGN_IN}?next={wanted}", {"username": "hoa", "password": PASSWORD})
    assert client.post(SECOND, {"code": code()}).url == wanted
    assert is_signed_in(client)


def test_a_code_that_was_looked_over_the_shoulder_opens_nothing(client, careful):
    once = code()
    sign_in(client)
    client.post(SECOND, {"code": once})
    thief = Client()
    sign_in(thief)
    assert thief.post(SECOND, {"code": once}).status_code == 200
    assert not is_signed_in(thief)


def test_a_recovery_code_opens_once_and_is_written_down(client, careful):
    spare = RecoveryCodes(Authenticator.objects.get(user=careful, type="recovery_codes")).get_unused_codes()[0]
    sign_in(client)
    assert client.post(SECOND, {"code": spare}).status_code == 302
    assert verbs() == ["people.second_factor_used"]
    again = Client()
    sign_in(again)
    again.post(SECOND, {"code": spare})
    assert not is_signed_in(again)


def test_ten_guesses_of_the_code_close_the_door_also_to_the_right_one(client, careful):
    sign_in(client)
    for _guess in range(10):
        client.post(SECOND, {"code": "000000"})
    shut = client.post(SECOND, {"code": code()})
    assert "Đã thử quá nhiều lần" in said(shut)
    assert not is_signed_in(client)


def test_the_second_step_without_the_first_leads_to_the_beginning(client, careful):
    assert client.get(SECOND).url == SIGN_IN


def test_the_password_is_hashed_once(client, hoa, monkeypatch):
    from django.contrib.auth.hashers import MD5PasswordHasher

    hashed, encode = [], MD5PasswordHasher.encode
    monkeypatch.setattr(MD5PasswordHasher, "encode", lambda *args: hashed.append(1) or encode(*args))
    for username in ("hoa", "khong.co"):
        hashed.clear()
        sign_in(Client(), username)
        assert len(hashed) == 1, username


def test_secrets_are_not_readable_in_the_database(careful):
    kept = str(list(Authenticator.objects.values("data")))
    assert TOTP_SECRET not in kept
    assert not re.search(r"'seed': '[0-9a-f]{80}'", kept)


# ── setting up ──


def test_setting_up_the_application(client, hoa, django_capture_on_commit_callbacks):
    sign_in(client)
    secret = client.get(reverse("mfa_activate_totp")).context["form"].secret
    with django_capture_on_commit_callbacks(execute=True):
        answer = client.post(reverse("mfa_activate_totp"), {"code": code(secret)})
    assert answer.url == reverse("mfa_view_recovery_codes")
    shown = client.get(answer.url)
    assert len(re.findall(r"<code>\d{8}</code>", said(shown))) == 10
    assert not re.search(r"<code>\d{8}</code>", said(client.get(answer.url)))
    assert verbs() == ["people.second_factor_added", "people.second_factor_added"]
    assert has_second_factor(hoa)


def test_a_wrong_first_code_sets_nothing_up(client, hoa):
    sign_in(client)
    client.get(reverse("mfa_activate_totp"))
    refused = client.post(reverse("mfa_activate_totp"), {"code": "000000"})
    assert "Mã chưa đúng" in said(refused)
    assert not has_second_factor(hoa)


def test_a_new_factor_ends_the_sessions_that_had_only_the_password(client, hoa, django_capture_on_commit_callbacks):
    elsewhere = Client()
    sign_in(elsewhere)
    sign_in(client)
    secret = client.get(reverse("mfa_activate_totp")).context["form"].secret
    with django_capture_on_commit_callbacks(execute=True):
        client.post(reverse("mfa_activate_totp"), {"code": code(secret)})
    assert is_signed_in(client)
    assert not is_signed_in(elsewhere)


def test_an_old_session_types_the_password_again_before_it_changes_factors(client, careful):
    client.force_login(careful)
    where = reverse("mfa_deactivate_totp")
    asked = client.get(where)
    assert asked.url == reverse("account_reauthenticate", query={"next": where})
    wrong = client.post(asked.url, {"password": "sai"})
    assert "Mật khẩu chưa đúng." in said(wrong)
    assert client.post(asked.url, {"password": PASSWORD}).url == where
    client.post(where)
    assert not has_second_factor(careful)
    assert not Authenticator.objects.filter(user=careful).exists()
    assert set(verbs()) == {"people.second_factor_removed"}


def test_new_recovery_codes_take_the_place_of_the_old(client, careful, django_capture_on_commit_callbacks):
    old = RecoveryCodes(Authenticator.objects.get(user=careful, type="recovery_codes")).get_unused_codes()
    sign_in(client)
    client.post(SECOND, {"code": code()})
    with django_capture_on_commit_callbacks(execute=True):
        client.post(reverse("mfa_generate_recovery_codes"))
    new = RecoveryCodes(Authenticator.objects.get(user=careful, type="recovery_codes")).get_unused_codes()
    assert not set(old) & set(new)
    assert verbs() == ["people.second_factor_renewed"]


def test_nobody_signs_up(client):
    assert client.get("/tai-khoan/signup/").status_code == 404
    from allauth.account.adapter import get_adapter as account
    from allauth.socialaccount.adapter import get_adapter as social

    assert not account().is_open_for_signup(None)
    assert not social().is_open_for_signup(None, None)


# ── minors' data ──


@pytest.fixture
def school(settings, cast):
    settings.ROOT_URLCONF = __name__
    return cast


def test_minors_data_stay_closed_without_a_second_factor(school, sign_in):
    Authenticator.objects.filter(user=school.school_administrator).delete()
    refused = sign_in(school.school_administrator).get("/hoc-sinh/")
    assert refused.status_code == 403
    assert "Trang này có dữ liệu của học sinh" in said(refused)
    assert reverse("mfa_activate_totp") in said(refused)
    assert "Nguyễn An" not in said(refused)


def test_minors_data_open_with_a_second_factor(school, sign_in):
    assert "Nguyễn An" in said(sign_in(school.school_administrator).get("/hoc-sinh/"))


def test_recovery_codes_alone_are_no_second_factor(school, sign_in):
    Authenticator.objects.filter(user=school.school_administrator, type="totp").delete()
    assert sign_in(school.school_administrator).get("/hoc-sinh/").status_code == 403


def test_who_lacks_the_right_is_told_so_and_not_to_set_up_a_factor(school, sign_in):
    refused = sign_in(school.principal).get("/hoc-sinh/")
    assert refused.status_code == 403
    assert "không có vai trò cần cho trang này" in said(refused)


@pytest.mark.parametrize(
    ("demo_day", "generated", "status"), [("2025-06-16", True, 200), ("2025-06-16", False, 403), ("", True, 403)]
)
def test_only_generated_people_of_a_demo_pass_without(school, sign_in, settings, demo_day, generated, status):
    settings.DEMO_DAY = demo_day
    person = school.school_administrator
    Authenticator.objects.filter(user=person).delete()
    Account.objects.filter(pk=person.pk).update(generated=generated)
    person.refresh_from_db()
    assert sign_in(person).get("/hoc-sinh/").status_code == status


def test_ones_page_says_that_the_role_wants_two_layers(school, sign_in):
    Authenticator.objects.all().delete()
    assert "mở khi đã bật đăng nhập hai lớp" in said(sign_in(school.class_teacher).get(reverse("people:me")))
    assert "mở khi đã bật đăng nhập hai lớp" not in said(sign_in(school.principal).get(reverse("people:me")))


# ── sessions ──


def test_one_sees_where_one_is_signed_in_and_ends_one(client, hoa):
    phone = Client()
    sign_in(phone, HTTP_USER_AGENT=PHONE, REMOTE_ADDR="203.0.113.9")
    sign_in(client)
    page = client.get(reverse("people:sessions"))
    shown = [(row["device"], row["address"], row["here"]) for row in page.context["rows"]]
    assert shown == [("", "127.0.0.1", True), ("Chrome · Android", "203.0.113.9", False)]
    other = page.context["rows"][1]["id"]
    client.post(reverse("people:end_session"), {"session": other})
    assert is_signed_in(client)
    assert not is_signed_in(phone)
    assert verbs() == ["people.sessions_ended"]


def test_one_tap_ends_all_others(client, hoa):
    others = [Client(), Client()]
    for one in (*others, client):
        sign_in(one)
    client.post(reverse("people:end_session"))
    assert [is_signed_in(one) for one in (*others, client)] == [False, False, True]
    assert Entry.objects.get(verb="people.sessions_ended").details == {"sessions_ended": 2}


def test_the_twenty_first_place_ends_the_first(hoa):
    places = [Client() for _place in range(21)]
    for place in places:
        sign_in(place)
    assert [is_signed_in(place) for place in places] == [False] + [True] * 20


def test_visitors_of_a_demo_do_not_sign_each_other_out(hoa):
    Account.objects.filter(pk=hoa.pk).update(generated=True)
    places = [Client() for _place in range(21)]
    for place in places:
        sign_in(place)
    assert all(is_signed_in(place) for place in places)
    assert UserSession.objects.filter(user=hoa).count() == 20


def test_a_sign_in_asks_little_of_the_database(client, hoa, django_assert_max_num_queries):
    with django_assert_max_num_queries(24):
        sign_in(client)


def test_nobody_ends_the_session_of_another(client, hoa):
    lan = actions.open_account(username="lan", full_name="Hà Ngọc Lan", password=PASSWORD, by=None, at=AT)
    hers = Client()
    sign_in(hers, "lan")
    sign_in(client)
    client.post(reverse("people:end_session"), {"session": UserSession.objects.get(user=lan).pk})
    assert is_signed_in(hers)


# ── an account that a demo offers to everyone ──


@pytest.fixture
def offered(hoa, settings) -> Account:
    settings.DEMO_DAY, settings.DEMO_ACCOUNTS = "2025-06-16", [("hoa", PASSWORD, "Bùi Thị Hoa", "điền báo cáo")]
    return hoa


def test_no_visitor_locks_the_next_one_out(client, offered):
    sign_in(client)
    assert "dùng chung" in change(client).context["form"].non_field_errors()[0]
    secret = client.get(reverse("mfa_activate_totp")).context["form"].secret
    assert "dùng chung" in said(client.post(reverse("mfa_activate_totp"), {"code": code(secret)}))
    assert "dùng chung" in said(client.post(reverse("mfa_add_webauthn"), {"credential": '{"a": 1}'}))
    assert not has_second_factor(offered)
    assert sign_in(Client()).url == reverse("home:my_work")


def test_no_visitor_sees_or_ends_the_session_of_another(client, offered):
    another = Client()
    sign_in(another, REMOTE_ADDR="203.0.113.9")
    sign_in(client)
    assert "203.0.113.9" not in said(client.get(reverse("people:sessions")))
    assert client.post(reverse("people:end_session")).status_code == 409
    assert is_signed_in(another)


# ── passwords ──


def change(client: Client, present: str = PASSWORD, password: str = "ba con mèo đen", again: str | None = None):
    typed = {"present": present, "password": password, "again": password if again is None else again}
    return client.post(reverse("people:password"), typed)


def test_changing_the_password_keeps_this_session_and_ends_the_others(client, hoa):
    elsewhere = Client()
    sign_in(elsewhere)
    sign_in(client)
    assert change(client).url == reverse("people:me")
    assert is_signed_in(client)
    assert not is_signed_in(elsewhere)
    assert [row["here"] for row in client.get(reverse("people:sessions")).context["rows"]] == [True]
    assert sign_in(Client()).status_code == 200
    assert sign_in(Client(), password="ba con mèo đen").status_code == 302
    assert verbs() == ["people.password_set"]


@pytest.mark.parametrize(
    ("password", "sentence"),
    [
        ("ngắn", "Mật khẩu cần ít nhất 8 ký tự."),
        ("password", "Mật khẩu này quá nhiều người dùng, dễ bị đoán ra."),
        ("8251903746", "Mật khẩu không được chỉ gồm chữ số."),
        ("bùi thị hoa", "Mật khẩu quá giống tên hoặc tên đăng nhập."),
    ],
)
def test_a_weak_password_is_refused_with_the_reason(client, hoa, password, sentence):
    sign_in(client)
    assert change(client, password=password).context["form"].errors["password"] == [sentence]
    hoa.refresh_from_db()
    assert hoa.check_password(PASSWORD)
    with pytest.raises(Refused, match=sentence):
        actions.set_password(account=hoa, password=password, by=hoa.pk, at=AT)


def test_the_present_password_is_asked_and_guesses_are_counted(client, hoa):
    sign_in(client)
    for _guess in range(10):
        assert change(client, present="sai").context["form"].errors == {"present": ["Mật khẩu đang dùng chưa đúng."]}
    assert "Đã nhập sai quá nhiều lần" in change(client).context["form"].non_field_errors()[0]


def test_two_different_new_passwords_are_refused(client, hoa):
    sign_in(client)
    assert change(client, again="ba con mèo").context["form"].errors == {"again": ["Hai lần gõ chưa giống nhau."]}


def test_a_password_set_by_another_opens_only_the_page_to_choose_ones_own(client, hoa):
    teacher = actions.open_account(username="lan", full_name="Hà Ngọc Lan", password=PASSWORD, by=None, at=AT)
    before = Client()
    sign_in(before)
    actions.set_password(account=hoa, password="meo-xanh-42", by=teacher.pk, at=AT)
    assert not is_signed_in(before)
    sign_in(client, password="meo-xanh-42")
    assert client.get(reverse("home:my_work")).url == reverse("people:password")
    page = client.get(reverse("people:password"))
    assert "Chọn mật khẩu của riêng mình" in said(page)
    assert "present" not in page.context["form"].fields
    client.post(reverse("people:password"), {"password": "ba con mèo đen", "again": "ba con mèo đen"})
    assert is_signed_in(client)
    hoa.refresh_from_db()
    assert not hoa.must_change_password


def test_the_password_from_the_slip_is_not_kept(client, hoa):
    actions.set_password(account=hoa, password="meo-xanh-42", by=None, at=AT)
    sign_in(client, password="meo-xanh-42")
    kept = client.post(reverse("people:password"), {"password": "meo-xanh-42", "again": "meo-xanh-42"})
    assert "đã biết" in kept.context["form"].errors["password"][0]


def test_who_lost_everything_is_let_in_by_password_again(client, careful, cast):
    since = date(2019, 9, 1)
    actions.give_role(account=careful, unit=cast.school, role="teacher_in_charge", since=since, by=None, at=AT)
    sign_in(client)
    client.post(SECOND, {"code": code()})
    actions.remove_second_factors(account=careful, by=cast.school_administrator.pk, at=AT, reason="mất điện thoại")
    assert not is_signed_in(client)
    assert sign_in(Client()).url == reverse("home:my_work")


def test_the_log_holds_no_secret(client, careful):
    sign_in(client)
    client.post(SECOND, {"code": code()})
    change(client)
    log = str(list(Entry.objects.values()))
    for secret in (PASSWORD, "ba con mèo đen", TOTP_SECRET, "127.0.0.1"):
        assert secret not in log


def test_a_role_that_ended_wants_no_factor(school):
    from donghanh.people.queries import sees_minors

    assert sees_minors(school.class_teacher, on=date(2025, 6, 16))
    assert not sees_minors(school.class_teacher, on=date(2018, 6, 16))

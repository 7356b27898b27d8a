"""One sign-in: two layers, a passkey, a recovery code, sessions ended, another application let in."""

from __future__ import annotations

import re
import subprocess
import sys
import time

import pytest
import requests
from allauth.mfa.totp.internal.auth import format_hotp_value, hotp_value
from playwright.sync_api import Page, expect
from requests_oauthlib import OAuth2Session

from e2e.conftest import ADDRESS, PASSWORD, ROOT, VAR
from e2e.test_pages import barriers, check, picture

STEP = 30  # seconds a code of the application holds
HOME = f"{ADDRESS}/"


@pytest.fixture(scope="session")
def everyone(stack) -> list[str]:
    """User names of teachers, each for one journey."""
    return [f"gv.{number:04}" for number in range(300, 330)]


@pytest.fixture
def administrator(database, everyone) -> str:
    """A school administrator, whose role reaches data of minors."""
    username = everyone.pop()
    database.execute(
        """INSERT INTO people_membership (account_id, unit_id, role, valid)
           SELECT account_id, unit_id, 'school_administrator', valid FROM people_membership
           JOIN people_account ON people_account.id = account_id WHERE username = %s""",
        [username],
    )
    database.commit()
    return username


def look_at(page: Page, name: str) -> None:
    """What e2e/test_pages.py asks of every page, here where one has a second factor; at both sizes."""
    size = page.viewport_size
    for width in (1280, 360):
        page.set_viewport_size({"width": width, "height": 740})
        check(page)
        assert barriers(page) == [], name
        picture(page, f"{name}-{width}")
    page.set_viewport_size(size)


def code(secret: str) -> str:
    return format_hotp_value(hotp_value(secret, int(time.time()) // STEP))


def set_up_application(page: Page) -> tuple[str, list[str]]:
    """Sets the application up from one's own page; its secret and the recovery codes."""
    page.goto("/tai-khoan/cua-toi/")
    page.get_by_role("link", name="Đăng nhập hai lớp").click()
    page.get_by_role("link", name="Bật ứng dụng xác thực").click()
    page.get_by_text("Không quét được?").click()
    secret = page.locator("[data-dh-secret]").inner_text()
    page.get_by_label("Mã 6 chữ số").fill(code(secret))
    page.get_by_role("button", name="Bật lớp thứ hai").click()
    codes = page.locator("[data-dh-codes] code")
    expect(codes).to_have_count(10)
    return secret, codes.all_inner_texts()


def sign_out(page: Page) -> None:
    page.goto("/tai-khoan/cua-toi/")
    page.get_by_role("main").get_by_role("button", name="Đăng xuất", exact=True).click()
    expect(page).to_have_url(re.compile("dang-nhap"))


def second_layer(page: Page, typed: str) -> None:
    page.get_by_label("Mã xác thực hoặc mã dự phòng").fill(typed)
    page.get_by_role("button", name="Đăng nhập", exact=True).click()


def wait_for_a_new_code() -> None:
    """A code opens once; the journey waits for the next one."""
    time.sleep(STEP - time.time() % STEP + 0.2)


def test_a_school_administrator_signs_in_with_two_layers(visitor, administrator):
    page = visitor().sign_in(administrator)
    secret, codes = set_up_application(page)
    look_at(page, "recovery-codes")
    page.get_by_role("link", name="Đã cất các mã").click()
    look_at(page, "two-layers-on")
    page.goto("/tai-khoan/hai-lop/ma-du-phong/moi/")
    look_at(page, "recovery-codes-new")
    page.goto("/tai-khoan/hai-lop/ung-dung/tat/")
    look_at(page, "two-layers-app-off")
    page.goto("/tai-khoan/xac-nhan/ma/")
    look_at(page, "code-again")
    sign_out(page)

    wait_for_a_new_code()
    page = visitor().sign_in(administrator)
    expect(page.get_by_role("heading", name="Lớp thứ hai")).to_be_visible()
    look_at(page, "second-layer")
    second_layer(page, "000000")
    expect(page.get_by_text("Mã chưa đúng hoặc đã hết hạn")).to_be_visible()
    second_layer(page, code(secret))
    expect(page).to_have_url(HOME)

    sign_out(page)
    page = visitor("360").sign_in(administrator)
    second_layer(page, codes[0])
    expect(page).to_have_url(HOME)
    sign_out(page)
    page = visitor("360").sign_in(administrator)
    second_layer(page, codes[0])
    expect(page.get_by_text("Mã chưa đúng hoặc đã hết hạn")).to_be_visible()


def test_a_passkey_takes_the_place_of_the_password(visitor, everyone):
    someone = visitor()
    page = someone.sign_in(everyone.pop())
    browser = someone.context.new_cdp_session(page)
    browser.send("WebAuthn.enable")
    key = {"protocol": "ctap2", "transport": "internal", "hasResidentKey": True, "hasUserVerification": True}
    browser.send(
        "WebAuthn.addVirtualAuthenticator",
        {"options": key | {"isUserVerified": True, "automaticPresenceSimulation": True}},
    )
    page.goto("/tai-khoan/hai-lop/khoa/")
    page.get_by_label("Tên khóa").fill("Máy ở phòng giáo viên")
    page.get_by_role("button", name="Tạo khóa").click()
    expect(page.locator("[data-dh-codes] code")).to_have_count(10)
    page.goto("/tai-khoan/hai-lop/")
    expect(page.get_by_text("Máy ở phòng giáo viên")).to_be_visible()

    page.goto("/tai-khoan/xac-nhan/khoa/")
    look_at(page, "key-again")
    page.get_by_role("button", name="Dùng khóa đăng nhập").click()
    expect(page).to_have_url(HOME)
    sign_out(page)
    page.get_by_role("button", name="Dùng khóa đăng nhập").click()
    expect(page).to_have_url(HOME)

    sign_out(page)
    page.get_by_label("Tên đăng nhập").fill(f"gv.{300 + len(everyone):04}")
    page.get_by_label("Mật khẩu", exact=True).fill(PASSWORD)
    page.get_by_role("button", name="Đăng nhập", exact=True).click()
    expect(page.get_by_role("heading", name="Lớp thứ hai")).to_be_visible()
    page.get_by_role("button", name="Dùng khóa đăng nhập").click()
    expect(page).to_have_url(HOME)

    page.goto("/tai-khoan/hai-lop/")
    page.get_by_role("link", name="Xóa Máy ở phòng giáo viên").click()
    look_at(page, "key-remove")
    page.get_by_role("button", name="Xóa khóa").click()
    expect(page.get_by_text("Chưa bật lớp thứ hai")).to_be_visible()


def test_one_ends_the_session_on_another_device(visitor, everyone):
    username = everyone.pop()
    phone = visitor("360").sign_in(username)
    desk = visitor().sign_in(username)
    desk.goto("/tai-khoan/thiet-bi/")
    expect(desk.get_by_role("button", name="Đăng xuất", exact=True).and_(desk.locator("main button"))).to_have_count(1)
    look_at(desk, "devices-two")
    desk.get_by_role("button", name="Đăng xuất mọi thiết bị khác").click()
    expect(desk.get_by_text("Đã đăng xuất 1 thiết bị.")).to_be_visible()
    phone.goto("/tai-khoan/cua-toi/")
    expect(phone).to_have_url(re.compile("dang-nhap"))


def test_one_chooses_a_new_password(visitor, everyone):
    username = everyone.pop()
    page = visitor("360").sign_in(username)
    page.goto("/tai-khoan/mat-khau/")
    page.get_by_label("Mật khẩu đang dùng").fill(PASSWORD)
    page.get_by_label("Mật khẩu mới", exact=True).fill("12345678")
    page.get_by_label("Gõ lại mật khẩu mới").fill("12345678")
    page.get_by_role("button", name="Lưu mật khẩu mới").click()
    expect(page.get_by_text("Mật khẩu này quá nhiều người dùng")).to_be_visible()
    page.get_by_label("Mật khẩu đang dùng").fill(PASSWORD)
    page.get_by_label("Mật khẩu mới", exact=True).fill("ba con mèo đen")
    page.get_by_label("Gõ lại mật khẩu mới").fill("ba con mèo đen")
    page.get_by_role("button", name="Lưu mật khẩu mới").click()
    expect(page.get_by_text("Đã đổi mật khẩu.")).to_be_visible()


def test_another_application_signs_a_teacher_in(visitor, everyone, stack, monkeypatch):
    monkeypatch.setenv("OAUTHLIB_INSECURE_TRANSPORT", "1")  # on loopback
    library = "http://localhost:1/ve"  # nobody listens: the browser's request is answered by the test
    known = dict(line.split("=", 1) for line in _command("oidc_client", "Thư viện số", library).split())
    offers = requests.get(f"{stack.address}/.well-known/openid-configuration", timeout=10).json()
    party = OAuth2Session(known["client_id"], scope=["openid", "profile"], redirect_uri=library, pkce="S256")
    question, _state = party.authorization_url(offers["authorization_endpoint"])

    username, someone = everyone.pop(), visitor()
    page = someone.page
    page.route("http://localhost:1/**", lambda route: route.fulfill(body="<h1>Thư viện số</h1>"))
    page.goto(question)
    page.get_by_label("Tên đăng nhập").fill(username)
    page.get_by_label("Mật khẩu", exact=True).fill(PASSWORD)
    page.get_by_role("button", name="Đăng nhập", exact=True).click()
    expect(page.get_by_role("heading", name="Đăng nhập vào “Thư viện số”?")).to_be_visible()
    look_at(page, "consent")
    page.get_by_role("button", name="Đồng ý").click()
    page.wait_for_url("http://localhost:1/**")
    secret = {"client_secret": known["client_secret"], "include_client_id": True}
    party.fetch_token(offers["token_endpoint"], authorization_response=page.url, **secret)
    assert party.get(offers["userinfo_endpoint"], timeout=10).json()["preferred_username"] == username


def _command(*words: str) -> str:
    import os

    environment = os.environ | {"DONGHANH_VAR": str(VAR), "DONGHANH_DURABLE": "0"}
    return subprocess.check_output([sys.executable, "manage.py", *words], cwd=ROOT, env=environment, text=True)

"""What is sent by schedule: to whom, with whose figures, by a real mail server, and how it is stopped."""

from __future__ import annotations

import email
import io
import socket
from datetime import date
from email.policy import default

import pytest
from aiosmtpd.controller import Controller
from aiosmtpd.handlers import Message
from python_calamine import CalamineWorkbook

from donghanh.explorer import actions, letters, queries
from donghanh.explorer.choices import LetterState
from donghanh.explorer.models import Letter
from donghanh.explorer.tests.conftest import AT, TODAY
from donghanh.explorer.tests.test_kept import a_dashboard, a_view
from donghanh.kernel.verdict import Refused
from donghanh.people.tests.cast import a_person

MONDAY, TUESDAY, FIRST = date(2025, 6, 16), date(2025, 6, 17), date(2025, 7, 1)


class Kept(Message):
    """Keeps what the server takes in."""

    def __init__(self) -> None:
        super().__init__()
        self.came = []

    def handle_message(self, message) -> None:
        self.came.append(email.message_from_bytes(message.as_bytes(), policy=default))


@pytest.fixture
def post(settings, socket_enabled):
    """A mail server on loopback, and the settings that lead to it."""
    kept = Kept()
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    controller = Controller(kept, hostname="127.0.0.1", port=port)
    controller.start()
    settings.SENDS_MAIL = True
    options = {"host": "127.0.0.1", "port": port, "timeout": 10}
    settings.MAILERS = {"default": {"BACKEND": "django.core.mail.backends.smtp.EmailBackend", "OPTIONS": options}}
    yield kept.came
    controller.stop()


def subscribed(cast, to=None, *colleagues, rhythm: str = "weekly", day: int = 1):
    return actions.subscribe(
        to=to or a_view(cast), rhythm=rhythm, day=day, colleagues=colleagues, by=cast.department_officer, at=AT
    )


def test_a_letter_goes_out_by_smtp_with_table_and_workbook(cast, figures, post):
    subscribed(cast)
    actions.set_address(account=cast.department_officer, address="so@example.vn", at=AT)
    assert letters.send_due(on=MONDAY, at=AT) == 1
    (message,) = post
    assert (message["To"], message["Subject"]) == ("so@example.vn", "Ba chỉ tiêu – 16/6/2025")
    text = message.get_body().get_content()
    assert "Phòng GD&ĐT huyện Lạc Sơn" in text
    assert "94,4" in text
    (attached,) = message.iter_attachments()
    assert attached.get_filename() == "so-lieu-2025-06-16.xlsx"
    rows = CalamineWorkbook.from_filelike(io.BytesIO(attached.get_content())).get_sheet_by_index(0).to_python()
    assert ["Phòng GD&ĐT huyện Lạc Sơn", 50.0, 50.0, 94.4] in rows
    assert Letter.objects.get().state == LetterState.SENT
    assert cast.department_officer.full_name not in text
    assert letters.send_due(on=MONDAY, at=AT) == 0  # once a day
    assert len(post) == 1


def test_without_an_address_the_letter_is_kept_on_the_page(cast, figures, sign_in):
    subscribed(cast)
    letters.send_due(on=MONDAY, at=AT)
    officer = sign_in(cast.department_officer)
    page = officer.get("/kham-pha/da-gui/")
    (row,) = page.context["table"].rows
    assert (row.record.title, row.record.state) == ("Ba chỉ tiêu – 16/6/2025", LetterState.KEPT)
    assert "94,4" in officer.get(f"/kham-pha/da-gui/{row.record.pk}/").content.decode()
    file = officer.get(f"/kham-pha/da-gui/{row.record.pk}/tep/")
    assert b"".join(file.streaming_content)[:2] == b"PK"
    assert sign_in(cast.district_officer).get(f"/kham-pha/da-gui/{row.record.pk}/").status_code == 404


def test_a_server_that_is_away_is_said(cast, figures, settings, socket_enabled):
    settings.SENDS_MAIL = True
    options = {"host": "127.0.0.1", "port": 1, "timeout": 2}
    settings.MAILERS = {"default": {"BACKEND": "django.core.mail.backends.smtp.EmailBackend", "OPTIONS": options}}
    subscribed(cast)
    actions.set_address(account=cast.department_officer, address="so@example.vn", at=AT)
    letters.send_due(on=MONDAY, at=AT)
    assert Letter.objects.get().state == LetterState.FAILED


@pytest.mark.parametrize(
    ("rhythm", "day", "due"),
    [
        ("daily", 1, {MONDAY, TUESDAY, FIRST}),
        ("weekly", 1, {MONDAY}),
        ("weekly", 2, {TUESDAY, FIRST}),
        ("monthly", 1, {FIRST}),
    ],
)
def test_each_rhythm_has_its_days(rhythm, day, due, cast, figures):
    subscribed(cast, rhythm=rhythm, day=day)
    assert {on for on in (MONDAY, TUESDAY, FIRST) if queries.due_receivers(on).exists()} == due


def test_each_receiver_gets_their_own_figures(cast, figures):
    colleague = a_person("so2", "Bùi Văn Cường", "department_officer", cast.department)
    row = subscribed(cast, a_dashboard(cast, a_view(cast), a_view(cast, name="Hai")), colleague)
    # since then the colleague works in a district
    row.receivers.filter(account=colleague).update(account=cast.district_officer)
    letters.send_due(on=MONDAY, at=AT)
    theirs = {one.receiver.account_id: one.text for one in Letter.objects.select_related("receiver").order_by("pk")}
    assert "Phòng GD&ĐT huyện Kim Bôi" in theirs[cast.department_officer.pk]
    assert "Hai" in theirs[cast.department_officer.pk]
    assert "Kim Bôi" not in theirs[cast.district_officer.pk]
    assert "Xã Ân Nghĩa" in theirs[cast.district_officer.pk]


def test_who_has_lost_the_right_gets_nothing(cast, figures):
    row = subscribed(cast)
    row.receivers.update(account=cast.teacher)
    assert letters.send_due(on=MONDAY, at=AT) == 0


def test_only_colleagues_of_the_office_may_be_named(cast, figures, sign_in):
    view = a_view(cast)
    with pytest.raises(Refused, match="lacson không có quyền"):
        subscribed(cast, view, cast.district_officer)
    page = sign_in(cast.department_officer).post(
        f"/kham-pha/da-luu/{view.pk}/gui/", {"rhythm": "weekly", "day": "9", "colleagues": "khongco"}
    )
    assert page.status_code == 422
    assert "Không có tài khoản nào tên “khongco”." in page.content.decode()
    page = sign_in(cast.department_officer).post(f"/kham-pha/da-luu/{view.pk}/gui/", {"rhythm": "weekly", "day": "9"})
    assert "từ 1 (thứ Hai) đến 7 (Chủ nhật)" in page.content.decode()


def test_the_link_of_a_letter_stops_it_without_signing_in(cast, figures, client):
    row = subscribed(cast)
    receiver = row.receivers.get()
    address = f"/kham-pha/thoi-nhan/{letters.token_of(receiver)}/"
    assert "Thôi nhận từ hôm nay?" in client.get(address).content.decode()
    assert queries.due_receivers(MONDAY).exists()  # looking stops nothing
    assert "không còn nhận" in client.post(address).content.decode()
    assert not queries.due_receivers(MONDAY).exists()
    assert client.get("/kham-pha/thoi-nhan/MQ:1uXa:abc/").status_code == 404


def test_an_ended_schedule_and_a_deleted_view_send_nothing(cast, figures, sign_in):
    view = a_view(cast)
    row = subscribed(cast, view)
    actions.delete_kept(kept=view, by=cast.department_officer, at=AT)
    assert not queries.due_receivers(TODAY).exists()
    actions.restore_kept(kept=view, by=cast.department_officer, at=AT)
    assert queries.due_receivers(TODAY).exists()
    sign_in(cast.department_officer).post(f"/kham-pha/lich-gui/{row.pk}/dung/")
    assert not queries.due_receivers(TODAY).exists()

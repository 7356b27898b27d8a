"""The guardian's pages and the school's, as they are met in a browser."""

from __future__ import annotations

import re

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from donghanh.guardians.models import Guardianship
from donghanh.guardians.tests.factories import a_class, a_code, a_learner, a_verified_link, claimed
from donghanh.kernel.rows import everything
from donghanh.people.models import Account

pytestmark = pytest.mark.usefixtures("on_demo_day")
CLAIM = "/gia-dinh/ma/"
CANARY = "Chim Hoàng Yến"


@pytest.fixture
def school_class(cast):
    made = a_class(cast.school, taught_by=cast.class_teacher)
    a_learner(made, "Nguyễn An")
    a_learner(made, CANARY)
    return made


def the_child(name: str = "Nguyễn An"):
    from donghanh.rosters.models import Learner

    with everything():
        return Learner.objects.get(full_name=name)


def page(client, route: str, *args: object) -> str:
    return client.get(reverse(route, args=args)).content.decode()


def test_from_the_sheet_to_my_children(cast, school_class, sign_in):
    """The teacher prints, a mother opens an account with the slip, the school verifies, she sees one child."""
    teacher = sign_in(cast.class_teacher)
    sheet = teacher.post(
        reverse("guardians:class", args=[school_class.pk]), {"children": [the_child().pk], "a_child": 1}
    ).content.decode()
    assert "Nguyễn An" in sheet
    assert CANARY not in sheet
    [code] = re.findall(r"<code>([A-Z0-9-]{14})</code>", sheet)
    mother = Client()
    typed = {
        "code": code, "relation": "mother", "full_name": "Bùi Thị Mẹ", "username": "me.an",
        "password": "một câu dài lắm",
    }  # fmt: skip
    answer = mother.post(CLAIM, typed)
    assert answer.url == reverse("people:sign_in")
    assert mother.login(username="me.an", password="một câu dài lắm")
    waiting = page(mother, "guardians:children")
    assert "chờ trường xác minh" in waiting
    assert "Nguyễn An" not in waiting
    assert "Bùi Thị Mẹ" in page(teacher, "guardians:waiting")
    with everything():
        link = Guardianship.objects.get(guardian__username="me.an")
    answer = teacher.post(reverse("guardians:child", args=[the_child().pk]), {"deed": "verify", "row": link.pk})
    assert answer.status_code == 302
    seen = page(mother, "guardians:children")
    assert "Nguyễn An" in seen
    assert "6A" in seen
    assert "Trường TH&amp;THCS Ân Nghĩa" in seen
    assert CANARY not in seen


def test_a_signed_in_guardian_claims_a_second_child(cast, school_class, sign_in):
    a_verified_link(the_child(), cast.guardian, by=cast.school_administrator)
    code = a_code(the_child(CANARY), by=cast.school_administrator, in_person=True)
    client = sign_in(cast.guardian)
    answer = client.post(CLAIM, {"code": code, "relation": "mother"})
    assert answer.url == reverse("guardians:children")
    seen = page(client, "guardians:children")
    assert seen.index(CANARY) < seen.index("Nguyễn An")


@pytest.mark.parametrize(
    ("changed", "status", "sentence"),
    [
        ({"code": ""}, 422, "Nhập mã trên phiếu"),
        ({"code": "AAAA"}, 409, "Mã này không đúng"),
        ({"relation": "neighbour"}, 422, "neighbour"),
        ({"password": "ngắn"}, 422, "ít nhất 8 ký tự"),
        ({"username": "a b"}, 422, "từ 4 đến 60"),
        ({"username": "phuhuynh"}, 409, "đã có người dùng"),
    ],
)
def test_what_is_wrong_is_said_and_nothing_is_opened(changed, status, sentence, cast, school_class, client):
    code = a_code(the_child(), by=cast.school_administrator)
    typed = {"code": code, "relation": "mother", "full_name": "Mẹ", "username": "me.an", "password": "một câu dài lắm"}
    answer = client.post(CLAIM, typed | changed)
    assert answer.status_code == status
    assert sentence in answer.content.decode()
    assert not Account.objects.filter(username="me.an").exists()
    with everything():
        assert Guardianship.objects.get().state == "invited"


def test_the_eleventh_wrong_code_is_told_to_wait(cast, school_class, sign_in):
    client = sign_in(cast.outsider)
    answers = [client.post(CLAIM, {"code": "ACDEACDEACDE", "relation": "mother"}) for _guess in range(11)]
    assert [answer.status_code for answer in answers] == [409] * 9 + [429] * 2
    assert "Chờ một giờ" in answers[-1].content.decode()


def test_a_guardian_ends_the_link_themselves(cast, school_class, sign_in):
    link = a_verified_link(the_child(), cast.guardian, by=cast.school_administrator)
    client = sign_in(cast.guardian)
    client.post(reverse("guardians:children"), {"row": link.pk})
    assert "Nguyễn An" not in page(client, "guardians:children")
    assert sign_in(cast.outsider).post(reverse("guardians:children"), {"row": link.pk}).status_code == 404


def test_the_administrator_records_a_block_and_lifts_it(cast, school_class, sign_in):
    a_verified_link(the_child(), cast.guardian, by=cast.school_administrator)
    client = sign_in(cast.school_administrator)
    address = reverse("guardians:child", args=[the_child().pk])
    typed = {"deed": "block", "guardian": cast.guardian.pk, "document": "01/2025/QĐ-TA", "document_day": "2025-06-01"}
    assert "Ghi số của quyết định" in client.post(address, typed | {"document": " "}).content.decode()
    assert "Nguyễn An" in page(sign_in(cast.guardian), "guardians:children")
    assert client.post(address, typed).status_code == 302
    hidden = page(sign_in(cast.guardian), "guardians:children")
    assert "Nguyễn An" not in hidden
    assert "dừng theo quyết định" in hidden
    assert "01/2025" not in hidden
    shown = page(client, "guardians:child", the_child().pk)
    assert "01/2025/QĐ-TA" in shown
    row = re.search(r'id="go-(\d+)"', shown)[1]
    assert client.post(address, {"deed": "lift", "row": row, "document": "12/2025/QĐST"}).status_code == 302
    assert "12/2025/QĐST" in page(client, "guardians:child", the_child().pk)


def test_the_class_teacher_of_another_class_finds_nothing(cast, school_class, sign_in):
    other = a_class(cast.school, "6B")
    stranger = a_learner(other, "Lò Thị Xa")
    client = sign_in(cast.class_teacher)
    assert "6B" not in page(client, "guardians:classes")
    for address in (reverse("guardians:class", args=[other.pk]), reverse("guardians:child", args=[stranger.pk])):
        assert client.get(address).status_code == 404
        assert (
            client.post(address, {"deed": "revoke", "row": 1, "children": [stranger.pk], "a_child": 1}).status_code
            == 404
        )


def test_a_teacher_cannot_slip_a_foreign_child_into_the_form(cast, school_class, sign_in):
    stranger = a_learner(a_class(cast.school, "6B"), "Lò Thị Xa")
    client = sign_in(cast.class_teacher)
    answer = client.post(
        reverse("guardians:class", args=[school_class.pk]), {"children": [the_child().pk, stranger.pk], "a_child": 1}
    )
    assert answer.status_code == 409
    with everything():
        assert not Guardianship.objects.exists()


def test_a_link_of_one_child_is_not_reached_by_the_page_of_another(cast, school_class, sign_in):
    link = claimed(a_code(the_child(CANARY), by=cast.school_administrator), cast.guardian)
    client = sign_in(cast.school_administrator)
    answer = client.post(reverse("guardians:child", args=[the_child().pk]), {"deed": "verify", "row": link.pk})
    assert answer.status_code == 404


def test_the_page_of_children_asks_as_much_for_three_as_for_one(cast, school_class, sign_in):
    client = sign_in(cast.guardian)
    counts = []
    for names in (["Nguyễn An"], ["Nguyễn Bé", "Nguyễn Cả"]):
        for name in names:
            child = the_child(name) if name == "Nguyễn An" else a_learner(school_class, name)
            a_verified_link(child, cast.guardian, by=cast.school_administrator)
        with CaptureQueriesContext(connection) as asked:
            page(client, "guardians:children")
        counts.append(len(asked))
    assert counts[0] == counts[1]

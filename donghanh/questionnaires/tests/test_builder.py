"""The builder's pages without JavaScript, and with it in a browser."""

from __future__ import annotations

from io import BytesIO

import pytest
from django.urls import reverse

from donghanh.questionnaires import outline
from donghanh.questionnaires.actions import load_form, start_draft
from donghanh.questionnaires.models import Form, FormDraft, FormVersion
from donghanh.questionnaires.tests.pages import PLAN
from donghanh.questionnaires.tests.test_drafts import AT, asking, codes
from donghanh.questionnaires.xlsform_out import workbook

pytestmark = pytest.mark.django_db


@pytest.fixture
def desk(cast, sign_in):
    return sign_in(cast.department_officer)


@pytest.fixture
def draft(cast):
    return start_draft(document=asking("lop", "phong"), by=cast.department_officer, at=AT)


def now(draft):
    return FormDraft.objects.get(pk=draft.pk)


def do(desk, draft, deed, **more):
    return desk.post(
        reverse("questionnaires:deed", args=[draft.pk]), {"revision": now(draft).revision, "deed": deed, **more}
    )


def item_values(**changed):
    return {
        "vi": "Số lớp", "en": "Classes", "kind": "integer", "code": "lop", "required": "on", "decimals": "2", **changed,
    }  # fmt: skip


def test_the_list_shows_forms_and_drafts_and_finds_them_without_tone_marks(desk, draft):
    load_form(PLAN, at=AT)
    page = desk.get(reverse("questionnaires:forms")).content.decode()
    assert "Báo cáo thực hiện Đề án 3296" in page
    assert "chưa công bố" in page
    found = desk.get(reverse("questionnaires:forms"), {"q": "de an"}).context["table"]
    assert [row.record["code"] for row in found.rows] == ["plan3296"]
    assert desk.get(reverse("questionnaires:forms"), {"xuat": "xlsx"}).content.startswith(b"PK")


def test_a_form_begins_with_its_name(desk):
    entered = {"vi": "Điểm danh", "en": "Roll call", "code": "diem_danh"}
    answer = desk.post(reverse("questionnaires:new"), entered, follow=True)
    assert answer.redirect_chain[-1][0] == reverse("questionnaires:draft", args=[FormDraft.objects.get().pk])
    assert "Mục này chưa có câu nào." in answer.content.decode()


def test_a_name_that_is_no_code_and_a_taken_one_are_said_at_the_field(desk):
    load_form(PLAN, at=AT)
    for code, said in (("Điểm danh", "Mã gồm chữ thường"), ("plan3296", "Mã này đã là mã của một biểu mẫu")):
        answer = desk.post(reverse("questionnaires:new"), {"vi": "a", "en": "b", "code": code})
        assert answer.status_code == 422
        assert said in answer.content.decode()


@pytest.mark.parametrize(
    ("deed", "more", "expected"),
    [
        ("item_down", {"part": "lop"}, [["phong", "lop"]]),
        ("item_up", {"part": "phong"}, [["phong", "lop"]]),
        ("item_copy", {"part": "lop"}, [["lop", "lop_2", "phong"]]),
        ("item_remove", {"part": "lop"}, [["phong"]]),
        ("item_drop", {"part": "lop", "section": "s1", "before": ""}, [["phong", "lop"]]),
        ("section_add", {}, [["lop", "phong"], []]),
        ("section_remove", {"part": "s1"}, []),
    ],
)
def test_every_button_of_the_outline_saves_and_is_undone(desk, draft, deed, more, expected):
    assert do(desk, draft, deed, **more).status_code == 302
    assert codes(now(draft).document) == expected
    do(desk, draft, "undo")
    assert now(draft).document == draft.document


def test_a_new_question_opens_its_own_page(desk, draft):
    entered = {"revision": 1, "section": "s1", "kind": "flag", "vi": "Có phòng máy không?"}
    answer = desk.post(reverse("questionnaires:new_item", args=[draft.pk]), entered, follow=True)
    assert answer.redirect_chain[-1][0].endswith("/cau/co_phong_may_khong/")
    assert "Có phòng máy không?" in answer.content.decode()


def test_an_item_keeps_only_what_was_said(desk, draft):
    address = reverse("questionnaires:item", args=[draft.pk, "lop"])
    desk.post(address, item_values(revision=1, unit_vi="lớp", at_most="60"))
    assert outline.item_of(now(draft).document, "lop") == {
        "code": "lop", "kind": "integer", "vi": "Số lớp", "en": "Classes", "unit_vi": "lớp", "at_most": 60,
    }  # fmt: skip


def test_a_code_twice_is_refused_at_its_field(desk, draft):
    address = reverse("questionnaires:item", args=[draft.pk, "lop"])
    answer = desk.post(address, item_values(revision=1, code="phong"))
    assert answer.status_code == 422
    assert "Mã này đã là mã của một câu khác." in answer.content.decode()


def test_who_comes_second_keeps_their_words_and_may_write_again(desk, draft, cast, sign_in, on_demo_day):
    address = reverse("questionnaires:item", args=[draft.pk, "lop"])
    first = sign_in(cast.district_officer).post(address, item_values(revision=1, vi="Số lớp học"))
    assert first.status_code == 302, first.content.decode()[:3000]
    assert now(draft).revision == 2
    answer = desk.post(address, item_values(revision=1, vi="Tổng số lớp"))
    page = answer.content.decode()
    assert answer.status_code == 409
    assert f"{cast.district_officer.full_name} đã sửa bản này" in page
    assert "Tổng số lớp" in page
    assert outline.item_of(now(draft).document, "lop")["vi"] == "Số lớp học"
    assert 'name="revision" value="2"' in page


def test_a_fault_is_said_at_its_place_with_the_way_there(desk, draft):
    check = {"code": "k", "kind": "needs", "severity": "error", "left": "lop", "right": "xa", "vi": "a", "en": "b"}
    FormDraft.objects.filter(pk=draft.pk).update(document=outline.with_check(draft.document, 0, check))
    page = desk.get(reverse("questionnaires:draft", args=[draft.pk])).content.decode()
    assert "Kiểm tra 1, ô “Vế phải”" in page
    assert reverse("questionnaires:check", args=[draft.pk, "0"]) in page
    assert "Sửa chỗ sai đã nêu" in page


def test_a_list_is_written_line_by_line(desk, draft):
    address = reverse("questionnaires:new_list", args=[draft.pk])
    wrong = desk.post(address, {"revision": 1, "code": "khoi", "options": "6 | Khối 6\n"})
    assert "Dòng 1 cần đủ mã" in wrong.content.decode()
    desk.post(address, {"revision": 1, "code": "khoi", "options": "6 | Khối 6 | Grade 6\n\n7 | Khối 7 | Grade 7"})
    assert now(draft).document["breakdowns"]["khoi"] == [
        {"code": "6", "vi": "Khối 6", "en": "Grade 6"}, {"code": "7", "vi": "Khối 7", "en": "Grade 7"},
    ]  # fmt: skip


def test_a_check_is_added_and_taken_away(desk, draft):
    entered = {
        "revision": 1, "kind": "not_more_than", "severity": "error", "left": "phong", "right": "lop", "code": "k",
        "vi": "%(left)s lớn hơn %(right)s.", "en": "%(left)s is more than %(right)s.",
    }  # fmt: skip
    desk.post(reverse("questionnaires:new_check", args=[draft.pk]), entered)
    assert now(draft).document["checks"] == [{name: entered[name] for name in entered if name != "revision"}]
    do(desk, draft, "check_remove", part="0")
    assert now(draft).document["checks"] == []


def test_publishing_leads_to_the_form_and_a_new_draft_begins_from_it(desk, draft):
    entered = {"revision": 1, "applies_from": "2025-09-01"}
    answer = desk.post(reverse("questionnaires:publish", args=[draft.pk]), entered, follow=True)
    assert "Đã công bố bản 1." in answer.content.decode()
    assert "dùng cho kỳ bắt đầu từ 1/9/2025" in answer.content.decode()
    version = FormVersion.objects.get()
    desk.post(reverse("questionnaires:revise", args=[version.pk]))
    assert FormDraft.objects.get().form == version.form


def test_versions_are_compared_in_words(desk):
    load_form(asking("lop", "phong"), at=AT)
    newer = outline.changed_item(outline.without_item(asking("lop", "phong"), "phong"), "lop", {"vi": "Tổng số lớp"})
    load_form(newer, at=AT)
    page = desk.get(reverse("questionnaires:compare", args=["dem"]))
    assert [(row["kind"], row["code"]) for row in page.context["rows"]] == [("changed", "lop"), ("removed", "phong")]
    assert "Số lop" in page.content.decode()
    assert "Hai bản này giống nhau" in desk.get(page.request["PATH_INFO"], {"tu": 2, "den": 2}).content.decode()


def test_a_draft_goes_out_as_xlsform_and_comes_in_again(desk, draft):
    content = desk.get(reverse("questionnaires:draft_file", args=[draft.pk])).content
    file = BytesIO(content)
    file.name = "dem.xlsx"
    answer = desk.post(reverse("questionnaires:upload"), {"file": file}, follow=True)
    assert "Đã đọc 1 mục, 2 câu hỏi, 0 danh mục." in answer.content.decode()
    assert FormDraft.objects.latest("pk").document == draft.document


def test_a_file_that_is_no_workbook_leaves_nothing(desk):
    file = BytesIO(b"a,b\n1,2\n")
    file.name = "dem.xlsx"
    answer = desk.post(reverse("questionnaires:upload"), {"file": file})
    assert answer.status_code == 422
    assert not FormDraft.objects.exists()


def test_an_uploaded_next_version_belongs_to_its_form(desk):
    load_form(PLAN, at=AT)
    file = BytesIO(workbook(outline.without_item(PLAN, "difficulties")))
    file.name = "plan.xlsx"
    desk.post(reverse("questionnaires:upload"), {"file": file})
    assert FormDraft.objects.get().form == Form.objects.get(code="plan3296")


def test_the_builder_page_costs_the_same_whatever_the_form(desk, draft, django_assert_max_num_queries):
    FormDraft.objects.filter(pk=draft.pk).update(document=PLAN)
    with django_assert_max_num_queries(8):
        desk.get(reverse("questionnaires:draft", args=[draft.pk]))


def test_a_principal_finds_no_builder(cast, sign_in, draft):
    assert sign_in(cast.principal).get(reverse("questionnaires:draft", args=[draft.pk])).status_code == 403


# ── in a browser ──


@pytest.fixture
def builder(page, live_server, desk, draft):
    """The draft's page, open in a browser in which the officer is signed in."""
    cookies = [{"name": cookie.key, "value": cookie.value, "url": live_server.url} for cookie in desk.cookies.values()]
    page.context.add_cookies(cookies)
    page.goto(live_server.url + reverse("questionnaires:draft", args=[draft.pk]))
    return page


@pytest.mark.django_db(transaction=True)
def test_the_keyboard_reorders_the_preview_follows_and_the_form_is_published(builder, draft):
    page = builder
    page.locator("#cau-lop [data-dh-item-link]").focus()
    page.keyboard.press("Alt+ArrowDown")
    page.locator(".dh-outline-items > li:first-child#cau-phong").wait_for()
    assert page.evaluate("document.activeElement.closest('li').id") == "cau-lop"
    assert page.locator(".dh-preview .dh-q-label").all_inner_texts() == ["Số phong", "Số lop"]

    page.locator("#cau-lop").drag_to(page.locator("#cau-phong"))
    page.locator(".dh-outline-items > li:first-child#cau-lop").wait_for()
    page.get_by_role("button", name="Hoàn tác").click()
    page.locator(".dh-outline-items > li:first-child#cau-phong").wait_for()

    page.get_by_role("link", name="Số lop").click()
    page.get_by_label("Câu hỏi, tiếng Việt").fill("Số lớp của trường")
    page.locator(".dh-preview label").get_by_text("Số lớp của trường").wait_for()
    page.get_by_role("link", name="Về cả biểu mẫu").click()
    page.get_by_role("button", name="Công bố bản này").click()
    page.get_by_text("Đã công bố bản 1.").wait_for()
    assert [item["vi"] for item in outline.items_of(FormVersion.objects.get().document)] == [
        "Số phong", "Số lớp của trường",
    ]  # fmt: skip

"""The pages without a script: what a school sees, types and is told."""

from __future__ import annotations

from collections import Counter
from html.parser import HTMLParser

import pytest
from django.conf import settings

from donghanh.questionnaires.rules import Answers
from donghanh.questionnaires.sheets import lay_out
from donghanh.questionnaires.tests import pages

pytestmark = pytest.mark.urls("donghanh.questionnaires.tests.pages")
SHEETS = ["/fill/TH,THCS/", "/fill/MN/", "/read/TH,THCS/", "/compare/TH,THCS/"]
INPUTS = ("input", "textarea")
VOID = ("input", "link", "meta", "br", "path", "circle")


class Page(HTMLParser):
    """A page's elements with their attributes, and the text below each."""

    def __init__(self, html):
        super().__init__()
        self.elements, self.open = [], []
        self.feed(html)

    def handle_starttag(self, tag, attributes):
        element = {"tag": tag, "text": "", **dict(attributes)}
        self.elements.append(element)
        if tag not in VOID:
            self.open.append(element)

    def handle_endtag(self, tag):
        if tag not in VOID:
            assert self.open.pop()["tag"] == tag

    def handle_data(self, data):
        for element in self.open:
            element["text"] += data

    def all(self, *tags, **attributes):
        wanted = {name.replace("_", "-").strip("-"): value for name, value in attributes.items()}
        return [
            e for e in self.elements if e["tag"] in tags and all(e.get(name) == value for name, value in wanted.items())
        ]

    def words(self, id_):
        (element,) = [e for e in self.elements if e.get("id") == id_]
        return " ".join(element["text"].split())


def opened(client, address, **typed):
    response = client.post(address, typed) if typed else client.get(address)
    return Page(response.content.decode())


def filled(**typed):
    return {code.replace("__", "[") + "]" * ("__" in code): value for code, value in typed.items()}


@pytest.mark.parametrize("address", SHEETS)
def test_ids_are_unique_and_every_reference_leads_somewhere(client, address):
    page = opened(client, address)
    ids = Counter(e["id"] for e in page.elements if "id" in e)
    assert [id_ for id_, times in ids.items() if times > 1] == []
    for element in page.elements:
        for name in ("aria-describedby", "aria-labelledby", "for"):
            assert set(element.get(name, "").split()) <= set(ids), element
        assert not element.get("href", "").startswith("#") or element["href"][1:] in ids


@pytest.mark.parametrize("address", SHEETS)
def test_every_box_has_a_label(client, address):
    page = opened(client, address)
    labelled = {label.get("for") for label in page.all("label")}
    radios = [e for e in page.all("input") if e.get("type") == "radio"]
    boxes = [e for e in page.all(*INPUTS) if e.get("type") not in ("hidden", "radio")]
    assert [e for e in boxes if e.get("id") not in labelled and not e.get("aria-label")] == []
    assert len(radios) == (0 if "fill" not in address else 6)


@pytest.mark.parametrize("address", SHEETS)
def test_nothing_on_the_page_needs_a_wider_content_policy(client, address):
    response = client.get(address)
    assert "script-src 'self';" in response.headers["Content-Security-Policy"]
    page = Page(response.content.decode())
    assert [e for e in page.elements if "style" in e or e["tag"] == "style"] == []
    assert {e.get("type") for e in page.all("script") if "src" not in e} <= {"application/json"}
    assert [name for e in page.elements for name in e if name.startswith("on")] == []


def test_a_school_of_two_levels_fills_a_grid(client):
    page = opened(client, "/fill/TH,THCS/")
    heads = [" ".join(e["text"].split()) for e in page.all("th", scope="col")]
    assert heads == ["Nội dung", "Tiểu học", "THCS", "Tổng cộng"] * 2
    names = [e["name"] for e in page.all("input") if e.get("inputmode") == "numeric"]
    assert names[:4] == ["staff_in_scope[TH]", "staff_in_scope[THCS]", "staff_trained[TH]", "staff_trained[THCS]"]
    assert len(names) == 15
    (label,) = page.all("label", _for="q-staff_trained-THCS")
    assert " ".join(label["text"].split()) == "Trong đó: số người đã được bồi dưỡng nâng cao năng lực: THCS"


def test_a_school_of_one_level_sees_plain_rows(client):
    page = opened(client, "/fill/MN/")
    assert page.all("table") == []
    names = [e["name"] for e in page.all("input") if e.get("inputmode") == "numeric"]
    assert names[:2] == ["staff_in_scope[MN]", "staff_trained[MN]"]
    assert len(names) == 11


def test_the_period_before_and_the_reviewers_words_stand_at_the_box(client):
    page = opened(client, "/fill/TH,THCS/")
    assert page.words("q-staff_in_scope-TH-under") == "kỳ trước 12"
    assert page.words("q-content_published-under") == "kỳ trước 1.200"
    assert page.words("q-schools_with_outreach-under") == "kỳ trước Có"
    assert page.words("q-collaborators-under") == ""
    (box,) = page.all("input", id="q-staff_trained-TH")
    assert "q-staff_trained-remark" in box["aria-describedby"].split()
    assert page.words("q-staff_trained-remark").startswith("Người duyệt đề nghị: Lớp bồi dưỡng tháng 3")


def test_nobody_is_scolded_before_typing(client):
    page = opened(client, "/fill/TH,THCS/")
    assert [e for e in page.elements if e.get("aria-invalid")] == []
    assert [e["text"].strip() for e in page.elements if "data-dh-says" in e] == [""] * 24
    (line,) = [e for e in page.elements if "data-dh-summary-text" in e]
    assert line["text"] == "Còn 18 ô trống"


def test_a_draft_that_waits_for_its_decision_counts_it_as_empty_and_says_nothing_yet():
    draft = Answers(pages.numbers(schools_with_collaborator_team=1), {})
    sheet = lay_out(pages.DEFINITION, draft, levels=["TH", "THCS"])
    boxes = {b.code: b for part in sheet.parts for block in part.blocks for row in block.rows for b in row.boxes}
    assert boxes["team_decision"].messages == ()
    assert sheet.state.summary == "Còn 18 ô trống"


def test_a_text_that_is_too_long_is_one_error(client):
    typed = {"schools_with_collaborator_team": "1", "team_decision": "b" * 121}
    page = opened(client, "/fill/TH,THCS/", **typed)
    assert page.words("q-team_decision-says") == "Lỗi: Dài 121 ký tự. Ô này nhận nhiều nhất 120 ký tự."
    (line,) = [e for e in page.elements if "data-dh-summary-text" in e]
    assert line["text"] == "Còn 17 ô trống · 1 lỗi"


@pytest.mark.parametrize(
    ("typed", "sentence"),
    [
        ("12 người", "“12 người” không phải là số. Chỉ nhập chữ số, ví dụ 1.234."),
        ("-12", "“-12” nhỏ hơn 0. Ô này nhận số từ 0 trở lên."),
        ("12,5", "“12,5” có phần lẻ. Ô này nhận số nguyên."),
        ("12.5", "“12.5” có phần lẻ. Ô này nhận số nguyên."),
        ("2000000000", "“2000000000” quá lớn. Ô này nhận số đến 1.000.000.000."),
        ("<b>1</b>", "“<b>1</b>” không phải là số. Chỉ nhập chữ số, ví dụ 1.234."),
    ],
)
@pytest.mark.parametrize(("code", "prefix"), [("briefings_held", ""), ("staff_trained[TH]", "Tiểu học: ")])
def test_a_bad_entry_comes_back_with_its_sentence_at_the_box(client, typed, sentence, code, prefix):
    box = "q-" + code.replace("[", "-").rstrip("]")
    page = opened(client, "/fill/TH,THCS/", **{code: typed})
    (field,) = page.all("input", id=box)
    assert (field["value"], field["aria-invalid"]) == (typed, "true")
    assert f"{box}-says" in field["aria-describedby"].split()
    assert page.words(f"{box}-says") == f"Lỗi: {prefix}{sentence}"


def test_more_people_than_the_register_is_said_at_the_row(client):
    page = opened(client, "/fill/TH,THCS/", **filled(staff_in_scope__TH="20", staff_in_scope__THCS="15"))
    assert page.words("q-staff_in_scope-says").startswith("Lỗi: Tổng 35 người lớn hơn số cán bộ")
    for level in ("TH", "THCS"):
        (field,) = page.all("input", id=f"q-staff_in_scope-{level}")
        assert field["aria-invalid"] == "true"
        assert "q-staff_in_scope-says" in field["aria-describedby"].split()
    (total,) = [e for e in page.elements if e.get("data-dh-total") == "staff_in_scope"]
    assert total["text"] == "35"


def test_a_refused_sending_names_each_empty_box_and_leads_to_the_first(client):
    page = opened(client, "/fill/TH,THCS/", schools_with_outreach="1", schools_with_collaborator_team="1")
    assert page.words("q-staff_in_scope-TH-says") == "Lỗi: Tiểu học: Chưa điền ô này. Ghi 0 nếu không có."
    assert page.words("q-school_plan_issued-says") == "Lỗi: Chưa chọn Có hay Không."
    assert page.words("q-team_decision-says") == "Lỗi: Trường có đội ngũ thì cần ghi số quyết định thành lập."
    assert page.words("q-difficulties-says") == ""
    (link,) = page.all("a")
    assert link["href"] == "#q-team_decision"
    (line,) = [e for e in page.elements if "data-dh-summary-text" in e]
    assert line["text"] == "Còn 17 ô trống"


def test_what_was_understood_comes_back_as_it_is_written_here(client):
    page = opened(
        client, "/fill/TH,THCS/", briefing_attendees="1,234", schools_with_outreach="0", difficulties="Không\ncó"
    )
    (field,) = page.all("input", id="q-briefing_attendees")
    assert field["value"] == "1.234"
    assert [e["value"] for e in page.all("input", type="radio") if "checked" in e] == ["0"]
    (text,) = page.all("textarea", name="difficulties")
    assert text["text"] == "Không\ncó"


def test_the_reader_sees_answers_warnings_and_a_place_for_remarks(client):
    page = opened(client, "/read/TH,THCS/")
    (written,) = page.all("textarea", name="remark-staff_trained")
    assert written["text"].startswith("Lớp bồi dưỡng tháng 3")
    assert len(page.all("textarea")) == 16
    assert page.all("input") == []
    assert [" ".join(e["text"].split()) for e in page.all("td", _class="dh-q-total")] == [
        "Tổng cộng22", "Tổng cộng16", "Tổng cộng5", "Tổng cộng",
    ]  # fmt: skip
    warnings = [" ".join(e["text"].split()) for e in page.all("p", _class="dh-q-message dh-q-message--warning")]
    assert warnings == ["Nên xem lại: 1.234, trong khi kỳ trước là 96. Nếu đúng thì giữ nguyên; nếu nhầm, xin sửa lại."]


def test_versions_stand_side_by_side_with_what_changed(client):
    page = opened(client, "/compare/TH,THCS/")
    changed = [" ".join(e["text"].split()) for e in page.all("td", _class="dh-q-changed")]
    assert changed == [
        "Lần gửi 2 Có đã sửa",
        "Lần gửi 2 15/QĐ-THCS ngày 05/9/2024 đã sửa",
        "Lần gửi 2 18 đã sửa",
        "Lần gửi 2 6 đã sửa",
        "Lần gửi 2 45 đã sửa",
        "Lần gửi 2 Đường truyền yếu. Thiếu phòng máy. đã sửa",
    ]
    remarks = [" ".join(e["text"].split()) for e in page.all("span", _class="dh-q-remark")]
    assert remarks == [
        "Người duyệt đề nghị: Lớp bồi dưỡng tháng 3 có 2 người của trường, xin kiểm tra lại số này.",
        "Người duyệt đề nghị: Xin ghi cả các bài đăng trên trang của Đoàn trường.",
    ]


def test_in_english_the_form_is_english(client):
    client.cookies[settings.LANGUAGE_COOKIE_NAME] = "en"
    page = opened(client, "/fill/TH,THCS/")
    assert [" ".join(e["text"].split()) for e in page.all("h2")] == [
        "I. The plan's three targets", "II. Organisation", "III. Channels and content", "IV. Students", "V. Feedback",
    ]  # fmt: skip
    assert "1,200" in page.words("q-content_published-under")

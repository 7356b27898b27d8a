"""The same questionnaire in Chromium: one set of examples for browser and server, and the hands of a person typing."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest
from axe_playwright_python.sync_playwright import Axe
from django.utils import translation
from playwright.sync_api import expect

from donghanh.kernel.numbers import SENTENCES
from donghanh.questionnaires.definition import read_definition
from donghanh.questionnaires.expressions import parse
from donghanh.questionnaires.rules import Answers
from donghanh.questionnaires.sheets import lay_out
from donghanh.questionnaires.tests.test_expressions import STANDS

pytestmark = pytest.mark.browser
HERE = Path(__file__).parent
NUMBERS = json.loads((HERE.parents[1] / "kernel/tests/numbers.json").read_text())
VECTORS = json.loads((HERE / "vectors.json").read_text())
EXPRESSIONS = json.loads((HERE / "expressions.json").read_text())
TRIAL = read_definition(VECTORS["form"])


def block(language, levels=("TH", "THCS")):
    """What the page of the trial form would carry for the script."""
    with translation.override(language):
        return lay_out(TRIAL, Answers([None] * len(TRIAL.cells), {}), levels=levels).data


def box(page, code):
    return page.locator(f"[name='{code}']")


def says(page, code):
    """The sentences at a box, as a person reads them."""
    place = page.locator(f"[data-dh-says='{code}']")
    return [" ".join(p.inner_text().split()) for p in place.locator("p").all()]


def settled(page):
    page.wait_for_timeout(250)


@pytest.fixture
def sheet(pages, page, complaints):
    """A school of two levels opens the form; afterwards the browser has nothing to complain about."""
    page.set_viewport_size({"width": 1280, "height": 900})
    page.goto(f"{pages}/fill/TH,THCS/")
    yield page
    assert complaints == []


def test_numbers_mean_the_same_in_the_browser(sheet):
    read = sheet.evaluate(
        """async (examples) => {
          const { parseNumber } = await import("/static/questionnaires/numbers.js");
          return examples.map(({ typed, ...settings }) => parseNumber(typed, settings));
        }""",
        NUMBERS["parse"],
    )
    for example, answer in zip(NUMBERS["parse"], read, strict=True):
        wanted = {"fault": example["fault"]} if "fault" in example else {"value": example["value"]}
        assert {name: answer.get(name) for name in wanted} == wanted, example
        if "sentence" in example:
            assert f"“{answer['shown']}”" in example["sentence"]


def test_expressions_mean_the_same_in_the_browser(sheet):
    examples = [{**one, "tree": parse(one["text"])} for one in EXPRESSIONS]
    answers = sheet.evaluate(
        """async ({ examples, stands }) => {
          const { evaluate } = await import("/static/questionnaires/expressions.js");
          return examples.map(({ tree, itself }) => {
            const value = evaluate(tree, (name) => stands[name], { itself: itself ?? "", today: "2025-06-16" });
            return Number.isNaN(value) ? null : value;
          });
        }""",
        {"examples": examples, "stands": STANDS},
    )
    for example, answer in zip(EXPRESSIONS, answers, strict=True):
        wanted = example["value"]
        assert (answer, isinstance(answer, bool)) == (wanted, isinstance(wanted, bool)), example


def test_numbers_are_written_the_same_in_the_browser(sheet):
    written = sheet.evaluate(
        """async (examples) => {
          const { formatNumber } = await import("/static/questionnaires/numbers.js");
          return examples.map(({ value }) => ({ value, vi: formatNumber(value, "vi"), en: formatNumber(value, "en") }));
        }""",
        NUMBERS["format"],
    )
    assert written == NUMBERS["format"]


def test_boxes_are_read_the_same_in_the_browser(sheet):
    read = sheet.evaluate(
        """async ([form, examples]) => {
          const { readAnswer } = await import("/static/questionnaires/checks.js");
          const item = (code) => form.items.find((one) => one.code === code);
          return examples.map((example) => readAnswer(form, item(example.item), example.typed));
        }""",
        [block("vi"), VECTORS["readings"]],
    )
    assert set(SENTENCES) <= set(block("vi")["sentences"])
    for example, answer in zip(VECTORS["readings"], read, strict=True):
        wanted = {"sentence": example["sentence"]} if "sentence" in example else {"value": example["value"]}
        assert {name: answer.get(name) for name in wanted} == wanted, example


@pytest.mark.parametrize("language", ["vi", "en"])
def test_checks_find_the_same_in_the_browser(sheet, language):
    found = sheet.evaluate(
        """async ([form, examples]) => {
          const { runChecks } = await import("/static/questionnaires/checks.js");
          return examples.map(({ numbers, texts = {}, register = {}, previous = {} }) =>
            runChecks({ ...form, register, previous }, { ...numbers, ...texts })
              .map(({ check, severity, cell, sentence }) => [check, severity, cell, sentence]));
        }""",
        [block(language), VECTORS["checks"]],
    )
    spoken = 3 if language == "vi" else 4
    for example, findings in zip(VECTORS["checks"], found, strict=True):
        assert findings == [[*check[:3], check[spoken]] for check in example["findings"]], example["why"]


def test_the_same_boxes_are_missing_in_the_browser(sheet):
    for example in VECTORS["missing"]:
        found = sheet.evaluate(
            """async ([form, values]) => {
              const { missing } = await import("/static/questionnaires/checks.js");
              return missing(form, values);
            }""",
            [block("vi", example["levels"]), {**example["numbers"], **example["texts"]}],
        )
        assert found == example["missing"]


@pytest.mark.parametrize(
    ("typed", "sentence"),
    [
        ("12 người", "“12 người” không phải là số. Chỉ nhập chữ số, ví dụ 1.234."),
        ("-12", "“-12” nhỏ hơn 0. Ô này nhận số từ 0 trở lên."),
        ("12,5", "“12,5” có phần lẻ. Ô này nhận số nguyên."),
        ("12.5", "“12.5” có phần lẻ. Ô này nhận số nguyên."),
        ("2000000000", "“2000000000” quá lớn. Ô này nhận số đến 1.000.000.000."),
    ],
)
def test_a_bad_entry_is_answered_at_the_box_while_typing(sheet, typed, sentence):
    field = box(sheet, "briefings_held")
    field.press_sequentially(typed)
    settled(sheet)
    assert says(sheet, "briefings_held") == [f"Lỗi: {sentence}"]
    assert field.get_attribute("aria-invalid") == "true"
    field.fill("3")
    settled(sheet)
    assert says(sheet, "briefings_held") == []
    assert field.get_attribute("aria-invalid") is None


def test_more_people_than_the_school_has_is_said_while_typing(sheet):
    box(sheet, "staff_in_scope[TH]").fill("20")
    box(sheet, "staff_in_scope[THCS]").fill("15")
    expect(sheet.locator("[data-dh-total=staff_in_scope]")).to_have_text("35")
    settled(sheet)
    (sentence,) = says(sheet, "staff_in_scope")
    assert sentence == (
        "Lỗi: Tổng 35 người lớn hơn số cán bộ, giáo viên, nhân viên của trường trong sổ đăng ký (30). "
        "Nhập lại, hoặc đề nghị sửa sổ đăng ký."
    )


def test_what_was_understood_is_shown_where_it_looks_different(sheet):
    echo = sheet.locator("[data-dh-echo=briefing_attendees]")
    for typed, shown in (("1234", "= 1.234"), ("1,234", "= 1.234"), ("1.234", ""), ("12", ""), ("12a", ""), ("", "")):
        box(sheet, "briefing_attendees").fill(typed)
        expect(echo).to_have_text(shown)


def test_nobody_is_scolded_on_the_way(sheet):
    assert sheet.locator(".dh-q-says p").count() == 0
    box(sheet, "collaborators").focus()
    box(sheet, "collaborators").blur()
    box(sheet, "briefing_attendees").press_sequentially("12.")
    settled(sheet)
    assert sheet.locator(".dh-q-says p").count() == 0
    box(sheet, "briefing_attendees").blur()
    assert says(sheet, "briefing_attendees") == ["Lỗi: “12.” không phải là số. Chỉ nhập chữ số, ví dụ 1.234."]


def test_the_decision_is_asked_for_once_its_box_was_passed(sheet):
    sheet.locator("#q-schools_with_collaborator_team").check()
    settled(sheet)
    assert says(sheet, "team_decision") == []
    expect(sheet.locator("[data-dh-summary-text]")).to_have_text("Còn 18 ô trống")
    box(sheet, "team_decision").focus()
    box(sheet, "team_decision").blur()
    assert says(sheet, "team_decision") == ["Lỗi: Trường có đội ngũ thì cần ghi số quyết định thành lập."]
    box(sheet, "team_decision").fill("15/QĐ-THCS")
    settled(sheet)
    assert says(sheet, "team_decision") == []


def test_what_the_server_asked_for_stays_until_it_is_answered(sheet):
    sheet.locator("#q-schools_with_collaborator_team").check()
    box(sheet, "difficulties").fill("a" * 2001)
    sheet.locator(".send").click()
    assert says(sheet, "team_decision") == ["Lỗi: Trường có đội ngũ thì cần ghi số quyết định thành lập."]
    assert says(sheet, "collaborators") == ["Lỗi: Chưa điền ô này. Ghi 0 nếu không có."]
    expect(sheet.locator("[data-dh-summary-text]")).to_have_text("Còn 18 ô trống · 1 lỗi")
    box(sheet, "collaborators").fill("0")
    box(sheet, "team_decision").fill("b" * 121)
    settled(sheet)
    assert says(sheet, "collaborators") == []
    assert says(sheet, "team_decision") == ["Lỗi: Dài 121 ký tự. Ô này nhận nhiều nhất 120 ký tự."]
    expect(sheet.locator("[data-dh-summary-text]")).to_have_text("Còn 16 ô trống · 2 lỗi")
    sheet.locator(".send").click()
    assert says(sheet, "team_decision") == ["Lỗi: Dài 121 ký tự. Ô này nhận nhiều nhất 120 ký tự."]
    expect(sheet.locator("[data-dh-summary-text]")).to_have_text("Còn 16 ô trống · 2 lỗi")


FULL = {
    "staff_in_scope[TH]": "12", "staff_in_scope[THCS]": "10", "staff_trained[TH]": "11", "staff_trained[THCS]": "9",
    "briefings_held": "3", "briefing_attendees": "90", "collaborators": "4", "official_channels": "2",
    "channels_with_named_admin": "2", "content_published": "1.150", "student_law_sessions[TH]": "2",
    "student_law_sessions[THCS]": "3", "student_law_attendees[TH]": "190", "student_law_attendees[THCS]": "220",
    "feedback_received": "0",
}  # fmt: skip


def fill_all(sheet, **other):
    for code in ("schools_with_outreach", "school_plan_issued"):
        sheet.locator(f"#q-{code}").check()
    sheet.locator("#q-schools_with_collaborator_team-no").check()
    for code, typed in {**FULL, **other}.items():
        box(sheet, code).fill(typed)
    settled(sheet)


def test_the_summary_counts_down_and_leads_to_the_next_box(sheet):
    line, link = sheet.locator("[data-dh-summary-text]"), sheet.locator("[data-dh-next]")
    expect(line).to_have_text("Còn 18 ô trống")
    fill_all(sheet, collaborators="", channels_with_named_admin="5", briefings_held="nhiều", content_published="2")
    expect(line).to_have_text("Còn 1 ô trống · 2 lỗi · 1 chỗ cần giải thích")
    link.click()
    expect(box(sheet, "briefings_held")).to_be_focused()
    box(sheet, "briefings_held").fill("3")
    box(sheet, "collaborators").fill("4")
    box(sheet, "channels_with_named_admin").fill("2")
    box(sheet, "content_published").fill("1150")
    settled(sheet)
    expect(line).to_have_text("Đã điền đủ, không có lỗi")
    expect(link).to_be_hidden()


def test_the_page_around_hears_what_was_answered(sheet):
    sheet.evaluate("addEventListener('dh:answers', (event) => { (window.heard ??= []).push(event.detail) })")
    sheet.locator("#q-schools_with_outreach-no").check()
    box(sheet, "staff_in_scope[TH]").fill("1.234")
    box(sheet, "briefings_held").fill("ba")
    box(sheet, "difficulties").fill(" Đường  truyền yếu ")
    settled(sheet)
    last = sheet.evaluate("window.heard.at(-1)")
    values = {code: value for code, value in last["values"].items() if value not in (None, "")}
    assert values == {"schools_with_outreach": 0, "staff_in_scope[TH]": 1234, "difficulties": "Đường truyền yếu"}
    assert last["faults"] == {"briefings_held": "“ba” không phải là số. Chỉ nhập chữ số, ví dụ 1.234."}
    assert len(last["empty"]) == 15
    assert "team_decision" not in last["empty"]
    assert (last["errors"], last["warnings"]) == (2, 1)


def test_arrows_and_enter_walk_the_grid(sheet):
    start = box(sheet, "staff_in_scope[TH]")
    start.fill("12")
    start.focus()
    for key, code in (
        ("ArrowDown", "staff_trained[TH]"),
        ("ArrowRight", "staff_trained[THCS]"),
        ("ArrowUp", "staff_in_scope[THCS]"),
        ("ArrowLeft", "staff_in_scope[TH]"),
        ("Enter", "staff_trained[TH]"),
        ("Enter", "staff_in_scope[THCS]"),
        ("Enter", "staff_trained[THCS]"),
        ("Shift+Enter", "staff_in_scope[THCS]"),
    ):
        sheet.keyboard.press(key)
        expect(box(sheet, code)).to_be_focused()


def test_an_arrow_inside_a_number_moves_the_caret_only(sheet):
    field = box(sheet, "staff_in_scope[THCS]")
    field.fill("1234")
    field.focus()
    sheet.keyboard.press("End")
    sheet.keyboard.press("ArrowLeft")
    sheet.keyboard.press("ArrowLeft")
    expect(field).to_be_focused()
    sheet.keyboard.press("Home")
    sheet.keyboard.press("ArrowLeft")
    expect(box(sheet, "staff_in_scope[TH]")).to_be_focused()


def test_enter_never_sends_the_form(sheet):
    address = sheet.url
    for code in ("team_decision", "briefings_held", "feedback_received"):
        box(sheet, code).focus()
        sheet.keyboard.press("Enter")
    expect(box(sheet, "difficulties")).to_be_focused()
    assert sheet.url == address
    assert sheet.locator(".dh-q-says p").count() == 0


def paste(page, code, text):
    box(page, code).focus()
    page.evaluate(
        """(text) => {
          const clipboardData = new DataTransfer();
          clipboardData.setData("text/plain", text);
          const event = new ClipboardEvent("paste", { clipboardData, bubbles: true, cancelable: true });
          document.activeElement.dispatchEvent(event);
        }""",
        text,
    )


def test_a_block_from_a_spreadsheet_fills_the_grid_and_can_be_taken_back(sheet):
    box(sheet, "staff_in_scope[TH]").fill("7")
    paste(sheet, "staff_in_scope[TH]", "12\t10\r\n11\t9\r\n")
    grid = ["staff_in_scope[TH]", "staff_in_scope[THCS]", "staff_trained[TH]", "staff_trained[THCS]"]
    assert [box(sheet, code).input_value() for code in grid] == ["12", "10", "11", "9"]
    expect(sheet.locator("[data-dh-total=staff_trained]")).to_have_text("20")
    expect(sheet.locator("[data-dh-status-text]")).to_have_text("Đã dán 4 ô.")
    sheet.locator("[data-dh-undo]").click()
    assert [box(sheet, code).input_value() for code in grid] == ["7", "", "", ""]
    expect(sheet.locator("[data-dh-total=staff_in_scope]")).to_have_text("7")


def test_what_does_not_fit_the_grid_is_said(sheet):
    paste(sheet, "staff_trained[THCS]", "9\t99\n8\t88")
    assert box(sheet, "staff_trained[THCS]").input_value() == "9"
    expect(sheet.locator("[data-dh-status-text]")).to_have_text("Đã dán 1 ô. Phần dán nằm ngoài bảng bị bỏ qua.")


def test_a_pasted_column_fills_the_numbers_of_a_section(sheet):
    paste(sheet, "briefings_held", "3\n1.234\nhai")
    pasted = [box(sheet, code).input_value() for code in ("briefings_held", "briefing_attendees", "collaborators")]
    assert pasted == ["3", "1.234", "hai"]
    assert says(sheet, "collaborators") == ["Lỗi: “hai” không phải là số. Chỉ nhập chữ số, ví dụ 1.234."]


def test_browser_and_server_say_the_same(sheet):
    wrong = {
        "staff_in_scope[TH]": "20", "staff_in_scope[THCS]": "11", "staff_trained[TH]": "-1",
        "staff_trained[THCS]": "12", "briefings_held": "0", "briefing_attendees": "1.234", "collaborators": "1,5",
        "channels_with_named_admin": "9", "student_law_attendees[TH]": "9.999", "difficulties": "a" * 2001,
    }  # fmt: skip
    fill_all(sheet, **wrong)
    sheet.locator("#q-schools_with_outreach-no").check()
    settled(sheet)
    said = {place: says(sheet, place) for place in said_places(sheet)}
    line = sheet.locator("[data-dh-summary-text]").inner_text()
    html = sheet.context.browser.new_context(java_script_enabled=False, locale="vi-VN")
    plain = html.new_page()
    plain.goto(sheet.url)
    for code in ("schools_with_outreach-no", "school_plan_issued", "schools_with_collaborator_team-no"):
        plain.locator(f"#q-{code}").check()
    for code, typed in {**FULL, **wrong}.items():
        box(plain, code).fill(typed)
    plain.locator(".send").click()
    assert {place: says(plain, place) for place in said_places(plain)} == said
    assert plain.locator("[data-dh-summary-text]").inner_text() == line
    assert line == "6 lỗi · 6 chỗ cần giải thích"
    html.close()


def said_places(page):
    return [place.get_attribute("data-dh-says") for place in page.locator("[data-dh-says]").all()]


@pytest.mark.parametrize("width", [1280, 360])
@pytest.mark.parametrize(
    "address", ["fill/TH,THCS", "fill/MN", "fill/MN,TH,THCS,THPT,GDTX,CĐ", "read/TH,THCS", "compare/TH,THCS"]
)
def test_pages_fit_their_width_and_can_be_used_by_everyone(pages, page, complaints, address, width):
    page.set_viewport_size({"width": width, "height": 900})
    page.goto(f"{pages}/{address}/")
    if address.startswith("fill"):
        page.locator("[inputmode=numeric]").first.fill("99999x")
        settled(page)
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    found = Axe().run(page).response["violations"]
    assert [(v["id"], v["nodes"][0]["html"]) for v in found] == []
    assert complaints == []


def test_the_head_of_a_grid_stays_in_sight(sheet):
    sheet.set_viewport_size({"width": 1280, "height": 400})
    last = sheet.locator("[data-dh-grid] [data-dh-line]").nth(1).bounding_box()
    sheet.evaluate("(y) => scrollTo(0, y)", last["y"])
    assert sheet.locator("[data-dh-grid] thead th").first.bounding_box()["y"] == 0


def test_on_a_phone_each_box_shows_its_level(pages, page):
    page.set_viewport_size({"width": 360, "height": 800})
    page.goto(f"{pages}/fill/TH,THCS/")
    label = page.locator("label[for='q-staff_trained-THCS']")
    seen, field = label.bounding_box(), box(page, "staff_trained[THCS]").bounding_box()
    assert re.search("THCS$", label.inner_text())
    assert seen["width"] > 40
    assert seen["x"] + seen["width"] <= field["x"]
    assert field["height"] >= 44

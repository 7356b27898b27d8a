"""The same work on a phone, by keyboard alone, in English, and without scripts."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import Page, expect

from e2e.conftest import PASSWORD
from e2e.test_report_goes_up import ANSWERS, box, choose

VIETNAMESE = re.compile(r"[ăâđêôơưáàảãạấầẩẫậắằẳẵặéèẻẽẹếềểễệíìỉĩịóòỏõọốồổỗộớờởỡợúùủũụứừửữựýỳỷỹỵ]", re.IGNORECASE)
SAVED = re.compile(r"^Đã lưu \d\d:\d\d$")
FOCUS = """() => { const style = getComputedStyle(document.activeElement);
  return style.boxShadow !== "none" || (style.outlineStyle !== "none" && parseFloat(style.outlineWidth) > 0); }"""
PAGES = (
    *("/", "/bao-cao/cho-duyet/", "/chi-tieu/", "/chi-tieu/5/1/staff_trained_rate/", "/bao-cao/dot/5/chua-nop/"),
    *("/bao-cao/dot/5/bao-cao-chinh-thuc/", "/don-vi/", "/gioi-han/"),
)
INTERFACE = "h1, h2, button, label, summary, thead th, nav a, legend, dt, .dh-status, .dh-lede, .dh-callout"


@pytest.fixture
def teachers(database):
    """User names of teachers in charge at TH&THCS schools whose report nobody has begun; each test takes one."""
    rows = database.execute(
        """SELECT a.username, s.id FROM people_account a JOIN people_membership m ON m.account_id = a.id
           JOIN reporting_expectedreport e ON e.unit_id = m.unit_id
           JOIN reporting_collection c ON c.id = e.collection_id JOIN periods_period p ON p.id = c.period_id
           JOIN reporting_submission s ON s.expected_id = e.id
           JOIN organisations_unittype t ON t.unit_id = m.unit_id AND t.valid @> p.reference_day
           WHERE m.role = 'teacher_in_charge' AND p.code = 'NH2024' AND s.revision = 0 AND t.kind = 'TH&THCS'
           AND a.username <> 'gv.demo' ORDER BY a.username"""
    ).fetchall()
    assert len(rows) > 4
    return rows


def fill_everything(page: Page) -> None:
    for flag in ("schools_with_outreach", "schools_with_collaborator_team", "school_plan_issued"):
        choose(page, flag, "1")
    box(page, "team_decision").fill("45/QĐ-NT ngày 05/10/2024")
    for code, text in ANSWERS.items():
        box(page, code).fill("3" if code.startswith("staff_") else "12" if code == "briefing_attendees" else text)


def test_on_a_phone(visitor, teachers):
    """Cards name the level beside each box; what is typed is saved."""
    teacher = visitor("360", is_mobile=True, has_touch=True)
    page = teacher.sign_in(teachers[0][0])
    page.get_by_role("link", name="Bắt đầu điền").tap()
    first = box(page, "staff_in_scope[TH]")
    first.fill("3")
    expect(page.locator("td", has=first)).to_contain_text("Tiểu học")
    box(page, "briefings_held").fill("2")
    expect(page.locator("[data-dh-saved]")).to_have_text(SAVED, timeout=20_000)
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    page.reload()
    expect(box(page, "briefings_held")).to_have_value("2")


def tab_to(page: Page, description: str, reached) -> None:
    """Press Tab until the focus is where it should be; it must be seen at every stop."""
    for _ in range(80):
        page.keyboard.press("Tab")
        assert page.evaluate(FOCUS), page.evaluate("document.activeElement.outerHTML.slice(0, 200)")
        if reached():
            return
    pytest.fail(f"the keyboard never reached {description}")


def focused(page: Page, script: str):
    return lambda: page.evaluate(f"() => {{ const it = document.activeElement; return {script}; }}")


def test_by_keyboard_alone(visitor, teachers):
    """Sign in, open the sheet, type in the grid with the arrows, save: no mouse."""
    page = visitor().page
    page.goto("/")
    page.keyboard.type(teachers[1][0])  # the first box has the focus
    page.keyboard.press("Tab")
    page.keyboard.type(PASSWORD)
    page.keyboard.press("Enter")
    page.wait_for_url(lambda address: "dang-nhap" not in address)
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.textContent.trim()") == "Tới nội dung chính"
    tab_to(page, "the button that begins", focused(page, 'it.textContent.includes("Bắt đầu điền")'))
    page.keyboard.press("Enter")
    page.wait_for_url("**/dien/")
    tab_to(page, "the grid", focused(page, 'it.name === "staff_in_scope[TH]"'))
    page.keyboard.type("3")
    page.keyboard.press("ArrowDown")
    assert page.evaluate("document.activeElement.name") == "staff_trained[TH]"
    page.keyboard.type("2")
    tab_to(page, "the button that saves", focused(page, 'it.textContent.trim() === "Lưu nháp"'))
    page.keyboard.press("Enter")
    expect(page.locator("[data-dh-saved]")).to_have_text(SAVED)
    assert page.evaluate("document.activeElement.textContent.trim()") == "Lưu nháp"  # the same page, the same place
    page.reload()
    expect(box(page, "staff_in_scope[TH]")).to_have_value("3")
    expect(box(page, "staff_trained[TH]")).to_have_value("2")


def test_in_english(visitor, database):
    """The page's own switch; from then on no word of the interface is Vietnamese."""
    officer = visitor()
    page = officer.page
    page.goto("/")
    page.get_by_role("button", name=re.compile("English")).first.click()
    expect(page.locator("html")).to_have_attribute("lang", "en")
    page.get_by_label("User name").or_(page.get_by_label("Username")).fill("so.gddt")
    page.get_by_label("Password", exact=True).fill(PASSWORD)
    page.get_by_role("button", name="Sign in", exact=True).click()
    page.wait_for_url(lambda address: "dang-nhap" not in address)
    names = {name for (name,) in database.execute("SELECT DISTINCT name FROM organisations_unitname").fetchall()}
    names |= {name for (name,) in database.execute("SELECT DISTINCT full_name FROM people_account").fetchall()}
    for address in PAGES:
        page.goto(address)
        words = [text.strip() for text in page.locator(INTERFACE).all_inner_texts()]
        left = [word for word in words if VIETNAMESE.search(without(word, names))]
        assert left == [], address


def without(text: str, names: set[str]) -> str:
    """The text less names of units and people, and the product's own."""
    for name in sorted((n for n in names if n in text), key=len, reverse=True):
        text = text.replace(name, "")
    return text.replace("Đồng Hành", "").replace("Tiếng Việt", "")


def test_without_scripts(visitor, teachers):
    """Faults come from the server at their fields, warnings with a box for a word; mended and explained it is sent."""
    teacher = visitor(java_script_enabled=False)
    page = teacher.sign_in(teachers[2][0])
    page.get_by_role("link", name="Bắt đầu điền").click()
    fill_everything(page)
    box(page, "collaborators").fill("sáu")
    box(page, "briefings_held").fill("0")  # yet twelve attended
    page.get_by_role("button", name="Gửi báo cáo").click()
    expect(page.get_by_text("“sáu” không phải là số")).to_be_visible()
    expect(box(page, "collaborators")).to_have_value("sáu")
    box(page, "collaborators").fill("6")
    page.get_by_role("button", name="Gửi báo cáo").click()
    expect(page.get_by_text("“sáu” không phải là số")).to_have_count(0)
    warning = page.locator(".dh-q-message--warning", has_text="Có 12 lượt người dự nhưng số hội nghị là 0.")
    warning.get_by_label("Vì sao?").fill("Dự hội nghị của xã tổ chức")
    for word in page.locator("[name^='why:']").all():  # what else is unlike last year
        if not word.input_value():
            word.fill("Đã kiểm tra, số này đúng")
    assert ["422" in complaint for complaint in teacher.complaints] == [True, True]  # the browser tells of each refusal
    teacher.complaints.clear()
    page.get_by_role("button", name="Gửi báo cáo").click()
    expect(page.get_by_text("Mã biên nhận")).to_be_visible()
    expect(page.get_by_text("Dự hội nghị của xã tổ chức")).to_be_visible()


def test_two_tabs(visitor, teachers):
    """One person's two tabs of one sheet, one device beneath: each follows the other, the words of both are kept."""
    teacher = visitor()
    first = teacher.sign_in(teachers[3][0])
    second = teacher.context.new_page()
    for page in (first, second):
        page.goto(f"/bao-cao/{teachers[3][1]}/dien/")
        page.wait_for_timeout(500)  # the script has its boxes
    box(first, "collaborators").fill("7")
    box(second, "briefings_held").fill("2")
    for page in (first, second):
        expect(page.locator("[data-dh-saved]")).to_have_text(SAVED, timeout=20_000)
    expect(box(first, "briefings_held")).to_have_value("2", timeout=20_000)
    expect(box(second, "collaborators")).to_have_value("7", timeout=20_000)
    box(second, "collaborators").fill("9")  # having seen the 7: nothing to choose
    expect(box(first, "collaborators")).to_have_value("9", timeout=20_000)
    for page in (first, second):
        expect(page.locator(".dh-clash")).to_have_count(0)
        page.reload()
        expect(box(page, "collaborators")).to_have_value("9")
        expect(box(page, "briefings_held")).to_have_value("2")

"""The journey of the first report.

The school fills it in and sends it, the district returns one and accepts another, the school mends it, the Department
sees its three targets move, opens them down to the sending, and draws the official report.
"""

from __future__ import annotations

import io
import re
import time

import docx
from playwright.sync_api import Page, expect
from pypdf import PdfReader

from e2e.conftest import PICTURES
from e2e.recount import tallies

ANSWERS = {
    "staff_in_scope[TH]": "9", "staff_in_scope[THCS]": "8", "staff_trained[TH]": "9", "staff_trained[THCS]": "7",
    "briefings_held": "3", "briefing_attendees": "1.200", "collaborators": "6", "official_channels": "2",
    "channels_with_named_admin": "2", "content_published": "31", "student_law_sessions[TH]": "2",
    "student_law_sessions[THCS]": "2", "student_law_attendees[TH]": "180", "student_law_attendees[THCS]": "160",
    "feedback_received": "4",
}  # fmt: skip
REMARK = "Trường không thể có 1.200 lượt dự quán triệt."
RATES = {
    "schools_with_outreach_rate": ("schools_with_outreach", "schools_total"),
    "schools_with_collaborator_team_rate": ("schools_with_collaborator_team", "schools_total"),
    "staff_trained_rate": ("staff_trained", "staff_in_scope"),
}


def box(page: Page, code: str):
    return page.locator(f'[name="{code}"]')


def choose(page: Page, code: str, value: str) -> None:
    page.locator(f'input[name="{code}"][value="{value}"]').check()


def figures_of(page: Page) -> dict[str, str]:
    """Indicator's name → counts as the page shows them, "276/531"."""
    found = {}
    for figure in page.locator(".dh-figure").all():
        counts = re.search(r"([\d.]+)/([\d.]+)", figure.inner_text())
        found[figure.locator(".dh-figure-label").inner_text()] = counts.group(0) if counts else ""
    return found


def vietnamese(number: int) -> str:
    return f"{number:,}".replace(",", ".")


def test_a_report_goes_up(visitor, database):
    teacher, district, department = visitor(), visitor(), visitor()

    # 2. the school: what it owes, bad input at the field, saved by itself, sent
    page = teacher.sign_in("gv.demo")
    page.get_by_role("link", name="Bắt đầu điền").click()
    box(page, "briefings_held").fill("ba")
    expect(page.get_by_text("không phải là số")).to_be_visible()
    box(page, "briefings_held").fill("")
    choose(page, "schools_with_outreach", "1")
    choose(page, "schools_with_collaborator_team", "1")
    choose(page, "school_plan_issued", "1")
    box(page, "team_decision").fill("45/QĐ-NT ngày 05/10/2024")
    for code, text in ANSWERS.items():
        box(page, code).fill(text)
    box(page, "staff_trained[THCS]").fill("88")
    expect(page.get_by_text("lớn hơn số người làm công tác này")).to_be_visible()
    box(page, "staff_trained[THCS]").fill("7")
    expect(page.locator("[data-dh-saved]")).to_have_text(re.compile(r"Đã lưu \d\d:\d\d"), timeout=20_000)
    page.reload()
    expect(box(page, "briefing_attendees")).to_have_value("1.200")
    page.get_by_label("Vì sao?").fill("Trường mời cả cha mẹ học sinh cùng dự.")  # far from last year: wants a word
    page.get_by_role("button", name="Gửi báo cáo").click()
    expect(page.get_by_text("Mã biên nhận")).to_be_visible()
    report = page.url
    school = page.get_by_role("heading", level=1).inner_text()

    # 3. the district: what waits, one returned with a remark at its field, another accepted
    page = district.sign_in("phong.lacson")
    page.get_by_role("link", name="Cần duyệt", exact=True).first.click()
    page.get_by_role("searchbox").fill(school.replace("Trường ", "").lower())
    page.get_by_role("button", name="Tìm").click()
    page.get_by_role("link", name=school, exact=True).click()
    page.get_by_role("link", name="Xem và duyệt").click()
    row = page.locator(".dh-q-row", has_text="Số lượt người dự quán triệt")
    row.get_by_text("Ghi nhận xét").click()
    row.locator("textarea").fill(REMARK)
    page.get_by_role("button", name="Trả lại để sửa").click()
    expect(page.get_by_text(f"Đã trả lại báo cáo của {school}")).to_be_visible()
    page.locator("tbody a").first.click()
    page.get_by_role("link", name="Xem và duyệt").click()
    page.get_by_role("button", name="Duyệt", exact=True).click()
    expect(page.get_by_text("Đã duyệt báo cáo của")).to_be_visible()

    # the school mends it; both versions stand side by side
    page = teacher.page
    page.goto("/")
    page.get_by_role("link", name="Sửa và gửi lại").click()
    expect(page.get_by_text(REMARK)).to_be_visible()
    box(page, "briefing_attendees").fill("42")
    page.get_by_role("button", name="Gửi báo cáo").click()
    page.get_by_role("link", name="So sánh 2 lần gửi").click()
    expect(page.get_by_role("columnheader", name=re.compile("Lần 2"))).to_be_visible()
    changed = page.get_by_role("row", name=re.compile("Số lượt người dự quán triệt"))
    expect(changed).to_contain_text("1.200")
    expect(changed).to_contain_text("42")
    expect(changed).to_contain_text("đã sửa")

    # 4. the Department's open page follows the acceptance by itself (how fast: bench/freshness.py)
    board = department.sign_in("so.gddt")
    board.get_by_role("link", name="Chỉ tiêu", exact=True).first.click()
    board.wait_for_event("response", lambda answer: "/moi/" in answer.url)  # the page has begun to ask for news
    before = figures_of(board)
    page = district.page
    page.goto(report.replace("/bao-cao/", "/bao-cao/") + "duyet/")
    page.get_by_role("button", name="Duyệt", exact=True).click()
    accepted_at = time.monotonic()
    name = "Trường tổ chức giáo dục, hướng dẫn"
    expect(board.locator(".dh-figure", has_text=name)).not_to_contain_text(before[name], timeout=10_000)
    (PICTURES / "freshness.txt").write_text(f"{time.monotonic() - accepted_at:.2f} s from the click to the figures\n")

    # each indicator against its target, by district and kind, over the years; all equal to the recount
    truth = tallies(database, "NH2024")
    province = truth["Sở GD&ĐT Hòa Bình"]
    shown = list(figures_of(board).values())
    wanted = [province.share(*sides) for sides in RATES.values()]
    assert shown == [f"{vietnamese(a)}/{vietnamese(b)}" for a, b in wanted]
    expect(board.locator(".dh-figure").first).to_contain_text("mục tiêu 100")
    board.get_by_text("Mọi chỉ tiêu theo địa bàn").click()
    for office, tally in truth.items():
        if office.startswith("Phòng"):
            line = board.get_by_role("row", name=re.compile(re.escape(office)))
            expect(line).to_contain_text(f"{tally.accepted}/{tally.expected}")
            for sides in RATES.values():
                a, b = tally.share(*sides)
                expect(line).to_contain_text(f"{vietnamese(a)}/{vietnamese(b)}")
    expect(board.get_by_role("row", name=re.compile("^Trường mầm non"))).to_contain_text("/222")
    first_year = tallies(database, "NH2020")["Sở GD&ĐT Hòa Bình"]
    a, b = first_year.share(*RATES["schools_with_outreach_rate"])
    expect(board.get_by_role("row", name=re.compile(f"^{name}"))).to_contain_text(f"{a}/{b}")

    # who has not reported; from the percentage to its schools to the sending behind it
    board.get_by_role("link", name="Xem tất cả và nhắc").click()
    expect(board.get_by_role("heading", level=1)).to_have_text("Đơn vị chưa nộp")
    expect(board.locator("tbody tr")).to_have_count(25)
    board.go_back()
    board.get_by_role("link", name="Xem từng trường").first.click()
    board.get_by_role("searchbox").fill("quy hoa a")
    board.get_by_role("button", name="Tìm").click()
    board.get_by_role("link", name=school, exact=True).click()
    expect(board.get_by_text("Mã biên nhận")).to_be_visible()
    expect(board.locator(".dh-q-row", has_text="Số lượt người dự quán triệt")).to_contain_text("42")

    # 5. the official report, its numbers those of the recount
    board.goto("/chi-tieu/")
    board.get_by_role("link", name="Xuất báo cáo").click()
    board.get_by_role("button", name="Xuất báo cáo").click()
    with board.expect_download() as pdf:
        board.get_by_role("link", name=re.compile("PDF")).first.click()
    with board.expect_download() as word:
        board.get_by_role("link", name=re.compile("Word")).first.click()
    check_pdf(pdf.value.path().read_bytes(), truth)
    paragraphs = docx.Document(io.BytesIO(word.value.path().read_bytes()))
    text = "\n".join(p.text for p in paragraphs.paragraphs)
    a, b = province.share(*RATES["staff_trained_rate"])
    assert f"{vietnamese(a)}/{vietnamese(b)}" in text


def check_pdf(content: bytes, truth) -> None:
    """Every figure of the paper, for the province and each district, against the recount."""
    pages = [page.extract_text() for page in PdfReader(io.BytesIO(content)).pages]
    text = " ".join(" ".join(pages).split())
    assert "CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM" in text
    assert "BÁO CÁO" in text
    assert "DỮ LIỆU GIẢ LẬP" in text
    province = truth["Sở GD&ĐT Hòa Bình"]
    assert f"{province.accepted}/{province.expected}" in text
    for sides in RATES.values():
        a, b = province.share(*sides)
        assert f"({vietnamese(a)}/{vietnamese(b)})" in text
    appendix = text[text.rindex("Phụ lục") :] if "Phụ lục" in text else text[text.rindex("PHỤ LỤC") :]
    for office, tally in truth.items():
        if not office.startswith("Phòng"):
            continue
        line = appendix[appendix.index(office) :][:160]
        numbers = re.findall(r"[\d.]+/[\d.]+", line)[:4]
        ratios = [tally.share(*sides) for sides in RATES.values()]
        wanted = [f"{tally.accepted}/{tally.expected}", *(f"{vietnamese(a)}/{vietnamese(b)}" for a, b in ratios)]
        assert numbers == wanted, office

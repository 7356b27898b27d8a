"""From a percentage down to the evidence of one school, by keyboard alone: every number opens, and its parts add up."""

from __future__ import annotations

import re

from playwright.sync_api import Page, expect

from e2e.conftest import PASSWORD, PICTURES
from e2e.recount import tallies
from e2e.test_other_ways import fill_everything, focused, tab_to

SCHOOL = """
  SELECT teacher.username, officer.username, report.id, called.name, office.name
  FROM reporting_submission report
  JOIN reporting_expectedreport expected ON expected.id = report.expected_id
  JOIN reporting_collection round ON round.id = expected.collection_id
  JOIN periods_period period ON period.id = round.period_id AND period.code = 'NH2024'
  JOIN people_membership given ON given.unit_id = expected.unit_id AND given.role = 'teacher_in_charge'
  JOIN people_account teacher ON teacher.id = given.account_id AND teacher.username <> 'gv.demo'
  JOIN people_membership reviews ON reviews.unit_id = expected.reviewer_id AND reviews.role = 'district_officer'
  JOIN people_account officer ON officer.id = reviews.account_id
  JOIN organisations_unittype kind ON kind.unit_id = expected.unit_id AND kind.valid @> period.reference_day
  JOIN organisations_unitname called ON called.unit_id = expected.unit_id AND called.valid @> period.reference_day
  JOIN organisations_unitname office ON office.unit_id = expected.reviewer_id AND office.valid @> period.reference_day
  WHERE report.revision = 0 AND kind.kind = 'TH&THCS' ORDER BY teacher.username DESC LIMIT 1
"""
PDF = {"name": "bien-ban-tap-huan.pdf", "mimeType": "application/pdf", "buffer": b"%PDF-1.4\n%%EOF\n"}
SHARE = "Cán bộ được bồi dưỡng"


def counts_of(text: str) -> list[int]:
    """“Cộng 93,1 % 12.345 13.260 452/531” → its whole numbers without the percentage."""
    return [int(found.replace(".", "")) for found in re.findall(r"(?<![\d,])\d{1,3}(?:\.\d{3})*(?![\d,])", text)]


def opened_by_keyboard(page: Page, name: str) -> None:
    """Tab to the link and press Enter."""
    tab_to(page, name, focused(page, f"it.textContent.trim() === {name!r}"))
    page.keyboard.press("Enter")


def a_report_with_evidence(visitor, teacher: str, officer: str, report: int) -> None:
    page = visitor().sign_in(teacher)
    page.goto(f"/bao-cao/{report}/dien/")
    beside = page.locator('[data-dh-item="briefings_held"] .dh-evidence')
    beside.locator("summary").click()
    beside.locator("input[type=file]").set_input_files(PDF)
    beside.get_by_role("button", name="Thêm tệp").click()
    expect(page.get_by_text("Đã thêm minh chứng.")).to_be_visible()
    fill_everything(page)
    for why in page.get_by_label("Vì sao?").all():
        why.fill("Số của trường năm nay.")
    page.get_by_role("button", name="Gửi báo cáo").click()
    expect(page.get_by_text("Mã biên nhận")).to_be_visible()
    page = visitor().sign_in(officer)
    page.goto(f"/bao-cao/{report}/duyet/")
    page.get_by_role("button", name="Duyệt", exact=True).click()
    page.wait_for_url("**/cho-duyet/")


def test_every_number_opens_down_to_the_evidence(visitor, database):
    teacher, officer, report, school, office = database.execute(SCHOOL).fetchone()
    a_report_with_evidence(visitor, teacher, officer, report)
    department = visitor()
    page = department.page
    page.goto("/")
    page.keyboard.type("so.gddt")
    page.keyboard.press("Tab")
    page.keyboard.type(PASSWORD)
    page.keyboard.press("Enter")
    page.wait_for_url(lambda address: "dang-nhap" not in address)

    # the percentage opens to its story: meaning, making, parts that add up to the recount
    page.goto("/chi-tieu/")
    figure = page.locator(".dh-figure", has_text=SHARE).locator(".dh-figure-opens")
    shown = figure.inner_text().split()
    tab_to(page, "the percentage", focused(page, f"it.closest('.dh-figure')?.textContent.includes({SHARE!r})"))
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", level=1)).to_have_text(SHARE)
    page.wait_for_load_state()  # down to the last row
    truth = tallies(database, "NH2024")
    share = truth["Sở GD&ĐT Hòa Bình"].share("staff_trained", "staff_in_scope")
    assert page.locator(".dh-figure-value").inner_text().split() == shown
    parts = [counts_of(row.inner_text()) for row in page.locator("tbody").first.locator("tr").all()]
    total = counts_of(page.locator("tfoot").inner_text())
    assert total[-4:-2] == list(share)
    assert [sum(part[-4 + side] for part in parts) for side in (0, 1)] == list(share)
    page.screenshot(path=PICTURES / "number-journey.png", full_page=True)

    # its area, the school among the sendings of the area, the file beside the item of the school's report
    opened_by_keyboard(page, office)
    expect(page.locator(".dh-lede")).to_contain_text(office)
    tab_to(page, "the search", focused(page, 'it.name === "q"'))
    page.keyboard.type(school.split()[-2] + " " + school.split()[-1])
    page.keyboard.press("Enter")
    page.wait_for_url(re.compile("q="))
    expect(page.get_by_role("heading", level=1)).to_have_text(SHARE)  # searching keeps the number
    row = page.get_by_role("row", name=re.compile(re.escape(school)))
    expect(row).to_contain_text(office)  # which accepted it
    opened_by_keyboard(page, school)
    expect(page.get_by_role("heading", level=1)).to_have_text(school)
    beside = page.locator(".dh-q-row, tbody", has=page.get_by_role("link", name=PDF["name"])).first
    expect(beside).to_contain_text("Minh chứng:")
    with page.expect_download() as file:
        tab_to(page, "the file", focused(page, f"it.textContent === {PDF['name']!r}"))
        page.keyboard.press("Enter")
    assert file.value.suggested_filename == PDF["name"]

    # and back up the way that was come
    page.go_back()
    page.go_back()
    expect(page.locator(".dh-lede")).to_contain_text(office)
    page.locator(".dh-crumbs a").last.click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Chỉ tiêu của kế hoạch")


def test_a_number_keeps_its_story_at_a_phones_width(visitor):
    page = visitor("360", java_script_enabled=False).sign_in("so.gddt")
    page.goto("/chi-tieu/")
    page.locator(".dh-figure-opens").first.click()
    expect(page.get_by_text("Số này được tính thế nào")).to_be_visible()
    page.get_by_role("link", name="Phòng GD&ĐT huyện Lạc Sơn").click()
    expect(page.locator(".dh-lede")).to_contain_text("Phòng GD&ĐT huyện Lạc Sơn")

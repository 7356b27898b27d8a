"""From the decision to the signed report: registered, a programme, plans of units, who is late, a review, a PDF."""

from __future__ import annotations

import re

from playwright.sync_api import Page, expect
from pypdf import PdfReader

from e2e.conftest import PASSWORD

PLANS = """
  SELECT count(*), count(*) FILTER (WHERE plan.due_on < '2025-06-16' AND plan.state IN ('draft', 'returned')
    AND plan.office_id IS NOT NULL)
  FROM programmes_unitplan plan JOIN programmes_programme programme ON programme.id = plan.programme_id
  WHERE programme.code = %s
"""
WORDS = {
    "strengths": "Mọi phòng đã giao kế hoạch cho các trường.",
    "difficulties": "Một số trường gửi kế hoạch muộn.",
    "next": "Rà soát các trường còn thiếu trong tháng 7.",
}


def press(page: Page, name: str) -> None:
    page.get_by_role("button", name=name, exact=True).click()


def register_the_decision(page: Page) -> str:
    """The clerk writes it down and takes its number; the answer is number and symbol."""
    page.goto("/van-ban/")
    page.get_by_role("link", name="Lập văn bản đi").click()
    page.get_by_label("Trích yếu nội dung").fill("Ban hành Kế hoạch giáo dục kỹ năng số năm 2025")
    page.get_by_label("Ký hiệu").fill("QĐ-SGDĐT")
    page.get_by_label("Họ tên người ký").fill("Đinh Thị Hường")
    page.get_by_label("Chức vụ người ký").fill("Giám đốc")
    press(page, "Ghi")
    page.get_by_text("Cấp số và ban hành").first.click()
    press(page, "Cấp số và ban hành")
    return page.locator("dt", has_text="Số, ký hiệu").locator("xpath=following-sibling::dd").inner_text()


def write_the_programme(page: Page, decision: str) -> None:
    page.goto("/chuong-trinh/")
    page.get_by_role("link", name="Lập chương trình").click()
    page.get_by_label("Tên chương trình").fill("Kế hoạch giáo dục kỹ năng số năm 2025")
    page.get_by_label("Tên gọi ngắn").fill("Kỹ năng số 2025")
    page.get_by_label("Quyết định ban hành").fill(decision)
    page.get_by_label("Từ ngày").fill("2025-06-16")
    page.get_by_label("Đến hết ngày").fill("2025-12-31")
    page.get_by_label("Đơn vị gửi kế hoạch trước ngày").fill("2025-07-15")
    press(page, "Lập chương trình")
    page.get_by_label("Điều, mục").first.fill("II.1")
    page.get_by_label("Tên của mục").fill("Nhiệm vụ")
    page.get_by_label("Nội dung").fill("Mỗi trường mở một câu lạc bộ kỹ năng số.")
    page.get_by_label("Phòng").check()
    page.get_by_label("cơ sở giáo dục").check()
    page.get_by_label("Hoặc trong số ngày làm việc").fill("20")
    press(page, "Thêm nhiệm vụ")
    page.get_by_role("link", name="Soạn xong").click()


def test_from_the_decision_to_the_signed_report(visitor, database):
    clerk = visitor().sign_in("vanthu.so")
    decision = register_the_decision(clerk)
    officer = visitor().sign_in("so.gddt")
    write_the_programme(officer, decision)
    expect(officer.locator("main")).to_contain_text(decision)
    officer.get_by_role("button", name="Giao kế hoạch cho").click()
    made, _late = database.execute(PLANS, ["ky-nang-so-2025"]).fetchone()
    assert made > 10  # ten offices, the Department, and schools right below it

    officer.goto("/chuong-trinh/plan-hoa-binh-2020/")
    everyone, late = database.execute(PLANS, ["plan-hoa-binh-2020"]).fetchone()
    assert everyone == 542  # 531 schools, ten offices, the Department
    officer.get_by_role("link", name=str(late), exact=True).click()
    expect(officer.locator("tbody tr")).to_have_count(late)

    officer.goto("/chuong-trinh/so-ket/")
    officer.get_by_label("Chương trình").select_option(label="Giáo dục học sinh, sinh viên trên mạng 2020–2025")
    officer.get_by_label("Loại").select_option("interim")
    officer.get_by_label("Kỳ").select_option("NH2024")
    press(officer, "Lập bản đầu")
    for name, words in WORDS.items():
        officer.locator(f"textarea[name={name}]").fill(words)
    press(officer, "Ghi và trình duyệt")
    review = officer.url
    leader = visitor().sign_in("lanhdao.so")
    leader.goto(review)
    press(leader, "Duyệt báo cáo")

    clerk.goto(review)
    clerk.get_by_label("Ký hiệu").fill("BC-SGDĐT")
    clerk.get_by_label("Địa danh").fill("Hòa Bình")
    clerk.get_by_label("Chức vụ người ký").fill("GIÁM ĐỐC")
    clerk.get_by_label("Họ tên người ký").fill(leader.locator(".dh-menu-name").inner_text())
    press(clerk, "Cấp số và lập văn bản")
    clerk.get_by_role("link", name="Văn bản trình ký", exact=True).last.click()
    paper = clerk.url
    leader.goto(paper)
    leader.get_by_label("Mật khẩu của chứng thư").fill(PASSWORD)
    press(leader, "Ký số")
    clerk.reload()
    clerk.get_by_label("Mật khẩu của chứng thư").fill(PASSWORD)
    press(clerk, "Đóng dấu của cơ quan")
    with clerk.expect_download() as download:
        clerk.get_by_role("link", name="PDF", exact=True).click()
    anybody = visitor().page
    anybody.goto("/trinh-ky/kiem-tra/")
    anybody.get_by_label("Tệp PDF").set_input_files(download.value.path())
    press(anybody, "Kiểm tra")
    expect(anybody.get_by_text("Chữ ký còn giá trị")).to_have_count(2)  # the leader's, and the Department's seal

    a_figure_opens(PdfReader(download.value.path()), officer, visitor)


def a_figure_opens(pdf: PdfReader, officer, visitor) -> None:
    """The code beside the sentence of a target, typed: its number, how it is made, its rows; shut to a school."""
    _text, listed = "\n".join(page.extract_text() for page in pdf.pages).split("NGUỒN SỐ LIỆU")
    code = re.search(r"\b([2-9A-Z]{8})\s+Tỷ lệ", listed)[1]
    officer.goto("/trinh-ky/nguon/")
    officer.get_by_label("Mã ở lề văn bản").fill(code.lower())
    press(officer, "Mở")
    opens = officer.get_by_role("link", name="Mở cách tính và số liệu gốc")
    expect(opens).to_be_visible()
    said = officer.locator(".dh-card p").first.inner_text()
    number = re.search(r"[\d,]+ %", said)[0]
    opens.click()
    expect(officer.locator("main")).to_contain_text(number)
    expect(officer.locator("tbody tr").first).to_be_visible()
    head = visitor().sign_in("ht.demo")
    head.goto(f"/trinh-ky/nguon/{code}/")
    expect(head.get_by_text("Số liệu này không thuộc phạm vi của thầy cô.")).to_be_visible()
    expect(head.get_by_text(number)).to_have_count(0)

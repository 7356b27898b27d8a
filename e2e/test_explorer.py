"""The officer of the Department lays figures out by keyboard, draws, keeps and shares them; a district sees its own.

And a figure that is sent by schedule is found, opened and stopped.
"""

from __future__ import annotations

import re
from pathlib import Path

from playwright.sync_api import Page, expect
from python_calamine import CalamineWorkbook

from donghanh.kernel.numbers import parse_number


def press(page: Page, role: str, name: str) -> None:
    """Reach a link or button by its name and press Enter, as one does without a mouse."""
    there = page.get_by_role(role, name=name, exact=True).first
    there.focus()
    expect(there).to_be_focused()
    page.keyboard.press("Enter")


def rows(page: Page) -> dict[str, list[str]]:
    """The table as it is read: row → the numbers of its cells."""
    return page.locator("table.dh-rows tbody tr").evaluate_all("""(rows) => Object.fromEntries(rows.map((row) => [
      row.querySelector("th").textContent.trim(),
      [...row.querySelectorAll("td")].map((cell) => (cell.querySelector("b") ?? cell).textContent.trim())]))""")


def layout_by_keyboard(page: Page) -> None:
    """Kinds of school on the rows beside the periods, elements on the columns."""
    summary = page.locator("summary", has_text="Bố trí và lựa chọn khác")
    summary.focus()
    page.keyboard.press("Enter")
    press(page, "link", "Chuyển Loại hình trường sang hàng")
    expect(page).to_have_url(re.compile(r"hang=dv,loai"))
    press(page, "link", "Chuyển Đơn vị sang lọc")
    expect(page).to_have_url(re.compile(r"hang=loai(#|&|$)"))
    press(page, "link", "Chuyển Kỳ sang cột")
    expect(page).to_have_url(re.compile(r"cot=so,ky"))
    press(page, "link", "Đưa Kỳ lên trước")
    expect(page).to_have_url(re.compile(r"cot=ky,so"))


def test_an_officer_lays_out_keeps_and_shares_figures(visitor, tmp_path):
    officer = visitor()
    page = officer.sign_in("so.gddt")
    page.goto("/kham-pha/")
    expect(page.locator("h1")).to_have_text("Khám phá số liệu")
    assert len(rows(page)) > 5  # there is something to see before anything is chosen

    layout_by_keyboard(page)
    table = rows(page)
    assert "Mọi loại hình" in table
    assert "Trường mầm non" in table

    # what is handed out is what stands there
    with page.expect_download() as handed:
        page.get_by_role("link", name="Tải về Excel").click()
    sheet = CalamineWorkbook.from_path(str(handed.value.path())).get_sheet_by_index(0).to_python()
    _note, head, *lines = [row for row in sheet if any(row)]
    assert head[0] == "Loại hình trường"
    shown = {
        name: [parse_number(cell.removesuffix("%").strip(), whole=False) if cell != "–" else "" for cell in cells]
        for name, cells in table.items()
    }
    assert {row[0]: row[1:] for row in lines} == shown

    # a chart, saved as a picture and as a drawing
    page.get_by_role("link", name="Cột", exact=True).first.click()
    expect(page.locator("[data-dh-chart] canvas")).to_be_visible()
    for ending, begins in (("PNG", b"\x89PNG"), ("SVG", b"<svg")):
        with page.expect_download() as saved:
            page.get_by_role("button", name=re.compile(ending)).click()
        assert Path(saved.value.path()).read_bytes().startswith(begins)

    # kept, put on a dashboard, shared
    page.get_by_label("Tên", exact=True).fill("Theo loại hình")
    page.get_by_role("button", name="Lưu bảng này").click()
    expect(page.get_by_text("Đã lưu “Theo loại hình”.")).to_be_visible()
    page.get_by_role("button", name="Tạo đường dẫn").click()
    link = page.get_by_role("textbox", name="Đường dẫn").input_value()
    page.get_by_label("Bảng theo dõi").select_option(label="Kế hoạch 3296 trong một trang")
    page.get_by_role("button", name="Đưa lên").click()
    tile = page.locator("[data-dh-tile]", has_text="Theo loại hình")
    tile.scroll_into_view_if_needed()
    expect(tile.locator("canvas")).to_be_visible()
    before = page.locator("[data-dh-tile] h2").all_inner_texts()
    tile.locator("summary", has_text="Sắp xếp ô này").click()
    tile.get_by_role("button", name="Lên trước").click()
    expect(page.locator("[data-dh-tile] h2").nth(len(before) - 2)).to_have_text("Theo loại hình")

    # a colleague in a district opens the link and sees the district alone
    district = visitor("360")
    theirs = district.sign_in("phong.lacson")
    theirs.goto(link)
    theirs.get_by_text("Xem bảng").click()
    fewer = rows(theirs)
    assert fewer.keys() <= table.keys()
    assert 0 < len(fewer) < len(table)


def test_figures_come_by_schedule_and_are_stopped(visitor, database):
    officer = visitor()
    page = officer.sign_in("so.gddt")
    page.goto("/kham-pha/bang/")
    page.get_by_role("link", name="Kế hoạch 3296 trong một trang").click()
    page.get_by_role("link", name="Gửi theo lịch").click()
    page.get_by_label("Gửi", exact=True).select_option("daily")
    page.get_by_role("button", name="Ghi", exact=True).click()
    expect(page.get_by_text("Từ nay “Kế hoạch 3296 trong một trang” được gửi theo lịch.")).to_be_visible()
    page.locator("li", has_text="Hằng ngày").get_by_role("button", name="Dừng gửi").click()
    expect(page.get_by_text("Đã dừng lịch gửi.")).to_be_visible()
    assert database.execute("SELECT count(*) FROM explorer_subscription WHERE ended_at IS NULL").fetchone() == (1,)

"""The administrator of the Department records what changes in the tree, looks before writing, and takes it back.

And the reform of 1 July 2025: the tree of the eve and of the day, while a report of 2021 still adds up by district.
"""

from __future__ import annotations

import re

from playwright.sync_api import Page, expect

from e2e.pages import FIGURES
from e2e.recount import tallies

SCHOOL = """
  SELECT called.unit_id, called.name FROM organisations_unitname called
  JOIN organisations_unittype kind ON kind.unit_id = called.unit_id AND kind.valid @> date '2025-09-01'
  WHERE kind.kind = 'TH' AND called.valid @> date '2025-09-01' ORDER BY called.name_sort LIMIT 1
"""
COMMUNE = """
  SELECT called.name, code.code FROM organisations_unitname called
  JOIN organisations_unitcode code ON code.unit_id = called.unit_id AND code.valid @> date '2025-09-01'
  JOIN organisations_unitparent link ON link.parent_id = called.unit_id AND link.valid @> date '2025-09-01'
  WHERE called.valid @> date '2025-09-01' AND code.scheme = 'area' AND called.name LIKE 'Xã%%'
    AND NOT EXISTS (SELECT FROM organisations_unitparent own WHERE own.unit_id = %s AND own.parent_id = called.unit_id)
  ORDER BY called.name_sort LIMIT 1
"""


def state(page: Page, kind: str, day: str, **typed: str) -> None:
    """From a unit's page to the preview of an event."""
    page.get_by_role("link", name="Ghi biến động").click()
    page.get_by_role("link", name=kind, exact=True).click()
    for label, text in typed.items():
        page.get_by_label(label.replace("_", " "), exact=True).fill(text)
    page.get_by_label("Có hiệu lực từ ngày").fill(day)
    page.get_by_label("Quyết định, nghị quyết").fill("12/QĐ-UBND ngày 10/6/2025")
    page.get_by_role("button", name="Xem trước thay đổi").click()
    expect(page.get_by_text("Chưa có gì được ghi.")).to_be_visible()


def take_back(page: Page, kind: str, reason: str) -> None:
    step = page.locator(".dh-timeline li", has_text=kind).first
    step.get_by_role("link", name=re.compile("^Hoàn tác")).click()
    page.get_by_label("Lý do hoàn tác").fill(reason)
    page.get_by_role("button", name="Hoàn tác").click()
    expect(page.get_by_text(f"Đã hoàn tác biến động “{kind}”.")).to_be_visible()
    expect(page.locator(".dh-timeline s", has_text=kind).first).to_be_visible()
    expect(page.get_by_text(reason)).to_be_visible()


def test_an_administrator_records_events_and_takes_them_back(visitor, database):
    unit_id, name = database.execute(SCHOOL).fetchone()
    commune, code = database.execute(COMMUNE, [unit_id]).fetchone()
    administrator = visitor()
    page = administrator.sign_in("quantri.so")
    page.get_by_role("link", name="Các đơn vị", exact=True).first.click()
    page.get_by_role("searchbox").fill(name)
    page.get_by_role("button", name="Xem").click()
    page.get_by_role("link", name=name, exact=True).first.click()
    own = page.url.split("?")[0]

    # a new name: seen before it is written, told in the time line, taken back
    state(page, "Đổi tên", "2025-06-20", Tên_mới=f"{name} Hoà Bình")
    row = page.get_by_role("row", name=re.compile(re.escape(f"{name} Hoà Bình")))
    expect(row).to_contain_text("Tên")
    expect(page.get_by_text("vai trò đang giữ")).to_be_visible()
    page.get_by_role("button", name="Ghi biến động").click()
    expect(page.get_by_role("heading", level=1)).to_have_text(f"{name} Hoà Bình")
    expect(page.locator(".dh-timeline")).to_contain_text(f"“{name}” thành “{name} Hoà Bình”")
    take_back(page, "Đổi tên", "Ghi nhầm trường")
    page.goto(f"{own}?day=2025-06-20")
    expect(page.get_by_role("heading", level=1)).to_have_text(name)

    # another parent, in the tree after the reform: wrong first, at its field
    page.get_by_role("link", name="Ghi biến động").click()
    page.get_by_role("link", name="Chuyển đơn vị quản lý", exact=True).click()
    page.get_by_label("Về trực thuộc").fill("xã không có thật")
    page.get_by_label("Có hiệu lực từ ngày").fill("2025-09-01")
    page.get_by_role("button", name="Xem trước thay đổi").click()
    expect(page.get_by_text("không có đơn vị nào tên hoặc mã là “xã không có thật”")).to_be_visible()
    assert ["422" in complaint for complaint in administrator.complaints] == [True]  # said by the browser of the page
    administrator.complaints.clear()
    page.goto(own)
    state(page, "Chuyển đơn vị quản lý", "2025-09-01", Về_trực_thuộc=code)
    expect(page.get_by_role("row", name=re.compile("Trực thuộc"))).to_contain_text(commune)
    page.get_by_role("button", name="Ghi biến động").click()
    expect(page.locator(".dh-crumbs")).to_contain_text(commune)
    take_back(page, "Chuyển đơn vị quản lý", "Chưa có quyết định chính thức")
    page.goto(f"{own}?day=2025-09-01")
    expect(page.locator(".dh-crumbs")).not_to_contain_text(commune)


def branch(page: Page, name: str) -> Page:
    page.locator("li", has_text=name).first.get_by_role("link", name=re.compile("^Mở")).first.click()
    return page


def test_the_reform_is_replayed_and_2021_still_adds_up_by_district(visitor, database):
    page = visitor().sign_in("so.gddt")
    page.goto("/don-vi/")
    page.get_by_role("link", name="Dạng cây").click()
    page.get_by_label("Xem cây đơn vị vào ngày").fill("2025-06-30")
    page.get_by_role("button", name="Xem cây").click()
    branch(page, "Sở GD&ĐT Hòa Bình")
    expect(page.get_by_role("link", name=re.compile("^Phòng GD&ĐT"))).to_have_count(10)
    page.get_by_label("Xem cây đơn vị vào ngày").fill("2025-07-01")
    page.get_by_role("button", name="Xem cây").click()
    expect(page.get_by_text("Sở GD&ĐT Hòa Bình")).to_have_count(0)
    branch(page, "Sở GD&ĐT Phú Thọ")
    expect(page.get_by_role("link", name=re.compile("^(Xã|Phường) "))).to_have_count(46)
    expect(page.get_by_role("link", name=re.compile("^Phòng GD&ĐT"))).to_have_count(0)

    truth = tallies(database, "NH2020")
    address = database.execute(FIGURES.format(person="so.gddt", period="NH2020")).fetchone()
    page.goto(f"/chi-tieu/{address[1]}/{address[2]}/")
    page.get_by_text("Mọi chỉ tiêu theo địa bàn").click()
    offices = [office for office in truth if office.startswith("Phòng")]
    assert len(offices) == 10
    for office in offices:
        line = page.get_by_role("row", name=re.compile(re.escape(office)))
        expect(line).to_contain_text(f"{truth[office].accepted}/{truth[office].expected}")

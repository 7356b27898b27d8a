"""Two people on one sheet in two browsers: each sees the other's words, nothing is overwritten, who differs chooses."""

from __future__ import annotations

import re

from playwright.sync_api import expect

from e2e.pages import REPORT


def box(page, code):
    return page.locator(f"[name='{code}']")


def saved(page):
    return expect(page.locator("[data-dh-saved]"))


def test_two_people_on_one_sheet(visitor, database):
    found = REPORT.format(period="NH2024", which="report.state = 'draft' AND report.revision = 0")
    username, report = database.execute(found).fetchone()
    first, second = visitor().sign_in(username), visitor().sign_in(username)
    for page in (first, second):
        page.goto(f"/bao-cao/{report}/dien/")
        page.wait_for_timeout(500)  # the script has its boxes

    # different boxes: each sees what the other wrote
    box(first, "collaborators").fill("4")
    box(second, "briefings_held").fill("2")
    saved(first).to_have_text(re.compile(r"Đã lưu \d\d:\d\d"))
    saved(second).to_have_text(re.compile(r"Đã lưu \d\d:\d\d"))
    expect(box(second, "collaborators")).to_have_value("4", timeout=9000)
    expect(box(first, "briefings_held")).to_have_value("2", timeout=9000)

    # the same box at once: the later one is asked, with both values and the one before
    box(first, "collaborators").fill("5")
    box(second, "collaborators").fill("6")
    clash = second.locator(".dh-clash")
    other = first
    first.wait_for_timeout(2500)
    if not clash.count():
        clash, other = first.locator(".dh-clash"), second
    asked = first if other is second else second
    expect(clash).to_be_visible()
    expect(clash).to_contain_text("Như trước khi sửa: 4")
    saved(asked).to_contain_text("hai người điền khác nhau")
    mine = box(asked, "collaborators").input_value()
    asked.screenshot(path="e2e/pictures/clash.png")
    clash.get_by_role("button", name=re.compile("Giữ của tôi")).focus()
    asked.keyboard.press("Enter")
    expect(clash).to_have_count(0)
    saved(asked).to_have_text(re.compile(r"Đã lưu \d\d:\d\d"))
    expect(box(other, "collaborators")).to_have_value(mine, timeout=9000)
    asked.reload()
    expect(box(asked, "collaborators")).to_have_value(mine)

    # the tab dies in the middle of a word: the next one has it
    box(first, "briefing_attendees").press_sequentially("12")
    first.wait_for_timeout(150)
    first.close(run_before_unload=False)
    again = first.context.new_page()  # the same person's browser: its contexts are not all this test's
    again.goto(f"/bao-cao/{report}/dien/")
    expect(box(again, "briefing_attendees")).to_have_value("12")

    # words typed without network in a sheet that is closed arrive by themselves at the next page with network
    second.context.set_offline(True)
    box(second, "collaborators").fill("9")
    saved(second).to_have_text("Chờ mạng: 1 thay đổi", timeout=9000)
    second.close()
    second.context.set_offline(False)
    elsewhere = second.context.new_page()
    elsewhere.goto("/bao-cao/can-nop/")
    elsewhere.wait_for_timeout(1500)
    database.rollback()
    draft = database.execute("SELECT draft FROM reporting_submission WHERE id = %s", [report]).fetchone()[0]
    assert draft["collaborators"] == "9"

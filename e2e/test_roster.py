"""The journey of a roster: a OneRoster archive goes in, the class teacher prints slips, a learner signs in with one."""

from __future__ import annotations

import re

from playwright.sync_api import expect

from donghanh.rosters.tests.factories import a_roster, one_roster

CODE_OF_THE_SCHOOL = """
  SELECT code.code FROM organisations_unitcode code
  JOIN people_membership membership ON membership.unit_id = code.unit_id
  JOIN people_account account ON account.id = membership.account_id
  WHERE account.username = 'qt.demo' AND code.valid @> date '2025-06-16' ORDER BY code.scheme LIMIT 1
"""


def archive(code: str, **changes) -> dict:
    files = a_roster(code, **changes)
    files["classes"][0] |= {"title": "8C"}
    files["users"][3] |= {"username": "gvcn.demo"}
    return {
        "name": "danh-sach.zip", "mimeType": "application/zip",
        # a list of changes: the school's other classes stay as they are
        "buffer": one_roster(mode="delta", **files),
    }  # fmt: skip


def test_a_roster_goes_in_and_a_learner_signs_in(visitor, database):
    code = database.execute(CODE_OF_THE_SCHOOL).fetchone()[0]
    administrator, teacher, child = visitor(), visitor(), visitor("360")

    # 1. a wrong archive: said at row and field, nothing to write
    page = administrator.sign_in("qt.demo")
    page.get_by_role("link", name="Lớp và học sinh").first.click()
    page.get_by_role("link", name="Nhập danh sách").click()
    wrong = archive(code, demographics=[{"sourcedId": "hs1", "birthDate": "31/2/2013"}])
    page.get_by_label("Tệp danh sách").set_input_files(wrong)
    page.get_by_role("button", name="Tải lên và kiểm tra").click()
    expect(page.get_by_text("“31/2/2013” không phải là ngày")).to_be_visible(timeout=60_000)
    expect(page.get_by_role("button", name="Ghi", exact=True)).to_have_count(0)
    page.get_by_role("button", name="Bỏ danh sách này").click()

    # 2. the right one: looked at, then written
    page.get_by_label("Tệp danh sách").set_input_files(archive(code))
    page.get_by_role("button", name="Tải lên và kiểm tra").click()
    expect(page.get_by_role("cell", name="Quách An")).to_be_visible(timeout=60_000)
    assert database.execute("SELECT count(*) FROM rosters_schoolclass WHERE name = '8C'").fetchone() == (0,)
    page.get_by_role("button", name="Ghi", exact=True).click()
    expect(page.get_by_text("Đã ghi lúc")).to_be_visible(timeout=60_000)

    # 3. the class teacher prints the slips
    page = teacher.sign_in("gvcn.demo")
    page.goto("/lop/cua-toi/")
    page.get_by_role("link", name="8C", exact=True).click()
    expect(page.get_by_text("sĩ số 3")).to_be_visible()
    page.get_by_role("button", name="In phiếu cho cả lớp").click()
    slip = page.locator(".slip", has_text="Bùi Thị Ánh")
    expect(slip.locator(".slip-typed")).to_have_count(2)
    username, password = slip.locator(".slip-typed").all_inner_texts()
    assert re.fullmatch(r"[a-z]+[2-9]+", username)

    # 4. the learner signs in with what stands on paper
    page = child.page
    page.goto("/")
    page.get_by_label("Tên đăng nhập").fill(username.upper())
    page.get_by_label("Mật khẩu", exact=True).fill(password)
    page.get_by_role("button", name="Đăng nhập", exact=True).click()
    page.wait_for_url(lambda address: "dang-nhap" not in address)
    expect(page.get_by_role("heading", name="Chọn mật khẩu của riêng mình")).to_be_visible()
    page.wait_for_load_state()
    for box in page.locator('input[type="password"]').all():
        box.fill("con trâu ăn cỏ đồi xa")
    page.get_by_role("button", name="Lưu mật khẩu mới").click()
    page.goto("/")
    expect(page.get_by_role("heading", name="Việc của tôi")).to_be_visible()

    # 5. and the teacher sees that the slip was used
    page = teacher.page
    page.goto("/lop/cua-toi/")
    page.get_by_role("link", name="8C", exact=True).click()
    page.get_by_role("link", name="Bùi Thị Ánh").click()
    expect(page.get_by_text("Đã dùng để đăng nhập.")).to_be_visible()

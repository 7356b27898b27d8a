"""A child is put forward, judged by a council without interest, commended; its name shows only while both consent."""

from __future__ import annotations

import re

from playwright.sync_api import Page, expect

CHILD = """
  SELECT learner.account_id, learner.full_name, account.username FROM privacy_consent consent
  JOIN rosters_learner learner ON learner.account_id = consent.subject_id
  JOIN people_account account ON account.id = learner.account_id
  WHERE consent.purpose = 'results' AND consent.withdrawn_at IS NULL ORDER BY learner.account_id LIMIT 1
"""
PASSWORD_OF_THE_DEMO = """
  UPDATE people_account SET password = (SELECT password FROM people_account WHERE username = 'ph.demo'),
    must_change_password = false  -- whoever printed slips for the class before made it choose anew
  WHERE id = %s
"""
NAMES = "SELECT full_name FROM people_account WHERE username IN ('lanhdao.so', 'so.gddt') ORDER BY username"
ROUND = "Khen gương tốt trên mạng"
RESULTS = "Nêu tên khi công bố kết quả thi, khen thưởng"


def press(page: Page, name: str) -> None:
    page.get_by_role("button", name=name, exact=True).click()


def open_the_round(page: Page, council: list[str]) -> str:
    page.goto("/khen-thuong/")
    page.get_by_text("Tên, hình thức, tiêu chí, thời gian").click()
    page.get_by_label("Tên đợt").fill(ROUND)
    page.get_by_label("Thư khen").check()
    page.get_by_label("Tiêu chí").fill("Có việc làm cụ thể (60 điểm)\nCó minh chứng (40 điểm)\nNói được với bạn")
    page.get_by_label("Nhận đề nghị từ ngày").fill("2025-06-16")
    page.get_by_label("đến hết ngày").fill("2025-06-30")
    page.get_by_label("Số phiếu ít nhất").fill("1")
    press(page, "Mở đợt")
    expect(page.get_by_text("Tổng nhiều nhất 100 điểm")).to_be_visible()
    for number, name in enumerate(council):
        page.get_by_text("Thêm thành viên").click()
        page.get_by_label("Người được mời").select_option(label=name)
        page.get_by_label("Chủ tịch hội đồng").set_checked(number == 0)
        press(page, "Thêm")
    return page.url


def put_forward(page: Page, here: str, kind: str, deed: str, **who: str) -> str:
    page.goto(here)
    page.get_by_label("Đề nghị khen ai").select_option(kind)
    if "group" in who:
        page.get_by_label("Tên tổ, lớp, nhóm").fill(who["group"])
    else:
        page.get_by_label("Người (nếu là cá nhân)").select_option(who["person"])
    page.get_by_label("Việc đã làm").fill(deed)
    press(page, "Ghi bản nháp")
    press(page, "Gửi hội đồng")
    expect(page.get_by_role("button", name="Gửi hội đồng")).to_have_count(0)
    return page.url


def test_a_childs_name_shows_only_while_both_consent(visitor, database):
    child, name, username = database.execute(CHILD).fetchone()
    database.execute(PASSWORD_OF_THE_DEMO, [child])
    database.commit()
    council = [row[0] for row in database.execute(NAMES).fetchall()]  # the leader, then the officer
    officer = visitor().sign_in("so.gddt")
    here = open_the_round(officer, council)

    teacher = visitor().sign_in("gvcn.demo")
    of_the_child = put_forward(teacher, here, "learner", "Nhận ra và báo tin nhắn lừa đảo.", person=str(child))
    of_the_group = put_forward(officer, here, "group", "Soạn bộ câu hỏi dùng chung.", group="Tổ soạn học liệu")
    expect(officer.get_by_text("không bỏ phiếu ở đề nghị này vì là người đề nghị")).to_be_visible()
    expect(officer.get_by_role("button", name="Đồng ý", exact=True)).to_have_count(0)

    leader = visitor().sign_in("lanhdao.so")
    for nomination in (of_the_group, of_the_child):
        leader.goto(nomination)
        press(leader, "Đồng ý")
        expect(leader.get_by_text("Thầy cô đã bỏ phiếu đồng ý.")).to_be_visible()
    expect(leader.get_by_role("main")).not_to_contain_text(name)  # the office judges a child without its name
    leader.get_by_text("Chấm điểm", exact=True).click()
    leader.get_by_label("Có việc làm cụ thể").fill("50")
    leader.get_by_label("Có minh chứng").fill("35")
    press(leader, "Ghi điểm")
    expect(leader.get_by_text("85/100")).to_be_visible()
    leader.goto(here)
    leader.get_by_label("Quyết định").first.fill("77/QĐ-SGDĐT")
    press(leader, "Ghi quyết định")
    press(leader, "Công bố")
    leader.get_by_role("link", name="Trang công bố").click()
    outcome = leader.url

    officer.goto(here)
    officer.get_by_text("Cơ quan, căn cứ, người ký, nơi nhận").click()
    expect(officer.get_by_label("Ký hiệu")).to_have_value("QĐ-SGDĐT")
    officer.get_by_label("Địa danh").fill("Hòa Bình")
    officer.get_by_label("Thẩm quyền ban hành").fill("Giám đốc Sở Giáo dục và Đào tạo")
    officer.get_by_label("Căn cứ", exact=True).fill("Căn cứ Luật Thi đua, khen thưởng")
    officer.get_by_label("Chức vụ người ký").fill("Giám đốc")
    officer.get_by_label("Họ tên người ký").fill(council[0])
    press(officer, "Lập văn bản trình ký")
    officer.get_by_role("link", name="Văn bản trình ký").last.click()
    expect(officer.get_by_role("heading", level=1)).to_contain_text("Quyết định số 77/QĐ-SGDĐT")

    anybody = visitor("360", is_mobile=True, has_touch=True).page

    def public() -> None:
        anybody.goto(outcome)
        expect(anybody.get_by_role("main")).to_contain_text("Tổ soạn học liệu")

    public()
    expect(anybody.get_by_role("main")).to_contain_text("Một học sinh của")
    expect(anybody.get_by_role("main")).not_to_contain_text(name)
    pupil = visitor().sign_in(username)
    pupil.goto("/du-lieu/cua-toi/")
    pupil.get_by_role("button", name=re.compile(rf"^Đồng ý\s*: {RESULTS}")).click()
    public()
    expect(anybody.get_by_role("main")).to_contain_text(name)
    mother = visitor().sign_in("ph.demo")
    mother.goto(f"/du-lieu/cua/{child}/")
    mother.get_by_role("button", name=re.compile(rf"^Rút đồng ý\s*: {RESULTS}")).click()
    public()
    expect(anybody.get_by_role("main")).not_to_contain_text(name)

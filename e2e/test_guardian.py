"""A school prints a code; a mother opens an account with it, sees her one child, and the school ends the link."""

from __future__ import annotations

from playwright.sync_api import expect

CHILD = """
  SELECT learner.account_id, learner.full_name, enrolment.school_class_id FROM rosters_learner learner
  JOIN rosters_enrolment enrolment ON enrolment.learner_id = learner.account_id
  WHERE NOT EXISTS (SELECT FROM guardians_guardianship link WHERE link.child_id = learner.account_id)
  ORDER BY learner.account_id DESC LIMIT 1
"""
OTHERS = "SELECT full_name FROM rosters_learner WHERE account_id <> %s AND full_name <> %s"
PASSWORD = "ba quả bưởi vàng"


def test_a_mother_finds_her_child_by_the_paper_code(visitor, database):
    child, name, school_class = database.execute(CHILD).fetchone()
    others = {row[0] for row in database.execute(OTHERS, [child, name]).fetchall()}
    school = visitor("1280").sign_in("qt.demo")
    school.goto(f"/gia-dinh/lop/{school_class}/")
    for box in school.locator('[name="children"]').all():
        box.set_checked(box.get_attribute("value") == str(child))
    school.get_by_role("button", name="Tạo phiếu mã").click()
    expect(school.get_by_role("heading", name=name).first).to_be_visible()
    code = school.locator("code").first.inner_text()

    mother = visitor("360", is_mobile=True, has_touch=True).page
    mother.goto("/gia-dinh/ma/")
    mother.get_by_label("Mã trên phiếu").fill(code.lower())
    mother.get_by_label("Tôi là").select_option("mother")
    mother.get_by_label("Họ và tên của tôi").fill("Bùi Thị Mơ")
    mother.get_by_label("Tên đăng nhập").fill("me.mo")
    mother.get_by_label("Mật khẩu", exact=True).fill(PASSWORD)
    mother.get_by_role("button", name="Mở tài khoản và liên kết").click()
    mother.get_by_label("Tên đăng nhập").fill("me.mo")
    mother.get_by_label("Mật khẩu", exact=True).fill(PASSWORD)
    mother.get_by_role("button", name="Đăng nhập", exact=True).click()
    mother.wait_for_url(lambda address: "dang-nhap" not in address)

    mother.goto("/gia-dinh/con-cua-toi/")  # what the child carried home waits for the school's word
    expect(mother.get_by_role("main")).not_to_contain_text(name)
    school.goto("/gia-dinh/cho-xac-minh/")
    school.get_by_role("link", name=name).click()
    school.get_by_role("button", name="Xác minh").click()
    mother.goto("/gia-dinh/con-cua-toi/")
    expect(mother.get_by_role("heading", name=name)).to_be_visible()
    shown = mother.get_by_role("main").inner_text()
    assert [other for other in others if other in shown] == []

    mother.get_by_role("button", name="Dừng liên kết").click()
    expect(mother.get_by_role("main")).not_to_contain_text(name)

"""A visit on a tablet without network: typed, a picture taken, sent by itself; its finding goes to its end."""

from __future__ import annotations

import io

from PIL import Image
from playwright.sync_api import expect

VISIT = """SELECT visit.id FROM inspections_visit visit WHERE "on" = '2025-06-16' ORDER BY id LIMIT 1"""


def a_picture() -> bytes:
    kept = io.BytesIO()
    picture = Image.new("RGB", (60, 40), "teal")
    exif = picture.getexif()
    exif.get_ifd(0x8825)[1] = "N"
    picture.save(kept, "JPEG", exif=exif)
    return kept.getvalue()


def test_a_visit_without_network_and_its_finding_to_the_end(visitor, database):
    (visit,) = database.execute(VISIT).fetchone()
    tablet = visitor()
    page = tablet.sign_in("phong.lacson")
    page.goto(f"/kiem-tra-co-so/cuoc/{visit}/")
    page.evaluate("() => navigator.serviceWorker.ready")
    page.reload()  # kept by the worker now
    state = page.locator("[data-dh-state]")
    page.context.set_offline(True)
    page.reload()  # without network the page is there
    page.get_by_label("Kế hoạch hành động được duyệt, có phân công").select_option("full")
    page.get_by_label("Số buổi dạy kỹ năng, phổ biến luật trong năm").fill("14")
    picture = {"name": "lop.jpg", "mimeType": "image/jpeg", "buffer": a_picture()}
    page.locator("input[name=pictures]").set_input_files(picture)
    page.get_by_role("button", name="Ghi biên bản").click()
    expect(state).to_have_text("Chưa có mạng: đã giữ trong máy, có mạng sẽ tự gửi.")
    page.reload()  # the tablet was put away
    expect(page.get_by_label("Số buổi dạy kỹ năng, phổ biến luật trong năm")).to_have_value("14")
    page.context.set_offline(False)
    page.reload()
    expect(page.get_by_role("link", name="lop.jpg")).to_be_visible(timeout=15000)
    assert {complaint.rpartition("::")[2] for complaint in tablet.complaints} == {"ERR_INTERNET_DISCONNECTED"}
    tablet.complaints.clear()
    database.rollback()
    typed, revision = database.execute(
        "SELECT typed, revision FROM inspections_visit WHERE id = %s", [visit]
    ).fetchone()
    assert (typed, revision) == ({"i_plan": "full", "i_lessons": "14"}, 1)

    page.get_by_text("Ghi kiến nghị", exact=True).click()
    page.get_by_label("Điều phải khắc phục").fill("Treo nội quy phòng máy.")
    page.get_by_role("button", name="Ghi", exact=True).click()
    page.get_by_role("link", name="Treo nội quy phòng máy.").click()
    finding = page.url
    school = visitor().sign_in("ht.demo")
    school.goto(finding)
    school.get_by_label("Đã khắc phục thế nào").fill("Đã treo ở cả hai phòng.")
    school.get_by_role("button", name="Gửi", exact=True).click()
    page.goto(finding)
    page.get_by_label("Ý kiến").fill("Đã xem ảnh, đạt.")
    page.get_by_role("button", name="Đạt, khép kiến nghị").click()
    expect(page.locator(".dh-status")).to_contain_text("Đã khép")

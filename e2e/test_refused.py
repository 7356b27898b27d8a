"""A district officer asks for the neighbour's report and is told what they may open, not what is there."""

from __future__ import annotations

from playwright.sync_api import expect

NEIGHBOURS_REPORT = """
  SELECT report.id FROM reporting_submission report
  JOIN reporting_expectedreport expected ON expected.id = report.expected_id
  WHERE report.latest_id IS NOT NULL AND NOT EXISTS (
    SELECT FROM organisations_lineage line JOIN people_membership m ON m.unit_id = line.ancestor_id
    JOIN people_account a ON a.id = m.account_id
    WHERE a.username = 'phong.lacson' AND line.descendant_id = expected.unit_id)
  ORDER BY report.id LIMIT 1
"""


def test_a_district_officer_is_refused_the_neighbours_report_and_told_why(visitor, database):
    report = database.execute(NEIGHBOURS_REPORT).fetchone()[0]
    officer = visitor("1280")
    page = officer.sign_in("phong.lacson")
    for address in (f"/bao-cao/{report}/", f"/bao-cao/{report}/duyet/", "/bao-cao/999999/"):
        answer = page.goto(address)
        assert answer.status == 404, address
        expect(page.get_by_role("main")).to_contain_text("Chuyên viên Phòng · Phòng GD&ĐT huyện Lạc Sơn")
        expect(page.get_by_role("main")).to_contain_text("thuộc về một đơn vị khác")
    officer.complaints.clear()  # the browser says of each that it was not found

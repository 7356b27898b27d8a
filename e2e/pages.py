"""Every page of the product: who opens it and where it lies, found in the running programme's own database."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import psycopg
from playwright.sync_api import Page

PASSWORD = "dong-hanh-2025"
PERIOD = "NH2024"  # the round that is open on the demo's day
REPORT = """
  SELECT teacher.username, report.id
  FROM reporting_submission report
  JOIN reporting_expectedreport expected ON expected.id = report.expected_id
  JOIN reporting_collection round ON round.id = expected.collection_id
  JOIN periods_period period ON period.id = round.period_id
  JOIN people_membership membership ON membership.unit_id = expected.unit_id AND membership.role = 'teacher_in_charge'
  JOIN people_account teacher ON teacher.id = membership.account_id
  JOIN organisations_unitname called ON called.unit_id = expected.unit_id AND called.valid @> date '2025-06-16'
  LEFT JOIN reporting_submissionversion sending ON sending.id = report.latest_id
  WHERE period.code = '{period}' AND teacher.username <> 'gv.demo' AND {which}
  ORDER BY length(called.name) DESC, report.id LIMIT 1
"""  # the longest name first: it shows soonest where a page is too narrow
RECEIPT = "SELECT '', id, left(sha256, 12) FROM reporting_submissionversion ORDER BY id DESC LIMIT 1"
TO_REVIEW = """
  SELECT 'phong.lacson', report.id
  FROM reporting_submission report
  JOIN reporting_expectedreport expected ON expected.id = report.expected_id
  JOIN people_membership membership ON membership.unit_id = expected.reviewer_id
  JOIN people_account officer ON officer.id = membership.account_id
  JOIN organisations_unitname called ON called.unit_id = expected.unit_id AND called.valid @> date '2025-06-16'
  WHERE officer.username = 'phong.lacson' AND report.state = 'submitted'
  ORDER BY length(called.name) DESC, report.id LIMIT 1
"""
UNIT_OF = """
  SELECT '{person}', membership.unit_id FROM people_membership membership
  JOIN people_account account ON account.id = membership.account_id AND account.username = '{person}' LIMIT 1
"""
PLAN_OF_SCHOOL = """
  SELECT 'gv.demo', plan.id FROM programmes_unitplan plan
  JOIN people_membership membership ON membership.unit_id = plan.unit_id
  JOIN people_account account ON account.id = membership.account_id AND account.username = 'gv.demo' LIMIT 1
"""
PLAN_TO_REVIEW = """
  SELECT 'phong.lacson', plan.id FROM programmes_unitplan plan
  JOIN people_membership membership ON membership.unit_id = plan.office_id
  JOIN people_account account ON account.id = membership.account_id AND account.username = 'phong.lacson'
  WHERE plan.state = 'submitted' ORDER BY plan.id LIMIT 1
"""
TASK_OF_SCHOOL = PLAN_OF_SCHOOL.replace(
    "plan.id FROM programmes_unitplan plan",
    """task.id FROM programmes_plantask task
  JOIN programmes_unitplan plan ON plan.id = task.plan_id""",
).replace("LIMIT 1", "ORDER BY task.position LIMIT 1")
REVIEW_OF_OFFICE = """
  SELECT 'phong.lacson', review.id FROM programmes_review review WHERE review.state = 'draft' ORDER BY review.id LIMIT 1
"""
LINE_OF_SCHOOL = """
  SELECT 'ht.demo', line.id FROM programmes_budgetline line
  JOIN people_membership membership ON membership.unit_id = line.unit_id
  JOIN people_account account ON account.id = membership.account_id AND account.username = 'ht.demo'
  WHERE line.year = 2024 AND line.source = 'regular' ORDER BY line.id LIMIT 1
"""
JOINT_PLAN = "SELECT '{person}', id FROM programmes_coordinationplan ORDER BY id LIMIT 1"
OPEN_ROUND = "SELECT 'ht.demo', id FROM recognition_round WHERE decided_on IS NULL ORDER BY id LIMIT 1"
NOMINATION = "SELECT 'lanhdao.so', id FROM recognition_nomination WHERE state = 'submitted' ORDER BY id LIMIT 1"
OUTCOME = "SELECT '', id FROM recognition_round WHERE published_at IS NOT NULL ORDER BY id LIMIT 1"
PRACTICE = "SELECT 'gv.demo', id FROM recognition_practice WHERE state = 'published' ORDER BY id LIMIT 1"
VISIT_TODAY = "SELECT 'phong.lacson', id FROM inspections_visit WHERE \"on\" = '2025-06-16' ORDER BY id LIMIT 1"
VISIT_HELD = "SELECT 'ht.demo', id FROM inspections_visit WHERE remark <> '' ORDER BY id LIMIT 1"
FINDING = "SELECT 'phong.lacson', id FROM inspections_inspectionfinding WHERE state = 'proved' ORDER BY id LIMIT 1"
PAPER = "SELECT 'lanhdao.so', id FROM papers_paper WHERE state = 'unsigned' ORDER BY id LIMIT 1"
TEMPLATE = "SELECT 'vanthu.so', id FROM papers_papertemplate ORDER BY id LIMIT 1"
MERGE = "SELECT 'vanthu.so', id FROM papers_merge ORDER BY id LIMIT 1"
FIGURE_SOURCE = "SELECT 'so.gddt', code FROM papers_figuresource ORDER BY id LIMIT 1"
PAPER_CODE = "SELECT '', code FROM papers_paper WHERE state = 'sealed' ORDER BY id LIMIT 1"
ACCEPTED_THERE = TO_REVIEW.replace("report.state = 'submitted'", "report.state = 'accepted'")
ROUND = """
  SELECT '{person}', round.id FROM reporting_collection round
  JOIN periods_period period ON period.id = round.period_id WHERE period.code = '{period}'
"""
OPEN_DATA = "SELECT '', id FROM api_opendataset ORDER BY id LIMIT 1"
TARGET = "SELECT 'so.gddt', id FROM statistics_target WHERE ended_at IS NULL ORDER BY id LIMIT 1"
RULE = "SELECT 'so.gddt', id FROM statistics_validationrule ORDER BY id LIMIT 1"
REQUEST = "SELECT 'so.gddt', id FROM reporting_reportrequest ORDER BY id LIMIT 1"
FIGURES = """
  SELECT '{person}', round.id, membership.unit_id
  FROM reporting_collection round
  JOIN periods_period period ON period.id = round.period_id
  CROSS JOIN people_membership membership
  JOIN people_account account ON account.id = membership.account_id
  WHERE period.code = '{period}' AND account.username = '{person}'
"""
NUMBER = "/so-lieu/?datum={datum}&span=NH2024&unit={{}}"
UNIT_OF = """
  SELECT '{person}', membership.unit_id FROM people_membership membership
  JOIN people_account account ON account.id = membership.account_id WHERE account.username = '{person}'
"""
CHILD = """
  SELECT '{person}', link.child_id FROM guardians_guardianship link
  JOIN people_account guardian ON guardian.id = link.guardian_id
  WHERE guardian.username = 'ph.demo' AND link.state = 'verified' ORDER BY link.id LIMIT 1
"""
SCHOOL_ADMINISTRATOR = """
  SELECT account.username, {column} FROM guardians_guardianship link
  JOIN people_account guardian ON guardian.id = link.guardian_id AND guardian.username = 'ph.demo'
  JOIN people_membership membership ON membership.unit_id = link.unit_id AND membership.role = 'school_administrator'
  JOIN people_account account ON account.id = membership.account_id
  LEFT JOIN rosters_enrolment enrolment ON enrolment.learner_id = link.child_id AND enrolment.valid @> date '2025-06-16'
  LEFT JOIN privacy_datarequest request ON request.subject_id = link.child_id
  WHERE link.state = 'verified' ORDER BY request.id NULLS LAST, link.id LIMIT 1
"""
SCHOOL_OF_OTHERS = f"SELECT 'gv.demo', id FROM ({TO_REVIEW}) AS other (person, id)"
CLASS = """
  SELECT '{person}', class.id FROM rosters_schoolclass class
  JOIN rosters_classteaching teaching ON teaching.school_class_id = class.id ORDER BY class.id LIMIT 1
"""
LEARNER = """
  SELECT '{person}', enrolment.learner_id FROM rosters_enrolment enrolment
  JOIN rosters_classteaching teaching ON teaching.school_class_id = enrolment.school_class_id
  ORDER BY enrolment.learner_id LIMIT 1
"""
ROSTER = "SELECT 'qt.demo', id FROM rosters_rosterimport ORDER BY id LIMIT 1"
LONGEST_NAME = """
  SELECT 'so.gddt', unit_id FROM organisations_unitname
  WHERE name LIKE 'Trường%' ORDER BY length(name) DESC, unit_id LIMIT 1
"""
UNIT = "SELECT 'so.gddt', unit_id FROM organisations_unitname WHERE name = '{name}' ORDER BY unit_id LIMIT 1"

UNIT_KEPT = """
  SELECT 'quantri.so', membership.unit_id FROM people_membership membership
  JOIN people_account account ON account.id = membership.account_id WHERE account.username = 'gv.demo'
"""
PLAN_DOCUMENT = "SELECT 'vanthu.so', id FROM documents_document WHERE symbol = 'KH-SGDĐT' ORDER BY id LIMIT 1"
DRAFT_DOCUMENT = "SELECT 'vanthu.so', id FROM documents_document WHERE status = 'draft' ORDER BY id LIMIT 1"
RULES_TO_READ = """
  SELECT '{person}', document_id FROM documents_publication WHERE closed_at IS NULL ORDER BY due_on, id LIMIT 1
"""
READERS, PROPOSALS = "/van-ban/{}/nguoi-doc/", "/van-ban/{}/kien-nghi/"
ANSWERED_HEAD = "SELECT 'gv.demo', id FROM documents_proposalhead WHERE answered_at IS NOT NULL ORDER BY id LIMIT 1"
OPEN_HEAD = "SELECT 'vanthu.so', id FROM documents_proposalhead WHERE answered_at IS NULL ORDER BY id LIMIT 1"
THE_FORM = "/bieu-mau/mau/plan3296/"
FORM_VERSION = "SELECT 'so.gddt', id FROM questionnaires_formversion ORDER BY id LIMIT 1"
FORM_DRAFT = "SELECT 'so.gddt', id FROM questionnaires_formdraft ORDER BY id LIMIT 1"
KEPT = "SELECT 'quantri.so', id FROM collaborators_{table} ORDER BY id LIMIT 1"


MANAGED = "SELECT 'quantri.so', unit_id FROM organisations_unitname WHERE name = '{name}' ORDER BY unit_id LIMIT 1"
MANAGED_SCHOOL = f"SELECT 'quantri.so', id FROM ({LONGEST_NAME}) AS other (person, id)"
MANAGED_COMMUNE = """
  SELECT 'quantri.so', parent_id FROM organisations_unitparent JOIN organisations_unit school ON school.id = unit_id
  WHERE valid @> date '2025-06-16' AND school.generated
    AND parent_id IN (SELECT unit_id FROM organisations_unittype WHERE kind = 'commune')
  GROUP BY parent_id ORDER BY count(*) DESC, parent_id LIMIT 1
"""
PERSON = "SELECT 'quantri.so', id FROM people_account WHERE username = 'gv.demo'"
LAST_EVENT = """
  SELECT 'quantri.so', part.unit_id, event.id FROM organisations_unitevent event
  JOIN organisations_eventpart part ON part.event_id = event.id
  WHERE event.undone_at IS NULL ORDER BY event.id DESC, part.id LIMIT 1
"""
FIRST_EVENT = LAST_EVENT.replace("event.id DESC", "event.id")


SAVED_VIEW = "SELECT 'so.gddt', id FROM explorer_savedview ORDER BY id LIMIT 1"
DASHBOARD = "SELECT 'so.gddt', id FROM explorer_dashboard ORDER BY id LIMIT 1"


def report(which: str, *, period: str = PERIOD) -> str:
    return REPORT.format(which=which, period=period)


def round_of(person: str, *, period: str = PERIOD) -> str:
    return ROUND.format(person=person, period=period)


def figures_of(person: str, *, period: str = PERIOD) -> str:
    return FIGURES.format(person=person, period=period)


def unit_of(person: str) -> str:
    return UNIT_OF.format(person=person)


@dataclass(frozen=True)
class Showing:
    """One page as one person meets it.

    `found`: SQL whose row is the person's user name and then what fills the holes of `address`.
    `act`: what is done there before it is looked at. `status`: of the last answer.
    """

    key: str
    route: str  # empty: an address that leads nowhere
    address: str
    person: str = ""  # nobody is signed in
    found: str = ""
    act: Callable[[Page], None] | None = None
    status: int = 200
    dark: bool = False  # taken in dark as well

    def place(self, database: psycopg.Connection) -> tuple[str, str]:
        """The person who looks, and the address at this moment."""
        if not self.found:
            return self.person, self.address
        row = database.execute(self.found).fetchone()
        assert row, f"the demo has nothing to show as {self.key}"
        person, *holes = row
        return person, self.address.format(*holes)


def sign_in_wrongly(page: Page) -> None:
    page.get_by_label("Tên đăng nhập").fill("khong.co.ai")
    page.get_by_label("Mật khẩu", exact=True).fill("khong-dung")
    page.get_by_role("button", name="Đăng nhập", exact=True).click()
    page.get_by_role("alert").wait_for()


def send_after_the_session_ended(page: Page) -> None:
    page.context.clear_cookies()
    page.get_by_role("button", name="Đăng nhập", exact=True).click()
    page.get_by_role("heading", name="Trang này mở đã quá lâu").wait_for()


def send_faults(page: Page) -> None:
    page.locator('[name="briefings_held"]').fill("ba")
    page.locator('[name="staff_trained[TH]"], [name^="staff_trained["]').first.fill("999")
    page.get_by_role("button", name="Gửi báo cáo").click()
    page.get_by_role("alert").wait_for()


def open_nobody(page: Page) -> None:
    page.get_by_role("button", name="Mở tài khoản").click()
    page.get_by_text("Chưa điền ô này.").first.wait_for()


def send_empty(page: Page) -> None:
    page.get_by_role("button", name="Ghi", exact=True).click()
    page.get_by_role("alert").wait_for()


def answer_empty(page: Page) -> None:
    page.get_by_role("button", name="Trả lời", exact=True).click()
    page.get_by_role("alert").wait_for()


def open_layout(page: Page) -> None:
    page.get_by_text("Bố trí và lựa chọn khác").click()
    page.get_by_role("link", name="Chuyển Kỳ sang hàng").wait_for()


def open_data(page: Page) -> None:
    page.locator("summary", has_text="Số liệu").click()
    page.get_by_role("searchbox", name="Lọc danh sách").fill("boi duong")


def send_nothing(page: Page) -> None:
    page.get_by_role("button", name="Lập bảng").click()
    page.get_by_text("Đặt một cái tên").wait_for()


def filled_tiles(page: Page) -> None:
    """Each tile as it comes into sight."""
    for tile in page.locator("[data-dh-tile]").all():
        tile.scroll_into_view_if_needed()
        tile.locator(".dh-skeleton").wait_for(state="detached")


def return_without_a_word(page: Page) -> None:
    page.get_by_role("button", name="Trả lại để sửa").click()
    page.get_by_role("alert").wait_for()


def open_remarks(page: Page) -> None:
    for summary in page.get_by_text("Ghi nhận xét").all()[:2]:
        summary.click()


def issue(page: Page) -> None:
    if page.locator("tbody tr").count() == 0:
        page.get_by_role("button", name="Xuất báo cáo").click()
        page.locator("tbody tr").first.wait_for(timeout=60_000)


def open_details(page: Page) -> None:
    for summary in page.locator("main summary").all():
        summary.click()


def open_menu(page: Page) -> None:
    page.locator("details[data-dh-menu]:visible > summary").last.click()


def preview_a_request(page: Page) -> None:
    page.get_by_label("Tên yêu cầu").fill("Báo cáo tháng về an toàn trường học")
    page.get_by_role("button", name="Xem trước").click()
    page.get_by_text("Chưa có gì được ghi").wait_for()


def extend_nobody(page: Page) -> None:
    page.get_by_role("button", name="Gia hạn", exact=True).click()
    page.get_by_text("Chưa gia hạn được.").wait_for()


def list_shortcuts(page: Page) -> None:
    page.keyboard.press("?")


def open_branches(page: Page) -> None:
    for _ in range(2):
        page.get_by_role("link", name="Mở").first.click()
        page.wait_for_load_state()


def state_nothing(page: Page) -> None:
    page.get_by_role("button", name="Xem trước thay đổi").click()
    page.get_by_text("Hãy ghi ngày có hiệu lực.").wait_for()


def preview_a_name(page: Page) -> None:
    page.get_by_label("Tên mới").fill("Trường Phổ thông Dân tộc nội trú Trung học cơ sở và Trung học phổ thông")
    page.get_by_label("Có hiệu lực từ ngày").fill("2025-06-20")
    page.get_by_label("Quyết định, nghị quyết").fill("12/QĐ-UBND ngày 10/6/2025")
    page.get_by_role("button", name="Xem trước thay đổi").click()
    page.get_by_text("Chưa có gì được ghi.").wait_for()


def print_slips(page: Page) -> None:
    page.get_by_role("button", name="In phiếu cho cả lớp").click()
    page.get_by_role("heading", name="Phiếu đăng nhập").wait_for()


def make_a_key(page: Page) -> None:
    page.get_by_label("Phần mềm nhận").fill("Thư viện số")
    page.get_by_role("button", name="Tạo mã kết nối").click()
    page.get_by_text("chỉ hiện một lần").first.wait_for()


def send_no_file(page: Page) -> None:
    page.locator('[name="file"]').evaluate("box => box.form.noValidate = true")
    page.get_by_role("button", name="Tải lên và kiểm tra").click()
    page.get_by_text("Hãy chọn tệp.").wait_for()


def send_roster(page: Page) -> None:
    rows = "Lớp,Họ và tên,Ngày sinh\n6B,Quách Thị Ánh,5/9/2013\n6B,NguyÔn ThÞ HiÒn,hôm qua\n"
    page.locator('[name="file"]').set_input_files(
        {"name": "danh-sach-6b.csv", "mimeType": "text/csv", "buffer": rows.encode()}
    )
    page.get_by_role("button", name="Tải lên và kiểm tra").click()
    page.get_by_text("không phải là ngày").wait_for(timeout=60_000)


def confirm(page: Page) -> None:
    """Who signed in more than five minutes ago is asked for the password again."""
    if page.get_by_role("heading", name="Xác nhận đó là thầy cô").count():
        page.get_by_label("Mật khẩu", exact=True).fill(PASSWORD)
        page.get_by_role("button", name="Tiếp tục").click()
        page.get_by_role("link", name="Để sau").wait_for()


SHOWINGS = [
    Showing("sign-in", "people:sign_in", "/tai-khoan/dang-nhap/", dark=True),
    Showing("sign-in-wrong", "people:sign_in", "/tai-khoan/dang-nhap/", act=sign_in_wrongly),
    Showing("sign-in-stale", "people:sign_in", "/tai-khoan/dang-nhap/", act=send_after_the_session_ended, status=403),
    Showing("me", "people:me", "/tai-khoan/cua-toi/", "gv.demo"),
    Showing("password", "people:password", "/tai-khoan/mat-khau/", "gv.demo"),
    Showing("devices", "people:sessions", "/tai-khoan/thiet-bi/", "gv.demo", dark=True),
    Showing("api-keys", "api:tokens", "/tai-khoan/khoa-truy-cap/", "so.gddt", dark=True),
    Showing("api-keys-teacher", "api:tokens", "/tai-khoan/khoa-truy-cap/", "gv.demo"),
    Showing("api-docs", "api:docs", "/api/v1/docs"),
    Showing("open-data", "api:open_data", "/du-lieu-mo/"),
    Showing("open-data-set", "api:open_data_set", "/du-lieu-mo/{}/", found=OPEN_DATA, dark=True),
    Showing("open-data-new", "api:publishing", "/du-lieu-mo/cong-bo/", "so.gddt"),
    Showing("two-layers", "mfa_index", "/tai-khoan/hai-lop/", "gv.demo", dark=True),
    Showing("two-layers-app", "mfa_activate_totp", "/tai-khoan/hai-lop/ung-dung/", "gv.demo", act=confirm, dark=True),
    Showing("two-layers-key", "mfa_add_webauthn", "/tai-khoan/hai-lop/khoa/", "gv.demo", act=confirm),
    Showing("password-again", "account_reauthenticate", "/tai-khoan/xac-nhan/", "gv.demo"),
    Showing("linked-none", "socialaccount_connections", "/tai-khoan/lien-ket/", "gv.demo"),
    Showing("sign-in-stopped", "socialaccount_login_cancelled", "/tai-khoan/dang-nhap/da-huy/"),
    Showing("consent-asked-wrongly", "idp:oidc:authorization", "/openid/authorize", "gv.demo"),
    Showing("limits", "home:limits", "/gioi-han/"),
    Showing("receipt-empty", "reporting_root:receipt", "/bien-nhan/"),
    Showing("receipt", "reporting_root:receipt", "/bien-nhan/?so={:06}-{}", found=RECEIPT, dark=True),
    Showing("receipt-wrong", "reporting_root:receipt", "/bien-nhan/?so=000001-0123456789ab"),
    Showing("offline", "reporting_root:offline", "/mat-mang/"),
    Showing("limits-signed-in", "home:limits", "/gioi-han/", "so.gddt"),
    Showing("work-department", "home:my_work", "/", "so.gddt", dark=True),
    Showing("work-district", "home:my_work", "/", "phong.lacson", dark=True),
    Showing("work-teacher", "home:my_work", "/", "gv.demo"),
    Showing("work-principal", "home:my_work", "/", "ht.demo"),
    Showing("work-nothing", "home:my_work", "/", found=report("report.state = 'accepted'")),
    Showing("work-returned", "home:my_work", "/", found=report("report.state = 'returned'")),
    Showing("menu", "home:my_work", "/", "so.gddt", act=open_menu, dark=True),
    Showing("shortcuts", "home:my_work", "/", "gv.demo", act=list_shortcuts),
    Showing("owed", "reporting:owed", "/bao-cao/can-nop/", "gv.demo"),
    Showing(
        "fill-empty", "reporting:fill", "/bao-cao/{}/dien/",
        found=report("report.state = 'draft' AND report.revision = 0"),
    ),
    Showing(
        "fill-begun", "reporting:fill", "/bao-cao/{}/dien/",
        found=report("report.state = 'draft' AND report.revision > 0"), dark=True,
    ),
    Showing(
        "fill-returned", "reporting:fill", "/bao-cao/{}/dien/", found=report("report.state = 'returned'"),
    ),
    Showing(
        "fill-faults", "reporting:fill", "/bao-cao/{}/dien/",
        found=report("report.state = 'draft' AND report.revision > 0"), act=send_faults, status=422, dark=True,
    ),
    Showing("report-not-sent", "reporting:report", "/bao-cao/{}/", found=report("report.revision = 0")),
    Showing("report-sent", "reporting:report", "/bao-cao/{}/", found=report("report.state = 'submitted'")),
    Showing("report-returned", "reporting:report", "/bao-cao/{}/", found=report("report.state = 'returned'")),
    Showing(
        "report-accepted", "reporting:report", "/bao-cao/{}/",
        found=report("report.state = 'accepted' AND sending.number = 2", period="NH2023"), dark=True,
    ),
    Showing("report-to-review", "reporting:report", "/bao-cao/{}/", found=TO_REVIEW),
    Showing(
        "versions", "reporting:versions", "/bao-cao/{}/cac-lan-gui/",
        found=report("report.state = 'accepted' AND sending.number = 2", period="NH2023"),
    ),
    Showing(
        "from-where", "reporting:from_where", "/bao-cao/{}/tu-dau/collaborators/",
        found=report("report.state = 'submitted'"),
    ),
    Showing("waiting", "reporting:waiting", "/bao-cao/cho-duyet/", "phong.lacson", dark=True),
    Showing("waiting-no-hits", "reporting:waiting", "/bao-cao/cho-duyet/?q=khong+co+truong+nay", "phong.lacson"),
    Showing("review", "reporting:review", "/bao-cao/{}/duyet/", found=TO_REVIEW, act=open_remarks, dark=True),
    Showing(
        "review-refused", "reporting:review", "/bao-cao/{}/duyet/",
        found=TO_REVIEW, act=return_without_a_word, status=409,
    ),
    Showing("board", "reporting:board", "/bao-cao/ban-theo-doi/", "so.gddt", dark=True),
    Showing("board-waiting", "reporting:board", "/bao-cao/ban-theo-doi/?loc=cho-duyet", "phong.lacson"),
    Showing("board-no-hits", "reporting:board", "/bao-cao/ban-theo-doi/?q=khong+co+truong+nay", "phong.lacson"),
    Showing("withdraw", "reporting:withdraw", "/bao-cao/{}/rut-lai/", found=report("report.state = 'submitted'")),
    Showing("reopen", "reporting:reopen", "/bao-cao/{}/mo-lai/", found=ACCEPTED_THERE),
    Showing("not-received", "reporting:not_received", "/bao-cao/dot/{}/chua-nop/", found=round_of("so.gddt")),
    Showing(
        "not-received-no-hits", "reporting:not_received", "/bao-cao/dot/{}/chua-nop/?q=khong+co+truong+nay",
        found=round_of("phong.lacson"),
    ),
    Showing("requests-none", "reporting:requests", "/bao-cao/yeu-cau/", "phong.lacson"),
    Showing("request-new", "reporting:new_request", "/bao-cao/yeu-cau/moi/", "so.gddt", act=open_details, dark=True),
    Showing("request-preview", "reporting:new_request", "/bao-cao/yeu-cau/moi/", "so.gddt", act=preview_a_request),
    Showing("request", "reporting:request", "/bao-cao/yeu-cau/{}/", found=REQUEST, dark=True),
    Showing("request-change", "reporting:change_request", "/bao-cao/yeu-cau/{}/sua/", found=REQUEST),
    Showing("requests", "reporting:requests", "/bao-cao/yeu-cau/", "so.gddt"),
    Showing("round", "reporting:round", "/bao-cao/dot/{}/don-vi/", found=round_of("so.gddt"), dark=True),
    Showing(
        "round-refused", "reporting:round", "/bao-cao/dot/{}/don-vi/",
        found=round_of("phong.lacson"), act=extend_nobody, status=422,
    ),
    Showing("workbook", "reporting:workbook_upload", "/bao-cao/{}/excel/", found=report("report.revision = 0")),
    Showing("batches", "reporting:batches", "/bao-cao/dot/{}/nop-thay/", found=round_of("phong.lacson")),
    Showing(
        "issued-none", "reporting:issued", "/bao-cao/dot/{}/bao-cao-chinh-thuc/",
        found=round_of("so.gddt", period="NH2021"),
    ),
    Showing(
        "issued", "reporting:issued", "/bao-cao/dot/{}/bao-cao-chinh-thuc/",
        found=round_of("so.gddt", period="NH2022"), act=issue,
    ),
    Showing("figures-newest", "home:newest_figures", "/chi-tieu/", "phong.lacson"),
    Showing("figures-department", "home:figures", "/chi-tieu/{}/{}/", found=figures_of("so.gddt"), dark=True),
    Showing(
        "figures-closed-round", "home:figures", "/chi-tieu/{}/{}/",
        found=figures_of("phong.lacson", period="NH2022"), act=open_details,
    ),
    Showing("figures-school", "home:figures", "/chi-tieu/{}/{}/", found=figures_of("ht.demo", period="NH2023")),
    Showing(
        "schools", "home:schools", "/chi-tieu/{}/{}/staff_trained_rate/", found=figures_of("so.gddt"), act=open_details,
    ),
    Showing(
        "schools-no-hits", "home:schools", "/chi-tieu/{}/{}/staff_trained_rate/?q=khong+co+truong+nay",
        found=figures_of("phong.lacson"),
    ),
    Showing("number-share", "home:number", NUMBER.format(datum="indicator:staff_trained_rate"),
            found=unit_of("so.gddt"), dark=True),
    Showing("number-count", "home:number", NUMBER.format(datum="element:staff_trained") + "&group=THCS",
            found=unit_of("phong.lacson")),
    Showing("number-rate", "home:number", NUMBER.format(datum="rate:plan3296:on_time_rate"), found=unit_of("so.gddt")),
    Showing("number-school", "home:number", NUMBER.format(datum="indicator:staff_trained_rate"),
            found=unit_of("ht.demo")),
    Showing("number-no-data", "home:number", NUMBER.format(datum="element:staff_trained").replace("NH2024", "202403"),
            found=unit_of("so.gddt")),
    Showing("units", "organisations:units", "/don-vi/", "so.gddt", dark=True),
    Showing("units-after-reform", "organisations:units", "/don-vi/?day=2025-07-01&level=commune", "so.gddt"),
    Showing("units-no-hits", "organisations:units", "/don-vi/?q=khong+co+don+vi+nay", "phong.lacson"),
    Showing(
        "unit-office", "organisations:unit", "/don-vi/{}/", found=UNIT.format(name="Phòng GD&ĐT huyện Lạc Sơn"),
    ),
    Showing(
        "unit-office-closed", "organisations:unit", "/don-vi/{}/?day=2025-07-01",
        found=UNIT.format(name="Phòng GD&ĐT huyện Lạc Sơn"),
    ),
    Showing("unit-school", "organisations:unit", "/don-vi/{}/", found=LONGEST_NAME),
    Showing(
        "unit-managed", "organisations:unit", "/don-vi/{}/", found=MANAGED.format(name="Phòng GD&ĐT huyện Lạc Sơn"),
    ),
    Showing("tree", "organisations:tree", "/don-vi/cay/?day=2025-06-30", "so.gddt", act=open_branches, dark=True),
    Showing("tree-empty", "organisations:tree", "/don-vi/cay/?day=1990-01-01", "so.gddt"),
    Showing("event-kinds", "organisations:choose_event", "/don-vi/{}/bien-dong/", found=MANAGED_SCHOOL, dark=True),
    Showing("event-open", "organisations:record_event", "/don-vi/{}/bien-dong/thanh-lap/", found=MANAGED_SCHOOL),
    Showing("event-transfer", "organisations:record_event", "/don-vi/{}/bien-dong/chuyen/", found=MANAGED_COMMUNE),
    Showing("event-merge", "organisations:record_event", "/don-vi/{}/bien-dong/sap-nhap/", found=MANAGED_COMMUNE),
    Showing("event-split", "organisations:record_event", "/don-vi/{}/bien-dong/chia-tach/", found=MANAGED_COMMUNE),
    Showing(
        "event-faults", "organisations:record_event", "/don-vi/{}/bien-dong/chuyen/",
        found=MANAGED_SCHOOL, act=state_nothing, status=422, dark=True,
    ),
    Showing(
        "event-preview", "organisations:record_event", "/don-vi/{}/bien-dong/doi-ten/",
        found=MANAGED_SCHOOL, act=preview_a_name, dark=True,
    ),
    Showing("event-undo", "organisations:undo_event", "/don-vi/{}/bien-dong/{}/hoan-tac/", found=LAST_EVENT),
    Showing("event-undo-hindered", "organisations:undo_event", "/don-vi/{}/bien-dong/{}/hoan-tac/", found=FIRST_EVENT),
    Showing("my-classes", "rosters:my_classes", "/lop/cua-toi/", "gvcn.demo"),
    Showing("my-class", "rosters:my_class", "/lop/cua-toi/{}/", found=CLASS.format(person="gvcn.demo"), dark=True),
    Showing("my-learner", "rosters:my_learner", "/lop/cua-toi/hoc-sinh/{}/", found=LEARNER.format(person="gvcn.demo")),
    Showing(
        "slips", "rosters:my_class", "/lop/cua-toi/{}/",
        found=CLASS.format(person="gvcn.demo"), act=print_slips, dark=True,
    ),
    Showing("classes", "rosters:classes", "/lop/", "qt.demo"),
    Showing("class", "rosters:school_class", "/lop/{}/", found=CLASS.format(person="qt.demo")),
    Showing("learners", "rosters:learners", "/lop/hoc-sinh/", "qt.demo"),
    Showing("learners-no-hits", "rosters:learners", "/lop/hoc-sinh/?q=khong+co+em+nay", "qt.demo"),
    Showing("learner", "rosters:learner", "/lop/hoc-sinh/{}/", found=LEARNER.format(person="qt.demo")),
    Showing("lists", "rosters:rosters", "/lop/nhap/", "qt.demo"),
    Showing("lists-no-file", "rosters:rosters", "/lop/nhap/", "qt.demo", act=send_no_file, status=422),
    Showing("directory", "rosters:directory", "/lop/danh-ba/", "qt.demo"),
    Showing("keys", "rosters:tokens", "/lop/ket-noi/", "qt.demo", dark=True),
    Showing("key-made", "rosters:tokens", "/lop/ket-noi/", "qt.demo", act=make_a_key),
    Showing("year-end", "rosters:year_end", "/lop/chuyen-nam-hoc/", "qt.demo"),
    Showing("list-sent", "rosters:rosters", "/lop/nhap/", "qt.demo", act=send_roster),
    Showing("list", "rosters:roster", "/lop/nhap/{}/", found=ROSTER, dark=True),
    Showing("list-bad", "rosters:roster", "/lop/nhap/{}/bad/", found=ROSTER),
    Showing("forms", "questionnaires:forms", "/bieu-mau/", "so.gddt", dark=True),
    Showing("form-new", "questionnaires:new", "/bieu-mau/moi/", "so.gddt", act=send_empty, status=422),
    Showing("form-upload", "questionnaires:upload", "/bieu-mau/nhap/", "so.gddt"),
    Showing("form", "questionnaires:form", THE_FORM, "so.gddt"),
    Showing("form-compare", "questionnaires:compare", f"{THE_FORM}so-sanh/", "so.gddt"),
    Showing("form-version", "questionnaires:version", "/bieu-mau/ban/{}/", found=FORM_VERSION),
    Showing("form-draft", "questionnaires:draft", "/bieu-mau/soan/{}/", found=FORM_DRAFT, dark=True),
    Showing("form-item", "questionnaires:item", "/bieu-mau/soan/{}/cau/staff_in_scope/", found=FORM_DRAFT),
    Showing("form-section", "questionnaires:section", "/bieu-mau/soan/{}/muc/targets/", found=FORM_DRAFT),
    Showing("form-list", "questionnaires:list", "/bieu-mau/soan/{}/danh-muc/level/", found=FORM_DRAFT),
    Showing("form-new-list", "questionnaires:new_list", "/bieu-mau/soan/{}/danh-muc/", found=FORM_DRAFT),
    Showing("form-check", "questionnaires:check", "/bieu-mau/soan/{}/kiem-tra/0/", found=FORM_DRAFT),
    Showing("form-new-check", "questionnaires:new_check", "/bieu-mau/soan/{}/kiem-tra/", found=FORM_DRAFT),
    Showing("targets", "statistics:targets", "/muc-tieu/", "so.gddt", dark=True),
    Showing("target-new", "statistics:new_target", "/muc-tieu/moi/", "so.gddt", act=send_empty, status=422),
    Showing("target-change", "statistics:change_target", "/muc-tieu/{}/sua/", found=TARGET),
    Showing("target-end", "statistics:end_target", "/muc-tieu/{}/ket-thuc/", found=TARGET),
    Showing("checks", "statistics:checks", "/kiem-tra/", "so.gddt", dark=True),
    Showing("check-rule", "statistics:change_rule", "/kiem-tra/quy-tac/{}/", found=RULE),
    Showing("check-rule-new", "statistics:new_rule", "/kiem-tra/quy-tac/", "so.gddt", act=send_empty, status=422),
    Showing("check-outlier", "statistics:new_outlier_rule", "/kiem-tra/khac-thuong/", "so.gddt"),
    Showing("check-predictor", "statistics:new_predictor", "/kiem-tra/du-tinh/", "so.gddt"),
    Showing("rates", "reporting:rates", "/bao-cao/ty-le/", "so.gddt"),
    Showing("findings", "reporting:findings", "/bao-cao/can-xem-lai/", "so.gddt", dark=True),
    Showing("calendar", "periods:calendar", "/ky/", "gv.demo"),
    Showing("calendar-year", "periods:year", "/ky/NH2024/administrative/", "so.gddt", dark=True),
    Showing("programmes", "programmes:programmes", "/chuong-trinh/", "gv.demo", dark=True),
    Showing("programme", "programmes:programme", "/chuong-trinh/plan-hoa-binh-2020/", "so.gddt"),
    Showing("programme-begin", "programmes:begin", "/chuong-trinh/lap/", "so.gddt"),
    Showing("programme-write", "programmes:write", "/chuong-trinh/bao-ve-tre-em-2021-2025/soan/", "so.gddt", dark=True),
    Showing(
        "programme-task", "programmes:stated_task", "/chuong-trinh/bao-ve-tre-em-2021-2025/soan/1/", "so.gddt",
    ),
    Showing("plans-late", "programmes:plans", "/chuong-trinh/ke-hoach/?tinh_trang=late", "so.gddt"),
    Showing("plan-task-units", "programmes:over_units", "/chuong-trinh/plan-hoa-binh-2020/nhiem-vu/2/", "phong.lacson"),
    Showing("plan", "programmes:plan", "/chuong-trinh/ke-hoach/{}/", found=PLAN_OF_SCHOOL),
    Showing("plan-to-review", "programmes:plan", "/chuong-trinh/ke-hoach/{}/", found=PLAN_TO_REVIEW, dark=True),
    Showing("plan-task", "programmes:task", "/chuong-trinh/nhiem-vu/{}/", found=TASK_OF_SCHOOL),
    Showing("reviews", "programmes:reviews", "/chuong-trinh/so-ket/", "phong.lacson"),
    Showing("review", "programmes:review", "/chuong-trinh/so-ket/{}/", found=REVIEW_OF_OFFICE, dark=True),
    Showing("review-version", "programmes:review_version", "/chuong-trinh/so-ket/{}/ban/1/", found=REVIEW_OF_OFFICE),
    Showing("money", "programmes:money", "/chuong-trinh/kinh-phi/", "so.gddt", dark=True),
    Showing("money-found", "programmes:money", "/chuong-trinh/kinh-phi/?q=an+nghia&nam=2024", "phong.lacson"),
    Showing(
        "unit-money", "programmes:unit_money", "/chuong-trinh/kinh-phi/{}/", found=UNIT_OF.format(person="ht.demo"),
    ),
    Showing(
        "budget-line", "programmes:budget_line", "/chuong-trinh/kinh-phi/dong/{}/", found=LINE_OF_SCHOOL, dark=True
    ),
    Showing("joint-plans", "programmes:coordination_plans", "/chuong-trinh/phoi-hop/", "so.gddt"),
    Showing(
        "joint-plan", "programmes:coordination_plan", "/chuong-trinh/phoi-hop/{}/",
        found=JOINT_PLAN.format(person="so.gddt"), dark=True,
    ),
    Showing(
        "joint-plan-guest", "programmes:coordination_plan", "/chuong-trinh/phoi-hop/{}/",
        found=JOINT_PLAN.format(person="congan.demo"),
    ),
    Showing("recognition", "recognition:rounds", "/khen-thuong/", "lanhdao.so", dark=True),
    Showing("recognition-round", "recognition:round", "/khen-thuong/dot/{}/", found=OPEN_ROUND),
    Showing("nomination", "recognition:nomination", "/khen-thuong/de-nghi/{}/", found=NOMINATION),
    Showing("commendations", "recognition:published", "/khen-thuong/cong-bo/"),
    Showing("commendation", "recognition:outcome", "/khen-thuong/cong-bo/{}/", found=OUTCOME),
    Showing("practices", "recognition:practices", "/khen-thuong/kinh-nghiem/", "gv.demo"),
    Showing("practice", "recognition:practice", "/khen-thuong/kinh-nghiem/{}/", found=PRACTICE, dark=True),
    Showing("practice-new", "recognition:new_practice", "/khen-thuong/kinh-nghiem/moi/", "gv.demo"),
    Showing("discipline", "recognition:discipline", "/khen-thuong/ky-luat/", "ht.demo"),
    Showing("discipline-office", "recognition:discipline", "/khen-thuong/ky-luat/", "so.gddt"),
    Showing("visits", "inspections:visits", "/kiem-tra-co-so/", "phong.lacson", dark=True),
    Showing("visit", "inspections:visit", "/kiem-tra-co-so/cuoc/{}/", found=VISIT_TODAY),
    Showing("visit-held", "inspections:visit", "/kiem-tra-co-so/cuoc/{}/", found=VISIT_HELD),
    Showing("findings", "inspections:findings", "/kiem-tra-co-so/kien-nghi/", "phong.lacson"),
    Showing("finding", "inspections:finding", "/kiem-tra-co-so/kien-nghi/{}/", found=FINDING, dark=True),
    Showing("feedback", "inspections:feedback", "/kiem-tra-co-so/phan-hoi/", "phong.lacson"),
    Showing("feedback-school", "inspections:feedback", "/kiem-tra-co-so/phan-hoi/", "ht.demo"),
    Showing("documents-out", "documents:register", "/van-ban/", "vanthu.so", dark=True),
    Showing("documents-in", "documents:register", "/van-ban/?so=den", "vanthu.so"),
    Showing("documents-sent-to-us", "documents:register", "/van-ban/?so=nhan", "gv.demo"),
    Showing("documents-in-force", "documents:register", "/van-ban/?so=hieu-luc", "so.gddt"),
    Showing("document", "documents:document", "/van-ban/{}/", found=PLAN_DOCUMENT, dark=True),
    Showing("document-draft", "documents:document", "/van-ban/{}/", found=DRAFT_DOCUMENT),
    Showing("document-change", "documents:change", "/van-ban/{}/sua/", found=DRAFT_DOCUMENT),
    Showing(
        "document-new", "documents:draft", "/van-ban/don-vi/{}/lap/", found=UNIT_OF.format(person="vanthu.so"),
        act=send_empty, status=422,
    ),
    Showing(
        "document-arrives", "documents:arrive", "/van-ban/don-vi/{}/den/", found=UNIT_OF.format(person="vanthu.so")
    ),
    Showing(
        "document-numbering", "documents:numbering", "/van-ban/don-vi/{}/danh-so/",
        found=UNIT_OF.format(person="vanthu.so"),
    ),
    Showing(
        "document-package", "documents:take_in", "/van-ban/don-vi/{}/nhan-goi/",
        found=UNIT_OF.format(person="vanthu.so"),
    ),
    Showing("to-read", "documents:to_read", "/van-ban/can-doc/", "gv.demo", dark=True),
    Showing("have-read", "documents:to_read", "/van-ban/can-doc/?xem=da-doc", "gv.demo"),
    Showing("reading", "documents:reading", "/van-ban/can-doc/{}/", found=RULES_TO_READ.format(person="gv.demo")),
    Showing("readers", "documents:readers", READERS, found=RULES_TO_READ.format(person="vanthu.so"), dark=True),
    Showing(
        "readers-names", "documents:readers", f"{READERS}?xem=nguoi", found=RULES_TO_READ.format(person="phong.lacson")
    ),
    Showing("readers-none", "documents:readers", READERS, found=PLAN_DOCUMENT),
    Showing("proposals", "documents:proposals", PROPOSALS, found=RULES_TO_READ.format(person="vanthu.so"), dark=True),
    Showing("proposals-school", "documents:proposals", PROPOSALS, found=RULES_TO_READ.format(person="ht.demo")),
    Showing("proposal-head", "documents:head", "/van-ban/kien-nghi/{}/", found=ANSWERED_HEAD),
    Showing(
        "proposal-answer", "documents:head", "/van-ban/kien-nghi/{}/", found=OPEN_HEAD, act=answer_empty, status=422
    ),
    Showing("papers", "papers:papers", "/trinh-ky/", "lanhdao.so", dark=True),
    Showing("paper", "papers:paper", "/trinh-ky/{}/", found=PAPER),
    Showing("templates", "papers:templates", "/trinh-ky/mau/", "vanthu.so"),
    Showing("template", "papers:template", "/trinh-ky/mau/{}/", found=TEMPLATE, dark=True),
    Showing("template-write", "papers:write_template", "/trinh-ky/mau/{}/soan/", found=TEMPLATE),
    Showing("merge", "papers:merge", "/trinh-ky/tron/{}/", found=MERGE),
    Showing("certificates", "papers:certificates", "/trinh-ky/chung-thu/", "lanhdao.so"),
    Showing("signature-check", "papers:check", "/trinh-ky/kiem-tra/"),
    Showing("signature-checked", "papers:check_code", "/trinh-ky/kiem-tra/{}/", found=PAPER_CODE, dark=True),
    Showing("source", "papers:source", "/trinh-ky/nguon/{}/", found=FIGURE_SOURCE),
    Showing("source-shut", "papers:source", "/trinh-ky/nguon/{}/", found=FIGURE_SOURCE.replace("so.gddt", "")),
    Showing("source-typed", "papers:find_source", "/trinh-ky/nguon/?ma=000000", status=422),
    Showing("agenda", "agenda:unit", "/lich/don-vi/{}/", found=UNIT_OF.format(person="gv.demo"), dark=True),
    Showing("agenda-office", "agenda:unit", "/lich/don-vi/{}/", found=UNIT_OF.format(person="so.gddt")),
    Showing("calendar-weeks", "periods:year", "/ky/NH2024/weeks/", "so.gddt"),
    Showing("calendar-own-none", "periods:year", "/ky/NH2024/own/", "gv.demo"),
    Showing("school-year", "periods:school_year", "/ky/nam-hoc/", "quantri.so", act=send_empty, status=422, dark=True),
    Showing("own-period", "periods:own_period", "/ky/ky-rieng/", "quantri.so"),
    Showing("special-day", "periods:special_day", "/ky/ngay-nghi/", "quantri.so"),
    Showing("roster", "collaborators:roster", "/cong-tac-vien/", "quantri.so", dark=True),
    Showing("roster-no-hits", "collaborators:roster", "/cong-tac-vien/?q=khong+co+ai", "quantri.so"),
    Showing("roster-by-unit", "collaborators:units", "/cong-tac-vien/don-vi/", "quantri.so"),
    Showing("roster-unit", "collaborators:unit", "/cong-tac-vien/don-vi/{}/", found=UNIT_KEPT, dark=True),
    Showing(
        "enrol", "collaborators:enrol", "/cong-tac-vien/don-vi/{}/them/", found=UNIT_KEPT, act=send_empty, status=422,
    ),
    Showing(
        "end-service", "collaborators:end_service", "/cong-tac-vien/{}/ket-thuc/",
        found=KEPT.format(table="collaborator"),
    ),
    Showing("groups", "collaborators:groups", "/to-cong-tac/", "quantri.so"),
    Showing("group-set-up", "collaborators:set_up", "/to-cong-tac/don-vi/{}/lap/", found=UNIT_KEPT),
    Showing(
        "group", "collaborators:group", "/to-cong-tac/{}/", found=KEPT.format(table="workinggroup"), dark=True,
    ),
    Showing(
        "group-end", "collaborators:end_group", "/to-cong-tac/{}/ket-thuc/", found=KEPT.format(table="workinggroup"),
    ),
    Showing(
        "group-add-member", "collaborators:add_member", "/to-cong-tac/{}/them-thanh-vien/",
        found=KEPT.format(table="workinggroup"),
    ),
    Showing(
        "group-member-leaves", "collaborators:end_membership", "/to-cong-tac/thanh-vien/{}/thoi/",
        found=KEPT.format(table="groupmember"),
    ),
    Showing("group-hold", "collaborators:hold", "/to-cong-tac/{}/ghi-hop/", found=KEPT.format(table="workinggroup")),
    Showing("meeting", "collaborators:meeting", "/to-cong-tac/hop/{}/", found=KEPT.format(table="meeting")),
    Showing("minutes", "collaborators:minutes", "/to-cong-tac/hop/{}/sua/", found=KEPT.format(table="meeting")),
    Showing("units-of-a-group", "organisations:units", "/don-vi/?group=semi_boarding", "so.gddt"),
    Showing("units-files", "organisations:files", "/don-vi/xuat/", "so.gddt"),
    Showing("unit-groups", "organisations:groups", "/don-vi/nhom/", "so.gddt"),
    Showing("unit-group", "organisations:group", "/don-vi/nhom/semi_boarding/", "so.gddt"),
    Showing("map-without-boundaries", "organisations:map", "/don-vi/ban-do/", "so.gddt"),
    Showing("staff", "people:staff", "/tai-khoan/nguoi-dung/", "quantri.so", dark=True),
    Showing("staff-no-hits", "people:staff", "/tai-khoan/nguoi-dung/?q=khong+co+ai", "qt.demo"),
    Showing("opening", "people:opening", "/tai-khoan/nguoi-dung/moi/", "quantri.so", act=open_nobody, status=422),
    Showing("person", "people:person", "/tai-khoan/nguoi-dung/{}/", found=PERSON),
    Showing("units-in", "organisations:import", "/don-vi/nhap/", "quantri.so"),
    Showing("my-data", "privacy:mine", "/du-lieu/cua-toi/", "gv.demo", dark=True),
    Showing("retention", "privacy:retention", "/du-lieu/luu-giu/", "gv.demo"),
    Showing("child-data", "privacy:of_person", "/du-lieu/cua/{}/", found=CHILD.format(person="ph.demo")),
    Showing(
        "data-requests", "privacy:requests", "/du-lieu/yeu-cau/",
        found=SCHOOL_ADMINISTRATOR.format(column="link.id"), dark=True,
    ),
    Showing(
        "data-request", "privacy:request", "/du-lieu/yeu-cau/{}/",
        found=SCHOOL_ADMINISTRATOR.format(column="request.id"),
    ),
    Showing("claim", "guardians:claim", "/gia-dinh/ma/"),
    Showing("claim-signed-in", "guardians:claim", "/gia-dinh/ma/", "ph.demo"),
    Showing("children", "guardians:children", "/gia-dinh/con-cua-toi/", "ph.demo", dark=True),
    Showing("children-none", "guardians:children", "/gia-dinh/con-cua-toi/", "gv.demo"),
    Showing(
        "guardian-classes", "guardians:classes", "/gia-dinh/lop/", found=SCHOOL_ADMINISTRATOR.format(column="link.id"),
    ),
    Showing(
        "guardian-codes", "guardians:class", "/gia-dinh/lop/{}/",
        found=SCHOOL_ADMINISTRATOR.format(column="enrolment.school_class_id"),
    ),
    Showing(
        "guardian-claims", "guardians:waiting", "/gia-dinh/cho-xac-minh/",
        found=SCHOOL_ADMINISTRATOR.format(column="link.id"),
    ),
    Showing(
        "guardian-links", "guardians:child", "/gia-dinh/hoc-sinh/{}/",
        found=SCHOOL_ADMINISTRATOR.format(column="link.child_id"), dark=True,
    ),
    Showing("deeds", "home:deeds", "/nhat-ky/", found=SCHOOL_ADMINISTRATOR.format(column="link.id")),
    Showing("explore", "explorer:explore", "/kham-pha/", "so.gddt", dark=True),
    Showing("explore-school", "explorer:explore", "/kham-pha/", "ht.demo"),
    Showing("explore-choices", "explorer:explore", "/kham-pha/", "so.gddt", act=open_layout, dark=True),
    Showing("explore-data", "explorer:explore", "/kham-pha/", "so.gddt", act=open_data),
    Showing("explore-bars", "explorer:explore", "/kham-pha/?hinh=cot", "so.gddt", dark=True),
    Showing(
        "explore-schools", "explorer:explore", "/kham-pha/?dv=cap:school&so=element:staff_trained&hinh=cot", "so.gddt",
    ),
    Showing(
        "explore-line", "explorer:explore",
        "/kham-pha/?ky=LAST_5_SCHOOL_YEARS&ky=THIS_SCHOOL_YEAR&cot=ky&chon=so:indicator:staff_trained_rate&hinh=duong",
        "so.gddt",
    ),
    Showing("explore-map", "explorer:explore", "/kham-pha/?hinh=bando", "so.gddt"),
    Showing(
        "explore-pivot", "explorer:explore",
        "/kham-pha/?so=element:staff_in_scope&so=element:staff_trained&phan=*&cot=so,phan&hang=dv,ky"
        "&ky=LAST_SCHOOL_YEAR&ky=THIS_SCHOOL_YEAR", "so.gddt",
    ),
    Showing("explore-paged", "explorer:explore", "/kham-pha/?dv=cap:school&hinh=bang&sap=-0", "so.gddt"),
    Showing("explore-nothing", "explorer:explore", "/kham-pha/?so=element:khong_co", "so.gddt"),
    Showing("kept", "explorer:kept", "/kham-pha/da-luu/", "so.gddt"),
    Showing("kept-none", "explorer:kept", "/kham-pha/da-luu/", "phong.lacson"),
    Showing("view", "explorer:view", "/kham-pha/da-luu/{}/", found=SAVED_VIEW, dark=True),
    Showing("boards", "explorer:boards", "/kham-pha/bang/", "so.gddt", act=send_nothing, status=422),
    Showing("dashboard", "explorer:dashboard", "/kham-pha/bang/{}/", found=DASHBOARD, act=filled_tiles, dark=True),
    Showing("dashboard-change", "explorer:change_dashboard", "/kham-pha/bang/{}/sua/", found=DASHBOARD),
    Showing("send-view", "explorer:send_view", "/kham-pha/da-luu/{}/gui/", found=SAVED_VIEW),
    Showing("send-dashboard", "explorer:send_dashboard", "/kham-pha/bang/{}/gui/", found=DASHBOARD),
    Showing("letters", "explorer:letters", "/kham-pha/da-gui/", "so.gddt"),
    Showing("no-right", "reporting:waiting", "/bao-cao/cho-duyet/", "gv.demo", status=403, dark=True),
    Showing("no-page", "", "/khong-co-trang-nay/", "gv.demo", status=404),
    Showing("no-page-for-strangers", "", "/khong-co-trang-nay/", status=404),
    Showing("not-my-school", "reporting:fill", "/bao-cao/{}/dien/", found=SCHOOL_OF_OTHERS, status=404),
]  # fmt: skip

NOT_PAGES = {  # route → why no one looks at it
    "agenda:own": "leads to the page of a unit",
    "agenda:unmark": "a post that leads back to the unit's year",
    "agenda:renew_feed": "shows an address this once",
    "agenda:feed": "hands out a calendar",
    "programmes:reviewed": "takes a POST alone and leads back to the programme",
    "programmes:issue": "takes a POST alone and leads back to the programme",
    "programmes:evidence_file": "hands out a file",
    "recognition:file": "hands out a file",
    "recognition:practice_file": "hands out a file",
    "recognition:change_practice": "the same form as for a new one",
    "inspections:picture": "hands out a file",
    "inspections:proof": "hands out a file",
    "documents:deed": "takes a POST alone and leads back to the document",
    "documents:file": "hands out a file",
    "documents:package": "hands out a file",
    "papers:paper_file": "hands out a file",
    "papers:template_word": "hands out a file",
    "papers:merge_file": "hands out a file",
    "papers:remove_certificate": "takes a POST alone and leads back to the certificates",
    "questionnaires:preview": "a part of the builder's page",
    "questionnaires:deed": "a post that leads back to the builder",
    "questionnaires:new_item": "a post that leads to the item",
    "questionnaires:publish": "a post that leads to the form",
    "questionnaires:revise": "a post that leads to the builder",
    "questionnaires:version_file": "a file",
    "questionnaires:draft_file": "a file",
    "reporting:end_request": "takes a POST alone and leads back to the request",
    "api:revoke_token": "takes a POST alone and leads back to the keys",
    "api:withdraw_open_data": "takes a POST alone and leads to the list of open data",
    "api:open_file": "hands out a file",
    "api:open_description": "hands out a file",
    **dict.fromkeys(
        (
            f"api:v1:{name}"
            for name in (
                "openapi-json",
                "me",
                "units",
                "unit",
                "forms",
                "form",
                "data_elements",
                "all_indicators",
                "targets",
                "periods",
                "period",
                "reports",
                "report",
                "write_draft",
                "send",
                "query",
                "query_in_body",
                "facts",
                "api-root",
            )
        ),
        "answers programmes",
    ),
    "people:sign_out": "takes a POST alone and leads to the sign-in page",
    "people:language": "takes a POST alone and leads back to the page it came from",
    "people:theme": "takes a POST alone and leads back to the page it came from",
    "people:end_session": "takes a POST alone and leads back to the list of devices",
    "account_login": "people:sign_in under the name by which allauth leads there",
    "mfa_login_webauthn": "answers the script of the sign-in page",
    "openid_connect_login": "takes a POST alone and leads to another server",
    "openid_connect_callback": "another server's answer arrives here and leads on",
    **dict.fromkeys(
        (
            *("mfa_authenticate", "mfa_reauthenticate", "mfa_reauthenticate_webauthn", "mfa_deactivate_totp"),
            *("mfa_remove_webauthn", "mfa_view_recovery_codes", "mfa_generate_recovery_codes"),
        ),
        "shows itself to who has a second factor: looked at in e2e/test_sign_in.py",
    ),
    **dict.fromkeys(
        (f"idp:oidc:{name}" for name in ("configuration", "jwks", "token", "userinfo", "revocation")),
        "answers programmes of other applications",
    ),
    "explorer:keep": "takes a POST alone and leads to what was kept",
    "explorer:open": "leads to the explorer's page",
    "explorer:shared": "leads to the explorer's page",
    "explorer:tiles": "parts of the dashboard's page",
    "explorer:letter": "stands where a letter was sent: looked at in e2e/test_explorer.py",
    "explorer:letter_file": "hands out a file",
    "explorer:unsubscribe": "stands behind the link of a letter: looked at in e2e/test_explorer.py",
    **dict.fromkeys(
        (
            f"explorer:{name}"
            for name in (
                *("change_look", "link", "put", "delete", "restore", "arrange", "clone", "widen", "take_off"),
                *("delete_dashboard", "restore_dashboard", "end_subscription"),
            )
        ),
        "takes a POST alone and leads back",
    ),
    "home:figures_news": "answers an open page's script: nothing, or one word",
    "reporting:save": "takes a POST alone and answers the page's script",
    "reporting:send": "takes a POST alone and answers the page's script",
    "reporting:news": "answers an open page's script",
    "reporting:sender": "answers the script that sends what waited for the network",
    "reporting:add_evidence": "takes a POST alone and leads back to the sheet",
    "reporting:remove_evidence": "takes a POST alone and leads back to the sheet",
    "reporting:evidence_file": "hands out a file",
    "reporting_root:worker": "is the service worker",
    "reporting:save_by_hand": "takes a POST alone and leads back to the sheet",
    "privacy:file": "hands out a file",
    "privacy:deed": "takes a POST alone and leads back to the page it came from",
    "reporting:issued_file": "hands out a file",
    "reporting:board_export": "hands out a file",
    "reporting:accept_many": "takes a POST alone and leads to the verdicts",
    "reporting:bulk_review": "stands where reports were accepted in bulk; the board's own tests look at it",
    "reporting:bulk_news": "answers an open page's script: nothing, or one word",
    "reporting:see_finding": "takes a POST alone and leads back to the list",
    "reporting:remind": "takes a POST alone and leads back to the board",
    "reporting:lock": "takes a POST alone and leads back to the board",
    **dict.fromkeys(
        (f"reporting:{name}" for name in ("workbook", "batch_table", "marked", "marked_all")), "hands out a file"
    ),
    **dict.fromkeys(
        (f"reporting:{name}" for name in ("batch", "batch_file")),
        "stands where a workbook was sent; looked at in the room's own tests",
    ),
    "organisations:export": "hands out a file",
    "organisations:boundaries": "hands out the lines of a map",
    "organisations:import_workbook": "hands out a file",
    "organisations:import_apply": "takes a POST alone and leads back to the result",
    "organisations:group_new": "takes a POST alone and leads to the new group",
    "organisations:group_change": "takes a POST alone and leads back to the group",
    "organisations:import_result": "stands where a file was sent; the import's own tests look at it",
    "people:closing": "takes a POST alone and leads back to the person",
    "people:resetting": "takes a POST alone; what it answers is shown once",
    "people:role_ending": "takes a POST alone and leads back to the person",
    "rosters:my_class_slips": "takes a POST alone; what it answers is shown as slips",
    "rosters:revoke_token": "takes a POST alone and leads back to the page",
    **dict.fromkeys(
        (
            f"scim:{name}"
            for name in (
                "service",
                "resource_types",
                "resource_type",
                "schemas",
                "schema",
                "users",
                "user",
                "groups",
                "group",
                "elsewhere",
            )
        ),
        "answers programmes of other applications",
    ),
    **dict.fromkeys(
        (
            f"api:{name}"
            for name in (
                "analytics",
                "analytics_values",
                "approval",
                "approvals",
                "approve_many",
                "data_value_sets",
                "data_values",
                "me",
                "metadata",
                "object",
                "objects",
                "registrations",
                "system_info",
                "unapprove_many",
                "unit",
                "units",
            )
        ),
        "answers DHIS2's clients; their own library drives them in the room's tests",
    ),
    "rosters:undo_year_end": "takes a POST alone and leads back to the page",
    "rosters:class_slips": "as my_class_slips, for a school",
    "rosters:learner_slip": "as my_class_slips, for one",
    "rosters:my_learner_slip": "as my_class_slips, for one",
    "rosters:template": "hands out a file",
    "rosters:roster_news": "answers an open page's script: nothing, or one word",
}

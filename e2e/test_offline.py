"""Twenty reports of one school, filled and sent without network, the browser closed and opened: each arrives once."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
from pathlib import Path

import pytest
from playwright.sync_api import Page, Playwright, expect

from conftest import CHROMIUM, CHROMIUM_SWITCHES
from e2e.conftest import ADDRESS, PASSWORD, PICTURES, ROOT, SIZES, VAR
from e2e.pages import REPORT

REPORTS = 20
ROUNDS = """
import sys, json
from datetime import date, timedelta
from django.utils import timezone
from donghanh.organisations.queries import reviewer_of
from donghanh.organisations.models import UnitParent
from donghanh.people.models import Membership
from donghanh.periods.actions import add_own_period
from donghanh.questionnaires.models import FormVersion
from donghanh.reporting.actions import open_collection
from donghanh.reporting.models import Submission
unit = Membership.objects.get(account__username="{username}").unit
parent = UnitParent.objects.get(unit=unit, valid__contains=date(2025, 6, 1)).parent
version = FormVersion.objects.filter(form__code="plan3296").order_by("-number").first()
made = []
for number in range({count}):
    day = date(2025, 1, 6) + timedelta(days=7 * number)
    period = add_own_period(name=f"Đợt {{number + 1:02}}", first_day=day, last_day=day + timedelta(days=6), by=None,
        at=timezone.now())
    round = open_collection(form_version=version, period=period, owner=parent, opens_on=day, due_on=date(2025, 6, 20),
        closes_on=date(2025, 6, 30), by=None, at=timezone.now())
    made.append(Submission.objects.get(expected__collection=round, expected__unit=unit).pk)
print("MADE", json.dumps(made))
"""


def rounds_of(username: str, count: int) -> list[int]:
    """Open so many rounds for one school in the running demo; ids of its reports."""
    environment = os.environ | {
        "DONGHANH_VAR": str(VAR), "DONGHANH_DEMO_DAY": "2025-06-16", "DONGHANH_DURABLE": "0",
    }  # fmt: skip
    environment.pop("DJANGO_SETTINGS_MODULE", None)
    script = ROUNDS.format(username=username, count=count)
    command = [sys.executable, "manage.py", "shell", "-c", script]
    done = subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr[-2000:]
    return json.loads(next(line for line in done.stdout.splitlines() if line.startswith("MADE")).removeprefix("MADE"))


@pytest.fixture
def desk(playwright: Playwright, tmp_path: Path):
    """desk() opens the one browser of this computer, with what lies on its disk; desk.close() shuts it."""

    class Desk:
        context = None

        def __call__(self) -> Page:
            self.context = playwright.chromium.launch_persistent_context(
                tmp_path / "profile", executable_path=CHROMIUM, args=CHROMIUM_SWITCHES, base_url=ADDRESS,
                viewport=SIZES["1280"], locale="vi-VN",
            )  # fmt: skip
            self.context.set_default_timeout(20_000)
            return self.context.pages[0]

        def close(self) -> None:
            if self.context:
                self.context.close()
            self.context = None

    one = Desk()
    yield one
    one.close()


def sign_in(page: Page, username: str) -> None:
    page.goto("/")
    page.get_by_label("Tên đăng nhập").fill(username)
    page.get_by_label("Mật khẩu", exact=True).fill(PASSWORD)
    page.get_by_role("button", name="Đăng nhập", exact=True).click()
    page.wait_for_url(lambda address: "dang-nhap" not in address)


FILL = """() => {
  const form = document.querySelector("[data-dh-autosave]");
  const before = ({ name }) => { // what was sent for the period before: nothing there is unusual
    const beside = form.querySelector(`[data-dh-echo="${name}"]`)?.parentElement.querySelector(".dh-q-previous");
    return beside?.textContent.replace("kỳ trước", "").trim();
  };
  const put = (input, text) => { input.value = text; input.dispatchEvent(new Event("input", { bubbles: true })); };
  for (const input of form.querySelectorAll("input[data-dh-cell][inputmode=numeric]")) put(input, before(input) || "1");
  for (const input of form.querySelectorAll("input[type=radio][value='1']")) {
    (before(input) === "Không" ? form.querySelector(`[name="${input.name}"][value="0"]`) : input).click();
  }
  const texts = "textarea[data-dh-cell], input[type=text][data-dh-cell]:not([inputmode=numeric])";
  for (const input of form.querySelectorAll(texts)) put(input, "12/QĐ ngày 5/10/2024");
  for (const input of form.querySelectorAll("[name^='why:'], [name^='note:']")) put(input, "đã kiểm tra");
}"""


def test_twenty_reports_without_network(stack, database, desk):
    found = REPORT.format(period="NH2024", which="report.state = 'draft' AND report.revision = 0")
    username, _ = database.execute(found).fetchone()
    database.rollback()
    reports = rounds_of(username, REPORTS)
    page = desk()
    sign_in(page, username)
    page.goto("/bao-cao/can-nop/")
    expect(page.get_by_text(re.compile(r"\d+ báo cáo dùng được khi mất mạng"))).to_be_visible(timeout=60_000)

    desk.context.set_offline(True)
    page.goto("/bao-cao/can-nop/")
    expect(page.get_by_role("heading", level=1)).to_have_text("Báo cáo cần nộp")
    for report in reports:
        page.goto(f"/bao-cao/{report}/dien/")
        page.wait_for_timeout(200)
        page.evaluate(FILL)
        page.wait_for_timeout(400)
        page.get_by_role("button", name="Gửi báo cáo").click()
        expect(page.get_by_text("Báo cáo đang chờ mạng trên máy này")).to_be_visible()
    page.screenshot(path=PICTURES / "offline-sent.png")
    page.goto("/bao-cao/can-nop/")
    expect(page.get_by_text(f"Chờ mạng: {REPORTS} báo cáo")).to_be_visible()
    page.screenshot(path=PICTURES / "offline-owed.png")
    waiting = page.evaluate(WAITING)
    assert len(waiting) == REPORTS
    page.goto("/chi-tieu/")
    expect(page.get_by_role("heading", level=1)).to_have_text("Không có mạng")
    assert arrived(database, reports) == {}
    desk.close()

    page = desk()  # the next morning, with network; the session still stands
    page.goto("/bao-cao/can-nop/")
    expect(page.get_by_text("Đã gửi từ máy này")).to_be_visible(timeout=60_000)
    assert arrived(database, reports) == dict.fromkeys(reports, 1)
    page.screenshot(path=PICTURES / "offline-received.png", full_page=True)

    # the receipt on the device is one that anyone can check
    page.locator("[data-dh-list] a[href*='bien-nhan']").first.click()
    expect(page.get_by_text("Đã nhận, đang duyệt")).to_be_visible()

    # whatever is sent again under its key stays one
    page.goto("/bao-cao/can-nop/")
    assert page.evaluate(SEND_AGAIN, waiting[:3]) == [200] * 9
    assert arrived(database, reports) == dict.fromkeys(reports, 1)

    # signing out leaves nothing on a shared computer
    page.locator(".dh-header-end summary").click()
    page.get_by_role("button", name="Đăng xuất").click()
    page.wait_for_url(lambda address: "dang-nhap" in address)
    left = page.evaluate(LEFT)
    assert left == [[], 0]


LEFT = """async () => [
  (await caches.keys()).filter((name) => name.startsWith("dh-pages")), (await indexedDB.databases()).length,
]"""
WAITING = """async () => {
  const opened = indexedDB.open(`dong-hanh-${document.body.dataset.dhAccount}`);
  await new Promise((done) => { opened.onsuccess = done; });
  const all = opened.result.transaction("sendings").objectStore("sendings").getAll();
  await new Promise((done) => { all.onsuccess = done; });
  opened.result.close();
  return all.result;
}"""
SEND_AGAIN = """async (sendings) => {
  const { token } = await (await fetch("/bao-cao/nguoi-gui/")).json();
  const headers = { "Content-Type": "application/json", "X-CSRFToken": token };
  const send = ({ url, key, revision, typed }) =>
    fetch(url, { method: "POST", headers, body: JSON.stringify({ client_key: key, revision, typed }) });
  const answers = await Promise.all(sendings.flatMap((one) => [send(one), send(one), send(one)]));
  return answers.map(({ status }) => status);
}"""


def arrived(database, reports: list[int]) -> dict[int, int]:
    """Report → how many sendings the database holds of it."""
    database.rollback()
    rows = database.execute(
        "SELECT submission_id, count(*) FROM reporting_submissionversion WHERE submission_id = ANY(%s) GROUP BY 1",
        [reports],
    )
    return dict(rows.fetchall())

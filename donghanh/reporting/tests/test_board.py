"""“Theo dõi báo cáo” as officers use it: counts, rates, one click to remind, many accepted at once, all of it out."""

from __future__ import annotations

from io import BytesIO

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from openpyxl import load_workbook

from donghanh.organisations.tests.factories import a_school
from donghanh.reporting import bulk, reminding, signals
from donghanh.reporting.board import board
from donghanh.reporting.choices import State
from donghanh.reporting.models import BulkReview, ExpectedReport, Reminder, Submission
from donghanh.reporting.tasks import accept_in_bulk
from donghanh.reporting.tests.factories import (
    AT,
    TODAY,
    a_sent_report,
    an_open_round,
    goes_up,
    report_of,
    return_with,
)

pytestmark = pytest.mark.usefixtures("on_demo_day")
BOARD = "reporting:board"


@pytest.fixture
def open_round(cast):
    return an_open_round(cast)


def overdue(collection):
    """Every unit of the round should have sent five days ago."""
    ExpectedReport.objects.filter(collection=collection).update(due_on="2025-06-11", grace_on="2025-06-11")


def page(client, **asked):
    return client.get(reverse(BOARD), asked).content.decode()


def test_every_report_is_counted_where_it_is(cast, open_round):
    a_sent_report(cast, open_round)
    overdue(open_round)
    seen = board(cast.district_officer, open_round, on=TODAY)
    assert seen.standing.counts == {
        "total": 2, "cho-duyet": 1, "qua-han": 1, "bi-tra-lai": 0, "noi-khac": 0, "chua-gui": 1, "da-duyet": 0,
    }  # fmt: skip
    assert seen.standing.oldest == AT
    above = board(cast.department_officer, open_round, on=TODAY)
    assert (above.standing.counts["total"], above.standing.counts["cho-duyet"], above.standing.counts["noi-khac"]) == (
        4,
        0,
        1,
    )
    return_with(cast, open_round, collaborators="Đếm lại")
    assert board(cast.district_officer, open_round, on=TODAY).standing.counts["bi-tra-lai"] == 1


def test_rates_by_area_are_of_the_offices_directly_below(cast, open_round):
    a_sent_report(cast, open_round)  # on 16 June, due on 20 June
    areas = board(cast.department_officer, open_round, on=TODAY).areas
    assert [(a.name, a.expected, a.sent, a.on_time, a.accepted) for a in areas] == [
        ("Phòng GD&ĐT huyện Kim Bôi", 1, 0, 0, 0),
        ("Phòng GD&ĐT huyện Lạc Sơn", 2, 1, 1, 0),
        ("", 1, 0, 0, 0),  # the school directly below the Department
    ]
    overdue(open_round)
    late = board(cast.department_officer, open_round, on=TODAY).areas[1]
    assert (late.sent, late.on_time) == (1, 0)


def test_the_list_is_narrowed_by_the_address(cast, open_round, sign_in):
    a_sent_report(cast, open_round)
    overdue(open_round)
    desk = sign_in(cast.department_officer)
    listed = page(desk, loc="qua-han").split('id="danh-sach"')[1]
    assert "Trường THCS Vĩnh Tiến" in listed
    assert "Quá hạn 5 ngày" in listed
    assert "Trường TH&amp;THCS Ân Nghĩa" not in listed
    listed = page(desk, vung=cast.lac_son.pk).split('id="danh-sach"')[1]
    assert "Trường TH&amp;THCS Ân Nghĩa" in listed
    assert "Vĩnh Tiến" not in listed
    listed = page(desk, vung=0).split('id="danh-sach"')[1]
    assert "Trường THPT Lạc Sơn" in listed
    assert "Ân Nghĩa" not in listed
    listed = page(desk, q="vinh tien").split('id="danh-sach"')[1]
    assert "Vĩnh Tiến" in listed
    assert "Ân Nghĩa" not in listed


def test_an_officer_sees_their_own_district_alone(cast, open_round, sign_in):
    a_sent_report(cast, open_round)
    assert "Ân Nghĩa" not in page(sign_in(cast.other_district_officer))
    assert sign_in(cast.teacher).get(reverse(BOARD)).status_code == 403


def test_the_board_costs_the_same_for_three_units_and_for_thirty(cast, sign_in):
    def cost(collection):
        with CaptureQueriesContext(connection) as seen:
            shown = page(desk, dot=collection.pk)
        assert shown.count("<tr ") > 3
        return len(seen)

    desk = sign_in(cast.department_officer)
    few = an_open_round(cast, year=2023)
    page(desk)
    cost_of_few = cost(few)
    for number in range(26):
        a_school(f"Trường số {number}", below=cast.commune if number % 2 else cast.department)
    many = an_open_round(cast)
    assert many.expected.count() == 30
    assert cost(many) == cost_of_few


def test_an_officer_s_home_leads_to_what_waits_and_a_teacher_s_does_not(cast, open_round, sign_in):
    a_sent_report(cast, open_round)
    home = reverse("home:my_work")
    leads = f"{reverse(BOARD)}?dot={open_round.pk}&amp;loc=cho-duyet#danh-sach"
    assert f'<a href="{leads}">1<' in sign_in(cast.district_officer).get(home).content.decode()
    assert f'<a href="{leads}">0<' in sign_in(cast.department_officer).get(home).content.decode()
    assert reverse(BOARD) not in sign_in(cast.teacher).get(home).content.decode()


# ── reminding ──


@pytest.fixture
def reminded(monkeypatch):
    heard = []
    receiver = lambda expected_ids, **_: heard.extend(expected_ids)  # noqa: E731  # kept under a name, to be disconnected
    signals.report_reminded.connect(receiver, weak=False, dispatch_uid="test")
    yield heard
    signals.report_reminded.disconnect(dispatch_uid="test")


def test_all_late_units_are_reminded_once_a_day_and_no_other(
    cast, open_round, sign_in, reminded, django_capture_on_commit_callbacks
):
    a_sent_report(cast, open_round)
    overdue(open_round)
    desk, address = sign_in(cast.department_officer), reverse("reporting:remind", args=[open_round.pk])
    with django_capture_on_commit_callbacks(execute=True):
        assert "Đã nhắc 3 đơn vị." in desk.post(address, {"late": 1}, follow=True).content.decode()
    late = {cast.preschool.pk, cast.sibling.pk, cast.direct.pk}
    assert {row.expected.unit_id for row in Reminder.objects.all()} == late
    assert sorted(reminded) == sorted(Reminder.objects.values_list("expected", flat=True))
    assert "Không có ai để nhắc" in desk.post(address, {"late": 1}, follow=True).content.decode()
    assert Reminder.objects.count() == 3
    assert "Đã nhắc hôm nay" in page(desk)


def test_a_received_report_gets_no_reminder_and_no_button(cast, open_round, sign_in):
    a_sent_report(cast, open_round)
    report = report_of(cast.school, open_round)
    assert reminding.remind(reports=[report.pk], by=cast.district_officer, at=AT) == 0
    desk = sign_in(cast.district_officer)
    assert page(desk).count('name="report"') == 1  # the preschool's
    answer = desk.post(reverse("reporting:remind", args=[open_round.pk]), {"report": report.pk}, follow=True)
    assert "Không có ai để nhắc" in answer.content.decode()
    assert not Reminder.objects.exists()


def test_nobody_reminds_another_s_units(cast, open_round, sign_in):
    desk = sign_in(cast.other_district_officer)
    address = reverse("reporting:remind", args=[open_round.pk])
    desk.post(address, {"report": report_of(cast.school, open_round).pk})
    assert not Reminder.objects.exists()
    desk.post(address, {"report": report_of(cast.sibling, open_round).pk})
    assert Reminder.objects.get().expected.unit == cast.sibling


# ── many at once ──


@pytest.fixture
def two_waiting(cast, open_round):
    """Two reports wait for the Department: a clean one, and one with attendances but no meeting."""
    version = a_sent_report(cast, open_round)
    clean, doubtful = report_of(cast.school, open_round), report_of(cast.direct, open_round)
    cells = [cell.code for cell in open_round.form_version.definition.cells]
    version.counts[cells.index("briefings_held")] = 0
    version.pk, version.submission = None, doubtful
    version.save(force_insert=True)
    Submission.objects.filter(pk=doubtful.pk).update(state=State.SUBMITTED, latest=version, revision=1)
    return goes_up(clean, cast.department), goes_up(doubtful, cast.department)


def test_all_that_wait_are_accepted_but_those_with_something_to_look_at(cast, open_round, two_waiting, sign_in):
    clean, doubtful = two_waiting
    desk = sign_in(cast.department_officer)
    answer = desk.post(reverse("reporting:accept_many", args=[open_round.pk]), {"all": 1}, follow=True)
    told = answer.content.decode()
    assert "Đã duyệt 1 báo cáo." in told
    assert "1 báo cáo chưa duyệt" in told
    assert "chỗ nên xem lại: mở báo cáo" in told
    assert Submission.objects.get(pk=clean.pk).state == State.ACCEPTED
    assert Submission.objects.get(pk=doubtful.pk).state == State.SUBMITTED


def test_each_ticked_report_has_its_own_verdict(cast, open_round, two_waiting, sign_in):
    clean, _doubtful = two_waiting
    desk = sign_in(cast.department_officer)
    assert f'value="{clean.pk}-1"' in page(desk)
    address = reverse("reporting:accept_many", args=[open_round.pk])
    stale = desk.post(address, {"chon": [f"{clean.pk}-7", "nonsense"]}, follow=True).content.decode()
    assert "bản mới hơn" in stale
    assert "Đã duyệt 1 báo cáo." in desk.post(address, {"chon": [f"{clean.pk}-1"]}, follow=True).content.decode()
    nothing = desk.post(address, {"chon": [f"{clean.pk}-1"]}, follow=True).content.decode()
    assert "Chọn ít nhất một báo cáo" in nothing  # it waits no more


def test_many_are_a_job_that_may_run_twice_and_shows_how_far_it_is(cast, open_round, two_waiting, sign_in, monkeypatch):
    clean, doubtful = two_waiting
    monkeypatch.setattr(bulk, "AT_ONCE", 1)
    deferred = []
    monkeypatch.setattr(accept_in_bulk, "defer", lambda **ids: deferred.append(ids["review_id"]))
    desk = sign_in(cast.department_officer)
    shown = desk.post(reverse("reporting:accept_many", args=[open_round.pk]), {"all": 1}, follow=True)
    assert "0/2 báo cáo" in shown.content.decode()
    asked = BulkReview.objects.get()
    assert deferred == [asked.pk]
    news = reverse("reporting:bulk_news", args=[asked.pk, 0])
    assert desk.get(news).status_code == 204
    for _ in range(2):
        bulk.carry_out(review_id=asked.pk, at=AT)
    assert desk.get(news).status_code == 200
    assert sorted(asked.verdicts.values_list("submission", "ok")) == sorted([(doubtful.pk, False), (clean.pk, True)])
    assert clean.transitions.filter(move="accept").count() == 1


# ── everything out ──


def test_the_export_has_every_unit_and_every_figure_and_no_formula(cast, open_round, sign_in):
    a_sent_report(cast, open_round, difficulties="=HYPERLINK('x')")
    answer = sign_in(cast.district_officer).get(reverse("reporting:board_export", args=[open_round.pk]))
    sheet = load_workbook(BytesIO(b"".join(answer.streaming_content))).active
    answer.close()
    rows = [[cell.value for cell in row] for row in sheet.iter_rows(min_row=2)]  # the first says that it is generated
    definition = open_round.form_version.definition
    assert len(rows[0]) == 6 + len(definition.cells) + len(definition.texts)
    assert [row[0] for row in rows[1:]] == ["Trường Mầm non Ân Nghĩa", "Trường TH&THCS Ân Nghĩa"]
    place = 6 + [cell.code for cell in definition.cells].index("briefing_attendees")
    assert [row[place] for row in rows[1:]] == [None, 38]
    written = next(cell for row in sheet.iter_rows() for cell in row if str(cell.value).startswith("=HYPER"))
    assert (written.data_type, written.quotePrefix) == ("s", True)

"""Up a chain of several offices: who has it, who decides, taking back, locking and opening again."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import date

import pytest
from django.db import connections
from django.urls import reverse

from donghanh.kernel.verdict import Refused
from donghanh.organisations.actions import close_unit, transfer
from donghanh.organisations.tests.factories import AT as TREE_AT
from donghanh.reporting import actions, queries, signals
from donghanh.reporting.choices import State
from donghanh.reporting.figures import lay_out
from donghanh.reporting.models import Collection, FactChange
from donghanh.reporting.recount import differences
from donghanh.reporting.tests.factories import (
    AT,
    TODAY,
    a_sent_report,
    accepted_by,
    an_open_round,
    goes_up,
    report_of,
)
from donghanh.statistics.models import Rollup

pytestmark = pytest.mark.usefixtures("on_demo_day")


@pytest.fixture
def open_round(cast):
    return an_open_round(cast)


@pytest.fixture
def report(cast, open_round):
    """Sent by the school; it goes up by the district to the Department."""
    goes_up(report_of(cast.school, open_round), cast.lac_son, cast.department)
    a_sent_report(cast, open_round)
    return report_of(cast.school, open_round)


@pytest.fixture
def told(monkeypatch):
    """Names of what the room told, in order."""
    heard = []
    names = ("report_accepted", "report_passed_up", "report_withdrawn", "report_reopened", "report_locked")
    for name in names:
        signal = getattr(signals, name)
        receiver = lambda name=name, **_: heard.append(name)  # noqa: E731  # kept under a name, to be disconnected
        signal.connect(receiver, weak=False, dispatch_uid=f"test-{name}")
    yield heard
    for name in names:
        getattr(signals, name).disconnect(dispatch_uid=f"test-{name}")


def reported(collection, unit):
    lay_out(collection_id=collection.pk, at=AT)
    return Rollup.objects.get(unit=unit, group="", partition__period=collection.period).reported


def test_only_the_last_office_takes_it_into_the_figures(
    cast, open_round, report, told, django_capture_on_commit_callbacks
):
    FactChange.objects.all().delete()
    with django_capture_on_commit_callbacks(execute=True):
        report = accepted_by(report, cast.district_officer)
    assert (report.state, report.step, report.expected.reviewer) == (State.SUBMITTED, 2, cast.department)
    assert not FactChange.objects.exists()
    assert reported(open_round, cast.department) == 0
    with django_capture_on_commit_callbacks(execute=True):
        report = accepted_by(report, cast.department_officer)
    assert report.state == State.ACCEPTED
    assert told == ["report_passed_up", "report_accepted"]
    assert reported(open_round, cast.department) == 1


def test_only_the_office_of_the_present_step_decides_and_the_others_are_told_where_it_is(cast, report, sign_in):
    desk = sign_in(cast.department_officer)
    answer = desk.post(reverse("reporting:review", args=[report.pk]), {"move": "accept", "version": 1})
    assert answer.status_code == 409
    assert "đang ở Phòng GD&amp;ĐT huyện Lạc Sơn" in answer.content.decode()
    accepted_by(report, cast.district_officer)
    with pytest.raises(Refused, match="đang ở Sở"):
        accepted_by(report, cast.district_officer)


def test_a_report_returned_from_above_begins_again_at_the_first_office(cast, open_round, report):
    report = accepted_by(report, cast.district_officer)
    actions.give_back(
        submission=report, version_number=1, reason="Đếm lại", remarks={}, by=cast.department_officer, at=AT
    )
    a_sent_report(cast, open_round, collaborators="4")
    report = report_of(cast.school, open_round)
    assert (report.state, report.step, report.expected.reviewer) == (State.SUBMITTED, 1, cast.lac_son)


def test_the_chain_says_who_accepted_and_who_has_it(cast, report, sign_in):
    report = accepted_by(report, cast.district_officer)
    steps = queries.chain_of(report, on=TODAY)
    assert [(step.office, step.standing, step.by) for step in steps] == [
        ("Phòng GD&ĐT huyện Lạc Sơn", "done", "Quách Văn Ân"),
        ("Sở GD&ĐT Hòa Bình", "now", ""),
    ]
    page = sign_in(cast.teacher).get(reverse("reporting:report", args=[report.pk])).content.decode()
    assert "Quách Văn Ân duyệt lúc" in page
    assert "đang ở đây" in page


def test_the_unit_takes_back_what_nobody_has_accepted_and_sends_anew(cast, open_round, report, sign_in):
    teacher = sign_in(cast.teacher)
    address = reverse("reporting:withdraw", args=[report.pk])
    assert address in teacher.get(reverse("reporting:report", args=[report.pk])).content.decode()
    assert teacher.post(address, {"version": 1, "reason": "Nhầm một số"}).status_code == 302
    report.refresh_from_db()
    assert (report.state, report.latest.number) == (State.DRAFT, 1)
    assert "Nhầm một số" in teacher.get(reverse("reporting:report", args=[report.pk])).content.decode()
    assert a_sent_report(cast, open_round, collaborators="4").number == 2


def test_what_an_office_has_accepted_is_not_taken_back(cast, report, sign_in):
    accepted_by(report, cast.district_officer)
    teacher = sign_in(cast.teacher)
    answer = teacher.post(reverse("reporting:withdraw", args=[report.pk]), {"version": 1}, follow=True)
    assert "Cấp dưới đã duyệt" in answer.content.decode()
    report.refresh_from_db()
    assert report.state == State.SUBMITTED


def test_after_the_close_nothing_is_taken_back_for_it_could_not_be_sent_again(cast, report, sign_in, settings):
    settings.DEMO_DAY = "2025-06-29"
    answer = sign_in(cast.teacher).post(reverse("reporting:withdraw", args=[report.pk]), {"version": 1}, follow=True)
    assert "Đợt báo cáo đã đóng" in answer.content.decode()
    report.refresh_from_db()
    assert report.state == State.SUBMITTED


@pytest.fixture
def accepted(cast, report):
    return accepted_by(accepted_by(report, cast.district_officer), cast.department_officer)


def test_locking_keeps_the_figures_and_reopening_takes_them_out(cast, open_round, accepted, sign_in):
    assert actions.lock_due(on=TODAY, at=AT) == 0  # no day stands
    Collection.objects.filter(pk=open_round.pk).update(locks_on=TODAY)
    assert actions.lock_due(on=date(2025, 6, 15), at=AT) == 0
    assert actions.lock_due(on=TODAY, at=AT) == 1
    assert actions.lock_due(on=TODAY, at=AT) == 0
    assert report_of(cast.school, open_round).state == State.LOCKED
    assert reported(open_round, cast.department) == 1
    assert differences(open_round) == []
    address = reverse("reporting:reopen", args=[accepted.pk])
    silent = sign_in(cast.department_officer).post(address, {"reason": " "})
    assert silent.status_code == 422
    assert "Cần ghi lý do mở lại" in silent.content.decode()
    assert sign_in(cast.department_officer).post(address, {"reason": "Sai số học sinh"}).status_code == 302
    assert report_of(cast.school, open_round).state == State.RETURNED
    assert reported(open_round, cast.department) == 0
    story = sign_in(cast.teacher).get(reverse("reporting:report", args=[accepted.pk])).content.decode()
    assert "Sai số học sinh" in story
    assert "phần mềm tự làm" in story  # who locked it
    sheet = sign_in(cast.teacher).get(reverse("reporting:fill", args=[accepted.pk])).content.decode()
    assert "Sai số học sinh" in sheet


def test_only_the_last_office_opens_again(cast, accepted, sign_in):
    desk = sign_in(cast.district_officer)
    answer = desk.post(reverse("reporting:reopen", args=[accepted.pk]), {"reason": "x"}, follow=True)
    assert "Chỉ Sở GD&amp;ĐT Hòa Bình" in answer.content.decode()
    accepted.refresh_from_db()
    assert accepted.state == State.ACCEPTED


def test_figures_follow_a_reopening_at_once(
    cast, open_round, accepted, monkeypatch, django_capture_on_commit_callbacks
):
    asked = []
    monkeypatch.setattr(actions, "queue_figures", asked.append)
    with django_capture_on_commit_callbacks(execute=True):
        actions.reopen(submission=accepted, reason="Sai", by=cast.department_officer, at=AT)
    assert asked == [open_round.pk]


def test_by_hand_a_round_is_locked_by_the_office_that_asked(cast, open_round, accepted, sign_in):
    address = reverse("reporting:lock", args=[open_round.pk])
    told = sign_in(cast.district_officer).post(address, follow=True).content.decode()
    assert "Chỉ cơ quan yêu cầu báo cáo mới khóa" in told
    assert "Đã khóa 1 báo cáo" in sign_in(cast.department_officer).post(address, follow=True).content.decode()
    accepted.refresh_from_db()
    assert accepted.state == State.LOCKED


def test_when_the_district_ends_its_step_is_the_department_s_and_one_acceptance_is_enough(cast, report, settings):
    order = {"decision": "NQ 202/2025/QH15", "on": date(2025, 7, 1), "by": None, "at": TREE_AT}
    transfer(units=[cast.commune.pk], to=cast.department.pk, **order)
    close_unit(unit=cast.lac_son.pk, **order)
    assert actions.reroute(on=date(2025, 7, 1), at=TREE_AT) == 1
    report.refresh_from_db()
    report = accepted_by(report, cast.department_officer)
    assert report.state == State.ACCEPTED


@pytest.mark.django_db(transaction=True)
def test_of_decisions_at_the_same_moment_one_is_made(cast, open_round, report, sign_in):
    """Accepting and returning pressed at once by several: one wins, the others are told, one step is gone."""
    desks = [(sign_in(cast.district_officer), move) for move in ("accept", "return") * 3]

    def press(desk):
        client, move = desk
        try:
            said = {"move": move, "version": 1, "reason": "Đếm lại"}
            return client.post(reverse("reporting:review", args=[report.pk]), said).status_code
        finally:
            connections.close_all()

    with ThreadPoolExecutor(len(desks)) as pool:
        answers = list(pool.map(press, desks))
    assert sorted(answers) == [302, *[409] * 5]
    report.refresh_from_db()
    decided = report.transitions.exclude(move="send").get()
    stands = {"accept": (State.SUBMITTED, 2, cast.department), "return": (State.RETURNED, 1, cast.lac_son)}
    assert (report.state, report.step, report.expected.reviewer) == stands[decided.move]


def test_the_history_says_who_of_which_office_did_what_and_why(cast, open_round, report, sign_in):
    report = accepted_by(report, cast.district_officer)
    said = {"reason": "Đếm lại cộng tác viên", "remarks": {"collaborators": "Ghi cả học sinh?"}}
    actions.give_back(submission=report, version_number=1, **said, by=cast.department_officer, at=AT)
    a_sent_report(cast, open_round, collaborators="4")
    page = sign_in(cast.teacher).get(reverse("reporting:versions", args=[report.pk])).content.decode()
    for told in ("Quách Văn Ân, Phòng GD&amp;ĐT huyện Lạc Sơn", "Bùi Thị Ánh, Sở GD&amp;ĐT Hòa Bình"):
        assert told in page
    for told in ("Đếm lại cộng tác viên", "Ghi cả học sinh?", "đã sửa"):
        assert page.count(told) == 1

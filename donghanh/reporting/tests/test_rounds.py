"""Standing requests open their rounds by themselves, with all their days; the tree may move meanwhile."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, datetime
from zoneinfo import ZoneInfo

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from donghanh.audit.models import Entry
from donghanh.kernel.verdict import Refused
from donghanh.organisations.actions import close_unit, merge, transfer
from donghanh.organisations.choices import UnitKind
from donghanh.organisations.tests.factories import AT as TREE_AT
from donghanh.organisations.tests.factories import a_school
from donghanh.periods.actions import set_school_year
from donghanh.periods.choices import PeriodKind
from donghanh.questionnaires.actions import load_form
from donghanh.questionnaires.models import FormVersion
from donghanh.reporting import rounds
from donghanh.reporting.extensions import extend
from donghanh.reporting.models import Collection, ExpectedReport, Reminder, ReportRequest, ReviewStep
from donghanh.reporting.queries import counts, not_received, owed_by, to_fill, to_review
from donghanh.reporting.reminders import remind_by_schedule
from donghanh.reporting.rerouting import reroute
from donghanh.reporting.rules import may_fill
from donghanh.reporting.rules_asking import Terms
from donghanh.reporting.schedules import next_rounds
from donghanh.reporting.selectors import Selector
from donghanh.reporting.signals import report_reminded
from donghanh.reporting.tests.factories import AT, FORM, TODAY, a_sent_report, an_open_round, report_of, sheet_of

pytestmark = pytest.mark.usefixtures("on_demo_day")
HANOI = ZoneInfo("Asia/Ho_Chi_Minh")
UP_TO_THE_DEPARTMENT = (str(UnitKind.DISTRICT_OFFICE), str(UnitKind.DEPARTMENT))
MONTHLY = Terms(name="Báo cáo tháng", calendar=PeriodKind.ADMIN_MONTH, opens_before=2, close_days=20)


def a_request(cast, *, owner=None, by=None, active_from=TODAY, **more) -> ReportRequest:
    return rounds.make_request(
        form=load_form(FORM, at=AT).form,
        owner=owner or cast.department,
        terms=replace(MONTHLY, **more),
        active_from=active_from,
        by=by or cast.department_officer,
        at=AT,
    )


def at_noon(day: date) -> datetime:
    return datetime(day.year, day.month, day.day, 12, tzinfo=HANOI)


def open_on(day: date) -> list[int]:
    return rounds.open_due_rounds(on=day, at=at_noon(day))


def test_a_new_wording_is_asked_from_its_period_on(cast):
    request = a_request(cast)
    later = FormVersion.objects.create(
        form=request.form, number=2, document=FORM | {"vi": "Bản mới"}, created_at=AT, applies_from=date(2025, 7, 15)
    )
    [july] = open_on(date(2025, 7, 12))  # 15 June to 14 July
    [august] = open_on(date(2025, 8, 12))
    versions = dict(Collection.objects.filter(pk__in=[july, august]).values_list("pk", "form_version__number"))
    assert versions == {july: 1, august: later.number}


def test_a_period_that_another_request_asked_holds_up_no_later_one(cast):
    first = a_request(cast)
    assert len(open_on(date(2025, 7, 12))) == 1
    rounds.end_request(request=first, by=cast.department_officer, at=at_noon(date(2025, 7, 13)))
    a_request(cast, active_from=date(2025, 7, 13))
    assert open_on(date(2025, 7, 13)) == []
    [august] = open_on(date(2025, 8, 12))
    assert Collection.objects.get(pk=august).period.code == "HC202508"


def test_a_round_opens_on_its_day_with_all_its_days(cast):
    a_request(cast, grace_days=2, lock_days=10, chain=UP_TO_THE_DEPARTMENT)
    assert open_on(date(2025, 7, 11)) == []
    [pk] = open_on(date(2025, 7, 12))  # July's reports close on 14 July, a Monday
    row = Collection.objects.get(pk=pk)
    assert (row.period.code, row.opens_on) == ("HC202507", date(2025, 7, 12))
    assert (row.due_on, row.grace_on, row.closes_on) == (date(2025, 7, 21), date(2025, 7, 23), date(2025, 8, 10))
    assert row.locks_on == date(2025, 8, 20)
    steps = ReviewStep.objects.filter(expected__collection=row, expected__unit=cast.school).order_by("number")
    assert [(step.office, step.due_on) for step in steps] == [
        (cast.lac_son, date(2025, 7, 24)),
        (cast.department, date(2025, 7, 29)),
    ]


def test_the_job_opens_nothing_twice_and_one_failure_holds_up_no_other(cast, monkeypatch, caplog):
    broken = a_request(cast)
    ReportRequest.objects.filter(pk=broken.pk).update(selector={"kinds": ["lạ"]})
    fine = a_request(cast, owner=cast.lac_son, by=cast.district_officer)
    assert Collection.objects.filter(pk__in=open_on(date(2025, 7, 14))).get().request == fine
    assert f"request {broken.pk}" in caplog.text
    assert open_on(date(2025, 7, 15)) == []
    assert set(ExpectedReport.objects.filter(collection__request=fine).values_list("unit", flat=True)) == {
        cast.school.pk, cast.preschool.pk,
    }  # fmt: skip


def test_a_machine_that_slept_opens_what_still_takes_reports(cast):
    a_request(cast, close_days=35)
    codes = Collection.objects.filter(pk__in=open_on(date(2025, 9, 13))).order_by("period__days")
    assert [row.period.code for row in codes] == ["HC202508", "HC202509"]  # July's closed on 25 August


def test_an_ended_request_opens_no_more_rounds(cast):
    request = a_request(cast)
    rounds.end_request(request=request, by=cast.department_officer, at=AT)
    assert open_on(date(2025, 7, 14)) == []
    with pytest.raises(Refused, match="đã kết thúc"):
        rounds.end_request(request=request, by=cast.department_officer, at=AT)


def test_a_change_holds_for_rounds_to_come(cast):
    request = a_request(cast)
    [pk] = open_on(date(2025, 7, 14))
    terms = replace(MONTHLY, due_working_days=10, selector=Selector(kinds=(UnitKind.PRESCHOOL,)))
    rounds.change_request(request=request, terms=terms, by=cast.department_officer, at=AT)
    assert Collection.objects.get(pk=pk).due_on == date(2025, 7, 21)
    [later] = open_on(date(2025, 8, 14))
    assert list(ExpectedReport.objects.filter(collection=later).values_list("unit", flat=True)) == [cast.preschool.pk]
    assert Entry.objects.get(verb="reporting.request_changed").details["fields"] == ["due_working_days", "selector"]


@pytest.mark.parametrize(
    ("wrong", "said"),
    [
        ({"name": " "}, "Đặt tên"),
        ({"calendar": PeriodKind.OWN}, "Loại kỳ này"),
        ({"due_working_days": 0}, "từ 1 đến"),
        ({"close_days": 3, "grace_days": 4}, "từ 4 đến"),
        ({"opens_before": -1}, "từ 0 đến"),
    ],
)
def test_terms_that_cannot_be_met_are_refused(cast, wrong, said):
    with pytest.raises(Refused, match=said):
        a_request(cast, **wrong)


def test_one_form_is_asked_once_a_period_and_in_the_name_of_ones_own_office(cast):
    a_request(cast)
    with pytest.raises(Refused, match="đã được yêu cầu theo cùng loại kỳ"):
        a_request(cast)
    with pytest.raises(Refused, match="cơ quan khác"):
        a_request(cast, by=cast.district_officer)
    with pytest.raises(Refused, match="Chỉ Sở"):
        a_request(cast, owner=cast.lac_son, by=cast.district_officer, chain=UP_TO_THE_DEPARTMENT)


def test_once_for_a_drive_with_its_own_due_day(cast):
    row = rounds.ask_once(
        form=load_form(FORM, at=AT).form, owner=cast.department, terms=Terms(name="Tháng an toàn mạng", grace_days=1),
        first_day=date(2025, 5, 1), last_day=date(2025, 5, 31),
        opens_on=TODAY, due_on=date(2025, 6, 25), by=cast.department_officer, at=AT,
    )  # fmt: skip
    assert (row.due_on, row.grace_on, row.closes_on) == (date(2025, 6, 25), date(2025, 6, 26), date(2025, 7, 25))
    assert (row.expected.count(), row.period.label) == (4, "Tháng an toàn mạng")
    assert open_on(date(2025, 6, 26)) == []


def test_the_next_rounds_are_told_before_anything_is_saved(cast):
    unsaved = ReportRequest(active_from=TODAY, **MONTHLY.columns)
    told = [(span.code, days.opens_on, days.due_on) for span, days in next_rounds(unsaved, TODAY)]
    assert told == [
        ("HC202507", date(2025, 7, 12), date(2025, 7, 21)),
        ("HC202508", date(2025, 8, 12), date(2025, 8, 21)),
        ("HC202509", date(2025, 9, 12), date(2025, 9, 19)),
    ]


def test_a_unit_without_a_reviewer_is_not_asked_and_counted(cast):
    year = set_school_year(first_day=date(2024, 9, 5), last_day=date(2025, 5, 31))
    more = {"opens_on": TODAY, "due_on": TODAY, "closes_on": TODAY, "by": None, "at": AT}
    form = load_form(FORM, at=AT)
    row = rounds.open_collection(form_version=form, period=year, owner=cast.commune, chain=("department",), **more)
    assert row.expected.count() == 2
    owner = a_school("Đại học", kind=UnitKind.COLLEGE)
    a_school("Trường thực hành", below=owner)
    rounds.open_collection(form_version=form, period=year, owner=owner, **more)
    assert Entry.objects.latest("pk").details == {"expected": 0, "no_reviewer": 1}


def test_a_round_costs_the_same_for_two_units_and_for_hundreds(cast):
    def cost(owner):
        with CaptureQueriesContext(connection) as seen:
            row = rounds.open_collection(
                form_version=form, period=year, owner=owner, opens_on=TODAY, due_on=TODAY, closes_on=TODAY,
                chain=UP_TO_THE_DEPARTMENT, by=None, at=AT,
            )  # fmt: skip
        return len(seen), row.expected.count()

    year = set_school_year(first_day=date(2024, 9, 5), last_day=date(2025, 5, 31))
    form = load_form(FORM, at=AT)
    few = cost(cast.lac_son)
    for number in range(150):
        a_school(f"Trường {number}", below=cast.commune)
    many = cost(cast.department)
    assert (few[1], many[1]) == (2, 154)
    assert many[0] == few[0] <= 15


# the tree moves

ORDER = {"decision": "NQ 202/2025/QH15", "on": date(2025, 7, 1), "by": None, "at": TREE_AT}


def test_a_merged_unit_owes_nothing_more_and_is_told(cast):
    row = an_open_round(cast, closes_on=date(2025, 7, 10))
    report = report_of(cast.school, row)
    merge(sources=[cast.school.pk], into=cast.sibling.pk, **ORDER | {"on": date(2025, 6, 16)})
    report = sheet_of(cast.school, row, cast.department_officer).submission
    assert may_fill(report, cast.teacher, on=date(2025, 6, 15)).ok
    late = may_fill(report, cast.teacher, on=TODAY)
    assert not late.ok
    assert "sáp nhập" in late.reason and "16/6/2025" in late.reason  # noqa: PT018  # one sentence says both
    assert counts(cast.department_officer, row, on=TODAY)["expected"] == 3
    assert report not in not_received(cast.department_officer, row, on=TODAY)
    assert not to_fill(cast.teacher, on=TODAY)


def test_what_was_sent_before_the_merger_stays(cast):
    row = an_open_round(cast, closes_on=date(2025, 7, 10))
    a_sent_report(cast, row)
    merge(sources=[cast.school.pk], into=cast.sibling.pk, **ORDER)
    assert counts(cast.department_officer, row, on=date(2025, 7, 2))["submitted"] == 1


def test_what_a_merged_unit_sent_is_decided_by_the_office_above_when_its_own_ends_too(cast):
    year = set_school_year(first_day=date(2024, 9, 5), last_day=date(2025, 5, 31))
    request = a_request(cast, calendar=PeriodKind.SCHOOL_YEAR, chain=UP_TO_THE_DEPARTMENT)
    row = rounds.open_round(request=request, period=year, by=None, at=AT)
    a_sent_report(cast, row)
    transfer(units=[cast.commune.pk], to=cast.department.pk, **ORDER)
    close_unit(unit=cast.lac_son.pk, **ORDER)
    merge(sources=[cast.school.pk], into=cast.sibling.pk, **ORDER)
    assert reroute(on=date(2025, 7, 1), at=TREE_AT) == 1
    assert reroute(on=date(2025, 7, 1), at=TREE_AT) == 0
    [waiting] = to_review(cast.department_officer, on=date(2025, 7, 1))
    assert waiting == report_of(cast.school, row)
    assert [step.office for step in waiting.expected.steps.order_by("number")] == [cast.department]


def test_a_unit_that_let_a_closed_round_pass_still_lacks_its_report(cast):
    row = an_open_round(cast)  # closes on 28 June
    merge(sources=[cast.school.pk], into=cast.sibling.pk, **ORDER)
    assert counts(cast.department_officer, row, on=date(2025, 7, 2))["not_begun"] == 4


def test_the_way_of_a_report_follows_the_reform(cast):
    year = set_school_year(first_day=date(2024, 9, 5), last_day=date(2025, 5, 31))
    request = a_request(cast, calendar=PeriodKind.SCHOOL_YEAR, close_days=60, chain=UP_TO_THE_DEPARTMENT)
    row = rounds.open_round(request=request, period=year, by=None, at=AT)
    report = report_of(cast.school, row)
    transfer(units=[cast.commune.pk], to=cast.department.pk, **ORDER)
    close_unit(unit=cast.lac_son.pk, **ORDER)
    assert reroute(on=date(2025, 7, 1), at=TREE_AT) == 2
    report.expected.refresh_from_db()
    assert report.expected.reviewer == cast.department
    assert [(step.number, step.office) for step in report.expected.steps.order_by("number")] == [(1, cast.department)]
    assert reroute(on=date(2025, 7, 1), at=TREE_AT) == 0
    other = report_of(cast.sibling, row).expected
    assert [step.office for step in other.steps.order_by("number")] == [cast.kim_boi, cast.department]


def test_a_step_that_was_taken_stays_when_the_rest_is_rerouted(cast):
    year = set_school_year(first_day=date(2024, 9, 5), last_day=date(2025, 5, 31))
    request = a_request(cast, calendar=PeriodKind.SCHOOL_YEAR, close_days=60, chain=UP_TO_THE_DEPARTMENT)
    row = rounds.open_round(request=request, period=year, by=None, at=AT)
    a_sent_report(cast, row)
    report = report_of(cast.school, row)
    type(report).objects.filter(pk=report.pk).update(step=2)  # the district has accepted
    ExpectedReport.objects.filter(pk=report.expected_id).update(reviewer=cast.department)
    transfer(units=[cast.commune.pk], to=cast.department.pk, **ORDER)
    close_unit(unit=cast.lac_son.pk, **ORDER)
    reroute(on=date(2025, 7, 1), at=TREE_AT)
    steps = report.expected.steps.order_by("number")
    assert [(step.number, step.office) for step in steps] == [(1, cast.lac_son), (2, cast.department)]


# more time


def more_time(cast, row, *units, due_on=date(2025, 7, 4), reason="Lũ quét", by=None):
    expected = [report_of(unit, row).expected for unit in units]
    return extend(expected=expected, due_on=due_on, reason=reason, by=by or cast.department_officer, at=AT)


def test_an_extension_moves_every_day_of_one_unit(cast):
    row = an_open_round(cast)
    decide_by = report_of(cast.school, row).expected.steps.get().due_on
    [extension] = more_time(cast, row, cast.school)
    mine, other = report_of(cast.school, row).expected, report_of(cast.sibling, row).expected
    assert (mine.due_on, mine.grace_on, mine.closes_on) == (date(2025, 7, 4), date(2025, 7, 4), date(2025, 7, 12))
    assert mine.steps.get().due_on - decide_by == date(2025, 7, 4) - date(2025, 6, 20)
    assert (extension.due_before, extension.due_after) == (date(2025, 6, 20), date(2025, 7, 4))
    assert Entry.objects.filter(verb="reporting.extended", unit_id=cast.school.pk, reason="Lũ quét").exists()
    on = date(2025, 7, 1)  # the round itself closed on 28 June
    assert may_fill(sheet_of(cast.school, row, cast.teacher).submission, cast.teacher, on=on).ok
    assert "28/6/2025" in may_fill(other.submission, cast.other_teacher, on=on).reason
    assert list(to_fill(cast.teacher, on=on)) == [mine.submission]
    assert not to_fill(cast.other_teacher, on=on)


@pytest.mark.parametrize(
    ("wrong", "said"),
    [
        ({"due_on": date(2025, 6, 20)}, "sau hạn cũ"),
        ({"due_on": date(2027, 6, 20)}, "quá xa"),
        ({"reason": "  "}, "lý do"),
    ],
)
def test_an_extension_needs_a_later_day_and_a_reason(cast, wrong, said):
    with pytest.raises(Refused, match=said):
        more_time(cast, an_open_round(cast), cast.school, **wrong)


def test_a_district_gives_time_to_its_own_units_alone_and_not_to_half_of_them(cast):
    row = an_open_round(cast)
    with pytest.raises(Refused, match="thuộc cơ quan mình"):
        more_time(cast, row, cast.school, cast.sibling, by=cast.district_officer)
    assert report_of(cast.school, row).expected.due_on == date(2025, 6, 20)
    more_time(cast, row, cast.school, cast.preschool, by=cast.district_officer)
    a_sent_report(cast, row)
    with pytest.raises(Refused, match="đã gửi"):
        more_time(cast, row, cast.school, due_on=date(2025, 7, 9), by=cast.district_officer)


# reminders


def test_units_are_reminded_before_on_and_after_until_they_send(cast, django_capture_on_commit_callbacks):
    row = an_open_round(cast)  # due on Friday 20 June, closes on the 28th
    told = []

    def hear(expected_ids, occasion, **_):
        told.append((occasion, len(expected_ids)))

    report_reminded.connect(hear)
    try:
        days = [date(2025, 6, day) for day in range(15, 31)]
        for day in days:
            if day.day == 18:
                a_sent_report(cast, row)
            for _ in range(2):  # the job may run twice
                with django_capture_on_commit_callbacks(execute=True):
                    remind_by_schedule(on=day, at=at_noon(day))
    finally:
        report_reminded.disconnect(hear)
    assert told == [("before", 4), ("on", 3), ("after", 3)]
    seen = Reminder.objects.filter(expected__unit=cast.sibling).order_by("on")
    assert [(row.occasion, row.on.day) for row in seen] == [("before", 17), ("on", 20), ("after", 27)]


def test_the_unit_reads_how_often_it_was_reminded(cast, sign_in):
    an_open_round(cast)
    remind_by_schedule(on=date(2025, 6, 17), at=at_noon(date(2025, 6, 17)))
    remind_by_schedule(on=date(2025, 6, 20), at=at_noon(date(2025, 6, 20)))
    [report] = owed_by(cast.teacher, on=TODAY)
    assert (report.times_reminded, report.last_reminded) == (2, date(2025, 6, 20))
    teacher = sign_in(cast.teacher)
    for address in (reverse("reporting:report", args=[report.pk]), reverse("home:my_work"), reverse("reporting:owed")):
        assert "Đã nhắc 2 lần, lần cuối 20/6" in teacher.get(address).content.decode()

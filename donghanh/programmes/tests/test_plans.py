"""One decision makes every unit's plan: copied down a level, adapted, sent, returned at a task, accepted, done."""

from __future__ import annotations

import re
from datetime import date, timedelta
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from donghanh.agenda.choices import Kind
from donghanh.agenda.queries import entries
from donghanh.audit.models import Entry as Deed
from donghanh.kernel.verdict import Refused
from donghanh.measures.queries import measure
from donghanh.organisations.actions import close_unit, transfer
from donghanh.organisations.tests.factories import AT, a_school
from donghanh.periods.queries import parse
from donghanh.programmes import actions, actions_tasks, queries, queries_tasks
from donghanh.programmes.choices import PlanState, TaskState
from donghanh.programmes.models import PlanTask, Programme, UnitPlan
from donghanh.programmes.tasks import reroute_plans
from donghanh.programmes.tests.factories import PLAN, SHORT, a_programme, issued, plan_of, task_of

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("on_demo_day")]
TODAY = date(2025, 6, 16)  # AT's day
LATER = AT + timedelta(days=1)


def clauses_of(unit, programme):
    return list(plan_of(unit, programme).tasks.order_by("position").values_list("clause", flat=True))


def test_the_plan_of_hoa_binh_has_every_task(cast):
    """Each dash and number of III, V, VI and VII of the plan; VII.4 is an address to send to."""
    tasks = [(one["clause"], one["owners"]) for one in PLAN["tasks"]]
    count = {clause: sum(one == clause for one, _owners in tasks) for clause, _owners in tasks}
    assert count == {
        "III.1.1": 7, "III.1.2": 5, "III.2.1": 6, "III.2.2": 5, "III.3": 4, "III.4": 4, "III.5": 2,
        "V.1": 1, "V.2": 1, "V.3": 1, "V.4": 1, "V.5": 1, "V.6": 1, "VI.1": 5, "VI.2": 5, "VI.3": 3,
        "VII.1": 1, "VII.2": 1, "VII.3": 1,
    }  # fmt: skip
    programme = a_programme(cast, PLAN)
    assert programme.plans_due_on == date(2020, 8, 30)
    assert [one.owners for one in programme.tasks.filter(clause__in=("VII.1", "VII.2")).order_by("position")] == [
        ["office"], ["school"],
    ]  # fmt: skip
    watched = programme.tasks.get(text__startswith="Theo dõi, nắm bắt tình hình")
    assert "không thu thập" in watched.limit  # docs/adr/0005


def test_loading_again_changes_words_and_keeps_plans(cast):
    programme = a_programme(cast)
    issued(cast, programme)
    before = set(PlanTask.objects.values_list("pk", "source"))
    again = a_programme(cast, name_vi="Tên mới")
    assert (again.pk, again.name_vi) == (programme.pk, "Tên mới")
    assert set(PlanTask.objects.values_list("pk", "source")) == before


def test_a_task_keeps_its_row_when_others_come_before_it_and_one_that_is_gone_is_withdrawn(cast):
    programme = a_programme(cast)
    issued(cast, programme)
    rows = dict(programme.tasks.values_list("key", "pk"))
    a, b, c, _d = SHORT["tasks"]
    new = {**a, "key": "e", "clause": "2.0", "text": "Mở chuyên mục"}
    a_programme(cast, tasks=[new, b, a, c])
    stated = list(programme.tasks.order_by("position").values_list("key", "withdrawn_on"))
    assert stated == [("e", None), ("b", None), ("a", None), ("c", None), ("d", TODAY)]
    assert {key: pk for key, pk in programme.tasks.values_list("key", "pk") if key != "e"} == rows
    a_programme(cast)
    assert list(programme.tasks.order_by("position").values_list("key", "withdrawn_on")) == [
        ("a", None), ("b", None), ("c", None), ("d", None),
    ]  # fmt: skip
    with pytest.raises(Refused, match="Khóa của nhiệm vụ bị trùng: a"):
        a_programme(cast, tasks=[a, a])


def test_a_new_task_goes_to_the_plans_that_are_there_at_the_next_issue(cast, sign_in):
    programme = a_programme(cast)
    issued(cast, programme)
    plan = plan_of(cast.school, programme)
    actions.submit_plan(plan=plan, by=cast.teacher, at=AT)
    actions.accept_plan(plan=plan, by=cast.district_officer, at=AT)
    here, officer = reverse("programmes:programme", args=[programme.code]), sign_in(cast.district_officer)
    assert "Giao nhiệm vụ mới" not in officer.get(here).text
    new = {**SHORT["tasks"][0], "key": "e", "clause": "2.5", "text": "Mở chuyên mục", "owners": ["school"]}
    a_programme(cast, tasks=[*SHORT["tasks"], new])
    assert "Giao nhiệm vụ mới" in officer.get(here).text
    officer.post(reverse("programmes:issue", args=[programme.code]))
    assert "Giao nhiệm vụ mới" not in officer.get(here).text
    assert clauses_of(cast.school, programme) == ["2.1", "2.2", "2.5"]
    assert task_of(cast.school, programme, "2.5").added_on == TODAY
    assert task_of(cast.school, programme, "2.1").added_on is None
    assert plan_of(cast.school, programme).state == PlanState.ACCEPTED
    assert clauses_of(cast.lac_son, programme) == ["2.1", "2.3"]  # not for offices


def test_a_yearly_task_is_done_each_year_anew(cast):
    programme = a_programme(cast)
    issued(cast, programme)
    task = task_of(cast.lac_son, programme, "2.3")
    PlanTask.objects.filter(pk=task.pk).update(due_on=date(2027, 5, 31))

    def stands(on):
        [(row, state)] = [
            (row, state) for row, state in queries_tasks.with_states(task.plan, on=on) if row.pk == task.pk
        ]
        [counts] = [
            row for row in queries_tasks.board_of(programme, [cast.lac_son.pk], on=on) if row.task == task.source
        ]
        return row.due_now, state, (counts.done, counts.late)

    said = {"words": "Đã hướng dẫn", "file": None, "done": True, "by": cast.district_officer, "at": AT}
    actions_tasks.put_down(task=task, on_day=date(2024, 5, 20), **said)
    assert stands(TODAY) == (date(2025, 5, 31), TaskState.LATE, (0, 1))
    actions_tasks.put_down(task=task, on_day=date(2025, 5, 20), **said)
    assert stands(TODAY) == (date(2025, 5, 31), TaskState.DONE, (1, 0))
    assert stands(date(2026, 5, 30)) == (date(2026, 5, 31), TaskState.OPEN, (0, 0))
    assert stands(date(2028, 1, 1)) == (date(2027, 5, 31), TaskState.LATE, (0, 1))
    assert [one.on for one in task.finishes.order_by("year")] == [date(2024, 5, 20), date(2025, 5, 20)]
    found = entries([cast.lac_son.pk], date(2025, 1, 1), date(2028, 1, 1))
    yearly = [(one.on, one.done) for one in found if one.title == "Hướng dẫn các trường"]
    assert yearly == [(date(2026, 5, 31), False), (date(2027, 5, 31), False)]  # 2025's was before the plan
    actions_tasks.take_up_again(task=task, by=cast.district_officer, at=AT)
    task.refresh_from_db()
    assert task.done_on == date(2024, 5, 20)


def test_copied_down_a_level_at_a_time(cast):
    programme = a_programme(cast)
    made = actions.issue_plans(programme=programme, office_id=cast.department.pk, by=cast.department_officer, at=AT)
    units = set(UnitPlan.objects.filter(pk__in=made).values_list("unit", flat=True))
    assert units == {cast.department.pk, cast.lac_son.pk, cast.kim_boi.pk, cast.direct.pk}
    assert clauses_of(cast.department, programme) == ["2.4"]
    assert clauses_of(cast.lac_son, programme) == ["2.1", "2.3"]
    assert clauses_of(cast.direct, programme) == ["2.1", "2.2"]
    assert task_of(cast.direct, programme, "2.2").due_on == date(2025, 6, 23)  # the fifth working day
    with pytest.raises(Refused, match="chưa được duyệt"):
        actions.issue_plans(programme=programme, office_id=cast.lac_son.pk, by=cast.district_officer, at=AT)


def test_an_office_hands_down_a_task_of_its_own(cast):
    programme = a_programme(cast)
    actions.issue_plans(programme=programme, office_id=cast.department.pk, by=cast.department_officer, at=AT)
    own = plan_of(cast.lac_son, programme)
    said = {"text": "Thi vẽ tranh", "responsible": "", "due_on": date(2025, 11, 20), "for_below": True}
    actions_tasks.add_task(plan=own, **said, by=cast.district_officer, at=AT)
    actions.submit_plan(plan=own, by=cast.district_officer, at=AT)
    actions.accept_plan(plan=own, by=cast.department_officer, at=AT)
    actions.issue_plans(programme=programme, office_id=cast.lac_son.pk, by=cast.district_officer, at=AT)
    assert list(plan_of(cast.school, programme).tasks.order_by("position").values_list("text", flat=True)) == [
        "Dạy kỹ năng an toàn", "Họp phụ huynh", "Thi vẽ tranh",
    ]  # fmt: skip
    assert not UnitPlan.objects.filter(unit=cast.sibling).exists()  # of the other district


def test_a_new_school_gets_its_plan_at_the_next_issue_and_nobody_a_second(cast):
    programme = a_programme(cast)
    issued(cast, programme)
    new = a_school("Trường TH Quý Hòa", below=cast.lac_son)
    made = actions.issue_plans(programme=programme, office_id=cast.lac_son.pk, by=cast.district_officer, at=LATER)
    assert list(UnitPlan.objects.filter(pk__in=made).values_list("unit", flat=True)) == [new.pk]


def test_issuing_takes_as_many_queries_for_four_units_as_for_forty(cast):
    def queries_of(programme):
        with CaptureQueriesContext(
            connection,
        ) as caught:
            actions.issue_plans(programme=programme, office_id=cast.department.pk, by=cast.department_officer, at=AT)
        return len(caught)

    queries_of(a_programme(cast, code="truoc"))  # the first of a process asks for holidays as well
    few = queries_of(a_programme(cast))
    for number in range(36):
        a_school(f"Trường THPT {number}", below=cast.department, kind="THPT")
    assert queries_of(a_programme(cast, code="khac")) == few


def test_returned_at_a_task_and_sent_again(cast):
    programme = a_programme(cast)
    issued(cast, programme)
    plan, task = plan_of(cast.school, programme), task_of(cast.school, programme, "2.1")
    actions.submit_plan(plan=plan, by=cast.teacher, at=AT)
    actions.return_plan(plan=plan, remarks={task.pk: "Ghi rõ lớp nào"}, reason="", by=cast.district_officer, at=AT)
    assert plan_of(cast.school, programme).state == PlanState.RETURNED
    assert [one.text for one in task.remarks.all()] == ["Ghi rõ lớp nào"]
    said = {"text": "Dạy kỹ năng an toàn cho lớp 6–9", "responsible": "Tổng phụ trách", "due_on": None}
    actions_tasks.adapt_task(task=task, **said, for_below=False, by=cast.principal, at=LATER)
    actions.submit_plan(plan=plan_of(cast.school, programme), by=cast.principal, at=LATER)
    actions.accept_plan(plan=plan_of(cast.school, programme), by=cast.district_officer, at=LATER)
    assert not task.remarks.exists()
    moves = plan.transitions.order_by("pk").values_list("move", flat=True)
    assert list(moves) == ["submit", "return", "submit", "accept"]


@pytest.mark.parametrize(
    ("who", "sentence"),
    [("department_officer", "quản lý trực tiếp"), ("other_district_officer", "quản lý trực tiếp")],
)
def test_only_the_office_right_above_decides(cast, who, sentence):
    programme = a_programme(cast)
    issued(cast, programme)
    plan = plan_of(cast.school, programme)
    actions.submit_plan(plan=plan, by=cast.teacher, at=AT)
    with pytest.raises(Refused, match=sentence):
        actions.accept_plan(plan=plan, by=getattr(cast, who), at=AT)


def test_refusals_leave_everything_as_it_was(cast):
    programme = a_programme(cast)
    issued(cast, programme)
    plan, task = plan_of(cast.school, programme), task_of(cast.school, programme, "2.1")
    deeds = Deed.objects.count()
    too_late = {"responsible": "", "for_below": False, "due_on": date(2030, 1, 1)}
    for refused, sentence in (
        (
            lambda: actions_tasks.adapt_task(task=task, text="x", **too_late, by=cast.teacher, at=AT),
            "1/1/2024 – 31/12/2027",
        ),
        (lambda: actions_tasks.drop_task(task=task, why=" ", by=cast.teacher, at=AT), "Ghi lý do"),
        (lambda: actions.submit_plan(plan=plan, by=cast.other_teacher, at=AT), "đơn vị khác"),
        (lambda: actions.return_plan(plan=plan, remarks={}, reason="x", by=cast.district_officer, at=AT), "Đang lập"),
        (
            lambda: actions_tasks.let_serve(task=task, programme=programme, serves=True, by=cast.teacher, at=AT),
            "đã thuộc",
        ),
        (
            lambda: actions_tasks.put_down(
                task=task, words="x", on_day=date(2025, 6, 25), file=None, done=True, by=cast.teacher, at=AT
            ),
            "chưa tới",
        ),
    ):
        with pytest.raises(Refused, match=re.escape(sentence)):
            refused()
    task.refresh_from_db()
    assert (task.text, task.done_on, task.dropped, Deed.objects.count()) == ("Dạy kỹ năng an toàn", None, "", deeds)


def test_a_remark_at_another_plans_task_is_refused(cast):
    programme = a_programme(cast)
    issued(cast, programme)
    plan = plan_of(cast.school, programme)
    actions.submit_plan(plan=plan, by=cast.teacher, at=AT)
    other = task_of(cast.preschool, programme, "2.1")
    with pytest.raises(Refused, match="không thuộc kế hoạch"):
        actions.return_plan(plan=plan, remarks={other.pk: "x"}, reason="", by=cast.district_officer, at=AT)
    assert plan_of(cast.school, programme).state == PlanState.SUBMITTED


def test_done_late_and_at_risk_by_working_days(cast):
    programme = a_programme(cast)
    issued(cast, programme)
    plan = plan_of(cast.school, programme)

    def states(on):
        return {task.clause: state for task, state in queries_tasks.with_states(plan, on=on)}

    assert states(date(2025, 6, 5)) == {"2.1": TaskState.OPEN, "2.2": TaskState.OPEN}  # 20 June is 11 days off
    assert states(date(2025, 6, 6)) == {"2.1": TaskState.AT_RISK, "2.2": TaskState.OPEN}
    task = task_of(cast.school, programme, "2.1")
    actions_tasks.put_down(task=task, words="Dạy 3 buổi", on_day=TODAY, file=None, done=False, by=cast.teacher, at=AT)
    assert states(date(2025, 6, 20)) == {"2.1": TaskState.OPEN, "2.2": TaskState.AT_RISK}
    assert states(date(2025, 6, 24)) == {"2.1": TaskState.LATE, "2.2": TaskState.LATE}
    actions_tasks.put_down(task=task, words="Dạy xong", on_day=TODAY, file=None, done=True, by=cast.teacher, at=AT)
    assert states(date(2025, 6, 24))["2.1"] == TaskState.DONE
    board = {row.task.clause: (row.units, row.done, row.late) for row in queries_tasks.board_of(
        programme, [cast.school.pk, cast.preschool.pk], on=date(2025, 6, 24)
    )}  # fmt: skip
    assert board == {"2.1": (2, 1, 1), "2.2": (2, 0, 2), "2.3": (0, 0, 0), "2.4": (0, 0, 0)}


def test_one_task_serves_two_programmes(cast):
    programme, other = a_programme(cast), a_programme(cast, code="khac", name_vi="Chương trình khác")
    issued(cast, programme)
    task = task_of(cast.school, programme, "2.1")
    actions_tasks.let_serve(task=task, programme=other, serves=True, by=cast.teacher, at=AT)
    assert list(task.serves.all()) == [other]
    actions_tasks.let_serve(task=task, programme=other, serves=False, by=cast.teacher, at=AT)
    assert not task.serves.exists()


def test_plans_and_tasks_stand_on_the_calendar(cast):
    programme = a_programme(cast)
    issued(cast, programme)
    found = entries([cast.school.pk], date(2025, 6, 1), date(2028, 1, 1))
    assert [(one.on, one.kind, one.title) for one in found] == [
        (date(2025, 6, 20), Kind.TASK, "Dạy kỹ năng an toàn"),
        (date(2025, 6, 23), Kind.TASK, "Họp phụ huynh"),
        (date(2025, 6, 30), Kind.PLAN, "Gửi kế hoạch: An toàn mạng"),
    ]


def test_a_teacher_writes_sends_and_the_district_returns_on_the_pages(cast, sign_in):
    programme = a_programme(cast)
    issued(cast, programme)
    plan, task = plan_of(cast.school, programme), task_of(cast.school, programme, "2.1")
    here, there = reverse("programmes:plan", args=[plan.pk]), reverse("programmes:task", args=[task.pk])
    teacher = sign_in(cast.teacher)
    wrong = teacher.post(there, {"act": "adapt", "text": "", "due_on": "2031-01-01"})
    assert wrong.status_code == 422
    assert "Ghi nội dung nhiệm vụ." in wrong.text
    assert (
        teacher.post(there, {"act": "put_down", "words": "Dạy 3 buổi", "on": "2025-06-10", "done": "on"}).url == there
    )
    assert teacher.post(here, {"act": "submit"}).url == here
    office = sign_in(cast.district_officer)
    assert "Ghi ý kiến tại nhiệm vụ này" in office.get(here).text
    assert office.post(here, {"act": "return"}).status_code == 422  # nothing to mend was said
    office.post(here, {"act": "return", f"remark_{task.pk}": "Ghi rõ lớp nào"})
    assert "Ghi rõ lớp nào" in sign_in(cast.teacher).get(here).text
    listed = sign_in(cast.department_officer).get(reverse("programmes:plans"), {"tinh_trang": "returned"})
    assert "Trường TH&amp;THCS Ân Nghĩa" in listed.text


def test_who_is_late(cast, sign_in, settings):
    programme = a_programme(cast)
    issued(cast, programme)
    settings.DEMO_DAY = "2025-07-02"
    officer = sign_in(cast.department_officer)
    late = officer.get(reverse("programmes:plans"), {"chuong_trinh": programme.code, "tinh_trang": "late"}).text
    assert "Trường TH&amp;THCS Ân Nghĩa" in late
    assert "Phòng GD&amp;ĐT huyện Lạc Sơn" not in late  # its plan is accepted
    page = officer.get(reverse("programmes:programme", args=[programme.code])).text
    assert "Quá hạn gửi" in page


def test_a_file_put_down_is_a_download_for_those_in_reach(cast, sign_in):
    programme = a_programme(cast)
    issued(cast, programme)
    task = task_of(cast.school, programme, "2.1")
    picture = Path(__file__).parents[3] / "docs/pictures"
    content = next(iter(sorted(picture.glob("*.png")))).read_bytes()
    row = actions_tasks.put_down(
        task=task, words="Ảnh buổi học", on_day=TODAY, file=("ảnh.png", content), done=False, by=cast.teacher, at=AT
    )
    here = reverse("programmes:evidence_file", args=[row.pk])
    answer = sign_in(cast.district_officer).get(here)
    assert answer["Content-Disposition"].startswith("attachment")
    assert b"".join(answer.streaming_content)
    assert sign_in(cast.other_teacher).get(here).status_code == 404


def test_the_owners_own_plan_goes_nowhere_and_is_never_late(cast):
    programme = a_programme(cast)
    issued(cast, programme)
    own = UnitPlan.objects.filter(unit=cast.department)
    assert not queries.late_plans(own, on=date(2025, 7, 2)).exists()
    counts = queries.counts_of_plans(programme, [cast.department.pk, cast.direct.pk], on=date(2025, 7, 2))
    assert (counts["late"], counts["all"]) == (1, 2)


def test_programmes_are_loaded_by_a_command_once_or_again(cast, capsys):
    call_command("load_programmes")
    call_command("load_programmes", "plan-hoa-binh-2020")
    assert capsys.readouterr().out == "plan-hoa-binh-2020: new\nplan-hoa-binh-2020: as the data says\n"
    programme = Programme.objects.get()
    assert (programme.owner, programme.tasks.count()) == (cast.department, len(PLAN["tasks"]))
    with pytest.raises(CommandError, match="No such programme: khac"):
        call_command("load_programmes", "khac")


def test_an_office_is_dissolved_and_what_waits_there_goes_to_the_office_above(cast):
    programme, day = a_programme(cast), date(2025, 7, 1)
    issued(cast, programme)
    plan = plan_of(cast.school, programme)
    actions.submit_plan(plan=plan, by=cast.teacher, at=AT)
    order = {"decision": "NQ 202/2025/QH15", "on": day, "by": None, "at": AT}
    transfer(units=[cast.commune.pk], to=cast.department.pk, **order)
    close_unit(unit=cast.preschool.pk, **order)
    close_unit(unit=cast.lac_son.pk, **order)
    below = UnitPlan.objects.filter(office=cast.lac_son, unit__existence__contains=day).count()
    assert actions.reroute_plans(on=day, at=AT) == below
    assert actions.reroute_plans(on=day, at=AT) == 0
    assert list(queries.to_review(cast.department_officer, on=day)) == [plan]
    assert plan_of(cast.preschool, programme).office == cast.lac_son  # a closed unit's plan stays as it was
    assert plan_of(cast.lac_son, programme).state == PlanState.ACCEPTED


def test_reports_count_plans_accepted_and_tasks_finished(cast):
    programme = a_programme(cast)
    issued(cast, programme)
    plan, task = plan_of(cast.school, programme), task_of(cast.school, programme, "2.1")
    june, may = parse("202506"), parse("202505")
    plans, tasks = measure("programmes.plans"), measure("programmes.tasks")
    assert plans.count(cast.school.pk, june) == {"": 0}
    actions.submit_plan(plan=plan, by=cast.teacher, at=AT)
    actions.accept_plan(plan=plan, by=cast.district_officer, at=AT)
    actions_tasks.put_down(task=task, words="Dạy xong", on_day=TODAY, file=None, done=True, by=cast.teacher, at=AT)
    for one in (plans, tasks):
        assert [one.count(cast.school.pk, span) for span in (june, may)] == [{"": 1}, {"": 0}]
    assert [line.words for line in plans.lines(cast.school.pk, june)] == ["An toàn mạng"]
    assert [line.words for line in tasks.lines(cast.school.pk, june)] == ["Dạy kỹ năng an toàn"]


def test_the_hourly_job_moves_plans_of_the_day(cast, monkeypatch):
    monkeypatch.setattr("donghanh.programmes.tasks.close_old_connections", lambda: None)  # inside a test
    programme = a_programme(cast)
    issued(cast, programme)
    UnitPlan.objects.filter(unit=cast.school).update(office=cast.department)
    reroute_plans(timestamp=0)
    assert plan_of(cast.school, programme).office == cast.lac_son

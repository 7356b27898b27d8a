"""Each reaction between rooms."""

from __future__ import annotations

from datetime import date, datetime
from functools import partial
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from django.urls import reverse
from procrastinate.contrib.django.models import ProcrastinateJob

from donghanh.documents.actions_relations import relate
from donghanh.documents.tests.factories import an_issued
from donghanh.guardians.tests import factories as families
from donghanh.inspections.tests.factories import a_finding, a_visit, recorded
from donghanh.kernel.rows import everything
from donghanh.organisations.actions import close_unit, transfer
from donghanh.programmes.actions import reviewed
from donghanh.programmes.tests.factories import a_programme
from donghanh.questionnaires.actions import ask_to_review, load_form
from donghanh.questionnaires.outline import blank, with_item
from donghanh.questionnaires.queries import to_review
from donghanh.reporting import actions as reporting
from donghanh.reporting.figures import lay_out
from donghanh.reporting.recount import differences, recount
from donghanh.reporting.tests.factories import AT, a_sent_report, accept, an_open_round, report_of, return_with
from donghanh.rosters.models import Learner
from donghanh.rosters.signals import learners_moved

pytestmark = pytest.mark.usefixtures("on_demo_day")


def jobs():
    return list(ProcrastinateJob.objects.order_by("id").values_list("task_name", "args"))


def test_each_move_that_is_counted_has_its_rounds_figures_laid_out(cast, django_capture_on_commit_callbacks):
    """A sending is in the reporting rates at once; what comes while a job waits needs no job of its own."""
    round_ = an_open_round(cast)
    for move in (a_sent_report, partial(return_with, collaborators="Đếm lại"), a_sent_report, accept):
        with django_capture_on_commit_callbacks(execute=True):
            move(cast, round_)
        assert jobs() == [("donghanh.reporting.tasks.lay_out_figures", {"collection_id": round_.pk})]
        ProcrastinateJob.objects.all().delete()
    with django_capture_on_commit_callbacks(execute=True):
        for _ in range(3):
            reporting.queue_figures(round_.pk)
    assert len(jobs()) == 1


@pytest.mark.parametrize(("recorded", "followed"), [(date(2025, 7, 1), True), (date(2025, 6, 16), False)])
def test_reports_follow_the_tree_when_the_day_has_come(cast, recorded, followed, django_capture_on_commit_callbacks):
    """A change ordered for later is followed by the daily job, not by the order."""
    round_ = an_open_round(cast, closes_on=date(2025, 7, 10))
    at = datetime(recorded.year, recorded.month, recorded.day, 9, tzinfo=ZoneInfo("Asia/Ho_Chi_Minh"))
    order = {"decision": "NQ 202/2025/QH15", "on": date(2025, 7, 1), "by": None, "at": at}
    with django_capture_on_commit_callbacks(execute=True):
        transfer(units=[cast.commune.pk], to=cast.department.pk, **order)
        close_unit(unit=cast.lac_son.pk, **order)
    reviewer = report_of(cast.school, round_).expected.reviewer
    assert reviewer == (cast.department if followed else cast.lac_son)
    assert AT.date() < date(2025, 7, 1)


def test_a_backdated_change_has_the_figures_of_later_days_counted_anew(cast, django_capture_on_commit_callbacks):
    round_ = an_open_round(cast)  # its tree is read on 31 May 2025
    lay_out(collection_id=round_.pk, at=AT)
    with django_capture_on_commit_callbacks(execute=True):
        order = {"decision": "QĐ 12", "on": date(2025, 5, 1), "by": None, "at": AT}
        transfer(units=[cast.commune.pk], to=cast.kim_boi.pk, **order)
    assert jobs() == [("donghanh.reporting.tasks.lay_out_figures", {"collection_id": round_.pk})]
    lay_out(collection_id=round_.pk, at=AT)
    assert differences(round_) == []
    assert recount(round_)[cast.kim_boi.pk, ""].expected == 3


def test_a_childs_links_go_with_it_to_another_school(cast):
    """The old school no longer sees or ends them; the new one does."""
    child = families.a_learner(families.a_class(cast.school), "Quách Thị Ánh")
    link = families.a_verified_link(child, cast.guardian, by=cast.school_administrator)
    with everything():
        Learner.objects.filter(pk=child.pk).update(unit=cast.sibling)
    learners_moved.send(sender=None, account_ids=[child.pk])
    with everything():
        link.refresh_from_db()
    assert link.unit == cast.sibling


def test_a_replaced_decision_asks_for_a_look_at_what_cites_it(cast, django_capture_on_commit_callbacks):
    first = an_issued(cast.department, by=cast.clerk)
    programme = a_programme(cast)
    task = programme.tasks.get(position=1)
    type(programme).objects.filter(pk=programme.pk).update(document=first)
    type(task).objects.filter(pk=task.pk).update(document=first)
    with django_capture_on_commit_callbacks(execute=True):
        later = an_issued(cast.department, by=cast.clerk, abstract="Quy tắc ứng xử mới")
        relate(later=later, earlier=first, kind="replaces", from_date=AT.date(), by=cast.clerk, at=AT)
    programme.refresh_from_db()
    assert (programme.to_review, [one.position for one in programme.tasks.filter(to_review=True)]) == (True, [1])
    reviewed(programme=programme, by=cast.department_officer, at=AT)
    programme.refresh_from_db()
    assert (programme.to_review, programme.tasks.filter(to_review=True).count()) == (False, 0)


def test_a_replaced_decision_asks_for_a_look_at_the_forms_that_name_it(
    cast, sign_in, django_capture_on_commit_callbacks
):
    first = an_issued(cast.department, by=cast.clerk)

    def asking(code: str, basis: str) -> dict[str, Any]:
        item = {"code": "so", "kind": "integer", "vi": "Số lớp", "en": "Classes", "basis": basis}
        return with_item(blank(code, f"Mẫu {code}", code), "s1", item)

    for code, basis in (("dan", f"Khoản 2, {first.code}"), ("khac", f"1{first.code}"), ("tron", "")):
        load_form(asking(code, basis), at=AT)
    with django_capture_on_commit_callbacks(execute=True):
        later = an_issued(cast.department, by=cast.clerk, abstract="Quy tắc ứng xử mới")
        relate(later=later, earlier=first, kind="replaces", from_date=AT.date(), by=cast.clerk, at=AT)
    assert [form.code for form in to_review()] == ["dan"]  # "1" more before it is another number
    officer = sign_in(cast.department_officer)
    assert "1 biểu mẫu dẫn văn bản đã hết hiệu lực" in officer.get(reverse("home:my_work")).content.decode()
    page = reverse("questionnaires:form", args=["dan"])
    assert f"Biểu mẫu còn dẫn {first.code}" in officer.get(page).content.decode()
    load_form(asking("dan", f"Khoản 3, {first.code}"), at=AT)  # a new wording that still names it
    assert to_review().exists()
    load_form(asking("dan", f"Khoản 2, {later.code}"), at=AT)
    assert not to_review().exists()
    ask_to_review(codes=[later.code])
    assert officer.post(page).url == page
    assert not to_review().exists()


def test_what_a_closed_school_had_to_mend_is_its_offices_to_see_to(cast, django_capture_on_commit_callbacks):
    finding = a_finding(cast, recorded(cast, a_visit(cast)))
    with django_capture_on_commit_callbacks(execute=True):
        close_unit(unit=cast.school.pk, on=AT.date(), decision="QĐ 5", by=cast.administrator.pk, at=AT)
    finding.refresh_from_db()
    assert finding.unit_id != cast.school.pk
    assert list(finding.moves.order_by("pk").values_list("move", flat=True)) == ["open", "follow"]

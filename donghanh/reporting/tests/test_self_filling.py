"""A report fills itself with what was counted; the summary of a level fills itself from the level below."""

from __future__ import annotations

import json
import re
import uuid
from datetime import date
from pathlib import Path

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from donghanh import questionnaires
from donghanh.measures import queries as registry
from donghanh.measures.queries import Line, Measure, offer
from donghanh.organisations.choices import UnitKind
from donghanh.people.tests.cast import a_person
from donghanh.periods.choices import PeriodKind
from donghanh.questionnaires.actions import load_form
from donghanh.questionnaires.definition import read_definition
from donghanh.questionnaires.rules import Offered
from donghanh.reporting import actions, queries, rounds
from donghanh.reporting.choices import State
from donghanh.reporting.models import Submission
from donghanh.reporting.rules_asking import Terms
from donghanh.reporting.schedules import days_until
from donghanh.reporting.selectors import Selector
from donghanh.reporting.self_filling import offered, prefilled
from donghanh.reporting.tests.factories import (
    AT,
    FORM,
    TODAY,
    an_accepted_report,
    an_open_round,
    filled,
    report_of,
    sheet_of,
)

pytestmark = pytest.mark.usefixtures("on_demo_day")
DISTRICT = json.loads((Path(questionnaires.__file__).parent / "data/plan3296_district.json").read_text())


@pytest.fixture
def counting(monkeypatch):
    """counting(code, by selection) offers a measure for this test alone; its lines are one a selection."""
    monkeypatch.setattr(registry, "_KNOWN", dict(registry._KNOWN))

    def make(code, found):
        def count(unit, span):
            if isinstance(found, Exception):
                raise found
            return found

        def lines(unit, span):
            return [Line(f"Dòng {one or 'chung'}", "/bao-cao/can-nop/") for one in count(unit, span)]

        offer(Measure(code=code, name=code, source="sổ theo dõi", count=count, lines=lines))

    return make


def a_form(**measures):
    """The plan's form with these items counted: item → measure."""
    document = json.loads(json.dumps(FORM))
    for section in document["sections"]:
        for item in section["items"]:
            item["measure"] = measures.get(item["code"], "")
    return document


def a_counted_round(cast, **measures):
    collection = an_open_round(cast)
    collection.form_version = load_form(a_form(**measures), at=AT)
    collection.save()
    return collection


def boxes_of(page):
    """Name → value of the boxes of a sheet's page."""
    return dict(re.findall(r'name="([^"]+)" type="text"[^>]* value="([^"]*)"', page.content.decode()))


def send(client, report, typed):
    hidden = {"revision": str(report.revision), "client_key": str(uuid.uuid4())}
    return client.post(reverse("reporting:fill", args=[report.pk]), typed | hidden)


def test_empty_boxes_stand_filled_and_say_where_from(cast, counting, sign_in):
    counting("x.people", {"": 7, "office": 7})
    counting("x.staff", {"": 19, "TH": 10, "THCS": 9, "THPT": 4})
    report = report_of(
        cast.school, a_counted_round(cast, collaborators="x.people", staff_in_scope="x.staff", staff_trained="x.people")
    )
    page = sign_in(cast.teacher).get(reverse("reporting:fill", args=[report.pk]))
    boxes = boxes_of(page)
    assert (boxes["collaborators"], boxes["staff_in_scope[TH]"], boxes["staff_in_scope[THCS]"]) == ("7", "10", "9")
    assert boxes["briefings_held"] == boxes["staff_trained[TH]"] == ""  # a total says nothing of the levels
    assert "staff_in_scope[THPT]" not in boxes
    assert "7 theo sổ theo dõi" in page.content.decode()
    assert reverse("reporting:from_where", args=[report.pk, "collaborators"]) in page.content.decode()


def test_what_was_typed_is_never_overwritten(cast, counting, sign_in):
    counting("x.people", {"": 7})
    report = report_of(cast.school, a_counted_round(cast, collaborators="x.people"))
    actions.save_draft(submission=report, typed={"collaborators": "5"}, revision=0, by=cast.teacher, at=AT)
    assert boxes_of(sign_in(cast.teacher).get(reverse("reporting:fill", args=[report.pk])))["collaborators"] == "5"
    assert prefilled({"collaborators": ""}, {"collaborators": Offered(7, "sổ")}) == {"collaborators": ""}


def test_what_nobody_touched_is_sent_as_it_was_counted(cast, counting):
    counting("x.people", {"": 7})
    collection = a_counted_round(cast, collaborators="x.people")
    typed = filled()
    del typed["collaborators"]
    version = actions.send(
        sheet=sheet_of(cast.school, collection, cast.teacher), typed=typed, revision=0, client_key=uuid.uuid4(),
        by=cast.teacher, at=AT,
    )  # fmt: skip
    place = collection.form_version.definition.positions["collaborators"]
    assert version.numbers[place] == 7


def test_another_number_needs_a_word(cast, counting, sign_in):
    counting("x.people", {"": 7})
    collection = a_counted_round(cast, collaborators="x.people")
    sheet = sheet_of(cast.school, collection, cast.teacher)

    def attempt(**words):
        return actions.send(
            sheet=sheet, typed=filled(collaborators="5") | words, revision=0, client_key=uuid.uuid4(),
            by=cast.teacher, at=AT,
        )  # fmt: skip

    with pytest.raises(actions.NotReady, match="1 chỗ cần giải thích"):
        attempt()
    attempt(**{"why:differs:collaborators": "Hai người mới nghỉ, danh sách chưa sửa"})
    report = report_of(cast.school, collection)
    page = sign_in(cast.district_officer).get(reverse("reporting:review", args=[report.pk])).content.decode()
    assert "Khác số 7 đếm được theo sổ theo dõi." in page


def test_a_measure_that_fails_leaves_the_box_to_be_typed(cast, counting, sign_in, caplog):
    counting("x.people", RuntimeError("Bùi Thị Ánh"))
    counting("x.content", {"": 24})
    report = report_of(cast.school, a_counted_round(cast, collaborators="x.people", content_published="x.content"))
    teacher = sign_in(cast.teacher)
    page = teacher.get(reverse("reporting:fill", args=[report.pk]))
    assert page.status_code == 200
    assert (boxes_of(page)["collaborators"], boxes_of(page)["content_published"]) == ("", "24")
    assert "x.people could not be counted: RuntimeError" in caplog.text
    assert "Ánh" not in caplog.text
    assert send(teacher, report, filled()).status_code == 302
    assert teacher.get(reverse("reporting:from_where", args=[report.pk, "collaborators"])).status_code == 200


def test_a_query_that_fails_leaves_the_rest_of_the_page_whole(cast, counting, sign_in):
    def broken(unit, span):
        with connection.cursor() as cursor:
            cursor.execute("SELECT 1/0")
        return {}

    offer(Measure(code="x.broken", name="x", source="x", count=broken, lines=lambda unit, span: []))
    report = report_of(cast.school, a_counted_round(cast, collaborators="x.broken"))
    assert sign_in(cast.teacher).get(reverse("reporting:fill", args=[report.pk])).status_code == 200


def test_a_measure_counts_once_however_many_cells_it_fills(cast):
    collection = a_counted_round(cast, collaborators="collaborators.people")
    span = collection.period.span

    def queries_of(**measures):
        definition = read_definition(a_form(**measures))
        with CaptureQueriesContext(connection) as seen:
            offered(definition, ["TH", "THCS"], unit_id=cast.school.pk, span=span, pk=1)
        return len([query for query in seen if "SAVEPOINT" not in query["sql"]])

    assert queries_of() == 0
    assert queries_of(collaborators="collaborators.people") == 1
    every = dict.fromkeys(["collaborators", "staff_in_scope", "staff_trained", "student_law_sessions"],
                          "collaborators.people")  # fmt: skip
    assert queries_of(**every) == 1


def test_a_share_is_not_offered_to_a_box_of_whole_numbers(cast, counting):
    counting("x.share", {"": 2.5})
    collection = a_counted_round(cast, collaborators="x.share")
    assert sheet_of(cast.school, collection, cast.teacher).offered == {}


# ── from where ──


def test_the_rows_behind_a_figure_are_searched_and_handed_out(cast, counting, sign_in):
    counting("x.people", {"": 2, "a": 1})
    report = report_of(cast.school, a_counted_round(cast, collaborators="x.people"))
    teacher, address = sign_in(cast.teacher), reverse("reporting:from_where", args=[report.pk, "collaborators"])
    page = teacher.get(address).content.decode()
    assert "Dòng chung" in page
    assert "Dòng a" in page
    assert "đếm theo sổ theo dõi" in page
    found = teacher.get(address, {"q": "dong chung"}).content.decode()
    assert "Dòng chung" in found
    assert "Dòng a" not in found
    assert teacher.get(address, {"xuat": "xlsx"})["Content-Type"].endswith("sheet")


def test_only_readers_of_the_report_see_the_rows(cast, counting, sign_in):
    counting("x.people", {"": 2})
    report = report_of(cast.school, a_counted_round(cast, collaborators="x.people"))
    address = reverse("reporting:from_where", args=[report.pk, "collaborators"])
    assert sign_in(cast.district_officer).get(address).status_code == 200
    assert sign_in(cast.other_teacher).get(address).status_code == 404
    assert sign_in(cast.other_district_officer).get(address).status_code == 404
    assert sign_in(cast.teacher).get(address.replace("collaborators", "x")).status_code == 404


def test_a_box_that_nothing_counts_says_so(cast, sign_in):
    report = report_of(cast.school, an_open_round(cast))
    page = sign_in(cast.teacher).get(reverse("reporting:from_where", args=[report.pk, "briefings_held"]))
    assert "do đơn vị tự điền" in page.content.decode()


# ── the summary of a level ──


@pytest.fixture
def schools(cast):
    """The schools' round: the preschool of Lạc Sơn has its own teacher."""
    collection = an_open_round(cast)
    cast.nursery_teacher = a_person("mn", "Bùi Thị Én", "teacher_in_charge", cast.preschool)
    return collection


@pytest.fixture
def summaries(cast, schools):
    """The Department asks its district offices for their summary of the same school year."""
    terms = Terms(
        name="Báo cáo tổng hợp của phòng", calendar=PeriodKind.SCHOOL_YEAR,
        selector=Selector(kinds=(UnitKind.DISTRICT_OFFICE,)), chain=(UnitKind.DEPARTMENT,),
    )  # fmt: skip
    request = rounds.make_request(
        form=load_form(DISTRICT, at=AT).form, owner=cast.department, terms=terms, active_from=TODAY,
        by=cast.department_officer, at=AT,
    )  # fmt: skip
    days = days_until(request, TODAY, date(2025, 6, 27))
    return rounds.open_round(request=request, period=schools.period, by=cast.department_officer.pk, at=AT, days=days)


def nursery_reports(cast, schools):
    sheet = queries.sheet(cast.nursery_teacher, report_of(cast.preschool, schools).pk, on=TODAY)
    typed = filled("MN", schools_with_outreach="1") | {
        f"{item}[MN]": number
        for item, number in {
            "staff_in_scope": "6", "staff_trained": "4", "student_law_sessions": "0", "student_law_attendees": "0",
        }.items()
    }  # fmt: skip
    by = {"by": cast.nursery_teacher, "at": AT}
    actions.send(sheet=sheet, typed=typed, revision=0, client_key=uuid.uuid4(), **by)


def accept_nursery(cast, schools):
    report = report_of(cast.preschool, schools)
    actions.accept(submission=report, version_number=1, by=cast.district_officer, at=AT)


def test_the_district_is_asked_and_nobody_else(cast, summaries):
    asked = Submission.objects.filter(expected__collection=summaries).values_list("expected__unit", flat=True)
    assert set(asked) == {cast.lac_son.pk, cast.kim_boi.pk}


def test_a_summary_fills_itself_goes_up_and_is_accepted(cast, schools, summaries, sign_in):
    an_accepted_report(cast, schools)
    nursery_reports(cast, schools)
    accept_nursery(cast, schools)
    report = report_of(cast.lac_son, summaries)
    officer = sign_in(cast.district_officer)
    assert "Báo cáo cần nộp" in officer.get(reverse("reporting:owed")).content.decode()
    boxes = boxes_of(officer.get(reverse("reporting:fill", args=[report.pk])))
    counted = {
        "reports_expected": "2", "reports_sent": "2", "reports_accepted": "2", "below_schools_with_outreach": "2",
        "below_staff_in_scope[MN]": "6", "below_staff_in_scope[TH]": "10", "below_staff_in_scope[CĐ]": "0",
        "below_staff_trained[THCS]": "8", "below_briefings_held": "4", "below_student_law_attendees[TH]": "240",
    }  # fmt: skip
    assert {name: boxes[name] for name in counted} == counted
    assert "" not in [value for name, value in boxes.items() if name in summaries.form_version.definition.positions]

    refused = send(officer, report, boxes)
    assert refused.status_code == 422  # the words are the office's own
    assert send(officer, report, boxes | {"results": "Mọi trường đều có kế hoạch."}).status_code == 302
    report.refresh_from_db()
    assert report.state == State.SUBMITTED
    department = sign_in(cast.department_officer)
    assert department.get(reverse("reporting:review", args=[report.pk])).status_code == 200
    department.post(reverse("reporting:review", args=[report.pk]), {"move": "accept", "version": "1", "reason": ""})
    report.refresh_from_db()
    assert report.state == State.ACCEPTED
    values = summaries.form_version.definition.by_cell(report.latest.numbers)
    assert values["below_staff_in_scope[MN]"] == 6


def test_only_what_was_accepted_below_is_added_up(cast, schools, summaries):
    an_accepted_report(cast, schools)
    nursery_reports(cast, schools)  # waits
    found = sheet_of(cast.lac_son, summaries, cast.district_officer).offered
    assert [found[f"reports_{which}"].value for which in ("expected", "sent", "accepted")] == [2, 2, 1]
    assert found["below_staff_in_scope[MN]"].value == 0
    assert found["below_collaborators"].value == 5
    accept_nursery(cast, schools)
    assert sheet_of(cast.lac_son, summaries, cast.district_officer).offered["below_collaborators"].value == 10


def test_nothing_is_offered_while_nothing_was_accepted(cast, schools, summaries):
    found = sheet_of(cast.kim_boi, summaries, cast.other_district_officer).offered
    assert {code: one.value for code, one in found.items()} == {
        "reports_expected": 1, "reports_sent": 0, "reports_accepted": 0,
    }  # fmt: skip


def test_what_lies_behind_a_sum_is_the_reports_it_was_added_from(cast, schools, summaries, sign_in):
    an_accepted_report(cast, schools)
    report = report_of(cast.lac_son, summaries)
    officer = sign_in(cast.district_officer)
    page = officer.get(reverse("reporting:from_where", args=[report.pk, "below_staff_in_scope"])).content.decode()
    assert "Trường TH&amp;THCS Ân Nghĩa: 18" in page
    assert reverse("reporting:report", args=[report_of(cast.school, schools).pk]) in page
    assert "Mầm non" not in page
    expected = officer.get(reverse("reporting:from_where", args=[report.pk, "reports_expected"])).content.decode()
    assert "Trường Mầm non Ân Nghĩa" in expected


def test_a_sum_asks_as_much_for_many_cells_as_for_one(cast, schools, summaries):
    an_accepted_report(cast, schools)
    sheet = sheet_of(cast.lac_son, summaries, cast.district_officer)
    measures = {item.measure for item in summaries.form_version.definition.items.values() if item.measure}
    with CaptureQueriesContext(connection) as seen:
        assert len(sheet.offered) > 2 * len(measures)
    assert len([q for q in seen if "SAVEPOINT" not in q["sql"]]) <= 2 * len(measures)


def test_a_report_sent_back_leaves_the_sum(cast, schools, summaries):
    an_accepted_report(cast, schools)
    nursery_reports(cast, schools)
    return_with_unit = report_of(cast.preschool, schools)
    actions.give_back(
        submission=return_with_unit, version_number=1, reason="Xem lại số người", remarks={}, by=cast.district_officer,
        at=AT,
    )  # fmt: skip
    found = sheet_of(cast.lac_son, summaries, cast.district_officer).offered
    assert [found[f"reports_{which}"].value for which in ("sent", "accepted")] == [2, 1]
    assert found["below_collaborators"].value == 5

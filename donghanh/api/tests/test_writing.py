"""A programme fills a report and sends it."""

from __future__ import annotations

import uuid

import pytest

from donghanh.api.choices import Scope
from donghanh.api.tests.factories import a_programme
from donghanh.api.v1.reports import typed
from donghanh.audit.models import Entry
from donghanh.reporting.models import SubmissionVersion
from donghanh.reporting.tests.factories import filled, report_of

pytestmark = pytest.mark.usefixtures("on_demo_day")


@pytest.fixture
def report(cast, a_round):
    return report_of(cast.school, a_round)


def ask(programme, method, report, what, **said):
    return getattr(programme, method)(f"/api/v1/reports/{report.pk}/{what}", said, content_type="application/json")


def numbers():
    """The careful teacher's sheet with numbers as numbers."""
    return {box: int(text) if text.isdecimal() else text for box, text in filled().items()}


def test_a_programme_writes_and_sends(cast, report):
    programme = a_programme(cast.teacher, cast.school)
    half = {box: value for box, value in numbers().items() if box != "briefings_held"}
    saved = ask(programme, "put", report, "draft", revision=0, answers=half).json()
    assert (saved["revision"], saved["empty"], saved["ready"]) == (1, ["briefings_held"], False)
    key = str(uuid.uuid4())
    refused = ask(programme, "post", report, "send", revision=1, client_key=key, answers=half)
    assert (refused.status_code, refused.json()["code"]) == (422, "not_ready")
    assert refused.json()["errors"] == [{"where": "briefings_held", "message": "Ô này còn trống."}]
    sent = ask(programme, "post", report, "send", revision=1, client_key=key, answers=numbers()).json()
    again = ask(programme, "post", report, "send", revision=1, client_key=key, answers=numbers()).json()
    assert sent == again
    assert SubmissionVersion.objects.count() == 1
    told = programme.get(f"/api/v1/reports/{report.pk}").json()
    assert (told["state"], told["receipt"], told["numbers"]["staff_trained[THCS]"]) == (
        "submitted",
        sent["receipt"],
        8.0,
    )
    assert Entry.objects.get(verb="reporting.send").by_id == cast.teacher.pk


def test_what_is_wrong_is_said_at_its_cell(cast, report):
    answers = numbers() | {"staff_trained[TH]": 11, "briefings_held": "nhiều"}
    told = ask(a_programme(cast.teacher, cast.school), "put", report, "draft", revision=0, answers=answers).json()
    assert set(told["faults"]) == {"briefings_held"}
    assert [(one["cell"], one["severity"]) for one in told["findings"]] == [("staff_trained[TH]", "error")]


def test_a_slip_in_a_name_empties_nothing(cast, report):
    programme = a_programme(cast.teacher, cast.school)
    answer = ask(programme, "put", report, "draft", revision=0, answers={"staff_trainet[TH]": 1})
    assert (answer.status_code, answer.json()["errors"][0]["where"]) == (422, "answers.staff_trainet[TH]")
    report.refresh_from_db()
    assert report.revision == 0


def test_whoever_comes_late_overwrites_nothing(cast, report):
    programme = a_programme(cast.teacher, cast.school)
    assert ask(programme, "put", report, "draft", revision=0, answers=numbers()).status_code == 200
    late = ask(programme, "put", report, "draft", revision=0, answers={})
    assert (late.status_code, late.json()["code"]) == (409, "refused")
    report.refresh_from_db()
    assert report.draft["collaborators"] == "5"


def test_only_the_unit_itself_writes_and_only_with_the_scope(cast, report):
    elsewhere = ask(a_programme(cast.other_teacher, cast.sibling), "put", report, "draft", revision=0, answers={})
    officer = ask(a_programme(cast.district_officer, cast.lac_son), "put", report, "draft", revision=0, answers={})
    narrow = a_programme(cast.teacher, cast.school, scopes=[Scope.READ_REPORTS])
    reader = ask(narrow, "put", report, "draft", revision=0, answers={})
    assert [one.status_code for one in (elsewhere, officer, reader)] == [404, 409, 403]
    report.refresh_from_db()
    assert report.revision == 0


def test_a_session_writes_nothing(cast, report, sign_in):
    assert ask(sign_in(cast.teacher), "put", report, "draft", revision=0, answers={}).status_code == 401


def test_values_become_what_a_person_would_type():
    said = {"a": 1, "b": 2.5, "c": True, "d": None, "e": ["x", "y"], "f": 1e6, "g": 0.00001, "h": 2.0}
    assert typed(said) == {
        "a": "1", "b": "2,5", "c": "1", "d": "", "e": "x y", "f": "1000000", "g": "0,00001", "h": "2",
    }  # fmt: skip

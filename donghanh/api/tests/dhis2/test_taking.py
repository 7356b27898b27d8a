"""Values sent by a DHIS2 client: into the draft, by the rules of the report's page."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import timedelta

import pytest

from donghanh.api.dhis2.actions import Asked, take_values
from donghanh.api.dhis2.callers import Caller
from donghanh.api.dhis2.choices import Scheme, Strategy
from donghanh.api.dhis2.entries import read_json
from donghanh.api.dhis2.identifiers import Schemes
from donghanh.organisations.models import uid_of
from donghanh.reporting.models import Submission
from donghanh.reporting.tests.factories import AT, a_sent_report, filled, report_of, sheet_of

BY_CODE = Asked(schemes=Schemes(Scheme.CODE, Scheme.CODE, Scheme.UID, Scheme.CODE, Scheme.CODE))
TRUTHS = {"1": "true", "0": "false"}
FLAGS = ("schools_with_outreach", "schools_with_collaborator_team", "school_plan_issued")


def a_body(unit, *, complete="", period="NH2024", **values):
    """{box: text} as a data value set by codes."""
    entries = []
    for box, text in values.items():
        element, _, selection = box.rstrip("]").partition("[")
        value = TRUTHS[text] if element in FLAGS else text
        entries.append({"dataElement": element, "categoryOptionCombo": selection, "value": value})
    head = {"dataSet": "plan3296", "period": period, "orgUnit": uid_of(unit.pk)}
    head |= {"completeDate": complete} if complete else {}
    return json.dumps({**head, "dataValues": entries}).encode()


def take(body, account, asked=BY_CODE, at=AT, **caller):
    return take_values(values=read_json(body), asked=asked, caller=Caller(account, **caller), at=at)


def counts(summary):
    return summary.imported, summary.updated, summary.ignored, summary.deleted


def codes(summary):
    return [(one.code, one.about, one.indexes) for one in summary.conflicts.values()]


def test_values_stand_in_the_draft_as_if_they_were_typed(cast, round_):
    summary = take(a_body(cast.school, **filled()), cast.teacher)
    report = report_of(cast.school, round_)
    assert (counts(summary), codes(summary)) == ((len(filled()), 0, 0, 0), [])
    assert report.draft == filled()
    assert report.state == "draft"
    assert set(report.edited) == set(filled())


def test_the_same_again_changes_nothing(cast, round_):
    take(a_body(cast.school, **filled()), cast.teacher)
    before = report_of(cast.school, round_)
    summary = take(a_body(cast.school, **filled()), cast.teacher)
    after = report_of(cast.school, round_)
    assert counts(summary) == (0, len(filled()), 0, 0)
    assert (after.revision, after.saved_at) == (before.revision, before.saved_at)


def test_a_completed_set_is_sent(cast, round_):
    summary = take(a_body(cast.school, complete="2025-06-16", **filled()), cast.teacher)
    report = report_of(cast.school, round_)
    assert (report.state, summary.complete) == ("submitted", "2025-06-16")
    assert sheet_of(cast.school, round_, cast.teacher).latest.texts == {"team_decision": filled()["team_decision"]}


def test_a_set_that_cannot_be_completed_leaves_nothing(cast, round_):
    summary = take(a_body(cast.school, complete="2025-06-16", collaborators="5"), cast.teacher)
    report = report_of(cast.school, round_)
    assert (report.state, report.draft, report.revision) == ("draft", {}, 0)
    assert counts(summary) == (0, 0, 1, 0)
    assert codes(summary) == [("DH002", "orgUnit", [0])]
    assert summary.body["status"] == "ERROR"


def test_completing_twice_sends_once(cast, round_):
    for _time in range(2):
        summary = take(a_body(cast.school, complete="2025-06-16", **filled()), cast.teacher)
        assert codes(summary) == []
    assert report_of(cast.school, round_).versions.count() == 1


def test_what_was_sent_is_locked_but_may_be_said_again(cast, round_):
    a_sent_report(cast, round_)
    assert codes(take(a_body(cast.school, **filled()), cast.teacher)) == []
    summary = take(a_body(cast.school, **filled(collaborators="6")), cast.teacher)
    (conflict,) = codes(summary)
    assert (conflict[0], len(conflict[2]), counts(summary)) == ("E7642", 1, (0, len(filled()) - 1, 1, 0))


@pytest.mark.parametrize(
    ("values", "code", "property_"),
    [
        ({"collaborators": "nhiều"}, "E7619", "value"),
        ({"collaborators": "2.5"}, "E7619", "value"),
        ({"collaborators": "-1"}, "E7619", "value"),
        ({"collaborators": ""}, "E7618", "value"),
        ({"collaborators[TH]": "1"}, "E7634", "categoryOptionCombo"),
        ({"staff_trained": "1"}, "E7634", "categoryOptionCombo"),
        ({"staff_trained[MN]": "1"}, "E7614", "categoryOptionCombo"),
        ({"nothing_so_called": "1"}, "E7610", "dataElement"),
    ],
)
def test_a_value_that_does_not_fit_is_named_and_the_rest_is_taken(cast, round_, values, code, property_):
    summary = take(a_body(cast.school, briefings_held="2", **values), cast.teacher)
    assert codes(summary) == [(code, property_, [1])]
    assert (counts(summary), summary.response["rejectedIndexes"]) == ((1, 0, 1, 0), [1])
    assert (summary.status, summary.word) == (409, "WARNING")
    assert report_of(cast.school, round_).draft == {"briefings_held": "2"}


@pytest.mark.parametrize(
    ("unit", "period", "code"),
    [("kim_boi", "NH2024", "E7636"), ("school", "2024Q1", "E7636"), ("school", "hôm qua", "E7611")],
)
def test_a_report_that_nobody_owes_takes_nothing(cast, round_, unit, period, code):
    summary = take(a_body(getattr(cast, unit), period=period, collaborators="5"), cast.department_officer)
    assert [one[0] for one in codes(summary)] == [code]


def test_a_unit_that_does_not_exist(cast, round_):
    body = json.loads(a_body(cast.school, collaborators="5")) | {"orgUnit": "DiszpKrYNg8"}
    assert codes(take(json.dumps(body).encode(), cast.teacher)) == [("E7612", "orgUnit", [0])]


def test_strategies(cast, round_):
    take(a_body(cast.school, collaborators="5"), cast.teacher)
    both = a_body(cast.school, collaborators="7", briefings_held="2")

    def after(strategy):
        summary = take(both, cast.teacher, replace(BY_CODE, strategy=strategy))
        return counts(summary), report_of(cast.school, round_).draft

    assert after(Strategy.CREATE) == ((1, 0, 1, 0), {"collaborators": "5", "briefings_held": "2"})
    assert after(Strategy.UPDATE) == ((0, 2, 0, 0), {"collaborators": "7", "briefings_held": "2"})
    assert after(Strategy.DELETE) == ((0, 0, 0, 2), {})
    assert after(Strategy.UPDATE) == ((0, 0, 2, 0), {})


def test_a_deleted_value_empties_its_box(cast, round_):
    take(a_body(cast.school, collaborators="5", briefings_held="2"), cast.teacher)
    body = json.loads(a_body(cast.school, collaborators="5"))
    body["dataValues"][0] |= {"deleted": True}
    assert counts(take(json.dumps(body).encode(), cast.teacher)) == (0, 0, 0, 1)
    assert report_of(cast.school, round_).draft == {"briefings_held": "2"}


def test_a_dry_run_says_the_same_and_writes_nothing(cast, round_):
    body = a_body(cast.school, complete="2025-06-16", **filled())
    dry = take(body, cast.teacher, replace(BY_CODE, dry_run=True))
    report = report_of(cast.school, round_)
    assert (report.state, report.draft, report.versions.count()) == ("draft", {}, 0)
    assert (counts(dry), dry.complete) == ((len(filled()), 0, 0, 0), "2025-06-16")


def test_nobody_writes_over_the_newer_words_of_a_colleague(cast, round_):
    take(a_body(cast.school, collaborators="5"), cast.principal)
    summary = take(a_body(cast.school, collaborators="6"), cast.teacher)
    assert [one[0] for one in codes(summary)] == ["DH001"]
    assert report_of(cast.school, round_).draft == {"collaborators": "5"}
    body = json.loads(a_body(cast.school, collaborators="6"))
    later = AT + timedelta(hours=1)
    body["dataValues"][0] |= {"lastUpdated": (AT + timedelta(minutes=5)).isoformat()}
    assert counts(take(json.dumps(body).encode(), cast.teacher, at=later)) == (0, 1, 0, 0)
    assert report_of(cast.school, round_).draft == {"collaborators": "6"}


def test_comments_stand_beside_their_boxes(cast, round_):
    body = json.loads(a_body(cast.school, collaborators="5"))
    body["dataValues"][0] |= {"comment": "đã đếm lại"}
    take(json.dumps(body).encode(), cast.teacher)
    assert report_of(cast.school, round_).draft == {"collaborators": "5", "note:collaborators": "đã đếm lại"}


def test_an_office_fills_for_its_units_and_never_sends(cast, round_):
    summary = take(a_body(cast.school, **filled()), cast.district_officer)
    assert counts(summary) == (len(filled()), 0, 0, 0)
    refused = take(a_body(cast.school, complete="2025-06-16", **filled()), cast.district_officer)
    assert [one[0] for one in codes(refused)] == ["E7601"]
    assert report_of(cast.school, round_).state == "draft"


def test_strangers_write_nothing(cast, round_):
    for person in ("other_teacher", "outsider", "other_district_officer", "student"):
        summary = take(a_body(cast.school, collaborators="5"), getattr(cast, person))
        assert [one[0] for one in codes(summary)] == ["E7636"], person
    assert Submission.objects.filter(revision__gt=0).count() == 0


def test_a_token_narrows_its_account(cast, round_):
    body = a_body(cast.school, collaborators="5")
    elsewhere = take(body, cast.district_officer, unit=cast.preschool.pk)
    assert [one[0] for one in codes(elsewhere)] == ["E7636"]
    reading = take(body, cast.teacher, scope=frozenset({"reports.read"}))
    assert [one[0] for one in codes(reading)] == ["E7601"]
    assert report_of(cast.school, round_).draft == {}


def test_a_set_is_found_by_its_element_where_only_one_asks_it(cast, round_):
    body = json.loads(a_body(cast.school, collaborators="5"))
    del body["dataSet"]
    assert counts(take(json.dumps(body).encode(), cast.teacher)) == (1, 0, 0, 0)


def test_after_the_close_nothing_is_taken(cast, round_):
    summary = take(a_body(cast.school, collaborators="5"), cast.teacher, at=AT + timedelta(days=30))
    assert [one[0] for one in codes(summary)] == ["E7640"]

"""The doors from outside: addresses, shapes, keys, refusals."""

from __future__ import annotations

import base64
import gzip
import json
import zipfile
from io import BytesIO

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from donghanh.api.choices import Scope
from donghanh.api.dhis2.choices import DEFAULT_UIDS, IdentityKind
from donghanh.api.dhis2.identifiers import derived
from donghanh.api.tests.dhis2.test_taking import a_body
from donghanh.organisations.models import uid_of
from donghanh.organisations.tests.factories import a_school
from donghanh.people.tests.cast import PASSWORD
from donghanh.reporting.models import Submission
from donghanh.reporting.tests.factories import a_sent_report, an_open_round, filled, report_of

pytestmark = pytest.mark.usefixtures("on_demo_day")
CODES = "?dataElementIdScheme=code&categoryOptionComboIdScheme=code&dataSetIdScheme=code"
ONE = 18  # queries of a request with values of one report
FORM = derived(IdentityKind.FORM, "plan3296")


def post(client, address, body, headers, content_type="application/json"):
    content = body if isinstance(body, bytes) else json.dumps(body).encode()
    return client.post(address, content, content_type=content_type, headers=headers)


def test_who_does_not_say_who_they_are_is_refused_in_dhis2s_shape(client, db):
    answer = client.get("/api/organisationUnits")
    assert answer.status_code == 401
    body = answer.json()
    assert set(body) == {"httpStatus", "httpStatusCode", "status", "message"}
    assert (body["httpStatus"], body["httpStatusCode"], body["status"]) == ("Unauthorized", 401, "ERROR")


def test_basic_and_key_open_the_same_door(client, cast, key):
    basic = base64.b64encode(f"{cast.teacher.username}:{PASSWORD}".encode()).decode()
    for headers in ({"Authorization": f"Basic {basic}"}, key(cast.teacher, cast.school)):
        assert client.get("/api/me", headers=headers).json()["username"] == cast.teacher.username
        assert client.get("/api/42/me.json", headers=headers).status_code == 200


def test_values_in_and_out_and_in_again(client, cast, round_, key):
    headers = key(cast.teacher, cast.school)
    answer = post(client, f"/api/dataValueSets{CODES}", a_body(cast.school, **filled()), headers)
    count = len(filled())
    assert answer.status_code == 200, answer.json()
    response = answer.json()["response"]
    assert response["responseType"] == "ImportSummary"
    assert response["importCount"] == {"imported": count, "updated": 0, "ignored": 0, "deleted": 0}
    assert (response["status"], response["conflicts"], response["dataSetComplete"]) == ("SUCCESS", [], "false")
    before = report_of(cast.school, round_)
    for shape, type_ in (("json", "application/json"), ("xml", "application/xml"), ("csv", "application/csv"),
                         ("adx", "application/adx+xml")):  # fmt: skip
        address = f"/api/dataValueSets.{shape}?dataSet=%s&period=NH2024&orgUnit={uid_of(cast.school.pk)}"
        given_ = client.get(address % ("plan3296" if shape == "adx" else FORM), headers=headers)
        assert given_.status_code == 200
        again = post(client, f"/api/dataValueSets?dataSet={FORM}", given_.content, headers, type_)
        counts = again.json()["response"]["importCount"]
        assert (shape, counts) == (shape, {"imported": 0, "updated": count, "ignored": 0, "deleted": 0})
    after = report_of(cast.school, round_)
    assert (after.draft, after.revision) == (before.draft, before.revision)


def test_the_exact_shape_of_a_value(client, cast, round_, key):
    headers = key(cast.teacher, cast.school)
    post(client, f"/api/dataValueSets{CODES}", a_body(cast.school, **{"staff_trained[TH]": "9"}), headers)
    unit = uid_of(cast.school.pk)
    body = client.get(f"/api/dataValueSets?dataSet={FORM}&period=NH2024&orgUnit={unit}", headers=headers).json()
    (value,) = body.pop("dataValues")
    moment = value.pop("lastUpdated")
    assert body == {"dataSet": FORM, "period": "NH2024", "orgUnit": unit}
    assert moment.startswith("2025-06-16T")
    assert value == {
        "dataElement": derived(IdentityKind.ELEMENT, "staff_trained"), "period": "NH2024", "orgUnit": unit,
        "categoryOptionCombo": derived(IdentityKind.CELL, "level:TH"),
        "attributeOptionCombo": DEFAULT_UIDS[IdentityKind.CELL], "value": "9", "storedBy": cast.teacher.username,
        "created": moment, "followup": False,
    }  # fmt: skip


def test_others_read_what_was_sent_and_never_the_draft(client, cast, round_, key):
    post(client, f"/api/dataValueSets{CODES}", a_body(cast.school, collaborators="5"), key(cast.teacher, cast.school))
    address = f"/api/dataValueSets?dataSet={FORM}&period=NH2024&orgUnit={uid_of(cast.department.pk)}&children=true"
    officer = key(cast.department_officer, cast.department, Scope.READ_REPORTS)
    assert client.get(address, headers=officer).json()["dataValues"] == []
    Submission.objects.update(draft={}, revision=0, edited={})
    a_sent_report(cast, round_)
    assert len(client.get(address, headers=officer).json()["dataValues"]) == len(filled())
    assert client.get(address, headers=key(cast.other_teacher, cast.sibling)).json()["dataValues"] == []


def test_packed_bodies(client, cast, round_, key):
    headers, body = key(cast.teacher, cast.school), a_body(cast.school, collaborators="5")
    archive = BytesIO()
    with zipfile.ZipFile(archive, "w") as file:
        file.writestr("values.json", body)
    for packed in (gzip.compress(body), archive.getvalue()):
        assert post(client, f"/api/dataValueSets{CODES}", packed, headers).status_code == 200


BOMB = b"""<?xml version="1.0"?><!DOCTYPE x [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;">]>
<dataValueSet xmlns="http://dhis2.org/schema/dxf/2.0"><dataValue dataElement="&b;" value="1"/></dataValueSet>"""


HOSTILE = [
    (BOMB, "application/xml", 400),
    (b'<!DOCTYPE x SYSTEM "file:///etc/passwd"><x/>', "application/adx+xml", 400),
    (b"<dataValueSet>", "application/xml", 400),
    (b'<?xml version="1.0" encoding="no-such"?><a/>', "application/xml", 400),
    (b"{", "application/json", 400),
    (b"[]", "application/json", 400),
    (b"[" * 200_000, "application/json", 400),
    (b'{"dataValues": [1]}', "application/json", 400),
    (b'{"dataValues": [{"dataElement": {"a": 1}}]}', "application/json", 400),
    (b'{"dataValues": 5}', "application/json", 400),
    (b"1" * 5000, "application/json", 400),
    ("giá trị".encode("utf-16"), "application/json", 400),
    (b"a,b\n1,2\n", "application/csv", 400),
    (b"\xff\xfe", "text/csv", 400),
    (b"\x1f\x8bnothing", "application/json", 400),
    (b"PK\x03\x04nothing", "application/json", 400),
    (b"<adx/>", "application/adx+xml", 400),
    (b"%PDF", "application/vnd.ms-excel", 415),
]  # fmt: skip


def test_hostile_bodies_are_refused_with_a_sentence(client, cast, key):
    headers = key(cast.teacher, cast.school)
    for body, content_type, status in HOSTILE:
        answer = post(client, "/api/dataValueSets", body, headers, content_type)
        assert (answer.status_code, answer.json()["status"]) == (status, "ERROR"), body[:40]
        assert answer.json()["message"]


def test_a_body_that_unpacks_beyond_the_cap_is_refused_while_it_unpacks(client, cast, key):
    bomb = gzip.compress(b" " * (51 * 1024 * 1024), compresslevel=9)
    answer = post(client, "/api/dataValueSets", bomb, key(cast.teacher, cast.school))
    assert (len(bomb) < 60_000, answer.status_code) == (True, 413)
    assert "50" in answer.json()["message"]


def test_a_million_values_are_refused_with_how_to_split(client, cast, key, monkeypatch):
    monkeypatch.setattr("donghanh.api.dhis2.entries.MOST_VALUES", 3)
    body = a_body(cast.school, **{f"x{number}": "1" for number in range(4)})
    answer = post(client, f"/api/dataValueSets{CODES}", body, key(cast.teacher, cast.school))
    assert answer.status_code == 413


SENSELESS = [
    ("dataValueSets", "E2001"),
    (f"dataValueSets?dataSet={FORM}", "E2006"),
    (f"dataValueSets?dataSet={FORM}&orgUnit=dh000000001", "E2002"),
    ("dataValueSets?dataSet=unknown0001&orgUnit=dh000000001&period=2024", "E7600"),
    (f"dataValueSets?dataSet={FORM}&orgUnit=dh000000001&lastUpdatedDuration=x", "E0001"),
    ("dataValueSets?dataSet=x&idScheme=attribute:abc", "E0001"),
    ("organisationUnits?fields=id[", "E7651"),
    ("organisationUnits?fields=a[b[c[d[e[f[g[h]]]]]]]", "E7651"),
    ("organisationUnits?filter=nothing", "E7652"),
    ("organisationUnits?filter=level:between:1", "E7652"),
    ("organisationUnits?filter=password:eq:1", "E7652"),
    ("organisationUnits?filter=level:eq:ba", "E7652"),
    ("organisationUnits?page=-1", "E0001"),
    ("dataApprovals", "E2001"),
]


def test_a_request_that_makes_no_sense_is_refused_with_its_code(client, cast, round_, key):
    headers = key(cast.district_officer, cast.lac_son)
    answers = {address: client.get(f"/api/{address}", headers=headers) for address, _code in SENSELESS}
    assert [(address, one.json()["errorCode"]) for address, one in answers.items()] == SENSELESS
    assert {one.status_code for one in answers.values()} == {409}
    assert all(one.json()["message"] for one in answers.values())


def test_a_key_without_the_scope_writes_nothing(client, cast, round_, key):
    headers = key(cast.teacher, cast.school, Scope.READ_REPORTS)
    answer = post(client, f"/api/dataValueSets{CODES}", a_body(cast.school, collaborators="5"), headers)
    assert (answer.status_code, report_of(cast.school, round_).draft) == (403, {})


def test_force_and_unknown_strategies_are_refused(client, cast, round_, key):
    headers = key(cast.teacher, cast.school)
    for word in ("force=true", "importStrategy=ALL"):
        assert post(client, f"/api/dataValueSets?{word}", b"{}", headers).status_code == 409


def test_single_values(client, cast, round_, key):
    headers, element = key(cast.teacher, cast.school), derived(IdentityKind.ELEMENT, "collaborators")
    one = {"dataElement": element, "period": "NH2024", "orgUnit": uid_of(cast.school.pk), "value": "5"}
    assert post(client, "/api/dataValues", one, headers).status_code == 201
    address = f"/api/dataValues?de={element}&pe=NH2024&ou={uid_of(cast.school.pk)}"
    assert client.get(address, headers=headers).json() == ["5"]
    assert client.delete(address, headers=headers).status_code == 200
    assert client.get(address, headers=headers).status_code == 404


def test_completing_and_taking_back(client, cast, round_, key):
    headers, unit = key(cast.teacher, cast.school), uid_of(cast.school.pk)
    named = {"dataSet": FORM, "period": "NH2024", "organisationUnit": unit}
    body = {"completeDataSetRegistrations": [named]}
    refused = post(client, "/api/completeDataSetRegistrations", body, headers)
    assert (refused.status_code, refused.json()["response"]["conflicts"][0]["errorCode"]) == (409, "DH002")
    post(client, f"/api/dataValueSets{CODES}", a_body(cast.school, **filled()), headers)
    assert post(client, "/api/completeDataSetRegistrations", body, headers).status_code == 200
    assert report_of(cast.school, round_).state == "submitted"
    address = f"/api/completeDataSetRegistrations?dataSet={FORM}&period=NH2024&orgUnit={unit}"
    (found,) = client.get(address, headers=headers).json()["completeDataSetRegistrations"]
    assert found.items() >= {**named, "completed": True, "storedBy": cast.teacher.username}.items()
    away = client.delete(f"/api/completeDataSetRegistrations?ds={FORM}&pe=NH2024&ou={unit}", headers=headers)
    assert (away.status_code, report_of(cast.school, round_).state) == (204, "draft")


def test_a_report_goes_up_its_chain_by_approvals(client, cast, round_, key):
    unit, workflow = uid_of(cast.school.pk), derived(IdentityKind.WORKFLOW, "plan3296")
    address = f"/api/dataApprovals?wf={workflow}&pe=NH2024&ou={unit}"
    officer = key(cast.district_officer, cast.lac_son)
    assert client.get(address, headers=officer).json()["state"] == "UNAPPROVED_WAITING"
    a_sent_report(cast, round_)
    state = client.get(address, headers=officer).json()
    assert (state["state"], state["mayApprove"], state["mayUnapprove"]) == ("UNAPPROVED_READY", True, False)
    assert client.get(address, headers=key(cast.teacher, cast.school)).json()["state"] == "UNAPPROVED_ABOVE"
    assert client.post(address, headers=key(cast.other_district_officer, cast.kim_boi)).status_code == 409
    assert client.post(address, headers=officer).status_code == 204
    accepted = client.get(address, headers=officer).json()
    assert (accepted["state"], accepted["approvedBy"]) == ("ACCEPTED_HERE", cast.district_officer.username)
    assert client.delete(address, headers=officer).status_code == 204
    assert report_of(cast.school, round_).state == "returned"
    nowhere = client.get(f"/api/dataApprovals?ds={FORM}&pe=2020&ou={unit}", headers=officer).json()
    assert nowhere["state"] == "UNAPPROVABLE"


def test_approvals_in_bulk_are_all_or_none(client, cast, round_, key):
    a_sent_report(cast, round_)
    officer = key(cast.district_officer, cast.lac_son)
    units = [uid_of(cast.school.pk), uid_of(cast.preschool.pk)]
    body = {"wf": [FORM], "pe": ["NH2024"], "approvals": [{"ou": unit} for unit in units]}
    assert post(client, "/api/dataApprovals/approvals", body, officer).status_code == 409
    assert report_of(cast.school, round_).state == "submitted"
    body["approvals"] = body["approvals"][:1]
    assert post(client, "/api/dataApprovals/approvals", body, officer).status_code == 204
    address = f"/api/dataApprovals/multiple?wf={FORM}&pe=NH2024&ou={units[0]}&ou={units[1]}"
    states = client.get(address, headers=officer).json()
    assert [one["state"] for one in states] == ["ACCEPTED_HERE", "UNAPPROVED_WAITING"]
    assert post(client, "/api/dataApprovals/unapprovals", body, officer).status_code == 204
    assert report_of(cast.school, round_).state == "returned"


def test_how_many_queries_values_take(client, cast, key):
    """A report more costs six: the draft and its word in the log, each of two steps within a savepoint."""
    schools = [a_school(f"Trường {number}", below=cast.commune, kind="TH&THCS") for number in range(31)]
    an_open_round(cast)
    headers = key(cast.district_officer, cast.lac_son)
    client.get("/api/me", headers=headers)  # the key's first use of the day is noted

    def queries(units):
        entries = [
            one | {"orgUnit": uid_of(unit.pk), "period": "NH2024"}
            for unit in units
            for one in json.loads(a_body(unit, collaborators="5", briefings_held="2"))["dataValues"]
        ]
        with CaptureQueriesContext(connection) as captured:
            answer = post(client, f"/api/dataValueSets{CODES}", {"dataValues": entries}, headers)
        assert answer.json()["response"]["importCount"]["imported"] == 2 * len(units)
        return len(captured)

    assert (queries(schools[:1]), queries(schools[1:])) == (ONE, ONE + 29 * 6)


@settings(max_examples=15, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    staff=st.integers(0, 40),
    flag=st.sampled_from(["true", "false"]),
    text=st.text(st.characters(exclude_categories=("Cs", "Cc", "Cf", "Co", "Cn")), min_size=1, max_size=100),
)
def test_what_goes_out_comes_in_unchanged(client, cast, round_, key, staff, flag, text):
    headers = key(cast.teacher, cast.school) if not hasattr(client, "made") else client.made
    client.made = headers
    Submission.objects.update(draft={}, revision=0, edited={})
    entries = [("collaborators", str(staff)), ("schools_with_outreach", flag), ("team_decision", text)]
    head = {"dataSet": "plan3296", "period": "NH2024", "orgUnit": uid_of(cast.school.pk)}
    values = [{"dataElement": element, "value": value} for element, value in entries]
    post(client, f"/api/dataValueSets{CODES}", {**head, "dataValues": values}, headers)
    before = report_of(cast.school, round_)
    for shape, type_ in (("json", "application/json"), ("xml", "application/xml"), ("csv", "text/csv")):
        address = f"/api/dataValueSets.{shape}?dataSet={FORM}&period=NH2024&orgUnit={uid_of(cast.school.pk)}"
        given_ = client.get(address, headers=headers).content
        again = post(client, f"/api/dataValueSets?dataSet={FORM}", given_, headers, type_).json()["response"]
        assert again["importCount"]["imported"] + again["importCount"]["ignored"] == 0, (shape, again)
    after = report_of(cast.school, round_)
    assert (after.draft, after.revision) == (before.draft, before.revision)

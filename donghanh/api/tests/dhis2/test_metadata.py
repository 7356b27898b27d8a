"""Metadata of a DHIS2 instance in, all or nothing; and ours out."""

from __future__ import annotations

import copy
import json

import pytest

from donghanh.api.models import Identity
from donghanh.questionnaires.models import Form, FormVersion
from donghanh.statistics.models import DataElement, Indicator, ValidationRule

pytestmark = pytest.mark.usefixtures("on_demo_day")
FILE = {
    "system": {"version": "2.42"},
    "categoryOptions": [
        {"id": "cOptFemale1", "name": "Nữ", "code": "F"}, {"id": "cOptMale001", "name": "Nam", "code": "M"},
    ],
    "categories": [
        {"id": "cGender0001", "name": "Giới", "code": "GENDER",
         "categoryOptions": [{"id": "cOptFemale1"}, {"id": "cOptMale001"}]},
    ],
    "categoryCombos": [{"id": "cmbGender01", "name": "Giới", "categories": [{"id": "cGender0001"}]}],
    "categoryOptionCombos": [
        {"id": "cocFemale01", "name": "Nữ", "categoryCombo": {"id": "cmbGender01"},
         "categoryOptions": [{"id": "cOptFemale1"}]},
    ],
    "optionSets": [{"id": "osQuality01", "name": "Chất lượng", "options": [{"id": "optGood0001"}]}],
    "options": [{"id": "optGood0001", "name": "Tốt", "code": "GOOD"}],
    "dataElements": [
        {"id": "dePupils001", "name": "Số học sinh", "code": "PUPILS", "valueType": "INTEGER_ZERO_OR_POSITIVE",
         "aggregationType": "SUM", "categoryCombo": {"id": "cmbGender01"}},
        {"id": "deTeachers1", "name": "Số giáo viên", "valueType": "NUMBER", "aggregationType": "LAST",
         "categoryCombo": {"id": "bjDvmb4bfuf"}},
        {"id": "deQuality01", "name": "Đánh giá", "valueType": "TEXT", "aggregationType": "NONE",
         "optionSet": {"id": "osQuality01"}},
    ],
    "dataSets": [
        {"id": "dsAttendanc", "name": "Sĩ số", "code": "ATT", "periodType": "Monthly",
         "dataSetElements": [{"dataElement": {"id": one}} for one in ("dePupils001", "deTeachers1", "deQuality01")]},
    ],
    "indicatorTypes": [{"id": "itNumber001", "name": "Số", "factor": 1, "number": True}],
    "indicators": [
        {"id": "inPerTeache", "name": "Học sinh trên giáo viên", "shortName": "HS/GV", "decimals": 1,
         "indicatorType": {"id": "itNumber001"}, "numerator": "#{dePupils001.cocFemale01}",
         "denominator": "#{deTeachers1}"},
    ],
}  # fmt: skip


@pytest.fixture
def send(client, cast, key):
    headers = key(cast.department_officer, cast.department)

    def sent(document, query=""):
        content = json.dumps(document).encode()
        return client.post(f"/api/metadata{query}", content, content_type="application/json", headers=headers)

    return sent


def changed(**paths):
    document = copy.deepcopy(FILE)
    for path, value in paths.items():
        kind, place, name = path.split("__")
        document[kind][int(place)][name] = value
    return document


def test_a_file_becomes_a_form_with_its_elements_and_indicators(send, client, cast, key):
    body = send(FILE).json()
    assert (body["status"], body["response"]["responseType"]) == ("OK", "ImportReport")
    definition = FormVersion.objects.get(form__code="att").definition
    assert [cell.code for cell in definition.cells] == ["pupils[F]", "pupils[M]", "so_giao_vien"]
    assert definition.items["danh_gia"].choices
    assert DataElement.objects.get(code="so_giao_vien").aggregation == "LAST"
    indicator = Indicator.objects.get()
    assert (indicator.numerator, indicator.denominator, indicator.factor) == ("pupils[F]", "so_giao_vien", 1)
    headers = key(cast.department_officer, cast.department)
    (found,) = client.get("/api/dataElements?filter=code:eq:PUPILS&fields=id,name", headers=headers).json()[
        "dataElements"
    ]
    assert found == {"id": "dePupils001", "name": "Số học sinh"}
    (again,) = client.get("/api/indicators?fields=id,numerator", headers=headers).json()["indicators"]
    assert again == {"id": "inPerTeache", "numerator": "#{dePupils001.cocFemale01}"}


def test_the_same_file_again_changes_nothing(send):
    send(FILE)
    body = send(FILE).json()
    assert (body["status"], FormVersion.objects.count()) == ("OK", 1)
    elements = next(one for one in body["response"]["typeReports"] if one["klass"].endswith("DataElement"))
    assert elements["stats"] == {"created": 0, "updated": 3, "deleted": 0, "ignored": 0, "total": 3}


def test_validating_writes_nothing(send):
    assert send(FILE, "?importMode=VALIDATE").json()["status"] == "OK"
    assert (Form.objects.count(), Identity.objects.count(), DataElement.objects.count()) == (0, 0, 0)


RULE_OF_NOTHING = {
    "id": "vrule000001", "name": "x", "operator": "equal_to", "leftSide": {"expression": "#{deNowhere01}"},
    "rightSide": {"expression": "1"},
}  # fmt: skip
WRONG = [
    (changed(dataElements__0__categoryCombo={"id": "cmbNowhere1"}), "DataElement", "dePupils001", "E5002",
     "categoryCombo"),
    (changed(dataElements__2__optionSet={"id": "osNowhere01"}), "DataElement", "deQuality01", "E5002", "optionSet"),
    (changed(dataSets__0__dataSetElements=[{"dataElement": {"id": "deNowhere01"}}]), "DataSet", "dsAttendanc",
     "E5002", "dataSetElements"),
    (changed(indicators__0__numerator="#{deNowhere01}"), "Indicator", "inPerTeache", "E5002", "numerator"),
    (changed(indicators__0__denominator="#{dePupils001} +"), "Indicator", "inPerTeache", "E5002", "denominator"),
    (changed(indicators__0__indicatorType={"id": "itNowhere01"}), "Indicator", "inPerTeache", "E5002",
     "indicatorType"),
    (changed(categories__0__categoryOptions=[{"id": "cOptNowhere"}]), "Category", "cGender0001", "E5002",
     "categoryOptions"),
    (changed(dataElements__0__valueType="COORDINATE"), "DataElement", "dePupils001", "E6002", "valueType"),
    (changed(dataElements__0__id="1"), "DataElement", "1", "E4000", "id"),
    (changed(dataElements__1__id="dePupils001"), "DataElement", "dePupils001", "E5003", "id"),
    ({**FILE, "validationRules": [RULE_OF_NOTHING]}, "ValidationRule", "vrule000001", "E5002", "leftSide"),
    (changed(dataElements__0__name=""), "DataElement", "dePupils001", "E4000", "name"),
]  # fmt: skip


def test_what_is_missing_is_named_and_nothing_is_written(send):
    for document, *wanted in WRONG:
        answer = send(document)
        said = [
            [type_["klass"].rpartition(".")[2], one["uid"], fault["errorCode"], fault["errorProperty"]]
            for type_ in answer.json()["response"]["typeReports"]
            for one in type_["objectReports"]
            for fault in one["errorReports"]
        ]
        assert (answer.status_code, wanted in said) == (409, True), (wanted, said)
    assert (Form.objects.count(), Identity.objects.count(), DataElement.objects.count()) == (0, 0, 0)


def test_what_is_no_metadata_is_refused(send):
    wrong = [[], {"dataElements": 5}, {"dataElements": [5]}, {"dataElements": [{}] * 20_001}]
    assert [send(document).status_code for document in wrong] == [400] * 4


def test_kinds_that_have_no_place_here_are_counted(send):
    body = send({**FILE, "programs": [{"id": "x"}]}).json()
    ignored = {one["klass"]: one["stats"]["ignored"] for one in body["response"]["typeReports"] if "message" in one}
    assert (body["status"], ignored) == ("WARNING", {"programs": 1})


RULE = {
    "id": "vrule000001", "name": "Nữ không quá tổng", "operator": "less_than_or_equal_to", "importance": "HIGH",
    "leftSide": {"expression": "#{dePupils001.cocFemale01}", "missingValueStrategy": "NEVER_SKIP"},
    "rightSide": {"expression": "#{dePupils001}", "missingValueStrategy": "SKIP_IF_ANY_VALUE_MISSING"},
}  # fmt: skip


def test_validation_rules_come_in_and_go_out(send, client, cast, key):
    assert send({**FILE, "validationRules": [RULE]}).json()["status"] == "OK"
    rule = ValidationRule.objects.get()
    assert (rule.left, rule.comparison, rule.right, rule.importance) == ("pupils[F]", "<=", "pupils", "high")
    headers = key(cast.department_officer, cast.department)
    (found,) = client.get("/api/validationRules?fields=*", headers=headers).json()["validationRules"]
    assert {name: found[name] for name in RULE} == RULE


def test_what_goes_out_comes_in_elsewhere(send, client, cast, key, round_):
    headers = key(cast.department_officer, cast.department)
    out = client.get("/api/metadata?dataSets=true&dataElements=true", headers=headers).json()
    assert {"system", "dataSets", "dataElements"} == set(out)
    assert {"plan3296"} == {one["code"] for one in out["dataSets"]}
    whole = client.get("/api/metadata", headers=headers).json()
    assert send(whole, "?importMode=VALIDATE").json()["status"] in ("OK", "WARNING")


def test_who_writes_no_forms_brings_in_none(client, cast, key):
    headers = key(cast.teacher, cast.school)
    answer = client.post("/api/metadata", b"{}", content_type="application/json", headers=headers)
    assert answer.status_code == 403

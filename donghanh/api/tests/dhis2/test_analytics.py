"""Figures through the door: every number worked by hand from three reports."""

from __future__ import annotations

import csv
from io import BytesIO, StringIO

import pytest
from python_calamine import CalamineWorkbook

from donghanh.api.dhis2.choices import DEFAULT_UIDS, IdentityKind
from donghanh.api.dhis2.identifiers import derived
from donghanh.organisations.models import uid_of
from donghanh.reporting.figures import lay_out
from donghanh.reporting.tests.factories import AT, an_accepted_report, an_open_round
from donghanh.statistics.actions import define
from laws.world import PLAN

pytestmark = pytest.mark.usefixtures("on_demo_day")
TRAINED, SCOPE = (derived(IdentityKind.ELEMENT, code) for code in ("staff_trained", "staff_in_scope"))
RATE = derived(IdentityKind.INDICATOR, "staff_trained_rate")
FORM = derived(IdentityKind.FORM, "plan3296")
TH, THCS = (derived(IdentityKind.CELL, f"level:{level}") for level in ("TH", "THCS"))


@pytest.fixture
def figures(cast):
    """The school reported 9 + 8 of 10 + 8 trained; preschool, sibling and direct owe theirs."""
    define(PLAN, at=AT)
    round_ = an_open_round(cast)
    an_accepted_report(cast, round_)
    lay_out(collection_id=round_.pk, at=AT)
    return round_


@pytest.fixture
def ask(client, cast, figures, key):
    """ask(query) → the answer, asked by the Department's officer."""
    headers = key(cast.department_officer, cast.department)
    return lambda query, ending="": client.get(f"/api/analytics{ending}?{query}", headers=headers)


@pytest.fixture
def uids(cast):
    return {
        name: uid_of(getattr(cast, name).pk)
        for name in ("department", "lac_son", "kim_boi", "commune", "school", "sibling")
    }


def rows(answer):
    assert answer.status_code == 200, answer.json()
    return [tuple(row) for row in answer.json()["rows"]]


def test_the_exact_shape(ask, uids):
    body = ask(f"dimension=dx:{TRAINED}&dimension=pe:NH2024&dimension=ou:{uids['lac_son']}").json()
    text = {"valueType": "TEXT", "type": "java.lang.String", "hidden": False, "meta": True}
    assert body == {
        "headers": [
            {"name": "dx", "column": "Data", **text},
            {"name": "pe", "column": "Period", **text},
            {"name": "ou", "column": "Organisation unit", **text},
            {"name": "value", "column": "Value", "valueType": "NUMBER", "type": "java.lang.Double", "hidden": False,
             "meta": False},
        ],
        "metaData": {
            "items": {
                TRAINED: {"name": body["metaData"]["items"][TRAINED]["name"]},
                "NH2024": {"name": "Năm học 2024–2025"},
                uids["lac_son"]: {"name": "Phòng GD&ĐT huyện Lạc Sơn"},
                "dx": {"name": "Data"}, "pe": {"name": "Period"}, "ou": {"name": "Organisation unit"},
            },
            "dimensions": {"dx": [TRAINED], "pe": ["NH2024"], "ou": [uids["lac_son"]], "co": []},
        },
        "rows": [[TRAINED, "NH2024", uids["lac_son"], "17"]],
        "width": 4,
        "height": 1,
        "headerWidth": 4,
    }  # fmt: skip


def test_an_indicator_is_a_ratio_of_sums_and_shows_its_parts(ask, uids):
    query = f"dimension=dx:{RATE};{TRAINED}&filter=pe:NH2024&dimension=ou:{uids['department']}&includeNumDen=true"
    assert rows(ask(query)) == [
        (RATE, uids["department"], "94.4", "17.0", "18.0", "100.0", "100", "1"),
        (TRAINED, uids["department"], "17", "", "", "", "", ""),
    ]
    assert rows(ask(f"{query}&skipRounding=true"))[0][2] == "94.4444444444"


def test_reporting_rates(ask, uids):
    words = ("EXPECTED_REPORTS", "ACTUAL_REPORTS", "ACTUAL_REPORTS_ON_TIME", "REPORTING_RATE", "REPORTING_RATE_ON_TIME")
    items = ";".join(f"{FORM}.{word}" for word in words)
    found = rows(ask(f"dimension=dx:{items}&filter=pe:NH2024&filter=ou:{uids['department']}"))
    assert found == list(zip([f"{FORM}.{word}" for word in words], ("4", "1", "1", "25.0", "25.0"), strict=True))


def test_cells_of_an_element(ask, uids):
    tail = f"&filter=pe:NH2024&filter=ou:{uids['school']}"
    assert rows(ask(f"dimension=dx:{TRAINED}.{TH}{tail}")) == [(f"{TRAINED}.{TH}", "9")]
    assert rows(ask(f"dimension=dx:{TRAINED}.*{tail}")) == [(f"{TRAINED}.{TH}", "9"), (f"{TRAINED}.{THCS}", "8")]
    assert rows(ask(f"dimension=dx:{TRAINED}&dimension=co{tail}")) == [(TRAINED, TH, "9"), (TRAINED, THCS, "8")]


def test_units_by_level_group_and_user(ask, uids, cast):
    head = f"dimension=dx:{TRAINED}&filter=pe:NH2024&dimension=ou:"
    assert rows(ask(f"{head}LEVEL-2")) == [(TRAINED, uids["lac_son"], "17")]
    assert rows(ask(f"{head}LEVEL-4;{uids['lac_son']}")) == [(TRAINED, uids["school"], "17")]
    assert rows(ask(f"{head}LEVEL-4;{uids['kim_boi']}")) == []
    group = derived(IdentityKind.GROUP, "kind:TH&THCS")
    assert rows(ask(f"{head}OU_GROUP-{group}")) == [(TRAINED, uids["school"], "17")]
    assert rows(ask(f"{head}USER_ORGUNIT")) == [(TRAINED, uids["department"], "17")]
    assert rows(ask(f"{head}USER_ORGUNIT_CHILDREN")) == [(TRAINED, uids["lac_son"], "17")]
    assert rows(ask(f"{head}USER_ORGUNIT_GRANDCHILDREN")) == [(TRAINED, uids["commune"], "17")]
    assert rows(ask(f"{head}USER_ORGUNIT&userOrgUnit={uids['commune']}")) == [(TRAINED, uids["commune"], "17")]


def test_kinds_of_school_as_a_dimension(ask, uids):
    axis, kind = derived(IdentityKind.GROUP_SET, "kind"), derived(IdentityKind.GROUP, "kind:TH&THCS")
    found = rows(ask(f"dimension=dx:{TRAINED}&dimension={axis}&filter=pe:NH2024&filter=ou:{uids['department']}"))
    assert found == [(TRAINED, kind, "17")]


def test_filters_are_added_up_once(ask, uids):
    """A unit and its own parent in one filter are not counted twice; an indicator's parts are added, not its values."""
    several = f"filter=ou:{uids['lac_son']};{uids['school']};{uids['kim_boi']}"
    found = rows(ask(f"dimension=dx:{TRAINED};{RATE}&filter=pe:NH2024&{several}"))
    assert found == [(TRAINED, "17"), (RATE, "94.4")]


def test_periods_within_a_longer_one_and_by_days(ask, uids):
    tail = f"&filter=ou:{uids['department']}"
    assert rows(ask(f"dimension=dx:{TRAINED}&dimension=pe:THIS_SCHOOL_YEAR{tail}")) == [(TRAINED, "NH2024", "17")]
    assert rows(ask(f"dimension=dx:{TRAINED}&startDate=2024-09-01&endDate=2025-06-30{tail}")) == [(TRAINED, "17")]
    assert rows(ask(f"dimension=dx:{TRAINED}&startDate=2024-09-06&endDate=2025-06-30{tail}")) == []
    late = "&relativePeriodDate=2024-01-01"
    assert ask(f"dimension=dx:{TRAINED}&dimension=pe:THIS_YEAR{tail}{late}").json()["metaData"]["dimensions"]["pe"] == [
        "2024"
    ]


def test_measure_criteria_order_and_output_scheme(ask, uids):
    head = f"dimension=dx:{TRAINED};{SCOPE}&filter=pe:NH2024&filter=ou:{uids['department']}"
    assert rows(ask(f"{head}&measureCriteria=GE:18;LT:50")) == [(SCOPE, "18")]
    assert rows(ask(f"{head}&order=DESC")) == [(SCOPE, "18"), (TRAINED, "17")]
    assert rows(ask(f"{head}&outputIdScheme=CODE")) == [("staff_trained", "17"), ("staff_in_scope", "18")]


def test_hierarchy_and_what_may_be_left_out(ask, uids, cast):
    head = f"dimension=dx:{TRAINED}&filter=pe:NH2024&dimension=ou:{uids['commune']}"
    meta = ask(f"{head}&hierarchyMeta=true&showHierarchy=true").json()["metaData"]
    path = "/".join(uids[name] for name in ("department", "lac_son", "commune"))
    assert meta["ouHierarchy"] == {uids["commune"]: f"/{path}"}
    assert meta["ouNameHierarchy"][uids["commune"]].endswith("/Phòng GD&ĐT huyện Lạc Sơn/Xã Ân Nghĩa")
    assert ask(f"{head}&skipMeta=true").json()["metaData"] == {}
    assert ask(f"{head}&skipData=true").json()["rows"] == []


def test_other_shapes(ask, uids):
    query = f"dimension=dx:{TRAINED};{SCOPE}&dimension=ou:{uids['lac_son']};{uids['school']}&filter=pe:NH2024"
    lines = list(csv.reader(StringIO(ask(query, ".csv").content.decode())))
    assert lines[0] == ["Data", "Organisation unit", "Value"]
    assert lines[1] == [TRAINED, uids["lac_son"], "17"]
    sheet = CalamineWorkbook.from_filelike(BytesIO(ask(query, ".xlsx").content)).get_sheet_by_index(0).to_python()
    assert [TRAINED, uids["lac_son"], 17.0] in sheet
    assert b'<grid width="3" height="4">' in ask(query, ".xml").content
    turned = ask(f"{query}&tableLayout=true&columns=dx&rows=ou").json()
    assert [row[1:] for row in turned["rows"]] == [["17", "18"], ["17", "18"]]
    assert [row[0] for row in turned["rows"]] == ["Phòng GD&ĐT huyện Lạc Sơn", "Trường TH&THCS Ân Nghĩa"]


def test_figures_as_data_values(ask, uids):
    query = f"dimension=dx:{TRAINED}.{TH}&dimension=pe:NH2024&dimension=ou:{uids['school']}"
    (value,) = ask(query, "/dataValueSet").json()["dataValues"]
    assert value == {
        "dataElement": TRAINED, "period": "NH2024", "orgUnit": uids["school"], "categoryOptionCombo": TH,
        "attributeOptionCombo": DEFAULT_UIDS[IdentityKind.CELL], "value": "9", "storedBy": "[aggregated]",
        "comment": "[aggregated]", "followUp": False,
    }  # fmt: skip


def test_small_groups_are_hidden_and_named(ask, uids):
    from donghanh.statistics.models import DataElement

    DataElement.objects.filter(code="staff_trained").update(minimum_group=18)
    body = ask(f"dimension=dx:{TRAINED}&filter=pe:NH2024&dimension=ou:{uids['school']}").json()
    assert (body["rows"], body["metaData"]["suppressed"]) == ([], [f"{TRAINED}.{uids['school']}"])


SENSELESS = [
    ("", "E7101"),
    ("dimension=ou:USER_ORGUNIT", "E7102"),
    ("dimension=dx:{dx}", "E7104"),
    ("dimension=dx:{dx}&dimension=pe:2024&startDate=2024-01-01&endDate=2024-02-01", "E7105"),
    ("dimension=dx:{dx}&startDate=2024-03-01&endDate=2024-02-01", "E7106"),
    ("dimension=dx:{dx}&dimension=dx:{dx}&dimension=pe:2024", "E7111"),
    ("dimension=dx:{dx}&filter=dx:{dx}&dimension=pe:2024", "E7103"),
    ("dimension=dx:unknown0001&dimension=pe:2024", "E7124"),
    ("dimension=dx:DE_GROUP-h9cuJOkOwY2&dimension=pe:2024", "E7124"),
    ("dimension=dx:IN_GROUP-h9cuJOkOwY2&dimension=pe:2024", "E7124"),
    ("dimension=dx:{dx}.unknown0001&dimension=pe:2024", "E7124"),
    ("dimension=dx:{dx}&dimension=pe:LAST_99_MOONS", "E7124"),
    ("dimension=dx:{dx}&dimension=pe:2024&dimension=ou:unknown0001", "E7124"),
    ("dimension=dx:{dx}&dimension=pe:2024&dimension=ou:LEVEL-unknown0001", "E7124"),
    ("dimension=dx:{dx}&dimension=pe:2024&dimension=unknown0001", "E7125"),
    ("dimension=dx:{dx}&dimension=pe:2024&measureCriteria=BIG:10", "E0001"),
    ("dimension=dx:{dx}&dimension=pe:2024&preAggregationMeasureCriteria=GE:1", "E0001"),
    ("dimension=dx:{dx}&dimension=pe:2024&ignoreLimit=true", "E0001"),
    ("dimension=dx:{dx}&dimension=pe:2024&aggregationType=MODE", "E7115"),
    ("dimension=dx:{dx}&dimension=pe:2024&outputIdScheme=ATTRIBUTE:x", "E0001"),
    ("dimension=dx:{dx}&dimension=pe:2024&tableLayout=true&columns=age&rows=ou", "E7126"),
    ("filter=dx:{dx};{other}&dimension=pe:2024", "E7108"),
]


def test_a_question_that_makes_no_sense(ask):
    answers = [(query, ask(query.format(dx=TRAINED, other=SCOPE))) for query, _code in SENSELESS]
    assert [(query, one.json()["errorCode"]) for query, one in answers] == SENSELESS
    assert {one.status_code for _query, one in answers} == {409}


def test_a_billion_cells_are_refused_with_the_size_and_how_to_narrow_it(ask, cast):
    days = ";".join(
        f"{year}{month:02}{day:02}" for year in range(1950, 2025) for month in range(1, 13) for day in range(1, 28)
    )
    cells = [f"{element}.{cell}" for element in (TRAINED, SCOPE) for cell in (TH, THCS)]
    items = ";".join([TRAINED, SCOPE, RATE, *cells])
    answer = ask(f"dimension=dx:{items}&dimension=pe:{days}&dimension=ou:LEVEL-1;LEVEL-2;LEVEL-3;LEVEL-4")
    body = answer.json()
    assert (answer.status_code, body["errorCode"]) == (409, "E7128")
    assert all(size in body["message"] for size in ("680.400", "24.300", "500.000"))
    assert ask(f"dimension=dx:{TRAINED}&dimension=pe:{days}&dimension=ou:LEVEL-4").json()["errorCode"] == "E7128"


def test_nobody_asks_beyond_their_reach(client, cast, figures, key, uids):
    headers = key(cast.other_district_officer, cast.kim_boi)
    query = f"dimension=dx:{TRAINED}&filter=pe:NH2024&dimension=ou:"
    answer = client.get(f"/api/analytics?{query}{uids['lac_son']}", headers=headers)
    assert (answer.status_code, answer.json()["errorCode"]) == (409, "E7120")
    assert client.get(f"/api/analytics?{query}LEVEL-2", headers=headers).json()["metaData"]["dimensions"]["ou"] == [
        uids["kim_boi"]
    ]


def test_another_way_of_aggregation_may_be_asked_for(ask, uids):
    """Of 9 and 8 trained by level: the most and the mean of what one report holds, cell by cell."""
    query = f"dimension=dx:{TRAINED}&filter=pe:NH2024&dimension=ou:{uids['department']}&aggregationType="
    assert rows(ask(query + "MAX")) == [(TRAINED, uids["department"], "9.0")]
    assert rows(ask(query + "AVERAGE")) == [(TRAINED, uids["department"], "8.5")]
    assert rows(ask(query + "COUNT")) == [(TRAINED, uids["department"], "2.0")]

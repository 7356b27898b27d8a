"""DHIS2's own Python client (PyPI: dhis2-client, repository dhis2/dhis2-python-client) against a running server."""

from __future__ import annotations

import json

import pytest
from dhis2_client import DHIS2Client
from dhis2_client.errors import DHIS2HTTPError

from donghanh.api.choices import IdentityKind
from donghanh.api.dhis2.identifiers import derived
from donghanh.api.tests.dhis2.test_taking import a_body
from donghanh.organisations.models import uid_of
from donghanh.people.tests.cast import PASSWORD
from donghanh.reporting.figures import lay_out
from donghanh.reporting.tests.factories import AT, filled, report_of
from donghanh.statistics.actions import define
from laws.world import PLAN

FORM = derived(IdentityKind.FORM, "plan3296")
CODES = {"dataElementIdScheme": "code", "categoryOptionComboIdScheme": "code", "dataSetIdScheme": "code"}


@pytest.mark.usefixtures("on_demo_day")
def test_a_client_library_of_dhis2_drives_a_report_to_its_figures(live_server, cast, round_, key):
    define(PLAN, at=AT)
    school = uid_of(cast.school.pk)
    writer = DHIS2Client(live_server.url, username=cast.teacher.username, password=PASSWORD)
    officer = DHIS2Client(live_server.url, token=key(cast.district_officer, cast.lac_son)["Authorization"])

    assert officer.get_system_info()["version"].startswith("2.42")
    assert writer.get_current_user()["username"] == cast.teacher.username
    listed = list(officer._org_units.list(fields="id,name,level", pageSize=2))
    assert {one["id"] for one in listed} >= {uid_of(unit.pk) for unit in (cast.lac_son, cast.commune, cast.school)}
    assert len(listed) == len({one["id"] for one in listed}) == officer.get("/api/organisationUnits")["pager"]["total"]

    body = json.loads(a_body(cast.school, **filled()))
    sent = writer.post("/api/dataValueSets", params=CODES, json=body)
    assert sent["response"]["importCount"]["imported"] == len(filled())
    values = writer.get_data_value_set({"dataSet": FORM, "period": "NH2024", "orgUnit": school})
    assert len(values["dataValues"]) == len(filled())
    with pytest.raises(DHIS2HTTPError, match="Không có chỉ tiêu này"):
        writer.post_data_value_set({**values, "dataValues": [{"dataElement": "unknown0001", "value": "1"}]})

    named = {"dataSet": FORM, "period": "NH2024", "organisationUnit": school}
    done = writer.post("/api/completeDataSetRegistrations", json={"completeDataSetRegistrations": [named]})
    assert done["response"]["importCount"]["imported"] == 1

    approval = {"wf": FORM, "pe": "NH2024", "ou": school}
    assert officer.get("/api/dataApprovals", params=approval)["state"] == "UNAPPROVED_READY"
    officer.post("/api/dataApprovals", params=approval)
    assert officer.get("/api/dataApprovals", params=approval)["state"] == "ACCEPTED_HERE"
    assert report_of(cast.school, round_).state == "accepted"

    lay_out(collection_id=round_.pk, at=AT)
    rate = derived(IdentityKind.INDICATOR, "staff_trained_rate")
    table = officer.get_analytics_data(
        dx=[rate], pe=["NH2024"], ou=["USER_ORGUNIT"], tableLayout=True, columns="dx", rows="ou"
    )
    assert table["rows"] == [["Phòng GD&ĐT huyện Lạc Sơn", "94.4"]]
    writer.close()
    officer.close()

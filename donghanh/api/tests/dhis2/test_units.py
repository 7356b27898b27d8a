"""The tree and the metadata as a DHIS2 client lists them."""

from __future__ import annotations

import pytest

from donghanh.api.dhis2.choices import IdentityKind
from donghanh.api.dhis2.fields import read_fields, shown
from donghanh.api.dhis2.identifiers import UID, derived
from donghanh.organisations.models import uid_of
from donghanh.reporting.tests.factories import AT
from donghanh.statistics.actions import define
from laws.world import PLAN

pytestmark = pytest.mark.usefixtures("on_demo_day")


@pytest.fixture
def get(client, cast, key):
    headers = key(cast.department_officer, cast.department)
    return lambda address: client.get(f"/api/{address}", headers=headers).json()


def names(body):
    return [one["name"] for one in body["organisationUnits"]]


def test_a_page_of_units(get, cast):
    body = get("organisationUnits?fields=id,name,level&pageSize=3&page=2&order=level:asc")
    pager = body.pop("pager")
    assert (pager["page"], pager["total"], pager["pageSize"], pager["pageCount"]) == (2, 9, 3, 3)
    assert pager["nextPage"].endswith("page=3&order=level%3Aasc")
    assert sorted(one["level"] for one in body["organisationUnits"]) == [2, 3, 3]


def test_every_unit_at_once_with_its_path(get, cast):
    body = get("organisationUnits?paging=false&fields=id,path,parent[id,name]&filter=level:eq:4")
    assert "pager" not in body
    school = next(one for one in body["organisationUnits"] if one["id"] == uid_of(cast.school.pk))
    above = [cast.department, cast.lac_son, cast.commune, cast.school]
    assert school == {
        "id": uid_of(cast.school.pk),
        "path": "/" + "/".join(uid_of(unit.pk) for unit in above),
        "parent": {"id": uid_of(cast.commune.pk), "name": "Xã Ân Nghĩa"},
    }


FILTERS = [
    ("filter=name:ilike:trường thcs", ["Trường THCS Vĩnh Tiến"]),
    ("filter=name:eq:Xã Ân Nghĩa", ["Xã Ân Nghĩa"]),
    ("query=xa an nghia", ["Xã Ân Nghĩa"]),
    ("filter=level:le:2&filter=name:like:Kim", ["Phòng GD&ĐT huyện Kim Bôi"]),
    ("level=3", ["Xã Ân Nghĩa", "Xã Vĩnh Tiến"]),
    ("filter=level:in:[1]&rootJunction=OR&filter=name:like:Xã Ân", ["Sở GD&ĐT Hòa Bình", "Xã Ân Nghĩa"]),
    ("filter=path:like:{lac_son}&filter=level:eq:3", ["Xã Ân Nghĩa"]),
    ("filter=parent.id:eq:{department}&filter=name:like:Phòng",
     ["Phòng GD&ĐT huyện Kim Bôi", "Phòng GD&ĐT huyện Lạc Sơn"]),
    ("filter=id:in:[{commune}]", ["Xã Ân Nghĩa"]),
    ("filter=id:!in:[{commune}]&filter=level:eq:3", ["Xã Vĩnh Tiến"]),
    ("filter=organisationUnitGroups.id:eq:{kind}", ["Trường TH&THCS Ân Nghĩa"]),
]  # fmt: skip


def test_filters(get, cast):
    known = {name: uid_of(getattr(cast, name).pk) for name in ("department", "lac_son", "commune")}
    known["kind"] = derived(IdentityKind.GROUP, "kind:TH&THCS")
    there = [(query, names(get(f"organisationUnits?fields=name&{query.format(**known)}"))) for query, _found in FILTERS]
    assert there == FILTERS


def test_one_unit_and_those_around_it(get, cast):
    uid = uid_of(cast.lac_son.pk)
    one = get(f"organisationUnits/{uid}?fields=id,level,children[name,children[name]]")
    assert one == {
        "id": uid, "level": 2,
        "children": [{"name": "Xã Ân Nghĩa", "children": [
            {"name": "Trường Mầm non Ân Nghĩa"}, {"name": "Trường TH&THCS Ân Nghĩa"},
        ]}],
    }  # fmt: skip
    assert names(get(f"organisationUnits/{uid}?includeChildren=true&fields=name")) == [
        "Phòng GD&ĐT huyện Lạc Sơn", "Xã Ân Nghĩa",
    ]  # fmt: skip
    assert len(names(get(f"organisationUnits/{uid}?includeDescendants=true&fields=name"))) == 4
    assert len(names(get(f"organisationUnits/{uid}?includeAncestors=true&fields=name"))) == 2
    assert len(names(get(f"organisationUnits/{uid}?level=2&fields=name"))) == 2
    assert get("organisationUnits/abcdefghijk")["httpStatusCode"] == 404


def test_nobody_lists_units_beyond_their_reach(client, cast, key):
    headers = key(cast.teacher, cast.school)
    body = client.get("/api/organisationUnits?fields=id", headers=headers).json()
    assert body["organisationUnits"] == [{"id": uid_of(cast.school.pk)}]
    narrow = key(cast.department_officer, cast.lac_son)
    assert client.get("/api/organisationUnits", headers=narrow).json()["pager"]["total"] == 4


def test_a_form_is_a_data_set_with_all_that_belongs_to_it(get, round_):
    define(PLAN, at=AT)
    fields = (
        "id,code,periodType,dataSetElements[dataElement[code,valueType,categoryCombo[code,categoryOptionCombos[code]]]]"
    )
    (data_set,) = get(f"dataSets?fields={fields}&filter=code:eq:plan3296")["dataSets"]
    elements = {one["dataElement"]["code"]: one["dataElement"] for one in data_set["dataSetElements"]}
    assert (data_set["id"], data_set["periodType"]) == (derived(IdentityKind.FORM, "plan3296"), "SchoolYear")
    assert elements["schools_with_outreach"]["valueType"] == "BOOLEAN"
    assert elements["staff_trained"]["categoryCombo"] == {
        "code": "level",
        "categoryOptionCombos": [{"code": f"level:{one}"} for one in ("MN", "TH", "THCS", "THPT", "GDTX", "CĐ")],
    }
    (indicator,) = get("indicators?fields=*&filter=code:eq:staff_trained_rate")["indicators"]
    assert indicator["numerator"] == f"#{{{derived(IdentityKind.ELEMENT, 'staff_trained')}}}"
    assert indicator["indicatorType"] == {"id": derived(IdentityKind.INDICATOR_TYPE, "100")}


KINDS = [
    "dataElements", "categories", "categoryOptions", "categoryCombos", "categoryOptionCombos", "dataSets", "indicators",
    "indicatorTypes", "optionSets", "options", "organisationUnitLevels", "organisationUnitGroups",
    "organisationUnitGroupSets", "dataApprovalWorkflows",
]  # fmt: skip


def test_every_list_opens_and_each_of_its_objects_too(get, round_):
    define(PLAN, at=AT)
    for kind in KINDS:
        found = get(f"{kind}?paging=false")[kind]
        assert all(UID.fullmatch(one["id"]) for one in found)
        assert len({one["id"] for one in found}) == len(found)
        for one in found[:2]:
            assert get(f"{kind}/{one['id']}.json")["id"] == one["id"]


def test_who_one_is_and_what_answers(get, cast):
    me, system = get("me"), get("system/info")
    assert me["organisationUnits"] == [
        {"id": uid_of(cast.department.pk), "name": me["organisationUnits"][0]["name"],
         "displayName": me["organisationUnits"][0]["name"]}
    ]  # fmt: skip
    assert get("me?fields=username") == {"username": cast.department_officer.username}
    assert system["version"].startswith("2.42")
    assert "không phải DHIS2" in system["systemName"]


def test_fields_are_read_as_a_tree():
    one = {"id": "a", "name": "b", "parent": {"id": "c", "name": "d"}, "list": [{"id": "e", "x": 1}]}
    cases = {
        "id": {"id": "a"}, "*,!list": {"id": "a", "name": "b", "parent": {"id": "c"}},
        "parent[name]": {"parent": {"name": "d"}}, "name~rename(n)": {"n": "b"}, "list": {"list": [{"id": "e"}]},
        "parent.name": {"parent": {"name": "d"}}, "list[*]": {"list": [{"id": "e", "x": 1}]}, "nothing": {},
    }  # fmt: skip
    assert {text: shown(one, read_fields(text), lambda _ref: None) for text in cases} == cases

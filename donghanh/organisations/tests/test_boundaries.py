"""Boundaries from GeoJSON: kept whole or not at all; the map and the table that says the same."""

from __future__ import annotations

import json
from datetime import date
from html import unescape

import pytest
from django.core.management import CommandError, call_command

from donghanh.organisations import boundaries, map_views
from donghanh.organisations.choices import CodeScheme, UnitKind
from donghanh.organisations.models import UnitBoundary
from donghanh.organisations.tests.factories import a_commune, a_department, a_school

pytestmark = pytest.mark.django_db
DAY = "2025-06-01"


def square(west: float) -> dict:
    ring = [[west, 20], [west + 1, 20], [west + 1, 21.1234567], [west, 20]]
    return {"type": "Polygon", "coordinates": [ring]}


def feature(code, geometry=None, **more) -> dict:
    return {"type": "Feature", "properties": {"MA": code}, "geometry": geometry or square(105), **more}


@pytest.fixture
def load(tmp_path, capsys):
    def loaded(*features, text: str = "", **more) -> str:
        file = tmp_path / "xa.geojson"
        file.write_text(text or json.dumps({"type": "FeatureCollection", "features": features}))
        call_command("boundaries_load", file, property="MA", on=date(2025, 6, 1), **more)
        return capsys.readouterr().out

    return loaded


@pytest.fixture
def house():
    department = a_department()
    hoa_son = a_commune("Xã Hòa Sơn", below=department, codes={CodeScheme.AREA: "1"})
    tan_pheo = a_commune("Xã Tân Pheo", below=department, codes={CodeScheme.AREA: "2"})
    a_school("Trường A", below=hoa_son, kind=UnitKind.PRESCHOOL)
    a_school("Trường B", below=hoa_son)
    return hoa_son, tan_pheo


def test_each_feature_goes_to_the_unit_with_its_code(house, load):
    said = load(feature("1"), feature("2", square(106)), feature("99"))
    assert said == "2 đơn vị có ranh giới.\n1 mã không có đơn vị: 99\n"
    stored = UnitBoundary.objects.get(unit=house[0])
    assert stored.geometry["coordinates"][0][2] == [106, 21.12346]
    assert stored.source == "xa.geojson"
    load(feature("1", square(107)))
    assert UnitBoundary.objects.count() == 2
    assert UnitBoundary.objects.get(unit=house[0]).geometry["coordinates"][0][0] == [107, 20]


WRONG = [
    ({"text": "x"}, "Tệp không phải là JSON."),
    ({"text": "[" * 100_000}, "Tệp không phải là JSON."),
    ({"text": "{}"}, "Tệp không phải là FeatureCollection của GeoJSON, hoặc không có feature nào."),
    ({"more": [7]}, "Feature 2: thiếu thuộc tính “MA”."),
    ({"more": [feature("1")]}, "Feature 2: thuộc tính “MA” lặp lại."),
    ({"more": [feature("2", {"type": "Circle", "coordinates": [1, 2]})]},
     "Feature 2: hình phải là một trong Point, MultiPoint, Polygon, MultiPolygon."),
    *(
        ({"more": [feature("2", {"type": "Polygon", "coordinates": wrong})]},
         "Feature 2: tọa độ sai. Cần kinh độ, vĩ độ tính bằng độ.")
        for wrong in (
            None, [], [[]], [[[1, 2], [2, 3], [1, 2]]], [[[1, 2], [2, 3], [3, 4], [5, 6]]], [[["1", 2]] * 4],
            [[[600_000, 2_300_000]] * 4], [[[float("nan"), 2]] * 4], [[1, 2, 3, 1]], "x",
        )
    ),
]  # fmt: skip


@pytest.mark.parametrize(("wrong", "sentence"), WRONG)
def test_a_file_that_is_wrong_somewhere_is_refused_whole(house, load, wrong, sentence):
    with pytest.raises(CommandError) as refused:
        load(feature("1"), *wrong.get("more", ()), text=wrong.get("text", ""))
    assert str(refused.value) == sentence
    assert UnitBoundary.objects.count() == 0


@pytest.mark.parametrize(
    ("cap", "sentence"),
    [
        ("MOST_FEATURES", "Tệp có quá 1 feature."),
        ("MOST_POINTS", "Tệp có quá 1 điểm. Hãy làm đơn giản đường ranh giới."),
        ("MOST_BYTES", "Tệp lớn quá 0 MB."),
    ],
)
def test_caps_are_kept(house, load, monkeypatch, cap, sentence):
    monkeypatch.setattr(boundaries, cap, 1)
    with pytest.raises(CommandError, match=sentence):
        load(feature("1"), feature("2"))


def test_codes_of_nobody_are_refused(house, load):
    with pytest.raises(CommandError, match="Không mã nào trong tệp là mã của một đơn vị vào ngày 01/06/2025"):
        load(feature("1"), scheme=CodeScheme.MINISTRY)


def test_the_map_page_says_in_a_table_what_it_draws(house, load, rf):
    load(feature("1"), feature("2", square(106)))
    request = rf.get("/don-vi/ban-do/", {"day": DAY, "kind": "MN"})
    html = " ".join(unescape(map_views.unit_map(request).content.decode()).split())
    assert "Trường mầm non theo địa bàn, ngày 01/06/2025" in html
    cells = [cell.split("<")[0] for cell in html.split('class="dh-num" data-label="Số đơn vị">')[1:]]
    assert cells == ["1", "0"]
    drawn = html.split('<script id="map-data" type="application/json">')[1].split("</script>")[0]
    hoa_son, tan_pheo = house
    assert json.loads(drawn)["values"] == [
        {"unit": str(hoa_son.pk), "name": "Xã Hòa Sơn", "value": 1},
        {"unit": str(tan_pheo.pk), "name": "Xã Tân Pheo", "value": 0},
    ]
    answer = json.loads(map_views.boundaries(rf.get("/", {"day": DAY})).content)
    assert [(one["properties"]["unit"], one["geometry"]["type"]) for one in answer["features"]] == [
        (str(hoa_son.pk), "Polygon"), (str(tan_pheo.pk), "Polygon"),
    ]  # fmt: skip


def test_without_boundaries_the_page_says_how_to_load_them(house, rf):
    html = map_views.unit_map(rf.get("/don-vi/ban-do/")).content.decode()
    assert "manage.py boundaries_load" in html
    assert "organisations/map.js" not in html

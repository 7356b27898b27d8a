"""Open data: what leaves for everyone, and that nothing can be reckoned from it that was kept back."""

from __future__ import annotations

import csv
import io
from dataclasses import dataclass

import jsonschema
import pytest
from django.urls import reverse
from hypothesis import given
from hypothesis import strategies as st

from donghanh.api.models import OpenDataSet
from donghanh.api.publishing import FEWEST, kept_back
from donghanh.api.tests.test_reading import SCHEMA
from donghanh.audit.models import Entry
from donghanh.statistics.queries import Cell

RATE = "indicator:staff_trained_rate"
WORDS = {"title": "Tập huấn", "description": "Theo kế hoạch", "licence": "CC-BY-4.0", "approval": "QĐ 12"}
pytestmark = pytest.mark.usefixtures("on_demo_day")


def published(cast, desk, **changes):
    said = WORDS | {
        "owner": cast.department.pk,
        "indicators": [RATE],
        "periods": ["NH2024"],
        "levels": ["district_office"],
    }
    return desk.post(reverse("api:publishing"), said | changes)


@pytest.fixture
def few(monkeypatch):
    """One school has reported here: for once it may be seen."""
    monkeypatch.setattr("donghanh.api.publishing.FEWEST", 1)


def test_everyone_reads_what_the_department_publishes(cast, with_figures, few, sign_in, client):
    answer = published(cast, sign_in(cast.department_officer))
    made = OpenDataSet.objects.get()
    assert answer.url == reverse("api:open_data_set", args=[made.pk])
    assert made.question["units"] == [cast.department.pk, cast.kim_boi.pk, cast.lac_son.pk]
    assert "Tập huấn" in client.get(reverse("api:open_data")).content.decode()
    page = client.get(answer.url)
    assert [(row.record["name"], row.record["reported"]) for row in page.context["table"].page] == [
        ("Phòng GD&ĐT huyện Kim Bôi", 0), ("Phòng GD&ĐT huyện Lạc Sơn", 1), ("Sở GD&ĐT tỉnh Hoà Bình", 1),
    ]  # fmt: skip
    file = client.get(reverse("api:open_file", args=[made.pk, "csv"]))
    rows = list(csv.DictReader(io.StringIO(file.content.decode())))
    assert [(row["REF_AREA"], row["OBS_STATUS"]) for row in rows] == [
        (str(cast.department.pk), "A"), (str(cast.kim_boi.pk), "O"), (str(cast.lac_son.pk), "A"),
    ]  # fmt: skip
    assert file["Cache-Control"] == "public, max-age=600"
    again = client.get(reverse("api:open_file", args=[made.pk, "csv"]), headers={"If-None-Match": file["ETag"]})
    assert again.status_code == 304
    jsonschema.validate(client.get(reverse("api:open_file", args=[made.pk, "json"])).json(), SCHEMA)
    assert client.get(f"{answer.url}?xuat=xlsx")["Content-Type"].endswith("spreadsheetml.sheet")
    told = client.get(reverse("api:open_description", args=[made.pk])).json()
    assert (told["@type"], told["license"]) == ("Dataset", "https://creativecommons.org/licenses/by/4.0/")
    assert Entry.objects.get(verb="api.published").by_id == cast.department_officer.pk


def test_too_few_units_are_kept_back(cast, with_figures, sign_in, client):
    """One school of the district has reported: neither its district nor the Department tells its figure."""
    published(cast, sign_in(cast.department_officer))
    made = OpenDataSet.objects.get()
    file = client.get(reverse("api:open_file", args=[made.pk, "csv"])).content.decode()
    assert [(row["OBS_VALUE"], row["NUMERATOR"], row["OBS_STATUS"]) for row in csv.DictReader(io.StringIO(file))] == [
        ("", "", "Q"), ("", "", "O"), ("", "", "Q"),
    ]  # fmt: skip


def test_withdrawn_it_is_gone(cast, with_figures, sign_in, client):
    desk = sign_in(cast.department_officer)
    published(cast, desk)
    made = OpenDataSet.objects.get()
    place = reverse("api:withdraw_open_data", args=[made.pk])
    assert sign_in(cast.district_officer).post(place).status_code == 403
    desk.post(place)
    for name in ("open_data_set", "open_description"):
        assert client.get(reverse(f"api:{name}", args=[made.pk])).status_code == 404
    assert client.get(reverse("api:open_file", args=[made.pk, "csv"])).status_code == 404
    assert "Tập huấn" not in client.get(reverse("api:open_data")).content.decode()


@pytest.mark.parametrize(
    "changes", [{"levels": ["TH&THCS"]}, {"indicators": ["element:staff_trained"]}, {"owner": 10**9}]
)
def test_nothing_else_is_published(changes, cast, with_figures, sign_in):
    assert published(cast, sign_in(cast.department_officer), **changes).status_code == 422
    assert not OpenDataSet.objects.exists()


@dataclass
class Tree:
    """A province of districts of communes, each with how many schools reported; some hang directly below."""

    communes: list[list[int]]  # by district
    of_districts: list[int]  # schools directly below each
    direct: int  # schools directly below the province


trees = st.builds(
    lambda districts, direct: Tree([c for c, _ in districts], [d for _, d in districts], direct),
    st.lists(st.tuples(st.lists(st.integers(0, 6), max_size=4), st.integers(0, 4)), min_size=1, max_size=4),
    st.integers(0, 4),
)


@given(trees)
def test_what_is_kept_back_cannot_be_reckoned(tree):
    """Every sum of shown figures that a reader can subtract leaves the schools of at least FEWEST, or none."""
    cells, parents, members = {}, {}, {}
    districts = []
    for number, communes in enumerate(tree.communes):
        district = 10 + number
        members[district] = [100 * district + place for place in range(len(communes))]
        for unit, size in zip(members[district], communes, strict=True):
            cells[unit], parents[unit] = Cell(value=1.0 if size else None, reported=size), district
        total = sum(communes) + tree.of_districts[number]
        cells[district], parents[district] = Cell(value=1.0 if total else None, reported=total), 1
        districts.append(district)
    members[1] = districts
    total = sum(cells[one].reported for one in districts) + tree.direct
    cells[1] = Cell(value=1.0, reported=total)
    kept = kept_back(cells, parents)
    assert all(unit in kept for unit, cell in cells.items() if 0 < cell.reported < FEWEST)
    for head, below in members.items():
        shown = sum(cells[unit].reported for unit in below if unit not in kept)
        left = cells[head].reported - shown
        if head not in kept:
            assert left == 0 or left >= FEWEST
            hidden = [unit for unit in below if unit in kept and cells[unit].reported]
            rest = cells[head].reported - sum(cells[unit].reported for unit in below)
            assert not (len(hidden) == 1 and rest == 0)
        elif shown:
            assert left > 0 or cells[head].reported == 0

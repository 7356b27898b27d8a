"""Open data: what leaves for everyone, and that nothing can be reckoned from it that was kept back."""

from __future__ import annotations

import csv
import io
from dataclasses import dataclass
from itertools import combinations

import numpy as np
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
        ("Phòng GD&ĐT huyện Kim Bôi", 0), ("Phòng GD&ĐT huyện Lạc Sơn", 1), ("Sở GD&ĐT Hòa Bình", 1),
    ]  # fmt: skip
    file = client.get(reverse("api:open_file", args=[made.pk, "csv"]))
    rows = list(csv.DictReader(io.StringIO(file.content.decode())))
    assert [(row["REF_AREA"], row["OBS_STATUS"]) for row in rows] == [
        (str(cast.department.pk), "A"), (str(cast.kim_boi.pk), "O"), (str(cast.lac_son.pk), "A"),
    ]  # fmt: skip
    assert file["Cache-Control"] == "public, max-age=600"
    again = client.get(reverse("api:open_file", args=[made.pk, "csv"]), headers={"If-None-Match": file["ETag"]})
    assert again.status_code == 304
    SCHEMA.validate(client.get(reverse("api:open_file", args=[made.pk, "json"])).json())
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


def parts_of(unit, below, sizes):
    """What a unit's total is made of: its smallest areas, and of each office what hangs directly below it."""
    if not below.get(unit):
        return {unit}
    rest = {-unit} if sizes[unit] > sum(sizes[one] for one in below[unit]) else set()
    return rest.union(*(parts_of(one, below, sizes) for one in below[unit]))


@given(trees)
def test_what_is_kept_back_cannot_be_reckoned(tree):
    """By linear algebra: no sum of shown figures, added and subtracted as one likes, is that of one or two schools."""
    below, sizes = {1: []}, {}
    for number, communes in enumerate(tree.communes):
        district = 10 + number
        below[1].append(district)
        below[district] = [100 * district + place for place in range(len(communes))]
        sizes |= dict(zip(below[district], communes, strict=True))
        sizes[district] = sum(communes) + tree.of_districts[number]
    sizes[1] = sum(sizes[one] for one in below[1]) + tree.direct
    cells = {unit: Cell(value=1.0 if size else None, reported=size) for unit, size in sizes.items()}
    parents = {one: head for head, members in below.items() for one in members}
    kept = kept_back(cells, parents)
    assert all(unit in kept for unit, size in sizes.items() if 0 < size < FEWEST)

    def size_of(part):
        return sizes[part] if part > 0 else sizes[-part] - sum(sizes[one] for one in below[-part])

    parts = [part for part in sorted(parts_of(1, below, sizes)) if size_of(part)]
    if not parts:
        return
    known = [
        [part in parts_of(unit, below, sizes) for part in parts] for unit in sizes if unit not in kept and sizes[unit]
    ]
    known = np.array(known, float).reshape(-1, len(parts))
    rank = np.linalg.matrix_rank(known) if known.size else 0
    for several in (1, 2):
        for few in combinations(range(len(parts)), several):
            if sum(size_of(parts[place]) for place in few) < FEWEST:
                wanted = np.isin(np.arange(len(parts)), few).astype(float)
                assert np.linalg.matrix_rank(np.vstack([known, wanted])) > rank

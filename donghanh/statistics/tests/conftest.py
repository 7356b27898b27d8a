"""A small tree and its figures, told in sentences."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from pathlib import Path

import numpy as np
import pytest
from django.db.backends.postgresql.psycopg_any import DateRange

from donghanh.organisations.models import Lineage, Unit
from donghanh.periods.actions import set_school_year
from donghanh.periods.models import Period
from donghanh.statistics import actions, queries
from donghanh.statistics.models import Indicator, Partition
from donghanh.statistics.rollup import Block, coded

AT = datetime(2025, 6, 16, 9, tzinfo=UTC)
COLUMNS = ("schools_with_outreach", "staff_in_scope", "staff_trained[TH]", "staff_trained[THCS]")
EVER = DateRange(date(2000, 1, 1), None)
LAYOUT = "plan3296/1"

type Cells = tuple[float | None, float | None, float | None, float | None]


def plan3296() -> dict:
    return json.loads((Path(__file__).parents[1] / "data/plan3296.json").read_text())


def school_year(first: int) -> Period:
    return set_school_year(first_day=date(first, 9, 5), last_day=date(first + 1, 5, 31))


def new_units(count: int) -> list[int]:
    units = Unit.objects.bulk_create([Unit(existence=DateRange(date(2000, 1, 1), None)) for _ in range(count)])
    return [unit.pk for unit in units]


def a_block(rows: Mapping[int, tuple[Sequence[float | None], bool, str]], columns: Sequence[str]) -> Block:
    """unit → (cells, reported, kind); all that reported sent in time."""
    reported = np.array([flag for _, flag, _ in rows.values()], np.bool_)
    return Block(
        unit_ids=np.array(list(rows), np.int64),
        groups=[kind for _, _, kind in rows.values()],
        sent=reported,
        on_time=reported,
        reported=reported,
        values=coded(np.array([cells for cells, _, _ in rows.values()], np.float64).reshape(-1, len(columns))),
    )


@dataclass
class School:
    unit: int
    kind: str
    cells: Cells | None = None  # None: has not reported


@dataclass
class Province:
    """Department → two district offices → schools."""

    department: int
    north: int
    south: int
    schools: dict[str, School]
    below: dict[str, int] = field(default_factory=dict)  # school → district office

    def parents(self) -> list[tuple[int, int]]:
        """(unit, the one above), 0 for the Department."""
        offices = [(self.department, 0), (self.north, self.department), (self.south, self.department)]
        return offices + [(school.unit, self.below[name]) for name, school in self.schools.items()]

    def plant(self) -> None:
        """Let the dated tree say so too: the gate reads it."""
        above = dict(self.parents())
        rows = []
        for unit in above:
            place, depth = unit, 0
            while place:
                rows.append(Lineage(ancestor_id=place, descendant_id=unit, depth=depth, valid=EVER))
                place, depth = above[place], depth + 1
        Lineage.objects.bulk_create(rows)

    @property
    def owner(self) -> Unit:
        return Unit.objects.get(pk=self.department)

    def lay_out(
        self,
        period: Period,
        *,
        layout: str = LAYOUT,
        columns: Sequence[str] = COLUMNS,
        parents: Sequence[tuple[int, int]] | None = None,
    ) -> Partition:
        schools = list(self.schools.values())
        return actions.write_partition(
            layout=layout,
            columns=columns,
            period=period,
            owner=self.owner,
            block=a_block(
                {s.unit: (s.cells or (None,) * len(columns), s.cells is not None, s.kind) for s in schools}, columns
            ),
            parents=parents or self.parents(),
            at=AT,
        )


@pytest.fixture
def province(db) -> Province:
    """North: hoa (yes; 8 of 10 trained), lan (yes; 5 of 10), mai (no; 1 of 20). South: sen, tre (neither reported)."""
    department, north, south, *schools = new_units(8)
    named = dict(zip(["hoa", "lan", "mai", "sen", "tre"], schools, strict=True))
    made = Province(
        department,
        north,
        south,
        {
            "hoa": School(named["hoa"], "TH", (1, 10, 8, None)),
            "lan": School(named["lan"], "TH&THCS", (1, 10, 2, 3)),
            "mai": School(named["mai"], "THCS", (0, 20, None, 1)),
            "sen": School(named["sen"], "TH"),
            "tre": School(named["tre"], "MN"),
        },
    )
    made.below = {"hoa": north, "lan": north, "mai": north, "sen": south, "tre": south}
    return made


@pytest.fixture
def period(db) -> Period:
    return school_year(2020)  # its targets are those of 2021


@pytest.fixture
def plan(db) -> dict[str, Indicator]:
    """The plan's three indicators by a short name: outreach, team, trained."""
    actions.define(plan3296(), at=AT)
    outreach, team, trained = queries.indicators()
    return {"outreach": outreach, "team": team, "trained": trained}

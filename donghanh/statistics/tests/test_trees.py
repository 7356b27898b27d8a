"""Who is added up into whom: on a period's day, and on today's tree with history carried along."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest

from donghanh.organisations import actions
from donghanh.organisations.choices import UnitKind
from donghanh.organisations.rules import NewUnit, Portion
from donghanh.organisations.tests.factories import ORDER, a_commune, a_department, a_school
from donghanh.statistics.trees import as_it_is, as_it_was

pytestmark = pytest.mark.django_db
THEN, DAY, TODAY = date(2021, 5, 31), date(2025, 7, 1), date(2025, 9, 1)


def test_each_tree_adds_up_the_reports_of_its_own_day_or_carries_them_to_their_heirs() -> None:
    department = a_department()
    hoa, lan, mai = (a_commune(f"Xã {name}", below=department) for name in ("Hòa", "Lan", "Mai"))
    closed = a_school("Trường A", below=hoa)
    kept = a_school("Trường B", below=lan)
    new = NewUnit("Xã mới", UnitKind.COMMUNE, department.pk)
    merged = actions.merge(sources=[hoa.pk, lan.pk], into=new, on=DAY, **ORDER)
    parts = [Portion(merged.pk, Decimal("0.25")), Portion(mai.pk, Decimal("0.75"))]
    actions.split(source=mai.pk, into=parts, on=TODAY, **ORDER)
    actions.close_unit(unit=closed.pk, on=TODAY, **ORDER)

    was = as_it_was([department.pk, hoa.pk, mai.pk], day=THEN)
    assert sorted(was) == sorted(
        [(department.pk, unit.pk, 1.0) for unit in (department, hoa, lan, mai, closed, kept)]
        + [(hoa.pk, hoa.pk, 1.0), (hoa.pk, closed.pk, 1.0), (mai.pk, mai.pk, 1.0)]
    )
    now = as_it_is([department.pk, merged.pk, mai.pk, hoa.pk], since=THEN, on=TODAY)
    assert {(row[:2]): row[2] for row in now} == {
        **{(department.pk, unit.pk): 1.0 for unit in (department, merged, hoa, lan, mai, closed, kept)},
        **{(merged.pk, unit.pk): 1.0 for unit in (merged, hoa, lan, closed, kept)},
        (merged.pk, mai.pk): 0.25,
        (mai.pk, mai.pk): 0.75,
    }  # Hòa is gone: nothing is added up into it
    assert len(now) == len({row[:2] for row in now})

"""What the database itself refuses, whoever writes."""

from __future__ import annotations

from datetime import date

import pytest
from django.db import IntegrityError
from django.db.backends.postgresql.psycopg_any import DateRange

from donghanh.organisations.choices import CodeScheme, UnitKind
from donghanh.organisations.closure import rebuild
from donghanh.organisations.models import (
    Headcount,
    UnitCode,
    UnitGroup,
    UnitName,
    UnitParent,
    UnitType,
)
from donghanh.organisations.tests.factories import a_department, a_district

pytestmark = pytest.mark.django_db
FIRST_DAY = date(2020, 1, 1)


def test_a_circle_written_behind_the_rules_meets_the_constraint():
    upper = a_department()
    lower = a_district(below=upper)
    UnitParent.objects.create(unit=upper, parent=lower, valid=DateRange(FIRST_DAY, None))
    with pytest.raises(IntegrityError, match="lineage_once_at_a_time"):
        rebuild([upper.pk], on=FIRST_DAY)


@pytest.mark.parametrize(
    ("rows", "values"),
    [
        (UnitName, {"name": "Tên thứ hai"}),
        (UnitType, {"kind": UnitKind.COMMUNE}),
        (UnitCode, {"scheme": CodeScheme.AREA, "code": "151"}),
        (Headcount, {"staff": 1, "learners": 1}),
        (UnitGroup, {"group": "private"}),
    ],
)
def test_the_database_refuses_two_at_once(rows, values):
    unit = a_district(codes={CodeScheme.AREA: "150"}, groups=["private"], headcount=(20, 300))
    with pytest.raises(IntegrityError, match="at_a_time"):
        rows.objects.create(unit=unit, valid=DateRange(FIRST_DAY, None), **values)


def test_the_database_refuses_two_parents_at_once():
    unit = a_district(below=a_department())
    with pytest.raises(IntegrityError, match="unit_one_parent_at_a_time"):
        UnitParent.objects.create(unit=unit, parent=a_department("Sở khác"), valid=DateRange(FIRST_DAY, None))

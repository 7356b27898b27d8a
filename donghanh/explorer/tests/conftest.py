"""Figures of the cast's schools for one school year, of which one school has reported."""

from __future__ import annotations

import json
from datetime import date, datetime
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from donghanh import questionnaires
from donghanh.organisations.queries import kinds, parents_above
from donghanh.questionnaires.actions import load_form
from donghanh.statistics.actions import define, write_partition
from donghanh.statistics.models import Partition
from donghanh.statistics.tests.conftest import a_block, plan3296, school_year

FORM = json.loads((Path(questionnaires.__file__).parent / "data/plan3296.json").read_text())
AT = datetime(2025, 6, 16, 8, 0, tzinfo=ZoneInfo("Asia/Ho_Chi_Minh"))
TODAY = date(2025, 6, 16)
TYPED = {
    "schools_with_outreach": 1, "schools_with_collaborator_team": 1, "staff_in_scope[TH]": 10,
    "staff_in_scope[THCS]": 8, "staff_trained[TH]": 9, "staff_trained[THCS]": 8,
}  # fmt: skip


@pytest.fixture
def figures(cast, on_demo_day) -> Partition:
    """Ân Nghĩa (TH&THCS, Lạc Sơn): outreach yes; 17 of 18 trained, 9 of 10 in TH. The other three have not reported."""
    define(plan3296(), at=AT)
    columns = [cell.code for cell in load_form(FORM, at=AT).definition.cells]
    period = school_year(2024)
    schools = [cast.school.pk, cast.preschool.pk, cast.sibling.pk, cast.direct.pk]
    kind = kinds(schools, on=period.reference_day)
    rows = {
        school: ([TYPED.get(code) if school == cast.school.pk else None for code in columns], school == cast.school.pk,
                 kind[school])
        for school in schools
    }  # fmt: skip
    return write_partition(
        layout="plan3296/1", columns=columns, period=period, owner=cast.department, block=a_block(rows, columns),
        parents=parents_above(schools, on=period.reference_day), at=AT,
    )  # fmt: skip

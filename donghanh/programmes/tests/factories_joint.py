"""Money and coordination plans in sentences; other rooms' tests may use them too."""

from __future__ import annotations

from datetime import date
from typing import Any

from donghanh.collaborators.choices import Agency
from donghanh.organisations.models import Unit
from donghanh.organisations.tests.factories import AT
from donghanh.people.models import Account
from donghanh.people.tests.cast import a_person
from donghanh.programmes import actions_money, actions_partners
from donghanh.programmes.actions_money import Said
from donghanh.programmes.actions_partners import Agreement
from donghanh.programmes.choices import MoneySource, Topic
from donghanh.programmes.models import BudgetLine, CoordinationPlan, Partner, Programme

DAY = date(2025, 3, 3)


def a_budget(unit: Unit, programme: Programme, amount: int, *, by: Account, year: int = 2025) -> BudgetLine:
    entry = actions_money.give_budget(
        unit_id=unit.pk, year=year, source=MoneySource.REGULAR, programme=programme, task=None,
        said=Said(amount, date(year, 3, 3)), by=by, at=AT,
    )  # fmt: skip
    return entry.line


def a_guest(unit: Unit, username: str = "congan", full_name: str = "Bùi Minh Công") -> Account:
    """Somebody of another agency, with the role that lets a plan name them."""
    return a_person(username, full_name, "partner", unit)


def a_coordination_plan(unit: Unit, programme: Programme, *, by: Account, **changes: Any) -> CoordinationPlan:
    said = {
        "name": "Phối hợp bảo đảm an toàn cho học sinh trên mạng", "agreed": "15/KHPH-SGDĐT-CAT",
        "first_day": date(2025, 1, 1), "last_day": date(2025, 12, 31), "topics": [Topic.TRAINING, Topic.CYBER],
    }  # fmt: skip
    return actions_partners.agree(
        unit_id=unit.pk, programme=programme, agreement=Agreement(**said | changes), by=by, at=AT
    )


def an_agency(
    plan: CoordinationPlan, *, by: Account, name: str = "Công an tỉnh", guest: Account | None = None
) -> Partner:
    return actions_partners.add_partner(plan=plan, agency=Agency.POLICE, name=name, account=guest, by=by, at=AT)

"""Generated money of the plan: three years from the Department down to every school, and what schools raise."""

from __future__ import annotations

import random
from datetime import date, datetime
from typing import Final

from django.db.models import F

from donghanh.organisations.choices import UnitKind
from donghanh.organisations.models import Unit
from donghanh.people.choices import DEPARTMENT_OFFICER, DISTRICT_OFFICER, PRINCIPAL
from donghanh.people.models import Account, Membership
from donghanh.programmes.choices import EntryKind, MoneySource
from donghanh.programmes.models import BudgetLine, ClosedYear, MoneyEntry, PlanTask, Programme
from donghanh.programmes.queries_money import receivers

YEARS: Final = (2023, 2024, 2025)
KEEPERS: Final = (DEPARTMENT_OFFICER.code, DISTRICT_OFFICER.code, PRINCIPAL.code)
SCHOOL, OFFICE = 6_000_000, 40_000_000  # đồng a year, before the draw
PURPOSES: Final = ("In tài liệu tuyên truyền", "Tập huấn giáo viên", "Hội thi tìm hiểu luật", "Duy trì trang thông tin")


class Purse:
    """Writes entries in the order in which the database lets them: budget, handed down, bound, paid."""

    def __init__(self, programme: Programme, *, at: datetime) -> None:
        self.programme, self.at, self.draw = programme, at, random.Random(157)
        rows = Membership.objects.filter(role__in=KEEPERS, valid__contains=at.date()).order_by("-pk")
        self.keepers = {row.unit_id: row.account_id for row in rows}
        tasks = PlanTask.objects.filter(plan__programme=programme, dropped="").order_by("-position")
        self.tasks = dict(tasks.values_list("plan__unit", "pk"))  # the first of each unit

    def lines(self, units: list[int], year: int, source: str, *, of_task: bool = False) -> dict[int, BudgetLine]:
        """One line a unit; `of_task`: for its first task, else for the whole plan."""
        made = BudgetLine.objects.bulk_create(
            BudgetLine(
                unit_id=unit, year=year, source=source, programme=self.programme,
                task_id=self.tasks.get(unit) if of_task else None,
            )
            for unit in units
        )  # fmt: skip
        return {line.unit_id: line for line in made}

    def write(self, kind: EntryKind, rows: list[tuple[BudgetLine, int]], on: date, **more: object) -> list[MoneyEntry]:
        """An amount for each line, on one day; `more`: columns for all."""
        return MoneyEntry.objects.bulk_create(
            [self.entry(kind, line, amount, on, **more) for line, amount in rows], batch_size=2000
        )

    def entry(self, kind: EntryKind, line: BudgetLine, amount: int, on: date, **more: object) -> MoneyEntry:
        at = self.at.replace(year=on.year, month=on.month, day=on.day)
        said = {"purpose": PURPOSES[line.unit_id % len(PURPOSES)], "paper": ""} | more
        return MoneyEntry(line=line, kind=kind, amount=amount, on=on, by_id=self.keepers[line.unit_id], at=at, **said)

    def use(self, held: dict[int, tuple[BudgetLine, int]], year: int) -> None:
        """Bind most of it and pay most of that; of the running year less."""
        share = 0.45 if year == YEARS[-1] else 0.97
        bound = [(line, _round(amount * self.draw.uniform(0.6, 1) * share)) for line, amount in held.values()]
        bound = [(line, amount) for line, amount in bound if amount]
        made = self.write(EntryKind.COMMITMENT, bound, date(year, 3, 20), paper=f"05/HĐ-{year}")
        MoneyEntry.objects.bulk_create(
            [
                self.entry(
                    EntryKind.SPENDING, entry.line, _round(entry.amount * self.draw.uniform(0.7, 1)), date(year, 5, 15),
                    paper=f"PC {entry.line.unit_id % 90 + 10}", commitment=entry,
                )
                for entry in made
            ],
            batch_size=2000,
        )  # fmt: skip


def _round(amount: float) -> int:
    """Down to ten thousand đồng."""
    return int(amount // 10_000) * 10_000


def build_money(department: Unit, *, at: datetime) -> None:
    """Given to the Department, handed down to offices and schools, bound, paid; years that are over are closed."""
    programme = Programme.objects.get(code="plan-hoa-binh-2020")
    purse = Purse(programme, at=at)
    day = at.date()
    below = [unit for unit in receivers(department.pk, on=day) if unit.pk in purse.keepers]
    offices = [unit.pk for unit in below if unit.kind == UnitKind.DISTRICT_OFFICE]
    schools = {unit.pk: department.pk for unit in below if unit.kind != UnitKind.DISTRICT_OFFICE}
    for office in offices:
        schools |= {unit.pk: office for unit in receivers(office, on=day) if unit.pk in purse.keepers}
    for year in YEARS:
        _year(purse, department.pk, offices, schools, year)
    past = BudgetLine.objects.filter(year__lt=YEARS[-1]).order_by("year", "unit").values_list("year", "unit").distinct()
    ClosedYear.objects.bulk_create(
        ClosedYear(unit_id=unit, year=year, by_id=purse.keepers[unit], at=at.replace(year=year + 1, month=1, day=31))
        for year, unit in past
    )
    _corrected(at=at)


def _year(purse: Purse, department: int, offices: list[int], schools: dict[int, int], year: int) -> None:
    """From one source down the tree; from the two that schools have themselves, at the schools alone."""
    draw, on = purse.draw, date(year, 1, 20)
    given = {unit: _round(SCHOOL * draw.uniform(0.7, 1.4)) for unit in schools}
    kept = {unit: _round(OFFICE * draw.uniform(0.8, 1.3)) for unit in [department, *offices]}
    passed = {
        office: kept[office] + sum(given[unit] for unit, over in schools.items() if over == office)
        for office in offices
    }
    direct = {unit: given[unit] for unit, over in schools.items() if over == department}
    lines = purse.lines([department, *offices, *schools], year, MoneySource.REGULAR)
    total = kept[department] + sum(passed.values()) + sum(direct.values())
    purse.write(EntryKind.BUDGET, [(lines[department], total)], on, paper=f"QĐ {year % 100}12/QĐ-SGDĐT")
    for receivers_ in (passed | direct, {unit: given[unit] for unit in schools if unit not in direct}):
        MoneyEntry.objects.bulk_create(
            [
                purse.entry(
                    EntryKind.TRANSFER, lines[schools.get(unit, department)], amount, on, to=lines[unit],
                    purpose="Giao dự toán thực hiện kế hoạch", paper=f"QĐ {year % 100}15/QĐ-SGDĐT",
                )
                for unit, amount in receivers_.items()
            ],
            batch_size=2000,
        )  # fmt: skip
    purse.use({unit: (lines[unit], amount) for unit, amount in (kept | given).items()}, year)
    own = purse.lines(list(schools)[::2], year, MoneySource.OWN, of_task=True)
    raised = purse.lines([department, *list(schools)[::5]], year, MoneySource.RAISED, of_task=True)
    shared = purse.lines([department, *offices], year, MoneySource.SHARED, of_task=True)
    for opened in (own, raised, shared):
        held = {unit: (line, _round(SCHOOL * draw.uniform(0.2, 0.8))) for unit, line in opened.items()}
        purse.write(EntryKind.BUDGET, list(held.values()), on, paper=f"QĐ {year % 100}03")
        purse.use(held, year)


def _corrected(*, at: datetime) -> None:
    """The demo's school took back a payment of a closed year, and says why."""
    principal = Account.objects.get(username="ht.demo")
    unit = Membership.objects.get(account=principal).unit_id
    paid = MoneyEntry.objects.filter(line__unit=unit, line__year=YEARS[-2], kind=EntryKind.SPENDING)
    row = paid.annotate(source=F("line__source")).order_by("source", "pk").last()
    if row:
        MoneyEntry.objects.create(
            line=row.line, kind=row.kind, amount=-200_000, commitment=row.commitment, reverses=row,
            purpose=row.purpose, paper=row.paper, reason="Trả lại tiền thừa sau khi đối chiếu chứng từ",
            on=date(YEARS[-1], 1, 24), by=principal, at=at,
        )  # fmt: skip

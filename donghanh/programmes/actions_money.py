"""Every write of money: given, handed down, committed, spent, taken back, a year closed. Nothing is ever edited."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

from django.db import transaction
from django.utils import timezone

from donghanh.audit.actions import record
from donghanh.documents.models import Document
from donghanh.kernel.text import nfc
from donghanh.organisations.models import Unit
from donghanh.people.models import Account
from donghanh.programmes import queries_money as queries
from donghanh.programmes import rules_money as rules
from donghanh.programmes.choices import EntryKind
from donghanh.programmes.models import BudgetLine, ClosedYear, MoneyEntry, PlanTask, Programme


@dataclass(frozen=True)
class Said:
    """What is written of an amount: đồng, the day, what it is for, what it stands on, why where it corrects."""

    amount: int
    on: date
    purpose: str = ""
    paper: str = ""
    document: Document | None = None
    reason: str = ""


@transaction.atomic
def give_budget(
    *,
    unit_id: int,
    year: int,
    source: str,
    programme: Programme,
    task: PlanTask | None,
    said: Said,
    by: Account,
    at: datetime,
) -> MoneyEntry:
    """Money that comes from outside the tree; the unit's line for it is opened where there is none."""
    rules.line_fits(unit_id, year, programme, task).enforce()
    _may_write(unit_id, year, said, by, at)
    line = _line(unit_id, year, source, programme, task)
    return _write(line, EntryKind.BUDGET, said, by=by, at=at)


@transaction.atomic
def hand_down(*, line: BudgetLine, to_unit: int, said: Said, by: Account, at: datetime) -> MoneyEntry:
    """To a unit right below, from the same source, for the same task there. One row: no sum counts it twice."""
    _may_write(line.unit_id, line.year, said, by, at)
    task = queries.task_below(line.task, to_unit)
    rules.year_open(to_unit, line.year, said.reason).enforce()
    to = _line(to_unit, line.year, line.source, line.programme, task)
    _lock(line, to)
    rules.may_hand_down(line, to_unit, queries.sums_of(line), said.amount, on=timezone.localdate(at)).enforce()
    return _write(line, EntryKind.TRANSFER, said, to=to, by=by, at=at)


@transaction.atomic
def commit(*, line: BudgetLine, said: Said, by: Account, at: datetime) -> MoneyEntry:
    """Bind money by a contract or a decision; never more than the line has left."""
    _may_write(line.unit_id, line.year, said, by, at)
    _lock(line)
    rules.may_commit(queries.sums_of(line), said.amount).enforce()
    return _write(line, EntryKind.COMMITMENT, said, by=by, at=at)


@transaction.atomic
def spend(*, line: BudgetLine, commitment: MoneyEntry, said: Said, by: Account, at: datetime) -> MoneyEntry:
    """Pay out of a commitment; never more than it has left."""
    _may_write(line.unit_id, line.year, said, by, at)
    _lock(line)
    rules.may_spend(commitment, line, said.amount).enforce()
    return _write(line, EntryKind.SPENDING, said, commitment=commitment, by=by, at=at)


@transaction.atomic
def reverse(*, entry: MoneyEntry, amount: int | None, on: date, reason: str, by: Account, at: datetime) -> MoneyEntry:
    """Take back what was written, or a part of it (`amount`; None: all that is left), in a row of its own."""
    _lock(entry.line, *([entry.to] if entry.to else []))
    taken = queries.remaining(entry) if amount is None else amount
    said = Said(taken, on, entry.purpose, entry.paper, entry.document, reason)
    rules.may_reverse(entry, max(taken, 1), reason).enforce()
    _may_write(entry.line.unit_id, entry.line.year, said, by, at)
    return _write(
        entry.line, EntryKind(entry.kind), said, to=entry.to, commitment=entry.commitment, reverses=entry, by=by, at=at
    )


@transaction.atomic
def close_year(*, unit: Unit, year: int, by: Account, at: datetime) -> ClosedYear:
    """The year is settled; from now on only corrections with a reason."""
    on = timezone.localdate(at)
    rules.may_keep(by, unit.pk, on=on).enforce()
    lines = BudgetLine.objects.filter(unit=unit, year=year)
    list(lines.select_for_update(of=("self",)).order_by("pk"))  # whoever writes at this moment is waited for
    rules.may_close(unit.pk, year, on=on).enforce()
    row = ClosedYear.objects.create(unit=unit, year=year, by=by, at=at)
    record(verb="programmes.money_year_closed", on=row, by=by.pk, at=at, unit=unit.pk, year=year)
    return row


def _may_write(unit_id: int, year: int, said: Said, by: Account, at: datetime) -> None:
    on = timezone.localdate(at)
    rules.may_keep(by, unit_id, on=on).enforce()
    rules.amount_fits(said.amount).enforce()
    rules.day_fits(year, said.on, on=on).enforce()
    rules.year_open(unit_id, year, said.reason).enforce()


def _line(unit_id: int, year: int, source: str, programme: Programme, task: PlanTask | None) -> BudgetLine:
    line, _made = BudgetLine.objects.get_or_create(
        unit_id=unit_id, year=year, source=source, programme=programme, task=task
    )
    return line


def _lock(*lines: BudgetLine) -> None:
    """In one order everywhere, so that two who hand down to each other's lines never wait for one another."""
    list(BudgetLine.objects.select_for_update().filter(pk__in=[line.pk for line in lines]).order_by("pk"))


def _write(
    line: BudgetLine,
    kind: EntryKind,
    said: Said,
    *,
    to: BudgetLine | None = None,
    commitment: MoneyEntry | None = None,
    reverses: MoneyEntry | None = None,
    by: Account,
    at: datetime,
) -> MoneyEntry:
    row = MoneyEntry.objects.create(
        line=line, kind=kind, amount=-said.amount if reverses else said.amount, to=to, commitment=commitment,
        reverses=reverses, purpose=nfc(said.purpose), paper=nfc(said.paper), document=said.document,
        reason=nfc(said.reason), on=said.on, by=by, at=at,
    )  # fmt: skip
    verb = "programmes.money_reversed" if reverses else "programmes.money_written"
    record(verb=verb, on=row, by=by.pk, at=at, unit=line.unit_id, kind=str(kind), amount=row.amount)
    return row

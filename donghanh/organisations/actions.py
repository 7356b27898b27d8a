"""Events of the tree, one verb a function. Each writes the event, its parts, the dated rows, the closure and the log.

Every action takes `decision` (what ordered it), `on` (the first day it holds), `by` (an account, None for a job) and
`at`; it raises `Refused` with the sentence of its rule and then changes nothing. `signals.units_reformed` follows on
commit.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import date, datetime
from decimal import Decimal
from functools import partial
from typing import Any

from django.db import connection, transaction
from django.db.backends.postgresql.psycopg_any import DateRange
from django.db.models import DateField, F, Func, Manager, Value

from donghanh.audit.actions import record
from donghanh.kernel.text import nfc
from donghanh.organisations import rules
from donghanh.organisations.choices import EventKind, Part
from donghanh.organisations.closure import count_rows, rebuild
from donghanh.organisations.models import (
    DATED_ROWS,
    WRITTEN,
    EventPart,
    EventRow,
    Headcount,
    Unit,
    UnitCode,
    UnitEvent,
    UnitGroup,
    UnitName,
    UnitParent,
    UnitRow,
    UnitType,
)
from donghanh.organisations.rules import NewUnit, Portion
from donghanh.organisations.rules_undo import may_undo
from donghanh.organisations.signals import units_reformed

ONE_EVENT_AT_A_TIME = 7_202_501  # any number of our own, for PostgreSQL's advisory lock
NO_DAY = DateRange(empty=True)
MANY = 100  # units that open together and leave the planner's picture of the tables behind


@transaction.atomic
def open_units(*, new: Sequence[NewUnit], decision: str, on: date, by: int | None, at: datetime) -> list[Unit]:
    """Open many at once, as a register lists them: one event, a few statements. The units, in the same order."""
    _begin(decision)
    rules.may_open(new, on=on).enforce()
    units, rows = _write_units(new, on)
    rebuild([unit.pk for unit in units], on=on)
    parts = [(unit.pk, Part.TARGET) for unit in units]
    _finish(EventKind.OPEN, parts, rows, about=units[0].pk, decision=decision, on=on, by=by, at=at)
    if len(units) >= MANY:
        count_rows()
    return units


def open_unit(*, new: NewUnit, decision: str, on: date, by: int | None, at: datetime) -> Unit:
    """Open one unit."""
    return open_units(new=[new], decision=decision, on=on, by=by, at=at)[0]


@transaction.atomic
def close_unit(*, unit: int, decision: str, on: date, by: int | None, at: datetime) -> UnitEvent:
    """`on` is the first day on which the unit no longer exists."""
    _begin(decision)
    rules.may_close(unit, on=on).enforce()
    rows = _close([unit], on)
    rebuild([unit], on=on)
    return _finish(EventKind.CLOSE, [(unit, Part.SOURCE)], rows, about=unit, decision=decision, on=on, by=by, at=at)


@transaction.atomic
def rename(*, unit: int, name: str, decision: str, on: date, by: int | None, at: datetime) -> UnitEvent:
    """Give the unit another name; it stays the same unit."""
    _begin(decision)
    rules.may_rename(unit, name, on=on).enforce()
    rows = _replace(UnitName, [unit], on, name=nfc(name))
    parts = [(unit, Part.SUBJECT)]
    return _finish(EventKind.RENAME, parts, rows, about=unit, decision=decision, on=on, by=by, at=at)


@transaction.atomic
def change_kind(*, unit: int, kind: str, decision: str, on: date, by: int | None, at: datetime) -> UnitEvent:
    """Make the unit another kind (`UnitKind`): a primary school that now teaches lower secondary too."""
    _begin(decision)
    rules.may_change_kind(unit, kind, on=on).enforce()
    rows = _replace(UnitType, [unit], on, kind=kind)
    parts = [(unit, Part.SUBJECT)]
    return _finish(EventKind.CHANGE_KIND, parts, rows, about=unit, decision=decision, on=on, by=by, at=at)


@transaction.atomic
def recode(*, unit: int, scheme: str, code: str, decision: str, on: date, by: int | None, at: datetime) -> UnitEvent:
    """Give the unit another code, or its first one, in this scheme; its codes in other schemes stay."""
    _begin(decision)
    rules.may_recode(unit, scheme, code, on=on).enforce()
    rows = _replace(UnitCode, [unit], on, among={"scheme": scheme}, code=nfc(code))
    parts = [(unit, Part.SUBJECT)]
    return _finish(EventKind.RECODE, parts, rows, about=unit, decision=decision, on=on, by=by, at=at)


@transaction.atomic
def transfer(*, units: Collection[int], to: int, decision: str, on: date, by: int | None, at: datetime) -> UnitEvent:
    """Units get the parent `to`; all below them comes along. The former parents are the event's sources."""
    _begin(decision)
    units = list(dict.fromkeys(units))
    rules.may_transfer(units, to, on=on).enforce()
    former = UnitParent.objects.filter(unit__in=units, valid__contains=on).exclude(parent=to)
    givers = former.order_by("parent_id").values_list("parent_id", flat=True).distinct()
    parts = [*_parts(Part.SOURCE, givers), (to, Part.TARGET), *_parts(Part.SUBJECT, units)]
    rows = _replace(UnitParent, units, on, parent_id=to)
    rebuild(units, on=on)
    return _finish(EventKind.TRANSFER, parts, rows, about=to, decision=decision, on=on, by=by, at=at)


@transaction.atomic
def merge(
    *, sources: Collection[int], into: int | NewUnit, decision: str, on: date, by: int | None, at: datetime
) -> Unit:
    """Many become one: the sources close, their children move below `into`, which opens if it is new. The one."""
    _begin(decision)
    sources = list(dict.fromkeys(sources))
    rules.may_merge(sources, into, on=on).enforce()
    children = sorted(rules.children_from(sources, on) - set(sources))
    rows = _close(sources, on)
    target, made = _unit_of(into, on)
    rows += made + _replace(UnitParent, children, on, parent_id=target.pk)
    rebuild([*sources, target.pk, *children], on=on)
    parts = [*_parts(Part.SOURCE, sources), (target.pk, Part.TARGET), *_parts(Part.SUBJECT, children)]
    _finish(EventKind.MERGE, parts, rows, about=target.pk, decision=decision, on=on, by=by, at=at)
    return target


@transaction.atomic
def split(*, source: int, into: Sequence[Portion], decision: str, on: date, by: int | None, at: datetime) -> list[Unit]:
    """One becomes many: each portion takes its children and its share of what is counted. The units of the portions."""
    _begin(decision)
    rules.may_split(source, into, on=on).enforce()
    stays = any(portion.unit == source for portion in into)
    rows = _keep(source) if stays else _close([source], on)
    targets: list[Unit] = []
    moved: list[int] = []
    for portion in into:
        target, made = _unit_of(portion.unit, on)
        targets.append(target)
        if target.pk != source:
            rows += made + _replace(UnitParent, portion.children, on, parent_id=target.pk)
            moved += portion.children
    ids = [target.pk for target in targets]
    rebuild({source, *ids, *moved}, on=on)
    parts = [(source, Part.SOURCE), *_parts(Part.TARGET, ids), *_parts(Part.SUBJECT, moved)]
    shares = dict(zip(ids, (portion.share for portion in into), strict=True))
    _finish(EventKind.SPLIT, parts, rows, about=source, shares=shares, decision=decision, on=on, by=by, at=at)
    return targets


@transaction.atomic
def undo(*, event: UnitEvent, reason: str, by: int | None, at: datetime) -> None:
    """Take an event back on which nothing stands: every row it wrote holds again on the days it held before."""
    _wait_for_turn()
    event.refresh_from_db()
    may_undo(event, reason).enforce()
    for table in set(event.rows.order_by().values_list("table", flat=True)):
        for made in (True, False):  # first what it made goes, then what it ended comes back
            _give_back(event, table, made=made)
    tree = event.rows.filter(table__in=("unit", "unitparent")).order_by("unit_id").values_list("unit_id", flat=True)
    rebuild(list(tree.distinct()), on=event.on)
    event.undone_at, event.undone_by, event.undone_reason = at, by, nfc(reason)
    event.save(update_fields=["undone_at", "undone_by", "undone_reason"])
    about = event.parts.order_by("pk").values_list("unit_id", flat=True).first()
    record(verb="organisations.undone", on=event, by=by, at=at, unit=about, reason=event.undone_reason)
    transaction.on_commit(partial(units_reformed.send, sender=UnitEvent, event_ids=[event.pk]))


def _give_back(event: UnitEvent, table: str, *, made: bool) -> None:
    """The rows of one table hold as before the event: those that it made, or those that it ended."""
    name, days = WRITTEN[table]._meta.db_table, "existence" if WRITTEN[table] is Unit else "valid"
    with connection.cursor() as cursor:
        cursor.execute(
            f"UPDATE {name} SET {days} = log.before FROM organisations_eventrow log WHERE log.row = {name}.id"
            ' AND log.event_id = %s AND log."table" = %s AND isempty(log.before) = %s',
            [event.pk, table, made],
        )


def _wait_for_turn() -> None:
    """Two events at once could each be right and together make a circle: one waits for the other."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s)", [ONE_EVENT_AT_A_TIME])


def _begin(decision: str) -> None:
    _wait_for_turn()
    rules.may_record(decision).enforce()


def _parts(part: Part, units: Iterable[int]) -> list[tuple[int, Part]]:
    return [(unit, part) for unit in units]


def _finish(
    kind: EventKind,
    parts: Sequence[tuple[int, Part]],
    rows: Collection[EventRow],
    *,
    about: int,
    decision: str,
    on: date,
    by: int | None,
    at: datetime,
    shares: Mapping[int, Decimal] | None = None,
) -> UnitEvent:
    """Write the event with its parts, its rows and the log; tell on commit. `shares`: of each target of a split."""
    event = UnitEvent.objects.create(kind=kind, on=on, decision=nfc(decision), recorded_at=at, recorded_by=by)
    EventPart.objects.bulk_create(
        EventPart(event=event, unit_id=unit, part=part, share=(shares or {}).get(unit, 1) if part == Part.TARGET else 1)
        for unit, part in parts
    )
    for row in rows:
        row.event = event
    EventRow.objects.bulk_create(rows)
    record(verb=f"organisations.{kind}", on=event, by=by, at=at, unit=about, reason=event.decision, parts=len(parts))
    transaction.on_commit(partial(units_reformed.send, sender=UnitEvent, event_ids=[event.pk]))
    return event


def _unit_of(one: int | NewUnit, on: date) -> tuple[Unit, list[EventRow]]:
    """The unit, opened if it is new, with the rows written for it."""
    if not isinstance(one, NewUnit):
        return Unit.objects.get(pk=one), []
    units, rows = _write_units([one], on)
    return units[0], rows


def _write_units(new: Sequence[NewUnit], on: date) -> tuple[list[Unit], list[EventRow]]:
    """The units with their dated rows; their closure is the caller's."""
    valid = DateRange(on, None)
    units = Unit.objects.bulk_create(Unit(existence=valid, generated=one.generated) for one in new)
    pairs = list(zip(units, new, strict=True))
    rows: dict[type[UnitRow], list[Any]] = {
        UnitName: [UnitName(unit=unit, valid=valid, name=nfc(one.name)) for unit, one in pairs],
        UnitType: [UnitType(unit=unit, valid=valid, kind=one.kind) for unit, one in pairs],
        UnitParent: [UnitParent(unit=u, valid=valid, parent_id=one.parent) for u, one in pairs if one.parent],
        UnitCode: [
            UnitCode(unit=unit, valid=valid, scheme=scheme, code=nfc(code))
            for unit, one in pairs
            for scheme, code in one.codes.items()
        ],
        UnitGroup: [UnitGroup(unit=unit, valid=valid, group=group) for unit, one in pairs for group in set(one.groups)],
        Headcount: [
            Headcount(unit=unit, valid=valid, staff=one.headcount[0], learners=one.headcount[1])
            for unit, one in pairs
            if one.headcount
        ],
    }
    made = [_wrote(unit, unit.pk, before=NO_DAY, after=valid) for unit in units]
    for model, of_model in rows.items():
        made += [_wrote(row, row.unit_id, before=NO_DAY, after=valid) for row in model.objects.bulk_create(of_model)]
    return units, made


def _wrote(row: Unit | UnitRow, unit_id: int, *, before: DateRange, after: DateRange) -> EventRow:
    return EventRow(table=row._meta.model_name or "", row=row.pk, unit_id=unit_id, before=before, after=after)


def _replace(
    model: type[UnitRow],
    unit_ids: Collection[int],
    on: date,
    *,
    among: Mapping[str, str] | None = None,
    **values: object,
) -> list[EventRow]:
    """From the day on each unit's row of `model` (the one `among` names) says `values`, as long as the unit exists."""
    same = among or {}
    ended = _end(model, on, unit__in=unit_ids, **same)
    units = Unit.objects.filter(pk__in=unit_ids).order_by("pk")
    rows: list[Any] = [model(unit=unit, valid=DateRange(on, unit.existence.upper), **same, **values) for unit in units]
    made = model.objects.bulk_create(rows)
    return ended + [_wrote(row, row.unit_id, before=NO_DAY, after=row.valid) for row in made]


def _close(unit_ids: Collection[int], on: date) -> list[EventRow]:
    """The units and everything said of them end on the eve."""
    ended = [one for model in DATED_ROWS for one in _end(model, on, unit__in=unit_ids)]
    units = list(Unit.objects.filter(pk__in=unit_ids).order_by("pk"))
    Unit.objects.filter(pk__in=unit_ids).update(existence=_until("existence", on))
    return ended + [_wrote(one, one.pk, before=one.existence, after=_up_to(one.existence, on)) for one in units]


def _keep(unit_id: int) -> list[EventRow]:
    """The unit goes on, and its row says that the event was here."""
    unit = Unit.objects.get(pk=unit_id)
    return [_wrote(unit, unit.pk, before=unit.existence, after=unit.existence)]


def _end(model: type[UnitRow], on: date, **which: object) -> list[EventRow]:
    """Rows that held on the eve end there; those that would have begun on the day now hold on none."""
    manager: Manager[Any] = model.objects
    rows = list(manager.filter(valid__contains=on, **which).order_by("pk"))
    manager.filter(pk__in=[row.pk for row in rows]).update(valid=_until("valid", on))
    return [_wrote(row, row.unit_id, before=row.valid, after=_up_to(row.valid, on)) for row in rows]


def _up_to(valid: DateRange, on: date) -> DateRange:
    return DateRange(valid.lower, on) if valid.lower < on else NO_DAY


def _until(column: str, on: date) -> Func:
    """The same in SQL, where a range from a day to itself is empty."""
    first_day = Func(F(column), function="lower", output_field=DateField())
    return Func(first_day, Value(on), function="daterange")

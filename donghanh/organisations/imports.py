"""A file of units goes in: first looked at, then applied whole as events in one transaction, or not at all."""

from __future__ import annotations

import hashlib
import json
from collections import defaultdict
from collections.abc import Callable, Iterator, Sequence
from dataclasses import asdict
from datetime import date, datetime
from typing import Any

from django.db import connection, transaction
from django.db.backends.postgresql.psycopg_any import DateRange
from django.utils.translation import gettext as _

from donghanh.audit.actions import record
from donghanh.files.actions import store
from donghanh.files.queries import content_of
from donghanh.kernel.text import nfc
from donghanh.kernel.verdict import Refused
from donghanh.organisations import actions, rules
from donghanh.organisations.choices import ImportState, LineVerdict
from donghanh.organisations.import_checks import Checked, Options, Reach, check_lines, counts_of
from donghanh.organisations.import_files import LONGEST_CELL, read_lines
from donghanh.organisations.models import Headcount, ImportLine, Unit, UnitImport
from donghanh.organisations.rules import NewUnit
from donghanh.organisations.tasks import apply_import

AT_ONCE = 50  # changes that are written while the reader waits; more become a job with a progress bar
TOLD_EVERY = 25  # changes from one sign of progress to the next


@transaction.atomic
def check(
    *,
    content: bytes,
    file_name: str,
    decision: str,
    on: date,
    options: Options,
    reach: Reach | None,
    by: int,
    at: datetime,
) -> UnitImport:
    """Look at a file and keep what it would do; nothing changes in the tree. Raises Unreadable or Refused."""
    rules.may_record(decision).enforce()
    checks = check_lines(read_lines(content, convert=options.convert), on=on, options=options, reach=reach)
    file = store(content=content, name=file_name[:200], content_type="", unit=None, by=by, at=at)
    found = UnitImport.objects.create(
        file=file, on=on, decision=nfc(decision), options=asdict(options), fingerprint=_fingerprint(checks),
        checked_at=at, checked_by=by,
    )  # fmt: skip
    _keep_lines(found, checks)
    return found


def begin(*, unit_import: UnitImport, reach: Reach | None, by: int, at: datetime) -> UnitImport:
    """Apply what was looked at: a few changes at once, many as a job. Raises Refused, and then nothing was written."""
    checks = _look_again(unit_import, reach)
    if _fingerprint(checks) != unit_import.fingerprint:
        _refresh(unit_import, checks, by=by, at=at)
        raise Refused(_("Danh sách đơn vị đã thay đổi từ lúc kiểm tra. Kết quả dưới đây là mới; hãy xem rồi ghi lại."))
    counts = counts_of(checks)
    if counts[LineVerdict.BAD]:
        raise Refused(_("Còn %(bad)s dòng có lỗi nên chưa ghi dòng nào.") % {"bad": counts[LineVerdict.BAD]})
    if not counts[LineVerdict.NEW] + counts[LineVerdict.CHANGED]:
        raise Refused(_("Tệp không khác danh sách đơn vị: không có gì để ghi."))
    waiting = UnitImport.objects.filter(pk=unit_import.pk, state__in=(ImportState.CHECKED, ImportState.REFUSED))
    with transaction.atomic():
        if not waiting.update(state=ImportState.APPLYING, done=0, sentence=""):
            raise Refused(_("Tệp này đã được ghi hoặc đang được ghi."))
        if counts[LineVerdict.NEW] + counts[LineVerdict.CHANGED] > AT_ONCE:
            apply_import.defer(import_id=unit_import.pk, by=by)
        else:
            _apply(unit_import.pk, by=by, at=at, told=lambda _done: None)
    unit_import.refresh_from_db()
    return unit_import


def finish(*, import_id: int, by: int, at: datetime) -> None:
    """The job's part of `begin`: write everything, or leave the sentence why not. Doing it twice does no harm."""
    try:
        with _progress(import_id) as told:
            _apply(import_id, by=by, at=at, told=told)
    except Refused as refused:
        _refuse(import_id, str(refused))
    except Exception:
        _refuse(import_id, _("Phần mềm gặp lỗi và chưa ghi dòng nào. Hãy thử lại."))
        raise


def _refuse(import_id: int, sentence: str) -> None:
    found = UnitImport.objects.filter(pk=import_id, state=ImportState.APPLYING)
    found.update(state=ImportState.REFUSED, sentence=sentence)


class _progress:  # noqa: N801  # used as a word: with _progress(…) as told
    """Says how far a job is over a connection of its own: the job's transaction is seen by nobody until its end."""

    def __init__(self, import_id: int) -> None:
        self.import_id = import_id

    def __enter__(self) -> Callable[[int], None]:
        self.aside = connection.copy()
        return self.tell

    def tell(self, done: int) -> None:
        with self.aside.cursor() as cursor:
            cursor.execute(f"UPDATE {UnitImport._meta.db_table} SET done = %s WHERE id = %s", [done, self.import_id])

    def __exit__(self, *_error: object) -> None:
        self.aside.close()


@transaction.atomic
def _apply(import_id: int, *, by: int, at: datetime, told: Callable[[int], None]) -> None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s)", [actions.ONE_EVENT_AT_A_TIME])
    found = UnitImport.objects.select_related("file").get(pk=import_id)
    if found.state == ImportState.APPLIED:
        return
    checks = _look_again(found, None)
    if _fingerprint(checks) != found.fingerprint:
        raise Refused(_("Danh sách đơn vị đã thay đổi từ lúc kiểm tra. Hãy kiểm tra lại tệp."))
    counts = counts_of(checks)
    order: dict[str, Any] = {"decision": found.decision, "on": found.on, "by": by, "at": at}
    for done, _step in enumerate(_steps(checks, order), 1):
        if done % TOLD_EVERY == 0:
            told(done)
    found.state, found.applied_at, found.done = ImportState.APPLIED, at, sum(counts.values())
    found.save(update_fields=["state", "applied_at", "done"])
    record(
        verb="organisations.imported", on=found, by=by, at=at, reason=found.decision,
        new=counts[LineVerdict.NEW], changed=counts[LineVerdict.CHANGED],
    )  # fmt: skip


def _steps(checks: Sequence[Checked], order: dict[str, Any]) -> Iterator[None]:
    """Write, one step after another: new units from the top down, moves from the top down, then words and numbers."""
    new = [one for one in checks if one.unit is None]
    while new:
        ready = [one for one in new if not isinstance(one.parent, Checked) or one.parent.unit is not None]
        units = actions.open_units(new=[_new_unit(one) for one in ready], **order)
        opened = {id(one) for one in ready}
        for one, unit in zip(ready, units, strict=True):
            one.unit = unit.pk
            yield
        new = [one for one in new if id(one) not in opened]
    changed = [(one, {name for name, _before, _after in one.changes}) for one in checks if one.changes]
    yield from _moves([one for one, fields in changed if "parent" in fields], order)
    for one, fields in changed:
        unit_id = _id_of(one)
        if "name" in fields:
            actions.rename(unit=unit_id, name=one.name, **order)
        if "kind" in fields:
            actions.change_kind(unit=unit_id, kind=one.kind, **order)
        for scheme, code in one.codes.items():
            actions.recode(unit=unit_id, scheme=scheme, code=code, **order)
        yield
    _write_headcounts([one for one, fields in changed if fields & {"staff", "learners"}], order["on"])


def _new_unit(one: Checked) -> NewUnit:
    parent = _id_of(one.parent) if isinstance(one.parent, Checked) else one.parent
    return NewUnit(one.name, one.kind, parent, codes=one.codes, headcount=one.headcount)


def _id_of(one: Checked) -> int:
    """The unit of a line whose unit is known by now."""
    if one.unit is None:
        raise Refused(_("Dòng %(number)s chưa có đơn vị.") % {"number": one.line.number})
    return one.unit


def _moves(moved: Sequence[Checked], order: dict[str, Any]) -> Iterator[None]:
    """Each new parent receives its units in one event; who moves above others moves before them."""
    lines = {one.unit: one for one in moved}

    def rank(one: Checked) -> int:
        steps, upper = 0, one.parent
        while upper is not None and steps <= len(moved):
            upper = _id_of(upper) if isinstance(upper, Checked) else upper
            upper = lines[upper].parent if upper in lines else None
            steps += 1
        return steps

    groups: dict[tuple[int, int], list[int]] = defaultdict(list)
    for one in moved:
        target = _id_of(one.parent) if isinstance(one.parent, Checked) else one.parent
        groups[rank(one), target or 0].append(_id_of(one))
    for (_rank, target), units in sorted(groups.items()):
        actions.transfer(units=units, to=target, **order)
        yield


def _write_headcounts(changed: Sequence[Checked], on: date) -> None:
    """From the day on these units have other numbers of people, as long as they exist."""
    ids = [_id_of(one) for one in changed]
    rows = Headcount.objects.filter(unit__in=ids)
    rows.filter(valid__startswith=on).update(valid=DateRange(empty=True))
    for row in rows.filter(valid__contains=on).order_by("pk"):
        row.valid = DateRange(row.valid.lower, on)
        row.save(update_fields=["valid"])
    lives = {unit.pk: unit.existence.upper for unit in Unit.objects.filter(pk__in=ids).order_by("pk")}
    Headcount.objects.bulk_create(
        Headcount(unit_id=_id_of(one), valid=DateRange(on, lives[_id_of(one)]), staff=staff, learners=learners)
        for one in changed
        if one.headcount
        for staff, learners in [one.headcount]
    )


def _look_again(unit_import: UnitImport, reach: Reach | None) -> list[Checked]:
    options = Options(**unit_import.options)
    with content_of(unit_import.file) as file:
        lines = read_lines(file.read(), convert=options.convert)
    return check_lines(lines, on=unit_import.on, options=options, reach=reach)


@transaction.atomic
def _refresh(unit_import: UnitImport, checks: Sequence[Checked], *, by: int, at: datetime) -> None:
    unit_import.fingerprint, unit_import.checked_at, unit_import.checked_by = _fingerprint(checks), at, by
    unit_import.save(update_fields=["fingerprint", "checked_at", "checked_by"])
    unit_import.lines.all().delete()
    _keep_lines(unit_import, checks)


def _keep_lines(unit_import: UnitImport, checks: Sequence[Checked]) -> None:
    ImportLine.objects.bulk_create(
        [
            ImportLine(
                unit_import=unit_import, number=one.line.number, verdict=one.verdict, name=one.name[:LONGEST_CELL],
                unit_id_found=one.unit, faults=one.line.faults, notes=one.line.notes, changes=one.changes,
                cells={name: cell[:LONGEST_CELL] for name, cell in one.line.cells.items()},
            )
            for one in checks
        ],
        batch_size=1000,
    )  # fmt: skip


def _fingerprint(checks: Sequence[Checked]) -> str:
    """Of what the file would do: two looks at an unchanged tree have the same, whatever the reader's language."""
    said = [
        [
            one.line.number, one.verdict, one.unit, one.name, one.kind, one.codes, one.headcount,
            one.parent.line.number if isinstance(one.parent, Checked) else one.parent,
            sorted(name for name, _before, _after in one.changes), sorted(one.line.faults),
        ]
        for one in checks
    ]  # fmt: skip
    return hashlib.sha256(json.dumps(said).encode()).hexdigest()

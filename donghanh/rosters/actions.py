"""Rosters coming in, slips going out."""

from __future__ import annotations

import logging
from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime, timedelta
from functools import partial

from django.db import connection, transaction
from django.utils.translation import gettext as _

from donghanh.audit.actions import record
from donghanh.kernel.rows import everything, reader
from donghanh.kernel.text import nfc
from donghanh.kernel.verdict import Refused, no
from donghanh.organisations.models import Unit
from donghanh.people.actions import hand_out_passwords
from donghanh.people.models import Account
from donghanh.periods.models import Period
from donghanh.rosters import applying, oneroster, queries, sheet, staging, tasks, uploads
from donghanh.rosters.choices import ImportState
from donghanh.rosters.lines import Line, Refusal
from donghanh.rosters.models import Learner, RosterImport, RosterLine, Slip
from donghanh.rosters.rules import may_manage, may_print_slips, may_write
from donghanh.rosters.words import easy_password

log = logging.getLogger(__name__)
KEPT = timedelta(days=7)  # a roster that nobody wrote
ONE_AT_A_TIME = 733_001  # advisory lock: two files written at once could open one learner twice


@transaction.atomic
def receive(
    *, name: str, chunks: Iterable[bytes], unit_id: int, school_year: Period, whole: bool, by: Account, at: datetime
) -> RosterImport:
    """Take a roster file in and have it checked; `whole`: who is not in it has left (a OneRoster says so itself)."""
    may_manage(by, unit_id, on=at.date()).enforce()
    roster = RosterImport.objects.create(
        unit_id=unit_id, school_year=school_year, by=by, at=at, name=nfc(name)[-120:], whole=whole
    )
    uploads.keep(roster.pk, chunks)
    record(verb="rosters.received", on=roster, by=by.pk, at=at, unit=unit_id)
    transaction.on_commit(partial(tasks.check_roster.defer, roster_id=roster.pk))
    return roster


def check(*, roster_id: int, at: datetime) -> None:
    """Read the file, lay its lines down, find out what each would do. Nothing but the import's own rows is written."""
    with everything():
        roster = RosterImport.objects.select_related("school_year").get(pk=roster_id)
        if roster.state != ImportState.CHECKING:
            return
        RosterLine.objects.filter(roster=roster).delete()  # of a worker that died
    try:
        with uploads.place_of(roster_id).open("rb") as file:
            today = at.date()
            known = queries.known_to(roster, today=today)
            if roster.name.lower().endswith(".zip"):
                archive = oneroster.Archive(file, known)
                roster.whole = archive.whole
                total = staging.lay_down(roster, archive.lines())
                schools = {unit for unit in archive.schools.values() if unit}
            else:
                own = queries.only_school(roster.unit_id, on=today)
                total, schools = staging.lay_down(roster, _any(sheet.read(file, known, own_school=own))), set[int]()
        with everything():
            roster.done = roster.total = total
            roster.schools = sorted(schools | queries.schools_of_lines(roster))
            staging.put_together(roster, today=today)
            roster.schools = sorted(schools | queries.schools_of_lines(roster))
            roster.counts = staging.compare(roster, today=today)
            roster.state = ImportState.CHECKED
            roster.save()
    except Refusal as refusal:
        _give_up(roster, str(refusal))
    except FileNotFoundError:
        _give_up(roster, _("Tệp tải lên không còn. Hãy tải lên lại."))
    except Exception as error:  # noqa: BLE001  # its text quotes rows of children: it goes nowhere
        log.error("roster %s was not checked: %s", roster_id, type(error).__name__)  # noqa: TRY400  # the same
        _give_up(roster, _("Phần mềm không kiểm tra được danh sách này. Hãy thử lại hoặc báo người quản trị."))
    uploads.forget(roster_id)


def _any(lines: Iterator[Line]) -> Iterator[Line]:
    """The lines; a table with headings alone is refused."""
    empty = True
    for line in lines:
        empty = False
        yield line
    if empty:
        raise Refusal(_("Tệp không có học sinh nào dưới dòng tiêu đề."))


def _give_up(roster: RosterImport, sentence: str) -> None:
    with everything():
        RosterLine.objects.filter(roster=roster).delete()
        RosterImport.objects.filter(pk=roster.pk).update(state=ImportState.FAILED, problem=sentence)


@transaction.atomic
def ask_to_write(*, roster: RosterImport, by: Account, at: datetime) -> None:
    """Have a checked roster written."""
    locked = RosterImport.objects.select_for_update().get(pk=roster.pk)
    may_write(locked, by, on=at.date()).enforce()
    RosterImport.objects.filter(pk=roster.pk).update(state=ImportState.APPLYING)
    record(verb="rosters.asked_to_write", on=roster, by=by.pk, at=at, unit=roster.unit_id)
    transaction.on_commit(partial(tasks.write_roster.defer, roster_id=roster.pk))


def write_down(*, roster_id: int, at: datetime) -> None:
    """Write the roster whole, in one transaction; if anything has changed so that a line is bad now, nothing at all."""
    try:
        with everything():
            with connection.cursor() as cursor:
                cursor.execute("SELECT pg_advisory_xact_lock(%s)", [ONE_AT_A_TIME])
            roster = (
                RosterImport.objects.select_for_update(of=("self",))
                .select_related("school_year", "by")
                .get(pk=roster_id)
            )
            if roster.state != ImportState.APPLYING:
                return
            roster.counts = staging.compare(roster, today=at.date())
            if roster.bad:
                no(_("Dữ liệu đã thay đổi sau khi kiểm tra. Hãy tải tệp lên lại.")).enforce()
            applying.write(roster, today=at.date(), at=at)
            RosterLine.objects.filter(roster=roster).delete()
            roster.state, roster.applied_at = ImportState.APPLIED, at
            roster.save()
            record(verb="rosters.written", on=roster, by=roster.by_id, at=at, unit=roster.unit_id, **roster.counts)
    except Refused as refused:
        _give_up(RosterImport(pk=roster_id), str(refused))
    except Exception as error:  # noqa: BLE001  # its text quotes rows of children: it goes nowhere
        log.error("roster %s was not written: %s", roster_id, type(error).__name__)  # noqa: TRY400  # the same
        _give_up(RosterImport(pk=roster_id), _("Phần mềm không ghi được danh sách này và chưa ghi gì. Hãy thử lại."))


@transaction.atomic
def drop(*, roster: RosterImport, by: Account, at: datetime) -> None:
    """Forget a roster that waits: its lines are deleted at once."""
    may_manage(by, roster.unit_id, on=at.date()).enforce()
    locked = RosterImport.objects.select_for_update().get(pk=roster.pk)
    if locked.state not in (ImportState.CHECKED, ImportState.FAILED):
        raise Refused(_("Danh sách này không còn ở bước chờ ghi."))
    RosterLine.objects.filter(roster=roster).delete()
    RosterImport.objects.filter(pk=roster.pk).update(state=ImportState.DROPPED)
    uploads.forget(roster.pk)
    record(verb="rosters.dropped", on=roster, by=by.pk, at=at, unit=roster.unit_id)


def forget_old(*, at: datetime) -> None:
    """Lines and files of rosters that nobody wrote within a week are deleted."""
    waiting = (ImportState.CHECKING, ImportState.CHECKED, ImportState.FAILED)
    with everything():
        old = list(RosterImport.objects.filter(at__lt=at - KEPT, state__in=waiting).order_by("pk"))
        RosterLine.objects.filter(roster__in=old).delete()
        RosterImport.objects.filter(pk__in=[roster.pk for roster in old]).update(state=ImportState.DROPPED)
    for roster in old:
        uploads.forget(roster.pk)


@transaction.atomic
def print_slips(*, learners: Sequence[Learner], by: Account, at: datetime) -> list[tuple[Learner, str]]:
    """A fresh first password for each learner: the only time it can be read. Slips printed before hold no more."""
    may_print_slips(by, learners, on=at.date()).enforce()
    passwords = {learner.account: easy_password() for learner in learners}
    hand_out_passwords(passwords=passwords)
    in_force = Slip.objects.filter(learner__in=learners, used_at=None, replaced_at=None)
    in_force.update(replaced_at=at)
    slips = Slip.objects.bulk_create(
        Slip(learner=learner, unit_id=learner.unit_id, printed_by=by, printed_at=at) for learner in learners
    )
    for slip in slips:
        record(verb="rosters.slip_printed", on=slip, by=by.pk, at=at, unit=slip.unit_id, learner=slip.learner_id)
    return [(learner, passwords[learner.account]) for learner in learners]


def note_sign_in(*, account_id: int, at: datetime) -> None:
    """Whoever signs in with a slip has used it."""
    with reader(account=account_id, day=at.date()):
        Slip.objects.filter(learner=account_id, used_at=None, replaced_at=None).update(used_at=at)


def note_export(*, unit_ids: Sequence[int], kind: str, learners: int, by: Account, at: datetime) -> None:
    """Names of children left the house: who took them out, for which directory, how many."""
    for unit in Unit.objects.filter(pk__in=unit_ids).order_by("pk"):
        record(verb="rosters.handed_out", on=unit, by=by.pk, at=at, unit=unit.pk, kind=kind, learners=learners)

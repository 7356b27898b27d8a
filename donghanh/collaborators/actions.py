"""Every write to rosters, groups and minutes. `by` must keep the unit's collaborators on the day of `at`."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime, timedelta

from django.db import transaction
from django.db.backends.postgresql.psycopg_any import DateRange
from django.utils import timezone

from donghanh.audit.actions import record
from donghanh.collaborators.models import Collaborator, GroupMember, Meeting, WorkingGroup
from donghanh.collaborators.rules import (
    Faults,
    Service,
    Somebody,
    Term,
    collaborator_faults,
    end_faults,
    group_faults,
    may_manage,
    meeting_faults,
    member_faults,
)
from donghanh.kernel.text import nfc
from donghanh.kernel.verdict import verdict_of
from donghanh.organisations.models import Unit
from donghanh.people.models import Account


def _enforce(by: Account, unit_id: int, at: datetime, faults: Faults) -> None:
    may_manage(by, unit_id, on=timezone.localdate(at)).enforce()
    verdict_of(faults).enforce()


@transaction.atomic
def enrol(*, unit: Unit, service: Service, by: Account, at: datetime) -> Collaborator:
    """Enter a collaborator of a unit for a term; Refused with the first fault."""
    _enforce(by, unit.pk, at, collaborator_faults(unit, service))
    row = Collaborator.objects.create(
        unit=unit,
        account=service.who.account,
        full_name=service.who.full_name,
        agency_name=service.who.agency_name,
        category=service.category,
        duties=sorted(set(service.duties)),
        decision=nfc(service.decision),
        valid=service.term.days,
    )
    record(verb="collaborators.enrolled", on=row, by=by.pk, at=at, unit=unit.pk, category=service.category)
    return row


@transaction.atomic
def end_service(*, collaborator: Collaborator, last_day: date, by: Account, at: datetime) -> Collaborator:
    """The collaborator's last day becomes `last_day`; the row stays."""
    _enforce(by, collaborator.unit_id, at, end_faults(collaborator, last_day))
    _end(collaborator, last_day)
    record(verb="collaborators.service_ended", on=collaborator, by=by.pk, at=at, unit=collaborator.unit_id)
    return collaborator


@transaction.atomic
def set_up_group(
    *, unit: Unit, name: str, decision: str, decided_on: date, term: Term, by: Account, at: datetime
) -> WorkingGroup:
    """A working group as its decision states it; members come one by one."""
    name, decision = nfc(name), nfc(decision)
    _enforce(by, unit.pk, at, group_faults(unit, name, decision, decided_on, term))
    group = WorkingGroup.objects.create(unit=unit, name=name, decision=decision, decided_on=decided_on, valid=term.days)
    record(verb="collaborators.group_set_up", on=group, by=by.pk, at=at, unit=unit.pk)
    return group


@transaction.atomic
def end_group(*, group: WorkingGroup, last_day: date, by: Account, at: datetime) -> WorkingGroup:
    """The group's last day becomes `last_day`, and that of every member who would stay longer."""
    _enforce(by, group.unit_id, at, end_faults(group, last_day))
    staying = group.members.filter(valid__overlap=DateRange(last_day + timedelta(days=1), None)).order_by("pk")
    for member in staying:
        verdict_of(end_faults(member, last_day)).enforce()
        _end(member, last_day)
    _end(group, last_day)
    record(verb="collaborators.group_ended", on=group, by=by.pk, at=at, unit=group.unit_id, members=len(staying))
    return group


@transaction.atomic
def add_member(
    *, group: WorkingGroup, who: Somebody, agency: str, role: str, term: Term, by: Account, at: datetime
) -> GroupMember:
    """Let somebody join a group; without a last day until the group's own."""
    term = Term(term.first_day, term.last_day or group.last_day)
    _enforce(by, group.unit_id, at, member_faults(group, who, role, term))
    member = GroupMember.objects.create(
        group=group,
        account=who.account,
        full_name=who.full_name,
        agency_name=who.agency_name,
        agency=agency,
        role=role,
        valid=term.days,
    )
    record(verb="collaborators.member_added", on=member, by=by.pk, at=at, unit=group.unit_id, role=role)
    return member


@transaction.atomic
def end_membership(*, member: GroupMember, last_day: date, by: Account, at: datetime) -> GroupMember:
    """The member leaves the group after `last_day`."""
    _enforce(by, member.group.unit_id, at, end_faults(member, last_day))
    _end(member, last_day)
    record(verb="collaborators.member_left", on=member, by=by.pk, at=at, unit=member.group.unit_id)
    return member


@transaction.atomic
def record_meeting(
    *,
    group: WorkingGroup,
    day: date,
    place: str,
    agenda: str,
    conclusions: str,
    attended: Sequence[GroupMember],
    meeting: Meeting | None = None,
    by: Account,
    at: datetime,
) -> Meeting:
    """Write a meeting, or write `meeting` anew; who came were members on its day."""
    _enforce(by, group.unit_id, at, meeting_faults(group, day, list(attended), meeting))
    row = meeting or Meeting(group=group)
    row.day, row.place, row.agenda, row.conclusions = day, nfc(place), agenda.strip(), conclusions.strip()
    row.recorded_by, row.recorded_at = by, at
    row.save()
    row.attended.set(attended)
    record(verb="collaborators.meeting_recorded", on=row, by=by.pk, at=at, unit=group.unit_id, present=len(attended))
    return row


def _end(row: Collaborator | GroupMember | WorkingGroup, last_day: date) -> None:
    row.valid = DateRange(row.first_day, last_day + timedelta(days=1))
    row.save(update_fields=["valid"])

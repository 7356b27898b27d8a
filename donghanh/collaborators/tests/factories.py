"""Collaborators and groups in sentences; other rooms' tests may use them too."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from donghanh.collaborators import actions
from donghanh.collaborators.choices import Agency, Category, GroupRole
from donghanh.collaborators.models import Collaborator, GroupMember, Meeting, WorkingGroup
from donghanh.collaborators.rules import Service, Somebody, Term
from donghanh.organisations.models import Unit
from donghanh.organisations.tests.factories import AT
from donghanh.people.models import Account

SINCE = date(2024, 9, 5)
POLICE = Somebody(full_name="Bùi Văn Ấn", agency_name="Công an xã Ân Nghĩa")
WOMEN = Somebody(full_name="Quách Thị Én", agency_name="Hội phụ nữ xã Ân Nghĩa")


def a_collaborator(
    unit: Unit, who: Somebody, *, by: Account, category: str = Category.LOCAL_AGENCY, since: date = SINCE,
    until: date | None = None, at: datetime = AT, **more: Any,
) -> Collaborator:  # fmt: skip
    service = Service(who, category, Term(since, until), **more)
    return actions.enrol(unit=unit, service=service, by=by, at=at)


def a_group(unit: Unit, *, by: Account, name: str = "Tổ công tác học sinh trên mạng", **term: Any) -> WorkingGroup:
    return actions.set_up_group(
        unit=unit, name=name, decision="12/QĐ-THCS", decided_on=SINCE, term=Term(term.pop("since", SINCE), **term),
        by=by, at=AT,
    )  # fmt: skip


def a_member(
    group: WorkingGroup, who: Somebody, *, by: Account, agency: str = Agency.POLICE, role: str = GroupRole.MEMBER,
    since: date = SINCE, until: date | None = None,
) -> GroupMember:  # fmt: skip
    return actions.add_member(group=group, who=who, agency=agency, role=role, term=Term(since, until), by=by, at=AT)


def a_meeting(
    group: WorkingGroup, attended: list[GroupMember], *, by: Account, day: date = date(2025, 3, 3)
) -> Meeting:
    return actions.record_meeting(
        group=group, day=day, place="Phòng họp nhà trường", agenda="Kế hoạch tháng 3", attended=attended,
        conclusions="Cô Dung soạn tài liệu, xong trước 15/3.", by=by, at=AT,
    )  # fmt: skip

"""Who is in which group of units, from which day: dated rows, the decision in the log. The tree does not change."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator
from datetime import date, datetime

from django.db import transaction
from django.db.backends.postgresql.psycopg_any import DateRange
from django.db.models import QuerySet
from django.utils.translation import gettext as _

from donghanh.audit.actions import record
from donghanh.kernel.text import fold, nfc
from donghanh.kernel.verdict import YES, Refused, Verdict, no
from donghanh.organisations import rules
from donghanh.organisations.choices import GROUPS_OF_SET, KINDS_OF_GROUP, ONE_AT_A_TIME, GroupSet
from donghanh.organisations.import_checks import Reach
from donghanh.organisations.models import OwnGroup, Unit, UnitGroup
from donghanh.organisations.queries import called, group_named

NAME_LENGTH: int = OwnGroup._meta.get_field("name").max_length or 0
STATED_SETS = (GroupSet.OWNERSHIP, GroupSet.AREA_TYPE, GroupSet.BOARDING, GroupSet.OWN)


@transaction.atomic
def make_group(*, name: str, group_set: str, by: int, at: datetime) -> OwnGroup:
    """A group of an office's own. Its code comes from its name once and stays, whatever it is called later."""
    may_make(name, group_set).enforce()
    plain = re.sub(r"[^a-z0-9]+", "-", fold(name)).strip("-")[:30]
    code = next(code for code in _codes_like(f"own-{plain}") if not OwnGroup.objects.filter(code=code).exists())
    group = OwnGroup.objects.create(code=code, name=nfc(name), group_set=group_set)
    record(verb="organisations.group_made", on=group, by=by, at=at)
    return group


def _codes_like(code: str) -> Iterator[str]:
    yield code
    yield from (f"{code}-{number}" for number in range(2, 10_000))


def may_make(name: str, group_set: str) -> Verdict:
    if group_set not in STATED_SETS:
        return no(_("Nhóm theo loại hình và cấp học tự sinh ra từ loại hình của đơn vị, không đặt thêm được."))
    if not nfc(name) or len(nfc(name)) > NAME_LENGTH:
        return no(_("Tên nhóm phải có từ 1 đến %(most)s ký tự.") % {"most": NAME_LENGTH})
    taken = {fold(one.name) for one in OwnGroup.objects.order_by("pk")}
    if fold(name) in taken:
        return no(_("Đã có nhóm tên “%(name)s”.") % {"name": nfc(name)})
    return YES


def may_reach(units: Collection[int], reach: Reach) -> Verdict:
    """A person changes groups of units of their own area only."""
    return no(_("Có đơn vị ngoài phạm vi quản lý của thầy cô.")) if set(units) - reach(units) else YES


@transaction.atomic
def put_in(*, group: str, units: Collection[int], decision: str, on: date, by: int, at: datetime) -> int:
    """The units are in the group from the day on; in a set of which a unit has one group, they leave the others.

    The answer: how many were not in it before. Raises Refused, and then nothing changes.
    """
    rules.may_record(decision).enforce()
    _may_change(group, units, on)
    inside = set(_members(group, on).filter(unit__in=units).values_list("unit", flat=True))
    entering = [unit for unit in dict.fromkeys(units) if unit not in inside]
    for other in others_of(group):
        _end(other, entering, on)
    lives = {unit.pk: unit.existence.upper for unit in Unit.objects.filter(pk__in=entering).order_by("pk")}
    UnitGroup.objects.bulk_create(
        UnitGroup(unit_id=unit, group=group, valid=DateRange(on, lives[unit])) for unit in entering
    )
    _log("organisations.group_joined", group, entering, decision, by, at)
    return len(entering)


@transaction.atomic
def take_out(*, group: str, units: Collection[int], decision: str, on: date, by: int, at: datetime) -> int:
    """From the day on the units are no longer in the group. How many left it."""
    rules.may_record(decision).enforce()
    _may_change(group, units, on)
    inside = list(_members(group, on).filter(unit__in=units).order_by("unit").values_list("unit", flat=True))
    if not inside:
        raise Refused(_("Các đơn vị này không thuộc nhóm vào ngày %(on)s.") % {"on": f"{on:%d/%m/%Y}"})
    _end(group, inside, on)
    _log("organisations.group_left", group, inside, decision, by, at)
    return len(inside)


def others_of(group: str) -> list[str]:
    """Groups that a unit leaves when it enters this one."""
    found = group_named(group)
    if found is None or found.group_set not in ONE_AT_A_TIME:
        return []
    own = OwnGroup.objects.filter(group_set=found.group_set).order_by("pk").values_list("code", flat=True)
    return [code for code in (*GROUPS_OF_SET.get(found.group_set, ()), *own) if code != group]


def _may_change(group: str, units: Collection[int], on: date) -> None:
    if group in KINDS_OF_GROUP:
        raise Refused(_("Nhóm này tự sinh ra từ loại hình của đơn vị. Hãy ghi biến động đổi loại hình."))
    if group_named(group) is None:
        raise Refused(_("Không có nhóm “%(group)s”.") % {"group": group})
    if not units:
        raise Refused(_("Chưa chọn đơn vị nào."))
    there = set(Unit.objects.filter(pk__in=units, existence__contains=on).order_by("pk").values_list("pk", flat=True))
    for unit in sorted(set(units) - there):
        said = {"name": called([unit], on=on).get(unit, unit), "on": f"{on:%d/%m/%Y}"}
        raise Refused(_("“%(name)s” không hoạt động vào ngày %(on)s.") % said)
    rivals = [group, *others_of(group)]
    later = UnitGroup.objects.filter(unit__in=units, group__in=rivals, valid__startswith__gt=on).order_by("pk").first()
    if later:
        said = {"name": called([later.unit_id], on=on)[later.unit_id], "later": f"{later.valid.lower:%d/%m/%Y}"}
        raise Refused(_("Nhóm của “%(name)s” đã ghi từ ngày %(later)s. Hãy chọn ngày muộn hơn.") % said)


def _members(group: str, on: date) -> QuerySet[UnitGroup]:
    return UnitGroup.objects.filter(group=group, valid__contains=on)


def _end(group: str, units: Collection[int], on: date) -> None:
    """Rows that held on the eve end there; those that would have begun on the day hold on none."""
    for row in _members(group, on).filter(unit__in=units).order_by("pk"):
        row.valid = DateRange(row.valid.lower, on) if row.valid.lower < on else DateRange(empty=True)
        row.save(update_fields=["valid"])


def _log(verb: str, group: str, units: Collection[int], decision: str, by: int, at: datetime) -> None:
    """A row of the log for each unit: it is the unit's matter."""
    for unit in Unit.objects.filter(pk__in=units).order_by("pk"):
        record(verb=verb, on=unit, by=by, at=at, unit=unit.pk, reason=nfc(decision), group=group)

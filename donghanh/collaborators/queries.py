from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Collection
from datetime import date
from typing import Any

from django.db.models import Count, F, Func, OuterRef, QuerySet, Subquery, TextField, Value
from django.db.models.functions import Coalesce, Concat

from donghanh.collaborators.choices import GroupRole, Term
from donghanh.collaborators.models import Collaborator, GroupMember, Meeting, WorkingGroup
from donghanh.organisations.models import Unit, UnitName
from donghanh.organisations.queries import units_on
from donghanh.people.choices import Right
from donghanh.people.models import Account
from donghanh.people.queries import units_reached


def units_managed(account: Account, *, on: date) -> QuerySet[Unit]:
    """Units of that day whose roster and groups the account keeps, as `units_on` gives them."""
    return units_on(on).filter(pk__in=units_reached(account, Right.MANAGE_COLLABORATORS, on=on))


def roster(
    account: Account, *, on: date, category: str = "", term: str = Term.NOW, unit_id: int | None = None
) -> QuerySet[Any]:
    """Collaborators of the units that the account keeps, by name; `term`: as of the day (`Term`).

    Rows carry `name`, `name_sort`, `unit_name`, `unit_sort` and `found_by`, in which search looks.
    """
    rows = Collaborator.objects.filter(unit__in=units_reached(account, Right.MANAGE_COLLABORATORS, on=on))
    rows = _in_term(rows, term, on)
    if category:
        rows = rows.filter(category=category)
    if unit_id is not None:
        rows = rows.filter(unit=unit_id)
    named = _named(_with_unit(rows, on=on))
    agency = Func(F("agency_name"), function="dh_fold", output_field=TextField())
    found_by = Concat("name_folded", Value(" · "), "unit_folded", Value(" · "), agency, output_field=TextField())
    lines: QuerySet[Any] = named.annotate(found_by=found_by)
    return lines.order_by("name_sort", "pk")


def groups(account: Account, *, on: date, term: str = Term.ALL, unit_id: int | None = None) -> QuerySet[Any]:
    """Working groups of the units that the account keeps, newest term first.

    Rows carry `unit_name`, `unit_sort`, `chair` (the name on that day, None without one), `meetings_held`, `found_by`.
    """
    rows = WorkingGroup.objects.filter(unit__in=units_reached(account, Right.MANAGE_COLLABORATORS, on=on))
    if unit_id is not None:
        rows = rows.filter(unit=unit_id)
    chairs = _named(GroupMember.objects.filter(group=OuterRef("pk"), role=GroupRole.CHAIR, valid__contains=on))
    lines: QuerySet[Any] = _with_unit(_in_term(rows, term, on), on=on).annotate(
        chair=Subquery(chairs.order_by("pk").values("name")[:1]),
        meetings_held=Count("meetings", distinct=True),
        found_by=Concat("name_folded", Value(" · "), "unit_folded", output_field=TextField()),
    )
    return lines.order_by("-valid", "pk")


def accounts_named_by(unit_id: int, *, on: date) -> set[int]:
    """Accounts that the unit itself names that day: its collaborators, and the members of its working groups."""
    serving = Collaborator.objects.filter(unit=unit_id, account__isnull=False, valid__contains=on)
    sitting = GroupMember.objects.filter(group__unit=unit_id, account__isnull=False, valid__contains=on)
    rows = [*serving.order_by("pk").values_list("account"), *sitting.order_by("pk").values_list("account")]
    return {account for (account,) in rows}


def members(group: WorkingGroup, *, on: date | None = None) -> QuerySet[Any]:
    """Members with `name`, the chair first; of one day, or all who ever were."""
    rows = group.members.all() if on is None else group.members.filter(valid__contains=on)
    return _named(rows).order_by("-valid", "role", "name_sort", "pk")


def members_visible_to(account: Account, *, on: date) -> QuerySet[Any]:
    """Members, past ones too, of the groups that the account keeps."""
    reached = units_reached(account, Right.MANAGE_COLLABORATORS, on=on)
    return _named(GroupMember.objects.filter(group__unit__in=reached)).select_related("group")


def meetings_visible_to(account: Account, *, on: date) -> QuerySet[Meeting]:
    """Meetings of the groups that the account keeps, newest first."""
    reached = units_reached(account, Right.MANAGE_COLLABORATORS, on=on)
    return Meeting.objects.filter(group__unit__in=reached).select_related("group").order_by("-day", "pk")


def meetings(group: WorkingGroup) -> QuerySet[Any]:
    """Meetings of one group, newest first, with `present`: how many members came."""
    return group.meetings.annotate(present=Count("attended")).order_by("-day", "pk")


def collaborator_counts(unit_ids: Collection[int], *, on: date) -> dict[int, Counter[str]]:
    """For each unit how many collaborators it has of each category that day (indicator A2); a unit without: empty."""
    rows = Collaborator.objects.filter(unit__in=unit_ids, valid__contains=on).order_by("unit", "category")
    found: dict[int, Counter[str]] = defaultdict(Counter)
    for unit_id, category, number in rows.values_list("unit", "category").annotate(number=Count("pk")):
        found[unit_id][category] = number
    return {unit_id: found[unit_id] for unit_id in unit_ids}


def units_with_team(unit_ids: Collection[int], *, on: date) -> set[int]:
    """Which of the units have a collaborator or a working group that day: the numerator of indicator A2."""
    serving = Collaborator.objects.filter(unit__in=unit_ids, valid__contains=on).values_list("unit", flat=True)
    grouped = WorkingGroup.objects.filter(unit__in=unit_ids, valid__contains=on).values_list("unit", flat=True)
    return {*serving.order_by("unit"), *grouped.order_by("unit")}


def unit_lines(account: Account, *, on: date) -> QuerySet[Any]:
    """Units that the account keeps, with `collaborators` and `groups` of that day and `name_folded`."""
    serving = Collaborator.objects.filter(unit=OuterRef("pk"), valid__contains=on).order_by()
    grouped = WorkingGroup.objects.filter(unit=OuterRef("pk"), valid__contains=on).order_by()
    name = UnitName.objects.filter(unit=OuterRef("pk"), valid__contains=on).order_by("pk")
    lines: QuerySet[Any] = units_managed(account, on=on).annotate(
        serving=Coalesce(Subquery(serving.values("unit").annotate(n=Count("pk")).values("n")), 0),
        grouped=Coalesce(Subquery(grouped.values("unit").annotate(n=Count("pk")).values("n")), 0),
        found_by=Subquery(name.values("name_folded")[:1]),
    )
    return lines


def _in_term[Row: (Collaborator, WorkingGroup)](rows: QuerySet[Row], term: str, on: date) -> QuerySet[Row]:
    if term == Term.NOW:
        return rows.filter(valid__contains=on)
    return rows.filter(valid__fully_lt=(on, None)) if term == Term.PAST else rows


def _with_unit(rows: QuerySet[Any], *, on: date) -> QuerySet[Any]:
    """With the unit's last name until that day."""
    name = UnitName.objects.filter(unit=OuterRef("unit"), valid__startswith__lte=on).order_by("-valid")
    lines: QuerySet[Any] = rows.annotate(
        unit_name=Subquery(name.values("name")[:1]),
        unit_sort=Subquery(name.values("name_sort")[:1]),
        unit_folded=Subquery(name.values("name_folded")[:1]),
    )
    return lines


def _named(rows: QuerySet[Any]) -> QuerySet[Any]:
    """With the account's name, or the outsider's own."""
    lines: QuerySet[Any] = rows.annotate(
        name=Coalesce("account__full_name", "full_name", output_field=TextField()),
        name_sort=Coalesce("account__full_name_sort", "full_name_sort", output_field=TextField()),
        name_folded=Coalesce("account__full_name_folded", "full_name_folded", output_field=TextField()),
    )
    return lines

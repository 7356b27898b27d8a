"""Every read of the dated tree. `on` is the day asked about; nothing here knows today."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

from django.db.models import Count, F, FilteredRelation, OuterRef, Prefetch, Q, QuerySet, Subquery

from donghanh.kernel.text import fold, nfc
from donghanh.organisations.choices import (
    EVENTS_BETWEEN_UNITS,
    GROUPS_OF_SET,
    KINDS_OF_GROUP,
    OFFICE_KINDS,
    EducationLevel,
    GroupSet,
    Part,
    UnitKind,
)
from donghanh.organisations.models import (
    EventPart,
    Headcount,
    Lineage,
    OwnGroup,
    Unit,
    UnitCode,
    UnitEvent,
    UnitGroup,
    UnitName,
    UnitParent,
    UnitType,
)


def units_on(day: date) -> QuerySet[Unit]:
    """Units that existed on `day`, each with `name`, `name_sort`, `kind`, `parent_id_on` of that day, by name."""

    def of_that_day(rows: str) -> FilteredRelation:
        return FilteredRelation(rows, condition=Q(**{f"{rows}__valid__contains": day}))

    units: QuerySet[Any] = Unit.objects.filter(existence__contains=day)
    rows = units.annotate(
        name_row=of_that_day("names"), type_row=of_that_day("types"), parent_row=of_that_day("parents")
    )
    as_they_were: QuerySet[Unit] = rows.order_by("name_row__name_sort", "pk").annotate(
        name=F("name_row__name"),
        name_sort=F("name_row__name_sort"),
        kind=F("type_row__kind"),
        parent_id_on=F("parent_row__parent_id"),
    )
    return as_they_were


def descendants(unit_id: int, *, on: date) -> QuerySet[Unit]:
    """The unit itself and every unit below it on that day, as `units_on` gives them."""
    return units_on(on).filter(above__ancestor=unit_id, above__valid__contains=on)


def descendant_ids(unit_id: int, *, on: date) -> list[int]:
    """Ids of `descendants`, in no order: one index scan."""
    below = Lineage.objects.filter(ancestor=unit_id, valid__contains=on).order_by()
    return list(below.values_list("descendant_id", flat=True))


def children(unit_id: int, *, on: date) -> QuerySet[Unit]:
    """Units directly below, as `units_on` gives them."""
    return units_on(on).filter(parents__parent=unit_id, parents__valid__contains=on)


def ancestors(unit_id: int, *, on: date) -> list[Unit]:
    """Units above, nearest first, as `units_on` gives them."""
    above = units_on(on).filter(below__descendant=unit_id, below__valid__contains=on, below__depth__gt=0)
    return list(above.order_by("below__depth"))


def lineage_pairs(unit_ids: Iterable[int], *, on: date) -> list[tuple[int, int]]:
    """(ancestor, descendant) for each of the units and everything above it that day, (u, u) included."""
    rows = Lineage.objects.filter(descendant__in=list(unit_ids), valid__contains=on)
    return list(rows.order_by("descendant_id", "depth").values_list("ancestor_id", "descendant_id"))


def reviewer_of(unit_ids: Iterable[int], *, on: date) -> dict[int, int]:
    """For each unit the nearest office above it that reviews reports; a unit without one is left out."""
    rows = Lineage.objects.filter(
        descendant__in=list(unit_ids),
        depth__gt=0,
        valid__contains=on,
        ancestor__types__kind__in=OFFICE_KINDS,
        ancestor__types__valid__contains=on,
    )
    farthest_first = rows.order_by("-depth").values_list("descendant_id", "ancestor_id")
    return dict(farthest_first)  # a nearer office overwrites a farther one


def named(unit_ids: Iterable[int], *, on: date) -> dict[int, str]:
    """Names on that day; a unit that did not exist then is left out."""
    rows = UnitName.objects.filter(unit__in=list(unit_ids), valid__contains=on)
    return dict(rows.order_by("name_sort").values_list("unit_id", "name"))


def name_of(unit_id: int, *, on: date) -> str:
    """The unit's name on that day; UnitName.DoesNotExist if it did not exist then."""
    return UnitName.objects.get(unit=unit_id, valid__contains=on).name


def kinds(unit_ids: Iterable[int], *, on: date) -> dict[int, str]:
    """Kinds on that day (`UnitKind` values); a unit that did not exist then is left out."""
    rows = UnitType.objects.filter(unit__in=list(unit_ids), valid__contains=on)
    return dict(rows.order_by("unit_id").values_list("unit_id", "kind"))


def codes(unit_ids: Iterable[int], *, on: date) -> dict[int, str]:
    """One code a unit on that day: the area's, else the Department's, the ministry's, our own; without one: none."""
    rows = UnitCode.objects.filter(unit__in=list(unit_ids), valid__contains=on)
    return dict(rows.order_by("-scheme").values_list("unit_id", "code"))  # the last one stays


def headcount(unit_id: int, *, on: date) -> Headcount | None:
    """Staff and learners as the register stated them for that day."""
    return Headcount.objects.filter(unit=unit_id, valid__contains=on).order_by("id").first()


def search(text: str, *, on: date) -> QuerySet[Unit]:
    """Units of that day whose name holds every word of `text`, tone marks ignored, or whose code is `text`. "": all."""
    units = units_on(on)
    words = fold(text).split()
    if not words:
        return units
    names, bearers = UnitName.objects.filter(valid__contains=on), UnitCode.objects.filter(valid__contains=on)
    for word in words:
        names = names.filter(name_folded__contains=word)
    coded = bearers.filter(code__in=(nfc(text), nfc(text).upper()))
    return units.filter(pk__in=names.order_by().values("unit").union(coded.order_by().values("unit")))


def register(text: str = "", kinds: Collection[str] = (), *, group: str = "", on: date) -> QuerySet[Any]:
    """The lines of the register: `search`, of these kinds (none: of all), of this group ("": all units), each with
    `parent_name` and `code` beside.
    """
    units: QuerySet[Any] = search(text, on=on)
    if group:
        units = units.filter(pk__in=units_in_group(group, on=on).order_by().values("pk"))
    return with_parent_and_code(units.filter(kind__in=kinds) if kinds else units, on=on)


@dataclass(frozen=True)
class NamedGroup:
    """A group of units: of a kind, of a school level, or one that offices state."""

    code: str
    name: str
    group_set: str  # GroupSet


def groups() -> list[NamedGroup]:
    """Every group there is, set by set; those that offices made stand last in their set."""
    derived = [NamedGroup(f"kind:{kind}", str(kind.label), GroupSet.KIND) for kind in UnitKind]
    derived += [NamedGroup(f"level:{level}", str(level.label), GroupSet.LEVEL) for level in EducationLevel]
    stated = [NamedGroup(one, str(one.label), of_set) for of_set, known in GROUPS_OF_SET.items() for one in known]
    own = [NamedGroup(one.code, one.name, one.group_set) for one in OwnGroup.objects.order_by("name", "pk")]
    order = list(GroupSet.values)
    return sorted([*derived, *stated, *own], key=lambda one: order.index(one.group_set))


def group_named(code: str) -> NamedGroup | None:
    """The group with this code."""
    return next((one for one in groups() if one.code == code), None)


def units_in_group(code: str, *, on: date) -> QuerySet[Unit]:
    """Units that were in the group on that day, as `units_on` gives them; of no such group: none."""
    units: QuerySet[Any] = units_on(on)
    if code in KINDS_OF_GROUP:
        return units.filter(kind__in=KINDS_OF_GROUP[code])
    members = UnitGroup.objects.filter(group=code, valid__contains=on).order_by()
    return units.filter(pk__in=members.values("unit"))


def count_in_groups(*, on: date) -> dict[str, int]:
    """How many units were in each group on that day; groups without any are left out. Two queries."""
    by_kind = count_by_kind(on=on)
    counts = {code: sum(by_kind.get(kind, 0) for kind in kinds) for code, kinds in KINDS_OF_GROUP.items()}
    rows = UnitGroup.objects.filter(valid__contains=on).order_by("group").values("group").annotate(units=Count("pk"))
    counts |= {row["group"]: row["units"] for row in rows}
    return {code: units for code, units in counts.items() if units}


def with_parent_and_code(units: QuerySet[Any], *, on: date) -> QuerySet[Any]:
    """Rows of `units_on` with `parent_name` and `code` (as in `codes`) of that day, None where there is none."""
    parent = UnitName.objects.filter(unit=OuterRef("parent_id_on"), valid__contains=on).order_by("pk")
    codes_of_it = UnitCode.objects.filter(unit=OuterRef("pk"), valid__contains=on).order_by("scheme")
    lines: QuerySet[Any] = units.annotate(
        parent_name=Subquery(parent.values("name")[:1]), code=Subquery(codes_of_it.values("code")[:1])
    )
    return lines


def count_by_kind(text: str = "", *, group: str = "", on: date) -> dict[str, int]:
    """How many units of each kind existed that day, of those that `search` finds, in this group ("": all units)."""
    units: QuerySet[Any] = search(text, on=on)
    if group:
        units = units.filter(pk__in=units_in_group(group, on=on).order_by().values("pk"))
    rows = units.order_by("kind").values("kind").annotate(units=Count("pk"))
    return {row["kind"]: row["units"] for row in rows}


def drawn(kinds: Collection[str], *, on: date) -> QuerySet[Unit]:
    """Units of these kinds that day whose boundaries were loaded, as `units_on` gives them."""
    units: QuerySet[Any] = units_on(on)
    return units.filter(kind__in=kinds, boundary__isnull=False)


def count_below(unit_ids: Iterable[int], kinds: Collection[str], *, on: date) -> dict[int, dict[str, int]]:
    """For each unit how many units of each of these kinds were below it that day; kinds without any are left out."""
    rows = Lineage.objects.filter(
        ancestor__in=list(unit_ids),
        valid__contains=on,
        depth__gt=0,
        descendant__types__valid__contains=on,
        descendant__types__kind__in=kinds,
    )
    found: dict[int, dict[str, int]] = defaultdict(dict)
    counted = rows.order_by("ancestor").values_list("ancestor", "descendant__types__kind").annotate(units=Count("pk"))
    for ancestor, kind, units in counted:
        found[ancestor][kind] = units
    return found


def called(unit_ids: Iterable[int], *, on: date) -> dict[int, str]:
    """What to call units on a day on which some may not exist: the name then, else the last before, else the first."""
    found: dict[int, str] = {}
    rows = UnitName.objects.filter(unit__in=list(unit_ids)).order_by("unit_id", "valid")
    for unit_id, name, valid in rows.values_list("unit_id", "name", "valid"):
        if valid.lower <= on or unit_id not in found:
            found[unit_id] = name
    return found


def unit_with_rows(unit_id: int) -> Unit | None:
    """The unit with every dated row it ever had, oldest first: names, types, parents, codes, groups, headcounts."""
    in_order = (
        Prefetch("names", UnitName.objects.order_by("valid")),
        Prefetch("types", UnitType.objects.order_by("valid")),
        Prefetch("parents", UnitParent.objects.order_by("valid")),
        Prefetch("codes", UnitCode.objects.order_by("valid", "scheme")),
        Prefetch("groups", labelled(UnitGroup.objects.filter(valid__isempty=False)).order_by("valid", "group")),
        Prefetch("headcounts", Headcount.objects.filter(valid__isempty=False).order_by("valid")),
    )
    return Unit.objects.filter(pk=unit_id).prefetch_related(*in_order).order_by("pk").first()


def labelled(rows: QuerySet[UnitGroup]) -> QuerySet[UnitGroup]:
    """Memberships of groups with `own_name`, what the office called a group of its own."""
    own = OwnGroup.objects.filter(code=OuterRef("group")).order_by("pk").values("name")[:1]
    return rows.annotate(own_name=Subquery(own))


def history_of(unit_id: int) -> QuerySet[UnitEvent]:
    """Events in which the unit had a part, oldest first."""
    own = EventPart.objects.filter(unit=unit_id).values("event")
    return UnitEvent.objects.filter(pk__in=own).order_by("on", "pk")


@dataclass(frozen=True)
class End:
    """A unit at one end of an event, named as on its day."""

    unit_id: int
    name: str
    share: Decimal  # of what was split

    @property
    def percent(self) -> float:
        return float(self.share * 100)


@dataclass(frozen=True)
class Step:
    """One event as a unit's time line tells it: who became whom, under which decision."""

    event: UnitEvent
    before: str  # the unit's own name on the eve; empty at its opening
    after: str
    sources: list[End]
    targets: list[End]

    @property
    def eve(self) -> date:
        return self.event.on - timedelta(days=1)


def timeline(unit_id: int) -> list[Step]:
    """The unit's history, oldest first, with the other units named as on the day of each event. Three queries."""
    events = list(history_of(unit_id))
    parts: dict[int, list[EventPart]] = defaultdict(list)
    between = EventPart.objects.filter(event__in=events, event__kind__in=EVENTS_BETWEEN_UNITS).exclude(
        part=Part.SUBJECT
    )
    for part in between.order_by("pk"):
        parts[part.event_id].append(part)
    names: dict[int, list[tuple[date, str]]] = defaultdict(list)
    involved = {unit_id} | {part.unit_id for of_event in parts.values() for part in of_event}
    rows = UnitName.objects.filter(unit__in=involved).order_by("unit_id", "-valid")
    for unit, name, valid in rows.values_list("unit_id", "name", "valid"):
        names[unit].append((valid.lower, name))

    def called_on(day: date, unit: int) -> str:
        return next((name for first_day, name in names[unit] if first_day <= day), "")

    def ends_of(event: UnitEvent, end: Part) -> list[End]:
        of_event = [part for part in parts[event.pk] if part.part == end]
        return [End(part.unit_id, called_on(event.on, part.unit_id), part.share) for part in of_event]

    return [
        Step(
            event=event,
            before=called_on(event.on - timedelta(days=1), unit_id),
            after=called_on(event.on, unit_id),
            sources=ends_of(event, Part.SOURCE),
            targets=ends_of(event, Part.TARGET),
        )
        for event in events
    ]

"""Every read of the dated tree. `on` is the day asked about; nothing here knows today."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from fractions import Fraction
from typing import Any, cast

from django.db import connection
from django.db.models import Count, Exists, F, FilteredRelation, OuterRef, Prefetch, Q, QuerySet, Subquery

from donghanh.kernel.text import fold, nfc
from donghanh.organisations.choices import (
    EVENTS_BETWEEN_UNITS,
    GROUPS_OF_SET,
    KINDS_OF_GROUP,
    OFFICE_KINDS,
    PASSED_ON,
    EducationLevel,
    EventKind,
    GroupSet,
    Part,
    UnitKind,
)
from donghanh.organisations.models import (
    EventPart,
    EventRow,
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

PARENTS_ABOVE = """
WITH RECURSIVE above (unit_id, parent_id) AS (
    SELECT given.unit_id, p.parent_id FROM unnest(%(units)s::bigint[]) AS given (unit_id)
    LEFT JOIN organisations_unitparent p ON p.unit_id = given.unit_id AND p.valid @> %(on)s::date
    UNION SELECT a.parent_id, p.parent_id FROM above a
    LEFT JOIN organisations_unitparent p ON p.unit_id = a.parent_id AND p.valid @> %(on)s::date
    WHERE a.parent_id IS NOT NULL
) SELECT unit_id, coalesce(parent_id, 0) FROM above
"""
MARK_OF_TREE = """
SELECT (SELECT sum(hashint8extended(unit_id, parent_id)) FROM organisations_unitparent WHERE valid @> %(on)s::date),
    (SELECT sum(hashtextextended(kind, unit_id)) FROM organisations_unittype WHERE valid @> %(on)s::date)
"""
LABEL = re.compile(r".*\((?:số (?P<number>\d{1,18})|(?P<code>[^()]+))\)")
MOST_UNITS = 2**63 - 1
MOST_MEANT, MOST_NEAR = 50, 200


def units_on(day: date) -> QuerySet[Unit]:
    """Units that existed on `day`, each with `name`, `name_sort`, `kind`, `parent_id_on` of that day, by name."""

    def of_that_day(rows: str) -> FilteredRelation:
        return FilteredRelation(rows, condition=Q(**{f"{rows}__valid__contains": day}))

    units: QuerySet[Any] = Unit.objects.filter(existence__contains=day)
    rows = units.annotate(
        name_row=of_that_day("names"), type_row=of_that_day("types"), parent_row=of_that_day("parents")
    )
    rows = rows.filter(name_row__isnull=False, type_row__isnull=False)  # each has both; inner joins begin at either end
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


def below_or_top(opened: Collection[int], *, on: date) -> QuerySet[Unit]:
    """Units with no parent that day, and those directly below one of `opened`."""
    links = UnitParent.objects.filter(valid__contains=on).order_by()
    tops = Unit.objects.filter(~Exists(links.filter(unit=OuterRef("pk"))), existence__contains=on).order_by()
    below = links.filter(parent__in=opened).values_list("unit_id", flat=True)
    return units_on(on).filter(pk__in=[*tops.values_list("pk", flat=True), *below])


def count_children(unit_ids: Collection[int], *, on: date) -> dict[int, int]:
    """How many units hang directly below each; one with none is left out."""
    rows = UnitParent.objects.filter(parent__in=unit_ids, valid__contains=on).order_by("parent")
    return dict(rows.values_list("parent").annotate(Count("pk")))


def ancestors(unit_id: int, *, on: date) -> list[Unit]:
    """Units above, nearest first, as `units_on` gives them."""
    above = units_on(on).filter(below__descendant=unit_id, below__valid__contains=on, below__depth__gt=0)
    return list(above.order_by("below__depth"))


def lineage_pairs(unit_ids: Iterable[int], *, on: date) -> list[tuple[int, int]]:
    """(ancestor, descendant) for each of the units and everything above it that day, (u, u) included."""
    rows = Lineage.objects.filter(descendant__in=list(unit_ids), valid__contains=on)
    return list(rows.order_by("descendant_id", "depth").values_list("ancestor_id", "descendant_id"))


def pairs_below(unit_ids: Iterable[int], *, on: date) -> list[tuple[int, int]]:
    """(unit, descendant) for each of the units and everything below it that day, (u, u) included, in no order."""
    rows = Lineage.objects.filter(ancestor__in=list(unit_ids), valid__contains=on).order_by()
    return list(rows.values_list("ancestor_id", "descendant_id"))


def parents_above(unit_ids: Collection[int], *, on: date) -> list[tuple[int, int]]:
    """(unit, the one directly above it that day or 0) for each of the units and everything above them. One query."""
    with connection.cursor() as cursor:
        cursor.execute(PARENTS_ABOVE, {"units": list(unit_ids), "on": on})
        return cast("list[tuple[int, int]]", cursor.fetchall())


def mark_of_tree(*, on: date) -> str:
    """The same as long as nobody opens, closes, moves or changes kind as of that day. One query."""
    with connection.cursor() as cursor:
        cursor.execute(MARK_OF_TREE, {"on": on})
        return ":".join(map(str, cursor.fetchone()))


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
    return units_on(on).filter(pk__in=_matching(text, on=on)) if fold(text) else units_on(on)


def _matching(text: str, *, on: date) -> QuerySet[Any, Any]:
    """Subquery of the ids that `search` finds."""
    words = fold(text).split()
    names, bearers = UnitName.objects.filter(valid__contains=on), UnitCode.objects.filter(valid__contains=on)
    for word in words:
        names = names.filter(name_folded__contains=word)
    coded = bearers.filter(code__in=(nfc(text), nfc(text).upper()))
    return names.order_by().values("unit").union(coded.order_by().values("unit"))


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


def groups_of(unit_ids: Iterable[int], *, on: date) -> dict[int, set[str]]:
    """Of each unit its kind and the codes of the groups it is in on the day."""
    units = list(unit_ids)
    found: dict[int, set[str]] = defaultdict(set)
    rows = UnitGroup.objects.filter(unit__in=units, valid__contains=on).order_by("pk").values_list("unit_id", "group")
    for unit, code in (*kinds(units, on=on).items(), *rows):
        found[unit].add(code)
    return dict(found)


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
    rows = UnitType.objects.filter(valid__contains=on)
    if group:
        rows = rows.filter(unit__in=units_in_group(group, on=on).order_by().values("pk"))
    if fold(text):
        rows = rows.filter(unit__in=_matching(text, on=on))
    return dict(rows.order_by("kind").values_list("kind").annotate(Count("pk")))


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
    rows = UnitName.every.filter(unit__in=list(unit_ids)).order_by("unit_id", "valid", "pk")  # of no day: first
    for unit_id, name, valid in rows.values_list("unit_id", "name", "valid"):
        if valid.isempty or valid.lower <= on or unit_id not in found:
            found[unit_id] = name
    return found


def with_unit_names(rows: QuerySet[Any], *, on: date, unit: str = "unit") -> QuerySet[Any]:
    """Rows with `unit_name`, `unit_sort`, `unit_folded` of the unit in the column `unit`: of the day, else the last."""
    name = UnitName.objects.filter(unit=OuterRef(unit), valid__startswith__lte=on).order_by("-valid")
    named: QuerySet[Any] = rows.annotate(
        unit_name=Subquery(name.values("name")[:1]),
        unit_sort=Subquery(name.values("name_sort")[:1]),
        unit_folded=Subquery(name.values("name_folded")[:1]),
    )
    return named


def unit_with_rows(unit_id: int) -> Unit | None:
    """The unit with every dated row it ever had, oldest first: names, types, parents, codes, groups, headcounts."""
    in_order = (
        Prefetch("names", UnitName.objects.order_by("valid")),
        Prefetch("types", UnitType.objects.order_by("valid")),
        Prefetch("parents", UnitParent.objects.order_by("valid")),
        Prefetch("codes", UnitCode.objects.order_by("valid", "scheme")),
        Prefetch("groups", with_own_names(UnitGroup.objects.filter(valid__isempty=False)).order_by("valid", "group")),
        Prefetch("headcounts", Headcount.objects.filter(valid__isempty=False).order_by("valid")),
    )
    return Unit.objects.filter(pk=unit_id).prefetch_related(*in_order).order_by("pk").first()


def with_own_names(rows: QuerySet[UnitGroup]) -> QuerySet[UnitGroup]:
    """Memberships of groups with `own_name`, what the office called a group of its own."""
    own = OwnGroup.objects.filter(code=OuterRef("group")).order_by("pk").values("name")[:1]
    return rows.annotate(own_name=Subquery(own))


def history_of(unit_id: int) -> QuerySet[UnitEvent]:
    """Events in which the unit had a part, oldest first."""
    own = EventPart.objects.filter(unit=unit_id).values("event")
    return UnitEvent.objects.filter(pk__in=own).order_by("on", "pk")


def units_in(event: UnitEvent) -> set[int]:
    """Units that had a part in the event."""
    return set(event.parts.order_by("pk").values_list("unit_id", flat=True))


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
    """The unit's history, oldest first, with the other units named as on the day of each event. A few queries."""
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
    for unit in involved - names.keys():  # its opening was undone
        names[unit] = [(date.min, name) for name in called([unit], on=date.min).values()]
    renamed = _renamings(unit_id, events)

    def called_on(day: date, unit: int) -> str:
        return next((name for first_day, name in names[unit] if first_day <= day), "")

    def ends_of(event: UnitEvent, end: Part) -> list[End]:
        of_event = [part for part in parts[event.pk] if part.part == end]
        return [End(part.unit_id, called_on(event.on, part.unit_id), part.share) for part in of_event]

    return [
        Step(
            event=event,
            before=renamed.get((event.pk, False)) or called_on(event.on - timedelta(days=1), unit_id),
            after=renamed.get((event.pk, True)) or called_on(event.on, unit_id),
            sources=ends_of(event, Part.SOURCE),
            targets=ends_of(event, Part.TARGET),
        )
        for event in events
    ]


def _renamings(unit_id: int, events: Collection[UnitEvent]) -> dict[tuple[int, bool], str]:
    """(event, new one?) → the name that a renaming ended or gave, whatever became of it since."""
    of_names = EventRow.objects.filter(event__in=events, event__kind=EventKind.RENAME, unit=unit_id, table="unitname")
    written = list(of_names.order_by("pk").values_list("event_id", "before", "row"))
    names = dict(UnitName.every.filter(pk__in=[row for _, _, row in written]).values_list("pk", "name"))
    return {(event, before.isempty): names[row] for event, before, row in written}


def labelled(units: Iterable[Unit], *, on: date) -> dict[int, str]:
    """Rows of `units_on` as a person picks them: “Xã Tân Pheo (04831)”, where there is no code “(số 12)”."""
    names = {unit.pk: unit.name for unit in units}
    coded = codes(names, on=on)
    return {pk: f"{name} ({coded[pk] if pk in coded else f'số {pk}'})" for pk, name in names.items()}


def meant_by(text: str, *, on: date) -> list[Unit]:
    """Units of that day that `text` may mean: a label of `labelled`, a code, a name, or the words of a name."""
    label = LABEL.fullmatch(nfc(text))
    if label and label["number"]:
        return list(units_on(on).filter(pk=min(int(label["number"]), MOST_UNITS)))
    if label:
        coded = UnitCode.objects.filter(code=label["code"], valid__contains=on).order_by().values("unit")
        if found := list(units_on(on).filter(pk__in=coded)):
            return found
    found = list(search(text, on=on)[:MOST_MEANT])
    return [unit for unit in found if fold(unit.name) == fold(text)] or found


def near(unit_id: int, *, on: date) -> list[Unit]:
    """Units among which a new parent or a partner of an event is mostly found: two floors down from the unit's
    grandparent, the unit itself left out."""
    above = ancestors(unit_id, on=on)[:2]
    around = units_on(on).filter(
        above__ancestor=above[-1].pk if above else unit_id, above__valid__contains=on, above__depth__in=(0, 1, 2)
    )
    return list(around.exclude(pk=unit_id)[:MOST_NEAR])


def as_is(unit_ids: Iterable[int], *, since: date, on: date) -> dict[int, dict[int, Fraction]]:
    """Who carries on the day `on` what these units counted on the day `since`: {unit: {heir: share}}, shares add to 1.

    Merged units are carried by the one they became, split ones by the stated shares, closed ones by the unit above them
    that day. A unit that still exists, or closed with nothing above it, carries itself. Events undone do not count.
    """
    steps = _successions(since, on)
    found: dict[int, dict[int, Fraction]] = {}
    for unit_id in unit_ids:
        held = {unit_id: Fraction(1)}
        for source, heirs in steps:
            if share := held.pop(source, None):
                for heir, part in heirs.items():
                    held[heir] = held.get(heir, Fraction(0)) + share * part
        found[unit_id] = held
    return found


def passed_on(*, since: date, on: date) -> set[int]:
    """Units that gave all or part of what they counted to others after `since` and up to `on`."""
    return {source for source, _heirs in _successions(since, on)}


def _successions(since: date, on: date) -> list[tuple[int, dict[int, Fraction]]]:
    """(unit, {heir: share}) for every end or part of a unit after `since` and up to `on`, in their order."""
    events = UnitEvent.objects.filter(on__gt=since, on__lte=on, undone_at__isnull=True, kind__in=PASSED_ON)
    in_order = list(events.order_by("on", "pk"))
    parts: dict[int, list[EventPart]] = defaultdict(list)
    for part in EventPart.objects.filter(event__in=in_order).exclude(part=Part.SUBJECT).order_by("pk"):
        parts[part.event_id].append(part)
    closings = EventRow.objects.filter(
        event__in=in_order, event__kind=EventKind.CLOSE, table="unitparent", row=OuterRef("pk")
    )
    above = dict(UnitParent.every.filter(Exists(closings)).order_by("valid", "pk").values_list("unit_id", "parent_id"))
    found: list[tuple[int, dict[int, Fraction]]] = []
    for event in in_order:
        heirs = {one.unit_id: Fraction(one.share) for one in parts[event.pk] if one.part == Part.TARGET}
        for one in parts[event.pk]:
            if one.part == Part.SOURCE and event.kind != EventKind.CLOSE:
                found.append((one.unit_id, heirs))
            elif one.part == Part.SOURCE and one.unit_id in above:
                found.append((one.unit_id, {above[one.unit_id]: Fraction(1)}))
    return found

"""The tree as DHIS2's organisation units: found in the database, drawn with what was asked for."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Collection, Iterable, Mapping
from datetime import date, timedelta
from typing import Any, Final

from django.db.models import F, OuterRef, Q, QuerySet, Subquery, Value
from django.db.models.functions import Coalesce
from django.utils.translation import gettext as _

from donghanh.api.dhis2.callers import Caller
from donghanh.api.dhis2.choices import IdentityKind
from donghanh.api.dhis2.fields import Fields
from donghanh.api.dhis2.identifiers import Identities
from donghanh.api.dhis2.listing import Filter, ListAsked, bad_filter
from donghanh.organisations.choices import KINDS_OF_GROUP
from donghanh.organisations.models import Lineage, Unit, UnitBoundary, UnitCode, UnitGroup, UnitParent
from donghanh.organisations.queries import lineage_pairs, search, units_on
from donghanh.people.choices import Right
from donghanh.people.queries import rights_of, units_reached

SHORT: Final = 50
MOST_DRAWN: Final = 50_000
PLURAL: Final = "organisationUnits"
WORDS: Final = {  # how a text is compared → the lookup
    "eq": "", "ieq": "__iexact", "like": "__contains", "ilike": "__icontains", "in": "__in",
}  # fmt: skip
SIZES: Final = {"eq": "", "in": "__in", "gt": "__gt", "ge": "__gte", "lt": "__lt", "le": "__lte"}


def units_visible_to(caller: Caller, *, on: date) -> QuerySet[Any]:
    """Units of the day with `level` and `code`: the register for who reads it, else those within the caller's reach."""
    rows: QuerySet[Any] = units_on(on)
    if Right.READ_UNITS not in rights_of(caller.account, on=on):
        reached = [units_reached(caller.account, right, on=on) for right in (Right.READ_REPORTS, Right.READ_FIGURES)]
        rows = rows.filter(Q(pk__in=reached[0]) | Q(pk__in=reached[1]))
    return with_level(caller.narrowed(rows, "pk", on=on), on=on)


def with_level(rows: QuerySet[Any], *, on: date) -> QuerySet[Any]:
    """The same with `level` (1: the top) and `code`."""
    above = Lineage.objects.filter(descendant=OuterRef("pk"), valid__contains=on).order_by("-depth")
    coded = UnitCode.objects.filter(unit=OuterRef("pk"), valid__contains=on).order_by("scheme")
    found: QuerySet[Any] = rows.annotate(
        level=Coalesce(Subquery(above.values("depth")[:1]), Value(0)) + 1, code=Subquery(coded.values("code")[:1])
    )
    return found


def units_chosen(rows: QuerySet[Any], asked: ListAsked, ids: Identities, *, on: date) -> QuerySet[Any]:
    """Those that pass what was asked, in its order."""
    condition = Q()
    for one in asked.filters:
        condition = condition | _condition(one, ids, on) if asked.any_of else condition & _condition(one, ids, on)
    rows = rows.filter(condition)
    if asked.query:
        rows = rows.filter(pk__in=search(asked.query, on=on).order_by().values("pk"))
    if levels := [word for text in asked.more.get("level", []) for word in text.split(",")]:
        rows = rows.filter(level__in=[int(word) for word in levels if word.isascii() and word.isdecimal()])
    if parent := asked.last("parent"):
        rows = rows.filter(pk__in=_below([ids.unit_of(parent) or 0], on))
    orders = {"name": "name_sort", "displayName": "name_sort", "id": "pk", "level": "level", "code": "code",
              "openingDate": "existence__startswith"}  # fmt: skip
    wanted = [F(orders[name]).desc() if down else F(orders[name]).asc() for name, down in asked.order if name in orders]
    return rows.order_by(*wanted, "name_sort", "pk")


def _below(units: Collection[int], on: date) -> QuerySet[Any, Any]:
    below: QuerySet[Any, Any] = Lineage.objects.filter(ancestor__in=units, valid__contains=on).order_by()
    return below.values("descendant")


def _condition(one: Filter, ids: Identities, on: date) -> Q:
    negated = one.operator.startswith("!") or one.operator in ("ne", "neq")
    operator = "eq" if one.operator in ("ne", "neq") else one.operator.removeprefix("!")
    made = CONDITIONS.get(one.name)
    if made is None:
        raise bad_filter(one.name, _("không lọc được theo thuộc tính này"))
    condition = made(Filter(one.name, operator, one.value), ids, on)
    return ~condition if negated else condition


def _text(column: str) -> Callable[[Filter, Identities, date], Q]:
    def condition(one: Filter, _ids: Identities, _on: date) -> Q:
        if one.operator not in WORDS:
            raise bad_filter(f"{one.name}:{one.operator}", _("không có phép này"))
        value = one.values if one.operator == "in" else one.value
        return Q(**{f"{column}{WORDS[one.operator]}": value})

    return condition


def _level(one: Filter, _ids: Identities, _on: date) -> Q:
    words = one.values if one.operator == "in" else [one.value]
    if one.operator not in SIZES or not all(word.isascii() and word.isdecimal() for word in words):
        raise bad_filter(f"{one.name}:{one.operator}", _("cấp là một số"))
    numbers = [int(word[:4]) for word in words]
    return Q(**{f"level{SIZES[one.operator]}": numbers if one.operator == "in" else numbers[0]})


def _units(one: Filter, ids: Identities) -> list[int]:
    words = one.values if one.operator == "in" else [one.value]
    if one.operator not in ("eq", "in"):
        raise bad_filter(f"{one.name}:{one.operator}", _("không có phép này"))
    return [unit for word in words if (unit := ids.unit_of(word)) is not None]


def _path(one: Filter, ids: Identities, on: date) -> Q:
    """Of a path, the last identifier that is written: it and all below it."""
    unit = ids.unit_of(one.value.rstrip("/").rpartition("/")[2])
    if one.operator not in ("like", "ilike", "eq"):
        raise bad_filter(f"{one.name}:{one.operator}", _("không có phép này"))
    if one.operator == "eq":
        return Q(pk=unit or 0)
    return Q(pk__in=_below([unit or 0], on))


def _group(one: Filter, ids: Identities, on: date) -> Q:
    words = one.values if one.operator == "in" else [one.value]
    codes = [code for word in words if (code := group_of(word, ids))]
    kinds = [kind for code in codes for kind in KINDS_OF_GROUP.get(code, ())]
    members = UnitGroup.objects.filter(group__in=codes, valid__contains=on).order_by().values("unit")
    return Q(kind__in=kinds) | Q(pk__in=members)


CONDITIONS: Final[Mapping[str, Callable[[Filter, Identities, date], Q]]] = {
    "id": lambda one, ids, _on: Q(pk__in=_units(one, ids)),
    "name": _text("name"),
    "displayName": _text("name"),
    "shortName": _text("name"),
    "code": _text("code"),
    "level": _level,
    "path": _path,
    "parent.id": lambda one, ids, _on: Q(parent_id_on__in=_units(one, ids)),
    "ancestors.id": lambda one, ids, on: Q(pk__in=_below(_units(one, ids), on)),
    "organisationUnitGroups.id": _group,
}


def group_of(word: str, ids: Identities) -> str | None:
    """Our code of a group's UID."""
    from donghanh.organisations.queries import groups

    return next((one.code for one in groups() if ids.uid(IdentityKind.GROUP, one.code) == word), None)


class Drawn:
    """Units as objects, each with what the fields ask; a query for each kind of thing asked, whatever the units."""

    def __init__(self, ids: Identities, *, on: date) -> None:
        self.ids, self.on = ids, on
        self.count = 0

    def draw(self, units: Iterable[Any], fields: Fields) -> list[dict[str, Any]]:
        """Rows of `units_visible_to` → what `fields` asks of each."""
        rows = list(units)
        self.count += len(rows)
        above = self._above(rows) if self._asks_above(fields) else {}
        beside: dict[str, Mapping[int, Any]] = {
            name: made(rows, fields.of(name) or Fields({"id": None}))
            for name, made in self._beside.items()
            if fields.asks(name) and (name in fields.named or name not in ("children", "ancestors"))
        }
        return [self._one(unit, fields, above, beside) for unit in rows]

    def _asks_above(self, fields: Fields) -> bool:
        return fields.asks("path")

    @property
    def _beside(self) -> dict[str, Callable[[list[Any], Fields], Mapping[int, Any]]]:
        return {
            "parent": self._parents, "children": self._children, "ancestors": self._ancestors,
            "organisationUnitGroups": self._groups, "geometry": self._geometry, "leaf": self._leaf,
            "childCount": self._child_count,
        }  # fmt: skip

    def _one(
        self, unit: Any, fields: Fields, above: Mapping[int, list[int]], beside: Mapping[str, Mapping[int, Any]]
    ) -> dict[str, Any]:
        opened, ended = unit.existence.lower, unit.existence.upper
        uid = self.ids.unit_uid(unit.pk)
        known: dict[str, Any] = {
            "id": uid, "name": unit.name, "displayName": unit.name, "shortName": unit.name[:SHORT],
            "displayShortName": unit.name[:SHORT], "code": unit.code, "level": unit.level,
            "openingDate": f"{opened or date.min}T00:00:00.000",
            "closedDate": f"{ended - timedelta(days=1)}T00:00:00.000" if ended else None,
            "path": "/" + "/".join(self.ids.unit_uid(one) for one in above.get(unit.pk, [])) if above else None,
            "dimensionItem": uid, "dimensionItemType": "ORGANISATION_UNIT",
            **{name: found.get(unit.pk) for name, found in beside.items()},
        }  # fmt: skip
        names = [*known] if fields.all else [name for name in fields.named if name in known]
        return {
            fields.renamed.get(name, name): known[name]
            for name in dict.fromkeys([*names, *(name for name in fields.named if name in known)])
            if known[name] is not None and name not in fields.without
        }

    def _above(self, rows: list[Any]) -> dict[int, list[int]]:
        found: dict[int, list[int]] = defaultdict(list)
        for ancestor, unit in lineage_pairs([row.pk for row in rows], on=self.on):
            found[unit].insert(0, ancestor)
        return found

    def _there(self, unit_ids: Iterable[int]) -> dict[int, Any]:
        return {row.pk: row for row in with_level(units_on(self.on).filter(pk__in=list(unit_ids)), on=self.on)}

    def _parents(self, rows: list[Any], fields: Fields) -> dict[int, Any]:
        ids = {row.parent_id_on for row in rows if row.parent_id_on}
        if set(fields.named) <= {"id"} and not fields.all:
            drawn: dict[int, Any] = {pk: {"id": self.ids.unit_uid(pk)} for pk in ids}
        else:
            there = self._there(ids)
            drawn = dict(zip(there, self.draw(there.values(), fields), strict=True))
        return {row.pk: drawn.get(row.parent_id_on) for row in rows}

    def _children(self, rows: list[Any], fields: Fields) -> dict[int, Any]:
        links = UnitParent.objects.filter(parent__in=[row.pk for row in rows], valid__contains=self.on)
        parents = dict(links.order_by("unit").values_list("unit", "parent"))
        if self.count + len(parents) > MOST_DRAWN:
            raise bad_filter("fields", _("quá nhiều đơn vị trong một lần trả lời"))
        there = self._there(parents)
        ordered = sorted(there.values(), key=lambda row: (row.name_sort, row.pk))
        found: dict[int, Any] = {row.pk: [] for row in rows}
        for row, drawn in zip(ordered, self.draw(ordered, fields), strict=True):
            found[parents[row.pk]].append(drawn)
        return found

    def _ancestors(self, rows: list[Any], fields: Fields) -> dict[int, Any]:
        above = self._above(rows)
        there = self._there({one for some in above.values() for one in some})
        drawn = dict(zip(there, self.draw(there.values(), fields), strict=True))
        return {row.pk: [drawn[one] for one in above[row.pk] if one != row.pk and one in drawn] for row in rows}

    def _groups(self, rows: list[Any], _fields: Fields) -> dict[int, Any]:
        found: dict[int, Any] = {}
        for row in rows:
            derived = [code for code, kinds in KINDS_OF_GROUP.items() if row.kind in kinds]
            found[row.pk] = [{"id": self.ids.uid(IdentityKind.GROUP, code)} for code in derived]
        stated = UnitGroup.objects.filter(unit__in=[row.pk for row in rows], valid__contains=self.on)
        for unit, code in stated.order_by("group").values_list("unit", "group"):
            found[unit].append({"id": self.ids.uid(IdentityKind.GROUP, code)})
        return found

    def _geometry(self, rows: list[Any], _fields: Fields) -> dict[int, Any]:
        bounds = UnitBoundary.objects.filter(unit__in=[row.pk for row in rows]).order_by("unit")
        return dict(bounds.values_list("unit", "geometry"))

    def _child_count(self, rows: list[Any], _fields: Fields) -> dict[int, Any]:
        links = UnitParent.objects.filter(parent__in=[row.pk for row in rows], valid__contains=self.on)
        found: dict[int, int] = dict.fromkeys((row.pk for row in rows), 0)
        for parent in links.order_by("unit").values_list("parent", flat=True):
            found[parent] += 1
        return found

    def _leaf(self, rows: list[Any], fields: Fields) -> dict[int, Any]:
        return {unit: not count for unit, count in self._child_count(rows, fields).items()}


def family(unit: Unit, asked: ListAsked, caller: Caller, *, on: date) -> QuerySet[Any] | None:
    """Of one unit, the units that includeChildren, includeDescendants, includeAncestors or level ask; None: itself."""
    lines: QuerySet[Any, Any] = Lineage.objects.filter(valid__contains=on).order_by()
    pks: QuerySet[Any, Any]
    if asked.truth("includeAncestors"):
        pks = lines.filter(descendant=unit).values("ancestor")
    elif asked.truth("includeDescendants"):
        pks = lines.filter(ancestor=unit).values("descendant")
    elif asked.truth("includeChildren"):
        pks = lines.filter(ancestor=unit, depth__lte=1).values("descendant")
    elif (level := asked.last("level")).isascii() and level.isdecimal():
        pks = lines.filter(ancestor=unit, depth=int(level[:4])).values("descendant")
    else:
        return None
    found: QuerySet[Any] = units_visible_to(caller, on=on).filter(pk__in=pks).order_by("level", "name_sort", "pk")
    return found

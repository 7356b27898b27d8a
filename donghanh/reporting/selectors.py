"""Who must report: a selector over the units below an office, and what it means on a day of the tree."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass, fields
from datetime import date
from typing import Any, Final, Self

from django.db.models import Q, QuerySet
from django.utils.translation import gettext as _

from donghanh.organisations.choices import KINDS_OF_GROUP, SCHOOL_KINDS, EducationLevel, UnitKind
from donghanh.organisations.models import Lineage, UnitGroup, UnitType
from donghanh.reporting.models import ExpectedReport

ASKABLE: Final = (*SCHOOL_KINDS, UnitKind.DISTRICT_OFFICE)  # an office reports too: the summary of its level
LONGEST_GROUP: Final = 40  # characters of a group's code
MOST_NAMED: Final = 5000  # areas or units that one selector names
MOST_ID: Final = 2**63


class Faulty(ValueError):
    """The selector cannot be read. `str()` is the sentence for the person who wrote it."""


@dataclass(frozen=True)
class Selector:
    """Every part that names something narrows the choice; within a part, one of what it names is enough.

    Without kinds: schools; where `units` are named one by one, offices among them as well.
    """

    kinds: tuple[str, ...] = ()  # UnitKind, of ASKABLE
    levels: tuple[str, ...] = ()  # EducationLevel that the unit teaches
    groups: tuple[str, ...] = ()  # codes, as `organisations.queries.groups` lists them
    areas: tuple[int, ...] = ()  # units: they and all below them
    units: tuple[int, ...] = ()  # these and no others

    @classmethod
    def read(cls, document: object) -> Self:
        """From JSON, strictly; Faulty names what cannot be read."""
        if not isinstance(document, Mapping):
            raise Faulty(_("Phần “ai phải báo cáo” không đọc được."))
        if unknown := sorted(set(map(str, document)) - set(PARTS)):
            raise Faulty(_("Phần “ai phải báo cáo” có mục lạ “%(part)s”.") % {"part": unknown[0][:LONGEST_GROUP]})
        return cls(**{part: _part(part, document.get(part, [])) for part in PARTS})

    @property
    def document(self) -> dict[str, list[Any]]:
        """As JSON; what names nothing is left out."""
        return {part: list(named) for part in PARTS if (named := getattr(self, part))}

    @property
    def askable(self) -> set[str]:
        """Kinds of unit that the parts `kinds` and `levels` leave, and those groups that follow from a kind do not."""
        kinds = set(self.kinds or (ASKABLE if self.units else SCHOOL_KINDS))
        taught = [set(KINDS_OF_GROUP[f"level:{level}"]) for level in self.levels]
        return kinds & set[str]().union(*taught) if taught else kinds


PARTS: Final = tuple(field.name for field in fields(Selector))
KNOWN: Final[dict[str, Callable[[object], bool]]] = {
    "kinds": lambda value: isinstance(value, str) and value in ASKABLE,
    "levels": lambda value: isinstance(value, str) and value in EducationLevel,
    "groups": lambda value: isinstance(value, str) and 0 < len(value) <= LONGEST_GROUP,
    "areas": lambda value: type(value) is int and 0 < value < MOST_ID,
    "units": lambda value: type(value) is int and 0 < value < MOST_ID,
}


def _part(part: str, named: object) -> tuple[Any, ...]:
    if not isinstance(named, (list, tuple)) or len(named) > MOST_NAMED:
        raise Faulty(_("Mục “%(part)s” của phần “ai phải báo cáo” phải là một danh sách.") % {"part": part})
    for value in named:
        if not KNOWN[part](value):
            shown = {"part": part, "value": str(value)[:LONGEST_GROUP]}
            raise Faulty(_("Mục “%(part)s” của phần “ai phải báo cáo” không nhận “%(value)s”.") % shown)
    return tuple(dict.fromkeys(named))


def units_asked(selector: Selector, owner: int, on: date) -> dict[int, str]:
    """Unit → kind, of that day: those that the selector means below `owner`; closed ones never. One query."""
    rows = UnitType.objects.filter(
        valid__contains=on,
        kind__in=selector.askable,
        unit__existence__contains=on,
        unit__in=_below([owner], on).filter(depth__gt=0).values("descendant"),
    )
    if selector.groups:
        derived = {kind for group in selector.groups for kind in KINDS_OF_GROUP.get(group, ())}
        stated = UnitGroup.objects.filter(group__in=selector.groups, valid__contains=on).order_by()
        rows = rows.filter(Q(kind__in=derived) | Q(unit__in=stated.values("unit")))
    if selector.areas:
        rows = rows.filter(unit__in=_below(selector.areas, on).values("descendant"))
    if selector.units:
        rows = rows.filter(unit__in=selector.units)
    return dict(rows.order_by("unit").values_list("unit", "kind"))


def _below(units: Collection[int], on: date) -> QuerySet[Lineage]:
    return Lineage.objects.filter(ancestor__in=units, valid__contains=on).order_by()


def still_expected(expected: ExpectedReport, on: date) -> bool:
    """Does the unit still owe this report? One that was closed or merged while the round took reports owes it no more.

    What was sent stays. `queries.still_expected_on` says the same to the database.
    """
    there = min(on, expected.closes_on) in expected.unit.existence
    return there or expected.submission.latest_id is not None

"""What an event would change, found out by doing it and taking it back in the same breath."""

from __future__ import annotations

from collections.abc import Callable, Collection
from dataclasses import dataclass
from datetime import date

from django.db import transaction
from django.db.models import Count
from django.utils.translation import gettext as _

from donghanh.organisations.choices import CodeScheme, UnitKind
from donghanh.organisations.models import EventRow, Lineage, UnitCode, UnitEvent
from donghanh.organisations.queries import named, units_on
from donghanh.organisations.signals import touched_by

type Facts = dict[str, str]  # "Tên" → "Xã Tân Pheo", as on one day


@dataclass(frozen=True)
class Difference:
    what: str
    before: str
    after: str


@dataclass(frozen=True)
class Change:
    """One unit that an event writes; `before` or `after` is None where it opens or closes."""

    unit_id: int
    before: Facts | None
    after: Facts | None
    come_along: int  # units below it that move with it, themselves unchanged

    @property
    def name(self) -> str:
        facts = self.before or self.after or {}
        return next(iter(facts.values()), "")

    @property
    def differences(self) -> list[Difference]:
        before, after = self.before or {}, self.after or {}
        both = [(what, before.get(what, ""), after.get(what, "")) for what in before | after]
        return [Difference(*one) for one in both if one[1] != one[2]]


@dataclass(frozen=True)
class Preview:
    changes: list[Change]  # opened ones first, then closed ones, then those that go on
    touched: list[tuple[str, int]]  # ("báo cáo đang mở", 12): what rooms above have going on there


def preview(act: Callable[[], object], *, on: date) -> Preview:
    """Record an event and roll it back: the difference is the preview. Refused where the event is refused."""
    with transaction.atomic():
        act()
        event = UnitEvent.objects.order_by("-pk")[:1].get()  # other events wait until this block ends
        units = sorted(set(EventRow.objects.filter(event=event).order_by().values_list("unit_id", flat=True)))
        after = _facts(units, on)
        tree = EventRow.objects.filter(event=event, table__in=("unit", "unitparent")).order_by().values("unit_id")
        below = Lineage.objects.filter(ancestor__in=tree, depth__gt=0, valid__contains=on).exclude(descendant__in=units)
        along = dict(below.values_list("ancestor_id").annotate(Count("pk")).order_by())
        reached = set(below.order_by().values_list("descendant_id", flat=True))
        transaction.set_rollback(True)
    before = _facts(units, on)
    changes = [Change(unit, before.get(unit), after.get(unit), along.get(unit, 0)) for unit in units]
    changes.sort(key=lambda change: (change.before is not None, change.after is not None))
    return Preview(changes, touched_by([*before, *reached], on))


def _facts(unit_ids: Collection[int], on: date) -> dict[int, Facts]:
    """What the tree says of those of the units that exist on the day; the name comes first."""
    units = list(units_on(on).filter(pk__in=unit_ids))
    parents = named({unit.parent_id_on for unit in units if unit.parent_id_on}, on=on)
    facts: dict[int, Facts] = {
        unit.pk: {
            _("Tên"): unit.name,
            _("Loại hình"): str(UnitKind(unit.kind).label),
            _("Trực thuộc"): parents.get(unit.parent_id_on or 0, ""),
        }
        for unit in units
    }
    for row in UnitCode.objects.filter(unit__in=list(facts), valid__contains=on).order_by("scheme"):
        facts[row.unit_id][str(CodeScheme(row.scheme).label)] = row.code
    return facts

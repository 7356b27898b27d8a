"""May an event be taken back? Only while nothing stands on it: the reason names what does, newest first."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from datetime import date
from typing import Any

from django.db.backends.postgresql.psycopg_any import DateRange
from django.db.models import Exists, F, OuterRef, Q, QuerySet, Subquery
from django.utils.translation import gettext as _

from donghanh.kernel.text import nfc
from donghanh.organisations.models import (
    WRITTEN,
    EventRow,
    Lineage,
    Unit,
    UnitCode,
    UnitEvent,
    UnitParent,
    UnitRow,
)
from donghanh.organisations.rules import Objection, name_then, rule, written
from donghanh.organisations.signals import rows_standing_on

REASON_LENGTH: int = UnitEvent._meta.get_field("undone_reason").max_length or 0
MOST_NAMED = 3


@rule
def may_undo(event: UnitEvent, reason: str) -> Iterator[str]:
    """A reason is given, the event stands, and nothing was built on it: `stands_on` it is empty."""
    if not nfc(reason):
        yield Objection(_("Hãy ghi lý do hoàn tác."), "reason")
    if len(nfc(reason)) > REASON_LENGTH:
        yield Objection(_("Lý do dài quá %(most)s ký tự.") % {"most": REASON_LENGTH}, "reason")
    yield from _stands_on(event)


@rule
def nothing_stands_on(event: UnitEvent) -> Iterator[str]:
    """The same before a reason was asked for."""
    yield from _stands_on(event)


def _stands_on(event: UnitEvent) -> Iterator[str]:
    if event.undone_at:
        yield _("Biến động này đã được hoàn tác.")
    if not event.rows.exists():
        yield _("Biến động này ghi trước khi phần mềm giữ từng dòng thay đổi, nên không hoàn tác được.")
    opened = list(
        event.rows.filter(table="unit", before__isempty=True).order_by("unit_id").values_list("unit_id", flat=True)
    )
    yield from _later_events(event, opened)
    yield from _changed_otherwise(event, opened)
    yield from _rows_of_other_rooms(opened)
    yield from _would_not_fit(event)


def _later_events(event: UnitEvent, opened: Collection[int]) -> Iterator[str]:
    """Objection naming the events that wrote the same rows or gave the opened units something, newest first."""
    own = EventRow.objects.filter(event=event, table=OuterRef("table"), row=OuterRef("row"))
    below = UnitParent.every.filter(parent__in=opened).order_by().values("pk")
    rows = EventRow.objects.filter(event__gt=event.pk, event__undone_at__isnull=True).filter(
        Exists(own) | Q(unit__in=opened) | Q(table="unitparent", row__in=below)
    )
    later = UnitEvent.objects.filter(pk__gt=event.pk, undone_at__isnull=True).filter(
        Q(pk__in=rows.order_by().values("event")) | Q(parts__unit__in=opened)
    )
    found = list(later.distinct().order_by("-pk")[: MOST_NAMED + 1])
    if not found:
        return
    told = [
        _("%(kind)s ngày %(on)s (%(decision)s)")
        % {"kind": one.get_kind_display(), "on": written(one.on), "decision": one.decision}
        for one in found[:MOST_NAMED]
    ]
    more = _(" và các biến động khác") if len(found) > MOST_NAMED else ""
    yield _(
        "Đã có biến động ghi sau dựa trên biến động này: %(events)s%(more)s. Hãy hoàn tác từ biến động mới nhất."
    ) % {
        "events": "; ".join(told),
        "more": more,
    }


def _changed_otherwise(event: UnitEvent, opened: Collection[int]) -> Iterator[str]:
    """Objection for a row that is no longer as the event left it, or that was added to a unit it opened."""
    wrote = set(event.rows.order_by().values_list("table", flat=True))
    for table, model in WRITTEN.items():
        if table not in wrote and not opened:
            continue
        own, rows = event.rows.filter(table=table).order_by(), _every(model)
        now, unit = ("existence", "pk") if model is Unit else ("valid", "unit")
        left = Subquery(own.filter(row=OuterRef("pk")).values("after")[:1])
        yield from _changed(
            rows.filter(pk__in=own.values("row")).annotate(left=left).exclude(**{now: F("left")}), unit, event.on
        )
        if opened and model is not Unit:
            theirs = Q(unit__in=opened) | (Q(parent__in=opened) if model is UnitParent else Q())
            added = rows.filter(theirs, valid__isempty=False)
            yield from _changed(added.exclude(pk__in=own.values("row")), unit, event.on)


def _every(model: type[Unit | UnitRow]) -> QuerySet[Any]:
    return model._base_manager.all()  # noqa: SLF001  # Django documents it: no row is hidden from it


def _changed(rows: QuerySet[Any], unit: str, on: date) -> Iterator[str]:
    for unit_id in rows.order_by("pk").values_list(unit, flat=True)[:1]:
        yield _("“%(name)s”: %(what)s đã thay đổi sau biến động này.") % {
            "name": name_then(unit_id, on),
            "what": rows.model._meta.verbose_name,
        }


def _rows_of_other_rooms(opened: Collection[int]) -> Iterator[str]:
    if standing := rows_standing_on(opened):
        yield _("Đơn vị do biến động này thành lập đã có %(rows)s.") % {
            "rows": ", ".join(f"{count} {label}" for label, count in standing)
        }


def _would_not_fit(event: UnitEvent) -> Iterator[str]:
    """Objections to what would come back: a parent that is gone, a code that another bears, a circle."""
    restored = event.rows.filter(before__isempty=False)
    days_of = dict(restored.filter(table="unitparent").order_by("pk").values_list("row", "before"))
    links = list(UnitParent.every.filter(pk__in=days_of).order_by("pk"))
    reopened = set(restored.filter(table="unit").order_by("unit_id").values_list("unit_id", flat=True))
    lives = dict(Unit.objects.filter(pk__in={link.parent_id for link in links}).values_list("pk", "existence"))
    for link in links:
        if link.parent_id not in reopened and not _within(days_of[link.pk], lives[link.parent_id]):
            yield _("“%(parent)s”, nơi “%(name)s” trực thuộc trước biến động này, sau đó đã giải thể.") % {
                "parent": name_then(link.parent_id, event.on),
                "name": name_then(link.unit_id, event.on),
            }
    codes = restored.filter(table="unitcode").order_by("pk").values_list("row", "before")
    yield from _codes_taken(event, dict(codes))
    if around := _circle(
        {link.unit_id: link.parent_id for link in links if _reaches(days_of[link.pk], event.on)}, event.on
    ):
        yield _("Sau biến động này cây đã đổi: hoàn tác sẽ đặt “%(name)s” dưới chính nó.") % {
            "name": name_then(around, event.on)
        }


def _within(days: DateRange, life: DateRange) -> bool:
    if life.isempty:
        return False
    return bool(life.lower <= days.lower and (life.upper is None or (days.upper and days.upper <= life.upper)))


def _reaches(days: DateRange, on: date) -> bool:
    return days.upper is None or days.upper > on


def _codes_taken(event: UnitEvent, days_of: Mapping[int, DateRange]) -> Iterator[str]:
    made = event.rows.filter(table="unitcode", before__isempty=True).order_by().values("row")
    for own in UnitCode.every.filter(pk__in=days_of).order_by("pk"):
        others = UnitCode.objects.filter(scheme=own.scheme, code=own.code, valid__overlap=days_of[own.pk])
        for other in others.exclude(pk__in=made).exclude(pk=own.pk).order_by("pk")[:1]:
            yield _("Mã %(code)s nay là của “%(name)s”.") % {
                "code": own.code,
                "name": name_then(other.unit_id, event.on),
            }


def _circle(parents: Mapping[int, int], on: date) -> int | None:
    """A unit that would come to lie below itself if these units had these parents again from the day on.

    From a parent upwards to the nearest of `parents` no link changes, so the closure as it is tells that stretch.
    """
    rows = Lineage.objects.filter(
        descendant__in=set(parents.values()), ancestor__in=parents, valid__overlap=DateRange(on, None)
    ).order_by("-depth")  # a nearer one overwrites a farther one
    stretches = list(rows.values_list("descendant_id", "ancestor_id", "valid"))
    for day in {max(on, valid.lower) for _below, _above, valid in stretches}:
        nearest = {below: above for below, above, valid in stretches if day in valid}
        for start in parents:
            place: int | None = start
            for _step in parents:
                place = nearest.get(parents[place]) if place is not None else None
                if place == start:
                    return start
    return None

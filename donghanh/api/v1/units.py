"""Units as they stood on a day."""

from __future__ import annotations

from collections import defaultdict
from datetime import date
from typing import Any

from django.http import HttpRequest
from ninja import Query, Router, Schema
from pydantic import Field

from donghanh.api import problems
from donghanh.api.choices import Scope
from donghanh.api.operations import operation
from donghanh.api.v1.shapes import Id, Page, Paging, Word, caller_of, page_of
from donghanh.organisations.choices import UnitKind
from donghanh.organisations.models import Lineage, UnitCode
from donghanh.organisations.queries import ancestors, children, register, timeline, units_on

router = Router(tags=["units"])
MOST_CHILDREN = 1000


class Brief(Schema):
    """A unit, as a line of a list."""

    id: int
    name: str
    kind: str = Field(description="UnitKind: department, district_office, commune, MN, TH, THCS, …")


class Line(Brief):
    parent: int | None
    codes: dict[str, str] = Field(description="scheme (ministry, department, area, own) → code on that day")


class Event(Schema):
    """A change of the tree in which the unit had a part."""

    kind: str
    on: date
    decision: str
    before: str = Field(description="the unit's name on the eve")
    after: str
    sources: list[int]
    targets: list[int]
    undone: bool


class Whole(Line):
    on: date
    existed_from: date
    existed_until: date | None = Field(description="the first day on which it was no more")
    ancestors: list[Brief] = Field(description="nearest first")
    children: list[Brief] = Field(description="the first thousand, by name")
    history: list[Event]


class Wanted(Paging):
    on: date | None = Field(None, description="the day; today where nothing is said")
    kind: list[UnitKind] = Field([], description="only of these kinds")
    below: Id | None = Field(None, description="this unit and all below it")
    q: Word = Field("", description="words of the name, tone marks ignored, or a code")


def lines(units: list[Any], day: date) -> list[dict[str, Any]]:
    """The same two queries, however many."""
    codes: dict[int, dict[str, str]] = defaultdict(dict)
    rows = UnitCode.objects.filter(unit__in=[unit.pk for unit in units], valid__contains=day).order_by("scheme")
    for unit_id, scheme, code in rows.values_list("unit_id", "scheme", "code"):
        codes[unit_id][scheme] = code
    return [brief(unit) | {"parent": unit.parent_id_on, "codes": codes[unit.pk]} for unit in units]


def brief(unit: Any) -> dict[str, Any]:
    return {"id": unit.pk, "name": unit.name, "kind": unit.kind}


@operation(
    router, "get", "/units", scope=Scope.READ_UNITS, summary="Units of a day", response=Page[Line],
    example={"items": [{"id": 5, "name": "Trường TH&THCS Ân Nghĩa", "kind": "TH&THCS", "parent": 4,
                        "codes": {"ministry": "1700001"}}], "page": 1, "size": 100, "total": 1, "next": None},
)  # fmt: skip
def units(request: HttpRequest, asked: Query[Wanted]) -> dict[str, Any]:
    """Units that existed on a day and that the key reaches, by name in Vietnamese order."""
    caller = caller_of(request)
    day = asked.on or caller.on
    rows = register(asked.q, asked.kind, on=day).filter(pk__in=caller.units(Scope.READ_UNITS, day))
    if asked.below:
        below = Lineage.objects.filter(ancestor=asked.below, valid__contains=day).order_by()
        rows = rows.filter(pk__in=below.values("descendant"))
    return page_of(request, rows, asked, lambda found: lines(found, day))


@operation(
    router, "get", "/units/{unit_id}", scope=Scope.READ_UNITS, summary="One unit", response=Whole,
    example={"id": 5, "name": "Trường TH&THCS Ân Nghĩa", "kind": "TH&THCS", "parent": 4, "codes": {},
             "on": "2025-06-16", "existed_from": "2019-09-01", "existed_until": None, "ancestors": [],
             "children": [], "history": []},
)  # fmt: skip
def unit(request: HttpRequest, unit_id: Id, on: date | None = None) -> dict[str, Any]:
    """A unit on a day, with what stands above and below it, its codes, and the events that made it what it is."""
    caller = caller_of(request)
    day = on or caller.on
    found = units_on(day).filter(pk=unit_id, pk__in=caller.units(Scope.READ_UNITS, day)).first()
    if found is None:
        raise problems.not_found()
    (line,) = lines([found], day)
    return line | {
        "on": day,
        "existed_from": found.existence.lower,
        "existed_until": found.existence.upper,
        "ancestors": [brief(one) for one in ancestors(unit_id, on=day)],
        "children": [brief(one) for one in children(unit_id, on=day)[:MOST_CHILDREN]],
        "history": [
            {"kind": step.event.kind, "on": step.event.on, "decision": step.event.decision, "before": step.before,
             "after": step.after, "sources": [end.unit_id for end in step.sources],
             "targets": [end.unit_id for end in step.targets], "undone": step.event.undone_at is not None}
            for step in timeline(unit_id)
        ],
    }  # fmt: skip

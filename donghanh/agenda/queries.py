"""What is due from units, told by every room that asks something of them; the load of a week; busy days."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Collection, Iterable, Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from hashlib import sha256

from donghanh.agenda.choices import MOST_A_WEEK, Kind
from donghanh.agenda.models import BusySpan, Feed
from donghanh.organisations.models import Lineage
from donghanh.people.choices import Right
from donghanh.people.models import Account
from donghanh.people.queries import own_units


@dataclass(frozen=True)
class Entry:
    """Something due from a unit on a day. `href` is empty where there is no page for it."""

    on: date
    title: str
    kind: Kind
    unit_id: int
    href: str = ""
    done: bool = False  # what is done stays on the calendar, and weighs nothing


type Source = Callable[[Collection[int], date, date], Iterable[Entry]]  # units, first and last day

_SOURCES: dict[Kind, tuple[Source, Right]] = {}


def offer(kind: Kind, source: Source, *, right: Right) -> None:
    """Register what tells entries of one kind; a person's own calendar shows them in units where they hold `right`.

    A room calls this in `apps.ready()`; a kind is told by one room.
    """
    if _SOURCES.setdefault(kind, (source, right)) != (source, right):
        raise ValueError(kind)


def entries(units: Collection[int], first: date, last: date) -> list[Entry]:
    """Everything due from these units from `first` to `last`, both included, in order."""
    return _sorted(entry for source, _right in _SOURCES.values() for entry in source(units, first, last))


def entries_of(account: Account, first: date, last: date, *, on: date) -> list[Entry]:
    """A person's own calendar: what the units in which they themselves work owe, by the rights they hold there."""
    found: list[Entry] = []
    for source, right in _SOURCES.values():
        if units := own_units(account, right, on=on):
            found += source(units, first, last)
    return _sorted(found)


def _sorted(found: Iterable[Entry]) -> list[Entry]:
    return sorted(set(found), key=lambda entry: (entry.on, entry.kind, entry.title, entry.unit_id))


def monday_of(day: date) -> date:
    """The first day of the week."""
    return day - timedelta(days=day.weekday())


def loads(found: Iterable[Entry]) -> Counter[tuple[int, date]]:
    """How many things each unit owes in each week: (unit, Monday) → count. What is done is not counted."""
    return Counter((entry.unit_id, monday_of(entry.on)) for entry in found if not entry.done)


def busy_spans(units: Collection[int], first: date, last: date) -> Iterator[tuple[int, BusySpan]]:
    """(unit, its busy days) that touch `first` to `last`: those of the unit itself and of every office above it."""
    rows = BusySpan.objects.filter(valid__overlap=(first, last + timedelta(days=1))).order_by("valid", "pk")
    spans = list(rows)
    above = Lineage.objects.filter(
        descendant__in=units, ancestor__in={row.unit_id for row in spans}, valid__contains=first
    )
    below: dict[int, list[int]] = {}
    for office, unit in above.order_by("descendant").values_list("ancestor", "descendant"):
        below.setdefault(office, []).append(unit)
    for span in spans:
        for unit in below.get(span.unit_id, []):
            yield unit, span


@dataclass(frozen=True)
class Crowding:
    """What a new request due on `on` would meet. `over`: units that would owe more than `most` in that week."""

    on: date
    most: int
    asked: int
    over: frozenset[int]
    busy: dict[str, int]  # name of the busy days → units that have them


def crowding(units: Collection[int], on: date) -> Crowding:
    """Would one thing more, due on this day from each of these units, be too much? Three queries and one a source."""
    monday = monday_of(on)
    owed = loads(entries(units, monday, monday + timedelta(days=6)))
    over = frozenset(unit for (unit, _week), many in owed.items() if many >= MOST_A_WEEK)
    busy = Counter(span.name for _unit, span in busy_spans(units, on, on))
    return Crowding(on, MOST_A_WEEK, len(units), over, dict(busy))


def digest_of(secret: str) -> str:
    """What is kept of the secret in a feed's address: SHA-256 in hex."""
    return sha256(secret.encode()).hexdigest()


def feed_of(secret: str) -> Feed | None:
    """The feed that this secret opens; of a person who may still sign in."""
    return Feed.objects.filter(digest=digest_of(secret), account__is_active=True).select_related("account").first()


def may_mark_busy_at(account: Account, *, on: date) -> list[int]:
    """Offices whose busy days the account may set."""
    return own_units(account, Right.ASK_REPORTS, on=on)

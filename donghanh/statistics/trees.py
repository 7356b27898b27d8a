"""Who is added up into whom: the tree of a period, or today's with history carried along (ADR 4)."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from donghanh.organisations.queries import as_is, pairs_below, passed_on

type Placed = list[tuple[int, int, float]]  # (unit asked, unit that reported, share of it that counts)


def as_it_was(units: Sequence[int], *, day: date) -> Placed:
    """Each unit with all below it on `day`, every one whole."""
    return [(unit, below, 1.0) for unit, below in pairs_below(units, on=day)]


def as_it_is(units: Sequence[int], *, since: date, on: date) -> Placed:
    """Each unit with all below it on the day `on`, as these units' reports stood on the day `since`.

    What a unit counted before it merged, split or closed goes to its heirs by the shares their events state.
    """
    sources = passed_on(since=since, on=on)
    heirs = as_is(sources, since=since, on=on)
    above: dict[int, list[int]] = {}
    placed: Placed = []
    for unit, below in pairs_below(units, on=on):
        above.setdefault(below, []).append(unit)
        if below not in sources:
            placed.append((unit, below, 1.0))
    for source, shares in heirs.items():
        taken: dict[int, float] = {}
        for heir, share in shares.items():
            for unit in above.get(heir, ()):
                taken[unit] = taken.get(unit, 0.0) + float(share)
        placed += [(unit, source, share) for unit, share in taken.items()]
    return placed

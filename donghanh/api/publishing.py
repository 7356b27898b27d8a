"""What leaves the house for everyone: the gate at its strictest.

Nothing stands on fewer than FEWEST units with an accepted report, and what is kept back cannot be reckoned from what is
shown: not from the total of the area above, not from what that area has beside the areas shown.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from datetime import date

from donghanh.organisations.choices import UnitKind
from donghanh.organisations.models import Lineage
from donghanh.statistics.queries import Answer, Cell, Place

FEWEST = 3  # units
PUBLIC_KINDS = (UnitKind.DEPARTMENT, UnitKind.DISTRICT_OFFICE, UnitKind.COMMUNE)  # never a single school
MOST_CELLS = 20_000


def gated(answer: Answer, parents: Mapping[int, int]) -> dict[Place, Cell]:
    """Every cell of the answer as everyone may see it; `parents`: of the units asked, the nearest above that is too."""
    tables: dict[object, dict[int, tuple[Place, Cell]]] = defaultdict(dict)
    for place, cell in answer.cells():
        tables[place._replace(unit=0)][place.unit] = place, cell
    shown: dict[Place, Cell] = {}
    for table in tables.values():
        kept = kept_back({unit: cell for unit, (_place, cell) in table.items()}, parents)
        for unit, (place, cell) in table.items():
            told = Cell(suppressed=True, expected=cell.expected, reported=cell.reported)
            shown[place] = told if unit in kept else cell
    return shown


def kept_back(cells: Mapping[int, Cell], parents: Mapping[int, int]) -> set[int]:
    """Units of one table whose figure stays inside: those of too few, and those that would tell what these are.

    Whoever reads the shown ones and subtracts learns, of each shown unit, the sum of what is not shown below it, and
    nothing else: such sums have no part in common. Each must stand on none or on FEWEST.
    """
    kept = {unit for unit, cell in cells.items() if cell.suppressed or 0 < cell.reported < FEWEST}
    below: dict[int, list[int]] = defaultdict(list)
    for unit in cells:
        if unit in parents:
            below[parents[unit]].append(unit)

    def unknown(unit: int) -> int:
        """On how many units the part of it stands that subtraction leaves: what hangs below none of its members too."""
        members = below[unit]
        rest = cells[unit].reported - sum(cells[one].reported for one in members)
        return max(rest, 0) + sum(unknown(one) for one in members if one in kept)

    def edge(unit: int) -> Iterator[int]:
        """The topmost shown ones below it that have figures."""
        for one in below[unit]:
            if one in kept:
                yield from edge(one)
            elif cells[one].reported:
                yield one

    waiting = [unit for unit in cells if below[unit]]
    while waiting:
        unit = waiting.pop()
        while unit not in kept and 0 < unknown(unit) < FEWEST and (shown := list(edge(unit))):
            smallest = min(shown, key=lambda one: (cells[one].reported, one))
            kept.add(smallest)
    return kept


def parents_among(unit_ids: Iterable[int], *, on: date) -> dict[int, int]:
    """For each of the units the nearest above it that is one of them too; the topmost are left out."""
    ids = list(unit_ids)
    rows = Lineage.objects.filter(ancestor__in=ids, descendant__in=ids, valid__contains=on, depth__gt=0)
    return dict(rows.order_by("-depth").values_list("descendant_id", "ancestor_id"))  # the nearest stays

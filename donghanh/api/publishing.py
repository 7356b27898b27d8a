"""What leaves the house for everyone: the gate at its strictest.

Nothing stands on fewer than FEWEST units with an accepted report, and what is kept back cannot be reckoned from what is
shown: not from the total of the area above, not from what that area has beside the areas shown.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from datetime import date

from donghanh.organisations.choices import UnitKind
from donghanh.organisations.models import Lineage
from donghanh.statistics.queries import Answer, Cell, Place

FEWEST = 3  # units
PUBLIC_KINDS = (UnitKind.DEPARTMENT, UnitKind.DISTRICT_OFFICE, UnitKind.COMMUNE)  # never a single school
MOST_CELLS = 20_000
KEPT_BACK = Cell(suppressed=True)


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
    """Units of one table whose figure stays inside: those of too few, and those that would tell what these are."""
    kept = {unit for unit, cell in cells.items() if _too_few(cell)}
    families: dict[int, list[int]] = defaultdict(list)
    for unit in cells:
        if unit in parents:
            families[parents[unit]].append(unit)
    while more := {unit for head, members in families.items() if (unit := _given_away(head, members, cells, kept))}:
        kept |= more
    return kept


def _too_few(cell: Cell) -> bool:
    return cell.suppressed or 0 < cell.reported < FEWEST


def _given_away(head: int, members: Sequence[int], cells: Mapping[int, Cell], kept: set[int]) -> int:
    """One more to keep back so that the family gives nothing away; 0 where it does not.

    The total less the members shown is what the others have: one member kept back, or a rest of too few outside them.
    A total kept back is the sum of its members and its rest.
    """
    weighty = [unit for unit in members if cells[unit].reported]
    hidden = [unit for unit in weighty if unit in kept]
    rest = cells[head].reported - sum(cells[unit].reported for unit in members)
    seen = sorted((unit for unit in weighty if unit not in kept), key=lambda unit: (cells[unit].reported, unit))
    if not seen:
        return 0
    unknown = len(hidden) + (0 < rest < FEWEST)
    if head in kept:
        return seen[0] if not hidden and rest <= 0 else 0
    return seen[0] if unknown == 1 and not (hidden and rest >= FEWEST) else 0


def parents_among(unit_ids: Iterable[int], *, on: date) -> dict[int, int]:
    """For each of the units the nearest above it that is one of them too; the topmost are left out."""
    ids = list(unit_ids)
    rows = Lineage.objects.filter(ancestor__in=ids, descendant__in=ids, valid__contains=on, depth__gt=0)
    return dict(rows.order_by("-depth").values_list("descendant_id", "ancestor_id"))  # the nearest stays

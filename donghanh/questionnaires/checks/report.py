"""What a check may look at, and where it speaks."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date

from donghanh.questionnaires.definition import EVERY_NUMBER, Cell, Check, Definition
from donghanh.questionnaires.logic import Settled

type Place = tuple[str, float | None, float | None]  # where the sentence stands, the left and the right value


@dataclass(frozen=True)
class Report:
    """One unit's answers, with all that they may be compared with."""

    definition: Definition
    settled: Settled
    register: Mapping[str, float] = field(default_factory=dict)
    before: Mapping[str, float | None] = field(default_factory=dict)  # by cell: the period before
    peers: Mapping[str, float] = field(default_factory=dict)  # by cell: the usual value of units of the same kind
    on: date | None = None  # today, for relations that ask for it

    @property
    def values(self) -> Mapping[str, float | None]:
        return self.settled.values

    @property
    def texts(self) -> Mapping[str, str]:
        return self.settled.texts

    def watched(self, check: Check) -> list[Cell]:
        """The counts that a check over a range looks at: those of `left`, or all."""
        codes = self.definition.cells_of if check.left == EVERY_NUMBER else [check.left]
        cells = [cell for code in codes for cell in self.definition.cells_of[code]]
        return [cell for cell in cells if cell.item.kind != "flag"]

    def pairs(self, check: Check) -> list[tuple[str, str, float | None, float | None]]:
        """Both places and both values: cell by cell in the same breakdown, else total against total."""
        definition, values = self.definition, self.values
        left, right = definition.items[check.left], definition.items.get(check.right)
        total = definition.total(left.code, values)
        if right is None:
            known = self.register.get(check.right.removeprefix("register."))
            return [(left.code, check.right, total, known)]
        if right.code not in definition.cells_of:
            return [(left.code, right.code, total, 1 if self.texts.get(right.code) else None)]
        if (left.breakdown, left.rows) != (right.breakdown, right.rows):
            return [(left.code, right.code, total, definition.total(right.code, values))]
        others = {cell.selection: cell.code for cell in definition.cells_of[right.code]}
        return [
            (cell.code, others[cell.selection], values.get(cell.code), values.get(others[cell.selection]))
            for cell in definition.cells_of[left.code]
            if cell.selection in others
        ]


def far_apart(check: Check, one: float | None, other: float | None) -> bool:
    """More than `factor` times and more than `difference` from each other."""
    if one is None or other is None:
        return False
    low, high = sorted((one, other))
    return high > check.factor * low and high - low > check.difference

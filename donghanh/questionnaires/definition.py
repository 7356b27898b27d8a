"""What a form is: sections of items, each item one cell or one cell a breakdown option; checks over the cells.

Read once from JSON (a version's `document`), then immutable. The order of `cells` is the order of every stored array.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import cached_property
from typing import Literal

type ItemKind = Literal["integer", "flag", "text"]
type Severity = Literal["error", "warning"]
type CheckKind = Literal["not_more_than", "needs", "usual_range"]


@dataclass(frozen=True)
class Option:
    code: str
    vi: str
    en: str


@dataclass(frozen=True)
class Item:
    code: str  # the data element it fills
    kind: ItemKind
    vi: str
    en: str
    unit_vi: str = ""  # unit of measure
    unit_en: str = ""
    help_vi: str = ""
    help_en: str = ""
    basis: str = ""  # clause or regulation the item comes from
    breakdown: str = ""  # code of the breakdown, "" for a single cell
    required: bool = True
    at_most: int | None = None


@dataclass(frozen=True)
class Section:
    code: str
    vi: str
    en: str
    items: tuple[Item, ...]


@dataclass(frozen=True)
class Check:
    """not_more_than: `left` may not exceed `right` (item codes, or `register.staff`), option by option.
    needs: where `left` is yes or above 0, `right` must be filled."""

    code: str
    kind: CheckKind
    severity: Severity
    left: str
    right: str
    vi: str  # the sentence for the person, with %(left)s and %(right)s for the two values
    en: str
    basis: str = ""


@dataclass(frozen=True)
class Cell:
    code: str  # "staff_trained[TH]" or "schools_with_outreach"
    item: Item
    option: Option | None = None


@dataclass(frozen=True)
class Definition:
    code: str
    vi: str
    en: str
    breakdowns: dict[str, tuple[Option, ...]]
    sections: tuple[Section, ...]
    checks: tuple[Check, ...] = field(default=())

    @cached_property
    def items(self) -> dict[str, Item]:
        return {item.code: item for section in self.sections for item in section.items}

    @cached_property
    def cells(self) -> tuple[Cell, ...]:
        """Every number of the form, in stored order; texts are not cells."""
        return tuple(
            Cell(f"{item.code}[{option.code}]" if option else item.code, item, option)
            for item in self.items.values()
            if item.kind != "text"
            for option in (self.breakdowns[item.breakdown] if item.breakdown else (None,))
        )

    @cached_property
    def texts(self) -> tuple[Item, ...]:
        return tuple(item for item in self.items.values() if item.kind == "text")

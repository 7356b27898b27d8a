"""Numbers that open: `{{ figure|number_address }}`, and the cells of a line of numbers."""

from __future__ import annotations

from typing import Any, Final

from django import template

from donghanh.home.numbers import address_of, decimals_of
from donghanh.home.queries import Lens
from donghanh.statistics.queries import Cell, Figure, Origin

register = template.Library()
HUNDRED: Final = 100


@register.simple_tag
def number_address(figure: Figure, lens: Lens) -> str:
    """Where the story of an indicator's figure lies, as the page that shows it sees it."""
    return address_of(figure, form=lens.form, now=lens.now)


@register.inclusion_tag("home/number_cells.html")
def number_cells(origin: Origin, cell: Cell, whole: Cell) -> dict[str, Any]:
    """The cells of one line in a table of what makes up a figure: `cell` is a part of the `whole`."""
    part = HUNDRED * cell.value / whole.value if cell.value is not None and whole.value else None
    return {"origin": origin, "cell": cell, "part": part, "decimals": decimals_of(origin, cell)}

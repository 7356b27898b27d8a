"""What a report can say by itself: the figures that rooms count (`measures`), laid on the cells of its form."""

from __future__ import annotations

import logging
from collections.abc import Callable, Collection, Mapping
from functools import partial

from django.db import transaction
from django.urls import reverse

from donghanh.measures.queries import Line, Measure, measure
from donghanh.periods.queries import Span
from donghanh.questionnaires.models import Definition, Item
from donghanh.questionnaires.rules import Offered, applicable

log = logging.getLogger(__name__)


def offered(
    definition: Definition, levels: Collection[str], *, unit_id: int, span: Span, pk: int
) -> dict[str, Offered]:
    """By cell, what the programme counted for this unit and period; cells without a figure are left out.

    `pk`: the report, for the link to the rows behind. Each measure counts once, however many cells it fills. One that
    fails is logged and fills nothing: its boxes are typed as ever.
    """
    open_cells, counted = applicable(definition, levels), dict[str, Mapping[str, float]]()
    found: dict[str, Offered] = {}
    for item in definition.items.values():
        if (source := measure_of(item)) is None:
            continue
        if source.code not in counted:
            counted[source.code] = _safely(source.code, partial(source.count, unit_id, span), {})
        href = reverse("reporting:from_where", args=[pk, item.code])
        for cell in definition.cells_of.get(item.code, ()):
            value = counted[source.code].get(cell.selection)
            if value is not None and cell.code in open_cells and round(value, item.digits) == value:
                found[cell.code] = Offered(value, str(source.source), href)
    return found


def measure_of(item: Item) -> Measure | None:
    """The measure that fills an item; None where it is typed by hand, or where no room offers that measure."""
    return measure(item.measure) if item.measure and item.typed else None


def lines_behind(item: Item, unit_id: int, span: Span) -> list[Line]:
    """The rows behind the figure of an item; none where nothing counts it, or where the count failed."""
    source = measure_of(item)
    return _safely(source.code, lambda: list(source.lines(unit_id, span)), []) if source else []


def prefilled(typed: Mapping[str, str], known: Mapping[str, Offered]) -> dict[str, str]:
    """What was typed, with the counted figures in boxes of which nothing is said; a box emptied by hand stays empty."""
    written = {code: f"{one.value:.6f}".rstrip("0").rstrip(".").replace(".", ",") for code, one in known.items()}
    return {**written, **typed}


def _safely[Found](code: str, count: Callable[[], Found], nothing: Found) -> Found:
    """What is counted, or `nothing`: a room's slip must not close the page."""
    try:
        with transaction.atomic():  # a query that fails leaves the page's own transaction whole
            return count()
    except Exception as fault:  # noqa: BLE001  # whatever it is; no traceback: it may quote rows
        log.error("The measure %s could not be counted: %s", code, type(fault).__name__)  # noqa: TRY400  # its text may hold what somebody wrote
        return nothing

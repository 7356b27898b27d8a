"""Indicators as accepted reports tell them, for templates of papers."""

from __future__ import annotations

from collections.abc import Collection
from datetime import date
from typing import Final

from django.utils.translation import override

from donghanh.papers.queries import Told, offer_figures
from donghanh.statistics.queries import closed_periods, figures, indicators, page_of, percent

PERIODS_BACK: Final = 6  # the newest ones that are looked through for an indicator: forms come at times of their own


class ReportedFigures:
    """What `papers` may print of them: what the gate keeps back, or nobody reported, is left out."""

    def known(self) -> dict[str, str]:
        return {one.code: one.short_name for one in indicators()}

    def values(self, units: Collection[int], codes: Collection[str], *, on: date) -> dict[tuple[int, str], Told]:
        found: dict[tuple[int, str], Told] = {}
        wanted = {one.code: one for one in indicators(*codes)}
        for period in closed_periods(on=on)[:PERIODS_BACK]:
            told = figures(list(wanted.values()), period, units) if wanted else {}
            with override("vi"):
                values = {
                    (unit, figure.indicator.code): Told(
                        percent(figure, sign=False), page_of(figure.indicator.code, period, unit)
                    )
                    for unit, row in told.items()
                    for figure in row
                    if figure.value is not None
                }
            found |= values
            for code in {code for _unit, code in values}:
                del wanted[code]  # one period for all units: figures of two years are not set beside each other
        return found


def register() -> None:
    offer_figures(ReportedFigures())

"""Columns that every list writes alike."""

from __future__ import annotations

from typing import Any

import django_tables2 as tables

from donghanh.kernel.templatetags.dh import number, percent

RIGHT = {"th": {"class": "dh-num"}, "td": {"class": "dh-num"}, "tf": {"class": "dh-num"}}


class NumberColumn(tables.Column):
    """Right-aligned digits of equal width: 1.234; empty where there is no figure."""

    def __init__(self, *args: Any, decimals: int = 0, **options: Any) -> None:
        super().__init__(*args, **{"attrs": RIGHT, **options})
        self.decimals = decimals

    def render(self, value: float) -> str:
        return number(value, self.decimals)

    def value(self, value: float) -> float:
        """In a file a number stays a number."""
        return value


class PercentColumn(NumberColumn):
    """85,3 %: the value is already in hundredths."""

    def __init__(self, *args: Any, decimals: int = 1, **options: Any) -> None:
        super().__init__(*args, decimals=decimals, **options)

    def render(self, value: float) -> str:
        return percent(value, self.decimals)

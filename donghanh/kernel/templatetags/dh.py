"""Figures in templates, always the same way."""

from __future__ import annotations

from django import template
from django.utils.translation import get_language

from donghanh.kernel.numbers import format_number

register = template.Library()


@register.filter
def number(value: float | None, decimals: int = 0) -> str:
    """1234 → 1.234; a missing value is an empty string, never 0."""
    return format_number(value, decimals=decimals, language=get_language() or "vi")


@register.filter
def percent(value: float | None, decimals: int = 1) -> str:
    """85.25 → 85,3 % (the value is already in hundredths)."""
    return f"{number(value, decimals)}\N{NARROW NO-BREAK SPACE}%" if value is not None else ""


@register.filter
def entry(mapping: dict[str, object], key: str) -> object:
    """mapping[key], None where it is missing."""
    return mapping.get(key)

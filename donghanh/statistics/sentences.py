"""A figure as an official paper says it: in Vietnamese, whatever language the reader of the screen has chosen."""

from __future__ import annotations

from urllib.parse import urlencode

from django.urls import reverse

from donghanh.kernel.numbers import format_number
from donghanh.periods.models import Period
from donghanh.statistics.choices import TargetState
from donghanh.statistics.figures import Figure


def page_of(code: str, period: Period, unit_id: int, *, form: str = "") -> str:
    """Where the figure of an indicator tells its story; `form`: as that form counted it, "" is the newest layout."""
    asked = {"datum": f"indicator:{code}", "span": period.code, "unit": unit_id} | ({"form": form} if form else {})
    return f"{reverse('home:number')}?{urlencode(asked)}"


def percent(figure: Figure, *, sign: bool = True) -> str:
    """The value to the indicator's decimals, "" where there is none."""
    if figure.value is None:
        return ""
    return format_number(figure.value, decimals=figure.indicator.decimals) + (" %" if sign else "")


def counts(figure: Figure) -> str:
    """ "498/531", "" where there is no value."""
    if figure.value is None:
        return ""
    return f"{format_number(figure.numerator)}/{format_number(figure.denominator)}"


def aim(value: float | None) -> str:
    """A target as it is stated: "85", "92,5"; "" where there is none."""
    return "" if value is None else format_number(value, decimals=0 if value.is_integer() else 1)


def sentence(figure: Figure) -> str:
    """The whole: name, value, counts, and what is lacking to the target of its year."""
    name = figure.indicator.name_vi
    if figure.value is None:
        return f"{name}: không có số liệu."
    said = f"{name}: {percent(figure)} ({counts(figure)})"
    if figure.target is None:
        return f"{said}."
    lacking = format_number(figure.gap_units)
    word = "đạt" if figure.state == TargetState.MET else f"còn thiếu {lacking} để đạt"
    of_year = f"của năm {figure.period.target_year}" if figure.target_is_stated else "nội suy giữa các năm của Kế hoạch"
    return f"{said}; {word} mức {aim(figure.target)} % {of_year}."

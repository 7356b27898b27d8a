"""A laid-out look as a chart: the shape of data is that of `static/dh/chart.js`."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any, Final

from django.utils.translation import gettext as _

from donghanh.explorer.choices import Dimension, Shape
from donghanh.explorer.members import Measure
from donghanh.explorer.pivot import Key, Pivot, decimals_of
from donghanh.kernel.numbers import format_number

MOST_PLACES: Final = 40  # along the axis
MOST_SERIES: Final = 8
WIDE: Final = 8  # places: beyond these bars lie, so that their names can be read
PERCENT: Final = 100
STEEP: Final = 50  # percent
TEN: Final = 10


@dataclass(frozen=True)
class Chart:
    """`data` is None where there is nothing to draw; `notes` say what was left away and why."""

    data: dict[str, Any] | None
    notes: list[str] = field(default_factory=list)


def chart_of(pivot: Pivot) -> Chart:
    """Rows along the axis, a series a column; a line runs along the periods wherever they lie."""
    notes: list[str] = []
    along, series = pivot.parts, [one for one in pivot.columns if not any(member.total for member in one)]
    series = series or pivot.columns
    turned = pivot.shape == Shape.LINE and Dimension.PERIOD in pivot.look.columns
    if pivot.shape == Shape.LINE and Dimension.PERIOD not in (*pivot.look.rows, *pivot.look.columns):
        return Chart(None, [_("Đường cần nhiều kỳ: chuyển Kỳ sang Hàng hoặc Cột, rồi chọn từ hai kỳ trở lên.")])
    measure = _measure(pivot, along, series)
    if measure is None:
        return Chart(None)
    same, others = _alike(pivot, along, series, measure)
    if others:
        notes.append(_("Chỉ vẽ các số liệu cùng đơn vị đo; các số liệu còn lại có trong bảng."))
    along, series = same
    if turned:
        along, series = series, along
    for most, there, what in (
        (MOST_PLACES, len(along), _("Vẽ %(most)s mục đầu trong %(all)s; bảng có đủ.")),
        (MOST_SERIES, len(series), _("Vẽ %(most)s dãy đầu trong %(all)s; bảng có đủ.")),
    ):
        if there > most:
            notes.append(what % {"most": most, "all": format_number(there)})
    along, series = along[:MOST_PLACES], series[:MOST_SERIES]
    drawn = [
        {"name": _name(one), "values": [_at(pivot, place, one, turned=turned) for place in along]} for one in series
    ]
    return Chart(_data(pivot, along, drawn, measure), notes)


def _at(pivot: Pivot, place: Key, one: Key, *, turned: bool) -> float | None:
    value = pivot.value(one, place) if turned else pivot.value(place, one)
    return None if value is None else round(value, 4)


def _data(pivot: Pivot, along: Sequence[Key], drawn: list[dict[str, Any]], measure: Measure) -> dict[str, Any] | None:
    values = [value for one in drawn for value in one["values"] if value is not None]
    if not values:
        return None
    data: dict[str, Any] = {
        "kind": "line" if pivot.shape == Shape.LINE else "rows" if len(along) > WIDE else "bar",
        "unit": measure.unit if measure.unit == "%" else "",
        "decimals": max(decimals_of(measure, value) for value in values),
        "x": short([_name(one) for one in along]),
        "series": [
            {**one, "name": name} for one, name in zip(drawn, short([one["name"] for one in drawn]), strict=True)
        ],
    }
    if data["kind"] == "line" and min(values) >= STEEP:  # a line may begin above 0, a bar may not
        data["minimum"] = int(min(values) // TEN * TEN) if measure.unit == "%" else 0
    if measure.unit == "%":
        data["maximum"] = max(PERCENT, *values) if max(values) > PERCENT else PERCENT
    elif pivot.shape == Shape.LINE:
        data["maximum"] = _round_up(max(values))
    return data


def _round_up(value: float) -> float:
    """The end of an axis: the next of 1, 2, 4, 5, 8 or 10 times a power of ten."""
    power = float(10 ** (len(str(int(max(value, 1)))) - 1))
    return next(step * power for step in (1, 2, 4, 5, 8, 10) if step * power >= value)


def _name(key: Key) -> str:
    return " · ".join(one.label for one in key)


def short(names: Sequence[str]) -> list[str]:
    """Without the words that all begin with: “Phòng GD&ĐT huyện Lạc Sơn” beside others of the kind is “Lạc Sơn”."""
    words = [name.split() for name in names]
    if len(words) < len("ab"):
        return list(names)
    most = min(map(len, words)) - 1
    alike = next((place for place in range(most) if len({each[place] for each in words}) > 1), most)
    return [" ".join(each[alike:]) for each in words]


def _measure(pivot: Pivot, along: Sequence[Key], series: Sequence[Key]) -> Measure | None:
    """That of the first cell that has a figure."""
    for place in along:
        for one in series:
            if pivot.value(place, one) is not None:
                found: Measure = pivot.placed(place, one)[Dimension.DATA].value
                return found
    return None


def _alike(
    pivot: Pivot, along: Sequence[Key], series: Sequence[Key], measure: Measure
) -> tuple[tuple[list[Key], list[Key]], bool]:
    """Rows and columns whose data are measured in the same unit; whether others were left away."""

    def fits(row: Key, column: Key) -> bool:
        found: Measure = pivot.placed(row, column)[Dimension.DATA].value
        return found.unit == measure.unit

    rows, columns = list(along), list(series)
    if Dimension.DATA in pivot.look.rows:
        rows = [row for row in rows if fits(row, columns[0])]
    if Dimension.DATA in pivot.look.columns:
        columns = [column for column in columns if fits(rows[0], column)]
    return (rows, columns), len(rows) < len(along) or len(columns) < len(series)

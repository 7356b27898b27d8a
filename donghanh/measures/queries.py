"""The registry of measures. A room registers in `apps.ready()`; whoever asks finds a measure by its code."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass

from django.utils.functional import Promise

from donghanh.periods.queries import Span

type Word = str | Promise


@dataclass(frozen=True)
class Line:
    """One row behind a figure: what it is, and where it stands."""

    words: str
    href: str = ""


@dataclass(frozen=True, kw_only=True)
class Measure:
    """A figure of one unit and one period.

    `count`: (unit id, period) → value by selection: "" for the single figure, "TH" or "row,column" for a breakdown;
    an empty mapping where the room has nothing to count. `lines`: the rows behind it, in order.
    """

    code: str  # "collaborators.people": the room, then what is counted
    name: Word
    source: Word  # "danh sách cộng tác viên": said beside the figure
    count: Callable[[int, Span], Mapping[str, float]]
    lines: Callable[[int, Span], Iterable[Line]]


_KNOWN: dict[str, Measure] = {}
_FAMILIES: dict[str, Callable[[str], Measure | None]] = {}


def offer(*measures: Measure) -> None:
    """Register measures; a code is taken once."""
    for measure in measures:
        if measure.code in _KNOWN and _KNOWN[measure.code] is not measure:
            raise ValueError(measure.code)
        _KNOWN[measure.code] = measure


def offer_family(prefix: str, resolve: Callable[[str], Measure | None]) -> None:
    """Register measures made on demand: `prefix.<rest>` is answered by `resolve(rest)`; a prefix is taken once."""
    if _FAMILIES.setdefault(prefix, resolve) is not resolve:
        raise ValueError(prefix)


def measure(code: str) -> Measure | None:
    """The measure with this code, of its own or of a family; None where no room offers it."""
    if code in _KNOWN:
        return _KNOWN[code]
    for prefix, resolve in _FAMILIES.items():
        if code.startswith(f"{prefix}."):
            return resolve(code.removeprefix(f"{prefix}."))
    return None


def measures() -> list[Measure]:
    """Every measure, by code."""
    return [_KNOWN[code] for code in sorted(_KNOWN)]

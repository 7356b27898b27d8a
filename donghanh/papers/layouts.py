"""Which layout is in force. Layouts are files of `data/`, one a regulation, checked when they are first read."""

from __future__ import annotations

import json
from collections.abc import Iterable
from datetime import date
from functools import cache
from itertools import pairwise
from pathlib import Path
from typing import Any, Final

from django.utils.translation import gettext as _

from donghanh.papers.choices import Frame, Layout, Style

FOLDER: Final = Path(__file__).parent / "data"
# Elements that a composed paper may name: a layout without one of them would fail on the day somebody needs it.
NAMES: Final = (
    "national_title motto superior_body issuing_body number place_and_date letter_abstract urgency circulation type "
    "abstract addressee addressees addressee_item enacted_by basis enacting_words text division division_title section "
    "clause point caption table_head table_cell table_total closing signer signer_other signer_name name_below "
    "recipients recipient drafter address appendix appendix_title appendix_reference copy_form copier_name corner rule "
    "page_number mark source_code sources_title sources_note source"
)
ELEMENTS: Final = frozenset(NAMES.split())
STAMPS: Final = frozenset(("urgent", "very_urgent", "flash", "circulation"))
LIMITS: Final = frozenset(("sizes", "first_lines", "before_least", "lines_allowed"))
OF_STYLE: Final = frozenset(Style.__dataclass_fields__) - {"place"} | {"clause"}
TRACE: Final = 0.001  # thirds are written with three digits


class NoLayout(LookupError):
    """`str()` is the sentence for the person who dated the document."""


class LayoutFaulty(ValueError):
    """`str()` names the file and the value, for whoever wrote it."""


def layout_on(day: date) -> Layout:
    """The layout that the law orders for a document issued on `day`; `NoLayout` where none known here holds."""
    for layout in layouts():
        if layout.valid_from <= day and (layout.valid_until is None or day < layout.valid_until):
            return layout
    raise NoLayout(_("Chưa có thể thức văn bản cho ngày %(day)s.") % {"day": f"{day:%d/%m/%Y}"})


@cache
def layouts(folder: Path = FOLDER) -> tuple[Layout, ...]:
    """Every layout of the folder, oldest first; `LayoutFaulty` where a value breaks its own limits or two overlap."""
    found = sorted((read(path) for path in folder.glob("*.json")), key=lambda layout: layout.valid_from)
    for earlier, later in pairwise(found):
        if earlier.valid_until is None or later.valid_from < earlier.valid_until:
            raise LayoutFaulty(f"{later.source}: begins on {later.valid_from} while {earlier.source} still holds")
    return tuple(found)


def read(path: Path) -> Layout:
    """One file as a layout; `LayoutFaulty` names the first value that is missing, unknown or outside its limits."""
    try:
        told = json.loads(path.read_text(encoding="utf-8"))
        until = told["valid_until"]
        layout = Layout(
            source=told["source"],
            valid_from=date.fromisoformat(told["valid_from"]),
            valid_until=date.fromisoformat(until) if until else None,
            font=told["font"]["name"],
            stamps={key: _frame(row) for key, row in told["stamps"].items()},
            styles={key: _style(path, key, row) for key, row in told["styles"].items()},
            **{key: row["value"] for key, row in told["page"].items()},
        )
    except (KeyError, TypeError, ValueError) as fault:
        if isinstance(fault, LayoutFaulty):
            raise
        raise LayoutFaulty(f"{path.name}: {fault!r}") from fault
    for problem in _problems(told, layout):
        raise LayoutFaulty(f"{path.name}: {problem}")
    return layout


def _problems(told: dict[str, Any], layout: Layout) -> Iterable[str]:
    if layout.valid_until is not None and layout.valid_until <= layout.valid_from:
        yield f"ends on {layout.valid_until}, before it begins"
    for name, wanted, found in (("styles", ELEMENTS, layout.styles), ("stamps", STAMPS, layout.stamps)):
        if wanted != found.keys():
            yield f"{name}: missing or unknown {sorted(wanted ^ found.keys())}"
    for key, row in told["page"].items():
        least, most = row.get("allowed", (row["value"], row["value"]))
        if not least - TRACE <= row["value"] <= most + TRACE:
            yield f"{key} is {row['value']}, not {least} to {most} ({row['clause']})"
    for key, row in told["styles"].items():
        yield from _style_problems(key, row, layout.styles[key])


def _style_problems(key: str, row: dict[str, Any], style: Style) -> Iterable[str]:
    least, most = row.get("sizes", (style.size, style.size))
    if not least <= style.size <= most:
        yield f"{key}: size {style.size}, not {least} to {most} ({style.place})"
    if style.first_line not in row.get("first_lines", (style.first_line,)):
        yield f"{key}: first line {style.first_line}, none of {row['first_lines']} ({style.place})"
    if style.before < row.get("before_least", 0):
        yield f"{key}: {style.before} pt above, less than {row['before_least']} ({style.place})"
    least, most = row.get("lines_allowed", (style.lines, style.lines))
    if not least <= style.lines <= most:
        yield f"{key}: {style.lines} lines, not {least} to {most} ({style.place})"


def _style(path: Path, key: str, row: dict[str, Any]) -> Style:
    if unknown := row.keys() - OF_STYLE - LIMITS:
        raise LayoutFaulty(f"{path.name}: {key}: unknown {sorted(unknown)}")
    values = {name: value for name, value in row.items() if name not in LIMITS | {"clause"}}
    sizes = row.get("sizes")
    return Style(place=row["clause"], sizes=(sizes[0], sizes[1]) if sizes else None, **values)


def _frame(row: dict[str, Any]) -> Frame:
    return Frame(**{name: value for name, value in row.items() if name not in {"clause", "note"}})

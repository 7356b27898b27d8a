"""PDF by typst: one static template, the composed paper handed over as data."""

from __future__ import annotations

import json
from dataclasses import asdict
from datetime import datetime
from functools import cache
from pathlib import Path
from typing import Any

from django.conf import settings
from django.utils.translation import gettext as _

from donghanh.papers.composition import Columns, Line, Paper, Part, Rule, Section, Sources, Stamp
from donghanh.papers.sourcing import qr_svg

TEMPLATE = Path(__file__).parent / "templates/papers/official.typ"
MEASURES = Path(__file__).parent / "templates/papers/measures.typ"
FONT = "Tinos"  # free, and every letter as wide as in Times New Roman


class FontsMissing(RuntimeError):
    """`str()` is the sentence for the administrator."""


def pdf(paper: Paper, *, at: datetime) -> bytes:
    """The paper as PDF/A-2a, dated `at`; where the font lacks a sign, a plain PDF with an empty box in its place."""
    import typst  # slow: a compiler of 60 MB

    def compiled(standards: list[Any]) -> bytes:
        return typst.compile(
            TEMPLATE,
            font_paths=_fonts(settings.FONTS_FOLDER),
            sys_inputs={"paper": json.dumps(_data(paper))},
            pdf_standards=standards,
            timestamp=int(at.timestamp()),
        )

    try:
        return compiled(["a-2a"])
    except typst.TypstError as error:
        if "could not be displayed" not in str(error):
            raise
        return compiled([])


def signer_place(paper: Paper) -> dict[str, float]:
    """Where the signer's name stands: `page` from 1; `x`, `y` of its upper left corner, `room`, its width, in pt.

    `height` is that of the page, which may lie.
    """
    import typst  # slow: a compiler of 60 MB

    found = typst.query(
        TEMPLATE, "<signer>", field="value", one=True, font_paths=_fonts(settings.FONTS_FOLDER),
        sys_inputs={"paper": json.dumps(_data(paper))},
    )  # fmt: skip
    place: dict[str, float] = json.loads(found)
    return place


def lengths(rules: list[tuple[Rule, float]], paper: Paper) -> list[float]:
    """Length in mm of each rule, whose text stands in a box of the given width (mm)."""
    above = [(rule.above, room) for rule, room in rules if rule.above]
    measured = iter(text_widths(above, paper))
    return [(next(measured) if rule.above else room) * rule.share for rule, room in rules]


def text_widths(lines: list[tuple[Line, float]], paper: Paper) -> list[float]:
    """Width in mm of each line's words in a box of the given width (mm)."""
    if not lines:
        return []
    import typst  # slow: a compiler of 60 MB

    asked = [
        {"text": line.text, "room": room, "style": asdict(paper.layout.styles[line.style])} for line, room in lines
    ]
    inputs = {"font": FONT, "asked": json.dumps(asked)}
    found = typst.query(
        MEASURES, "<widths>", field="value", one=True, font_paths=_fonts(settings.FONTS_FOLDER), sys_inputs=inputs
    )
    measured: list[float] = json.loads(found)
    return measured


@cache
def _fonts(folder: Path) -> Any:
    """The fonts of `folder` alone: a document must not change with the machine that prints it."""
    import typst  # slow: a compiler of 60 MB

    fonts = typst.Fonts(include_system_fonts=False, include_embedded_fonts=False, font_paths=[folder])
    if FONT not in fonts.families():
        raise FontsMissing(_("Thiếu phông chữ %(font)s trong %(folder)s.") % {"font": FONT, "folder": folder})
    return fonts


def _data(paper: Paper) -> dict[str, Any]:
    sections = [_section(section) for section in paper.sections]
    layout = {key: value for key, value in asdict(paper.layout).items() if not key.startswith("valid_")}
    return {
        "font": FONT, "layout": layout, "sections": sections,
        "title": paper.title, "author": paper.author, "mark": paper.mark,
    }  # fmt: skip


def _section(section: Section) -> dict[str, Any]:
    return {
        "landscape": section.landscape,
        "parts": [_part(part) for part in section.parts],
        "foot": [_part(part) for part in section.foot],
        "corner": section.corner and asdict(section.corner),
    }


def _part(part: Part | Stamp) -> dict[str, Any]:
    data = {"kind": type(part).__name__}
    if isinstance(part, Columns):
        rows = [[[_part(line) for line in box] for box in row] for row in part.rows]
        return data | {"left": part.left, "above": part.above, "rows": rows}
    if isinstance(part, Sources):
        return data | {"rows": [asdict(row) | {"qr": qr_svg(row.address)} for row in part.rows]}
    return data | asdict(part)

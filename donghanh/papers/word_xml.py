"""Pieces of WordprocessingML that python-docx offers no call for, or makes too slowly."""

from __future__ import annotations

from collections.abc import Sequence
from copy import deepcopy
from typing import Any

TWIPS = 1440 / 25.4  # in a mm


def element(tag: str, *children: Any, **attributes: str) -> Any:
    from docx.oxml import OxmlElement
    from docx.oxml.ns import qn

    made = OxmlElement(tag, attrs={qn(f"w:{name}"): value for name, value in attributes.items()})
    made.extend(children)
    return made


def run(text: str) -> Any:
    made = element("w:r", element("w:t"))
    made[0].text = text
    return made


def xml_of(proxy: Any) -> Any:
    """python-docx offers no call for repeated heads, fixed cells or page fields: they are written as XML."""
    return proxy._element  # noqa: SLF001  # python-docx has no other way to it


def twips(length: float) -> str:
    return str(round(length * TWIPS))


def table_of(widths: list[float], extra: Any, *, padding: float = 0, centred: bool = False) -> Any:
    sides = (element(f"w:{side}", w=twips(padding), type="dxa") for side in ("left", "right"))
    middle = [element("w:jc", val="center")] if centred else []
    return element(
        "w:tbl",
        element(
            "w:tblPr",
            element("w:tblW", w=twips(sum(widths)), type="dxa"),
            *middle,
            extra,
            element("w:tblLayout", type="fixed"),
            element("w:tblCellMar", *sides),
        ),
        element("w:tblGrid", *(element("w:gridCol", w=twips(width)) for width in widths)),
    )


def borders(colour: str) -> Any:
    edges = ("top", "left", "bottom", "right", "insideH", "insideV")
    return element(
        "w:tblBorders", *(element(f"w:{edge}", val="single", sz="5", space="0", color=colour) for edge in edges)
    )


def row_of(cells: list[Any]) -> Any:
    """A row that the end of a page does not tear apart."""
    return element("w:tr", element("w:trPr", element("w:cantSplit")), *cells)


def cell_of(width: float, *properties: Any) -> Any:
    return element("w:tc", element("w:tcPr", element("w:tcW", w=twips(width), type="dxa"), *properties))


def filled(model: Any, texts: Sequence[str]) -> Any:
    row = deepcopy(model)
    for place, text in zip(row.iter("{*}t"), texts, strict=True):
        place.text = text
    return row

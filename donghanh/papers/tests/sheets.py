"""Papers measured: where each text and stroke of a PDF stands, in mm from the upper left corner of its page."""

from __future__ import annotations

from dataclasses import dataclass
from io import BytesIO
from typing import Any

import pdfplumber

MM = 72 / 25.4
ASCENT, DESCENT, SINGLE = 0.891, 0.216, 1.149  # of Times New Roman, in its size


@dataclass(frozen=True)
class Found:
    """A line of text; `size` in pt, `face` without the tag of a subset, "" where it changes within the line."""

    text: str
    page: int
    left: float
    right: float
    baseline: float
    size: float
    face: str
    colour: tuple[float, ...]

    @property
    def middle(self) -> float:
        return (self.left + self.right) / 2

    @property
    def top(self) -> float:
        return self.baseline - ASCENT * self.size / MM

    @property
    def bottom(self) -> float:
        return self.baseline + DESCENT * self.size / MM


@dataclass(frozen=True)
class Stroke:
    left: float
    right: float
    y: float
    colour: tuple[float, ...]

    @property
    def length(self) -> float:
        return self.right - self.left

    @property
    def middle(self) -> float:
        return (self.left + self.right) / 2


class Sheet:
    """A page, from 1."""

    def __init__(self, number: int, page: Any) -> None:
        self.number, self.page = number, page
        self.width, self.height = page.width / MM, page.height / MM

    def find(self, text: str) -> Found | None:
        """The first place of a text that stands on one line; letters of another column do not count."""
        seen = self.page.search(text, regex=False, case=True)
        return self._measured(text, seen[0]["chars"]) if seen else None

    def lines(self) -> list[Found]:
        """What stands at one height, from the top; a page in columns has both in one line."""
        return [self._measured(one["text"], one["chars"]) for one in self.page.extract_text_lines()]

    def strokes(self) -> list[Stroke]:
        """Horizontal ones, from the top."""
        drawn = [
            Stroke(one["x0"] / MM, one["x1"] / MM, one["top"] / MM, _three(one["stroking_color"]))
            for one in self.page.horizontal_edges
        ]
        return sorted(drawn, key=lambda stroke: stroke.y)

    def _measured(self, text: str, chars: list[dict[str, Any]]) -> Found:
        chars = [char for char in chars if char["text"].strip()]
        faces = {char["fontname"].partition("+")[2] for char in chars}
        first, last = chars[0], chars[-1]
        return Found(
            text, self.number, first["x0"] / MM, last["x1"] / MM, self.height - first["matrix"][5] / MM, first["size"],
            faces.pop() if len(faces) == 1 else "", _three(first["non_stroking_color"]),
        )  # fmt: skip


def sheets(content: bytes) -> list[Sheet]:
    return [Sheet(number, page) for number, page in enumerate(pdfplumber.open(BytesIO(content)).pages, 1)]


def _three(colour: Any) -> tuple[float, ...]:
    values = tuple(map(float, colour)) if isinstance(colour, (tuple, list)) else (float(colour or 0),)
    return values * 3 if len(values) == 1 else values

"""Pictures that stand for signatures (Decree 30/2020, I.II.7d and I.II.8): a person in blue, a seal in red."""

from __future__ import annotations

from io import BytesIO
from pathlib import Path
from typing import Any, Final

from django.conf import settings
from PIL import Image, ImageDraw, ImageFont

BLUE, RED = (20, 60, 170, 255), (200, 20, 30, 255)
CLEAR: Final = (255, 255, 255, 0)
DOTS: Final = 8  # pixels a point: 576 an inch
PERSON: Final = (170.0, 56.0)  # pt, the box between position and name
SEAL: Final = 102.0  # pt: 36 mm, a school's seal
MOST_BYTES: Final = 2 * 1024 * 1024  # of a picture that a person brings


def person_picture(name: str) -> bytes:
    """A name written in blue on nothing (PNG), for somebody who brought no picture of their hand."""
    width, height = (int(side * DOTS) for side in PERSON)
    picture = Image.new("RGBA", (width, height), CLEAR)
    drawing = ImageDraw.Draw(picture)
    size = height // 2
    while size > DOTS and drawing.textlength(name, font=_font("Italic", size)) > width * 0.95:
        size -= DOTS
    drawing.text((width / 2, height / 2), name, font=_font("Italic", size), fill=BLUE, anchor="mm")
    drawing.line((width * 0.2, height * 0.86, width * 0.8, height * 0.78), fill=BLUE, width=DOTS)
    return _png(picture)


def seal_picture(office: str) -> bytes:
    """A round red mark with the office's name (PNG), where no picture of the real seal was brought."""
    side = int(SEAL * DOTS)
    picture = Image.new("RGBA", (side, side), CLEAR)
    drawing = ImageDraw.Draw(picture)
    drawing.ellipse((DOTS, DOTS, side - DOTS, side - DOTS), outline=RED, width=2 * DOTS)
    drawing.ellipse((side * 0.07, side * 0.07, side * 0.93, side * 0.93), outline=RED, width=DOTS)
    lines, size = _folded(office.upper(), 16), side // 13
    for number, line in enumerate(lines):
        place = side / 2 + (number - (len(lines) - 1) / 2) * size * 1.3
        drawing.text((side / 2, place), line, font=_font("Bold", size), fill=RED, anchor="mm")
    return _png(picture)


def brought(content: bytes) -> bytes:
    """A picture that somebody brought, as a PNG with a clear ground; ValueError if it is none or too large."""
    if len(content) > MOST_BYTES:
        raise ValueError
    try:
        with Image.open(BytesIO(content), formats=["PNG"]) as opened:
            opened.thumbnail((2000, 2000))
            return _png(opened.convert("RGBA"))
    except (OSError, SyntaxError) as unreadable:
        raise ValueError from unreadable


def _folded(text: str, width: int) -> list[str]:
    lines: list[str] = []
    for word in text.split():
        if lines and len(lines[-1]) + len(word) < width:
            lines[-1] += f" {word}"
        else:
            lines.append(word)
    return lines


def _font(face: str, size: int) -> Any:
    return ImageFont.truetype(str(Path(settings.FONTS_FOLDER) / f"Tinos-{face}.ttf"), size)


def _png(picture: Image.Image) -> bytes:
    kept = BytesIO()
    picture.save(kept, "PNG")
    return kept.getvalue()

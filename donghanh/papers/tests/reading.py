"""What is found on the paper: texts, places and strokes of a PDF; paragraphs of a Word file."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date
from io import BytesIO

from docx import Document
from docx.table import Table
from pypdf import PdfReader

from donghanh.papers.composition import Line, Paper, Rule
from donghanh.papers.layouts import layout_on
from donghanh.papers.typesetting import lengths

MM = 72 / 25.4
LAYOUT = layout_on(date(2026, 1, 5))
STROKE = re.compile(rb"1 0 0 -1 ([\d.]+) ([\d.]+) cm[^q]*?\b0 0 m ([\d.]+) 0 l\nS")


@dataclass
class Piece:
    """A run of text on a page; `x` from the left and `y` from the bottom, mm, at its baseline."""

    text: str
    x: float
    y: float
    size: float
    face: str


def pdf(data: bytes) -> PdfReader:
    return PdfReader(BytesIO(data))


def pieces(page) -> list[Piece]:
    found = []

    def note(text, matrix, _text_matrix, font, size):
        if text.strip():
            face = font["/BaseFont"].rpartition("-")[2]
            found.append(Piece(text.strip(), matrix[4] / MM, matrix[5] / MM, size, face))

    page.extract_text(visitor_text=note)
    return found


def piece(page, text: str) -> Piece:
    [found] = [piece for piece in pieces(page) if piece.text == text]
    return found


def strokes(page) -> list[tuple[float, float, float]]:
    """(x, y, length) in mm of each horizontal line drawn on the page, from the top."""
    found = STROKE.findall(page.get_contents().get_data())
    return sorted((tuple(float(n) / MM for n in stroke) for stroke in found), key=lambda stroke: -stroke[1])


def words(data: bytes) -> str:
    """All text of a PDF, single-spaced."""
    return " ".join(" ".join(page.extract_text() for page in pdf(data).pages).split())


def width(style: str, text: str) -> float:
    """How wide `text` is set, mm."""
    paper = Paper(LAYOUT, "", "", "", ())
    return lengths([(Rule(Line(style, text), 1), 10_000)], paper)[0]


def word(data: bytes):
    return Document(BytesIO(data))


def paragraphs(document) -> list:
    """Every paragraph of a Word file that has words, in reading order, those in cells too."""
    found = []
    for block in document.iter_inner_content():
        cells = (cell for row in block.rows for cell in row.cells) if isinstance(block, Table) else [block]
        for cell in cells:
            found += getattr(cell, "paragraphs", [cell])
    return [paragraph for paragraph in found if paragraph.text]


def paragraph(document, text: str):
    [found] = [paragraph for paragraph in paragraphs(document) if paragraph.text == text]
    return found

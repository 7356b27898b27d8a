"""Official documents as files. Nothing is stored here: the caller keeps the bytes."""

from __future__ import annotations

from datetime import datetime

from donghanh.papers import typesetting, word
from donghanh.papers.actions_signing import bring_certificate, file_paper, seal_paper, sign_paper
from donghanh.papers.actions_sources import keep_sources
from donghanh.papers.composition import compose
from donghanh.papers.document import (
    Appendix,
    Block,
    Column,
    DigitalCopy,
    Heading,
    OfficialDocument,
    PaperCopy,
    Paragraph,
    Signer,
    Source,
    Table,
)
from donghanh.papers.sourcing import coded

__all__ = [
    "Appendix", "Block", "Column", "DigitalCopy", "Heading", "OfficialDocument", "PaperCopy", "Paragraph", "Signer",
    "Source", "Table", "bring_certificate", "coded", "file_paper", "keep_sources", "render_docx", "render_pdf",
    "seal_paper", "sign_paper",
]  # fmt: skip


def render_pdf(document: OfficialDocument, *, at: datetime) -> bytes:
    """The document as PDF/A-2a (Decree 30/2020, Appendix I), made at `at` (aware): the same bytes for the same input.

    Signs that the font does not draw (emoji, Chinese) show as empty boxes, and the file is then a plain PDF 1.7.
    """
    return typesetting.pdf(compose(document, at=at), at=at)


def render_docx(document: OfficialDocument, *, at: datetime) -> bytes:
    """The document as a Word file with the same words and measures, made at `at` (aware): the same bytes each time."""
    return word.docx(compose(document, at=at), at=at)

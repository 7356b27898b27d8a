"""The sources of a document's figures, kept under the codes that are printed beside them."""

from __future__ import annotations

from datetime import datetime
from typing import Final

from donghanh.papers.document import OfficialDocument
from donghanh.papers.models import FigureSource, Paper
from donghanh.papers.sourcing import sourced

MOST_SAID: Final = 1000


def keep_sources(
    document: OfficialDocument, *, unit_id: int, title: str, at: datetime, paper: Paper | None = None
) -> None:
    """Keep every source that carries a code; in the transaction that keeps the files themselves."""
    FigureSource.objects.bulk_create(sources_of(document, unit_id=unit_id, title=title, at=at, paper=paper))


def sources_of(
    document: OfficialDocument, *, unit_id: int, title: str, at: datetime, paper: Paper | None = None
) -> list[FigureSource]:
    """The rows of one document, not written yet."""
    return [
        FigureSource(
            code=source.code, unit_id=unit_id, paper=paper, document=title, said=said[:MOST_SAID], href=source.href,
            at=at,
        )
        for said, source in sourced(document)
        if source.code
    ]  # fmt: skip

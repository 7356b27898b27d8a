"""Codes for the sources of a document's figures: short enough to be typed from paper, drawn before it is laid out."""

from __future__ import annotations

import secrets
from collections.abc import Iterable, Iterator
from dataclasses import replace
from functools import cache
from io import BytesIO
from typing import Final

from django.conf import settings
from django.urls import reverse

from donghanh.papers.document import Block, Heading, OfficialDocument, Source

SIGNS: Final = "23456789ABCDEFGHJKMNPQRSTUVWXYZ"  # none that two people read differently
LENGTH: Final = 8  # a new code beside a million others is one of theirs once in 850,000


def new_code() -> str:
    return "".join(secrets.choice(SIGNS) for _place in range(LENGTH))


def as_code(typed: str) -> str:
    """What somebody typed from paper, as the code is kept: capitals, without spaces and dashes."""
    return typed.upper().translate({ord(sign): None for sign in " -–."})


def address_of(source: Source) -> str:
    """What its QR code holds."""
    return settings.SITE_ADDRESS + reverse("papers:source", args=[source.code])


def sourced(document: OfficialDocument) -> Iterator[tuple[str, Source]]:
    """Each source of the document in the order of its pages, with the words of the paragraph or the table's name."""
    yield from _of(document.body, "Bảng số liệu")
    for appendix in document.appendices:
        yield from _of(appendix.blocks, appendix.title)


def coded(document: OfficialDocument) -> OfficialDocument:
    """The document with a fresh code at every source that has none."""
    appendices = (replace(one, blocks=_coded(one.blocks)) for one in document.appendices)
    return replace(document, body=_coded(document.body), appendices=tuple(appendices))


@cache
def qr_svg(address: str) -> str:
    """The square as one SVG path, with the quiet edge it needs."""
    import qrcode  # slow: brings pillow
    from qrcode.image.svg import SvgPathImage

    drawn = qrcode.make(address, image_factory=SvgPathImage, border=2)
    return str(drawn.to_string(encoding="unicode"))


@cache
def qr_png(address: str) -> bytes:
    """The same square for Word, four dots a module."""
    import qrcode  # slow: brings pillow

    drawn = BytesIO()
    qrcode.make(address, box_size=4, border=2).save(drawn)
    return drawn.getvalue()


def _of(blocks: Iterable[Block], name: str) -> Iterator[tuple[str, Source]]:
    for block in blocks:
        if not isinstance(block, Heading):
            said = getattr(block, "text", "") or getattr(block, "caption", "") or name
            yield from ((said, source) for source in block.sources)


def _coded(blocks: Iterable[Block]) -> tuple[Block, ...]:
    return tuple(
        block if isinstance(block, Heading) else replace(block, sources=tuple(map(_with_code, block.sources)))
        for block in blocks
    )


def _with_code(source: Source) -> Source:
    return source if source.code else replace(source, code=new_code())

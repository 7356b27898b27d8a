"""An official document as its author means it: words and figures, before any layout.

Texts are plain and in ordinary case; what the decree wants in capitals is put in capitals when it is laid out. Figures
arrive written out ("1.234,5"). Marks that the decree orders at the ends of lines (";", ".", "./.") are put there too.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import Literal

from donghanh.papers.choices import COPY_TYPES, DOCUMENT_TYPES, Align


@dataclass(frozen=True)
class Heading:
    """`level` 1 is "I. Title", 2 "1. Title" or "Điều 1. Title", 3 "a) Title"; 0 ("Phần I") takes a line of its own."""

    level: Literal[0, 1, 2, 3]
    number: str
    text: str


@dataclass(frozen=True)
class Source:
    """Where figures come from: `href` is the page that opens them; `code`, once given, is printed beside them."""

    href: str
    code: str = ""


@dataclass(frozen=True)
class Paragraph:
    text: str
    sources: tuple[Source, ...] = ()


@dataclass(frozen=True)
class Column:
    """`width` is a share: columns of 1 and 3 take a quarter and three quarters."""

    title: str
    width: float
    align: Align = "left"


@dataclass(frozen=True)
class Table:
    """Every row has a cell for each column, else `ValueError`: a missing cell would move its neighbours' figures."""

    columns: tuple[Column, ...]
    rows: tuple[tuple[str, ...], ...]
    total_row: tuple[str, ...] = ()
    caption: str = ""
    sources: tuple[Source, ...] = ()

    def __post_init__(self) -> None:
        for row in (*self.rows, self.total_row or self.columns):
            if len(row) != len(self.columns):
                raise ValueError(f"A row of {len(row)} cells in a table of {len(self.columns)} columns: {row}")


type Block = Heading | Paragraph | Table


@dataclass(frozen=True)
class Appendix:
    title: str
    blocks: tuple[Block, ...]
    landscape: bool = False


@dataclass(frozen=True)
class Signer:
    """`authority` is what the signer signs for ("KT. GIÁM ĐỐC"), empty where the head signs.

    `other_position` is what a signer for a council is in their own office; it stands over the name.
    """

    position: str
    full_name: str
    authority: str = ""
    other_position: str = ""


@dataclass(frozen=True, kw_only=True)
class PaperCopy:
    """What an office that copies a document on paper sets under its last words.

    `type_code` is a key of `choices.COPY_TYPES`, else `ValueError`; `symbol` follows number and type ("SGDĐT").
    """

    type_code: str
    issuing_body: str
    number: str | None
    symbol: str
    place: str
    date: dt.date
    signer: Signer
    recipients: tuple[str, ...] = ()
    superior_body: str = ""

    def __post_init__(self) -> None:
        _known_copy(self.type_code)


@dataclass(frozen=True, kw_only=True)
class DigitalCopy:
    """What stands in the corner of the first page of a copy as a file; `signed_at` is aware."""

    type_code: str
    issuing_body: str
    signed_at: dt.datetime

    def __post_init__(self) -> None:
        _known_copy(self.type_code)


def _known_copy(type_code: str) -> None:
    if type_code not in COPY_TYPES:
        raise ValueError(f"{type_code} is no type of copy of the decree")


@dataclass(frozen=True, kw_only=True)
class OfficialDocument:
    """`number` and `date` are None until the clerk gives them: their places are left open to be filled in.

    `symbol` is what follows the number ("BC-SGDĐT", for a letter "SGDĐT-CTTT"); `type_code` is a key of
    `choices.DOCUMENT_TYPES`, else `ValueError`. `enacted_by` stands above the bases of a decision ("Giám đốc Sở …").
    `mark` is printed on every page of a document made of generated data.
    `urgency` is one of the layout's stamps ("urgent", "very_urgent", "flash"), `circulation` what limits its readers
    ("Lưu hành nội bộ"); `drafter` is the drafter's sign and `copies` how many are issued; `address` the lines at the
    foot of the first page; `landscape` turns the pages for wide tables that are no appendix.
    """

    superior_body: str
    issuing_body: str
    number: str | None
    symbol: str
    place: str
    date: dt.date | None
    type_code: str
    abstract: str
    body: tuple[Block, ...]
    signer: Signer
    recipients: tuple[str, ...]
    addressees: tuple[str, ...] = ()
    enacted_by: str = ""
    bases: tuple[str, ...] = ()
    appendices: tuple[Appendix, ...] = ()
    mark: str = ""
    urgency: Literal["", "urgent", "very_urgent", "flash"] = ""
    circulation: str = ""
    drafter: str = ""
    copies: int = 0
    address: tuple[str, ...] = ()
    landscape: bool = False
    copy: PaperCopy | DigitalCopy | None = None

    def __post_init__(self) -> None:
        if self.type_code not in DOCUMENT_TYPES:
            raise ValueError(f"{self.type_code} is no type of document of the decree")

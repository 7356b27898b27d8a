"""A filled text becomes an official document: what each line means, and what the decree asks of the whole.

A line is a paragraph. "# I. Mục đích" is a heading, "##" and "###" those below it, "####" a part of its own ("Phần I");
lines that begin with "|" are the rows of a table, its head first.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Mapping
from dataclasses import asdict, dataclass, fields, replace
from datetime import date
from itertools import groupby
from types import MappingProxyType
from typing import Any, Final, Literal, cast

from django.utils.translation import gettext as _

from donghanh.kernel.text import nfc
from donghanh.papers.document import Block, Column, Heading, OfficialDocument, Paragraph, Signer, Source, Table
from donghanh.papers.template_language import Faulty, Used, check, codes_in, fill

NOTHING: Final[Mapping[str, Source]] = MappingProxyType({})
MOST_ABSTRACT: Final = 199  # the decree wants it short; 200 characters are a text of its own
HEADING: Final = re.compile(r"(#{1,4})\s*(.*)")
NUMBERED: Final = re.compile(r"((?:Điều|Phần|Chương)\s+\S+?|[IVXLC]+|\d+(?:\.\d+)*|[a-zđ])[.)]\s+(.*)")
DIVISION: Final = re.compile(r"((?:Phần|Chương)\s+\S+?)[.:]?\s+(.*)")


@dataclass(frozen=True, kw_only=True)
class Written:
    """The texts of a template, each in the language of templates; lists have an item a line."""

    type_code: str
    symbol: str
    superior_body: str
    issuing_body: str
    place: str
    abstract: str
    addressees: str
    bases: str
    body: str
    recipients: str
    signer_authority: str
    signer_position: str
    signer_name: str


TEXTS: Final = tuple(one.name for one in fields(Written) if one.name != "type_code")


class FaultyPart(Faulty):
    """A fault in one of the template's texts; `part` is its field."""

    def __init__(self, part: str, faulty: Faulty) -> None:
        super().__init__(str(faulty), faulty.line)
        self.part = part


def check_written(written: Written, *, figures: Collection[str] = ()) -> Used:
    """What all texts together ask for; `FaultyPart` for the first fault."""
    used = Used()
    for part, text in _texts(written):
        try:
            found = check(text, figures=figures)
        except Faulty as faulty:
            raise FaultyPart(part, faulty) from faulty
        used.fields |= found.fields
        used.figures |= found.figures
    return used


def fill_written(written: Written, context: Mapping[str, Any], *, figures: Collection[str] = ()) -> Written:
    """The texts with their fields filled; `FaultyPart` where one cannot be."""
    filled = {}
    for part, text in _texts(written):
        try:
            filled[part] = fill(text, context, figures=figures)
        except Faulty as faulty:
            raise FaultyPart(part, faulty) from faulty
    return Written(type_code=written.type_code, **filled)


def document_of(
    filled: Written, *, number: str | None, day: date | None, mark: str = "", sources: Mapping[str, Source] = NOTHING
) -> OfficialDocument:
    """The official document that filled texts make; `FaultyPart` where the decree would be broken.

    `sources`: of figures, by the codes that these left in the body.
    """
    filled = replace(filled, **{part: codes_in(text)[0] for part, text in _texts(filled) if part != "body"})
    said = {part: nfc(text) for part, text in asdict(filled).items()}
    if len(said["abstract"]) > MOST_ABSTRACT:
        many = {"many": len(said["abstract"])}
        raise FaultyPart("abstract", Faulty(_("Trích yếu dài %(many)s ký tự; viết gọn dưới 200 ký tự.") % many))
    needed = (
        ("abstract", _("Văn bản thiếu trích yếu.")),
        ("issuing_body", _("Văn bản thiếu tên cơ quan ban hành.")),
        ("place", _("Văn bản thiếu địa danh.")),
        ("signer_position", _("Văn bản thiếu chức vụ người ký.")),
        ("signer_name", _("Văn bản thiếu họ tên người ký.")),
    )
    for part, sentence in needed:
        if not said[part]:
            raise FaultyPart(part, Faulty(sentence))
    blocks = blocks_of(filled.body, sources)
    if not blocks:
        raise FaultyPart("body", Faulty(_("Văn bản chưa có nội dung.")))
    return OfficialDocument(
        superior_body=said["superior_body"], issuing_body=said["issuing_body"], number=number or None,
        symbol=said["symbol"], place=said["place"], date=day, type_code=filled.type_code, abstract=said["abstract"],
        addressees=_items(filled.addressees), bases=_items(filled.bases), body=blocks,
        signer=Signer(said["signer_position"], said["signer_name"], said["signer_authority"]),
        recipients=_items(filled.recipients), mark=mark,
    )  # fmt: skip


def blocks_of(text: str, sources: Mapping[str, Source] = NOTHING) -> tuple[Block, ...]:
    """Paragraphs, headings and tables, line by line; empty lines only part tables. `FaultyPart` at a torn table."""
    lines = [(number, nfc(line)) for number, line in enumerate(text.splitlines(), 1)]
    blocks: list[Block] = []
    for is_table, grouped in groupby(lines, key=lambda line: line[1].startswith("|")):
        found = list(grouped)
        blocks += [_table(found, sources)] if is_table else [_block(line, sources) for _number, line in found if line]
    return tuple(blocks)


def _block(line: str, sources: Mapping[str, Source]) -> Block:
    line, found = _sourced(line, sources)
    heading = HEADING.fullmatch(line)
    if heading is None:
        return Paragraph(line, found)
    marks, words = heading.groups()
    level = cast("Literal[0, 1, 2, 3]", len(marks) % 4)
    numbered = (DIVISION if level == 0 else NUMBERED).fullmatch(words)
    return Heading(level, *numbered.groups()) if numbered else Heading(level, "", words)


def _sourced(line: str, sources: Mapping[str, Source]) -> tuple[str, tuple[Source, ...]]:
    """The line without codes, and the sources that they name, each once."""
    plain, codes = codes_in(line)
    return plain, tuple(sources[code] for code in dict.fromkeys(codes) if code in sources)


def _table(lines: list[tuple[int, str]], sources: Mapping[str, Source]) -> Table:
    told = [(number, *_sourced(line, sources)) for number, line in lines]
    (_number, head), *rows = [
        (number, tuple(cell.strip() for cell in line.strip("|").split("|"))) for number, line, _found in told
    ]
    rows = [(number, row) for number, row in rows if set("".join(row)) - set("-: ")]  # the line under the head
    for number, row in rows:
        if len(row) != len(head):
            said = {"line": number, "cells": len(row), "columns": len(head)}
            sentence = _("Dòng %(line)s: dòng của bảng có %(cells)s ô, đầu bảng có %(columns)s ô.") % said
            raise FaultyPart("body", Faulty(sentence, number))
    columns = tuple(Column(title, max(4, len(title))) for title in head)
    of_all = tuple(dict.fromkeys(source for _number, _line, found in told for source in found))
    return Table(columns, tuple(row for _number, row in rows), sources=of_all)


def _items(text: str) -> tuple[str, ...]:
    return tuple(item for line in text.splitlines() if (item := nfc(line).removeprefix("- ")))


def _texts(written: Written) -> Iterator[tuple[str, str]]:
    return ((part, getattr(written, part)) for part in TEXTS)

"""What the decree orders, done in words: a document becomes lines, rules, columns and tables, ready for any renderer.

The PDF and the Word file are drawn from the same `Paper`, so they cannot say different things.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import date, datetime

from django.utils import timezone

from donghanh.kernel.text import nfc
from donghanh.papers.choices import COPY_FORMS, DOCUMENT_TYPES, ENACTING_WORDS, OFFICIAL_LETTER, Frame, Layout
from donghanh.papers.document import (
    Block,
    DigitalCopy,
    Heading,
    OfficialDocument,
    PaperCopy,
    Paragraph,
    Signer,
    Table,
)
from donghanh.papers.layouts import layout_on
from donghanh.papers.sourcing import address_of, sourced

NATIONAL_TITLE = "Cộng hòa xã hội chủ nghĩa Việt Nam"
MOTTO = "Độc lập - Tự do - Hạnh phúc"
TO_BE_FILLED = "\u00a0" * 7  # no-break: the clerk's space stays on the line
HEADING_STYLES = ("division", "section", "clause", "point")
END = "./."
OPENS = (
    "Mã ở lề văn bản là mã nguồn của số liệu. Quét mã hoặc gõ mã để mở số liệu, cách tính và các báo cáo gốc;"
    " trang chỉ mở cho người có quyền xem."
)
ROMAN = ((10, "X"), (9, "IX"), (5, "V"), (4, "IV"), (1, "I"))
UNPRINTABLE = dict.fromkeys([*range(0xD800, 0xE000), 0xFFFE, 0xFFFF])  # neither XML nor UTF-8 can carry them


@dataclass(frozen=True)
class Line:
    """One paragraph; `style` is a key of the layout's styles, `keep` holds it on the page of what follows.

    `codes`, of its figures' sources, stand in the margin.
    """

    style: str
    text: str
    keep: bool = False
    codes: tuple[str, ...] = ()


@dataclass(frozen=True)
class Rule:
    """A horizontal line as long as `share` of `above`, centred under it; without it a share of the whole width.

    `space` is more room over it, pt.
    """

    above: Line | None
    share: float
    space: float = 0


@dataclass(frozen=True)
class Stamp:
    """Words in a frame, centred."""

    line: Line
    frame: Frame


type Box = tuple[Line | Rule | Stamp, ...]


@dataclass(frozen=True)
class Columns:
    """Rows of two boxes, left and right; never torn apart by the end of a page.

    `left` is the share of the first box; `above` the room over the whole, pt.
    """

    rows: tuple[tuple[Box, Box], ...]
    left: float
    above: float = 0


@dataclass(frozen=True)
class SourceOf:
    """One row of the list of sources: the code in the margin, the address behind it, the words it stands beside."""

    code: str
    address: str
    said: str


@dataclass(frozen=True)
class Sources:
    rows: tuple[SourceOf, ...]


type Part = Line | Rule | Columns | Table | Sources


@dataclass(frozen=True)
class Section:
    """Pages numbered from 1; `foot` stands at the foot of the first of them, `corner` at its upper right."""

    parts: tuple[Part, ...]
    landscape: bool = False
    foot: Box = ()
    corner: Line | None = None


@dataclass(frozen=True)
class Paper:
    layout: Layout
    title: str
    author: str
    mark: str
    sections: tuple[Section, ...]


def compose(document: OfficialDocument, *, at: datetime) -> Paper:
    """The document as the decree of its day wants it; `at` (aware) gives the year while the date is open."""
    return _Composer(document, at).paper()


def clean(text: str) -> str:
    """Composed letters, single spaces, no character that a file of either format cannot carry."""
    return nfc(text.translate(UNPRINTABLE))


def roman(number: int) -> str:
    """1 → "I", 14 → "XIV"; for numbers of appendices."""
    written = ""
    for value, sign in ROMAN:
        count, number = divmod(number, value)
        written += sign * count
    return written


def number_text(number: str | None, symbol: str) -> str:
    """I.II.3c: below 10 with a zero before it, no space between the groups."""
    return f"{TO_BE_FILLED if number is None else clean(number).zfill(2)}/{clean(symbol).replace(' ', '')}"


def dated(day: date) -> str:
    """I.II.4b: days below 10 and the months 1 and 2 take a zero."""
    return f"ngày {day.day:02} tháng {day.month:0{2 if day.month <= 2 else 1}} năm {day.year}"  # noqa: PLR2004  # January and February


def listed(items: Iterable[str], *, before: str = "- ") -> list[str]:
    """Each item on its line: ";" after each, "." after the last (I.II.6a, I.II.9d)."""
    bare = [before + clean(item).rstrip(" ;.,") for item in items]
    return [*(f"{item};" for item in bare[:-1]), *(f"{item}." for item in bare[-1:])]


def received(recipients: Iterable[str], *, above: bool = False) -> list[str]:
    """I.II.9: "Như trên" first where someone is addressed (`above`), the clerk's copy last."""
    named = [clean(name) for name in recipients]
    above = above and not any(name.startswith("Như trên") for name in named)
    kept = any(name.startswith("Lưu") for name in named)
    return listed([*(["Như trên"] if above else []), *named, *([] if kept else ["Lưu: VT"])])


class _Composer:
    def __init__(self, document: OfficialDocument, at: datetime) -> None:
        self.document = document
        self.today = timezone.localdate(at)
        self.layout = layout_on(document.date or self.today)
        self.type_name = DOCUMENT_TYPES[document.type_code]

    def paper(self) -> Paper:
        document = self.document
        title = f"{self.type_name}: {clean(document.abstract)}"
        main = (*self.masthead(), *self.heading(), *self.body(document.body), self.signature())
        sections = [
            Section(main, document.landscape, self.foot(), self.corner()),
            *(
                Section((*self.appendix_heading(index), *self.body(appendix.blocks)), appendix.landscape)
                for index, appendix in enumerate(document.appendices)
            ),
        ]
        if isinstance(document.copy, PaperCopy):
            sections[-1] = replace(sections[-1], parts=(*sections[-1].parts, *self.copied(document.copy)))
        sections += self.sources()
        return Paper(self.layout, title, clean(document.issuing_body), clean(document.mark), tuple(sections))

    def line(self, style: str, text: str) -> Line:
        """`text` must be clean already: the clerk's open spaces would not survive it."""
        look = self.layout.styles[style]
        return Line(style, text.upper() if look.caps else text, look.keep)

    def ruled(self, style: str, text: str, share: float) -> tuple[Line, Rule]:
        line = self.line(style, text)
        return line, Rule(line, share)

    def number_and_symbol(self) -> str:
        return number_text(self.document.number, self.document.symbol)

    def date(self) -> str:
        if day := self.document.date:
            return dated(day)
        return f"ngày{TO_BE_FILLED}tháng{TO_BE_FILLED}năm {self.today.year}"

    def masthead(self) -> Iterator[Part]:
        document, layout = self.document, self.layout
        nation = (self.line("national_title", NATIONAL_TITLE), *self.ruled("motto", MOTTO, layout.whole_line))
        left: list[Line | Stamp] = [self.line("number", f"Số: {self.number_and_symbol()}")]
        if document.type_code == OFFICIAL_LETTER:
            left.append(self.line("letter_abstract", f"V/v {clean(document.abstract)}"))
        left += self.stamps()
        place = self.line("place_and_date", f"{clean(document.place)}, {self.date()}")
        bodies = self.bodies(document.superior_body, document.issuing_body)
        yield Columns(((bodies, nation), (tuple(left), (place,))), left=layout.left_column)

    def bodies(self, superior: str, issuing: str) -> Box:
        named = self.ruled("issuing_body", clean(issuing), self.layout.part_of_line)
        return (self.line("superior_body", clean(superior)), *named) if clean(superior) else named

    def stamps(self) -> Iterator[Stamp]:
        """Boxes 10b and 11."""
        for key, words in ((self.document.urgency, ""), ("circulation", clean(self.document.circulation))):
            frame = self.layout.stamps.get(key)
            if frame and (frame.text or words):
                yield Stamp(self.line(frame.style, frame.text or words), frame)

    def foot(self) -> Box:
        """Box 13, under a line over the whole width."""
        lines = [self.line("address", words) for words in map(clean, self.document.address) if words]
        return (Rule(None, self.layout.whole_line), *lines) if lines else ()

    def corner(self) -> Line | None:
        """Box 14: form of the copy, who copied, when it was signed (II.I.3c)."""
        made = self.document.copy
        if not isinstance(made, DigitalCopy):
            return None
        at = timezone.localtime(made.signed_at).isoformat(timespec="seconds")
        return self.line("corner", f"{COPY_FORMS[made.type_code]}; {clean(made.issuing_body)}; {at}")

    def copied(self, made: PaperCopy) -> Iterator[Part]:
        """II.II.3: a copy's own boxes, under a line over the whole width."""
        layout = self.layout
        yield Rule(None, layout.whole_line, layout.copy_above)
        number = self.line("number", f"Số: {number_text(made.number, f'{made.type_code}-{made.symbol}')}")
        place = self.line("place_and_date", f"{clean(made.place)}, {dated(made.date)}")
        form = self.line("copy_form", COPY_FORMS[made.type_code])
        bodies = self.bodies(made.superior_body, made.issuing_body)
        yield Columns(((bodies, (form,)), ((number,), (place,))), left=layout.left_column)
        yield self.signed(made.signer, received(made.recipients), "copier_name")

    def heading(self) -> Iterator[Part]:
        """Everything between the masthead and the first block of the text."""
        document = self.document
        if document.type_code != OFFICIAL_LETTER:
            yield self.line("type", self.type_name)
            yield from self.ruled("abstract", clean(document.abstract), self.layout.part_of_line)
        if len(document.addressees) == 1:
            yield self.line("addressee", f"Kính gửi: {clean(document.addressees[0]).rstrip(' ;.')}")
        elif document.addressees:
            yield self.line("addressees", "Kính gửi:")
            yield from (self.line("addressee_item", item) for item in listed(document.addressees))
        if document.enacted_by:
            yield self.line("enacted_by", clean(document.enacted_by))
        yield from (self.line("basis", basis) for basis in listed(document.bases, before=""))
        if words := ENACTING_WORDS.get(document.type_code):
            yield self.line("enacting_words", words)

    def body(self, blocks: tuple[Block, ...]) -> Iterator[Part]:
        """The blocks and the "./." that closes them: after the last word, or under a table on a line of its own."""
        parts = [part for block in blocks for part in self.block(block)]
        last = parts[-1] if parts else None
        if isinstance(last, Line):
            parts[-1] = replace(last, text=last.text.rstrip(" ./") + END, keep=True)
        elif last:
            parts.append(self.line("closing", END))
        yield from parts

    def block(self, block: Block) -> Iterator[Part]:
        match block:
            case Paragraph(text, sources):
                codes = tuple(source.code for source in sources if source.code)
                yield replace(self.line("text", clean(text)), codes=codes)
            case Heading(0, number, text):
                yield from [self.line("division", clean(number))] if number else []
                yield self.line("division_title", clean(text))
            case Heading(level, number, text):
                stop = ")" if number.isalpha() and number.islower() else "."
                numbered = f"{clean(number)}{stop} " if number else ""
                yield self.line(HEADING_STYLES[level], numbered + clean(text))
            case Table(columns, rows, total, caption, sources):
                yield Table(
                    tuple(replace(column, title=clean(column.title)) for column in columns),
                    tuple(tuple(map(clean, row)) for row in rows),
                    tuple(map(clean, total)),
                    clean(caption),
                    sources,
                )

    def signature(self) -> Columns:
        document = self.document
        return self.signed(document.signer, received(document.recipients, above=bool(document.addressees)))

    def signed(self, signer: Signer, recipients: list[str], name: str = "signer_name") -> Columns:
        signs = [self.line("signer", clean(words)) for words in (signer.authority, signer.position) if words]
        if signer.other_position and name == "signer_name":
            signs.append(self.line("signer_other", clean(signer.other_position)))
            name = "name_below"
        signs.append(self.line(name, clean(signer.full_name)))
        receives = [self.line("recipients", "Nơi nhận:"), *(self.line("recipient", item) for item in recipients)]
        if drafter := "" if name == "copier_name" else clean(self.document.drafter):
            copies = f".({self.document.copies})" if self.document.copies else ""
            receives.append(self.line("drafter", drafter.upper() + copies))
        return Columns(
            ((tuple(receives), tuple(signs)),), left=self.layout.signer_column, above=self.layout.signer_above
        )

    def appendix_heading(self, index: int) -> Iterator[Part]:
        """I.III.1: a Roman number where there are two or more, and the document it belongs to."""
        document = self.document
        number = f" {roman(index + 1)}" if len(document.appendices) > 1 else ""
        yield self.line("appendix", f"Phụ lục{number}")
        yield self.line("appendix_title", clean(document.appendices[index].title))
        belongs = f"{self.type_name} số {self.number_and_symbol()} {self.date()} của {clean(document.issuing_body)}"
        yield from self.ruled("appendix_reference", f"(Kèm theo {belongs})", self.layout.part_of_line)

    def sources(self) -> Iterator[Section]:
        """A last page, no part of what is signed for: what each code in the margin opens."""
        rows = tuple(
            SourceOf(source.code, address_of(source), clean(said))
            for said, source in sourced(self.document)
            if source.code
        )
        if rows:
            yield Section(
                (self.line("sources_title", "Nguồn số liệu"), self.line("sources_note", OPENS), Sources(rows))
            )

"""What Decree 30/2020/NĐ-CP names: the types of document and copy. Its measures are data (`data/`, `layouts.py`).

These are words of a law, not of the interface: they are printed in Vietnamese whatever language the reader of the
screen has chosen, so none is marked for translation.
A place such as "I.II.1a" is part I, section II, clause 1, point a of Appendix I; "I.V.6" is row 6 of the table in its
section V; "III.1.2" is sample 1.2 of Appendix III.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Literal

from django.db import models
from django.utils.translation import gettext_lazy as _

type Align = Literal["left", "center", "right", "justify"]

# Appendix III, table I: abbreviation → name. Decisions and resolutions are those on one case ("cá biệt").
DOCUMENT_TYPES = {
    "NQ": "Nghị quyết",
    "QĐ": "Quyết định",
    "CT": "Chỉ thị",
    "QC": "Quy chế",
    "QyĐ": "Quy định",
    "TC": "Thông cáo",
    "TB": "Thông báo",
    "HD": "Hướng dẫn",
    "CTr": "Chương trình",
    "KH": "Kế hoạch",
    "PA": "Phương án",
    "ĐA": "Đề án",
    "DA": "Dự án",
    "BC": "Báo cáo",
    "BB": "Biên bản",
    "TTr": "Tờ trình",
    "HĐ": "Hợp đồng",
    "CĐ": "Công điện",
    "BGN": "Bản ghi nhớ",
    "BTT": "Bản thỏa thuận",
    "GUQ": "Giấy uỷ quyền",
    "GM": "Giấy mời",
    "GGT": "Giấy giới thiệu",
    "GNP": "Giấy nghỉ phép",
    "PG": "Phiếu gửi",
    "PC": "Phiếu chuyển",
    "PB": "Phiếu báo",
    "CV": "Công văn",  # the decree gives it no abbreviation and it stands in no symbol; offices say CV
}
COPY_TYPES = {"SY": "Bản sao y", "TrS": "Bản trích sao", "SL": "Bản sao lục"}
COPY_FORMS = {"SY": "Sao y", "TrS": "Trích sao", "SL": "Sao lục"}  # II.II.1a: what the copy itself bears
OFFICIAL_LETTER = "CV"
ENACTING_WORDS = {"QĐ": "Quyết định:", "NQ": "Quyết nghị:"}  # III.1.1, III.1.2: the line between bases and articles


@dataclass(frozen=True)
class Style:
    """How one element of a document is set.

    `size`, `before`, `after` in pt; `left`, `first_line` in mm, a negative first line hangs; `lines` in single lines;
    `keep` holds the element on the page of what follows; `outline` is its level among the bookmarks, 0 for none.
    `box` is its place in the drawing of I.IV, `sizes` the smallest and largest that the decree allows.
    No element has both space after it and a successor with space before it: Word and typst would add them differently.
    """

    name: str  # what the decree calls the element; also the style in Word, where a comma would split the name
    place: str
    size: float
    bold: bool = False
    italic: bool = False
    caps: bool = False
    align: Align = "left"
    left: float = 0
    first_line: float = 0
    before: float = 0
    after: float = 0
    lines: float = 1
    keep: bool = False
    outline: int = 0
    box: str = ""
    sizes: tuple[float, float] | None = None


@dataclass(frozen=True)
class Frame:
    """A stamp's rectangle, mm; `width` 0 is as wide as its words and `padding` at either side.

    `text` is "" where the author writes it.
    """

    text: str
    style: str
    width: float
    height: float
    padding: float = 0
    colour: str = "#000000"


@dataclass(frozen=True, eq=False)  # one object a file: what is made of a layout is kept by it
class Layout:
    """The page and every element on it, as one regulation orders them from `valid_from` until the eve of `valid_until`.

    Lengths in mm, `…_above` in pt, `…_column` and lines as shares. The values stand in `data/`, read by `layouts.py`.
    """

    source: str
    valid_from: date
    valid_until: date | None
    font: str
    width: float
    height: float
    margin_top: float
    margin_bottom: float
    margin_left: float
    margin_right: float
    left_column: float  # share of the width that the issuing body takes
    column_gap: float
    part_of_line: float  # a rule under a name or an abstract, as a share of the text above it
    whole_line: float  # the same under the motto
    signer_column: float  # share of the width left of the signer
    signer_above: float
    cell_padding: float
    page_number_gap: float
    header_from_edge: float
    marked_header_from_edge: float
    footer_from_edge: float
    address_gap: float
    corner_from_edge: float
    copy_above: float
    code_gap: float
    qr_size: float
    stamps: dict[str, Frame]
    styles: dict[str, Style]

    def room(self, *, landscape: bool) -> float:
        """Width of the text, mm."""
        return (self.height if landscape else self.width) - self.margin_left - self.margin_right


class State(models.TextChoices):
    """Of a paper on its way to being signed."""

    UNSIGNED = "unsigned", _("Chờ ký")
    SIGNED = "signed", _("Đã ký, chờ đóng dấu")
    SEALED = "sealed", _("Đã ký và đóng dấu")


class SignatureKind(models.TextChoices):
    PERSON = "person", _("chữ ký của người có thẩm quyền")
    SEAL = "seal", _("dấu của cơ quan")

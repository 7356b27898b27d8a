"""Word file by python-docx: the composed paper on Word's own styles, so that an office can go on writing in it."""

from __future__ import annotations

import zipfile
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime
from io import BytesIO
from typing import Any

from django.utils import timezone

from donghanh.papers.choices import Align
from donghanh.papers.composition import Box, Columns, Line, Paper, Part, Rule, Section, Sources, Stamp
from donghanh.papers.document import Table
from donghanh.papers.sourcing import qr_png
from donghanh.papers.typesetting import lengths, text_widths
from donghanh.papers.word_styles import SPACER, blank
from donghanh.papers.word_xml import borders, cell_of, element, filled, row_of, run, table_of, twips, xml_of

SIDES = {"left": "left", "center": "center", "right": "right", "justify": "both"}
PT = 72 / 25.4  # in a mm
SINGLE = 1.149  # a single line of Times New Roman, in its size


def docx(paper: Paper, *, at: datetime) -> bytes:
    """The paper as .docx, dated `at`."""
    from docx import Document  # slow: lxml and a template of 160 styles

    file = Document(BytesIO(blank(paper.layout, marked=bool(paper.mark))))
    drawing = _Drawing(file, paper)
    for index, section in enumerate(paper.sections):
        if index:
            file.add_section()
            file.paragraphs[-1].style = SPACER.name  # the paragraph that carries the break
        drawing.set_page(section)
        for part in section.parts:
            drawing.draw(part, paper.layout.room(landscape=section.landscape))
    drawing.paragraph(file.element.body, "spacer")  # Word wants one after a table, and would make it 14 pt high
    _describe(file, paper, at)
    return _packed(file, at)


class _Drawing:
    def __init__(self, file: Any, paper: Paper) -> None:
        self.file, self.paper, self.layout = file, paper, paper.layout
        self.body = file.element.body
        boxed = list(dict.fromkeys(_boxed(paper)))
        rules = [(part, room) for part, room in boxed if isinstance(part, Rule)]
        self.lengths = dict(zip(rules, lengths(rules, paper), strict=True))
        stamps = [(part.line, room) for part, room in boxed if isinstance(part, Stamp)]
        self.widths = dict(zip(stamps, text_widths(stamps, paper), strict=True))

    def set_page(self, part: Section) -> None:
        """Measures of the last section; header and footer of the first one, which the others take over."""
        from docx.enum.section import WD_ORIENT
        from docx.shared import Mm

        layout, section, landscape = self.layout, self.file.sections[-1], part.landscape
        width, height = (layout.height, layout.width) if landscape else (layout.width, layout.height)
        section.orientation = WD_ORIENT.LANDSCAPE if landscape else WD_ORIENT.PORTRAIT
        section.page_width, section.page_height = Mm(width), Mm(height)
        section.top_margin, section.bottom_margin = Mm(layout.margin_top), Mm(layout.margin_bottom)
        section.left_margin, section.right_margin = Mm(layout.margin_left), Mm(layout.margin_right)
        section.header_distance = Mm(layout.marked_header_from_edge if self.paper.mark else layout.header_from_edge)
        section.footer_distance = Mm(layout.footer_from_edge)
        first = self.paper.sections[0]
        if len(self.file.sections) == 1:
            section.different_first_page_header_footer = True
            self.body.sectPr.insert_element_before(element("w:pgNumType", start="1"), "w:cols")
            self.set_heads(section, part)
            self.set_feet(section, part)
        elif part is self.paper.sections[1] and (first.foot or first.corner):  # it would take them over
            self.set_first_head(section, part)
            self.set_first_foot(section, part)

    def set_heads(self, section: Any, part: Section) -> None:
        """The mark at the top of every page, under it the number of the page on all but the first."""
        top = self.emptied(section.header)
        self.set_mark(top)
        self.paragraph(top, "page_number").append(element("w:fldSimple", run("2"), instr="PAGE"))
        self.set_first_head(section, part)

    def set_first_head(self, section: Any, part: Section) -> None:
        top = self.emptied(section.first_page_header)
        if part.corner:
            self.paragraph(top, part.corner.style, part.corner.text)
        self.set_mark(top)
        self.paragraph(top, "spacer")

    def set_feet(self, section: Any, part: Section) -> None:
        """The mark at the foot of every page. Merely touching a footer makes one."""
        if self.paper.mark:
            self.set_mark(self.emptied(section.footer))
        if self.paper.mark or part.foot:
            self.set_first_foot(section, part)

    def set_first_foot(self, section: Any, part: Section) -> None:
        foot, layout = self.emptied(section.first_page_footer), self.layout
        if part.foot:
            self.space(layout.address_gap * PT, foot)
            self.lines(foot, part.foot, layout.room(landscape=part.landscape))
            own = layout.styles["mark"].size * SINGLE if self.paper.mark else 0
            self.space((layout.margin_bottom - layout.footer_from_edge) * PT - own, foot)
        self.set_mark(foot)
        if not len(foot):  # Word wants a paragraph in it
            self.paragraph(foot, "spacer")

    def emptied(self, edge: Any) -> Any:
        edge.is_linked_to_previous = False
        xml = xml_of(edge)
        xml.remove(xml.p_lst[0])
        return xml

    def set_mark(self, edge: Any) -> None:
        if self.paper.mark:
            self.paragraph(edge, "mark", self.paper.mark)

    def draw(self, part: Part, room: float) -> None:
        """One part in the flow of pages whose text is `room` mm wide."""
        match part:
            case Columns():
                self.columns(part, room)
            case Table():
                self.table(part, room)
            case Sources():
                self.sources(part, room)
            case _:
                self.lines(self.body, (part,), room)

    def lines(self, box: Any, parts: Box, room: float) -> None:
        from docx.shared import Mm, Pt

        for part in parts:
            if isinstance(part, Stamp):
                self.stamp(box, part, room)
            elif isinstance(part, Line):
                self.margin_codes(box, part.codes, room)
                drawn = self.paragraph(box, part.style, part.text)
                if part.keep and not self.layout.styles[part.style].keep:
                    drawn.get_or_add_pPr().keepNext_val = True
            else:
                shape = self.paragraph(box, "rule").get_or_add_pPr()
                shape.ind_left = shape.ind_right = Mm((room - self.lengths[part, room]) / 2)
                if part.space:
                    shape.spacing_before = Pt(self.layout.styles["rule"].before + part.space)

    def stamp(self, box: Any, stamp: Stamp, room: float) -> None:
        """A frame as a table of one cell: the only thing in Word with a height of its own and its words amid it."""
        style, frame = self.layout.styles[stamp.line.style], stamp.frame
        width = frame.width or min(self.widths[stamp.line, room] + 2 * frame.padding, room)
        self.space(style.before, box)
        cell = cell_of(width, element("w:vAlign", val="center"))
        words = self.paragraph(cell, stamp.line.style)
        words.get_or_add_pPr().spacing_before = 0
        words.append(run(stamp.line.text))
        colour = frame.colour.removeprefix("#")
        words[-1].insert(0, element("w:rPr", element("w:color", val=colour)))
        height = element(
            "w:trPr", element("w:trHeight", val=twips(frame.height), hRule="exact" if frame.width else "atLeast")
        )
        table = table_of([width], borders(colour), centred=True)
        table.append(element("w:tr", height, cell))
        box.append(table)
        self.paragraph(box, "spacer")  # a cell ends with a paragraph

    def columns(self, columns: Columns, room: float) -> None:
        gap = self.layout.column_gap
        inner = _rooms(columns, room, gap)
        if columns.above:
            self.space(columns.above)
        widths = [width + gap for width in inner]
        indent = element("w:tblInd", w=twips(-gap / 2), type="dxa")  # the text, not the cell, begins at the margin
        table = self.grid(widths, indent, padding=gap / 2)
        for boxes in columns.rows:
            cells = [cell_of(width) for width in widths]
            table.append(row_of(cells))
            for cell, box, width in zip(cells, boxes, inner, strict=True):
                self.lines(cell, box, width)

    def margin_codes(self, box: Any, codes: Sequence[str], room: float) -> None:
        """A frame of its own in the margin, beside the paragraph that follows."""
        if codes:
            x = twips(room + self.layout.code_gap)
            frame = element("w:framePr", wrap="around", vAnchor="text", hAnchor="margin", x=x, y="1")
            drawn = self.paragraph(box, "source_code", codes[0])
            drawn.get_or_add_pPr().append(frame)
            for code in codes[1:]:
                drawn.extend((element("w:r", element("w:br")), run(code)))

    def sources(self, sources: Sources, room: float) -> None:
        """A square, its code and what it stands beside, a row each."""
        from docx.shared import Mm
        from docx.text.paragraph import Paragraph

        size = self.layout.qr_size
        widths = [size + 4, 24.0, room - size - 28]
        drawn = self.grid(widths, element("w:tblInd", w="0", type="dxa"), padding=self.layout.cell_padding)
        for one in sources.rows:
            cells = [cell_of(width, element("w:vAlign", val="center")) for width in widths]
            drawn.append(row_of(cells))
            picture = Paragraph(self.paragraph(cells[0], "source"), self.file)
            picture.add_run().add_picture(BytesIO(qr_png(one.address)), width=Mm(size))
            self.paragraph(cells[1], "source", one.code)
            self.paragraph(cells[2], "source", one.said)

    def table(self, table: Table, room: float) -> None:
        self.margin_codes(self.body, [source.code for source in table.sources if source.code], room)
        if table.caption:
            self.paragraph(self.body, "caption", table.caption)
        else:
            self.space(self.layout.styles["caption"].before)
        share = room / sum(column.width for column in table.columns)
        widths = [column.width * share for column in table.columns]
        drawn = self.grid(widths, borders("auto"), padding=self.layout.cell_padding)
        head = self.model_row("table_head", widths, ["center"] * len(widths))
        head.trPr.append(element("w:tblHeader"))
        sides = [column.align for column in table.columns]
        drawn.append(filled(head, [column.title for column in table.columns]))
        body = self.model_row("table_cell", widths, sides)
        drawn.extend(filled(body, row) for row in table.rows)
        if table.total_row:
            drawn.append(filled(self.model_row("table_total", widths, sides), table.total_row))

    def grid(self, widths: list[float], extra: Any, *, padding: float) -> Any:
        """The XML of a new table without rows in the flow; `extra` is one more of its properties."""
        made = table_of(widths, extra, padding=padding)
        self.body.sectPr.addprevious(made)
        return made

    def model_row(self, style: str, widths: list[float], sides: Sequence[Align]) -> Any:
        """A row to be copied and filled: building a thousand cells one by one takes longer than all the rest."""
        cells = [cell_of(width, element("w:vAlign", val="center")) for width in widths]
        for cell, side in zip(cells, sides, strict=True):
            paragraph = self.paragraph(cell, style)
            paragraph.pPr.append(element("w:jc", val=SIDES[side]))
            paragraph.append(run(""))
        return row_of(cells)

    def space(self, height: float, box: Any = None) -> None:
        """Room of so many pt at the end of `box`, else of the text."""
        from docx.shared import Pt

        self.paragraph(self.body if box is None else box, "spacer").get_or_add_pPr().spacing_before = Pt(height)

    def paragraph(self, box: Any, style: str, text: str = "") -> Any:
        """The XML of a new paragraph at the end of `box`. python-docx's own call looks each style up by name: slow."""
        made = box.add_p()
        made.style = style
        if text:
            made.append(run(text))
        return made


def _rooms(columns: Columns, room: float, gap: float) -> tuple[float, float]:
    """Width of the text in the left and the right box, mm."""
    return room * columns.left - gap / 2, room * (1 - columns.left) - gap / 2


def _boxed(paper: Paper) -> Iterator[tuple[Rule | Stamp, float]]:
    """Every rule and stamp of the paper with the width of the box it stands in."""
    for section in paper.sections:
        room = paper.layout.room(landscape=section.landscape)
        yield from ((part, room) for part in (*section.parts, *section.foot) if isinstance(part, Rule))
        for part in section.parts:
            if isinstance(part, Columns):
                for boxes in part.rows:
                    for box, width in zip(boxes, _rooms(part, room, paper.layout.column_gap), strict=True):
                        yield from ((line, width) for line in box if not isinstance(line, Line))


def _describe(file: Any, paper: Paper, at: datetime) -> None:
    about = file.core_properties
    about.title, about.author, about.last_modified_by = paper.title[:255], paper.author[:255], paper.author[:255]
    about.comments, about.keywords, about.language = "", paper.mark[:255], "vi-VN"
    about.created = about.modified = at.astimezone(UTC).replace(tzinfo=None)


def _packed(file: Any, at: datetime) -> bytes:
    """The file as bytes, each entry dated `at`: python-docx would write the time of the machine."""
    written, packed = BytesIO(), BytesIO()
    file.save(written)
    with zipfile.ZipFile(written) as source, zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as target:
        for name in source.namelist():
            entry = zipfile.ZipInfo(name, timezone.localtime(at).timetuple()[:6])
            entry.compress_type = zipfile.ZIP_DEFLATED
            target.writestr(entry, source.read(name))
    return packed.getvalue()

"""The empty Word file of a layout: every element of the decree as a style of Word's own, nothing written yet."""

from __future__ import annotations

from functools import lru_cache
from io import BytesIO
from typing import Any

from donghanh.papers.choices import Layout, Style
from donghanh.papers.word_xml import element

SPACER = Style("Ngăn", "", 1, keep=True)  # our style for paragraphs that only hold something apart
WARNING = "C00000"


@lru_cache(maxsize=8)  # fifty styles take longer to write than a paper
def blank(layout: Layout, *, marked: bool) -> bytes:
    """A .docx without a paragraph; with the style of the mark where generated data are told."""
    from docx import Document  # slow: lxml and a template of 160 styles
    from docx.shared import RGBColor

    file = Document()
    _clear_template(file)
    _set_defaults(file, layout.font)
    made = {key: _style(file, layout, key, style) for key, style in (layout.styles | {"spacer": SPACER}).items()}
    edge = element("w:pBdr", element("w:top", val="single", sz="5", space="0", color="auto"))
    made["rule"].element.pPr.insert_element_before(edge, "w:spacing", "w:ind", "w:jc")
    if marked:
        made["mark"].font.color.rgb = RGBColor.from_string(WARNING)
        made["mark"].element.rPr.append(element("w:bdr", val="single", sz="5", space="2", color=WARNING))
    else:
        made["mark"].delete()
    written = BytesIO()
    file.save(written)
    return written.getvalue()


def _style(file: Any, layout: Layout, key: str, style: Style) -> Any:
    from docx.enum.style import WD_STYLE_TYPE
    from docx.enum.text import WD_ALIGN_PARAGRAPH
    from docx.shared import Mm, Pt

    made = file.styles.add_style(style.name, WD_STYLE_TYPE.PARAGRAPH)
    made.style_id, made.base_style, made.quick_style = key, file.styles["Normal"], True
    made.font.name, made.font.size = layout.font, Pt(style.size)
    made.font.bold, made.font.italic = style.bold, style.italic
    shape = made.paragraph_format
    shape.alignment = WD_ALIGN_PARAGRAPH[style.align.upper()]
    shape.left_indent, shape.first_line_indent = Mm(style.left), Mm(style.first_line)
    shape.space_before, shape.space_after = Pt(style.before), Pt(style.after)
    shape.line_spacing, shape.keep_with_next = float(style.lines), style.keep
    if style.outline:
        made.element.pPr.append(element("w:outlineLvl", val=str(style.outline - 1)))
    return made


def _clear_template(file: Any) -> None:
    """Take the look of python-docx's own template away: its styles, its fonts, its picture, its old layout rules."""
    from docx.oxml.ns import qn

    styles = file.styles.element
    for style in styles.xpath("w:style[not(@w:default)]"):
        styles.remove(style)
    for relations in (file.part.rels, file.part.package.rels):
        for key in [key for key, found in relations.items() if found.reltype.endswith(("WithEffects", "/thumbnail"))]:
            del relations[key]
    for setting in file.settings.element.xpath("//w:compatSetting[@w:name='compatibilityMode']"):
        setting.set(qn("w:val"), "15")  # of Word 2013; 14 opens in "compatibility mode"


def _set_defaults(file: Any, font: str) -> None:
    [look] = file.styles.element.xpath("w:docDefaults/w:rPrDefault/w:rPr")
    for child in list(look):
        look.remove(child)
    look.append(element("w:rFonts", ascii=font, hAnsi=font, eastAsia=font, cs=font))
    look.append(element("w:lang", val="vi-VN"))

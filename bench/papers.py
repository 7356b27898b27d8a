#!/usr/bin/env python3
"""The same papers by Typst and by WeasyPrint: time, bytes, determinism, archival marks, lines of Vietnamese.

WeasyPrint's page leaves out stamps, foot and what is kept together, so it does less.

Both draw one composed paper (`papers/composition.py`), in turn and in one process, so that a busy machine slows both;
the content is drawn by a seeded dice. WeasyPrint is no part of the product (docs/adr/0020):

    .tools/bin/uv pip install --python .venv/bin/python '.[bench]'

usage: .venv/bin/python bench/papers.py [rounds]
"""

from __future__ import annotations

import hashlib
import html
import os
import random
import subprocess
import sys
import time
from io import BytesIO
from itertools import pairwise
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))
os.environ["DJANGO_SETTINGS_MODULE"] = "config.settings"

import django

django.setup()

from django.conf import settings
from pypdf import PdfReader

from donghanh.papers import typesetting
from donghanh.papers.choices import Style
from donghanh.papers.composition import Columns, Line, Paper, Rule, compose
from donghanh.papers.document import Appendix, OfficialDocument, Paragraph, Table
from donghanh.papers.tests.documents import AT, BODY, COLUMNS, appendices, report
from donghanh.papers.tests.sheets import MM, SINGLE, sheets

SEED = 30_2020
SAME, FULL = 0.1, 185  # pt between sizes that are one; mm at which a line counts as full
WORDS = """
học sinh sinh viên giáo dục môi trường mạng an toàn nhiệm vụ giải pháp triển khai tổ chức thực hiện kế hoạch nhà trường
gia đình phối hợp tuyên truyền nghiêm túc thường xuyên kiểm tra đánh giá kết quả chuyên môn nghiệp vụ
"""
SIZES = {"two pages": (5, 0), "ten pages": (70, 0), "table of 500 rows": (5, 500)}


def documents(number: int = 0) -> dict[str, OfficialDocument]:
    """Other words for each number: an engine that keeps what it made must not win by it."""
    dice, words = random.Random(SEED + number), WORDS.split()

    def sentence() -> str:
        return " ".join(dice.choices(words, k=dice.randint(30, 90))).capitalize() + "."

    made = {}
    for name, (paragraphs, rows) in SIZES.items():
        body = (*BODY[:-1], *(Paragraph(sentence()) for _ in range(paragraphs)), BODY[-1])
        table = Table(
            COLUMNS, tuple((str(n), f"Trường thứ {n}", str(dice.randrange(2000)), "90,5") for n in range(rows))
        )
        more = (*appendices()[:1], *([Appendix("Số liệu", (table,))] if rows else []))
        made[name] = report(body=body, appendices=more, urgency="urgent", address=("Số 1", "E-Mail: a@vi.du"))
    return made


class WeasyPrint:
    """A composed paper as HTML and CSS, as near to the layout as CSS goes."""

    name = "WeasyPrint"

    def __init__(self) -> None:
        import weasyprint
        from weasyprint.text.fonts import FontConfiguration

        self.engine, self.fonts = weasyprint, FontConfiguration()
        self.version = weasyprint.__version__

    def pdf(self, paper: Paper) -> bytes:
        file = self.engine.HTML(string=self.page(paper)).write_pdf(
            pdf_variant="pdf/a-2a", font_config=self.fonts, pdf_tags=True, pdf_identifier=b"paper"
        )
        return bytes(file)

    def page(self, paper: Paper) -> str:
        layout = paper.layout
        margins = f"{layout.margin_top}mm {layout.margin_right}mm {layout.margin_bottom}mm {layout.margin_left}mm"
        faces = "".join(
            f"@font-face{{font-family:Tinos;font-weight:{weight};font-style:{slant};"
            f"src:url(file://{settings.FONTS_FOLDER}/Tinos-{face}.ttf)}}"
            for face, weight, slant in (
                ("Regular", 400, "normal"), ("Bold", 700, "normal"),
                ("Italic", 400, "italic"), ("BoldItalic", 700, "italic"),
            )
        )  # fmt: skip
        styles = "".join(f".{key}{{{self.rules(style)}}}" for key, style in layout.styles.items())
        css = (
            f"{faces}@page{{size:A4;margin:{margins};@top-center{{content:counter(page);font:14pt Tinos}}}}"
            f"@page wide{{size:A4 landscape}}@page:first{{@top-center{{content:none}}}}"
            "section{break-before:page;counter-reset:page 1}section.wide{page:wide}"
            "body{font-family:Tinos;font-kerning:none;margin:0}p{margin:0}"
            "hr{border:0;border-top:.6pt solid;margin:3pt auto 0}"
            "table{border-collapse:collapse;width:100%}td,th{padding:3pt 1.9mm;border:.6pt solid}"
            f".pair td{{border:0;padding:0;vertical-align:top}}{styles}"
        )
        about = (
            f"<title>{html.escape(paper.title)}</title><meta name=author content='{html.escape(paper.author)}'>"
            f"<meta name=dcterms.created content='{AT.isoformat()}'>"
            f"<meta name=dcterms.modified content='{AT.isoformat()}'>"
        )
        body = "".join(
            f"<section class='{'wide' if section.landscape else ''}'>"
            + "".join(self.part(part, layout) for part in section.parts)
            + "</section>"
            for section in paper.sections
        )
        return f"<!doctype html><html lang=vi><head>{about}<style>{css}</style></head><body>{body}</body></html>"

    def rules(self, style: Style) -> str:
        return (
            f"font-size:{style.size}pt;font-weight:{700 if style.bold else 400};margin-top:{style.before}pt;"
            f"font-style:{'italic' if style.italic else 'normal'};text-align:{style.align};"
            f"text-indent:{style.first_line}mm;padding-left:{style.left}mm;line-height:{SINGLE * style.lines}"
        )

    def part(self, part: object, layout: object) -> str:
        match part:
            case Line(style, text):
                return f"<p class={style}>{html.escape(text)}</p>"
            case Rule(_above, share):
                return f"<hr style='width:{share * 60}%'>"
            case Columns(rows, left):
                cells = "".join(
                    "<tr>"
                    + "".join(
                        f"<td style='width:{share * 100}%'>{''.join(self.part(one, layout) for one in box)}</td>"
                        for box, share in zip(row, (left, 1 - left), strict=True)
                    )
                    + "</tr>"
                    for row in rows
                )
                return f"<table class=pair>{cells}</table>"
            case Table(columns, rows, total, caption):
                head = "".join(f"<th class=table_head>{html.escape(column.title)}</th>" for column in columns)
                lines = "".join(
                    "<tr>" + "".join(f"<td class=table_cell style='text-align:{column.align}'>{html.escape(cell)}</td>"
                                     for column, cell in zip(columns, row, strict=True)) + "</tr>"
                    for row in (*rows, *([total] if total else []))
                )  # fmt: skip
                return (
                    f"<p class=caption>{html.escape(caption)}</p><table><thead><tr>{head}</tr></thead>{lines}</table>"
                )
        return ""


class Typst:
    name = "Typst"

    def __init__(self) -> None:
        import typst

        self.version = typst.__version__

    def pdf(self, paper: Paper) -> bytes:
        return typesetting.pdf(paper, at=AT)


ENGINES = {"typst": Typst, "weasyprint": WeasyPrint}


def timed(rounds: int) -> None:
    engines = [make() for make in ENGINES.values()]
    print(f"{rounds} rounds, the two in turn, CPU ms a paper: median (least)")
    for name in SIZES:
        taken: dict[str, list[float]] = {engine.name: [] for engine in engines}
        last = {}
        for number in range(rounds):
            paper = compose(documents(number)[name], at=AT)
            for engine in engines:
                start = time.process_time()
                last[engine.name] = engine.pdf(paper)
                taken[engine.name].append((time.process_time() - start) * 1000)
        for engine in engines:
            times, content = taken[engine.name][1:], last[engine.name]
            pages = len(PdfReader(BytesIO(content)).pages)
            print(
                f"{name:18} {engine.name:10} {engine.version:8} {median(times):7.0f} ({min(times):.0f})"
                f"  {pages} pages, {len(content):,} bytes"
            )
        ratio = median(taken["WeasyPrint"][1:]) / median(taken["Typst"][1:])
        print(f"{name:18} WeasyPrint takes {ratio:.1f} times Typst's time")


def median(values: list[float]) -> float:
    return sorted(values)[len(values) // 2]


def same_bytes() -> None:
    """Two processes with other hash seeds, each twice; and how much memory one paper takes from cold."""
    for key in ENGINES:
        seen, peaks = set(), []
        for seed in ("1", "2"):
            done = subprocess.run(
                [sys.executable, __file__, "once", key], check=True, capture_output=True, text=True,
                env=os.environ | {"PYTHONHASHSEED": seed},
            )  # fmt: skip
            *hashes, peak, cold = done.stdout.split()
            seen |= set(hashes)
            peaks.append((int(peak), float(cold)))
        memory, cold = (max(values) for values in zip(*peaks, strict=True))
        print(f"{key:10} same bytes: {len(seen) == 1}; memory {memory // 1024} MB; cold {cold:.2f} s CPU")


def once(key: str) -> None:
    start = time.process_time()
    engine = ENGINES[key]()
    paper = compose(documents()["two pages"], at=AT)
    first = engine.pdf(paper)
    cold = time.process_time() - start
    print(*(hashlib.sha256(content).hexdigest() for content in (first, engine.pdf(paper))))
    most = Path("/proc/self/status").read_text(encoding="ascii").partition("VmHWM:")[2].split()[0]
    print(most, f"{cold:.3f}")


def looked_at() -> None:
    """What a reader of the file finds: archival marks, fonts, how the lines of one text fall."""
    paper = compose(documents()["two pages"], at=AT)
    for make in ENGINES.values():
        engine = make()
        content = engine.pdf(paper)
        file = PdfReader(BytesIO(content))
        root = file.trailer["/Root"]
        about = root["/Metadata"].get_data().decode() if "/Metadata" in root else ""
        part = about.partition("pdfaid:part")[2][:4].strip(">=\"' ")[:1]
        level = about.partition("pdfaid:conformance")[2][:4].strip(">=\"' ")[:1]
        pages = sheets(content)
        style = paper.layout.styles["text"]
        lines = [line for page in pages[:2] for line in page.lines()]
        full = [line for line in lines if abs(line.size - style.size) < SAME and line.right > FULL]
        edges = [abs(line.right - (paper.layout.width - paper.layout.margin_right)) for line in full]
        hyphens = sum(line.text.endswith("-") for line in lines)
        pitch = [
            (second.baseline - first.baseline) * MM
            for first, second in pairwise(lines)
            if {first, second} <= set(full) and second.left < paper.layout.margin_left + 1 and first.page == second.page
        ]
        print(
            f"{engine.name:10} PDF/A-{part}{level.lower()} declared, tagged {'/StructTreeRoot' in root},"
            f" intent {'/OutputIntents' in root}, language {root.get('/Lang')}; fonts {sorted(_fonts(file))}"
        )
        print(
            f"{'':10} {len(full)} full lines, their ends off the margin by at most {max(edges):.3f} mm, {hyphens} end"
            f" with a hyphen, line pitch {min(pitch):.2f} to {max(pitch):.2f} pt; dated {file.metadata.creation_date}"
        )


def letters_without_a_font() -> None:
    """A Chinese word: whether the file is still said to be archival, and where its letters come from."""
    paper = compose(report(body=(Paragraph("Chữ 漢字 😀 hết."),)), at=AT)
    for make in ENGINES.values():
        engine = make()
        file = PdfReader(BytesIO(engine.pdf(paper)))
        about = file.trailer["/Root"].get("/Metadata")
        print(
            f"{engine.name:10} letters outside the font: PDF/A declared {about and b'pdfaid' in about.get_data()},"
            f" fonts of the machine {sorted(face for face in _fonts(file) if not face.startswith('Tinos'))}"
        )


def _fonts(file: PdfReader) -> set[str]:
    return {
        font.get_object()["/BaseFont"].partition("+")[2]
        for page in file.pages
        for font in page["/Resources"].get("/Font", {}).values()
    }


if __name__ == "__main__":
    if sys.argv[1:2] == ["once"]:
        once(sys.argv[2])
    else:
        timed(int(sys.argv[1]) if len(sys.argv) > 1 else 11)
        same_bytes()
        looked_at()
        letters_without_a_font()

"""The official report (type BC) of one round: the office's figures put into words and tables, always in Vietnamese.

Nothing here judges or decides: figures come from statistics, the layout from papers, and the clerk gives the number.
"""

from __future__ import annotations

from collections.abc import Sequence

from django.urls import reverse
from django.utils import translation

from donghanh.kernel.numbers import format_number
from donghanh.organisations.choices import SCHOOL_KINDS, UnitKind
from donghanh.organisations.queries import children
from donghanh.papers.actions import (
    Appendix,
    Block,
    Column,
    Heading,
    OfficialDocument,
    Paragraph,
    Signer,
    Source,
    Table,
)
from donghanh.reporting.models import Collection, Letterhead
from donghanh.statistics import queries as statistics
from donghanh.statistics.models import DataElement, Indicator
from donghanh.statistics.queries import Figure

GENERATED_MARK = "DỮ LIỆU GIẢ LẬP – KHÔNG CÓ GIÁ TRỊ PHÁP LÝ"
DIRECT = "Đơn vị trực thuộc"


def official_report(collection: Collection, letterhead: Letterhead, *, generated: bool) -> OfficialDocument:
    """The whole document for the office of `letterhead`, from the figures as they stand."""
    with translation.override("vi"):
        found = statistics.indicators()
        year = collection.period.short_label.replace("–", "-")
        areas = _areas(collection, letterhead.unit_id, found)
        return OfficialDocument(
            superior_body=letterhead.superior_body,
            issuing_body=letterhead.issuing_body,
            number=None,
            symbol=letterhead.symbol,
            place=letterhead.place,
            date=None,
            type_code="BC",
            abstract=f"Kết quả thực hiện {letterhead.programme} năm học {year}",
            addressees=(letterhead.superior_body,),
            bases=tuple(letterhead.bases.splitlines()),
            body=_body(collection, letterhead, found, year),
            signer=Signer(letterhead.signer_position, letterhead.signer_name, letterhead.signer_authority),
            recipients=(
                "Như trên",
                "Bộ GD&ĐT (để b/c)",
                "Các đơn vị trực thuộc (để t/h)",
                f"Lưu: VT, {letterhead.drafting_unit}",
            ),
            appendices=(Appendix(f"Kết quả theo địa bàn, năm học {year}", (areas,), landscape=True),),
            mark=GENERATED_MARK if generated else "",
        )


def _body(collection: Collection, letterhead: Letterhead, found: Sequence[Indicator], year: str) -> tuple[Block, ...]:
    unit = letterhead.unit_id
    figures = statistics.figures(found, collection.period, [unit], form=_form_of(collection))[unit]
    first = figures[0]
    board = _board(collection, unit)
    return (
        Paragraph(
            f"{letterhead.issuing_body} báo cáo kết quả thực hiện {letterhead.programme} năm học {year} như sau:"
        ),
        Heading(1, "I", "TÌNH HÌNH BÁO CÁO"),
        Paragraph(
            f"Đến thời điểm tổng hợp, {_n(first.reported)}/{_n(first.expected)} cơ sở giáo dục có báo cáo được duyệt"
            f" ({_share(first.reported, first.expected)}). Số liệu dưới đây tính từ các báo cáo đã duyệt;"
            " tỷ lệ cơ sở giáo dục tính trên tổng số cơ sở phải báo cáo.",
            board,
        ),
        Heading(1, "II", "KẾT QUẢ THỰC HIỆN CÁC CHỈ TIÊU"),
        *(
            Paragraph(f"{number}. {statistics.sentence(figure)}", _number(figure, collection, unit))
            for number, figure in enumerate(figures, 1)
        ),
        _targets(figures, board),
        Heading(1, "III", "KẾT QUẢ TỔ CHỨC THỰC HIỆN"),
        _totals(collection, unit),
        Heading(1, "IV", "KẾT QUẢ THEO CẤP HỌC, LOẠI HÌNH"),
        _kinds(collection, unit, found),
        Heading(1, "V", "ĐÁNH GIÁ, KIẾN NGHỊ"),
        Paragraph("(Phần này do đơn vị soạn thảo trước khi trình ký.)"),
    )


def _board(collection: Collection, unit: int) -> tuple[Source]:
    """Where every figure of the round opens."""
    return (Source(reverse("home:figures", args=[collection.pk, unit])),)


def _number(figure: Figure, collection: Collection, unit: int) -> tuple[Source]:
    """The story of one figure, as this round's form counted it."""
    page = statistics.page_of(figure.indicator.code, collection.period, unit, form=_form_of(collection))
    return (Source(page),)


def _targets(figures: Sequence[Figure], board: tuple[Source]) -> Table:
    columns = (
        Column("TT", 1, "center"), Column("Chỉ tiêu", 8), Column("Mục tiêu (%)", 3, "right"),
        Column("Kết quả (%)", 3, "right"), Column("Số lượng", 4, "right"),
    )  # fmt: skip
    rows = tuple(
        (
            str(number),
            figure.indicator.name_vi,
            statistics.aim(figure.target),
            statistics.percent(figure, sign=False),
            statistics.counts(figure),
        )
        for number, figure in enumerate(figures, 1)
    )
    return Table(columns, rows, caption="Bảng 1. Kết quả so với chỉ tiêu của Kế hoạch", sources=board)


def _totals(collection: Collection, unit: int) -> Table:
    codes = list(collection.form_version.definition.items)
    elements = DataElement.objects.filter(code__in=codes).order_by("code")
    sums = statistics.totals([e.code for e in elements], collection.period, [unit], form=_form_of(collection))[unit]
    rows = tuple(
        (str(number), element.name_vi, element.unit_of_measure_vi, _n(sums[element.code]))
        for number, element in enumerate(sorted(elements, key=lambda e: codes.index(e.code)), 1)
    )
    columns = (
        Column("TT", 1, "center"),
        Column("Nội dung", 10),
        Column("Đơn vị tính", 3),
        Column("Số lượng", 3, "right"),
    )
    return Table(columns, rows, caption="Bảng 2. Số liệu tổng hợp", sources=_board(collection, unit))


def _kinds(collection: Collection, unit: int, found: Sequence[Indicator]) -> Table:
    groups = statistics.figures_by_group(found, collection.period, unit, form=_form_of(collection))
    rows = [(str(UnitKind(kind).label), figures) for kind, figures in groups.items()]
    caption = "Bảng 3. Kết quả theo loại hình cơ sở giáo dục"
    return _figure_table("Loại hình", rows, found, _board(collection, unit), caption=caption)


def _areas(collection: Collection, unit: int, found: Sequence[Indicator]) -> Table:
    below = [u for u in children(unit, on=collection.period.reference_day) if u.kind not in SCHOOL_KINDS]
    figures = statistics.figures(found, collection.period, [unit, *(u.pk for u in below)], form=_form_of(collection))
    rows = [(u.name, figures[u.pk]) for u in below]
    rest = statistics.remainder(figures[unit], [figures[u.pk] for u in below])
    if rest[0].expected:
        rows.append((DIRECT, rest))
    return _figure_table("Địa bàn", rows, found, _board(collection, unit), total=figures[unit])


def _figure_table(
    heading: str,
    rows: Sequence[tuple[str, Sequence[Figure]]],
    found: Sequence[Indicator],
    sources: tuple[Source],
    *,
    total: Sequence[Figure] = (),
    caption: str = "",
) -> Table:
    columns = [Column("TT", 0.9, "center"), Column(heading, 5), Column("Đã duyệt/ phải nộp", 2.8, "right")]
    for indicator in found:
        columns += [Column(indicator.short_name_vi, 4, "right"), Column("%", 2, "right")]

    def line(number: str, name: str, figures: Sequence[Figure]) -> tuple[str, ...]:
        cells = [number, name, f"{_n(figures[0].reported)}/{_n(figures[0].expected)}"]
        for figure in figures:
            cells += [statistics.counts(figure), statistics.percent(figure, sign=False)]
        return tuple(cells)

    return Table(
        tuple(columns),
        tuple(line(str(number), name, figures) for number, (name, figures) in enumerate(rows, 1)),
        total_row=line("", "Tổng cộng", total) if total else (),
        caption=caption,
        sources=sources,
    )


def _form_of(collection: Collection) -> str:
    """The report tells what its own round counted, whatever other forms ask for the same."""
    return collection.form_version.form.code


def _n(value: float | None) -> str:
    return format_number(value)


def _share(part: int, whole: int) -> str:
    return f"{format_number(100 * part / whole, decimals=1)} %" if whole else "không có đơn vị phải nộp"

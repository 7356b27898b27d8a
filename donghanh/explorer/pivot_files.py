"""What is shown, as a file: every row, numbers as numbers, with what it is, of when and through which filters."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator, Mapping, Sequence
from decimal import ROUND_HALF_UP, Decimal
from typing import Any

from django.conf import settings
from django.utils.timezone import localtime
from django.utils.translation import gettext as _

from donghanh.explorer.choices import Dimension
from donghanh.explorer.pivot import Pivot, Shown, decimals_of
from donghanh.kernel.spreadsheet import workbook
from donghanh.statistics.choices import TreeMode

BOM = "\ufeff"  # by which Excel knows UTF-8


def notes_of(pivot: Pivot) -> list[str]:
    """Source, moment, filters: what must stand beside a table that leaves the page."""
    lines = [_("Nguồn: báo cáo đã duyệt của các đơn vị, phần mềm Đồng Hành.")]
    if settings.DEMO_DAY:
        lines.append(_("Dữ liệu giả lập."))
    if pivot.written_at:
        moment = localtime(pivot.written_at)
        lines.append(
            _("Số liệu tính lúc %(at)s.") % {"at": f"{moment:%H:%M} {moment.day}/{moment.month}/{moment.year}"}
        )
    lines.append(f"{_('Cây đơn vị')}: {TreeMode(pivot.look.tree).label}.")
    lines += [f"{Dimension(one).label}: {member.label}." for one, member in told_filters(pivot).items()]
    if pivot.look.search:
        lines.append(_("Chỉ các dòng có “%(words)s”.") % {"words": pivot.look.search})
    return lines


def told_filters(pivot: Pivot) -> Mapping[Dimension, Any]:
    """What each filter shows; a kind or a part that is not told apart is not worth a word."""
    silent = (Dimension.KIND, Dimension.PART)
    return {one: member for one, member in pivot.fixed.items() if member and (one not in silent or member.key)}


def table_of(pivot: Pivot) -> Iterator[list[Any]]:
    """A heading, then a list a row: names, then numbers rounded as the page shows them."""
    names = [str(one.label) for one in pivot.look.rows] or [""]
    yield [*names, *(" · ".join(one.label for one in column) for column in pivot.columns)]
    for line in pivot.lines():
        labels = [one.label for one in line.key] or [""]
        cells = zip(line.cells, pivot.columns, strict=True)
        yield [*labels, *(_plain(shown, pivot.placed(line.key, column)) for shown, column in cells)]


def _plain(shown: Shown, at: Mapping[Dimension, Any]) -> float | str:
    if shown.cell.suppressed:
        return _("Quá ít để công bố")
    if shown.cell.value is None:
        return ""
    places = decimals_of(at[Dimension.DATA].value, shown.cell.value)
    rounded = float(Decimal(str(shown.cell.value)).quantize(Decimal(1).scaleb(-places), ROUND_HALF_UP))
    return int(rounded) if rounded.is_integer() else rounded


def xlsx(pivot: Pivot, title: str) -> bytes:
    return workbook(table_of(pivot), title=sheet_name(title), note=" ".join(notes_of(pivot)))


def csv_text(pivot: Pivot) -> str:
    out = io.StringIO()
    writer = csv.writer(out)
    for row in table_of(pivot):
        writer.writerow([_harmless(value) for value in row])
    writer.writerows([[], *([note] for note in notes_of(pivot))])
    return BOM + out.getvalue()


def _harmless(value: Any) -> Any:
    """A name that a spreadsheet would take for a formula begins with an apostrophe."""
    return f"'{value}" if isinstance(value, str) and value[:1] in ("=", "+", "-", "@", "\t", "\r") else value


def sheet_name(title: str) -> str:
    """Without the marks that a sheet's name may not have."""
    return "".join(" " if one in "[]:*?/\\" else one for one in title).strip("'")[:31] or "so-lieu"


def joined_xlsx(tables: Sequence[tuple[str, Pivot]]) -> bytes:
    """Several tables under each other in one sheet, each with its name and its notes."""
    rows: list[list[Any]] = []
    for name, pivot in tables:
        rows += [[name], *table_of(pivot), *([note] for note in notes_of(pivot)), []]
    return workbook(rows, title=sheet_name(_("Số liệu")))

"""Lists as spreadsheets: plain values, no formula can hide in a cell."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime
from io import BytesIO
from typing import Any

from django.http import HttpResponse

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


def workbook(rows: Iterable[Sequence[Any]], *, title: str, note: str = "") -> bytes:
    """One sheet with a bold heading row (the first of `rows`) and, above it, `note` if given."""
    import xlsxwriter  # slow to import, and only exports need it

    out = BytesIO()
    options = {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False, "remove_timezone": True}
    with xlsxwriter.Workbook(out, options) as book:
        book.set_properties({"created": datetime(2020, 1, 1)})  # noqa: DTZ001  # same rows, same bytes
        sheet = book.add_worksheet(title[:31])
        bold, day = book.add_format({"bold": True}), book.add_format({"num_format": "dd/mm/yyyy hh:mm"})
        start = 0
        if note:
            sheet.write_string(0, 0, note)
            start = 2
        for number, row in enumerate(rows, start):
            for column, value in enumerate(row):
                if isinstance(value, datetime):
                    sheet.write_datetime(number, column, value, day)
                elif isinstance(value, int | float):
                    sheet.write_number(number, column, value)
                else:
                    sheet.write_string(number, column, str(value or ""), bold if number == start else None)
        sheet.freeze_panes(start + 1, 1)
        sheet.autofit()
    return out.getvalue()


def download(rows: Iterable[Sequence[Any]], *, name: str, title: str, note: str = "") -> HttpResponse:
    """The workbook as an answer to the browser, called `name`.xlsx."""
    headers = {"Content-Disposition": f'attachment; filename="{name}.xlsx"'}
    return HttpResponse(workbook(rows, title=title, note=note), content_type=XLSX, headers=headers)

"""Every report of a round with all its figures as one workbook: a row a unit, a column a cell; written row by row."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from typing import IO, Any

from django.conf import settings
from django.db.models import QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _

from donghanh.questionnaires.models import Definition
from donghanh.reporting.models import Collection, Submission

ROWS_AT_ONCE = 200


def round_file(rows: QuerySet[Any], collection: Collection) -> IO[bytes]:
    """A temporary file with the workbook, at its beginning. `rows` as `board.watched` gives them.

    Memory does not grow with the rows. Texts are written as texts, also those that begin like a formula.
    """
    import xlsxwriter  # slow to import, and only exports need it

    file = tempfile.TemporaryFile()  # noqa: SIM115  # the answer to the browser closes it
    options = {"constant_memory": True, "strings_to_formulas": False, "strings_to_urls": False}
    with xlsxwriter.Workbook(file, options) as book:
        sheet = book.add_worksheet(_("Báo cáo"))
        bold = book.add_format({"bold": True, "text_wrap": True, "valign": "top"})
        text, moment = book.add_format({"quote_prefix": True}), book.add_format({"num_format": "dd/mm/yyyy hh:mm"})
        sheet.set_column(0, 0, 40)
        sheet.set_column(1, 400, 16)
        start = 1 if settings.DEMO_DAY else 0
        if start:
            sheet.write_string(0, 0, _("Dữ liệu giả lập"))
        sheet.freeze_panes(start + 1, 1)
        definition = collection.form_version.definition
        for column, title in enumerate(_titles(definition)):
            sheet.write_string(start, column, title, bold)
        for line, values in enumerate(_lines(rows, definition), start + 1):
            for column, value in enumerate(values):
                if value is None or value == "":
                    continue
                if isinstance(value, str):
                    sheet.write_string(line, column, value, text)
                elif isinstance(value, int | float):
                    sheet.write_number(line, column, value)
                else:
                    sheet.write_datetime(line, column, value, moment)
    file.seek(0)
    return file


def _titles(definition: Definition) -> list[str]:
    cells = [
        " – ".join([cell.item.name, *(part.name for part in (cell.row, cell.option) if part)])
        for cell in definition.cells
    ]
    own = [_("Đơn vị"), _("Tình trạng"), _("Cơ quan duyệt"), _("Lần gửi"), _("Gửi lúc"), _("Hạn nộp")]
    return [*own, *cells, *(item.name for item in definition.texts)]


def _lines(rows: QuerySet[Any], definition: Definition) -> Iterator[list[Any]]:
    cells, texts = len(definition.cells), [item.code for item in definition.texts]
    for row in rows.select_related("expected", "latest").iterator(chunk_size=ROWS_AT_ONCE):
        sent = row.latest
        yield [
            *_about(row),
            *(sent.numbers if sent else [None] * cells),
            *(sent.texts.get(code, "") if sent else "" for code in texts),
        ]


def _about(row: Any) -> list[Any]:
    report: Submission = row
    sent = report.latest
    return [
        row.unit_name,
        str(report.get_state_display()),
        row.office_name or "",
        sent.number if sent else None,
        timezone.localtime(sent.sent_at).replace(tzinfo=None) if sent else None,
        f"{report.expected.due_on:%d/%m/%Y}",
    ]

"""Workbooks as people send them: filled, moved about, broken."""

from __future__ import annotations

import zipfile
from collections.abc import Callable, Mapping
from io import BytesIO
from typing import Any

import openpyxl
from django.core.files.uploadedfile import SimpleUploadedFile

from donghanh.kernel.spreadsheet import XLSX

NAME, ANSWER = 2, 6  # columns from 1


def changed(content: bytes, change: Callable[[Any], None]) -> bytes:
    book = openpyxl.load_workbook(BytesIO(content))
    change(book)
    out = BytesIO()
    book.save(out)
    return out.getvalue()


def rows_of(page: Any) -> dict[str, int]:
    """Code in column A → row from 1."""
    return {row[0].value: row[0].row for row in page.iter_rows(max_col=1) if row[0].value}


def filled_in(content: bytes, values: Mapping[str, Any]) -> bytes:
    """The template with these answers, typed beside their codes."""

    def change(book: Any) -> None:
        page = book.worksheets[0]
        rows = rows_of(page)
        for code, value in values.items():
            page.cell(rows[code], ANSWER, value)

    return changed(content, change)


def with_entry(content: bytes, name: str, body: bytes) -> bytes:
    out = BytesIO(content)
    with zipfile.ZipFile(out, "a", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr(name, body)
    return out.getvalue()


def as_upload(content: bytes, name: str = "bao-cao.xlsx") -> SimpleUploadedFile:
    return SimpleUploadedFile(name, content, content_type=XLSX)

"""Pages that list: search without tone marks, order and page in the address, the same rows as a spreadsheet."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any
from urllib.parse import urlencode

import django_tables2 as tables
from django import forms
from django.conf import settings
from django.core.paginator import EmptyPage
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _

from donghanh.kernel.parameters import parameters
from donghanh.kernel.spreadsheet import download
from donghanh.kernel.text import fold

ROWS_A_PAGE = 25
MOST_ROWS_IN_A_FILE = 50_000

type Rows = QuerySet[Any] | Sequence[dict[str, Any]]


def list_page(
    request: HttpRequest,
    rows: Rows,
    table: type[tables.Table],
    template: str,
    *,
    searched: str,
    name: str,
    kept: Mapping[str, str] | None = None,
    **context: Any,
) -> HttpResponse:
    """Show `rows` in `table`; ?q= looks in `searched`, ?xuat=xlsx hands the rows out as a file called `name`.

    `searched` is a folded column of a query, or a key of plain rows. `kept`: filters that the file keeps.
    """
    asked = parameters(
        request, q=forms.CharField(required=False, max_length=100, initial=""), xuat=forms.CharField(required=False)
    )
    found = _search(rows, searched, fold(asked["q"])) if asked["q"] else rows
    if asked["xuat"] == "xlsx":
        note = _("Dữ liệu giả lập") if settings.DEMO_DAY else ""
        return download(table(found[:MOST_ROWS_IN_A_FILE]).as_values(), name=name, title=name, note=note)
    shown = table(found)
    if asked["q"]:
        shown.empty_text = _("Không tìm thấy “%(asked)s”") % {"asked": asked["q"]}
        shown.empty_hint = _("Thử ít chữ hơn, hoặc để trống ô tìm rồi bấm “Tìm” để xem tất cả.")
    shown.export_url = f"?{urlencode({**(kept or {}), 'q': asked['q'], 'xuat': 'xlsx'})}"
    paged(request, shown, ROWS_A_PAGE)
    return render(request, template, {"table": shown, "q": asked["q"], **context})


def paged(request: HttpRequest, table: tables.Table, rows_a_page: int) -> None:
    """Sort and page `table` as the address asks: ?sort=, ?page=. How many rows a page holds is ours to say."""
    tables.RequestConfig(request, paginate=False).configure(table)
    page = parameters(request, page=forms.IntegerField(required=False, min_value=1, initial=1))["page"]
    try:
        table.paginate(page=page, per_page=rows_a_page)
    except EmptyPage:
        table.page = table.paginator.page(table.paginator.num_pages)


def _search(rows: Rows, searched: str, folded: str) -> Rows:
    if isinstance(rows, QuerySet):
        return rows.filter(**{f"{searched}__contains": folded})
    return [row for row in rows if folded in fold(row[searched])]

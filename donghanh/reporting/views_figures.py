"""Where a figure that the programme counted comes from: the rows behind it."""

from __future__ import annotations

from django.http import Http404, HttpRequest, HttpResponse
from django.urls import reverse

from donghanh.kernel.access import requires
from donghanh.kernel.lists import list_page
from donghanh.people.choices import Right
from donghanh.reporting.self_filling import lines_behind, measure_of
from donghanh.reporting.tables import LineTable
from donghanh.reporting.views import open_sheet


@requires(Right.READ_REPORTS)
def from_where(request: HttpRequest, pk: int, item: str) -> HttpResponse:
    """“Từ đâu”: the rows behind the figure of one item, for whoever may read the report."""
    sheet = open_sheet(request, pk)
    if (asked := sheet.definition.items.get(item)) is None:
        raise Http404
    lines = lines_behind(asked, sheet.expected.unit_id, sheet.collection.period.span)
    source = measure_of(asked)
    return list_page(
        request, [vars(line) for line in lines], LineTable, "reporting/from_where.html",
        searched="words", name=f"tu-dau-{item}", report=sheet, item=asked,
        source=source and source.source,
        crumbs=[(sheet.unit_name, reverse("reporting:report", args=[pk]))],
    )  # fmt: skip

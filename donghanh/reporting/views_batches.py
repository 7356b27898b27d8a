"""An office and the workbooks of the units below it: templates out, filled ones in, what became of each."""

from __future__ import annotations

import zipfile
from http import HTTPStatus
from io import BytesIO
from typing import Any

from django.db.models import Count, Q
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.text import slugify
from django.utils.translation import gettext as _

from donghanh.kernel.access import requires
from donghanh.kernel.clock import now, today
from donghanh.kernel.lists import ROWS_A_PAGE, paged
from donghanh.kernel.sheets_in import Unreadable
from donghanh.kernel.spreadsheet import XLSX
from donghanh.kernel.verdict import Refused
from donghanh.people.choices import Right
from donghanh.reporting import batches as actions
from donghanh.reporting.choices import FileVerdict
from donghanh.reporting.forms_workbooks import BatchFileTable, BatchForm
from donghanh.reporting.models import Collection, WorkbookBatch
from donghanh.reporting.queries import Sheet, collections_visible_to, sheet
from donghanh.reporting.views import reader
from donghanh.reporting.workbook_filing import marks_of
from donghanh.reporting.workbook_many import one_for_all as many
from donghanh.reporting.workbooks import template


def _round(request: HttpRequest, collection_id: int) -> Collection:
    return get_object_or_404(collections_visible_to(reader(request), on=today()), pk=collection_id)


def _own(request: HttpRequest, pk: int) -> WorkbookBatch:
    return get_object_or_404(actions.batches_visible_to(reader(request)), pk=pk)


@requires(Right.FILL_FOR_UNITS)
def batches(request: HttpRequest, collection_id: int) -> HttpResponse:
    """“Excel của các trường”: templates, upload, earlier batches."""
    found = _round(request, collection_id)
    form = BatchForm(request.POST or None, request.FILES or None)
    if form.is_bound and form.is_valid():
        file = form.cleaned_data["file"]
        try:
            batch = actions.begin(
                collection=found, content=file.read(actions.MOST_ARCHIVE + 1), name=file.name,
                client_key=form.cleaned_data["client_key"], by=reader(request), at=now(),
            )  # fmt: skip
        except (Unreadable, Refused) as refused:
            form.add_error("file", str(refused))
        else:
            return redirect("reporting:batch", pk=batch.pk)
    context = {
        "round": found,
        "form": form,
        "count": actions.reports_below(reader(request), found, on=today()).count(),
        "earlier": actions.batches_visible_to(reader(request)).filter(collection=found)[:ROWS_A_PAGE],
    }
    status = HTTPStatus.UNPROCESSABLE_ENTITY if form.is_bound else HTTPStatus.OK
    return render(request, "reporting/batches.html", context, status=status)


@requires(Right.FILL_FOR_UNITS)
def templates(request: HttpRequest, collection_id: int) -> HttpResponse:
    """A ZIP with the workbook of every unit below that has not sent."""
    found = _round(request, collection_id)
    sheets = actions.sheets_below(reader(request), found, on=today())
    files = {_file_name(one): template(one, typed=one.submission.draft) for one in sheets}
    return _zip(files, f"mau-excel-{found.period.code}")


@requires(Right.FILL_FOR_UNITS)
def one_for_all(request: HttpRequest, collection_id: int) -> HttpResponse:
    """One workbook, a row a unit."""
    found = _round(request, collection_id)
    sheets = actions.sheets_below(reader(request), found, on=today())
    definition = found.form_version.definition
    title = f"{definition.name} · {found.period.label}"
    content = many(definition, sheets, round_id=found.pk, title=title)
    headers = {"Content-Disposition": f'attachment; filename="mau-chung-{found.period.code}.xlsx"'}
    return HttpResponse(content, content_type=XLSX, headers=headers)


@requires(Right.FILL_FOR_UNITS)
def batch(request: HttpRequest, pk: int) -> HttpResponse:
    """What became of each file; reloads itself while files wait."""
    found = _own(request, pk)
    table = BatchFileTable(found.files.order_by("number"))
    paged(request, table, ROWS_A_PAGE)
    counts = _counts(found)
    context = {"found": found, "table": table, "counts": counts, "done": counts["total"] - counts["waiting"]}
    return render(request, "reporting/batch.html", context)


@requires(Right.FILL_FOR_UNITS)
def progress(request: HttpRequest, pk: int) -> JsonResponse:
    """How far the batch is: `{"total", "waiting", "taken", "faulty", "refused"}`."""
    return JsonResponse(_counts(_own(request, pk)))


@requires(Right.FILL_FOR_UNITS)
def marked(request: HttpRequest, pk: int) -> HttpResponse:
    """A ZIP with the marked workbook of every unit whose file had wrong cells."""
    found = _own(request, pk)
    faulty = found.files.filter(verdict=FileVerdict.FAULTY).order_by("number").values_list("submission", flat=True)
    sheets = [sheet(reader(request), pk, on=today()) for pk in faulty if pk]
    if not sheets:
        raise Http404
    files = {
        _file_name(one): template(one, typed=one.submission.draft, marks=marks_of(one, one.submission.draft))
        for one in sheets
    }
    return _zip(files, f"tep-danh-dau-{found.pk}")


def _counts(found: WorkbookBatch) -> dict[str, int]:
    each: dict[str, Any] = {value: Count("pk", filter=Q(verdict=value)) for value in FileVerdict.values}
    return found.files.aggregate(total=Count("pk"), **each)


def _file_name(one: Sheet) -> str:
    name = slugify(one.unit_name.replace("đ", "d").replace("Đ", "D")) or _("don-vi")
    return f"{name}-{one.expected.unit_id}.xlsx"


def _zip(files: dict[str, bytes], name: str) -> HttpResponse:
    out = BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_STORED) as archive:  # workbooks are packed already
        for called, content in files.items():
            archive.writestr(called, content)
    headers = {"Content-Disposition": f'attachment; filename="{name}.zip"'}
    return HttpResponse(out.getvalue(), content_type="application/zip", headers=headers)

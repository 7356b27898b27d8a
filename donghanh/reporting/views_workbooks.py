"""Reports by Excel: the template out, the filled file in, and many of them at once by an office."""

from __future__ import annotations

import zipfile
from http import HTTPStatus
from io import BytesIO
from typing import Any

from django.contrib import messages
from django.db.models import Count, QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.text import slugify
from django.utils.translation import gettext as _

from donghanh.kernel.access import requires
from donghanh.kernel.clock import now, today
from donghanh.kernel.lists import ROWS_A_PAGE, paged
from donghanh.kernel.sheets_in import Unreadable
from donghanh.kernel.spreadsheet import XLSX
from donghanh.kernel.text import fold
from donghanh.kernel.verdict import Refused
from donghanh.organisations.choices import LEVELS_TAUGHT
from donghanh.organisations.models import UnitType
from donghanh.organisations.queries import called
from donghanh.people.choices import Right
from donghanh.people.queries import own_units, units_reached
from donghanh.reporting import batches, queries
from donghanh.reporting.choices import BatchKind, FileVerdict
from donghanh.reporting.forms_workbooks import BatchForm, WorkbookForm
from donghanh.reporting.models import Collection, Submission, WorkbookBatch, WorkbookBatchFile
from donghanh.reporting.queries import Sheet
from donghanh.reporting.rules import may_fill
from donghanh.reporting.tables_workbooks import BatchFileTable, BatchTable, FaultTable
from donghanh.reporting.views import open_sheet, reader
from donghanh.reporting.workbook_reading import MOST_BYTES, marks
from donghanh.reporting.workbook_tables import UnitLine, table_template
from donghanh.reporting.workbooks import template


@requires(Right.FILL_REPORTS)
def workbook(request: HttpRequest, pk: int) -> HttpResponse:
    """The report as a workbook to fill."""
    sheet = open_sheet(request, pk)
    if not (verdict := may_fill(sheet.submission, reader(request), on=today())):
        messages.info(request, verdict.reason)
        return redirect("reporting:report", pk=pk)
    return _workbook(template(sheet), _file_name(sheet))


@requires(Right.FILL_REPORTS)
def workbook_upload(request: HttpRequest, pk: int) -> HttpResponse:
    """“Điền bằng Excel”: the template, and the filled file back."""
    sheet = open_sheet(request, pk)
    if not (verdict := may_fill(sheet.submission, reader(request), on=today())):
        messages.info(request, verdict.reason)
        return redirect("reporting:report", pk=pk)
    form = WorkbookForm(request.POST or None, request.FILES or None)
    if request.method == "POST" and form.is_valid():
        file = form.cleaned_data["file"]
        said: dict[str, Any] = {"name": file.name, "by": reader(request), "at": now()}
        try:
            batch = batches.bring_in_one(sheet=sheet, content=file.read(MOST_BYTES + 1), **said)
        except Refused as refused:
            form.add_error("file", str(refused))
        else:
            found = batch.files.get()
            if found.verdict != FileVerdict.REFUSED:
                return redirect("reporting:batch_file", pk=found.pk)
            form.add_error("file", found.sentence)
    status = HTTPStatus.UNPROCESSABLE_ENTITY if form.is_bound else HTTPStatus.OK
    crumbs = [(sheet.unit_name, reverse("reporting:report", kwargs={"pk": pk}))]
    return render(request, "reporting/workbook.html", {"report": sheet, "form": form, "crumbs": crumbs}, status=status)


@requires(Right.READ_REPORTS)
def batch_file(request: HttpRequest, pk: int) -> HttpResponse:
    """What became of one file: each wrong cell with its address, what stands there and why it is wrong."""
    file = _own_file(request, pk)
    sheet = open_sheet(request, file.submission_id or 0)
    items = sheet.definition.items
    rows = [
        {**fault, "question": items[code].name if (code := fault["box"].partition("[")[0]) in items else ""}
        for fault in file.faults
    ]
    table = FaultTable(rows)
    paged(request, table, ROWS_A_PAGE)
    stops = sum(fault["stops"] for fault in file.faults)
    context = {
        "file": file,
        "report": sheet,
        "table": table,
        "stops": stops,
        "notices": len(file.faults) - stops,
        "crumbs": _crumbs(file, sheet),
    }
    return render(request, "reporting/workbook_faults.html", context)


@requires(Right.READ_REPORTS)
def marked(request: HttpRequest, pk: int) -> HttpResponse:
    """The same workbook, wrong cells red and commented."""
    file = _own_file(request, pk)
    sheet = open_sheet(request, file.submission_id or 0)
    return _workbook(_marked(file, sheet), f"{_file_name(sheet)}-can-sua")


@requires(Right.FILL_FOR_UNITS)
def batches_of(request: HttpRequest, collection_id: int) -> HttpResponse:
    """“Nộp thay các đơn vị”: the table, an archive, and what was brought in before."""
    collection, office = _round(request, collection_id)
    form = BatchForm(request.POST or None, request.FILES or None)
    if request.method == "POST" and form.is_valid():
        file = form.cleaned_data["file"]
        said: dict[str, Any] = {"name": file.name, "by": reader(request), "at": now()}
        try:
            content = file.read(batches.MOST_ARCHIVE + 1)
            found = batches.bring_in_many(collection=collection, office=office, content=content, **said)
        except (Refused, Unreadable) as refused:
            form.add_error("file", str(refused))
        else:
            return redirect("reporting:batch", pk=found.pk)
    table = BatchTable(_own(request).filter(collection=collection).exclude(kind=BatchKind.ONE))
    paged(request, table, ROWS_A_PAGE)
    status = HTTPStatus.UNPROCESSABLE_ENTITY if form.is_bound else HTTPStatus.OK
    context = {"round": collection, "form": form, "table": table}
    return render(request, "reporting/batches.html", context, status=status)


@requires(Right.FILL_FOR_UNITS)
def batch_table(request: HttpRequest, collection_id: int) -> HttpResponse:
    """The table of the round: a row a unit below the office, with what its draft holds."""
    collection, office = _round(request, collection_id)
    there = queries.reports_visible_to(reader(request), on=today(), right=Right.FILL_FOR_UNITS)
    on = collection.period.reference_day
    kinds = dict(UnitType.objects.filter(valid__contains=on).values_list("unit", "kind").order_by("unit"))
    rows = there.filter(expected__collection=collection).exclude(expected__unit=office).order_by("unit_sort", "pk")
    levels = {unit: [str(level) for level in LEVELS_TAUGHT.get(kind, ())] for unit, kind in kinds.items()}
    units = [
        UnitLine(row.unit_id, row.unit_name or "", levels.get(row.unit_id, []), row.draft, row.revision)
        for row in rows[: batches.MOST_UNITS]
    ]
    return _workbook(table_template(collection, office, units), f"nop-thay-{collection.period.code}")


@requires(Right.FILL_FOR_UNITS)
def batch(request: HttpRequest, pk: int) -> HttpResponse:
    """How far a batch is, and what became of each file."""
    found = get_object_or_404(_own(request), pk=pk)
    counts = dict(found.files.order_by("verdict").values_list("verdict").annotate(files=Count("pk")))
    rows = list(found.files.order_by("number"))
    names = _names(rows, found)
    shown = [{"file": row, "unit_name": names.get(row.submission_id or 0, "")} for row in rows]
    table = BatchFileTable(shown)
    paged(request, table, ROWS_A_PAGE)
    waiting = counts.get(FileVerdict.WAITING, 0)
    context = {
        "batch": found,
        "table": table,
        "waiting": waiting,
        "done": len(rows) - waiting,
        "total": len(rows),
        "stored": counts.get(FileVerdict.STORED, 0),
        "bad": counts.get(FileVerdict.FAULTY, 0) + counts.get(FileVerdict.REFUSED, 0),
        "faulty": counts.get(FileVerdict.FAULTY, 0),
        "crumbs": [(_("Nộp thay các đơn vị"), reverse("reporting:batches", args=[found.collection_id]))],
    }
    return render(request, "reporting/batch.html", context)


@requires(Right.FILL_FOR_UNITS)
def marked_all(request: HttpRequest, pk: int) -> HttpResponse:
    """Every workbook with wrong cells, marked, as one archive."""
    found = get_object_or_404(_own(request), pk=pk)
    out = BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for file in found.files.filter(verdict=FileVerdict.FAULTY).order_by("number"):
            sheet = open_sheet(request, file.submission_id or 0)
            archive.writestr(f"{file.number:03}-{_file_name(sheet)}.xlsx", _marked(file, sheet))
    headers = {"Content-Disposition": 'attachment; filename="cac-tep-can-sua.zip"'}
    return HttpResponse(out.getvalue(), content_type=batches.ZIP, headers=headers)


def _own(request: HttpRequest) -> QuerySet[WorkbookBatch]:
    """What the reader brought in, while the unit or office it was for is still theirs."""
    reached = units_reached(reader(request), Right.READ_REPORTS, on=today())
    found = WorkbookBatch.objects.filter(by=reader(request), office__in=reached)
    return found.select_related("file", "collection__period", "collection__form_version").order_by("-pk")


def _own_file(request: HttpRequest, pk: int) -> WorkbookBatchFile:
    return get_object_or_404(
        WorkbookBatchFile.objects.select_related("batch"), pk=pk, batch__in=_own(request).values("pk")
    )


def _round(request: HttpRequest, collection_id: int) -> tuple[Collection, int]:
    """A round in which the reader's office has units, and the office."""
    account = reader(request)
    found = queries.collections_visible_to(account, on=today())
    offices = own_units(account, Right.FILL_FOR_UNITS, on=today())
    if not offices:
        raise Http404
    return get_object_or_404(found, pk=collection_id), offices[0]


def _names(rows: list[WorkbookBatchFile], found: WorkbookBatch) -> dict[int, str]:
    """Report → its unit's name."""
    ids = [row.submission_id for row in rows if row.submission_id]
    pairs = Submission.objects.filter(pk__in=ids).order_by("pk").values_list("pk", "expected__unit")
    units = dict(pairs)
    names = called(set(units.values()), on=found.collection.period.reference_day)
    return {report: names.get(unit, "") for report, unit in units.items()}


def _crumbs(file: WorkbookBatchFile, sheet: Sheet) -> list[tuple[str, str]]:
    if file.batch.kind == BatchKind.ONE:
        return [
            (sheet.unit_name, reverse("reporting:report", args=[sheet.pk])),
            (_("Điền bằng Excel"), reverse("reporting:workbook_upload", args=[sheet.pk])),
        ]
    return [(file.batch.file.name, reverse("reporting:batch", args=[file.batch_id]))]


def _marked(file: WorkbookBatchFile, sheet: Sheet) -> bytes:
    return template(sheet, file.typed, marks(batches.faults_of(file)))


def _file_name(sheet: Sheet) -> str:
    return f"{slugify(fold(sheet.unit_name))}-{sheet.collection.period.code}"


def _workbook(content: bytes, name: str) -> HttpResponse:
    headers = {"Content-Disposition": f'attachment; filename="{name}.xlsx"'}
    return HttpResponse(content, content_type=XLSX, headers=headers)

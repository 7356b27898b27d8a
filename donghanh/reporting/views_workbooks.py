"""A report by Excel: the template out, the filled one in, the marked one back."""

from __future__ import annotations

from http import HTTPStatus
from typing import Any

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _

from donghanh.kernel.access import requires
from donghanh.kernel.books_in import BookReader
from donghanh.kernel.clock import now, today
from donghanh.kernel.parameters import parameters
from donghanh.kernel.sheets_in import Unreadable
from donghanh.kernel.spreadsheet import XLSX
from donghanh.kernel.verdict import Refused
from donghanh.people.choices import Right
from donghanh.reporting import actions, workbook_filing
from donghanh.reporting.forms_workbooks import WorkbookForm
from donghanh.reporting.queries import Sheet
from donghanh.reporting.rules import may_fill
from donghanh.reporting.views import open_sheet, reader
from donghanh.reporting.workbook_reading import MOST_BYTES
from donghanh.reporting.workbooks import template


@requires(Right.FILL_REPORTS)
def workbook_template(request: HttpRequest, pk: int) -> HttpResponse:
    """The workbook of this report with its draft; `?loi=1`: wrong cells red, each with its sentence."""
    sheet = open_sheet(request, pk)
    asked = parameters(request, loi=forms.BooleanField(required=False, initial=False))
    marks = workbook_filing.marks_of(sheet, sheet.submission.draft) if asked["loi"] else {}
    content = template(sheet, typed=sheet.submission.draft, marks=marks)
    name = f"bao-cao-{sheet.collection.period.code}-{sheet.expected.unit_id}{'-co-loi' if marks else ''}"
    headers = {"Content-Disposition": f'attachment; filename="{name}.xlsx"'}
    return HttpResponse(content, content_type=XLSX, headers=headers)


@requires(Right.FILL_REPORTS)
def workbook(request: HttpRequest, pk: int) -> HttpResponse:
    """“Nộp bằng Excel”: download, upload, and cell by cell what is wrong."""
    sheet = open_sheet(request, pk)
    verdict = may_fill(sheet.submission, reader(request), on=today())
    if not verdict:
        messages.info(request, verdict.reason)
        return redirect("reporting:report", pk=pk)
    form = WorkbookForm(request.POST or None, request.FILES or None)
    context: dict[str, Any] = {
        "report": sheet,
        "form": form,
        "crumbs": [(_("Báo cáo cần nộp"), reverse("reporting:owed"))],
    }
    status = HTTPStatus.OK
    if form.is_bound:
        status = HTTPStatus.UNPROCESSABLE_ENTITY
        if form.is_valid() and (answer := _taken(request, sheet, form, context)):
            return answer
    return render(request, "reporting/workbook.html", context, status=status)


def _taken(request: HttpRequest, sheet: Sheet, form: WorkbookForm, context: dict[str, Any]) -> HttpResponse | None:
    """Where a file leads that was taken whole; None where the page has something to say about it."""
    writing: dict[str, Any] = {"sheet": sheet, "by": reader(request), "at": now()}
    try:
        with BookReader() as books:
            reading = workbook_filing.read_for(books, form.cleaned_data["file"].read(MOST_BYTES + 1), sheet)
        done = workbook_filing.bring_in(reading=reading, **writing)
    except (Unreadable, Refused) as refused:
        form.add_error("file", str(refused))
        return None
    context["done"] = done
    if done.faults:
        return None
    if form.cleaned_data["send"]:
        try:
            sending = {"revision": done.revision, "client_key": form.cleaned_data["client_key"]}
            version = actions.send(typed=sheet.submission.draft, **writing, **sending)
        except Refused as refused:
            context["sentence"] = str(refused)
            return None
        messages.success(request, _("Đã gửi báo cáo, lần %(number)s.") % {"number": version.number})
        return redirect("reporting:report", pk=sheet.pk)
    messages.success(request, _("Đã đưa %(count)s ô của tệp vào bản nháp.") % {"count": done.cells})
    return redirect("reporting:fill", pk=sheet.pk)

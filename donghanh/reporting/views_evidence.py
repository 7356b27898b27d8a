"""Files beside an item: putting, taking away, opening."""

from __future__ import annotations

from django.contrib import messages
from django.http import FileResponse, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from donghanh.files.queries import as_download
from donghanh.files.rules import LARGEST_UPLOAD
from donghanh.kernel.access import requires
from donghanh.kernel.clock import now, today
from donghanh.kernel.verdict import Refused
from donghanh.people.choices import Right
from donghanh.reporting import drafts, queries
from donghanh.reporting.forms import EvidenceForm
from donghanh.reporting.views import first_fault, open_sheet, reader


@require_POST
@requires(Right.FILL_REPORTS)
def add(request: HttpRequest, pk: int) -> HttpResponse:
    """Put the chosen file beside its item, and show the sheet again at that place."""
    sheet = open_sheet(request, pk)
    form = EvidenceForm(sheet.definition, request.POST, request.FILES)
    if not form.is_valid():
        messages.error(request, first_fault(form))
        return redirect("reporting:fill", pk=pk)
    item, file = form.cleaned_data["item"], form.file
    try:
        content = file.read(LARGEST_UPLOAD + 1)  # one byte more than is taken: the rule then says so
        drafts.add_evidence(
            submission=sheet.submission, item=item, name=file.name or "", content=content, by=reader(request), at=now()
        )
    except Refused as refused:
        messages.error(request, f"{sheet.definition.items[item].name}: {refused}")
    else:
        messages.success(request, _("Đã thêm minh chứng."))
    return _back_to(pk, item)


@require_POST
@requires(Right.FILL_REPORTS)
def remove(request: HttpRequest, pk: int, evidence_id: int) -> HttpResponse:
    """Take a file from the draft."""
    sheet = open_sheet(request, pk)
    drafts.remove_evidence(submission=sheet.submission, evidence_id=evidence_id, by=reader(request), at=now())
    messages.success(request, _("Đã bỏ tệp khỏi bản đang điền."))
    return redirect("reporting:fill", pk=pk)


@requires(Right.READ_REPORTS)
def file(request: HttpRequest, pk: int) -> FileResponse:
    """The file itself, always as a download: nothing that was uploaded runs in a page of ours."""
    found = get_object_or_404(queries.evidence_visible_to(reader(request), on=today()), pk=pk).file
    return as_download(found)


def _back_to(pk: int, item: str) -> HttpResponse:
    return redirect(f"{reverse('reporting:fill', args=[pk])}#q-{item}")

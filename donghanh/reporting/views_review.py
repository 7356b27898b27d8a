"""Pages of the office: what waits, reviewing, who has not reported, the official report."""

from __future__ import annotations

from http import HTTPStatus

from django.contrib import messages
from django.db import transaction
from django.http import FileResponse, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from donghanh.files.queries import content_of
from donghanh.kernel.access import requires
from donghanh.kernel.clock import now, today
from donghanh.kernel.lists import list_page
from donghanh.kernel.verdict import Refused
from donghanh.people.choices import Right
from donghanh.people.queries import own_units
from donghanh.questionnaires.rules import Answers
from donghanh.reporting import actions, queries
from donghanh.reporting.choices import Move
from donghanh.reporting.forms import ReviewForm
from donghanh.reporting.models import IssuedReport, Submission
from donghanh.reporting.tables import NotReceivedTable, WaitingTable
from donghanh.reporting.views import reader


@requires(Right.REVIEW_REPORTS)
def waiting(request: HttpRequest) -> HttpResponse:
    """“Chờ duyệt”: what lies with the reader's own office."""
    rows = queries.to_review(reader(request), on=today())
    return list_page(request, rows, WaitingTable, "reporting/waiting.html", searched="unit_folded", name="cho-duyet")


@requires(Right.REVIEW_REPORTS)
@transaction.atomic
def review(request: HttpRequest, pk: int) -> HttpResponse:
    """Read one sending; accept it, or return it with remarks at its fields."""
    rows = queries.sheet(reader(request), pk, on=today())
    rows = rows.select_for_update(of=("self",)) if request.method == "POST" else rows
    sheet = get_object_or_404(rows, latest__isnull=False)
    definition = sheet.expected.collection.form_version.definition
    form = ReviewForm(definition, request.POST if request.method == "POST" else None)
    sentence = ""
    if form.is_bound and form.is_valid():
        try:
            _decide(request, sheet, form)
        except Refused as refused:
            sentence = str(refused)
        else:
            return redirect("reporting:waiting")
    context = {
        "report": sheet,
        "definition": definition,
        "levels": queries.levels_of(sheet),
        "register": queries.register_of(sheet),
        "version": sheet.latest,
        "answers": Answers(sheet.latest.numbers, sheet.latest.texts),
        "crumbs": [(_("Chờ duyệt"), reverse("reporting:waiting"))],
        "remarks": form.remarks if form.is_bound and form.is_valid() else {},
        "reason": form.cleaned_data.get("reason", "") if form.is_bound and form.is_valid() else "",
        "sentence": sentence,
    }
    return render(request, "reporting/review.html", context, status=HTTPStatus.CONFLICT if sentence else HTTPStatus.OK)


def _decide(request: HttpRequest, sheet: Submission, form: ReviewForm) -> None:
    said = {"submission": sheet, "version_number": form.cleaned_data["version"], "by": reader(request), "at": now()}
    if form.cleaned_data["move"] == Move.ACCEPT:
        actions.accept(**said)
        messages.success(request, _("Đã duyệt báo cáo của %(unit)s.") % {"unit": sheet.unit_name})  # type: ignore[attr-defined]
    else:
        actions.give_back(reason=form.cleaned_data["reason"], remarks=form.remarks, **said)
        messages.success(request, _("Đã trả lại báo cáo của %(unit)s.") % {"unit": sheet.unit_name})  # type: ignore[attr-defined]


@requires(Right.READ_REPORTS)
def versions(request: HttpRequest, pk: int) -> HttpResponse:
    """Every sending side by side, with what changed and what was remarked."""
    sheet = get_object_or_404(queries.sheet(reader(request), pk, on=today()), latest__isnull=False)
    context = {
        "report": sheet,
        "definition": sheet.expected.collection.form_version.definition,
        "levels": queries.levels_of(sheet),
        "versions": [
            {
                "title": _("Lần %(number)s") % {"number": version.number},
                "note": f"{version.sent_by.full_name}, {date_format(timezone.localtime(version.sent_at), 'H:i j/n/Y')}",
                "numbers": version.numbers,
                "texts": version.texts,
                "remarks": {remark.item: remark.text for remark in version.remarks.all()},
            }
            for version in queries.versions_of(sheet)
        ],
        "crumbs": [(sheet.unit_name, reverse("reporting:report", args=[pk]))],  # type: ignore[attr-defined]
    }
    return render(request, "reporting/versions.html", context)


@requires(Right.REVIEW_REPORTS)
def not_received(request: HttpRequest, collection_id: int) -> HttpResponse:
    """“Chưa nộp”: units of one round below the reader's office that owe a report."""
    collection = get_object_or_404(queries.collections_visible_to(reader(request), on=today()), pk=collection_id)
    rows = queries.not_received(reader(request), collection, on=today())
    return list_page(
        request, rows, NotReceivedTable, "reporting/not_received.html",
        searched="unit_folded", name="chua-nop", collection=collection,
        counts=queries.counts(reader(request), collection, on=today()),
    )  # fmt: skip


@requires(Right.ISSUE_PAPERS)
def issued(request: HttpRequest, collection_id: int) -> HttpResponse:
    """Official reports of one round: those drawn so far, and the button that draws one now."""
    collection = get_object_or_404(queries.collections_visible_to(reader(request), on=today()), pk=collection_id)
    offices = own_units(reader(request), Right.ISSUE_PAPERS, on=today())
    if request.method == "POST":
        actions.issue(collection=collection, unit_id=offices[0], by=reader(request), at=now())
        return redirect("reporting:issued", collection_id=collection_id)
    context = {"collection": collection, "issued": queries.issued_for(collection, offices)}
    return render(request, "reporting/issued.html", context)


@requires(Right.ISSUE_PAPERS)
def issued_file(request: HttpRequest, pk: int, kind: str) -> FileResponse:
    """The PDF or Word file of an official report of the reader's own office."""
    offices = own_units(reader(request), Right.ISSUE_PAPERS, on=today())
    found = get_object_or_404(IssuedReport.objects.select_related("pdf", "docx"), pk=pk, unit__in=offices)
    file = found.pdf if kind == "pdf" else found.docx
    return FileResponse(content_of(file), as_attachment=True, filename=file.name, content_type=file.content_type)

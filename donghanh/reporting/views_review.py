"""Pages of the office: what waits, reviewing, who has not reported, the official report."""

from __future__ import annotations

from collections.abc import Callable
from http import HTTPStatus

from django.contrib import messages
from django.forms import Form
from django.http import FileResponse, Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from donghanh.files.queries import content_of
from donghanh.kernel.access import requires
from donghanh.kernel.clock import now, today
from donghanh.kernel.lists import list_page
from donghanh.kernel.verdict import Refused, Verdict
from donghanh.people.choices import Right
from donghanh.people.queries import own_units
from donghanh.questionnaires.rules import Answers
from donghanh.reporting import actions, queries
from donghanh.reporting.choices import Move
from donghanh.reporting.forms import ReviewForm
from donghanh.reporting.forms_board import ReopenForm, WithdrawForm
from donghanh.reporting.models import IssuedReport, SubmissionVersion
from donghanh.reporting.queries import Sheet
from donghanh.reporting.rules import may_reopen, may_review, may_withdraw
from donghanh.reporting.tables import NotReceivedTable, WaitingTable, story
from donghanh.reporting.views import open_sheet, reader


@requires(Right.REVIEW_REPORTS)
def waiting(request: HttpRequest) -> HttpResponse:
    """“Chờ duyệt”: what lies with the reader's own office."""
    rows = queries.to_review(reader(request), on=today())
    return list_page(request, rows, WaitingTable, "reporting/waiting.html", searched="unit_folded", name="cho-duyet")


@requires(Right.REVIEW_REPORTS)
def review(request: HttpRequest, pk: int) -> HttpResponse:
    """Read one sending; accept it, or return it with remarks at its fields."""
    posted = request.method == "POST"
    sheet, version = sent_sheet(request, pk)
    verdict = may_review(sheet.submission, reader(request), Move.ACCEPT, version.number, on=today())
    if not verdict and not posted:
        messages.info(request, verdict.reason)
        return redirect("reporting:report", pk=pk)
    form = ReviewForm(sheet.definition, request.POST if posted else None)
    sentence = ""
    if form.is_bound and form.is_valid():
        try:
            _decide(request, sheet, form)
        except Refused as refused:
            sentence = str(refused)
        else:
            return redirect("reporting:waiting")
    elif form.is_bound:
        sentence = _("Có nhận xét quá dài; phần mềm chưa ghi quyết định này.")
    context = {
        "report": sheet,
        "version": version,
        "answers": Answers(version.numbers, version.texts, version.notes),
        "crumbs": [(_("Cần duyệt"), reverse("reporting:waiting"))],
        "remarks": form.remarks if posted else {},
        "chain": queries.chain_of(sheet.submission, on=today()),
        "reason": form.data.get("reason", ""),
        "sentence": sentence,
    }
    return render(request, "reporting/review.html", context, status=HTTPStatus.CONFLICT if sentence else HTTPStatus.OK)


def sent_sheet(request: HttpRequest, pk: int) -> tuple[Sheet, SubmissionVersion]:
    """A report that was sent at least once, with its latest sending."""
    sheet = open_sheet(request, pk)
    if sheet.latest is None:
        raise Http404
    return sheet, sheet.latest


def _decide(request: HttpRequest, sheet: Sheet, form: ReviewForm) -> None:
    said = {"version_number": form.cleaned_data["version"], "by": reader(request), "at": now()}
    if form.cleaned_data["move"] == Move.ACCEPT:
        actions.accept(submission=sheet.submission, **said)
        messages.success(request, _("Đã duyệt báo cáo của %(unit)s.") % {"unit": sheet.unit_name})
    else:
        words = {"reason": form.cleaned_data["reason"], "remarks": form.remarks}
        actions.give_back(submission=sheet.submission, **words, **said)
        messages.success(request, _("Đã trả lại báo cáo của %(unit)s.") % {"unit": sheet.unit_name})


@requires(Right.FILL_REPORTS)
def withdraw(request: HttpRequest, pk: int) -> HttpResponse:
    """Take a sending back before any office has accepted it."""
    sheet, version = sent_sheet(request, pk)
    verdict = may_withdraw(sheet.submission, reader(request), version.number, on=today())
    form = WithdrawForm(request.POST if request.method == "POST" else None, initial={"version": version.number})

    def do() -> None:
        said = {"version_number": form.cleaned_data["version"], "reason": form.cleaned_data["reason"]}
        actions.withdraw(submission=sheet.submission, **said, by=reader(request), at=now())
        messages.success(request, _("Đã rút lại báo cáo. Thầy cô sửa rồi gửi lại trước hạn."))

    return _asked_first(request, sheet, form, verdict, do, then="fill", template="reporting/withdraw.html")


@requires(Right.REOPEN_REPORTS)
def reopen(request: HttpRequest, pk: int) -> HttpResponse:
    """Give an accepted or locked report back to its unit, with the reason."""
    sheet, _version = sent_sheet(request, pk)
    verdict = may_reopen(sheet.submission, reader(request), on=today())
    form = ReopenForm(request.POST if request.method == "POST" else None)

    def do() -> None:
        actions.reopen(submission=sheet.submission, **form.cleaned_data, by=reader(request), at=now())
        messages.success(request, _("Đã mở lại báo cáo của %(unit)s.") % {"unit": sheet.unit_name})

    return _asked_first(request, sheet, form, verdict, do, then="report", template="reporting/reopen.html")


def _asked_first(
    request: HttpRequest,
    sheet: Sheet,
    form: Form,
    verdict: Verdict,
    do: Callable[[], None],
    *,
    then: str,
    template: str,
) -> HttpResponse:
    """A page that says what will happen and asks for a word; who may not is led to the report with the reason."""
    if not verdict:
        messages.info(request, verdict.reason)
        return redirect("reporting:report", pk=sheet.pk)
    if form.is_valid():
        try:
            do()
        except Refused as refused:
            messages.warning(request, str(refused))
            return redirect("reporting:report", pk=sheet.pk)
        return redirect(f"reporting:{then}", pk=sheet.pk)
    crumbs = [(sheet.unit_name, reverse("reporting:report", args=[sheet.pk]))]
    context = {"report": sheet, "form": form, "crumbs": crumbs}
    status = HTTPStatus.UNPROCESSABLE_ENTITY if form.is_bound else HTTPStatus.OK
    return render(request, template, context, status=status)


@requires(Right.READ_REPORTS)
def versions(request: HttpRequest, pk: int) -> HttpResponse:
    """Every sending side by side, with what changed and what was remarked."""
    sheet, _latest = sent_sheet(request, pk)
    context = {
        "report": sheet,
        "versions": [
            {
                "title": _("Lần %(number)s") % {"number": version.number},
                "note": f"{version.sent_by.full_name}, {date_format(timezone.localtime(version.sent_at), 'H:i j/n/Y')}",
                "numbers": version.numbers,
                "texts": version.texts,
                "remarks": {remark.item: remark.text for remark in version.remarks.all()},
                "notes": version.notes,
            }
            for version in queries.versions_of(sheet.submission)
        ],
        "story": story(sheet.submission),
        "crumbs": [(sheet.unit_name, reverse("reporting:report", args=[pk]))],
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

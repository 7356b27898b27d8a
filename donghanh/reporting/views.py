"""Pages of the school: what it owes, the sheet, the receipt."""

from __future__ import annotations

import json
from dataclasses import asdict
from http import HTTPStatus
from typing import Any, cast

from django.contrib import messages
from django.forms import Form
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from donghanh.kernel.access import requires
from donghanh.kernel.clock import now, today
from donghanh.kernel.lists import list_page
from donghanh.kernel.verdict import Refused
from donghanh.people.choices import Right
from donghanh.people.models import Account
from donghanh.questionnaires.rules import Answers
from donghanh.reporting import actions, queries
from donghanh.reporting.choices import Move
from donghanh.reporting.forms import ChangesForm, SheetForm
from donghanh.reporting.merging import stored
from donghanh.reporting.models import Submission
from donghanh.reporting.queries import Sheet
from donghanh.reporting.rules import may_fill, may_reopen, may_review, may_withdraw
from donghanh.reporting.self_filling import prefilled
from donghanh.reporting.tables import OwedTable, receipt, story

KEPT_OFFLINE = 30  # sheets that a device keeps for when the network is gone


def reader(request: HttpRequest) -> Account:
    """Who is signed in; the access middleware has already asked."""
    return cast("Account", request.user)


def open_sheet(request: HttpRequest, pk: int) -> Sheet:
    """The report, if the reader may see it; a stranger learns nothing of its existence."""
    try:
        return queries.sheet(reader(request), pk, on=today())
    except Submission.DoesNotExist:
        raise Http404 from None


@requires(Right.FILL_REPORTS)
def owed(request: HttpRequest) -> HttpResponse:
    """“Báo cáo cần nộp”."""
    rows = queries.owed_by(reader(request), on=today())
    keeps = queries.to_fill(reader(request), on=today())[:KEPT_OFFLINE]
    pages = [{"url": reverse("reporting:fill", args=[row.pk]), "revision": str(row.revision)} for row in keeps]
    look: dict[str, Any] = {"searched": "unit_folded", "name": "bao-cao-can-nop", "pages": pages}
    return kept_on_device(list_page(request, rows, OwedTable, "reporting/owed.html", **look), request)


@requires(Right.READ_REPORTS)
def report(request: HttpRequest, pk: int) -> HttpResponse:
    """One report as it stands: figures sent, remarks, receipt, story."""
    sheet, on = open_sheet(request, pk), today()
    context: dict[str, Any] = {
        "report": sheet,
        "shown_state": queries.shown_state(sheet.submission),
        "may_fill": may_fill(sheet.submission, reader(request), on=on).ok,
        "may_review": False,
    }
    if latest := sheet.latest:
        verdict = may_review(sheet.submission, reader(request), Move.ACCEPT, latest.number, on=on)
        context |= {
            "answers": Answers(latest.numbers, latest.texts, latest.notes),
            "remarks": queries.remarks_on(latest),
            "receipt": receipt(latest),
            "receipt_number": queries.receipt_number(latest),
            "story": story(sheet.submission),
            "may_review": verdict.ok,
            "may_withdraw": may_withdraw(sheet.submission, reader(request), latest.number, on=on).ok,
            "may_reopen": may_reopen(sheet.submission, reader(request), on=on).ok,
            "chain": queries.chain_of(sheet.submission, on=on),
        }
    return render(request, "reporting/report.html", context)


@requires(Right.FILL_REPORTS)
def fill(request: HttpRequest, pk: int) -> HttpResponse:
    """The sheet: typing, saving by hand, sending."""
    if request.method == "POST":
        return _send(request, pk)
    sheet = open_sheet(request, pk)
    verdict = may_fill(sheet.submission, reader(request), on=today())
    if not verdict:
        messages.info(request, verdict.reason)
        return redirect("reporting:report", pk=pk)
    form = SheetForm(sheet.definition, initial={"revision": sheet.submission.revision})
    return _sheet_page(request, sheet, form, prefilled(sheet.submission.draft, sheet.offered))


@require_POST
@requires(Right.FILL_REPORTS)
def save(request: HttpRequest, pk: int) -> JsonResponse:
    """Autosave: takes the boxes that changed, wrong or not; answers what stands there now and where two disagree."""
    sheet = open_sheet(request, pk)
    form = ChangesForm(sheet.definition, body_of(request))
    if not form.is_valid():
        return JsonResponse({"sentence": first_fault(form)}, status=HTTPStatus.UNPROCESSABLE_ENTITY)
    moment = now()
    try:
        saved = actions.save_changes(
            submission=sheet.submission, changes=form.cleaned_data["changes"], by=reader(request), at=moment
        )
    except Refused as refused:
        return JsonResponse({"sentence": str(refused)}, status=HTTPStatus.CONFLICT)
    return JsonResponse(asdict(saved) | {"saved": date_format(moment, "H:i")})


@require_POST
@requires(Right.FILL_REPORTS)
def save_by_hand(request: HttpRequest, pk: int) -> HttpResponse:
    """The button “Lưu nháp”, for a browser without scripts: saves, and shows the sheet again."""
    sheet = open_sheet(request, pk)
    form = SheetForm(sheet.definition, request.POST)
    if not form.is_valid():
        sentence = _("Có ô quá dài nên chưa lưu. Hãy viết ngắn lại.")
        return _sheet_page(request, sheet, form, form.typed, sentence=sentence, status=HTTPStatus.UNPROCESSABLE_ENTITY)
    saving = {"revision": form.cleaned_data["revision"], "by": reader(request), "at": now()}
    try:
        actions.save_draft(submission=sheet.submission, typed=form.typed, **saving)
    except actions.Conflict as refused:
        return _sheet_page(request, sheet, form, form.typed, sentence=str(refused), status=HTTPStatus.CONFLICT)
    messages.success(request, _("Đã lưu bản nháp."))
    return redirect("reporting:fill", pk=pk)


def body_of(request: HttpRequest) -> dict[str, Any]:
    """The JSON object that a script posted; empty where there is none, which the form then says."""
    try:
        found = json.loads(request.body)
    except ValueError:
        return {}
    return found if isinstance(found, dict) else {}


def first_fault(form: Form) -> str:
    return next(str(sentence) for sentences in form.errors.values() for sentence in sentences)


def _send(request: HttpRequest, pk: int) -> HttpResponse:
    sheet = open_sheet(request, pk)
    form = SheetForm(sheet.definition, request.POST)
    sentence, status = "", HTTPStatus.CONFLICT
    if form.is_valid():
        keys = {"client_key": form.cleaned_data["client_key"], "revision": form.cleaned_data["revision"]}
        try:
            version = actions.send(sheet=sheet, typed=form.typed, by=reader(request), at=now(), **keys)
        except actions.NotReady as refused:
            sentence, status = str(refused), HTTPStatus.UNPROCESSABLE_ENTITY
        except Refused as refused:
            sentence = str(refused)
        else:
            messages.success(request, _("Đã gửi báo cáo, lần %(number)s.") % {"number": version.number})
            return redirect("reporting:report", pk=pk)
    else:
        sentence, status = _("Có ô quá dài nên chưa gửi. Hãy viết ngắn lại."), HTTPStatus.UNPROCESSABLE_ENTITY
    return _sheet_page(request, sheet, form, form.typed, sentence=sentence, status=status)


def _sheet_page(
    request: HttpRequest,
    sheet: Sheet,
    form: SheetForm,
    typed: dict[str, str],
    *,
    sentence: str = "",
    status: int = HTTPStatus.OK,
) -> HttpResponse:
    """The sheet with `typed` in its boxes; with a `sentence`, sending was tried and refused."""
    context = {
        "report": sheet,
        "form": form,
        "answers": sheet.read(typed),
        "remarks": queries.remarks_on(sheet.latest),
        "return_reason": queries.reason_of_return(sheet.submission),
        "attempted": bool(sentence),
        "takes_evidence": True,
        "sentence": sentence,
        "kept": {
            "account": reader(request).pk,
            "revision": sheet.submission.revision,
            "draft": sheet.submission.draft,
            "typed": stored(typed),
            "stale": status == HTTPStatus.CONFLICT,
        },
    }
    answer = render(request, "reporting/fill.html", context, status=status)
    return kept_on_device(answer, request, revision=sheet.submission.revision)


def kept_on_device(answer: HttpResponse, request: HttpRequest, *, revision: int = 0) -> HttpResponse:
    """Tell the service worker whose page this is: it keeps it for that account alone, and for when there is no net."""
    answer.headers["X-Kept-For"] = str(reader(request).pk)
    answer.headers["X-Kept-Revision"] = str(revision)
    return answer

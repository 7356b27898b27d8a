"""Pages of the school: what it owes, the sheet, the receipt."""

from __future__ import annotations

from http import HTTPStatus
from typing import Any, cast

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from donghanh.kernel.access import requires
from donghanh.kernel.clock import now, today
from donghanh.kernel.lists import list_page
from donghanh.kernel.verdict import Refused
from donghanh.people.choices import Right
from donghanh.people.models import Account
from donghanh.questionnaires.rules import Answers, read_answers
from donghanh.reporting import actions, queries
from donghanh.reporting.choices import Move
from donghanh.reporting.forms import SheetForm
from donghanh.reporting.models import Submission
from donghanh.reporting.queries import Sheet
from donghanh.reporting.rules import may_fill, may_review
from donghanh.reporting.self_filling import prefilled
from donghanh.reporting.tables import OwedTable, receipt, story


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
    return list_page(request, rows, OwedTable, "reporting/owed.html", searched="unit_folded", name="bao-cao-can-nop")


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
            "answers": Answers(latest.numbers, latest.texts),
            "remarks": queries.remarks_on(latest),
            "receipt": receipt(latest),
            "story": story(sheet.submission),
            "may_review": verdict.ok,
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
    """Autosave: keeps what was typed, wrong or not; answers the new revision, or the sentence why it could not."""
    try:
        revision = _save(request, pk)
    except Refused as refused:
        return JsonResponse({"sentence": str(refused)}, status=HTTPStatus.CONFLICT)
    return JsonResponse({"revision": revision, "saved": date_format(now(), "H:i")})


@require_POST
@requires(Right.FILL_REPORTS)
def save_by_hand(request: HttpRequest, pk: int) -> HttpResponse:
    """The button “Lưu nháp”, for a browser without scripts: saves, and shows the sheet again."""
    _save(request, pk)
    messages.success(request, _("Đã lưu bản nháp."))
    return redirect("reporting:fill", pk=pk)


def _save(request: HttpRequest, pk: int) -> int:
    sheet = open_sheet(request, pk)
    form = SheetForm(sheet.definition, request.POST)
    if not form.is_valid():
        raise Refused(_("Có ô quá dài nên chưa lưu. Hãy viết ngắn lại."))
    saving = {"revision": form.cleaned_data["revision"], "by": reader(request), "at": now()}
    return actions.save_draft(submission=sheet.submission, typed=form.typed, **saving)


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
        "answers": read_answers(sheet.definition, typed, sheet.levels),
        "remarks": queries.remarks_on(sheet.latest),
        "return_reason": queries.reason_of_return(sheet.submission),
        "attempted": bool(sentence),
        "sentence": sentence,
    }
    return render(request, "reporting/fill.html", context, status=status)

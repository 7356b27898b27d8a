"""Pages of the school: what it owes, the sheet, the receipt."""

from __future__ import annotations

import json
from http import HTTPStatus
from typing import cast

from django.contrib import messages
from django.db import transaction
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import get_object_or_404, redirect, render
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
from donghanh.reporting.rules import may_fill, may_review
from donghanh.reporting.tables import OwedTable, receipt, story


def reader(request: HttpRequest) -> Account:
    """Who is signed in; the access middleware has already asked."""
    return cast("Account", request.user)


@requires(Right.FILL_REPORTS)
def owed(request: HttpRequest) -> HttpResponse:
    """“Báo cáo cần nộp”."""
    rows = queries.owed_by(reader(request), on=today())
    return list_page(request, rows, OwedTable, "reporting/owed.html", searched="unit_folded", name="bao-cao-can-nop")


@requires(Right.READ_REPORTS)
def report(request: HttpRequest, pk: int) -> HttpResponse:
    """One report as it stands: figures sent, remarks, receipt, story."""
    sheet = get_object_or_404(queries.sheet(reader(request), pk, on=today()))
    latest = sheet.latest
    context = {
        "report": sheet,
        "definition": sheet.expected.collection.form_version.definition,
        "levels": queries.levels_of(sheet),
        "register": queries.register_of(sheet),
        "answers": Answers(latest.numbers, latest.texts) if latest else None,
        "remarks": queries.remarks_on(latest),
        "versions": list(queries.versions_of(sheet)),
        "receipt": receipt(latest) if latest else [],
        "story": story(sheet),
        "shown_state": queries.shown_state(sheet),
        "may_fill": may_fill(sheet, reader(request), on=today()).ok,
        "may_review": bool(latest) and may_review(sheet, reader(request), Move.ACCEPT, latest.number, on=today()).ok,
    }
    return render(request, "reporting/report.html", context)


@requires(Right.FILL_REPORTS)
def fill(request: HttpRequest, pk: int) -> HttpResponse:
    """The sheet: typing, saving by hand, sending."""
    if request.method == "POST":
        return _send(request, pk)
    sheet = get_object_or_404(queries.sheet(reader(request), pk, on=today()))
    verdict = may_fill(sheet, reader(request), on=today())
    if not verdict:
        messages.info(request, verdict.reason)
        return redirect("reporting:report", pk=pk)
    form = SheetForm(sheet.expected.collection.form_version.definition, initial={"revision": sheet.revision})
    return _sheet_page(request, sheet, form, typed=sheet.draft)


@require_POST
@requires(Right.FILL_REPORTS)
def save(request: HttpRequest, pk: int) -> JsonResponse:
    """Autosave: keeps what was typed, wrong or not; answers the new revision, or the sentence why it could not."""
    sheet = get_object_or_404(queries.sheet(reader(request), pk, on=today()))
    form = SheetForm(sheet.expected.collection.form_version.definition, request.POST)
    if not form.is_valid():
        return JsonResponse({"sentence": _("Có ô quá dài; phần mềm chưa lưu.")}, status=HTTPStatus.UNPROCESSABLE_ENTITY)
    at = now()
    try:
        revision = actions.save_draft(
            submission=sheet, typed=form.typed, revision=form.cleaned_data["revision"], by=reader(request), at=at
        )
    except Refused as refused:
        return JsonResponse({"sentence": str(refused)}, status=HTTPStatus.CONFLICT)
    return JsonResponse({"revision": revision, "saved": date_format(at, "H:i")})


@require_POST
@requires(Right.FILL_REPORTS)
def save_by_hand(request: HttpRequest, pk: int) -> HttpResponse:
    """The button “Lưu nháp”, for a browser without scripts: saves, and shows the sheet again."""
    answer = save(request, pk)
    if answer.status_code == HTTPStatus.OK:
        messages.success(request, _("Đã lưu bản nháp."))
    else:
        messages.error(request, json.loads(answer.content)["sentence"])
    return redirect("reporting:fill", pk=pk)


@transaction.atomic
def _send(request: HttpRequest, pk: int) -> HttpResponse:
    locked = queries.sheet(reader(request), pk, on=today()).select_for_update(of=("self",))
    sheet = get_object_or_404(locked)
    form = SheetForm(sheet.expected.collection.form_version.definition, request.POST)
    if not form.is_valid():
        return _sheet_page(
            request, sheet, form, typed=form.typed, sentence=_("Có ô quá dài."), status=HTTPStatus.UNPROCESSABLE_ENTITY
        )
    sending = {"client_key": form.cleaned_data["client_key"], "revision": form.cleaned_data["revision"]}
    again = {"typed": form.typed, "attempted": True}
    try:
        version = actions.send(submission=sheet, typed=form.typed, by=reader(request), at=now(), **sending)
    except actions.NotReady as refused:
        return _sheet_page(request, sheet, form, sentence=str(refused), status=HTTPStatus.UNPROCESSABLE_ENTITY, **again)
    except Refused as refused:
        return _sheet_page(request, sheet, form, sentence=str(refused), status=HTTPStatus.CONFLICT, **again)
    messages.success(request, _("Đã gửi báo cáo, lần %(number)s.") % {"number": version.number})
    return redirect("reporting:report", pk=pk)


def _sheet_page(
    request: HttpRequest,
    sheet: Submission,
    form: SheetForm,
    *,
    typed: dict[str, str],
    attempted: bool = False,
    sentence: str = "",
    status: int = 200,
) -> HttpResponse:
    definition, levels = sheet.expected.collection.form_version.definition, queries.levels_of(sheet)
    context = {
        "report": sheet,
        "form": form,
        "definition": definition,
        "levels": levels,
        "answers": read_answers(definition, typed, levels),
        "register": queries.register_of(sheet),
        "remarks": queries.remarks_on(sheet.latest),
        "return_reason": queries.reason_of_return(sheet),
        "attempted": attempted,
        "sentence": sentence,
    }
    return render(request, "reporting/fill.html", context, status=status)

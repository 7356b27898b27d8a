"""Pages of whoever answers requests about personal data."""

from __future__ import annotations

from http import HTTPStatus
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache

from donghanh.kernel.access import requires
from donghanh.kernel.clock import now, today
from donghanh.kernel.lists import list_page
from donghanh.kernel.rows import walled
from donghanh.kernel.verdict import Refused
from donghanh.people.choices import Right
from donghanh.privacy import actions, queries
from donghanh.privacy.choices import Move, RequestKind, RequestState
from donghanh.privacy.forms import AnswerForm
from donghanh.privacy.models import DataRequest
from donghanh.privacy.tables import RequestTable, shown_state
from donghanh.privacy.views import reader


@requires(Right.ANSWER_DATA_REQUESTS)
@never_cache
@walled
def requests(request: HttpRequest) -> HttpResponse:
    """“Yêu cầu về dữ liệu”: open ones first, the longest due on top."""
    rows = queries.requests_to_answer(reader(request), on=today())
    return list_page(
        request, rows, RequestTable, "privacy/requests.html",
        searched="asker_folded", name="yeu-cau-du-lieu", late=queries.late_requests(reader(request), on=today()),
    )  # fmt: skip


@requires(Right.ANSWER_DATA_REQUESTS)
@never_cache
@walled
def answer(request: HttpRequest, pk: int) -> HttpResponse:
    """Read one request with the data it is about; do it, or say why not."""
    found: DataRequest = get_object_or_404(queries.requests_to_answer(reader(request), on=today()), pk=pk)
    fields = queries.corrections_for(found.subject_id) if found.kind == RequestKind.CORRECT else []
    form = AnswerForm(fields, request.POST if request.method == "POST" else None)
    sentence = ""
    if form.is_bound and form.is_valid():
        try:
            _answer(found, form, request)
        except Refused as refused:
            sentence = str(refused)
        else:
            messages.success(request, _("Đã trả lời yêu cầu."))
            return redirect("privacy:requests")
    context = {
        "asked": found,
        "state": shown_state(found),
        "open": found.state == RequestState.ASKED,
        "form": form,
        "sentence": sentence or (_("Xem lại các ô được đánh dấu.") if form.errors else ""),
        "sections": queries.held_on(found.subject_id),
        "still_needed": queries.needed_still(found.subject_id, on=today()) if found.kind == RequestKind.ERASE else [],
        "kept": queries.kept_after_erasing() if found.kind == RequestKind.ERASE else [],
    }
    status = HTTPStatus.CONFLICT if sentence else HTTPStatus.UNPROCESSABLE_ENTITY if form.errors else HTTPStatus.OK
    return render(request, "privacy/answer.html", context, status=status)


def _answer(found: DataRequest, form: AnswerForm, request: HttpRequest) -> None:
    said: dict[str, Any] = {"request": found, "by": reader(request), "at": now()}
    if form.cleaned_data["move"] == Move.DO:
        actions.do(corrections=form.corrections, **said)
    else:
        actions.refuse(reason=form.cleaned_data["reason"], **said)

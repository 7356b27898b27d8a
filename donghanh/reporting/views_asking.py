"""Pages of the office that asks: requests with their rounds, a preview before anything is saved, more time."""

from __future__ import annotations

from http import HTTPStatus
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from donghanh.kernel.access import requires
from donghanh.kernel.clock import now, today
from donghanh.kernel.lists import list_page, paged
from donghanh.kernel.verdict import Refused
from donghanh.organisations.models import Unit
from donghanh.people.choices import Right
from donghanh.people.queries import own_units
from donghanh.reporting import queries_asking as queries
from donghanh.reporting import rounds
from donghanh.reporting.extensions import extend
from donghanh.reporting.forms_asking import SAVE, ExtensionForm, RequestForm
from donghanh.reporting.models import Collection, ExpectedReport, ReportRequest
from donghanh.reporting.rules_asking import may_ask
from donghanh.reporting.schedules import next_rounds
from donghanh.reporting.tables_asking import (
    AskedTable,
    RequestTable,
    RoundTable,
    calendar_words,
    crumbs,
    standing_words,
)
from donghanh.reporting.views import reader

ROUNDS_A_PAGE = 25


@requires(Right.ASK_REPORTS)
def requests(request: HttpRequest) -> HttpResponse:
    """“Yêu cầu báo cáo”: those of the reader's office and of offices below it."""
    rows = queries.requests_visible_to(reader(request), on=today())
    return list_page(request, rows, RequestTable, "reporting/requests.html", searched="folded", name="yeu-cau-bao-cao")


@requires(Right.ASK_REPORTS)
def new_request(request: HttpRequest) -> HttpResponse:
    """Ask for a form: once, or by a calendar."""
    owner = own_units(reader(request), Right.ASK_REPORTS, on=today())[0]
    form = RequestForm(request.POST if request.method == "POST" else None, owner=owner, today=today())
    return _request_page(request, form, ReportRequest(owner_id=owner, active_from=today()), crumbs())


@requires(Right.ASK_REPORTS)
def change_request(request: HttpRequest, pk: int) -> HttpResponse:
    """Change what a request says of rounds to come."""
    asked = _request(request, pk)
    verdict = may_ask(reader(request), asked.owner_id, on=today())
    if not verdict or asked.ended_on:
        messages.info(request, verdict.reason or standing_words(asked))
        return redirect("reporting:request", pk=pk)
    data = request.POST if request.method == "POST" else None
    form = RequestForm(data, owner=asked.owner_id, today=today(), request=asked)
    return _request_page(request, form, asked, [*crumbs(), (asked.name, reverse("reporting:request", args=[pk]))])


def _request_page(
    http: HttpRequest, form: RequestForm, asked: ReportRequest, way_up: list[tuple[str, str]]
) -> HttpResponse:
    """The form; once it is right, what it would ask; on the second press it is saved."""
    shown = None
    if form.is_valid():
        try:
            if form.cleaned_data["act"] == SAVE:
                saved = _save(http, form, asked)
                return redirect("reporting:request", pk=saved)
            shown = _preview(form, asked)
        except Refused as refused:
            form.add_error(refused.about if refused.about in form.fields else None, str(refused))
    status = HTTPStatus.UNPROCESSABLE_ENTITY if form.is_bound and form.errors else HTTPStatus.OK
    context = {"form": form, "preview": shown, "crumbs": way_up, "asked": asked if asked.pk else None}
    return render(http, "reporting/request_form.html", context, status=status)


def _preview(form: RequestForm, asked: ReportRequest) -> queries.Preview:
    unsaved = ReportRequest(owner_id=asked.owner_id, active_from=asked.active_from, **form.terms.columns)
    said = form.cleaned_data
    return queries.preview(
        unsaved, on=said.get("last_day") or today(), rounds=next_rounds(unsaved, today()),
        due_on=None if said.get("calendar") else said.get("due_on"),
    )  # fmt: skip


def _save(http: HttpRequest, form: RequestForm, asked: ReportRequest) -> int:
    """Do what the form says; the id of the request."""
    said: dict[str, Any] = form.cleaned_data
    signed: dict[str, Any] = {"by": reader(http), "at": now()}
    if asked.pk:
        rounds.change_request(request=asked, terms=form.terms, **signed)
        messages.success(http, _("Đã sửa yêu cầu. Các đợt đang mở giữ nguyên; đợt sau theo nội dung mới."))
        return asked.pk
    new: dict[str, Any] = {
        "form": said["form"],
        "owner": Unit.objects.get(pk=asked.owner_id),
        "terms": form.terms,
        **signed,
    }
    if said["calendar"]:
        messages.success(http, _("Đã đặt yêu cầu báo cáo. Đến ngày, phần mềm tự mở từng đợt."))
        return rounds.make_request(active_from=asked.active_from, **new).pk
    row = rounds.ask_once(
        first_day=said["first_day"], last_day=said["last_day"], opens_on=said["opens_on"], due_on=said["due_on"], **new
    )
    messages.success(http, _("Đã mở đợt báo cáo cho %(count)s đơn vị.") % {"count": row.expected.count()})
    return row.request_id or 0


@requires(Right.ASK_REPORTS)
def request(request: HttpRequest, pk: int) -> HttpResponse:
    """One request: what it says, the rounds it opened, the next ones."""
    asked = _request(request, pk)
    table = RoundTable(queries.rounds_of(asked, reader(request), on=today()))
    table.empty_text = _("Chưa mở đợt nào")
    paged(request, table, ROUNDS_A_PAGE)
    coming = [] if asked.ended_on else next_rounds(asked, today())
    opened = set(asked.rounds.order_by("pk").values_list("period__code", flat=True))
    context = {
        "asked": asked,
        "facts": [
            (_("Biểu mẫu"), asked.form.name_vi),
            (_("Kỳ"), calendar_words(asked)),
            (_("Cơ quan yêu cầu"), asked.owner_name),
            (_("Tình trạng"), standing_words(asked)),
        ],
        "table": table,
        "coming": [(span, days) for span, days in coming if span.code not in opened],
        "may_change": may_ask(reader(request), asked.owner_id, on=today()).ok and not asked.ended_on,
        "crumbs": crumbs(),
    }
    return render(request, "reporting/request.html", context)


@require_POST
@requires(Right.ASK_REPORTS)
def end_request(request: HttpRequest, pk: int) -> HttpResponse:
    """No further rounds."""
    try:
        rounds.end_request(request=_request(request, pk), by=reader(request), at=now())
    except Refused as refused:
        messages.info(request, str(refused))
    else:
        messages.success(request, _("Đã kết thúc yêu cầu. Các đợt đang mở vẫn nhận báo cáo đến ngày đóng."))
    return redirect("reporting:request", pk=pk)


def _request(request: HttpRequest, pk: int) -> Any:
    return get_object_or_404(queries.requests_visible_to(reader(request), on=today()), pk=pk)


@requires(Right.ASK_REPORTS)
def round_(request: HttpRequest, collection_id: int) -> HttpResponse:
    """Units of one round below the reader's office with their own days; more time for those that are ticked."""
    row = get_object_or_404(queries.rounds_to_extend(reader(request), on=today()), pk=collection_id)
    form = ExtensionForm()
    if request.method == "POST":
        theirs = ExpectedReport.objects.filter(collection=row).order_by("pk").values_list("pk", flat=True)
        form = ExtensionForm(request.POST, offered=list(theirs))
        if form.is_valid() and _extend(request, row, form):
            return redirect("reporting:round", collection_id=collection_id)
    rows = queries.asked_in(row, reader(request), on=today())
    way_up = [(row.request.name, reverse("reporting:request", args=[row.request_id]))] if row.request else []
    answer = list_page(
        request, rows, AskedTable, "reporting/round.html", searched="unit_folded", name="don-vi-phai-nop",
        collection=row, form=form, crumbs=[*crumbs(), *way_up],
    )  # fmt: skip
    if form.errors:
        answer.status_code = HTTPStatus.UNPROCESSABLE_ENTITY
    return answer


def _extend(request: HttpRequest, row: Collection, form: ExtensionForm) -> bool:
    said = form.cleaned_data
    chosen = list(ExpectedReport.objects.filter(pk__in=said["expected"], collection=row).order_by("pk"))
    try:
        given = extend(expected=chosen, due_on=said["due_on"], reason=said["reason"], by=reader(request), at=now())
    except Refused as refused:
        form.add_error(refused.about or None, str(refused))
        return False
    messages.success(request, _("Đã gia hạn cho %(count)s đơn vị.") % {"count": len(given)})
    return True

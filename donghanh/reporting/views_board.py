"""“Theo dõi báo cáo”: one round as an officer watches it, and what can be done from there in one press."""

from __future__ import annotations

from http import HTTPStatus
from urllib.parse import urlencode

from django import forms
from django.contrib import messages
from django.http import FileResponse, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST

from donghanh.kernel.access import requires
from donghanh.kernel.clock import now, today
from donghanh.kernel.lists import list_page
from donghanh.kernel.parameters import parameters
from donghanh.kernel.spreadsheet import XLSX
from donghanh.kernel.verdict import Refused
from donghanh.people.choices import Right
from donghanh.reporting import actions, board, bulk, findings, queries, reminding
from donghanh.reporting.exports import round_file
from donghanh.reporting.forms_board import BulkForm, RemindForm
from donghanh.reporting.models import Collection
from donghanh.reporting.queries import STANDINGS
from donghanh.reporting.rules import may_lock
from donghanh.reporting.tables import BoardTable, BulkTable
from donghanh.reporting.views import reader


def round_of(request: HttpRequest, collection_id: int) -> Collection:
    """The round, if some report of it is within the reader's reach."""
    found: Collection = get_object_or_404(queries.collections_visible_to(reader(request), on=today()), pk=collection_id)
    return found


@requires(Right.REVIEW_REPORTS)
def watch(request: HttpRequest) -> HttpResponse:
    """The board of one round (`?dot=`, else the newest): counts, rates by area, the list narrowed by the address."""
    account, on = reader(request), today()
    asked = parameters(
        request,
        dot=forms.IntegerField(required=False),
        loc=forms.ChoiceField(required=False, choices=[(code, code) for code in STANDINGS], initial=""),
        vung=forms.IntegerField(required=False, min_value=0),
    )
    rounds = list(queries.collections_visible_to(account, on=on))
    collection = next((one for one in rounds if one.pk == asked["dot"]), rounds[0] if rounds else None)
    if collection is None:
        return render(request, "reporting/board_empty.html")
    found = board.board(account, collection, on=on)
    kept = {"dot": collection.pk} | {name: asked[name] for name in ("loc", "vung") if asked[name] not in (None, "")}
    rows = board.narrowed(found, standing=asked["loc"], area=asked["vung"], on=on)
    return list_page(
        request, rows, BoardTable, "reporting/board.html",
        searched="unit_folded", name="theo-doi-bao-cao", kept=kept,
        board=found, rounds=rounds, asked=asked, standings=[(code, word) for code, (word, _q) in STANDINGS.items()],
        standing=found.standing,
        to_look_at=findings.count_of_round(account, collection, on=on),
        may_lock=may_lock(collection, account, on=on).ok,
    )  # fmt: skip


@require_POST
@requires(Right.REVIEW_REPORTS)
def accept_many(request: HttpRequest, collection_id: int) -> HttpResponse:
    """Accept the ticked reports, or all that wait for the reader's office; leads to the verdicts."""
    collection, form = round_of(request, collection_id), BulkForm(request.POST)
    waits = board.waiting_for(reader(request), collection, on=today())
    chosen: dict[int, int] = {}
    if form.is_valid():
        picked = form.cleaned_data["chon"]
        chosen = waits if form.cleaned_data["all"] else {pk: picked[pk] for pk in waits if pk in picked}
    office = queries.offices_reviewing(reader(request), on=today())[0]
    try:
        asked = bulk.accept_many(collection=collection, office_id=office, chosen=chosen, by=reader(request), at=now())
    except Refused as refused:
        messages.warning(request, str(refused))
        return back_to_board(collection, "cho-duyet")
    return redirect("reporting:bulk_review", pk=asked.pk)


@requires(Right.REVIEW_REPORTS)
def bulk_review(request: HttpRequest, pk: int) -> HttpResponse:
    """What became of each report of a bulk acceptance; how far it is."""
    asked = get_object_or_404(board.bulk_reviews_visible_to(reader(request), on=today()), pk=pk)
    progress = queries.progress_of(asked)
    return list_page(
        request, board.verdicts_of(asked), BulkTable, "reporting/bulk_review.html",
        searched="unit_folded", name="ket-qua-duyet", asked=asked, progress=progress,
        crumbs=[(_("Theo dõi báo cáo"), f"{reverse('reporting:board')}?dot={asked.collection_id}")],
    )  # fmt: skip


@requires(Right.REVIEW_REPORTS)
def bulk_news(request: HttpRequest, pk: int, done: int) -> HttpResponse:
    """Has the job moved on since the page was drawn? 204: no."""
    asked = get_object_or_404(board.bulk_reviews_visible_to(reader(request), on=today()), pk=pk)
    moved = queries.progress_of(asked)["done"] != done
    return HttpResponse("new", content_type="text/plain") if moved else HttpResponse(status=HTTPStatus.NO_CONTENT)


@require_POST
@requires(Right.REVIEW_REPORTS)
def remind(request: HttpRequest, collection_id: int) -> HttpResponse:
    """Remind one unit, or all that are late; says how many were."""
    collection, form = round_of(request, collection_id), RemindForm(request.POST)
    reports: list[int] = []
    if form.is_valid():
        late, one = form.cleaned_data["late"], form.cleaned_data["report"]
        owed = board.to_remind(reader(request), collection, on=today(), late_only=late)
        reports = owed if late else [pk for pk in owed if pk == one]
    count = reminding.remind(reports=reports, by=reader(request), at=now())
    if count:
        told = ngettext("Đã nhắc %(count)s đơn vị.", "Đã nhắc %(count)s đơn vị.", count)
        messages.success(request, told % {"count": count})
    else:
        messages.info(
            request, _("Không có ai để nhắc: đơn vị đã gửi, đã được nhắc hôm nay, hoặc đợt báo cáo không nhận nữa.")
        )
    return back_to_board(collection, "qua-han" if form.is_valid() and form.cleaned_data["late"] else "")


@require_POST
@requires(Right.REOPEN_REPORTS)
def lock(request: HttpRequest, collection_id: int) -> HttpResponse:
    """Lock by hand what is accepted in a round."""
    collection = round_of(request, collection_id)
    try:
        count = actions.lock_round(collection=collection, by=reader(request), at=now())
    except Refused as refused:
        messages.warning(request, str(refused))
    else:
        told = ngettext("Đã khóa %(count)s báo cáo.", "Đã khóa %(count)s báo cáo.", count)
        messages.success(request, told % {"count": count})
    return back_to_board(collection)


@requires(Right.REVIEW_REPORTS)
def export(request: HttpRequest, collection_id: int) -> FileResponse:
    """Every report of the round in the reader's reach with all its figures."""
    collection = round_of(request, collection_id)
    file = round_file(board.watched(reader(request), collection, on=today()), collection)
    name = f"bao-cao-{collection.period.code}.xlsx"
    return FileResponse(file, as_attachment=True, filename=name, content_type=XLSX)


def back_to_board(collection: Collection, standing: str = "") -> HttpResponseRedirect:
    """To the board of this round, its list narrowed to one standing."""
    asked = {"dot": collection.pk} | ({"loc": standing} if standing else {})
    return HttpResponseRedirect(f"{reverse('reporting:board')}?{urlencode(asked)}")

"""What units propose on a document; one head of proposals and its public answer."""

from __future__ import annotations

from collections.abc import Mapping
from http import HTTPStatus
from typing import Any

from django.contrib import messages
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _

from donghanh.documents import actions_proposals as actions
from donghanh.documents import queries_proposals as queries
from donghanh.documents.choices import PROPOSAL_TRANSITIONS
from donghanh.documents.forms_proposals import AnswerForm, MergeForm, ProposeForm, WithdrawForm
from donghanh.documents.models import Document
from donghanh.documents.models_reading import Proposal, ProposalHead
from donghanh.documents.queries import documents_visible_to
from donghanh.documents.queries_reading import readable_by, readers_of
from donghanh.documents.rules_proposals import may_propose
from donghanh.documents.tables import page_of
from donghanh.documents.tables_proposals import ProposalTable
from donghanh.documents.views import reader
from donghanh.kernel.access import requires
from donghanh.kernel.clock import now, today
from donghanh.kernel.forms import RowsForm, pressed
from donghanh.kernel.lists import list_page
from donghanh.kernel.verdict import Refused
from donghanh.organisations.queries import units_on
from donghanh.people.choices import Right


def _documents(request: HttpRequest) -> QuerySet[Document]:
    """Documents that the reader sees or is asked to read; inside `readers_of`."""
    account, day = reader(request), today()
    return documents_visible_to(account, on=day) | readable_by(account, on=day)


@requires(Right.READ_DOCUMENTS)
def proposals(request: HttpRequest, pk: int) -> HttpResponse:
    """What was proposed on a document and what was answered; proposing, withdrawing, putting together."""
    account, day, act = reader(request), today(), pressed(request)
    with readers_of(account, on=day):
        found = get_object_or_404(_documents(request).distinct().select_related("unit"), pk=pk)
        offered = _offered(request, found, act)
        try:
            if act and _done(request, found, act, offered):
                return redirect("documents:proposals", pk)
        except Refused as fault:
            if act not in offered:
                messages.error(request, str(fault))
                return redirect("documents:proposals", pk)
            offered[act].add_error(fault.about if fault.about in offered[act].fields else None, str(fault))
        return _shown(request, found, offered)


def _offered(request: HttpRequest, found: Document, act: str) -> dict[str, RowsForm]:
    """The forms of what the reader may do, by the button that sends them; bound where theirs was pressed."""
    account, day, data = reader(request), today(), {act: request.POST}
    offered: dict[str, RowsForm] = {}
    if (mine := _withdrawable(request, found)).exists():
        offered["withdraw"] = WithdrawForm(mine, data.get("withdraw"))
    if may_propose(account, found, on=day):
        offered["propose"] = ProposeForm(data.get("propose"))
    if queries.may_answer_for(account, found, on=day):
        rows = queries.proposals_visible_to(account, found, on=day).filter(state__in=PROPOSAL_TRANSITIONS["merge"][0])
        if waiting := list(rows):
            heads = queries.heads_of(found).filter(answered_at__isnull=True)
            offered["merge"] = MergeForm(waiting, heads, data.get("merge"))
    return offered


def _withdrawable(request: HttpRequest, found: Document) -> QuerySet[Proposal]:
    written = queries.written_by(reader(request), found, on=today())
    rows = Proposal.objects.filter(pk__in=written, state__in=PROPOSAL_TRANSITIONS["withdraw"][0])
    return rows.order_by("-proposed_at", "-pk")


def _done(request: HttpRequest, found: Document, act: str, offered: Mapping[str, RowsForm]) -> bool:
    """Do it and say so; False where a form is not right or nothing of the kind may be done."""
    account, day = reader(request), today()
    signed: dict[str, Any] = {"by": account, "at": now()}
    form = offered.get(act)
    if form is None or not form.is_valid():
        return False
    if act == "withdraw":
        actions.withdraw(proposal=form.cleaned_data["proposal"], **signed)
        messages.success(request, _("Đã rút kiến nghị."))
        return True
    if act == "propose":
        unit = units_on(day).filter(pk__in=queries.proposing_units(account, found, on=day)).first()
        if unit:
            actions.propose(document=found, unit=unit, **form.cleaned_data, **signed)
            messages.success(request, _("Đã gửi kiến nghị tới cơ quan ban hành."))
        return True
    actions.merge(document=found, **form.cleaned_data, **signed)
    messages.success(request, _("Đã đưa vào nhóm. Mọi người xem được văn bản đều thấy nhóm này."))
    return True


def _shown(request: HttpRequest, found: Document, offered: Mapping[str, RowsForm]) -> HttpResponse:
    account, day = reader(request), today()
    rows = queries.proposals_visible_to(account, found, on=day)
    answer = list_page(
        request, rows, ProposalTable, "documents/proposals.html", searched="found_by", name="kien-nghi",
        document=found, offered=offered, heads=list(queries.heads_of(found)[:50]),
        mine=_withdrawable(request, found), refused=may_propose(account, found, on=day),
        crumbs=[(str(found), page_of(found))],
    )  # fmt: skip
    if any(form.errors for form in offered.values()):
        answer.status_code = HTTPStatus.UNPROCESSABLE_CONTENT
    return answer


def _list_of(document: Document) -> str:
    return reverse("documents:proposals", args=[document.pk])


@requires(Right.READ_DOCUMENTS)
def head(request: HttpRequest, pk: int) -> HttpResponse:
    """One head: what was asked, by which units, and the answer, or the form that gives it."""
    account, day = reader(request), today()
    with readers_of(account, on=day):
        seen = _documents(request).values("pk")
        found = get_object_or_404(ProposalHead.objects.filter(document__in=seen).select_related("document"), pk=pk)
        may = found.answered_at is None and queries.may_answer_for(account, found.document, on=day)
        form = AnswerForm(request.POST if request.method == "POST" else None) if may else None
        if form and form.is_valid():
            try:
                actions.answer(head=found, **form.cleaned_data, by=account, at=now())
            except Refused as fault:
                form.add_error(fault.about if fault.about in form.fields else None, str(fault))
            else:
                messages.success(request, _("Đã trả lời. Mọi người xem được văn bản đều đọc được."))
                return redirect("documents:head", pk)
        document = found.document
        context = {
            "head": found, "document": document, "form": form, "under": list(queries.under(found, on=day)),
            "crumbs": [(str(document), page_of(document)), (_("Kiến nghị"), _list_of(document))],
        }  # fmt: skip
        status = HTTPStatus.UNPROCESSABLE_CONTENT if form and form.errors else HTTPStatus.OK
        return render(request, "documents/head.html", context, status=status)

"""Findings: what is to be mended by whom until when; one finding's way to its end."""

from __future__ import annotations

from http import HTTPStatus
from typing import Any

from django import forms
from django.contrib import messages
from django.forms import Form
from django.http import FileResponse, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _

from donghanh.files.queries import as_download
from donghanh.inspections import actions_findings as actions
from donghanh.inspections import queries, rules
from donghanh.inspections.choices import Move, Severity, State
from donghanh.inspections.forms import ExtendForm, ProofForm, WordsForm
from donghanh.inspections.models import InspectionFinding, ProofFile
from donghanh.inspections.tables import FindingTable
from donghanh.inspections.views import reader
from donghanh.kernel.access import requires
from donghanh.kernel.clock import now, today
from donghanh.kernel.forms import pressed
from donghanh.kernel.lists import list_page
from donghanh.kernel.parameters import parameters
from donghanh.kernel.verdict import Refused
from donghanh.people.choices import Right

LATE = "late"


@requires(Right.READ_PLANS)
def findings(request: HttpRequest) -> HttpResponse:
    """Findings of the reader's office or units; `?tinh_trang=late&muc_do=urgent`."""
    account, day = reader(request), today()
    states = [(LATE, _("Quá hạn")), *State.choices]
    asked = parameters(
        request,
        tinh_trang=forms.ChoiceField(required=False, choices=states, initial=""),
        muc_do=forms.ChoiceField(required=False, choices=Severity.choices, initial=""),
    )
    rows = queries.findings_visible_to(account, on=day)
    if asked["tinh_trang"] == LATE:
        rows = queries.overdue(rows, on=day)
    elif asked["tinh_trang"]:
        rows = rows.filter(state=asked["tinh_trang"])
    if asked["muc_do"]:
        rows = rows.filter(severity=asked["muc_do"])
    mine, to_check = queries.waiting_for(account, on=day)
    return list_page(
        request, rows, FindingTable, "inspections/findings.html", searched="unit_folded", name="kien-nghi-kiem-tra",
        kept=asked, asked=asked, states=states, severities=Severity.choices, mine=mine.count(),
        to_check=to_check.count(),
    )  # fmt: skip


@requires(Right.READ_PLANS)
def finding(request: HttpRequest, pk: int) -> HttpResponse:
    """One finding: its history, the unit's proof, the office's re-check."""
    account, day = reader(request), today()
    found = get_object_or_404(queries.findings_visible_to(account, on=day), pk=pk)
    act = pressed(request)
    data = request.POST if act else None
    each: dict[str, Form] = {
        Move.PROVE: ProofForm(data if act == Move.PROVE else None, request.FILES or None),
        Move.EXTEND: ExtendForm(data if act == Move.EXTEND else None),
        "recheck": WordsForm(data if act in (Move.CLOSE, Move.REOPEN) else None),
    }
    if act:
        form = each.get("recheck" if act in (Move.CLOSE, Move.REOPEN) else act)
        try:
            if form and form.is_valid():
                _done(request, found, act, form.cleaned_data)
                return redirect("inspections:finding", pk=pk)
        except Refused as refused:
            if form:
                form.add_error(refused.about if refused.about in form.fields else None, str(refused))
    context = {
        "finding": found,
        "history": found.moves.select_related("by").prefetch_related("files__file").order_by("-at", "-pk"),
        "late": found.state in (State.OPEN, State.REOPENED) and found.due_on < day,
        "may_prove": rules.may_prove(account, found, "x", on=day),
        "may_recheck": rules.may_recheck(account, found, Move.CLOSE, on=day),
        "may_extend": rules.may_recheck(account, found, Move.EXTEND, on=day),
        "item": found.visit.checklist.definition.items.get(found.item),
        **{f"{name}_form": form for name, form in each.items()},
    }
    status = HTTPStatus.UNPROCESSABLE_ENTITY if any(form.errors for form in each.values()) else HTTPStatus.OK
    return render(request, "inspections/finding.html", context, status=status)


def _done(request: HttpRequest, found: InspectionFinding, act: str, said: dict[str, Any]) -> None:
    signed: dict[str, Any] = {"finding": found, "by": reader(request), "at": now()}
    if act == Move.PROVE:
        actions.prove(words=said["words"], files=said["proofs"], **signed)
    elif act == Move.EXTEND:
        actions.extend(**said, **signed)
    else:
        actions.recheck(mended=act == Move.CLOSE, words=said["words"], **signed)
    messages.success(request, _("Đã ghi."))


@requires(Right.READ_PLANS)
def proof(request: HttpRequest, pk: int) -> FileResponse:
    """A file of a proof, always as a download."""
    seen = queries.findings_visible_to(reader(request), on=today()).values("pk")
    rows = ProofFile.objects.select_related("file").filter(move__finding__in=seen)
    kept: Any = get_object_or_404(rows, pk=pk).file
    return as_download(kept)

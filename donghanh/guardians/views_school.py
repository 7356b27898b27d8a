"""The school's pages: codes for a class, claims to verify, one child's links and blocks."""

from __future__ import annotations

from http import HTTPStatus
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache

from donghanh.guardians import actions, queries
from donghanh.guardians.choices import LinkState
from donghanh.guardians.forms import BlockForm, DeedForm, LinkDeed, PrintForm
from donghanh.guardians.tables import ClassTable, WaitingTable
from donghanh.guardians.views import reader
from donghanh.kernel.access import requires
from donghanh.kernel.clock import now, today
from donghanh.kernel.lists import list_page
from donghanh.kernel.rows import walled
from donghanh.kernel.verdict import Refused
from donghanh.organisations.queries import name_of
from donghanh.people.choices import Right
from donghanh.people.models import Account
from donghanh.people.queries import holds
from donghanh.rosters.models import Learner

LOOKS = {
    LinkState.INVITED: "draft",
    LinkState.CLAIMED: "submitted",
    LinkState.VERIFIED: "accepted",
    LinkState.REVOKED: "no_data",
}


@requires(Right.LINK_GUARDIANS)
@never_cache
@walled
def classes(request: HttpRequest) -> HttpResponse:
    """Classes whose guardians the reader links."""
    rows = queries.classes_visible_to(reader(request), on=today())
    waiting = queries.links_to_verify(reader(request), on=today()).count()
    return list_page(
        request, rows, ClassTable, "guardians/classes.html", searched="name_sort", name="lop", waiting=waiting
    )


@requires(Right.LINK_GUARDIANS)
@never_cache
@walled
def waiting(request: HttpRequest) -> HttpResponse:
    """Claims that wait for the school's word."""
    rows = queries.links_to_verify(reader(request), on=today())
    return list_page(
        request, rows, WaitingTable, "guardians/waiting.html", searched="child_folded", name="cho-xac-minh"
    )


@requires(Right.LINK_GUARDIANS)
@never_cache
@walled
def school_class(request: HttpRequest, pk: int) -> HttpResponse:
    """The children of one class and their links; printing codes answers with the sheet, the only place to read them."""
    account = reader(request)
    found = get_object_or_404(queries.classes_visible_to(account, on=today()), pk=pk)
    learners = list(queries.learners_of(found, on=today()))
    form = PrintForm(learners, request.POST if request.method == "POST" else None)
    context: dict[str, Any] = {"class": found, "learners": learners, "form": form, "sentence": ""}
    context["school"] = name_of(found.unit_id, on=today())
    if form.is_bound and form.is_valid():
        typed = form.cleaned_data
        try:
            slips = actions.print_codes(
                child_ids=typed["children"],
                a_child=typed["a_child"],
                in_person=typed["in_person"],
                by=account,
                at=now(),
            )
        except Refused as refused:
            context["sentence"] = str(refused)
        else:
            return render(request, "guardians/sheet.html", {**context, "slips": slips})
    elif form.is_bound:
        context["sentence"] = " ".join(map(str, form.errors.get("children", []))) or _("Xem lại các ô được đánh dấu.")
    status = HTTPStatus.CONFLICT if context["sentence"] else HTTPStatus.OK
    return render(request, "guardians/class.html", context, status=status)


@requires(Right.LINK_GUARDIANS)
@never_cache
@walled
def child(request: HttpRequest, pk: int) -> HttpResponse:
    """One child's guardians, codes and blocks; verify, end, block, lift."""
    account = reader(request)
    learner = get_object_or_404(queries.learners_visible_to(account, on=today()), pk=pk)
    links = list(queries.links_of_child(pk))
    known = Account.objects.filter(pk__in=[link.guardian_id for link in links if link.guardian_id])
    block_form = BlockForm(known.order_by("full_name_sort"))
    sentence = ""
    if request.method == "POST":
        deed_form = DeedForm(request.POST)
        if deed_form.is_valid() and deed_form.cleaned_data["deed"] == LinkDeed.BLOCK:
            deed_form = block_form = BlockForm(known.order_by("full_name_sort"), request.POST)
        sentence = _done(deed_form, learner, account) if deed_form.is_valid() else _("Xem lại các ô được đánh dấu.")
        if not sentence:
            messages.success(request, _("Đã ghi."))
            return redirect("guardians:child", pk=pk)
    context = {
        "learner": learner,
        "links": [(link, LOOKS[LinkState(link.state)]) for link in links],
        "blocks": queries.blocks_of_child(pk),
        "block_form": block_form,
        "may_block": holds(account, Right.MANAGE_LEARNERS, learner.unit_id, on=today()),
        "sentence": sentence,
    }
    return render(request, "guardians/child.html", context, status=HTTPStatus.CONFLICT if sentence else HTTPStatus.OK)


def _done(form: DeedForm, learner: Learner, by: Account) -> str:
    """Do it; the sentence of the rule that said no, or nothing."""
    typed, at = form.cleaned_data, now()
    deed, row, document = typed["deed"], typed["row"], typed["document"]
    try:
        if deed == LinkDeed.BLOCK:
            about = {"document": document, "document_day": typed["document_day"]}
            actions.block(child=learner, guardian=typed["guardian"], **about, by=by, at=at)
        elif deed == LinkDeed.LIFT:
            block = get_object_or_404(queries.blocks_of_child(learner.pk), pk=row)
            actions.lift(block=block, document=document, by=by, at=at)
        else:
            link = get_object_or_404(queries.links_of_child(learner.pk), pk=row)
            act = actions.verify if deed == LinkDeed.VERIFY else actions.revoke
            act(link=link, by=by, at=at)
    except Refused as refused:
        return str(refused)
    return ""

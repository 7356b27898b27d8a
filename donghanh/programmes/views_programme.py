"""A programme as its office writes it: begun, described, its objectives and tasks stated one by one."""

from __future__ import annotations

from http import HTTPStatus
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _

from donghanh.documents.queries import documents_visible_to
from donghanh.kernel.access import requires
from donghanh.kernel.clock import now, today
from donghanh.kernel.forms import RowsForm, pressed
from donghanh.kernel.verdict import Refused
from donghanh.people.choices import Right
from donghanh.people.queries import own_units
from donghanh.programmes import actions_writing as actions
from donghanh.programmes import queries
from donghanh.programmes.forms_programme import HeadForm, ObjectiveForm, StatedTaskForm
from donghanh.programmes.models import Programme
from donghanh.programmes.views import reader


@requires(Right.MANAGE_PROGRAMMES)
def begin(request: HttpRequest) -> HttpResponse:
    """A new programme of the office in which the reader makes programmes."""
    account = reader(request)
    form = HeadForm(request.POST or None, documents=documents_visible_to(account, on=today()))
    if form.is_valid():
        [owner, *_others] = own_units(account, Right.MANAGE_PROGRAMMES, on=today())
        try:
            made = actions.begin_programme(owner_id=owner, head=form.head, by=account, at=now())
        except Refused as refused:
            form.add_error(refused.about or None, str(refused))
        else:
            messages.success(request, _("Đã lập chương trình. Bây giờ ghi mục tiêu và nhiệm vụ."))
            return redirect("programmes:write", code=made.code)
    status = HTTPStatus.UNPROCESSABLE_CONTENT if form.errors else HTTPStatus.OK
    return render(request, "programmes/begin.html", {"form": form}, status=status)


@requires(Right.MANAGE_PROGRAMMES)
def write(request: HttpRequest, code: str) -> HttpResponse:
    """The whole programme for those who write it: its head, objectives and tasks, with a form for each."""
    account = reader(request)
    found = _own(request, code)
    documents = documents_visible_to(account, on=today())
    act = pressed(request)
    data = request.POST if act else None
    each: dict[str, RowsForm] = {
        "task": StatedTaskForm(data if act == "task" else None, programme=found, documents=documents),
        "objective": ObjectiveForm(data if act == "objective" else None),
        "head": HeadForm(data if act == "head" else None, documents=documents, programme=found),
    }
    for name, one in each.items():
        one.auto_id = f"{name}_%s"  # two of them have a clause and a text
    form = each.get(act)
    if form is not None and form.is_valid():
        try:
            _written(request, found, form)
        except Refused as refused:
            form.add_error(refused.about if refused.about in form.fields else None, str(refused))
        else:
            messages.success(request, _("Đã ghi."))
            return redirect("programmes:write", code=code)
    context = {
        "programme": found,
        "objectives": found.objectives.prefetch_related("indicators").order_by("clause"),
        "tasks": found.tasks.order_by("position"),
        "issued": found.plans.exists(),
        **{f"{name}_form": one for name, one in each.items()},
    }
    status = HTTPStatus.UNPROCESSABLE_CONTENT if form is not None and form.errors else HTTPStatus.OK
    return render(request, "programmes/write.html", context, status=status)


def _written(request: HttpRequest, found: Programme, form: RowsForm) -> None:
    signed: dict[str, Any] = {"programme": found, "by": reader(request), "at": now()}
    if isinstance(form, HeadForm):
        actions.describe_programme(head=form.head, **signed)
    elif isinstance(form, ObjectiveForm):
        actions.state_objective(**form.cleaned_data, **signed)
    elif isinstance(form, StatedTaskForm):
        actions.state_task(task=None, stated=form.stated, objectives=form.cleaned_data["objectives"], **signed)


def _own(request: HttpRequest, code: str) -> Programme:
    """A programme of an office in which the reader makes programmes; others are not found."""
    own = own_units(reader(request), Right.MANAGE_PROGRAMMES, on=today())
    return get_object_or_404(queries.programmes().filter(owner__in=own), code=code)


@requires(Right.MANAGE_PROGRAMMES)
def stated_task(request: HttpRequest, code: str, position: int) -> HttpResponse:
    """One task in other words, or no longer stated."""
    account, found = reader(request), _own(request, code)
    task = get_object_or_404(found.tasks.select_related("programme", "document"), position=position)
    act = pressed(request)
    documents = documents_visible_to(account, on=today())
    form = StatedTaskForm(request.POST if act == "task" else None, programme=found, documents=documents, task=task)
    signed: dict[str, Any] = {"task": task, "by": account, "at": now()}
    try:
        if act == "withdraw":
            actions.withdraw_task(**signed)
        elif form.is_valid():
            chosen = form.cleaned_data["objectives"]
            actions.state_task(programme=found, stated=form.stated, objectives=chosen, **signed)
        else:
            act = ""
    except Refused as refused:
        form.add_error(refused.about if refused.about in form.fields else None, str(refused))
        act = ""
    if act:
        messages.success(request, _("Đã ghi."))
        return redirect("programmes:write", code=code)
    status = HTTPStatus.UNPROCESSABLE_CONTENT if form.errors else HTTPStatus.OK
    return render(
        request, "programmes/stated_task.html", {"programme": found, "task": task, "form": form}, status=status
    )

"""“Mục tiêu”: what indicators should reach, and who is asked."""

from __future__ import annotations

from http import HTTPStatus
from typing import Any, cast

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _

from donghanh.kernel.access import requires
from donghanh.kernel.clock import now, today
from donghanh.kernel.lists import list_page
from donghanh.kernel.verdict import Refused
from donghanh.organisations.queries import called
from donghanh.people.choices import Right
from donghanh.people.models import Account
from donghanh.statistics.actions_targets import end_target, set_target
from donghanh.statistics.forms import ReasonForm, TargetForm
from donghanh.statistics.queries_targets import group_choices, targets_visible_to
from donghanh.statistics.rules import may_end
from donghanh.statistics.tables import TargetTable, target_rows


def reader(request: HttpRequest) -> Account:
    """Who is signed in; the access middleware has already asked."""
    return cast("Account", request.user)


def _crumbs() -> list[tuple[str, str]]:
    return [(_("Mục tiêu"), reverse("statistics:targets"))]


@requires(Right.READ_FIGURES)
def targets(request: HttpRequest) -> HttpResponse:
    """Every target that the reader's figures are held against."""
    found = list(targets_visible_to(reader(request), on=today()))
    may_set = Right.SET_TARGETS in request.rights  # type: ignore[attr-defined]  # set by the access middleware
    own = {one.pk for one in found if may_set and may_end(one, reader(request), on=today())}
    return list_page(
        request, target_rows(found, dict(group_choices()), own), TargetTable, "statistics/targets.html",
        searched="searched", name="muc-tieu", may_set=may_set,
    )  # fmt: skip


@requires(Right.SET_TARGETS)
def new_target(request: HttpRequest) -> HttpResponse:
    """Set a target."""
    return _target_form(request, TargetForm(request.POST or None, on=today()), _("Đặt mục tiêu"))


@requires(Right.SET_TARGETS)
def change_target(request: HttpRequest, pk: int) -> HttpResponse:
    """The same form with what stands; the former row stays as an ended one."""
    target = _changeable(request, pk)
    names = called([target.unit_id], on=today()) if target.unit_id else {}
    initial = {name: getattr(target, name) for name in TargetForm.base_fields if name not in ("unit", "period")}
    initial |= {"unit": names.get(target.unit_id, ""), "period": target.period.code if target.period else ""}
    return _target_form(request, TargetForm(request.POST or None, on=today(), initial=initial), _("Sửa mục tiêu"))


def _changeable(request: HttpRequest, pk: int) -> Any:
    """A target that the reader may change; what they may only read is changed nowhere (404)."""
    target = get_object_or_404(targets_visible_to(reader(request), on=today()), pk=pk)
    if not may_end(target, reader(request), on=today()):
        raise Http404
    return target


def _target_form(request: HttpRequest, form: TargetForm, title: str) -> HttpResponse:
    if form.is_valid():
        try:
            target = set_target(terms=form.terms, by=reader(request), at=now())
        except Refused as refused:
            form.add_error(refused.about or None, str(refused))
        else:
            messages.success(request, _("Đã ghi mục tiêu năm %(year)s.") % {"year": target.year})
            return redirect("statistics:targets")
    status = HTTPStatus.UNPROCESSABLE_ENTITY if form.is_bound else HTTPStatus.OK
    context = {"form": form, "title": title, "crumbs": _crumbs()}
    return render(request, "statistics/target_form.html", context, status=status)


@requires(Right.SET_TARGETS)
def stop_target(request: HttpRequest, pk: int) -> HttpResponse:
    """End a target, with the reason."""
    target = _changeable(request, pk)
    form = ReasonForm(request.POST or None)
    if form.is_valid():
        try:
            end_target(target=target, reason=form.cleaned_data["reason"], by=reader(request), at=now())
        except Refused as refused:
            form.add_error(None, str(refused))
        else:
            messages.success(request, _("Mục tiêu này không còn áp dụng."))
            return redirect("statistics:targets")
    status = HTTPStatus.UNPROCESSABLE_ENTITY if form.is_bound else HTTPStatus.OK
    context = {"form": form, "target": target, "crumbs": _crumbs()}
    return render(request, "statistics/target_end.html", context, status=status)

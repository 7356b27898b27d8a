"""Recording events of the tree and taking them back: choose, state, look at what would change, write."""

from __future__ import annotations

from http import HTTPStatus
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from donghanh.kernel.access import requires
from donghanh.kernel.clock import now, today
from donghanh.kernel.verdict import Refused
from donghanh.organisations import actions, queries
from donghanh.organisations.choices import EventKind
from donghanh.organisations.forms_events import FORMS, StepForm, UndoForm
from donghanh.organisations.previews import preview
from donghanh.organisations.rules import beyond
from donghanh.organisations.rules_undo import nothing_stands_on

MANAGE_UNITS = "units.manage"  # a right of `people`, which stands above this room
MOST_SHOWN = 100  # units of a preview
EXPLAINED = {
    EventKind.OPEN: gettext_lazy("Một đơn vị mới, trực thuộc đơn vị này."),
    EventKind.CLOSE: gettext_lazy("Đơn vị thôi hoạt động; các đơn vị trực thuộc đã chuyển đi trước."),
    EventKind.RENAME: gettext_lazy("Vẫn là đơn vị ấy, mang tên mới."),
    EventKind.TRANSFER: gettext_lazy("Đơn vị và mọi đơn vị bên dưới về trực thuộc nơi khác."),
    EventKind.MERGE: gettext_lazy("Đơn vị này, có thể cùng đơn vị khác, nhập vào một đơn vị đang có hoặc mới."),
    EventKind.SPLIT: gettext_lazy("Đơn vị này chia thành nhiều phần, mỗi phần có tỷ lệ và các đơn vị trực thuộc."),
    EventKind.CHANGE_KIND: gettext_lazy("Ví dụ trường tiểu học thành trường TH&THCS."),
    EventKind.RECODE: gettext_lazy("Mã mới trong một hệ mã, hoặc mã đầu tiên."),
}


@requires(MANAGE_UNITS)
def choose_event(request: HttpRequest, unit_id: int) -> HttpResponse:
    """Which kind of event to record of this unit."""
    kinds = [
        (form.event.label, EXPLAINED[form.event], reverse("organisations:record_event", args=[unit_id, slug]))
        for slug, form in FORMS.items()
    ]
    context = {"kinds": kinds, **_about(request, unit_id)}
    return render(request, "organisations/event_kinds.html", context)


@requires(MANAGE_UNITS)
def record_event(request: HttpRequest, unit_id: int, kind: str) -> HttpResponse:
    """State the event, see what it would change, write it: three steps, nothing kept between them but the form."""
    if kind not in FORMS:
        raise Http404
    context = _about(request, unit_id)
    step = _step(request)
    reader: dict[str, Any] = {"unit_id": unit_id, "offices": _offices(request), "today": today()}
    form = FORMS[kind](request.POST or None, **reader)
    if not step and form.is_bound:  # the way back from the preview, or one portion more: nothing is wrong yet
        form = FORMS[kind](initial=form.typed(), **reader)
    context |= {"form": form, "kind": form.event.label, "explained": EXPLAINED[form.event]}
    if not step or not form.is_valid():
        return _stated(request, context, wrong=bool(step))
    order = {"by": request.user.pk, "at": now()}
    try:
        if step == "write":
            form.act()(**order)
            messages.success(request, _("Đã ghi biến động “%(kind)s”.") % {"kind": form.event.label})
            return redirect(f"{reverse('organisations:unit', args=[unit_id])}?day={form.cleaned_data['on']:%Y-%m-%d}")
        sheet = preview(lambda: form.act()(**order), on=form.cleaned_data["on"])
    except Refused as refused:
        form.refuse(refused)
        return _stated(request, context, wrong=True)
    shown = {"changes": sheet.changes[:MOST_SHOWN], "more": len(sheet.changes) - MOST_SHOWN, "touched": sheet.touched}
    return render(request, "organisations/event_preview.html", context | shown)


@requires(MANAGE_UNITS)
def undo_event(request: HttpRequest, unit_id: int, event_id: int) -> HttpResponse:
    """Take an event of this unit back, with a reason; where something stands on it, the page says what."""
    context = _about(request, unit_id)
    event = get_object_or_404(queries.history_of(unit_id), pk=event_id)
    outside = beyond(_offices(request), queries.units_in(event), days={event.on, today()})
    verdict = nothing_stands_on(event)
    form = UndoForm(request.POST if request.method == "POST" else None)
    if not outside and verdict and form.is_valid():
        try:
            actions.undo(event=event, reason=form.cleaned_data["reason"], by=request.user.pk, at=now())
        except Refused as refused:
            form.add_error("reason" if refused.about else None, str(refused))
        else:
            messages.success(request, _("Đã hoàn tác biến động “%(kind)s”.") % {"kind": event.get_kind_display()})
            return redirect("organisations:unit", unit_id=unit_id)
    sentence = _("Biến động này chạm tới đơn vị ngoài phạm vi của thầy cô.") if outside else verdict.reason
    step = next(one for one in queries.timeline(unit_id) if one.event == event)
    context |= {"form": form, "steps": [step], "sentence": sentence}
    status = HTTPStatus.UNPROCESSABLE_ENTITY if request.method == "POST" else HTTPStatus.OK
    return render(request, "organisations/event_undo.html", context, status=status)


def _offices(request: HttpRequest) -> list[int]:
    """Units where the reader manages units by a membership of their own; `people` lends the answer to the request."""
    found: list[int] = request.offices(MANAGE_UNITS)  # type: ignore[attr-defined]  # set by the access middleware
    return found


def manages(request: HttpRequest, unit_id: int) -> bool:
    """May this reader record events of the unit?"""
    offices = _offices(request)
    return bool(offices) and not beyond(offices, [unit_id], days={today()})


def _about(request: HttpRequest, unit_id: int) -> dict[str, Any]:
    """The unit of the page with the way up to it; 404 for one out of reach."""
    if not manages(request, unit_id):
        raise Http404
    day = today()
    name = queries.called([unit_id], on=day)[unit_id]
    crumbs = [(_("Đơn vị"), reverse("organisations:units")), (name, reverse("organisations:unit", args=[unit_id]))]
    return {"unit_id": unit_id, "name": name, "crumbs": crumbs}


def _step(request: HttpRequest) -> str:
    form = StepForm(request.POST)
    form.is_valid()
    step: str = form.cleaned_data.get("step", "")
    return step


def _stated(request: HttpRequest, context: dict[str, Any], *, wrong: bool) -> HttpResponse:
    status = HTTPStatus.UNPROCESSABLE_ENTITY if wrong else HTTPStatus.OK
    return render(request, "organisations/event.html", context, status=status)

"""One unit's year: everything that is due from it, the weeks that are too full, the days that are busy."""

from __future__ import annotations

from datetime import date, timedelta
from http import HTTPStatus
from typing import Any, cast

from django import forms
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from donghanh.agenda import actions, queries
from donghanh.agenda.choices import MOST_A_WEEK
from donghanh.agenda.forms import BusyForm
from donghanh.agenda.models import BusySpan
from donghanh.agenda.tables import EntryTable, entry_rows
from donghanh.kernel.access import requires, signed_in
from donghanh.kernel.clock import now, today
from donghanh.kernel.lists import list_page
from donghanh.kernel.parameters import parameters
from donghanh.kernel.verdict import Refused
from donghanh.organisations.queries import meant_by, name_of
from donghanh.people.choices import Right
from donghanh.people.models import Account
from donghanh.people.queries import holds, own_units
from donghanh.periods.queries import school_years

YEARS_SHOWN = 4
A_YEAR, SUMMER = timedelta(days=365), timedelta(days=92)


def reader(request: HttpRequest) -> Account:
    """Who is signed in; the access middleware has already asked."""
    return cast("Account", request.user)


@requires(Right.READ_PLANS)
def own(request: HttpRequest) -> HttpResponse:
    """The calendar of the reader's own unit; `?don_vi=` finds another one by its name or code."""
    account, day = reader(request), today()
    wanted = parameters(request, don_vi=forms.CharField(required=False, max_length=200, initial=""))["don_vi"]
    mine = own_units(account, Right.READ_PLANS, on=day)
    meant = [unit.pk for unit in meant_by(wanted, on=day)] if wanted else mine
    reached = [pk for pk in meant if holds(account, Right.READ_PLANS, pk, on=day)]
    if not reached:
        messages.info(request, _("Không có đơn vị nào thuộc phạm vi của thầy cô khớp “%(name)s”.") % {"name": wanted})
    return redirect("agenda:unit", unit_id=(reached or mine)[0])


@requires(Right.READ_PLANS)
def unit(request: HttpRequest, unit_id: int) -> HttpResponse:
    """One unit's school year. An office marks its busy days here."""
    account, day = reader(request), today()
    if not holds(account, Right.READ_PLANS, unit_id, on=day):
        raise Http404
    may_mark = unit_id in queries.may_mark_busy_at(account, on=day)
    form = BusyForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        try:
            actions.mark_busy(unit_id=unit_id, **form.cleaned_data, by=account, at=now())
        except Refused as refused:
            form.add_error(refused.about or None, str(refused))
        else:
            messages.success(request, _("Đã ghi thời gian bận."))
            return redirect("agenda:unit", unit_id=unit_id)
    response = _year_page(request, unit_id, {"form": form if may_mark else None})
    if form.errors:
        response.status_code = HTTPStatus.UNPROCESSABLE_ENTITY
    return response


def _year_page(request: HttpRequest, unit_id: int, context: dict[str, Any]) -> HttpResponse:
    day, here = today(), reverse("agenda:unit", args=[unit_id])
    years = school_years()[-YEARS_SHOWN:]
    current = next((year for year in reversed(years) if year.days.lower <= day), None)
    asked = parameters(request, nam=forms.CharField(required=False, max_length=20, initial=""))["nam"]
    shown = next((year for year in years if year.code == asked), current)
    first, last = (shown.span.start, _with_summer(shown.span.end)) if shown else (day - SUMMER, day + A_YEAR)
    found = queries.entries([unit_id], first, last)
    busy = [span for _unit, span in queries.busy_spans([unit_id], first, last)]
    context |= {
        "unit_id": unit_id,
        "unit_name": name_of(unit_id, on=day),
        "busy": busy,
        "own_offices": queries.may_mark_busy_at(reader(request), on=day),
        "most": MOST_A_WEEK,
        "full": sum(many > MOST_A_WEEK for many in queries.loads(found).values()),
        "late": sum(not entry.done and entry.on < day for entry in found),
        "years": [
            {"label": year.short_label, "href": f"{here}?nam={year.code}", "current": year == shown}
            for year in reversed(years)
        ],
    }
    return list_page(
        request, entry_rows(found, busy, on=day), EntryTable, "agenda/unit.html", searched="found_by",
        name="lich-don-vi", kept={"nam": shown.code if shown else ""}, **context,
    )  # fmt: skip


def _with_summer(last: date) -> date:
    """Reviews and reports of a school year are due in the summer after it."""
    return last + SUMMER


@requires(Right.ASK_REPORTS)
@require_POST
def unmark(request: HttpRequest, pk: int) -> HttpResponse:
    """Busy days are taken back."""
    offices = queries.may_mark_busy_at(reader(request), on=today())
    found = get_object_or_404(BusySpan.objects.filter(unit__in=offices), pk=pk)
    actions.unmark_busy(span=found, by=reader(request), at=now())
    messages.success(request, _("Đã bỏ thời gian bận “%(name)s”.") % {"name": found.name})
    return redirect("agenda:unit", unit_id=found.unit_id)


@signed_in
@require_POST
def renew_feed(request: HttpRequest) -> HttpResponse:
    """A new address of one's own calendar, shown this once."""
    secret = actions.renew_feed(account=reader(request), at=now())
    address = request.build_absolute_uri(reverse("agenda:feed", args=[secret]))
    return render(request, "agenda/feed.html", {"address": address})

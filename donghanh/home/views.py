"""“Việc của tôi”, the programme's figures, and the way from a percentage to the sending behind it."""

from __future__ import annotations

from functools import wraps
from http import HTTPStatus
from typing import Any, cast

from django import forms
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _

from donghanh.home import queries
from donghanh.home.deeds import VERBS, DeedTable
from donghanh.home.tables import SchoolTable
from donghanh.kernel.access import View, public, requires, signed_in
from donghanh.kernel.clock import today
from donghanh.kernel.lists import list_page
from donghanh.kernel.parameters import parameters
from donghanh.organisations.queries import called
from donghanh.people.choices import Right
from donghanh.people.models import Account
from donghanh.privacy import queries as privacy
from donghanh.reporting import queries as reporting
from donghanh.reporting.actions import queue_figures
from donghanh.reporting.models import Collection
from donghanh.statistics import queries as statistics
from donghanh.statistics.models import Indicator

WAITING_SHOWN = 5


def reader(request: HttpRequest) -> Account:
    """Who is signed in; the access middleware has already asked."""
    return cast("Account", request.user)


@public
def limits(request: HttpRequest) -> HttpResponse:
    """What the product never does, told to everyone."""
    return render(request, "home/limits.html")


@signed_in
def my_work(request: HttpRequest) -> HttpResponse:
    """What waits for this person, by day, each with one button."""
    account, day = reader(request), today()
    waiting = reporting.to_review(account, on=day)
    office = queries.own_office(account, on=day)
    rounds = queries.rounds(account, on=day)
    current = rounds[0] if rounds else None
    watched = current or reporting.collections_visible_to(account, on=day).first()
    context: dict[str, Any] = {
        "to_fill": list(reporting.to_fill(account, on=day)),
        "waiting": list(waiting[:WAITING_SHOWN]),
        "waiting_count": waiting.count(),
        "current": current,
        "watched": watched,
        "counts": reporting.counts(account, watched, on=day) if watched else None,
        "standing": None,
        "figures": [],
    }
    if watched and reporting.offices_reviewing(account, on=day):
        context["standing"] = reporting.standing_in(account, watched, on=day)
    if office and current:
        context["figures"] = statistics.figures(statistics.indicators(), current.period, [office])[office]
        context["office"] = office
    return render(request, "home/my_work.html", context)


def told_when_not_ready(view: View) -> View:
    """A file of figures that is lost or takes too long is said on the page (503) and, if lost, made anew."""

    @wraps(view)
    def asked(request: HttpRequest, collection_id: int, **rest: Any) -> HttpResponseBase:
        try:
            return view(request, collection_id=collection_id, **rest)
        except (statistics.FactsNotReady, statistics.FactsTooSlow) as wait:
            if isinstance(wait, statistics.FactsNotReady):
                queue_figures(collection_id)
            return render(request, "503.html", {"exception": str(wait)}, status=HTTPStatus.SERVICE_UNAVAILABLE)

    return asked


def _round(request: HttpRequest, collection_id: int, unit_id: int) -> Collection:
    """The round, if the reader may see figures of this unit in it; 404 otherwise."""
    collection = get_object_or_404(reporting.collections_visible_to(reader(request), on=today()), pk=collection_id)
    if not queries.may_read_figures(reader(request), unit_id, on=today()):
        raise Http404
    return collection


@requires(Right.READ_FIGURES)
def newest_figures(request: HttpRequest) -> HttpResponse:
    """Leads to the figures of the reader's own office in the newest round."""
    office, rounds = queries.own_office(reader(request), on=today()), queries.rounds(reader(request), on=today())
    if not office or not rounds:
        return render(request, "home/no_figures.html")
    return redirect("home:figures", collection_id=rounds[0].pk, unit_id=office)


@requires(Right.READ_FIGURES)
def figures(request: HttpRequest, collection_id: int, unit_id: int) -> HttpResponse:
    """Each indicator against its target: the unit, its areas, its kinds of school, its years."""
    collection = _round(request, collection_id, unit_id)
    found = statistics.indicators()
    rounds = queries.rounds(reader(request), on=today())
    years = queries.over_years(found, unit_id, [other.period for other in reversed(rounds)])
    closed = [other.period for other in rounds if other.closes_on < today()]
    context = {
        "collection": collection,
        "tabs": [
            {
                "label": other.period.short_label,
                "href": reverse("home:figures", args=[other.pk, unit_id]),
                "current": other == collection,
            }
            for other in rounds
        ],
        "unit_id": unit_id,
        "unit_name": called([unit_id], on=collection.period.reference_day)[unit_id],
        "indicators": found,
        "figures": statistics.figures(found, collection.period, [unit_id])[unit_id],
        "areas": queries.by_area(found, collection.period, unit_id),
        "kinds": queries.by_kind(found, collection.period, unit_id),
        "years": years,
        "chart_data": queries.chart_of(found, [line for line in years if line[0] in closed]),
        "chart_note": ""
        if len(closed) == len(rounds)
        else _("Năm học đang thu báo cáo chưa có trên biểu đồ; xem số liệu trong bảng."),
        "seen": queries.stamp(statistics.written_at(collection.period)),
    }
    return render(request, "home/figures.html", context)


@requires(Right.READ_FIGURES)
def figures_news(request: HttpRequest, collection_id: int, unit_id: int, seen: int) -> HttpResponse:
    """Asked every second by an open page: nothing new (204), or the word to load the figures again."""
    collection = _round(request, collection_id, unit_id)
    written = queries.stamp(statistics.written_at(collection.period))
    if written == seen:
        return HttpResponse(status=204)
    return HttpResponse("new", content_type="text/plain")


@requires(Right.READ_FIGURES)
@told_when_not_ready
def schools(request: HttpRequest, collection_id: int, unit_id: int, indicator: str) -> HttpResponse:
    """The schools behind a percentage, lowest first, each with the sending behind it."""
    collection = _round(request, collection_id, unit_id)
    asked = get_object_or_404(Indicator, code=indicator)
    numerator, denominator = statistics.in_words(asked)
    back = reverse("home:figures", args=[collection.pk, unit_id])
    return list_page(
        request,
        queries.schools_behind(reader(request), collection, asked, unit_id, on=today()),
        SchoolTable,
        "home/schools.html",
        searched="name",
        name=f"{asked.code}-{collection.period.code}",
        collection=collection,
        indicator=asked,
        figure=statistics.figure(asked, collection.period, unit_id),
        unit_name=called([unit_id], on=collection.period.reference_day)[unit_id],
        crumbs=[(_("Chỉ tiêu của kế hoạch"), back)],
        definition=[
            (_("Tử số"), numerator),
            (_("Mẫu số"), denominator),
            (_("Căn cứ"), asked.basis),
        ],
    )


@requires(Right.READ_AUDIT)
def deeds(request: HttpRequest) -> HttpResponse:
    """“Nhật ký”: who did what in the reader's units, when and why; `?viec=people.role_given&tu=2025-06-01&den=…`."""
    asked = parameters(
        request,
        viec=forms.CharField(required=False, max_length=60, initial=""),
        tu=forms.DateField(required=False),
        den=forms.DateField(required=False),
    )
    account, day = reader(request), today()
    rows = privacy.deeds_visible_to(account, on=day, verb=asked["viec"], first=asked["tu"], last=asked["den"])
    verbs = [(verb, VERBS.get(verb, verb)) for verb in privacy.verbs_visible_to(account, on=day)]
    kept = {name: value for name, value in asked.items() if value}
    return list_page(
        request, rows, DeedTable, "home/deeds.html",
        searched="doer_folded", name="nhat-ky", kept=kept, asked=asked, verbs=verbs,
    )  # fmt: skip

"""“Việc của tôi”, the programme's figures, and the way from a percentage to the sending behind it."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from functools import wraps
from http import HTTPStatus
from typing import Any, cast
from urllib.parse import urlencode

from django import forms
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _

from donghanh.home import queries
from donghanh.home.deeds import VERBS, DeedTable
from donghanh.home.tables import SchoolTable
from donghanh.home.waiting import waiting_for
from donghanh.kernel.access import View, public, requires, signed_in
from donghanh.kernel.clock import today
from donghanh.kernel.lists import list_page
from donghanh.kernel.parameters import parameters
from donghanh.organisations.queries import called
from donghanh.people.choices import PARTNER, Right
from donghanh.people.models import Account
from donghanh.people.queries import held
from donghanh.privacy import queries as privacy
from donghanh.programmes import queries as programmes
from donghanh.reporting import queries as reporting
from donghanh.reporting.actions import queue_figures
from donghanh.reporting.models import Collection
from donghanh.statistics import queries as statistics
from donghanh.statistics.choices import TargetState, TreeMode
from donghanh.statistics.models import Indicator

WAITING_SHOWN = 5
LATE_SHOWN = 5


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
        "joint_plans": [],
        "others": waiting_for(account, request.rights, on=day),  # type: ignore[attr-defined]  # set by the middleware
    }
    if any(row.role == PARTNER.code for row in held(account, on=day)):
        context["joint_plans"] = programmes.plans_as_guest(account, on=day)
    if watched and reporting.offices_reviewing(account, on=day):
        context["standing"] = reporting.standing_in(account, watched, on=day)
    if office and current:
        context["lens"] = lens = queries.Lens(current)
        context["figures"] = lens.figures(statistics.indicators(), [office])[office]
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
    """Each indicator against its target: the unit, its years, its areas, its kinds of school, who has not sent.

    `?cay=as_is` carries history to today's units; `?chiso=staff_trained_rate` is the one on the map.
    """
    collection = _round(request, collection_id, unit_id)
    asked = parameters(
        request,
        cay=forms.ChoiceField(required=False, choices=TreeMode, initial=TreeMode.AS_WAS.value),
        chiso=forms.SlugField(required=False, initial=""),
    )
    lens = queries.Lens(collection, now=today() if asked["cay"] == TreeMode.AS_IS else None)
    found = statistics.indicators()
    rounds = queries.rounds(reader(request), on=today())
    own, areas = queries.by_area(lens, found, unit_id)
    place = _on_the_map(own, asked["chiso"])
    areas = queries.worst_first(areas, place) if found else []
    late = queries.late(reader(request), lens, unit_id, on=today())
    context = {
        "collection": collection,
        "tabs": _rounds(rounds, collection, unit_id, asked),
        "unit_id": unit_id,
        "unit_name": called([unit_id], on=lens.day)[unit_id],
        "indicators": found,
        "figures": own,
        "lens": lens,
        "targets": queries.against_targets(lens, own, rounds, on=today()),
        "seen_through": f"?{urlencode(asked)}",
        "trees": _trees(asked),
        "areas": areas,
        "tiles": queries.tiles(areas, place),
        "maps": _maps(found, place, asked),
        "kinds": queries.by_kind(lens, found, unit_id),
        "late": late[:LATE_SHOWN],
        "late_count": late.count(),
        "seen": queries.stamp(statistics.written_at(collection.period)),
    }
    return render(request, "home/figures.html", context)


def _on_the_map(figures: Sequence[statistics.Figure], code: str) -> int:
    """The indicator asked for; else the first that is behind, on the way, met."""
    for place, figure in enumerate(figures):
        if figure.indicator.code == code:
            return place
    worst = (TargetState.BEHIND, TargetState.ON_THE_WAY, TargetState.MET)
    ranked = [(worst.index(f.state), place) for place, f in enumerate(figures) if f.state in worst]
    return min(ranked, default=(0, 0))[1]


def _rounds(
    rounds: Iterable[Collection], current: Collection, unit_id: int, asked: dict[str, Any]
) -> list[dict[str, Any]]:
    same = [one for one in rounds if one.form_version.form_id == current.form_version.form_id]
    return [
        {
            "label": one.period.short_label,
            "href": f"{reverse('home:figures', args=[one.pk, unit_id])}?{urlencode(asked)}",
            "current": one == current,
        }
        for one in same
    ]


def _trees(asked: dict[str, Any]) -> list[dict[str, Any]]:
    return [
        {"label": mode.label, "href": f"?{urlencode(asked | {'cay': mode.value})}", "current": asked["cay"] == mode}
        for mode in TreeMode
    ]


def _maps(found: Sequence[Indicator], chosen: int, asked: dict[str, Any]) -> list[dict[str, Any]]:
    return [
        {
            "label": one.short_name,
            "href": f"?{urlencode(asked | {'chiso': one.code})}#dia-ban",
            "current": place == chosen,
        }
        for place, one in enumerate(found)
    ]


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
        lens=queries.Lens(collection),
        indicator=asked,
        figure=statistics.figure(asked, collection.period, unit_id, form=collection.form_version.form.code),
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

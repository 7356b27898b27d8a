"""What I have to read; one such document; who has read it and who has not."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from http import HTTPStatus
from typing import Any
from urllib.parse import urlencode

from django import forms
from django.contrib import messages
from django.db.models import Q
from django.http import Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from donghanh.documents import actions_reading as actions
from donghanh.documents import queries_reading as queries
from donghanh.documents.forms_reading import CloseForm, PublishForm
from donghanh.documents.models import Document
from donghanh.documents.models_reading import Publication
from donghanh.documents.queries import documents_visible_to, files_of
from donghanh.documents.rules_reading import may_acknowledge, may_close, may_nudge, may_publish
from donghanh.documents.tables import facts_of, page_of
from donghanh.documents.tables_reading import TO_PEOPLE, TO_UNITS, ReadTable, TallyTable, ToReadTable, UnreadTable
from donghanh.documents.views import reader
from donghanh.files.queries import as_download
from donghanh.kernel.access import requires, signed_in
from donghanh.kernel.clock import now, today
from donghanh.kernel.forms import pressed
from donghanh.kernel.lists import list_page
from donghanh.kernel.parameters import parameters
from donghanh.kernel.verdict import Refused
from donghanh.organisations.choices import UnitKind
from donghanh.organisations.models import Unit
from donghanh.organisations.queries import ancestors, called, children, count_below, units_on
from donghanh.people.choices import ROLES, Right
from donghanh.people.queries import own_units

TO_DO, DONE = "can-doc", "da-doc"
MANY = 2**62


@signed_in
def to_read(request: HttpRequest) -> HttpResponse:
    """Documents that wait for this person; `?xem=da-doc`: those that they have confirmed."""
    account, day = reader(request), today()
    shown = parameters(request, xem=forms.ChoiceField(choices=[(TO_DO, ""), (DONE, "")], required=False))["xem"]
    words = {TO_DO: _("Cần đọc"), DONE: _("Đã đọc")}
    tabs = [
        {"label": label, "href": f"?xem={code}", "current": code == (shown or TO_DO)} for code, label in words.items()
    ]
    with queries.readers_of(account, on=day):
        common: dict[str, Any] = {"searched": "document__found_by", "kept": {"xem": shown}, "tabs": tabs}
        page = "documents/to_read.html"
        if shown == DONE:
            return list_page(request, queries.read_by(account), ReadTable, page, name="van-ban-da-doc", **common)
        rows = queries.to_read(account, on=day)
        return list_page(request, rows, ToReadTable, page, name="van-ban-can-doc", **common)


@signed_in
def reading(request: HttpRequest, pk: int) -> HttpResponseBase:
    """A document for whoever is asked to read it: what it is, its files, the one button. `?tep=0`: a file."""
    account, day = reader(request), today()
    with queries.readers_of(account, on=day):
        rows = queries.readable_by(account, on=day).select_related("file", "unit", "origin")
        found = get_object_or_404(rows, pk=pk)
        if request.method == "POST":
            actions.acknowledge(document=found, by=account, at=now())
            messages.success(request, _("Đã ghi: thầy cô đã đọc và hiểu %(document)s.") % {"document": found})
            return redirect("documents:to_read")
        number = parameters(request, tep=forms.IntegerField(required=False, min_value=0, max_value=99))["tep"]
        files = files_of(found)
        if number is not None:
            if number >= len(files):
                raise Http404
            return as_download(files[number])
        sees = documents_visible_to(account, on=day).filter(pk=pk).exists()
        context = {
            "document": found, "facts": facts_of(found), "files": files,
            "standing": queries.standing(account, found, on=day),
            "may_acknowledge": may_acknowledge(account, found, on=day).ok,
            "page": page_of(found) if sees else "", "crumbs": [(_("Cần đọc"), reverse("documents:to_read"))],
        }  # fmt: skip
        return render(request, "documents/reading.html", context)


@requires(Right.PUBLISH_DOCUMENTS)
def readers(request: HttpRequest, pk: int) -> HttpResponse:
    """Who has read a document and who has not, by unit or by name; publishing it, reminding, closing."""
    account, day = reader(request), today()
    with queries.readers_of(account, on=day):
        watched = queries.watched_by(account, on=day).values("document")
        seen = Q(pk__in=documents_visible_to(account, on=day).values("pk")) | Q(pk__in=watched)
        found = get_object_or_404(Document.objects.filter(seen).select_related("unit", "origin"), pk=pk)
        place = _place(request, queries.root_of(found))
        act = pressed(request)
        offered = _offered(request, place, act)
        try:
            if act and (address := _done(request, place, act, offered)):
                return redirect(address)
        except Refused as fault:
            if act not in offered:
                messages.error(request, str(fault))
                return redirect(place.address())
            form = offered[act]
            form.add_error(fault.about if fault.about in form.fields else None, str(fault))
        return _shown(request, place, offered)


@dataclass(frozen=True)
class Place:
    """What the address names: a document, one of its publications, a unit within it, the way it is shown."""

    document: Document
    publications: list[Publication]  # those that the reader watches
    publication: Publication | None
    unit: Unit | None
    shown: str

    def address(self, **more: Any) -> str:
        kept = {
            "dot": self.publication and self.publication.pk, "don_vi": self.unit and self.unit.pk, "xem": self.shown,
        }  # fmt: skip
        said = {name: value for name, value in {**kept, **more}.items() if value}
        return f"{reverse('documents:readers', args=[self.document.pk])}?{urlencode(said)}"


def _place(request: HttpRequest, document: Document) -> Place:
    account, day = reader(request), today()
    asked = parameters(
        request, dot=forms.IntegerField(required=False, min_value=1, max_value=MANY),
        don_vi=forms.IntegerField(required=False, min_value=1, max_value=MANY),
        xem=forms.ChoiceField(choices=[(TO_UNITS, ""), (TO_PEOPLE, "")], required=False),
    )  # fmt: skip
    rows = queries.watched_by(account, on=day).filter(document=document)
    begins = {one: first for one in rows if (first := queries.first_unit_watched(account, one, on=day))}
    publications = list(begins)
    if asked["dot"] is None:
        publication = publications[0] if publications else None
    elif not (publication := next((one for one in publications if one.pk == asked["dot"]), None)):
        raise Http404
    unit = None
    if publication:
        theirs = units_on(day).filter(pk__in=queries.units_watched(account, publication, on=day))
        unit = get_object_or_404(theirs, pk=asked["don_vi"] or begins[publication])
    return Place(document, publications, publication, unit, asked["xem"] or "")


def _offered(request: HttpRequest, place: Place, act: str) -> dict[str, PublishForm | CloseForm]:
    """The forms of what the reader may do, by the button that sends them; bound where theirs was pressed."""
    account, day = reader(request), today()
    data = {act: request.POST}
    offered: dict[str, PublishForm | CloseForm] = {}
    office = units_on(day).filter(pk__in=own_units(account, Right.PUBLISH_DOCUMENTS, on=day)).first()
    if office and may_publish(account, place.document, office.pk, on=day):
        kinds = {office.kind: 1} | count_below([office.pk], list(UnitKind), on=day).get(office.pk, {})
        branches = [office, *children(office.pk, on=day)]
        offered["publish"] = PublishForm(branches, kinds, day, data.get("publish"))
    if place.publication and may_close(account, place.publication, on=day):
        offered["close"] = CloseForm(data.get("close"))
    return offered


def _done(request: HttpRequest, place: Place, act: str, offered: Mapping[str, PublishForm | CloseForm]) -> str:
    """Do it, say so, and tell where to go; "" where a form is not right or nothing of the kind may be done."""
    signed: dict[str, Any] = {"by": reader(request), "at": now()}
    form = offered.get(act)
    if isinstance(form, PublishForm) and form.is_valid():
        made = actions.publish(document=place.document, office=form.office, wanted=form.wanted, **signed)
        many = queries.tally(made, made.branch_id, on=today()).asked
        said = ngettext("Đã gửi tới %(count)s người.", "Đã gửi tới %(count)s người.", many)
        messages.success(request, said % {"count": many})
        return replace(place, publication=made, unit=None).address()
    if isinstance(form, CloseForm) and form.is_valid() and place.publication:
        actions.close(publication=place.publication, remark=form.cleaned_data["remark"], **signed)
        messages.success(request, _("Đã khép. Người chưa đọc không còn được hỏi nữa."))
        return place.address()
    if act == "nudge" and place.publication and place.unit:
        many = actions.nudge(publication=place.publication, unit=place.unit, **signed).people
        said = ngettext("Đã nhắc %(count)s người.", "Đã nhắc %(count)s người.", many)
        messages.success(request, said % {"count": many})
        return place.address()
    return ""


def _shown(request: HttpRequest, place: Place, offered: Mapping[str, PublishForm | CloseForm]) -> HttpResponse:
    context: dict[str, Any] = {"offered": offered, "crumbs": [(str(place.document), page_of(place.document))]}
    if place.publication and place.unit:
        answer = _listed(request, place, place.publication, place.unit, context)
    else:
        answer = render(request, "documents/readers.html", context | {"place": place, "table": None})
    if any(form.errors for form in offered.values()):
        answer.status_code = HTTPStatus.UNPROCESSABLE_CONTENT
    return answer


def _listed(
    request: HttpRequest, place: Place, publication: Publication, unit: Unit, context: dict[str, Any]
) -> HttpResponse:
    """Counts of the units below, or the names of those who have not read."""
    day, page = today(), "documents/readers.html"
    rows = queries.tallies_below(publication, unit.pk, on=day)
    if not place.shown:
        place = replace(place, shown=TO_UNITS if any(row["pk"] for row in rows) else TO_PEOPLE)
    context = {**context, "place": place, **_of_publication(request, place, publication, unit)}
    context["crumbs"] = [*context["crumbs"], *_above(request, place, publication, unit)]
    if place.shown == TO_PEOPLE:
        names = queries.names_unread(publication, unit.pk, on=day)
        return list_page(request, names, UnreadTable, page, searched="found_by", name="chua-doc", **context)
    marked = [{**row, "publication": publication.pk} for row in rows]
    return list_page(request, marked, TallyTable, page, searched="name", name="da-doc", **context)


def _of_publication(request: HttpRequest, place: Place, publication: Publication, unit: Unit) -> dict[str, Any]:
    day = today()
    offices = called({one.office_id for one in place.publications}, on=day)
    words = ((TO_UNITS, _("Theo đơn vị")), (TO_PEOPLE, _("Người chưa đọc")))
    return {
        "publication": publication, "unit": unit, "office": offices[publication.office_id],
        "tally": queries.tally(publication, unit.pk, on=day),
        "nameless": queries.tally(publication, unit.pk, on=day, nameless=True),
        "roles": [ROLES[code].name for code in ROLES if code in publication.roles],
        "may_nudge": may_nudge(reader(request), publication, unit.pk, on=day),
        "nudges": publication.nudges.filter(unit=unit.pk).order_by("-on")[:5],
        "others": [
            (one, offices[one.office_id], place.address(dot=one.pk, don_vi="", xem=""))
            for one in place.publications if one != publication
        ],
        "tabs": [
            {"label": label, "href": place.address(xem=code), "current": code == place.shown} for code, label in words
        ],
        "kept": {"dot": publication.pk, "don_vi": unit.pk, "xem": place.shown},
    }  # fmt: skip


def _above(request: HttpRequest, place: Place, publication: Publication, unit: Unit) -> list[tuple[str, str]]:
    theirs = set(queries.units_watched(reader(request), publication, on=today()).values_list("descendant", flat=True))
    above = [one for one in reversed(ancestors(unit.pk, on=today())) if one.pk in theirs]
    return [(one.name, place.address(don_vi=one.pk, xem=TO_UNITS)) for one in above]

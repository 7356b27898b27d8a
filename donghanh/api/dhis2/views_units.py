"""The tree, and every list of metadata; who one is and what answers here."""

from __future__ import annotations

from http import HTTPStatus
from typing import Any

from django.http import HttpRequest, HttpResponseBase
from django.utils.translation import gettext as _

from donghanh.api.choices import Scope
from donghanh.api.dhis2.bodies import body_of
from donghanh.api.dhis2.callers import Caller
from donghanh.api.dhis2.catalogue import Catalogue
from donghanh.api.dhis2.choices import Code, IdentityKind
from donghanh.api.dhis2.described import Described
from donghanh.api.dhis2.doors import last_words, opens, shape_sent, told, truth
from donghanh.api.dhis2.entries import as_json
from donghanh.api.dhis2.faults import Fault
from donghanh.api.dhis2.fields import Ref, shown
from donghanh.api.dhis2.identifiers import Identities
from donghanh.api.dhis2.listing import ListAsked, chosen, cut, cut_rows, page_of
from donghanh.api.dhis2.metadata import exported, take_metadata
from donghanh.api.dhis2.units import PLURAL, Drawn, family, units_chosen, units_visible_to
from donghanh.kernel.clock import now, today
from donghanh.organisations.queries import named
from donghanh.people.choices import Right
from donghanh.people.queries import held, rights_of

VERSION = "2.42.0"  # whose shapes these are
NAME = "Đồng Hành (không phải DHIS2: cửa tương thích với DHIS2)"


@opens(GET=Scope.READ_UNITS)
def units(request: HttpRequest, caller: Caller) -> HttpResponseBase:
    """Organisation units: fields, filter, order, query, level, pages."""
    asked, on, ids = ListAsked.read(request.GET), today(), Identities()
    rows = units_chosen(units_visible_to(caller, on=on), asked, ids, on=on)
    if asked.truth("userOnly") or asked.truth("userDataViewOnly"):
        rows = rows.filter(pk__in=[row.unit_id for row in held(caller.account, on=on)])
    total = rows.count()
    drawn = Drawn(ids, on=on).draw(cut_rows(rows, asked), asked.fields)
    return told({**page_of([], asked, request.build_absolute_uri(request.path), total=total), PLURAL: drawn})


@opens(GET=Scope.READ_UNITS)
def unit(request: HttpRequest, caller: Caller, uid: str) -> HttpResponseBase:
    """One unit, or the units around it that the parameters ask."""
    asked, on, ids = ListAsked.read(request.GET, "*"), today(), Identities()
    found = units_visible_to(caller, on=on).filter(pk=ids.unit_of(uid) or 0).first()
    if found is None:
        raise _not_found("OrganisationUnit", uid)
    around = family(found, asked, caller, on=on)
    if around is not None:
        return told({PLURAL: Drawn(ids, on=on).draw(around, asked.fields)})
    return told(Drawn(ids, on=on).draw([found], asked.fields)[0])


@opens(GET=Scope.READ_FORMS)
def objects(request: HttpRequest, caller: Caller, kind: str) -> HttpResponseBase:  # noqa: ARG001  # public definitions
    """A list of one kind of metadata."""
    asked = ListAsked.read(request.GET, "name" if kind == "periodTypes" else "id,displayName")
    described = Described(Catalogue(), on=today())
    found = chosen(described.kinds[kind](), asked)
    page = [shown(one, asked.fields, described.open) for one in cut(found, asked)]
    return told({**page_of(found, asked, request.build_absolute_uri(request.path)), kind: page})


@opens(GET=Scope.READ_FORMS)
def one_object(request: HttpRequest, caller: Caller, kind: str, uid: str) -> HttpResponseBase:  # noqa: ARG001  # the same
    """One object of metadata."""
    described = Described(Catalogue(), on=today())
    found = described.open(Ref(kind, uid))
    if found is None:
        raise _not_found(kind.rstrip("s").title(), uid)
    return told(shown(found, ListAsked.read(request.GET, "*").fields, described.open))


@opens(GET=Scope.READ_FORMS, POST=Scope.MANAGE_METADATA)
def metadata(request: HttpRequest, caller: Caller) -> HttpResponseBase:
    """All metadata out, or a file of it in."""
    words = last_words(request.GET)
    if request.method == "GET":
        described = Described(Catalogue(), on=today())
        wanted = {name: word.lower() == "true" for name, word in words.items()}
        system = {"system": {"version": VERSION, "systemName": NAME, "date": now().isoformat(timespec="seconds")}}
        return told(system | exported(described, wanted))
    if shape_sent(request) != "json":
        raise Fault(HTTPStatus.UNSUPPORTED_MEDIA_TYPE, _("Siêu dữ liệu chỉ nhận JSON."))
    dry = words.get("importMode", "COMMIT").upper() == "VALIDATE" or truth(words, "dryRun")
    body = take_metadata(document=as_json(body_of(request)), dry_run=dry, caller=caller, at=now())
    return told(body, body["httpStatusCode"])


@opens(GET=None)
def me(request: HttpRequest, caller: Caller) -> HttpResponseBase:
    """The account behind the request."""
    on, ids, account = today(), Identities(), caller.account
    own = named([row.unit_id for row in held(account, on=on)], on=on)
    places = [{"id": ids.unit_uid(unit), "name": name, "displayName": name} for unit, name in own.items()]
    figures = set(caller.own(Right.READ_FIGURES, on=on))
    seen = [place for unit, place in zip(own, places, strict=True) if unit in figures]
    body: dict[str, Any] = {
        "id": ids.uid(IdentityKind.ACCOUNT, account.username),
        "username": account.username,
        "name": str(account),
        "displayName": str(account),
        "authorities": sorted(right for right in rights_of(account, on=on) if caller.carries(right)),
        "organisationUnits": places,
        "dataViewOrganisationUnits": seen,
        "teiSearchOrganisationUnits": [],
        "settings": {"keyUiLocale": "vi", "keyDbLocale": "vi"},
    }
    asked = ListAsked.read(request.GET, "*")
    return told(shown(body, asked.fields, lambda _ref: None) if request.GET else body)


@opens(GET=None)
def system_info(request: HttpRequest, caller: Caller) -> HttpResponseBase:  # noqa: ARG001  # the same for everyone
    """What a client library asks first."""
    address = request.build_absolute_uri("/").rstrip("/")
    return told({
        "version": VERSION, "revision": "donghanh", "systemName": NAME, "serverDate": now().isoformat(),
        "contextPath": address, "instanceBaseUrl": address, "calendar": "iso8601", "dateFormat": "yyyy-mm-dd",
        "serverTimeZoneId": "Asia/Ho_Chi_Minh",
    })  # fmt: skip


def _not_found(class_: str, uid: str) -> Fault:
    sentence = _("%(class)s “%(uid)s” không có ở đây, hoặc ngoài phạm vi của khóa truy cập.")
    return Fault(HTTPStatus.NOT_FOUND, sentence % {"class": class_, "uid": uid}, Code.NOT_FOUND)

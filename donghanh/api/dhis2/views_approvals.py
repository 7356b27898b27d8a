"""Complete data sets and approvals."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from http import HTTPStatus
from itertools import product
from typing import Any

from django.http import HttpRequest, HttpResponse, HttpResponseBase, QueryDict
from django.utils.translation import gettext as _

from donghanh.api.choices import Scope
from donghanh.api.dhis2 import completing
from donghanh.api.dhis2.bodies import body_of
from donghanh.api.dhis2.callers import Caller
from donghanh.api.dhis2.catalogue import Catalogue
from donghanh.api.dhis2.choices import Code
from donghanh.api.dhis2.completing import Named
from donghanh.api.dhis2.doors import last_words, opens, shape_sent, told, truth
from donghanh.api.dhis2.entries import as_json, unreadable
from donghanh.api.dhis2.faults import Fault, conflict
from donghanh.api.dhis2.identifiers import Schemes
from donghanh.api.dhis2.queries import completed
from donghanh.api.dhis2.views import wanted_of
from donghanh.kernel.clock import now, today

LONGEST_REASON = 1000


@opens(GET=Scope.READ_REPORTS, POST=Scope.WRITE_REPORTS, DELETE=Scope.WRITE_REPORTS)
def registrations(request: HttpRequest, caller: Caller) -> HttpResponseBase:
    """Complete data sets: sendings that stand, sending, taking back."""
    words = last_words(request.GET)
    if request.method == "GET":
        catalogue = Catalogue()
        wanted = wanted_of(request.GET, catalogue, Schemes.read(words))
        found = completing.registrations(completed(wanted, caller, on=today()), catalogue, on=today())
        return told({"completeDataSetRegistrations": found})
    if request.method == "DELETE":
        named = [Named(words.get("ds", ""), words.get("pe", ""), words.get("ou", ""), words.get("cc", ""))]
        completing.uncomplete(named=named, caller=caller, at=now())
        return HttpResponse(status=HTTPStatus.NO_CONTENT)
    body = _document(request)
    some = [
        Named(
            _text(one, "dataSet"), _text(one, "period"), _text(one, "organisationUnit"),
            _text(one, "attributeOptionCombo"), one.get("completed") is not False,
        )
        for one in _list(body, "completeDataSetRegistrations")
    ]  # fmt: skip
    dry = truth(words, "dryRun")
    summary = completing.complete(named=some, schemes=Schemes.read(words), dry_run=dry, caller=caller, at=now())
    return told(summary.body, summary.status)


@opens(GET=Scope.READ_REPORTS, POST=Scope.REVIEW_REPORTS, DELETE=Scope.REVIEW_REPORTS)
def approval(request: HttpRequest, caller: Caller) -> HttpResponseBase:
    """One report: its state, accepting it, opening it again."""
    asked = _asked(request.GET)
    if not asked:
        raise conflict(_("Cần wf (hoặc ds), pe và ou."), Code.NOTHING_CHOSEN)
    named = asked[0]
    if request.method == "GET":
        return told(completing.approvals([named], caller, on=today())[named].body)
    if request.method == "POST":
        completing.approve(named=[named], caller=caller, at=now())
    else:
        completing.unapprove(named=[named], caller=caller, at=now(), reason=_reason(request.GET))
    return HttpResponse(status=HTTPStatus.NO_CONTENT)


@opens(GET=Scope.READ_REPORTS)
def multiple(request: HttpRequest, caller: Caller) -> HttpResponseBase:
    """The states of several: every workflow × period × unit that is named."""
    return _states(_asked(request.GET), caller)


@opens(GET=Scope.READ_REPORTS, POST=Scope.REVIEW_REPORTS)
def approve_many(request: HttpRequest, caller: Caller) -> HttpResponseBase:
    """Several reports accepted at once, all or none."""
    if request.method == "GET":
        return _states(_asked(request.GET), caller)
    completing.approve(named=_of_body(request), caller=caller, at=now())
    return HttpResponse(status=HTTPStatus.NO_CONTENT)


@opens(POST=Scope.REVIEW_REPORTS)
def unapprove_many(request: HttpRequest, caller: Caller) -> HttpResponseBase:
    """Several reports opened again, all or none."""
    completing.unapprove(named=_of_body(request), caller=caller, at=now(), reason=_reason(request.GET))
    return HttpResponse(status=HTTPStatus.NO_CONTENT)


def _states(named: list[Named], caller: Caller) -> HttpResponseBase:
    found = completing.approvals(named, caller, on=today())
    return told([
        {"wf": one.data_set, "pe": one.period, "ou": one.unit, "aoc": one.attributes or "HllvX50cXC0",
         "state": state.body["state"], "permissions": state.body}
        for one, state in found.items()
    ])  # fmt: skip


def _asked(said: QueryDict) -> list[Named]:
    lists = {name: [word for text in said.getlist(name) for word in text.split(",") if word] for name in said}
    forms = lists.get("wf", []) or lists.get("ds", [])
    return _within(Named(*some) for some in product(forms, lists.get("pe", []), lists.get("ou", [])))


def _of_body(request: HttpRequest) -> list[Named]:
    body = _document(request)
    forms = [str(word) for word in (_list(body, "wf", dict_=False) or _list(body, "ds", dict_=False))]
    periods = [str(word) for word in _list(body, "pe", dict_=False)]
    places = [(_text(one, "ou"), _text(one, "aoc")) for one in _list(body, "approvals")]
    named = _within(Named(form, period, *place) for form, period, place in product(forms, periods, places))
    if not named:
        raise conflict(_("Cần wf, pe và approvals."), Code.NOTHING_CHOSEN)
    return named


def _within(named: Iterable[Named]) -> list[Named]:
    found = []
    for one in named:
        found.append(one)
        if len(found) > completing.MOST_REPORTS:
            sentence = _("Một lần nhận nhiều nhất %(most)s báo cáo. Xin chia thành nhiều lần.")
            raise Fault(HTTPStatus.REQUEST_ENTITY_TOO_LARGE, sentence % {"most": completing.MOST_REPORTS})
    return found


def _reason(said: QueryDict) -> str:
    return last_words(said).get("reason", "")[:LONGEST_REASON]


def _document(request: HttpRequest) -> dict[str, Any]:
    if shape_sent(request) != "json":
        raise Fault(HTTPStatus.UNSUPPORTED_MEDIA_TYPE, _("Địa chỉ này chỉ nhận JSON."))
    body = as_json(body_of(request))
    if not isinstance(body, dict):
        raise unreadable(_("Cần một đối tượng JSON."))
    return body


def _list(body: Mapping[str, Any], name: str, *, dict_: bool = True) -> list[Any]:
    found = body.get(name, [])
    if not isinstance(found, list) or (dict_ and not all(isinstance(one, dict) for one in found)):
        raise unreadable(_("“%(name)s” phải là một danh sách.") % {"name": name})
    return found


def _text(one: Mapping[str, Any], name: str) -> str:
    return str(one.get(name) or "")[:230]

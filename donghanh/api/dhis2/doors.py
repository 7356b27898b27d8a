"""How a view of these doors is opened, what it is asked in, and how it answers."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from http import HTTPStatus
from typing import Any

from django.http import HttpRequest, HttpResponse, HttpResponseBase, JsonResponse, QueryDict
from django.utils.translation import gettext as _

from donghanh.api import door
from donghanh.api.choices import Scope
from donghanh.api.dhis2.callers import Caller
from donghanh.api.dhis2.choices import OLDER_NAMES, Code, Strategy
from donghanh.api.dhis2.faults import conflict, drawn
from donghanh.api.problems import Problem
from donghanh.api.queries import Caller as Known
from donghanh.people.choices import Right

RIGHTS: Mapping[str, tuple[Right, ...]] = {  # what each scope of a key lets through here
    Scope.READ_UNITS: (Right.READ_UNITS,),
    Scope.READ_FIGURES: (Right.READ_FIGURES,),
    Scope.READ_REPORTS: (Right.READ_REPORTS,),
    Scope.WRITE_REPORTS: (Right.FILL_REPORTS, Right.FILL_FOR_UNITS),
    Scope.REVIEW_REPORTS: (Right.REVIEW_REPORTS, Right.REOPEN_REPORTS),
    Scope.MANAGE_METADATA: (Right.MANAGE_FORMS,),
}
TYPES = {  # content types → short names
    "application/json": "json", "application/xml": "xml", "text/xml": "xml", "application/adx+xml": "adx",
    "application/csv": "csv", "text/csv": "csv", "application/vnd.ms-excel": "xlsx",
    "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet": "xlsx",
}  # fmt: skip
ANSWERS = {
    "xml": "application/xml; charset=utf-8", "adx": "application/adx+xml; charset=utf-8",
    "csv": "text/csv; charset=utf-8",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
}  # fmt: skip


def _draw(_request: HttpRequest, problem: Problem) -> HttpResponseBase:
    return told(drawn(problem), problem.status, headers=problem.headers)


def opens(**methods: Scope | None) -> Callable[..., Callable[..., HttpResponseBase]]:
    """`door.opens` with DHIS2's shape of refusals; the view gets our narrower Caller."""

    def mark(view: Callable[..., HttpResponseBase]) -> Callable[..., HttpResponseBase]:
        def narrowed(request: HttpRequest, known: Known, *args: Any, **kwargs: Any) -> HttpResponseBase:
            return view(request, caller_of(known), *args, **kwargs)

        narrowed.__name__, narrowed.__doc__, narrowed.__module__ = view.__name__, view.__doc__, view.__module__
        return door.opens(draw=_draw, **methods)(narrowed)

    return mark


def caller_of(known: Known) -> Caller:
    """Account, reach and rights of whoever came to the door."""
    rights = frozenset[str]().union(*(RIGHTS.get(scope, ()) for scope in known.scopes))
    unit = known.token.unit_id if known.token else None
    return Caller(known.account, unit, rights if known.token else None)


def told(body: Any, status: int = HTTPStatus.OK, *, headers: Mapping[str, str] | None = None) -> JsonResponse:
    """JSON as DHIS2 writes it."""
    parameters = {"ensure_ascii": False}
    return JsonResponse(body, status=status, safe=False, json_dumps_params=parameters, headers=dict(headers or {}))


def written(content: str | bytes, shape: str) -> HttpResponse:
    """One of the other shapes."""
    return HttpResponse(content, content_type=ANSWERS[shape])


def shape_wanted(request: HttpRequest, ending: str | None, *shapes: str) -> str:
    """By the address's ending, else by Accept; JSON where neither says."""
    if ending:
        return ending if ending in shapes else "json"
    wanted = (
        TYPES.get(part.partition(";")[0].strip().lower()) for part in request.headers.get("Accept", "").split(",")
    )
    return next((shape for shape in wanted if shape in shapes), "json")


def shape_sent(request: HttpRequest) -> str:
    """What the body is, by its content type; JSON where it does not say."""
    return TYPES.get((request.content_type or "").lower(), "json")


def last_words(said: QueryDict) -> dict[str, str]:
    """Every parameter with its last word."""
    return {name: said.getlist(name)[-1] for name in said}


def truth(words: Mapping[str, str], name: str) -> bool:
    return words.get(name, "").lower() == "true"


def strategy_of(words: Mapping[str, str]) -> Strategy:
    """`importStrategy` (or `strategy`), under old names too."""
    word = (words.get("importStrategy") or words.get("strategy") or Strategy.CREATE_AND_UPDATE).upper()
    if word in OLDER_NAMES:
        return OLDER_NAMES[word]
    try:
        return Strategy(word)
    except ValueError:
        sentence = _("importStrategy “%(word)s” không dùng được.") % {"word": word[:30]}
        raise conflict(sentence, Code.NOT_READABLE) from None

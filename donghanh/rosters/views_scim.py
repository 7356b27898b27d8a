"""SCIM 2.0 for other programmes: a unit's people and classes, to read with a key (docs/scim.md)."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from http import HTTPStatus
from typing import Any

from django.core.cache import cache
from django.db.models import QuerySet
from django.http import HttpRequest, JsonResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import csrf_exempt

from donghanh.kernel import rows
from donghanh.kernel.access import public
from donghanh.kernel.address import address_of
from donghanh.kernel.clock import now, today
from donghanh.rosters import actions_scim, queries_scim, scim
from donghanh.rosters.forms import ScimForm
from donghanh.rosters.models import ScimToken
from donghanh.rosters.rules import may_use_token
from donghanh.rosters.scim import Fault, Resource

MOST_WRONG = 100  # keys nobody made, from one address, until a quarter of an hour has passed without one
WINDOW = 15 * 60  # seconds
USER_FIELDS, GROUP_FIELDS = ("userName", "externalId", "active"), ("displayName",)
LONGEST_ID = 18  # digits: a bigint

type Answer = Callable[..., Resource]


def answers(view: Answer) -> Callable[..., JsonResponse]:
    """A view of the service: the key first; then reading alone, while the database shows the key's unit and no more."""

    @wraps(view)
    def checked(request: HttpRequest, **place: str) -> JsonResponse:
        try:
            token = _token(request)
            _only_reading(request)
            with rows.reader(account=None, offices=[token.unit_id], day=today()):
                return _said(view(request, token, **place), HTTPStatus.OK)
        except Fault as fault:
            answer = _said(fault.body, fault.status)
            if fault.status == HTTPStatus.UNAUTHORIZED:
                answer["WWW-Authenticate"] = 'Bearer realm="scim"'
            if fault.status == HTTPStatus.TOO_MANY_REQUESTS:
                answer["Retry-After"] = str(WINDOW)
            return answer

    return public(csrf_exempt(never_cache(checked)))  # type: ignore[return-value]  # it is `checked` with its marks


def _only_reading(request: HttpRequest) -> None:
    if request.method not in ("GET", "HEAD"):
        raise Fault(HTTPStatus.NOT_IMPLEMENTED, _("Dịch vụ này chỉ cho đọc, không nhận thay đổi."))


def _said(body: Resource, status: HTTPStatus) -> JsonResponse:
    return JsonResponse(body, status=status, content_type="application/scim+json")


def _token(request: HttpRequest) -> ScimToken:
    """The key that the request carries, if it opens."""
    scheme, _space, secret = request.headers.get("Authorization", "").partition(" ")
    if scheme.lower() != "bearer" or not secret.strip():
        raise Fault(HTTPStatus.UNAUTHORIZED, _("Yêu cầu thiếu mã kết nối (Authorization: Bearer …)."))
    guesses = f"rosters.scim:{address_of(request)}"
    if cache.get(guesses, 0) >= MOST_WRONG:
        raise Fault(HTTPStatus.TOO_MANY_REQUESTS, _("Có quá nhiều mã kết nối sai từ mạng này. Chờ 15 phút."))
    token = queries_scim.token_of(actions_scim.digest_of(secret.strip()), on=today())
    if token is None:
        cache.set(guesses, cache.get(guesses, 0) + 1, WINDOW)
        raise Fault(HTTPStatus.UNAUTHORIZED, _("Mã kết nối không đúng."))
    if not (verdict := may_use_token(token, on=today())):
        raise Fault(HTTPStatus.UNAUTHORIZED, verdict.reason)
    actions_scim.note_use(token=token, at=now())
    found: ScimToken = token
    return found


def _asked(request: HttpRequest) -> dict[str, Any]:
    """The parameters of a list; Fault where one makes no sense."""
    form = ScimForm(request.GET)
    if not form.is_valid():
        fields = ", ".join(form.errors)
        raise Fault(
            HTTPStatus.BAD_REQUEST, _("Tham số không đọc được: %(fields)s.") % {"fields": fields}, "invalidValue"
        )
    return form.cleaned_data


def _base(request: HttpRequest) -> str:
    """The service's own address, without a stroke at its end."""
    return request.build_absolute_uri(reverse("scim:users")).removesuffix("/Users")


def _page(asked: dict[str, Any], found: QuerySet[Any], draw: Callable[[list[Any]], list[Resource]]) -> Resource:
    """The page that was asked for; only what stands on it is drawn."""
    start, count = asked["startIndex"], asked["count"]
    shown = draw(list(found[start - 1 : start - 1 + count])) if count else []
    return scim.listing(_trimmed(asked, shown), total=found.count(), start=start)


def _trimmed(asked: dict[str, Any], resources: list[Resource]) -> list[Resource]:
    wanted, unwanted = asked["attributes"], asked["excludedAttributes"]
    return [scim.only(one, wanted=wanted, unwanted=unwanted) for one in resources]


def _one(request: HttpRequest, pk: str, found: QuerySet[Any], draw: Callable[[list[Any]], list[Resource]]) -> Resource:
    row = found.filter(pk=int(pk)).first() if pk.isascii() and pk.isdecimal() and len(pk) <= LONGEST_ID else None
    if row is None:
        raise _not_found()
    return _trimmed(_asked(request), draw([row]))[0]


def _not_found() -> Fault:
    return Fault(HTTPStatus.NOT_FOUND, _("Không có ở đây, hoặc ngoài phạm vi của mã kết nối."))


# ── people and classes ──


@answers
def users(request: HttpRequest, token: ScimToken) -> Resource:
    """Learners and staff of the key's unit and all below it."""
    asked, unit, day = _asked(request), token.unit_id, today()
    found = queries_scim.people(unit, on=day)
    if wanted := scim.read_filter(asked["filter"], USER_FIELDS):
        found = queries_scim.people_where(found, unit, field=wanted[0], value=wanted[1], on=day)
    return _page(asked, found, _users(request, token))


@answers
def user(request: HttpRequest, token: ScimToken, pk: str) -> Resource:
    """One of them."""
    return _one(request, pk, queries_scim.people(token.unit_id, on=today()), _users(request, token))


def _users(request: HttpRequest, token: ScimToken) -> Callable[[list[Any]], list[Resource]]:
    base = _base(request)
    return lambda accounts: [
        scim.user(person, base=base) for person in queries_scim.persons(accounts, token.unit_id, on=today())
    ]


@answers
def groups(request: HttpRequest, token: ScimToken) -> Resource:
    """Classes of the key's unit and all below it, with their learners."""
    asked = _asked(request)
    wanted = scim.read_filter(asked["filter"], GROUP_FIELDS)
    name = str(wanted[1]) if wanted else None
    return _page(asked, queries_scim.groups(token.unit_id, on=today(), name=name), _groups(request, token))


@answers
def group(request: HttpRequest, token: ScimToken, pk: str) -> Resource:
    """One of them."""
    return _one(request, pk, queries_scim.groups(token.unit_id, on=today()), _groups(request, token))


def _groups(request: HttpRequest, token: ScimToken) -> Callable[[list[Any]], list[Resource]]:
    base = _base(request)

    def draw(classes: list[Any]) -> list[Resource]:
        members = queries_scim.members([one.pk for one in classes], token.unit_id, on=today())
        return [scim.group(one, members[one.pk], base=base) for one in classes]

    return draw


# ── what the service says of itself ──


@answers
def service(request: HttpRequest, token: ScimToken) -> Resource:  # noqa: ARG001  # who asks makes no difference
    _no_filter(request)
    return scim.service(base=_base(request))


@answers
def resource_types(request: HttpRequest, token: ScimToken, pk: str = "") -> Resource:  # noqa: ARG001  # as above
    return _of_the_service(request, scim.resource_types(base=_base(request)), pk)


@answers
def schemas(request: HttpRequest, token: ScimToken, pk: str = "") -> Resource:  # noqa: ARG001  # as above
    return _of_the_service(request, scim.schemas(base=_base(request)), pk)


def _of_the_service(request: HttpRequest, known: dict[str, Resource], pk: str) -> Resource:
    _no_filter(request)
    if not pk:
        return scim.listing(list(known.values()), total=len(known), start=1)
    if pk not in known:
        raise _not_found()
    return known[pk]


def _no_filter(request: HttpRequest) -> None:
    if _asked(request)["filter"]:  # RFC 7644, section 4
        raise Fault(HTTPStatus.FORBIDDEN, _("Không lọc được ở đây."))


@answers
def elsewhere(request: HttpRequest, token: ScimToken, rest: str) -> Resource:  # noqa: ARG001  # as above
    """Every other address of the standard (Me, Bulk, .search): not there, and said in its own words."""
    raise _not_found()

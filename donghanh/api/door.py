"""Who comes to a door for programmes: by a key, by user name and password, or in a page while signed in.

`Authorization: ApiToken <key>` (as DHIS2), `Bearer <key>`, or `Basic`; who is signed in to the pages may read by GET.
A view of a door is marked by `@opens`, an operation of ninja by `operations.operation`: both ask `admit`.
"""

from __future__ import annotations

import base64
import binascii
import math
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from functools import wraps
from hashlib import sha256
from http import HTTPStatus
from threading import Lock
from typing import Any

from django.conf import settings
from django.contrib.auth import authenticate
from django.core.cache import cache
from django.core.exceptions import RequestDataTooBig
from django.db import OperationalError, connection, transaction
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.utils import translation
from django.utils.cache import get_conditional_response, patch_cache_control, patch_vary_headers
from django.utils.http import quote_etag
from django.utils.translation import gettext as _
from django.views.decorators.csrf import csrf_exempt

from donghanh.api import actions, problems, rules
from donghanh.api.choices import Scope
from donghanh.api.problems import AGAIN_IN, Problem
from donghanh.api.queries import Caller, token_of
from donghanh.kernel.access import public
from donghanh.kernel.address import address_of
from donghanh.kernel.clock import now, today
from donghanh.kernel.verdict import Refused
from donghanh.people.actions import note_failure
from donghanh.people.rules import may_try_to_sign_in
from donghanh.statistics.queries import FactsNotReady, FactsTooSlow, TooMany

type Draw = Callable[[HttpRequest, Problem], HttpResponseBase]

MOST_WRONG = 100  # keys nobody made, from one address, until a quarter of an hour has passed without one
WINDOW = 15 * 60  # seconds
A_SECOND, AT_ONCE = 10, 300  # requests of one key: on average, and in a burst; each process counts for itself
MOST_COUNTED = 10_000  # keys
MOST_SECONDS = 20.0  # of one query behind a question
READING = frozenset({"GET", "HEAD", "OPTIONS"})
CHALLENGE = {"WWW-Authenticate": 'ApiToken realm="donghanh", Bearer realm="donghanh"'}  # Basic makes browsers ask


# ── who ──


def admit(request: HttpRequest, scope: Scope | None) -> Caller:
    """Whoever asks, if they may use `scope` somewhere (None: whoever is known); Problem 401, 403 or 429 if not."""
    scheme, _space, said = request.headers.get("Authorization", "").partition(" ")
    if not scheme:
        caller = _signed_in(request)
    elif scheme.lower() in ("apitoken", "bearer"):
        caller = _by_token(request, said.strip())
    elif scheme.lower() == "basic":
        caller = _by_password(request, said.strip())
    else:
        raise _unknown(_("Cách xưng danh này không dùng được ở đây: ApiToken, Bearer hoặc Basic."))
    if wait := RATES.wait(caller.key, time.monotonic()):
        raise _too_often(_("Khóa này gửi yêu cầu quá nhanh. Chờ một chút rồi gửi tiếp."), wait)
    if scope is not None:
        _check(caller, scope)
    request.caller = caller  # type: ignore[attr-defined]  # views read it from here
    return caller


def _check(caller: Caller, scope: Scope) -> None:
    if scope not in caller.scopes:
        code, sentence = "scope", _("Khóa truy cập này không gồm việc “%(scope)s”.")
    elif not caller.may(scope):
        code, sentence = "right", _("Chủ khóa hiện không có quyền làm việc “%(scope)s”.")
    else:
        return
    raise Problem(HTTPStatus.FORBIDDEN, sentence % {"scope": scope.value}, code=code, scope=scope.value)


def _unknown(sentence: str) -> Problem:
    return Problem(HTTPStatus.UNAUTHORIZED, sentence, headers=CHALLENGE)


def _too_often(sentence: str, wait: int) -> Problem:
    return Problem(HTTPStatus.TOO_MANY_REQUESTS, sentence, headers={"Retry-After": str(wait)})


def _signed_in(request: HttpRequest) -> Caller:
    """A session opens for reading alone: what another site makes a browser send can change nothing."""
    if request.method not in READING or not request.user.is_authenticated:
        raise _unknown(_("Yêu cầu thiếu khóa truy cập (Authorization: ApiToken …)."))
    return Caller(request.user, today())


def _by_token(request: HttpRequest, secret: str) -> Caller:
    guesses = f"api.token:{address_of(request)}"
    if cache.get(guesses, 0) >= MOST_WRONG:
        raise _too_often(_("Có quá nhiều khóa sai từ mạng này. Chờ 15 phút."), WINDOW)
    token = token_of(actions.digest_of(secret))
    if token is None:
        cache.set(guesses, cache.get(guesses, 0) + 1, WINDOW)
        raise _unknown(_("Khóa truy cập không đúng."))
    if not (verdict := rules.may_use_token(token, on=today())):
        raise _unknown(verdict.reason)
    actions.note_use(token=token, at=now())
    return Caller(token.account, today(), frozenset(token.scopes), token)


def _by_password(request: HttpRequest, said: str) -> Caller:
    """Through the same throttle as the sign-in page; nothing is said of an account before its password was right."""
    try:
        username, _colon, password = base64.b64decode(said, validate=True).decode().partition(":")
    except (binascii.Error, UnicodeDecodeError):
        raise _unknown(_("Phần Authorization: Basic không đọc được.")) from None
    typed = {"username": username, "address": address_of(request)}
    if not (verdict := may_try_to_sign_in(**typed, at=now())):
        raise _too_often(verdict.reason, WINDOW)
    account = None if "\0" in username else authenticate(request, username=username, password=password)
    if account is None:
        note_failure(**typed, at=now())
        raise _unknown(_("Tên đăng nhập hoặc mật khẩu chưa đúng."))
    if not (verdict := rules.may_come_by_password(account, on=today())):
        raise Problem(HTTPStatus.FORBIDDEN, verdict.reason, code="second_factor")
    return Caller(account, today())


class Rates:
    """A bucket a key that fills with A_SECOND a second up to AT_ONCE; in this process alone."""

    def __init__(self) -> None:
        self.lock = Lock()
        self.left: dict[str, tuple[float, float]] = {}  # key → requests left, as of this moment

    def wait(self, key: str, moment: float) -> int:
        """Takes one request; 0 if there was one, else the seconds until there is one again."""
        with self.lock:
            left, since = self.left.pop(key, (AT_ONCE, moment))
            left = min(AT_ONCE, left + (moment - since) * A_SECOND)
            self.left[key] = (left - 1 if left >= 1 else left, moment)  # whoever used one last stands last
            while len(self.left) > MOST_COUNTED:
                del self.left[next(iter(self.left))]
        return 0 if left >= 1 else math.ceil((1 - left) / A_SECOND)


RATES = Rates()


# ── how a door speaks ──


def spoken(view: Callable[..., HttpResponseBase], *, draw: Draw = problems.draw) -> Callable[..., HttpResponseBase]:
    """A view of a door: in the language the programme asks for, every refusal in the door's shape, nothing cached.

    It asks for no CSRF token: a session alone changes nothing here.
    """

    @wraps(view)
    def answered(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        with translation.override(language := _language(request)):
            try:
                answer = view(request, *args, **kwargs)
            except Exception as fault:
                if (problem := problem_of(fault)) is None:
                    raise
                answer = draw(request, problem)
        if request.method in READING and answer.status_code == HTTPStatus.OK:
            answer = _if_changed(request, answer)
        answer.headers.setdefault("Content-Language", language)
        patch_vary_headers(answer, ("Accept-Language", "Authorization", "Cookie"))
        if not answer.has_header("Cache-Control"):
            patch_cache_control(answer, private=True, no_cache=True)
        return answer

    return public(csrf_exempt(answered))


def _if_changed(request: HttpRequest, answer: HttpResponseBase) -> HttpResponseBase:
    """304 without a body where the programme holds this very answer."""
    if not isinstance(answer, HttpResponse):
        return answer
    etag = quote_etag(sha256(answer.content).hexdigest()[:32])
    answer.headers.setdefault("ETag", etag)
    kept: HttpResponseBase | None = get_conditional_response(request, etag=etag, response=answer)
    return kept if kept is not None else answer


def _language(request: HttpRequest) -> str:
    """Of the two that we speak the one that stands first in Accept-Language; Vietnamese where it names neither."""
    known = dict(settings.LANGUAGES)
    wishes = []
    for place, part in enumerate(request.headers.get("Accept-Language", "")[:200].split(",")):
        tag, _semicolon, weight = part.strip().partition(";q=")
        try:
            wishes.append((-float(weight or 1), place, tag.lower().partition("-")[0]))
        except ValueError:
            continue
    return next((tag for _weight, _place, tag in sorted(wishes) if tag in known), settings.LANGUAGE_CODE)


@contextmanager
def bounded() -> Iterator[None]:
    """Every query within gives up after MOST_SECONDS, and the programme is told so."""
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SELECT set_config('statement_timeout', %s, true)", [f"{MOST_SECONDS * 1000:.0f}"])
        yield


def problem_of(fault: Exception) -> Problem | None:
    """What a programme is told of a refusal from below; None for what is a fault of ours."""
    found: Problem | None = None
    again = {"Retry-After": str(AGAIN_IN)}
    match fault:
        case Problem():
            found = fault
        case Refused():
            found = Problem(HTTPStatus.CONFLICT, str(fault), code="refused")
        case TooMany():
            found = Problem(HTTPStatus.REQUEST_ENTITY_TOO_LARGE, str(fault), code="too_many", size=fault.size)
        case RequestDataTooBig():
            sentence = _("Nội dung gửi lên quá lớn. Chia thành nhiều lần.")
            found = Problem(HTTPStatus.REQUEST_ENTITY_TOO_LARGE, sentence, code="too_large")
        case Http404():
            found = problems.not_found()
        case FactsNotReady() | FactsTooSlow():
            sentence = _("Số liệu đang được tính lại hoặc quá nhiều. Thử lại sau ít giây.")
            found = Problem(HTTPStatus.SERVICE_UNAVAILABLE, sentence, headers=again)
        case OperationalError() if "statement timeout" in str(fault):
            sentence = _("Yêu cầu này mất quá nhiều thời gian.")
            found = Problem(HTTPStatus.SERVICE_UNAVAILABLE, sentence, headers=again)
    return found


def opens(*, draw: Draw = problems.draw, **methods: Scope | None) -> Callable[..., Callable[..., HttpResponseBase]]:
    """A plain view of a door: `@opens(GET=Scope.READ_FIGURES)`; it takes the request, the caller, its arguments.

    HEAD goes where GET does. A scope None admits whoever is known. `draw` gives refusals another door's shape.
    """
    wanted: Mapping[str, Scope | None] = methods | ({"HEAD": methods["GET"]} if "GET" in methods else {})

    def mark(view: Callable[..., HttpResponseBase]) -> Callable[..., HttpResponseBase]:
        @wraps(view)
        def checked(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
            if request.method not in wanted:
                allowed = ", ".join(wanted)
                raise Problem(HTTPStatus.METHOD_NOT_ALLOWED, _("Không dùng được ở đây."), headers={"Allow": allowed})
            return view(request, admit(request, wanted[str(request.method)]), *args, **kwargs)

        marked = spoken(checked, draw=draw)
        marked.dh_scopes = dict(methods)  # type: ignore[attr-defined]  # laws/test_doors.py reads it
        return marked

    return mark

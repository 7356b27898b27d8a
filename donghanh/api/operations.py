"""Operations of ninja with their scope: the only way in which this room declares any."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from http import HTTPStatus
from typing import Any, cast

from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.utils.translation import gettext as _
from ninja import NinjaAPI, Router
from ninja.errors import HttpError, ValidationError
from ninja.security.base import AuthBase

from donghanh.api import problems
from donghanh.api.choices import Scope
from donghanh.api.door import admit, problem_of, spoken
from donghanh.api.problems import MEDIA_TYPE, Problem
from donghanh.api.queries import Caller

SAID_BY_ALL = (400, 401, 403, 404, 409, 413, 422, 429, 503)
PROBLEM = {
    "type": "object",
    "required": ["type", "title", "status", "detail", "code", "errors"],
    "properties": {
        "type": {"type": "string"},
        "title": {"type": "string"},
        "status": {"type": "integer"},
        "detail": {"type": "string", "description": "the sentence for a person"},
        "code": {"type": "string", "description": "for programmes; never translated"},
        "errors": {
            "type": "array",
            "items": {
                "type": "object",
                "required": ["where", "message"],
                "properties": {"where": {"type": "string"}, "message": {"type": "string"}},
            },
        },
    },
}


class Key(AuthBase):
    """`Authorization: ApiToken …` with a scope; sets `request.caller`."""

    openapi_type = "http"
    openapi_scheme = "bearer"
    openapi_description = "Authorization: Bearer <key> or ApiToken <key>; user name and password by Basic."

    def __init__(self, scope: Scope | None) -> None:
        self.scope = scope
        super().__init__()

    def __call__(self, request: HttpRequest) -> Caller:
        return admit(request, self.scope)


class Api(NinjaAPI):
    """A ninja API that refuses in our shape and speaks the programme's language."""

    def __init__(self, **options: Any) -> None:
        super().__init__(docs_url=None, **options)
        handlers: dict[Any, Any] = {Exception: _refusal, ValidationError: _invalid, HttpError: _http_error}
        for fault, handler in handlers.items():
            self.add_exception_handler(fault, handler)

    def get_openapi_schema(self, **options: Any) -> Any:
        schema = super().get_openapi_schema(**options)
        described = {"description": "Problem (RFC 9457)", "content": {MEDIA_TYPE: {"schema": PROBLEM}}}
        schema["components"].setdefault("responses", {})["Problem"] = described
        return schema


def operation(
    router: Router, method: str, path: str, *, scope: Scope | None, summary: str, example: Any = None, **options: Any
) -> Callable[[Callable[..., Any]], Callable[..., Any]]:
    """Declare an operation that needs `scope` (None: any known caller); its docstring is the description.

    `example` is an answer as it comes; `options` are ninja's own. The function finds the caller as `request.caller`.
    """
    extra: dict[str, Any] = options.pop("openapi_extra", {})
    answers: dict[Any, Any] = {str(status): {"$ref": "#/components/responses/Problem"} for status in SAID_BY_ALL}
    if example is not None:
        answers[200] = {"content": {"application/json": {"example": example}}}
    extra = {**extra, "x-scope": scope and scope.value, "responses": _joined(answers, extra.pop("responses", {}))}
    add = getattr(router, method)
    declared: Callable[[Callable[..., Any]], Callable[..., Any]] = add(
        path, auth=Key(scope), summary=summary, openapi_extra=extra, **options
    )
    return declared


def _joined(answers: dict[Any, Any], own: Mapping[Any, Any]) -> dict[Any, Any]:
    """Answers of an operation with the other media types that it has."""
    for status, told in own.items():
        content = answers.setdefault(status, {"content": {}})["content"]
        content |= told["content"]
    return answers


def opened(api: NinjaAPI) -> Any:
    """The addresses of an API for `urlpatterns`, each marked as a door."""
    patterns, app, namespace = api.urls
    for pattern in patterns:
        pattern.callback = spoken(cast("Callable[..., HttpResponseBase]", pattern.callback))
    return patterns, app, namespace


def _refusal(request: HttpRequest, fault: Exception) -> HttpResponse:
    if (problem := problem_of(fault)) is None:
        raise fault
    return problems.draw(request, problem)


def _http_error(request: HttpRequest, fault: HttpError) -> HttpResponse:
    """What ninja itself refuses: a body that is no JSON."""
    sentence = _("Nội dung gửi lên không đọc được.") if fault.status_code == HTTPStatus.BAD_REQUEST else str(fault)
    return problems.draw(request, Problem(fault.status_code, sentence))


def _invalid(request: HttpRequest, fault: ValidationError) -> HttpResponse:
    """Parameters or a body of the wrong shape: each with its place."""
    errors = [{"where": ".".join(map(str, one["loc"])), "message": one["msg"]} for one in fault.errors]
    problem = Problem(
        HTTPStatus.UNPROCESSABLE_ENTITY, _("Yêu cầu có phần không đúng dạng."), code="invalid", errors=errors
    )
    return problems.draw(request, problem)

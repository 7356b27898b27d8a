"""Errors of the own API in one shape: RFC 9457 (application/problem+json), the sentence in the reader's language."""

from __future__ import annotations

import json
from http import HTTPStatus
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _

MEDIA_TYPE = "application/problem+json"
AGAIN_IN = 5  # seconds after which a busy or slow answer is worth another try


class Problem(Exception):
    """A request that is not answered. `str()` is the sentence; `code` is for programmes and never changes.

    `errors`: one each for a wrong part, {"where": "body.numbers.staff", "message": sentence}. `more` stands beside.
    """

    def __init__(
        self,
        status: int,
        detail: str,
        *,
        code: str = "",
        errors: list[dict[str, Any]] | None = None,
        headers: dict[str, str] | None = None,
        **more: Any,
    ) -> None:
        super().__init__(detail)
        self.status = HTTPStatus(status)
        self.code = code or self.status.name.lower()
        self.errors, self.headers, self.more = errors or [], headers or {}, more

    @property
    def body(self) -> dict[str, Any]:
        told = {"type": f"urn:donghanh:problem:{self.code}", "title": self.status.phrase, "status": int(self.status)}
        return {**told, "detail": str(self), "code": self.code, "errors": self.errors, **self.more}


def draw(request: HttpRequest, problem: Problem) -> HttpResponse:  # noqa: ARG001  # the shape of ninja's handlers
    """The problem as an answer."""
    content = json.dumps(problem.body, ensure_ascii=False)
    return HttpResponse(content, status=problem.status, content_type=MEDIA_TYPE, headers=problem.headers)


def not_found() -> Problem:
    """One sentence for what is not there and what may not be seen."""
    return Problem(HTTPStatus.NOT_FOUND, _("Không có ở đây, hoặc ngoài phạm vi của khóa truy cập."))

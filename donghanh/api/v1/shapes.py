"""What every operation shares: words without NUL, ids that fit, pages."""

from __future__ import annotations

from collections.abc import Callable
from typing import Annotated, Any
from urllib.parse import urlencode

from django.core.paginator import Paginator
from django.http import HttpRequest
from ninja import Schema
from pydantic import Field, StringConstraints

from donghanh.api.queries import Caller

MOST_ROWS = 1000
BIGGEST = 2**63 - 1

Word = Annotated[str, StringConstraints(max_length=200, pattern=r"^[^\x00]*$")]  # PostgreSQL keeps no NUL
Code = Annotated[str, StringConstraints(min_length=1, max_length=80, pattern=r"^[^\x00/]+$")]
Id = Annotated[int, Field(ge=1, le=BIGGEST)]


class Paging(Schema):
    """Which page of a list."""

    page: Annotated[int, Field(ge=1, le=1_000_000, description="the first is 1")] = 1
    size: Annotated[int, Field(ge=1, le=MOST_ROWS, description="rows a page")] = 100


class Page[T](Schema):
    """One page of a list."""

    items: list[T]
    page: int
    size: int
    total: int = Field(description="rows in all pages")
    next: str | None = Field(description="address of the next page; null on the last")


def page_of(request: HttpRequest, rows: Any, asked: Any, draw: Callable[[list[Any]], list[Any]]) -> dict[str, Any]:
    """The page asked for of rows in an order; only what stands on it is drawn. A page beyond the last is empty."""
    paginator = Paginator(rows, asked.size)
    beyond = asked.page > paginator.num_pages
    shown = [] if beyond else list(paginator.page(asked.page).object_list)
    following = None
    if asked.page < paginator.num_pages:
        said = asked.model_dump(exclude_defaults=True) | {"page": asked.page + 1}
        following = request.build_absolute_uri(f"{request.path}?{urlencode(said, doseq=True)}")
    return {
        "items": draw(shown), "page": asked.page, "size": asked.size, "total": paginator.count, "next": following,
    }  # fmt: skip


def caller_of(request: HttpRequest) -> Caller:
    """Who the door has let in."""
    found: Caller = request.caller  # type: ignore[attr-defined]  # door.admit sets it
    return found

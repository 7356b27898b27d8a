"""Lists of objects as DHIS2 serves them: filter, order, pages."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from http import HTTPStatus
from typing import Any, Final

from django.db.models import QuerySet
from django.http import QueryDict
from django.utils.translation import gettext as _

from donghanh.api.dhis2.choices import Code
from donghanh.api.dhis2.faults import Fault
from donghanh.api.dhis2.fields import Fields, Ref, read_fields
from donghanh.kernel.text import fold, sort_key

PAGE: Final = 50
MOST_OF_PAGE: Final = 10_000
MOST_FILTERS: Final = 20
FALSE: Final = ("false", "0", "no")
FILTER: Final = re.compile(r"([\w.]+):(!?\$?\w+)(?::(.*))?", re.DOTALL)


@dataclass(frozen=True)
class Filter:
    name: str
    operator: str
    value: str

    @property
    def values(self) -> list[str]:
        """Of `in:[a,b]`."""
        return [one.strip() for one in self.value.strip("[]").split(",") if one.strip()]


@dataclass(frozen=True)
class ListAsked:
    """What a list is asked for."""

    fields: Fields
    filters: tuple[Filter, ...] = ()
    any_of: bool = False  # rootJunction=OR
    order: tuple[tuple[str, bool], ...] = ()  # name, descending
    query: str = ""
    paging: bool = True
    page: int = 1
    size: int = PAGE
    more: Mapping[str, list[str]] = field(default_factory=dict)  # everything else, as it was said

    @classmethod
    def read(cls, said: QueryDict, default: str = "id,displayName") -> ListAsked:
        words = {name: said.getlist(name) for name in said}
        last = {name: values[-1] for name, values in words.items()}
        return cls(
            fields=read_fields(",".join(words.get("fields", [])), default),
            filters=tuple(read_filter(one) for one in _few(words.get("filter", []))),
            any_of=last.get("rootJunction", "AND").upper() == "OR",
            order=tuple(_order(one) for text in words.get("order", []) for one in text.split(",") if one),
            query=last.get("query", ""),
            paging=last.get("paging", "true").lower() not in FALSE and "skipPaging" not in words,
            page=number_of(last.get("page", ""), 1, name="page"),
            size=min(number_of(last.get("pageSize", ""), PAGE, name="pageSize"), MOST_OF_PAGE),
            more=words,
        )

    def last(self, name: str, default: str = "") -> str:
        return self.more[name][-1] if self.more.get(name) else default

    def truth(self, name: str) -> bool:
        return self.last(name, "false").lower() == "true"


def _few(filters: list[str]) -> list[str]:
    if len(filters) > MOST_FILTERS:
        raise bad_filter("filter", _("quá nhiều điều kiện"))
    return filters


def read_filter(text: str) -> Filter:
    """`level:eq:3`; 409 where it is none."""
    found = FILTER.fullmatch(text)
    if not found:
        raise bad_filter(text, _("cần dạng tên:phép:giá trị"))
    operator = found[2].lower().replace("$", "")
    if operator not in TESTS:
        raise bad_filter(text, _("không có phép này"))
    return Filter(found[1], operator, found[3] or "")


def _order(text: str) -> tuple[str, bool]:
    name, _colon, way = text.partition(":")
    return name, way.lower() in ("desc", "idesc")


def number_of(text: str, default: int, *, name: str) -> int:
    """A whole number from 1; 409 for what is none."""
    if not text:
        return default
    if not (text.isascii() and text.isdecimal() and len(text) <= 9 and int(text)):  # noqa: PLR2004  # digits
        raise Fault(HTTPStatus.CONFLICT, _("%(name)s phải là số từ 1 trở lên.") % {"name": name}, Code.NOT_READABLE)
    return int(text)


def bad_filter(text: str, why: str) -> Fault:
    sentence = _("Điều kiện “%(filter)s” không dùng được: %(why)s.") % {"filter": text[:60], "why": why}
    return Fault(HTTPStatus.CONFLICT, sentence, Code.BAD_FILTER)


TESTS: Final[dict[str, Callable[[str, Filter], bool]]] = {
    "eq": lambda value, one: value == one.value,
    "ieq": lambda value, one: value.lower() == one.value.lower(),
    "ne": lambda value, one: value != one.value,
    "neq": lambda value, one: value != one.value,
    "!eq": lambda value, one: value != one.value,
    "like": lambda value, one: one.value in value,
    "!like": lambda value, one: one.value not in value,
    "ilike": lambda value, one: one.value.lower() in value.lower(),
    "!ilike": lambda value, one: one.value.lower() not in value.lower(),
    "token": lambda value, one: all(word in fold(value) for word in fold(one.value).split()),
    "in": lambda value, one: value in one.values,
    "!in": lambda value, one: value not in one.values,
    "gt": lambda value, one: _weight(value) > _weight(one.value),
    "ge": lambda value, one: _weight(value) >= _weight(one.value),
    "lt": lambda value, one: _weight(value) < _weight(one.value),
    "le": lambda value, one: _weight(value) <= _weight(one.value),
    "null": lambda value, _one: value == "",
    "!null": lambda value, _one: value != "",
    "empty": lambda value, _one: value == "",
}


def _weight(text: str) -> tuple[float, str]:
    """Numbers by size, else as words."""
    try:
        return float(text), ""
    except ValueError:
        return 0, text


def _said(one: Mapping[str, Any], path: str) -> list[str]:
    """What stands at `parent.id`, of lists each."""
    found: list[Any] = [one]
    for name in path.split("."):
        found = [
            value.id if isinstance(value, Ref) else value.get(name, "")
            for value in found
            if isinstance(value, Mapping) or (isinstance(value, Ref) and name == "id")
        ]
        found = [value for some in found for value in (some if isinstance(some, list) else [some])]
    return [str(value).lower() if isinstance(value, bool) else str(value) for value in found]


def chosen(objects: Iterable[Mapping[str, Any]], asked: ListAsked) -> list[Mapping[str, Any]]:
    """Those that pass the filters and the search, in the order asked for, else by name in the Vietnamese order."""
    junction = any if asked.any_of and asked.filters else all
    words = fold(asked.query)
    found = [
        one
        for one in objects
        if junction(any(TESTS[f.operator](value, f) for value in _said(one, f.name) or [""]) for f in asked.filters)
        and words in fold(f"{one.get('name', '')} {one.get('code', '')} {one.get('id', '')}")
    ]
    found.sort(key=lambda one: (sort_key(str(one.get("name", ""))), str(one.get("id", ""))))
    for name, descending in reversed(asked.order):
        found.sort(key=lambda one, name=name: _place(one, name), reverse=descending)  # type: ignore[misc]  # `name` is bound in the lambda
    return found


def _place(one: Mapping[str, Any], name: str) -> tuple[float, str]:
    said = (_said(one, name) or [""])[0]
    number, _word = _weight(said)
    return number, sort_key(said)


def page_of(objects: Sequence[Any], asked: ListAsked, address: str, *, total: int | None = None) -> dict[str, Any]:
    """The pager; nothing where no pages were asked for."""
    if not asked.paging:
        return {}
    count = len(objects) if total is None else total
    pages = max(1, -(-count // asked.size))
    pager: dict[str, Any] = {"page": asked.page, "total": count, "pageSize": asked.size, "pageCount": pages}
    words = QueryDict(mutable=True)
    for name, values in asked.more.items():
        words.setlist(name, values)
    for name, page in (("nextPage", asked.page + 1), ("prevPage", asked.page - 1)):
        if 1 <= page <= pages:
            words["page"] = str(page)
            pager[name] = f"{address}?{words.urlencode()}"
    return {"pager": pager}


def cut(objects: Sequence[Any], asked: ListAsked) -> Sequence[Any]:
    """The page that was asked for."""
    if not asked.paging:
        return objects
    return objects[(asked.page - 1) * asked.size : asked.page * asked.size]


def cut_rows(rows: QuerySet[Any], asked: ListAsked) -> QuerySet[Any]:
    """The same of rows that are still in the database."""
    if not asked.paging:
        return rows
    return rows[(asked.page - 1) * asked.size : asked.page * asked.size]

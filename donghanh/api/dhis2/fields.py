"""DHIS2's little language of fields: `id,name,parent[id,name],!code,:nameable,displayName~rename(text)`."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from http import HTTPStatus
from typing import Any, Final, NamedTuple

from django.utils.translation import gettext as _

from donghanh.api.dhis2.choices import Code
from donghanh.api.dhis2.faults import Fault

DEEPEST: Final = 6
LONGEST: Final = 2000
TOKEN: Final = re.compile(r"\s*(?:([!:]?[A-Za-z*][\w.]*)((?:[~|][\w]+(?:\([^()]*\))?)*)|([\[\],]))\s*")
RENAME: Final = re.compile(r"rename\((\w+)\)")
PRESETS: Final[dict[str, tuple[str, ...]]] = {
    ":identifiable": ("id", "name", "code", "created", "lastUpdated"),
    ":nameable": ("id", "name", "shortName", "code", "description", "created", "lastUpdated"),
}
EVERYTHING: Final = ("*", ":all", ":owner", ":persisted", ":simple")


class Ref(NamedTuple):
    """An object beside: shown by its id, opened where its fields are asked for."""

    kind: str
    id: str


@dataclass
class Fields:
    """What is asked of one object: name → what is asked of the object there."""

    named: dict[str, Fields | None] = field(default_factory=dict)
    without: set[str] = field(default_factory=set)
    renamed: dict[str, str] = field(default_factory=dict)
    all: bool = False

    def asks(self, name: str) -> bool:
        return (name in self.named or self.all) and name not in self.without

    def of(self, name: str) -> Fields | None:
        return self.named.get(name)


def read_fields(text: str, default: str = "id,displayName") -> Fields:
    """The tree that `text` states; 409 naming the place that cannot be read."""
    text = text or default
    if len(text) > LONGEST:
        raise _unreadable(LONGEST)
    read, end = _list(text, 0, 1)
    if end != len(text):
        raise _unreadable(end)
    return read


def _list(text: str, at: int, depth: int) -> tuple[Fields, int]:
    found = Fields()
    if depth > DEEPEST:
        raise _unreadable(at)
    last: str | None = None
    while at < len(text):
        token = TOKEN.match(text, at)
        if token is None:
            raise _unreadable(at)
        name, transforms, sign = token.groups()
        if sign == "]":
            return found, at
        at = token.end()
        if sign == "[":
            if last is None:
                raise _unreadable(at)
            inside, at = _list(text, at, depth + 1)
            if at >= len(text) or text[at] != "]":
                raise _unreadable(at)
            found.named[last], at = inside, at + 1
        elif name:
            last = _put(found, name, transforms)
    return found, at


def _put(found: Fields, name: str, transforms: str) -> str | None:
    if name.startswith("!"):
        found.without.add(name[1:])
        return None
    if name in EVERYTHING:
        found.all = True
        return None
    if name in PRESETS:
        found.named.update(dict.fromkeys(PRESETS[name]))
        return None
    head, _dot, rest = name.partition(".")
    found.named.setdefault(head, Fields({rest: None}) if rest else None)
    if renamed := RENAME.search(transforms):
        found.renamed[head] = renamed[1]
    return head


def _unreadable(at: int) -> Fault:
    sentence = _("Tham số fields không đọc được ở ký tự thứ %(place)s.") % {"place": at + 1}
    return Fault(HTTPStatus.CONFLICT, sentence, Code.BAD_FIELDS)


type Open = Callable[[Ref], Mapping[str, Any] | None]


def shown(value: Any, asked: Fields | None, open_: Open) -> Any:
    """The value as it was asked for; an object without a word about its fields is its id."""
    if isinstance(value, list):
        return [shown(one, asked, open_) for one in value]
    if isinstance(value, Ref):
        there = open_(value) if asked else None
        return shown(there, asked, open_) if there is not None else {"id": value.id}
    if not isinstance(value, Mapping):
        return value
    if asked is None:
        return {"id": value["id"]} if "id" in value else {name: shown(one, None, open_) for name, one in value.items()}
    names = [*value] if asked.all else [name for name in asked.named if name in value]
    return {
        asked.renamed.get(name, name): shown(value[name], asked.of(name), open_)
        for name in dict.fromkeys([*names, *(name for name in asked.named if name in value)])
        if name not in asked.without
    }

"""What became of a form from one wording to another: items added, removed, moved and changed, field by field."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Literal

from donghanh.questionnaires.outline import DEFAULTS, Document, items_of

type Change = Literal["added", "removed", "changed"]
type Part = Literal["section", "item", "list", "check"]


@dataclass(frozen=True)
class Field:
    """One value before and after; "" where there was or is none."""

    name: str
    before: str
    after: str


@dataclass(frozen=True)
class Difference:
    part: Part
    change: Change
    code: str
    words: str  # as it is called, in the newer wording where it stands there
    fields: tuple[Field, ...] = ()


def differences(before: Document, after: Document) -> list[Difference]:
    """Every difference between two documents, sections first, then items, lists and checks."""
    return [
        *_of("section", _by_code(_bare_sections(before)), _by_code(_bare_sections(after))),
        *_of("item", _by_code(_placed(before)), _by_code(_placed(after)), DEFAULTS),
        *_of("list", _lists(before), _lists(after)),
        *_of("check", _by_code(before.get("checks", [])), _by_code(after.get("checks", []))),
    ]


def _bare_sections(document: Document) -> list[dict[str, Any]]:
    return [{name: value for name, value in section.items() if name != "items"} for section in document["sections"]]


def _placed(document: Document) -> list[dict[str, Any]]:
    """Items with the section they stand in: an item that went to another section changed."""
    within = {item["code"]: section["vi"] for section in document["sections"] for item in section["items"]}
    return [{**item, "sections": within[item["code"]]} for item in items_of(document)]


def _lists(document: Document) -> dict[str, dict[str, Any]]:
    return {
        code: {"vi": code, **{option["code"]: option["vi"] for option in options}}
        for code, options in document.get("breakdowns", {}).items()
    }


def _by_code(parts: list[dict[str, Any]]) -> dict[str, dict[str, Any]]:
    return {part["code"]: part for part in parts}


def _of(
    part: Part, before: Mapping[str, Any], after: Mapping[str, Any], defaults: Mapping[str, Any] | None = None
) -> Iterator[Difference]:
    for code in [*after, *(code for code in before if code not in after)]:
        then, now = before.get(code), after.get(code)
        words = (now or then or {})["vi"]
        if then is None or now is None:
            yield Difference(part, "added" if then is None else "removed", code, words)
        elif fields := tuple(_fields(then, now, defaults or {})):
            yield Difference(part, "changed", code, words, fields)


def _fields(then: Mapping[str, Any], now: Mapping[str, Any], defaults: Mapping[str, Any]) -> Iterator[Field]:
    for name in dict.fromkeys([*now, *then]):
        one, other = (values.get(name, defaults.get(name, "")) for values in (then, now))
        if one != other:
            yield Field(name, _shown(one), _shown(other))


def _shown(value: Any) -> str:
    if isinstance(value, list | tuple):
        return "; ".join(map(str, value))
    return {True: "✓", False: "✗", None: ""}.get(value, str(value)) if isinstance(value, bool | None) else str(value)

"""A form's document while it is written: one change a function, each gives a new document and leaves the old alone."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from copy import deepcopy
from dataclasses import MISSING, fields
from typing import Any, Final

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from donghanh.kernel.text import fold
from donghanh.questionnaires.definition import Check, FaultyDefinition, Item

type Document = dict[str, Any]

DEFAULTS: Final = {field.name: field.default for field in fields(Item) if field.default is not MISSING}
CHECK_DEFAULTS: Final = {field.name: field.default for field in fields(Check) if field.default is not MISSING}
FIELD_NAMES: dict[str, str | Promise] = {
    "code": gettext_lazy("Mã"),
    "kind": gettext_lazy("Loại"),
    "vi": gettext_lazy("Lời tiếng Việt"),
    "en": gettext_lazy("Lời tiếng Anh"),
    "breakdown": gettext_lazy("Phân tổ theo cột"),
    "rows": gettext_lazy("Phân tổ theo dòng"),
    "closed": gettext_lazy("Ô không hỏi"),
    "choices": gettext_lazy("Danh mục lựa chọn"),
    "at_least": gettext_lazy("Nhỏ nhất"),
    "at_most": gettext_lazy("Lớn nhất"),
    "decimals": gettext_lazy("Số chữ số thập phân"),
    "relevant": gettext_lazy("Chỉ hỏi khi"),
    "calculation": gettext_lazy("Công thức tính"),
    "constraint": gettext_lazy("Điều kiện đúng"),
    "left": gettext_lazy("Vế trái"),
    "right": gettext_lazy("Vế phải"),
    "factor": gettext_lazy("Số lần"),
    "difference": gettext_lazy("Chênh lệch"),
    "holds": gettext_lazy("Biểu thức"),
    "sections": gettext_lazy("Các mục"),
    "items": gettext_lazy("Các câu hỏi"),
    "measure": gettext_lazy("Số phần mềm tự đếm"),
}


def blank(code: str, vi: str, en: str) -> Document:
    """A form that asks nothing yet, with one section."""
    first = {"code": "s1", "vi": "I.", "en": "I.", "items": []}
    return {"code": code, "vi": vi, "en": en, "breakdowns": {}, "sections": [first], "checks": []}


def items_of(document: Document) -> list[dict[str, Any]]:
    """Every item, in order."""
    return [item for section in document["sections"] for item in section["items"]]


def item_of(document: Document, code: str) -> dict[str, Any] | None:
    return next((item for item in items_of(document) if item["code"] == code), None)


def section_of(document: Document, code: str) -> dict[str, Any] | None:
    return next((section for section in document["sections"] if section["code"] == code), None)


def free_code(document: Document, wish: str) -> str:
    """A code that no item has: from the words wished for, numbered where they are taken."""
    stem = re.sub(r"[^a-z0-9]+", "_", fold(wish)).strip("_")[:50]
    stem = stem if re.match(r"[a-z]", stem) else f"q_{stem}".strip("_")
    return _free(stem, {item["code"] for item in items_of(document)})


def _free(stem: str, taken: set[str]) -> str:
    if stem not in taken:
        return stem
    return next(code for number in range(2, len(taken) + 3) if (code := f"{stem}_{number}") not in taken)


def slim(values: Mapping[str, Any], defaults: Mapping[str, Any]) -> dict[str, Any]:
    """Only what says something: a value that stands for nothing said is left out."""
    return {name: value for name, value in values.items() if name not in defaults or value != defaults[name]}


def with_item(document: Document, section: str, values: Mapping[str, Any]) -> Document:
    """One item more, at the end of a section."""
    new = deepcopy(document)
    if (place := section_of(new, section)) is not None:
        place["items"].append(slim(values, DEFAULTS))
    return new


def changed_item(document: Document, code: str, values: Mapping[str, Any]) -> Document:
    """An item with other values; checks that speak of it follow a new code."""
    new = deepcopy(document)
    for section in new["sections"]:
        section["items"] = [
            slim({**item, **values}, DEFAULTS) if item["code"] == code else item for item in section["items"]
        ]
    if (renamed := values.get("code", code)) != code:
        for check in new.get("checks", []):
            check.update({side: renamed for side in ("left", "right") if check.get(side) == code})
    return new


def duplicated_item(document: Document, code: str) -> Document:
    """A copy right behind the item, with a code of its own."""
    new = deepcopy(document)
    for section in new["sections"]:
        for at, item in enumerate(section["items"]):
            if item["code"] == code:
                copy = {**deepcopy(item), "code": free_code(document, code)}
                section["items"].insert(at + 1, copy)
                return new
    return new


def without_item(document: Document, code: str) -> Document:
    """The item gone, and with it the checks that spoke of it."""
    new = deepcopy(document)
    for section in new["sections"]:
        section["items"] = [item for item in section["items"] if item["code"] != code]
    new["checks"] = [c for c in new.get("checks", []) if code not in (c.get("left"), c.get("right"))]
    return new


def moved_item(document: Document, code: str, step: int) -> Document:
    """One place up (-1) or down (1); beyond the end of a section into the next one."""
    new = deepcopy(document)
    sections = new["sections"]
    for number, section in enumerate(sections):
        for at, item in enumerate(section["items"]):
            if item["code"] != code:
                continue
            to = at + step
            if 0 <= to < len(section["items"]):
                section["items"].insert(to, section["items"].pop(at))
            elif 0 <= number + step < len(sections):
                target = sections[number + step]["items"]
                target.insert(0 if step > 0 else len(target), section["items"].pop(at))
            return new
    return new


def dropped_item(document: Document, code: str, *, section: str, before: str = "") -> Document:
    """The item taken to another place: before an item of the section, or at its end."""
    new = deepcopy(document)
    target, item = section_of(new, section), item_of(new, code)
    if target is None or item is None or before == code:
        return new
    for place in new["sections"]:
        place["items"] = [one for one in place["items"] if one["code"] != code]
    at = next((i for i, one in enumerate(target["items"]) if one["code"] == before), len(target["items"]))
    target["items"].insert(at, item)
    return new


def with_section(document: Document, vi: str, en: str) -> Document:
    """One section more, at the end."""
    new = deepcopy(document)
    code = _free(f"s{len(new['sections']) + 1}", {section["code"] for section in new["sections"]})
    new["sections"].append({"code": code, "vi": vi, "en": en, "items": []})
    return new


def changed_section(document: Document, code: str, values: Mapping[str, Any]) -> Document:
    """A section with another wording or condition."""
    new = deepcopy(document)
    if (section := section_of(new, code)) is not None:
        kept = slim({**section, **values}, {"relevant": ""})
        section.clear()
        section.update(kept)
    return new


def without_section(document: Document, code: str) -> Document:
    """A section gone, with its items."""
    new = deepcopy(document)
    for item in (section_of(new, code) or {"items": []})["items"]:
        new = without_item(new, item["code"])
    new["sections"] = [section for section in new["sections"] if section["code"] != code]
    return new


def moved_section(document: Document, code: str, step: int) -> Document:
    """One place up (-1) or down (1)."""
    new = deepcopy(document)
    sections = new["sections"]
    at = next((i for i, section in enumerate(sections) if section["code"] == code), -1)
    if at >= 0 and 0 <= at + step < len(sections):
        sections.insert(at + step, sections.pop(at))
    return new


def with_list(document: Document, code: str, options: Sequence[Mapping[str, Any]]) -> Document:
    """A list of options, new or changed; without options it goes."""
    new = deepcopy(document)
    lists = new.setdefault("breakdowns", {})
    lists[code] = [dict(option) for option in options]
    if not options:
        del lists[code]
    return new


def with_check(document: Document, number: int, values: Mapping[str, Any] | None) -> Document:
    """The check with this number (from 0) changed, or one more behind the last; None takes it away."""
    new = deepcopy(document)
    checks = new.setdefault("checks", [])
    checks[number : number + 1] = [] if values is None else [slim(values, CHECK_DEFAULTS)]
    return new


def sentence_of(fault: FaultyDefinition) -> str:
    """What is wrong, without the place."""
    return str(fault).removeprefix(f"{fault.path}: ")


def place_of(document: Document, path: str) -> tuple[str, str]:
    """(kind, code or number) of the part a path lies in: ("item", "staff"), ("check", "2"); ("", "") for the whole."""
    steps = _steps(path)
    numbers = {name: number for name, _key, number in steps if number is not None}
    try:
        if "items" in numbers:
            return "item", document["sections"][numbers["sections"]]["items"][numbers["items"]]["code"]
        if "sections" in numbers:
            return "section", document["sections"][numbers["sections"]]["code"]
    except (IndexError, KeyError):
        return "", ""
    if "checks" in numbers:
        return "check", str(numbers["checks"])
    return next((("list", key) for name, key, _number in steps if name == "breakdowns" and key), ("", ""))


def place_in_words(path: str) -> str:
    """`sections[0].items[2].kind` → “Mục 1, câu 3, ô “Loại””."""
    words = {
        "sections": _("mục %(number)s"),
        "items": _("câu %(number)s"),
        "checks": _("kiểm tra %(number)s"),
        "breakdowns": _("danh mục “%(key)s”"),
    }
    said = [
        words[name] % {"number": (number or 0) + 1, "key": key}
        if name in words and (number is not None or key)
        else _("ô “%(name)s”") % {"name": FIELD_NAMES.get(name, name)}
        for name, key, number in _steps(path)
    ]
    text = ", ".join(said) or _("biểu mẫu")
    return text[0].upper() + text[1:]


def _steps(path: str) -> list[tuple[str, str, int | None]]:
    found = []
    for piece in re.findall(r"breakdowns\.[^.\[]+(?:\[\d+\])?|[a-z_]+(?:\[\d+\])?", path):
        name, _bracket, number = piece.partition("[")
        name, _dot, key = name.partition(".")
        found.append((name, key, int(number.rstrip("]")) if number else None))
    return found

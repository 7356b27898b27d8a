"""A definition's document as XLSForm: sheets `survey`, `choices`, `settings`, and `dh_checks` for what it lacks."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from io import BytesIO
from typing import Any

from donghanh.questionnaires.outline import DEFAULTS, Document
from donghanh.questionnaires.xlsform_words import (
    AS_TYPE,
    EN,
    EXPRESSIONS,
    NUMBER_FIELDS,
    OURS,
    TEXT_FIELDS,
    VI,
    YES_NO,
)

type Line = dict[str, Any]
A_NAME = re.compile(r"[A-Za-z_][\w.-]*")
OF_A_CELL = re.compile(r"\$\{[^}]*\[")  # a cell of a table has no name in XLSForm


def sheets(document: Document) -> dict[str, list[Line]]:
    """The lines of each sheet, as `pyxform` takes them; without `dh_checks` where there are no checks."""
    survey: list[Line] = []
    for section in document["sections"]:
        name = section["code"] if A_NAME.fullmatch(section["code"]) else f"s_{section['code']}"
        line = {"type": "begin_group", "name": name, **_words("label", section["vi"], section["en"])}
        line |= {f"{OURS}code": section["code"]} if name != section["code"] else {}
        survey += [line | _expressions(section), *map(_item, section["items"]), {"type": "end_group", "name": name}]
    lists = dict(document.get("breakdowns", {}))
    if any(item["kind"] == "flag" for section in document["sections"] for item in section["items"]):
        lists[YES_NO] = [{"code": "1", "vi": "Có", "en": "Yes"}, {"code": "0", "vi": "Không", "en": "No"}]
    choices = [
        {"list_name": code, "name": option["code"], **_words("label", option["vi"], option["en"])}
        for code, options in lists.items()
        for option in options
    ]
    settings = {"form_id": document["code"], "form_title": document["vi"], "default_language": VI}
    found = {"survey": survey, "choices": choices, "settings": [settings | {f"{OURS}en": document["en"]}]}
    checks = [{name: _cell(value) for name, value in check.items()} for check in document.get("checks", [])]
    return found | ({"dh_checks": checks} if checks else {})


def _item(item: Mapping[str, Any]) -> Line:
    kind = item["kind"]
    if kind in ("choice", "choices"):
        asked = f"{'select_one' if kind == 'choice' else 'select_multiple'} {item.get('choices', '')}"
    else:
        asked = AS_TYPE[kind]
    reckoned = item.get("calculation") and not OF_A_CELL.search(item["calculation"])
    line = {"type": "calculate" if reckoned else asked, "name": item["code"]}
    line |= _words("label", item["vi"], item["en"])
    line |= _words("hint", item.get("help_vi", ""), item.get("help_en", ""))
    line |= _words("constraint_message", item.get("constraint_vi", ""), item.get("constraint_en", ""))
    needed = item.get("required", True)
    if needed:  # nobody can be required to answer what asks nothing
        line[f"{OURS}required" if kind == "note" or reckoned else "required"] = "yes"
    if reckoned or kind in ("money", "percentage", "flag"):
        line[f"{OURS}kind"] = kind
        if reckoned and item.get("choices"):
            line[f"{OURS}choices"] = item["choices"]
    said = {name: item.get(name, DEFAULTS[name]) for name in (*TEXT_FIELDS, *NUMBER_FIELDS)}
    line |= {f"{OURS}{name}": value for name, value in said.items() if value != DEFAULTS[name]}
    if item.get("closed"):
        line[f"{OURS}closed"] = "; ".join(item["closed"])
    return line | _expressions(item)


def _expressions(part: Mapping[str, Any]) -> Line:
    """Expressions that XLSForm can say stand in its columns, others in ours, where pyxform must see no reference."""
    said = {name: part[name] for name in EXPRESSIONS if part.get(name)}
    return {
        **{name: text for name, text in said.items() if not OF_A_CELL.search(text)},
        **{f"{OURS}{name}": text.replace("${", "#{") for name, text in said.items() if OF_A_CELL.search(text)},
    }


def _words(column: str, vi: str, en: str) -> Line:
    return {f"{column}::{language}": words for language, words in ((VI, vi), (EN, en)) if words}


def _cell(value: Any) -> Any:
    return json.dumps(value, ensure_ascii=False) if isinstance(value, list | dict) else value


def workbook(document: Document) -> bytes:
    """The .xlsx: the same document gives the same bytes."""
    import xlsxwriter  # slow to import, and only exports need it

    out = BytesIO()
    options = {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False}
    with xlsxwriter.Workbook(out, options) as book:
        book.set_properties({"created": datetime(2020, 1, 1)})  # noqa: DTZ001  # same document, same bytes
        bold = book.add_format({"bold": True})
        wrapped = book.add_format({"text_wrap": True, "valign": "top"})
        for name, lines in sheets(document).items():
            sheet, columns = book.add_worksheet(name), _columns(lines)
            sheet.freeze_panes(1, 2)
            for column, heading in enumerate(columns):
                sheet.write_string(0, column, heading, bold)
                sheet.set_column(column, column, 40 if heading.startswith(("label", "hint")) else 16, wrapped)
            for row, line in enumerate(lines, 1):
                _write(sheet, row, [line.get(heading, "") for heading in columns])
    return out.getvalue()


def _columns(lines: Iterable[Line]) -> list[str]:
    """Every heading once: XLSForm's own before ours."""
    found = list(dict.fromkeys(heading for line in lines for heading in line))
    return sorted(found, key=lambda heading: heading.startswith(OURS))


def _write(sheet: Any, row: int, values: Sequence[Any]) -> None:
    for column, value in enumerate(values):
        if isinstance(value, int | float) and not isinstance(value, bool):
            sheet.write_number(row, column, value)
        elif value not in ("", None):
            sheet.write_string(row, column, str(value))

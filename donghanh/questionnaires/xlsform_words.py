"""How XLSForm and our definitions name the same things. Columns of our own begin with `dh::`; pyxform ignores them."""

from __future__ import annotations

from typing import Final

VI, EN = "Tiếng Việt (vi)", "English (en)"
SHEETS: Final = ("survey", "choices", "settings", "dh_checks")
YES_NO: Final = "dh_yes_no"  # the list behind a yes/no: 1 and 0
OURS: Final = "dh::"

TYPES: Final = {  # XLSForm type → kind; a list's name follows a choice
    "integer": "integer",
    "int": "integer",
    "decimal": "decimal",
    "text": "text",
    "string": "text",
    "date": "date",
    "file": "file",
    "note": "note",
    "range": "decimal",
    "calculate": "decimal",
    "select_one": "choice",
    "select_multiple": "choices",
}
AS_TYPE: Final = {  # kind → XLSForm type
    "integer": "integer",
    "decimal": "decimal",
    "money": "integer",
    "percentage": "decimal",
    "flag": f"select_one {YES_NO}",
    "date": "date",
    "text": "text",
    "file": "file",
    "note": "note",
}
ALIASES: Final = {
    "relevance": "relevant",
    "list name": "list_name",
    "constraint message": "constraint_message",
    "form_name": "form_title",
    "title": "form_title",
    "id_string": "form_id",
    "set form id": "form_id",
    "set form title": "form_title",
    "value": "name",
}
TRANSLATED: Final = ("label", "hint", "constraint_message", "required_message", "guidance_hint")
METADATA: Final = ("start", "end", "today", "deviceid", "audit", "username", "start-geopoint")
TEXT_FIELDS: Final = ("unit_vi", "unit_en", "note_vi", "note_en", "basis", "basis_en", "breakdown", "rows", "measure")
NUMBER_FIELDS: Final = ("at_least", "at_most", "decimals")
EXPRESSIONS: Final = ("relevant", "calculation", "constraint")
HARMLESS: Final = {  # how a question looks on a phone: says nothing about what is asked
    "minimal", "quick", "quickcompact", "compact", "multiline", "field-list", "horizontal", "horizontal-compact",
    "likert", "numbers", "thousands-sep", "no-calendar", "label", "list-nolabel", "columns", "columns-pack",
    "no-buttons", "autocomplete", "search", "w1", "w2", "w3", "w4", "w5", "w6", "bearing", "vertical", "picker",
    "columns-1", "columns-2", "columns-3", "columns-4", "table-list",
}  # fmt: skip

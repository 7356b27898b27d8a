"""Rows that carry their words in both languages."""

from __future__ import annotations

from django.utils.translation import get_language


class Bilingual:
    """Gives a model with `name_vi` and `name_en` a `name` in the reader's language."""

    name_vi: str
    name_en: str

    @property
    def name(self) -> str:
        return in_language(self, "name")


def in_language(row: object, field: str) -> str:
    """`row.field_en` for an English reader, else `row.field_vi`."""
    language = "en" if (get_language() or "vi").startswith("en") else "vi"
    return str(getattr(row, f"{field}_{language}"))

"""A form on a page: to fill, to read, to compare.

    {% load questionnaire %}
    {% questionnaire_sheet definition answers levels=levels register=register previous=previous as sheet %}
    {% include "questionnaires/fill.html" %}       inside the page's <form>
    {% include "questionnaires/summary.html" %}    beside its buttons
    {% include "questionnaires/read.html" %}       instead of both, to read only
    {% questionnaire_compare definition versions levels %}

The page links `questionnaires/fill.css` and, to fill, `questionnaires/fill.js` (a module).
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from typing import Any

from django import template

from donghanh.questionnaires.definition import Definition
from donghanh.questionnaires.rules import Answers
from donghanh.questionnaires.sheets import Sheet, compare, lay_out

register = template.Library()


@register.simple_tag(name="questionnaire_sheet")
def questionnaire_sheet(definition: Definition, answers: Answers, **about: Any) -> Sheet:
    """See `sheets.lay_out`; `Answers(numbers, texts)` for what is stored."""
    return lay_out(definition, answers, **about)


@register.inclusion_tag("questionnaires/compare.html")
def questionnaire_compare(
    definition: Definition, versions: Sequence[Mapping[str, Any]], levels: Collection[str]
) -> dict[str, Any]:
    """Versions side by side, each {title, note, numbers, texts, remarks}; what differs from the last is marked."""
    return {"versions": versions, "sections": compare(definition, versions, levels)}

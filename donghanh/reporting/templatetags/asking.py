"""That a unit was reminded, where its report is shown."""

from __future__ import annotations

from typing import Any

from django import template
from django.template.loader import render_to_string
from django.utils.html import format_html

from donghanh.reporting.models import ExpectedReport
from donghanh.reporting.queries_asking import reminded as words_of
from donghanh.reporting.queries_asking import reminded_words

register = template.Library()


@register.simple_tag
def reminded(expected: ExpectedReport) -> str:
    """A note: “Đã nhắc 2 lần, lần cuối 18/6”; nothing where nobody was."""
    sentence = words_of(expected)
    return render_to_string("reporting/reminded.html", {"sentence": sentence}) if sentence else ""


@register.simple_tag
def reminded_row(report: Any) -> str:
    """The same beside a row of `queries.owed_by`."""
    sentence = reminded_words(report.times_reminded, report.last_reminded)
    return format_html(" · {}", sentence) if sentence else ""

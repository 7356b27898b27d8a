"""Which layout is in force."""

from __future__ import annotations

from datetime import date

from django.utils.translation import gettext as _

from donghanh.papers.choices import LAYOUTS, Layout


class NoLayout(LookupError):
    """`str()` is the sentence for the person who dated the document."""


def layout_on(day: date) -> Layout:
    """The layout that the law orders for a document issued on `day`; `NoLayout` before the first one known here."""
    in_force = [layout for layout in LAYOUTS if layout.valid_from <= day]
    if not in_force:
        raise NoLayout(_("Chưa có thể thức văn bản cho ngày %(day)s.") % {"day": f"{day:%d/%m/%Y}"})
    return max(in_force, key=lambda layout: layout.valid_from)

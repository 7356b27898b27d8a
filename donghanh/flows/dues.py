"""Documents to be read, told to the calendars of the units whose people owe it."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from datetime import date

from django.urls import reverse
from django.utils.translation import gettext as _

from donghanh.agenda.choices import Kind
from donghanh.agenda.queries import Entry, offer
from donghanh.documents.queries import deadlines
from donghanh.people.choices import Right


def register() -> None:
    """A document stands on the calendar on the last day on which it is to be read."""
    offer(Kind.READING, _readings, right=Right.READ_DOCUMENTS)


def _readings(units: Collection[int], first: date, last: date) -> Iterable[Entry]:
    for one in deadlines(units, first, last):
        yield Entry(
            on=one.on, title=_("Đọc văn bản: %(document)s") % {"document": one.document}, kind=Kind.READING,
            unit_id=one.unit_id, href=reverse("documents:to_read"), done=one.done,
        )  # fmt: skip

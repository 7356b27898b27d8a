"""What a unit owes, for its calendar."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from datetime import date

from django.urls import reverse

from donghanh.agenda.choices import Kind
from donghanh.agenda.queries import Entry, offer
from donghanh.kernel.bilingual import in_language
from donghanh.people.choices import Right
from donghanh.reporting.choices import EDITABLE
from donghanh.reporting.models import Submission


def register() -> None:
    """Reports stand on the calendar on the day on which they are due."""
    offer(Kind.REPORT, _reports, right=Right.READ_REPORTS)


def _reports(units: Collection[int], first: date, last: date) -> Iterable[Entry]:
    rows = Submission.objects.filter(expected__unit__in=units, expected__due_on__range=(first, last))
    for row in rows.select_related("expected__collection__form_version__form", "expected__collection__period").order_by(
        "expected__due_on", "pk"
    ):
        asked = row.expected
        yield Entry(
            on=asked.due_on,
            title=f"{in_language(asked.collection.form_version.form, 'name')} · {asked.collection.period.short_label}",
            kind=Kind.REPORT,
            unit_id=asked.unit_id,
            href=reverse("reporting:report", args=[row.pk]),
            done=row.state not in EDITABLE,
        )

"""What units wrote in accepted reports, told to whoever drafts a review."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from typing import Final

from django.urls import reverse

from donghanh.periods.models import Period
from donghanh.programmes.choices import Section
from donghanh.programmes.queries import Quote
from donghanh.reporting.choices import COUNTED
from donghanh.reporting.models import Submission

SECTIONS: Final = {"difficulties": Section.DIFFICULTIES}  # item of a form → section of a review


def words_of_reports(unit_ids: Collection[int], period: Period) -> Iterable[Quote]:
    """Texts of accepted reports of these units, in rounds of this period."""
    rows = Submission.objects.filter(
        state__in=COUNTED, expected__unit__in=unit_ids, expected__collection__period=period
    )
    for row in rows.select_related("expected", "latest").order_by("pk"):
        for item, section in SECTIONS.items():
            if row.latest and (text := row.latest.texts.get(item, "").strip()):
                yield Quote(row.expected.unit_id, section, text, reverse("reporting:report", args=[row.pk]))

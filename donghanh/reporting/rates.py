"""Who has reported, by area and form: every form of a span at once, from the rows of who was to report."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from datetime import date

from django.db.models import Count, F, FilteredRelation, Q

from donghanh.organisations.choices import SCHOOL_KINDS
from donghanh.organisations.models import UnitParent
from donghanh.organisations.queries import called, kinds, lineage_pairs
from donghanh.people.choices import Right
from donghanh.people.models import Account
from donghanh.people.queries import own_units
from donghanh.reporting.choices import COUNTED, STANDING
from donghanh.reporting.models import Collection
from donghanh.reporting.queries import reports_visible_to

DIRECTLY = 0  # the area of what hangs directly below the reader's office


@dataclass(frozen=True)
class RateLine:
    """One form's reports in one area. Sent is counted among the expected, so no share is above 100 %."""

    collection: Collection
    area: int  # an office directly below the reader's, or DIRECTLY
    name: str
    expected: int
    sent: int
    on_time: int
    accepted: int

    @property
    def sent_share(self) -> float | None:
        return 100 * self.sent / self.expected if self.expected else None

    @property
    def on_time_share(self) -> float | None:
        return 100 * self.on_time / self.expected if self.expected else None


def rates_of(account: Account, collections: list[Collection], *, on: date) -> list[RateLine]:
    """A line a form and area in the reader's reach, in the order of the rounds, the offices' order, the rest last.

    A unit that was not open on the round's reference day is neither expected nor counted. On time is by each unit's own
    last day of grace, an extension included; only the first sending of a report that still stands counts.
    """
    offices = own_units(account, Right.REVIEW_REPORTS, on=on)
    found = []
    for collection in collections:
        day = collection.period.reference_day
        rows = reports_visible_to(account, on=on, right=Right.REVIEW_REPORTS)
        rows = rows.filter(expected__unit__existence__contains=day, expected__collection=collection)
        counted = (
            rows.order_by()
            .annotate(first=FilteredRelation("versions", condition=Q(versions__number=1)))
            .values("expected__unit")
            .annotate(
                expected_there=Count("pk", distinct=True),
                sent=Count("pk", filter=Q(state__in=STANDING), distinct=True),
                on_time=Count(
                    "pk", distinct=True,
                    filter=Q(state__in=STANDING, first__sent_at__date__lte=F("expected__grace_on")),
                ),
                accepted=Count("pk", filter=Q(state__in=COUNTED), distinct=True),
            )
            .order_by("expected__unit")
        )  # fmt: skip
        found += _by_area(collection, list(counted), offices)
    return found


def _by_area(collection: Collection, rows: list[dict[str, int]], offices: list[int]) -> list[RateLine]:
    day = collection.period.reference_day
    below = set(UnitParent.objects.filter(parent__in=offices, valid__contains=day).values_list("unit", flat=True))
    schools = {unit for unit, kind in kinds(below, on=day).items() if kind in SCHOOL_KINDS}
    area_of = {unit: above for above, unit in lineage_pairs([row["expected__unit"] for row in rows], on=day)
               if above in below - schools}  # fmt: skip
    sums: dict[int, list[int]] = defaultdict(lambda: [0, 0, 0, 0])
    for row in rows:
        line = sums[area_of.get(row["expected__unit"], DIRECTLY)]
        for place, name in enumerate(("expected_there", "sent", "on_time", "accepted")):
            line[place] += row[name]
    names = called([area for area in sums if area], on=day)
    lines = [RateLine(collection, area, names.get(area, ""), *counts) for area, counts in sums.items()]
    return sorted(lines, key=lambda line: (line.area == DIRECTLY, line.name))

"""Until when nominations are taken, for the calendar of the units that may send one."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from datetime import date

from django.urls import reverse

from donghanh.agenda.choices import Kind
from donghanh.agenda.queries import Entry, offer
from donghanh.organisations.models import Lineage
from donghanh.people.choices import Right
from donghanh.recognition.choices import State
from donghanh.recognition.models import Nomination, Round


def register() -> None:
    """A round stands on the calendar on its last day; a unit that sent something is done with it."""
    offer(Kind.NOMINATION, _rounds, right=Right.NOMINATE)


def _rounds(units: Collection[int], first: date, last: date) -> Iterable[Entry]:
    for row in Round.objects.filter(closes_on__range=(first, last)).order_by("closes_on", "pk"):
        below = Lineage.objects.filter(ancestor=row.office_id, descendant__in=units, valid__contains=row.closes_on)
        sent = set(
            Nomination.objects.filter(round=row)
            .exclude(state=State.DRAFT)
            .order_by("unit")
            .values_list("unit", flat=True)
        )
        for unit in below.order_by("descendant").values_list("descendant", flat=True):
            yield Entry(
                on=row.closes_on, title=row.name, kind=Kind.NOMINATION, unit_id=unit,
                href=reverse("recognition:round", args=[row.pk]), done=unit in sent,
            )  # fmt: skip

"""What an officer watches in one round: what waits, what is late, where it lies, the rate by area."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from django.db.models import (
    BooleanField,
    Count,
    DateField,
    ExpressionWrapper,
    F,
    OuterRef,
    Q,
    QuerySet,
    Subquery,
    Value,
)

from donghanh.organisations.choices import SCHOOL_KINDS
from donghanh.organisations.models import Lineage, UnitName, UnitParent
from donghanh.organisations.queries import units_on
from donghanh.people.choices import Right
from donghanh.people.models import Account
from donghanh.people.queries import own_units, units_reached
from donghanh.reporting.choices import COUNTED, EDITABLE, State
from donghanh.reporting.models import BulkReview, BulkVerdict, Collection, FigureFault, Reminder, SubmissionVersion
from donghanh.reporting.queries import STANDINGS, Standing, reports_visible_to, standing_of

TOLD_FOR = timedelta(days=7)
DIRECTLY = 0  # the area of units that hang directly below the reader's office


@dataclass(frozen=True)
class Area:
    """One line of the rates: an office directly below the reader's, or all units that hang directly below it."""

    unit_id: int  # DIRECTLY for the latter
    name: str
    expected: int
    sent: int
    on_time: int
    accepted: int


@dataclass(frozen=True)
class Board:
    """One round as one officer sees it."""

    collection: Collection
    offices: list[int]  # the reader's own
    rows: QuerySet[Any]  # every report there, see `watched`
    standing: Standing
    areas: list[Area]
    fault: FigureFault | None  # figures that the nightly recount found wrong, until a week after they were mended


def board(account: Account, collection: Collection, *, on: date) -> Board:
    """Everything the page counts: a few queries, however many units there are."""
    offices = own_units(account, Right.REVIEW_REPORTS, on=on)
    rows = watched(account, collection, on=on)
    recent = Q(mended_at=None) | Q(mended_at__date__gt=on - TOLD_FOR)
    fault = collection.figure_faults.filter(recent).order_by("-at", "-pk").first()
    return Board(collection, offices, rows, standing_of(rows, offices, on=on), _areas(rows, offices, collection), fault)


def watched(account: Account, collection: Collection, *, on: date) -> QuerySet[Any]:
    """Reports of a round in the reader's reach.

    Each with `first_sent`, `area` (unit id), `office_name` (of the present step), `reminded_at`, `mine` (it waits for
    the reader's own office) and `asked_on`.
    """
    day = collection.period.reference_day
    first = SubmissionVersion.objects.filter(submission=OuterRef("pk"), number=1)
    office = UnitName.objects.filter(unit=OuterRef("expected__reviewer"), valid__contains=day)
    clicks = Reminder.objects.filter(expected=OuterRef("expected")).order_by("-at")
    offices = own_units(account, Right.REVIEW_REPORTS, on=on)
    below = UnitParent.objects.filter(parent__in=offices, valid__contains=day).values("unit")
    area = Lineage.objects.filter(
        ancestor__in=below, descendant=OuterRef("expected__unit"), valid__contains=day, depth__gt=0
    )
    rows = reports_visible_to(account, on=on, right=Right.REVIEW_REPORTS).filter(expected__collection=collection)
    watched_rows: QuerySet[Any] = rows.annotate(
        first_sent=Subquery(first.values("sent_at")[:1]),
        area=Subquery(area.values("ancestor")[:1]),
        office_name=Subquery(office.values("name")[:1]),
        reminded_at=Subquery(clicks.values("at")[:1]),
        mine=ExpressionWrapper(STANDINGS["cho-duyet"][1](offices, on), output_field=BooleanField()),
        asked_on=Value(on, output_field=DateField()),
    ).order_by("unit_sort", "pk")
    return watched_rows


def narrowed(found: Board, *, standing: str, area: int | None, on: date) -> QuerySet[Any]:
    """The rows of the list: of one standing ("": all), of one area (None: all)."""
    rows = found.rows
    if standing in STANDINGS:
        rows = rows.filter(STANDINGS[standing][1](found.offices, on))
    if area is not None:
        rows = rows.filter(area=area) if area != DIRECTLY else rows.filter(area=None)
    return rows


def waiting_for(account: Account, collection: Collection, *, on: date) -> dict[int, int]:
    """What waits for the reader's own office in a round: submission id → number of the version that is there."""
    offices = own_units(account, Right.REVIEW_REPORTS, on=on)
    rows = watched(account, collection, on=on).filter(STANDINGS["cho-duyet"][1](offices, on))
    return dict(rows.order_by("latest__sent_at", "pk").values_list("pk", "latest__number"))


def to_remind(account: Account, collection: Collection, *, on: date, late_only: bool) -> list[int]:
    """Ids of reports of a round in the reader's reach that can be reminded: all that are owed, or the late ones."""
    which = STANDINGS["qua-han"][1]((), on) if late_only else Q(state__in=EDITABLE)
    return list(watched(account, collection, on=on).filter(which).order_by("pk").values_list("pk", flat=True))


def _areas(rows: QuerySet[Any], offices: Sequence[int], collection: Collection) -> list[Area]:
    day = collection.period.reference_day
    below: QuerySet[Any] = units_on(day).filter(parents__parent__in=offices, parents__valid__contains=day)
    names = {unit.pk: unit.name for unit in below if unit.kind not in SCHOOL_KINDS}
    sent = ~Q(state=State.DRAFT)
    lines = rows.order_by().values("area").annotate(
        expected_there=Count("pk"),
        sent=Count("pk", filter=sent),
        on_time=Count("pk", filter=sent & Q(first_sent__date__lte=F("expected__grace_on"))),
        accepted=Count("pk", filter=Q(state__in=COUNTED)),
    )  # fmt: skip
    found = {
        line["area"]: (line["expected_there"], line["sent"], line["on_time"], line["accepted"])
        for line in lines.order_by("area")
    }
    areas = [Area(pk, name, *found[pk]) for pk, name in names.items() if pk in found]
    rest = [line for area, line in found.items() if area not in names]
    if rest:
        areas.append(Area(DIRECTLY, "", *(sum(column) for column in zip(*rest, strict=True))))
    return areas


def bulk_reviews_visible_to(account: Account, *, on: date) -> QuerySet[BulkReview]:
    """Bulk acceptances of offices in which the account reviews, newest first."""
    reached = units_reached(account, Right.REVIEW_REPORTS, on=on)
    rows = BulkReview.objects.filter(office__in=reached).select_related("collection__period", "by")
    return rows.order_by("-at", "-pk")


def verdicts_of(asked: BulkReview) -> QuerySet[Any]:
    """Each report of a bulk acceptance with its unit's name, refused ones first."""
    day = asked.collection.period.reference_day
    name = UnitName.objects.filter(unit=OuterRef("submission__expected__unit"), valid__contains=day)
    rows: QuerySet[Any] = BulkVerdict.objects.filter(review=asked).annotate(
        unit_name=Subquery(name.values("name")),
        unit_sort=Subquery(name.values("name_sort")),
        unit_folded=Subquery(name.values("name_folded")),
    )
    return rows.order_by(F("ok").asc(nulls_last=True), "unit_sort", "pk")

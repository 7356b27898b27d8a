"""What officers who ask for reports read: requests, their rounds, who is asked, who was on time."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db.models import Count, F, Func, IntegerField, Max, OuterRef, QuerySet, Subquery, TextField
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from donghanh.agenda.queries import crowding
from donghanh.agenda.rules import warnings
from donghanh.organisations.choices import UnitKind
from donghanh.organisations.models import UnitName
from donghanh.organisations.queries import named
from donghanh.people.choices import Right
from donghanh.people.models import Account
from donghanh.people.queries import units_reached
from donghanh.periods.queries import Span
from donghanh.reporting.chains import offices_of, read_chain, without_reviewer
from donghanh.reporting.choices import State
from donghanh.reporting.models import Collection, ExpectedReport, Extension, Reminder, ReportRequest
from donghanh.reporting.queries import reports_visible_to, still_expected_on
from donghanh.reporting.schedules import Days
from donghanh.reporting.selectors import Selector, units_asked


def requests_visible_to(account: Account, *, on: date) -> QuerySet[Any]:
    """The only gate to requests: those of offices in which the account may ask, newest first.

    Each carries `owner_name`, `folded` (its own name, without tone marks) and `rounds_opened`.
    """
    owner = UnitName.objects.filter(unit=OuterRef("owner")).order_by("-valid").values("name")[:1]
    rounds = Collection.objects.filter(request=OuterRef("pk")).order_by().values("request")
    found: QuerySet[Any] = (
        ReportRequest.objects.filter(owner__in=units_reached(account, Right.ASK_REPORTS, on=on))
        .select_related("form")
        .annotate(
            owner_name=Subquery(owner),
            folded=Func(F("name"), function="dh_fold", output_field=TextField()),
            rounds_opened=Subquery(rounds.annotate(many=Count("pk")).values("many"), output_field=IntegerField()),
        )
        .order_by(F("ended_on").desc(nulls_first=True), "-created_at", "-pk")
    )
    return found


def rounds_of(request: ReportRequest, account: Account, *, on: date) -> QuerySet[Any]:
    """The rounds of a request, newest first, each with how many reports that the account may see stand where."""
    reports = reports_visible_to(account, on=on, right=Right.ASK_REPORTS).filter(still_expected_on(on))
    seen = reports.filter(expected__collection=OuterRef("pk")).order_by().values("expected__collection")

    def many(**which: Any) -> Subquery:
        counted = seen.filter(**which).annotate(many=Count("pk")).values("many")
        return Subquery(counted, output_field=IntegerField())

    rows: QuerySet[Any] = Collection.objects.filter(request=request)
    found: QuerySet[Any] = (
        rows.select_related("period", "form_version")
        .annotate(
            units=many(),
            not_sent=many(state=State.DRAFT),
            submitted=many(state=State.SUBMITTED),
            returned=many(state=State.RETURNED),
            accepted=many(state__in=(State.ACCEPTED, State.LOCKED)),
        )
        .order_by("-period__days", "-pk")
    )
    return found


def asked_in(collection: Collection, account: Account, *, on: date) -> QuerySet[Any]:
    """Reports of one round that the account may extend: each with `reviewer_name`, `times_extended`,
    `times_reminded`, `last_reminded`, by the unit's name.
    """
    day = collection.period.reference_day
    office = UnitName.objects.filter(unit=OuterRef("expected__reviewer"), valid__contains=day)
    reminders = Reminder.objects.filter(expected=OuterRef("expected")).order_by().values("expected")
    extensions = Extension.objects.filter(expected=OuterRef("expected")).order_by().values("expected")
    rows: QuerySet[Any] = reports_visible_to(account, on=on, right=Right.ASK_REPORTS)
    found: QuerySet[Any] = (
        rows.filter(still_expected_on(on), expected__collection=collection)
        .annotate(
            reviewer_name=Subquery(office.values("name")),
            times_extended=Subquery(extensions.annotate(many=Count("pk")).values("many")),
            times_reminded=Subquery(reminders.annotate(many=Count("pk")).values("many")),
            last_reminded=Subquery(reminders.annotate(last=Max("on")).values("last")),
        )
        .order_by("unit_sort", "pk")
    )
    return found


def rounds_to_extend(account: Account, *, on: date) -> QuerySet[Collection]:
    """Rounds in which the account may give some unit more time."""
    reached = units_reached(account, Right.ASK_REPORTS, on=on)
    theirs = ExpectedReport.objects.filter(unit__in=reached).order_by().values("collection")
    rows = Collection.objects.filter(pk__in=theirs).select_related("period", "form_version__form", "request")
    return rows.order_by("-period__reference_day", "pk")


def reminded_words(times: int | None, last: date | None) -> str:
    """“Đã nhắc 2 lần, lần cuối 18/6”; "" where nobody did."""
    if not times or last is None:
        return ""
    return _("Đã nhắc %(times)s lần, lần cuối %(day)s") % {"times": times, "day": date_format(last, "j/n")}


def reminded(expected: ExpectedReport) -> str:
    """The same of one report, asked for."""
    found = expected.reminders.aggregate(times=Count("pk"), last=Max("on"))
    return reminded_words(found["times"], found["last"])


NAMES_SHOWN = 20


@dataclass(frozen=True)
class Preview:
    """What a request would ask, before it is saved; units as on the day `on` on which the tree is read."""

    on: date
    units: int
    kinds: list[tuple[str, int]]  # kind, how many
    names: list[str]  # the first by name
    offices: list[tuple[str, int]]  # the office that is first to decide, for how many units
    ways: int  # how many offices the longest way has
    missing: str  # the sentence about units without any reviewer
    rounds: list[tuple[Span, Days]]
    crowded: list[str]  # sentences about weeks that are full already

    @property
    def more(self) -> int:
        """Units beside those named."""
        return self.units - len(self.names)


def preview(
    request: ReportRequest, *, on: date, rounds: list[tuple[Span, Days]], due_on: date | None = None
) -> Preview:
    """Of a request, saved or not; `rounds`: its next ones, whose first says on which day the tree counts.

    `due_on`: of a request that comes once.
    """
    day = rounds[0][0].reference_day if rounds else on
    asked = units_asked(Selector.read(request.selector), request.owner_id, day)
    ways = offices_of(asked, read_chain(request.chain), day)
    kinds, first = Counter(asked[unit] for unit in ways), Counter(way[0] for way in ways.values())
    names = named([*list(ways), *first], on=day)
    due = due_on or (rounds[0][1].due_on if rounds else None)
    return Preview(
        on=day,
        units=len(ways),
        kinds=[(str(UnitKind(kind).label), many) for kind, many in kinds.most_common()],
        names=[name for unit, name in names.items() if unit in ways][:NAMES_SHOWN],
        offices=[(names.get(office, ""), many) for office, many in first.most_common()],
        ways=max(map(len, ways.values()), default=0),
        missing=without_reviewer(asked, ways),
        rounds=rounds,
        crowded=warnings(crowding(list(ways), due)) if due else [],
    )

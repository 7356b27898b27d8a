from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from functools import cached_property
from typing import Any

from django.db.models import Count, Exists, F, Max, OuterRef, Q, QuerySet, Subquery, Value
from django.db.models.functions import Coalesce, Least
from django.utils.translation import gettext as _

from donghanh.organisations.choices import LEVELS_TAUGHT
from donghanh.organisations.models import Headcount, UnitName, UnitType
from donghanh.people.choices import Right
from donghanh.people.models import Account
from donghanh.people.queries import own_units, units_reached
from donghanh.questionnaires.models import Definition
from donghanh.questionnaires.rules import Offered
from donghanh.reporting.choices import EDITABLE, MOVES, Move, State
from donghanh.reporting.models import Collection, ExpectedReport, IssuedReport, Reminder, Submission, SubmissionVersion
from donghanh.reporting.self_filling import offered


def reports_visible_to(account: Account, *, on: date, right: str = Right.READ_REPORTS) -> QuerySet[Any]:
    """The only gate to reports: `Submission` rows of units in which the account holds `right` on this day.

    Reports of a unit that is no more stay with its own people and with those who reach the office they lie with.
    Each row carries `unit_name`, `unit_sort`, `unit_folded` (as on the period's reference day), its round and period.
    """
    name, reached = _name_of("expected__unit"), units_reached(account, right, on=on)
    gone = ~Q(expected__unit__existence__contains=on)
    left = Q(expected__unit__in=own_units(account, right, on=on)) | Q(expected__reviewer__in=reached)
    return (
        Submission.objects.filter(Q(expected__unit__in=reached) | (gone & left))
        .select_related("expected__collection__period", "expected__unit", "latest")
        .annotate(
            unit_id=F("expected__unit"),
            unit_name=Subquery(name.values("name")),
            unit_sort=Subquery(name.values("name_sort")),
            unit_folded=Subquery(name.values("name_folded")),
        )
    )


@dataclass(frozen=True)
class Sheet:
    """One report with all that its pages and its checks need."""

    submission: Submission
    unit_name: str  # this and the rest as on the period's reference day
    levels: list[str]  # that the unit teaches
    register: dict[str, float]  # "staff", "learners"; what the register does not say is left out
    previous: list[float | None] | None  # numbers sent for the period before, in the same version of the form

    @property
    def pk(self) -> int:
        return self.submission.pk

    @property
    def state(self) -> str:
        return self.submission.state

    @property
    def latest(self) -> SubmissionVersion | None:
        return self.submission.latest

    @property
    def expected(self) -> ExpectedReport:
        return self.submission.expected

    @property
    def collection(self) -> Collection:
        return self.submission.expected.collection

    @property
    def definition(self) -> Definition:
        return self.collection.form_version.definition

    @cached_property
    def offered(self) -> dict[str, Offered]:
        """By cell, what the programme counted itself; asked for once, and only by pages that show it."""
        unit, span = self.expected.unit_id, self.collection.period.span
        return offered(self.definition, self.levels, unit_id=unit, span=span, pk=self.pk)


def sheet(account: Account, pk: int, *, on: date) -> Sheet:
    """One report in one query; DoesNotExist if the account may not see it."""
    there = {
        "unit": OuterRef("expected__unit"),
        "valid__contains": OuterRef("expected__collection__period__reference_day"),
    }
    before = SubmissionVersion.objects.filter(
        submission__expected__unit=OuterRef("expected__unit"),
        submission__latest=F("pk"),
        submission__expected__collection__form_version=OuterRef("expected__collection__form_version"),
        submission__expected__collection__period__days__lt=OuterRef("expected__collection__period__days"),
    ).order_by("-submission__expected__collection__period__days")
    rows: QuerySet[Any] = reports_visible_to(account, on=on).filter(pk=pk)
    rows = rows.select_related("expected__collection__form_version", "latest__sent_by").annotate(
        unit_kind=Subquery(UnitType.objects.filter(**there).values("kind")),
        staff=Subquery(Headcount.objects.filter(**there).values("staff")),
        learners=Subquery(Headcount.objects.filter(**there).values("learners")),
        previous=Subquery(before.values("numbers")[:1]),
    )
    row = rows.get()
    sizes = {"staff": row.staff, "learners": row.learners}
    return Sheet(
        submission=row,
        unit_name=row.unit_name,
        levels=[str(level) for level in LEVELS_TAUGHT.get(row.unit_kind, ())],
        register={name: size for name, size in sizes.items() if size is not None},
        previous=row.previous,
    )


def _name_of(unit: str) -> QuerySet[UnitName]:
    """The name, on the period's reference day, of the unit that the path `unit` of a report leads to."""
    day = OuterRef("expected__collection__period__reference_day")
    return UnitName.objects.filter(unit=OuterRef(unit), valid__contains=day)


def still_expected_on(on: date) -> Q:
    """Of reports: those that their units owe, or sent. A unit that was closed or merged while the round took reports
    owes nothing more; one that let the round pass still lacks its report.
    """
    day = Least(Value(on), F("expected__closes_on"))
    return Q(latest__isnull=False) | Q(expected__unit__existence__contains=day)


def owed_by(account: Account, *, on: date) -> QuerySet[Any]:
    """Reports that the account fills itself, the latest due day first: what is to do, and what was done.

    Each row carries `times_reminded` and `last_reminded`.
    """
    asked = Reminder.objects.filter(expected=OuterRef("expected")).order_by().values("expected")
    reminders = asked.annotate(times=Count("pk"), last=Max("on"))
    own = own_units(account, Right.FILL_REPORTS, on=on)
    rows: QuerySet[Any] = reports_visible_to(account, on=on, right=Right.FILL_REPORTS)
    found: QuerySet[Any] = (
        rows.filter(still_expected_on(on), expected__unit__in=own, expected__collection__opens_on__lte=on)
        .annotate(
            times_reminded=Coalesce(Subquery(reminders.values("times")), 0),
            last_reminded=Subquery(reminders.values("last")),
        )
        .order_by("-expected__due_on", "unit_sort", "pk")
    )
    return found


def to_fill(account: Account, *, on: date) -> QuerySet[Any]:
    """Of `owed_by`: those that wait for this person and can still be sent; a returned one can, whatever the day."""
    still = Q(state=State.RETURNED) | Q(state=State.DRAFT, expected__closes_on__gte=on)
    return owed_by(account, on=on).filter(still)


def to_review(account: Account, *, on: date) -> QuerySet[Any]:
    """Sent reports that wait for the account's own office, longest waiting first."""
    offices = own_units(account, Right.REVIEW_REPORTS, on=on)
    return (
        reports_visible_to(account, on=on, right=Right.REVIEW_REPORTS)
        .filter(expected__reviewer__in=offices, state=State.SUBMITTED)
        .order_by("latest__sent_at", "pk")
    )


def not_received(account: Account, collection: Collection, *, on: date) -> QuerySet[Any]:
    """Units of one round that have not sent, or whose report lies with them returned."""
    rows = reports_visible_to(account, on=on).filter(
        still_expected_on(on), expected__collection=collection, state__in=EDITABLE
    )
    named: QuerySet[Any] = rows.annotate(reviewer_name=Subquery(_name_of("expected__reviewer").values("name")))
    return named.order_by("unit_sort", "pk")


def collections_visible_to(account: Account, *, on: date) -> QuerySet[Collection]:
    """Rounds in which some unit that the account may see has a report, newest first."""
    reached = units_reached(account, Right.READ_REPORTS, on=on)
    theirs = ExpectedReport.objects.filter(collection=OuterRef("pk"), unit__in=reached)
    rows = Collection.objects.filter(Exists(theirs), opens_on__lte=on).select_related("period", "form_version__form")
    return rows.order_by("-period__reference_day", "pk")


def open_in(unit_ids: Iterable[int], on: date) -> list[tuple[str, int]]:
    """How many reports these units still owe or wait for on the day, for whoever records an event of the tree."""
    rows = ExpectedReport.objects.filter(Q(unit__in=unit_ids) | Q(reviewer__in=unit_ids))
    waits = Q(submission__state__in=MOVES[Move.ACCEPT].sources)
    owed = Q(submission__state__in=EDITABLE, collection__opens_on__lte=on, closes_on__gte=on)
    return [(_("báo cáo đang mở"), rows.filter(waits | owed).count())]


def counts(account: Account, collection: Collection, *, on: date) -> dict[str, int]:
    """How many of the visible reports of a round stand where; adds up to `expected`."""
    found: dict[str, int] = (
        reports_visible_to(account, on=on)
        .filter(still_expected_on(on), expected__collection=collection)
        .aggregate(
            expected=Count("pk"),
            not_begun=Count("pk", filter=Q(state=State.DRAFT, revision=0)),
            begun=Count("pk", filter=Q(state=State.DRAFT, revision__gt=0)),
            submitted=Count("pk", filter=Q(state=State.SUBMITTED)),
            returned=Count("pk", filter=Q(state=State.RETURNED)),
            accepted=Count("pk", filter=Q(state=State.ACCEPTED)),
        )
    )
    return found


def versions_of(submission: Submission) -> QuerySet[SubmissionVersion]:
    """Every sending, oldest first, with its sender and the remarks made on it."""
    return submission.versions.select_related("sent_by").prefetch_related("remarks").order_by("number")


def issued_for(collection: Collection, unit_ids: Iterable[int]) -> QuerySet[IssuedReport]:
    """Official reports drawn for these units, newest first."""
    found = collection.issued.filter(unit__in=unit_ids).select_related("pdf", "docx", "by")
    return found.order_by("-at", "-pk")


def layout_of(collection: Collection) -> str:
    """Name of the layout that a round's figures follow: form and version, "plan3296/1"."""
    version = collection.form_version
    return f"{version.form.code}/{version.number}"


def shown_state(submission: Submission) -> str:
    """The state's word in the design system: a draft that nobody has begun is “not_started”."""
    return submission.state if submission.revision or submission.latest_id else "not_started"


def remarks_on(version: SubmissionVersion | None) -> dict[str, str]:
    """Item → what the reviewer asked there, on one sending."""
    return {remark.item: remark.text for remark in version.remarks.order_by("pk")} if version else {}


def reason_of_return(submission: Submission) -> str:
    """The reviewer's general words at the last return, if it lies returned now."""
    if submission.state != State.RETURNED:
        return ""
    last = submission.transitions.filter(move=Move.RETURN).order_by("-pk").first()
    return last.reason if last else ""


def is_generated(collection: Collection) -> bool:
    """Whether some unit of the round is demo data: what is drawn from it must say so."""
    return collection.expected.filter(unit__generated=True).exists()

from __future__ import annotations

from collections.abc import Iterable
from datetime import date

from django.db.models import Count, F, OuterRef, Q, QuerySet, Subquery

from donghanh.organisations.choices import LEVELS_TAUGHT
from donghanh.organisations.models import Headcount, UnitName, UnitType
from donghanh.people.choices import Right
from donghanh.people.models import Account
from donghanh.people.queries import own_units, units_reached
from donghanh.reporting.choices import EDITABLE, Move, State
from donghanh.reporting.models import Collection, IssuedReport, Submission, SubmissionVersion


def reports_visible_to(account: Account, *, on: date, right: str = Right.READ_REPORTS) -> QuerySet[Submission]:
    """The only gate to reports: those of units in which the account holds `right` on this day.

    Each row carries `unit_name`, `unit_sort`, `unit_folded` (as on the period's reference day), its round and period.
    """
    name = _name_of("expected__unit")
    return (
        Submission.objects.filter(expected__unit__in=units_reached(account, right, on=on))
        .select_related("expected__collection__period", "latest")
        .annotate(
            unit_id=F("expected__unit"),
            unit_name=Subquery(name.values("name")),
            unit_sort=Subquery(name.values("name_sort")),
            unit_folded=Subquery(name.values("name_folded")),
        )
    )


def sheet(account: Account, pk: int, *, on: date) -> QuerySet[Submission]:
    """One report with all that its checks need, in one query (empty if the account may not see it).

    Adds `unit_kind`, `staff`, `learners` (the register's, on the reference day), `previous` (numbers sent for the
    period before, in the same version of the form) and `reviewer_name`.
    """
    reference_day = OuterRef("expected__collection__period__reference_day")
    there = {"unit": OuterRef("expected__unit"), "valid__contains": reference_day}
    before = SubmissionVersion.objects.filter(
        submission__expected__unit=OuterRef("expected__unit"),
        submission__latest=F("pk"),
        submission__expected__collection__form_version=OuterRef("expected__collection__form_version"),
        submission__expected__collection__period__days__lt=OuterRef("expected__collection__period__days"),
    ).order_by("-submission__expected__collection__period__days")
    rows = reports_visible_to(account, on=on).filter(pk=pk).select_related("expected__collection__form_version")
    return rows.annotate(
        unit_kind=Subquery(UnitType.objects.filter(**there).values("kind")),
        staff=Subquery(Headcount.objects.filter(**there).values("staff")),
        learners=Subquery(Headcount.objects.filter(**there).values("learners")),
        previous=Subquery(before.values("numbers")[:1]),
        reviewer_name=Subquery(_name_of("expected__reviewer").values("name")),
    )  # fmt: skip


def _name_of(unit: str) -> QuerySet[UnitName]:
    """The name, on the period's reference day, of the unit that the path `unit` of a report leads to."""
    day = OuterRef("expected__collection__period__reference_day")
    return UnitName.objects.filter(unit=OuterRef(unit), valid__contains=day)


def levels_of(sheet: Submission) -> list[str]:
    """Levels that the unit of a `sheet` taught on the reference day."""
    return [str(level) for level in LEVELS_TAUGHT.get(sheet.unit_kind, ())]  # type: ignore[attr-defined]  # annotated


def register_of(sheet: Submission) -> dict[str, float]:
    """What the register says of the unit of a `sheet`; what it does not say is left out."""
    known = {"staff": sheet.staff, "learners": sheet.learners}  # type: ignore[attr-defined]  # annotated
    return {name: size for name, size in known.items() if size is not None}


def owed_by(account: Account, *, on: date) -> QuerySet[Submission]:
    """Reports that the account fills itself, newest round first: what is to do, and what was done."""
    own = own_units(account, Right.FILL_REPORTS, on=on)
    return (
        reports_visible_to(account, on=on, right=Right.FILL_REPORTS)
        .filter(expected__unit__in=own, expected__collection__opens_on__lte=on)
        .order_by("-expected__collection__due_on", "unit_sort", "pk")
    )


def to_fill(account: Account, *, on: date) -> QuerySet[Submission]:
    """Of `owed_by`: those that wait for this person and can still be sent."""
    return owed_by(account, on=on).filter(state__in=EDITABLE, expected__collection__closes_on__gte=on)


def to_review(account: Account, *, on: date) -> QuerySet[Submission]:
    """Sent reports that wait for the account's own office, longest waiting first."""
    offices = own_units(account, Right.REVIEW_REPORTS, on=on)
    return (
        reports_visible_to(account, on=on, right=Right.REVIEW_REPORTS)
        .filter(expected__reviewer__in=offices, state=State.SUBMITTED)
        .order_by("latest__sent_at", "pk")
    )


def not_received(account: Account, collection: Collection, *, on: date) -> QuerySet[Submission]:
    """Units of one round that have not sent, or whose report lies with them returned."""
    return (
        reports_visible_to(account, on=on)
        .filter(expected__collection=collection, state__in=EDITABLE)
        .annotate(reviewer_name=Subquery(_name_of("expected__reviewer").values("name")))
        .order_by("unit_sort", "pk")
    )


def collections_visible_to(account: Account, *, on: date) -> QuerySet[Collection]:
    """Rounds in which some unit that the account may see has a report, newest first."""
    reached = units_reached(account, Right.READ_REPORTS, on=on)
    return (
        Collection.objects.filter(expected__unit__in=reached, opens_on__lte=on)
        .select_related("period", "form_version__form")
        .distinct()
        .order_by("-period__reference_day", "pk")
    )


def counts(account: Account, collection: Collection, *, on: date) -> dict[str, int]:
    """How many of the visible reports of a round stand where; adds up to `expected`."""
    return reports_visible_to(account, on=on).filter(expected__collection=collection).aggregate(
        expected=Count("pk"),
        not_begun=Count("pk", filter=Q(state=State.DRAFT, revision=0)),
        begun=Count("pk", filter=Q(state=State.DRAFT, revision__gt=0)),
        submitted=Count("pk", filter=Q(state=State.SUBMITTED)),
        returned=Count("pk", filter=Q(state=State.RETURNED)),
        accepted=Count("pk", filter=Q(state=State.ACCEPTED)),
    )  # fmt: skip


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

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from collections.abc import Collection as Collection_
from dataclasses import dataclass
from datetime import date, datetime
from functools import cached_property
from typing import Any

from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import Count, Exists, F, Func, JSONField, Max, Min, OuterRef, Q, QuerySet, Subquery, Value
from django.db.models.functions import Coalesce, JSONObject, Least
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from donghanh.organisations.choices import LEVELS_TAUGHT
from donghanh.organisations.models import Headcount, UnitName, UnitType
from donghanh.organisations.queries import called
from donghanh.people.choices import Right
from donghanh.people.models import Account
from donghanh.people.queries import own_units, units_reached
from donghanh.questionnaires.models import Definition
from donghanh.questionnaires.rules import Answers, Offered, Review, read_answers, review
from donghanh.reporting.choices import COUNTED, EDITABLE, MOVES, Move, State
from donghanh.reporting.models import (
    BulkReview,
    Collection,
    Evidence,
    ExpectedReport,
    IssuedReport,
    Reminder,
    ReviewStep,
    Submission,
    SubmissionVersion,
)
from donghanh.reporting.peers import usual_values
from donghanh.reporting.queries_behind import RoundOf, behind, forms_named
from donghanh.reporting.self_filling import offered

__all__ = ["RoundOf", "forms_named"]  # what stands behind a figure, for the rooms above


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


def reports_behind(
    account: Account, rounds: Iterable[RoundOf], unit_id: int, group: str = "", *, counted: bool = True, on: date
) -> QuerySet[Any]:
    """Reports of these rounds that count for a unit, of one kind of school where `group` names one, by name.

    Those that the account may read; `counted`: accepted ones alone, as figures take them, else all that were to come.
    Each row carries `accepted_at`, `accepted_by` and `accepted_office` of its latest sending, None where nobody has.
    """
    return behind(reports_visible_to(account, on=on), rounds, unit_id, group, counted=counted)


@dataclass(frozen=True)
class Sheet:
    """One report with all that its pages and its checks need."""

    submission: Submission
    unit_name: str  # this and the rest as on the period's reference day
    levels: list[str]  # that the unit teaches
    register: dict[str, float]  # "staff", "learners"; what the register does not say is left out
    previous: list[float | None] | None  # numbers sent for the period before, in the same version of the form
    evidence: dict[str, list[dict[str, Any]]]  # item → its files: id, name, sha256; oldest first
    kind: str  # of the unit
    on: date  # today, for logic that asks for it

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

    @cached_property
    def peers(self) -> dict[str, float]:
        """By cell, the usual value of units of the same kind in the period before, where the form compares with it."""
        return usual_values(self.collection, self.kind) if self.definition.compares_with_peers else {}

    def read(self, typed: Mapping[str, str]) -> Answers:
        """Typed boxes as the answers of this unit."""
        return read_answers(self.definition, typed, self.levels, on=self.on)

    def review(self, answers: Answers, *, evidence: Collection_[str] | None = None) -> Review:
        """Everything that is empty, wrong or unusual, against all that this report may be compared with.

        `evidence`: items with a file; those of the draft where nothing is said.
        """
        return review(
            self.definition, answers, self.levels, self.register, self.previous, peers=self.peers,
            offered=self.offered, evidence=self.evidence if evidence is None else evidence, on=self.on,
        )  # fmt: skip


def sheet(account: Account, pk: int, *, on: date) -> Sheet:
    """One report in one query; DoesNotExist if the account may not see it."""
    try:
        return sheets(account, [pk], on=on)[pk]
    except KeyError:
        raise Submission.DoesNotExist from None


def sheets(account: Account, pks: Iterable[int], *, on: date) -> dict[int, Sheet]:
    """Those of the reports that the account may see, in one query."""
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
    beside = Evidence.objects.filter(submission=OuterRef("pk"), removed_at=None).order_by("pk")
    named = JSONObject(item="item", id="pk", name="file__name", sha256="file__sha256")
    rows: QuerySet[Any] = reports_visible_to(account, on=on).filter(pk__in=pks).order_by("pk")
    rows = rows.select_related("expected__collection__form_version", "latest__sent_by").annotate(
        unit_kind=Subquery(UnitType.objects.filter(**there).values("kind")),
        staff=Subquery(Headcount.objects.filter(**there).values("staff")),
        learners=Subquery(Headcount.objects.filter(**there).values("learners")),
        previous=Subquery(before.values("numbers")[:1]),
        beside=ArraySubquery(beside.values(json=named)),
    )
    return {row.pk: _sheet_of(row, on) for row in rows}


def _sheet_of(row: Any, on: date) -> Sheet:
    sizes = {"staff": row.staff, "learners": row.learners}
    return Sheet(
        submission=row,
        unit_name=row.unit_name,
        levels=[str(level) for level in LEVELS_TAUGHT.get(row.unit_kind, ())],
        register={name: size for name, size in sizes.items() if size is not None},
        previous=row.previous,
        evidence=_by_item(row.beside),
        kind=row.unit_kind or "",
        on=on,
    )


def _by_item(files: Iterable[dict[str, Any]]) -> dict[str, list[dict[str, Any]]]:
    found: dict[str, list[dict[str, Any]]] = {}
    for file in files:
        found.setdefault(file["item"], []).append({name: file[name] for name in ("id", "name", "sha256")})
    return found


def evidence_visible_to(account: Account, *, on: date) -> QuerySet[Evidence]:
    """Files beside reports that the account may see: the unit's own, and for others those that a sending names."""
    seen = reports_visible_to(account, on=on).values("pk")
    own = Q(submission__expected__unit__in=own_units(account, Right.FILL_REPORTS, on=on))
    named = Exists(
        SubmissionVersion.objects.filter(
            submission=OuterRef("submission"),
            sent_at__gte=OuterRef("at"),
            evidence__contains=Func(
                OuterRef("item"),
                Func(Func(Value("id"), OuterRef("pk"), function="jsonb_build_object"), function="jsonb_build_array"),
                function="jsonb_build_object",
                output_field=JSONField(),
            ),
        )
    )
    return Evidence.objects.filter(own | named, submission__in=seen).select_related("file")


def news_of(account: Account, pk: int, *, on: date) -> Any:
    """The report as a page that is open asks for it every few seconds: one row, with the name of who saved last.

    Submission.DoesNotExist if the account may not fill it.
    """
    rows: QuerySet[Any] = reports_visible_to(account, on=on, right=Right.FILL_REPORTS)
    return rows.annotate(writer=F("saved_by__full_name")).get(pk=pk)


def receipt_number(version: SubmissionVersion) -> str:
    """What the sender holds: the sending's number and 12 digits of its seal, which nobody guesses."""
    return f"{version.pk:06}-{version.sha256[:12]}"


RECEIPT = re.compile(r"(\d{1,12})-([0-9a-f]{12})")


def receipt_of(number: str) -> SubmissionVersion | None:
    """The sending that a receipt's number names, with its report, round and form; None where there is none."""
    named = RECEIPT.fullmatch("".join(number.lower().split()))
    if not named:
        return None
    there = SubmissionVersion.objects.filter(pk=named[1], sha256__startswith=named[2])
    path = "submission__expected__collection"
    name: Any = there.select_related(f"{path}__period", f"{path}__form_version").annotate(
        unit_name=Subquery(_name_of("submission__expected__unit", "submission__").values("name"))
    )
    found: SubmissionVersion | None = name.first()
    return found


def _name_of(unit: str, report: str = "") -> QuerySet[UnitName]:
    """The name, on the period's reference day, of the unit that the path `unit` leads to, `report` to the report."""
    day = OuterRef(f"{report}expected__collection__period__reference_day")
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
            accepted=Count("pk", filter=Q(state__in=COUNTED)),
        )
    )
    return found


type Filter = Callable[[Sequence[int], date], Q]


def _late(_offices: Sequence[int], on: date) -> Q:
    return Q(state=State.DRAFT, expected__grace_on__lt=on)


STANDINGS: dict[str, tuple[str | Promise, Filter]] = {  # value in the address → word, which reports
    "cho-duyet": (
        gettext_lazy("Chờ tôi duyệt"),
        lambda offices, _on: Q(state=State.SUBMITTED, expected__reviewer__in=offices),
    ),
    "qua-han": (gettext_lazy("Quá hạn, chưa gửi"), _late),
    "bi-tra-lai": (gettext_lazy("Bị trả lại, đang ở đơn vị"), lambda _offices, _on: Q(state=State.RETURNED)),
    "noi-khac": (
        gettext_lazy("Đang ở cơ quan khác"),
        lambda offices, _on: Q(state=State.SUBMITTED) & ~Q(expected__reviewer__in=offices),
    ),
    "chua-gui": (gettext_lazy("Chưa gửi"), lambda _offices, _on: Q(state=State.DRAFT)),
    "da-duyet": (gettext_lazy("Đã duyệt"), lambda _offices, _on: Q(state__in=COUNTED)),
}
WAITS = {"cho-duyet": "submitted", "qua-han": "late", "bi-tra-lai": "returned", "noi-khac": "on_the_way"}  # → its look


@dataclass(frozen=True)
class Standing:
    """How many reports of a round stand where, as one officer sees it."""

    counts: dict[str, int]  # by STANDINGS, and "total"
    oldest: datetime | None  # when the longest waiting of those that wait for the reader was sent

    @property
    def waits(self) -> list[tuple[str, str, str | Promise, int]]:
        """What asks for something: value in the address, look, word, how many."""
        return [(code, look, STANDINGS[code][0], self.counts[code]) for code, look in WAITS.items()]


def standing_of(rows: QuerySet[Any], offices: Sequence[int], *, on: date) -> Standing:
    """The counts of these reports for an officer of these offices: one query."""
    tallies: dict[str, Any] = {
        code.replace("-", "_"): Count("pk", filter=which(offices, on)) for code, (_word, which) in STANDINGS.items()
    }
    waits = STANDINGS["cho-duyet"][1](offices, on)
    found = rows.aggregate(total=Count("pk"), oldest=Min("latest__sent_at", filter=waits), **tallies)
    oldest = found.pop("oldest")
    return Standing({code.replace("_", "-"): count for code, count in found.items()}, oldest)


def standing_in(account: Account, collection: Collection, *, on: date) -> Standing:
    """The same, of the reports of a round that the account reviews or that are reviewed below it."""
    rows = reports_visible_to(account, on=on, right=Right.REVIEW_REPORTS).filter(expected__collection=collection)
    return standing_of(rows, own_units(account, Right.REVIEW_REPORTS, on=on), on=on)


def offices_reviewing(account: Account, *, on: date) -> list[int]:
    """The units in which the account reviews reports by a role of its own."""
    return own_units(account, Right.REVIEW_REPORTS, on=on)


def progress_of(asked: BulkReview) -> dict[str, int]:
    """How many reports of a bulk acceptance there are (`total`), are `done`, `accepted` and `refused`."""
    found: dict[str, int] = asked.verdicts.aggregate(
        total=Count("pk"),
        done=Count("pk", filter=Q(ok__isnull=False)),
        accepted=Count("pk", filter=Q(ok=True)),
        refused=Count("pk", filter=Q(ok=False)),
    )
    return found


def offices_of(submission: Submission) -> dict[int, str]:
    """Number of each step of a report's chain → the name of its office."""
    steps = dict(submission.expected.steps.order_by("number").values_list("number", "office"))
    names = called(steps.values(), on=submission.expected.collection.period.reference_day)
    return {number: names.get(office, "") for number, office in steps.items()}


@dataclass(frozen=True)
class ChainStep:
    """One office of a report's chain: who has accepted, who has it now, who comes after."""

    office: str
    due_on: date
    standing: str  # "done", "now", "next"
    late: bool  # has it now and should have decided
    by: str = ""
    at: datetime | None = None


def chain_of(submission: Submission, *, on: date) -> list[ChainStep]:
    """The offices that a report goes up, nearest first, as they stand for its latest sending."""
    steps = list(submission.expected.steps.order_by("number"))
    names = called([step.office_id for step in steps], on=on)
    moves = submission.transitions.filter(version=submission.latest_id).select_related("by").order_by("pk")
    accepted = {row.step: row for row in moves if row.move == Move.ACCEPT}
    through = submission.state in COUNTED
    present = submission.step if submission.state == State.SUBMITTED else None
    chain = []
    for step in steps:
        passed = accepted.get(step.number) if through or (present and step.number < present) else None
        done = through or bool(present and step.number < present)
        standing = "done" if done else "now" if step.number == present else "next"
        late = standing == "now" and step.due_on < on
        who = passed.by.full_name if passed and passed.by else ""
        chain.append(
            ChainStep(names.get(step.office_id, ""), step.due_on, standing, late, who, passed.at if passed else None)
        )
    return chain


def next_step(submission: Submission) -> ReviewStep | None:
    """The step above the present one; the same office twice in a row (one was dissolved) decides once."""
    above = submission.expected.steps.filter(number__gt=submission.step)
    return above.exclude(office=submission.expected.reviewer_id).order_by("number").first()


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
    """The reviewer's general words at the last return or reopening, if it lies returned now."""
    if submission.state != State.RETURNED:
        return ""
    last = submission.transitions.filter(move__in=(Move.RETURN, Move.REOPEN)).order_by("-pk").first()
    return last.reason if last else ""


def is_generated(collection: Collection) -> bool:
    """Whether some unit of the round is demo data: what is drawn from it must say so."""
    return collection.expected.filter(unit__generated=True).exists()

"""Complete data sets are sendings; approvals are the steps of a report's own chain."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from http import HTTPStatus
from typing import Any, Final

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from donghanh.api.dhis2.actions import send_report
from donghanh.api.dhis2.callers import Caller
from donghanh.api.dhis2.catalogue import Catalogue
from donghanh.api.dhis2.choices import DEFAULT, DEFAULT_UIDS, Code, IdentityKind, Scheme
from donghanh.api.dhis2.faults import Fault, conflict
from donghanh.api.dhis2.identifiers import Schemes
from donghanh.api.dhis2.rounds import Rounds, reports_of
from donghanh.api.dhis2.summaries import Summary
from donghanh.kernel.verdict import Refused
from donghanh.organisations.models import Lineage
from donghanh.people.choices import Right
from donghanh.reporting import actions, queries
from donghanh.reporting.choices import COUNTED, EDITABLE, Move
from donghanh.reporting.models import Transition
from donghanh.reporting.queries import Sheet
from donghanh.reporting.rules import may_reopen, may_review, needs_no_reading

MOST_REPORTS: Final = 5000  # of one request
WITHDRAWN: Final = "Rút lại qua giao diện DHIS2."
REOPENED: Final = "Mở lại qua giao diện DHIS2."
ATTRIBUTES: Final = {"", DEFAULT, DEFAULT_UIDS[IdentityKind.CELL]}
STATES: Final = (  # least far first: what an office shows of all below it
    "UNAPPROVED_WAITING", "UNAPPROVED_READY", "UNAPPROVED_ABOVE", "APPROVED_HERE", "APPROVED_ABOVE", "ACCEPTED_HERE",
)  # fmt: skip


@dataclass(frozen=True)
class Named:
    """One report as a client names it."""

    data_set: str
    period: str
    unit: str
    attributes: str = ""
    complete: bool = True

    @property
    def word(self) -> str:
        return f"{self.data_set}/{self.period}/{self.unit}"


class Finder:
    """Reports by the words of a request, all at once."""

    def __init__(self, named: Iterable[Named], schemes: Schemes, caller: Caller, *, on: date) -> None:
        self.named = list(named)
        if len(self.named) > MOST_REPORTS:
            sentence = _("Một lần nhận nhiều nhất %(most)s báo cáo. Xin chia thành nhiều lần.")
            raise Fault(HTTPStatus.REQUEST_ENTITY_TOO_LARGE, sentence % {"most": MOST_REPORTS})
        catalogue, rounds = Catalogue(), Rounds(on=on)
        units = catalogue.units_meant([one.unit for one in self.named], schemes.unit, on=on)
        self.keys: dict[Named, tuple[str, str, int]] = {}
        for one in self.named:
            form = catalogue.form_of(one.data_set, schemes.data_set)
            unit, period = units.get(one.unit), rounds.code_of(one.period)
            if form and period and unit is not None and one.attributes in ATTRIBUTES:
                self.keys[one] = (form, period, unit)
        reports = rounds.reports(caller, set(self.keys.values()), on=on)
        sheets = queries.sheets(caller.account, reports.values(), on=on)
        self.sheets = {one: sheets[reports[key]] for one, key in self.keys.items() if key in reports}

    def one(self, named: Named) -> Sheet | None:
        return self.sheets.get(named)


def missing() -> str:
    return _("Không có báo cáo này, hoặc nó ngoài phạm vi của tài khoản.")


def complete(*, named: Iterable[Named], schemes: Schemes, dry_run: bool, caller: Caller, at: datetime) -> Summary:
    """Send each report; those marked as not complete are withdrawn."""
    summary = Summary(dry_run=dry_run)
    finder = Finder(named, schemes, caller, on=timezone.localdate(at))
    for place, one in enumerate(finder.named):
        sheet = finder.one(one)
        if sheet is None:
            summary.reject(Code.NOT_EXPECTED, missing(), "orgUnit", one.word, [place])
            continue
        try:
            with transaction.atomic():
                before = sheet.state
                if one.complete:
                    send_report(sheet=sheet, caller=caller, at=at)
                    summary.imported += before in EDITABLE
                    summary.updated += before not in EDITABLE
                else:
                    withdraw(sheet=sheet, caller=caller, at=at)
                    summary.deleted += 1
                transaction.set_rollback(dry_run)
        except actions.NotReady as refused:
            summary.reject(Code.NOT_READY, str(refused), "dataSet", one.word, [place])
        except Refused as refused:
            summary.reject(Code.NOT_ALLOWED, str(refused), "dataSet", one.word, [place])
    return summary


def withdraw(*, sheet: Sheet, caller: Caller, at: datetime) -> None:
    """Take the sending back; a report that lies with its unit already stays there. Refused where the rule says no."""
    if sheet.state in EDITABLE:
        return
    if not caller.carries(Right.FILL_REPORTS):
        raise Refused(_("Khóa truy cập này không được rút báo cáo."))
    number = sheet.latest.number if sheet.latest else 0
    actions.withdraw(submission=sheet.submission, version_number=number, reason=WITHDRAWN, by=caller.account, at=at)


def uncomplete(*, named: Iterable[Named], caller: Caller, at: datetime) -> None:
    """All or none; 409 with the first sentence."""
    finder = Finder(named, Schemes(), caller, on=timezone.localdate(at))
    with transaction.atomic():
        for one in finder.named:
            sheet = finder.one(one)
            if sheet is None:
                raise conflict(missing(), Code.NOT_EXPECTED)
            try:
                withdraw(sheet=sheet, caller=caller, at=at)
            except Refused as refused:
                raise conflict(str(refused), Code.NOT_ALLOWED) from None


# ── approvals ──


@dataclass(frozen=True)
class Approval:
    """Where a report stands, as DHIS2 says it to this caller."""

    state: str
    may_approve: bool = False
    may_unapprove: bool = False
    by: str = ""
    at: datetime | None = None

    @property
    def body(self) -> dict[str, Any]:
        accepted = self.state == "ACCEPTED_HERE"
        moment = self.at.isoformat(timespec="milliseconds") if self.at else None
        found = {
            "mayApprove": self.may_approve, "mayUnapprove": self.may_unapprove, "mayAccept": False,
            "mayUnaccept": False, "mayReadData": True, "state": self.state,
        }  # fmt: skip
        if self.by:
            found |= {"approvedBy": self.by, "approvedAt": moment}
            found |= {"acceptedBy": self.by, "acceptedAt": moment} if accepted else {}
        return found


UNAPPROVABLE: Final = Approval("UNAPPROVABLE")


def approval_of(sheet: Sheet, moves: Mapping[int, list[Transition]], caller: Caller, *, on: date) -> Approval:
    """The state of one report; `moves`: the acceptances of its latest sending, by report."""
    submission = sheet.submission
    offices = caller.own(Right.REVIEW_REPORTS, on=on)
    accepted = moves.get(submission.pk, [])
    last = accepted[-1] if accepted else None
    by, at = (last.by.username if last.by else "", last.at) if last else ("", None)
    if submission.state in EDITABLE:
        return Approval("UNAPPROVED_WAITING")
    if submission.state in COUNTED:
        reopens = caller.carries(Right.REOPEN_REPORTS) and may_reopen(submission, caller.account, on=on).ok
        return Approval("ACCEPTED_HERE", may_unapprove=reopens, by=by, at=at)
    number = sheet.latest.number if sheet.latest else 0
    reviews = caller.carries(Right.REVIEW_REPORTS) and bool(
        may_review(submission, caller.account, Move.ACCEPT, number, on=on)
    )
    if submission.expected.reviewer_id in offices:
        return Approval("UNAPPROVED_READY", may_approve=reviews, by=by, at=at)
    if submission.step == 1:
        return Approval("UNAPPROVED_ABOVE")
    mine = any(move.by_id == caller.account.pk for move in accepted)
    return Approval("APPROVED_HERE" if mine else "APPROVED_ABOVE", by=by, at=at)


def acceptances(sheets: Iterable[Sheet]) -> dict[int, list[Transition]]:
    """Of each report, the acceptances of its latest sending, oldest first; one query."""
    latest = [sheet.submission.latest_id for sheet in sheets if sheet.submission.latest_id]
    rows = Transition.objects.filter(version__in=latest, move=Move.ACCEPT).select_related("by").order_by("pk")
    found: dict[int, list[Transition]] = {}
    for row in rows:
        found.setdefault(row.submission_id, []).append(row)
    return found


def approvals(named: Iterable[Named], caller: Caller, *, on: date) -> dict[Named, Approval]:
    """Of each: its own report's state, or of an office without one the least far of those below it."""
    finder = Finder(named, Schemes(), caller, on=on)
    moves = acceptances(finder.sheets.values())
    found = {one: approval_of(sheet, moves, caller, on=on) for one, sheet in finder.sheets.items()}
    for one in finder.named:
        if one not in found:
            key = finder.keys.get(one)
            found[one] = _below(key, caller, on=on) if key else UNAPPROVABLE
    return found


def _below(key: tuple[str, str, int], caller: Caller, *, on: date) -> Approval:
    form, period, unit = key
    under = Lineage.objects.filter(ancestor=unit, valid__contains=on).order_by().values("descendant")
    rows = reports_of(caller, on=on).filter(
        expected__collection__form_version__form__code=form, expected__collection__period__code=period,
        expected__unit__in=under,
    )  # fmt: skip
    sheets = list(queries.sheets(caller.account, rows.order_by("pk").values_list("pk", flat=True), on=on).values())
    moves = acceptances(sheets)
    states = [approval_of(sheet, moves, caller, on=on).state for sheet in sheets]
    return Approval(min(states, key=STATES.index)) if states else UNAPPROVABLE


def approve(*, named: Iterable[Named], caller: Caller, at: datetime) -> None:
    """Pass each report on to the next office of its chain; all or none, 409 with the first sentence.

    Several at once only where no check has anything to say (ADR 11).
    """
    _each(named, caller, at, _approve)


def unapprove(*, named: Iterable[Named], caller: Caller, at: datetime, reason: str = "") -> None:
    """Open each accepted report again; all or none."""
    _each(named, caller, at, lambda sheet, caller, at, _several: _unapprove(sheet, caller, at, reason or REOPENED))


def _each(named: Iterable[Named], caller: Caller, at: datetime, deed: Any) -> None:
    finder = Finder(named, Schemes(), caller, on=timezone.localdate(at))
    with transaction.atomic():
        for one in finder.named:
            sheet = finder.one(one)
            if sheet is None:
                raise conflict(missing(), Code.NOT_EXPECTED)
            try:
                deed(sheet, caller, at, len(finder.named) > 1)
            except Refused as refused:
                sentence = f"{sheet.unit_name}: {refused}"
                raise conflict(sentence, Code.NOT_ALLOWED) from None


def _approve(sheet: Sheet, caller: Caller, at: datetime, several: bool) -> None:  # noqa: FBT001  # one of two deeds
    if not caller.carries(Right.REVIEW_REPORTS):
        raise Refused(_("Khóa truy cập này không được duyệt báo cáo."))
    if several:
        needs_no_reading(sheet).enforce()
    number = sheet.latest.number if sheet.latest else 0
    actions.accept(submission=sheet.submission, version_number=number, by=caller.account, at=at)


def _unapprove(sheet: Sheet, caller: Caller, at: datetime, reason: str) -> None:
    if not caller.carries(Right.REOPEN_REPORTS):
        raise Refused(_("Khóa truy cập này không được mở lại báo cáo."))
    actions.reopen(submission=sheet.submission, reason=reason, by=caller.account, at=at)


def registrations(sheets: Iterable[Sheet], catalogue: Catalogue, *, on: date) -> list[dict[str, Any]]:
    """Sendings that stand as complete registrations."""
    sheets = list(sheets)
    units = catalogue.units_said({one.expected.unit_id for one in sheets}, Scheme.UID, on=on)
    return [
        {
            "period": one.collection.period.code,
            "dataSet": catalogue.ids.uid(IdentityKind.FORM, one.definition.code),
            "organisationUnit": units[one.expected.unit_id],
            "attributeOptionCombo": DEFAULT_UIDS[IdentityKind.CELL],
            "date": one.latest.sent_at.isoformat(timespec="milliseconds"),
            "storedBy": one.latest.sent_by.username,
            "lastUpdatedBy": one.latest.sent_by.username,
            "lastUpdated": one.latest.sent_at.isoformat(timespec="milliseconds"),
            "completed": True,
        }
        for one in sheets
        if one.latest
    ]

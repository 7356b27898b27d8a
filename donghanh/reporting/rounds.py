"""Requests and the rounds they open: who must report is written down as rows, from the tree as it was."""

from __future__ import annotations

import logging
from dataclasses import replace
from datetime import date, datetime

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from donghanh.audit.actions import record
from donghanh.kernel.text import nfc
from donghanh.kernel.verdict import Refused, verdict_of
from donghanh.organisations.models import Unit
from donghanh.people.models import Account
from donghanh.periods.actions import add_own_period, keep
from donghanh.periods.models import Period
from donghanh.periods.queries import WorkingDays
from donghanh.questionnaires.models import Form, FormVersion
from donghanh.questionnaires.queries import version_for
from donghanh.reporting.chains import NEAREST, Chain, offices_of, read_chain
from donghanh.reporting.models import (
    Collection,
    ExpectedReport,
    FactChange,
    ReportRequest,
    ReviewStep,
    Submission,
)
from donghanh.reporting.rules_asking import Terms, collides, may_ask, terms_faults
from donghanh.reporting.schedules import Days, days_of, days_until, spans_to_open, step_due
from donghanh.reporting.selectors import Selector, units_asked

log = logging.getLogger(__name__)
LEVEL_WORKING_DAYS = 3


@transaction.atomic
def make_request(
    *, form: Form, owner: Unit, terms: Terms, active_from: date, by: Account, at: datetime
) -> ReportRequest:
    """Ask for a form by a calendar, from a day on; rounds open by themselves. Refused with the first fault."""
    terms = _agreed(terms, form.pk, owner.pk, by=by, at=at)
    request = ReportRequest.objects.create(
        form=form, owner=owner, active_from=active_from, created_at=at, created_by=by, **terms.columns
    )
    record(verb="reporting.request_made", on=request, by=by.pk, at=at, unit=owner.pk)
    return request


@transaction.atomic
def ask_once(
    *,
    form: Form,
    owner: Unit,
    terms: Terms,
    first_day: date,
    last_day: date,
    opens_on: date,
    due_on: date,
    by: Account,
    at: datetime,
) -> Collection:
    """An ad-hoc request: a period of its own, one round, its own due day. The tree is read on the period's last day."""
    if due_on < opens_on:
        raise Refused(_("Hạn nộp phải từ ngày mở trở đi."), "due_on")
    terms = replace(terms, calendar="")
    request = make_request(form=form, owner=owner, terms=terms, active_from=opens_on, by=by, at=at)
    period = add_own_period(name=request.name[:120], first_day=first_day, last_day=last_day, by=by.pk, at=at)
    return open_round(request=request, period=period, days=days_until(request, opens_on, due_on), by=by.pk, at=at)


@transaction.atomic
def change_request(*, request: ReportRequest, terms: Terms, by: Account, at: datetime) -> None:
    """Say something else of the rounds to come; those that are open stay as they are."""
    if request.ended_on:
        raise Refused(_("Yêu cầu này đã kết thúc. Thầy cô đặt yêu cầu mới."))
    if bool(terms.calendar) != bool(request.calendar):
        raise Refused(_("Yêu cầu một lần và yêu cầu định kỳ không đổi cho nhau được."), "calendar")
    terms = _agreed(terms, request.form_id, request.owner_id, by=by, at=at, besides=request.pk)
    changed = [name for name, value in terms.columns.items() if getattr(request, name) != value]
    ReportRequest.objects.filter(pk=request.pk).update(**terms.columns)
    record(verb="reporting.request_changed", on=request, by=by.pk, at=at, unit=request.owner_id, fields=changed)


@transaction.atomic
def end_request(*, request: ReportRequest, by: Account, at: datetime) -> None:
    """No further rounds; those that are open go on to their closing day."""
    on = timezone.localdate(at)
    may_ask(by, request.owner_id, on=on).enforce()
    if not ReportRequest.objects.filter(pk=request.pk, ended_on__isnull=True).update(ended_on=on):
        raise Refused(_("Yêu cầu này đã kết thúc."))
    record(verb="reporting.request_ended", on=request, by=by.pk, at=at, unit=request.owner_id)


def _agreed(terms: Terms, form_id: int, owner: int, *, by: Account, at: datetime, besides: int | None = None) -> Terms:
    on, terms = timezone.localdate(at), replace(terms, name=nfc(terms.name))
    may_ask(by, owner, on=on).enforce()
    verdict_of(terms_faults(terms, owner, on=on)).enforce()
    collides(form_id, terms, owner, besides=besides).enforce()
    return terms


@transaction.atomic
def open_round(
    *, request: ReportRequest, period: Period, by: int | None, at: datetime, days: Days | None = None
) -> Collection:
    """The round of a request for one period, opened once however often it is asked for; with the newest form."""
    request = ReportRequest.objects.select_for_update().get(pk=request.pk)
    if known := request.rounds.filter(period=period).order_by("pk").first():
        return known
    try:
        version = version_for(request.form, period.span.start)
    except FormVersion.DoesNotExist:
        raise Refused(_("Biểu mẫu này chưa áp dụng cho kỳ %(period)s.") % {"period": period.label}) from None
    if Collection.objects.filter(owner=request.owner_id, form_version__form=request.form_id, period=period).exists():
        raise Refused(_("Biểu mẫu này đã được yêu cầu cho kỳ %(period)s.") % {"period": period.label})
    days = days or days_of(request, period.span.end, WorkingDays(period.place))
    return open_collection(
        form_version=version, period=period, owner=request.owner, request=request, **vars(days),
        selector=Selector.read(request.selector), chain=read_chain(request.chain),
        level_working_days=request.level_working_days, by=by, at=at,
    )  # fmt: skip


@transaction.atomic
def open_collection(
    *,
    form_version: FormVersion,
    period: Period,
    owner: Unit,
    opens_on: date,
    due_on: date,
    closes_on: date,
    grace_on: date | None = None,
    locks_on: date | None = None,
    selector: Selector | None = None,
    chain: Chain = (NEAREST,),
    level_working_days: int = LEVEL_WORKING_DAYS,
    request: ReportRequest | None = None,
    by: int | None,
    at: datetime,
) -> Collection:
    """Ask the units that the selector means below `owner` on the period's reference day: a row each from now on.

    A unit above which no office of the chain stands is not asked. As many queries for 45,000 units as for one.
    """
    collection = Collection.objects.create(
        request=request, form_version=form_version, period=period, owner=owner, opens_on=opens_on, due_on=due_on,
        grace_on=grace_on or due_on, closes_on=closes_on, locks_on=locks_on,
    )  # fmt: skip
    asked = units_asked(selector or Selector(), owner.pk, period.reference_day)
    offices = offices_of(asked, chain, period.reference_day)
    expected = ExpectedReport.objects.bulk_create(
        ExpectedReport(
            collection=collection, unit_id=unit, reviewer_id=above[0],
            due_on=due_on, grace_on=collection.grace_on, closes_on=closes_on,
        )
        for unit, above in offices.items()
    )  # fmt: skip
    working = WorkingDays(period.place)
    longest = max(map(len, offices.values()), default=0)
    due = {number: step_due(due_on, number, level_working_days, working) for number in range(1, longest + 1)}
    ReviewStep.objects.bulk_create(
        ReviewStep(expected=row, number=number, office_id=office, due_on=due[number])
        for row in expected
        for number, office in enumerate(offices[row.unit_id], 1)
    )
    Submission.objects.bulk_create(Submission(expected=row) for row in expected)
    FactChange.objects.create(collection=collection, at=at)
    record(
        verb="reporting.collection_opened", on=collection, by=by, at=at, unit=owner.pk, expected=len(expected),
        no_reviewer=len(asked) - len(expected),
    )  # fmt: skip
    return collection


def open_due_rounds(*, on: date, at: datetime) -> list[int]:
    """Open the rounds of active requests whose opening day has come: their ids, those newly opened alone.

    A request that fails is logged and holds up no other; a second run opens nothing twice.
    """
    opened, working = [], WorkingDays()
    active = ReportRequest.objects.filter(
        active_from__lte=on, ended_on__isnull=True, owner__existence__contains=on
    ).exclude(calendar="")
    for request in active.select_related("form").order_by("pk"):
        known = set(request.rounds.order_by("pk").values_list("period__code", flat=True))
        for span in spans_to_open(request, on, working):
            try:
                if span.code not in known:
                    with transaction.atomic():
                        opened.append(open_round(request=request, period=keep(span), by=None, at=at).pk)
            except Refused as refused:  # asked already, by a request that has ended
                log.info("The round %s of request %s is not opened: %s", span.code, request.pk, refused)
            except Exception:
                log.exception("The round %s of request %s could not be opened", span.code, request.pk)
    return opened

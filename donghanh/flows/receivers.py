"""Each reaction: what happened below, what follows from it, in a few lines."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from typing import Any

from django.dispatch import receiver
from django.utils import timezone

from donghanh.documents.models import Document
from donghanh.documents.signals import document_replaced
from donghanh.guardians.actions import follow_children
from donghanh.inspections.actions import follow_units
from donghanh.inspections.queries import still_open
from donghanh.kernel.clock import now
from donghanh.organisations.models import UnitEvent
from donghanh.organisations.queries import as_is
from donghanh.organisations.signals import units_reformed
from donghanh.privacy.actions import follow
from donghanh.programmes import actions as programmes
from donghanh.questionnaires import actions as questionnaires
from donghanh.reporting import actions as reporting
from donghanh.reporting.models import Submission
from donghanh.reporting.signals import (
    report_accepted,
    report_reopened,
    report_returned,
    report_sent,
    report_withdrawn,
)
from donghanh.rosters.signals import learners_moved


@receiver(units_reformed)
def reports_follow_the_tree(event_ids: list[int], **_: Any) -> None:
    """An office is dissolved: its reports go to the office above; figures of later days are counted anew."""
    for event in UnitEvent.objects.filter(pk__in=event_ids).order_by("on", "pk"):
        at = event.undone_at or event.recorded_at
        today = timezone.localdate(at)
        for collection_id in reporting.recount_since(day=event.on, at=at):
            reporting.queue_figures(collection_id)
        if event.on <= today:  # a change ordered for later is followed by the daily job when its day comes
            reporting.reroute(on=today, at=at)
            programmes.reroute_plans(on=today, at=at)
            findings_follow_their_units(since=event.on - timedelta(days=1), on=today, at=at)


def findings_follow_their_units(*, since: date, on: date, at: datetime) -> None:
    """A unit is merged or closed: what it has still to mend is its heir's, of several that with the largest share."""
    heirs = as_is(set(still_open().values_list("unit", flat=True)), since=since, on=on)
    successors = {unit: max(shares, key=lambda heir: (shares[heir], -heir)) for unit, shares in heirs.items()}
    follow_units(successors={unit: heir for unit, heir in successors.items() if heir != unit}, at=at)


@receiver(document_replaced)
def what_cites_a_replaced_document_is_reviewed(document_ids: list[int], **_: Any) -> None:
    """A document is replaced: programmes and tasks that stand on it, forms that name it, are looked at again."""
    programmes.ask_to_review(document_ids=document_ids)
    replaced = Document.objects.filter(pk__in=document_ids).order_by("pk")
    questionnaires.ask_to_review(codes=[document.code for document in replaced])


@receiver(learners_moved)
def families_follow_their_children(account_ids: list[int], **_: Any) -> None:
    """Children come to another school: their links and blocks are that school's to keep."""
    follow_children(child_ids=account_ids)
    follow(subjects=account_ids, at=now())


@receiver([report_sent, report_withdrawn, report_returned, report_accepted, report_reopened])
def figures_follow_reports(submission_id: int, **_: Any) -> None:
    """A report is sent, taken back, returned, accepted by its last office or reopened: figures follow, at once."""
    reporting.queue_figures(Submission.objects.select_related("expected").get(pk=submission_id).expected.collection_id)

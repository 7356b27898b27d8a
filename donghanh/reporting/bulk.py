"""Acceptance of several reports at one press: each by itself, after its checks, with its own verdict."""

from __future__ import annotations

import logging
from collections.abc import Mapping
from datetime import datetime

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from donghanh.audit.actions import record
from donghanh.kernel.verdict import Refused
from donghanh.people.models import Account
from donghanh.reporting.actions import accept
from donghanh.reporting.models import BulkReview, BulkVerdict, Collection, Submission
from donghanh.reporting.queries import sheet
from donghanh.reporting.rules import needs_no_reading
from donghanh.reporting.tasks import accept_in_bulk

log = logging.getLogger(__name__)
AT_ONCE = 100  # reports; more are a job with progress


def accept_many(
    *, collection: Collection, office_id: int, chosen: Mapping[int, int], by: Account, at: datetime
) -> BulkReview:
    """Accept what was chosen: submission id → the version number that the page showed. Few at once, many as a job."""
    if not chosen:
        raise Refused(_("Chọn ít nhất một báo cáo đang chờ cơ quan của thầy cô duyệt."))
    with transaction.atomic():
        asked = BulkReview.objects.create(collection=collection, office_id=office_id, at=at, by=by)
        BulkVerdict.objects.bulk_create(
            BulkVerdict(review=asked, submission_id=pk, version_number=number) for pk, number in chosen.items()
        )
        record(verb="reporting.bulk_review_asked", on=asked, by=by.pk, at=at, unit=office_id, rows=len(chosen))
    if len(chosen) > AT_ONCE:
        accept_in_bulk.defer(review_id=asked.pk)
    else:
        carry_out(review_id=asked.pk, at=at)
    return asked


def carry_out(*, review_id: int, at: datetime) -> None:
    """Decide the reports whose turn has not come. Interrupted and begun anew, it goes on where it was."""
    asked = BulkReview.objects.select_related("by").get(pk=review_id)
    for pk in list(asked.verdicts.filter(ok=None).order_by("pk").values_list("pk", flat=True)):
        _decide(pk, by=asked.by, at=at)


@transaction.atomic
def _decide(verdict_id: int, *, by: Account, at: datetime) -> None:
    """One report and its verdict, in one transaction."""
    row = BulkVerdict.objects.select_for_update().get(pk=verdict_id)
    if row.ok is not None:
        return
    try:
        with transaction.atomic():
            found = sheet(by, row.submission_id, on=timezone.localdate(at))
            needs_no_reading(found).enforce()
            accept(submission=found.submission, version_number=row.version_number, by=by, at=at)
    except Submission.DoesNotExist:
        row.sentence = _("Báo cáo không còn trong phạm vi thầy cô xem được.")
    except Refused as refused:
        row.sentence = str(refused)
    except Exception:
        log.exception("The report %s of a bulk review could not be decided", row.submission_id)
        row.sentence = _("Phần mềm gặp lỗi ở báo cáo này; chưa có gì thay đổi. Thầy cô mở báo cáo và duyệt riêng.")
    row.ok = not row.sentence
    row.save(update_fields=["ok", "sentence"])

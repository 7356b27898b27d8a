"""Rules of checks are kept and ended; findings are looked at."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction

from donghanh.audit.actions import record
from donghanh.kernel.text import nfc
from donghanh.kernel.verdict import Refused
from donghanh.statistics.models import Finding, OutlierRule, Predictor, ValidationRule

type Check = ValidationRule | OutlierRule | Predictor


@transaction.atomic
def keep_check(*, check: Check, by: int, at: datetime) -> None:
    """Write what a form made, new or changed."""
    check.save()
    record(verb="statistics.check_written", on=check, by=by, at=at)


@transaction.atomic
def end_check(*, check: Check, by: int, at: datetime) -> None:
    """It runs no more; what it found stays."""
    check.ended_at = at
    check.save(update_fields=["ended_at"])
    record(verb="statistics.check_ended", on=check, by=by, at=at)


@transaction.atomic
def look_at_finding(*, finding: Finding, word: str, by: int, at: datetime) -> None:
    """Say that a finding was looked at, and what came of it; the same numbers are not told again. Refused if it was."""
    finding = Finding.objects.select_for_update().get(pk=finding.pk)
    if finding.seen_at is not None:
        from django.utils.translation import gettext as _

        raise Refused(_("Điều này đã có người xem."))
    finding.seen_at, finding.seen_by, finding.seen_word = at, by, nfc(word)
    finding.save(update_fields=["seen_at", "seen_by", "seen_word"])
    record(verb="statistics.finding_seen", on=finding, by=by, at=at, unit=finding.unit_id, reason=nfc(word))

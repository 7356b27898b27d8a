"""Targets are set, changed and ended; what stood before stays as an ended row."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction
from django.utils import timezone

from donghanh.audit.actions import record
from donghanh.kernel.text import nfc
from donghanh.people.models import Account
from donghanh.statistics.models import Target
from donghanh.statistics.rules import TargetTerms, may_end, may_set


@transaction.atomic
def set_target(*, terms: TargetTerms, by: Account, at: datetime) -> Target:
    """The target of an indicator, year or period, and unit or group; one that stands for these ends. Raises Refused."""
    may_set(terms, by, on=timezone.localdate(at)).enforce()
    key = {
        "indicator": terms.indicator, "unit": terms.unit_id, "group": terms.group, "year": terms.year,
        "period": terms.period_id,
    }  # fmt: skip
    before = Target.objects.select_for_update(of=("self",)).filter(**key, ended_at=None).order_by("pk").first()
    if before:
        before.ended_at = at
        before.save(update_fields=["ended_at"])
    target = Target.objects.create(
        indicator=terms.indicator, unit_id=terms.unit_id, group=terms.group, year=terms.year,
        period_id=terms.period_id, value=terms.value, baseline_year=terms.baseline_year,
        baseline_value=terms.baseline_value, interpolation=terms.interpolation, basis=nfc(terms.basis),
    )  # fmt: skip
    record(
        verb="statistics.target_set", on=target, by=by.pk, at=at, unit=terms.unit_id, reason=target.basis,
        instead_of=before.pk if before else None,
    )  # fmt: skip
    return target


@transaction.atomic
def end_target(*, target: Target, reason: str, by: Account, at: datetime) -> None:
    """From now on it counts no more, for any year. Raises Refused."""
    target = Target.objects.select_for_update().get(pk=target.pk)
    may_end(target, by, on=timezone.localdate(at)).enforce()
    target.ended_at = at
    target.save(update_fields=["ended_at"])
    record(verb="statistics.target_ended", on=target, by=by.pk, at=at, unit=target.unit_id, reason=nfc(reason))

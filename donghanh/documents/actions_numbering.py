"""Numbers of a year: each is given under the row lock of its series and in the transaction that uses it."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction
from django.utils import timezone

from donghanh.audit.actions import record
from donghanh.documents.choices import SeriesKind
from donghanh.documents.models import NumberSeries
from donghanh.documents.rules import enforce, may_register, next_number_faults, series_faults, typed_number_faults
from donghanh.kernel.text import nfc
from donghanh.organisations.models import Unit
from donghanh.people.models import Account


def next_number(
    *, unit_id: int, year: int, kind: str, doc_type: str = "", council: str = "", this_year: int
) -> NumberSeries:
    """Take the next number inside the caller's transaction; the answer's `last_number` is it.

    Nobody else takes one of the series before the caller commits, and a rollback gives it back.
    """
    series = _of(unit_id, year, kind, doc_type, council)
    enforce(next_number_faults(series, this_year=this_year))
    series.last_number += 1
    series.save(update_fields=["last_number"])
    return series


def typed_number(
    *, unit_id: int, year: int, kind: str, doc_type: str, council: str, number: int, this_year: int
) -> NumberSeries:
    """The series of a number from before this system; Refused where the system gives it, or where it is taken."""
    series = _of(unit_id, year, kind, doc_type, council)
    enforce(typed_number_faults(series, number, this_year=this_year))
    return series


@transaction.atomic
def set_numbering(
    *, unit: Unit, year: int, per_type: bool, first_number: int, by: Account, at: datetime
) -> NumberSeries:
    """How a unit numbers a year, before the first number is given: one series, or one a type; from which number on."""
    may_register(by, unit.pk, on=timezone.localdate(at)).enforce()
    root = _locked(unit.pk, year, SeriesKind.ORDINARY)
    enforce(series_faults(root, first_number, per_type=per_type))
    root.per_type, root.first_number, root.last_number = per_type, first_number, first_number - 1
    root.save(update_fields=["per_type", "first_number", "last_number"])
    record(verb="documents.numbering_set", on=root, by=by.pk, at=at, unit=unit.pk, year=year, first=first_number)
    return root


def _of(unit_id: int, year: int, kind: str, doc_type: str, council: str) -> NumberSeries:
    series = _locked(unit_id, year, kind, council=nfc(council))
    if series.per_type:
        series = _locked(unit_id, year, kind, doc_type=doc_type)
    return series


def _locked(unit_id: int, year: int, kind: str, *, council: str = "", doc_type: str = "") -> NumberSeries:
    """The series' row, locked until the transaction ends; made where the year begins."""
    keys = {"unit_id": unit_id, "kind": kind, "name": council, "type": doc_type}
    found = NumberSeries.objects.select_for_update().filter(**keys, year=year).order_by("pk").first()
    if found is None:
        last = NumberSeries.objects.filter(**keys, year__lt=year).order_by("-year").first()
        NumberSeries.objects.get_or_create(**keys, year=year, defaults={"per_type": bool(last and last.per_type)})
        found = NumberSeries.objects.select_for_update().get(**keys, year=year)
    return found

"""Papers that wait for signatures, and certificates."""

from __future__ import annotations

from datetime import date
from typing import Any

from django.db.models import QuerySet

from donghanh.organisations.queries import with_unit_names
from donghanh.papers.models import Certificate, FigureSource, Paper
from donghanh.people.choices import Right
from donghanh.people.models import Account
from donghanh.people.queries import own_units


def papers_visible_to(account: Account, *, on: date) -> QuerySet[Any]:
    """Papers of the units in which the account reads documents or signs; with `unit_name`."""
    units = {
        right_unit
        for right in (Right.READ_DOCUMENTS, Right.SIGN_PAPERS)
        for right_unit in own_units(account, right, on=on)
    }
    rows = Paper.objects.filter(unit__in=units).select_related("pdf", "docx")
    return with_unit_names(rows, on=on).order_by("-made_at", "-pk")


def certificates_of(account: Account) -> QuerySet[Certificate]:
    """Those that the account brought and that are still here."""
    return Certificate.objects.filter(account=account, removed_at=None).order_by("-valid_until", "pk")


def usable(account: Account, paper: Paper, *, seal: bool) -> QuerySet[Certificate]:
    """Certificates with which this paper may be signed, or sealed."""
    rows = Certificate.objects.filter(removed_at=None).order_by("-valid_until", "pk")
    return rows.filter(unit=paper.unit_id) if seal else rows.filter(account=account, unit=None)


def paper_with_code(code: str) -> Paper | None:
    """The paper that a QR code or a printed code names."""
    return Paper.objects.filter(code=code).select_related("pdf").first()


def source_with_code(code: str) -> FigureSource | None:
    """What a code printed beside a figure opens."""
    return FigureSource.objects.filter(code=code).first()

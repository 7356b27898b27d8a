"""Which layout is in force."""

from __future__ import annotations

from datetime import date

from django.db.models import QuerySet
from django.utils.translation import gettext as _

from donghanh.papers.choices import LAYOUTS, Layout, State
from donghanh.papers.models import Paper
from donghanh.people.choices import Right
from donghanh.people.models import Account
from donghanh.people.queries import own_units


class NoLayout(LookupError):
    """`str()` is the sentence for the person who dated the document."""


def layout_on(day: date) -> Layout:
    """The layout that the law orders for a document issued on `day`; `NoLayout` before the first one known here."""
    in_force = [layout for layout in LAYOUTS if layout.valid_from <= day]
    if not in_force:
        raise NoLayout(_("Chưa có thể thức văn bản cho ngày %(day)s.") % {"day": f"{day:%d/%m/%Y}"})
    return max(in_force, key=lambda layout: layout.valid_from)


def to_sign(account: Account, *, on: date) -> QuerySet[Paper]:
    """Unsigned papers of the units for which the account signs that name it as their signer."""
    units = own_units(account, Right.SIGN_PAPERS, on=on)
    return Paper.objects.filter(unit__in=units, state=State.UNSIGNED, signer__endswith=f", {account.full_name}")

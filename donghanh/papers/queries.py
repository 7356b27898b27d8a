"""Which layout is in force; which papers wait to be signed."""

from __future__ import annotations

from datetime import date

from django.db.models import QuerySet

from donghanh.papers.choices import State
from donghanh.papers.layouts import NoLayout, layout_on
from donghanh.papers.mastheads import Masthead, masthead_on
from donghanh.papers.models import Paper
from donghanh.papers.template_fields import Told, offer_figures
from donghanh.people.choices import Right
from donghanh.people.models import Account
from donghanh.people.queries import own_units

__all__ = ["Masthead", "NoLayout", "Told", "layout_on", "masthead_on", "offer_figures", "to_sign"]


def to_sign(account: Account, *, on: date) -> QuerySet[Paper]:
    """Unsigned papers of the units for which the account signs that name it as their signer."""
    units = own_units(account, Right.SIGN_PAPERS, on=on)
    return Paper.objects.filter(unit__in=units, state=State.UNSIGNED, signer__endswith=f", {account.full_name}")

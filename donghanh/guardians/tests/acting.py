"""Acting as a person does in a page: PostgreSQL shows what it shows them."""

from __future__ import annotations

from contextlib import AbstractContextManager

from donghanh.guardians.tests.factories import DAY
from donghanh.kernel.rows import reader
from donghanh.people.models import Account, Membership


def on_their_own(account: Account) -> AbstractContextManager[None]:
    return reader(account=account.pk, day=DAY)


def in_their_office(account: Account) -> AbstractContextManager[None]:
    offices = Membership.objects.filter(account=account).values_list("unit", flat=True)
    return reader(account=account.pk, offices=list(offices), day=DAY)

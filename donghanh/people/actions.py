from __future__ import annotations

from datetime import date, datetime, timedelta

from django.db import transaction
from django.db.backends.postgresql.psycopg_any import DateRange

from donghanh.audit.actions import record
from donghanh.kernel.text import nfc
from donghanh.organisations.models import Unit
from donghanh.people.models import Account, Membership, SignInFailure
from donghanh.people.queries import name_hash

FAILURES_KEPT = timedelta(days=1)


@transaction.atomic
def open_account(
    *, username: str, full_name: str, password: str, by: int | None, at: datetime, generated: bool = False
) -> Account:
    """Make an account that can sign in."""
    account = Account(username=username, full_name=nfc(full_name), generated=generated)
    account.set_password(password)
    account.save()
    record(verb="people.account_opened", on=account, by=by, at=at)
    return account


@transaction.atomic
def give_role(  # a membership is person x unit x role x validity
    *, account: Account, unit: Unit, role: str, since: date, until: date | None = None, by: int | None, at: datetime
) -> Membership:
    """Let `account` hold `role` in `unit` from `since` up to (not including) `until`."""
    membership = Membership.objects.create(account=account, unit=unit, role=role, valid=DateRange(since, until))
    record(verb="people.role_given", on=membership, by=by, at=at, unit=unit.pk, role=role)
    return membership


@transaction.atomic
def close_role(*, membership: Membership, on: date, by: int | None, at: datetime) -> None:
    """The role ends by a rule of another room, whoever `by` is; `on`: the first day on which it is no longer held.

    One that began today ends tomorrow: it was held, if only for a day.
    """
    before = membership.valid
    if before.lower and before.lower >= on:
        on = before.lower + timedelta(days=1)
    membership.valid = DateRange(before.lower, on)
    membership.save(update_fields=["valid"])
    last_days = {"before": str(before.upper or ""), "after": str(on)}
    record(
        verb="people.role_ended",
        on=membership,
        by=by,
        at=at,
        unit=membership.unit_id,
        role=membership.role,
        **last_days,
    )


@transaction.atomic
def note_failure(*, username: str, address: str, at: datetime) -> None:
    """Count a sign-in that failed and forget those of yesterday."""
    SignInFailure.objects.filter(at__lt=at - FAILURES_KEPT).delete()
    SignInFailure.objects.create(name_hash=name_hash(username), address=address, at=at)


def forgive_failures(*, username: str, address: str) -> None:
    """Who has signed in starts again at none."""
    SignInFailure.objects.filter(name_hash=name_hash(username), address=address).delete()

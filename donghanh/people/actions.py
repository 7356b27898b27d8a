from __future__ import annotations

from datetime import date, datetime, timedelta

from django.db import transaction
from django.db.backends.postgresql.psycopg_any import DateRange
from django.utils.crypto import get_random_string
from django.utils.timezone import localdate

from donghanh.audit.actions import record
from donghanh.kernel.text import nfc
from donghanh.organisations.models import Unit
from donghanh.people import rules
from donghanh.people.models import Account, Membership, SignInFailure
from donghanh.people.queries import name_hash

PASSWORD_LENGTH = 12
CLEAR_LETTERS = "abcdefghkmnpqrstuvwxyz23456789"  # without letters and digits that look alike on paper
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
    """Let `account` hold `role` in `unit` from `since` up to (not including) `until`. `by` None: the system."""
    if by is not None:
        rules.may_give(by=by, account=account, unit=unit, role=role, on=localdate(at)).enforce()
    rules.may_hold(account=account, unit=unit, role=role, since=since, until=until).enforce()
    membership = Membership.objects.create(account=account, unit=unit, role=role, valid=DateRange(since, until))
    record(verb="people.role_given", on=membership, by=by, at=at, unit=unit.pk, role=role)
    return membership


@transaction.atomic
def end_role(*, membership: Membership, until: date, by: int, at: datetime, reason: str = "") -> None:
    """The role no longer holds from `until` on; the row stays."""
    rules.may_end(membership, by=by, until=until, on=localdate(at)).enforce()
    before = membership.valid
    membership.valid = DateRange(before.lower, until)
    membership.save(update_fields=["valid"])
    days = {"before": before.upper and before.upper.isoformat(), "after": until.isoformat()}
    record(verb="people.role_ended", on=membership, by=by, at=at, unit=membership.unit_id, reason=reason, until=days)


@transaction.atomic
def open_staff_account(
    *, username: str, full_name: str, unit: Unit, role: str, since: date, until: date | None, by: int, at: datetime
) -> tuple[Account, str]:
    """An account with its first role, for without one it is in nobody's care; and its password, to be shown once."""
    password = get_random_string(PASSWORD_LENGTH, CLEAR_LETTERS)
    account = open_account(username=username, full_name=full_name, password=password, by=by, at=at)
    give_role(account=account, unit=unit, role=role, since=since, until=until, by=by, at=at)
    return account, password


@transaction.atomic
def set_open(*, account: Account, is_open: bool, by: int, at: datetime) -> None:
    """Close an account, so that nobody signs in with it, or open it again."""
    rules.may_reset(account, by=by, on=localdate(at)).enforce()
    Account.objects.filter(pk=account.pk).update(is_active=is_open)
    record(verb="people.account_reopened" if is_open else "people.account_closed", on=account, by=by, at=at)


@transaction.atomic
def note_failure(*, username: str, address: str, at: datetime) -> None:
    """Count a sign-in that failed and forget those of yesterday."""
    SignInFailure.objects.filter(at__lt=at - FAILURES_KEPT).delete()
    SignInFailure.objects.create(name_hash=name_hash(username), address=address, at=at)


def forgive_failures(*, username: str, address: str) -> None:
    """Who has signed in starts again at none."""
    SignInFailure.objects.filter(name_hash=name_hash(username), address=address).delete()

from __future__ import annotations

import os
from collections.abc import Iterable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from datetime import date, datetime, timedelta

from django.contrib.auth.hashers import make_password
from django.db import connection, transaction
from django.db.backends.postgresql.psycopg_any import DateRange
from django.db.models import Func, Q, Value
from django.db.models.functions import Lower

from donghanh.audit.actions import record
from donghanh.kernel.text import nfc
from donghanh.organisations.models import Unit
from donghanh.people.models import Account, Membership, SignInFailure
from donghanh.people.queries import name_hash

FAILURES_KEPT = timedelta(days=1)


@transaction.atomic
def open_account(
    *, username: str, full_name: str, password: str | None, by: int | None, at: datetime, generated: bool = False
) -> Account:
    """Make an account that can sign in; without a password it can once somebody sets one."""
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


DIGITS = str.maketrans("01234567", "23456789")  # no 0 and 1: on paper they look like o and l
FEWEST_DIGITS = 4
BATCH = 5_000


@transaction.atomic
def open_nameless_accounts(*, prefixes: Sequence[str], generated: bool = False) -> list[Account]:
    """An account for each prefix, called by it and a number, without name and password: for learners in bulk.

    Whoever calls writes the audit row of the whole.
    """
    accounts: list[Account] = []
    waiting = list(prefixes)
    while waiting:
        with connection.cursor() as cursor:
            sequence = "pg_get_serial_sequence('people_account', 'id')"
            cursor.execute(f"SELECT nextval({sequence}) FROM generate_series(1, %s)", [len(waiting)])
            numbers = [row[0] for row in cursor.fetchall()]
        new = [
            Account(pk=number, username=_counted(prefix, number), generated=generated)
            for number, prefix in zip(numbers, waiting, strict=True)
        ]
        taken = set(
            Account.objects.annotate(lower=Lower("username"))
            .filter(lower__in=[account.username for account in new])
            .values_list("lower", flat=True)
        )
        waiting = [
            prefix for account, prefix in zip(new, waiting, strict=True) if account.username in taken
        ]  # somebody chose that name: another number then
        accounts += [account for account in new if account.username not in taken]
    for account in accounts:
        account.set_unusable_password()
    Account.objects.bulk_create(accounts, batch_size=BATCH)
    return accounts


def _counted(prefix: str, number: int) -> str:
    return prefix + f"{number:o}".rjust(FEWEST_DIGITS, "0").translate(DIGITS)


HANDED_OUT = {"password", "must_change_password"} & {field.name for field in Account._meta.get_fields()}


@transaction.atomic
def hand_out_passwords(*, passwords: Mapping[Account, str]) -> None:
    """Set passwords that somebody else made up, to be replaced at the first sign-in; sessions of before end.

    The hashes are made side by side: Argon2 lets go of the interpreter. Whoever calls writes the audit rows.
    """
    with ThreadPoolExecutor(os.cpu_count()) as pool:
        hashes = list(pool.map(make_password, passwords.values()))
    for account, made in zip(passwords, hashes, strict=True):
        account.password, account.must_change_password = made, True  # type: ignore[attr-defined]
    Account.objects.bulk_update(passwords, sorted(HANDED_OUT))


def give_role_to_many(*, places: Iterable[tuple[int, int]], role: str, since: date) -> None:
    """Let each account of (account, unit) hold `role` there; whoever calls writes the audit row of the whole."""
    Membership.objects.bulk_create(
        (
            Membership(account_id=account, unit_id=unit, role=role, valid=DateRange(since, None))
            for account, unit in places
        ),
        batch_size=BATCH,
    )


@transaction.atomic
def end_role_of_many(*, accounts: Sequence[int], role: str, on: date) -> None:
    """`on` is the first day on which these accounts no longer hold `role` anywhere; what began later never was."""
    rows = Membership.objects.filter(account__in=accounts, role=role).filter(
        Q(valid__endswith=None) | Q(valid__endswith__gt=on)
    )
    rows.filter(valid__startswith__gte=on).delete()
    rows.update(valid=Func(Lower("valid"), Value(on), function="daterange"))


@transaction.atomic
def note_failure(*, username: str, address: str, at: datetime) -> None:
    """Count a sign-in that failed and forget those of yesterday."""
    SignInFailure.objects.filter(at__lt=at - FAILURES_KEPT).delete()
    SignInFailure.objects.create(name_hash=name_hash(username), address=address, at=at)


def forgive_failures(*, username: str, address: str) -> None:
    """Who has signed in starts again at none."""
    SignInFailure.objects.filter(name_hash=name_hash(username), address=address).delete()

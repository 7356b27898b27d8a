from __future__ import annotations

import os
from collections.abc import Collection, Iterable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from datetime import date, datetime, timedelta

from allauth.idp.oidc.models import Token
from allauth.mfa.models import Authenticator
from allauth.socialaccount.models import SocialAccount
from allauth.usersessions.models import UserSession
from django.contrib.auth.hashers import make_password
from django.db import connection, transaction
from django.db.backends.postgresql.psycopg_any import DateRange
from django.db.models import Func, Q, Value
from django.db.models.functions import Lower
from django.utils.crypto import get_random_string
from django.utils.timezone import localdate

from donghanh.audit.actions import record
from donghanh.kernel.text import nfc
from donghanh.organisations.models import Unit
from donghanh.people import rules
from donghanh.people.models import Account, Membership, SignInFailure
from donghanh.people.queries import name_hash
from donghanh.people.rules import may_be_password, may_change_sign_in

PASSWORD_LENGTH = 12
CLEAR_LETTERS = "abcdefghkmnpqrstuvwxyz23456789"  # without letters and digits that look alike on paper
FAILURES_KEPT = timedelta(days=1)
SESSIONS_KEPT = 20  # of one account


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
    """Let `account` hold `role` in `unit` from `since` up to (not including) `until`. `by` None: the system."""
    if by is not None:
        rules.may_give(by=by, account=account, unit=unit, role=role, on=localdate(at)).enforce()
    rules.may_hold(account=account, unit=unit, role=role, since=since, until=until).enforce()
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


@transaction.atomic
def hand_out_passwords(*, passwords: Mapping[Account, str]) -> None:
    """Set passwords that somebody else made up, to be replaced at the first sign-in; sessions of before end.

    The hashes are made side by side: Argon2 lets go of the interpreter. Whoever calls writes the audit rows.
    """
    with ThreadPoolExecutor(os.cpu_count()) as pool:
        hashes = list(pool.map(make_password, passwords.values()))
    for account, made in zip(passwords, hashes, strict=True):
        account.password, account.must_change_password = made, True
    Account.objects.bulk_update(passwords, ["password", "must_change_password"])


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
def end_role_of_many(*, accounts: Sequence[int], role: str, on: date, units: Collection[int] | None = None) -> None:
    """`on` is the first day without `role` for these accounts, in these units or anywhere; later ones never were."""
    rows = Membership.objects.filter(account__in=accounts, role=role).filter(
        Q(valid__endswith=None) | Q(valid__endswith__gt=on)
    )
    if units is not None:
        rows = rows.filter(unit__in=units)
    rows.filter(valid__startswith__gte=on).delete()
    rows.update(valid=Func(Lower("valid"), Value(on), function="daterange"))


def reopen_role_of_many(*, accounts: Sequence[int], role: str, ended_on: date) -> None:
    """Take `end_role_of_many` back: what ended on that day holds until further notice again."""
    rows = Membership.objects.filter(account__in=accounts, role=role, valid__endswith=ended_on)
    rows.update(valid=Func(Lower("valid"), Value(None), function="daterange"))


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
    Account.objects.filter(pk=account.pk).update(must_change_password=True)
    give_role(account=account, unit=unit, role=role, since=since, until=until, by=by, at=at)
    return account, password


@transaction.atomic
def reset_password(*, account: Account, by: int, at: datetime) -> str:
    """Give somebody in one's care a new password, to be changed at sign-in; it is shown once."""
    rules.may_reset(account, by=by, on=localdate(at)).enforce()
    password = get_random_string(PASSWORD_LENGTH, CLEAR_LETTERS)
    set_password(account=account, password=password, by=by, at=at)
    return password


@transaction.atomic
def remove_second_factors(*, account: Account, by: int, at: datetime, reason: str) -> None:
    """For somebody in one's care who has lost phone and recovery codes; their sessions end."""
    rules.may_reset(account, by=by, on=localdate(at)).enforce()
    removed, _per_model = Authenticator.objects.filter(user=account).delete()
    end_sessions(account=account, by=by, at=at)
    record(verb="people.second_factors_removed", on=account, by=by, at=at, reason=reason, removed=removed)


@transaction.atomic
def set_open(*, account: Account, is_open: bool, by: int, at: datetime) -> None:
    """Close an account, so that nobody signs in with it, or open it again."""
    rules.may_reset(account, by=by, on=localdate(at)).enforce()
    Account.objects.filter(pk=account.pk).update(is_active=is_open)
    if not is_open:
        end_sessions(account=account, by=by, at=at)
    record(verb="people.account_reopened" if is_open else "people.account_closed", on=account, by=by, at=at)


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


@transaction.atomic
def set_password(*, account: Account, password: str, by: int | None, at: datetime) -> None:
    """Give the account this password and end its sessions; what another person set has to be changed at sign-in."""
    may_change_sign_in(account).enforce()
    may_be_password(password, account=account).enforce()
    account.set_password(password)
    account.must_change_password = by != account.pk
    account.save(update_fields=["password", "must_change_password"])
    if by != account.pk:  # whoever held the account before keeps no other door into it
        SocialAccount.objects.filter(user=account).delete()
        Token.objects.filter(user=account).delete()
    ended = _end(account)
    record(verb="people.password_set", on=account, by=by, at=at, sessions_ended=ended)


@transaction.atomic
def end_sessions(
    *, account: Account, only: int | None = None, but: str | None = None, by: int | None, at: datetime
) -> int:
    """Sign the account out: of the session with id `only`, or everywhere but in the one with key `but`; how many."""
    may_change_sign_in(account).enforce()
    ended = _end(account, only=only, but=but)
    if ended:
        record(verb="people.sessions_ended", on=account, by=by, at=at, sessions_ended=ended)
    return ended


def _end(account: Account, *, only: int | None = None, but: str | None = None) -> int:
    sessions = UserSession.objects.filter(user=account)
    if only is not None:
        sessions = sessions.filter(pk=only)
    ended = list(sessions.exclude(session_key=but) if but else sessions)
    for session in ended:
        session.end()
    return len(ended)


def forget_oldest_sessions(*, account: Account) -> None:
    """Before a sign-in: an account is signed in at 20 places at most. A demo's people share accounts and stay."""
    for session in UserSession.objects.filter(user=account).order_by("-created_at", "-id")[SESSIONS_KEPT - 1 :]:
        if account.generated:
            session.delete()  # from the list alone
        else:
            session.end()


def note_second_factor(*, account: Account, change: str, kind: str, by: int | None, at: datetime) -> None:
    """Write down that a factor was added, removed, renewed or, of recovery codes, used; never the factor itself."""
    record(verb=f"people.second_factor_{change}", on=account, by=by, at=at, kind=kind)


def note_outside_account(*, account: Account, change: str, provider: str, by: int | None, at: datetime) -> None:
    """Write down that an account elsewhere may, or may no longer, sign this one in."""
    record(verb=f"people.outside_account_{change}", on=account, by=by, at=at, provider=provider)

"""Keys of programmes: made, used, revoked."""

from __future__ import annotations

import secrets
from collections.abc import Collection
from datetime import date, datetime, timedelta
from hashlib import sha256

from django.db import transaction
from django.utils import timezone

from donghanh.api.models import ApiToken, OpenDataSet
from donghanh.api.rules import may_make_token, may_publish, may_revoke, may_withdraw
from donghanh.audit.actions import record
from donghanh.kernel.text import nfc
from donghanh.people.models import Account
from donghanh.statistics.queries import Question

MARK = "dh_"  # by which programmes that look for lost keys know ours
SECRET_BYTES = 32
SHOWN = len(MARK) + 6  # characters of a key that are kept, of 46: 220 bits stay secret
NOTED_EVERY = timedelta(minutes=5)


def digest_of(secret: str) -> str:
    """What is kept of a key. It is found by this alone, so how long the search takes tells nothing of other keys."""
    return sha256(secret.encode()).hexdigest()


@transaction.atomic
def make_token(
    *, name: str, scopes: Collection[str], unit_id: int, expires_on: date, by: Account, at: datetime
) -> tuple[ApiToken, str]:
    """A new key of `by`; the text beside it is the only time that it can be read."""
    Account.objects.select_for_update(no_key=True).get(pk=by.pk)  # two at once pass the cap
    may_make_token(by, scopes=scopes, unit_id=unit_id, expires_on=expires_on, on=timezone.localdate(at)).enforce()
    secret = MARK + secrets.token_urlsafe(SECRET_BYTES)
    token = ApiToken.objects.create(
        account=by, name=nfc(name), scopes=sorted(scopes), unit_id=unit_id, start=secret[:SHOWN],
        digest=digest_of(secret), made_at=at, expires_on=expires_on,
    )  # fmt: skip
    record(verb="api.token_made", on=token, by=by.pk, at=at, unit=unit_id)
    return token, secret


@transaction.atomic
def revoke_token(*, token: ApiToken, by: Account, at: datetime) -> None:
    """The key opens nothing from now on; revoking it again changes nothing."""
    may_revoke(token, by=by).enforce()
    if ApiToken.objects.filter(pk=token.pk, revoked_at=None).update(revoked_at=at, revoked_by=by):
        record(verb="api.token_revoked", on=token, by=by.pk, at=at, unit=token.unit_id)


def note_use(*, token: ApiToken, at: datetime) -> None:
    """When the key was last used, to five minutes; its first use on a day goes into the log."""
    before = token.last_used_at
    if before and timedelta(0) <= at - before < NOTED_EVERY:
        return
    with transaction.atomic():
        ApiToken.objects.filter(pk=token.pk).update(last_used_at=at)
        if not before or timezone.localdate(before) != timezone.localdate(at):
            record(verb="api.token_used", on=token, by=token.account_id, at=at, unit=token.unit_id)


@transaction.atomic
def publish(
    *, owner: int, title: str, description: str, licence: str, approval: str, question: Question, by: Account,
    at: datetime,
) -> OpenDataSet:  # fmt: skip
    """Figures for everyone, from now on, as they stand whenever somebody reads them."""
    may_publish(by, office=owner, question=question, on=timezone.localdate(at)).enforce()
    said = {
        "data": [datum.key for datum in question.data], "periods": [span.code for span in question.spans],
        "units": list(question.units),
    }  # fmt: skip
    data_set = OpenDataSet.objects.create(
        owner_id=owner, title=nfc(title), description=nfc(description), licence=licence, approval=nfc(approval),
        question=said, published_at=at, published_by=by,
    )  # fmt: skip
    record(verb="api.published", on=data_set, by=by.pk, at=at, unit=owner)
    return data_set


@transaction.atomic
def withdraw(*, data_set: OpenDataSet, by: Account, at: datetime) -> None:
    """Nobody finds it any more; that it was there stays in the log."""
    may_withdraw(data_set, by=by, on=timezone.localdate(at)).enforce()
    if OpenDataSet.objects.filter(pk=data_set.pk, withdrawn_at=None).update(withdrawn_at=at, withdrawn_by=by):
        record(verb="api.withdrawn", on=data_set, by=by.pk, at=at, unit=data_set.owner_id)

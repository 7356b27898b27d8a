"""Keys of other programmes: made, used, revoked."""

from __future__ import annotations

import secrets
from datetime import date, datetime, timedelta
from hashlib import sha256

from django.db import transaction
from django.utils import timezone

from donghanh.audit.actions import record
from donghanh.kernel.text import nfc
from donghanh.organisations.models import Unit
from donghanh.people.models import Account
from donghanh.rosters.models import ScimToken
from donghanh.rosters.rules import may_make_token, may_manage

TOKEN_BYTES = 32
NOTED_EVERY = timedelta(minutes=5)  # a programme that reads page after page costs one write


def digest_of(secret: str) -> str:
    """What is kept of a key. It is found by this alone, so how long the search takes tells nothing of other keys."""
    return sha256(secret.encode()).hexdigest()


@transaction.atomic
def make_token(*, name: str, unit_id: int, expires_on: date, by: Account, at: datetime) -> tuple[ScimToken, str]:
    """A new key for a unit and all below it; the text beside it is the only time that the key can be read."""
    list(Unit.objects.select_for_update(no_key=True).filter(pk=unit_id).order_by("pk"))  # two at once pass the cap
    may_make_token(by, unit_id, expires_on=expires_on, on=at.date()).enforce()
    secret = secrets.token_urlsafe(TOKEN_BYTES)
    token = ScimToken.objects.create(
        name=nfc(name), unit_id=unit_id, digest=digest_of(secret), made_by=by, made_at=at, expires_on=expires_on
    )
    record(verb="rosters.token_made", on=token, by=by.pk, at=at, unit=unit_id)
    return token, secret


@transaction.atomic
def revoke_token(*, token: ScimToken, by: Account, at: datetime) -> None:
    """The key opens nothing from now on; revoking it again changes nothing."""
    may_manage(by, token.unit_id, on=at.date()).enforce()
    if ScimToken.objects.filter(pk=token.pk, revoked_at=None).update(revoked_at=at):
        record(verb="rosters.token_revoked", on=token, by=by.pk, at=at, unit=token.unit_id)


@transaction.atomic
def note_use(*, token: ScimToken, at: datetime) -> None:
    """When the key was last used, to five minutes; its first use on a day goes into the log."""
    before = token.last_used_at
    if before and at - before < NOTED_EVERY:
        return
    ScimToken.objects.filter(pk=token.pk).update(last_used_at=at)
    if not before or timezone.localdate(before) != at.date():
        record(verb="rosters.token_used", on=token, by=None, at=at, unit=token.unit_id)

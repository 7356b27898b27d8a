from __future__ import annotations

from collections.abc import Collection
from datetime import datetime, timedelta
from typing import Any

from django.test import Client

from donghanh.api.actions import digest_of
from donghanh.api.choices import Scope
from donghanh.api.models import ApiToken
from donghanh.organisations.models import Unit
from donghanh.organisations.tests.factories import AT
from donghanh.people.models import Account


def a_key(
    account: Account, unit: Unit, *, scopes: Collection[str] = tuple(Scope.values), at: datetime = AT, **more: Any
) -> str:
    """A key with these scopes in the unit, whatever the account may: the secret."""
    secret = f"dh_{account.username}_{ApiToken.objects.count()}"
    more = {"expires_on": at.date() + timedelta(days=300), "start": secret[:9], "made_at": at, "name": "x"} | more
    ApiToken.objects.create(account=account, unit=unit, scopes=list(scopes), digest=digest_of(secret), **more)
    return secret


def a_programme(account: Account, unit: Unit, **more: Any) -> Client:
    """A client that sends such a key with every request."""
    return Client(headers={"Authorization": f"ApiToken {a_key(account, unit, **more)}"})

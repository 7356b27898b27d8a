from __future__ import annotations

from datetime import timedelta

import pytest

from donghanh.api.actions import make_token
from donghanh.api.choices import Scope
from donghanh.api.queries import Caller
from donghanh.reporting.tests.factories import AT, TODAY, an_open_round


@pytest.fixture
def round_(cast):
    """The plan's form, asked of every school of the cast and open."""
    return an_open_round(cast)


@pytest.fixture
def key():
    """key(account, unit, *scopes) → the header that opens the doors; all that the account may where none is named."""

    def made(account, unit, *scopes):
        usable = [scope for scope in scopes or Scope if Caller(account, TODAY).may(scope)]
        _token, secret = make_token(
            name="thử", scopes=usable, unit_id=unit.pk, expires_on=TODAY + timedelta(days=9), by=account, at=AT
        )
        return {"Authorization": f"ApiToken {secret}"}

    return made

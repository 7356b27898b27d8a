"""Who the caller is."""

from __future__ import annotations

from datetime import date

from django.http import HttpRequest
from ninja import Field, Router, Schema

from donghanh.api.choices import Scope
from donghanh.api.operations import operation
from donghanh.api.v1.shapes import caller_of

router = Router(tags=["me"])


class Me(Schema):
    """What this key, or this account, can do here today."""

    username: str
    name: str
    day: date = Field(description="the day on which the programme plays: rights hold by the day")
    scopes: list[str] = Field(description="of the key, as far as the account holds a right for them today")
    unit: int | None = Field(description="the key's unit; it reaches this one and all below; null without a key")
    expires_on: date | None = None


@operation(
    router, "get", "/me", scope=None, summary="Who am I", response=Me,
    example={"username": "so", "name": "Bùi Thị Ánh", "day": "2025-06-16", "scopes": ["read_units"], "unit": 1,
             "expires_on": "2026-06-16"},
)  # fmt: skip
def me(request: HttpRequest) -> Me:
    """The account behind the key, and which scopes are of use today."""
    caller = caller_of(request)
    return Me(
        username=caller.account.username,
        name=str(caller.account),
        day=caller.on,
        scopes=[scope.value for scope in Scope if caller.may(scope)],
        unit=caller.token.unit_id if caller.token else None,
        expires_on=caller.token.expires_on if caller.token else None,
    )

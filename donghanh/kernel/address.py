"""Where a request comes from: for throttles alone, never for who somebody is."""

from __future__ import annotations

from django.conf import settings
from django.http import HttpRequest


def address_of(request: HttpRequest) -> str:
    """Behind our proxy, what the proxy saw: the last entry of the list, the others can be forged."""
    seen = request.headers.get("X-Forwarded-For", "") if settings.BEHIND_TLS else ""
    address: str = seen.split(",")[-1].strip() or request.META["REMOTE_ADDR"]
    return address

"""Where a request comes from and what it was sent with."""

from __future__ import annotations

from django.conf import settings
from django.http import HttpRequest

SYSTEMS = (
    ("Android", "Android"), ("iPhone", "iPhone"), ("iPad", "iPad"), ("Windows", "Windows"),
    ("CrOS", "ChromeOS"), ("Mac OS", "macOS"), ("Linux", "Linux"),
)  # fmt: skip
BROWSERS = (  # the most telling word first
    ("Edg", "Edge"), ("coc_coc", "Cốc Cốc"), ("SamsungBrowser", "Samsung Internet"), ("Firefox", "Firefox"),
    ("CriOS", "Chrome"), ("Chrome", "Chrome"), ("Safari", "Safari"),
)  # fmt: skip


def address_of(request: HttpRequest) -> str:
    """Where the request comes from; behind our proxy, what the proxy saw: the last entry, the others can be forged."""
    seen = request.headers.get("X-Forwarded-For", "") if settings.BEHIND_TLS else ""
    return seen.split(",")[-1].strip() or request.META["REMOTE_ADDR"]


def device_of(user_agent: str) -> str:
    """ "Chrome · Windows" of what a browser says about itself; what it does not say is left out."""
    found = (next((name for sign, name in signs if sign in user_agent), "") for signs in (BROWSERS, SYSTEMS))
    return " · ".join(filter(None, found))

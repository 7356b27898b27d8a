"""Where a request comes from: for throttles alone, never for who somebody is."""

from __future__ import annotations

from ipaddress import ip_address, ip_network

from django.conf import settings
from django.http import HttpRequest

ONE_HOST, A_HOUSEHOLD = 4, 64  # version of IP; bits


def address_of(request: HttpRequest) -> str:
    """Behind our proxy, what the proxy saw: the last entry of the list, the others can be forged.

    Of IPv6 the network of 64 bits that one line is lent: its holder has 2⁶⁴ addresses to try from.
    """
    seen = request.headers.get("X-Forwarded-For", "") if settings.BEHIND_TLS else ""
    address = ip_address(seen.split(",")[-1].strip() or request.META["REMOTE_ADDR"])
    return str(address if address.version == ONE_HOST else ip_network((address, A_HOUSEHOLD), strict=False)[0])

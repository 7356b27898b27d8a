from __future__ import annotations

import pytest

from donghanh.kernel.address import address_of


@pytest.mark.parametrize(
    ("seen", "counted"),
    [
        ("203.0.113.7", "203.0.113.7"),
        ("2001:db8:1:2:aaaa:bbbb:cccc:dddd", "2001:db8:1:2::"),
        ("198.51.100.9, 203.0.113.7", "203.0.113.7"),
    ],
)
def test_a_line_counts_as_one_address(rf, settings, seen, counted):
    """Of IPv6 a line is lent 2⁶⁴ addresses; of a list only what our proxy added is true."""
    settings.BEHIND_TLS = True
    assert address_of(rf.get("/", HTTP_X_FORWARDED_FOR=seen)) == counted

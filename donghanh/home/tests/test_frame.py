from __future__ import annotations

import pytest

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("on_demo_day")]


@pytest.mark.parametrize("address", ["/", "/gioi-han/", "/khong-co-trang-nay/"])
def test_the_way_on_is_on_every_page(cast, sign_in, address):
    page = sign_in(cast.teacher).get(address)
    assert "/bao-cao/can-nop/" in page.text
    assert "/bao-cao/cho-duyet/" not in page.text

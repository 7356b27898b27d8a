"""Building empties the database: never an office's."""

from __future__ import annotations

import pytest

from demo.build import NotADemo, spare_an_office
from donghanh.people.models import Account


def test_a_database_with_a_real_person_is_not_emptied(db):
    spare_an_office()
    Account.objects.create(username="gv.1", generated=True)
    spare_an_office()
    Account.objects.create(username="that")
    with pytest.raises(NotADemo, match="tài khoản thật"):
        spare_an_office()

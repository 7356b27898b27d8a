"""A round of the cast with one accepted report, and its figures laid out."""

from __future__ import annotations

import json

import pytest
from django.conf import settings

from donghanh.reporting.figures import lay_out
from donghanh.reporting.tests.factories import AT, an_accepted_report, an_open_round
from donghanh.statistics.actions import define


@pytest.fixture
def figures(cast, on_demo_day):
    """Ân Nghĩa (TH&THCS, Lạc Sơn): outreach yes; 17 of 18 trained, 9 of 10 in TH. The other three have not reported."""
    define(json.loads((settings.ROOT / "donghanh/statistics/data/plan3296.json").read_text()), at=AT)
    made = an_open_round(cast)
    an_accepted_report(cast, made)
    lay_out(collection_id=made.pk, at=AT)
    return made

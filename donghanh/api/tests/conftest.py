"""One round of the cast, with one accepted report and its figures."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from django.conf import settings

from donghanh.api.door import Rates
from donghanh.reporting.figures import lay_out
from donghanh.reporting.tests.factories import AT, an_accepted_report, an_open_round
from donghanh.statistics.actions import define

PLAN = json.loads(Path(settings.ROOT, "donghanh/statistics/data/plan3296.json").read_text())


@pytest.fixture(autouse=True)
def no_rate_left_over(monkeypatch):
    monkeypatch.setattr("donghanh.api.door.RATES", Rates())


@pytest.fixture
def a_round(cast, on_demo_day):
    """Open, nothing sent."""
    define(PLAN, at=AT)
    return an_open_round(cast)


@pytest.fixture
def with_figures(cast, a_round):
    """The school's report accepted and laid out."""
    an_accepted_report(cast, a_round)
    lay_out(collection_id=a_round.pk, at=AT)
    return a_round

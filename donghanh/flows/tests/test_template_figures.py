"""A template may ask for indicators of accepted reports; what nobody reported is left out."""

from __future__ import annotations

import json
from datetime import date
from pathlib import Path

import pytest
from django.conf import settings

from donghanh.flows.template_figures import ReportedFigures
from donghanh.papers.template_fields import figures_known
from donghanh.reporting.figures import lay_out
from donghanh.reporting.tests.factories import AT, an_accepted_report, an_open_round
from donghanh.statistics.actions import define

PLAN = json.loads(Path(settings.ROOT, "donghanh/statistics/data/plan3296.json").read_text())
pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("on_demo_day")]


def test_figures_of_the_newest_closed_period(cast, sign_in):
    define(PLAN, at=AT)
    collection = an_open_round(cast)
    an_accepted_report(cast, collection)
    lay_out(collection_id=collection.pk, at=AT)
    [code, *_others] = known = ReportedFigures().known()
    assert figures_known() == known
    units = [cast.school.pk, cast.sibling.pk]
    after, during = date(2026, 1, 5), collection.period.days.lower
    found = ReportedFigures().values(units, [code], on=after)
    [(key, told)] = found.items()
    assert (key, told.printed) == ((cast.school.pk, code), "100,0")
    page = sign_in(cast.principal).get(told.href)
    assert page.status_code == 200
    assert "100,0" in page.content.decode()
    assert ReportedFigures().values(units, [code], on=during) == {}

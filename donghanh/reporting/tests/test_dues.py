"""Reports on the calendar of their unit, and the warning to whoever asks for one more."""

from __future__ import annotations

import pytest
from django.urls import reverse

from donghanh.agenda.choices import Kind
from donghanh.agenda.queries import entries
from donghanh.reporting.tests.factories import an_accepted_report, an_open_round, report_of

pytestmark = pytest.mark.django_db


def test_reports_stand_on_the_year_of_their_unit(cast):
    asked = an_open_round(cast)
    report = report_of(cast.school, asked)
    due = report.expected.due_on

    def on_calendar():
        found = entries([cast.school.pk], asked.opens_on, due)
        return [(one.on, one.kind, one.unit_id, one.href, one.done) for one in found]

    there = (due, Kind.REPORT, cast.school.pk, reverse("reporting:report", args=[report.pk]))
    assert on_calendar() == [(*there, False)]
    an_accepted_report(cast, asked)
    assert on_calendar() == [(*there, True)]

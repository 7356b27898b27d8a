from __future__ import annotations

from datetime import date

import pytest
from django.db import IntegrityError, transaction
from django.db.backends.postgresql.psycopg_any import DateRange
from django.utils import translation

from donghanh.periods.actions import set_school_year
from donghanh.periods.models import Period
from donghanh.periods.queries import period, periods

pytestmark = pytest.mark.django_db


def test_a_school_year_knows_its_day_and_its_target_year():
    year = set_school_year(first_day=date(2020, 9, 5), last_day=date(2021, 5, 31))
    assert (year.code, year.target_year, year.reference_day) == ("NH2020", 2021, date(2021, 5, 31))
    assert (year.label, year.short_label) == ("Năm học 2020–2021", "2020–2021")
    with translation.override("en"):
        assert year.label == "School year 2020–2021"


def test_a_decision_may_move_its_days():
    set_school_year(first_day=date(2024, 9, 5), last_day=date(2025, 5, 31))
    set_school_year(first_day=date(2024, 9, 9), last_day=date(2025, 6, 6))
    assert period("NH2024").days == DateRange(date(2024, 9, 9), date(2025, 6, 7))


def test_two_years_never_overlap():
    set_school_year(first_day=date(2024, 9, 5), last_day=date(2025, 5, 31))
    with pytest.raises(IntegrityError), transaction.atomic():
        Period.objects.create(
            code="NH2025", kind="school_year", days=DateRange(date(2025, 5, 1), date(2026, 5, 1)),
            reference_day=date(2026, 4, 30), target_year=2026,
        )  # fmt: skip
    assert [p.code for p in periods("school_year")] == ["NH2024"]

"""Tables with minors' data: the database asks who is reading, whatever the query forgot."""

from __future__ import annotations

import pytest
from django.apps import apps
from django.db import connection

ROOMS_WITH_MINORS = ("rosters", "guardians", "privacy")
NOT_OF_MINORS = {  # rows that name no minor, and why
    "rosters_schoolclass": "a class is no person",
    "rosters_classteaching": "a teacher is of age",
    "privacy_retentionrun": "counts of rows, nobody's",
    "guardians_claimfailure": "an address and a moment, for a day; the code typed is not kept",
}


@pytest.mark.django_db
def test_every_table_with_minors_data_is_walled():
    tables = {model._meta.db_table for model in apps.get_models() if model._meta.app_label in ROOMS_WITH_MINORS}
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT relname FROM pg_class WHERE relrowsecurity AND relforcerowsecurity"
            " AND EXISTS (SELECT FROM pg_policy WHERE polrelid = pg_class.oid)"
        )
        walled = {row[0] for row in cursor.fetchall()}
    assert tables - walled == NOT_OF_MINORS.keys()

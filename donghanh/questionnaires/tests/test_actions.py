from __future__ import annotations

import json
from datetime import UTC, datetime
from pathlib import Path

import pytest
from django.db import DatabaseError, connection, transaction

from donghanh.audit.models import Entry
from donghanh.questionnaires.actions import load_form
from donghanh.questionnaires.models import FaultyDefinition, Form, FormVersion
from donghanh.questionnaires.queries import current_version

pytestmark = pytest.mark.django_db
PLAN = json.loads((Path(__file__).parent.parent / "data/plan3296.json").read_text())
JUNE, JULY = datetime(2025, 6, 16, 8, tzinfo=UTC), datetime(2025, 7, 1, 8, tzinfo=UTC)


def test_loading_twice_makes_one_version():
    first = load_form(PLAN, at=JUNE)
    assert load_form(json.loads(json.dumps(PLAN)), at=JULY) == first
    assert [(v.number, v.created_at) for v in FormVersion.objects.order_by("number")] == [(1, JUNE)]
    assert Entry.objects.get().verb == "questionnaires.form_loaded"


def test_a_changed_document_is_a_new_version_and_the_old_one_stays_readable():
    load_form(PLAN, at=JUNE)
    load_form(PLAN | {"vi": "Báo cáo mới"}, at=JULY)
    old, new = FormVersion.objects.order_by("number")
    assert (old.definition.vi, new.definition.vi) == ("Báo cáo thực hiện Đề án 3296", "Báo cáo mới")
    assert Form.objects.get().name_vi == "Báo cáo mới"
    assert current_version("plan3296") == new


def test_what_the_database_gives_back_is_the_same_form():
    loaded = load_form(PLAN, at=JUNE).definition
    assert current_version("plan3296").definition == loaded


def test_a_faulty_document_leaves_nothing_behind():
    with pytest.raises(FaultyDefinition):
        load_form(PLAN | {"checks": [{}]}, at=JUNE)
    assert not Form.objects.exists()


def test_a_form_that_was_never_loaded_is_not_there():
    with pytest.raises(FormVersion.DoesNotExist):
        current_version("plan3296")


def test_the_database_refuses_to_change_a_version():
    version = load_form(PLAN, at=JUNE)
    with pytest.raises(DatabaseError, match="permission denied"), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("UPDATE questionnaires_formversion SET document = '{}' WHERE id = %s", [version.pk])
    assert current_version("plan3296").document == PLAN

"""What a unit's people have to read stands on its calendar until all of them have."""

from __future__ import annotations

import pytest
from django.urls import reverse

from donghanh.agenda.choices import Kind
from donghanh.agenda.queries import Entry, entries
from donghanh.documents.actions_reading import acknowledge
from donghanh.documents.tests.factories import an_issued
from donghanh.documents.tests.factories_reading import DUE, a_publication
from donghanh.organisations.tests.factories import AT

pytestmark = pytest.mark.django_db


def test_a_document_to_be_read_stands_on_the_calendar_of_the_unit(cast):
    row = an_issued(cast.department, by=cast.clerk)
    a_publication(row, cast.department, by=cast.clerk, roles=["principal", "teacher_in_charge"])

    def found():
        units = [cast.school.pk, cast.preschool.pk]
        return [one for one in entries(units, DUE, DUE) if one.kind == Kind.READING]

    said = Entry(
        on=DUE, title="Đọc văn bản: Quyết định 01/QĐ-SGDĐT", kind=Kind.READING, unit_id=cast.school.pk,
        href=reverse("documents:to_read"),
    )  # fmt: skip
    assert found() == [said]
    acknowledge(document=row, by=cast.teacher, at=AT)
    assert [one.done for one in found()] == [False]
    acknowledge(document=row, by=cast.principal, at=AT)
    assert [one.done for one in found()] == [True]

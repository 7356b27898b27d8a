from __future__ import annotations

import pytest
from django.utils import translation

from donghanh.home.queries import in_words
from donghanh.statistics.models import DataElement


@pytest.mark.django_db
def test_a_definition_names_what_it_counts():
    for code, name_vi, name_en in [("trained", "Số người được bồi dưỡng", "People trained"), ("train", "x", "y")]:
        DataElement.objects.create(code=code, name_vi=name_vi, name_en=name_en)
    assert in_words("sum(trained) + 2") == "sum(Số người được bồi dưỡng) + 2"
    with translation.override("en"):
        assert in_words("trained") == "People trained"

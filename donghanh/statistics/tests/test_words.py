from __future__ import annotations

import pytest
from django.utils import translation

from donghanh.statistics.models import DataElement, Indicator
from donghanh.statistics.queries import in_words


@pytest.mark.django_db
def test_a_definition_names_what_it_counts():
    for code, name_vi, name_en in [("trained", "Số người được bồi dưỡng", "People trained"), ("train", "x", "y")]:
        DataElement.objects.create(code=code, name_vi=name_vi, name_en=name_en)
    indicator = Indicator(numerator="trained + 2", denominator="train")
    assert in_words(indicator) == ("“Số người được bồi dưỡng” + 2", "“x”")
    with translation.override("en"):
        assert in_words(indicator) == ("“People trained” + 2", "“y”")

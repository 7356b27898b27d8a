"""The generated family: three children for the mother, one claim that waits, one request in time."""

from __future__ import annotations

import pytest
from django.urls import reverse

from demo.guardians import build_guardians
from donghanh.guardians.tests.factories import NOON, a_class, a_learner

pytestmark = pytest.mark.usefixtures("on_demo_day")


def test_the_mother_finds_three_children_and_the_school_its_work(cast, sign_in):
    school_class = a_class(cast.school)
    learners = [a_learner(school_class, f"Học sinh giả lập {number}") for number in range(4)]
    mother = build_guardians(learners, by=cast.school_administrator, at=NOON)
    page = sign_in(mother).get(reverse("guardians:children")).content.decode()
    assert [f"Học sinh giả lập {number}" in page for number in range(4)] == [True, True, True, False]
    school = sign_in(cast.school_administrator)
    assert "Bùi Văn Lâm" in school.get(reverse("guardians:waiting")).content.decode()
    assert "Bùi Thị Hạnh" in school.get(reverse("privacy:requests")).content.decode()

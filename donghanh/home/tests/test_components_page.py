from __future__ import annotations

from django.contrib.auth.models import AnonymousUser
from django.test import RequestFactory

from donghanh.home.components import components
from donghanh.kernel.looks import LOOKS
from donghanh.reporting.choices import State
from donghanh.statistics.choices import TargetState


def test_the_living_page_draws_every_component():
    request = RequestFactory().get("/thanh-phan/")
    request.user = AnonymousUser()
    html = components(request).content.decode()
    parts = "heading crumbs card figures list status callout tabs table pager empty skeleton chart field timeline facts"
    assert [part for part in parts.split() if f'class="dh-{part}' not in html] == []


def test_every_state_has_its_look_in_the_rooms_own_word():
    for choice in (*State, *TargetState):
        assert str(LOOKS[choice.value].word) == str(choice.label)

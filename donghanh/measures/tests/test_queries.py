"""A code finds its measure, whether offered alone or by a family."""

import pytest

from donghanh.measures import queries
from donghanh.measures.queries import Measure, measure, offer, offer_family


def _of(code: str) -> Measure:
    return Measure(code=code, name=code, source="", count=lambda unit, span: {}, lines=lambda unit, span: [])


@pytest.fixture(autouse=True)
def _empty(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(queries, "_KNOWN", {})
    monkeypatch.setattr(queries, "_FAMILIES", {})


def test_a_code_is_taken_once() -> None:
    offer(_of("a.b"))
    with pytest.raises(ValueError, match=r"a\.b"):
        offer(_of("a.b"))


def test_a_family_answers_for_its_prefix_only() -> None:
    offer_family("a.below", _of)
    found = measure("a.below.x")
    assert found is not None
    assert found.code == "x"
    assert measure("a.belowx") is None
    with pytest.raises(ValueError, match=r"a\.below"):
        offer_family("a.below", lambda rest: None)

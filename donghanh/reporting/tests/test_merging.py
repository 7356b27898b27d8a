"""Two writers on one form: whatever they type in whatever order, no word of either is lost without being asked."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from donghanh.reporting.merging import merge

BOXES = st.sampled_from(["a", "b", "note:a"])
TEXTS = st.sampled_from(["", "1", "2", "hai\r\ndòng"])
EDITS = st.lists(st.tuples(st.integers(0, 1), BOXES, TEXTS, st.booleans()), max_size=30)


def plain(text: str) -> str:
    return text.replace("\r\n", "\n")


@given(EDITS)
def test_nothing_that_another_wrote_is_overwritten(edits):
    """Each writer sees the draft of their last save; of every save, what was refused is told with both texts."""
    kept: dict[str, str] = {}
    seen: list[dict[str, str]] = [{}, {}]
    for writer, box, text, looks in edits:
        was = seen[writer].get(box, "")
        here = kept.get(box, "")
        merged = merge(kept, {box: (was, text)})
        if box in merged.conflicts:
            assert here not in (was, plain(text))  # it was asked for only where two really differ
            assert merged.conflicts[box] == was
            assert merged.draft == kept  # and the other's words stand
        else:
            assert merged.draft.get(box, "") == plain(text)
            assert here in (was, plain(text))  # nobody's words but the writer's own gave way
            assert {k: v for k, v in merged.draft.items() if k != box} == {k: v for k, v in kept.items() if k != box}
        kept = merged.draft
        if looks or box in merged.conflicts:  # the answer of a save shows the whole draft
            seen[writer] = dict(kept)
        else:
            seen[writer][box] = plain(text)


@given(st.dictionaries(BOXES, TEXTS), st.dictionaries(BOXES, TEXTS), st.dictionaries(BOXES, TEXTS))
def test_the_order_of_two_saves_matters_only_where_they_differ(start, one, other):
    kept = merge({}, {box: ("", text) for box, text in start.items()}).draft
    first = {box: (kept.get(box, ""), text) for box, text in one.items() if plain(text) != kept.get(box, "")}
    second = {box: (kept.get(box, ""), text) for box, text in other.items() if plain(text) != kept.get(box, "")}
    ab, ba = merge(merge(kept, first).draft, second), merge(merge(kept, second).draft, first)
    assert set(ab.conflicts) == set(ba.conflicts)
    for box in {*first, *second} - set(ab.conflicts):
        assert ab.draft.get(box, "") == ba.draft.get(box, "")


def test_blank_is_empty_and_line_ends_are_no_difference():
    assert merge({"a": "x\ny"}, {"a": ("x\r\ny", "  ")}).draft == {}
    assert merge({}, {"a": (" ", "1")}).draft == {"a": "1"}

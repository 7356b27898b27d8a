"""The language of a form's logic. The same examples run in Chromium (test_browser.py)."""

from __future__ import annotations

import json
import math
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from donghanh.questionnaires.expressions import ExpressionFault, evaluate, names, parse

EXAMPLES = json.loads(Path(__file__).with_name("expressions.json").read_text())
STANDS = {
    "staff": 30.0, "nothing": "", "topics": "law media", "kind": "a", "name": "Đà  Bắc", "code": "45/QĐ",
    "day": "2025-06-15",
}  # fmt: skip


@pytest.mark.parametrize("example", EXAMPLES, ids=lambda example: example["text"])
def test_an_expression_means_the_same_here_and_in_the_browser(example):
    itself = example.get("itself", "")
    value = evaluate(parse(example["text"]), STANDS.__getitem__, itself=itself, today="2025-06-16")
    if example["value"] is None:
        assert math.isnan(value)
    else:
        assert (value, isinstance(value, bool)) == (example["value"], isinstance(example["value"], bool))


@pytest.mark.parametrize(
    ("text", "position"),
    [
        ("", 1), ("1 +", 4), ("${a} >> 2", 7), ("nothing(1)", 1), ("if(1, 2)", 1), ("1 + abs(1, 2)", 5),
        ("${a b}", 1), ("regex(., '(a+)+')", 1), ("regex(., ${a})", 1), ("regex(., '(')", 1), ("'open", 1),
    ],
)  # fmt: skip
def test_what_is_no_expression_is_pointed_at(text, position):
    with pytest.raises(ExpressionFault) as fault:
        parse(text)
    assert fault.value.position == position
    assert str(fault.value).startswith(f"Ký tự thứ {position}:")


@pytest.mark.parametrize(
    "pattern",
    ["((a+))+b", "(a|a)*b", "a*a*a*a*b", "a++b", "\\A-", "\\-x", "(?=a)", "(?:a)", "a{1,9}{2}", "[[a]]", "*a", "a**"],
)
def test_a_pattern_that_may_run_for_ever_or_means_something_else_elsewhere_is_refused(pattern):
    with pytest.raises(ExpressionFault, match="regex"):
        parse(f"regex(., '{pattern}')")


def test_an_expression_too_long_or_too_deep_is_refused():
    with pytest.raises(ExpressionFault, match="dài quá"):
        parse("1+" * 1500 + "1")
    with pytest.raises(ExpressionFault, match="quá sâu"):
        parse("-" * 60 + "1")


def test_names_are_what_it_looks_at():
    assert list(names(parse("if(${a} > 1, ${b[TH]}, .)"))) == ["a", "b[TH]"]


@given(st.text(max_size=60))
def test_anything_typed_is_parsed_or_refused_in_words(text):
    try:
        tree = parse(text)
    except ExpressionFault as fault:
        tree = ["refused", str(fault)]
    assert tree[0] in ("refused", "number", "words", "itself", "call")
    assert tree[0] != "refused" or tree[1].startswith("Ký tự thứ")

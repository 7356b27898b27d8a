"""What people type into a box for a number. The same examples run in Chromium (questionnaires, test_browser.py)."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from django.utils import translation
from hypothesis import given
from hypothesis import strategies as st

from donghanh.kernel.numbers import LARGEST, NotANumber, format_number, parse_number

EXAMPLES = json.loads(Path(__file__).with_name("numbers.json").read_text())


@pytest.mark.parametrize("example", EXAMPLES["parse"], ids=str)
def test_an_entry_means_what_its_writer_meant_or_is_refused_with_the_reason(example):
    settings = {name: example[name] for name in ("whole", "least", "most") if name in example}
    if "fault" not in example:
        assert parse_number(example["typed"], **settings) == example["value"]
        return
    with translation.override("vi"), pytest.raises(NotANumber) as refused:
        parse_number(example["typed"], **settings)
    assert refused.value.fault == example["fault"]
    if "sentence" in example:
        assert str(refused.value) == example["sentence"]


def test_minus_nothing_is_nothing():
    assert str(parse_number("-0")) == "0.0"


@pytest.mark.parametrize("example", EXAMPLES["format"], ids=str)
def test_a_number_is_written_as_its_language_does(example):
    assert format_number(example["value"], language="vi") == example["vi"]
    assert format_number(example["value"], language="en") == example["en"]


@pytest.mark.parametrize(
    ("value", "written"), [(84.25, "84,3"), (6.25, "6,3"), (-0.04, "0,0"), (99.95, "100,0"), (85, "85,0")]
)
def test_halves_are_rounded_up(value, written):
    assert format_number(value, decimals=1) == written


@given(value=st.integers(-LARGEST, LARGEST), language=st.sampled_from(["vi", "en"]))
def test_every_count_that_we_write_is_read_back(value, language):
    assert parse_number(format_number(value, language=language)) == value


@given(
    value=st.integers(-(10**9), 10**9),
    decimals=st.sampled_from([1, 2]),
    language=st.sampled_from(["vi", "en"]),
)
def test_every_measure_that_we_write_is_read_back(value, decimals, language):
    measure = value / 10**decimals
    assert parse_number(format_number(measure, decimals=decimals, language=language), whole=False) == measure


@given(st.text(max_size=40))
def test_anything_else_is_a_number_within_its_limits_or_a_sentence(text):
    try:
        value, sentence = parse_number(text, least=0, most=1000), ""
    except NotANumber as refused:
        value, sentence = None, str(refused)
    assert sentence or value is None or (0 <= value <= 1000 and value == int(value))

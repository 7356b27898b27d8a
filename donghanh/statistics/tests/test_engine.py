from __future__ import annotations

from datetime import date

import pytest

from donghanh.statistics.choices import Aggregation
from donghanh.statistics.engine import FactsNotReady, FactsTooSlow, Question, Source, Span, ask
from donghanh.statistics.language import CyclicIndicators, Definition, Missing, UnknownElement, parse
from donghanh.statistics.tests.engine_world import (
    BY_HAND,
    FEBRUARY,
    INDICATORS,
    OLD,
    QUARTER,
    WAYS,
    file,
    month,
    question,
    tree,
)


def one(folder, text, unit, span=QUARTER, **changes) -> float | None:
    return ask(question(folder, [text], **{"units": [unit], "spans": [span]} | changes)).value(unit)


@pytest.fixture(scope="module")
def by_hand(tmp_path_factory) -> dict[tuple[str, int, int], float | None]:
    """All the cases in one question: what they share does not mix."""
    texts = list(dict.fromkeys(text for text, *_ in BY_HAND))
    answer = ask(question(tmp_path_factory.mktemp("facts"), texts))
    return {(text, unit, span): answer.value(unit, span, texts.index(text)) for text, unit, span, _expected in BY_HAND}


@pytest.mark.parametrize(("text", "unit", "span", "expected"), BY_HAND)
def test_the_engine_gives_what_a_person_reckons(by_hand, text, unit, span, expected) -> None:
    assert by_hand[text, unit, span] == (expected if expected is None else pytest.approx(expected, rel=1e-12))


def test_every_way_is_reckoned_by_hand() -> None:
    assert {way for way in WAYS if any(f"({way})" in text for text, *_ in BY_HAND)} == {*WAYS} - {"SUM"}


def test_an_element_has_its_own_way_and_an_expression_may_say_another(tmp_path) -> None:
    last = {"staff": Aggregation.LAST}
    assert one(tmp_path, "staff", 1, aggregations=last) == 60
    assert one(tmp_path, "staff.aggregationType(SUM)", 1, aggregations=last) == 30


def test_shares_of_a_unit_go_to_each_that_takes_them(tmp_path) -> None:
    pairs, weights = [(1, 11), (31, 11), (32, 11), (31, 12)], [1, 0.75, 0.25, 1]
    trees = dict.fromkeys(("old", "new"), tree(pairs, weights))

    def given(text, unit):
        return one(tmp_path, text, unit, trees=trees)

    assert [given("staff", unit) for unit in (1, 31, 32)] == [12, 9 + 16, 3]
    assert given("staff.aggregationType(LAST)", 31) == 0.75 * 8 + 10
    assert given("staff.aggregationType(COUNT)", 31) == 0.75 * 2 + 2
    assert given("staff.aggregationType(AVERAGE)", 31) == (9 + 16) / 3.5
    assert given("staff.aggregationType(MAX_SUM_ORG_UNIT)", 32) == 2
    assert given("staff.aggregationType(MAX)", 32) == 8
    assert given("staff.aggregationType(NONE)", 32) is None
    assert given("subExpression(staff)", 31) == 9 + 16


def test_rows_are_narrowed_to_kinds_and_to_units(tmp_path) -> None:
    assert one(tmp_path, "staff", 1, kinds=["TH", "office"]) == 2 + 4 + 8
    assert one(tmp_path, "staff", 1, kinds=[]) is None
    assert one(tmp_path, "staff", 1, only=[12, 21]) == 16
    assert one(tmp_path, "subExpression(if(staff > 0, 1, 0))", 1, only=[12, 10]) == 2


@pytest.mark.parametrize(
    ("missing", "values"),
    [(Missing.SKIP_IF_ALL, [20, None]), (Missing.SKIP_IF_ANY, [None, None]), (Missing.NEVER_SKIP, [20, 0])],
)
def test_a_strategy_says_what_a_missing_item_does(tmp_path, missing, values) -> None:
    texts = ["staff + whole_year", "whole_year * 2"]
    asked = question(tmp_path, [], expressions=[parse(text, missing) for text in texts], units=[10], spans=[QUARTER])
    assert [ask(asked).value(10, 0, i) for i in (0, 1)] == values


def test_a_span_may_say_what_its_neighbours_and_samples_are(tmp_path) -> None:
    january = (date(2025, 1, 1), date(2025, 1, 31))
    own = Span("x", date(2025, 2, 1), date(2025, 2, 28), shifted={-1: (date(2025, 3, 1), date(2025, 3, 31))})
    assert one(tmp_path, "staff.periodOffset(-1)", 1, own) == 10
    sampled = Span("x", date(2025, 2, 1), date(2025, 2, 28), samples=(january, (date(2025, 3, 1), date(2025, 3, 31))))
    assert one(tmp_path, "max(staff) - min(staff) + staff", 1, sampled) == 12 - 10 + 8
    assert one(tmp_path, "staff.yearToDate()", 1, Span("x", *january, year_from=date(2025, 1, 15))) is None


@pytest.mark.parametrize(
    ("span", "periods", "moved"),
    [
        (QUARTER, -1, (date(2024, 10, 1), date(2024, 12, 31))),
        (FEBRUARY, -12, (date(2024, 2, 1), date(2024, 2, 29))),
        (Span("w", date(2025, 1, 6), date(2025, 1, 12)), 2, (date(2025, 1, 20), date(2025, 1, 26))),
    ],
)
def test_a_period_moves_by_months_or_by_days(span, periods, moved) -> None:
    assert span.moved(periods) == moved


def test_versions_of_a_form_that_break_down_differently_add_up(tmp_path) -> None:
    plain, broken = ("kids",), ("kids[TH]", "kids[NU]", "staff")
    files = [
        Source(file(tmp_path / "a", plain, {11: (5,)}, {}), plain, date(2025, 1, 1), date(2025, 1, 31), "old"),
        Source(file(tmp_path / "b", broken, {11: (1, 2, 9)}, {}), broken, *month(2025, 2), "old"),
    ]  # fmt: skip
    texts = [
        "kids",
        "kids[TH]",
        "kids.aggregationType(COUNT)",
        "kids.aggregationType(LAST)",
        "kids.aggregationType(MAX)",
    ]
    answer = ask(question(tmp_path, texts, sources=files, units=[1], spans=[QUARTER]))
    assert answer.values.tolist() == [[8, 1, 3, 8, 5]]


def test_items_are_told_beside_the_value(tmp_path) -> None:
    asked = question(tmp_path, ["kids[TH] / kids", "indicator(share)"], with_items=True, units=[20, 1], spans=[QUARTER])
    answer = ask(asked)
    assert (answer.units.tolist(), answer.spans.tolist()) == ([1, 20], [0, 0])
    assert {name: values.tolist() for name, values in answer.items.items()} == {"kids[TH]": [17, 4], "kids": [30, 10]}


def test_nothing_laid_out_yet_has_no_values(tmp_path) -> None:
    texts = ["staff", "subExpression(staff)", "median(staff)", "7", "staff.aggregationType(LAST)"]
    answer = ask(question(tmp_path, texts, sources=[], units=[1], spans=[QUARTER]))
    assert [answer.value(1, 0, i) for i in range(5)] == [None, None, None, 7, None]


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("staff + absent", "Ký tự thứ 9: không có chỉ tiêu “absent”."),
        ("subExpression(kids[X])", "Ký tự thứ 15: không có chỉ tiêu “kids.X.”."),
        ("if(orgUnit.group(Z), 1, 2)", "Ký tự thứ 4: không có nhóm đơn vị “Z”."),
        ("2 * indicator(none)", "Ký tự thứ 5: không có chỉ số “none”."),
        ("constant(none)", "Ký tự thứ 1: không có hằng số “none”."),
        ("g.reportingRate", "Ký tự thứ 1: không có số báo cáo của “g”."),
    ],
)
def test_what_nobody_has_defined_is_named(tmp_path, text, sentence) -> None:
    with pytest.raises(UnknownElement, match=sentence):
        one(tmp_path, text, 1)


def test_indicators_that_come_back_to_themselves_are_named_with_their_path(tmp_path) -> None:
    cycle = {"a": Definition(parse("indicator(b)"), parse("2")), "b": Definition(parse("1"), parse("indicator(a)"))}
    with pytest.raises(CyclicIndicators, match=r"Ký tự thứ 5: .* a → b → a\."):
        one(tmp_path, "1 + indicator(a)", 1, indicators=INDICATORS | cycle)


def test_a_file_that_is_gone_or_cut_short_is_said(tmp_path) -> None:
    asked = question(tmp_path, ["staff"])
    for path in tmp_path.glob("2025-1.parquet"):
        path.write_bytes(path.read_bytes()[:50])
    with pytest.raises(FactsNotReady):
        ask(asked)
    (tmp_path / "2025-1.parquet").unlink()
    with pytest.raises(FactsNotReady):
        ask(asked)


def test_a_question_that_takes_too_long_is_stopped(tmp_path) -> None:
    with pytest.raises(FactsTooSlow):
        ask(question(tmp_path, [text for text, *_ in BY_HAND]), seconds=0.001)


def test_a_code_full_of_quotes_is_a_code_and_not_sql(tmp_path) -> None:
    cell = "x[\"';--]"
    path = file(tmp_path / "it's.parquet", (cell,), {11: (3,)}, {11: "T'H"})
    asked = Question(
        sources=[Source(path, (cell,), QUARTER.first_day, QUARTER.last_day, "t'")],
        trees={"t'": tree(OLD)}, spans=[QUARTER], units=[1], expressions=[parse(cell)], kinds=["T'H"],
    )  # fmt: skip
    assert ask(asked).value(1) == 3

from __future__ import annotations

import duckdb
import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from donghanh.statistics.language import (
    CyclicIndicators,
    Definition,
    ExpressionFault,
    UnknownElement,
    check_cycles,
    evaluate,
    from_dhis2,
    parse,
    to_dhis2,
    to_sql,
)
from donghanh.statistics.language.words import written

COLUMNS = ["schools_total", "outreach", "trained[TH]", "trained[THCS]", "trained[CĐ]", "scope"]
GAP = None  # a cell nobody filled


def value(text: str, **cells: float | None) -> float | None:
    """The expression over one row; cells by element, `trained` for the breakdown TH."""
    row = [cells.get(column, cells.get(column.replace("[TH]", ""), GAP)) for column in COLUMNS]
    found = evaluate(parse(text), COLUMNS, np.array([row], np.float64))[0]
    return None if np.isnan(found) else float(found)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("1 + 2 * 3", 7),
        ("(1 + 2) * 3", 9),
        ("10 - 4 - 3", 3),
        ("12 / 4 / 3", 1),
        ("-2 * -2.5", 5),
        ("outreach / schools_total", 0.5),
        ("if(outreach >= 2, 10, 20)", 10),
        ("if(outreach != 2, 10, 20)", 20),
        ("if((outreach) == (schools_total - 2), outreach, 0)", 2),
        ("if(isNull(scope), schools_total, scope)", 4),
        ("firstNonNull(scope, trained[CĐ], outreach)", 2),
        ("firstNonNull(scope, 0)", 0),
        ("2 ^ 3 ^ 2 - 7 % 4", 512 - 3),
        ("-2 ^ 2", -4),
        ("if(true && !(outreach > 2) || false, 1, 2)", 1),
        ("if(outreach > 2 or not isNotNull(scope) and schools_total == 4, 1, 2)", 1),
        ("greatest(1, outreach, null) + least(schools_total, 9)", 6),
        ("round(0 - 2.5) + abs(0 - 1)", -2),
        ("log(8, 2) + log10(1000)", 6),
    ],
)
def test_an_expression_means_what_school_arithmetic_says(text, expected) -> None:
    assert value(text, schools_total=4, outreach=2) == expected


def test_an_element_without_selection_sums_the_cells_that_exist() -> None:
    row = np.array([[1, 0, 3, 4, np.nan, 9]], np.float64)
    assert evaluate(parse("trained"), COLUMNS, row) == [7]
    assert evaluate(parse("trained[THCS]"), COLUMNS, row) == [4]


@pytest.mark.parametrize(
    ("text", "cells", "expected"),
    [
        ("outreach + scope", {"outreach": 3}, 3),  # one has a value: the other counts as 0
        ("outreach - scope", {"scope": 3}, -3),
        ("outreach + scope", {}, None),  # none has: no value, not 0
        ("outreach + 1", {}, None),
        ("outreach / scope", {"outreach": 3, "scope": 0}, None),
        ("outreach / scope", {"outreach": 3}, None),
        ("outreach / scope", {"scope": 3}, 0),
        ("5 + outreach / scope", {"outreach": 3, "scope": 0}, None),
        ("if(outreach / scope > 1, 1, 2)", {"outreach": 3, "scope": 0}, None),
        ("if(isNull(outreach / scope), 1, 2)", {"outreach": 3, "scope": 0}, 1),
        ("if(isNull(outreach + scope), 1, 2)", {"outreach": 3}, 1),  # inside isNull nothing is replaced by 0
        ("if(isNull(outreach), 7, outreach + scope)", {}, None),
        ("firstNonNull(outreach, scope) + schools_total", {"outreach": 3}, None),  # only schools_total is counted
        ("firstNonNull(outreach, scope) + schools_total", {"scope": 3, "schools_total": 1}, 4),
    ],
)
def test_missing_values_follow_the_rule_of_dhis2(text, cells, expected) -> None:
    assert value(text, **cells) == expected


@pytest.mark.parametrize(
    ("text", "position", "sentence"),
    [
        ("", 1, "cần một số"),
        ("outreach +", 11, "gặp hết biểu thức"),
        ("outreach scope", 10, "gặp “s”"),
        ("outreach + @", 12, "gặp “@”"),
        ("(outreach", 10, "cần )"),
        ("outreach)", 9, "gặp “)”"),
        ("trained[TH", 8, "gặp “[”"),
        ("2 + total(outreach)", 5, "các hàm là if, isNull, firstNonNull"),
        ("if(outreach, 1, 2)", 4, "cần một phép so sánh"),
        ("if(outreach > 1, 2)", 1, "hàm if cần 3 giá trị"),
        ("1 + (outreach > 1)", 6, "không phải phép so sánh"),
        ("outreach > 1", 1, "không phải phép so sánh"),
        ("1 < 2 < 3", 7, "gặp “<”"),
        ("Trường", 1, "gặp “T”"),
        ("-" * 99 + "1", 40, "lồng quá nhiều tầng"),
        ("1/(" * 12 + "1" + ")" * 12, 7, "lồng quá nhiều tầng"),  # DuckDB would write each divisor twice
        ("1+" * 1000 + "1", 2001, "dài quá 2000"),
        ("if(1 and 2 > 1, 1, 2)", 4, "cần một phép so sánh"),
        ("greatest(outreach > 1)", 10, "không phải phép so sánh"),
        ("log(1, 2, 3)", 1, "hàm log cần 2 giá trị"),
        ("percentile(outreach, 1.5)", 22, "cần một số từ 0 đến 1"),
        ("percentile(outreach, scope)", 22, "cần một số từ 0 đến 1"),
        ("1 + subExpression(subExpression(scope))", 19, "không đứng trong subExpression"),
        ("max(subExpression(min(scope)))", 19, "không đứng trong một hàm gộp khác"),
        ("scope.periodOffset(1.5)", 20, "cần một số nguyên từ -120 đến 120"),
        ("scope.periodOffset(-999)", 20, "cần một số nguyên từ -120 đến 120"),
        ("scope.aggregationType(MOST)", 23, "các cách là SUM, AVERAGE, AVERAGE_SUM_ORG_UNIT, LAST"),
        ("subExpression(scope).aggregationType(LAST)", 38, "các cách là SUM, AVERAGE, COUNT"),
        ("scope.yearToDate(1)", 18, "yearToDate không có giá trị"),
    ],
)
def test_a_fault_names_the_character_and_what_was_expected(text, position, sentence) -> None:
    with pytest.raises(ExpressionFault) as fault:
        parse(text)
    assert fault.value.position == position
    assert str(fault.value).startswith(f"Ký tự thứ {position}: ")
    assert sentence in str(fault.value)


@pytest.mark.parametrize("text", ["1 + absent", "1 + trained[GDTX]"])
def test_an_element_that_the_layout_lacks_is_named(text) -> None:
    with pytest.raises(UnknownElement, match=f"Ký tự thứ 5: không có chỉ tiêu “{text[4:].replace('[', '.')[:6]}"):
        to_sql(parse(text), COLUMNS)
    with pytest.raises(UnknownElement):
        evaluate(parse(text), COLUMNS, np.zeros((1, 6)))


@pytest.mark.parametrize("text", ["+".join(["outreach"] * 60), "(1*" * 28 + "scope" + ")" * 28])
def test_the_deepest_that_is_allowed_runs_everywhere(text) -> None:
    sql = to_sql(parse(text), COLUMNS)
    expected = evaluate(parse(text), COLUMNS, np.ones((1, 6)))
    assert duckdb.sql(f"SELECT {sql} FROM (SELECT 1.0::DOUBLE AS outreach, 1.0::DOUBLE AS scope)").fetchall() == [
        (expected[0],)
    ]


def numbers() -> st.SearchStrategy[str]:
    items = ["schools_total", "outreach", "trained", "trained[TH]", "trained[CĐ]", "scope"]
    leaves = st.sampled_from(items) | st.integers(0, 12).map(str) | st.sampled_from(["0.1", "2.5", "0.333333333333333"])

    def larger(inner: st.SearchStrategy[str]) -> st.SearchStrategy[str]:
        sides = st.tuples(inner, st.sampled_from("+-*/"), inner).map(lambda p: f"({p[0]} {p[1]} {p[2]})")
        comparison = st.tuples(inner, st.sampled_from(["<", "<=", ">", ">=", "==", "!="]), inner).map(" ".join)
        test = comparison | inner.map("isNull({})".format)
        choice = st.tuples(test, inner, inner).map(lambda p: f"if({p[0]}, {p[1]}, {p[2]})")
        first = st.lists(inner, min_size=1, max_size=3).map(lambda p: f"firstNonNull({', '.join(p)})")
        return sides | choice | first | inner.map("-{}".format)

    return st.recursive(leaves, larger, max_leaves=7)


CELLS = st.none() | st.integers(0, 20).map(float) | st.sampled_from([0.1, 0.5, 1e15, 12345.678])


@settings(max_examples=80, deadline=None)
@given(
    texts=st.lists(numbers(), min_size=1, max_size=6),
    rows=st.lists(st.lists(CELLS, min_size=6, max_size=6), min_size=1, max_size=6),
)
def test_duckdb_on_parquet_gives_exactly_what_numpy_gives(texts, rows, tmp_path_factory) -> None:
    values = np.array(rows, np.float64)
    table = pa.table([pa.array(column, from_pandas=True) for column in values.T], names=COLUMNS)
    file = tmp_path_factory.mktemp("facts") / "some.parquet"
    pq.write_table(table, file)
    trees = [parse(text) for text in texts]

    selected = ", ".join(to_sql(tree, COLUMNS) for tree in trees)
    in_sql = duckdb.sql(f"SELECT {selected} FROM '{file}'").fetchall()

    in_numpy = np.array([evaluate(tree, COLUMNS, values) for tree in trees]).T
    assert in_sql == [tuple(None if np.isnan(one) else one for one in row) for row in in_numpy.tolist()]


def test_the_same_tree_prints_for_spark() -> None:
    assert to_sql(parse("trained / if(scope > 1, scope, 2)"), COLUMNS, "spark") == (
        "CASE WHEN NOT COALESCE(`trained[TH]`, `trained[THCS]`, `trained[CĐ]`, `scope`, `scope`) IS NULL "
        "THEN (COALESCE(`trained[TH]`, CAST('0' AS DOUBLE)) + COALESCE(`trained[THCS]`, CAST('0' AS DOUBLE)) + "
        "COALESCE(`trained[CĐ]`, CAST('0' AS DOUBLE))) / NULLIF(CASE (COALESCE(`scope`, CAST('0' AS DOUBLE)) > "
        "CAST('1.0' AS DOUBLE)) WHEN TRUE THEN COALESCE(`scope`, CAST('0' AS DOUBLE)) WHEN FALSE THEN "
        "CAST('2.0' AS DOUBLE) END, CAST('0' AS DOUBLE)) END"
    )


THEIRS = {
    ("element", "fbfJHSPpUQD"): "outreach", ("element", "cYeuwXTCPkU"): "trained",
    ("option_combo", "pq2XI5kz2BY"): "TH",
    ("option_combo", "HllvX50cXC0"): "", ("attribute_combo", "HllvX50cXC0"): "", ("form", "lyLU2wR22tC"): "plan3296",
    ("indicator", "Uvn6LCg7dVU"): "rate", ("constant", "bCqvfPR02Im"): "pi", ("group", "oDkJh5Ddh7d"): "rural",
    ("unit", "ImspTQPwCqd"): "17",
}  # fmt: skip


@pytest.mark.parametrize(
    ("theirs", "ours"),
    [
        ("#{fbfJHSPpUQD}/#{cYeuwXTCPkU.pq2XI5kz2BY}*100", "outreach/trained[TH]*100"),
        ("#{cYeuwXTCPkU.*.HllvX50cXC0} + #{cYeuwXTCPkU.HllvX50cXC0}", "trained + trained"),
        ("R{lyLU2wR22tC.REPORTING_RATE_ON_TIME} - N{Uvn6LCg7dVU}", "plan3296.reportingRateOnTime - indicator(rate)"),
        ("C{bCqvfPR02Im} * [days]", "constant(pi) * [days]"),
        ("if(orgUnit.group(oDkJh5Ddh7d) && !orgUnit.ancestor(ImspTQPwCqd),1,2)",
         'if(orgUnit.group("rural") && !orgUnit.ancestor("17"),1,2)'),
        ("subExpression(#{fbfJHSPpUQD}.aggregationType(LAST).periodOffset(-1))",
         "subExpression(outreach.aggregationType(LAST).periodOffset(-1))"),
    ],
)  # fmt: skip
def test_what_dhis2_writes_is_read_and_written_back_to_the_same_meaning(theirs, ours) -> None:
    assert from_dhis2(theirs, lambda *what: THEIRS.get(what)) == ours
    back = {(kind, code): uid for (kind, uid), code in THEIRS.items()}
    again = from_dhis2(to_dhis2(parse(ours), lambda *what: back.get(what)), lambda *what: THEIRS.get(what))
    assert written(parse(again).root) == written(parse(ours).root)


@pytest.mark.parametrize(
    ("text", "position", "sentence"),
    [
        ("1 + #{unknownUid1}", 5, "không biết mã “unknownUid1” của DHIS2"),
        ("#{fbfJHSPpUQD} + A{xyz}", 18, "A{…} là số liệu của từng hồ sơ"),
        ("1 + D{a.b}", 5, "D{…} là số liệu của từng hồ sơ"),
        ("d2:daysBetween(1, 2)", 1, "các hàm d2: chỉ dùng cho hồ sơ từng người"),
        ("R{lyLU2wR22tC.RATE}", 1, "cần một trong REPORTING_RATE"),
        ("OUG{oDkJh5Ddh7d}", 1, "hãy dùng orgUnit.group"),
        ("#{fbfJHSPpUQD", 2, "dấu ngoặc nhọn"),
        ("#{fbfJHSPpUQD} + (1", 20, "gặp hết biểu thức"),
    ],
)
def test_what_dhis2_writes_and_we_cannot_reckon_is_said_at_its_place(text, position, sentence) -> None:
    with pytest.raises(ExpressionFault) as fault:
        from_dhis2(text, lambda *what: THEIRS.get(what))
    assert (fault.value.position, sentence in str(fault.value)) == (position, True), str(fault.value)


def test_an_element_without_an_id_is_named_on_the_way_out() -> None:
    with pytest.raises(UnknownElement, match="Ký tự thứ 5: “outreach” không có mã DHIS2"):
        to_dhis2(parse("1 + outreach"), lambda *_what: None)


def test_indicators_that_go_round_are_found_before_they_are_saved() -> None:
    defined = {
        "a": Definition(parse("indicator(b) + 1"), parse("1")),
        "b": Definition(parse("outreach"), parse("indicator(c)")),
        "c": Definition(parse("scope"), parse("1")),
    }
    check_cycles("a", defined)
    with pytest.raises(CyclicIndicators) as fault:
        check_cycles("a", defined | {"c": Definition(parse("indicator(a)"), parse("1"))})
    assert fault.value.path == ("a", "b", "c", "a")
    with pytest.raises(UnknownElement, match="không có chỉ số “c”"):
        check_cycles("b", {"b": defined["b"]})


def test_what_needs_more_than_sums_is_not_reckoned_from_them() -> None:
    for text in (
        "median(scope)",
        "scope.periodOffset(-1)",
        "subExpression(scope)",
        "scope * [days]",
        "f.reportingRate",
    ):
        assert not parse(text).is_plain
        with pytest.raises(ValueError, match="sums do not suffice"):
            evaluate(parse(text), COLUMNS, np.zeros((1, 6)))

"""NumPy ≡ DuckDB ≡ the oracle, on numbers whose sums and quarters are exact; a spread to twelve digits."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from donghanh.statistics.choices import Aggregation
from donghanh.statistics.engine import Question, Source, Span, ask
from donghanh.statistics.language import Missing, evaluate, parse
from donghanh.statistics.tests.engine_world import file, month, tree
from donghanh.statistics.tests.oracle import Oracle, Stored

CELLS = ("a", "b[x]", "b[y]")
BELOW = (11, 12, 21)
UNITS = (1, 10, 20, *BELOW)
PERIODS = [month(2014, 12), month(2024, 11), month(2025, 1), month(2025, 2), month(2025, 3)]
SPANS = [(PERIODS[2][0], PERIODS[4][1]), PERIODS[3], month(2024, 12)]
MEMBERS = {("group", "g"): {10, 12, 21}, ("ancestor", "n"): {10, 20, 11, 12, 21}}

values = st.none() | st.integers(-8, 8).map(float) | st.sampled_from([0.5, 2.25, 64.0])
rows = st.lists(st.tuples(values, values, values), min_size=3, max_size=3)
parents = st.lists(st.sampled_from([(10, 1.0, 0), (20, 1.0, 0), (10, 0.25, 20)]), min_size=3, max_size=3)


def texts() -> st.SearchStrategy[str]:
    ways = st.sampled_from(["", *(f".aggregationType({way})" for way in Aggregation)])
    times = st.sampled_from(["", "", ".periodOffset(-1)", ".periodOffset(1)", ".yearToDate()"])
    items = st.tuples(st.sampled_from(["a", "b", "b[x]"]), times, ways).map("".join)
    inside = st.sampled_from(["{0}", "{0} + {1}", "if({0} > {1}, {0}, 1)", "if(isNull({0}), 3, {1})", "abs({0}) - 2",
                              "if(orgUnit.group(g) or {0} < 0, {1}, 0)", "{0} / {1}"])  # fmt: skip
    plain = st.tuples(inside, items, items).map(lambda p: p[0].format(*p[1:]))
    functions = st.sampled_from(["avg", "count", "max", "median", "min", "stddev", "stddevPop", "sum", "variance"])
    over = st.tuples(functions, plain).map(lambda p: f"{p[0]}({p[1]})") | plain.map("percentile({}, 0.25)".format)
    alone = st.sampled_from(["", *(f".aggregationType({way})" for way in ("AVERAGE", "COUNT", "MIN", "VARIANCE"))])
    subs = st.tuples(plain | over, alone).map(lambda p: f"subExpression({p[0]}){p[1]}")
    leaf = items | over | subs
    whole = st.sampled_from(["{0}", "{0} + {1}", "{0} / {1}", "firstNonNull({0}, {1})", "greatest({0}, {1}, [days])",
                             "if(not ({0} >= {1}) and orgUnit.ancestor(n), {0}, null)"])  # fmt: skip
    return st.tuples(whole, leaf, leaf).map(lambda p: p[0].format(*p[1:]))


def standing(links) -> list[tuple[int, int, float]]:
    own = [(unit, unit, 1.0) for unit in (*BELOW, 10)]
    up = [(1, unit, 1.0) for unit in (*BELOW, 10)]
    shared = [
        (parent, unit, part)
        for unit, (first, share, second) in zip(BELOW, links, strict=True)
        for parent, part in ((first, share), (second, 1 - share))
        if part
    ]
    return [*own, *up, *shared]


@settings(max_examples=15, deadline=None)
@given(
    asked=st.lists(st.tuples(texts(), st.sampled_from(Missing)), min_size=4, max_size=8),
    filled=st.lists(rows, min_size=5, max_size=5),
    office=st.tuples(values, values, values),
    trees=st.lists(parents, min_size=2, max_size=2),
    ways=st.dictionaries(st.sampled_from("ab"), st.sampled_from(Aggregation)),
)
def test_the_engine_gives_what_the_oracle_gives(asked, filled, office, trees, ways, tmp_path_factory) -> None:
    folder = tmp_path_factory.mktemp("facts")
    places = [standing(links) for links in trees]
    sources, stored = [], []
    for place, (period, cells) in enumerate(zip(PERIODS, filled, strict=True)):
        lines = dict(zip(BELOW, cells, strict=True)) | ({10: office} if place == 3 else {})
        sources.append(Source(file(folder / str(place), CELLS, lines, {}), CELLS, *period, str(int(place > 2))))
        stored += [
            Stored(unit, cell, place, value)
            for unit, line in lines.items()
            for cell, value in zip(CELLS, line, strict=True)
            if value is not None
        ]
    below = [
        {asked: {unit: share for one, unit, share in place if one == asked} for asked in UNITS} for place in places
    ]
    oracle = Oracle(stored, PERIODS, [below[int(place > 2)] for place in range(5)], ways, MEMBERS)
    expressions = [parse(text, missing) for text, missing in asked]
    question = Question(
        sources=sources,
        trees={
            str(i): tree([pair[:2] for pair in place], [pair[2] for pair in place]) for i, place in enumerate(places)
        },
        spans=[Span(str(i), *span) for i, span in enumerate(SPANS)],
        units=UNITS,
        expressions=expressions,
        aggregations=ways,
        members=MEMBERS,
    )
    answer = ask(question)
    for place, expression in enumerate(expressions):
        for unit in UNITS:
            for number, span in enumerate(SPANS):
                expected = oracle.answer(expression, unit, span)
                found = answer.value(unit, number, place)
                assert found == (None if expected is None else pytest.approx(expected, rel=1e-12, abs=1e-12)), (
                    expression.text, unit, span,
                )  # fmt: skip


@settings(max_examples=15, deadline=None)
@given(
    filled=st.lists(rows, min_size=1, max_size=1),
    text=st.sampled_from(["a", "b", "a / b", "if(a > b[x], a, b)", "a % 3 + b ^ 2", "greatest(a, b[y])", "round(b / 4)",
                          "if(a > 0 and not (b < 1) or isNotNull(a), a - b, log(abs(a) + 1))"]),
    missing=st.sampled_from(Missing),
)  # fmt: skip
def test_sums_that_are_there_give_the_same_by_numpy(filled, text, missing, tmp_path_factory) -> None:
    path = file(tmp_path_factory.mktemp("facts") / "one", CELLS, dict(zip(BELOW, filled[0], strict=True)), {})
    expression = parse(text, missing)
    answer = ask(
        Question(
            sources=[Source(path, CELLS, *PERIODS[2], "t")],
            trees={"t": tree([(unit, unit) for unit in BELOW])},
            spans=[Span("m", *PERIODS[2])],
            units=BELOW,
            expressions=[expression],
        )
    )
    on_arrays = evaluate(expression, CELLS, np.array(filled[0], np.float64))
    np.testing.assert_allclose(answer.values[:, 0], on_arrays, rtol=1e-12)

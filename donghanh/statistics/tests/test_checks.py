"""Checks over time, with numbers worked by hand."""

from __future__ import annotations

from datetime import timedelta

import numpy as np
import pytest

from donghanh.statistics import checks
from donghanh.statistics.actions import look_at_finding
from donghanh.statistics.actions_watch import watch
from donghanh.statistics.choices import Combined, Comparison, FindingKind, OutlierMethod, Strategy
from donghanh.statistics.language import ExpressionFault
from donghanh.statistics.models import DataElement, Finding, OutlierRule, Partition, Predictor, ValidationRule
from donghanh.statistics.queries import finding_in_words, totals
from donghanh.statistics.tests.conftest import AT, school_year
from donghanh.statistics.watching import preview

NAN = float("nan")
COLUMNS = ("a", "b")
ROWS = np.array([[1, 2], [2, 2], [3, 2], [NAN, 2], [1, NAN], [NAN, NAN]])


def broken(comparison: str, left: str = "a", right: str = "b", missing: str = Strategy.SKIP_IF_ANY) -> list[int]:
    sides = checks.read(left, missing), checks.read(right, missing)
    return np.flatnonzero(checks.breaches(sides[0], comparison, sides[1], COLUMNS, ROWS)[0]).tolist()


@pytest.mark.parametrize(
    ("comparison", "rows"),
    [("==", [0, 2]), ("!=", [1]), (">", [0, 1]), (">=", [0]), ("<", [1, 2]), ("<=", [2]), ("both", [3, 4]),
     ("not_both", [0, 1, 2])],
)  # fmt: skip
def test_each_operator_finds_the_rows_in_which_it_does_not_hold(comparison, rows) -> None:
    assert broken(comparison) == rows


def test_what_a_gap_does_is_the_sides_strategy() -> None:
    assert broken("==", missing=Strategy.NEVER_SKIP) == [0, 2, 3, 4]  # an empty box is 0; two are 0 = 0
    assert broken(">=", left="a + b", right="3", missing=Strategy.SKIP_IF_ALL) == [3, 4]  # 0 + 2, 1 + 0
    assert broken(">=", left="a + b", right="3", missing=Strategy.SKIP_IF_ANY) == []


def test_a_division_by_zero_breaks_nothing() -> None:
    assert broken("<=", left="a / (b - 2)", right="1") == []


@pytest.mark.parametrize(("text", "place"), [("a +", 4), ("a ? b", 3), ("", 1)])
def test_a_rule_that_cannot_be_read_names_the_character(text, place) -> None:
    with pytest.raises(ExpressionFault, match=f"Ký tự thứ {place}"):
        checks.read(text)


def test_the_z_score_is_of_the_population() -> None:
    """2, 4, 4, 4, 5, 5, 7, 9: mean 5, population deviation 2. 11 lies 3 deviations off, 12 lies 3.5."""
    history = np.array([[2, 4, 4, 4, 5, 5, 7, 9]] * 2, np.float64)
    found, score = checks.outliers(OutlierMethod.Z, np.array([11.0, 12.0]), history, threshold=3, fewest=3)
    assert (score.tolist(), found.tolist()) == ([3, 3.5], [False, True])


def test_the_modified_z_score_is_by_medians() -> None:
    """10, 12, 14, 16, 900: median 14, deviations 4 2 0 2 886, their median 2: 0.6745 × |26 − 14| / 2 = 4.047."""
    history = np.array([[10, 12, 14, 16, 900]], np.float64)
    found, score = checks.outliers(OutlierMethod.MODIFIED_Z, np.array([26.0]), history, threshold=3.5, fewest=3)
    assert score[0] == pytest.approx(4.047)
    assert found.tolist() == [True]


def test_without_spread_or_with_too_little_history_nothing_stands_out() -> None:
    history = np.array([[5, 5, 5], [5, NAN, NAN]])
    for method in (OutlierMethod.Z, OutlierMethod.MODIFIED_Z):
        assert not checks.outliers(method, np.array([50.0, 50.0]), history, threshold=3, fewest=2)[0].any()


def test_bounds_hold_their_ends() -> None:
    assert checks.beyond(np.array([0.0, 1, 5, 6, NAN]), 1, 5).tolist() == [True, False, False, True, False]
    assert checks.beyond(np.array([-9.0, 9]), None, 5).tolist() == [False, True]


@pytest.mark.parametrize(
    ("how", "value"),
    [(Combined.AVERAGE, 1235), (Combined.MEDIAN, 1235), (Combined.SUM, 2470), (Combined.MIN, 1234),
     (Combined.MAX, 1236), (Combined.LAST, 1236), (Combined.STDDEV, 0.7)],
)  # fmt: skip
def test_a_prediction_has_four_significant_digits(how, value) -> None:
    """1235.5 and 1234.1: their mean 1234.8 becomes 1235."""
    assert checks.predicted(how, np.array([[1235.5, NAN, 1234.1]])).tolist() == [value]
    assert np.isnan(checks.predicted(how, np.array([[NAN]]))).all()


# ── over partitions ────────────────────────────────────────────────────────────────────────────────────────────────


@pytest.fixture
def years(province, plan) -> list[Partition]:
    """Five school years; hoa trained 8 each year but 60 in the last, of 10 in scope."""
    province.plant()
    laid_out = []
    for first in range(2016, 2021):
        trained = 60.0 if first == 2020 else 8.0 + first % 2
        province.schools["hoa"].cells = (1, 10, trained, None)
        laid_out.append(province.lay_out(school_year(first)))
    return laid_out


def a_rule(**changed) -> ValidationRule:
    said = {
        "code": "within", "name_vi": "Người được bồi dưỡng không nhiều hơn người thuộc diện", "name_en": "x",
        "left": "staff_trained", "comparison": Comparison.AT_MOST, "right": "staff_in_scope",
    }  # fmt: skip
    return ValidationRule(**(said | changed))


def told() -> list[tuple]:
    return [(one.kind, one.unit_id, one.numbers) for one in Finding.objects.filter(gone_at=None).order_by("kind")]


def test_a_round_is_told_what_breaks_a_rule_stands_out_or_is_far_from_what_was_predicted(years, province) -> None:
    hoa = province.schools["hoa"].unit
    a_rule().save()
    OutlierRule.objects.create(element="staff_trained", method=OutlierMethod.Z, threshold=3)
    usual = DataElement.objects.create(code="staff_trained_usual", name_vi="Mức thường", name_en="Usual")
    Predictor.objects.create(code="usual", element=usual, sample="staff_trained", periods=3, told_beyond=0.5)
    assert watch(partition_id=years[-1].pk, at=AT) == 3
    assert told() == [
        (FindingKind.OUTLIER, hoa, {"value": 60, "score": 103, "usual": 8.5}),
        (FindingKind.PREDICTION, hoa, {"value": 60, "usual": 8.667}),
        (FindingKind.RULE, hoa, {"left": 60, "right": 10}),
    ]
    words = finding_in_words(Finding.objects.get(kind=FindingKind.RULE))
    assert words == "Người được bồi dưỡng không nhiều hơn người thuộc diện (60; 10)"
    period = years[-1].period  # what was predicted stands apart from what was sent
    assert totals(["staff_trained_usual", "staff_trained"], period, [hoa]) == {
        hoa: {"staff_trained_usual": 8.667, "staff_trained": 60}
    }


def test_the_same_numbers_are_told_once_and_changed_ones_again(years, province) -> None:
    a_rule().save()
    assert watch(partition_id=years[-1].pk, at=AT) == 1
    look_at_finding(finding=Finding.objects.get(), word="đã xem: đúng", by=1, at=AT)
    assert watch(partition_id=years[-1].pk, at=AT) == 0
    assert Finding.objects.get().seen_word == "đã xem: đúng"

    province.schools["hoa"].cells = (1, 10, 61, None)
    again = province.lay_out(years[-1].period)
    assert watch(partition_id=again.pk, at=AT + timedelta(days=1)) == 1
    assert [one.gone_at is None for one in Finding.objects.order_by("found_at")] == [False, True]


def test_a_rule_asks_its_own_kind_of_unit_and_period_and_skips_layouts_without_its_elements(years) -> None:
    a_rule(code="one", unit_kind="MN").save()
    a_rule(code="two", period_kind="semester").save()
    a_rule(code="three", left="collaborators").save()
    a_rule(code="four", left="staff_trained +").save()  # written by hand: it stops nobody
    assert watch(partition_id=years[-1].pk, at=AT) == 0


def test_a_preview_counts_and_writes_nothing(years) -> None:
    assert preview(a_rule(), years[-1]) == 1
    assert not ValidationRule.objects.exists()
    assert not Finding.objects.exists()


def test_a_period_that_is_skipped_is_no_sample(years, province) -> None:
    usual = DataElement.objects.create(code="usual", name_vi="x", name_en="x")
    Predictor.objects.create(
        code="usual", element=usual, sample="staff_trained", periods=4, combined=Combined.MAX,
        skip_when="if(staff_trained > 8, 1, 0)",
    )  # fmt: skip
    watch(partition_id=years[-1].pk, at=AT)
    hoa = province.schools["hoa"].unit
    assert totals(["usual"], years[-1].period, [hoa]) == {hoa: {"usual": 8}}

from __future__ import annotations

import pytest

from donghanh.statistics.choices import Direction, Interpolation, TargetState
from donghanh.statistics.figures import aim_of, figure_of, release, target_in
from donghanh.statistics.models import Indicator, Target
from donghanh.statistics.tests.conftest import AT, school_year

PLAN = [Target(year=2021, value=85), Target(year=2025, value=100)]


def figure(plan, numerator, denominator, *, year=2021, **changes):
    indicator = plan["trained"]
    for name, content in changes.items():
        setattr(indicator, name, content)
    released = release(numerator, denominator, factor=indicator.factor)
    period = school_year(year - 1)
    return figure_of(indicator, unit_id=1, group="", period=period, released=released, expected=0, reported=0)


@pytest.mark.parametrize(
    ("year", "expected"),
    [(2019, (85, False)), (2021, (85, True)), (2022, (88.75, False)), (2024, (96.25, False)), (2025, (100, True)),
     (2030, (100, False))],
)  # fmt: skip
def test_target_between_stated_years_lies_on_the_line_and_beyond_them_stays(year, expected) -> None:
    assert target_in(PLAN, unit_id=1, year=year) == expected


def test_a_unit_with_own_targets_follows_these_alone() -> None:
    targets = [*PLAN, Target(unit_id=7, year=2023, value=60)]
    assert target_in(targets, unit_id=7, year=2023) == (60, True)
    assert target_in(targets, unit_id=7, year=2025) == (60, False)
    assert target_in(targets, unit_id=8, year=2023) == (92.5, False)


def test_without_targets_there_is_none() -> None:
    assert target_in([], unit_id=1, year=2021) == (None, False)


@pytest.mark.parametrize(
    ("numerator", "denominator", "state", "gap"),
    [
        (85, 100, TargetState.MET, 0),
        (100, 100, TargetState.MET, 0),
        (84, 100, TargetState.ON_THE_WAY, 1),
        (77, 100, TargetState.ON_THE_WAY, 8),
        (76, 100, TargetState.BEHIND, 9),
        (0, 3, TargetState.BEHIND, 3),  # 2.55 people are 3 people
        (17, 20, TargetState.MET, 0),
        (None, 20, TargetState.NO_DATA, None),
        (3, 0, TargetState.NO_DATA, None),
        (3, None, TargetState.NO_DATA, None),
    ],
)
def test_state_and_gap_of_a_target_of_85(plan, numerator, denominator, state, gap) -> None:
    found = figure(plan, numerator, denominator)
    assert (found.target, found.state, found.gap_units) == (85, state, gap)
    assert found.value == (100 * numerator / denominator if numerator is not None and denominator else None)


def test_meeting_the_target_and_having_no_gap_are_one_thing(plan) -> None:
    for denominator in range(1, 120):
        for year in range(2020, 2027):
            needed = next(n for n in range(denominator + 1) if figure_met(plan, n, denominator, year))
            assert figure_met(plan, needed, denominator, year)
            short = figure(plan, 0, denominator, year=year)
            assert short.gap_units == needed


def figure_met(plan, numerator, denominator, year) -> bool:
    target, _stated = target_in(PLAN, unit_id=1, year=year)
    return 100 * numerator >= target * denominator


def test_a_target_between_years_is_met_by_the_very_number_it_asks_for(plan) -> None:
    """70 + 30/7 of 105 is 78; in doubles it is a hair more."""
    plan["trained"].targets.filter(year=2021).update(year=2018, value=70)
    changed = {"trained": Indicator.objects.get(pk=plan["trained"].pk)}
    found = figure(changed, 78, 105, year=2019)
    assert (found.state, found.gap_units) == (TargetState.MET, 0)
    assert figure(changed, 77, 105, year=2019).gap_units == 1


def test_where_down_is_better_the_gap_counts_how_many_fewer(plan) -> None:
    found = figure(plan, 90, 100, direction=Direction.DOWN)
    assert (found.state, found.gap_units) == (TargetState.ON_THE_WAY, 5)
    assert figure(plan, 85, 100, direction=Direction.DOWN).state == TargetState.MET
    assert figure(plan, 96, 100, direction=Direction.DOWN).state == TargetState.BEHIND


def test_shown_is_rounded_half_up_and_the_state_is_judged_before_rounding(plan) -> None:
    assert figure(plan, 1697, 2000, decimals=1).shown == 84.9  # 84.85: half goes up
    almost = figure(plan, 84_996, 100_000, decimals=1)
    assert (almost.shown, almost.state) == (85.0, TargetState.ON_THE_WAY)
    assert figure(plan, None, 5).shown is None


def test_without_a_target_there_is_a_value_and_no_state(db) -> None:
    own = Indicator.objects.create(code="own", numerator="a", denominator="b")
    released = release(1, 2, factor=100)
    found = figure_of(own, unit_id=1, group="", period=school_year(2020), released=released, expected=1, reported=1)
    assert (found.value, found.target, found.state, found.gap_units) == (50, None, None, None)


def test_of_what_is_kept_back_neither_side_nor_value_leaves() -> None:
    kept = release(3, 9, factor=100, kept=True)
    assert kept == {"numerator": None, "denominator": None, "value": None, "suppressed": True}
    assert release(None, None, factor=100, kept=True)["suppressed"] is False  # nobody reported: nothing to keep back
    assert release(3, 9, factor=100) == {
        "numerator": 3, "denominator": 9, "value": pytest.approx(100 / 3), "suppressed": False,
    }  # fmt: skip


def test_a_group_follows_its_own_targets_and_a_unit_before_them_its_own() -> None:
    targets = [*PLAN, Target(group="MN", year=2025, value=70), Target(unit_id=7, year=2025, value=60)]
    assert aim_of(targets, unit_id=1, year=2025, groups={"MN"}).value == 70
    assert aim_of(targets, unit_id=7, year=2025, groups={"MN"}).value == 60
    assert aim_of(targets, unit_id=1, year=2025, groups={"TH"}).value == 100


def test_an_ended_target_counts_no_more() -> None:
    assert aim_of([Target(year=2025, value=100, ended_at=AT)], unit_id=1, year=2025) is None


def test_by_steps_the_last_stated_target_holds_until_the_next() -> None:
    steps = [PLAN[0], Target(year=2025, value=100, interpolation=Interpolation.STEPS)]
    assert [aim_of(steps, unit_id=1, year=year).value for year in (2020, 2021, 2024, 2025, 2030)] == [
        85, 85, 85, 100, 100,
    ]  # fmt: skip


def test_a_target_of_a_period_counts_in_it_alone() -> None:
    targets = [*PLAN, Target(year=2023, value=50, period_id=4)]
    assert aim_of(targets, unit_id=1, year=2023, period_id=4).value == 50
    assert aim_of(targets, unit_id=1, year=2023, period_id=5).value == 92.5


@pytest.mark.parametrize(
    ("year", "value", "state"),
    [(2021, 40, "on_the_way"), (2021, 39, "behind"), (2023, 70, "on_the_way"), (2023, 69, "behind"),
     (2025, 99, "behind"), (2025, 100, "met"), (2019, 30, "on_the_way")],
)  # fmt: skip
def test_from_a_baseline_on_the_way_means_on_or_above_the_line_to_the_target(plan, year, value, state) -> None:
    """40 % in 2021, 100 % in 2025: 55 %, 70 %, 85 % are the way. Before the baseline the way is the baseline itself."""
    plan["trained"].targets.all().delete()
    plan["trained"].targets.create(year=2025, value=100, baseline_year=2021, baseline_value=40)
    changed = {"trained": Indicator.objects.get(pk=plan["trained"].pk)}
    expected = "behind" if year == 2019 else state
    assert figure(changed, value, 100, year=year).state == expected

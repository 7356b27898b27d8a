from __future__ import annotations

import random
import shutil
from dataclasses import replace
from pathlib import Path

import pytest

from donghanh.organisations.models import Unit
from donghanh.statistics import actions, facts, queries
from donghanh.statistics.choices import TargetState
from donghanh.statistics.models import DataElement, Indicator, Partition, Target
from donghanh.statistics.tests.conftest import AT, LAYOUT, School, a_block, new_units, school_year


def test_a_province_is_the_sum_of_its_schools_not_the_mean_of_their_rates(province, period, plan) -> None:
    province.lay_out(period)
    trained = queries.figure(plan["trained"], period, province.department)
    assert (trained.numerator, trained.denominator, trained.value) == (14, 40, 35)
    assert (trained.expected, trained.reported, trained.target, trained.target_is_stated) == (5, 3, 85, True)
    assert (trained.state, trained.gap_units, trained.suppressed) == (TargetState.BEHIND, 20, False)


def test_schools_that_did_not_report_count_in_the_denominator(province, period, plan) -> None:
    province.lay_out(period)
    outreach = queries.figure(plan["outreach"], period, province.department)
    assert (outreach.numerator, outreach.denominator, outreach.value, outreach.gap_units) == (2, 5, 40, 3)


def test_where_nobody_reported_there_is_no_value_rather_than_zero(province, period, plan) -> None:
    province.lay_out(period)
    south = queries.figure(plan["outreach"], period, province.south)
    assert (south.value, south.state, south.gap_units) == (None, TargetState.NO_DATA, None)
    assert (south.expected, south.reported, south.denominator) == (2, 0, 2)


def test_a_table_has_every_unit_and_indicator_in_the_order_asked(province, period, plan) -> None:
    province.lay_out(period)
    table = queries.figures([plan["trained"], plan["outreach"]], period, [province.south, province.north])
    shown = {unit: [figure.shown for figure in row] for unit, row in table.items()}
    assert shown == {province.south: [None, None], province.north: [35.0, 66.7]}
    assert list(table) == [province.south, province.north]


def test_figures_by_group_follow_the_levels_of_education(province, period, plan) -> None:
    province.lay_out(period)
    groups = queries.figures_by_group([plan["outreach"], plan["trained"]], period, province.department)
    assert {group: [f.value for f in row] for group, row in groups.items()} == {
        "MN": [None, None],
        "TH": [50, 80],
        "TH&THCS": [100, 50],
        "THCS": [0, 5],
    }
    assert list(groups) == ["MN", "TH", "TH&THCS", "THCS"]
    assert queries.figure(plan["trained"], period, province.department, "TH").value == 80


def test_a_series_reads_each_year_over_its_own_tree(province, plan) -> None:
    years = [school_year(first) for first in (2020, 2021, 2022)]
    province.lay_out(years[0])
    province.below["mai"] = province.south
    province.lay_out(years[2])
    (found,) = queries.series([plan["trained"]], province.north, years)
    assert [(f.period, f.value, f.target) for f in found] == [
        (years[0], 35, 85), (years[1], None, 88.75), (years[2], 65, 92.5),
    ]  # fmt: skip


def test_an_indicator_that_no_layout_can_tell_has_no_data(province, period, plan) -> None:
    province.lay_out(period)
    team = queries.figure(plan["team"], period, province.department)
    assert (team.value, team.state, team.expected) == (None, TargetState.NO_DATA, 0)
    assert queries.units_of(plan["team"], period, [province.schools["hoa"].unit]) == []


def test_of_two_versions_of_a_form_the_newest_is_read(province, period, plan) -> None:
    province.lay_out(period)
    province.schools["mai"].cells = (1, 20, None, 1)
    province.lay_out(period, layout="plan3296/2")
    assert queries.figure(plan["outreach"], period, province.department).value == 60
    province.lay_out(period, layout="other/1", columns=("a", "b", "c", "d"))  # lacks the elements
    assert queries.figure(plan["outreach"], period, province.department).value == 60


def test_what_two_offices_asked_adds_up_where_both_stand_and_stays_apart_below(province, period, plan) -> None:
    """Two Departments ask the same form; each keeps its own newest layout, the nation is both."""
    nation, other, school = new_units(3)
    neighbour = replace(province, schools={"xa": School(school, "TH", (1, 6, 6, None))})
    province.lay_out(period, parents=[(nation, 0), (province.department, nation), *province.parents()[1:]])
    neighbour.department = other
    below = [(nation, 0), (other, nation), (school, other)]
    neighbour.lay_out(period, parents=below)
    neighbour.schools["xa"].cells = (1, 8, 6, None)
    neighbour.lay_out(period, layout="plan3296/2", parents=below)

    def told(unit: int) -> tuple:
        found = queries.figure(plan["trained"], period, unit)
        return found.numerator, found.denominator, found.expected, found.reported

    assert (told(province.department), told(other), told(nation)) == ((14, 40, 5, 3), (6, 8, 1, 1), (20, 48, 6, 4))
    units = [province.schools["hoa"].unit, school]
    assert [(f.unit_id, f.denominator) for f in queries.units_of(plan["trained"], period, units)] == [
        (school, 8), (province.schools["hoa"].unit, 10),
    ]  # fmt: skip


def test_a_units_own_target_beats_the_general_one(province, period, plan) -> None:
    province.lay_out(period)
    Target.objects.create(indicator=plan["trained"], unit_id=province.north, year=2021, value=35)
    table = queries.figures(queries.indicators("staff_trained_rate"), period, [province.department, province.north])
    assert table[province.department][0].state == TargetState.BEHIND
    assert (table[province.north][0].target, table[province.north][0].state) == (35, TargetState.MET)


@pytest.mark.parametrize("count", [1, 10])
def test_a_table_costs_the_same_queries_for_one_unit_and_for_ten(
    count, province, period, plan, django_assert_num_queries
) -> None:
    province.lay_out(period)
    units = [province.department, province.north, province.south, *new_units(7)][:count]
    indicators = queries.indicators()
    with django_assert_num_queries(4):
        table = queries.figures(indicators, period, units)
    assert len(table) == count
    with django_assert_num_queries(4):
        queries.series(indicators, units[0], [period] * count)
    with django_assert_num_queries(4):
        queries.figures_by_group(indicators, period, units[0])
    with django_assert_num_queries(2):
        queries.units_of(indicators[0], period, units)


# ── single units ───────────────────────────────────────────────────────────────────────────────────────────────────


def test_units_come_lowest_first_and_those_without_a_value_last(province, period, plan) -> None:
    province.lay_out(period)
    named = {school.unit: name for name, school in province.schools.items()}
    found = queries.units_of(plan["trained"], period, list(named))
    assert [(named[f.unit_id], f.numerator, f.denominator, f.value, f.reported) for f in found] == [
        ("mai", 1, 20, 5, True),
        ("lan", 5, 10, 50, True),
        ("hoa", 8, 10, 80, True),
        ("sen", None, None, None, False),
        ("tre", None, None, None, False),
    ]


def test_only_units_that_were_asked_for_and_owe_a_report_come(province, period, plan) -> None:
    province.lay_out(period)
    hoa = province.schools["hoa"].unit
    assert [f.unit_id for f in queries.units_of(plan["outreach"], period, [province.north, hoa])] == [hoa]
    assert queries.units_of(plan["outreach"], period, []) == []


@pytest.mark.parametrize("harm", ["folder", "file", "cut"])
def test_lost_facts_say_so_and_the_next_write_makes_them_anew(harm, province, period, plan, settings) -> None:
    partition = province.lay_out(period)
    units, file = [s.unit for s in province.schools.values()], Path(settings.FACTS_FOLDER) / partition.file_name
    if harm == "folder":
        shutil.rmtree(settings.FACTS_FOLDER)
    elif harm == "file":
        file.unlink()
    else:
        file.write_bytes(file.read_bytes()[:100])

    with pytest.raises(queries.FactsNotReady, match="Đang dựng lại số liệu"):
        queries.units_of(plan["outreach"], period, units)
    assert queries.figure(plan["outreach"], period, province.department).value == 40  # roll-ups stand in PostgreSQL
    province.lay_out(period)
    assert len(queries.units_of(plan["outreach"], period, units)) == 5


def test_a_file_swapped_between_two_readings_is_found_under_its_new_name(
    province, period, plan, monkeypatch, django_capture_on_commit_callbacks
) -> None:
    province.lay_out(period)
    read, names = facts.read_rows, []

    def swapped_meanwhile(name, *rest):
        names.append(name)
        if len(names) == 1:
            with django_capture_on_commit_callbacks(execute=True):
                province.lay_out(period)
        return read(name, *rest)

    monkeypatch.setattr(facts, "read_rows", swapped_meanwhile)
    assert len(queries.units_of(plan["outreach"], period, [s.unit for s in province.schools.values()])) == 5
    assert names[1] == Partition.objects.get().file_name != names[0]


def test_a_reading_that_takes_too_long_is_stopped(province, period, monkeypatch) -> None:
    partition = province.lay_out(period)
    monkeypatch.setattr(facts, "SECONDS", 0.2)
    endless = "(SELECT sum(a.range * b.range) FROM range(1000000) a, range(1000000) b)"
    with pytest.raises(queries.FactsTooSlow, match="mất quá nhiều thời gian"):
        facts.read_rows(partition.file_name, [endless], [province.schools["hoa"].unit])


# ── the gate ───────────────────────────────────────────────────────────────────────────────────────────────────────


def test_no_exit_shows_fewer_people_than_the_element_allows(province, period, plan) -> None:
    province.plant()
    province.lay_out(period)
    DataElement.objects.filter(code="staff_trained").update(minimum_group=10)
    trained, hoa, lan = plan["trained"], province.schools["hoa"].unit, province.schools["lan"].unit

    single = queries.figure(trained, period, hoa)
    assert single.suppressed
    assert (single.value, single.shown, single.numerator, single.denominator) == (None, None, None, None)
    assert (single.state, single.gap_units, single.expected) == (TargetState.NO_DATA, None, 1)
    assert queries.figures([trained], period, [hoa])[hoa][0] == single
    assert queries.series([trained], hoa, [period]) == [[single]]
    assert all(row[0].suppressed or row[0].numerator is None
               for row in queries.figures_by_group([trained], period, province.department).values())  # fmt: skip
    whole = queries.figure(trained, period, province.department)
    south = queries.figure(trained, period, province.south)
    assert not whole.suppressed
    assert not queries.remainder([whole], [[south]])[0].suppressed
    of_units = queries.units_of(trained, period, [hoa, lan])
    assert [(f.unit_id, f.suppressed, f.numerator, f.value) for f in of_units] == [
        (hoa, True, None, None), (lan, True, None, None),
    ]  # fmt: skip
    assert queries.totals(["staff_trained"], period, [hoa]) == {hoa: {"staff_trained": None}}

    assert queries.figure(trained, period, province.department).value == 35  # 14 of 40 people may be told
    assert queries.figure(plan["outreach"], period, hoa).value == 100  # not over that element


def test_none_of_the_plans_elements_is_kept_back(plan) -> None:
    assert not DataElement.objects.filter(minimum_group__isnull=False).exists()


# ── totals, and all against a plain recount ────────────────────────────────────────────────────────────────────────


def test_totals_sum_elements_and_their_cells(province, period) -> None:
    province.lay_out(period)
    assert queries.totals(["staff_trained", "staff_trained[THCS]", "absent"], period, [province.north]) == {
        province.north: {"staff_trained": 14, "staff_trained[THCS]": 4, "absent": None}
    }


RATES = {
    "rate": ("yes", "schools_total"),
    "part": ("count", "scope"),
    "mixed": ("count[TH] + yes", "scope - count"),
}
CELLS = ["yes", "scope", "count[TH]", "count[MN]"]


@pytest.mark.parametrize("seed", range(8))
def test_every_figure_of_a_random_tree_is_what_a_plain_recount_gives(seed, period) -> None:
    chance = random.Random(seed)  # noqa: S311  # seeded on purpose
    units = new_units(chance.randint(1, 25))
    indicators = [Indicator.objects.create(code=c, numerator=n, denominator=d) for c, (n, d) in RATES.items()]
    for when in (period, school_year(2023)):  # another tree each
        above = {unit: chance.choice([None, *units[:place]]) for place, unit in enumerate(units)}
        rows = {unit: random_row(chance) for unit in chance.sample(units, chance.randint(0, len(units)))}
        lay_out(when, rows, above)

        for group in ("", "MN", "TH"):
            for unit, row in queries.figures(indicators, when, units, group).items():
                below = {u for u in rows if unit in line(u, above)}
                if not group or below != {unit}:
                    counted = [rows[u] for u in below if group in ("", rows[u][2])]
                    assert [(f.value, f.expected, f.reported) for f in row] == recount(counted)
        for place, indicator in enumerate(indicators):
            single = {f.unit_id: f.value for f in queries.units_of(indicator, when, units)}
            assert single == {unit: recount([row])[place][0] for unit, row in rows.items()}


def random_row(chance) -> tuple[list[float | None], bool, str]:
    cells = [chance.choice([None, 0.0, float(chance.randint(0, 9))]) for _ in CELLS]
    return cells, chance.random() < 0.7, chance.choice(["MN", "TH"])


def line(unit, above) -> list[int]:
    return [unit, *(line(above[unit], above) if above[unit] else [])]


def lay_out(period, rows, above) -> None:
    actions.write_partition(
        layout=LAYOUT, columns=CELLS, period=period, owner=Unit.objects.get(pk=min(above)), block=a_block(rows, CELLS),
        parents=[(unit, parent or 0) for unit, parent in above.items()], at=AT,
    )  # fmt: skip


def recount(rows) -> list[tuple[float | None, int, int]]:
    counted = [cells for cells, reported, _ in rows if reported]
    columns = [[cells[i] for cells in counted if cells[i] is not None] for i in range(len(CELLS))]
    yes, scope, of_th, of_mn = (sum(column) if column else None for column in columns)
    count = None if of_th is None and of_mn is None else (of_th or 0) + (of_mn or 0)
    total = len(rows) or None
    mixed = (
        None if of_th is None and yes is None else (of_th or 0) + (yes or 0),
        None if scope is None and count is None else (scope or 0) - (count or 0),
    )
    shares = [(yes, total), (count, scope), mixed]
    values = [None if a is None or not b else 100 * a / b for a, b in shares]
    return [(value, len(rows), len(counted)) for value in values]

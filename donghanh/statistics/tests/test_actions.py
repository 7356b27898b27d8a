from __future__ import annotations

import math
import shutil
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from functools import partial
from pathlib import Path

import hypothesis
import numpy as np
import pyarrow.parquet as pq
import pytest
from django.db import connection, transaction
from hypothesis import HealthCheck, given
from hypothesis import strategies as st

from donghanh.audit.models import Entry
from donghanh.organisations.models import Unit
from donghanh.statistics import actions, queries
from donghanh.statistics.language import CyclicIndicators, UnknownElement
from donghanh.statistics.models import DataElement, Indicator, Partition, Rollup, Target
from donghanh.statistics.tests.conftest import AT, COLUMNS, LAYOUT, a_block, new_units, plan3296, school_year


def files(settings) -> list[str]:
    return sorted(file.name for file in Path(settings.FACTS_FOLDER).glob("*"))


def rollup(unit: int, group: str = "") -> tuple[list[float | None], int, int]:
    return Rollup.objects.values_list("sums", "expected", "reported").get(unit=unit, group=group)


# ── laying out ─────────────────────────────────────────────────────────────────────────────────────────────────────


def test_sums_stand_at_every_level_and_for_each_kind(province, period) -> None:
    partition = province.lay_out(period)
    hoa, lan, sen = (province.schools[name].unit for name in ("hoa", "lan", "sen"))

    assert partition.columns == [*COLUMNS, "schools_total"]
    assert rollup(province.department) == ([2, 40, 10, 4, 5], 5, 3)
    assert rollup(province.north) == ([2, 40, 10, 4, 3], 3, 3)
    assert rollup(province.south) == ([None, None, None, None, 2], 2, 0)
    assert rollup(province.department, "TH") == ([1, 10, 8, None, 2], 2, 1)
    assert rollup(hoa) == ([1, 10, 8, None, 1], 1, 1)
    assert rollup(sen) == ([None, None, None, None, 1], 1, 0)
    assert set(Rollup.objects.filter(unit=lan).values_list("group", flat=True)) == {""}


def test_the_file_holds_a_row_a_unit_and_a_column_a_cell(province, period, settings) -> None:
    partition = province.lay_out(period)
    table = pq.read_table(Path(settings.FACTS_FOLDER) / partition.file_name)

    assert table.column_names == [
        "unit_id",
        "parent_id",
        "group",
        "sent",
        "on_time",
        "reported",
        *COLUMNS,
        "schools_total",
    ]
    assert [str(field.type) for field in table.schema][:7] == [
        "int64",
        "int64",
        "string",
        "bool",
        "bool",
        "bool",
        "double",
    ]
    lan, sen = (province.schools[name].unit for name in ("lan", "sen"))
    rows = {row["unit_id"]: list(row.values())[1:] for row in table.to_pylist()}
    assert rows[lan] == [province.north, "TH&THCS", True, True, True, 1, 10, 2, 3, 1]
    assert rows[sen] == [province.south, "TH", False, False, False, None, None, None, None, 1]
    assert (partition.rows, len(rows), partition.written_at) == (5, 5, AT)


def test_numbers_of_a_unit_that_has_not_reported_are_not_taken(period, db) -> None:
    (school,) = new_units(1)
    actions.write_partition(
        layout=LAYOUT, columns=["a", "schools_total"], period=period, owner=Unit.objects.get(),
        block=a_block({school: ([5.0, 9.0], False, "TH")}, "ab"), parents=[(school, 0)], at=AT,
    )  # fmt: skip
    assert rollup(school) == ([None, 1], 1, 0)


def test_writing_again_replaces_file_and_sums(province, period, settings, django_capture_on_commit_callbacks) -> None:
    first = province.lay_out(period)
    province.schools["sen"].cells = (1, 4, 4, None)
    del province.schools["tre"]
    with django_capture_on_commit_callbacks(execute=True):
        second = province.lay_out(period)

    assert second.pk == first.pk
    assert files(settings) == [second.file_name]
    assert rollup(province.south) == ([1, 4, 4, None, 1], 1, 1)
    assert Rollup.objects.filter(unit=province.department).count() == 4  # "", TH, TH&THCS, THCS


def test_each_period_is_summed_over_the_tree_it_is_given(province, period) -> None:
    later = school_year(2024)
    province.lay_out(period)
    province.below["mai"] = province.south
    province.lay_out(later)

    staff = {
        (unit, p): sums[1]
        for unit, p, sums in Rollup.objects.filter(group="").values_list("unit", "partition__period", "sums")
    }
    assert (staff[province.north, period.pk], staff[province.south, period.pk]) == (40, None)
    assert (staff[province.north, later.pk], staff[province.south, later.pk]) == (20, 20)


def test_a_partition_without_rows_is_empty_not_an_error(province, period, settings) -> None:
    province.schools.clear()
    partition = province.lay_out(period)
    assert (partition.rows, partition.rollups.count(), len(files(settings))) == (0, 0, 1)


@pytest.mark.parametrize(
    ("changes", "sentence"),
    [
        ({"values": np.zeros((2, 3))}, "do not fit"),
        ({"reported": np.array([True])}, "do not fit"),
        ({"groups": ["TH"]}, "do not fit"),
        ({"on_time": np.array([True])}, "do not fit"),
        ({"unit_ids": np.array([1, 1])}, "a unit comes twice"),
        ({"columns": ["a", "a"]}, "a column comes twice"),
        ({"columns": ["a", "unit_id"]}, "a column comes twice"),
        ({"parents": [(1, 0)]}, "without a place in the tree"),
    ],
)
def test_what_does_not_fit_together_is_refused_and_leaves_nothing(period, settings, changes, sentence) -> None:
    fine = a_block({1: ([0, 0], True, "TH"), 2: ([0, 0], True, "TH")}, "ab")
    columns, parents = changes.get("columns", ["a", "b"]), changes.get("parents", [(1, 0), (2, 0)])
    of_block = {name: told for name, told in changes.items() if name not in {"columns", "parents"}}
    with pytest.raises(ValueError, match=sentence):
        actions.write_partition(
            layout=LAYOUT, columns=columns, period=period, owner=Unit(pk=1), block=replace(fine, **of_block),
            parents=parents, at=AT,
        )  # fmt: skip
    assert (Partition.objects.count(), files(settings)) == (0, [])


@pytest.mark.django_db(transaction=True)
def test_a_write_that_is_rolled_back_leaves_the_old_figures_and_its_file_is_swept_later(
    province, period, plan, settings
) -> None:
    first = province.lay_out(period)
    units = [school.unit for school in province.schools.values()]
    before = queries.units_of(plan["outreach"], period, units), rollup(province.department)
    province.schools["mai"].cells = (1, 99, None, 1)
    with transaction.atomic():
        province.lay_out(period)
        transaction.set_rollback(True)

    assert (queries.units_of(plan["outreach"], period, units), rollup(province.department)) == before
    assert first.file_name in files(settings)
    last = province.lay_out(period)
    assert files(settings) == [last.file_name]


@pytest.mark.django_db(transaction=True)
def test_readers_and_writers_at_once_see_whole_figures_only(province, period, plan) -> None:
    """Each write gives every school one number of its own, so a mixture of two writes would show."""
    units = [school.unit for school in province.schools.values()]

    def write(number: int) -> None:
        schools = {name: replace(school, cells=(number, 100, number, 0)) for name, school in province.schools.items()}
        replace(province, schools=schools).lay_out(period)
        connection.close()

    def read() -> set[float]:
        sums = dict(Rollup.objects.filter(group="").values_list("unit", "sums"))
        connection.close()
        return {sums[province.department][0] / 5, sums[province.north][0] / 3, sums[units[0]][0]}

    def read_units() -> set[float]:
        found = {one.numerator for one in queries.units_of(plan["outreach"], period, units)}
        connection.close()
        return found

    write(1)
    with ThreadPoolExecutor(6) as pool:
        jobs = [pool.submit(job) for n in range(2, 22) for job in (partial(write, n), read, read_units)]
        seen = [numbers for job in jobs if (numbers := job.result()) is not None]
    assert len(seen) == 40
    assert all(len(numbers) == 1 for numbers in seen)
    assert read() == read_units()


@pytest.mark.django_db(transaction=True)
def test_who_holds_a_partition_makes_others_wait(province, period) -> None:
    province.lay_out(period)
    order: list[str] = []

    def other() -> None:
        province.lay_out(period)
        order.append("other")
        connection.close()

    with ThreadPoolExecutor(1) as pool:
        with transaction.atomic():
            actions.hold(layout=LAYOUT, period=period, owner=province.owner)
            waiting = pool.submit(other)
            with pytest.raises(TimeoutError):
                waiting.result(timeout=0.5)
            order.append("holder")
        waiting.result(timeout=20)
    assert order == ["holder", "other"]


# ── changing some rows ─────────────────────────────────────────────────────────────────────────────────────────────


def laid_out(partition) -> tuple:
    """The hash of the file's bytes, and the bits of every roll-up."""
    rows = partition.rollups.order_by("unit", "group")
    fields = "unit", "group", "sums", "expected", "sent", "on_time", "reported"
    return partition.file_name.split(".")[1], [
        (*row[:2], np.array(row[2], np.float64).tobytes(), *row[3:]) for row in rows.values_list(*fields)
    ]


@hypothesis.settings(max_examples=15, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.data())
def test_any_changes_one_after_the_other_give_what_laying_out_everything_gives(province, period, data) -> None:
    """Units of any level have rows and fractions are summed: order would show in the last bit."""
    with transaction.atomic():
        units = new_units(data.draw(st.integers(2, 9)))
        parents = [(units[0], 0), *((u, data.draw(st.sampled_from(units[:n]))) for n, u in enumerate(units[1:], 1))]
        cell = st.none() | st.floats(-1e6, 1e6)
        row = st.tuples(st.lists(cell, min_size=2, max_size=2), st.booleans(), st.sampled_from(["MN", "TH"]))
        rows = data.draw(st.dictionaries(st.sampled_from(units), row, min_size=1))
        given_always = {"layout": LAYOUT, "columns": ["a", "b"], "period": period, "owner": province.owner, "at": AT}

        def whole():
            block = a_block(rows, "ab")
            return laid_out(actions.write_partition(**given_always, block=block, parents=parents, mark="m"))

        whole()
        for _ in range(data.draw(st.integers(1, 3))):
            some = data.draw(st.lists(st.sampled_from(sorted(rows)), unique=True))
            rows |= {unit: (*data.draw(row)[:2], rows[unit][2]) for unit in some}
            changed = a_block({unit: rows[unit] for unit in some}, "ab")
            assert (patched := actions.patch_partition(**given_always, changed=changed, mark="m"))
        assert laid_out(patched) == whole()
        transaction.set_rollback(True)


def test_one_changed_row_leaves_the_rows_of_others_as_they_are(province, period) -> None:
    partition = province.lay_out(period)
    stood = versions(partition)
    hoa = province.schools["hoa"]
    patch(province, period, {hoa.unit: ((1, 10, 9, None), True, "TH")})
    assert {unit for unit, version in versions(partition).items() if stood[unit] != version} == {
        (unit, group) for unit in (province.department, province.north) for group in ("", "TH")
    } | {(hoa.unit, "")}


def versions(partition) -> dict[tuple[int, str], int]:
    """(unit, group) → where its row lies in the table: a row that is written lies elsewhere."""
    with connection.cursor() as cursor:
        cursor.execute(
            'SELECT unit_id, "group", ctid::text FROM statistics_rollup WHERE partition_id = %s', [partition.pk]
        )
        return {(unit, group): content for unit, group, content in cursor.fetchall()}


def patch(province, period, rows, **changes):
    given = {"layout": LAYOUT, "columns": COLUMNS, "period": period, "owner": province.owner, "mark": "", "at": AT}
    return actions.patch_partition(**{**given, **changes}, changed=a_block(rows, COLUMNS))


@pytest.mark.parametrize(
    "changes",
    [{"mark": "another tree"}, {"columns": ["w", "x", "y", "z"]}, {"layout": "plan3296/2"}],
    ids=["another tree", "other columns", "not laid out yet"],
)
def test_there_is_nothing_to_go_on_from(province, period, changes) -> None:
    before = laid_out(province.lay_out(period))
    assert patch(province, period, {province.schools["hoa"].unit: ((1, 1, 1, 1), True, "TH")}, **changes) is None
    assert laid_out(Partition.objects.get()) == before


def test_a_unit_that_was_not_to_report_or_a_lost_file_ask_for_the_whole(province, period, settings) -> None:
    province.lay_out(period)
    assert patch(province, period, {province.north: ((1, 1, 1, 1), True, "TH")}) is None
    shutil.rmtree(settings.FACTS_FOLDER)
    assert patch(province, period, {province.schools["hoa"].unit: ((1, 1, 1, 1), True, "TH")}) is None


# ── definitions ────────────────────────────────────────────────────────────────────────────────────────────────────


def test_the_plan_defines_three_indicators_with_their_targets(plan) -> None:
    assert DataElement.objects.count() == 15
    assert {name: (i.numerator, i.denominator, i.factor) for name, i in plan.items()} == {
        "outreach": ("schools_with_outreach", "schools_total", 100),
        "team": ("schools_with_collaborator_team", "schools_total", 100),
        "trained": ("staff_trained", "staff_in_scope", 100),
    }
    for indicator in plan.values():
        targets = indicator.targets.order_by("year")
        assert [(t.year, t.value, t.unit_id) for t in targets] == [(2021, 85, None), (2025, 100, None)]
        assert all("mục I.1" in target.basis for target in targets)


def test_defining_twice_changes_nothing_and_logs_nothing(plan) -> None:
    logged = Entry.objects.filter(verb="statistics.defined").count()
    assert logged == 15 + 3 + 6
    assert actions.define(plan3296(), at=AT) == 0
    assert Entry.objects.count() == logged


def test_a_changed_document_changes_what_it_names_and_keeps_the_rest(plan) -> None:
    document = plan3296()
    document["elements"][3]["minimum_group"] = 5
    document["indicators"][0]["targets"][1]["value"] = 95
    document["elements"].pop()
    assert actions.define(document, at=AT) == 2
    assert DataElement.objects.get(code="staff_in_scope").minimum_group == 5
    assert Target.objects.get(indicator=plan["outreach"], year=2025).value == 95
    assert DataElement.objects.count() == 15


def test_an_indicator_over_an_unknown_element_is_refused_whole(db) -> None:
    document = plan3296()
    document["indicators"][2]["denominator"] = "staff_in_scope + stuff"
    with pytest.raises(UnknownElement, match="Ký tự thứ 18: không có chỉ tiêu “stuff”"):
        actions.define(document, at=AT)
    assert (DataElement.objects.count(), Indicator.objects.count()) == (0, 0)


def test_no_sum_is_ever_nan(province, period) -> None:
    province.lay_out(period)
    numbers = [n for sums in Rollup.objects.values_list("sums", flat=True) for n in sums if n is not None]
    assert not any(math.isnan(n) for n in numbers)


def test_indicators_that_come_back_to_themselves_are_refused_with_their_way(plan) -> None:
    """Nothing of the document stays, and an earlier one that the new ones would close a circle with is found too."""
    one = {**plan3296()["indicators"][0], "targets": []}
    document = {
        "elements": [{**plan3296()["elements"][0], "name_en": "Changed"}],
        "indicators": [
            {**one, "code": "a", "numerator": "indicator(b)", "denominator": "1"},
            {**one, "code": "b", "numerator": "indicator(a)", "denominator": "1"},
        ],
    }
    with pytest.raises(CyclicIndicators, match="a → b → a"):
        actions.define(document, at=AT)
    assert not Indicator.objects.filter(code__in=["a", "b"]).exists()
    assert not DataElement.objects.filter(name_en="Changed").exists()
    document["indicators"] = [{**one, "code": "c", "numerator": "indicator(nobody)", "denominator": "1"}]
    with pytest.raises(UnknownElement, match="không có chỉ số “nobody”"):
        actions.define(document, at=AT)

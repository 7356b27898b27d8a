"""Answers that sums do not give: other ways of aggregation, history on today's tree; by hand and against roll-ups."""

from __future__ import annotations

from datetime import date

import pytest

from donghanh.organisations import actions as tree
from donghanh.organisations.choices import UnitKind
from donghanh.organisations.rules import NewUnit
from donghanh.organisations.tests.factories import ORDER, a_department, a_district, a_school
from donghanh.periods.actions import keep
from donghanh.periods.queries import parse
from donghanh.statistics import answers
from donghanh.statistics.answers import ask
from donghanh.statistics.choices import Aggregation, DatumKind, Rate, TreeMode
from donghanh.statistics.models import DataElement, Indicator
from donghanh.statistics.questions import Datum, Question
from donghanh.statistics.tests.conftest import Province, School, school_year

TODAY, REFORM = date(2025, 9, 1), date(2025, 7, 1)
SCOPE = Datum(DatumKind.ELEMENT, "staff_in_scope")
SHARE = Datum(DatumKind.INDICATOR, "staff_trained_rate")
RATES = tuple(Datum(DatumKind.RATE, "plan3296", rate) for rate in Rate)
GROUPS = ("", "TH", "THCS")


@pytest.fixture
def province(db) -> Province:
    """As the room's own, standing in the dated tree: North has hoa, lan, mai; South sen and tre."""
    department = a_department()
    north, south = (a_district(f"Phòng {name}", below=department) for name in ("Bắc", "Nam"))
    hoa, lan, mai = (
        a_school(f"Trường {name}", below=north, kind=kind)
        for name, kind in (("Hoa", UnitKind.PRIMARY), ("Lan", UnitKind.PRIMARY), ("Mai", UnitKind.LOWER_SECONDARY))
    )
    sen, tre = (a_school(f"Trường {name}", below=south) for name in ("Sen", "Tre"))
    schools = {
        "hoa": School(hoa.pk, "TH", (1, 10, 8, None)),
        "lan": School(lan.pk, "TH", (1, 30, 2, 3)),
        "mai": School(mai.pk, "THCS", (0, 20, None, 1)),
        "sen": School(sen.pk, "TH", (1, 4, 4, None)),
        "tre": School(tre.pk, "TH"),
    }
    below = dict.fromkeys(("hoa", "lan", "mai"), north.pk) | dict.fromkeys(("sen", "tre"), south.pk)
    return Province(department.pk, north.pk, south.pk, schools, below)


def test_the_facts_say_what_the_roll_ups_say(province, period, plan, monkeypatch) -> None:
    """Every element, share and rate, unit by unit and kind by kind, to the last digit."""
    second = school_year(2021)
    for year in (period, second):
        province.lay_out(year)
    data = (SCOPE, Datum(DatumKind.ELEMENT, "staff_trained"), *(
        Datum(DatumKind.INDICATOR, one.code) for one in plan.values()
    ), *RATES)  # fmt: skip
    units = (province.department, province.north, province.south)
    question = Question(data=data, spans=(period.span, second.span), units=units, groups=GROUPS)
    from_rollups = list(ask(question, on=TODAY).cells())
    monkeypatch.setattr(answers._Asked, "additive", False)
    assert list(ask(question, on=TODAY).cells()) == from_rollups
    assert any(cell.value for _place, cell in from_rollups)


@pytest.mark.parametrize(("way", "north", "all_of_it"), [
    (Aggregation.AVERAGE, 20, 16), (Aggregation.MIN, 10, 4), (Aggregation.MAX, 30, 30), (Aggregation.COUNT, 3, 4),
    (Aggregation.LAST, 60, 64), (Aggregation.LAST_AVERAGE_ORG_UNIT, 20, 16), (Aggregation.MAX_SUM_ORG_UNIT, 60, 64),
])  # fmt: skip
def test_an_elements_own_way_of_becoming_one(way, north, all_of_it, province, period, plan) -> None:
    province.lay_out(period)
    DataElement.objects.filter(code=SCOPE.code).update(aggregation=way)
    found = ask(Question(data=(SCOPE,), spans=(period.span,), units=(province.department, province.north)), on=TODAY)
    assert found.at(SCOPE, period.span, province.north).value == north
    assert found.at(SCOPE, period.span, province.department).value == all_of_it
    assert found.at(SCOPE, period.span, province.department).expected == 5


def test_one_question_may_ask_for_another_way_and_for_a_period_before(province, period, plan) -> None:
    province.lay_out(period)
    most = Datum(DatumKind.ELEMENT, SCOPE.code, aggregation=Aggregation.MAX)
    last = Datum(DatumKind.ELEMENT, SCOPE.code, aggregation=Aggregation.LAST)
    later = school_year(2022)
    question = Question(data=(SCOPE, most, last), spans=(period.span, later.span), units=(province.department,))
    found = ask(question, on=TODAY)
    assert [found.at(datum, period.span, province.department).value for datum in (SCOPE, most, last)] == [64, 30, 64]
    assert [found.at(datum, later.span, province.department).value for datum in (SCOPE, most, last)] == [None, None, 64]


def test_an_expression_may_ask_about_each_unit_before_adding_up(province, period, plan) -> None:
    """How many schools have trained at least half: hoa and sen of four that reported."""
    province.lay_out(period)
    text = "subExpression(if(staff_trained / staff_in_scope >= 0.5, 1, 0))"
    half = Indicator.objects.create(code="half", numerator=text, denominator="schools_total")
    datum = Datum(DatumKind.INDICATOR, half.code)
    found = ask(Question(data=(datum,), spans=(period.span,), units=(province.department, province.north)), on=TODAY)
    whole = found.at(datum, period.span, province.department)
    assert (whole.numerator, whole.denominator, whole.value) == (2, 5, 40)
    assert found.at(datum, period.span, province.north).numerator == 1


def test_an_expression_may_ask_about_groups_ancestors_and_other_indicators(province, period, plan) -> None:
    """Staff of primary schools; of units below North; twice a share that is an indicator of its own."""
    province.lay_out(period)
    texts = {
        "primary": "subExpression(if(orgUnit.group(TH), staff_in_scope, 0))",
        "north": f"subExpression(if(orgUnit.ancestor({province.north}), staff_in_scope, 0))",
        "itself": f"if(orgUnit.ancestor({province.department}), staff_in_scope, 0)",
        "asked": "subExpression(if(orgUnit.dataSet(plan3296), staff_in_scope, 0))",
        "twice": "2 * indicator(staff_trained_rate)",
    }
    for code, text in texts.items():
        Indicator.objects.create(code=code, numerator=text, denominator="1", factor=1)
    data = {code: Datum(DatumKind.INDICATOR, code) for code in texts}
    units = (province.department, province.north)
    found = ask(Question(data=tuple(data.values()), spans=(period.span,), units=units), on=TODAY)
    assert {code: [found.at(datum, period.span, unit).value for unit in units] for code, datum in data.items()} == {
        "primary": [44, 40], "north": [60, 60], "itself": [0, 60], "asked": [64, 60],
        "twice": [2 * 100 * 18 / 64, 2 * 100 * 14 / 60],
    }  # fmt: skip


def test_history_is_carried_to_the_units_of_today(province, period, plan) -> None:
    province.lay_out(period)
    new = NewUnit("Xã mới", UnitKind.COMMUNE, province.department)
    merged = tree.merge(
        sources=[province.schools["lan"].unit, province.schools["sen"].unit], into=new, on=REFORM, **ORDER
    )
    tree.transfer(units=[province.schools["mai"].unit], to=province.south, on=REFORM, **ORDER)
    units = (province.department, province.north, province.south, merged.pk)
    question = Question(data=(SCOPE, SHARE), spans=(period.span,), units=units, tree=TreeMode.AS_IS)
    found = ask(question, on=TODAY)
    told = {unit: (found.at(SCOPE, period.span, unit).value, found.at(SHARE, period.span, unit).expected)
            for unit in units}  # fmt: skip
    assert told == {
        province.department: (64, 5), province.north: (10, 1), province.south: (20, 2), merged.pk: (34, 2),
    }  # fmt: skip
    was = ask(Question(data=(SCOPE,), spans=(period.span,), units=units), on=TODAY)
    assert [was.at(SCOPE, period.span, unit).value for unit in units] == [64, 60, 4, None]


def test_a_year_that_was_reported_is_not_added_to_what_lies_within_it(province, period, plan) -> None:
    """Whether read from the roll-ups or from the facts."""
    part = parse("2021Q1")
    first = keep(part)
    assert part in period.span
    province.lay_out(period)
    province.lay_out(first)
    for tree_mode in TreeMode:
        question = Question(
            data=(SCOPE,), spans=(first.span, period.span), units=(province.department,), tree=tree_mode
        )
        found = ask(question, on=TODAY)
        assert [found.at(SCOPE, span, province.department).value for span in question.spans] == [64, 64]

"""One question, one answer: what is summed, over which periods and layouts, and what the gate keeps back."""

from __future__ import annotations

from datetime import date

import pytest

from donghanh.periods.queries import Span, parse
from donghanh.statistics.answers import ask
from donghanh.statistics.choices import DatumKind, Rate
from donghanh.statistics.models import DataElement, Indicator
from donghanh.statistics.questions import EMPTY, MOST_CELLS, Datum, Question, TooMany
from donghanh.statistics.tests.conftest import AT, school_year

TODAY = date(2025, 6, 16)
TRAINED = Datum(DatumKind.ELEMENT, "staff_trained")
SHARE = Datum(DatumKind.INDICATOR, "staff_trained_rate")


def told(question: Question) -> dict:
    answer = ask(question, on=TODAY)
    return {(place.datum.code, place.unit, place.group): cell.value for place, cell in answer.cells()}


def test_elements_cells_and_indicators_of_units_and_kinds_in_one_answer(province, period, plan) -> None:
    province.lay_out(period)
    cell = Datum(DatumKind.ELEMENT, "staff_trained[THCS]")
    north = province.north
    question = Question(
        data=(TRAINED, cell, SHARE), spans=(period.span,), units=(north, province.south), groups=("", "THCS")
    )
    assert told(question) == {
        ("staff_trained", north, ""): 14, ("staff_trained", north, "THCS"): 1,
        ("staff_trained[THCS]", north, ""): 4, ("staff_trained[THCS]", north, "THCS"): 1,
        ("staff_trained_rate", north, ""): 35, ("staff_trained_rate", north, "THCS"): 5,
        **{(code, province.south, group): None for code in ("staff_trained", "staff_trained[THCS]", SHARE.code)
           for group in ("", "THCS")},
    }  # fmt: skip
    answer = ask(question, on=TODAY)
    share = answer.at(SHARE, period.span, north)
    assert (share.numerator, share.denominator, share.expected, share.reported) == (14, 40, 3, 3)
    assert answer.written_at == AT


def test_years_within_a_longer_span_are_added_up(province, plan) -> None:
    years = [school_year(first) for first in (2020, 2021)]
    for year in years:
        province.lay_out(year)
    both = Span(years[0].span.kind, "both", years[0].span.start, years[1].span.end, years[1].span.end)
    found = ask(Question(data=(TRAINED, SHARE), spans=(both, years[1].span), units=(province.department,)), on=TODAY)
    assert found.at(TRAINED, both, province.department).value == 28
    assert found.at(SHARE, both, province.department).value == 35
    assert found.at(TRAINED, years[1].span, province.department).value == 14
    assert found.at(SHARE, both, province.department).expected == 10


def test_a_period_that_reaches_out_of_the_span_is_not_counted(province, period, plan) -> None:
    province.lay_out(period)
    found = ask(Question(data=(TRAINED,), spans=(parse("2020"),), units=(province.department,)), on=TODAY)
    assert found.at(TRAINED, parse("2020"), province.department) == EMPTY


def test_of_two_forms_with_one_element_the_one_named_is_read(province, period, plan) -> None:
    province.lay_out(period)
    province.schools["hoa"].cells = (1, 10, 100, None)
    province.lay_out(period, layout="other/1")
    for form, value in {"plan3296": 14, "other": 106, "": 106}.items():
        question = Question(data=(TRAINED,), spans=(period.span,), units=(province.department,), form=form)
        assert ask(question, on=TODAY).at(TRAINED, period.span, province.department).value == value


def test_a_share_takes_both_its_sides_from_one_form(province, period, plan) -> None:
    """Each layout counts its own expected units: those of a later form are not the denominator of this one."""
    province.lay_out(period)
    outreach = Datum(DatumKind.INDICATOR, "outreach_rate")
    Indicator.objects.filter(pk=plan["outreach"].pk).update(code="outreach_rate")
    del province.schools["tre"]
    province.lay_out(period, layout="violence/1", columns=("a", "b", "c", "d"))
    found = ask(Question(data=(outreach,), spans=(period.span,), units=(province.department,)), on=TODAY)
    cell = found.at(outreach, period.span, province.department)
    assert (cell.numerator, cell.denominator, cell.expected) == (2, 5, 5)


@pytest.mark.parametrize(("rate", "value"), [
    (Rate.EXPECTED, 5), (Rate.ACTUAL, 3), (Rate.ACCEPTED, 3), (Rate.ACTUAL_RATE, 60),
])  # fmt: skip
def test_reporting_rates_count_who_was_to_report(rate, value, province, period, plan) -> None:
    province.lay_out(period)
    datum = Datum(DatumKind.RATE, "plan3296", rate)
    found = ask(Question(data=(datum,), spans=(period.span,), units=(province.department,)), on=TODAY)
    assert found.at(datum, period.span, province.department).value == value
    other = Datum(DatumKind.RATE, "other", rate)
    assert ask(Question(data=(other,), spans=(period.span,), units=(1,)), on=TODAY).at(other, period.span, 1) == EMPTY


def test_an_annualised_indicator_counts_on_365_days(province, period, plan) -> None:
    province.lay_out(period)
    Indicator.objects.filter(code=SHARE.code).update(annualised=True)
    found = ask(Question(data=(SHARE,), spans=(period.span,), units=(province.north,)), on=TODAY)
    assert found.at(SHARE, period.span, province.north).value == pytest.approx(35 * 365 / period.span.days)


def test_too_few_people_stay_behind_the_gate(province, period, plan) -> None:
    province.plant()
    province.lay_out(period)
    DataElement.objects.filter(code="staff_trained").update(minimum_group=5)
    found = ask(Question(data=(TRAINED, SHARE), spans=(period.span,), units=(province.north,), groups=("THCS",)),
                on=TODAY)  # fmt: skip
    kept_back = [found.at(datum, period.span, province.north, "THCS") for datum in (TRAINED, SHARE)]
    assert [(cell.value, cell.numerator, cell.suppressed) for cell in kept_back] == [(None, None, True)] * 2


def test_a_question_beyond_all_bounds_is_refused_with_its_size_and_a_way_out(db) -> None:
    question = Question(data=(TRAINED,), spans=(parse("2020"),), units=tuple(range(MOST_CELLS + 1)))
    with pytest.raises(TooMany, match=r"500\.001 ô .* ít kỳ hơn, một cấp đơn vị cao hơn"):
        ask(question, on=TODAY)


@pytest.mark.parametrize("count", [1, 12])
def test_the_queries_do_not_grow_with_the_question(count, province, plan, django_assert_num_queries) -> None:
    years = [school_year(first) for first in range(2010, 2010 + count)]
    for year in years:
        province.lay_out(year)
    question = Question(
        data=(TRAINED, SHARE) * count, spans=tuple(y.span for y in years), units=tuple(range(1, count + 1))
    )
    with django_assert_num_queries(4):
        ask(question, on=TODAY)


def whole_numbers(province, period) -> None:
    """Laid out with trained staff as one cell: hoa 8, lan 5, mai 1."""
    for name, trained in {"hoa": 8, "lan": 5, "mai": 1}.items():
        province.schools[name].cells = (1, 20, trained, 0)
    province.lay_out(period, columns=("schools_with_outreach", "staff_in_scope", "staff_trained", "feedback_received"))


def test_the_same_cell_is_kept_back_whatever_is_asked_along(province, period, plan) -> None:
    """hoa 8, lan 5, mai 1 trained: mai is too few, and lan goes with it since north less the others would tell."""
    province.plant()
    whole_numbers(province, period)
    DataElement.objects.filter(code="staff_trained").update(minimum_group=5)
    schools = {name: province.schools[name].unit for name in ("hoa", "lan", "mai", "sen")}
    for units in ([*schools.values()], [schools["lan"]], [province.north, *schools.values()]):
        found = ask(Question(data=(TRAINED,), spans=(period.span,), units=tuple(units)), on=TODAY)
        told = {name: found.at(TRAINED, period.span, unit) for name, unit in schools.items() if unit in units}
        kept = {"hoa": False, "lan": True, "mai": True, "sen": False}
        assert {name: cell.suppressed for name, cell in told.items()} == {name: kept[name] for name in told}
    north = ask(Question(data=(TRAINED,), spans=(period.span,), units=(province.north,)), on=TODAY)
    assert north.at(TRAINED, period.span, province.north).value == 14


def test_a_figure_of_fewer_schools_than_asked_is_kept_back(province, period, plan) -> None:
    province.plant()
    whole_numbers(province, period)
    DataElement.objects.filter(code="staff_trained").update(minimum_units=3)
    hoa = province.schools["hoa"].unit
    found = ask(Question(data=(TRAINED,), spans=(period.span,), units=(hoa, province.north)), on=TODAY)
    assert [found.at(TRAINED, period.span, unit).value for unit in (hoa, province.north)] == [None, 14]


def test_nothing_of_a_guarded_element_leaves_while_its_rows_cannot_be_read(province, period, plan, settings) -> None:
    province.plant()
    whole_numbers(province, period)
    DataElement.objects.filter(code="staff_trained").update(minimum_group=2)
    settings.FACTS_FOLDER = settings.FACTS_FOLDER / "lost"
    found = ask(Question(data=(TRAINED,), spans=(period.span,), units=(province.north,)), on=TODAY)
    assert found.at(TRAINED, period.span, province.north).suppressed

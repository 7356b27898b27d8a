"""What a figure is called in an address, what it is read from, what one report gives to it."""

from __future__ import annotations

import pytest

from donghanh.statistics.choices import Aggregation, DatumKind, Rate, TreeMode
from donghanh.statistics.models import DataElement
from donghanh.statistics.origins import UnknownDatum, carried_to, origin, read_datum
from donghanh.statistics.questions import Datum

TRAINED = Datum(DatumKind.ELEMENT, "staff_trained")
SHARE = Datum(DatumKind.INDICATOR, "staff_trained_rate")


@pytest.mark.parametrize(
    "datum",
    [
        TRAINED,
        SHARE,
        Datum(DatumKind.ELEMENT, "staff_trained[TH]"),
        Datum(DatumKind.ELEMENT, "staff_trained[a:b]", aggregation=Aggregation.MAX),
        Datum(DatumKind.INDICATOR, "staff_trained_rate", aggregation=Aggregation.LAST),
        Datum(DatumKind.RATE, "plan3296", Rate.ON_TIME_RATE),
        Datum(DatumKind.RATE, "plan3296", Rate.ACTUAL, Aggregation.SUM),
    ],
)
def test_what_an_address_carries_is_read_as_it_was_written(datum) -> None:
    assert read_datum(datum.key) == datum


@pytest.mark.parametrize("key", ["", "staff_trained", "element:", "rate:plan3296", "rate:on_time", "table:x", ":x"])
def test_what_is_no_figure_is_refused(key) -> None:
    with pytest.raises(UnknownDatum):
        read_datum(key)


@pytest.mark.parametrize(
    "code", ["nothing", "staff_trained + staff_in_scope", "1", "staff_trained[", "(staff_trained)"]
)
def test_only_what_is_defined_has_an_origin(province, period, plan, code) -> None:
    for kind in (DatumKind.ELEMENT, DatumKind.INDICATOR):
        with pytest.raises(UnknownDatum):
            origin(Datum(kind, code), period.span)


def test_a_share_names_its_layout_and_its_elements(province, period, plan) -> None:
    province.lay_out(period)
    found = origin(SHARE, period.span)
    assert [(one.form, one.version, one.period, one.owner_id) for one in found.sources] == [
        ("plan3296", 1, period, province.department)
    ]
    assert [element.code for element in found.elements] == ["staff_trained", "staff_in_scope"]
    assert (found.unit, found.decimals, found.is_share, found.adds_up) == ("%", 1, True, True)


def test_a_count_is_told_in_its_unit_of_measure(province, period, plan) -> None:
    found = origin(TRAINED, period.span)
    assert (found.unit, found.decimals, found.is_share, found.sources) == ("người", 0, False, ())
    assert origin(Datum(DatumKind.ELEMENT, "staff_trained[TH]"), period.span).name.endswith(" · Tiểu học")


def test_an_average_does_not_add_up(province, period, plan) -> None:
    assert not origin(Datum(DatumKind.ELEMENT, "staff_trained", aggregation=Aggregation.AVERAGE), period.span).adds_up
    DataElement.objects.filter(code="staff_in_scope").update(aggregation=Aggregation.LAST)
    assert not origin(SHARE, period.span).adds_up


def test_one_report_gives_its_own_part(province, period, plan) -> None:
    numbers = {"staff_in_scope": 10.0, "staff_trained[TH]": 2.0, "staff_trained[THCS]": 3.0, "schools_with_outreach": 1}
    share = origin(SHARE, period.span).given(numbers)
    assert (share.value, share.numerator, share.denominator) == (50, 5, 10)
    outreach = origin(Datum(DatumKind.INDICATOR, "schools_with_outreach_rate"), period.span).given(numbers)
    assert (outreach.numerator, outreach.denominator) == (1, 1)  # every unit that was to report is one
    count = origin(TRAINED, period.span)
    assert count.given(numbers).value == 5
    assert count.given({"other": 1}).value is None
    assert count.given({**numbers, "staff_trained[TH]": None, "staff_trained[THCS]": None}).value is None


def test_a_report_about_too_few_is_kept_back_too(province, period, plan) -> None:
    DataElement.objects.filter(code="staff_trained").update(minimum_group=5)
    found = origin(TRAINED, period.span)
    assert found.minimum == 5
    hidden = found.given({"staff_trained[TH]": 4.0})
    assert (hidden.value, hidden.suppressed) == (None, True)


def test_units_carry_over_only_where_the_tree_of_today_is_asked(province, period, plan) -> None:
    province.lay_out(period)
    sources = origin(TRAINED, period.span).sources
    on = period.reference_day
    assert carried_to(province.department, sources, tree=TreeMode.AS_WAS, on=on) is None
    assert carried_to(province.department, sources, tree=TreeMode.AS_IS, on=on) == {period.pk: {}}  # no tree is drawn

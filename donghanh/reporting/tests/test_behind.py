"""Which reports stand behind a figure: of its rounds, below its unit, accepted, and only where the reader reaches."""

from __future__ import annotations

from datetime import date

import pytest

from donghanh.organisations.actions import transfer
from donghanh.reporting.queries import RoundOf, forms_named, reports_behind
from donghanh.reporting.tests.factories import AT, TODAY, a_sent_report, accept, an_open_round

pytestmark = pytest.mark.usefixtures("on_demo_day")


@pytest.fixture
def sent(cast):
    collection = an_open_round(cast)
    a_sent_report(cast, collection)
    return collection


def of(collection, **changes):
    key = {"form": "plan3296", "version": 1, "period_id": collection.period_id, "owner_id": collection.owner_id}
    return RoundOf(**key | changes)


def names(account, rounds, unit, **more):
    return [row.unit_name for row in reports_behind(account, rounds, unit.pk, **{"on": TODAY, **more})]


def test_only_accepted_reports_stand_behind_a_figure(cast, sent):
    assert names(cast.department_officer, [of(sent)], cast.department) == []
    accept(cast, sent)
    row = reports_behind(cast.department_officer, [of(sent)], cast.department.pk, on=TODAY).get()
    assert (row.unit_name, row.latest.number, row.latest.sent_by) == ("Trường TH&THCS Ân Nghĩa", 1, cast.teacher)
    assert (row.accepted_at, row.accepted_by) == (AT, "Quách Văn Ân")
    assert row.accepted_office == "Phòng GD&ĐT huyện Lạc Sơn"


def test_all_that_were_to_come_stand_behind_a_rate(cast, sent):
    rows = list(reports_behind(cast.department_officer, [of(sent)], cast.lac_son.pk, counted=False, on=TODAY))
    assert [(row.unit_name, row.accepted_by) for row in rows] == [
        ("Trường Mầm non Ân Nghĩa", None),
        ("Trường TH&THCS Ân Nghĩa", None),
    ]


@pytest.mark.parametrize("changes", [{"form": "other"}, {"version": 2}, {"period_id": 0}, {"owner_id": 0}])
def test_another_round_gives_nothing(cast, sent, changes):
    accept(cast, sent)
    assert names(cast.department_officer, [of(sent, **changes)], cast.department) == []
    both = [of(sent, **changes), of(sent)]
    assert names(cast.department_officer, both, cast.department) == ["Trường TH&THCS Ân Nghĩa"]
    assert names(cast.department_officer, [], cast.department) == []


def test_units_are_those_below_on_the_periods_day(cast, sent):
    accept(cast, sent)
    transfer(units=[cast.school.pk], to=cast.kim_boi.pk, decision="QĐ 9", on=date(2025, 6, 1), by=None, at=AT)
    officer = cast.department_officer
    assert names(officer, [of(sent)], cast.lac_son) == ["Trường TH&THCS Ân Nghĩa"]
    assert names(officer, [of(sent)], cast.kim_boi) == []
    today = of(sent, units={cast.school.pk: 1.0})  # as figures carried to the tree of today name them
    assert names(officer, [today], cast.kim_boi) == ["Trường TH&THCS Ân Nghĩa"]


def test_a_kind_of_school_is_that_of_the_periods_day(cast, sent):
    accept(cast, sent)
    assert names(cast.department_officer, [of(sent)], cast.department, group="TH&THCS") == ["Trường TH&THCS Ân Nghĩa"]
    assert names(cast.department_officer, [of(sent)], cast.department, group="THCS") == []


def test_nobody_reads_beyond_their_own(cast, sent):
    accept(cast, sent)
    assert names(cast.other_district_officer, [of(sent)], cast.department) == []
    assert names(cast.outsider, [of(sent)], cast.department) == []
    assert names(cast.teacher, [of(sent)], cast.school) == ["Trường TH&THCS Ân Nghĩa"]


def test_forms_are_told_by_name(cast, sent):
    assert list(forms_named(["plan3296", "none"])) == ["plan3296"]

"""From acceptance to figures: the fast way equals the slow recount, and only accepted sendings count."""

from __future__ import annotations

from datetime import date

import pytest
from django.core.management import CommandError, call_command

from donghanh.organisations.actions import close_unit
from donghanh.reporting.figures import lay_out
from donghanh.reporting.models import FactChange
from donghanh.reporting.queries import layout_of
from donghanh.reporting.recount import differences, recount
from donghanh.reporting.tests.factories import AT, a_sent_report, accept, an_open_round
from donghanh.statistics.models import Rollup

pytestmark = pytest.mark.usefixtures("on_demo_day")


@pytest.fixture
def open_round(cast):
    return an_open_round(cast)


def rolled_up(unit, collection, group=""):
    row = Rollup.objects.select_related("partition").get(unit=unit, group=group, partition__period=collection.period)
    return row, dict(zip(row.partition.columns, row.sums, strict=True))


def test_only_accepted_sendings_count_and_every_school_is_expected(cast, open_round):
    a_sent_report(cast, open_round)
    lay_out(collection_id=open_round.pk, at=AT)
    row, sums = rolled_up(cast.department, open_round)
    assert (row.expected, row.reported) == (4, 0)
    assert sums["schools_total"] == 4
    assert sums["schools_with_outreach"] is None
    accept(cast, open_round)
    lay_out(collection_id=open_round.pk, at=AT)
    row, sums = rolled_up(cast.department, open_round)
    assert (row.expected, row.reported) == (4, 1)
    assert (sums["schools_with_outreach"], sums["staff_in_scope[TH]"], sums["staff_in_scope[THCS]"]) == (1, 10, 8)
    row, sums = rolled_up(cast.kim_boi, open_round)
    assert (row.expected, row.reported, sums["schools_with_outreach"]) == (1, 0, None)
    row, _sums = rolled_up(cast.department, open_round, group="TH&THCS")
    assert (row.expected, row.reported) == (1, 1)


def test_the_outbox_is_emptied_by_what_it_asked_for(cast, open_round):
    a_sent_report(cast, open_round)
    accept(cast, open_round)
    assert FactChange.objects.filter(collection=open_round).count() == 3  # the opening, the sending and the acceptance
    lay_out(collection_id=open_round.pk, at=AT)
    assert not FactChange.objects.exists()


def test_a_school_that_closes_before_the_reference_day_stops_no_figures(cast, open_round):
    close_unit(unit=cast.preschool.pk, decision="QĐ 9", on=date(2025, 5, 20), by=None, at=AT)
    lay_out(collection_id=open_round.pk, at=AT)
    row, _sums = rolled_up(cast.department, open_round)
    assert row.expected == 3
    assert differences(open_round) == []


def test_figures_equal_the_slow_recount(cast, open_round):
    a_sent_report(cast, open_round)
    accept(cast, open_round)
    lay_out(collection_id=open_round.pk, at=AT)
    assert recount(open_round)[cast.department.pk, ""].reported == 1
    assert differences(open_round) == []


def test_a_wrong_figure_is_found_by_the_recount(cast, open_round):
    a_sent_report(cast, open_round)
    accept(cast, open_round)
    lay_out(collection_id=open_round.pk, at=AT)
    row, _sums = rolled_up(cast.lac_son, open_round)
    row.sums[1] += 1
    row.save()
    assert len(differences(open_round)) == 1
    with pytest.raises(CommandError, match="không khớp"):
        call_command("figures_recount", verbosity=0)


def test_a_lost_folder_is_made_anew(cast, open_round, settings):
    import shutil

    a_sent_report(cast, open_round)
    accept(cast, open_round)
    lay_out(collection_id=open_round.pk, at=AT)
    shutil.rmtree(settings.FACTS_FOLDER)
    call_command("figures_rebuild", verbosity=0)
    assert list(settings.FACTS_FOLDER.rglob("*.parquet"))
    assert differences(open_round) == []
    assert layout_of(open_round) == "plan3296/1"

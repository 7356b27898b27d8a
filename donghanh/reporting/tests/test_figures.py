"""From acceptance to figures: the fast way equals the slow recount, and only accepted sendings count."""

from __future__ import annotations

import io
from datetime import date

import pytest
from django.core.management import CommandError, call_command
from django.urls import reverse

from donghanh.organisations.actions import close_unit, transfer
from donghanh.reporting import figures
from donghanh.reporting.extensions import extend
from donghanh.reporting.figures import lay_out
from donghanh.reporting.models import ExpectedReport, FactChange
from donghanh.reporting.queries import layout_of
from donghanh.reporting.recount import differences, recount
from donghanh.reporting.tests.factories import AT, TODAY, a_sent_report, accept, an_open_round, return_with
from donghanh.statistics.models import Partition, Rollup

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
        call_command("lay_out_figures", "--check", stdout=io.StringIO())


def test_a_lost_folder_is_made_anew(cast, open_round, settings):
    import shutil

    a_sent_report(cast, open_round)
    accept(cast, open_round)
    lay_out(collection_id=open_round.pk, at=AT)
    shutil.rmtree(settings.FACTS_FOLDER)
    call_command("lay_out_figures", stdout=io.StringIO())
    assert list(settings.FACTS_FOLDER.rglob("*.parquet"))
    assert differences(open_round) == []
    assert layout_of(open_round) == "plan3296/1"


def test_one_period_alone_is_laid_out_and_an_unknown_one_refused(cast, open_round):
    other = an_open_round(cast, year=2023)
    call_command("lay_out_figures", "--period", open_round.period.code, stdout=(told := io.StringIO()))
    assert told.getvalue() == f"1/1 {open_round.period.code} plan3296: 4 đơn vị\n"
    assert [partition.period for partition in Partition.objects.all()] == [open_round.period]
    assert other.period != open_round.period
    with pytest.raises(CommandError, match="Không có đợt báo cáo nào của kỳ “1999”"):
        call_command("lay_out_figures", "--period", "1999")


def test_rates_count_what_stands_and_what_came_in_time(cast, open_round):
    """Sent in time, returned, sent again after the grace: in time, as its first sending was; a withdrawn one is out."""

    def rates():
        lay_out(collection_id=open_round.pk, at=AT)
        row, _sums = rolled_up(cast.department, open_round)
        assert differences(open_round) == []
        return row.expected, row.sent, row.on_time, row.reported

    assert rates() == (4, 0, 0, 0)
    a_sent_report(cast, open_round)
    assert rates() == (4, 1, 1, 0)
    return_with(cast, open_round, collaborators="Đếm lại")
    assert rates() == (4, 0, 0, 0)
    a_sent_report(cast, open_round)
    accept(cast, open_round)
    assert rates() == (4, 1, 1, 1)


def test_more_time_makes_a_late_sending_one_in_time(cast, open_round):
    a_sent_report(cast, open_round)
    return_with(cast, open_round, collaborators="Đếm lại")
    owed = ExpectedReport.objects.filter(collection=open_round, unit=cast.school)
    owed.update(due_on=date(2025, 6, 10), grace_on=date(2025, 6, 10))
    lay_out(collection_id=open_round.pk, at=AT)
    extend(expected=[owed.get()], due_on=date(2025, 6, 20), reason="Mưa lũ", by=cast.department_officer, at=AT)
    a_sent_report(cast, open_round)
    lay_out(collection_id=open_round.pk, at=AT)
    assert rolled_up(cast.lac_son, open_round)[0].on_time == 1
    assert differences(open_round) == []


def test_a_change_reads_one_report_and_no_tree(cast, open_round, monkeypatch):
    lay_out(collection_id=open_round.pk, at=AT)
    monkeypatch.setattr(figures, "parents_above", None)
    a_sent_report(cast, open_round)
    accept(cast, open_round)
    lay_out(collection_id=open_round.pk, at=AT)
    assert rolled_up(cast.department, open_round)[0].reported == 1


def test_a_tree_that_moved_without_word_is_noticed(cast, open_round):
    """The change of the tree names no round here: its mark alone tells."""
    lay_out(collection_id=open_round.pk, at=AT)
    transfer(units=[cast.commune.pk], to=cast.kim_boi.pk, decision="QĐ 1", on=date(2025, 5, 1), by=None, at=AT)
    FactChange.objects.all().delete()
    a_sent_report(cast, open_round)
    lay_out(collection_id=open_round.pk, at=AT)
    assert rolled_up(cast.kim_boi, open_round)[0].expected == 3
    assert differences(open_round) == []


def test_the_nightly_recount_finds_a_wrong_figure_says_so_and_has_it_mended(cast, open_round, sign_in):
    a_sent_report(cast, open_round)
    accept(cast, open_round)
    lay_out(collection_id=open_round.pk, at=AT)
    assert figures.recheck(on=TODAY, at=AT) == []
    row, _sums = rolled_up(cast.lac_son, open_round)
    row.sums[1] += 1
    row.save()
    (fault,) = figures.recheck(on=TODAY, at=AT)
    assert (fault.found, fault.collection) == (1, open_round)

    def board():
        page = sign_in(cast.district_officer).get(reverse("reporting:board")).content.decode()
        return [sentence for sentence in ("thấy 1 số liệu", "đang dựng lại", "đã được dựng lại") if sentence in page]

    assert board() == ["thấy 1 số liệu", "đang dựng lại"]
    lay_out(collection_id=open_round.pk, at=AT)  # as the sweep does
    assert differences(open_round) == []
    assert board() == ["thấy 1 số liệu", "đã được dựng lại"]


def test_what_changes_while_it_is_counted_is_no_fault(cast, open_round):
    lay_out(collection_id=open_round.pk, at=AT)
    a_sent_report(cast, open_round)  # not laid out yet
    assert differences(open_round) != []
    assert figures.recheck(on=TODAY, at=AT) == []

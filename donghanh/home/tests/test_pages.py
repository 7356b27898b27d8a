"""What each person finds on the home page, and the way from a percentage to the sending behind it."""

from __future__ import annotations

from datetime import date

import pytest
from django.conf import settings
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from procrastinate.contrib.django.models import ProcrastinateJob

from donghanh.home.queries import stamp
from donghanh.organisations.actions import open_unit, transfer
from donghanh.organisations.choices import UnitKind
from donghanh.organisations.rules import NewUnit
from donghanh.reporting.figures import lay_out
from donghanh.reporting.tests.factories import (
    AT,
    a_sent_report,
    accept,
    an_accepted_report,
    an_open_round,
    report_of,
    return_with,
)
from donghanh.statistics.actions import define
from donghanh.statistics.models import Indicator
from donghanh.statistics.queries import written_at

pytestmark = pytest.mark.usefixtures("on_demo_day")


@pytest.fixture
def open_round(cast):
    import json

    define(json.loads((settings.ROOT / "donghanh/statistics/data/plan3296.json").read_text()), at=AT)
    return an_open_round(cast)


def home(client) -> str:
    return client.get(reverse("home:my_work")).content.decode()


def test_the_teacher_finds_the_report_and_its_button(cast, open_round, sign_in):
    page = home(sign_in(cast.teacher))
    assert "Năm học 2024–2025" in page
    assert "hạn 20/6/2025" in page
    assert "Bắt đầu điền" in page
    assert reverse("reporting:fill", args=[report_of(cast.school, open_round).pk]) in page


def test_a_returned_report_asks_to_be_mended(cast, open_round, sign_in):
    a_sent_report(cast, open_round)
    assert "Không có việc nào đang chờ" in home(sign_in(cast.teacher))
    return_with(cast, open_round, collaborators="Ghi cả học sinh?")
    page = home(sign_in(cast.teacher))
    assert "Sửa và gửi lại" in page
    assert "Bị trả lại" in page


def test_a_late_report_says_so(cast, open_round, sign_in, settings):
    settings.DEMO_DAY = "2025-06-21"
    assert "Quá hạn" in home(sign_in(cast.teacher))


def test_the_district_finds_what_waits_and_who_is_missing(cast, open_round, sign_in):
    a_sent_report(cast, open_round)
    page = home(sign_in(cast.district_officer))
    assert "1 báo cáo chờ duyệt" in page
    assert "Trường TH&amp;THCS Ân Nghĩa" in page
    assert "0/2 đã duyệt" in page
    assert "báo cáo chờ duyệt" not in home(sign_in(cast.other_district_officer))


def test_someone_without_a_role_is_told_kindly(cast, open_round, sign_in):
    assert "Không có việc nào đang chờ" in home(sign_in(cast.outsider))


def test_figures_name_counts_target_and_what_is_lacking(cast, open_round, sign_in):
    an_accepted_report(cast, open_round)
    lay_out(collection_id=open_round.pk, at=AT)
    page = sign_in(cast.department_officer).get(reverse("home:figures", args=[open_round.pk, cast.department.pk]))
    text = page.content.decode()
    assert "Mới có 1/4 báo cáo được duyệt" in text
    assert "1/4" in text  # one of four schools says yes
    assert "17/18" in text  # trained of those in scope
    assert "mục tiêu 100" in text
    areas = {row.label: (row.figures[0].reported, row.figures[0].expected) for row in page.context["areas"]}
    assert areas == {
        "Phòng GD&ĐT huyện Kim Bôi": (0, 1),
        "Phòng GD&ĐT huyện Lạc Sơn": (1, 2),
        "": (0, 1),  # what hangs directly below the Department
    }
    kinds = {row.label: row.figures[0].expected for row in page.context["kinds"]}
    assert kinds == {"Trường mầm non": 1, "Trường TH&THCS": 1, "Trường THCS": 1, "Trường THPT": 1}


def test_the_map_shows_the_indicator_that_needs_work_and_its_worst_areas_first(cast, open_round, sign_in):
    an_accepted_report(cast, open_round)
    lay_out(collection_id=open_round.pk, at=AT)
    address = reverse("home:figures", args=[open_round.pk, cast.department.pk])
    page = sign_in(cast.department_officer).get(address)
    assert [(tile.label, tile.figure.value, tile.tone) for tile in page.context["tiles"]] == [
        ("Phòng GD&ĐT huyện Lạc Sơn", 50, "need"), ("Phòng GD&ĐT huyện Kim Bôi", None, "plain"), ("", None, "plain"),
    ]  # fmt: skip
    other = sign_in(cast.department_officer).get(address, {"chiso": "staff_trained_rate"})
    assert other.context["tiles"][0].figure.value == pytest.approx(100 * 17 / 18)
    assert [one["current"] for one in other.context["maps"]] == [False, False, True]


def test_the_late_list_is_of_the_unit_looked_at(cast, open_round, sign_in):
    lay_out(collection_id=open_round.pk, at=AT)
    officer = sign_in(cast.department_officer)
    told = {
        unit.pk: officer.get(reverse("home:figures", args=[open_round.pk, unit.pk])).context["late_count"]
        for unit in (cast.department, cast.lac_son, cast.kim_boi)
    }
    assert told == {cast.department.pk: 4, cast.lac_son.pk: 2, cast.kim_boi.pk: 1}


def test_history_may_be_seen_on_the_tree_of_today(cast, open_round, sign_in, settings):
    an_accepted_report(cast, open_round)
    lay_out(collection_id=open_round.pk, at=AT)
    moved = date(2025, 7, 1)
    transfer(units=[cast.school.pk], to=cast.kim_boi.pk, decision="QĐ 1", on=moved, by=None, at=AT)
    settings.DEMO_DAY = "2025-07-02"
    address = reverse("home:figures", args=[open_round.pk, cast.kim_boi.pk])
    officer = sign_in(cast.department_officer)
    was, now = officer.get(address), officer.get(address, {"cay": "as_is"})
    assert [page.context["figures"][0].expected for page in (was, now)] == [1, 2]
    assert [page.context["figures"][2].denominator for page in (was, now)] == [None, 18]


def test_a_percentage_opens_to_its_schools_and_their_sendings(cast, open_round, sign_in):
    an_accepted_report(cast, open_round)
    lay_out(collection_id=open_round.pk, at=AT)
    officer, code = sign_in(cast.department_officer), "staff_trained_rate"
    address = reverse("home:schools", args=[open_round.pk, cast.department.pk, code])
    page = officer.get(address)
    rows = {row["name"]: (row["numerator"], row["denominator"]) for row in page.context["table"].data}
    assert rows["Trường TH&THCS Ân Nghĩa"] == (17, 18)
    assert len(rows) == 4
    assert reverse("reporting:report", args=[report_of(cast.school, open_round).pk]) in page.content.decode()
    found = officer.get(address, {"q": "tieu hoc"}).context["table"].data
    assert len(found) == 0
    file = officer.get(address, {"xuat": "xlsx"})
    assert file["Content-Disposition"].endswith(f'"{code}-NH2024.xlsx"')


def test_a_school_that_moved_away_is_not_listed_to_its_old_district(cast, open_round, sign_in, settings):
    """Figures stay with the tree of their period; single schools are for those who hold them today."""
    an_accepted_report(cast, open_round)
    lay_out(collection_id=open_round.pk, at=AT)
    order = {"decision": "QĐ 9", "on": AT.date(), "by": None, "at": AT}
    transfer(units=[cast.school.pk], to=cast.kim_boi.pk, **order)
    address = reverse("home:schools", args=[open_round.pk, cast.lac_son.pk, "staff_trained_rate"])
    page = sign_in(cast.district_officer).get(address)
    assert page.context["figure"].numerator == 17
    assert [row["name"] for row in page.context["table"].data] == ["Trường Mầm non Ân Nghĩa"]


def test_a_lost_facts_folder_is_said_not_crashed(cast, open_round, sign_in, settings):
    import shutil

    an_accepted_report(cast, open_round)
    lay_out(collection_id=open_round.pk, at=AT)
    shutil.rmtree(settings.FACTS_FOLDER)
    address = reverse("home:schools", args=[open_round.pk, cast.department.pk, "staff_trained_rate"])
    answer = sign_in(cast.department_officer).get(address)
    assert answer.status_code == 503
    assert "dựng lại số liệu" in answer.content.decode()
    assert ProcrastinateJob.objects.get().args == {"collection_id": open_round.pk}


def test_an_open_page_is_told_when_figures_changed(cast, open_round, sign_in):
    lay_out(collection_id=open_round.pk, at=AT)
    officer = sign_in(cast.department_officer)
    seen = stamp(written_at(open_round.period))

    def ask(moment):
        return officer.get(reverse("home:figures_news", args=[open_round.pk, cast.department.pk, moment])).status_code

    assert ask(seen) == 204
    assert ask(0) == 200


def test_the_page_of_figures_costs_the_same_with_more_reports(cast, open_round, sign_in):
    officer = sign_in(cast.department_officer)
    address = reverse("home:figures", args=[open_round.pk, cast.department.pk])

    def cost():
        lay_out(collection_id=open_round.pk, at=AT)
        with CaptureQueriesContext(connection) as seen:
            assert officer.get(address).status_code == 200
        return len(seen)

    before = cost()
    a_sent_report(cast, open_round)
    accept(cast, open_round)
    assert cost() == before


def test_the_limits_are_open_to_everyone(client, db):
    page = client.get(reverse("home:limits")).content.decode()
    assert "Không thu thập, dò tìm" in page
    assert "Kỷ luật học sinh chỉ được đếm theo loại và theo năm" in page


def test_indicators_speak_the_readers_language(cast, open_round):
    from django.utils import translation

    indicator = Indicator.objects.get(code="staff_trained_rate")
    with translation.override("en"):
        assert indicator.short_name == indicator.short_name_en != indicator.short_name_vi


def test_an_office_younger_than_the_round_has_a_page_without_figures(cast, open_round, sign_in):
    lay_out(collection_id=open_round.pk, at=AT)
    new = NewUnit("Xã Mới", UnitKind.COMMUNE, cast.department.pk)
    commune = open_unit(new=new, decision="NQ 1", on=date(2025, 6, 10), by=None, at=AT)
    officer = sign_in(cast.department_officer)
    for name, more in (("home:figures", []), ("home:schools", ["staff_trained_rate"])):
        page = officer.get(reverse(name, args=[open_round.pk, commune.pk, *more]))
        assert page.status_code == 200
        assert "Xã Mới" in page.content.decode()


def test_only_who_may_see_the_list_is_led_to_it(cast, open_round, sign_in):
    lay_out(collection_id=open_round.pk, at=AT)
    listed = reverse("reporting:not_received", args=[open_round.pk])
    of_school = reverse("home:figures", args=[open_round.pk, cast.school.pk])
    assert listed in sign_in(cast.department_officer).get(of_school).content.decode()
    assert listed not in sign_in(cast.principal).get(of_school).content.decode()

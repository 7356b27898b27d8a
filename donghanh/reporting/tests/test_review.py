"""Reviewing as the district officer does it; and what becomes of it when the district ends."""

from __future__ import annotations

from datetime import date

import pytest
from django.urls import reverse

from donghanh.organisations.actions import close_unit, transfer
from donghanh.organisations.tests.factories import AT as TREE_AT
from donghanh.reporting import actions
from donghanh.reporting.choices import State
from donghanh.reporting.models import FactChange, Remark, Transition
from donghanh.reporting.tests.factories import a_sent_report, an_accepted_report, an_open_round, report_of

pytestmark = pytest.mark.usefixtures("on_demo_day")


@pytest.fixture
def open_round(cast):
    return an_open_round(cast)


@pytest.fixture
def report(cast, open_round):
    a_sent_report(cast, open_round)
    return report_of(cast.school, open_round)


def decide(client, report, move, *, version=1, **more):
    return client.post(reverse("reporting:review", args=[report.pk]), {"move": move, "version": version, **more})


def test_what_waits_is_listed_for_its_own_office_alone(cast, report, sign_in):
    assert (
        "Trường TH&amp;THCS Ân Nghĩa"
        in sign_in(cast.district_officer).get(reverse("reporting:waiting")).content.decode()
    )
    assert "Ân Nghĩa" not in sign_in(cast.other_district_officer).get(reverse("reporting:waiting")).content.decode()
    assert "Ân Nghĩa" not in sign_in(cast.department_officer).get(reverse("reporting:waiting")).content.decode()


def test_acceptance_moves_the_state_logs_it_and_marks_the_figures(cast, report, sign_in):
    FactChange.objects.all().delete()
    assert decide(sign_in(cast.district_officer), report, "accept").status_code == 302
    report.refresh_from_db()
    assert report.state == State.ACCEPTED
    assert [(t.move, t.by) for t in Transition.objects.order_by("pk")] == [
        ("send", cast.teacher),
        ("accept", cast.district_officer),
    ]
    assert FactChange.objects.get().collection == report.expected.collection


def test_return_needs_a_word_and_keeps_the_remark_at_its_field(cast, report, sign_in):
    officer = sign_in(cast.district_officer)
    silent = decide(officer, report, "return")
    assert silent.status_code == 409
    assert "Cần ít nhất một nhận xét" in silent.content.decode()
    assert decide(officer, report, "return", **{"remark-collaborators": "  Ghi cả học sinh?  "}).status_code == 302
    report.refresh_from_db()
    assert report.state == State.RETURNED
    assert [(r.item, r.text) for r in Remark.objects.all()] == [("collaborators", "Ghi cả học sinh?")]


def test_a_stale_page_cannot_accept_what_it_did_not_show(cast, report, sign_in):
    answer = decide(sign_in(cast.district_officer), report, "accept", version=7)
    assert answer.status_code == 409
    assert "bản mới hơn" in answer.content.decode()
    report.refresh_from_db()
    assert report.state == State.SUBMITTED


def test_the_department_reads_but_the_district_decides(cast, report, sign_in):
    answer = decide(sign_in(cast.department_officer), report, "accept")
    assert answer.status_code == 409
    assert "cơ quan khác duyệt" in answer.content.decode()


def test_who_may_not_decide_is_led_to_the_report(cast, report, sign_in):
    answer = sign_in(cast.department_officer).get(reverse("reporting:review", args=[report.pk]), follow=True)
    assert answer.redirect_chain == [(reverse("reporting:report", args=[report.pk]), 302)]
    assert "cơ quan khác duyệt" in answer.content.decode()


def test_a_sibling_district_finds_nothing(cast, report, sign_in):
    assert decide(sign_in(cast.other_district_officer), report, "accept").status_code == 404


def test_accepted_twice_is_refused(cast, open_round, sign_in):
    an_accepted_report(cast, open_round)
    answer = decide(sign_in(cast.district_officer), report_of(cast.school, open_round), "accept")
    assert answer.status_code == 409
    assert "đã được duyệt" in answer.content.decode()


def reform(cast):
    """1 July 2025: the district ends, its commune goes to the Department."""
    order = {"decision": "NQ 202/2025/QH15", "on": date(2025, 7, 1), "by": None, "at": TREE_AT}
    transfer(units=[cast.commune.pk], to=cast.department.pk, **order)
    close_unit(unit=cast.lac_son.pk, **order)


def test_an_old_tab_after_the_reform_is_told_and_changes_nothing(cast, report, sign_in, settings):
    tab = sign_in(cast.district_officer)
    reform(cast)
    settings.DEMO_DAY = "2025-07-02"
    answer = decide(tab, report, "accept")
    assert answer.status_code == 403
    assert "30/6/2025" in answer.content.decode()
    report.refresh_from_db()
    assert report.state == State.SUBMITTED


def test_after_the_reform_open_reports_go_to_the_office_above(cast, sign_in, settings):
    later = an_open_round(cast, closes_on=date(2025, 7, 10))
    a_sent_report(cast, later)
    reform(cast)
    assert actions.reroute(on=date(2025, 6, 30), at=TREE_AT) == 0
    assert actions.reroute(on=date(2025, 7, 1), at=TREE_AT) == 2  # the school's and the preschool's
    settings.DEMO_DAY = "2025-07-02"
    report = report_of(cast.school, later)
    assert report.expected.reviewer == cast.department
    assert decide(sign_in(cast.department_officer), report, "accept").status_code == 302


def test_a_sent_report_is_not_stranded_when_its_round_is_closed(cast, report):
    """Sent on 16 June, the round closes on 28 June, the district ends on 1 July: the office above decides."""
    reform(cast)
    assert actions.reroute(on=date(2025, 7, 1), at=TREE_AT) == 1
    report.refresh_from_db()
    assert report.expected.reviewer == cast.department


def test_a_school_that_changes_district_takes_its_report_along(cast, report, sign_in):
    order = {"decision": "QĐ 12", "on": date(2025, 6, 10), "by": None, "at": TREE_AT}
    transfer(units=[cast.school.pk], to=cast.kim_boi.pk, **order)
    assert actions.reroute(on=date(2025, 6, 16), at=TREE_AT) == 1
    assert decide(sign_in(cast.district_officer), report, "accept").status_code == 404
    assert decide(sign_in(cast.other_district_officer), report, "accept").status_code == 302


def test_lists_cost_the_same_for_one_row_and_for_three(cast, open_round, sign_in, django_assert_num_queries):
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    officer = sign_in(cast.department_officer)
    address = reverse("reporting:not_received", args=[open_round.pk])

    def cost(q):
        with CaptureQueriesContext(connection) as seen:
            page = officer.get(address, {"q": q}).content.decode()
        return len(seen), page.count("<tr") - 1

    one, three = cost("mam non"), cost("truong th")
    assert (one[1], three[1]) == (1, 3)
    assert one[0] == three[0]


def test_search_ignores_tone_marks_and_the_file_has_the_same_rows(cast, open_round, sign_in):
    officer = sign_in(cast.department_officer)
    address = reverse("reporting:not_received", args=[open_round.pk])
    found = officer.get(address, {"q": "an nghia"}).content.decode()
    assert "Mầm non Ân Nghĩa" in found
    assert "Vĩnh Tiến" not in found
    file = officer.get(address, {"q": "an nghia", "xuat": "xlsx"})
    assert file["Content-Type"].endswith("spreadsheetml.sheet")
    assert file.content[:2] == b"PK"


@pytest.mark.parametrize(
    "asked", ["per_page=-5", "per_page=0", "per_page=100000", "page=-1", "page=99999999999999999999"]
)
def test_an_odd_page_is_the_nearest_page(cast, open_round, sign_in, asked):
    page = sign_in(cast.department_officer).get(f"{reverse('reporting:not_received', args=[open_round.pk])}?{asked}")
    assert page.status_code == 200
    assert page.context["table"].paginator.per_page == 25


def test_the_file_is_of_the_rows_that_were_searched(cast, open_round, sign_in):
    page = sign_in(cast.department_officer).get(
        reverse("reporting:not_received", args=[open_round.pk]), {"q": "a&b #c"}
    )
    assert page.context["table"].export_url == "?q=a%26b+%23c&xuat=xlsx"


def test_a_remark_that_is_too_long_is_said_and_stays_on_the_page(cast, report, sign_in):
    words = {"remark-collaborators": "dài " * 300, "reason": "Xem lại"}
    answer = decide(sign_in(cast.district_officer), report, "return", **words)
    assert answer.status_code == 409
    page = answer.content.decode()
    assert "quá dài" in page
    assert ("dài " * 300).strip() in page
    report.refresh_from_db()
    assert report.state == State.SUBMITTED

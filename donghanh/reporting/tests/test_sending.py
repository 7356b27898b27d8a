"""Filling in and sending, as the teacher does it through the browser's requests; every bad input has its sentence."""

from __future__ import annotations

import uuid
from concurrent.futures import ThreadPoolExecutor

import pytest
from django.db import DatabaseError, connection, connections, transaction
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from donghanh.reporting import actions
from donghanh.reporting.choices import State
from donghanh.reporting.models import SubmissionVersion, Transition, kept
from donghanh.reporting.tests.factories import (
    AT,
    a_sent_report,
    an_accepted_report,
    an_open_round,
    filled,
    report_of,
    return_with,
)

pytestmark = pytest.mark.usefixtures("on_demo_day")


@pytest.fixture
def open_round(cast):
    return an_open_round(cast)


@pytest.fixture
def report(cast, open_round):
    return report_of(cast.school, open_round)


def post(client, report, typed, *, revision=0, key=None, to="fill"):
    hidden = {"revision": str(revision), "client_key": str(key or uuid.uuid4())}
    return client.post(reverse(f"reporting:{to}", args=[report.pk]), typed | hidden)


def save(client, report, *, was=None, **boxes):
    """Autosave as the page's script does it: the boxes that changed, with what stood there before."""
    changes = {box: [(was or {}).get(box, ""), text] for box, text in boxes.items()}
    asked = {"revision": 0, "changes": changes}
    return client.post(reverse("reporting:save", args=[report.pk]), asked, content_type="application/json")


def nothing_was_sent(report):
    report.refresh_from_db()
    return (
        report.state == State.DRAFT
        and report.latest is None
        and not SubmissionVersion.objects.exists()
        and not Transition.objects.exists()
    )


def test_a_complete_sheet_is_sent_with_a_receipt(cast, report, sign_in):
    teacher = sign_in(cast.teacher)
    answer = post(teacher, report, filled())
    assert answer.status_code == 302
    report.refresh_from_db()
    version = report.latest
    cells = [cell.code for cell in report.expected.collection.form_version.definition.cells]
    numbers = dict(zip(cells, version.numbers, strict=True))
    assert numbers["staff_in_scope[TH]"] == 10
    assert numbers["staff_in_scope[MN]"] is None
    assert numbers["schools_with_outreach"] == 1
    assert version.texts == {"team_decision": "12/QĐ-NT ngày 5/10/2024"}
    page = teacher.get(answer.url).content.decode()
    assert version.sha256[:12] in page
    assert "Hà Thị Đỗ" in page
    assert "Chờ duyệt" in page


def test_a_sending_costs_one_row_and_at_most_eight_queries(cast, report, sign_in):
    teacher = sign_in(cast.teacher)
    with CaptureQueriesContext(connection) as seen:
        answer = post(teacher, report, filled())
    assert answer.status_code == 302
    asked = [q["sql"] for q in seen if not q["sql"].startswith(("SAVEPOINT", "RELEASE"))]  # the test's own transaction
    assert len(asked) <= 8, "\n".join(asked)
    assert SubmissionVersion.objects.count() == 1


def test_the_same_sending_twice_is_one(cast, report, sign_in):
    teacher, key = sign_in(cast.teacher), uuid.uuid4()
    assert post(teacher, report, filled(), key=key).status_code == 302
    assert post(teacher, report, filled(), key=key).status_code == 302
    assert SubmissionVersion.objects.count() == 1


@pytest.mark.parametrize("returned", [True, False])
def test_a_page_from_the_history_is_not_taken_for_the_same_sending(cast, open_round, report, sign_in, returned):
    """The browser's Back shows the sheet with its old key: a change there must not be thanked for and dropped."""
    teacher, key = sign_in(cast.teacher), uuid.uuid4()
    assert post(teacher, report, filled(), key=key).status_code == 302
    if returned:
        return_with(cast, open_round, collaborators="Đếm lại")
    answer = post(teacher, report, filled(collaborators="9"), key=key)
    assert answer.status_code == 409
    assert SubmissionVersion.objects.count() == 1


def test_a_sending_can_never_be_changed(cast, open_round):
    version = a_sent_report(cast, open_round)
    with pytest.raises(DatabaseError, match="permission denied"), transaction.atomic():
        SubmissionVersion.objects.filter(pk=version.pk).update(counts=[])
    with pytest.raises(DatabaseError, match="permission denied"), transaction.atomic():
        connection.cursor().execute("DELETE FROM reporting_submissionversion")


BAD = [
    ("letters", {"briefing_attendees": "ba mươi"}, "không phải là số"),
    ("negative", {"briefing_attendees": "-5"}, "nhỏ hơn 0"),
    ("decimal comma", {"briefing_attendees": "12,5"}, "số nguyên"),
    ("decimal point", {"briefing_attendees": "12.5"}, "số nguyên"),
    ("more than the staff", {"staff_in_scope[TH]": "60", "staff_trained[TH]": "9"}, "lớn hơn số cán bộ"),
    ("more trained than there are", {"staff_trained[TH]": "11"}, "lớn hơn số người làm công tác này"),
    ("an empty box", {"collaborators": ""}, "Chưa điền ô này"),
    ("a neither yes nor no", {"schools_with_outreach": "maybe"}, "Chọn Có hoặc Không"),
    ("a team without its decision", {"team_decision": ""}, "số quyết định"),
]


@pytest.mark.parametrize(("name", "changes", "sentence"), BAD, ids=[name for name, *_ in BAD])
def test_bad_input_has_a_sentence_and_nothing_is_sent(cast, report, sign_in, name, changes, sentence):
    answer = post(sign_in(cast.teacher), report, filled(**changes))
    assert answer.status_code == 422
    page = answer.content.decode()
    assert sentence in page
    assert all(
        f'value="{text}"' in page for text in changes.values() if text and text != "maybe"
    )  # nothing typed is lost
    assert nothing_was_sent(report)


@pytest.mark.parametrize("written", ["1.200", "1,200", "1 200", "1200"])
def test_thousands_are_understood_as_written(cast, report, sign_in, written):
    post(sign_in(cast.teacher), report, filled(content_published=written))
    report.refresh_from_db()
    cells = [cell.code for cell in report.expected.collection.form_version.definition.cells]
    assert report.latest.numbers[cells.index("content_published")] == 1200


def test_a_second_tab_is_told_and_overwrites_nothing(cast, report, sign_in):
    first, second = sign_in(cast.teacher), sign_in(cast.teacher)
    assert post(first, report, {"collaborators": "7"}, to="save_by_hand").status_code == 302
    answer = post(second, report, {"collaborators": "9"}, to="save_by_hand")
    assert answer.status_code == 409
    assert "cửa sổ khác" in answer.content.decode()
    assert 'value="9"' in answer.content.decode()  # what was typed stays on the page
    sending = post(second, report, filled())
    assert sending.status_code == 409
    assert "cửa sổ khác" in sending.content.decode()
    report.refresh_from_db()
    assert report.draft == {"collaborators": "7"}
    assert nothing_was_sent(report)


def test_a_draft_keeps_what_was_typed_even_if_wrong(cast, report, sign_in):
    teacher = sign_in(cast.teacher)
    saved = save(teacher, report, collaborators="bảy", briefings_held="2")
    assert saved.json()["revision"] == 1
    page = teacher.get(reverse("reporting:fill", args=[report.pk])).content.decode()
    assert 'value="bảy"' in page
    assert "không phải là số" in page


def test_after_the_close_a_sending_is_refused(cast, report, sign_in, settings):
    settings.DEMO_DAY = "2025-06-29"
    answer = post(sign_in(cast.teacher), report, filled())
    assert answer.status_code == 409
    assert "nhận đến hết ngày 28/6/2025, nay đã đóng" in answer.content.decode()
    assert nothing_was_sent(report)


def test_a_returned_report_can_be_mended_after_the_close(cast, open_round, report, sign_in, settings):
    """The office asked for it: the close is for those who had not sent."""
    a_sent_report(cast, open_round)
    return_with(cast, open_round, collaborators="Ghi cả học sinh?")
    settings.DEMO_DAY = "2025-07-05"
    teacher = sign_in(cast.teacher)
    assert "Sửa và gửi lại" in teacher.get(reverse("home:my_work")).content.decode()
    assert post(teacher, report, filled(collaborators="4"), revision=1).status_code == 302
    assert SubmissionVersion.objects.count() == 2


def test_the_key_of_another_report_is_no_bar(cast, open_round, report, sign_in):
    key = uuid.uuid4()
    assert post(sign_in(cast.teacher), report, filled(), key=key).status_code == 302
    other = report_of(cast.sibling, open_round)
    assert post(sign_in(cast.other_teacher), other, filled("THCS"), key=key).status_code == 302
    assert SubmissionVersion.objects.count() == 2


def test_before_the_opening_it_is_refused(cast, report, sign_in, settings):
    settings.DEMO_DAY = "2025-05-01"
    answer = post(sign_in(cast.teacher), report, filled())
    assert answer.status_code == 409
    assert "mở từ ngày 12/5/2025" in answer.content.decode()
    assert nothing_was_sent(report)


def test_the_principal_of_another_school_finds_nothing(cast, report, sign_in):
    for page in ("report", "fill", "versions"):
        assert sign_in(cast.other_teacher).get(reverse(f"reporting:{page}", args=[report.pk])).status_code in (403, 404)
    assert post(sign_in(cast.other_teacher), report, filled()).status_code == 404
    assert nothing_was_sent(report)


def test_an_officer_may_read_but_not_fill(cast, report, sign_in):
    assert post(sign_in(cast.department_officer), report, filled()).status_code == 403
    district = sign_in(cast.district_officer)  # fills the report of its own office alone
    assert "Chỉ người được giao của chính đơn vị" in post(district, report, filled()).content.decode()
    assert district.get(reverse("reporting:fill", args=[report.pk])).status_code == 302
    assert nothing_was_sent(report)


def test_a_sent_report_is_not_sent_over(cast, open_round, report, sign_in):
    a_sent_report(cast, open_round)
    answer = post(sign_in(cast.teacher), report, filled(), revision=1)
    assert answer.status_code == 409
    assert "đang chờ duyệt" in answer.content.decode()
    assert SubmissionVersion.objects.count() == 1


def test_a_returned_report_shows_the_remark_at_the_field_and_is_mended(cast, open_round, report, sign_in):
    a_sent_report(cast, open_round, briefing_attendees="380")
    return_with(cast, open_round, briefing_attendees="Trường chỉ có 40 người, đề nghị kiểm tra.")
    teacher = sign_in(cast.teacher)
    assert "Trường chỉ có 40 người" in teacher.get(reverse("reporting:fill", args=[report.pk])).content.decode()
    assert post(teacher, report, filled(briefing_attendees="38"), revision=1).status_code == 302
    compared = teacher.get(reverse("reporting:versions", args=[report.pk])).content.decode()
    assert "380" in compared
    assert "đã sửa" in compared
    assert [v.number for v in SubmissionVersion.objects.order_by("number")] == [1, 2]


def test_last_years_figures_stand_beside_the_boxes(cast, sign_in, settings):
    settings.DEMO_DAY = "2024-06-16"
    before = an_open_round(cast, year=2023)
    sheet = report_of(cast.school, before)
    assert post(sign_in(cast.teacher), sheet, filled(collaborators="4")).status_code == 302
    settings.DEMO_DAY = "2025-06-16"
    now = an_open_round(cast)
    page = sign_in(cast.teacher).get(reverse("reporting:fill", args=[report_of(cast.school, now).pk])).content.decode()
    assert "kỳ trước 4" in page


def test_expected_reports_come_from_the_tree_as_it_was(cast, open_round):
    owed = {row.unit_id: row.reviewer_id for row in open_round.expected.all()}
    assert owed == {
        cast.school.pk: cast.lac_son.pk,
        cast.preschool.pk: cast.lac_son.pk,
        cast.sibling.pk: cast.kim_boi.pk,
        cast.direct.pk: cast.department.pk,
    }


def test_saving_after_acceptance_is_refused(cast, open_round, report, sign_in):
    an_accepted_report(cast, open_round)
    answer = save(sign_in(cast.teacher), report, collaborators="9")
    assert answer.status_code == 409
    assert "đã được duyệt" in answer.json()["sentence"]


def test_a_seal_is_the_same_for_the_same_content(cast, open_round):
    version = a_sent_report(cast, open_round)
    report = version.submission
    key = version.client_key
    assert actions.seal(report, version.numbers, version.texts, client_key=key) == version.sha256
    assert actions.seal(report, version.numbers, {"team_decision": "khác"}, client_key=key) != version.sha256
    assert actions.seal(report, version.numbers, version.texts) != version.sha256  # not found by trying small numbers


def test_a_text_that_is_far_too_long_stays_on_the_page(cast, report, sign_in):
    answer = post(sign_in(cast.teacher), report, filled(difficulties="x" * 4001))
    assert answer.status_code == 422
    assert "x" * 4001 in answer.content.decode()
    assert nothing_was_sent(report)


@pytest.mark.django_db(transaction=True)
def test_a_double_press_is_one_sending_and_both_see_it(cast, report, sign_in):
    """Of presses at the same moment one makes the sending, the others find what it sent."""
    key, teachers = uuid.uuid4(), [sign_in(cast.teacher) for _ in range(6)]

    def press(teacher):
        try:
            return post(teacher, report, filled(), key=key).status_code
        finally:
            connections.close_all()

    with ThreadPoolExecutor(len(teachers)) as pool:
        assert list(pool.map(press, teachers)) == [302] * len(teachers)
    assert SubmissionVersion.objects.count() == 1


@pytest.mark.parametrize(
    ("numbers", "whole"),
    [([1.0, None, 2147483647.0], True), ([], True), ([0.5, None], False), ([2147483648.0], False), ([-0.0], False)],
)
def test_numbers_come_back_as_they_were_however_they_are_kept(cast, numbers, whole):
    """Whole numbers lie in four bytes each; a fraction, a large amount or -0 (its seal tells it from 0) in eight."""
    report = report_of(cast.school, an_open_round(cast))
    version = SubmissionVersion.objects.create(
        submission=report,
        number=1,
        **kept(numbers),
        client_key=uuid.uuid4(),
        sha256="",
        sent_at=AT,
        sent_by=cast.teacher,
    )
    assert (version.counts is None) != whole
    for row in (version, SubmissionVersion.objects.get()):
        assert [repr(number) for number in row.numbers] == [repr(number) for number in numbers]

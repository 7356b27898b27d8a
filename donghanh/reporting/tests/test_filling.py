"""Filling together, sending by script, evidence and receipts, as requests of the browser make them."""

from __future__ import annotations

import uuid
from concurrent.futures import ThreadPoolExecutor
from datetime import date, timedelta
from http import HTTPStatus

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection, connections
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from donghanh.files.tests.test_uploads import a_picture
from donghanh.organisations.actions import merge
from donghanh.periods.actions import set_school_year
from donghanh.questionnaires.actions import load_form
from donghanh.reporting import actions, queries
from donghanh.reporting.models import Evidence, SubmissionVersion, Transition
from donghanh.reporting.tests.factories import (
    AT,
    TODAY,
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


def save(client, report, changes):
    asked = {"revision": 0, "changes": changes}
    return client.post(reverse("reporting:save", args=[report.pk]), asked, content_type="application/json")


def send(client, report, typed, *, revision=0, key=None):
    asked = {"revision": revision, "client_key": str(key or uuid.uuid4()), "typed": typed}
    return client.post(reverse("reporting:send", args=[report.pk]), asked, content_type="application/json")


# ── two people on one form ──


def test_two_people_fill_different_boxes_and_see_each_other(cast, report, sign_in):
    teacher, principal = sign_in(cast.teacher), sign_in(cast.principal)
    assert save(teacher, report, {"collaborators": ["", "4"]}).status_code == 200
    told = save(principal, report, {"briefings_held": ["", "2"]}).json()
    assert told["draft"] == {"collaborators": "4", "briefings_held": "2"}
    assert told["clashes"] == {}


def test_the_same_box_is_a_choice_of_three_with_name_and_time(cast, report, sign_in):
    teacher, principal = sign_in(cast.teacher), sign_in(cast.principal)
    save(teacher, report, {"collaborators": ["", "4"]})
    save(principal, report, {"collaborators": ["4", "5"]})
    told = save(teacher, report, {"collaborators": ["4", "6"], "briefings_held": ["", "2"]}).json()
    clash = told["clashes"]["collaborators"]
    assert (clash["theirs"], clash["was"], clash["by"]) == ("5", "4", "Lê Minh Đức")
    assert "16/6/2025" in clash["at"]
    assert told["draft"] == {"collaborators": "5", "briefings_held": "2"}  # the other box was taken
    assert (
        save(teacher, report, {"collaborators": ["5", "6"]}).json()["draft"]["collaborators"] == "6"
    )  # mine, knowingly


def test_an_open_sheet_hears_of_changes_and_pays_little_where_there_are_none(cast, report, sign_in):
    teacher, principal = sign_in(cast.teacher), sign_in(cast.principal)
    save(principal, report, {"collaborators": ["", "4"]})
    told = teacher.get(reverse("reporting:news", args=[report.pk, 0])).json()
    assert told["draft"] == {"collaborators": "4"}
    assert told["writer"] == "Lê Minh Đức"
    with CaptureQueriesContext(connection) as seen:
        answer = teacher.get(reverse("reporting:news", args=[report.pk, told["revision"]]))
    assert answer.status_code == 204
    assert len([q for q in seen if "reporting_submission" in q["sql"]]) == 1
    own = principal.get(reverse("reporting:news", args=[report.pk, 0])).json()
    assert own["writer"] == ""  # nobody else is there


@pytest.mark.parametrize(
    "body", ["", "[]", "null", '{"revision": 0, "changes": [1]}', '{"revision": 0, "changes": {"collaborators": "4"}}']
)
def test_a_body_that_makes_no_sense_has_a_sentence(cast, report, sign_in, body):
    address = reverse("reporting:save", args=[report.pk])
    answer = sign_in(cast.teacher).post(address, body, content_type="application/json")
    assert answer.status_code == 422
    assert answer.json()["sentence"]
    report.refresh_from_db()
    assert report.draft == {}


def test_boxes_that_the_form_has_not_are_not_kept(cast, report, sign_in):
    save(sign_in(cast.teacher), report, {"nothing_of_ours": ["", "4"], "collaborators": ["", "4"]})
    report.refresh_from_db()
    assert report.draft == {"collaborators": "4"}


# ── sending by script ──


def test_a_sending_from_the_device_has_its_receipt_and_a_retry_is_the_same(cast, report, sign_in):
    teacher, key = sign_in(cast.teacher), uuid.uuid4()
    first, second = (send(teacher, report, filled(), key=key).json() for _ in range(2))
    assert first == second
    version = SubmissionVersion.objects.get()
    assert first["receipt"] == queries.receipt_number(version)


@pytest.mark.parametrize(
    ("typed", "sentence"),
    [("ba mươi", "không phải là số"), ("-5", "nhỏ hơn 0"), ("1" + "0" * 18, "lớn"), ("12,5", "số nguyên")],
)
def test_bad_input_through_the_device_door_has_its_sentence_at_the_box(cast, report, sign_in, typed, sentence):
    answer = send(sign_in(cast.teacher), report, filled(briefing_attendees=typed))
    assert answer.status_code == 422
    assert sentence in answer.json()["faults"]["briefing_attendees"]
    assert "chưa gửi được" in answer.json()["sentence"]
    nothing_stands(report)


def nothing_stands(report):
    report.refresh_from_db()
    assert (report.latest, report.draft, report.revision) == (None, {}, 0)
    assert not SubmissionVersion.objects.exists()
    assert not Transition.objects.exists()


def test_a_closed_round_takes_nothing_from_the_device(cast, report, sign_in, settings):
    settings.DEMO_DAY = "2025-06-29"
    answer = send(sign_in(cast.teacher), report, filled())
    assert answer.status_code == 409
    assert "nay đã đóng" in answer.json()["sentence"]
    nothing_stands(report)


def test_what_another_saved_meanwhile_is_not_sent_over(cast, report, sign_in):
    save(sign_in(cast.principal), report, {"collaborators": ["", "4"]})
    answer = send(sign_in(cast.teacher), report, filled())
    assert answer.status_code == 409
    assert answer.json()["moved"] is True
    assert not SubmissionVersion.objects.exists()


def test_a_unit_that_was_merged_yesterday_is_refused_with_nothing_half_way(cast, report, sign_in):
    """The page is still open in the browser; what it sends is refused on a page with a sentence."""
    teacher = sign_in(cast.teacher)
    teacher.get(reverse("reporting:fill", args=[report.pk]))
    into, yesterday = cast.preschool.pk, TODAY - timedelta(days=1)
    merge(sources=[cast.school.pk], into=into, decision="Quyết định 7", on=yesterday, by=None, at=AT)
    for answer in (send(teacher, report, filled()), save(teacher, report, {"collaborators": ["", "4"]})):
        assert answer.status_code == HTTPStatus.CONFLICT
        assert answer.json()["sentence"].startswith("Đơn vị")
    nothing_stands(report)


@pytest.mark.django_db(transaction=True)
def test_two_devices_sending_at_once_make_one_sending(cast, report, sign_in):
    """Two people, two keys, the same moment: one is taken, the other is told."""
    people = [sign_in(cast.teacher), sign_in(cast.principal)] * 2

    def press(person):
        try:
            return send(person, report, filled()).status_code
        finally:
            connections.close_all()

    with ThreadPoolExecutor(len(people)) as pool:
        answers = sorted(pool.map(press, people))
    assert answers == [200, 409, 409, 409]
    assert SubmissionVersion.objects.count() == 1
    assert Transition.objects.count() == 1


def wide(items):
    """A form of so many numbers."""
    section = {"code": "s", "vi": "Phần", "en": "Part"}
    listed = [{"code": f"n{i}", "kind": "integer", "vi": f"Số {i}", "en": f"Number {i}"} for i in range(items)]
    return {"code": f"wide{items}", "vi": "Biểu rộng", "en": "Wide form", "sections": [section | {"items": listed}]}


@pytest.mark.parametrize("items", [10, 300])
@pytest.mark.parametrize("door", ["page", "script"])
def test_a_sending_costs_eight_queries_however_many_items(cast, sign_in, items, door):
    """The whole request, sign-in included."""
    collection = actions.open_collection(
        form_version=load_form(wide(items), at=AT),
        period=set_school_year(first_day=date(2024, 9, 5), last_day=date(2025, 5, 31)),
        owner=cast.department, opens_on=TODAY, due_on=TODAY, closes_on=TODAY + timedelta(days=9), by=None, at=AT,
    )  # fmt: skip
    report, teacher = report_of(cast.school, collection), sign_in(cast.teacher)
    typed = {f"n{i}": "1" for i in range(items)}
    with CaptureQueriesContext(connection) as seen:
        if door == "page":
            hidden = {"revision": "0", "client_key": str(uuid.uuid4())}
            answer = teacher.post(reverse("reporting:fill", args=[report.pk]), typed | hidden)
        else:
            answer = send(teacher, report, typed)
    assert answer.status_code == {"page": 302, "script": 200}[door]
    asked = [q["sql"] for q in seen if not q["sql"].startswith(("SAVEPOINT", "RELEASE"))]
    assert len(asked) <= 8, "\n".join(asked)


# ── notes and evidence ──


def test_words_at_a_cell_are_kept_sent_and_sealed(cast, report, sign_in):
    teacher = sign_in(cast.teacher)
    save(teacher, report, {"note:collaborators": ["", "Đếm cả bảo vệ"]})
    report.refresh_from_db()
    assert report.draft == {"note:collaborators": "Đếm cả bảo vệ"}
    said = filled() | {"note:collaborators": " Đếm cả  bảo vệ "}
    assert send(teacher, report, said, revision=1).status_code == 200
    version = SubmissionVersion.objects.get()
    assert version.notes == {"note:collaborators": "Đếm cả bảo vệ"}
    sealed = {"numbers": version.numbers, "texts": version.texts, "evidence": version.evidence}
    sealed["client_key"] = version.client_key
    assert actions.seal(version.submission, notes=version.notes, **sealed) == version.sha256
    assert actions.seal(version.submission, notes={}, **sealed) != version.sha256


def put(client, report, item, content, name="anh.jpg"):
    file = SimpleUploadedFile(name, content)
    address = reverse("reporting:add_evidence", args=[report.pk])
    return client.post(address, {"item": item, f"file-{item}": file}, follow=True)


def test_a_file_that_was_never_sent_is_the_units_own(cast, report, sign_in):
    teacher = sign_in(cast.teacher)
    put(teacher, report, "briefings_held", a_picture("JPEG"))
    (row,) = queries.evidence_visible_to(cast.teacher, on=TODAY)
    assert list(queries.evidence_visible_to(cast.district_officer, on=TODAY)) == []
    address = reverse("reporting:evidence_file", args=[row.pk])
    assert sign_in(cast.district_officer).get(address).status_code == 404


def test_evidence_stands_beside_its_item_and_in_the_sending(cast, report, sign_in):
    teacher = sign_in(cast.teacher)
    assert "Đã thêm minh chứng" in put(teacher, report, "briefings_held", a_picture("JPEG")).content.decode()
    row = Evidence.objects.get()
    assert send(teacher, report, filled()).status_code == 200
    version = SubmissionVersion.objects.get()
    named = [{"id": row.pk, "name": "anh.jpg", "sha256": row.file.sha256}]
    assert version.evidence == {"briefings_held": named}
    sealed = {"numbers": version.numbers, "texts": version.texts, "client_key": version.client_key}
    assert actions.seal(version.submission, evidence=version.evidence, **sealed) == version.sha256
    assert actions.seal(version.submission, **sealed) != version.sha256
    address = reverse("reporting:evidence_file", args=[row.pk])
    assert list(queries.evidence_visible_to(cast.district_officer, on=TODAY)) == [row]
    assert address in teacher.get(reverse("reporting:report", args=[report.pk])).content.decode()
    answer = sign_in(cast.district_officer).get(address)
    assert answer.headers["Content-Disposition"].startswith("attachment")
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    assert b"".join(answer.streaming_content)
    answer.close()


def test_a_stranger_does_not_open_evidence(cast, report, sign_in):
    put(sign_in(cast.teacher), report, "briefings_held", a_picture("JPEG"))
    address = reverse("reporting:evidence_file", args=[Evidence.objects.get().pk])
    assert sign_in(cast.other_teacher).get(address).status_code == 404


def test_what_is_taken_from_the_draft_stays_with_what_was_sent(cast, open_round, report, sign_in):
    teacher = sign_in(cast.teacher)
    put(teacher, report, "briefings_held", a_picture("JPEG"))
    send(teacher, report, filled())
    return_with(cast, open_round, collaborators="Đếm lại")
    row = Evidence.objects.get()
    teacher.post(reverse("reporting:remove_evidence", args=[report.pk, row.pk]))
    assert send(teacher, report, filled(collaborators="4"), revision=1).status_code == 200
    first, second = SubmissionVersion.objects.order_by("number")
    assert [file["id"] for file in first.evidence["briefings_held"]] == [row.pk]
    assert second.evidence == {}
    answer = teacher.get(reverse("reporting:evidence_file", args=[row.pk]))
    assert answer.status_code == 200
    answer.close()


def test_a_hostile_or_eleventh_file_is_refused_at_its_item(cast, report, sign_in):
    teacher = sign_in(cast.teacher)
    page = put(teacher, report, "briefings_held", b"<svg onload='alert(1)'/>", "anh.png").content.decode()
    assert "Số hội nghị quán triệt kế hoạch: Chỉ nhận ảnh" in page
    for number in range(10):
        put(teacher, report, "briefings_held", f"%PDF-{number}".encode(), "a.pdf")
    assert "nhiều nhất 10 tệp" in put(teacher, report, "briefings_held", b"%PDF-x", "a.pdf").content.decode()
    assert Evidence.objects.count() == 10


# ── receipts ──


def test_anyone_can_check_a_receipt_and_reads_no_name_and_no_figure(cast, open_round, client):
    version = a_sent_report(cast, open_round, content_published="4321")
    address = reverse("reporting_root:receipt")
    page = client.get(address, {"so": queries.receipt_number(version).upper()}).content.decode()
    for word in ("TH&amp;THCS Ân Nghĩa", "Đã nhận, đang duyệt", "2024–2025", version.sha256, "08:00 16/6/2025"):
        assert word in page
    for word in (cast.teacher.full_name, "4321", "4.321"):
        assert word not in page
    posted = client.post(address, {"so": f" {queries.receipt_number(version)} "})
    assert version.sha256 in posted.content.decode()


def test_a_receipt_follows_its_sending(cast, open_round, client):
    number = queries.receipt_number(an_accepted_report(cast, open_round))
    assert "Đã duyệt" in client.get(reverse("reporting_root:receipt"), {"so": number}).content.decode()


def test_an_older_sending_says_that_there_is_a_newer(cast, open_round, client, sign_in):
    number = queries.receipt_number(a_sent_report(cast, open_round))
    return_with(cast, open_round, collaborators="Đếm lại")
    address = reverse("reporting_root:receipt")
    assert "Đã trả lại để sửa" in client.get(address, {"so": number}).content.decode()
    a_sent_report(cast, open_round, collaborators="4")
    assert "đã gửi bản mới hơn" in client.get(address, {"so": number}).content.decode()


@pytest.mark.parametrize("wrong", ["000001-0123456789ab", "abc", "1", "'; DROP", "9" * 59, "000001-%%%%%%%%%%%%"])
def test_a_wrong_number_has_a_sentence(cast, open_round, client, wrong):
    a_sent_report(cast, open_round)
    page = client.get(reverse("reporting_root:receipt"), {"so": wrong}).content.decode()
    assert "Không có biên nhận nào mang số này" in page


def test_guessing_is_slowed_down(client, db, monkeypatch):
    from donghanh.reporting import views_receipts

    monkeypatch.setattr(views_receipts, "MOST_TRIES", 3)
    address = reverse("reporting_root:receipt")
    answers = [client.get(address, {"so": f"00000{n}-0123456789ab"}).status_code for n in range(5)]
    assert answers == [200, 200, 200, 429, 429]


# ── what the device keeps ──


def test_a_kept_page_says_whose_it_is(cast, report, sign_in):
    for name, arguments in (("fill", [report.pk]), ("owed", [])):
        answer = sign_in(cast.teacher).get(reverse(f"reporting:{name}", args=arguments))
        assert answer.headers["X-Kept-For"] == str(cast.teacher.pk)


def test_the_worker_stands_at_the_root_and_names_its_files(client, db):
    answer = client.get("/sw.js")
    assert answer.headers["Service-Worker-Allowed"] == "/"
    script = answer.content.decode()
    for name in ("questionnaires/fill.js", "reporting/autosave.js", "dh/tokens.css", "be-vietnam-pro-latin-400"):
        assert name in script
    assert "export " not in script.replace("// the word `export`", "")

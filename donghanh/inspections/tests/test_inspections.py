"""A visit by a checklist, pictures without their place, findings that end by proof and re-check or stay open."""

from __future__ import annotations

import io
import re
from datetime import date, timedelta
from uuid import uuid4

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import DatabaseError, IntegrityError, connection, transaction
from django.urls import reverse
from PIL import Image

from donghanh.files.queries import content_of
from donghanh.inspections import actions, queries, rules
from donghanh.inspections import actions_findings as findings
from donghanh.inspections.choices import State, VisitState
from donghanh.inspections.models import Feedback, FindingMove, InspectionFinding, ProofFile, Visit
from donghanh.inspections.scores import overall, scores_of
from donghanh.inspections.tests.factories import a_finding, a_picture, a_visit, recorded
from donghanh.kernel.verdict import Refused
from donghanh.organisations.tests.factories import AT
from donghanh.periods.actions import set_school_year

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("on_demo_day")]
TODAY = date(2025, 6, 16)


def test_planned_recorded_and_remarked_on(cast):
    visit = recorded(cast, a_visit(cast))
    assert (visit.state, visit.typed) == (VisitState.HELD, {"i_plan": "full", "i_lessons": "12"})
    answers = queries.answers_of(visit.checklist.definition, visit.typed)
    assert answers.faults == {}
    actions.remark_on(visit=visit, words="Nhất trí.", by=cast.principal, at=AT)
    with pytest.raises(Refused, match="Đơn vị đã ghi ý kiến"):
        recorded(cast, Visit.objects.get(pk=visit.pk))


def test_the_checklists_own_checks_speak(cast, sign_in):
    visit = recorded(cast, a_visit(cast), typed={"i_in_scope": "5", "i_trained": "7"})
    page = sign_in(cast.district_officer).get(reverse("inspections:visit", args=[visit.pk])).text
    assert "Số đã bồi dưỡng (7) lớn hơn số thuộc diện bồi dưỡng (5)." in page


def test_a_second_visit_in_a_year_is_told_and_not_forbidden(cast, sign_in):
    a_visit(cast)
    assert rules.plan_warnings([cast.school.pk, cast.preschool.pk], date(2025, 9, 1)) == [
        "1 đơn vị đã có cuộc kiểm tra trong năm 2025; mỗi năm chỉ nên một cuộc."
    ]
    assert rules.plan_warnings([cast.school.pk], date(2026, 9, 1)) == []
    desk, here = sign_in(cast.district_officer), reverse("inspections:visits")
    checklist = Visit.objects.get().checklist_id
    said = {"units": "Trường TH&THCS Ân Nghĩa", "on": "2025-09-01", "purpose": "Kiểm tra lại", "checklist": checklist}
    told = desk.post(here, said)
    assert told.status_code == 422
    assert "mỗi năm chỉ nên một cuộc" in told.text
    desk.post(here, said | {"despite": ""})
    assert Visit.objects.count() == 2


@pytest.mark.parametrize(
    ("changes", "sentence"),
    [
        ({"day": date(2025, 6, 1)}, "đã qua"),
        ({"by_name": "other_district_officer"}, "cơ quan mình"),
        ({"units_of": "sibling"}, "không thuộc cơ quan"),
    ],
)
def test_what_cannot_be_planned(cast, changes, sentence):
    said = dict(changes)
    if name := said.pop("by_name", None):
        said["by"] = getattr(cast, name)
    if unit := said.pop("units_of", None):
        said["units"] = [getattr(cast, unit).pk]
    with pytest.raises(Refused, match=sentence):
        a_visit(cast, **said)
    assert not Visit.objects.exists()


def test_one_key_is_one_sending(cast):
    visit, key = a_visit(cast), uuid4()
    recorded(cast, visit, key=key, pictures=[("anh.jpg", a_picture())])
    again = recorded(cast, visit, key=key, pictures=[("anh.jpg", a_picture())], typed={"i_plan": "none"})
    assert (again.revision, again.typed["i_plan"], again.pictures.count()) == (1, "full", 1)


def test_two_who_write_at_once_are_told(cast):
    visit = a_visit(cast)
    recorded(cast, visit)
    with pytest.raises(Refused, match="Có người vừa ghi"):
        recorded(cast, visit, revision=0, typed={"i_plan": "none"})
    assert Visit.objects.get().typed["i_plan"] == "full"


def test_a_picture_loses_its_place_and_a_text_is_no_picture(cast):
    assert Image.open(io.BytesIO(a_picture())).getexif().get_ifd(0x8825)
    visit = recorded(cast, a_visit(cast), pictures=[("anh.jpg", a_picture())])
    with content_of(visit.pictures.get().file) as file:
        kept = Image.open(io.BytesIO(file.read()))
    assert dict(kept.getexif()) == {}
    assert not kept.getexif().get_ifd(0x8825)
    with pytest.raises(Refused, match="Chỉ nhận ảnh"):
        recorded(cast, visit, pictures=[("anh.jpg", b"not a picture")])
    assert Visit.objects.get().revision == 1  # nothing of the refused sending is kept


def test_a_finding_goes_to_its_end(cast):
    finding = a_finding(cast, recorded(cast, a_visit(cast)))
    assert finding.due_on == date(2025, 7, 7)  # fifteen working days
    with pytest.raises(Refused, match="Ghi đã khắc phục"):
        findings.prove(finding=finding, words=" ", files=[], by=cast.teacher, at=AT)
    with pytest.raises(Refused, match="Chờ khắc phục"):
        findings.recheck(finding=finding, mended=True, words="Đạt", by=cast.district_officer, at=AT)
    findings.prove(finding=finding, words="Đã lập tổ", files=[("qd.pdf", b"%PDF-1.7 12")], by=cast.teacher, at=AT)
    findings.recheck(finding=finding, mended=False, words="Thiếu danh sách", by=cast.district_officer, at=AT)
    findings.prove(finding=finding, words="Đã bổ sung", files=[], by=cast.teacher, at=AT)
    with pytest.raises(Refused, match="Cơ quan kiểm tra"):
        findings.recheck(finding=finding, mended=True, words="Đạt", by=cast.principal, at=AT)
    findings.recheck(finding=finding, mended=True, words="Đạt", by=cast.district_officer, at=AT)
    moves = FindingMove.objects.order_by("pk").values_list("move", flat=True)
    assert list(moves) == ["open", "prove", "reopen", "prove", "close"]
    assert InspectionFinding.objects.get().state == State.CLOSED


def test_a_finding_cannot_vanish(cast):
    finding = a_finding(cast, recorded(cast, a_visit(cast)))
    with (
        pytest.raises(DatabaseError, match="cannot be deleted"),
        transaction.atomic(),
        connection.cursor() as cursor,
    ):
        cursor.execute("DELETE FROM inspections_inspectionfinding WHERE id = %s", [finding.pk])
    assert InspectionFinding.objects.count() == 1


def test_more_time_needs_a_later_day_and_a_reason(cast):
    finding = a_finding(cast, recorded(cast, a_visit(cast)))
    for due_on, words, sentence in (
        (finding.due_on, "x", "sau hạn cũ"), (finding.due_on + timedelta(days=9), " ", "Ghi lý do"),
    ):  # fmt: skip
        with pytest.raises(Refused, match=sentence):
            findings.extend(finding=finding, due_on=due_on, words=words, by=cast.district_officer, at=AT)
    findings.extend(finding=finding, due_on=date(2025, 8, 1), words="Nghỉ hè", by=cast.district_officer, at=AT)
    assert InspectionFinding.objects.get().due_on == date(2025, 8, 1)


def test_a_mergers_findings_go_to_the_successor(cast):
    finding = a_finding(cast, recorded(cast, a_visit(cast)))
    assert findings.follow_units(successors={cast.school.pk: cast.preschool.pk}, at=AT) == 1
    finding.refresh_from_db()
    assert (finding.unit_id, finding.visit.unit_id) == (cast.preschool.pk, cast.school.pk)


def test_late_ones_first_on_the_page_and_only_in_reach(cast, sign_in, settings):
    finding = a_finding(cast, recorded(cast, a_visit(cast)), severity="urgent")
    settings.DEMO_DAY = "2025-06-27"
    here = reverse("inspections:findings")
    late = sign_in(cast.district_officer).get(here, {"tinh_trang": "late"}).text
    assert "Chưa có quyết định lập tổ." in late
    assert "Đơn vị thầy cô có 1 kiến nghị phải khắc phục." in sign_in(cast.principal).get(here).text
    assert "Chưa có quyết định" not in sign_in(cast.other_teacher).get(here).text
    there = reverse("inspections:finding", args=[finding.pk])
    assert sign_in(cast.other_teacher).get(there).status_code == 404


def test_the_whole_way_on_the_pages(cast, sign_in):
    visit = a_visit(cast)
    here = reverse("inspections:visit", args=[visit.pk])
    officer = sign_in(cast.district_officer)
    page = officer.get(here).text
    key = re.search(r'name="key" value="([^"]+)"', page)[1]
    said = {"act": "record", "revision": "0", "key": key, "i_plan": "partly", "i_trained": "nhiều"}
    assert "Ghi một số nguyên." in officer.post(here, said).text
    picture = SimpleUploadedFile("anh.jpg", a_picture(), "image/jpeg")
    sent = officer.post(here, said | {"i_trained": "7", "pictures": picture}, headers={"Accept": "application/json"})
    assert sent.json() == {"sent": True}
    stale = officer.post(here, said | {"i_trained": "9", "key": str(uuid4())}, headers={"Accept": "application/json"})
    assert (stale.status_code, "Có người vừa ghi" in stale.json()["sentence"]) == (409, True)
    officer.post(here, {"act": "finding", "severity": "urgent", "text": "Khóa trang cũ."})
    finding = InspectionFinding.objects.get()
    there = reverse("inspections:finding", args=[finding.pk])
    principal = sign_in(cast.principal)
    assert "Khóa trang cũ." in principal.get(here).text
    principal.post(there, {"act": "prove", "words": "Đã khóa"})
    principal.post(here, {"act": "remark", "words": "Nhất trí"})
    assert sign_in(cast.district_officer).post(there, {"act": "close", "words": ""}).status_code == 422
    sign_in(cast.district_officer).post(there, {"act": "close", "words": "Đã xem, đạt"})
    finding.refresh_from_db()
    assert finding.state == State.CLOSED


def test_units_say_how_the_year_served_them(cast, sign_in):
    set_school_year(first_day=date(2024, 9, 5), last_day=date(2025, 5, 31))
    here = reverse("inspections:feedback")
    teacher = sign_in(cast.teacher)
    assert teacher.post(here, {"useful": "9"}).status_code == 422
    teacher.post(here, {"useful": "3", "guidance": "2", "burden": "1", "words": "Gửi yêu cầu sớm hơn."})
    teacher.post(here, {"useful": "2", "guidance": "2", "burden": "1", "words": "Gửi yêu cầu sớm hơn."})
    assert Feedback.objects.get().useful == 2
    page = sign_in(cast.district_officer).get(here).text
    assert "Gửi yêu cầu sớm hơn." in page
    assert "Gửi yêu cầu sớm hơn." not in sign_in(cast.other_district_officer).get(here).text


def test_an_extension_keeps_the_old_day_beside_the_new(cast, sign_in):
    finding = a_finding(cast, recorded(cast, a_visit(cast)))
    findings.extend(finding=finding, due_on=date(2025, 8, 1), words="Nghỉ hè", by=cast.district_officer, at=AT)
    findings.extend(finding=finding, due_on=date(2025, 8, 15), words="Chờ tập huấn", by=cast.district_officer, at=AT)
    moves = FindingMove.objects.filter(move="extend").order_by("pk").values_list("due_before", "due_after", "words")
    assert list(moves) == [
        (date(2025, 7, 7), date(2025, 8, 1), "Nghỉ hè"), (date(2025, 8, 1), date(2025, 8, 15), "Chờ tập huấn"),
    ]  # fmt: skip
    page = sign_in(cast.principal).get(reverse("inspections:finding", args=[finding.pk])).text
    assert "Hạn cũ 7/7/2025, hạn mới 1/8/2025" in page
    assert "Hạn cũ 1/8/2025, hạn mới 15/8/2025" in page
    with pytest.raises(IntegrityError), transaction.atomic():
        FindingMove.objects.create(finding=finding, move="extend", due_before=TODAY, at=AT)


def test_a_proof_carries_several_files_and_each_is_handed_out(cast, sign_in):
    finding = a_finding(cast, recorded(cast, a_visit(cast)))
    here = reverse("inspections:finding", args=[finding.pk])
    teacher = sign_in(cast.teacher)
    eleven = [SimpleUploadedFile(f"{number}.pdf", b"%PDF-1.7 x") for number in range(11)]
    assert "nhiều nhất 10 tệp" in teacher.post(here, {"act": "prove", "words": "Đã sửa", "proofs": eleven}).text
    assert not ProofFile.objects.exists()
    two = [SimpleUploadedFile(f"{name}.pdf", f"%PDF-1.7 {name}".encode()) for name in ("quyet-dinh", "danh-sach")]
    teacher.post(here, {"act": "prove", "words": "Đã lập tổ", "proofs": two})
    page = teacher.get(here).text
    assert [name in page for name in ("quyet-dinh.pdf", "danh-sach.pdf")] == [True, True]
    for one in ProofFile.objects.order_by("pk"):
        there = reverse("inspections:proof", args=[one.pk])
        assert teacher.get(there).getvalue().decode() == f"%PDF-1.7 {one.file.name.removesuffix('.pdf')}"
        assert sign_in(cast.other_teacher).get(there).status_code == 404
        teacher = sign_in(cast.teacher)
    with pytest.raises(DatabaseError, match="permission denied"), transaction.atomic():
        ProofFile.objects.all().delete()


DEGREES = ("i_plan", "i_briefing", "i_team", "i_channels", "i_questions", "i_partners")


def test_a_section_scores_the_share_of_items_met(cast):
    definition = a_visit(cast).checklist.definition
    typed = {"i_plan": "full", "i_briefing": "partly", "i_in_scope": "20", "i_channels": "none", "i_good": "Tốt"}
    plan, work = scores_of(definition, typed)
    assert (plan.code, plan.met, plan.asked, plan.items, plan.share) == ("plan", 1.5, 2, 3, 75)
    assert (work.code, work.met, work.asked, work.items, work.share) == ("work", 0, 1, 3, 0)
    whole = overall([plan, work], "")
    assert (whole.met, whole.asked, whole.items, whole.share) == (1.5, 3, 6, 50)
    assert [one.share for one in scores_of(definition, {})] == [None, None]
    assert [one.share for one in scores_of(definition, dict.fromkeys(DEGREES, "full"))] == [100, 100]


def test_scores_stand_in_the_record_beside_those_of_the_years_before(cast, sign_in):
    visit = a_visit(cast)
    for day, answer in ((date(2023, 3, 1), "full"), (date(2024, 3, 1), "none"), (date(2024, 11, 1), "partly")):
        old = a_visit(cast, day=day, at=AT - (AT.date() - day))
        recorded(cast, old, typed=dict.fromkeys(DEGREES, answer), at=AT - (AT.date() - day))
    recorded(cast, visit, typed={"i_plan": "full", "i_briefing": "full", "i_team": "none", "i_channels": "none"})
    visits, lines = queries.scores_over_years(cast.principal, Visit.objects.get(pk=visit.pk), on=TODAY)
    assert [row.on for row in visits] == [date(2023, 3, 1), date(2024, 11, 1), TODAY]  # of a year the last
    shares = {code: [round(one.share) for one in line] for code, line in lines.items()}
    assert shares == {"plan": [100, 50, 67], "work": [100, 50, 0], "": [100, 50, 50]}
    page = sign_in(cast.principal).get(reverse("inspections:visit", args=[visit.pk])).text
    assert "Điểm theo phần" in page
    assert re.search(r'data-label="16/6/2025">67\s*%</td>', page)


def test_a_visit_that_is_not_recorded_shows_no_scores(cast, sign_in):
    visit = a_visit(cast)
    assert "Điểm theo phần" not in sign_in(cast.principal).get(reverse("inspections:visit", args=[visit.pk])).text

"""A review is drafted from figures and accepted words, written by people, returned, approved."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta

import pytest
from django.db import DatabaseError, transaction
from django.urls import reverse
from pypdf import PdfReader

from donghanh.files.queries import content_of
from donghanh.kernel.verdict import Refused
from donghanh.organisations.tests.factories import AT
from donghanh.periods.actions import set_school_year
from donghanh.programmes import actions_reviews as actions
from donghanh.programmes import queries
from donghanh.programmes.actions_tasks import put_down
from donghanh.programmes.choices import ReviewKind, ReviewState, Section
from donghanh.programmes.models import Review, ReviewVersion
from donghanh.programmes.queries import Quote
from donghanh.programmes.review_papers import Masthead, issue_review
from donghanh.programmes.tests.factories import a_programme, issued, task_of

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("on_demo_day")]
LATER = AT + timedelta(days=1)
WORDS = {
    Section.STRENGTHS: "Các lớp đều học kỹ năng an toàn.",
    Section.DIFFICULTIES: "Thiếu máy tính.",
    Section.NEXT: "Tập huấn thêm giáo viên.",
}


@pytest.fixture
def programme(cast):
    programme = a_programme(cast)
    issued(cast, programme)
    return programme


@pytest.fixture
def year(db):
    return set_school_year(first_day=date(2024, 9, 5), last_day=date(2025, 5, 31))


def a_review(programme, year, unit, by) -> Review:
    return actions.begin_review(programme=programme, unit_id=unit.pk, kind=ReviewKind.FINAL, period=year, by=by, at=AT)


def written(review, by, *, based_on=1, redraw=False, **words):
    said = {**WORDS, **words}
    return actions.write_review(review=review, texts=said, based_on=based_on, redraw=redraw, by=by, at=LATER)


def approved(review, by, approver) -> None:
    written(review, by)
    actions.submit_review(review=stored(review), by=by, at=LATER)
    actions.approve_review(review=stored(review), by=approver, at=LATER)


def stored(review) -> Review:
    return Review.objects.select_related("latest", "programme", "period").get(pk=review.pk)


def test_the_first_wording_says_the_figures_with_their_source(cast, programme, year):
    review = a_review(programme, year, cast.lac_son, cast.district_officer)
    said = {key: part["figures"] for key, part in review.latest.content.items()}
    assert said[Section.CARRIED_OUT] == [
        ["0/2 đơn vị trực thuộc có kế hoạch hành động đã được duyệt.",
         f"{reverse('programmes:plans')}?chuong_trinh={programme.code}"],
    ]  # fmt: skip
    assert [sentence for sentence, _source in said[Section.TASKS]] == [
        "Mục 2.1 (Nhiệm vụ): đã xong 0/3 đầu việc của các đơn vị.",
        "Mục 2.2 (Nhiệm vụ): đã xong 0/2 đầu việc của các đơn vị.",
        "Mục 2.3 (Nhiệm vụ): đã xong 0/1 đầu việc của các đơn vị.",
    ]


def test_accepted_words_of_units_come_along_and_no_others(cast, programme, year, monkeypatch):
    monkeypatch.setattr(queries, "TEXT_SOURCES", [])
    queries.tell_texts(lambda units, _period: [Quote(cast.preschool.pk, Section.DIFFICULTIES, "Mạng chậm.")]
                       if cast.preschool.pk in units else [])  # fmt: skip
    monkeypatch.setattr("donghanh.programmes.queries_reviews.TEXT_SOURCES", queries.TEXT_SOURCES)
    approved(a_review(programme, year, cast.school, cast.teacher), cast.teacher, cast.district_officer)
    written(a_review(programme, year, cast.preschool, _writer_of(cast.preschool)), _writer_of(cast.preschool))
    review = a_review(programme, year, cast.lac_son, cast.district_officer)
    assert review.latest.content[Section.DIFFICULTIES]["text"].splitlines() == [
        "Trường Mầm non Ân Nghĩa: Mạng chậm.", "Trường TH&THCS Ân Nghĩa: Thiếu máy tính.",
    ]  # fmt: skip
    assert review.latest.content[Section.STRENGTHS]["text"] == (
        "Trường TH&THCS Ân Nghĩa: Các lớp đều học kỹ năng an toàn."
    )


def _writer_of(unit):
    from donghanh.people.models import Account
    from donghanh.people.tests.cast import a_person

    return Account.objects.filter(username="mamnon").first() or a_person("mamnon", "Bùi Thị Na", "principal", unit)


def test_people_write_and_figures_are_drawn_anew_beside_their_words(cast, programme, year):
    review = a_review(programme, year, cast.school, cast.teacher)
    first = written(review, cast.teacher)
    assert (first.number, first.content[Section.STRENGTHS]["text"]) == (2, WORDS[Section.STRENGTHS])
    assert written(review, cast.teacher, based_on=2) == first  # the same words make no version

    task = task_of(cast.school, programme, "2.1")
    put_down(task=task, words="Đã dạy", on_day=AT.date(), file=None, done=True, by=cast.teacher, at=AT)
    drawn = written(review, cast.teacher, based_on=2, redraw=True)
    assert drawn.content[Section.TASKS]["figures"][0][0] == "Mục 2.1 (Nhiệm vụ): đã xong 1/1 đầu việc của các đơn vị."
    assert drawn.content[Section.STRENGTHS]["text"] == WORDS[Section.STRENGTHS]


def test_two_writers_do_not_lose_each_others_words(cast, programme, year):
    review = a_review(programme, year, cast.school, cast.teacher)
    written(review, cast.teacher)
    with pytest.raises(Refused, match="Có người vừa ghi"):
        written(review, cast.principal, based_on=1, **{Section.NEXT: "Khác"})
    assert stored(review).latest.content[Section.NEXT]["text"] == WORDS[Section.NEXT]


def test_it_goes_up_whole_and_comes_back_with_a_reason(cast, programme, year):
    review = a_review(programme, year, cast.school, cast.teacher)
    with pytest.raises(Refused, match="“Ưu điểm, cách làm hay” còn trống"):
        actions.submit_review(review=stored(review), by=cast.teacher, at=AT)
    written(review, cast.teacher)
    actions.submit_review(review=stored(review), by=cast.teacher, at=LATER)
    with pytest.raises(Refused, match="không sửa được"):
        written(review, cast.teacher, based_on=2)
    with pytest.raises(Refused, match="Ghi điều cần sửa"):
        actions.return_review(review=stored(review), reason=" ", by=cast.district_officer, at=LATER)
    actions.return_review(review=stored(review), reason="Nêu số buổi.", by=cast.district_officer, at=LATER)
    assert stored(review).state == ReviewState.RETURNED
    with pytest.raises(Refused, match="lãnh đạo đơn vị hoặc cơ quan cấp trên"):
        actions.approve_review(review=stored(review), by=cast.principal, at=LATER)


def test_the_departments_own_is_approved_by_its_leader_not_by_its_writer(cast, programme, year):
    review = a_review(programme, year, cast.department, cast.department_officer)
    written(review, cast.department_officer)
    actions.submit_review(review=stored(review), by=cast.department_officer, at=LATER)
    with pytest.raises(Refused, match="lãnh đạo đơn vị"):
        actions.approve_review(review=stored(review), by=cast.district_officer, at=LATER)
    with pytest.raises(Refused, match="lãnh đạo đơn vị"):
        actions.approve_review(review=stored(review), by=cast.department_officer, at=LATER)
    actions.approve_review(review=stored(review), by=cast.leader, at=LATER)
    assert stored(review).state == ReviewState.APPROVED
    actions.reopen_review(review=stored(review), reason="Sai số liệu.", by=cast.leader, at=LATER)
    assert stored(review).state == ReviewState.DRAFT


def test_one_review_a_unit_kind_and_period(cast, programme, year):
    a_review(programme, year, cast.school, cast.teacher)
    with pytest.raises(Refused, match="đã có báo cáo này"):
        a_review(programme, year, cast.school, cast.principal)
    with pytest.raises(Refused, match="đơn vị mình"):
        a_review(programme, year, cast.school, cast.district_officer)


def test_a_version_cannot_be_changed(cast, programme, year):
    review = a_review(programme, year, cast.school, cast.teacher)
    with pytest.raises(DatabaseError, match=r"permission denied|immutable"), transaction.atomic():
        ReviewVersion.objects.filter(review=review).update(number=7)


def test_begun_written_submitted_returned_and_approved_on_the_pages(cast, programme, year, sign_in):
    teacher, office = sign_in(cast.teacher), cast.district_officer
    begun = teacher.post(
        reverse("programmes:reviews"), {"programme": programme.pk, "kind": "final", "period": year.code}
    )
    review = Review.objects.get()
    here = reverse("programmes:review", args=[review.pk])
    assert begun.url == here
    boxes = {str(section): text for section, text in WORDS.items()}
    empty = teacher.post(here, {"act": "submit", "based_on": 1})
    assert empty.status_code == 422
    assert "“Ưu điểm, cách làm hay” còn trống" in empty.text
    teacher.post(here, {"act": "submit", "based_on": 1, **boxes})
    desk = sign_in(office)
    assert "Thiếu máy tính." in desk.get(here).text
    assert desk.post(here, {"act": "return", "reason": ""}).status_code == 422
    desk.post(here, {"act": "return", "reason": "Nêu số buổi."})
    assert "Nêu số buổi." in sign_in(cast.teacher).get(here).text
    sign_in(cast.teacher).post(here, {"act": "submit", "based_on": 2, **boxes, "strengths": "Dạy 12 buổi."})
    sign_in(office).post(here, {"act": "approve"})
    assert stored(review).state == ReviewState.APPROVED
    older = sign_in(office).get(reverse("programmes:review_version", args=[review.pk, 2])).text
    assert "Bản sau đã sửa mục này." in older
    assert sign_in(cast.other_teacher).get(here).status_code == 404


def an_approved_one(cast, programme, year):
    review = a_review(programme, year, cast.department, cast.department_officer)
    written(review, cast.department_officer)
    actions.submit_review(review=stored(review), by=cast.department_officer, at=LATER)
    actions.approve_review(review=stored(review), by=cast.leader, at=LATER)
    return stored(review)


MASTHEAD = Masthead(
    superior_body="UBND tỉnh Hòa Bình", issuing_body="Sở Giáo dục và Đào tạo", symbol="BC-SGDĐT", place="Hòa Bình",
    signer_authority="KT. GIÁM ĐỐC", signer_position="PHÓ GIÁM ĐỐC", signer_name="Đinh Thị Hương",
)  # fmt: skip


def test_an_approved_review_becomes_a_numbered_paper(cast, programme, year):
    review = an_approved_one(cast, programme, year)
    issued_ = issue_review(review=review, masthead=MASTHEAD, generated=False, by=cast.clerk, at=LATER)
    assert (issued_.document.number, issued_.document.type, issued_.document.abstract) == (
        1, "BC", "Tổng kết An toàn mạng, Năm học 2024–2025",
    )  # fmt: skip
    assert issued_.paper.title == "Báo cáo số 01/BC-SGDĐT: Tổng kết An toàn mạng, Năm học 2024–2025"
    with content_of(issued_.paper.pdf) as file:
        text = " ".join(page.extract_text() for page in PdfReader(file).pages)
    for words in ("Số: 01/BC-SGDĐT", "I. TÌNH HÌNH TRIỂN KHAI", "Thiếu máy tính.", "Đinh Thị Hương"):
        assert words in text
    with pytest.raises(Refused, match="đã có văn bản"):
        issue_review(review=review, masthead=MASTHEAD, generated=False, by=cast.clerk, at=LATER)


def test_a_refused_paper_burns_no_number(cast, programme, year):
    review = an_approved_one(cast, programme, year)
    nobody = replace(MASTHEAD, signer_name=" ")
    with pytest.raises(Refused, match="họ tên người ký"):
        issue_review(review=review, masthead=nobody, generated=False, by=cast.clerk, at=LATER)
    with pytest.raises(Refused):
        issue_review(review=review, masthead=MASTHEAD, generated=False, by=cast.department_officer, at=LATER)
    assert issue_review(review=review, masthead=MASTHEAD, generated=False, by=cast.clerk, at=LATER).document.number == 1


def test_the_clerk_makes_the_paper_on_the_page(cast, programme, year, sign_in):
    review = an_approved_one(cast, programme, year)
    here = reverse("programmes:review", args=[review.pk])
    clerk = sign_in(cast.clerk)
    offered = clerk.get(here).text
    assert "Cấp số và lập văn bản" in offered
    for name in ("UBND tỉnh Hòa Bình", "Sở Giáo dục và Đào tạo", "Hòa Bình"):
        assert f'value="{name}"' in offered
    said = {"act": "issue", **{name: value for name, value in vars(MASTHEAD).items() if name != "recipients"}}
    assert "Ghi họ tên người ký." in clerk.post(here, said | {"signer_name": ""}).text
    clerk.post(here, said | {"recipients": "Bộ GD&ĐT\nCác đơn vị trực thuộc"})
    assert "Văn bản trình ký" in clerk.get(here).text
    assert stored(review).paper_id

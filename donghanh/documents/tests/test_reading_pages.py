"""Reading and proposing in the browser's words."""

from __future__ import annotations

from io import BytesIO

import pytest
from django.urls import reverse
from python_calamine import CalamineWorkbook

from donghanh.documents import actions_proposals as proposals
from donghanh.documents import actions_reading as reading
from donghanh.documents.models_reading import Nudge, Proposal, ProposalHead, Publication
from donghanh.documents.rules import Receiver
from donghanh.documents.tests.factories import PDF, an_issued
from donghanh.documents.tests.factories_reading import a_proposal, a_publication
from donghanh.files.actions import store_upload
from donghanh.organisations.tests.factories import AT
from donghanh.people.tests.cast import a_person

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("on_demo_day")]
FORM = {
    "act": "publish", "due_on": "2025-06-20", "kinds": ["TH&THCS", "THCS"],
    "roles": ["principal", "teacher_in_charge", "class_teacher"],
}  # fmt: skip
SAID = {"act": "propose", "clause": "Điều 5", "problem": "Trường không có người quản trị.", "wish": "Dùng chung."}


def at(route, *args, **query):
    return reverse(f"documents:{route}", args=args, query=query)


def text(answer):
    return " ".join(answer.content.decode().split())


@pytest.fixture
def document(cast):
    row = an_issued(cast.department, by=cast.clerk, to=(Receiver("Mọi đơn vị", cast.department, with_below=True),))
    row.file = store_upload(content=PDF, name="qd.pdf", unit=cast.department.pk, by=cast.clerk.pk, at=AT)
    row.save(update_fields=["file"])
    return row


@pytest.fixture
def published(cast, document):
    return a_publication(document, cast.department, by=cast.clerk)


def test_a_clerk_publishes_a_teacher_reads_and_the_list_grows_shorter(cast, document, sign_in):
    clerk, teacher = sign_in(cast.clerk), sign_in(cast.teacher)
    form = clerk.get(at("readers", document.pk)).context["offered"]["publish"]
    assert [label for _value, label in form.fields["kinds"].choices] == [
        "Sở Giáo dục và Đào tạo (1)", "Phòng Giáo dục và Đào tạo (2)", "Xã, phường, thị trấn (2)",
        "Trường mầm non (1)", "Trường TH&THCS (1)", "Trường THCS (1)", "Trường THPT (1)",
    ]  # fmt: skip
    answer = clerk.post(at("readers", document.pk), FORM | {"branch": cast.department.pk}, follow=True)
    assert "Đã gửi tới 4 người." in text(answer)
    assert "0/4 người đã đọc" in text(answer)
    assert "1 văn bản cần đọc" in text(teacher.get(reverse("home:my_work")))
    assert "Ban hành Quy tắc ứng xử" in text(teacher.get(at("to_read")))
    page = text(teacher.get(at("reading", document.pk)))
    assert "Cần đọc trước hết ngày 20/06/2025." in page
    assert b"".join(teacher.get(at("reading", document.pk, tep=0)).streaming_content) == PDF
    answer = teacher.post(at("reading", document.pk), follow=True)
    assert "Đã ghi: thầy cô đã đọc và hiểu Quyết định 01/QĐ-SGDĐT." in text(answer)
    assert "Chưa có dòng nào" in text(answer)
    assert "Tôi đã đọc và hiểu" not in text(teacher.get(at("reading", document.pk)))
    assert "16/06/2025" in text(teacher.get(at("to_read", xem="da-doc")))
    assert "cần đọc" not in text(teacher.get(reverse("home:my_work")))
    names = text(clerk.get(at("readers", document.pk, xem="nguoi")))
    assert [name in names for name in ("Lê Minh Đức", "Đặng Thị Ái", "Xa Văn Dương", "Hà Thị Đỗ")] == [
        True, True, True, False,
    ]  # fmt: skip


def test_faults_are_told_at_their_fields_and_nothing_is_sent(cast, document, sign_in):
    clerk = sign_in(cast.clerk)
    wrong = {"act": "publish", "branch": cast.department.pk, "due_on": "2025-06-01", "kinds": ["THCS"]}
    answer = clerk.post(at("readers", document.pk), wrong)
    assert answer.status_code == 422
    assert answer.context["offered"]["publish"].errors == {"roles": ["Chọn ít nhất một vai trò."]}
    answer = clerk.post(at("readers", document.pk), wrong | {"roles": ["principal"]})
    assert answer.context["offered"]["publish"].errors == {"due_on": ["Hạn đọc phải từ hôm nay trở đi."]}
    answer = clerk.post(at("readers", document.pk), FORM | {"branch": "9" * 30})
    assert set(answer.context["offered"]["publish"].errors) == {"branch"}
    assert not Publication.objects.exists()


def test_counts_open_from_the_office_down_to_a_school_and_names_are_searched_and_taken_along(
    cast, document, published, sign_in
):
    clerk = sign_in(cast.clerk)
    page = clerk.get(at("readers", document.pk))
    address = f"?dot={published.pk}&amp;don_vi={cast.lac_son.pk}&amp;xem=don-vi"
    assert address in page.content.decode()
    inside = clerk.get(at("readers", document.pk, dot=published.pk, don_vi=cast.commune.pk, xem="don-vi"))
    assert f"don_vi={cast.school.pk}&amp;xem=nguoi" in inside.content.decode()
    found = text(clerk.get(at("readers", document.pk, xem="nguoi", q="duong truong thcs vinh")))
    assert "Xa Văn Dương" in found
    assert "Lê Minh Đức" not in found
    taken = clerk.get(at("readers", document.pk, don_vi=cast.school.pk, xem="nguoi", xuat="xlsx"))
    rows = CalamineWorkbook.from_filelike(BytesIO(taken.content)).get_sheet_by_index(0).to_python()
    assert [row for row in rows if len([cell for cell in row if cell]) > 1] == [
        ["Họ và tên", "Vai trò", "Đơn vị"],
        ["Đặng Thị Ái", "Giáo viên chủ nhiệm", "Trường TH&THCS Ân Nghĩa"],
        ["Hà Thị Đỗ", "Giáo viên phụ trách", "Trường TH&THCS Ân Nghĩa"],
        ["Lê Minh Đức", "Hiệu trưởng", "Trường TH&THCS Ân Nghĩa"],
    ]


def test_a_head_sees_and_reminds_the_own_unit_alone(cast, document, published, sign_in):
    principal = sign_in(cast.principal)
    page = text(principal.get(at("readers", document.pk)))
    assert "0/3 người đã đọc" in page
    assert "Hà Thị Đỗ" in page
    assert "Xa Văn Dương" not in page
    for other in (cast.sibling, cast.lac_son, cast.department):
        assert principal.get(at("readers", document.pk, don_vi=other.pk)).status_code == 404
    assert "Đã nhắc 3 người." in text(principal.post(at("readers", document.pk), {"act": "nudge"}, follow=True))
    again = text(principal.post(at("readers", document.pk), {"act": "nudge"}, follow=True))
    assert "mỗi văn bản mỗi ngày nhắc một lần" in again
    assert Nudge.objects.count() == 1
    assert "16/06/2025" in text(sign_in(cast.teacher).get(at("to_read")))
    assert principal.post(at("readers", document.pk), {"act": "close", "remark": "Thôi"}).status_code == 200
    published.refresh_from_db()
    assert published.is_open


def test_who_is_not_asked_has_no_page_of_it(cast, document, published, sign_in):
    for account in (cast.student, cast.outsider, cast.district_officer, cast.leader):
        desk = sign_in(account)
        assert desk.get(at("reading", document.pk)).status_code == 404
        assert desk.post(at("reading", document.pk)).status_code == 404
        assert "Ban hành Quy tắc" not in text(desk.get(at("to_read")))
    assert sign_in(cast.teacher).get(at("readers", document.pk)).status_code == 403
    assert sign_in(cast.class_teacher).get(at("reading", document.pk)).status_code == 200  # who reads no register


def test_a_closed_publication_says_why_and_can_be_sent_anew(cast, document, published, sign_in):
    clerk = sign_in(cast.clerk)
    page = text(clerk.post(at("readers", document.pk), {"act": "close", "remark": "Đã họp phổ biến"}, follow=True))
    assert "Lần phổ biến này đã khép ngày 16/06/2025. Đã họp phổ biến" in page
    assert sign_in(cast.teacher).get(at("reading", document.pk)).status_code == 404
    again = clerk.post(at("readers", document.pk), FORM | {"branch": cast.lac_son.pk}, follow=True)
    assert "0/3 người đã đọc" in text(again)


def test_the_lists_cost_the_same_for_many(
    cast, document, published, sign_in, django_assert_num_queries, django_assert_max_num_queries
):
    clerk, teacher = sign_in(cast.clerk), sign_in(cast.teacher)
    names, units = at("readers", document.pk, xem="nguoi"), at("readers", document.pk)
    pages = ((clerk, names), (clerk, units), (teacher, at("to_read")))
    costs = []
    for desk, address in pages:
        with django_assert_max_num_queries(60) as spent:
            desk.get(address)
        costs.append(len(spent))
    for number in range(3):
        a_person(f"them{number}", f"Thêm {number}", "principal", cast.preschool)
        a_publication(an_issued(cast.department, by=cast.clerk), cast.department, by=cast.clerk)
    for (desk, address), cost in zip(pages, costs, strict=True):
        with django_assert_num_queries(cost):
            desk.get(address)


def test_a_unit_proposes_the_office_puts_together_and_answers_and_no_person_is_named(cast, document, sign_in):
    principal, clerk, other = sign_in(cast.principal), sign_in(cast.clerk), sign_in(cast.other_teacher)
    page = text(principal.post(at("proposals", document.pk), SAID, follow=True))
    assert "Đã gửi kiến nghị tới cơ quan ban hành." in page
    assert "Thầy cô đã viết" in page
    row = Proposal.objects.get()
    assert "Dùng chung." not in text(other.get(at("proposals", document.pk)))
    assert "1 kiến nghị chờ trả lời" in text(clerk.get(reverse("home:my_work")))
    seen = text(clerk.get(at("proposals", document.pk)))
    assert "Trường TH&amp;THCS Ân Nghĩa" in seen
    assert "Lê Minh Đức" not in seen
    merged = {"act": "merge", "proposals": [row.pk], "title": "Người quản trị mạng"}
    clerk.post(at("proposals", document.pk), merged)
    head = ProposalHead.objects.get()
    answer = {"outcome": "accepted", "words": "Được dùng chung trong xã."}
    assert "Mọi người xem được văn bản đều đọc được." in text(clerk.post(at("head", head.pk), answer, follow=True))
    for desk in (principal, other, clerk):
        page = text(desk.get(at("head", head.pk)))
        assert "Được dùng chung trong xã." in page
        assert "Trường TH&amp;THCS Ân Nghĩa" in page
        assert ("Lê Minh Đức" in page) == (desk is principal)  # in the bar at the top, of oneself
        assert "Người quản trị mạng" in text(desk.get(at("document", document.pk)))
    assert "kiến nghị chờ trả lời" not in text(clerk.get(reverse("home:my_work")))
    log = sign_in(cast.administrator).get(reverse("home:deeds")).content.decode()
    assert "Kiến nghị sửa đổi văn bản" in log
    assert "Lê Minh Đức" not in log


def test_faults_of_proposals_are_told_at_their_fields(cast, document, sign_in):
    principal, clerk = sign_in(cast.principal), sign_in(cast.clerk)
    answer = principal.post(at("proposals", document.pk), {"act": "propose", "clause": "Điều 5", "wish": " "})
    assert answer.status_code == 422
    assert answer.context["offered"]["propose"].errors == {
        "problem": ["Ghi chỗ vướng."], "wish": ["Ghi cách sửa đề nghị."],
    }  # fmt: skip
    row = a_proposal(document, cast.school, by=cast.principal)
    answer = clerk.post(at("proposals", document.pk), {"act": "merge", "proposals": [row.pk]})
    assert answer.context["offered"]["merge"].errors == {"title": ["Ghi câu hỏi chung của nhóm kiến nghị."]}
    head = proposals.merge(document=document, proposals=[row.pk], title="Dùng chung", by=cast.clerk, at=AT)
    answer = clerk.post(at("head", head.pk), {"outcome": "accepted"})
    assert answer.context["form"].errors == {"words": ["Ghi câu trả lời."]}
    assert principal.post(at("head", head.pk), {"outcome": "accepted", "words": "Tự trả lời"}).status_code == 200
    head.refresh_from_db()
    assert head.answer == ""


def test_a_proposal_is_withdrawn_by_its_author_and_stays_without_its_words(cast, document, sign_in):
    row = a_proposal(document, cast.school, by=cast.principal)
    head = proposals.merge(document=document, proposals=[row.pk], title="Dùng chung", by=cast.clerk, at=AT)
    taken = {"act": "withdraw", "proposal": row.pk}
    sign_in(cast.clerk).post(at("proposals", document.pk), taken)
    row.refresh_from_db()
    assert row.state == "merged"
    assert "Đã rút kiến nghị." in text(sign_in(cast.principal).post(at("proposals", document.pk), taken, follow=True))
    page = text(sign_in(cast.other_teacher).get(at("head", head.pk)))
    assert "Đã rút ngày 16/06/2025." in page
    assert row.wish not in page


def test_the_page_of_a_document_tells_where_reading_stands(cast, document, published, sign_in):
    page = text(sign_in(cast.teacher).get(at("document", document.pk)))
    assert "Thầy cô cần đọc văn bản này trước hết ngày 20/06/2025." in page
    reading.acknowledge(document=document, by=cast.teacher, at=AT)
    assert "Thầy cô đã đọc và hiểu văn bản này ngày 16/06/2025." in text(
        sign_in(cast.teacher).get(at("document", document.pk))
    )
    assert "1/4 người đã đọc" in text(sign_in(cast.clerk).get(at("document", document.pk)))

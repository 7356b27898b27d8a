"""Registers and documents in the browser's words."""

from __future__ import annotations

import csv
from io import BytesIO, StringIO

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from python_calamine import CalamineWorkbook

from donghanh.documents import actions
from donghanh.documents.actions_relations import relate
from donghanh.documents.models import Document, ExchangeReply
from donghanh.documents.rules import Receiver
from donghanh.documents.tests.factories import PDF, a_draft, an_arrival, an_issued
from donghanh.organisations.tests.factories import AT

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("on_demo_day")]
OUT_COLUMNS = [
    "Số, ký hiệu văn bản", "Ngày tháng văn bản", "Tên loại và trích yếu nội dung văn bản", "Người ký",
    "Nơi nhận văn bản", "Đơn vị, người nhận bản lưu", "Số lượng bản", "Ngày chuyển", "Ký nhận", "Ghi chú",
]  # fmt: skip
IN_COLUMNS = [
    "Ngày đến", "Số đến", "Tác giả", "Số, ký hiệu văn bản", "Ngày tháng văn bản",
    "Tên loại và trích yếu nội dung văn bản", "Đơn vị hoặc người nhận", "Ngày chuyển", "Ký nhận", "Ghi chú",
]  # fmt: skip
FORM = {
    "type": "QĐ", "symbol": "QĐ-SGDĐT", "date": "2025-06-12", "abstract": "Ban hành Quy tắc ứng xử",
    "signer_authority": "KT.", "signer_position": "Phó Giám đốc", "signer_name": "Đinh Thị Hương",
    "urgency": "normal", "copies": "5", "pages": "2",
}  # fmt: skip
ARRIVAL = FORM | {
    "symbol": "QĐ-BGDĐT", "number_text": "3296", "issuer_name": "Bộ Giáo dục và Đào tạo",
    "arrival_date": "2025-06-16",
}  # fmt: skip


def at(route, *args):
    return reverse(f"documents:{route}", args=args)


@pytest.fixture
def clerk(cast, sign_in):
    return sign_in(cast.clerk)


def test_a_document_is_drafted_numbered_and_read_by_those_it_is_sent_to(cast, clerk, sign_in):
    sent = FORM | {
        "receivers": "Trường TH&THCS Ân Nghĩa\nSở Tư pháp", "file": SimpleUploadedFile("qd.pdf", PDF),
    }  # fmt: skip
    page = clerk.post(at("draft", cast.department.pk), sent, follow=True)
    row = Document.objects.get()
    assert "Chờ cấp số" in page.content.decode()
    assert "Bản sao" not in page.content.decode()  # what has no number is not copied
    page = clerk.post(at("deed", row.pk), {"viec": "assign"}, follow=True).content.decode()
    assert "Đã cấp số 01/QĐ-SGDĐT và vào sổ." in page
    school = sign_in(cast.teacher)
    assert "Ban hành Quy tắc ứng xử" in school.get(at("register") + "?so=nhan").content.decode()
    assert b"".join(school.get(at("file", row.pk)).streaming_content) == PDF
    assert sign_in(cast.other_teacher).get(at("document", row.pk)).status_code == 404


def test_each_mistake_is_told_at_its_field(cast, clerk):
    wrong = FORM | {
        "symbol": "KH-SGDĐT", "date": "2025-06-17", "abstract": "a" * 501, "copies": "0",
        "file": SimpleUploadedFile("qd.pdf", b"khong phai pdf"),
    }  # fmt: skip
    answer = clerk.post(at("draft", cast.department.pk), wrong)
    assert answer.status_code == 422
    assert set(answer.context["form"].errors) == {"abstract", "copies", "file"}
    answer = clerk.post(at("draft", cast.department.pk), FORM | {"symbol": "KH-SGDĐT", "date": "2025-06-17"})
    assert answer.context["form"].errors == {
        "symbol": ["Ký hiệu của loại này bắt đầu bằng “QĐ-”."], "date": ["Ngày văn bản còn ở phía trước."],
    }  # fmt: skip
    assert not Document.objects.exists()


def test_a_number_is_refused_with_its_sentence_and_none_is_burnt(cast, clerk):
    row = a_draft(cast.department, by=cast.clerk)
    answer = clerk.post(at("deed", row.pk), {"viec": "assign", "so-number": "5"})
    assert answer.context["forms"]["assign"].errors == {"number": ["Từ số 01 năm 2025 do hệ thống cấp; để trống ô số."]}
    clerk.post(at("deed", row.pk), {"viec": "assign"})
    row.refresh_from_db()
    assert row.code == "01/QĐ-SGDĐT"


def test_an_arrival_is_entered_and_the_same_again_asks_first(cast, clerk):
    address = at("arrive", cast.department.pk)
    assert clerk.post(address, ARRIVAL).status_code == 302
    answer = clerk.post(address, ARRIVAL)
    assert answer.context["form"].errors == {
        "number_text": ["Sổ đến đã có văn bản cùng số, ký hiệu và tác giả: số đến 1."]
    }
    assert "Tôi đã xem, vẫn vào sổ văn bản này" in answer.content.decode()
    assert clerk.post(address, ARRIVAL | {"known_twin": "on"}).status_code == 302
    assert sorted(Document.objects.values_list("arrival_number", flat=True)) == [1, 2]


def test_a_school_takes_in_what_was_sent_to_it(cast, sign_in):
    sent = an_issued(cast.department, by=cast.clerk, to=(Receiver("Trường", cast.school),))
    principal = sign_in(cast.principal)
    address = at("arrive", cast.school.pk) + f"?tu={sent.pk}"
    first = principal.get(address).context["form"].initial
    said = {name: value for name, value in first.items() if value not in (None, "", False)}
    assert principal.post(address, said).status_code == 302
    entry = Document.objects.get(direction="in")
    assert (entry.origin, entry.code, entry.issuer) == (sent, "01/QĐ-SGDĐT", cast.department)


def test_the_books_have_the_columns_of_the_decree_in_both_files(cast, clerk):
    an_issued(cast.department, by=cast.clerk, to=(Receiver("Sở Tư pháp"),), kept_by="VT", copies=3, note="=1+1")
    an_arrival(cast.department, by=cast.clerk)
    sheet = CalamineWorkbook.from_filelike(BytesIO(clerk.get(at("register") + "?xuat=xlsx").content))
    rows = [row for row in sheet.get_sheet_by_index(0).to_python() if len([cell for cell in row if cell]) > 1]
    assert rows == [
        OUT_COLUMNS,
        [
            "01/QĐ-SGDĐT", "12/06/2025", "Quyết định Ban hành Quy tắc ứng xử trên môi trường mạng", "Đinh Thị Hương",
            "Sở Tư pháp", "VT", 3.0, "", "", "=1+1",
        ],
    ]  # fmt: skip
    text = clerk.get(at("register") + "?so=den&xuat=csv").content.decode("utf-8-sig")
    assert list(csv.reader(StringIO(text))) == [
        IN_COLUMNS,
        [
            "12/06/2025", "1", "Bộ Giáo dục và Đào tạo", "3296/QĐ-BGDĐT", "02/06/2025",
            "Quyết định Ban hành Quy tắc ứng xử trên môi trường mạng", "", "", "", "",
        ],
    ]  # fmt: skip
    assert "'=1+1" in clerk.get(at("register") + "?xuat=csv").content.decode()


def test_the_register_is_searched_without_tone_marks_and_costs_the_same_for_many(
    cast, clerk, django_assert_num_queries, django_assert_max_num_queries
):
    an_issued(cast.department, by=cast.clerk, abstract="Kế hoạch an toàn mạng")
    page = clerk.get(at("register") + "?q=an+toan")
    assert "Kế hoạch an toàn mạng" in page.content.decode()
    assert "Không tìm thấy" in clerk.get(at("register") + "?q=khong+co").content.decode()
    with django_assert_max_num_queries(30) as few:
        clerk.get(at("register"))
    for _each in range(3):
        an_issued(cast.department, by=cast.clerk, to=(Receiver("Sở Tư pháp"),))
    with django_assert_num_queries(len(few)):
        clerk.get(at("register"))


def test_documents_are_tied_by_number_and_the_page_says_what_became_of_each(cast, clerk):
    old = an_issued(cast.department, by=cast.clerk)
    new = an_issued(cast.department, by=cast.clerk)
    tie = {"viec": "relate", "noi-kind": "replaces", "noi-earlier": "1/QĐ-SGDĐT"}
    page = clerk.post(at("deed", new.pk), tie, follow=True).content.decode()
    assert "Đã nối với Quyết định 01/QĐ-SGDĐT." in page
    page = clerk.get(at("document", old.pk)).content.decode()
    assert "Bị thay thế bởi: " in page
    assert "Hôm nay không có hiệu lực." in page
    lost = clerk.post(at("deed", new.pk), tie | {"noi-earlier": "9/QĐ-SGDĐT"}).context["forms"]["relate"].errors
    assert lost == {"earlier": ["Không có văn bản đã vào sổ nào mang số, ký hiệu này."]}
    twice = clerk.post(at("deed", new.pk), tie).context["forms"]["relate"].errors
    assert twice == {"earlier": ["Hai văn bản này đã được nối như vậy rồi."]}


def test_what_is_in_force_on_a_day_is_listed(cast, clerk):
    old, new = (an_issued(cast.department, by=cast.clerk) for _each in range(2))
    relate(later=new, earlier=old, kind="replaces", by=cast.clerk, at=AT)
    listed = clerk.get(at("register") + "?so=hieu-luc&ngay=2025-06-13").context["table"].data
    assert [row.code for row in listed] == ["02/QĐ-SGDĐT"]


def test_a_recall_is_confirmed_by_the_receiver(cast, clerk, sign_in):
    row = an_issued(cast.department, by=cast.clerk, to=(Receiver("Trường", cast.school),))
    clerk.post(at("deed", row.pk), {"viec": "recall", "thu-reason": "Sai thẩm quyền"})
    principal = sign_in(cast.principal)
    page = principal.post(at("deed", row.pk), {"viec": "confirm"}, follow=True).content.decode()
    assert "Đã xác nhận với bên gửi" in page
    assert "đã xác nhận thu hồi 16/06/2025" in clerk.get(at("document", row.pk)).content.decode()
    assert principal.post(at("deed", row.pk), {"viec": "recall", "thu-reason": "x"}).status_code == 422


def test_copies_are_numbered_and_the_book_is_filled_in(cast, clerk):
    row = an_issued(cast.department, by=cast.clerk)
    copy = {"viec": "make_copy", "sao-kind": "SL", "sao-symbol": "SL-SGDĐT", "sao-amount": "2"}
    page = clerk.post(at("deed", row.pk), copy, follow=True)
    assert "Bản sao có số 01/SL-SGDĐT." in page.content.decode()
    clerk.post(at("deed", row.pk), {"viec": "book", "ghi-passed_on_date": "2025-06-16", "ghi-signed_for": "Thơ"})
    row.refresh_from_db()
    assert (row.signed_for, f"{row.passed_on_date}") == ("Thơ", "2025-06-16")


def test_packages_go_out_and_in_by_the_pages(cast, clerk, sign_in):
    sent = an_issued(cast.department, by=cast.clerk, to=(Receiver("Trường", cast.school),))
    content = clerk.get(at("package", sent.pk)).content
    principal = sign_in(cast.principal)
    upload = {"file": SimpleUploadedFile("goi.edxml", content)}
    assert principal.post(at("take_in", cast.school.pk), upload).status_code == 302
    entry = Document.objects.get(direction="in")
    principal.post(at("deed", entry.pk), {"viec": "reply", "dap-reply": "06"})
    back = principal.get(at("package", entry.pk)).content
    assert (
        clerk.post(at("take_in", cast.department.pk), {"file": SimpleUploadedFile("tra.edxml", back)}).status_code
        == 302
    )
    assert ExchangeReply.objects.get(document=sent).code == "06"
    bad = principal.post(at("take_in", cast.school.pk), {"file": SimpleUploadedFile("x.edxml", b"<a/>")})
    assert bad.context["form"].errors == {
        "file": ["Tệp này không phải gói văn bản edXML: không có phần MessageHeader."]
    }


def test_the_way_of_numbering_is_set_on_its_page(cast, clerk):
    address = at("numbering", cast.department.pk)
    clerk.post(address, {"year": "2025", "first_number": "154"})
    assert an_issued(cast.department, by=cast.clerk).code == "154/QĐ-SGDĐT"
    answer = clerk.post(address, {"year": "2025", "first_number": "200"})
    assert answer.context["form"].errors == {
        "first_number": ["Năm này đã cấp số rồi; cách đánh số chỉ đổi được từ năm sau."]
    }


def test_a_draft_is_rewritten_and_a_numbered_one_is_not(cast, clerk):
    row = a_draft(cast.department, by=cast.clerk)
    clerk.post(at("change", row.pk), FORM | {"abstract": "Trích yếu mới", "all_below": "on"})
    row.refresh_from_db()
    assert (row.abstract, [line.with_below for line in row.recipients.all()]) == ("Trích yếu mới", [True])
    actions.assign_number(document=row, by=cast.clerk, at=AT)
    assert clerk.get(at("change", row.pk)).status_code == 409

"""Who sees which document; what is refused; recall."""

from __future__ import annotations

from datetime import date

import pytest
from django.db import IntegrityError, transaction

from donghanh.documents import actions, queries
from donghanh.documents.actions import AlreadyThere
from donghanh.documents.models import Document
from donghanh.documents.rules import Receiver
from donghanh.documents.tests.factories import a_draft, an_arrival, an_issued, told
from donghanh.kernel.verdict import Refused
from donghanh.organisations.tests.factories import AT

ON = date(2025, 6, 16)


def seen_by(account):
    return set(queries.documents_visible_to(account, on=ON).values_list("pk", flat=True))


def test_documents_are_seen_in_the_unit_above_it_and_by_those_they_are_sent_to(cast):
    everyone = Receiver("Các đơn vị trực thuộc", cast.department, with_below=True)
    to_all = an_issued(cast.department, by=cast.clerk, to=(everyone,))
    to_lac_son = an_issued(cast.department, by=cast.clerk, to=(Receiver("Phòng Lạc Sơn", cast.lac_son),))
    inside = an_issued(cast.department, by=cast.clerk)
    coming = a_draft(cast.department, by=cast.clerk, to=(everyone,))
    of_school = an_issued(cast.school, by=cast.principal, symbol="QĐ-THCS")
    assert seen_by(cast.department_officer) == {to_all.pk, to_lac_son.pk, inside.pk, coming.pk, of_school.pk}
    assert seen_by(cast.district_officer) == {to_all.pk, to_lac_son.pk, of_school.pk}
    assert seen_by(cast.teacher) == {to_all.pk, of_school.pk}
    assert seen_by(cast.other_teacher) == {to_all.pk}
    assert seen_by(cast.outsider) == seen_by(cast.student) == set()


@pytest.mark.parametrize(
    ("more", "sentence"),
    [
        ({"symbol": "SGDĐT"}, "Ký hiệu của loại này bắt đầu bằng “QĐ-”"),
        ({"symbol": "QĐ - SGDĐT"}, "Ký hiệu viết liền"),
        ({"type": "NĐ", "symbol": "NĐ-CP"}, "Đơn vị không tự ban hành loại văn bản này"),
        ({"abstract": ""}, "Ghi trích yếu"),
        ({"abstract": "a" * 501}, "Trích yếu dài quá 500"),
        ({"date": date(2025, 6, 17)}, "Ngày văn bản còn ở phía trước"),
        ({"in_force_to": date(2025, 6, 1)}, "Ngày hết hiệu lực phải từ ngày bắt đầu"),
    ],
)
def test_what_cannot_be_is_refused_with_its_sentence(cast, more, sentence):
    with pytest.raises(Refused, match=sentence):
        a_draft(cast.department, by=cast.clerk, **more)
    assert not Document.objects.exists()


def test_only_who_registers_for_the_unit_writes_into_its_book(cast):
    for account in (cast.department_officer, cast.principal, cast.outsider):
        with pytest.raises(Refused, match="không vào sổ văn bản của đơn vị này"):
            a_draft(cast.department, by=account)


def test_the_same_arrival_twice_is_told_and_entered_only_on_purpose(cast):
    an_arrival(cast.department, by=cast.clerk)
    with pytest.raises(AlreadyThere, match=r"Sổ đến đã có 3296/QĐ-BGDĐT của Bộ Giáo dục và Đào tạo \(số đến 1\)"):
        an_arrival(cast.department, by=cast.clerk, issuer_name="BỘ GIÁO DỤC VÀ ĐÀO TẠO")
    assert an_arrival(cast.department, by=cast.clerk, known_twin=True).arrival_number == 2


def test_what_is_numbered_is_not_rewritten(cast):
    row = an_issued(cast.department, by=cast.clerk)
    with pytest.raises(Refused, match="Văn bản đã có số"):
        actions.change_draft(document=row, told=told(abstract="Khác"), receivers=(), by=cast.clerk, at=AT)


def test_a_recalled_document_is_frozen_by_the_database(cast):
    row = an_issued(cast.department, by=cast.clerk)
    actions.recall(document=row, reason="Sai thẩm quyền", by=cast.clerk, at=AT)
    book = {"handled_by": "", "passed_on_date": None, "signed_for": "", "note": "thêm", "by": cast.clerk, "at": AT}
    with pytest.raises(Refused, match="đã thu hồi nên được giữ nguyên"):
        actions.keep_book(document=row, **book)
    with pytest.raises(IntegrityError, match="frozen"), transaction.atomic():
        Document.objects.filter(pk=row.pk).update(note="lén")
    with pytest.raises(IntegrityError, match="frozen"), transaction.atomic():
        Document.objects.filter(pk=row.pk).delete()


def test_a_receiver_confirms_a_recall_and_its_own_entry_goes_too(cast):
    row = an_issued(cast.department, by=cast.clerk, to=(Receiver("Trường", cast.school),))
    entry = an_arrival(cast.school, by=cast.principal, number_text=row.number_text)
    Document.objects.filter(pk=entry.pk).update(origin=row)
    with pytest.raises(Refused, match="chưa bị thu hồi"):
        actions.confirm_recall(document=row, unit=cast.school, by=cast.principal, at=AT)
    row = actions.recall(document=row, reason="Sai thẩm quyền", by=cast.clerk, at=AT)
    actions.confirm_recall(document=row, unit=cast.school, by=cast.principal, at=AT)
    entry.refresh_from_db()
    assert (entry.status, entry.recall_reason, row.recipients.get().confirmed_by) == (
        "recalled", "Sai thẩm quyền", cast.principal,
    )  # fmt: skip
    with pytest.raises(Refused, match="đã xác nhận rồi"):
        actions.confirm_recall(document=row, unit=cast.school, by=cast.principal, at=AT)

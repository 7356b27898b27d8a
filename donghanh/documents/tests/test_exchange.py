"""edXML packages: out, in, and what is refused."""

from __future__ import annotations

import dataclasses

import pytest
from django.urls import reverse

from donghanh.documents import actions_exchange, edxml
from donghanh.documents.models import Document, ExchangeReply
from donghanh.documents.rules import Receiver
from donghanh.documents.tests.factories import PDF, an_issued
from donghanh.files.actions import store_upload
from donghanh.files.queries import content_of
from donghanh.kernel.verdict import Refused
from donghanh.organisations.tests.factories import AT

SAID = (
    "type", "number_text", "symbol", "date", "abstract", "issuer_name", "signer_name", "signer_position",
    "signer_authority", "urgency", "copies", "pages", "due_date",
)  # fmt: skip


@pytest.fixture
def sent(cast):
    row = an_issued(
        cast.department, by=cast.clerk, to=(Receiver("Trường TH&THCS Ân Nghĩa", cast.school),), urgency="urgent",
        pages=3, copies=5, abstract="Về <an toàn> & văn hóa mạng",
    )  # fmt: skip
    row.file = store_upload(content=PDF, name="quyet-dinh.pdf", unit=None, by=None, at=AT)
    row.save(update_fields=["file"])
    return row


@pytest.fixture
def package(cast, sent):
    return actions_exchange.export_package(document=sent, by=cast.clerk, at=AT)


def take(cast, content):
    return actions_exchange.take_package(unit=cast.school, content=content, by=cast.principal, at=AT)


def test_what_is_sent_arrives_the_same_with_its_file(cast, sent, package):
    entry = take(cast, package)
    assert [getattr(entry, name) for name in SAID] == [getattr(sent, name) for name in SAID]
    assert (entry.direction, entry.arrival_number, entry.unit) == ("in", 1, cast.school)
    with content_of(entry.file) as opened:
        assert (entry.file.name, opened.read()) == ("quyet-dinh.pdf", PDF)


def test_every_file_of_a_package_is_kept_and_handed_out(cast, package, sign_in, on_demo_day):
    read = edxml.read(package)
    second = edxml.Attached("phu-luc.pdf", "application/pdf", PDF + b" ")
    entry = take(cast, edxml.write(dataclasses.replace(read, files=(*read.files, second))))
    desk = sign_in(cast.principal)
    address = reverse("documents:file", args=[entry.pk])
    assert [b"".join(desk.get(address + more).streaming_content) for more in ("", "?kem=1")] == [PDF, PDF + b" "]
    assert desk.get(address + "?kem=2").status_code == 404
    assert "phu-luc.pdf" in desk.get(reverse("documents:document", args=[entry.pk])).content.decode()


def test_a_package_read_and_written_again_is_the_same_bytes(package):
    assert edxml.write(edxml.read(package)) == package


def test_the_same_package_twice_is_refused(cast, package):
    take(cast, package)
    with pytest.raises(Refused, match=r"Gói này đã vào sổ: số đến 1 ngày 16/06/2025\."):
        take(cast, package)


@pytest.mark.parametrize(
    ("before", "after", "sentence"),
    [
        (b"<edXML:Subject>.*</edXML:Subject>", b"", r"Gói văn bản thiếu trích yếu \(Subject\)"),
        (b"<edXML:DocumentId>.*</edXML:DocumentId>", b"", "thiếu mã định danh văn bản"),
        (b">2025/06/12<", b">12 th\xc3\xa1ng 6<", "không phải ngày: “12 tháng 6”"),
        (b"PageAmount>3<", b"PageAmount>ba<", "PageAmount của gói phải là số, không phải “ba”"),
        (b"Subject>", b"Subject>" + b"a" * 501, "Subject của gói dài quá 500"),
        (b"JVBERi0", b"@@@@", "Tệp kèm theo trong gói bị hỏng"),
        (b"</edXML:edXML>", b"", "không phải gói văn bản edXML hoặc bị hỏng"),
    ],
)
def test_a_package_that_lacks_or_bends_something_is_refused_whole(cast, package, before, after, sentence):
    import re

    bent = re.sub(before, lambda _found: after, package, count=1)
    assert bent != package
    with pytest.raises(Refused, match=sentence):
        take(cast, bent)
    assert not Document.objects.filter(unit=cast.school).exists()


def test_entity_bombs_files_of_others_and_other_xml_are_refused(cast):
    bomb = b'<!DOCTYPE a [<!ENTITY b "bum"><!ENTITY c "&b;&b;">]><a>&c;</a>'
    outside = b'<!DOCTYPE a [<!ENTITY b SYSTEM "file:///etc/passwd">]><a>&b;</a>'
    for trap in (bomb, outside):
        with pytest.raises(Refused, match="khai báo thực thể XML nên không nhận"):
            take(cast, trap)
    with pytest.raises(Refused, match="không có phần MessageHeader"):
        take(cast, b"<html/>")
    with pytest.raises(Refused, match="lớn hơn 16 MB"):
        take(cast, b" " * (edxml.LARGEST_PACKAGE + 1))


def test_a_status_goes_back_and_is_noted_once(cast, sent, package):
    entry = take(cast, package)
    back = actions_exchange.answer(document=entry, reply="03", description="", by=cast.principal, at=AT)
    assert actions_exchange.take_package(unit=cast.department, content=back, by=cast.clerk, at=AT) == sent
    noted = ExchangeReply.objects.get(document=sent)
    assert (noted.sender_name, noted.get_code_display(), noted.stated_at) == (
        "Trường TH&THCS Ân Nghĩa", "Đã tiếp nhận", AT,
    )  # fmt: skip
    with pytest.raises(Refused, match="Phản hồi này đã ghi rồi"):
        actions_exchange.take_package(unit=cast.department, content=back, by=cast.clerk, at=AT)
    with pytest.raises(Refused, match="Sổ đi không có văn bản mà gói phản hồi này nói tới"):
        actions_exchange.take_package(unit=cast.lac_son, content=back, by=cast.district_officer, at=AT)


def test_a_rejection_needs_its_reason(cast, package):
    entry = take(cast, package)
    with pytest.raises(Refused, match="Ghi lý do từ chối"):
        actions_exchange.answer(document=entry, reply="02", description=" ", by=cast.principal, at=AT)

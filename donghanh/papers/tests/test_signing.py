"""A paper is signed by its signer and sealed by its clerk; anybody checks it; a refusal changes nothing."""

from __future__ import annotations

import io
import re
from datetime import timedelta
from random import Random

import pytest
from cryptography.fernet import Fernet
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from pypdf import PdfReader, PdfWriter

from donghanh.files.queries import content_of
from donghanh.kernel.verdict import Refused
from donghanh.organisations.tests.factories import AT
from donghanh.papers import actions_signing as actions
from donghanh.papers import signing
from donghanh.papers.authority import YEAR, Authority
from donghanh.papers.choices import State
from donghanh.papers.document import Signer
from donghanh.papers.models import Certificate, Paper
from donghanh.papers.tests.documents import report
from donghanh.papers.tests.reading import MM, piece, width

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("on_demo_day")]
WORD = "mật khẩu ký"


@pytest.fixture
def authority(settings, tmp_path):
    settings.TRUST_FOLDER = tmp_path / "trust"
    made = Authority(AT)
    made.trusted_in(settings.TRUST_FOLDER)
    return made


def a_paper(cast, **changes) -> Paper:
    changes = {"signer": Signer("PHÓ GIÁM ĐỐC", "Đinh Thị Hương", "KT. GIÁM ĐỐC")} | changes
    return actions.file_paper(
        document=report(**changes), unit_id=cast.department.pk, title="Báo cáo số 15/BC-SGDĐT",
        by=cast.department_officer, at=AT,
    )  # fmt: skip


def brought(authority, name, by, **more) -> Certificate:
    said = {"unit_id": None, "picture": None, "at": AT}
    return actions.bring_certificate(content=authority.issue(name, WORD), passphrase=WORD, by=by, **said | more)


def bytes_of(paper) -> bytes:
    with content_of(Paper.objects.select_related("pdf").get(pk=paper.pk).pdf) as file:
        return file.read()


def signed_and_sealed(cast, authority) -> Paper:
    paper = a_paper(cast)
    own = brought(authority, "Đinh Thị Hương", cast.leader)
    seal = brought(authority, "Sở GD&ĐT Hòa Bình", cast.clerk, unit_id=cast.department.pk)
    actions.sign_paper(paper=paper, certificate=own, passphrase=WORD, by=cast.leader, at=AT)
    actions.seal_paper(paper=paper, certificate=seal, passphrase=WORD, by=cast.clerk, at=AT)
    return paper


def test_both_signatures_hold_and_are_trusted(cast, authority):
    paper = signed_and_sealed(cast, authority)
    seen = signing.check(bytes_of(paper), at=AT)
    assert [(one.name, one.intact, one.trusted, one.covers_all, one.revoked) for one in seen] == [
        ("Đinh Thị Hương", True, True, True, False), ("Sở GD&ĐT Hòa Bình", True, True, True, False),
    ]  # fmt: skip
    assert Paper.objects.get().state == State.SEALED


def test_the_signature_stands_between_position_and_name_and_the_seal_over_its_left_third(cast, authority):
    paper = signed_and_sealed(cast, authority)
    page = PdfReader(io.BytesIO(bytes_of(paper))).pages[int(paper.place["page"]) - 1]
    boxes = {one.get_object()["/T"]: [float(side) for side in one.get_object()["/Rect"]] for one in page["/Annots"]}
    person, seal = boxes["dh_person"], boxes["dh_seal"]
    name = actions.PAGE_HEIGHT - paper.place["y"]
    assert name <= person[1] < person[3] <= name + 76  # the decree's space for the hand
    assert person[0] > 595 / 2  # the right half of the page
    assert seal[2] == pytest.approx(person[0] + (person[2] - person[0]) / 3, abs=1)
    assert seal[3] - seal[1] == pytest.approx(102, abs=1)  # 36 mm


def test_on_a_page_that_lies_the_signature_stands_over_the_name_in_its_right_half(cast, authority):
    """The decree's 7c on a landscape sheet: 297 mm wide, 210 mm high, the name in the middle of the right column."""
    paper = a_paper(cast, landscape=True)
    own = brought(authority, "Đinh Thị Hương", cast.leader)
    actions.sign_paper(paper=paper, certificate=own, passphrase=WORD, by=cast.leader, at=AT)
    page = PdfReader(io.BytesIO(bytes_of(paper))).pages[-1]
    [box] = [[float(side) for side in one.get_object()["/Rect"]] for one in page["/Annots"]]
    left, bottom, right, top = (side / MM for side in box)
    name, position = piece(page, "Đinh Thị Hương"), piece(page, "PHÓ GIÁM ĐỐC")
    assert (round(page.mediabox.width / MM), round(page.mediabox.height / MM)) == (297, 210)
    middle = 30 + (297 - 30 - 20) * 0.75 + 1
    assert (left + right) / 2 == pytest.approx(middle, abs=1)
    assert name.x + width("signer_name", name.text) / 2 == pytest.approx(middle, abs=1)
    assert name.y < bottom < top < position.y


def test_a_changed_file_is_found_out(cast, authority):
    paper = signed_and_sealed(cast, authority)
    content = bytes_of(paper)
    at = content.index(b"/MediaBox")
    changed = content[:at] + b"/MediaBax" + content[at + 9 :]
    assert [one.intact for one in signing.check(changed, at=AT)] == [False, False]


def test_no_damage_to_a_file_breaks_the_check(cast, authority):
    """Bits turned at random: the check says what it finds or refuses; it never fails, nor says that all is well."""
    content, draw = bytes_of(signed_and_sealed(cast, authority)), Random(7)  # noqa: S311  # seeded chance
    for _ in range(60):
        place = draw.randrange(content.rindex(b"/Contents"))  # what stands behind the last one is signed by nobody
        broken = content[:place] + bytes([content[place] ^ 1 << draw.randrange(8)]) + content[place + 1 :]
        try:
            seen = signing.check(broken, at=AT)
        except Refused:
            continue
        assert len(seen) < 2 or not all(one.intact and one.covers_all for one in seen)


def test_something_added_after_the_last_signature_is_told(cast, authority):
    longer = bytes_of(signed_and_sealed(cast, authority)) + b"\n% them" * 50
    assert [one.covers_all for one in signing.check(longer, at=AT)][-1] is False


def test_nobody_signs_in_anothers_name(cast, authority):
    paper = a_paper(cast, signer=Signer("GIÁM ĐỐC", "Bùi Văn Khác"))
    own = brought(authority, "Đinh Thị Hương", cast.leader)
    with pytest.raises(Refused, match="do người khác ký: GIÁM ĐỐC, Bùi Văn Khác"):
        actions.sign_paper(paper=paper, certificate=own, passphrase=WORD, by=cast.leader, at=AT)


def test_a_revoked_certificate_neither_signs_nor_counts(cast, authority, settings):
    paper = signed_and_sealed(cast, authority)
    authority.revoke("Đinh Thị Hương", settings.TRUST_FOLDER)
    assert [one.revoked for one in signing.check(bytes_of(paper), at=AT)] == [True, False]
    other = a_paper(cast)
    with pytest.raises(Refused, match="thu hồi"):
        actions.sign_paper(
            paper=other,
            certificate=Certificate.objects.get(account=cast.leader),
            passphrase=WORD,
            by=cast.leader,
            at=AT,
        )
    assert Paper.objects.get(pk=other.pk).state == State.UNSIGNED


def test_an_unknown_authority_is_told(cast, authority):
    stranger = Authority(AT, "CA lạ")
    paper, own = a_paper(cast), brought(stranger, "Đinh Thị Hương", cast.leader)
    actions.sign_paper(paper=paper, certificate=own, passphrase=WORD, by=cast.leader, at=AT)
    assert [(one.intact, one.trusted) for one in signing.check(bytes_of(paper), at=AT)] == [(True, False)]


def test_refusals_change_nothing(cast, authority):
    paper, own = a_paper(cast), brought(authority, "Đinh Thị Hương", cast.leader)
    seal = brought(authority, "Sở GD&ĐT", cast.clerk, unit_id=cast.department.pk)
    said = {"paper": paper, "passphrase": WORD, "at": AT}
    for refused, sentence in (
        (lambda: actions.sign_paper(certificate=own, by=cast.leader, **said | {"passphrase": "sai"}), "Mật khẩu"),
        (lambda: actions.sign_paper(certificate=own, by=cast.department_officer, **said), "không ký văn bản"),
        (lambda: actions.sign_paper(certificate=seal, by=cast.leader, **said), "không phải là chứng thư của thầy cô"),
        (lambda: actions.seal_paper(certificate=seal, by=cast.clerk, **said), "chưa có chữ ký"),
        (lambda: actions.sign_paper(certificate=own, by=cast.leader, **said | {"at": AT + 9 * YEAR}), "hết hạn"),
    ):
        with pytest.raises(Refused, match=sentence):
            refused()
    assert (Paper.objects.get().state, signing.check(bytes_of(paper), at=AT)) == (State.UNSIGNED, [])
    actions.sign_paper(certificate=own, by=cast.leader, **said)
    with pytest.raises(Refused, match="đã được ký"):
        actions.sign_paper(certificate=own, by=cast.leader, **said)


def test_without_a_signer_there_is_no_paper(cast):
    with pytest.raises(Refused, match="thiếu chức vụ hoặc họ tên"):
        a_paper(cast, signer=Signer("GIÁM ĐỐC", " "))
    assert not Paper.objects.exists()


def test_what_is_no_certificate(cast, authority):
    for content, passphrase, sentence in (
        (b"khong phai", WORD, "không phải là chứng thư"),
        (b"0" * 50, WORD, "không phải là chứng thư"),
        (authority.issue("A", WORD), "sai", "Mật khẩu"),
        (authority.issue("Đinh Thị Hương", WORD, since=AT - 5 * YEAR), WORD, "hết hạn"),
    ):
        with pytest.raises(Refused, match=sentence):
            actions.bring_certificate(
                content=content, passphrase=passphrase, unit_id=None, picture=None, by=cast.leader, at=AT
            )
    with pytest.raises(Refused, match="không có quyền ký"):
        brought(authority, "A", cast.teacher)
    with pytest.raises(Refused, match="PNG"):
        brought(authority, "Đinh Thị Hương", cast.leader, picture=b"GIF89a")
    assert not Certificate.objects.exists()


def test_a_persons_certificate_bears_their_name(cast, authority):
    for name in ("Đinh Thị Hường", "Trần Ngoài"):  # a tone mark makes another person
        with pytest.raises(Refused, match=f"cấp cho “{name}”"):
            brought(authority, name, cast.leader)
    for name in ("ĐINH THỊ HƯƠNG", "Đinh Thị Hương, Sở GD&ĐT"):
        assert brought(authority, name, cast.leader).subject == name


def test_a_list_that_cannot_be_read_is_named_and_lets_nobody_pass(cast, authority, settings, client):
    paper = signed_and_sealed(cast, authority)
    other = a_paper(cast)
    own = Certificate.objects.get(account=cast.leader)
    for name in ("hong.crl", "hong.pem"):
        broken = settings.TRUST_FOLDER / name
        broken.write_bytes(b"-----BEGIN X509 CRL-----\nkhong phai")
        with pytest.raises(Refused, match=f"Tệp {name}"):
            signing.check(bytes_of(paper), at=AT)
        assert f"Tệp {name}" in client.get(reverse("papers:check_code", args=[paper.code])).text
        broken.unlink()
    (settings.TRUST_FOLDER / "hong.crl").write_bytes(b"0")
    with pytest.raises(Refused, match=r"Tệp hong\.crl"):
        actions.sign_paper(paper=other, certificate=own, passphrase=WORD, by=cast.leader, at=AT)
    assert Paper.objects.get(pk=other.pk).state == State.UNSIGNED


def test_a_new_key_goes_in_front_and_the_old_one_still_opens(cast, authority, settings):
    old, new = (Fernet.generate_key().decode() for _ in range(2))
    settings.CERTIFICATE_KEYS = [old]
    row = brought(authority, "Đinh Thị Hương", cast.leader)
    settings.CERTIFICATE_KEYS = [new, old]
    actions.sign_paper(paper=a_paper(cast), certificate=row, passphrase=WORD, by=cast.leader, at=AT)
    later = brought(authority, "Đinh Thị Hương", cast.leader)
    settings.CERTIFICATE_KEYS = [new]
    actions.sign_paper(paper=a_paper(cast), certificate=later, passphrase=WORD, by=cast.leader, at=AT)
    with pytest.raises(Refused, match="khóa của máy chủ"):
        actions.sign_paper(paper=a_paper(cast), certificate=row, passphrase=WORD, by=cast.leader, at=AT)


def test_the_key_is_locked_twice_and_goes_when_it_is_removed(cast, authority):
    content = authority.issue("Đinh Thị Hương", WORD)
    row = actions.bring_certificate(content=content, passphrase=WORD, unit_id=None, picture=None, by=cast.leader, at=AT)
    assert content not in bytes(row.content)
    actions.remove_certificate(certificate=row, by=cast.leader, at=AT + timedelta(hours=1))
    row.refresh_from_db()
    assert bytes(row.content) == b""


def test_anybody_checks_a_file_on_the_page(cast, authority, client):
    paper = signed_and_sealed(cast, authority)
    here = reverse("papers:check")

    def told(content, name="a.pdf"):
        return client.post(here, {"file": SimpleUploadedFile(name, content)})

    assert "Chữ ký còn giá trị" in told(bytes_of(paper)).text
    assert "Tệp này không phải là PDF." in told(b"chu khong phai").text
    assert "hỏng nên không đọc được" in told(b"%PDF-1.7 rac").text
    locked, out = PdfWriter(clone_from=io.BytesIO(bytes_of(a_paper(cast)))), io.BytesIO()
    locked.encrypt("x")
    locked.write(out)
    assert "có mật khẩu" in told(out.getvalue()).text
    assert "chưa có chữ ký số nào" in told(bytes_of(a_paper(cast))).text
    by_code = client.get(reverse("papers:check_code", args=[paper.code])).text
    assert by_code.count("Chữ ký còn giá trị") == 2
    assert client.get(reverse("papers:check_code", args=["0" * 16])).status_code == 404


def test_brought_signed_and_sealed_on_the_pages(cast, authority, sign_in):
    paper = a_paper(cast)
    here, mine = reverse("papers:paper", args=[paper.pk]), reverse("papers:certificates")
    leader = sign_in(cast.leader)
    assert "chưa nộp chứng thư số" in leader.get(here).text
    file = SimpleUploadedFile("a.p12", authority.issue("Đinh Thị Hương", WORD))
    assert "Mật khẩu của chứng thư không đúng." in leader.post(mine, {"file": file, "passphrase": "sai"}).text
    leader.post(
        mine, {"file": SimpleUploadedFile("a.p12", authority.issue("Đinh Thị Hương", WORD)), "passphrase": WORD}
    )
    own = Certificate.objects.get()
    assert leader.post(here, {"certificate": own.pk, "passphrase": "sai"}).status_code == 422
    leader.post(here, {"certificate": own.pk, "passphrase": WORD})
    clerk = sign_in(cast.clerk)
    file = SimpleUploadedFile("s.p12", authority.issue("Sở GD&ĐT", WORD))
    clerk.post(mine, {"file": file, "passphrase": WORD, "unit": str(cast.department.pk)})
    clerk.post(here, {"certificate": Certificate.objects.get(unit=cast.department).pk, "passphrase": WORD})
    assert "Đã ký và đóng dấu" in clerk.get(here).text
    pdf = b"".join(clerk.get(reverse("papers:paper_file", args=[paper.pk, "pdf"])).streaming_content)
    assert len(re.findall(rb"/ByteRange", pdf)) == 2
    assert sign_in(cast.principal).get(here).status_code == 404

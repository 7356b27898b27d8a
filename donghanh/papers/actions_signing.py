"""Papers put down for signing; certificates brought; signatures and seals set. A refusal changes nothing."""

from __future__ import annotations

import secrets
from datetime import datetime

from cryptography.fernet import Fernet, InvalidToken, MultiFernet
from django.conf import settings
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from donghanh.audit.actions import record
from donghanh.files.actions import store
from donghanh.files.models import StoredFile
from donghanh.files.queries import content_of
from donghanh.kernel.verdict import Refused
from donghanh.organisations.queries import name_of
from donghanh.papers import rules, signing, stamping, typesetting, word
from donghanh.papers.actions_sources import keep_sources
from donghanh.papers.choices import SignatureKind, State
from donghanh.papers.composition import compose
from donghanh.papers.document import OfficialDocument
from donghanh.papers.models import Certificate, Paper, PaperSignature
from donghanh.papers.sourcing import coded
from donghanh.people.models import Account

PDF = "application/pdf"
DOCX = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
PAGE_HEIGHT = 841.89  # pt, A4 standing: papers filed before their place told the height


@transaction.atomic
def file_paper(
    *, document: OfficialDocument, unit_id: int, title: str, href: str = "", by: Account, at: datetime
) -> Paper:
    """Lay the document out as PDF and Word and put it down for signing. Refused without a signer.

    Where its figures come from is printed beside them, as codes that open the sources.
    """
    signer = document.signer
    if not signer.full_name.strip() or not signer.position.strip():
        raise Refused(_("Văn bản thiếu chức vụ hoặc họ tên người ký."), "signer")
    document = coded(document)
    paper = compose(document, at=at)
    files = {"pdf": (typesetting.pdf(paper, at=at), PDF), "docx": (word.docx(paper, at=at), DOCX)}
    kept = {
        ending: store(content=content, name=f"{title[:80]}.{ending}", content_type=kind, unit=unit_id, by=by.pk, at=at)
        for ending, (content, kind) in files.items()
    }
    row = Paper.objects.create(
        unit_id=unit_id, title=title, href=href, code=secrets.token_hex(8), place=typesetting.signer_place(paper),
        signer=", ".join(filter(None, (signer.authority, signer.position, signer.full_name))), made_at=at, made_by=by,
        **kept,
    )  # fmt: skip
    keep_sources(document, unit_id=unit_id, title=title, paper=row, at=at)
    record(verb="papers.filed", on=row, by=by.pk, at=at, unit=unit_id)
    return row


@transaction.atomic
def bring_certificate(
    *, content: bytes, passphrase: str, unit_id: int | None, picture: bytes | None, by: Account, at: datetime
) -> Certificate:
    """Keep a PKCS#12 file: the account's own, or with `unit_id` an office's. The passphrase is kept nowhere."""
    rules.may_bring(by, unit_id, on=timezone.localdate(at)).enforce()
    facts = signing.facts_of(content, passphrase)
    rules.bears_own_name(by, facts.subject, unit_id).enforce()
    signing.may_be_used(content, passphrase, at=at)
    try:
        drawn = stamping.brought(picture) if picture else None
    except ValueError as unreadable:
        raise Refused(_("Ảnh chữ ký phải là tệp PNG dưới 2 MB."), "picture") from unreadable
    row = Certificate.objects.create(
        account=by, unit_id=unit_id, content=_cipher().encrypt(content), picture=drawn, **vars(facts)
    )
    record(verb="papers.certificate_brought", on=row, by=by.pk, at=at, unit=unit_id)
    return row


@transaction.atomic
def remove_certificate(*, certificate: Certificate, by: Account, at: datetime) -> None:
    """Its key is gone from here; what it signed stays signed."""
    if certificate.account_id != by.pk:
        raise Refused(_("Đây không phải là chứng thư của thầy cô."))
    Certificate.objects.filter(pk=certificate.pk).update(removed_at=at, content=b"", picture=None)
    record(verb="papers.certificate_removed", on=certificate, by=by.pk, at=at, unit=certificate.unit_id)


@transaction.atomic
def sign_paper(*, paper: Paper, certificate: Certificate, passphrase: str, by: Account, at: datetime) -> None:
    """The signer's own signature, seen in blue between position and name."""
    on = timezone.localdate(at)
    row = Paper.objects.select_for_update(of=("self",)).select_related("pdf").get(pk=paper.pk)
    rules.may_sign(by, row, on=on).enforce()
    rules.may_use(by, certificate, row, seal=False).enforce()
    picture = bytes(certificate.picture) if certificate.picture else stamping.person_picture(by.full_name)
    _set(row, certificate, passphrase, SignatureKind.PERSON, _person_place(row), picture, by=by, at=at)


@transaction.atomic
def seal_paper(*, paper: Paper, certificate: Certificate, passphrase: str, by: Account, at: datetime) -> None:
    """The office's seal, red, over the left third of the signature."""
    on = timezone.localdate(at)
    row = Paper.objects.select_for_update(of=("self",)).select_related("pdf").get(pk=paper.pk)
    rules.may_seal(by, row, on=on).enforce()
    rules.may_use(by, certificate, row, seal=True).enforce()
    office = name_of(row.unit_id, on=on)
    picture = bytes(certificate.picture) if certificate.picture else stamping.seal_picture(office)
    _set(row, certificate, passphrase, SignatureKind.SEAL, _seal_place(row), picture, by=by, at=at)


def _set(
    paper: Paper, certificate: Certificate, passphrase: str, kind: SignatureKind, place: signing.Place, picture: bytes,
    *, by: Account, at: datetime,
) -> None:  # fmt: skip
    with content_of(paper.pdf) as file:
        before = file.read()
    signed = signing.sign(
        before, p12=_unlocked(certificate), passphrase=passphrase, field=f"dh_{kind}",
        place=place, picture=picture, reason=str(kind.label), at=at,
    )  # fmt: skip
    paper.pdf = _kept(paper, signed, by, at)
    paper.state = State.SIGNED if kind == SignatureKind.PERSON else State.SEALED
    paper.save(update_fields=["pdf", "state"])
    PaperSignature.objects.create(paper=paper, certificate=certificate, kind=kind, by=by, at=at)
    verb = "papers.signed" if kind == SignatureKind.PERSON else "papers.sealed"
    record(verb=verb, on=paper, by=by.pk, at=at, unit=paper.unit_id)


def _kept(paper: Paper, content: bytes, by: Account, at: datetime) -> StoredFile:
    return store(content=content, name=paper.pdf.name, content_type=PDF, unit=paper.unit_id, by=by.pk, at=at)


def _person_place(paper: Paper) -> signing.Place:
    """The decree's box 7c: centred over the name, in the space left for the hand."""
    width, height = stamping.PERSON
    centre, name = paper.place["x"] + paper.place["room"] / 2, paper.place.get("height", PAGE_HEIGHT) - paper.place["y"]
    return signing.Place(int(paper.place["page"]), centre - width / 2, name + 6, centre + width / 2, name + 6 + height)


def _seal_place(paper: Paper) -> signing.Place:
    """Box 8: the seal in its own size, its right part over the left third of the signature."""
    person = _person_place(paper)
    right = person.left + (person.right - person.left) / 3
    middle = (person.bottom + person.top) / 2
    half = stamping.SEAL / 2
    return signing.Place(person.page, right - stamping.SEAL, middle - half, right, middle + half)


def _unlocked(certificate: Certificate) -> bytes:
    try:
        return _cipher().decrypt(bytes(certificate.content))
    except InvalidToken as locked:
        words = _("Chứng thư này được cất bằng khóa của máy chủ nay không còn. Thầy cô nộp lại chứng thư.")
        raise Refused(words, "certificate") from locked


def _cipher() -> MultiFernet:
    """The installation's own lock around the files, so that a copy of the database alone opens none.

    The first key locks, each of them opens: an old one stays behind the new until every certificate was brought anew.
    """
    return MultiFernet([Fernet(key) for key in settings.CERTIFICATE_KEYS])

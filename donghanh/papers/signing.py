"""Digital signatures in PDF by pyHanko: PAdES baseline B; each leaves the earlier ones valid.

Trust roots are PEM files in TRUST_FOLDER, revocation lists DER or PEM files (`*.crl`) beside them (docs/signing.md).
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from io import BytesIO
from pathlib import Path
from typing import Any

from cryptography import x509
from cryptography.hazmat.primitives.serialization.pkcs12 import load_pkcs12
from cryptography.x509.oid import NameOID
from django.conf import settings
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from pyhanko.pdf_utils.misc import PdfError
from pyhanko.sign.validation.errors import SignatureValidationError

from donghanh.kernel.verdict import Refused

MOST_PDF = 20 * 1024 * 1024  # bytes
MOST_P12 = 100 * 1024
# what a reader of files that strangers made has been seen to raise, and what the like may raise
BROKEN = (
    PdfError,
    SignatureValidationError,
    ValueError,
    KeyError,
    IndexError,
    TypeError,
    NotImplementedError,
    RecursionError,
)


@dataclass(frozen=True)
class Facts:
    """What a certificate says."""

    subject: str
    issuer: str
    serial: str
    valid_from: datetime
    valid_until: datetime


@dataclass(frozen=True)
class Place:
    """Where a signature is seen: page from 1; left, bottom, right, top in pt from the lower left corner."""

    page: int
    left: float
    bottom: float
    right: float
    top: float


@dataclass(frozen=True)
class Seen:
    """What one signature in a file tells. `trusted`: the chain leads to a root that this office trusts."""

    name: str
    issuer: str
    at: datetime | None
    intact: bool
    trusted: bool
    expired: bool
    revoked: bool
    covers_all: bool  # nothing was added after it but further signatures


def facts_of(content: bytes, passphrase: str) -> Facts:
    """Open a PKCS#12 file; Refused with the sentence at `file` or `passphrase`."""
    certificate = _opened(content, passphrase)
    return Facts(
        subject=_common(certificate.subject),
        issuer=_common(certificate.issuer),
        serial=f"{certificate.serial_number:x}",
        valid_from=certificate.not_valid_before_utc,
        valid_until=certificate.not_valid_after_utc,
    )


def _opened(content: bytes, passphrase: str) -> x509.Certificate:
    if len(content) > MOST_P12 or not content.startswith(b"0"):  # an ASN.1 sequence
        raise Refused(_("Tệp này không phải là chứng thư số (.p12, .pfx)."), "file")
    try:
        found = load_pkcs12(content, passphrase.encode() or None)
    except ValueError as wrong:
        if "password" in str(wrong).lower() or "mac" in str(wrong).lower():
            raise Refused(_("Mật khẩu của chứng thư không đúng."), "passphrase") from wrong
        raise Refused(_("Tệp này không phải là chứng thư số (.p12, .pfx)."), "file") from wrong
    if found.cert is None or found.key is None:
        raise Refused(_("Tệp thiếu chứng thư hoặc khóa riêng."), "file")
    certificate = found.cert.certificate
    if not _may_sign(certificate):
        raise Refused(_("Chứng thư này không dùng để ký được."), "file")
    return certificate


def _may_sign(certificate: x509.Certificate) -> bool:
    try:
        usage = certificate.extensions.get_extension_for_class(x509.KeyUsage).value
    except x509.ExtensionNotFound:
        return True
    return usage.digital_signature or usage.content_commitment


def _common(name: x509.Name) -> str:
    found = name.get_attributes_for_oid(NameOID.COMMON_NAME)
    return str(found[0].value) if found else name.rfc4514_string()


def may_be_used(content: bytes, passphrase: str, *, at: datetime) -> None:
    """Refused where the certificate is not valid at `at`, or the office's lists say that it was revoked."""
    certificate = _opened(content, passphrase)
    last = certificate.not_valid_after_utc
    if at > last:
        raise Refused(_("Chứng thư đã hết hạn ngày %(day)s.") % {"day": date_format(last, "j/n/Y")})
    if at < certificate.not_valid_before_utc:
        raise Refused(_("Chứng thư chưa có hiệu lực."))
    if _is_revoked(certificate):
        raise Refused(_("Chứng thư đã bị thu hồi nên không ký được."))


def _is_revoked(certificate: x509.Certificate) -> bool:
    """By the lists that the office keeps; the library asks them only where a certificate names where they are."""
    return any(
        one.issuer == certificate.issuer
        and one.get_revoked_certificate_by_serial_number(certificate.serial_number) is not None
        for one in _revocation_lists()
    )


def sign(
    pdf: bytes, *, p12: bytes, passphrase: str, field: str, place: Place, picture: bytes, reason: str, at: datetime
) -> bytes:
    """The file with one signature more, seen at `place` as `picture` (PNG); earlier signatures stay valid."""
    from PIL import Image
    from pyhanko.pdf_utils.images import PdfImage
    from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter
    from pyhanko.pdf_utils.layout import AxisAlignment, InnerScaling, Margins, SimpleBoxLayoutRule
    from pyhanko.sign import fields, signers
    from pyhanko.stamp import StaticStampStyle

    may_be_used(p12, passphrase, at=at)
    signer = signers.SimpleSigner.load_pkcs12_data(p12, other_certs=[], passphrase=passphrase.encode() or None)
    writer = IncrementalPdfFileWriter(BytesIO(pdf))
    box = tuple(round(side) for side in (place.left, place.bottom, place.right, place.top))
    fields.append_signature_field(writer, fields.SigFieldSpec(field, on_page=place.page - 1, box=box))
    layout = SimpleBoxLayoutRule(
        AxisAlignment.ALIGN_MID, AxisAlignment.ALIGN_MID, Margins(), InnerScaling.SHRINK_TO_FIT
    )
    style = StaticStampStyle(
        border_width=0, background=PdfImage(Image.open(BytesIO(picture))), background_layout=layout
    )
    meta = signers.PdfSignatureMetadata(
        field_name=field, reason=reason, md_algorithm="sha256", subfilter=fields.SigSeedSubFilter.PADES
    )
    signing = signers.PdfSigner(meta, signer=signer, stamp_style=style)
    signed: BytesIO = _apart(lambda: signing.sign_pdf(writer))
    return signed.getvalue()


def _apart[T](work: Callable[[], T]) -> T:
    """In a thread of its own: the library runs a loop, and a thread that runs one already takes no second."""
    with ThreadPoolExecutor(1) as thread:
        return thread.submit(work).result()


def check(pdf: bytes, *, at: datetime) -> list[Seen]:
    """What every signature in the file tells; Refused where the file is no PDF, is locked, or too large."""
    from pyhanko.pdf_utils.reader import PdfFileReader
    from pyhanko.sign.validation import validate_pdf_signature

    if len(pdf) > MOST_PDF:
        raise Refused(_("Tệp quá lớn; gửi tệp dưới %(most)s MB.") % {"most": MOST_PDF // 2**20}, "file")
    if not pdf.startswith(b"%PDF-"):
        raise Refused(_("Tệp này không phải là PDF."), "file")

    def read() -> list[Seen]:
        reader = PdfFileReader(BytesIO(pdf))
        if reader.encrypted:
            raise Refused(_("Tệp có mật khẩu nên không kiểm tra được."), "file")
        embedded = list(reader.embedded_signatures)
        return [_seen(one, validate_pdf_signature(one, _context(at)), at, last=one is embedded[-1]) for one in embedded]

    try:
        return _apart(read)
    except BROKEN as broken:
        raise Refused(_("Tệp PDF này hỏng nên không đọc được."), "file") from broken


def _context(at: datetime) -> Any:
    from pyhanko_certvalidator import ValidationContext

    return ValidationContext(trust_roots=list(_trust_roots()), moment=at, allow_fetching=False)


def _seen(embedded: Any, status: Any, at: datetime, *, last: bool) -> Seen:
    certificate = x509.load_der_x509_certificate(embedded.signer_cert.dump())
    return Seen(
        name=_common(certificate.subject),
        issuer=_common(certificate.issuer),
        at=embedded.self_reported_timestamp,
        intact=bool(status.intact and status.valid),
        trusted=bool(status.trusted),
        expired=at > certificate.not_valid_after_utc,
        revoked=bool(status.revoked) or _is_revoked(certificate),
        covers_all=_only_signatures_after(status, last=last),
    )


def _only_signatures_after(status: Any, *, last: bool) -> bool:
    """The last signature covers the file to its end; after an earlier one there came nothing but signatures."""
    from pyhanko.sign.diff_analysis import ModificationLevel
    from pyhanko.sign.validation import SignatureCoverageLevel

    if status.coverage == SignatureCoverageLevel.ENTIRE_FILE:
        return True
    level = status.modification_level
    return not last and level is not None and level in (
        ModificationLevel.NONE, ModificationLevel.LTA_UPDATES, ModificationLevel.FORM_FILLING,
    )  # fmt: skip


def _trust_roots() -> Iterator[Any]:
    from pyhanko.keys import load_certs_from_pemder

    for path in _kept("*.pem"):
        with _readable(path):
            yield from list(load_certs_from_pemder([str(path)]))


def _revocation_lists() -> Iterator[x509.CertificateRevocationList]:
    for path in _kept("*.crl"):
        content = path.read_bytes()
        read = x509.load_pem_x509_crl if content.startswith(b"-----") else x509.load_der_x509_crl
        with _readable(path):
            found = read(content)
        yield found


def _kept(pattern: str) -> list[Path]:
    return sorted(Path(settings.TRUST_FOLDER).glob(pattern))


@contextmanager
def _readable(path: Path) -> Iterator[None]:
    """A broken file stops signing and checking, with its name: without it a revoked certificate would pass."""
    try:
        yield
    except (ValueError, OSError) as broken:
        words = _("Tệp %(file)s trong danh sách tin cậy của máy chủ bị hỏng. Thầy cô báo người quản trị.")
        raise Refused(words % {"file": path.name}, "file") from broken

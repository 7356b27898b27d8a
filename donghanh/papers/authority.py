"""A certification authority of one's own, for tests and the demo: nobody outside trusts it."""

from __future__ import annotations

from datetime import datetime, timedelta
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import pkcs12
from cryptography.x509.oid import NameOID

YEAR = timedelta(days=365)


def _named(name: str) -> x509.Name:
    return x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)])


class Authority:
    """Issues certificates as PKCS#12 files and says which are revoked."""

    def __init__(self, at: datetime, name: str = "CA trình diễn") -> None:
        self.at, self.name = at, _named(name)
        self.key = ec.generate_private_key(ec.SECP256R1())
        self.root = self._certificate(
            self.name, self.key.public_key(), at - YEAR, at + 10 * YEAR,
            x509.BasicConstraints(ca=True, path_length=0), signs=False,
        )  # fmt: skip
        self.serials: dict[str, int] = {}

    def _certificate(
        self, name: x509.Name, key: ec.EllipticCurvePublicKey, first: datetime, last: datetime,
        basic: x509.BasicConstraints, *, signs: bool,
    ) -> x509.Certificate:  # fmt: skip
        usage = x509.KeyUsage(
            digital_signature=signs, content_commitment=signs, key_encipherment=False, data_encipherment=False,
            key_agreement=False, key_cert_sign=not signs, crl_sign=not signs, encipher_only=False, decipher_only=False,
        )  # fmt: skip
        builder = x509.CertificateBuilder().subject_name(name).issuer_name(self.name).public_key(key)
        builder = builder.serial_number(x509.random_serial_number()).not_valid_before(first).not_valid_after(last)
        builder = builder.add_extension(basic, critical=True).add_extension(usage, critical=True)
        builder = builder.add_extension(x509.SubjectKeyIdentifier.from_public_key(key), critical=False)
        return builder.sign(self.key, hashes.SHA256())

    def issue(self, name: str, passphrase: str, *, years: int = 3, since: datetime | None = None) -> bytes:
        """A PKCS#12 file, valid from a year before `at` (or `since`) for so many years."""
        key = ec.generate_private_key(ec.SECP256R1())
        first = since or self.at - YEAR
        certificate = self._certificate(
            _named(name), key.public_key(), first, first + years * YEAR,
            x509.BasicConstraints(ca=False, path_length=None), signs=True,
        )  # fmt: skip
        self.serials[name] = certificate.serial_number
        locked = serialization.BestAvailableEncryption(passphrase.encode())
        return pkcs12.serialize_key_and_certificates(name.encode(), key, certificate, [self.root], locked)

    def trusted_in(self, folder: Path) -> None:
        folder.mkdir(parents=True, exist_ok=True)
        (folder / "ca.pem").write_bytes(self.root.public_bytes(serialization.Encoding.PEM))

    def revoke(self, name: str, folder: Path) -> None:
        """Put a list into the folder on which this name's certificate stands."""
        one = x509.RevokedCertificateBuilder().serial_number(self.serials[name]).revocation_date(self.at).build()
        builder = x509.CertificateRevocationListBuilder().issuer_name(self.name).last_update(self.at)
        listed = builder.next_update(self.at + YEAR).add_revoked_certificate(one).sign(self.key, hashes.SHA256())
        (folder / "ca.crl").write_bytes(listed.public_bytes(serialization.Encoding.DER))

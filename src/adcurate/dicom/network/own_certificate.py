"""A certificate that this computer signs itself, for people without one of their IT department.

Nobody vouches for it: whoever connects compares its fingerprint with the one that the server's page shows.
"""

from __future__ import annotations

import contextlib
import datetime
import hashlib
import ipaddress
import ssl
from dataclasses import dataclass
from typing import Final

from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID

_DAYS: Final = 397
_RENEWED_BEFORE: Final = datetime.timedelta(days=30)


@dataclass(frozen=True, slots=True)
class ReadCertificate:
    """What a certificate (PEM) says: for which names and addresses, until when; SHA-256 of its DER form."""

    names: frozenset[str]
    until: datetime.datetime
    fingerprint: str

    def is_good_for(self, name: str, now: datetime.datetime) -> bool:
        """Whether it names `name` and will not soon be over."""
        return name.lower() in self.names and now + _RENEWED_BEFORE < self.until


def make_certificate(name: str, now: datetime.datetime) -> tuple[bytes, bytes]:
    """A certificate for one name or address, and its key, both PEM."""
    key = ec.generate_private_key(ec.SECP256R1())
    subject = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name[:64])])
    signed = (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(subject)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - datetime.timedelta(days=1))
        .not_valid_after(now + datetime.timedelta(days=_DAYS))
        .add_extension(x509.SubjectAlternativeName([_general_name(name)]), critical=False)
        .add_extension(x509.BasicConstraints(ca=False, path_length=None), critical=True)
        .add_extension(x509.ExtendedKeyUsage([ExtendedKeyUsageOID.SERVER_AUTH]), critical=False)
        .sign(key, SHA256())
    )
    return (
        signed.public_bytes(Encoding.PEM),
        key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()),
    )


def read_certificate(pem: bytes) -> ReadCertificate:
    """What the first certificate in a file says.

    Raises
    ------
    ValueError
        For a file that holds none.
    """
    found = x509.load_pem_x509_certificate(pem)
    names: set[str] = set()
    with contextlib.suppress(x509.ExtensionNotFound):
        alternatives = found.extensions.get_extension_for_class(x509.SubjectAlternativeName).value
        names.update(one.lower() for one in alternatives.get_values_for_type(x509.DNSName))
        names.update(str(one) for one in alternatives.get_values_for_type(x509.IPAddress))
    der = ssl.PEM_cert_to_DER_cert(found.public_bytes(Encoding.PEM).decode())
    digest = hashlib.sha256(der).hexdigest().upper()
    pairs = ":".join(digest[at : at + 2] for at in range(0, len(digest), 2))
    return ReadCertificate(frozenset(names), found.not_valid_after_utc, pairs)


def _general_name(name: str) -> x509.GeneralName:
    try:
        return x509.IPAddress(ipaddress.ip_address(name))
    except ValueError:
        return x509.DNSName(name)

"""Encryption of what comes in, with a certificate of the hospital's."""

from __future__ import annotations

import ssl
from pathlib import Path

from adcurate.errors import ReceiverError


def server_context(certificate: Path, key: Path, peers_authority: Path | None = None) -> ssl.SSLContext:
    """TLS 1.2 or newer; with `peers_authority` only machines with a certificate it signed may connect.

    Raises
    ------
    ReceiverError
        ``receiver.certificate``
    """
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.minimum_version = ssl.TLSVersion.TLSv1_2
    try:
        # An empty password: an encrypted key is refused, and nobody is asked at a terminal.
        context.load_cert_chain(certificate, key, password="")
        if peers_authority is not None:
            context.load_verify_locations(peers_authority)
            context.verify_mode = ssl.CERT_REQUIRED
    except (OSError, ssl.SSLError, ValueError) as trouble:
        raise ReceiverError(
            "receiver.certificate",
            "The certificate or its key cannot be used.",
            remedy="Give a certificate and its unencrypted key, both in PEM form.",
        ) from trouble
    return context

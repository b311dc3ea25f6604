"""One association that we open to a named endpoint: with its limits, always closed, every failure named."""

from __future__ import annotations

import ssl
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Final

from adcurate.dicom.network.negotiation import TRANSFER_SYNTAXES
from adcurate.dicom.received.checks import MR_CLASSES
from adcurate.errors import InputError, NetworkError
from adcurate.model.endpoint import DimseEndpoint

_MAXIMUM_PDU: Final = 131_072
_REJECTED_CALLED: Final = 7
_REJECTED_CALLING: Final = 3
_NATIVE: Final = ["1.2.840.10008.1.2.1", "1.2.840.10008.1.2", "1.2.840.10008.1.2.2"]


def storage_contexts() -> list[Any]:
    """Presentation contexts for the objects that a C-GET may bring.

    Each compressed syntax has a context of its own: in a common one the archive would choose one for all.
    """
    from pynetdicom import build_context

    compressed = [syntax for syntax in TRANSFER_SYNTAXES if syntax not in _NATIVE]
    contexts = []
    for uid in sorted(MR_CLASSES):
        contexts.append(build_context(uid, _NATIVE))
        contexts += [build_context(uid, [syntax]) for syntax in compressed]
    return contexts


def read_certificate(certificate: Path | None) -> ssl.SSLContext | None:
    """A TLS context that trusts only this file's certificates; None where no file is named.

    Raises
    ------
    InputError
        ``input.not-readable``
    """
    if certificate is None:
        return None
    try:
        return ssl.create_default_context(cafile=str(certificate))
    except (OSError, ValueError):
        raise InputError(
            "input.not-readable",
            f"The certificate file {certificate.name!r} cannot be read.",
            remedy="Name a PEM file with the certificate of the PACS or of who issued it.",
        ) from None


@contextmanager
def associated(
    endpoint: DimseEndpoint,
    tls: ssl.SSLContext | None,
    models: Sequence[Any],
    contexts: Sequence[Any] = (),
    roles: Sequence[Any] = (),
    handlers: Sequence[Any] = (),
) -> Iterator[Any]:
    """An association with the endpoint, for the service classes `models` and the storage `contexts`.

    Raises
    ------
    NetworkError
        ``network.unreachable``, ``network.rejected``
    """
    from pynetdicom import AE, build_context

    entity = AE(ae_title=endpoint.our_ae_title)
    entity.acse_timeout = entity.dimse_timeout = endpoint.limits.timeout_s
    entity.network_timeout = entity.connection_timeout = endpoint.limits.timeout_s
    try:
        association = entity.associate(
            endpoint.host,
            endpoint.port,
            contexts=[*(build_context(model) for model in models), *contexts],
            ae_title=endpoint.ae_title,
            max_pdu=_MAXIMUM_PDU,
            ext_neg=list(roles),
            tls_args=(tls, endpoint.host) if tls is not None else None,
            evt_handlers=list(handlers),
        )
    except OSError:  # a host name without an address
        raise _unreachable(endpoint) from None
    if not association.is_established:
        raise _refused(endpoint, association)
    try:
        yield association
    except BaseException:
        association.abort()
        raise
    if association.is_established:
        association.release()


def _refused(endpoint: DimseEndpoint, association: Any) -> NetworkError:
    if association.is_rejected:
        reason = getattr(association.acceptor.primitive, "diagnostic", None)
        whose = {
            _REJECTED_CALLED: f"it does not answer to the AE title {endpoint.ae_title!r}",
            _REJECTED_CALLING: f"it does not know our AE title {endpoint.our_ae_title!r}",
        }.get(reason or 0, "it gave no plain reason")
        return NetworkError(
            "network.rejected",
            f"The archive {endpoint.name!r} refused the association: {whose}.",
            remedy="Compare ae_title and our_ae_title with what the PACS's administrator entered.",
        )
    if association.acceptor.primitive is not None:
        return NetworkError(
            "network.rejected",
            f"The archive {endpoint.name!r} accepted none of what we ask for.",
            remedy="Ask the PACS's administrator to allow C-FIND and C-GET or C-MOVE for our AE title.",
        )
    return _unreachable(endpoint)


def _unreachable(endpoint: DimseEndpoint) -> NetworkError:
    return NetworkError(
        "network.unreachable",
        f"Nobody answers as a DICOM archive at the host and port of {endpoint.name!r}.",
        remedy="Check host and port, TLS on both sides, and that the firewall lets this computer through.",
    )

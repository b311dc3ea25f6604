"""The port of ours that a C-MOVE sends to: open only while a series is fetched, for that archive alone."""

from __future__ import annotations

import socket
from collections.abc import Iterator
from contextlib import contextmanager

from adcurate.dicom.network.limits import ReceiverLimits
from adcurate.dicom.network.object_gate import ObjectGate
from adcurate.dicom.network.peers import Peer, is_loopback, plain_address
from adcurate.dicom.network.received_as import ReceivedAs
from adcurate.dicom.network.receiver import Listening, Receiver
from adcurate.errors import AdcurateError, NetworkError, ReceiverError
from adcurate.model.endpoint import DimseEndpoint


@contextmanager
def receiving(endpoint: DimseEndpoint, gate: ObjectGate) -> Iterator[None]:
    """Listen for the objects of one C-MOVE while this lasts.

    Beyond loopback only the archive, or who is named as move_from, may connect; and every object passes the
    gate: it must be of the series that was asked for.

    Raises
    ------
    NetworkError
        ``network.port``: the port is taken, or not ours to open; ``network.unreachable``: the archive's
        host has no address.
    """

    def keep(content: bytes, name: str) -> ReceivedAs:
        try:
            gate.pass_object(content)
        except AdcurateError as trouble:
            gate.close(trouble)
            return ReceivedAs("failed" if isinstance(trouble, NetworkError) else "no-room", trouble.code)
        return ReceivedAs("stored")

    listening = Listening(
        endpoint.move_port, endpoint.our_ae_title, endpoint.move_address, _who_may_send(endpoint)
    )
    limits = ReceiverLimits(message_bytes=endpoint.limits.largest_object_bytes)
    try:
        with Receiver(listening, keep, limits=limits):
            yield
    except ReceiverError as trouble:
        raise NetworkError(
            "network.port",
            f"Port {endpoint.move_port} of this computer cannot be opened for a C-MOVE to send to.",
            remedy="End what uses it, or name another as move_port (the PACS must know it too).",
            port=endpoint.move_port,
        ) from trouble


def _who_may_send(endpoint: DimseEndpoint) -> tuple[Peer, ...]:
    named = tuple(Peer.parse(one) for one in endpoint.move_from)
    if named or is_loopback(endpoint.move_address):
        return named
    try:
        found = socket.getaddrinfo(endpoint.host, endpoint.port, type=socket.SOCK_STREAM)
    except OSError:
        raise NetworkError(
            "network.unreachable",
            f"The host of {endpoint.name!r} has no address.",
            remedy="Check host, or write its address as a number.",
        ) from None
    addresses = sorted({str(one[4][0]) for one in found})
    return tuple(Peer(endpoint.ae_title, plain_address(address)) for address in addresses)

"""Protocol data units on a socket: read one within its size and time, write one. No DICOM content.

Source: DICOM PS3.8 section 9.3.
"""

from __future__ import annotations

import contextlib
import socket
import struct
import time
from typing import Final, NamedTuple

ASSOCIATE_RQ: Final = 1
ASSOCIATE_AC: Final = 2
ASSOCIATE_RJ: Final = 3
P_DATA: Final = 4
RELEASE_RQ: Final = 5
RELEASE_RP: Final = 6
ABORT: Final = 7

HEADER_BYTES: Final = 6
_READ_BYTES = 2**16

# Result, source and reason of a rejection (PS3.8 table 9-21).
CALLING_TITLE_UNKNOWN: Final = (1, 1, 3)
CALLED_TITLE_UNKNOWN: Final = (1, 1, 7)
VERSION_UNKNOWN: Final = (1, 2, 2)
LIMIT_REACHED: Final = (2, 3, 2)

# Reasons of an abort by the provider (PS3.8 table 9-26).
UNEXPECTED_UNIT: Final = 2
INVALID_VALUE: Final = 6
NOT_SPECIFIED: Final = 0


class ConnectionCutError(Exception):
    """The connection ends here; `reason` says why in a word that may be logged."""

    def __init__(self, reason: str, abort_reason: int | None = None) -> None:
        super().__init__(reason)
        self.reason = reason
        self.abort_reason = abort_reason


class Unit(NamedTuple):
    """One unit: its type and all that follows its header."""

    kind: int
    body: memoryview


def read_unit(connection: socket.socket, *, limit_bytes: int, seconds: float, idle_seconds: float) -> Unit:
    """Wait up to `idle_seconds` for a unit to begin and read it within `seconds` of its first byte.

    Raises
    ------
    ConnectionCutError
        ``closed``, ``idle``, ``slow``, ``unit-too-long``, ``unit-unknown``
    """
    first = _receive(connection, memoryview(bytearray(1)), time.monotonic() + idle_seconds, "idle")
    deadline = time.monotonic() + seconds
    rest = _receive(connection, memoryview(bytearray(HEADER_BYTES - 1)), deadline, "slow")
    kind, length = check_header(bytes(first) + bytes(rest), limit_bytes)
    return Unit(kind, _receive(connection, memoryview(bytearray(length)), deadline, "slow"))


def check_header(header: bytes, limit_bytes: int) -> tuple[int, int]:
    """Kind and length of the unit that begins with `header`.

    Raises
    ------
    ConnectionCutError
        ``unit-unknown``, ``unit-too-long``
    """
    kind, length = struct.unpack_from(">BxI", header)
    if not ASSOCIATE_RQ <= kind <= ABORT:
        raise ConnectionCutError("unit-unknown", 1)
    if length > limit_bytes:
        raise ConnectionCutError("unit-too-long", INVALID_VALUE)
    return kind, length


def write_unit(connection: socket.socket, kind: int, body: bytes, *, seconds: float) -> None:
    """Send one unit.

    Raises
    ------
    ConnectionCutError
        ``closed``, ``slow``
    """
    connection.settimeout(seconds)
    try:
        connection.sendall(struct.pack(">BxI", kind, len(body)) + body)
    except TimeoutError as trouble:
        raise ConnectionCutError("slow") from trouble
    except OSError as trouble:
        raise ConnectionCutError("closed") from trouble


def rejection(result: int, source: int, reason: int) -> bytes:
    """The body of an A-ASSOCIATE-RJ."""
    return bytes((0, result, source, reason))


def provider_abort(reason: int) -> bytes:
    """The body of an A-ABORT by the service provider."""
    return bytes((0, 0, 2, reason))


def acknowledge_at_once(connection: socket.socket) -> None:
    """Have the system confirm what came without waiting, where it can (Linux).

    Senders write a command and its object as small pieces and wait for the first to be confirmed: 40 ms for
    each object, on a network that could carry hundreds in a second.
    """
    if hasattr(socket, "TCP_QUICKACK"):
        with contextlib.suppress(OSError):
            connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_QUICKACK, 1)


def _receive(connection: socket.socket, into: memoryview, deadline: float, late: str) -> memoryview:
    position = 0
    while position < len(into):
        left = deadline - time.monotonic()
        if left <= 0:
            raise ConnectionCutError(late, NOT_SPECIFIED)
        connection.settimeout(left)
        try:
            count = connection.recv_into(into[position : position + _READ_BYTES])
        except TimeoutError as trouble:
            raise ConnectionCutError(late, NOT_SPECIFIED) from trouble
        except OSError as trouble:
            raise ConnectionCutError("closed") from trouble
        if count == 0:
            raise ConnectionCutError("closed")
        acknowledge_at_once(connection)
        position += count
    return into

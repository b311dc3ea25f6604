"""DIMSE messages: put together from their fragments within a size and a time, and answered.

Only what a storage provider needs: C-STORE and C-ECHO requests in, their responses out. The data set
stays the bytes that came.
Source: DICOM PS3.7 sections 9.3 and E, PS3.8 annex E.
"""

from __future__ import annotations

import struct
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from adcurate.dicom.network.limits import ReceiverLimits
from adcurate.dicom.network.spool import Spool, SpoolOverflowError
from adcurate.dicom.network.units import INVALID_VALUE, NOT_SPECIFIED, ConnectionCutError

STORE_RQ: Final = 0x0001
ECHO_RQ: Final = 0x0030
CANCEL_RQ: Final = 0x0FFF
_RESPONSE = 0x8000
_NO_DATA_SET = 0x0101

_CLASS, _COMMAND, _MESSAGE_ID, _ANSWERED_ID = 0x0002, 0x0100, 0x0110, 0x0120
_DATA_SET_TYPE, _STATUS, _COMMENT, _INSTANCE = 0x0800, 0x0900, 0x0902, 0x1000

_COMMAND_LIMIT_BYTES = 16 * 2**10
_IS_COMMAND, _IS_LAST = 1, 2


@dataclass(frozen=True, slots=True)
class Command:
    """A request's command set."""

    field: int
    message_id: int
    sop_class_uid: str
    sop_instance_uid: str
    has_data_set: bool


@dataclass(frozen=True, slots=True)
class Message:
    """One whole request; `spool` holds its data set and is closed by who takes the message.

    Without `has_room` the disk was full: the data set was read to its end and let go.
    """

    context_id: int
    command: Command
    spool: Spool
    has_room: bool = True


class Assembler:
    """Puts messages together from the bodies of P-DATA units, one message at a time."""

    def __init__(self, limits: ReceiverLimits, spool_folder: Path | None) -> None:
        self._limits = limits
        self._spool_folder = spool_folder
        self._command_bytes = bytearray()
        self._command: Command | None = None
        self._context_id = -1
        self._spool: Spool | None = None
        self._started = 0.0
        self._let_go_bytes = 0

    @property
    def is_within_message(self) -> bool:
        """Whether a message has begun and is not complete."""
        return self._context_id >= 0

    def feed(self, body: memoryview) -> Iterator[Message]:
        """Take one unit; gives every message that it completes.

        Raises
        ------
        ConnectionCutError
            ``fragment``, ``command``, ``message-too-long``, ``message-slow``
        """
        position = 0
        while position < len(body):
            if len(body) - position < 6:
                raise ConnectionCutError("fragment", INVALID_VALUE)
            length, context_id, control = struct.unpack_from(">IBB", body, position)
            end = position + 4 + length
            if length < 2 or end > len(body):
                raise ConnectionCutError("fragment", INVALID_VALUE)
            piece = body[position + 6 : end]
            position = end
            self._check_place(context_id)
            last = bool(control & _IS_LAST)
            if control & _IS_COMMAND:
                message = self._take_command(piece, last)
            else:
                message = self._take_data(piece, last)
            if message is not None:
                yield message

    def close(self) -> None:
        """Let go of what is incomplete."""
        if self._spool is not None:
            self._spool.close()
        self._spool, self._command, self._context_id = None, None, -1
        self._command_bytes = bytearray()
        self._let_go_bytes = 0

    def _check_place(self, context_id: int) -> None:
        if self._context_id < 0:
            self._context_id, self._started = context_id, time.monotonic()
        elif context_id != self._context_id:
            raise ConnectionCutError("fragment", INVALID_VALUE)
        elif time.monotonic() - self._started > self._limits.message_seconds:
            raise ConnectionCutError("message-slow", NOT_SPECIFIED)

    def _take_command(self, piece: memoryview, last: bool) -> Message | None:
        if self._command is not None:
            raise ConnectionCutError("fragment", INVALID_VALUE)
        if len(self._command_bytes) + len(piece) > _COMMAND_LIMIT_BYTES:
            raise ConnectionCutError("command", INVALID_VALUE)
        self._command_bytes += piece
        if not last:
            return None
        self._command = read_command(bytes(self._command_bytes))
        self._spool = Spool(
            self._limits.message_bytes if self._command.field == STORE_RQ else 0,
            self._limits.memory_bytes,
            self._spool_folder,
        )
        return None if self._command.has_data_set else self._complete()

    def _take_data(self, piece: memoryview, last: bool) -> Message | None:
        if self._spool is None:
            raise ConnectionCutError("fragment", INVALID_VALUE)
        if self._let_go_bytes:
            self._let_go(len(piece))
        else:
            try:
                self._spool.write(piece)
            except SpoolOverflowError as trouble:
                raise ConnectionCutError("message-too-long", NOT_SPECIFIED) from trouble
            except OSError:
                # The sender gets its answer when it has finished: no room, send it again later.
                self._let_go(self._spool.n_bytes)
                self._spool.close()
        return self._complete() if last else None

    def _let_go(self, count: int) -> None:
        self._let_go_bytes += count
        if self._let_go_bytes > self._limits.message_bytes:
            raise ConnectionCutError("message-too-long", NOT_SPECIFIED)

    def _complete(self) -> Message:
        command, spool = self._command, self._spool
        if command is None or spool is None:
            raise ConnectionCutError("fragment", INVALID_VALUE)
        message = Message(self._context_id, command, spool, not self._let_go_bytes)
        self._spool = None
        self.close()
        return message


def read_command(content: bytes) -> Command:
    """The command set of a request, implicit VR little endian.

    Raises
    ------
    ConnectionCutError
        ``command``
    """
    values: dict[int, bytes] = {}
    position = 0
    while position < len(content):
        if len(content) - position < 8:
            raise ConnectionCutError("command", INVALID_VALUE)
        group, element, length = struct.unpack_from("<HHI", content, position)
        position += 8
        if group != 0 or length > len(content) - position:
            raise ConnectionCutError("command", INVALID_VALUE)
        values[element] = content[position : position + length]
        position += length
    return Command(
        _short(values, _COMMAND),
        _short(values, _MESSAGE_ID) if _MESSAGE_ID in values else _short(values, _ANSWERED_ID),
        _uid(values, _CLASS),
        _uid(values, _INSTANCE),
        _short(values, _DATA_SET_TYPE) != _NO_DATA_SET,
    )


def write_response(command: Command, status: int, comment: str = "") -> bytes:
    """The command set that answers a request; `comment` is cut at 64 characters."""
    elements = [
        (_CLASS, _even(command.sop_class_uid.encode("ascii"), b"\0")),
        (_COMMAND, struct.pack("<H", command.field | _RESPONSE)),
        (_ANSWERED_ID, struct.pack("<H", command.message_id)),
        (_DATA_SET_TYPE, struct.pack("<H", _NO_DATA_SET)),
        (_STATUS, struct.pack("<H", status)),
    ]
    if comment:
        elements.append((_COMMENT, _even(comment.encode("ascii", "replace")[:64], b" ")))
    if command.sop_instance_uid:
        elements.append((_INSTANCE, _even(command.sop_instance_uid.encode("ascii"), b"\0")))
    body = b"".join(struct.pack("<HHI", 0, tag, len(value)) + value for tag, value in elements)
    return struct.pack("<HHII", 0, 0, 4, len(body)) + body


def fragments_of(context_id: int, command: bytes, limit_bytes: int) -> Iterator[bytes]:
    """The bodies of the P-DATA units that carry a command set; `limit_bytes` 0 means no limit."""
    step = max(limit_bytes - 6, 1) if limit_bytes else len(command)
    for start in range(0, len(command), step):
        piece = command[start : start + step]
        control = _IS_COMMAND | (_IS_LAST if start + step >= len(command) else 0)
        yield struct.pack(">IBB", len(piece) + 2, context_id, control) + piece


def _short(values: dict[int, bytes], element: int) -> int:
    value = values.get(element, b"")
    if len(value) != 2:
        raise ConnectionCutError("command", INVALID_VALUE)
    return int.from_bytes(value, "little")


def _uid(values: dict[int, bytes], element: int) -> str:
    text = values.get(element, b"").rstrip(b"\0 ")
    if len(text) > 64 or not set(text) <= set(b"0123456789."):
        raise ConnectionCutError("command", INVALID_VALUE)
    return text.decode("ascii")


def _even(value: bytes, pad: bytes) -> bytes:
    return value + pad if len(value) % 2 else value

"""One association from its answer to its end: echo and store requests are served one after the other.

While an object is being stored nothing is read, so a sender can never be ahead of the disk. Everything a
peer sends is bounded in size and time by `ReceiverLimits`. It must not know where objects go.
Source: DICOM PS3.8 section 9.2 (the acceptor's states), PS3.7 sections 9.1.1 and 9.1.5.
"""

from __future__ import annotations

import socket
import threading
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from adcurate.dicom.network.file_form import file_head
from adcurate.dicom.network.limits import ReceiverLimits
from adcurate.dicom.network.messages import (
    CANCEL_RQ,
    ECHO_RQ,
    STORE_RQ,
    Assembler,
    Message,
    fragments_of,
    write_response,
)
from adcurate.dicom.network.negotiation import Agreement, agree
from adcurate.dicom.network.received_as import (
    CLASS_NOT_SUPPORTED,
    DISCARDED,
    NOT_UNDERSTOOD,
    OUT_OF_RESOURCES,
    SUCCESS,
    KeepObject,
    Others,
    ReceivedAs,
)
from adcurate.dicom.network.units import (
    ABORT,
    ASSOCIATE_AC,
    NOT_SPECIFIED,
    P_DATA,
    RELEASE_RP,
    RELEASE_RQ,
    UNEXPECTED_UNIT,
    ConnectionCutError,
    provider_abort,
    read_unit,
    write_unit,
)

_UNRECOGNIZED_OPERATION = 0x0211
_LARGE_BYTES = 64 * 2**20
# Large objects are put together one at a time, so that memory does not grow with the number of senders.
_ONE_LARGE_OBJECT = threading.Lock()


@dataclass(frozen=True, slots=True)
class Service:
    """What every association of one receiver shares. `next_name` names an object without identity."""

    keep: KeepObject
    next_name: Callable[[], str]
    limits: ReceiverLimits
    spool_folder: Path | None
    is_stopping: Callable[[], bool]
    others: Others = "refuse"


def serve_association(connection: socket.socket, request: bytes, service: Service) -> str:
    """Answer `request` and serve until the association ends; gives a word for how it ended.

    ``released`` and ``aborted`` are the peer's doing, ``stopped`` is ours; any other word is the reason of
    a `ConnectionCutError`. Nothing is raised for what a peer sends.
    """
    assembler = Assembler(service.limits, service.spool_folder)
    try:
        agreement = agree(request, service.others)
        seconds = service.limits.pdu_seconds
        write_unit(connection, ASSOCIATE_AC, agreement.answer, seconds=seconds)
        while not service.is_stopping():
            unit = read_unit(
                connection,
                limit_bytes=service.limits.pdu_bytes,
                seconds=seconds,
                idle_seconds=service.limits.idle_seconds,
            )
            if unit.kind == RELEASE_RQ:
                write_unit(connection, RELEASE_RP, bytes(4), seconds=seconds)
                return "released"
            if unit.kind == ABORT:
                return "aborted"
            if unit.kind != P_DATA:
                raise ConnectionCutError("unit-unexpected", UNEXPECTED_UNIT)
            for message in assembler.feed(unit.body):
                with message.spool:
                    _serve(connection, message, agreement, service)
        raise ConnectionCutError("stopped", NOT_SPECIFIED)
    except ConnectionCutError as cut:
        _say_abort(connection, cut)
        return "stopped" if service.is_stopping() else cut.reason
    finally:
        assembler.close()


def _serve(connection: socket.socket, message: Message, agreement: Agreement, service: Service) -> None:
    command = message.command
    if command.field == CANCEL_RQ:
        return
    context = agreement.contexts.get(message.context_id)
    if context is None:
        raise ConnectionCutError("context", UNEXPECTED_UNIT)
    comment = ""
    if command.field == ECHO_RQ:
        status = SUCCESS
    elif command.field != STORE_RQ:
        status = _UNRECOGNIZED_OPERATION
    elif command.sop_class_uid != context[0]:
        status = CLASS_NOT_SUPPORTED
    elif not message.has_room:
        status, comment = OUT_OF_RESOURCES, "store.disk-full"
    elif not command.sop_instance_uid or not message.spool.n_bytes:
        status = NOT_UNDERSTOOD
    else:
        received = _keep(message, context[1], service)
        status, comment = received.status, received.code
        if received.fate == "skipped" and service.others == "accept":
            status = DISCARDED
    response = write_response(command, status, comment)
    for body in fragments_of(message.context_id, response, agreement.peer_unit_bytes):
        write_unit(connection, P_DATA, body, seconds=service.limits.pdu_seconds)


def _keep(message: Message, transfer_syntax_uid: str, service: Service) -> ReceivedAs:
    command = message.command
    head = file_head(command.sop_class_uid, command.sop_instance_uid, transfer_syntax_uid)
    if message.spool.n_bytes < _LARGE_BYTES:
        return service.keep(message.spool.content(head), service.next_name())
    with _ONE_LARGE_OBJECT:
        return service.keep(message.spool.content(head), service.next_name())


def _say_abort(connection: socket.socket, cut: ConnectionCutError) -> None:
    """Tell the peer, where it may still listen."""
    if cut.abort_reason is None:
        return
    try:
        write_unit(connection, ABORT, provider_abort(cut.abort_reason), seconds=1.0)
    except ConnectionCutError:
        return

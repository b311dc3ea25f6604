"""The protocol: read as a form, checked while it is filled in, saved, and printed."""

from __future__ import annotations

from typing import Any, Final

from fastapi import APIRouter, Request, Response

from adcurate.study.protocol.change import check_change, save_protocol, standing_protocol
from adcurate.study.protocol.document import document_facts, keep_document_facts, protocol_document
from adcurate.web.room.answers import document_answer
from adcurate.web.room.protocol.messages import (
    DocumentFactsMessage,
    ProtocolAnswer,
    ProtocolChangeMessage,
    protocol_answer,
)
from adcurate.web.room.rights import person_of, require, room_of

_PAGE_ANSWER: Final[dict[int | str, dict[str, Any]]] = {
    200: {"content": {"text/html": {"schema": {"type": "string"}}}, "description": "The document"}
}

router = APIRouter(
    prefix="/api/protocol", tags=["protocol"], dependencies=[require("coordinator", whole_study=True)]
)


@router.get("", operation_id="read_protocol")
def read(request: Request) -> ProtocolAnswer:
    """Every key with its value, what it is called, and what it changes."""
    return protocol_answer(standing_protocol(room_of(request).study))


@router.put("", operation_id="save_protocol")
def save(request: Request, given: ProtocolChangeMessage) -> ProtocolAnswer:
    """Change the protocol; once the reading began, with a reason."""
    room = room_of(request)
    saved = save_protocol(
        room.study,
        given.values,
        based_on=given.based_on,
        reason=given.reason,
        person_id=person_of(request).id,
    )
    protocol = room.reading.protocol()
    room.reading.images.use(protocol.adc, protocol.region)
    return protocol_answer(saved)


@router.post("/check", operation_id="check_protocol", status_code=204)
def check(request: Request, given: ProtocolChangeMessage) -> None:
    """Whether these values could be saved; nothing is kept. A refusal names the key."""
    check_change(room_of(request).study, given.values)


@router.get("/document-facts", operation_id="read_document_facts")
def read_facts(request: Request) -> DocumentFactsMessage:
    """What the document says beside the protocol."""
    return DocumentFactsMessage.of(document_facts(room_of(request).store))


@router.put("/document-facts", operation_id="save_document_facts", status_code=204)
def save_facts(request: Request, given: DocumentFactsMessage) -> None:
    """Keep it for this document and the next."""
    keep_document_facts(room_of(request).study, given.facts(), person_id=person_of(request).id)


@router.get(
    "/document", operation_id="read_protocol_document", response_class=Response, responses=_PAGE_ANSWER
)
def document(request: Request) -> Response:
    """The protocol as two pages to sign."""
    return document_answer(protocol_document(room_of(request).study))

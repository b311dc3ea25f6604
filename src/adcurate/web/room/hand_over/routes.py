"""Locking the data and handing them over; files that come back."""

from __future__ import annotations

from typing import Any, Final

from fastapi import APIRouter, Request, Response
from starlette.concurrency import run_in_threadpool

from adcurate.study.serving.hand_over import (
    draft_hand_over,
    hand_over_state,
    join_returned,
    lock_and_hand_over,
    returned_columns,
    take_hand_over,
)
from adcurate.web.room.given_file import file_body, read_given
from adcurate.web.room.hand_over.messages import (
    ColumnsAnswer,
    HandOverAnswer,
    JoinedAnswer,
    JoinMessage,
    ReasonMessage,
    ReturnedMessage,
    told,
)
from adcurate.web.room.rights import not_found, person_of, require, room_of
from adcurate.web.room.work.messages import WorkMessage, work_message

_BYTES: Final = "application/octet-stream"
_FILE_ANSWER: Final[dict[int | str, dict[str, Any]]] = {
    200: {"content": {_BYTES: {"schema": {"type": "string", "format": "binary"}}}, "description": "The file"}
}

router = APIRouter(
    prefix="/api/hand-over", tags=["hand-over"], dependencies=[require("coordinator", whole_study=True)]
)


@router.get("", operation_id="read_hand_over")
def read(request: Request) -> HandOverAnswer:
    """What there is to hand over, and what was."""
    return HandOverAnswer.of(hand_over_state(room_of(request).reading))


@router.post("/draft", operation_id="draft_hand_over", status_code=202)
def draft(request: Request) -> WorkMessage:
    """Write a draft: what would be locked, counted."""
    room, person = room_of(request), person_of(request)
    work = room.works.start("draft", person.name, lambda step: told(draft_hand_over(room.reading, step)))
    return work_message(work)


@router.post("", operation_id="lock_and_hand_over", status_code=202)
def lock(request: Request, given: ReasonMessage) -> WorkMessage:
    """Lock the data and write them for other programs."""
    room, person = room_of(request), person_of(request)
    work = room.works.start(
        "hand-over",
        person.name,
        lambda step: told(lock_and_hand_over(room.reading, person, given.why, step)),
    )
    return work_message(work)


@router.get("/{folder}.zip", operation_id="take_hand_over", response_class=Response, responses=_FILE_ANSWER)
def take(request: Request, folder: str) -> Response:
    """A whole folder."""
    return _to_save(take_hand_over(room_of(request).reading, person_of(request), folder), f"{folder}.zip")


@router.get(
    "/{folder}/files/{name:path}",
    operation_id="take_hand_over_file",
    response_class=Response,
    responses=_FILE_ANSWER,
)
def take_file(request: Request, folder: str, name: str) -> Response:
    """One file of a folder."""
    content = take_hand_over(room_of(request).reading, person_of(request), folder, name)
    return _to_save(content, name.rpartition("/")[2])


@router.post(
    "/returned/columns", operation_id="read_returned_columns", openapi_extra=file_body(ReturnedMessage)
)
async def columns(request: Request) -> ColumnsAnswer:
    """The columns of a file that came back; nothing of it is kept."""
    given, content = await read_given(request, ReturnedMessage, room_of(request).study.vault)
    return ColumnsAnswer(columns=list(await run_in_threadpool(returned_columns, given.name, content)))


@router.post("/returned", operation_id="join_returned", openapi_extra=file_body(JoinMessage))
async def join(request: Request) -> JoinedAnswer:
    """Show what a column changes, by id; with `enter` and a reason, change it."""
    room, person = room_of(request), person_of(request)
    given, content = await read_given(request, JoinMessage, room.study.vault)
    joined = await run_in_threadpool(
        join_returned,
        room.reading,
        person,
        given.name,
        content,
        given.asked(),
        enter=given.enter,
        why=given.why,
    )
    return JoinedAnswer.of(joined)


def _to_save(content: bytes | None, name: str) -> Response:
    if content is None:
        raise not_found()
    headers = {"Content-Disposition": f'attachment; filename="{name}"'}
    return Response(content, media_type=_BYTES, headers=headers)

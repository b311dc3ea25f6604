"""What a reader does with a case: save, measure, repair, lock, amend."""

from __future__ import annotations

import asyncio

from fastapi import APIRouter, Request
from fastapi.concurrency import run_in_threadpool
from fastapi.responses import JSONResponse

from adcurate.errors import ReadError
from adcurate.model.reading.person import Person
from adcurate.study.people.sign_in import confirm_password
from adcurate.study.reading.amend import amend_reading
from adcurate.study.reading.lock import lock_reading
from adcurate.study.reading.measure import measure_draft
from adcurate.study.reading.next_case import item_of, saved_draft
from adcurate.study.reading.repair import repair_contour_of
from adcurate.study.reading.room import ReadingRoom
from adcurate.study.reading.save import save_draft
from adcurate.web.room.messages import (
    AmendedMessage,
    AmendMessage,
    CurrentDraftMessage,
    ErrorMessage,
    LockAnswerMessage,
    LockMessage,
    MeasureMessage,
    NumbersMessage,
    RepairedMessage,
    RepairMessage,
    SavedMessage,
    SaveMessage,
    StaleMessage,
)
from adcurate.web.room.rights import person_of, require, room_of
from adcurate.web.room.session_cookie import token_of
from adcurate.web.room.wording import (
    contour_of,
    draft_message,
    lock_answer,
    numbers_message,
    repaired_message,
)

router = APIRouter(prefix="/api/reading/items", tags=["reading"], dependencies=[require("reader")])


@router.put(
    "/{item}/draft",
    operation_id="save_draft",
    responses={409: {"model": StaleMessage}},
    response_model=SavedMessage,
)
def save(request: Request, item: str, given: SaveMessage) -> SavedMessage | JSONResponse:
    """Keep a revision; when this is answered, it is on disk."""
    room, person = room_of(request).reading, person_of(request)
    try:
        draft = given.draft.draft()
        revision = save_draft(room, person, item, given.base_revision, given.key, draft, images=given.images)
    except ReadError as trouble:
        return _stale(trouble, room, person, item)
    return SavedMessage(revision=revision)


@router.post("/{item}/numbers", operation_id="measure_draft")
async def measure(request: Request, item: str, given: MeasureMessage) -> NumbersMessage:
    """What a draft measures, as far as the reader may know it now; nothing is kept."""
    room, person = room_of(request), person_of(request)

    def measured() -> NumbersMessage:
        draft = given.draft.draft()
        return numbers_message(measure_draft(room.reading, person.name, item, draft, images=given.images))

    return await room.measuring.run(person.id, measured)


@router.post("/{item}/repair", operation_id="repair_contour")
async def repair(request: Request, item: str, given: RepairMessage) -> RepairedMessage:
    """Offer contours in place of one that crosses itself; nothing is kept."""
    room, person = room_of(request), person_of(request)

    def repaired() -> RepairedMessage:
        return repaired_message(repair_contour_of(room.reading, person.name, item, contour_of(given.contour)))

    return await room.measuring.run(person.id, repaired)


@router.post(
    "/{item}/lock",
    operation_id="lock_reading",
    responses={409: {"model": StaleMessage}},
    response_model=LockAnswerMessage,
)
async def lock(request: Request, item: str, given: LockMessage) -> LockAnswerMessage | JSONResponse:
    """Sign and lock a revision."""
    room, person = room_of(request), person_of(request)
    session = token_of(request.scope)

    def confirm() -> None:
        confirm_password(room.store, person, given.password, session=session)

    await asyncio.get_running_loop().run_in_executor(room.password_work, confirm)
    try:
        found = await room.measuring.run(
            person.id,
            lock_reading,
            room.reading,
            person,
            item,
            given.base_revision,
            given.key,
            given.meaning,
            images=given.images,
        )
    except ReadError as trouble:
        return await run_in_threadpool(_stale, trouble, room.reading, person, item)
    return lock_answer(found)


@router.post("/{item}/amend", operation_id="amend_reading")
def amend(request: Request, item: str, given: AmendMessage) -> AmendedMessage:
    """Open a locked case again; the locked version stays."""
    room, person = room_of(request).reading, person_of(request)
    return AmendedMessage(state="amending", revision=amend_reading(room, person, item, given.reason))


def _stale(trouble: ReadError, room: ReadingRoom, person: Person, item: str) -> JSONResponse:
    """The answer to a save on an old revision, with what was saved since; any other trouble goes on."""
    if trouble.code != "read.stale":
        raise trouble
    current = saved_draft(room, item_of(room, person.name, item))
    draft = None if current is None else draft_message(current.draft)
    answer = StaleMessage(
        error=ErrorMessage.model_validate(trouble.as_json()).error,
        current=CurrentDraftMessage(revision=current.revision if current else 0, draft=draft),
    )
    return JSONResponse(answer.model_dump(), trouble.http_status)

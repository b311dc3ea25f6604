"""Backups, checks and drills; a copy of the key; subjects who leave, and exams that were another's."""

from __future__ import annotations

import asyncio
from typing import Any, Final

from fastapi import APIRouter, Request, Response
from fastapi.concurrency import run_in_threadpool

from adcurate.model.jsonable import as_jsonable
from adcurate.model.progress import Progress
from adcurate.study.keeping.backup import backup_study
from adcurate.study.keeping.key_copy import copy_of_key
from adcurate.study.keeping.move import move_exam
from adcurate.study.keeping.restore import drill
from adcurate.study.keeping.schedule import BackupSchedule, schedule_of, set_schedule
from adcurate.study.keeping.withdraw import erase, stop_using
from adcurate.study.people.sign_in import confirm_password
from adcurate.study.receiving.verify import verify_study
from adcurate.study.serving.keeping import (
    backup_of_list,
    backup_place,
    confirm_subject,
    kept_backups,
    subject_belongings,
)
from adcurate.study.serving.places import places
from adcurate.web.room.keeping.messages import (
    BackupPlaceMessage,
    FileMessage,
    KeepAnswer,
    KeyCopyMessage,
    LookInMessage,
    MoveMessage,
    PlacesAnswer,
    ScheduleMessage,
    SubjectAnswer,
    WithdrawMessage,
    WithdrawnAnswer,
    backup_message,
    schedule_message,
    subject_answer,
    withdrawn_answer,
)
from adcurate.web.room.rights import no_right, person_of, require, room_of
from adcurate.web.room.session_cookie import token_of
from adcurate.web.room.state import Room
from adcurate.web.room.work.messages import WorkMessage, work_message
from adcurate.web.room.work.works import Task

KEY: Final = "application/octet-stream"
_KEY_ANSWER: Final[dict[int | str, dict[str, Any]]] = {
    200: {
        "content": {KEY: {"schema": {"type": "string", "format": "binary"}}},
        "description": "The key's file",
    }
}

router = APIRouter(prefix="/api/keep", tags=["keep"], dependencies=[require("coordinator", whole_study=True)])


@router.get("", operation_id="read_keep")
def read(request: Request) -> KeepAnswer:
    """The schedule and the backups."""
    return _answer(room_of(request))


@router.put("/schedule", operation_id="set_backup_schedule")
def set_times(request: Request, given: ScheduleMessage) -> KeepAnswer:
    """Let the server make backups by itself."""
    room = room_of(request)
    place = backup_place(room.study, given.folder)
    set_schedule(room.study, BackupSchedule(place, given.every_hours, given.keep))
    return _answer(room)


@router.delete("/schedule", operation_id="drop_backup_schedule")
def set_no_times(request: Request) -> KeepAnswer:
    """Let it make none."""
    room = room_of(request)
    set_schedule(room.study, None)
    return _answer(room)


@router.post("/backups", operation_id="make_backup", status_code=202)
def back_up(request: Request, given: BackupPlaceMessage) -> WorkMessage:
    """Write the whole study into one file, while people go on."""
    study = room_of(request).study
    place = backup_place(study, given.folder)
    return _start(request, "backup", lambda progress: backup_study(study, place, progress=progress).as_json())


@router.post("/places", operation_id="look_in_folder")
def look_in(request: Request, given: LookInMessage) -> PlacesAnswer:
    """Folders of this computer to choose from, for its own page."""
    return PlacesAnswer.model_validate(as_jsonable(places(_at_this_computer(request).study, given.folder)))


@router.post("/key", operation_id="copy_key", response_class=Response, responses=_KEY_ANSWER)
async def copy_key(request: Request, given: KeyCopyMessage) -> Response:
    """The key that leads from codes to persons, for its own page and a password."""
    room, person = _at_this_computer(request), person_of(request)
    session = token_of(request.scope)

    def confirm() -> None:
        confirm_password(room.store, person, given.password, session=session)

    await asyncio.get_running_loop().run_in_executor(room.password_work, confirm)
    return Response(await run_in_threadpool(copy_of_key, room.study, person.id), media_type=KEY)


@router.post("/drills", operation_id="drill_backup", status_code=202)
def try_backup(request: Request, given: FileMessage) -> WorkMessage:
    """Prove that a backup restores: every byte, and every number made again."""
    file = backup_of_list(room_of(request).study, given.file)
    return _start(request, "drill", lambda progress: drill(file, progress=progress).as_json())


@router.post("/checks", operation_id="verify_study", status_code=202)
def verify(request: Request) -> WorkMessage:
    """Hold everything that is stored against its hash."""
    study = room_of(request).study
    return _start(request, "verify", lambda progress: verify_study(study, progress=progress).as_json())


@router.get("/subjects/{code}", operation_id="read_subject")
def read_subject(request: Request, code: str) -> SubjectAnswer:
    """What a subject has in the study."""
    return subject_answer(subject_belongings(room_of(request).study, code))


@router.post("/withdrawals", operation_id="withdraw_subject")
def withdraw(request: Request, given: WithdrawMessage) -> WithdrawnAnswer:
    """Use a subject no more, or erase all there is of it."""
    room, person = room_of(request), person_of(request)
    confirm_subject(given.subject, given.confirmed, given.why)
    act = erase if given.extent == "erased" else stop_using
    done = act(room.study, given.subject, given.why.strip(), person=person.id)
    room.reading.images.forget()
    return withdrawn_answer(done)


@router.post("/moves", operation_id="move_exam", status_code=202)
def move(request: Request, given: MoveMessage) -> WorkMessage:
    """Give an exam to the subject whose it is."""
    room, person = room_of(request), person_of(request)
    confirm_subject(given.to, given.confirmed, given.why)

    def task(progress: Progress) -> dict[str, object]:
        moved = move_exam(
            room.study, given.exam, given.to, given.why.strip(), person=person.id, progress=progress
        )
        room.reading.images.forget()
        return moved.as_json()

    return _start(request, "move", task)


def _at_this_computer(request: Request) -> Room:
    """Its folders and its key are for nobody who comes over a network."""
    room = room_of(request)
    if not room.reach.is_own_computer:
        raise no_right()
    return room


def _start(request: Request, kind: str, task: Task) -> WorkMessage:
    return work_message(room_of(request).works.start(kind, person_of(request).name, task))


def _answer(room: Room) -> KeepAnswer:
    return KeepAnswer(
        study_folder=str(room.study.path),
        is_own_computer=room.reach.is_own_computer,
        schedule=schedule_message(schedule_of(room.study)),
        backups=[backup_message(one) for one in kept_backups(room.study)],
    )

"""Backups, checks and drills; subjects who leave, and exams that were another's."""

from __future__ import annotations

from fastapi import APIRouter, Request

from adcurate.model.progress import Progress
from adcurate.study.keeping.backup import backup_study
from adcurate.study.keeping.move import move_exam
from adcurate.study.keeping.restore import drill
from adcurate.study.keeping.schedule import BackupSchedule, schedule_of, set_schedule
from adcurate.study.keeping.withdraw import erase, stop_using
from adcurate.study.receiving.verify import verify_study
from adcurate.study.serving.keeping import (
    backup_of_list,
    backup_place,
    confirm_subject,
    kept_backups,
    subject_belongings,
)
from adcurate.web.room.keeping.messages import (
    BackupPlaceMessage,
    FileMessage,
    KeepAnswer,
    MoveMessage,
    ScheduleMessage,
    SubjectAnswer,
    WithdrawMessage,
    WithdrawnAnswer,
    backup_message,
    schedule_message,
    subject_answer,
    withdrawn_answer,
)
from adcurate.web.room.rights import person_of, require, room_of
from adcurate.web.room.state import Room
from adcurate.web.room.work.messages import WorkMessage, work_message
from adcurate.web.room.work.works import Task

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


def _start(request: Request, kind: str, task: Task) -> WorkMessage:
    return work_message(room_of(request).works.start(kind, person_of(request).name, task))


def _answer(room: Room) -> KeepAnswer:
    return KeepAnswer(
        study_folder=str(room.study.path),
        schedule=schedule_message(schedule_of(room.study)),
        backups=[backup_message(one) for one in kept_backups(room.study)],
    )

"""What crosses the wire about keeping a study."""

from __future__ import annotations

from typing import Any, Literal

from pydantic import Field

from adcurate.model.jsonable import as_jsonable
from adcurate.study.keeping.made_backups import DONE
from adcurate.study.keeping.schedule import BackupSchedule
from adcurate.study.keeping.withdraw import Withdrawn
from adcurate.study.serving.keeping import KeptBackup, SubjectBelongings
from adcurate.web.room.people_messages import Message

_PATH = 4096
_REASON = 2000


class ScheduleMessage(Message):
    """Where backups go by themselves, how often, and how many stay."""

    folder: str = Field(max_length=_PATH)
    every_hours: float = Field(ge=1, le=24 * 366)
    keep: int = Field(ge=1, le=1000)


class BackupMessage(Message):
    """One try; `outcome` is ``done`` or the code of what went wrong."""

    at: str
    file: str
    n_bytes: int
    outcome: str
    is_whole: bool
    is_there: bool


class KeepAnswer(Message):
    """The schedule and the backups, newest first.

    `is_own_computer`: this page stands on the computer that serves the study: it may choose among folders,
    and copy its key.
    """

    study_folder: str
    is_own_computer: bool
    schedule: ScheduleMessage | None
    backups: list[BackupMessage]


class BackupPlaceMessage(Message):
    """A folder of the computer that serves the study."""

    folder: str = Field(max_length=_PATH)


class PlaceMessage(Message):
    """A folder to go on to; `is_same_disk`: on the disk that the study lies on."""

    path: str
    free_bytes: int
    is_same_disk: bool


class PlacesAnswer(Message):
    """A folder ("": the disks), the one above it, and the folders in it; `can_use` for backups."""

    folder: str
    above: str
    can_use: bool
    places: list[PlaceMessage]


class LookInMessage(Message):
    """A folder to look into; "" for the disks."""

    folder: str = Field("", max_length=_PATH)


class KeyCopyMessage(Message):
    """The password again: with the key and the study anybody can tell who a code stands for."""

    password: str = Field(max_length=1024)


class FileMessage(Message):
    """A backup by its place in the list."""

    file: str = Field(max_length=_PATH)


class WithdrawMessage(Message):
    """A subject who leaves: `subject` is typed again in `confirmed`."""

    subject: str = Field(max_length=64)
    confirmed: str = Field(max_length=64)
    why: str = Field(max_length=_REASON)
    extent: Literal["stopped", "erased"]


class MoveMessage(Message):
    """An exam and the subject whose it is; the code is typed again in `confirmed`."""

    exam: str = Field(min_length=1, max_length=64)
    to: str = Field(max_length=64)
    confirmed: str = Field(max_length=64)
    why: str = Field(max_length=_REASON)


class ExamMessage(Message):
    """An exam of a subject."""

    study_instance_uid: str
    n_objects: int
    n_series: int


class SubjectAnswer(Message):
    """What a subject has in the study."""

    subject: str
    exams: list[ExamMessage]
    n_objects: int
    n_readings: int
    n_locked: int
    n_measurements: int
    analyses: list[str]
    withdrawn: str


class WithdrawnAnswer(Message):
    """What became of a subject, and what still holds it."""

    subject: str
    extent: Literal["stopped", "erased"]
    told: dict[str, Any]
    analyses: list[str]
    exports: list[str]
    backups: list[str]
    own_files: list[str]


def schedule_message(schedule: BackupSchedule | None) -> ScheduleMessage | None:
    """The schedule as it crosses the wire."""
    if schedule is None:
        return None
    return ScheduleMessage(folder=str(schedule.folder), every_hours=schedule.every_hours, keep=schedule.keep)


def backup_message(kept: KeptBackup) -> BackupMessage:
    """A backup as it crosses the wire."""
    made = kept.made
    return BackupMessage(
        at=made.at,
        file=made.file,
        n_bytes=made.n_bytes,
        outcome=made.outcome,
        is_whole=made.outcome == DONE,
        is_there=kept.is_there,
    )


def subject_answer(found: SubjectBelongings) -> SubjectAnswer:
    """A subject's belongings as they cross the wire."""
    return SubjectAnswer.model_validate(as_jsonable(found))


def withdrawn_answer(done: Withdrawn) -> WithdrawnAnswer:
    """A withdrawal as it crosses the wire."""
    return WithdrawnAnswer.model_validate(as_jsonable(done))

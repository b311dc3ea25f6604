"""Backups on a schedule, beside whatever holds the study open: every so many hours, the last few kept.

What is asked for lies in ``backup.toml`` beside the protocol, for every program that serves the study.
"""

from __future__ import annotations

import contextlib
import datetime
import json
import threading
import tomllib
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from adcurate.errors import AdcurateError, UsageError
from adcurate.store.portable import disk_errors
from adcurate.store.writing import write_durably
from adcurate.study.folder import StudyFolder
from adcurate.study.keeping.backup import backup_study
from adcurate.study.keeping.made_backups import (
    DONE,
    MadeBackup,
    made_backups,
    note_backup,
    whole_backups,
)

FILE_NAME: Final = "backup.toml"
_LOOK_EVERY_S: Final = 60.0
_SECONDS_PER_HOUR: Final = 3600.0


@dataclass(frozen=True, slots=True)
class BackupSchedule:
    """Where backups go, how often, and how many stay."""

    folder: Path
    every_hours: float
    keep: int


def set_schedule(study: StudyFolder, schedule: BackupSchedule | None) -> BackupSchedule | None:
    """Write down the schedule, or that there is none.

    Raises
    ------
    UsageError
        ``usage.option`` for a folder that is not there or lies in the study.
    """
    path = study.path / FILE_NAME
    if schedule is None:
        path.unlink(missing_ok=True)
        return None
    inside = schedule.folder.resolve().is_relative_to(study.path.resolve())
    if inside or not schedule.folder.is_dir():
        raise UsageError(
            "usage.option",
            "Scheduled backups need a folder that is there, outside the study's.",
            remedy="Name a folder on another disk.",
        )
    text = (
        "# Backups that adcurate serve makes.\n[backup]\n"
        f"folder = {json.dumps(str(schedule.folder))}\n"
        f"every_hours = {schedule.every_hours:g}\nkeep = {schedule.keep}\n"
    )
    with disk_errors():
        write_durably(path, text.encode())
    return schedule


def schedule_of(study: StudyFolder) -> BackupSchedule | None:
    """The schedule, or None.

    Raises
    ------
    UsageError
        ``usage.option`` for a ``backup.toml`` that says something else.
    """
    try:
        said = tomllib.loads((study.path / FILE_NAME).read_text(encoding="utf-8"))["backup"]
        return BackupSchedule(Path(said["folder"]), float(said["every_hours"]), max(1, int(said["keep"])))
    except FileNotFoundError:
        return None
    except (OSError, ValueError, KeyError, TypeError) as trouble:
        raise UsageError(
            "usage.option",
            f"{FILE_NAME} does not say folder, every_hours and keep.",
            remedy="Write it anew: adcurate study backup FOLDER --every 24",
        ) from trouble


@contextlib.contextmanager
def scheduled_backups(study: StudyFolder, *, look_every_s: float = _LOOK_EVERY_S) -> Iterator[None]:
    """Make the backups that are due while the context lasts; one that fails is noted and tried again."""
    ended = threading.Event()

    def go_on() -> None:
        while True:
            back_up_if_due(study)
            if ended.wait(look_every_s):
                return

    thread = threading.Thread(target=go_on, name="backups", daemon=True)
    thread.start()
    try:
        yield
    finally:
        ended.set()
        thread.join()


def back_up_if_due(study: StudyFolder) -> None:
    """Make a backup if one is due, and take away what is older than the last few whole ones."""
    try:
        schedule = schedule_of(study)
        if schedule is None or not _is_due(study, schedule):
            return
        if not schedule.folder.is_dir():
            at = datetime.datetime.now(datetime.UTC).isoformat(timespec="seconds")
            note_backup(study, MadeBackup(at, str(schedule.folder), 0, "", "input.missing"))
            return
        made = backup_study(study, schedule.folder)
        if made.is_whole:
            _take_away_old(study, schedule)
    except AdcurateError:
        # It is noted where status reads it; the server goes on.
        return


def last_failure(study: StudyFolder) -> MadeBackup | None:
    """The last backup, if it failed."""
    made = made_backups(study)
    return made[-1] if made and made[-1].outcome != DONE else None


def _is_due(study: StudyFolder, schedule: BackupSchedule) -> bool:
    tries = made_backups(study)
    if not tries:
        return True
    last = datetime.datetime.fromisoformat(tries[-1].at)
    since = (datetime.datetime.now(datetime.UTC) - last).total_seconds()
    return since >= schedule.every_hours * _SECONDS_PER_HOUR


def _take_away_old(study: StudyFolder, schedule: BackupSchedule) -> None:
    """Only backups of this study that the list names and that lie in the schedule's folder."""
    own = [one for one in whole_backups(study) if Path(one.file).parent == schedule.folder]
    for one in own[: -schedule.keep]:
        with contextlib.suppress(OSError):
            Path(one.file).unlink()

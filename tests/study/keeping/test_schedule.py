"""Backups on a schedule: made when due, the last few kept, and one that fails is told of."""

from __future__ import annotations

import dataclasses
import time
from pathlib import Path

import pytest

from adcurate.errors import UsageError
from adcurate.study.folder import StudyFolder
from adcurate.study.keeping import schedule as scheduling
from adcurate.study.keeping.archive import is_whole
from adcurate.study.keeping.made_backups import made_backups
from adcurate.study.keeping.schedule import (
    BackupSchedule,
    back_up_if_due,
    schedule_of,
    scheduled_backups,
    set_schedule,
)
from adcurate.study.status import study_status


@pytest.fixture
def away(tmp_path: Path) -> Path:
    folder = tmp_path / 'other "disk"'
    folder.mkdir()
    return folder


def test_the_last_few_are_kept_and_foreign_files_stay(study: StudyFolder, away: Path):
    (away / "mine.adcurate").write_text("mine")
    set_schedule(study, BackupSchedule(away, 1e-9, 2))
    for _ in range(4):
        back_up_if_due(study)
        time.sleep(0.01)
    assert len(made_backups(study)) == 4
    kept = sorted(path for path in away.iterdir() if path.name != "mine.adcurate")
    assert [str(path) for path in kept] == [one.file for one in made_backups(study)[-2:]]
    assert all(is_whole(path) for path in kept)
    assert (away / "mine.adcurate").exists()


def test_none_is_made_before_it_is_due_or_without_a_schedule(study: StudyFolder, away: Path):
    back_up_if_due(study)
    set_schedule(study, BackupSchedule(away, 24.0, 2))
    assert schedule_of(study) == BackupSchedule(away, 24.0, 2)
    for _ in range(3):
        back_up_if_due(study)
    assert len(made_backups(study)) == 1
    set_schedule(study, None)
    assert schedule_of(study) is None


def test_one_that_fails_shows_in_status_and_the_server_goes_on(study: StudyFolder, away: Path):
    set_schedule(study, BackupSchedule(away, 1e-9, 2))
    away.rename(away.with_name("unplugged"))
    with scheduled_backups(study, look_every_s=0.05):
        time.sleep(0.5)
    last = study_status(study).last_backup
    assert last is not None
    assert last.outcome == "input.missing"


def test_older_backups_stay_when_the_study_is_damaged(study: StudyFolder, away: Path):
    set_schedule(study, BackupSchedule(away, 1e-9, 1))
    back_up_if_due(study)
    (whole,) = away.iterdir()
    with study.open_store("read") as store:
        source = store.instances.sources()[0]
    content = bytearray(source.path.read_bytes())
    content[source.start] ^= 1
    source.path.write_bytes(content)
    back_up_if_due(study)
    assert whole.exists()
    assert made_backups(study)[-1].outcome == "store.integrity"


def test_it_works_beside_who_holds_the_study_open(study: StudyFolder, away: Path):
    set_schedule(study, BackupSchedule(away, 24.0, 1))
    with study.open_store(), scheduled_backups(study):
        until = time.monotonic() + 20
        while not made_backups(study) and time.monotonic() < until:
            time.sleep(0.05)
    assert made_backups(study)[0].outcome == "done"


@pytest.mark.parametrize("text", ["", "[backup]\nfolder = 1", "backup = ["])
def test_a_schedule_that_says_nothing_is_refused(study: StudyFolder, text: str):
    (study.path / scheduling.FILE_NAME).write_text(text)
    with pytest.raises(UsageError):
        schedule_of(study)
    with pytest.raises(UsageError):
        set_schedule(study, dataclasses.replace(BackupSchedule(study.path, 1.0, 1)))

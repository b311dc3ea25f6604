"""``upgrade``: an older study brought up to this version, after a copy was and its numbers compared.

The order: a backup, a copy restored from it, the upgrade of the copy, its numbers made again from the stored
objects and held against those on record. Only then one transaction changes the study; broken off anywhere,
it is what it was, or it is upgraded.
"""

from __future__ import annotations

import contextlib
import sqlite3
import tempfile
from dataclasses import dataclass
from pathlib import Path

from adcurate.errors import StoreError, StudyError
from adcurate.model.progress import Progress, no_progress
from adcurate.store.database import Database
from adcurate.store.database_address import reading_address
from adcurate.store.portable import take_lock
from adcurate.store.schema import SCHEMA_VERSION
from adcurate.store.schema.steps import EARLIER_SCHEMAS, UpgradeStep, steps_from
from adcurate.store.study_store import DATABASE_NAME, LOCK_NAME
from adcurate.store.upgrading import upgrade as upgrade_store
from adcurate.study.folder import StudyFolder
from adcurate.study.keeping.backup import backup_study
from adcurate.study.keeping.leftovers import clear_tried_copies, tried_copies
from adcurate.study.keeping.numbers import (
    ComparedNumbers,
    compare_numbers,
    recorded_numbers,
    remade_numbers,
)
from adcurate.study.keeping.restore import restore_study

_NOTHING = ComparedNumbers(0, (), 0, 0)


@dataclass(frozen=True, slots=True)
class Upgrade:
    """What an upgrade does to a study and its numbers; `is_done` once it was applied, after `backup`."""

    schema_before: int
    schema_after: int
    steps: tuple[UpgradeStep, ...]
    numbers: ComparedNumbers
    is_done: bool
    backup: Path | None

    def as_json(self) -> dict[str, object]:
        """The shape printed by ``study upgrade --json``."""
        return {
            "schema_before": self.schema_before,
            "schema_after": self.schema_after,
            "steps": [step.sentence for step in self.steps],
            "numbers": self.numbers.as_json(),
            "done": self.is_done,
            "backup": str(self.backup) if self.backup else None,
        }


def upgrade_study(
    study: StudyFolder,
    *,
    apply: bool = False,
    backup_to: Path | None = None,
    although_numbers_move: bool = False,
    progress: Progress = no_progress,
) -> Upgrade:
    """Try the upgrade on a copy and say which numbers move; with `apply` do it, after a backup.

    Parameters
    ----------
    backup_to
        The folder of the backup that `apply` keeps; beside the study by default.

    Raises
    ------
    StoreError
        ``store.schema-version`` for a store that no step leads from; ``store.locked``, ``store.disk``
    StudyError
        ``study.numbers-move`` where numbers move and nobody agreed to it: nothing was changed then.
    """
    before = _schema(study)
    steps = steps_from(before)
    if not steps:
        return Upgrade(before, SCHEMA_VERSION, (), _NOTHING, False, None)
    with contextlib.ExitStack() as exits:
        exits.enter_context(contextlib.closing(take_lock(study.store / LOCK_NAME)))
        clear_tried_copies(study.path)
        beside = tempfile.TemporaryDirectory(prefix=tried_copies(study.path.name), dir=study.path.parent)
        place = exits.enter_context(beside)
        kept = backup_to or (study.path.parent if apply else Path(place))
        backup = backup_study(study, kept, is_noted=apply, progress=progress)
        copy = restore_study(backup.file, Path(place) / "study", progress=progress).folder
        numbers = _tried(copy, progress)
        if not apply:
            return Upgrade(before, SCHEMA_VERSION, steps, numbers, False, None)
        if numbers.moved and not although_numbers_move:
            raise StudyError(
                "study.numbers-move",
                f"{len(numbers.moved)} numbers would get another value; nothing was changed.",
                remedy="Look at them: adcurate study upgrade. If you agree, add --although-numbers-move.",
                n_moved=len(numbers.moved),
            )
        with contextlib.closing(Database(study.store / DATABASE_NAME)) as database:
            upgrade_store(database)
    return Upgrade(before, SCHEMA_VERSION, steps, numbers, True, backup.file)


def _tried(copy: StudyFolder, progress: Progress) -> ComparedNumbers:
    with contextlib.closing(Database(copy.store / DATABASE_NAME)) as database:
        upgrade_store(database)
    with copy.open_store("read") as store:
        before = recorded_numbers(store)
    return compare_numbers(before, remade_numbers(copy, progress=progress))


def _schema(study: StudyFolder) -> int:
    try:
        with contextlib.closing(
            sqlite3.connect(reading_address(study.store / DATABASE_NAME), uri=True)
        ) as connection:
            found = connection.execute("SELECT value FROM meta WHERE key = 'schema'").fetchone()
    except sqlite3.Error:
        found = None
    if found is None or (found[0] not in EARLIER_SCHEMAS and found[0] != str(SCHEMA_VERSION)):
        raise StoreError(
            "store.schema-version",
            f"The study's store has schema {found[0] if found else 'unknown'}; nothing leads from there to "
            f"{SCHEMA_VERSION}.",
            remedy="Use the version of Adcurate that made the study.",
            expected=SCHEMA_VERSION,
        )
    return int(found[0])
